"""What people are told about a campaign, and the longest grace time."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import storesync.core.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("brands", "0006_absence"),
        ("campaigns", "0009_presence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="campaignpolicy",
            name="grace_minutes",
            field=models.PositiveIntegerField(
                default=30,
                help_text="A start that passes by more than this makes the campaign Missed (Rule A8).",
                validators=[django.core.validators.MaxValueValidator(1440)],
                verbose_name="grace time in minutes",
            ),
        ),
        migrations.AlterField(
            model_name="campaignpolicybrandevent",
            name="grace_minutes",
            field=models.PositiveIntegerField(
                default=30,
                help_text="A start that passes by more than this makes the campaign Missed (Rule A8).",
                validators=[django.core.validators.MaxValueValidator(1440)],
                verbose_name="grace time in minutes",
            ),
        ),
        migrations.CreateModel(
            name="CampaignNotice",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("start_near", "Starts soon and is not approved"),
                            ("deadline", "Not handed in at the edit deadline"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("about", models.DateTimeField(verbose_name="about")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled")),
                ("told", models.BooleanField(db_default=False, default=False, verbose_name="told")),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="campaigns.locationcampaign",
                        verbose_name="campaign",
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
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
                "ordering": ["created_at", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CampaignNoticeBrandevent",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("start_near", "Starts soon and is not approved"),
                            ("deadline", "Not handed in at the edit deadline"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("about", models.DateTimeField(verbose_name="about")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled")),
                ("told", models.BooleanField(db_default=False, default=False, verbose_name="told")),
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
                    "campaign",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.locationcampaign",
                        verbose_name="campaign",
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
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="+",
                        to="campaigns.campaignnotice",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="campaignnotice",
            index=models.Index(
                condition=models.Q(("settled_at__isnull", True)),
                fields=["brand", "person"],
                name="notice_to_tell",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaignnotice",
            constraint=models.UniqueConstraint(
                fields=("campaign", "kind", "about", "person"), name="noticed_once_of_campaign"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaignnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("told", False), ("settled_at__isnull", False), _connector="OR"),
                name="told_notice_is_settled",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="campaignnotice",
            trigger=pgtrigger.compiler.Trigger(
                name="brand_is_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="4f675fdf87a053dc4127bcea19c996a847b555df",
                    operation="UPDATE",
                    pgid="pgtrigger_brand_is_fixed_84f58",
                    table="campaigns_campaignnotice",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="campaignnotice",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "campaigns_campaignnoticebrandevent" ("about", "brand_id", "campaign_id", "created_at", "id", "kind", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "settled_at", "told", "updated_at") SELECT new_values."about", new_values."brand_id", new_values."campaign_id", new_values."created_at", new_values."id", new_values."kind", new_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."settled_at", new_values."told", new_values."updated_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="fed98c788b7b666e0e2f38f3a3ef7330c8a1676b",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_17746",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="campaigns_campaignnotice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="campaignnotice",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "campaigns_campaignnoticebrandevent" ("about", "brand_id", "campaign_id", "created_at", "id", "kind", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "settled_at", "told", "updated_at") SELECT new_values."about", new_values."brand_id", new_values."campaign_id", new_values."created_at", new_values."id", new_values."kind", new_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."settled_at", new_values."told", new_values."updated_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="f39381a3bfe7628daef65d1e1636d6456eae378f",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_cdf5e",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="campaigns_campaignnotice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="campaignnotice",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "campaigns_campaignnoticebrandevent" ("about", "brand_id", "campaign_id", "created_at", "id", "kind", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "settled_at", "told", "updated_at") SELECT old_values."about", old_values."brand_id", old_values."campaign_id", old_values."created_at", old_values."id", old_values."kind", old_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."settled_at", old_values."told", old_values."updated_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="fadd84dd1dee45711bf95486d5d481167f695267",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_61a81",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="campaigns_campaignnotice",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="campaignnoticebrandevent",
            index=models.Index(fields=["pgh_obj", "pgh_id"], name="campaignnotice_hist"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="campaignnoticebrandevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f9ec1d32ed2907c93e86e10ef6b266d1925691ed",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_bf062",
                    table="campaigns_campaignnoticebrandevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(
            'ALTER TABLE campaigns_campaignnotice ADD CONSTRAINT "campaignnotice_campaign_brand_agrees" '
            "FOREIGN KEY (campaign_id, brand_id) REFERENCES campaigns_locationcampaign (id, brand_id)",
            'ALTER TABLE campaigns_campaignnotice DROP CONSTRAINT "campaignnotice_campaign_brand_agrees"',
        ),
    ]
