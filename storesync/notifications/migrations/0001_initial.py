"""What people are told, and how each of them wants to be told."""

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
            name="Notice",
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
                    ),
                ),
                ("kind", models.CharField(max_length=60, verbose_name="kind")),
                ("matter", models.CharField(max_length=120)),
                ("thread", models.CharField(max_length=120)),
                ("facts", models.JSONField(blank=True, default=dict)),
                ("url", models.CharField(blank=True, max_length=500)),
                ("about", models.DateTimeField(blank=True, null=True)),
                ("urgent", models.BooleanField(db_default=False, default=False, verbose_name="urgent")),
                ("occurrences", models.PositiveIntegerField(db_default=1, default=1)),
                ("number", models.PositiveIntegerField(db_default=1, default=1)),
                ("happened_at", models.DateTimeField(verbose_name="when")),
                ("on_page", models.BooleanField(db_default=True, default=True)),
                ("mail_due", models.BooleanField(db_default=False, default=False)),
                ("collected", models.BooleanField(db_default=False, default=False)),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="read")),
                ("dismissed_at", models.DateTimeField(blank=True, null=True, verbose_name="dismissed")),
                ("mailed_at", models.DateTimeField(blank=True, null=True, verbose_name="mailed")),
                ("digested_at", models.DateTimeField(blank=True, null=True, verbose_name="in a digest")),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
                "ordering": ["-happened_at", "-pk"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="ddb0d81eb97cb934f80708bbf417a940b526d853",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_71209",
                            table="notifications_notice",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("dismissed_at__isnull", True), ("on_page", True)),
                        fields=["person", "-happened_at", "-id"],
                        name="notice_centre",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("dismissed_at__isnull", True), ("on_page", True), ("read_at__isnull", True)
                        ),
                        fields=["person", "-happened_at", "-id"],
                        name="notice_unread",
                    ),
                    models.Index(
                        condition=models.Q(("mail_due", True)),
                        fields=["brand", "person"],
                        name="notice_to_mail",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("collected", True), ("digested_at__isnull", True), ("read_at__isnull", True)
                        ),
                        fields=["person", "brand"],
                        name="notice_to_collect",
                    ),
                    models.Index(fields=["brand", "kind", "matter"], name="notice_of_matter"),
                    models.Index(fields=["happened_at"], name="notice_oldest"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "brand", "kind", "matter"), name="one_notice_of_a_matter"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticePreference",
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("kind", models.CharField(max_length=60, verbose_name="kind")),
                ("page", models.BooleanField(default=False, verbose_name="in StoreSync")),
                ("mail", models.BooleanField(default=False, verbose_name="e-mail at once")),
                ("digest", models.BooleanField(default=False, verbose_name="daily digest")),
            ],
            options={
                "verbose_name": "preference of notices",
                "verbose_name_plural": "preferences of notices",
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "notifications_noticepreferenceplainevent" ("created_at", "digest", "id", "kind", "mail", "page", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") SELECT new_values."created_at", new_values."digest", new_values."id", new_values."kind", new_values."mail", new_values."page", new_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."updated_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="ff55d333a68b10499f36f81d93697098147629a0",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_d9f10",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="notifications_noticepreference",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "notifications_noticepreferenceplainevent" ("created_at", "digest", "id", "kind", "mail", "page", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") SELECT new_values."created_at", new_values."digest", new_values."id", new_values."kind", new_values."mail", new_values."page", new_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."updated_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="ef3337809c544567033a2b091a32e3728b3cda30",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_5e526",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="notifications_noticepreference",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "notifications_noticepreferenceplainevent" ("created_at", "digest", "id", "kind", "mail", "page", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") SELECT old_values."created_at", old_values."digest", old_values."id", old_values."kind", old_values."mail", old_values."page", old_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."updated_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="e5eff920f7d4f4aafad9282df58e2aa2ffc4ae0e",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_e3d62",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="notifications_noticepreference",
                            when="AFTER",
                        ),
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "kind"), name="one_preference_of_a_kind")
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticePreferencePlainevent",
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
                        to="notifications.noticepreference",
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
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("kind", models.CharField(max_length=60, verbose_name="kind")),
                ("page", models.BooleanField(default=False, verbose_name="in StoreSync")),
                ("mail", models.BooleanField(default=False, verbose_name="e-mail at once")),
                ("digest", models.BooleanField(default=False, verbose_name="daily digest")),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="7e0170eaf26d8d75db1ebaad189df7d7bce80810",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_ce588",
                            table="notifications_noticepreferenceplainevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="noticepreference_hist")],
            },
        ),
        migrations.CreateModel(
            name="Announcement",
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
                ("source", models.CharField(max_length=60)),
                ("facts", models.JSONField(default=dict)),
                ("tries", models.PositiveSmallIntegerField(db_default=0, default=0)),
            ],
            options={
                "ordering": ["tries", "created_at", "pk"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="023502a0f2fe5bdcc559402a6f392d32b4016fa2",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_bbbe7",
                            table="notifications_announcement",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
    ]
