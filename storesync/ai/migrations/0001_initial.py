"""AI of brands: settings, calls, what they cost."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
import storesync.ai.models
import storesync.core.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("brands", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AiMeter",
            fields=[
                (
                    "brand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="brands.brand",
                    ),
                ),
                ("held_until", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="145f8c5e050aa65b359db2a3c6beeb2aba80d298",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_18ead",
                            table="ai_aimeter",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AiRun",
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
                ("purpose", models.CharField(max_length=40, verbose_name="purpose")),
                ("prompt", models.CharField(blank=True, max_length=60, verbose_name="prompt")),
                (
                    "prompt_version",
                    models.PositiveIntegerField(null=True, verbose_name="version of the prompt"),
                ),
                ("prompt_hash", models.CharField(blank=True, max_length=64)),
                ("model", models.CharField(max_length=100, verbose_name="model")),
                ("route", models.CharField(blank=True, max_length=20)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("off", "Switched off"),
                            ("no_key", "No key"),
                            ("key_lost", "Key not readable"),
                            ("ceiling", "Ceiling reached"),
                            ("busy", "Too many calls"),
                            ("running", "Running"),
                            ("answered", "Answered"),
                            ("rate_limited", "Held back by the server"),
                            ("quota", "Account used up"),
                            ("key_refused", "Key refused"),
                            ("no_model", "No such model"),
                            ("rejected", "Request not accepted"),
                            ("server_error", "Fault of the server"),
                            ("unreachable", "Not reachable"),
                            ("cut_off", "Connection lost"),
                            ("timeout", "Took too long"),
                            ("too_large", "Answer too large"),
                            ("refused", "Declined by the model"),
                            ("filtered", "Stopped by the filter"),
                            ("too_long", "Answer cut short"),
                            ("unreadable", "Answer not readable"),
                            ("wrong_shape", "Answer incomplete"),
                            ("lost", "Interrupted"),
                        ],
                        default="running",
                        max_length=20,
                        verbose_name="outcome",
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=300, verbose_name="said by the server")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("tokens_in", models.PositiveIntegerField(default=0, verbose_name="tokens in")),
                ("tokens_out", models.PositiveIntegerField(default=0, verbose_name="tokens out")),
                ("reserved", models.DecimalField(decimal_places=6, max_digits=14)),
                (
                    "cost",
                    models.DecimalField(decimal_places=6, default=0, max_digits=14, verbose_name="cost"),
                ),
                ("cost_assumed", models.BooleanField(default=False, verbose_name="cost assumed")),
                ("seconds", models.FloatField(default=0, verbose_name="seconds")),
                ("subject_kind", models.CharField(blank=True, max_length=60, verbose_name="for")),
                ("subject_id", models.UUIDField(null=True)),
                ("subject_name", models.CharField(blank=True, max_length=200, verbose_name="for")),
                ("canned", models.BooleanField(default=False)),
                ("request", models.JSONField(null=True)),
                ("answer", models.JSONField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                ("month", models.DateField()),
                ("lease_until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
            ],
            options={
                "verbose_name": "call of a model",
                "verbose_name_plural": "calls of models",
                "ordering": ["-created_at"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="f09dfbc0ac4ed2fdd762f12bfc9722b3667a7b82",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_53ed0",
                            table="ai_airun",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="ai_run_facts_stay",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."prompt" IS DISTINCT FROM (NEW."prompt") OR OLD."prompt_version" IS DISTINCT FROM (NEW."prompt_version") OR OLD."prompt_hash" IS DISTINCT FROM (NEW."prompt_hash") OR OLD."month" IS DISTINCT FROM (NEW."month"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="86085e034d025a8a83105effe469942ff566c39c",
                            operation="UPDATE",
                            pgid="pgtrigger_ai_run_facts_stay_16756",
                            table="ai_airun",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="ai_run_ends_once",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (NOT (OLD."outcome" = \'running\') AND (OLD."outcome" IS DISTINCT FROM (NEW."outcome") OR OLD."cost" IS DISTINCT FROM (NEW."cost")))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="9c2a886f9e643a8cde24aaf816139da362230438",
                            operation="UPDATE",
                            pgid="pgtrigger_ai_run_ends_once_44ab5",
                            table="ai_airun",
                            when="BEFORE",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(fields=["brand", "-created_at", "-id"], name="ai_run_newest"),
                    models.Index(
                        condition=models.Q(("outcome", "running")), fields=["brand"], name="ai_run_running"
                    ),
                    models.Index(fields=["brand", "subject_id", "-created_at"], name="ai_run_of_subject"),
                    models.Index(
                        condition=models.Q(("erased_at__isnull", True)),
                        fields=["brand", "created_at"],
                        name="ai_run_to_erase",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("outcome", "running")),
                            models.Q(
                                models.Q(("outcome", "running"), _negated=True), ("ended_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="ai_run_ended",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AiSettings",
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
                ("enabled", models.BooleanField(default=True, verbose_name="AI switched on")),
                (
                    "monthly_ceiling",
                    models.DecimalField(
                        decimal_places=2,
                        default=storesync.ai.models.default_ceiling,
                        help_text="In US dollars. Once it is reached, nothing is asked of the model until next month.",
                        max_digits=10,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1000000),
                        ],
                        verbose_name="ceiling for a month",
                    ),
                ),
                (
                    "calls_per_minute",
                    models.PositiveIntegerField(
                        default=storesync.ai.models.default_calls,
                        help_text="At most, over all people and tasks of the brand.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10000),
                        ],
                        verbose_name="calls a minute",
                    ),
                ),
                ("encrypted_key", models.TextField(blank=True)),
                ("key_ending", models.CharField(blank=True, max_length=4, verbose_name="key ends with")),
                ("key_set_at", models.DateTimeField(blank=True, null=True, verbose_name="key set")),
                (
                    "brand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
            ],
            options={
                "verbose_name": "AI settings",
                "verbose_name_plural": "AI settings",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="f93e7d4c735b7dc261c4bad2d9885043fa3b1f1c",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_2c1fe",
                            table="ai_aisettings",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "ai_aisettingsbrandevent" ("brand_id", "calls_per_minute", "created_at", "enabled", "id", "key_ending", "key_set_at", "monthly_ceiling", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") SELECT new_values."brand_id", new_values."calls_per_minute", new_values."created_at", new_values."enabled", new_values."id", new_values."key_ending", new_values."key_set_at", new_values."monthly_ceiling", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."updated_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="c3dc3aaf4a563bfb914589729644a037189ab0f0",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_ce2c6",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="ai_aisettings",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "ai_aisettingsbrandevent" ("brand_id", "calls_per_minute", "created_at", "enabled", "id", "key_ending", "key_set_at", "monthly_ceiling", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") SELECT new_values."brand_id", new_values."calls_per_minute", new_values."created_at", new_values."enabled", new_values."id", new_values."key_ending", new_values."key_set_at", new_values."monthly_ceiling", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."updated_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."brand_id" IS DISTINCT FROM (new_values."brand_id") OR old_values."calls_per_minute" IS DISTINCT FROM (new_values."calls_per_minute") OR old_values."created_at" IS DISTINCT FROM (new_values."created_at") OR old_values."enabled" IS DISTINCT FROM (new_values."enabled") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."key_ending" IS DISTINCT FROM (new_values."key_ending") OR old_values."key_set_at" IS DISTINCT FROM (new_values."key_set_at") OR old_values."monthly_ceiling" IS DISTINCT FROM (new_values."monthly_ceiling") OR old_values."updated_at" IS DISTINCT FROM (new_values."updated_at")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="b974da8cc958354c2f3b4cd3dfb0deb54c7b25ce",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_21a9a",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="ai_aisettings",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "ai_aisettingsbrandevent" ("brand_id", "calls_per_minute", "created_at", "enabled", "id", "key_ending", "key_set_at", "monthly_ceiling", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") SELECT old_values."brand_id", old_values."calls_per_minute", old_values."created_at", old_values."enabled", old_values."id", old_values."key_ending", old_values."key_set_at", old_values."monthly_ceiling", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."updated_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="08c594d0d3de8d881b18de58c57609f0ec51791d",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_aca57",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="ai_aisettings",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AiSettingsBrandevent",
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
                ("enabled", models.BooleanField(default=True, verbose_name="AI switched on")),
                (
                    "monthly_ceiling",
                    models.DecimalField(
                        decimal_places=2,
                        default=storesync.ai.models.default_ceiling,
                        help_text="In US dollars. Once it is reached, nothing is asked of the model until next month.",
                        max_digits=10,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1000000),
                        ],
                        verbose_name="ceiling for a month",
                    ),
                ),
                (
                    "calls_per_minute",
                    models.PositiveIntegerField(
                        default=storesync.ai.models.default_calls,
                        help_text="At most, over all people and tasks of the brand.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10000),
                        ],
                        verbose_name="calls a minute",
                    ),
                ),
                ("key_ending", models.CharField(blank=True, max_length=4, verbose_name="key ends with")),
                ("key_set_at", models.DateTimeField(blank=True, null=True, verbose_name="key set")),
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
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        related_query_name="+",
                        to="ai.aisettings",
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
                            hash="b3ad91b6e61cc3e2e9cc6a81e9c9f50b2194402a",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_4a480",
                            table="ai_aisettingsbrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="aisettings_hist")],
            },
        ),
        migrations.CreateModel(
            name="AiSpend",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                ("purpose", models.CharField(max_length=40)),
                ("runs", models.PositiveIntegerField(default=0)),
                ("failed", models.PositiveIntegerField(default=0)),
                ("tokens_in", models.PositiveBigIntegerField(default=0)),
                ("tokens_out", models.PositiveBigIntegerField(default=0)),
                ("cost", models.DecimalField(decimal_places=6, default=0, max_digits=16)),
                ("assumed", models.DecimalField(decimal_places=6, default=0, max_digits=16)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="a39d855811f20fc32d7746581ce236b93201ccb4",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_ea20d",
                            table="ai_aispend",
                            when="BEFORE",
                        ),
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("brand", "month", "purpose"), name="ai_spend_once"),
                    models.CheckConstraint(
                        condition=models.Q(("assumed__lte", models.F("cost"))),
                        name="ai_spend_assumed_is_part",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ModelServer",
            fields=[
                ("base_url", models.CharField(max_length=300, primary_key=True, serialize=False)),
                ("chat_until", models.DateTimeField()),
            ],
        ),
    ]
