"""The library of pictures."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
import storesync.core.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("brands", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MediaImage",
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
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("sha256", models.CharField(max_length=64)),
                ("file_name", models.CharField(blank=True, max_length=200, verbose_name="file name")),
                (
                    "alt",
                    models.CharField(
                        help_text="What the picture shows, in a few words: for people who do not see it.",
                        max_length=300,
                        verbose_name="alternative text",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=120, verbose_name="title")),
                (
                    "tags",
                    models.CharField(
                        blank=True,
                        help_text="Words to find it by, separated by commas.",
                        max_length=200,
                        verbose_name="tags",
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("jpg", "Photo (JPEG)"),
                            ("png", "Drawing (PNG)"),
                            ("gif", "Animation (GIF)"),
                        ],
                        max_length=3,
                        verbose_name="kind",
                    ),
                ),
                ("moving", models.BooleanField(default=False, verbose_name="moves")),
                ("width", models.PositiveIntegerField(verbose_name="width")),
                ("height", models.PositiveIntegerField(verbose_name="height")),
                ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                ("renditions", models.JSONField(default=list, verbose_name="copies")),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
                ("archived_at", models.DateTimeField(blank=True, null=True, verbose_name="archived")),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.SearchVector(
                            "alt",
                            "title",
                            "tags",
                            models.Func(
                                "file_name",
                                models.Value("-_.,;/+()[]"),
                                models.Value("           "),
                                function="translate",
                            ),
                            config="simple",
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "picture",
                "verbose_name_plural": "pictures",
                "ordering": ["-created_at"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="bed291ee852805105d0b64f1ac053dfec43c11ee",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_0e9b0",
                            table="media_mediaimage",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="content_never_changes",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."format" IS DISTINCT FROM (NEW."format") OR OLD."moving" IS DISTINCT FROM (NEW."moving") OR OLD."width" IS DISTINCT FROM (NEW."width") OR OLD."height" IS DISTINCT FROM (NEW."height") OR OLD."size" IS DISTINCT FROM (NEW."size") OR OLD."renditions" IS DISTINCT FROM (NEW."renditions"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="bcd700aa3d3a31f1499e527e93ec81fa90c9d75a",
                            operation="UPDATE",
                            pgid="pgtrigger_content_never_changes_38255",
                            table="media_mediaimage",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="pictures_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="c61674e07cc51cd5ed59b009cce4e3d799f4502a",
                            operation="DELETE",
                            pgid="pgtrigger_pictures_stay_09641",
                            table="media_mediaimage",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "media_mediaimagebrandevent" ("alt", "archived_at", "brand_id", "created_at", "file_name", "format", "height", "id", "moving", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "renditions", "sha256", "size", "tags", "title", "updated_at", "uploaded_by_id", "width") SELECT new_values."alt", new_values."archived_at", new_values."brand_id", new_values."created_at", new_values."file_name", new_values."format", new_values."height", new_values."id", new_values."moving", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."renditions", new_values."sha256", new_values."size", new_values."tags", new_values."title", new_values."updated_at", new_values."uploaded_by_id", new_values."width" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="8497f50b1de3c5a0231e552eb3f9f066601f79c2",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_53c15",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="media_mediaimage",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "media_mediaimagebrandevent" ("alt", "archived_at", "brand_id", "created_at", "file_name", "format", "height", "id", "moving", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "renditions", "sha256", "size", "tags", "title", "updated_at", "uploaded_by_id", "width") SELECT new_values."alt", new_values."archived_at", new_values."brand_id", new_values."created_at", new_values."file_name", new_values."format", new_values."height", new_values."id", new_values."moving", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."renditions", new_values."sha256", new_values."size", new_values."tags", new_values."title", new_values."updated_at", new_values."uploaded_by_id", new_values."width" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."alt" IS DISTINCT FROM (new_values."alt") OR old_values."archived_at" IS DISTINCT FROM (new_values."archived_at") OR old_values."brand_id" IS DISTINCT FROM (new_values."brand_id") OR old_values."created_at" IS DISTINCT FROM (new_values."created_at") OR old_values."file_name" IS DISTINCT FROM (new_values."file_name") OR old_values."format" IS DISTINCT FROM (new_values."format") OR old_values."height" IS DISTINCT FROM (new_values."height") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."moving" IS DISTINCT FROM (new_values."moving") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."renditions" IS DISTINCT FROM (new_values."renditions") OR old_values."sha256" IS DISTINCT FROM (new_values."sha256") OR old_values."size" IS DISTINCT FROM (new_values."size") OR old_values."tags" IS DISTINCT FROM (new_values."tags") OR old_values."title" IS DISTINCT FROM (new_values."title") OR old_values."updated_at" IS DISTINCT FROM (new_values."updated_at") OR old_values."uploaded_by_id" IS DISTINCT FROM (new_values."uploaded_by_id") OR old_values."width" IS DISTINCT FROM (new_values."width")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="c09ca53db27b5d26af5643b36ac45cadeeac7060",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_01d73",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="media_mediaimage",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "media_mediaimagebrandevent" ("alt", "archived_at", "brand_id", "created_at", "file_name", "format", "height", "id", "moving", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "renditions", "sha256", "size", "tags", "title", "updated_at", "uploaded_by_id", "width") SELECT old_values."alt", old_values."archived_at", old_values."brand_id", old_values."created_at", old_values."file_name", old_values."format", old_values."height", old_values."id", old_values."moving", old_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."renditions", old_values."sha256", old_values."size", old_values."tags", old_values."title", old_values."updated_at", old_values."uploaded_by_id", old_values."width" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="d53ea84c8e398dce02a0c769c7f3476e831c7696",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_76746",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="media_mediaimage",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["search"], name="media_search"),
                    models.Index(fields=["brand", "-created_at", "-id"], name="media_newest"),
                    models.Index(fields=["brand", "alt", "id"], name="media_by_alt"),
                    models.Index(fields=["brand", "-size", "-id"], name="media_by_size"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("brand", "name"), name="media_once_in_brand"),
                    models.CheckConstraint(
                        condition=models.Q(("alt", ""), _negated=True), name="media_has_alt"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name__regex", "^[0-9a-f]{32}\\.(png|jpg|gif)$")),
                        name="media_named_by_content",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MediaImageBrandevent",
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
                        to="media.mediaimage",
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
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("sha256", models.CharField(max_length=64)),
                ("file_name", models.CharField(blank=True, max_length=200, verbose_name="file name")),
                (
                    "alt",
                    models.CharField(
                        help_text="What the picture shows, in a few words: for people who do not see it.",
                        max_length=300,
                        verbose_name="alternative text",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=120, verbose_name="title")),
                (
                    "tags",
                    models.CharField(
                        blank=True,
                        help_text="Words to find it by, separated by commas.",
                        max_length=200,
                        verbose_name="tags",
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("jpg", "Photo (JPEG)"),
                            ("png", "Drawing (PNG)"),
                            ("gif", "Animation (GIF)"),
                        ],
                        max_length=3,
                        verbose_name="kind",
                    ),
                ),
                ("moving", models.BooleanField(default=False, verbose_name="moves")),
                ("width", models.PositiveIntegerField(verbose_name="width")),
                ("height", models.PositiveIntegerField(verbose_name="height")),
                ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                ("renditions", models.JSONField(default=list, verbose_name="copies")),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
                ("archived_at", models.DateTimeField(blank=True, null=True, verbose_name="archived")),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="730c6637176e7e31a3e16556423c8890c56b84f9",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_40d2c",
                            table="media_mediaimagebrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="mediaimage_hist")],
            },
        ),
    ]
