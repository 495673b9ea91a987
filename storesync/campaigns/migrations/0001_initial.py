"""Templates and their versions, roll-outs, campaigns of locations."""

import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
import storesync.campaigns.models.schedule
import storesync.content.media
import storesync.core.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audience", "0001_initial"),
        ("brands", "0001_initial"),
        ("content", "0001_initial"),
        ("core", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CampaignTemplate",
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
                ("slug", models.SlugField(max_length=80, verbose_name="address")),
                (
                    "campaign_type",
                    models.CharField(
                        choices=[
                            ("seasonal", "Seasonal"),
                            ("clearance", "Clearance"),
                            ("grand_opening", "Grand opening"),
                            ("loyalty", "Loyalty"),
                            ("event", "Event"),
                            ("new_product", "New product"),
                            ("newsletter", "Newsletter"),
                        ],
                        max_length=20,
                        verbose_name="campaign type",
                    ),
                ),
                ("description", models.TextField(blank=True, max_length=1000, verbose_name="description")),
                ("draft", models.JSONField(blank=True, default=dict, verbose_name="draft")),
                ("draft_number", models.PositiveIntegerField(default=0)),
                ("archived_at", models.DateTimeField(blank=True, null=True, verbose_name="archived")),
                ("deprecated_at", models.DateTimeField(blank=True, null=True, verbose_name="deprecated")),
                (
                    "deprecated_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="why deprecated"),
                ),
                (
                    "replacement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.campaigntemplate",
                        verbose_name="use instead",
                    ),
                ),
            ],
            options={
                "verbose_name": "template",
                "verbose_name_plural": "templates",
                "ordering": ["name"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="f0fae1f70917ed1746488edef8c05c06583ca2cc",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_b897e",
                            table="campaigns_campaigntemplate",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                ],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        storesync.content.media.ShownPictures("draft", within="blocks"),
                        name="template_draft_pictures",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("brand", "slug"), name="template_slug_once"),
                    models.UniqueConstraint(fields=("id", "brand"), name="template_with_brand"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignTemplateBrandevent",
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
                        to="campaigns.campaigntemplate",
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
                ("slug", models.SlugField(db_index=False, max_length=80, verbose_name="address")),
                (
                    "campaign_type",
                    models.CharField(
                        choices=[
                            ("seasonal", "Seasonal"),
                            ("clearance", "Clearance"),
                            ("grand_opening", "Grand opening"),
                            ("loyalty", "Loyalty"),
                            ("event", "Event"),
                            ("new_product", "New product"),
                            ("newsletter", "Newsletter"),
                        ],
                        max_length=20,
                        verbose_name="campaign type",
                    ),
                ),
                ("description", models.TextField(blank=True, max_length=1000, verbose_name="description")),
                ("draft", models.JSONField(blank=True, default=dict, verbose_name="draft")),
                ("draft_number", models.PositiveIntegerField(default=0)),
                ("archived_at", models.DateTimeField(blank=True, null=True, verbose_name="archived")),
                ("deprecated_at", models.DateTimeField(blank=True, null=True, verbose_name="deprecated")),
                (
                    "deprecated_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="why deprecated"),
                ),
                (
                    "replacement",
                    models.ForeignKey(
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
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="e4505400a3623af4b649368b0dfa64a8625688e6",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_85b70",
                            table="campaigns_campaigntemplatebrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="campaigntemplate_hist")],
            },
        ),
        migrations.CreateModel(
            name="TemplateVersion",
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
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="campaigns.campaigntemplate",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("preheader", models.CharField(blank=True, max_length=200, verbose_name="preheader")),
                ("blocks", models.JSONField(verbose_name="blocks")),
                ("variables", models.JSONField(default=list, verbose_name="variables")),
                (
                    "open_fields",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Parts outside of blocks that stores may change: subject, preheader, schedule.",
                        verbose_name="left to stores",
                    ),
                ),
                ("theme", models.JSONField(default=dict, verbose_name="theme")),
                (
                    "default_schedule",
                    models.JSONField(
                        default=storesync.campaigns.models.schedule.approval_schedule,
                        verbose_name="usual dates",
                    ),
                ),
                ("notes", models.TextField(blank=True, max_length=1000, verbose_name="notes")),
                ("content_hash", models.CharField(max_length=64)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "template version",
                "verbose_name_plural": "template versions",
                "ordering": ["-number"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="5d8a165b462da3ae548eb346e5c9ab58ce15c251",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_c253e",
                            table="campaigns_templateversion",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="never_changes",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="afb191b2daff4d6ee221c5298923b6f64742fd5a",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_never_changes_76157",
                            table="campaigns_templateversion",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "campaigns_templateversionbrandevent" ("author_id", "blocks", "brand_id", "content_hash", "created_at", "default_schedule", "id", "notes", "number", "open_fields", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "preheader", "subject", "template_id", "theme", "updated_at", "variables") SELECT new_values."author_id", new_values."blocks", new_values."brand_id", new_values."content_hash", new_values."created_at", new_values."default_schedule", new_values."id", new_values."notes", new_values."number", new_values."open_fields", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."preheader", new_values."subject", new_values."template_id", new_values."theme", new_values."updated_at", new_values."variables" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="3ba15ce2e8829842491b5f9799e8875876bc66a2",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_6802e",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="campaigns_templateversion",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "campaigns_templateversionbrandevent" ("author_id", "blocks", "brand_id", "content_hash", "created_at", "default_schedule", "id", "notes", "number", "open_fields", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "preheader", "subject", "template_id", "theme", "updated_at", "variables") SELECT new_values."author_id", new_values."blocks", new_values."brand_id", new_values."content_hash", new_values."created_at", new_values."default_schedule", new_values."id", new_values."notes", new_values."number", new_values."open_fields", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."preheader", new_values."subject", new_values."template_id", new_values."theme", new_values."updated_at", new_values."variables" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="e7fefc7f052d637be96e0a7560e74c653775dfe9",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_00edb",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="campaigns_templateversion",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "campaigns_templateversionbrandevent" ("author_id", "blocks", "brand_id", "content_hash", "created_at", "default_schedule", "id", "notes", "number", "open_fields", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "preheader", "subject", "template_id", "theme", "updated_at", "variables") SELECT old_values."author_id", old_values."blocks", old_values."brand_id", old_values."content_hash", old_values."created_at", old_values."default_schedule", old_values."id", old_values."notes", old_values."number", old_values."open_fields", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."preheader", old_values."subject", old_values."template_id", old_values."theme", old_values."updated_at", old_values."variables" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="43ddcb5e63cf0d29f2f09822afe87c42b0ab59ef",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_92c56",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="campaigns_templateversion",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        storesync.content.media.ShownPictures("blocks", within=""), name="template_pictures"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("template", "number"), name="version_number_once"),
                    models.UniqueConstraint(fields=("id", "brand"), name="template_version_with_brand"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TemplateVersionBrandevent",
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
                        to="campaigns.templateversion",
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
                    "template",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.campaigntemplate",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("preheader", models.CharField(blank=True, max_length=200, verbose_name="preheader")),
                ("blocks", models.JSONField(verbose_name="blocks")),
                ("variables", models.JSONField(default=list, verbose_name="variables")),
                (
                    "open_fields",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Parts outside of blocks that stores may change: subject, preheader, schedule.",
                        verbose_name="left to stores",
                    ),
                ),
                ("theme", models.JSONField(default=dict, verbose_name="theme")),
                (
                    "default_schedule",
                    models.JSONField(
                        default=storesync.campaigns.models.schedule.approval_schedule,
                        verbose_name="usual dates",
                    ),
                ),
                ("notes", models.TextField(blank=True, max_length=1000, verbose_name="notes")),
                ("content_hash", models.CharField(max_length=64)),
                (
                    "author",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                            hash="82d349b4ff95e8d07a44ac1606dec30d957d8c88",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_066db",
                            table="campaigns_templateversionbrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="templateversion_hist")],
            },
        ),
        migrations.CreateModel(
            name="VersionStanding",
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
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standing",
                        to="campaigns.templateversion",
                        verbose_name="template version",
                    ),
                ),
                ("offered_at", models.DateTimeField(blank=True, null=True, verbose_name="offered to drafts")),
                ("deprecated_at", models.DateTimeField(blank=True, null=True, verbose_name="deprecated")),
                (
                    "deprecated_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="why deprecated"),
                ),
                (
                    "replacement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.templateversion",
                        verbose_name="use instead",
                    ),
                ),
            ],
            options={
                "verbose_name": "standing of a version",
                "verbose_name_plural": "standings of versions",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                ],
            },
        ),
        migrations.CreateModel(
            name="VersionStandingBrandevent",
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
                        to="campaigns.versionstanding",
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
                    "version",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.templateversion",
                        verbose_name="template version",
                    ),
                ),
                ("offered_at", models.DateTimeField(blank=True, null=True, verbose_name="offered to drafts")),
                ("deprecated_at", models.DateTimeField(blank=True, null=True, verbose_name="deprecated")),
                (
                    "deprecated_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="why deprecated"),
                ),
                (
                    "replacement",
                    models.ForeignKey(
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
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="5ccb7347a9be425210dd7431f6d2765886c28f2c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_ec697",
                            table="campaigns_versionstandingbrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="versionstanding_hist")],
            },
        ),
        migrations.CreateModel(
            name="Rollout",
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
                ("name", models.CharField(max_length=160, verbose_name="name")),
                (
                    "template_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rollouts",
                        to="campaigns.templateversion",
                        verbose_name="template version",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("launching", "Launching"),
                            ("launched", "Launched"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("values", models.JSONField(blank=True, default=dict, verbose_name="values")),
                (
                    "schedule",
                    models.JSONField(
                        default=storesync.campaigns.models.schedule.approval_schedule, verbose_name="dates"
                    ),
                ),
                ("selection", models.JSONField(blank=True, default=dict, verbose_name="choice of locations")),
                ("edit_deadline", models.DateTimeField(blank=True, null=True, verbose_name="edit deadline")),
                (
                    "at_deadline",
                    models.CharField(
                        choices=[("submit", "Submit them as they are"), ("leave_out", "Leave them out")],
                        default="leave_out",
                        max_length=10,
                        verbose_name="at the edit deadline",
                    ),
                ),
                ("deadline_done_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "audience_list",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audience.audiencelist",
                        verbose_name="recipients",
                    ),
                ),
                (
                    "holdout",
                    models.DecimalField(
                        decimal_places=3,
                        default=0,
                        help_text="Share of the recipients who get nothing, to measure the lift.",
                        max_digits=4,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(0.5),
                        ],
                        verbose_name="held out",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "launched_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("launched_at", models.DateTimeField(blank=True, null=True, verbose_name="launched")),
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
                (
                    "check_job",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="core.job",
                        verbose_name="check",
                    ),
                ),
            ],
            options={
                "verbose_name": "roll-out",
                "verbose_name_plural": "roll-outs",
                "ordering": ["-created_at"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="c8cd69261fb4ea739026275479dfcc03d690e1e0",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_79bda",
                            table="campaigns_rollout",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="rollout_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{draft:launching,launching:launched,launching:draft,draft:cancelled,launched:cancelled}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="f2095f58f68f4b66384213cf23ddeb8f1c4fdba3",
                            operation="UPDATE",
                            pgid="pgtrigger_rollout_moves_cdcbb",
                            table="campaigns_rollout",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="launched_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."state" IN (\'launching\', \'launched\') AND (OLD."template_version_id" IS DISTINCT FROM (NEW."template_version_id") OR OLD."values" IS DISTINCT FROM (NEW."values") OR OLD."schedule" IS DISTINCT FROM (NEW."schedule") OR OLD."audience_list_id" IS DISTINCT FROM (NEW."audience_list_id") OR OLD."holdout" IS DISTINCT FROM (NEW."holdout")))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="8d04e9f0afae3d12add120790f3e747cb1423021",
                            operation="UPDATE",
                            pgid="pgtrigger_launched_is_fixed_9d7d1",
                            table="campaigns_rollout",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "campaigns_rolloutbrandevent" ("at_deadline", "audience_list_id", "brand_id", "check_job_id", "created_at", "created_by_id", "deadline_done_at", "edit_deadline", "holdout", "id", "job_id", "launched_at", "launched_by_id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "schedule", "selection", "state", "template_version_id", "updated_at", "values") SELECT new_values."at_deadline", new_values."audience_list_id", new_values."brand_id", new_values."check_job_id", new_values."created_at", new_values."created_by_id", new_values."deadline_done_at", new_values."edit_deadline", new_values."holdout", new_values."id", new_values."job_id", new_values."launched_at", new_values."launched_by_id", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."schedule", new_values."selection", new_values."state", new_values."template_version_id", new_values."updated_at", new_values."values" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="db61891e395fdf588bbaa2741af2cd51901d81ff",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_0e9c3",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="campaigns_rollout",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "campaigns_rolloutbrandevent" ("at_deadline", "audience_list_id", "brand_id", "check_job_id", "created_at", "created_by_id", "deadline_done_at", "edit_deadline", "holdout", "id", "job_id", "launched_at", "launched_by_id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "schedule", "selection", "state", "template_version_id", "updated_at", "values") SELECT new_values."at_deadline", new_values."audience_list_id", new_values."brand_id", new_values."check_job_id", new_values."created_at", new_values."created_by_id", new_values."deadline_done_at", new_values."edit_deadline", new_values."holdout", new_values."id", new_values."job_id", new_values."launched_at", new_values."launched_by_id", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."schedule", new_values."selection", new_values."state", new_values."template_version_id", new_values."updated_at", new_values."values" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="f793d4b2d6b30aa745ddc03637f4e16a4464ea15",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_63010",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="campaigns_rollout",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "campaigns_rolloutbrandevent" ("at_deadline", "audience_list_id", "brand_id", "check_job_id", "created_at", "created_by_id", "deadline_done_at", "edit_deadline", "holdout", "id", "job_id", "launched_at", "launched_by_id", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "schedule", "selection", "state", "template_version_id", "updated_at", "values") SELECT old_values."at_deadline", old_values."audience_list_id", old_values."brand_id", old_values."check_job_id", old_values."created_at", old_values."created_by_id", old_values."deadline_done_at", old_values."edit_deadline", old_values."holdout", old_values."id", old_values."job_id", old_values."launched_at", old_values."launched_by_id", old_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."schedule", old_values."selection", old_values."state", old_values."template_version_id", old_values."updated_at", old_values."values" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="95168bce100bcce3062b1f5a2ef2ef08bbb7e947",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_d28d5",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="campaigns_rollout",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [models.Index(fields=["brand", "-created_at"], name="rollout_newest")],
                "constraints": [
                    models.UniqueConstraint(fields=("id", "brand"), name="rollout_with_brand"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "launching", "launched", "cancelled"])),
                        name="rollout_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("holdout__range", (0, 0.5))), name="rollout_holdout_at_most_half"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RolloutBrandevent",
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
                        to="campaigns.rollout",
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
                ("name", models.CharField(max_length=160, verbose_name="name")),
                (
                    "template_version",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.templateversion",
                        verbose_name="template version",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("launching", "Launching"),
                            ("launched", "Launched"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("values", models.JSONField(blank=True, default=dict, verbose_name="values")),
                (
                    "schedule",
                    models.JSONField(
                        default=storesync.campaigns.models.schedule.approval_schedule, verbose_name="dates"
                    ),
                ),
                ("selection", models.JSONField(blank=True, default=dict, verbose_name="choice of locations")),
                ("edit_deadline", models.DateTimeField(blank=True, null=True, verbose_name="edit deadline")),
                (
                    "at_deadline",
                    models.CharField(
                        choices=[("submit", "Submit them as they are"), ("leave_out", "Leave them out")],
                        default="leave_out",
                        max_length=10,
                        verbose_name="at the edit deadline",
                    ),
                ),
                ("deadline_done_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "audience_list",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="audience.audiencelist",
                        verbose_name="recipients",
                    ),
                ),
                (
                    "holdout",
                    models.DecimalField(
                        decimal_places=3,
                        default=0,
                        help_text="Share of the recipients who get nothing, to measure the lift.",
                        max_digits=4,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(0.5),
                        ],
                        verbose_name="held out",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "launched_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("launched_at", models.DateTimeField(blank=True, null=True, verbose_name="launched")),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="core.job",
                    ),
                ),
                (
                    "check_job",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="core.job",
                        verbose_name="check",
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
                            hash="e16e26860ed1c71a5de3c6296309ce5b5f8a8b64",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_b022d",
                            table="campaigns_rolloutbrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="rollout_hist")],
            },
        ),
        migrations.CreateModel(
            name="RolloutLocation",
            fields=[
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "rollout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chosen",
                        to="campaigns.rollout",
                    ),
                ),
                (
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="brands.location"
                    ),
                ),
            ],
            options={
                "verbose_name": "chosen location",
                "verbose_name_plural": "chosen locations",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="8bed398660b8b8348eaa83216e9ddec1afad421d",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_accba",
                            table="campaigns_rolloutlocation",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("rollout", "location"), name="location_once_in_rollout")
                ],
            },
        ),
        migrations.CreateModel(
            name="WaveUpgrade",
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
                    "rollout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="upgrades",
                        to="campaigns.rollout",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.templateversion",
                    ),
                ),
                ("values", models.JSONField(blank=True, default=dict)),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "job",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="core.job",
                    ),
                ),
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
                "triggers": [
                    pgtrigger.compiler.Trigger(
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
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=("rollout",),
                        name="one_upgrade_of_a_rollout",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LocationCampaign",
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
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="brands.location",
                    ),
                ),
                (
                    "rollout",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="campaigns.rollout",
                        verbose_name="roll-out",
                    ),
                ),
                (
                    "template_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="campaigns.templateversion",
                        verbose_name="template version",
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("pending_review", "Pending review"),
                            ("rejected", "Rejected"),
                            ("approved", "Approved"),
                            ("scheduled", "Scheduled"),
                            ("active", "Active"),
                            ("paused", "Paused"),
                            ("completed", "Completed"),
                            ("missed", "Missed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "paused_from",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("draft", "Draft"),
                            ("pending_review", "Pending review"),
                            ("rejected", "Rejected"),
                            ("approved", "Approved"),
                            ("scheduled", "Scheduled"),
                            ("active", "Active"),
                            ("paused", "Paused"),
                            ("completed", "Completed"),
                            ("missed", "Missed"),
                            ("cancelled", "Cancelled"),
                        ],
                        editable=False,
                        max_length=20,
                    ),
                ),
                (
                    "current_revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.revision",
                        verbose_name="current revision",
                    ),
                ),
                (
                    "approved_revision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.revision",
                        verbose_name="approved revision",
                    ),
                ),
                (
                    "candidate_status",
                    models.CharField(
                        choices=[
                            ("none", "None"),
                            ("draft", "Draft"),
                            ("pending_review", "Pending review"),
                            ("rejected", "Rejected"),
                        ],
                        default="none",
                        max_length=20,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("start_at", models.DateTimeField(blank=True, null=True, verbose_name="start")),
                ("end_at", models.DateTimeField(blank=True, null=True, verbose_name="end")),
                ("armed_zone", models.CharField(blank=True, max_length=64)),
                ("activated_at", models.DateTimeField(blank=True, null=True, verbose_name="started")),
                (
                    "status_changed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="since"
                    ),
                ),
                ("status_reason", models.CharField(blank=True, max_length=300, verbose_name="why")),
                (
                    "touched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the store first edited or submitted it.",
                        null=True,
                        verbose_name="touched",
                    ),
                ),
                (
                    "facts_changed_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When a fact of the store changed after approval; the approved bytes stay.",
                        null=True,
                        verbose_name="facts changed",
                    ),
                ),
                ("archived_at", models.DateTimeField(blank=True, null=True, verbose_name="archived")),
                (
                    "declined_version",
                    models.PositiveIntegerField(
                        db_default=0,
                        default=0,
                        help_text="The newest version of its template whose upgrade was declined.",
                        verbose_name="stays before version",
                    ),
                ),
            ],
            options={
                "verbose_name": "campaign",
                "verbose_name_plural": "campaigns",
                "ordering": ["-created_at"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="573f2fa2ebfb8e1b47687c9148f3f0f0ecb99960",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_a1338",
                            table="campaigns_locationcampaign",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="campaign_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{active:cancelled,active:completed,active:paused,approved:cancelled,approved:draft,approved:missed,approved:scheduled,draft:cancelled,draft:pending_review,missed:draft,paused:active,paused:cancelled,paused:scheduled,pending_review:approved,pending_review:cancelled,pending_review:draft,pending_review:missed,pending_review:rejected,rejected:cancelled,rejected:draft,scheduled:active,scheduled:cancelled,scheduled:draft,scheduled:missed,scheduled:paused}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="23cab8bcde4c5eeedbf95ec08bec29f735761b58",
                            operation="UPDATE",
                            pgid="pgtrigger_campaign_moves_6f8d1",
                            table="campaigns_locationcampaign",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="campaign_begins_as_draft",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.\"status\" IS DISTINCT FROM 'draft')",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot insert rows from % table', TG_TABLE_NAME;",
                            hash="7c6605d0ccc9a857c6ea0b5e94b972d55d29e087",
                            operation="INSERT",
                            pgid="pgtrigger_campaign_begins_as_draft_15360",
                            table="campaigns_locationcampaign",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                ],
                "indexes": [
                    models.Index(fields=["brand", "-created_at", "-id"], name="campaign_newest"),
                    models.Index(fields=["brand", "status", "-created_at"], name="campaign_by_status"),
                    models.Index(fields=["rollout", "status"], name="campaign_by_rollout"),
                    models.Index(fields=["template_version", "status"], name="campaign_by_version"),
                    models.Index(fields=["location", "-created_at"], name="campaign_by_location"),
                    models.Index(
                        condition=models.Q(("status__in", ["scheduled", "approved"])),
                        fields=["start_at"],
                        name="campaign_due",
                    ),
                    models.Index(
                        condition=models.Q(("status", "active")), fields=["end_at"], name="campaign_running"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("rollout__isnull", False)),
                        fields=("rollout", "location"),
                        name="campaign_once_per_rollout",
                    ),
                    models.UniqueConstraint(fields=("id", "brand"), name="campaign_with_brand"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "draft",
                                    "pending_review",
                                    "rejected",
                                    "approved",
                                    "scheduled",
                                    "active",
                                    "paused",
                                    "completed",
                                    "missed",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="campaign_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("status__in", ["approved", "scheduled", "active", "completed"]),
                                _negated=True,
                            ),
                            ("approved_revision__isnull", False),
                            _connector="OR",
                        ),
                        name="campaign_approved_has_revision",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["scheduled", "active"]), _negated=True),
                            ("start_at__isnull", False),
                            _connector="OR",
                        ),
                        name="campaign_armed_has_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_at__isnull", True), ("end_at__gt", models.F("start_at")), _connector="OR"
                        ),
                        name="campaign_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LocationCampaignBrandevent",
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
                        to="campaigns.locationcampaign",
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
                    "location",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="brands.location",
                    ),
                ),
                (
                    "rollout",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.rollout",
                        verbose_name="roll-out",
                    ),
                ),
                (
                    "template_version",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.templateversion",
                        verbose_name="template version",
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("pending_review", "Pending review"),
                            ("rejected", "Rejected"),
                            ("approved", "Approved"),
                            ("scheduled", "Scheduled"),
                            ("active", "Active"),
                            ("paused", "Paused"),
                            ("completed", "Completed"),
                            ("missed", "Missed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "paused_from",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("draft", "Draft"),
                            ("pending_review", "Pending review"),
                            ("rejected", "Rejected"),
                            ("approved", "Approved"),
                            ("scheduled", "Scheduled"),
                            ("active", "Active"),
                            ("paused", "Paused"),
                            ("completed", "Completed"),
                            ("missed", "Missed"),
                            ("cancelled", "Cancelled"),
                        ],
                        editable=False,
                        max_length=20,
                    ),
                ),
                (
                    "current_revision",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="content.revision",
                        verbose_name="current revision",
                    ),
                ),
                (
                    "approved_revision",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="content.revision",
                        verbose_name="approved revision",
                    ),
                ),
                (
                    "candidate_status",
                    models.CharField(
                        choices=[
                            ("none", "None"),
                            ("draft", "Draft"),
                            ("pending_review", "Pending review"),
                            ("rejected", "Rejected"),
                        ],
                        default="none",
                        max_length=20,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("start_at", models.DateTimeField(blank=True, null=True, verbose_name="start")),
                ("end_at", models.DateTimeField(blank=True, null=True, verbose_name="end")),
                ("armed_zone", models.CharField(blank=True, max_length=64)),
                ("activated_at", models.DateTimeField(blank=True, null=True, verbose_name="started")),
                (
                    "status_changed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="since"
                    ),
                ),
                ("status_reason", models.CharField(blank=True, max_length=300, verbose_name="why")),
                (
                    "touched_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the store first edited or submitted it.",
                        null=True,
                        verbose_name="touched",
                    ),
                ),
                (
                    "facts_changed_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When a fact of the store changed after approval; the approved bytes stay.",
                        null=True,
                        verbose_name="facts changed",
                    ),
                ),
                ("archived_at", models.DateTimeField(blank=True, null=True, verbose_name="archived")),
                (
                    "declined_version",
                    models.PositiveIntegerField(
                        db_default=0,
                        default=0,
                        help_text="The newest version of its template whose upgrade was declined.",
                        verbose_name="stays before version",
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
                            hash="287930fe0461ee6c61a8ad38567849d1ade2d0ca",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_66eb1",
                            table="campaigns_locationcampaignbrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="locationcampaign_hist")],
            },
        ),
        migrations.CreateModel(
            name="CampaignEdit",
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
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="edits",
                        to="campaigns.locationcampaign",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("data", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField()),
                ("seen", models.PositiveIntegerField()),
                ("number", models.PositiveIntegerField(default=1)),
                ("undo", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "verbose_name": "unsaved edit",
                "verbose_name_plural": "unsaved edits",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="1e1a8a22835acb5e781290611ec43492e5af0b87",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_29d74",
                            table="campaigns_campaignedit",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "user"), name="one_edit_a_person_and_campaign"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignPolicy",
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
                    "arm_on_approval",
                    models.BooleanField(
                        default=True,
                        help_text="Approval also arms the approved dates.",
                        verbose_name="schedule at once",
                    ),
                ),
                (
                    "grace_minutes",
                    models.PositiveIntegerField(
                        default=30,
                        help_text="A start that passes by more than this makes the campaign Missed (Rule A8).",
                        validators=[django.core.validators.MaxValueValidator(1440)],
                        verbose_name="grace time in minutes",
                    ),
                ),
            ],
            options={
                "verbose_name": "campaign policy",
                "verbose_name_plural": "campaign policies",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="f217642527786d6c43099dd985426a684fc261c8",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_1f05f",
                            table="campaigns_campaignpolicy",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "campaigns_campaignpolicybrandevent" ("arm_on_approval", "brand_id", "created_at", "grace_minutes", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") SELECT new_values."arm_on_approval", new_values."brand_id", new_values."created_at", new_values."grace_minutes", new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."updated_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="0ebad068c1fba48a2d7332f318d7a4b2b956c394",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_f837a",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="campaigns_campaignpolicy",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "campaigns_campaignpolicybrandevent" ("arm_on_approval", "brand_id", "created_at", "grace_minutes", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") SELECT new_values."arm_on_approval", new_values."brand_id", new_values."created_at", new_values."grace_minutes", new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."updated_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="bf5a498ec269df3b3f05bd27f79b562696dfa821",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_b9950",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="campaigns_campaignpolicy",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "campaigns_campaignpolicybrandevent" ("arm_on_approval", "brand_id", "created_at", "grace_minutes", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") SELECT old_values."arm_on_approval", old_values."brand_id", old_values."created_at", old_values."grace_minutes", old_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."updated_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="d53188e5b34ec8dc8b806223457b23c60cf5ef8a",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_40f23",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="campaigns_campaignpolicy",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignPolicyBrandevent",
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
                        to="campaigns.campaignpolicy",
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
                    "arm_on_approval",
                    models.BooleanField(
                        default=True,
                        help_text="Approval also arms the approved dates.",
                        verbose_name="schedule at once",
                    ),
                ),
                (
                    "grace_minutes",
                    models.PositiveIntegerField(
                        default=30,
                        help_text="A start that passes by more than this makes the campaign Missed (Rule A8).",
                        validators=[django.core.validators.MaxValueValidator(1440)],
                        verbose_name="grace time in minutes",
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
                            hash="b47e04407f062c3a1ca7a733792682beb3fc8c24",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_cc5c9",
                            table="campaigns_campaignpolicybrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="campaignpolicy_hist")],
            },
        ),
        migrations.CreateModel(
            name="Presence",
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
                    "page",
                    models.CharField(
                        choices=[("template", "Template"), ("campaign", "Campaign")], max_length=10
                    ),
                ),
                ("object_id", models.UUIDField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "open page",
                "verbose_name_plural": "open pages",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="d3b09f0b20fc1221c8e544df35dd8bec48c75705",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_03957",
                            table="campaigns_presence",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["brand", "seen_at"], name="presence_by_time")],
                "constraints": [
                    models.UniqueConstraint(fields=("page", "object_id", "user"), name="present_once_a_page")
                ],
            },
        ),
        migrations.CreateModel(
            name="MailTest",
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
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="brands.location",
                        verbose_name="location",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tests",
                        to="campaigns.locationcampaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tests",
                        to="campaigns.campaigntemplate",
                        verbose_name="template",
                    ),
                ),
                ("number", models.PositiveIntegerField(blank=True, null=True, verbose_name="number")),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sent by",
                    ),
                ),
                ("addresses", models.PositiveSmallIntegerField(verbose_name="addresses")),
            ],
            options={
                "verbose_name": "test mail",
                "verbose_name_plural": "test mails",
                "ordering": ["-created_at"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="18e68a11f069ab9fa9785eb02c6029c75b6a0f87",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_ad996",
                            table="campaigns_mailtest",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="mail_tests_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="c4031082b563aa4281049536eabd8309b1abc3d1",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_mail_tests_stay_6726b",
                            table="campaigns_mailtest",
                            when="BEFORE",
                        ),
                    ),
                ],
                "indexes": [models.Index(fields=["sent_by", "-created_at"], name="mail_test_of_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("campaign__isnull", False), ("template__isnull", True)),
                            models.Q(("campaign__isnull", True), ("template__isnull", False)),
                            _connector="OR",
                        ),
                        name="mail_test_of_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("addresses__range", (1, 5))), name="mail_test_to_a_few"
                    ),
                ],
            },
        ),
    ]
