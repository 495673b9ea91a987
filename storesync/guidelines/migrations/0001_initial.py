"""Guidelines, their versions and try-outs. What is in force and its versions refer to each other, so one key follows."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
import storesync.core.models
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
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GuidelineSet",
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
                ("draft", models.JSONField(blank=True, default=list, verbose_name="draft")),
                ("draft_number", models.PositiveIntegerField(default=0, verbose_name="draft number")),
                (
                    "in_force_since",
                    models.DateTimeField(blank=True, null=True, verbose_name="in force since"),
                ),
            ],
            options={
                "verbose_name": "guidelines",
                "verbose_name_plural": "guidelines",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="81e1f35fda1bd0fba6063f67491684cfd32cbba6",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_96a21",
                            table="guidelines_guidelineset",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "guidelines_guidelinesetbrandevent" ("brand_id", "created_at", "draft", "draft_number", "id", "in_force_id", "in_force_since", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") SELECT new_values."brand_id", new_values."created_at", new_values."draft", new_values."draft_number", new_values."id", new_values."in_force_id", new_values."in_force_since", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."updated_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="54bd1eed6d04e54518f24b9fd7d58ab88cbf7ca9",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_8dafc",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="guidelines_guidelineset",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "guidelines_guidelinesetbrandevent" ("brand_id", "created_at", "draft", "draft_number", "id", "in_force_id", "in_force_since", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") SELECT new_values."brand_id", new_values."created_at", new_values."draft", new_values."draft_number", new_values."id", new_values."in_force_id", new_values."in_force_since", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."updated_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="918591a180999034b2be34f26e692ee93284ed12",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_1fa4f",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="guidelines_guidelineset",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "guidelines_guidelinesetbrandevent" ("brand_id", "created_at", "draft", "draft_number", "id", "in_force_id", "in_force_since", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") SELECT old_values."brand_id", old_values."created_at", old_values."draft", old_values."draft_number", old_values."id", old_values."in_force_id", old_values."in_force_since", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."updated_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="05989fba80d45efab59d9e348fcab81e12f2dea6",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_7bba9",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="guidelines_guidelineset",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GuidelineVersion",
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
                    "guideline_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="guidelines.guidelineset",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("rules", models.JSONField(default=list, verbose_name="rules")),
                ("notes", models.TextField(blank=True, max_length=1000, verbose_name="notes")),
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
                "verbose_name": "guideline version",
                "verbose_name_plural": "guideline versions",
                "ordering": ["-number"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="aca18853a8997a07f955c0b4168f865c9ea9d06d",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_3395c",
                            table="guidelines_guidelineversion",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="guideline_versions_never_change",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="2540cfad79cf9882a1b1efa4d56ab04432c1bf8c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_guideline_versions_never_change_0accd",
                            table="guidelines_guidelineversion",
                            when="BEFORE",
                        ),
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("guideline_set", "number"), name="guideline_number_once"),
                    models.UniqueConstraint(fields=("id", "brand"), name="guideline_version_with_brand"),
                ],
            },
        ),
        migrations.CreateModel(
            name="GuidelineSetBrandevent",
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
                        to="guidelines.guidelineset",
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
                ("draft", models.JSONField(blank=True, default=list, verbose_name="draft")),
                ("draft_number", models.PositiveIntegerField(default=0, verbose_name="draft number")),
                (
                    "in_force",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="guidelines.guidelineversion",
                        verbose_name="version in force",
                    ),
                ),
                (
                    "in_force_since",
                    models.DateTimeField(blank=True, null=True, verbose_name="in force since"),
                ),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="cee8fe9c781e9d32b31b4c4a80c21670a99a737d",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_60c9d",
                            table="guidelines_guidelinesetbrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="guidelineset_hist")],
            },
        ),
        migrations.CreateModel(
            name="TryOut",
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
                    "job",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="core.job",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("rules", models.JSONField(default=list, verbose_name="rules")),
                ("draft_number", models.PositiveIntegerField(null=True, verbose_name="draft number")),
                (
                    "version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="guidelines.guidelineversion",
                    ),
                ),
                (
                    "base",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="guidelines.guidelineversion",
                    ),
                ),
                ("since", models.DateField(null=True, verbose_name="since")),
                ("most", models.PositiveIntegerField(verbose_name="at most")),
                ("checked", models.PositiveIntegerField(default=0)),
                ("blocked", models.PositiveIntegerField(default=0)),
                ("warned", models.PositiveIntegerField(default=0)),
                ("newly_blocked", models.PositiveIntegerField(default=0)),
                ("newly_warned", models.PositiveIntegerField(default=0)),
                ("freed", models.PositiveIntegerField(default=0)),
                ("by_rule", models.JSONField(default=dict)),
                ("done_at", models.DateTimeField(null=True, verbose_name="done")),
            ],
            options={
                "verbose_name": "try-out",
                "verbose_name_plural": "try-outs",
                "ordering": ["-created_at"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="4b8c291c4756cc616a27b1fd45deb874334edcb4",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_300ae",
                            table="guidelines_tryout",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["brand", "-created_at"], name="try_out_newest")],
            },
        ),
        migrations.CreateModel(
            name="TryOutHit",
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
                    "try_out",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hits",
                        to="guidelines.tryout",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="content.revision"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("1-blocked", "Newly blocked"),
                            ("2-warned", "New warning"),
                            ("3-known", "As today"),
                            ("4-freed", "No longer blocked"),
                        ],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "rule_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                ("findings", models.JSONField(default=list)),
            ],
            options={
                "verbose_name": "campaign in a try-out",
                "verbose_name_plural": "campaigns in a try-out",
                "ordering": ["outcome", "-id"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="107a5fc421433c5badaff89d0c694bfb2cfe6b77",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_6d2e2",
                            table="guidelines_tryouthit",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["try_out", "outcome", "-id"], name="try_out_hits")],
                "constraints": [
                    models.UniqueConstraint(fields=("try_out", "revision"), name="try_out_hit_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="guidelineset",
            name="in_force",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="guidelines.guidelineversion",
                verbose_name="version in force",
            ),
        ),
        migrations.AddConstraint(
            model_name="guidelineset",
            constraint=models.UniqueConstraint(fields=("id", "brand"), name="guideline_set_with_brand"),
        ),
        migrations.AddConstraint(
            model_name="guidelineset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("in_force__isnull", True), ("in_force_since__isnull", True)),
                    models.Q(("in_force__isnull", False), ("in_force_since__isnull", False)),
                    _connector="OR",
                ),
                name="guidelines_in_force_since",
            ),
        ),
        # Not in any model, see core.foreign_keys.
        foreign_key(
            "guidelines_guidelineset",
            "guidelineset_in_force_brand_agrees",
            "in_force_id, brand_id",
            "guidelines_guidelineversion",
        ),
        foreign_key(
            "guidelines_guidelineversion",
            "guidelineversion_set_brand_agrees",
            "guideline_set_id, brand_id",
            "guidelines_guidelineset",
        ),
    ]
