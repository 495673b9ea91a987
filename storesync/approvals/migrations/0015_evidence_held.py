from django.db import migrations, models
import pgtrigger.compiler
import pgtrigger.migrations


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0014_chain_steps"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="approvalstep",
            trigger=pgtrigger.compiler.Trigger(
                name="step_is_chained",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE head RECORD;",
                    func="\n    SELECT s.number, s.hash INTO head FROM approvals_approvalstep s\n    WHERE s.brand_id = NEW.brand_id AND s.owner_kind = NEW.owner_kind AND s.owner_id = NEW.owner_id\n    ORDER BY s.number DESC LIMIT 1;\n    IF NOT FOUND THEN\n        -- A chain in the archive goes on; one that is being restored begins as it began.\n        SELECT a.number, a.hash INTO head FROM approvals_approvalsteparchive a\n        WHERE a.brand_id = NEW.brand_id AND a.owner_kind = NEW.owner_kind AND a.owner_id = NEW.owner_id\n        AND NOT EXISTS (SELECT FROM approvals_approvalsteparchive b WHERE b.id = NEW.id)\n        ORDER BY a.number DESC LIMIT 1;\n    END IF;\n    NEW.number := COALESCE(head.number, 0) + 1;\n    NEW.previous_hash := COALESCE(head.hash, '');\n    NEW.hash := encode(sha256(convert_to(json_build_array('storesync.approvals.step/1', NEW.id, NEW.brand_id, NEW.submission_id, NEW.item_id, NEW.revision_id, NEW.content_hash, NEW.owner_kind, NEW.owner_id, NEW.number, NEW.stage, NEW.stage_name, NEW.decision, NEW.person_id, NEW.in_place_of_id, NEW.handed_to_id, NEW.comment, NEW.previous_status, NEW.new_status, NEW.way, NEW.rule, to_char(NEW.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), to_char(NEW.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), NEW.previous_hash)::text, 'UTF8')), 'hex');\n    RETURN NEW;\n",
                    hash="1f6b0dc2b1e33cba1769fac07742108a4d1d06b5",
                    operation="INSERT",
                    pgid="pgtrigger_step_is_chained_54a1f",
                    table="approvals_approvalstep",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="approvalstep",
            trigger=pgtrigger.compiler.Trigger(
                name="steps_never_change",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="5a2290b9709769418fbc896fa80418c74df43346",
                    operation="UPDATE",
                    pgid="pgtrigger_steps_never_change_c2bc9",
                    table="approvals_approvalstep",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="approvalstep",
            trigger=pgtrigger.compiler.Trigger(
                name="steps_are_only_archived",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF NOT EXISTS (SELECT FROM approvals_approvalsteparchive twin WHERE twin.id = OLD.id AND twin.hash = OLD.hash) THEN\n            RAISE EXCEPTION 'pgtrigger: a step of % is never lost and never made up', TG_TABLE_NAME;\n        END IF;\n        RETURN OLD;\n    ",
                    hash="b548215f62e037a03bc39134b2dd98cd7ec4d717",
                    operation="DELETE",
                    pgid="pgtrigger_steps_are_only_archived_ef7a2",
                    table="approvals_approvalstep",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="approvalstep",
            trigger=pgtrigger.compiler.Trigger(
                name="steps_stay",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;",
                    hash="902dfdf5082f1318b6d82d61d9195c9edcdd05e4",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_steps_stay_ad8f5",
                    table="approvals_approvalstep",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalstep",
            constraint=models.UniqueConstraint(
                fields=("brand", "owner_kind", "owner_id", "number"), name="step_number_once_of_owner"
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="step_number_from_1"
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("hash__regex", "^[0-9a-f]{64}$")), name="step_hash_is_sha256"
            ),
        ),
        migrations.RemoveIndex(
            model_name="approvalstep",
            name="step_of_owner",
        ),
    ]
