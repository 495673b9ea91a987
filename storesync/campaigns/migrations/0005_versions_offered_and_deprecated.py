"""Versions are offered to drafts and deprecated, beside the rows that never change; drafts move to them."""

import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import storesync.core.models
from django.conf import settings
from django.db import migrations, models


PAIRS = (
    ("campaigns_campaigntemplate", "replacement_id", "campaigns_campaigntemplate"),
    ("campaigns_versionstanding", "version_id", "campaigns_templateversion"),
    ("campaigns_versionstanding", "replacement_id", "campaigns_templateversion"),
    ("campaigns_waveupgrade", "rollout_id", "campaigns_rollout"),
    ("campaigns_waveupgrade", "version_id", "campaigns_templateversion"),
)


def _name(table, column):
    return f"{table.removeprefix('campaigns_')}_{column.removesuffix('_id')}_brand_agrees"


class Migration(migrations.Migration):
    dependencies = [
        ("brands", "0002_brands_agree"),
        ("campaigns", "0004_check_job"),
        ("content", "0001_initial"),
        ("core", "0002_queue_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="VersionStanding",
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
                ("offered_at", models.DateTimeField(blank=True, null=True, verbose_name="offered to drafts")),
                ("deprecated_at", models.DateTimeField(blank=True, null=True, verbose_name="deprecated")),
                (
                    "deprecated_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="why deprecated"),
                ),
            ],
            options={
                "verbose_name": "standing of a version",
                "verbose_name_plural": "standings of versions",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="VersionStandingBrandevent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
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
                ("offered_at", models.DateTimeField(blank=True, null=True, verbose_name="offered to drafts")),
                ("deprecated_at", models.DateTimeField(blank=True, null=True, verbose_name="deprecated")),
                (
                    "deprecated_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="why deprecated"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="WaveUpgrade",
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
                ("values", models.JSONField(blank=True, default=dict)),
                (
                    "last_id",
                    models.UUIDField(help_text="The campaign it has come to, in order of id.", null=True),
                ),
                ("upgraded", models.PositiveIntegerField(default=0)),
                ("left", models.PositiveIntegerField(default=0)),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "upgrade of a roll-out",
                "verbose_name_plural": "upgrades of roll-outs",
                "ordering": ["-created_at"],
                "abstract": False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="campaigntemplate",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="campaigntemplate",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="campaigntemplate",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="locationcampaign",
            name="campaign_stays_where_it_is",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="locationcampaign",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="locationcampaign",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="locationcampaign",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="campaigntemplate",
            name="deprecated_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="deprecated"),
        ),
        migrations.AddField(
            model_name="campaigntemplate",
            name="deprecated_reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="why deprecated"),
        ),
        migrations.AddField(
            model_name="campaigntemplate",
            name="replacement",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="campaigns.campaigntemplate",
                verbose_name="use instead",
            ),
        ),
        migrations.AddField(
            model_name="campaigntemplatebrandevent",
            name="deprecated_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="deprecated"),
        ),
        migrations.AddField(
            model_name="campaigntemplatebrandevent",
            name="deprecated_reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="why deprecated"),
        ),
        migrations.AddField(
            model_name="campaigntemplatebrandevent",
            name="replacement",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="campaigns.campaigntemplate",
                verbose_name="use instead",
            ),
        ),
        migrations.AddField(
            model_name="locationcampaign",
            name="declined_version",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="The newest version of its template whose upgrade was declined.",
                verbose_name="stays before version",
            ),
        ),
        migrations.AddField(
            model_name="locationcampaignbrandevent",
            name="declined_version",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="The newest version of its template whose upgrade was declined.",
                verbose_name="stays before version",
            ),
        ),
        migrations.AddIndex(
            model_name="locationcampaign",
            index=models.Index(fields=["template_version", "status"], name="campaign_by_version"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="campaigntemplate",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "campaigns_campaigntemplatebrandevent" ("archived_at", "brand_id", "campaign_type", "created_at", "deprecated_at", "deprecated_reason", "description", "draft", "draft_number", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "replacement_id", "slug", "updated_at") SELECT new_values."archived_at", new_values."brand_id", new_values."campaign_type", new_values."created_at", new_values."deprecated_at", new_values."deprecated_reason", new_values."description", new_values."draft", new_values."draft_number", new_values."id", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."replacement_id", new_values."slug", new_values."updated_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="df88f5d3395409cfec91313f24f49aa40ca08a04",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_933e5",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="campaigns_campaigntemplate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="campaigntemplate",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "campaigns_campaigntemplatebrandevent" ("archived_at", "brand_id", "campaign_type", "created_at", "deprecated_at", "deprecated_reason", "description", "draft", "draft_number", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "replacement_id", "slug", "updated_at") SELECT new_values."archived_at", new_values."brand_id", new_values."campaign_type", new_values."created_at", new_values."deprecated_at", new_values."deprecated_reason", new_values."description", new_values."draft", new_values."draft_number", new_values."id", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."replacement_id", new_values."slug", new_values."updated_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="056d62a91e5e20d41a711bdecf9101bf77bc5d04",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_1f068",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="campaigns_campaigntemplate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="campaigntemplate",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "campaigns_campaigntemplatebrandevent" ("archived_at", "brand_id", "campaign_type", "created_at", "deprecated_at", "deprecated_reason", "description", "draft", "draft_number", "id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "replacement_id", "slug", "updated_at") SELECT old_values."archived_at", old_values."brand_id", old_values."campaign_type", old_values."created_at", old_values."deprecated_at", old_values."deprecated_reason", old_values."description", old_values."draft", old_values."draft_number", old_values."id", old_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."replacement_id", old_values."slug", old_values."updated_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="59856531104b91fb31faeef06a900f28a39284f0",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_b63b1",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="campaigns_campaigntemplate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="locationcampaign",
            trigger=pgtrigger.compiler.Trigger(
                name="campaign_stays_where_it_is",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."location_id" IS DISTINCT FROM (NEW."location_id") OR OLD."rollout_id" IS DISTINCT FROM (NEW."rollout_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="ef31f9c23f115b956a7d48e2fe02083a0d07bad9",
                    operation="UPDATE",
                    pgid="pgtrigger_campaign_stays_where_it_is_1c16e",
                    table="campaigns_locationcampaign",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="locationcampaign",
            trigger=pgtrigger.compiler.Trigger(
                name="version_moves_in_drafts",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."template_version_id" IS DISTINCT FROM (NEW."template_version_id") AND (OLD."status" IS DISTINCT FROM \'draft\' OR NEW."status" IS DISTINCT FROM \'draft\'))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="a42787ecb90a5cdcc999149eab1d3761eda25944",
                    operation="UPDATE",
                    pgid="pgtrigger_version_moves_in_drafts_d6591",
                    table="campaigns_locationcampaign",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="locationcampaign",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "campaigns_locationcampaignbrandevent" ("activated_at", "approved_revision_id", "archived_at", "armed_zone", "brand_id", "candidate_status", "created_at", "current_revision_id", "declined_version", "end_at", "facts_changed_at", "id", "location_id", "name", "paused_from", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rollout_id", "start_at", "status", "status_changed_at", "status_reason", "template_version_id", "touched_at", "updated_at", "version") SELECT new_values."activated_at", new_values."approved_revision_id", new_values."archived_at", new_values."armed_zone", new_values."brand_id", new_values."candidate_status", new_values."created_at", new_values."current_revision_id", new_values."declined_version", new_values."end_at", new_values."facts_changed_at", new_values."id", new_values."location_id", new_values."name", new_values."paused_from", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."rollout_id", new_values."start_at", new_values."status", new_values."status_changed_at", new_values."status_reason", new_values."template_version_id", new_values."touched_at", new_values."updated_at", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="25b12e91fff27f88660a791222a025c4a3694730",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_82992",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="campaigns_locationcampaign",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="locationcampaign",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "campaigns_locationcampaignbrandevent" ("activated_at", "approved_revision_id", "archived_at", "armed_zone", "brand_id", "candidate_status", "created_at", "current_revision_id", "declined_version", "end_at", "facts_changed_at", "id", "location_id", "name", "paused_from", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rollout_id", "start_at", "status", "status_changed_at", "status_reason", "template_version_id", "touched_at", "updated_at", "version") SELECT new_values."activated_at", new_values."approved_revision_id", new_values."archived_at", new_values."armed_zone", new_values."brand_id", new_values."candidate_status", new_values."created_at", new_values."current_revision_id", new_values."declined_version", new_values."end_at", new_values."facts_changed_at", new_values."id", new_values."location_id", new_values."name", new_values."paused_from", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."rollout_id", new_values."start_at", new_values."status", new_values."status_changed_at", new_values."status_reason", new_values."template_version_id", new_values."touched_at", new_values."updated_at", new_values."version" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="e73bcb9be170d205955653da0c1e8522bd7284f5",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d7ea9",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="campaigns_locationcampaign",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="locationcampaign",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "campaigns_locationcampaignbrandevent" ("activated_at", "approved_revision_id", "archived_at", "armed_zone", "brand_id", "candidate_status", "created_at", "current_revision_id", "declined_version", "end_at", "facts_changed_at", "id", "location_id", "name", "paused_from", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rollout_id", "start_at", "status", "status_changed_at", "status_reason", "template_version_id", "touched_at", "updated_at", "version") SELECT old_values."activated_at", old_values."approved_revision_id", old_values."archived_at", old_values."armed_zone", old_values."brand_id", old_values."candidate_status", old_values."created_at", old_values."current_revision_id", old_values."declined_version", old_values."end_at", old_values."facts_changed_at", old_values."id", old_values."location_id", old_values."name", old_values."paused_from", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."rollout_id", old_values."start_at", old_values."status", old_values."status_changed_at", old_values."status_reason", old_values."template_version_id", old_values."touched_at", old_values."updated_at", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="83118b422e32a048c8b5254ea3323557ed6cd112",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_7ab05",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="campaigns_locationcampaign",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="versionstanding",
            name="brand",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
            ),
        ),
        migrations.AddField(
            model_name="versionstanding",
            name="replacement",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="campaigns.templateversion",
                verbose_name="use instead",
            ),
        ),
        migrations.AddField(
            model_name="versionstanding",
            name="version",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="standing",
                to="campaigns.templateversion",
                verbose_name="template version",
            ),
        ),
        migrations.AddField(
            model_name="versionstandingbrandevent",
            name="brand",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="brands.brand",
            ),
        ),
        migrations.AddField(
            model_name="versionstandingbrandevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="history",
                related_query_name="+",
                to="campaigns.versionstanding",
            ),
        ),
        migrations.AddField(
            model_name="versionstandingbrandevent",
            name="replacement",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="campaigns.templateversion",
                verbose_name="use instead",
            ),
        ),
        migrations.AddField(
            model_name="versionstandingbrandevent",
            name="version",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="campaigns.templateversion",
                verbose_name="template version",
            ),
        ),
        migrations.AddField(
            model_name="waveupgrade",
            name="brand",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
            ),
        ),
        migrations.AddField(
            model_name="waveupgrade",
            name="job",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="core.job"
            ),
        ),
        migrations.AddField(
            model_name="waveupgrade",
            name="rollout",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="upgrades", to="campaigns.rollout"
            ),
        ),
        migrations.AddField(
            model_name="waveupgrade",
            name="started_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="waveupgrade",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="campaigns.templateversion"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="versionstanding",
            trigger=pgtrigger.compiler.Trigger(
                name="brand_is_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="a78973acb8629d5e6bcbc72d3a80e7490d706c82",
                    operation="UPDATE",
                    pgid="pgtrigger_brand_is_fixed_7372b",
                    table="campaigns_versionstanding",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="versionstanding",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "campaigns_versionstandingbrandevent" ("brand_id", "created_at", "deprecated_at", "deprecated_reason", "id", "offered_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "replacement_id", "updated_at", "version_id") SELECT new_values."brand_id", new_values."created_at", new_values."deprecated_at", new_values."deprecated_reason", new_values."id", new_values."offered_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."replacement_id", new_values."updated_at", new_values."version_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="7a842e3fdecc45285c83ee02240a6decdb5050f2",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_d2025",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="campaigns_versionstanding",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="versionstanding",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "campaigns_versionstandingbrandevent" ("brand_id", "created_at", "deprecated_at", "deprecated_reason", "id", "offered_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "replacement_id", "updated_at", "version_id") SELECT new_values."brand_id", new_values."created_at", new_values."deprecated_at", new_values."deprecated_reason", new_values."id", new_values."offered_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."replacement_id", new_values."updated_at", new_values."version_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="3b9329656cc274f3b9507bf4aed3004ff7a4ec25",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_20513",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="campaigns_versionstanding",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="versionstanding",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "campaigns_versionstandingbrandevent" ("brand_id", "created_at", "deprecated_at", "deprecated_reason", "id", "offered_at", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "replacement_id", "updated_at", "version_id") SELECT old_values."brand_id", old_values."created_at", old_values."deprecated_at", old_values."deprecated_reason", old_values."id", old_values."offered_at", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."replacement_id", old_values."updated_at", old_values."version_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="e8d5ae5c055c26e81467807e299fbcaf8952aec4",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_6df5b",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="campaigns_versionstanding",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="versionstandingbrandevent",
            index=models.Index(fields=["pgh_obj", "pgh_id"], name="versionstanding_hist"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="versionstandingbrandevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="5ccb7347a9be425210dd7431f6d2765886c28f2c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_ec697",
                    table="campaigns_versionstandingbrandevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="waveupgrade",
            constraint=models.UniqueConstraint(
                condition=models.Q(("done_at__isnull", True)),
                fields=("rollout",),
                name="one_upgrade_of_a_rollout",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="waveupgrade",
            trigger=pgtrigger.compiler.Trigger(
                name="brand_is_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="234a172074093e72a3db5745114b1410781dd180",
                    operation="UPDATE",
                    pgid="pgtrigger_brand_is_fixed_99158",
                    table="campaigns_waveupgrade",
                    when="BEFORE",
                ),
            ),
        ),
        *(
            migrations.RunSQL(
                f'ALTER TABLE {table} ADD CONSTRAINT "{_name(table, column)}" '
                f"FOREIGN KEY ({column}, brand_id) REFERENCES {target} (id, brand_id)",
                f'ALTER TABLE {table} DROP CONSTRAINT "{_name(table, column)}"',
            )
            for table, column, target in PAIRS
        ),
    ]
