"""Revisions and the approvals of their exact bytes."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
import storesync.content.media
import storesync.core.models
from django.conf import settings
from django.db import migrations, models
from storesync.core.foreign_keys import foreign_key


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("brands", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Revision",
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
                        related_name="revisions",
                        to="brands.location",
                        verbose_name="location",
                    ),
                ),
                ("owner_kind", models.CharField(max_length=20, verbose_name="kind of owner")),
                ("owner_id", models.UUIDField(verbose_name="owner")),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "E-mail")], default="email", max_length=10, verbose_name="channel"
                    ),
                ),
                ("variant", models.CharField(blank=True, max_length=20, verbose_name="variant")),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("preheader", models.CharField(blank=True, max_length=200, verbose_name="preheader")),
                ("blocks", models.JSONField(default=list, verbose_name="blocks")),
                ("values", models.JSONField(blank=True, default=dict, verbose_name="values")),
                ("facts", models.JSONField(blank=True, default=dict, verbose_name="facts of the location")),
                ("audience", models.JSONField(blank=True, default=dict, verbose_name="audience")),
                ("schedule", models.JSONField(blank=True, default=dict, verbose_name="schedule")),
                ("sender", models.JSONField(blank=True, default=dict, verbose_name="sender")),
                ("rendered_subject", models.TextField(verbose_name="rendered subject")),
                ("rendered_preheader", models.TextField(blank=True, verbose_name="rendered preheader")),
                ("html", models.TextField(verbose_name="HTML")),
                ("text", models.TextField(verbose_name="plain text")),
                ("content_hash", models.CharField(max_length=64, verbose_name="content hash")),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
            ],
            options={
                "verbose_name": "revision",
                "verbose_name_plural": "revisions",
                "ordering": ["owner_kind", "owner_id", "number"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="2c52c2aa2305416cc57f6f6ab777b7f0b71d4e48",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_59412",
                            table="content_revision",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="revisions_never_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="c2dce902b2ced0f02e64c05513ef63735413b0d9",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_revisions_never_change_ee66f",
                            table="content_revision",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="revisions_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;",
                            hash="3743ec13d2c0aa99676b5103cbe96251aadf645d",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_revisions_stay_df1fe",
                            table="content_revision",
                            when="BEFORE",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(fields=["brand", "location", "-created_at"], name="revision_of_location"),
                    django.contrib.postgres.indexes.GinIndex(
                        storesync.content.media.ShownPictures("blocks", within=""), name="revision_pictures"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner_kind", "owner_id", "number"), name="revision_number_once_of_owner"
                    ),
                    models.UniqueConstraint(
                        fields=("id", "content_hash", "brand"), name="revision_with_hash_and_brand"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("content_hash__regex", "^[0-9a-f]{64}$")),
                        name="revision_hash_is_sha256",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="revision_number_from_1"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Approval",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="content.revision",
                        verbose_name="revision",
                    ),
                ),
                ("content_hash", models.CharField(max_length=64, verbose_name="content hash")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty when the brand's policy passed it (Rule A13).",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
                (
                    "approved_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="approved"
                    ),
                ),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="revoked by",
                    ),
                ),
            ],
            options={
                "verbose_name": "approval",
                "verbose_name_plural": "approvals",
                "ordering": ["-approved_at"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="6a83daa32efebd696951c087787a3dab5025b169",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_570ba",
                            table="content_approval",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="approval_is_a_fact",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."revision_id" IS DISTINCT FROM (NEW."revision_id") OR OLD."content_hash" IS DISTINCT FROM (NEW."content_hash") OR OLD."approved_by_id" IS DISTINCT FROM (NEW."approved_by_id") OR OLD."approved_at" IS DISTINCT FROM (NEW."approved_at") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="1bec0b708167b2aabe445ea3af8cbeb78dbd3fbf",
                            operation="UPDATE",
                            pgid="pgtrigger_approval_is_a_fact_18238",
                            table="content_approval",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="revoked_for_good",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."revoked_at" IS NOT NULL)',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="180c5ee2dd688799376a10d8b0388f731e2d8ab4",
                            operation="UPDATE",
                            pgid="pgtrigger_revoked_for_good_ede6f",
                            table="content_approval",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="approvals_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="02c7b2189fdf43d20a54420f28b1277dbd7d2d96",
                            operation="DELETE",
                            pgid="pgtrigger_approvals_stay_2c9f0",
                            table="content_approval",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="all_approvals_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;",
                            hash="7bb65a6949eb20eeb74b9c77140588b569bb6897",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_all_approvals_stay_0a2ca",
                            table="content_approval",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "content_approvalbrandevent" ("approved_at", "approved_by_id", "brand_id", "content_hash", "created_at", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision_id", "revoked_at", "revoked_by_id", "updated_at") SELECT new_values."approved_at", new_values."approved_by_id", new_values."brand_id", new_values."content_hash", new_values."created_at", new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."revision_id", new_values."revoked_at", new_values."revoked_by_id", new_values."updated_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="3739d81ac6de8d037bc51994299b0424985146c1",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_8525f",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="content_approval",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "content_approvalbrandevent" ("approved_at", "approved_by_id", "brand_id", "content_hash", "created_at", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision_id", "revoked_at", "revoked_by_id", "updated_at") SELECT new_values."approved_at", new_values."approved_by_id", new_values."brand_id", new_values."content_hash", new_values."created_at", new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."revision_id", new_values."revoked_at", new_values."revoked_by_id", new_values."updated_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="ecdc6fad6a8521ca02b0fa3dcc75a44a35a60718",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_c8d0c",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="content_approval",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "content_approvalbrandevent" ("approved_at", "approved_by_id", "brand_id", "content_hash", "created_at", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "revision_id", "revoked_at", "revoked_by_id", "updated_at") SELECT old_values."approved_at", old_values."approved_by_id", old_values."brand_id", old_values."content_hash", old_values."created_at", old_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."revision_id", old_values."revoked_at", old_values."revoked_by_id", old_values."updated_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="5720962ceb08327d52dbf8c6d1b1f3c9f0990d59",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_15d49",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="content_approval",
                            when="AFTER",
                        ),
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("revision",),
                        name="one_approval_in_force",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revoked_at__isnull", False), ("revoked_by__isnull", True), _connector="OR"
                        ),
                        name="revoked_by_when_revoked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApprovalBrandevent",
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
                        to="content.approval",
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
                    "revision",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="content.revision",
                        verbose_name="revision",
                    ),
                ),
                ("content_hash", models.CharField(max_length=64, verbose_name="content hash")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Empty when the brand's policy passed it (Rule A13).",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
                (
                    "approved_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="approved"
                    ),
                ),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="revoked by",
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
                            hash="95af60d7fd0872d7a4cd24e82f3abbfc8e59c645",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_f0ba0",
                            table="content_approvalbrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="approval_hist")],
            },
        ),
        # Not in any model, see core.foreign_keys.
        foreign_key(
            "content_approval",
            "approval_hash_of_revision",
            "revision_id, content_hash, brand_id",
            "content_revision",
            "id, content_hash, brand_id",
        ),
        foreign_key(
            "content_revision", "revision_location_of_brand", "location_id, brand_id", "brands_location"
        ),
    ]
