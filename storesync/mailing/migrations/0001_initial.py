"""Batches, deliveries, letters, limits."""

import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
import storesync.core.models
from django.db import migrations, models
from storesync.core.foreign_keys import foreign_key


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("audience", "0001_initial"),
        ("brands", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="Batch",
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
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="brands.brand",
                    ),
                ),
                (
                    "location",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="brands.location",
                        verbose_name="location",
                    ),
                ),
                (
                    "mail_class",
                    models.CharField(
                        choices=[
                            ("marketing", "Marketing"),
                            ("transactional", "Transactional"),
                            ("digest", "Digest"),
                            ("test", "Test"),
                        ],
                        max_length=15,
                        verbose_name="class",
                    ),
                ),
                ("channel", models.CharField(default="email", max_length=10, verbose_name="channel")),
                ("source_kind", models.CharField(max_length=40)),
                ("source_id", models.UUIDField()),
                ("approved_hash", models.CharField(blank=True, max_length=64)),
                ("messages_hash", models.CharField(blank=True, max_length=64)),
                ("dedupe_scope", models.UUIDField()),
                ("sender_name", models.CharField(blank=True, max_length=200, verbose_name="sender name")),
                ("sender_address", models.CharField(max_length=254, verbose_name="sender address")),
                ("reply_to", models.CharField(blank=True, max_length=254, verbose_name="replies go to")),
                (
                    "rate",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="rate"
                    ),
                ),
                (
                    "holdout_share",
                    models.DecimalField(decimal_places=4, default=0, max_digits=5, verbose_name="held out"),
                ),
                ("intended", models.PositiveIntegerField(blank=True, null=True, verbose_name="recipients")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("paused", "Paused"),
                            ("cancelled", "Cancelled"),
                            ("completed", "Completed"),
                        ],
                        default="running",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("state_reason", models.TextField(blank=True, verbose_name="because")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="not after")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
            ],
            options={
                "verbose_name": "batch",
                "verbose_name_plural": "batches",
                "ordering": ["-created_at"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="994aa8aaed66bb4923deb3ce26e6ce52683aa875",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_64f57",
                            table="mailing_batch",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="batch_contents_are_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."location_id" IS DISTINCT FROM (NEW."location_id") OR OLD."mail_class" IS DISTINCT FROM (NEW."mail_class") OR OLD."source_kind" IS DISTINCT FROM (NEW."source_kind") OR OLD."source_id" IS DISTINCT FROM (NEW."source_id") OR OLD."approved_hash" IS DISTINCT FROM (NEW."approved_hash") OR OLD."messages_hash" IS DISTINCT FROM (NEW."messages_hash") OR OLD."dedupe_scope" IS DISTINCT FROM (NEW."dedupe_scope") OR OLD."sender_name" IS DISTINCT FROM (NEW."sender_name") OR OLD."sender_address" IS DISTINCT FROM (NEW."sender_address") OR OLD."reply_to" IS DISTINCT FROM (NEW."reply_to") OR OLD."holdout_share" IS DISTINCT FROM (NEW."holdout_share"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="5e0a2565c138dadc3682d7b483036eaa849b8061",
                            operation="UPDATE",
                            pgid="pgtrigger_batch_contents_are_fixed_bba95",
                            table="mailing_batch",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="batch_intends_once",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."intended" IS DISTINCT FROM (NEW."intended") AND OLD."intended" IS NOT NULL)',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="38646f72e909d553d7e5f8a5f9c8a367efbc534a",
                            operation="UPDATE",
                            pgid="pgtrigger_batch_intends_once_8be5e",
                            table="mailing_batch",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="batch_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{running:paused,paused:running,running:cancelled,paused:cancelled,running:completed,completed:running}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="1549824c1ab2525d882be3a7667a32170c840aa7",
                            operation="UPDATE",
                            pgid="pgtrigger_batch_moves_b14a4",
                            table="mailing_batch",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "mailing_batchbrandevent" ("approved_hash", "brand_id", "channel", "created_at", "dedupe_scope", "ended_at", "expires_at", "holdout_share", "id", "intended", "location_id", "mail_class", "messages_hash", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rate", "reply_to", "sender_address", "sender_name", "source_id", "source_kind", "state", "state_reason", "updated_at") SELECT new_values."approved_hash", new_values."brand_id", new_values."channel", new_values."created_at", new_values."dedupe_scope", new_values."ended_at", new_values."expires_at", new_values."holdout_share", new_values."id", new_values."intended", new_values."location_id", new_values."mail_class", new_values."messages_hash", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."rate", new_values."reply_to", new_values."sender_address", new_values."sender_name", new_values."source_id", new_values."source_kind", new_values."state", new_values."state_reason", new_values."updated_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="f6f3bba2165a530ea6829e3b19d90d8ccd306691",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_1b985",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="mailing_batch",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "mailing_batchbrandevent" ("approved_hash", "brand_id", "channel", "created_at", "dedupe_scope", "ended_at", "expires_at", "holdout_share", "id", "intended", "location_id", "mail_class", "messages_hash", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rate", "reply_to", "sender_address", "sender_name", "source_id", "source_kind", "state", "state_reason", "updated_at") SELECT new_values."approved_hash", new_values."brand_id", new_values."channel", new_values."created_at", new_values."dedupe_scope", new_values."ended_at", new_values."expires_at", new_values."holdout_share", new_values."id", new_values."intended", new_values."location_id", new_values."mail_class", new_values."messages_hash", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."rate", new_values."reply_to", new_values."sender_address", new_values."sender_name", new_values."source_id", new_values."source_kind", new_values."state", new_values."state_reason", new_values."updated_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="06268cd8e2e219416a98df4932cbf2ba25430dfc",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_035c6",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="mailing_batch",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "mailing_batchbrandevent" ("approved_hash", "brand_id", "channel", "created_at", "dedupe_scope", "ended_at", "expires_at", "holdout_share", "id", "intended", "location_id", "mail_class", "messages_hash", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rate", "reply_to", "sender_address", "sender_name", "source_id", "source_kind", "state", "state_reason", "updated_at") SELECT old_values."approved_hash", old_values."brand_id", old_values."channel", old_values."created_at", old_values."dedupe_scope", old_values."ended_at", old_values."expires_at", old_values."holdout_share", old_values."id", old_values."intended", old_values."location_id", old_values."mail_class", old_values."messages_hash", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."rate", old_values."reply_to", old_values."sender_address", old_values."sender_name", old_values."source_id", old_values."source_kind", old_values."state", old_values."state_reason", old_values."updated_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="9a4de9a34ab2c4d37df589b15e89a377f427b27d",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_e52d3",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="mailing_batch",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["brand", "mail_class", "id"],
                        name="batch_not_over",
                    ),
                    models.Index(
                        condition=models.Q(("state", "running")),
                        fields=["brand", "mail_class", "id"],
                        name="batch_running",
                    ),
                    models.Index(fields=["dedupe_scope"], name="batch_by_scope"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source_kind", "source_id", "approved_hash"), name="batch_once_of_approval"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("brand__isnull", False),
                            ("mail_class__in", ["transactional", "digest"]),
                            _connector="OR",
                        ),
                        name="only_company_mail_has_no_brand",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("holdout_share__gte", 0), ("holdout_share__lt", 1)),
                        name="holdout_is_a_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "completed"), _negated=True),
                            ("ended_at__isnull", False),
                            _connector="OR",
                        ),
                        name="completed_batch_has_ended",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BatchBrandevent",
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
                        to="mailing.batch",
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
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="brands.brand",
                    ),
                ),
                (
                    "location",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="brands.location",
                        verbose_name="location",
                    ),
                ),
                (
                    "mail_class",
                    models.CharField(
                        choices=[
                            ("marketing", "Marketing"),
                            ("transactional", "Transactional"),
                            ("digest", "Digest"),
                            ("test", "Test"),
                        ],
                        max_length=15,
                        verbose_name="class",
                    ),
                ),
                ("channel", models.CharField(default="email", max_length=10, verbose_name="channel")),
                ("source_kind", models.CharField(max_length=40)),
                ("source_id", models.UUIDField()),
                ("approved_hash", models.CharField(blank=True, max_length=64)),
                ("messages_hash", models.CharField(blank=True, max_length=64)),
                ("dedupe_scope", models.UUIDField()),
                ("sender_name", models.CharField(blank=True, max_length=200, verbose_name="sender name")),
                ("sender_address", models.CharField(max_length=254, verbose_name="sender address")),
                ("reply_to", models.CharField(blank=True, max_length=254, verbose_name="replies go to")),
                (
                    "rate",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="rate"
                    ),
                ),
                (
                    "holdout_share",
                    models.DecimalField(decimal_places=4, default=0, max_digits=5, verbose_name="held out"),
                ),
                ("intended", models.PositiveIntegerField(blank=True, null=True, verbose_name="recipients")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("paused", "Paused"),
                            ("cancelled", "Cancelled"),
                            ("completed", "Completed"),
                        ],
                        default="running",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("state_reason", models.TextField(blank=True, verbose_name="because")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="not after")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="289b340c0aa0bc53b920188220858d5f52090527",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_827f5",
                            table="mailing_batchbrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="batch_hist")],
            },
        ),
        migrations.CreateModel(
            name="BatchMessage",
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
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="brands.brand",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="mailing.batch",
                    ),
                ),
                ("variant", models.CharField(blank=True, max_length=20, verbose_name="variant")),
                ("subject", models.TextField(verbose_name="subject")),
                ("html", models.TextField(blank=True, verbose_name="HTML")),
                ("text", models.TextField(blank=True, verbose_name="plain text")),
                ("content_hash", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ["batch", "variant"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="84b858d378aa8e487699743140b94c7d93617ee2",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_24728",
                            table="mailing_batchmessage",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="message_is_immutable",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="4e271a6168b854c6436a4c2855467e1817ddf261",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_message_is_immutable_2adcb",
                            table="mailing_batchmessage",
                            when="BEFORE",
                        ),
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "variant"), name="variant_once_in_batch")
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
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
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="brands.brand",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="mailing.batch",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="mailing.batchmessage",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="audience.contact",
                    ),
                ),
                ("dedupe_scope", models.UUIDField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting"),
                            ("leased", "Claimed"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("delivered", "Delivered"),
                            ("failed", "Failed"),
                            ("bounced", "Bounced"),
                            ("complained", "Reported as spam"),
                            ("suppressed", "Suppressed"),
                            ("held_out", "Held out"),
                            ("cancelled", "Cancelled"),
                            ("expired", "Expired"),
                            ("unknown", "Unknown"),
                        ],
                        default="queued",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("unsubscribed", "Unsubscribed"),
                            ("bounced", "The address bounced before"),
                            ("complained", "Reported us as spam before"),
                            ("erased", "The person's data was erased"),
                            ("manual", "Suppressed by hand"),
                            ("holdout", "Held out to measure the lift"),
                            ("stopped", "The sending was cancelled"),
                            ("too_late", "Its time had passed"),
                            ("no_address", "The address does not exist"),
                            ("refused", "The mail server refused the message"),
                            ("deferred", "The mail server asked to try again later"),
                            ("unreachable", "The mail server could not be reached"),
                            ("gave_up", "Still refused after the last try"),
                            ("unbuildable", "The message could not be built"),
                            ("reply_lost", "The connection broke before the server answered"),
                            ("worker_lost", "The worker stopped while it was sending"),
                            ("resolved_sent", "A person says that it arrived"),
                            ("resolved_failed", "A person says that it did not arrive"),
                            ("resent", "Sent once more"),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                ("attempt", models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="tries")),
                ("next_at", models.DateTimeField(verbose_name="not before")),
                ("lease", models.UUIDField(blank=True, null=True)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("unknowns", models.PositiveSmallIntegerField(db_default=0, default=0)),
                (
                    "last_code",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="last answer"),
                ),
                ("last_status", models.CharField(blank=True, db_default="", default="", max_length=12)),
                ("esp_id", models.CharField(blank=True, db_default="", default="", max_length=200)),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="a3672d355b446652f5b90d4358e0de1ce14b417a",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_9e922",
                            table="mailing_delivery",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delivery_is_of_one_contact",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."batch_id" IS DISTINCT FROM (NEW."batch_id") OR OLD."contact_id" IS DISTINCT FROM (NEW."contact_id") OR OLD."dedupe_scope" IS DISTINCT FROM (NEW."dedupe_scope") OR OLD."message_id" IS DISTINCT FROM (NEW."message_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="43196dea63223bc4efba98d166bdf1baf0fc9018",
                            operation="UPDATE",
                            pgid="pgtrigger_delivery_is_of_one_contact_4fcf0",
                            table="mailing_delivery",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="deliveries_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="5d2a6ca6e730bf7ebbfcbb934f595614a3bd8162",
                            operation="DELETE",
                            pgid="pgtrigger_deliveries_stay_fa04a",
                            table="mailing_delivery",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="nobody_is_added",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    IF EXISTS (SELECT FROM added JOIN mailing_batch b ON b.id = added.batch_id\n                               WHERE b.intended IS NOT NULL AND b.mail_class = 'marketing') THEN\n                        RAISE EXCEPTION 'a frozen batch gets no more recipients';\n                    END IF;\n                    RETURN NULL;\n                ",
                            hash="5e3d2999d1f95cd10786400163bef70ed33ebb16",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_nobody_is_added_df560",
                            referencing="REFERENCING NEW TABLE AS added ",
                            table="mailing_delivery",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delivery_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{queued:leased,queued:cancelled,queued:suppressed,queued:expired,leased:queued,leased:sending,leased:cancelled,leased:suppressed,leased:expired,leased:failed,sending:sent,sending:queued,sending:cancelled,sending:failed,sending:unknown,unknown:sent,unknown:queued,unknown:failed,unknown:delivered,unknown:bounced,unknown:complained,sent:delivered,sent:bounced,sent:complained,delivered:bounced,delivered:complained,bounced:complained}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="fa93e75d2feb98ffbb1cb36e7707c8831822d03b",
                            operation="UPDATE",
                            pgid="pgtrigger_delivery_moves_4ca94",
                            table="mailing_delivery",
                            when="BEFORE",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(fields=["batch", "state"], name="delivery_counts"),
                    models.Index(
                        condition=models.Q(("state", "queued")),
                        fields=["batch", "next_at", "id"],
                        name="delivery_to_claim",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["leased", "sending"])),
                        fields=["lease_until"],
                        name="delivery_to_reap",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("dedupe_scope", "contact"), name="contact_once_in_scope"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["leased", "sending"]), _negated=True),
                            models.Q(("lease__isnull", False), ("lease_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="at_work_under_a_lease",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeliveryEvent",
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
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="brands.brand",
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="mailing.delivery",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("deferred", "Asked to try again later"),
                            ("failed", "Refused"),
                            ("unknown", "No answer"),
                            ("resolved", "Resolved"),
                            ("delivered", "Delivered"),
                            ("bounced", "Bounced"),
                            ("complained", "Reported as spam"),
                            ("unsubscribed", "Unsubscribed"),
                        ],
                        max_length=15,
                        verbose_name="event",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("unsubscribed", "Unsubscribed"),
                            ("bounced", "The address bounced before"),
                            ("complained", "Reported us as spam before"),
                            ("erased", "The person's data was erased"),
                            ("manual", "Suppressed by hand"),
                            ("holdout", "Held out to measure the lift"),
                            ("stopped", "The sending was cancelled"),
                            ("too_late", "Its time had passed"),
                            ("no_address", "The address does not exist"),
                            ("refused", "The mail server refused the message"),
                            ("deferred", "The mail server asked to try again later"),
                            ("unreachable", "The mail server could not be reached"),
                            ("gave_up", "Still refused after the last try"),
                            ("unbuildable", "The message could not be built"),
                            ("reply_lost", "The connection broke before the server answered"),
                            ("worker_lost", "The worker stopped while it was sending"),
                            ("resolved_sent", "A person says that it arrived"),
                            ("resolved_failed", "A person says that it did not arrive"),
                            ("resent", "Sent once more"),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                ("code", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("status", models.CharField(blank=True, db_default="", default="", max_length=12)),
                ("esp", models.CharField(blank=True, db_default="", default="", max_length=40)),
                ("event_id", models.CharField(blank=True, db_default="", default="", max_length=200)),
                (
                    "happened_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="when"
                    ),
                ),
            ],
            options={
                "ordering": ["happened_at", "id"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="92abc444259cb55faae4a4ff9d1dd3e3f5217344",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_b25af",
                            table="mailing_deliveryevent",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="events_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="dc8a1966fc63f617bee0e5315579a67197bf5cd5",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_events_stay_71a68",
                            table="mailing_deliveryevent",
                            when="BEFORE",
                        ),
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("event_id", ""), _negated=True),
                        fields=("esp", "event_id"),
                        name="esp_event_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "batch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="letter",
                        serialize=False,
                        to="mailing.batch",
                    ),
                ),
                ("data", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="RateLimit",
            fields=[
                ("key", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("tat", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Installation",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("fingerprint", models.CharField(max_length=100)),
                ("released_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="one_installation")
                ],
            },
        ),
        # Not in any model, see core.foreign_keys.
        foreign_key(
            "mailing_batch", "batch_location_brand_agrees", "location_id, brand_id", "brands_location"
        ),
    ]
