"""Threads, comments, mentions."""

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
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Thread",
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
                ("owner_kind", models.CharField(max_length=20, verbose_name="kind of owner")),
                ("owner_id", models.UUIDField(verbose_name="owner")),
                ("block_id", models.CharField(blank=True, max_length=40, verbose_name="block")),
                ("block_type", models.CharField(blank=True, max_length=20, verbose_name="type of block")),
                ("field", models.CharField(blank=True, max_length=40, verbose_name="field")),
                ("quote", models.CharField(blank=True, max_length=300, verbose_name="quoted text")),
                ("revision_number", models.PositiveIntegerField(verbose_name="begun on revision")),
                ("resolved_at", models.DateTimeField(blank=True, null=True, verbose_name="resolved")),
                (
                    "resolved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="resolved by",
                    ),
                ),
                ("reopened_at", models.DateTimeField(blank=True, null=True, verbose_name="reopened")),
                (
                    "reopened_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reopened by",
                    ),
                ),
            ],
            options={
                "verbose_name": "thread",
                "verbose_name_plural": "threads",
                "ordering": ["created_at", "pk"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="04175cc9a5bd8aeabd1ba126b844a36b94ab1246",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_494d8",
                            table="comments_thread",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="thread_stays_at_its_place",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."location_id" IS DISTINCT FROM (NEW."location_id") OR OLD."owner_kind" IS DISTINCT FROM (NEW."owner_kind") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."block_id" IS DISTINCT FROM (NEW."block_id") OR OLD."block_type" IS DISTINCT FROM (NEW."block_type") OR OLD."field" IS DISTINCT FROM (NEW."field") OR OLD."quote" IS DISTINCT FROM (NEW."quote") OR OLD."revision_number" IS DISTINCT FROM (NEW."revision_number"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="0ae678d42bf95f826f2bbd79cf571854aa8352a0",
                            operation="UPDATE",
                            pgid="pgtrigger_thread_stays_at_its_place_02de3",
                            table="comments_thread",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="threads_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="2818412627ac433f01ed61dc1070ca88f4f77446",
                            operation="DELETE",
                            pgid="pgtrigger_threads_stay_484dd",
                            table="comments_thread",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "comments_threadbrandevent" ("block_id", "block_type", "brand_id", "created_at", "field", "id", "location_id", "owner_id", "owner_kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quote", "reopened_at", "reopened_by_id", "resolved_at", "resolved_by_id", "revision_number", "updated_at") SELECT new_values."block_id", new_values."block_type", new_values."brand_id", new_values."created_at", new_values."field", new_values."id", new_values."location_id", new_values."owner_id", new_values."owner_kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."quote", new_values."reopened_at", new_values."reopened_by_id", new_values."resolved_at", new_values."resolved_by_id", new_values."revision_number", new_values."updated_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="daafb349321e8e65a14324d7e57783dfc67ae104",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_51330",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="comments_thread",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "comments_threadbrandevent" ("block_id", "block_type", "brand_id", "created_at", "field", "id", "location_id", "owner_id", "owner_kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quote", "reopened_at", "reopened_by_id", "resolved_at", "resolved_by_id", "revision_number", "updated_at") SELECT new_values."block_id", new_values."block_type", new_values."brand_id", new_values."created_at", new_values."field", new_values."id", new_values."location_id", new_values."owner_id", new_values."owner_kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."quote", new_values."reopened_at", new_values."reopened_by_id", new_values."resolved_at", new_values."resolved_by_id", new_values."revision_number", new_values."updated_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="4dc42550992e77aa8d1fac3fa31354f8cf099e70",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_4e261",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="comments_thread",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "comments_threadbrandevent" ("block_id", "block_type", "brand_id", "created_at", "field", "id", "location_id", "owner_id", "owner_kind", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quote", "reopened_at", "reopened_by_id", "resolved_at", "resolved_by_id", "revision_number", "updated_at") SELECT old_values."block_id", old_values."block_type", old_values."brand_id", old_values."created_at", old_values."field", old_values."id", old_values."location_id", old_values."owner_id", old_values."owner_kind", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."quote", old_values."reopened_at", old_values."reopened_by_id", old_values."resolved_at", old_values."resolved_by_id", old_values."revision_number", old_values."updated_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="c1609ba3aed27d1057f2500630b4ce3702c05bfe",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_260a8",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="comments_thread",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(fields=["owner_kind", "owner_id", "created_at"], name="thread_of_owner")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("id", "brand"), name="thread_with_brand"),
                    models.CheckConstraint(
                        condition=models.Q(("revision_number__gte", 1)), name="thread_of_a_revision"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("resolved_at__isnull", True), ("resolved_by__isnull", True)),
                            models.Q(("resolved_at__isnull", False), ("resolved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="resolved_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ThreadBrandevent",
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
                        to="comments.thread",
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
                        verbose_name="location",
                    ),
                ),
                ("owner_kind", models.CharField(max_length=20, verbose_name="kind of owner")),
                ("owner_id", models.UUIDField(verbose_name="owner")),
                ("block_id", models.CharField(blank=True, max_length=40, verbose_name="block")),
                ("block_type", models.CharField(blank=True, max_length=20, verbose_name="type of block")),
                ("field", models.CharField(blank=True, max_length=40, verbose_name="field")),
                ("quote", models.CharField(blank=True, max_length=300, verbose_name="quoted text")),
                ("revision_number", models.PositiveIntegerField(verbose_name="begun on revision")),
                ("resolved_at", models.DateTimeField(blank=True, null=True, verbose_name="resolved")),
                (
                    "resolved_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="resolved by",
                    ),
                ),
                ("reopened_at", models.DateTimeField(blank=True, null=True, verbose_name="reopened")),
                (
                    "reopened_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reopened by",
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
                            hash="a5ed9df9351326793aa446e64eaf2dec3063930e",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_5f3b8",
                            table="comments_threadbrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="thread_hist")],
            },
        ),
        migrations.CreateModel(
            name="Comment",
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
                    "thread",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="comments.thread",
                        verbose_name="thread",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                ("body", models.TextField(max_length=2000, verbose_name="comment")),
                ("edited_at", models.DateTimeField(blank=True, null=True, verbose_name="edited")),
                ("struck_at", models.DateTimeField(blank=True, null=True, verbose_name="struck out")),
            ],
            options={
                "verbose_name": "comment",
                "verbose_name_plural": "comments",
                "ordering": ["created_at", "pk"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="0b986cab86b5a118ed546da0527fa3e657898564",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_54d21",
                            table="comments_comment",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="comment_stays_its_author_s",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."thread_id" IS DISTINCT FROM (NEW."thread_id") OR OLD."author_id" IS DISTINCT FROM (NEW."author_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="40a0698bd22f7dc369a447e282844fda963c3e4a",
                            operation="UPDATE",
                            pgid="pgtrigger_comment_stays_its_author_s_5ec7e",
                            table="comments_comment",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="comments_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="98f7c8d0b6cc4bf18cd9ca442f097913595be79c",
                            operation="DELETE",
                            pgid="pgtrigger_comments_stay_f7bc0",
                            table="comments_comment",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "comments_commentbrandevent" ("author_id", "body", "brand_id", "created_at", "edited_at", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "struck_at", "thread_id", "updated_at") SELECT new_values."author_id", new_values."body", new_values."brand_id", new_values."created_at", new_values."edited_at", new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."struck_at", new_values."thread_id", new_values."updated_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="854635652aef62034e90b7799688e3de15381275",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_18fd9",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="comments_comment",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "comments_commentbrandevent" ("author_id", "body", "brand_id", "created_at", "edited_at", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "struck_at", "thread_id", "updated_at") SELECT new_values."author_id", new_values."body", new_values."brand_id", new_values."created_at", new_values."edited_at", new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."struck_at", new_values."thread_id", new_values."updated_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="5d14fc95eaed9a0946484b7eac70b6777aed2345",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_230ec",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="comments_comment",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "comments_commentbrandevent" ("author_id", "body", "brand_id", "created_at", "edited_at", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "struck_at", "thread_id", "updated_at") SELECT old_values."author_id", old_values."body", old_values."brand_id", old_values."created_at", old_values."edited_at", old_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."struck_at", old_values."thread_id", old_values."updated_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="a57352f1504365c7c97f35c9c0bf75344085b013",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_ff62f",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="comments_comment",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [models.Index(fields=["thread", "created_at"], name="comment_of_thread")],
                "constraints": [
                    models.UniqueConstraint(fields=("id", "brand"), name="comment_with_brand"),
                    models.CheckConstraint(
                        condition=models.Q(("body", ""), _negated=True), name="comment_says_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommentBrandevent",
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
                        to="comments.comment",
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
                    "thread",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="comments.thread",
                        verbose_name="thread",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                ("body", models.TextField(max_length=2000, verbose_name="comment")),
                ("edited_at", models.DateTimeField(blank=True, null=True, verbose_name="edited")),
                ("struck_at", models.DateTimeField(blank=True, null=True, verbose_name="struck out")),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="9e17a61b8f291c917d2a78b8d1ffb50b1fa10e51",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_60130",
                            table="comments_commentbrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="comment_hist")],
            },
        ),
        migrations.CreateModel(
            name="Mention",
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
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mentions",
                        to="comments.comment",
                        verbose_name="comment",
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
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled")),
                ("told", models.BooleanField(db_default=False, default=False, verbose_name="told")),
            ],
            options={
                "verbose_name": "mention",
                "verbose_name_plural": "mentions",
                "ordering": ["created_at", "pk"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="b67142535ee4fafd35c17c4ab7d1659367101532",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_de86d",
                            table="comments_mention",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "comments_mentionbrandevent" ("brand_id", "comment_id", "created_at", "id", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "settled_at", "told", "updated_at") SELECT new_values."brand_id", new_values."comment_id", new_values."created_at", new_values."id", new_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."settled_at", new_values."told", new_values."updated_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="e314d788bedb1a174f38b59ba85de6cc55532fe5",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_22620",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="comments_mention",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "comments_mentionbrandevent" ("brand_id", "comment_id", "created_at", "id", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "settled_at", "told", "updated_at") SELECT new_values."brand_id", new_values."comment_id", new_values."created_at", new_values."id", new_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."settled_at", new_values."told", new_values."updated_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="0f8791ec6d8cdd965c38e5aa582eccadcb1d2315",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_3dd83",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="comments_mention",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "comments_mentionbrandevent" ("brand_id", "comment_id", "created_at", "id", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "settled_at", "told", "updated_at") SELECT old_values."brand_id", old_values."comment_id", old_values."created_at", old_values."id", old_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."settled_at", old_values."told", old_values."updated_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="1baecdea01f75ba062b4d53ac8a998da29459815",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_8ebf4",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="comments_mention",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled_at__isnull", True)),
                        fields=["created_at"],
                        name="mention_to_tell",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("comment", "person"), name="mentioned_once_in_comment"),
                    models.CheckConstraint(
                        condition=models.Q(("told", False), ("settled_at__isnull", False), _connector="OR"),
                        name="told_is_settled",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MentionBrandevent",
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
                        to="comments.mention",
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
                    "comment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="comments.comment",
                        verbose_name="comment",
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
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled")),
                ("told", models.BooleanField(db_default=False, default=False, verbose_name="told")),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="13b4779d1e0d5fbcd9e91c0fc8786793988c034c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_a0356",
                            table="comments_mentionbrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="mention_hist")],
            },
        ),
        # Not in any model, see core.foreign_keys.
        foreign_key("comments_comment", "comment_thread_of_brand", "thread_id, brand_id", "comments_thread"),
        foreign_key(
            "comments_mention", "mention_comment_of_brand", "comment_id, brand_id", "comments_comment"
        ),
        foreign_key(
            "comments_thread", "thread_location_of_brand", "location_id, brand_id", "brands_location"
        ),
    ]
