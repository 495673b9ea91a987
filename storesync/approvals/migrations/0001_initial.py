"""Policies, groups, submissions, seats, decisions, the steps with their chain, seals and archive.

ReviewGroup and GroupMember refer to each other, so the members of a group follow."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
import storesync.approvals.models.submission
import storesync.core.models
import uuid
from django.conf import settings
from django.db import migrations, models
from storesync.core.foreign_keys import foreign_key


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("brands", "0001_initial"),
        ("content", "0001_initial"),
        ("core", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("viewflow", "0015_task_scheduled"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Submission",
            fields=[
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=storesync.core.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                (
                    "submitter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="submitted by",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("note", models.TextField(blank=True, max_length=2000, verbose_name="note")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Pending review"),
                            ("approved", "Approved"),
                            ("changes_requested", "Changes requested"),
                            ("rejected", "Rejected"),
                            ("recalled", "Recalled"),
                        ],
                        default="waiting",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                (
                    "stages",
                    models.JSONField(
                        default=storesync.approvals.models.submission.one_stage, verbose_name="stages"
                    ),
                ),
                ("stage", models.PositiveSmallIntegerField(default=0, verbose_name="stage")),
                ("digest", models.CharField(max_length=64)),
                (
                    "root",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="family",
                        to="approvals.submission",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="approvals.submission",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                ("policy_name", models.CharField(blank=True, max_length=120, verbose_name="policy")),
                (
                    "policy_version",
                    models.PositiveIntegerField(default=0, verbose_name="version of the policy"),
                ),
                (
                    "stage_since",
                    models.DateTimeField(blank=True, null=True, verbose_name="at this stage since"),
                ),
                (
                    "stage_due_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="due at this stage"),
                ),
                ("warn_at", models.DateTimeField(blank=True, null=True, verbose_name="to be warned")),
                ("escalate_at", models.DateTimeField(blank=True, null=True, verbose_name="to be escalated")),
                ("warned_at", models.DateTimeField(blank=True, null=True, verbose_name="warned")),
                ("overdue_at", models.DateTimeField(blank=True, null=True, verbose_name="marked as overdue")),
                ("escalated_at", models.DateTimeField(blank=True, null=True, verbose_name="escalated")),
            ],
            options={
                "verbose_name": "submission",
                "verbose_name_plural": "submissions",
                "ordering": ["-created_at"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="d88452ec6ce40ece78a2e0a82df239fa8ccb722d",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_d943c",
                            table="approvals_submission",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="submission_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{waiting:approved,waiting:changes_requested,waiting:rejected,waiting:recalled}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="3fe54e2e7234954e29066354aeb6888f513aeced",
                            operation="UPDATE",
                            pgid="pgtrigger_submission_moves_a3cf2",
                            table="approvals_submission",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="submission_is_what_it_was",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."submitter_id" IS DISTINCT FROM (NEW."submitter_id") OR OLD."stages" IS DISTINCT FROM (NEW."stages") OR OLD."policy_name" IS DISTINCT FROM (NEW."policy_name") OR OLD."policy_version" IS DISTINCT FROM (NEW."policy_version") OR OLD."digest" IS DISTINCT FROM (NEW."digest") OR OLD."root_id" IS DISTINCT FROM (NEW."root_id") OR OLD."parent_id" IS DISTINCT FROM (NEW."parent_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="88ae1f53d1bc31125ae38c338f8ab520300799a1",
                            operation="UPDATE",
                            pgid="pgtrigger_submission_is_what_it_was_eb7e9",
                            table="approvals_submission",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "approvals_submissionbrandevent" ("brand_id", "created_at", "decided_at", "digest", "escalate_at", "escalated_at", "id", "note", "overdue_at", "parent_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_name", "policy_version", "root_id", "stage", "stage_due_at", "stage_since", "stages", "state", "submitter_id", "title", "updated_at", "warn_at", "warned_at") SELECT new_values."brand_id", new_values."created_at", new_values."decided_at", new_values."digest", new_values."escalate_at", new_values."escalated_at", new_values."id", new_values."note", new_values."overdue_at", new_values."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."policy_name", new_values."policy_version", new_values."root_id", new_values."stage", new_values."stage_due_at", new_values."stage_since", new_values."stages", new_values."state", new_values."submitter_id", new_values."title", new_values."updated_at", new_values."warn_at", new_values."warned_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="020f8dde60065b39a45b86e5042b8fc99fb9ed19",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_e0502",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="approvals_submission",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "approvals_submissionbrandevent" ("brand_id", "created_at", "decided_at", "digest", "escalate_at", "escalated_at", "id", "note", "overdue_at", "parent_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_name", "policy_version", "root_id", "stage", "stage_due_at", "stage_since", "stages", "state", "submitter_id", "title", "updated_at", "warn_at", "warned_at") SELECT new_values."brand_id", new_values."created_at", new_values."decided_at", new_values."digest", new_values."escalate_at", new_values."escalated_at", new_values."id", new_values."note", new_values."overdue_at", new_values."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."policy_name", new_values."policy_version", new_values."root_id", new_values."stage", new_values."stage_due_at", new_values."stage_since", new_values."stages", new_values."state", new_values."submitter_id", new_values."title", new_values."updated_at", new_values."warn_at", new_values."warned_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="ec53b73504daa79f8092d3444cf93f9edec856a6",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_09d35",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="approvals_submission",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "approvals_submissionbrandevent" ("brand_id", "created_at", "decided_at", "digest", "escalate_at", "escalated_at", "id", "note", "overdue_at", "parent_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_name", "policy_version", "root_id", "stage", "stage_due_at", "stage_since", "stages", "state", "submitter_id", "title", "updated_at", "warn_at", "warned_at") SELECT old_values."brand_id", old_values."created_at", old_values."decided_at", old_values."digest", old_values."escalate_at", old_values."escalated_at", old_values."id", old_values."note", old_values."overdue_at", old_values."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."policy_name", old_values."policy_version", old_values."root_id", old_values."stage", old_values."stage_due_at", old_values."stage_since", old_values."stages", old_values."state", old_values."submitter_id", old_values."title", old_values."updated_at", old_values."warn_at", old_values."warned_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="af87b3ace5fbc2497216a8c0dbbdee0123afa602",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_57399",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="approvals_submission",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(fields=["brand", "submitter", "-created_at"], name="submission_of_person"),
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["stage_due_at"],
                        name="submission_due",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("id", "brand"), name="submission_with_brand"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["waiting", "approved", "changes_requested", "rejected", "recalled"],
                            )
                        ),
                        name="submission_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("state", "waiting")),
                            models.Q(
                                models.Q(("state", "waiting"), _negated=True), ("decided_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="submission_decided_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("parent__isnull", True), ("root", models.F("id"))),
                            models.Q(
                                ("parent__isnull", False), models.Q(("root", models.F("id")), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="submission_root_is_the_first",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubmissionBrandevent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="+",
                        to="approvals.submission",
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="brands.brand",
                    ),
                ),
                (
                    "id",
                    models.UUIDField(default=storesync.core.models.new_id, editable=False, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                (
                    "submitter",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="submitted by",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("note", models.TextField(blank=True, max_length=2000, verbose_name="note")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Pending review"),
                            ("approved", "Approved"),
                            ("changes_requested", "Changes requested"),
                            ("rejected", "Rejected"),
                            ("recalled", "Recalled"),
                        ],
                        default="waiting",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                (
                    "stages",
                    models.JSONField(
                        default=storesync.approvals.models.submission.one_stage, verbose_name="stages"
                    ),
                ),
                ("stage", models.PositiveSmallIntegerField(default=0, verbose_name="stage")),
                ("digest", models.CharField(max_length=64)),
                (
                    "root",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="approvals.submission",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="approvals.submission",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                ("policy_name", models.CharField(blank=True, max_length=120, verbose_name="policy")),
                (
                    "policy_version",
                    models.PositiveIntegerField(default=0, verbose_name="version of the policy"),
                ),
                (
                    "stage_since",
                    models.DateTimeField(blank=True, null=True, verbose_name="at this stage since"),
                ),
                (
                    "stage_due_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="due at this stage"),
                ),
                ("warn_at", models.DateTimeField(blank=True, null=True, verbose_name="to be warned")),
                ("escalate_at", models.DateTimeField(blank=True, null=True, verbose_name="to be escalated")),
                ("warned_at", models.DateTimeField(blank=True, null=True, verbose_name="warned")),
                ("overdue_at", models.DateTimeField(blank=True, null=True, verbose_name="marked as overdue")),
                ("escalated_at", models.DateTimeField(blank=True, null=True, verbose_name="escalated")),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="34481f52c4c1cbfc15e90b426bbdac971ca51281",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_de933",
                            table="approvals_submissionbrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="submission_hist")],
            },
        ),
        migrations.CreateModel(
            name="SubmissionItem",
            fields=[
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=storesync.core.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="approvals.submission",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="content.revision"
                    ),
                ),
                ("content_hash", models.CharField(max_length=64)),
                ("owner_kind", models.CharField(max_length=20)),
                ("owner_id", models.UUIDField()),
                (
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="brands.location",
                        verbose_name="location",
                    ),
                ),
                (
                    "submitter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="submitted by",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="last edited by",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("wave_id", models.UUIDField(blank=True, null=True, verbose_name="roll-out")),
                ("template_id", models.UUIDField(blank=True, null=True, verbose_name="template")),
                ("start_at", models.DateTimeField(blank=True, null=True, verbose_name="start")),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="due")),
                ("differs", models.BooleanField(default=True, verbose_name="differs from its template")),
                ("facts", models.JSONField(blank=True, default=dict, verbose_name="risk")),
                (
                    "voters",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="approved so far by",
                    ),
                ),
                (
                    "voted_for",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="in place of",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Pending review"),
                            ("approved", "Approved"),
                            ("changes_requested", "Changes requested"),
                            ("rejected", "Rejected"),
                            ("recalled", "Recalled"),
                            ("moved", "Moved to another submission"),
                            ("revoked", "Approval revoked"),
                        ],
                        default="waiting",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("state_changed_at", models.DateTimeField(auto_now_add=True, verbose_name="since")),
            ],
            options={
                "verbose_name": "submitted revision",
                "verbose_name_plural": "submitted revisions",
                "ordering": ["due_at", "id"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="41790de2443a526aed7519910f5103f61499f79a",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_7d095",
                            table="approvals_submissionitem",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="item_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{waiting:approved,waiting:changes_requested,waiting:rejected,waiting:recalled,waiting:moved,approved:revoked}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="51d808462e1a2bc8e4647165d7608369cefd0f7b",
                            operation="UPDATE",
                            pgid="pgtrigger_item_moves_f9af4",
                            table="approvals_submissionitem",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="item_is_what_was_submitted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."submission_id" IS DISTINCT FROM (NEW."submission_id") OR OLD."revision_id" IS DISTINCT FROM (NEW."revision_id") OR OLD."content_hash" IS DISTINCT FROM (NEW."content_hash") OR OLD."owner_kind" IS DISTINCT FROM (NEW."owner_kind") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."location_id" IS DISTINCT FROM (NEW."location_id") OR OLD."submitter_id" IS DISTINCT FROM (NEW."submitter_id") OR OLD."author_id" IS DISTINCT FROM (NEW."author_id") OR OLD."differs" IS DISTINCT FROM (NEW."differs") OR OLD."facts" IS DISTINCT FROM (NEW."facts"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="28f53321cec5b5235fb3b0a31690c44d30f7e768",
                            operation="UPDATE",
                            pgid="pgtrigger_item_is_what_was_submitted_d94af",
                            table="approvals_submissionitem",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "approvals_submissionitembrandevent" ("author_id", "brand_id", "content_hash", "created_at", "differs", "due_at", "facts", "id", "location_id", "name", "owner_id", "owner_kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision_id", "start_at", "state", "state_changed_at", "submission_id", "submitter_id", "template_id", "updated_at", "voted_for", "voters", "wave_id") SELECT new_values."author_id", new_values."brand_id", new_values."content_hash", new_values."created_at", new_values."differs", new_values."due_at", new_values."facts", new_values."id", new_values."location_id", new_values."name", new_values."owner_id", new_values."owner_kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."revision_id", new_values."start_at", new_values."state", new_values."state_changed_at", new_values."submission_id", new_values."submitter_id", new_values."template_id", new_values."updated_at", new_values."voted_for", new_values."voters", new_values."wave_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="958c0686ada5e7e08107b044889cb1fad6aa3aa5",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_f03d3",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="approvals_submissionitem",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "approvals_submissionitembrandevent" ("author_id", "brand_id", "content_hash", "created_at", "differs", "due_at", "facts", "id", "location_id", "name", "owner_id", "owner_kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision_id", "start_at", "state", "state_changed_at", "submission_id", "submitter_id", "template_id", "updated_at", "voted_for", "voters", "wave_id") SELECT new_values."author_id", new_values."brand_id", new_values."content_hash", new_values."created_at", new_values."differs", new_values."due_at", new_values."facts", new_values."id", new_values."location_id", new_values."name", new_values."owner_id", new_values."owner_kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."revision_id", new_values."start_at", new_values."state", new_values."state_changed_at", new_values."submission_id", new_values."submitter_id", new_values."template_id", new_values."updated_at", new_values."voted_for", new_values."voters", new_values."wave_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="f6665daf78ff114efe2534d84431d642640fbd7b",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_a98a3",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="approvals_submissionitem",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "approvals_submissionitembrandevent" ("author_id", "brand_id", "content_hash", "created_at", "differs", "due_at", "facts", "id", "location_id", "name", "owner_id", "owner_kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision_id", "start_at", "state", "state_changed_at", "submission_id", "submitter_id", "template_id", "updated_at", "voted_for", "voters", "wave_id") SELECT old_values."author_id", old_values."brand_id", old_values."content_hash", old_values."created_at", old_values."differs", old_values."due_at", old_values."facts", old_values."id", old_values."location_id", old_values."name", old_values."owner_id", old_values."owner_kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."revision_id", old_values."start_at", old_values."state", old_values."state_changed_at", old_values."submission_id", old_values."submitter_id", old_values."template_id", old_values."updated_at", old_values."voted_for", old_values."voters", old_values."wave_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="004c7ab35d0469c741447465edce37df4674ce21",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_b5923",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="approvals_submissionitem",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["brand", "due_at", "id"],
                        name="approval_queue",
                    ),
                    models.Index(fields=["owner_kind", "owner_id", "-id"], name="item_of_owner"),
                    models.Index(fields=["submission", "state"], name="item_of_submission"),
                    models.Index(fields=["brand", "-state_changed_at"], name="item_newest"),
                    models.Index(fields=["brand", "wave_id", "state", "id"], name="item_of_wave"),
                    models.Index(fields=["brand", "template_id", "state", "id"], name="item_of_template"),
                    models.Index(
                        models.F("brand"),
                        django.db.models.functions.comparison.Coalesce(
                            "wave_id",
                            models.Value(uuid.UUID("00000000-0000-0000-0000-000000000000")),
                            output_field=models.UUIDField(),
                        ),
                        django.db.models.functions.comparison.Coalesce(
                            "template_id",
                            models.Value(uuid.UUID("00000000-0000-0000-0000-000000000000")),
                            output_field=models.UUIDField(),
                        ),
                        models.F("due_at"),
                        models.F("id"),
                        condition=models.Q(("state", "waiting")),
                        name="waiting_by_wave",
                    ),
                    models.Index(
                        models.F("brand"),
                        django.db.models.functions.comparison.Coalesce(
                            "wave_id",
                            models.Value(uuid.UUID("00000000-0000-0000-0000-000000000000")),
                            output_field=models.UUIDField(),
                        ),
                        django.db.models.functions.comparison.Coalesce(
                            "template_id",
                            models.Value(uuid.UUID("00000000-0000-0000-0000-000000000000")),
                            output_field=models.UUIDField(),
                        ),
                        condition=models.Q(("differs", True), ("state", "waiting")),
                        name="waiting_and_differing",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("owner_kind", "owner_id"),
                        name="one_open_item_per_owner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "waiting",
                                    "approved",
                                    "changes_requested",
                                    "rejected",
                                    "recalled",
                                    "moved",
                                    "revoked",
                                ],
                            )
                        ),
                        name="item_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubmissionItemBrandevent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="+",
                        to="approvals.submissionitem",
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="brands.brand",
                    ),
                ),
                (
                    "id",
                    models.UUIDField(default=storesync.core.models.new_id, editable=False, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="approvals.submission",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="content.revision",
                    ),
                ),
                ("content_hash", models.CharField(max_length=64)),
                ("owner_kind", models.CharField(max_length=20)),
                ("owner_id", models.UUIDField()),
                (
                    "location",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="brands.location",
                        verbose_name="location",
                    ),
                ),
                (
                    "submitter",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="submitted by",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="last edited by",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("wave_id", models.UUIDField(blank=True, null=True, verbose_name="roll-out")),
                ("template_id", models.UUIDField(blank=True, null=True, verbose_name="template")),
                ("start_at", models.DateTimeField(blank=True, null=True, verbose_name="start")),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="due")),
                ("differs", models.BooleanField(default=True, verbose_name="differs from its template")),
                ("facts", models.JSONField(blank=True, default=dict, verbose_name="risk")),
                (
                    "voters",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="approved so far by",
                    ),
                ),
                (
                    "voted_for",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="in place of",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Pending review"),
                            ("approved", "Approved"),
                            ("changes_requested", "Changes requested"),
                            ("rejected", "Rejected"),
                            ("recalled", "Recalled"),
                            ("moved", "Moved to another submission"),
                            ("revoked", "Approval revoked"),
                        ],
                        default="waiting",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                ("state_changed_at", models.DateTimeField(auto_now_add=True, verbose_name="since")),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="c75219cc7a09ddbb98d832ddfe7d9dfae8e36181",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_01553",
                            table="approvals_submissionitembrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="submissionitem_hist")],
            },
        ),
        migrations.CreateModel(
            name="BulkDecision",
            fields=[
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=storesync.core.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("changes_requested", "Asked for changes"),
                            ("rejected", "Rejected"),
                            ("recalled", "Recalled"),
                            ("revoked", "Revoked the approval"),
                            ("handed_over", "Handed over"),
                            ("warned", "Due soon"),
                            ("escalated", "Escalated"),
                        ],
                        max_length=20,
                        verbose_name="decision",
                    ),
                ),
                ("comment", models.TextField(blank=True, max_length=4000, verbose_name="comment")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="total")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="confirmed")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done")),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="core.job",
                    ),
                ),
            ],
            options={
                "verbose_name": "bulk decision",
                "verbose_name_plural": "bulk decisions",
                "ordering": ["-created_at"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="e7067c680a29205c5889be3451aed6ad7911f542",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_8075f",
                            table="approvals_bulkdecision",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("confirmed_at__isnull", False), ("done_at__isnull", True)),
                        fields=["brand"],
                        name="bulk_decision_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkDecisionRow",
            fields=[
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=storesync.core.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                (
                    "bulk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="approvals.bulkdecision",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="approvals.submissionitem",
                    ),
                ),
                ("position", models.PositiveIntegerField(verbose_name="number")),
                ("stage", models.PositiveSmallIntegerField(default=0, verbose_name="stage")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("done", "Decided"), ("refused", "Stayed as it was")],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="why")),
            ],
            options={
                "verbose_name": "row of a bulk decision",
                "verbose_name_plural": "rows of a bulk decision",
                "ordering": ["position"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="a88b9eea67c191b96809961563cf2e118dd622ef",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_250eb",
                            table="approvals_bulkdecisionrow",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["bulk", "outcome", "position"], name="bulk_decision_rows")],
                "constraints": [
                    models.UniqueConstraint(fields=("bulk", "item"), name="bulk_decision_names_an_item_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ActionLink",
            fields=[
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=storesync.core.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="approvals.submission",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[("approve", "Approve"), ("changes", "Ask for changes"), ("open", "Open")],
                        max_length=10,
                        verbose_name="purpose",
                    ),
                ),
                ("stage", models.PositiveSmallIntegerField(verbose_name="stage")),
                ("digest", models.CharField(max_length=64)),
                ("count", models.PositiveIntegerField(verbose_name="campaigns")),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("expires_at", models.DateTimeField(verbose_name="works until")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="used")),
            ],
            options={
                "verbose_name": "action link",
                "verbose_name_plural": "action links",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="87c33feef97a17e9d13a4d1e56ef3cf6cda51e97",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_e2403",
                            table="approvals_actionlink",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="action_link_is_bound",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."submission_id" IS DISTINCT FROM (NEW."submission_id") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."stage" IS DISTINCT FROM (NEW."stage") OR OLD."digest" IS DISTINCT FROM (NEW."digest") OR OLD."token_hash" IS DISTINCT FROM (NEW."token_hash") OR OLD."expires_at" IS DISTINCT FROM (NEW."expires_at"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="bdae871bcbbdd81e82ba95a4355a36cb40803648",
                            operation="UPDATE",
                            pgid="pgtrigger_action_link_is_bound_cf46c",
                            table="approvals_actionlink",
                            when="BEFORE",
                        ),
                    ),
                ],
                "indexes": [models.Index(fields=["expires_at"], name="action_link_over")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["approve", "changes", "open"])),
                        name="action_link_purpose_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApprovalDigest",
            fields=[
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=storesync.core.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("local_date", models.DateField(verbose_name="date")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("due", "Due"),
                            ("sent", "Sent"),
                            ("nothing", "Nothing waited"),
                            ("away", "Away"),
                            ("unwanted", "Not wanted"),
                            ("too_late", "Too late"),
                        ],
                        default="due",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("items", models.PositiveIntegerField(default=0, verbose_name="campaigns")),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(blank=True, null=True)),
                ("made_at", models.DateTimeField(blank=True, null=True, verbose_name="made")),
            ],
            options={
                "verbose_name": "approval digest",
                "verbose_name_plural": "approval digests",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="3846f031b240774cf4118e801c0d9e64c329419e",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_89054",
                            table="approvals_approvaldigest",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "due")), fields=["due_at", "id"], name="digest_to_make"
                    ),
                    models.Index(fields=["local_date"], name="digest_by_date"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "brand", "local_date"), name="digest_once_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["due", "sent", "nothing", "away", "unwanted", "too_late"])
                        ),
                        name="digest_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UrgentTelling",
            fields=[
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=storesync.core.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                (
                    "submission",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="approvals.submission",
                    ),
                ),
                ("stage", models.PositiveSmallIntegerField(verbose_name="stage")),
                (
                    "told",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="told",
                    ),
                ),
                ("looked_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "urgent notice",
                "verbose_name_plural": "urgent notices",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="51fa9d81a754ebf31380e5d7be0c1ca84d929a95",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_5e4f3",
                            table="approvals_urgenttelling",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApprovalPolicy",
            fields=[
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=storesync.core.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("campaign_types", models.JSONField(blank=True, default=list, verbose_name="campaign types")),
                ("stages", models.JSONField(default=list, verbose_name="stages")),
                (
                    "pass_unchanged",
                    models.BooleanField(
                        default=False,
                        help_text="A campaign that does not differ from its approved template version needs nobody.",
                        verbose_name="unchanged campaigns pass by themselves",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
            ],
            options={
                "verbose_name": "approval policy",
                "verbose_name_plural": "approval policies",
                "ordering": ["name"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="018a80b8a2defee6e0440017604e7c9b5fc40106",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_7ee55",
                            table="approvals_approvalpolicy",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "approvals_approvalpolicybrandevent" ("brand_id", "campaign_types", "created_at", "id", "name", "pass_unchanged", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "stages", "updated_at", "version") SELECT new_values."brand_id", new_values."campaign_types", new_values."created_at", new_values."id", new_values."name", new_values."pass_unchanged", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."stages", new_values."updated_at", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="5b701b4928d24be95c7d7975d69c652d9839aca0",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_71035",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="approvals_approvalpolicy",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "approvals_approvalpolicybrandevent" ("brand_id", "campaign_types", "created_at", "id", "name", "pass_unchanged", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "stages", "updated_at", "version") SELECT new_values."brand_id", new_values."campaign_types", new_values."created_at", new_values."id", new_values."name", new_values."pass_unchanged", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."stages", new_values."updated_at", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="b537532ce398e678a7aca7ca38df076020f2a01c",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_fde31",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="approvals_approvalpolicy",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "approvals_approvalpolicybrandevent" ("brand_id", "campaign_types", "created_at", "id", "name", "pass_unchanged", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "stages", "updated_at", "version") SELECT old_values."brand_id", old_values."campaign_types", old_values."created_at", old_values."id", old_values."name", old_values."pass_unchanged", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."stages", old_values."updated_at", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="c379147769f16be77b1c586c4dc9eefd6f94df88",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_a30ca",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="approvals_approvalpolicy",
                            when="AFTER",
                        ),
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("brand", "name"), name="policy_name_once_in_brand"),
                    models.UniqueConstraint(
                        condition=models.Q(("campaign_types", [])),
                        fields=("brand",),
                        name="one_policy_for_the_rest",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApprovalPolicyBrandevent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="+",
                        to="approvals.approvalpolicy",
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="brands.brand",
                    ),
                ),
                (
                    "id",
                    models.UUIDField(default=storesync.core.models.new_id, editable=False, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("campaign_types", models.JSONField(blank=True, default=list, verbose_name="campaign types")),
                ("stages", models.JSONField(default=list, verbose_name="stages")),
                (
                    "pass_unchanged",
                    models.BooleanField(
                        default=False,
                        help_text="A campaign that does not differ from its approved template version needs nobody.",
                        verbose_name="unchanged campaigns pass by themselves",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="3bb0544dec75605c95c9460b8f9d41ad205ab7c8",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_b1a54",
                            table="approvals_approvalpolicybrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="approvalpolicy_hist")],
            },
        ),
        migrations.CreateModel(
            name="ApprovalSettings",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=storesync.core.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                (
                    "brand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "working_hours",
                    models.CharField(
                        default="Mo-Fr 09:00-17:00", max_length=300, verbose_name="working hours"
                    ),
                ),
                ("holidays", models.JSONField(blank=True, default=list, verbose_name="holidays")),
                ("version", models.PositiveIntegerField(default=0, verbose_name="version")),
            ],
            options={
                "verbose_name": "approval settings",
                "verbose_name_plural": "approval settings",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="be3f1f0273c0590aa29a5ad69a40cdf2ae24d030",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_c8ae1",
                            table="approvals_approvalsettings",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "approvals_approvalsettingsbrandevent" ("brand_id", "created_at", "holidays", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version", "working_hours") SELECT new_values."brand_id", new_values."created_at", new_values."holidays", new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."updated_at", new_values."version", new_values."working_hours" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="9d58ecaf49acaa1006727647a7f4985d6f66b23c",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_33c14",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="approvals_approvalsettings",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "approvals_approvalsettingsbrandevent" ("brand_id", "created_at", "holidays", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version", "working_hours") SELECT new_values."brand_id", new_values."created_at", new_values."holidays", new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."updated_at", new_values."version", new_values."working_hours" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="0023a2a26a48bdc9859efeb209d9842f0e318824",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_ec3fd",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="approvals_approvalsettings",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "approvals_approvalsettingsbrandevent" ("brand_id", "created_at", "holidays", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version", "working_hours") SELECT old_values."brand_id", old_values."created_at", old_values."holidays", old_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."updated_at", old_values."version", old_values."working_hours" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="f9bf2aa0f8ff63e01e0ae281d1418083e09d3c0e",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_1ba6f",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="approvals_approvalsettings",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApprovalSettingsBrandevent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="+",
                        to="approvals.approvalsettings",
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                (
                    "id",
                    models.UUIDField(default=storesync.core.models.new_id, editable=False, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="brands.brand",
                    ),
                ),
                (
                    "working_hours",
                    models.CharField(
                        default="Mo-Fr 09:00-17:00", max_length=300, verbose_name="working hours"
                    ),
                ),
                ("holidays", models.JSONField(blank=True, default=list, verbose_name="holidays")),
                ("version", models.PositiveIntegerField(default=0, verbose_name="version")),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="924c606fab6f518e8804f9af6bffadacef7dfb51",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_a52d1",
                            table="approvals_approvalsettingsbrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="approvalsettings_hist")],
            },
        ),
        migrations.CreateModel(
            name="ReviewProcess",
            fields=[
                (
                    "process_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="viewflow.process",
                    ),
                ),
                (
                    "submission",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="process",
                        to="approvals.submission",
                    ),
                ),
            ],
            options={
                "verbose_name": "review process",
                "verbose_name_plural": "review processes",
            },
            bases=("viewflow.process",),
        ),
        migrations.CreateModel(
            name="ApprovalStep",
            fields=[
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=storesync.core.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="content.revision"
                    ),
                ),
                ("content_hash", models.CharField(max_length=64)),
                ("owner_kind", models.CharField(max_length=20)),
                ("owner_id", models.UUIDField()),
                ("stage", models.PositiveSmallIntegerField(default=0, verbose_name="stage")),
                (
                    "stage_name",
                    models.CharField(blank=True, max_length=120, verbose_name="name of the stage"),
                ),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("changes_requested", "Asked for changes"),
                            ("rejected", "Rejected"),
                            ("recalled", "Recalled"),
                            ("revoked", "Revoked the approval"),
                            ("handed_over", "Handed over"),
                            ("warned", "Due soon"),
                            ("escalated", "Escalated"),
                        ],
                        max_length=20,
                        verbose_name="decision",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "in_place_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="in place of",
                    ),
                ),
                (
                    "handed_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="handed over to",
                    ),
                ),
                ("comment", models.TextField(blank=True, max_length=4000, verbose_name="comment")),
                (
                    "previous_status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("pending_review", "Pending review"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                            ("missed", "Missed"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=20,
                        verbose_name="from",
                    ),
                ),
                (
                    "new_status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("pending_review", "Pending review"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                            ("missed", "Missed"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=20,
                        verbose_name="to",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("page", "on the review page"),
                            ("email_link", "by a link in a mail"),
                            ("bulk", "together with others"),
                            ("admin", "in the back office"),
                            ("command", "by a command"),
                            ("api", "through the API"),
                            ("rule", "by a rule"),
                        ],
                        max_length=10,
                        verbose_name="way",
                    ),
                ),
                ("rule", models.CharField(blank=True, max_length=200, verbose_name="rule")),
                (
                    "number",
                    models.PositiveIntegerField(
                        db_default=0, default=0, editable=False, verbose_name="number"
                    ),
                ),
                (
                    "previous_hash",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        editable=False,
                        max_length=64,
                        verbose_name="hash of the step before",
                    ),
                ),
                (
                    "hash",
                    models.CharField(
                        db_default="", default="", editable=False, max_length=64, verbose_name="hash"
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="approvals.submission",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="approvals.submissionitem",
                    ),
                ),
            ],
            options={
                "verbose_name": "approval step",
                "verbose_name_plural": "approval steps",
                "ordering": ["id"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="0a8a6a6a41e49e5a1a8f700c716d4da50d18f89d",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_0f3ff",
                            table="approvals_approvalstep",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                ],
                "indexes": [models.Index(fields=["brand", "-created_at"], name="step_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brand", "owner_kind", "owner_id", "number"), name="step_number_once_of_owner"
                    ),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="step_number_from_1"),
                    models.CheckConstraint(
                        condition=models.Q(("hash__regex", "^[0-9a-f]{64}$")), name="step_hash_is_sha256"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "decision__in",
                                [
                                    "submitted",
                                    "approved",
                                    "changes_requested",
                                    "rejected",
                                    "recalled",
                                    "revoked",
                                    "handed_over",
                                    "warned",
                                    "escalated",
                                ],
                            )
                        ),
                        name="step_decision_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("person__isnull", False), models.Q(("rule", ""), _negated=True), _connector="OR"
                        ),
                        name="step_by_a_person_or_a_rule",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision__in", ["rejected", "changes_requested"]), _negated=True),
                            models.Q(("comment", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="step_against_has_comment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", "handed_over"), _negated=True),
                            ("handed_to__isnull", False),
                            _connector="OR",
                        ),
                        name="step_handed_over_to_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApprovalStepArchive",
            fields=[
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=storesync.core.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="approvals.submission",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="approvals.submissionitem",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="content.revision"
                    ),
                ),
                ("content_hash", models.CharField(max_length=64)),
                ("owner_kind", models.CharField(max_length=20)),
                ("owner_id", models.UUIDField()),
                ("stage", models.PositiveSmallIntegerField(default=0, verbose_name="stage")),
                (
                    "stage_name",
                    models.CharField(blank=True, max_length=120, verbose_name="name of the stage"),
                ),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("changes_requested", "Asked for changes"),
                            ("rejected", "Rejected"),
                            ("recalled", "Recalled"),
                            ("revoked", "Revoked the approval"),
                            ("handed_over", "Handed over"),
                            ("warned", "Due soon"),
                            ("escalated", "Escalated"),
                        ],
                        max_length=20,
                        verbose_name="decision",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "in_place_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="in place of",
                    ),
                ),
                (
                    "handed_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="handed over to",
                    ),
                ),
                ("comment", models.TextField(blank=True, max_length=4000, verbose_name="comment")),
                (
                    "previous_status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("pending_review", "Pending review"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                            ("missed", "Missed"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=20,
                        verbose_name="from",
                    ),
                ),
                (
                    "new_status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("pending_review", "Pending review"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                            ("missed", "Missed"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=20,
                        verbose_name="to",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("page", "on the review page"),
                            ("email_link", "by a link in a mail"),
                            ("bulk", "together with others"),
                            ("admin", "in the back office"),
                            ("command", "by a command"),
                            ("api", "through the API"),
                            ("rule", "by a rule"),
                        ],
                        max_length=10,
                        verbose_name="way",
                    ),
                ),
                ("rule", models.CharField(blank=True, max_length=200, verbose_name="rule")),
                (
                    "number",
                    models.PositiveIntegerField(
                        db_default=0, default=0, editable=False, verbose_name="number"
                    ),
                ),
                (
                    "previous_hash",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        editable=False,
                        max_length=64,
                        verbose_name="hash of the step before",
                    ),
                ),
                (
                    "hash",
                    models.CharField(
                        db_default="", default="", editable=False, max_length=64, verbose_name="hash"
                    ),
                ),
            ],
            options={
                "verbose_name": "archived approval step",
                "verbose_name_plural": "archived approval steps",
                "ordering": ["id"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="ff28b2834358ada3d77e70109a87f41c68ba21cc",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_c2ce6",
                            table="approvals_approvalsteparchive",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="archive_has_only_steps",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF NOT EXISTS (SELECT FROM approvals_approvalstep twin WHERE twin.id = NEW.id AND twin.hash = NEW.hash) THEN\n            RAISE EXCEPTION 'pgtrigger: a step of % is never lost and never made up', TG_TABLE_NAME;\n        END IF;\n        RETURN NEW;\n    ",
                            hash="811a08b42d0f2e3a91cc1156ebb87d69dfff8b22",
                            operation="INSERT",
                            pgid="pgtrigger_archive_has_only_steps_098f4",
                            table="approvals_approvalsteparchive",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="archived_steps_never_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="3d81094111e1bbe25ce04e04eb2a6a90ced5ae75",
                            operation="UPDATE",
                            pgid="pgtrigger_archived_steps_never_change_847e4",
                            table="approvals_approvalsteparchive",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="archived_steps_are_only_restored",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n        IF NOT EXISTS (SELECT FROM approvals_approvalstep twin WHERE twin.id = OLD.id AND twin.hash = OLD.hash) THEN\n            RAISE EXCEPTION 'pgtrigger: a step of % is never lost and never made up', TG_TABLE_NAME;\n        END IF;\n        RETURN OLD;\n    ",
                            hash="e223c248e4be5aa3b4edf1bcb7c44a0678eada5b",
                            operation="DELETE",
                            pgid="pgtrigger_archived_steps_are_only_restored_b7f29",
                            table="approvals_approvalsteparchive",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="archived_steps_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;",
                            hash="2188f709e7d0e686422e6f1decdba52e9807a31d",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_archived_steps_stay_c9917",
                            table="approvals_approvalsteparchive",
                            when="BEFORE",
                        ),
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brand", "owner_kind", "owner_id", "number"),
                        name="archived_number_once_of_owner",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EvidenceSeal",
            fields=[
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=storesync.core.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                (
                    "number",
                    models.PositiveIntegerField(
                        db_default=0, default=0, editable=False, verbose_name="number"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("steps", models.PositiveBigIntegerField(verbose_name="steps so far")),
                ("chains", models.PositiveIntegerField(verbose_name="campaigns with new steps")),
                ("heads_hash", models.CharField(max_length=64, verbose_name="hash of their newest steps")),
                (
                    "previous_hash",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        editable=False,
                        max_length=64,
                        verbose_name="hash of the seal before",
                    ),
                ),
                (
                    "hash",
                    models.CharField(
                        db_default="", default="", editable=False, max_length=64, verbose_name="hash"
                    ),
                ),
            ],
            options={
                "verbose_name": "seal",
                "verbose_name_plural": "seals",
                "ordering": ["-number"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="878b8db0ab68ce9af7e00bc7e4cd05ca53e7ea4f",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_bb0f5",
                            table="approvals_evidenceseal",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="seal_is_chained",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE head RECORD;",
                            func="\n    SELECT s.number, s.hash INTO head FROM approvals_evidenceseal s\n    WHERE s.brand_id = NEW.brand_id ORDER BY s.number DESC LIMIT 1;\n    NEW.number := COALESCE(head.number, 0) + 1;\n    NEW.previous_hash := COALESCE(head.hash, '');\n    NEW.hash := encode(sha256(convert_to(json_build_array('storesync.approvals.seal/1', NEW.id, NEW.brand_id, NEW.number, NEW.day, NEW.steps, NEW.chains, NEW.heads_hash, to_char(NEW.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), to_char(NEW.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), NEW.previous_hash)::text, 'UTF8')), 'hex');\n    RETURN NEW;\n",
                            hash="70683bbfc7c83d1c05d52dfd9aee69506a374a7a",
                            operation="INSERT",
                            pgid="pgtrigger_seal_is_chained_c344a",
                            table="approvals_evidenceseal",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="seals_never_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="6777a65ef3fc8e2319f0d58f2a3358a6cdaf746d",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_seals_never_change_642f1",
                            table="approvals_evidenceseal",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="seals_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;",
                            hash="01fc77ee2d546723ef11138a0f562d93f7907de5",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_seals_stay_f2739",
                            table="approvals_evidenceseal",
                            when="BEFORE",
                        ),
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("brand", "number"), name="seal_number_once_of_brand"),
                    models.UniqueConstraint(fields=("brand", "day"), name="one_seal_a_day"),
                    models.UniqueConstraint(fields=("id", "brand"), name="seal_with_brand"),
                    models.CheckConstraint(
                        condition=models.Q(("hash__regex", "^[0-9a-f]{64}$")), name="seal_hash_is_sha256"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SealedHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "seal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="heads",
                        to="approvals.evidenceseal",
                    ),
                ),
                ("owner_kind", models.CharField(max_length=20)),
                ("owner_id", models.UUIDField()),
                ("number", models.PositiveIntegerField()),
                ("head", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "sealed chain",
                "verbose_name_plural": "sealed chains",
                "ordering": ["id"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="af7aeae67c7104c548325458c8c11734b5f42367",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_14dea",
                            table="approvals_sealedhead",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="heads_never_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="bcaf075ce3ffcf41b44bcfe1a416bdf77030e20c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_heads_never_change_2896b",
                            table="approvals_sealedhead",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="heads_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;",
                            hash="d0e4de35e90f83290faab2e310b6e83bda88eb40",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_heads_stay_3ba73",
                            table="approvals_sealedhead",
                            when="BEFORE",
                        ),
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brand", "owner_kind", "owner_id", "number"), name="head_sealed_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewGroup",
            fields=[
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=storesync.core.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
            ],
            options={
                "verbose_name": "review group",
                "verbose_name_plural": "review groups",
                "ordering": ["name"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="aa31d07bb5f72a7f8230cf541f74b4218b809d0a",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_b2c73",
                            table="approvals_reviewgroup",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "approvals_reviewgroupbrandevent" ("brand_id", "created_at", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") SELECT new_values."brand_id", new_values."created_at", new_values."id", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."updated_at", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="6919c0760d52d648273eeb84f605a82539539a7f",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_07e04",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="approvals_reviewgroup",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "approvals_reviewgroupbrandevent" ("brand_id", "created_at", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") SELECT new_values."brand_id", new_values."created_at", new_values."id", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."updated_at", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="967f220e1f734b280750293c833974bf71301c7e",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_6090b",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="approvals_reviewgroup",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "approvals_reviewgroupbrandevent" ("brand_id", "created_at", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") SELECT old_values."brand_id", old_values."created_at", old_values."id", old_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."updated_at", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="b701d0b2d4b7c5f4908a58fc94817bc5c38cf81c",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_e4e59",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="approvals_reviewgroup",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewGroupBrandevent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="+",
                        to="approvals.reviewgroup",
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="brands.brand",
                    ),
                ),
                (
                    "id",
                    models.UUIDField(default=storesync.core.models.new_id, editable=False, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="61188615184a6c82ca1d637133237ba42623a037",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_60cb4",
                            table="approvals_reviewgroupbrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="reviewgroup_hist")],
            },
        ),
        migrations.CreateModel(
            name="GroupMember",
            fields=[
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=storesync.core.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="approvals.reviewgroup",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "member of a review group",
                "verbose_name_plural": "members of review groups",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="1ab6910efde1a8a38156ffe85e682edeac1208be",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_86bf1",
                            table="approvals_groupmember",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "approvals_groupmemberbrandevent" ("brand_id", "created_at", "group_id", "id", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") SELECT new_values."brand_id", new_values."created_at", new_values."group_id", new_values."id", new_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."updated_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="d006ab78fe0554b4813e5899875503051242763c",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_3d9e3",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="approvals_groupmember",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "approvals_groupmemberbrandevent" ("brand_id", "created_at", "group_id", "id", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") SELECT new_values."brand_id", new_values."created_at", new_values."group_id", new_values."id", new_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."updated_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="5e00e98586e6c07ac7d138e0b88081f9cb9cf71b",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_a31fc",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="approvals_groupmember",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "approvals_groupmemberbrandevent" ("brand_id", "created_at", "group_id", "id", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") SELECT old_values."brand_id", old_values."created_at", old_values."group_id", old_values."id", old_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."updated_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="af5a42b45d8e2e42ecab3b57e93cf2e5c86db855",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_c980d",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="approvals_groupmember",
                            when="AFTER",
                        ),
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("group", "person"), name="once_in_group")],
            },
        ),
        migrations.CreateModel(
            name="GroupMemberBrandevent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="+",
                        to="approvals.groupmember",
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="brands.brand",
                    ),
                ),
                (
                    "id",
                    models.UUIDField(default=storesync.core.models.new_id, editable=False, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="approvals.reviewgroup",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="1f98be91e51679c170b8e68995d16a588825da8c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_92be9",
                            table="approvals_groupmemberbrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="groupmember_hist")],
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=storesync.core.models.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="approvals.submission",
                    ),
                ),
                ("stage", models.PositiveSmallIntegerField(default=0, verbose_name="stage")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("anybody", "Anybody who may decide"),
                            ("role", "Role"),
                            ("group", "Group"),
                            ("person", "Person"),
                            ("admins", "Admins"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("brand_manager", "Brand Manager"),
                            ("approver", "Approver"),
                            ("location_manager", "Location Manager"),
                            ("clerk", "Clerk"),
                            ("viewer", "Viewer"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="approvals.reviewgroup",
                        verbose_name="group",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("escalated", models.BooleanField(default=False, verbose_name="escalated")),
                (
                    "in_place_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="in place of",
                    ),
                ),
            ],
            options={
                "verbose_name": "seat",
                "verbose_name_plural": "seats",
                "ordering": ["id"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="a31b8bc902a6eb013b919ade51fb0cbe1cb24478",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_1c721",
                            table="approvals_seat",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "approvals_seatbrandevent" ("brand_id", "created_at", "escalated", "group_id", "id", "in_place_of_id", "kind", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "stage", "submission_id", "updated_at") SELECT new_values."brand_id", new_values."created_at", new_values."escalated", new_values."group_id", new_values."id", new_values."in_place_of_id", new_values."kind", new_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."role", new_values."stage", new_values."submission_id", new_values."updated_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="5e226e98660a8679f9768b2905656d0ba25a8ad8",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_cd72f",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="approvals_seat",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "approvals_seatbrandevent" ("brand_id", "created_at", "escalated", "group_id", "id", "in_place_of_id", "kind", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "stage", "submission_id", "updated_at") SELECT new_values."brand_id", new_values."created_at", new_values."escalated", new_values."group_id", new_values."id", new_values."in_place_of_id", new_values."kind", new_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."role", new_values."stage", new_values."submission_id", new_values."updated_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="3df8ecf16989a6cf68b9f9a6cfdd0e2580e6f9a7",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_480ed",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="approvals_seat",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "approvals_seatbrandevent" ("brand_id", "created_at", "escalated", "group_id", "id", "in_place_of_id", "kind", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "stage", "submission_id", "updated_at") SELECT old_values."brand_id", old_values."created_at", old_values."escalated", old_values."group_id", old_values."id", old_values."in_place_of_id", old_values."kind", old_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."role", old_values."stage", old_values."submission_id", old_values."updated_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="e2846ab771a58753daa2ec001307d2a9e587388a",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_4e751",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="approvals_seat",
                            when="AFTER",
                        ),
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("group__isnull", True),
                                ("kind__in", ["anybody", "admins"]),
                                ("person__isnull", True),
                                ("role", ""),
                            ),
                            models.Q(
                                ("group__isnull", True),
                                ("kind", "role"),
                                ("person__isnull", True),
                                models.Q(("role", ""), _negated=True),
                            ),
                            models.Q(
                                ("group__isnull", False),
                                ("kind", "group"),
                                ("person__isnull", True),
                                ("role", ""),
                            ),
                            models.Q(
                                ("group__isnull", True),
                                ("kind", "person"),
                                ("person__isnull", False),
                                ("role", ""),
                            ),
                            _connector="OR",
                        ),
                        name="seat_is_of_its_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("in_place_of__isnull", True), ("kind", "person"), _connector="OR"
                        ),
                        name="seat_in_place_of_by_a_person",
                    ),
                    models.UniqueConstraint(
                        fields=("submission", "kind", "role", "group", "person", "in_place_of"),
                        name="seat_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SeatBrandevent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="+",
                        to="approvals.seat",
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                (
                    "brand",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="brands.brand",
                    ),
                ),
                (
                    "id",
                    models.UUIDField(default=storesync.core.models.new_id, editable=False, serialize=False),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="created",
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        auto_now=True,
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="changed",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="approvals.submission",
                    ),
                ),
                ("stage", models.PositiveSmallIntegerField(default=0, verbose_name="stage")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("anybody", "Anybody who may decide"),
                            ("role", "Role"),
                            ("group", "Group"),
                            ("person", "Person"),
                            ("admins", "Admins"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("brand_manager", "Brand Manager"),
                            ("approver", "Approver"),
                            ("location_manager", "Location Manager"),
                            ("clerk", "Clerk"),
                            ("viewer", "Viewer"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="approvals.reviewgroup",
                        verbose_name="group",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                ("escalated", models.BooleanField(default=False, verbose_name="escalated")),
                (
                    "in_place_of",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="in place of",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="5598fe19f50d0de34abe187ff6ecd09d2dc82b7c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_c5e6c",
                            table="approvals_seatbrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="seat_hist")],
            },
        ),
        migrations.AddField(
            model_name="reviewgroup",
            name="members",
            field=models.ManyToManyField(
                blank=True,
                related_name="+",
                through="approvals.GroupMember",
                to=settings.AUTH_USER_MODEL,
                verbose_name="members",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewgroup",
            constraint=models.UniqueConstraint(fields=("brand", "name"), name="group_name_once_in_brand"),
        ),
        migrations.AddConstraint(
            model_name="reviewgroup",
            constraint=models.UniqueConstraint(fields=("id", "brand"), name="review_group_with_brand"),
        ),
        # Not in any model, see core.foreign_keys.
        foreign_key(
            "approvals_actionlink",
            "link_submission_in_brand",
            "submission_id, brand_id",
            "approvals_submission",
        ),
        foreign_key(
            "approvals_approvalstep",
            "step_revision_as_it_is",
            "revision_id, content_hash, brand_id",
            "content_revision",
            "id, content_hash, brand_id",
        ),
        foreign_key(
            "approvals_approvalstep",
            "step_submission_in_brand",
            "submission_id, brand_id",
            "approvals_submission",
        ),
        foreign_key(
            "approvals_groupmember", "member_group_in_brand", "group_id, brand_id", "approvals_reviewgroup"
        ),
        foreign_key("approvals_seat", "seat_group_in_brand", "group_id, brand_id", "approvals_reviewgroup"),
        foreign_key(
            "approvals_seat", "seat_submission_in_brand", "submission_id, brand_id", "approvals_submission"
        ),
        foreign_key(
            "approvals_submission",
            "submission_parent_in_brand",
            "parent_id, brand_id",
            "approvals_submission",
        ),
        foreign_key(
            "approvals_submission", "submission_root_in_brand", "root_id, brand_id", "approvals_submission"
        ),
        foreign_key(
            "approvals_submissionitem", "item_location_in_brand", "location_id, brand_id", "brands_location"
        ),
        foreign_key(
            "approvals_submissionitem",
            "item_revision_as_it_is",
            "revision_id, content_hash, brand_id",
            "content_revision",
            "id, content_hash, brand_id",
        ),
        foreign_key(
            "approvals_submissionitem",
            "item_submission_in_brand",
            "submission_id, brand_id",
            "approvals_submission",
        ),
        foreign_key(
            "approvals_urgenttelling",
            "telling_submission_in_brand",
            "submission_id, brand_id",
            "approvals_submission",
        ),
    ]
