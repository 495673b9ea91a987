"""Brands, regions, locations, memberships, rights and absences."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
import phonenumber_field.modelfields
import storesync.accounts.models
import storesync.brands.models.brand
import storesync.core.models
from django.conf import settings
from django.db import migrations, models
from storesync.core.foreign_keys import foreign_key


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("guardian", "0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Brand",
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
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="address on these pages")),
                ("logo", models.FileField(blank=True, upload_to="logos/", verbose_name="logo")),
                (
                    "primary_colour",
                    models.CharField(
                        default="#3552d0",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-f]{6}$",
                                "Write the colour as # and six hexadecimal digits in lower case.",
                            )
                        ],
                        verbose_name="primary colour",
                    ),
                ),
                (
                    "accent_colour",
                    models.CharField(
                        default="#0f8a7e",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-f]{6}$",
                                "Write the colour as # and six hexadecimal digits in lower case.",
                            )
                        ],
                        verbose_name="accent colour",
                    ),
                ),
                (
                    "voice",
                    models.TextField(
                        blank=True,
                        help_text="How the brand speaks; read by people and by AI.",
                        verbose_name="voice",
                    ),
                ),
                ("guidelines", models.TextField(blank=True, verbose_name="guidelines")),
                ("sender_name", models.CharField(blank=True, max_length=120, verbose_name="sender name")),
                (
                    "sender_email",
                    models.EmailField(
                        blank=True,
                        help_text="An address on a domain that the brand owns (Rule S8).",
                        max_length=254,
                        verbose_name="sender address",
                    ),
                ),
                ("reply_to", models.EmailField(blank=True, max_length=254, verbose_name="replies go to")),
                ("postal_address", models.TextField(blank=True, verbose_name="postal address")),
                ("website", models.URLField(blank=True, verbose_name="website")),
                ("language", models.CharField(default="en", max_length=10, verbose_name="default language")),
                (
                    "country",
                    models.CharField(
                        default="US",
                        max_length=2,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{2}$", "Write the country as its two-letter code (ISO 3166-1)."
                            )
                        ],
                        verbose_name="country",
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        default="UTC",
                        max_length=64,
                        validators=[storesync.accounts.models.validate_time_zone],
                        verbose_name="time zone",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        default="USD",
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{3}$", "Write the currency as its three-letter code (ISO 4217)."
                            )
                        ],
                        verbose_name="currency",
                    ),
                ),
                (
                    "send_rate",
                    models.DecimalField(
                        decimal_places=2,
                        default=5,
                        help_text="Messages a second.",
                        max_digits=8,
                        validators=[
                            django.core.validators.MinValueValidator(0.1),
                            django.core.validators.MaxValueValidator(100000),
                        ],
                        verbose_name="send rate",
                    ),
                ),
                (
                    "retention_days",
                    models.PositiveIntegerField(
                        default=storesync.brands.models.brand.retention_default,
                        verbose_name="retention in days",
                    ),
                ),
                (
                    "attribute_schema",
                    models.JSONField(blank=True, default=list, verbose_name="attributes of its locations"),
                ),
                (
                    "template_values",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        validators=[storesync.brands.models.brand.named_values],
                        verbose_name="values for mails",
                    ),
                ),
            ],
            options={
                "verbose_name": "brand",
                "verbose_name_plural": "brands",
                "ordering": ["name"],
                "permissions": [
                    ("see_brand", "see the brand"),
                    ("manage_brand", "manage the brand, its regions and senders"),
                    ("manage_people", "manage the people of the brand"),
                    ("see_location", "see locations"),
                    ("manage_location", "manage locations"),
                    ("see_template", "see templates"),
                    ("manage_template", "write templates"),
                    ("manage_guideline", "write guidelines and switch them on"),
                    ("manage_rollout", "roll templates out"),
                    ("see_campaign", "see campaigns"),
                    ("edit_campaign", "create, customise, submit and pause campaigns"),
                    ("decide", "approve and reject"),
                    ("see_contact", "see personal data of contacts"),
                    ("manage_contact", "manage contacts"),
                    ("see_insight", "see insights"),
                    ("see_media", "see the media library"),
                    ("upload_media", "add pictures to the media library"),
                    ("manage_media", "manage the media library"),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "brands_brandplainevent" ("accent_colour", "attribute_schema", "country", "created_at", "currency", "guidelines", "id", "language", "logo", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postal_address", "primary_colour", "reply_to", "retention_days", "send_rate", "sender_email", "sender_name", "slug", "template_values", "time_zone", "updated_at", "voice", "website") SELECT new_values."accent_colour", new_values."attribute_schema", new_values."country", new_values."created_at", new_values."currency", new_values."guidelines", new_values."id", new_values."language", new_values."logo", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."postal_address", new_values."primary_colour", new_values."reply_to", new_values."retention_days", new_values."send_rate", new_values."sender_email", new_values."sender_name", new_values."slug", new_values."template_values", new_values."time_zone", new_values."updated_at", new_values."voice", new_values."website" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="4eb59c394e7e09019a0c23fa5cadb4a4b7e3e967",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_96651",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="brands_brand",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "brands_brandplainevent" ("accent_colour", "attribute_schema", "country", "created_at", "currency", "guidelines", "id", "language", "logo", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postal_address", "primary_colour", "reply_to", "retention_days", "send_rate", "sender_email", "sender_name", "slug", "template_values", "time_zone", "updated_at", "voice", "website") SELECT new_values."accent_colour", new_values."attribute_schema", new_values."country", new_values."created_at", new_values."currency", new_values."guidelines", new_values."id", new_values."language", new_values."logo", new_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."postal_address", new_values."primary_colour", new_values."reply_to", new_values."retention_days", new_values."send_rate", new_values."sender_email", new_values."sender_name", new_values."slug", new_values."template_values", new_values."time_zone", new_values."updated_at", new_values."voice", new_values."website" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="f02fb4223a736392a6818080acb20fbfc1bf67b5",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_7ccc4",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="brands_brand",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "brands_brandplainevent" ("accent_colour", "attribute_schema", "country", "created_at", "currency", "guidelines", "id", "language", "logo", "name", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postal_address", "primary_colour", "reply_to", "retention_days", "send_rate", "sender_email", "sender_name", "slug", "template_values", "time_zone", "updated_at", "voice", "website") SELECT old_values."accent_colour", old_values."attribute_schema", old_values."country", old_values."created_at", old_values."currency", old_values."guidelines", old_values."id", old_values."language", old_values."logo", old_values."name", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."postal_address", old_values."primary_colour", old_values."reply_to", old_values."retention_days", old_values."send_rate", old_values."sender_email", old_values."sender_name", old_values."slug", old_values."template_values", old_values."time_zone", old_values."updated_at", old_values."voice", old_values."website" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="d1a790096b86a79ae6509b623e01db00966b9b0c",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_e8302",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="brands_brand",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Absence",
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
                        related_name="absences",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "delegate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="stands in",
                    ),
                ),
                ("first_day", models.DateField(verbose_name="first day")),
                ("last_day", models.DateField(verbose_name="last day")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
            ],
            options={
                "verbose_name": "absence",
                "verbose_name_plural": "absences",
                "ordering": ["first_day"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="b8d796ad049ade6a4d7dcce371b4336cff4b6b1d",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_a8eac",
                            table="brands_absence",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "brands_absencebrandevent" ("brand_id", "created_at", "delegate_id", "first_day", "id", "last_day", "note", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") SELECT new_values."brand_id", new_values."created_at", new_values."delegate_id", new_values."first_day", new_values."id", new_values."last_day", new_values."note", new_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."updated_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="7afb21a152a4807ebf562bc48fb55fed9fea0673",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_aa2ce",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="brands_absence",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "brands_absencebrandevent" ("brand_id", "created_at", "delegate_id", "first_day", "id", "last_day", "note", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") SELECT new_values."brand_id", new_values."created_at", new_values."delegate_id", new_values."first_day", new_values."id", new_values."last_day", new_values."note", new_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."updated_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="6ba129cf2ff102387b4b15005c60095303900646",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_6d86c",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="brands_absence",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "brands_absencebrandevent" ("brand_id", "created_at", "delegate_id", "first_day", "id", "last_day", "note", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") SELECT old_values."brand_id", old_values."created_at", old_values."delegate_id", old_values."first_day", old_values."id", old_values."last_day", old_values."note", old_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."updated_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="3ea8905c892e3b34673bf5215835e1d937156b05",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_f0d0b",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="brands_absence",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [models.Index(fields=["delegate", "last_day"], name="absence_of_delegate")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first_day__lte", models.F("last_day"))),
                        name="absence_begins_first",
                        violation_error_message="The last day is before the first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("delegate", models.F("person")), _negated=True),
                        name="absence_delegate_is_another",
                        violation_error_message="Nobody can stand in for themselves.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    models.Func(
                                        "brand",
                                        models.Value(0),
                                        function="uuid_hash_extended",
                                        output_field=models.BigIntegerField(),
                                    ),
                                    models.Func(
                                        "brand",
                                        models.Value(0),
                                        function="uuid_hash_extended",
                                        output_field=models.BigIntegerField(),
                                    ),
                                    models.Value("[]"),
                                    function="int8range",
                                    output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("person"),
                                    models.F("person"),
                                    models.Value("[]"),
                                    function="int8range",
                                    output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField(),
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    "first_day",
                                    "last_day",
                                    models.Value("[]"),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="absence_one_at_a_time",
                        violation_error_message="Another absence covers some of these days already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AbsenceBrandevent",
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
                        to="brands.absence",
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
                    "delegate",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="stands in",
                    ),
                ),
                ("first_day", models.DateField(verbose_name="first day")),
                ("last_day", models.DateField(verbose_name="last day")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="68bcce888416cefaf8ff59172949e3634866e5ae",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_8ed61",
                            table="brands_absencebrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="absence_hist")],
            },
        ),
        migrations.CreateModel(
            name="BrandPlainevent",
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
                        to="brands.brand",
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
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "slug",
                    models.SlugField(db_index=False, max_length=60, verbose_name="address on these pages"),
                ),
                ("logo", models.FileField(blank=True, upload_to="logos/", verbose_name="logo")),
                (
                    "primary_colour",
                    models.CharField(
                        default="#3552d0",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-f]{6}$",
                                "Write the colour as # and six hexadecimal digits in lower case.",
                            )
                        ],
                        verbose_name="primary colour",
                    ),
                ),
                (
                    "accent_colour",
                    models.CharField(
                        default="#0f8a7e",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-f]{6}$",
                                "Write the colour as # and six hexadecimal digits in lower case.",
                            )
                        ],
                        verbose_name="accent colour",
                    ),
                ),
                (
                    "voice",
                    models.TextField(
                        blank=True,
                        help_text="How the brand speaks; read by people and by AI.",
                        verbose_name="voice",
                    ),
                ),
                ("guidelines", models.TextField(blank=True, verbose_name="guidelines")),
                ("sender_name", models.CharField(blank=True, max_length=120, verbose_name="sender name")),
                (
                    "sender_email",
                    models.EmailField(
                        blank=True,
                        help_text="An address on a domain that the brand owns (Rule S8).",
                        max_length=254,
                        verbose_name="sender address",
                    ),
                ),
                ("reply_to", models.EmailField(blank=True, max_length=254, verbose_name="replies go to")),
                ("postal_address", models.TextField(blank=True, verbose_name="postal address")),
                ("website", models.URLField(blank=True, verbose_name="website")),
                ("language", models.CharField(default="en", max_length=10, verbose_name="default language")),
                (
                    "country",
                    models.CharField(
                        default="US",
                        max_length=2,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{2}$", "Write the country as its two-letter code (ISO 3166-1)."
                            )
                        ],
                        verbose_name="country",
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        default="UTC",
                        max_length=64,
                        validators=[storesync.accounts.models.validate_time_zone],
                        verbose_name="time zone",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        default="USD",
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{3}$", "Write the currency as its three-letter code (ISO 4217)."
                            )
                        ],
                        verbose_name="currency",
                    ),
                ),
                (
                    "send_rate",
                    models.DecimalField(
                        decimal_places=2,
                        default=5,
                        help_text="Messages a second.",
                        max_digits=8,
                        validators=[
                            django.core.validators.MinValueValidator(0.1),
                            django.core.validators.MaxValueValidator(100000),
                        ],
                        verbose_name="send rate",
                    ),
                ),
                (
                    "retention_days",
                    models.PositiveIntegerField(
                        default=storesync.brands.models.brand.retention_default,
                        verbose_name="retention in days",
                    ),
                ),
                (
                    "attribute_schema",
                    models.JSONField(blank=True, default=list, verbose_name="attributes of its locations"),
                ),
                (
                    "template_values",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        validators=[storesync.brands.models.brand.named_values],
                        verbose_name="values for mails",
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
                            hash="4f6b9e8fe16e893dd95452f5c55556a96e1c781b",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_57087",
                            table="brands_brandplainevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="brand_hist")],
            },
        ),
        migrations.CreateModel(
            name="Region",
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
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="brands.region",
                        verbose_name="part of",
                    ),
                ),
                (
                    "path",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, editable=False, size=None
                    ),
                ),
            ],
            options={
                "verbose_name": "region",
                "verbose_name_plural": "regions",
                "ordering": ["name"],
                "permissions": [
                    ("see_brand", "see the brand"),
                    ("manage_brand", "manage the brand, its regions and senders"),
                    ("manage_people", "manage the people of the brand"),
                    ("see_location", "see locations"),
                    ("manage_location", "manage locations"),
                    ("see_template", "see templates"),
                    ("manage_template", "write templates"),
                    ("manage_guideline", "write guidelines and switch them on"),
                    ("manage_rollout", "roll templates out"),
                    ("see_campaign", "see campaigns"),
                    ("edit_campaign", "create, customise, submit and pause campaigns"),
                    ("decide", "approve and reject"),
                    ("see_contact", "see personal data of contacts"),
                    ("manage_contact", "manage contacts"),
                    ("see_insight", "see insights"),
                    ("see_media", "see the media library"),
                    ("upload_media", "add pictures to the media library"),
                    ("manage_media", "manage the media library"),
                ],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="03df2b4fba349fbecc1d42e298455b49dc27dc81",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_847d7",
                            table="brands_region",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "brands_regionbrandevent" ("brand_id", "created_at", "id", "name", "parent_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") SELECT new_values."brand_id", new_values."created_at", new_values."id", new_values."name", new_values."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."updated_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="173c36eb4d86fce07dbc22233d60e41e60ea40be",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_9f4d0",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="brands_region",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "brands_regionbrandevent" ("brand_id", "created_at", "id", "name", "parent_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") SELECT new_values."brand_id", new_values."created_at", new_values."id", new_values."name", new_values."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."updated_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."brand_id" IS DISTINCT FROM (new_values."brand_id") OR old_values."created_at" IS DISTINCT FROM (new_values."created_at") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."parent_id" IS DISTINCT FROM (new_values."parent_id") OR old_values."updated_at" IS DISTINCT FROM (new_values."updated_at")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="1ad7547e0810869002feb810aeb270fa2f5f64b7",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_9a088",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="brands_region",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "brands_regionbrandevent" ("brand_id", "created_at", "id", "name", "parent_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at") SELECT old_values."brand_id", old_values."created_at", old_values."id", old_values."name", old_values."parent_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."updated_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="dc90b0254b1ad8cf4f64ae196d375fd25bdef093",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_da26a",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="brands_region",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["path"], name="region_path")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brand", "parent", "name"), name="region_name_once", nulls_distinct=False
                    ),
                    models.UniqueConstraint(fields=("id", "brand"), name="region_with_brand"),
                    models.CheckConstraint(
                        condition=models.Q(("parent", models.F("id")), _negated=True),
                        name="region_not_in_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegionBrandevent",
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
                        to="brands.region",
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
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="brands.region",
                        verbose_name="part of",
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
                            hash="d7f0d0ed0030a3735370d79779e418b9013f7e78",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_4ed03",
                            table="brands_regionbrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="region_hist")],
            },
        ),
        migrations.CreateModel(
            name="Location",
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
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="locations",
                        to="brands.region",
                        verbose_name="region",
                    ),
                ),
                ("store_number", models.CharField(max_length=40, verbose_name="store number")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("street", models.CharField(blank=True, max_length=300, verbose_name="street")),
                ("street_2", models.CharField(blank=True, max_length=200, verbose_name="second line")),
                ("city", models.CharField(blank=True, max_length=120, verbose_name="city")),
                ("state", models.CharField(blank=True, max_length=80, verbose_name="state or province")),
                ("postcode", models.CharField(blank=True, max_length=20, verbose_name="postcode")),
                (
                    "country",
                    models.CharField(
                        blank=True,
                        max_length=2,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{2}$", "Write the country as its two-letter code (ISO 3166-1)."
                            )
                        ],
                        verbose_name="country",
                    ),
                ),
                (
                    "latitude",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        max_digits=9,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-90),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="latitude",
                    ),
                ),
                (
                    "longitude",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        max_digits=9,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-180),
                            django.core.validators.MaxValueValidator(180),
                        ],
                        verbose_name="longitude",
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        max_length=64,
                        validators=[storesync.accounts.models.validate_time_zone],
                        verbose_name="time zone",
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=10, verbose_name="language")),
                (
                    "currency",
                    models.CharField(
                        blank=True,
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{3}$", "Write the currency as its three-letter code (ISO 4217)."
                            )
                        ],
                        verbose_name="currency",
                    ),
                ),
                (
                    "phone",
                    phonenumber_field.modelfields.PhoneNumberField(
                        blank=True, max_length=128, region=None, verbose_name="phone"
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "opening_hours",
                    models.CharField(
                        blank=True,
                        help_text="OpenStreetMap syntax: Mo-Fr 09:00-18:00",
                        max_length=400,
                        verbose_name="opening hours",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("open", "Open"),
                            ("temporarily_closed", "Temporarily closed"),
                            ("closed", "Closed"),
                        ],
                        default="open",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                ("opened_on", models.DateField(blank=True, null=True, verbose_name="opened on")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                ("attributes", models.JSONField(blank=True, default=dict, verbose_name="attributes")),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.SearchVector(
                            "store_number", "name", "city", "postcode", config="simple"
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "location",
                "verbose_name_plural": "locations",
                "ordering": ["name"],
                "permissions": [
                    ("see_brand", "see the brand"),
                    ("manage_brand", "manage the brand, its regions and senders"),
                    ("manage_people", "manage the people of the brand"),
                    ("see_location", "see locations"),
                    ("manage_location", "manage locations"),
                    ("see_template", "see templates"),
                    ("manage_template", "write templates"),
                    ("manage_guideline", "write guidelines and switch them on"),
                    ("manage_rollout", "roll templates out"),
                    ("see_campaign", "see campaigns"),
                    ("edit_campaign", "create, customise, submit and pause campaigns"),
                    ("decide", "approve and reject"),
                    ("see_contact", "see personal data of contacts"),
                    ("manage_contact", "manage contacts"),
                    ("see_insight", "see insights"),
                    ("see_media", "see the media library"),
                    ("upload_media", "add pictures to the media library"),
                    ("manage_media", "manage the media library"),
                ],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="cd758f7e0e22c677237cb588f9e825781ee7d884",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_ef99f",
                            table="brands_location",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "brands_locationbrandevent" ("attributes", "brand_id", "city", "closed_on", "country", "created_at", "currency", "email", "id", "language", "latitude", "longitude", "name", "opened_on", "opening_hours", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "postcode", "region_id", "state", "status", "store_number", "street", "street_2", "time_zone", "updated_at") SELECT new_values."attributes", new_values."brand_id", new_values."city", new_values."closed_on", new_values."country", new_values."created_at", new_values."currency", new_values."email", new_values."id", new_values."language", new_values."latitude", new_values."longitude", new_values."name", new_values."opened_on", new_values."opening_hours", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."phone", new_values."postcode", new_values."region_id", new_values."state", new_values."status", new_values."store_number", new_values."street", new_values."street_2", new_values."time_zone", new_values."updated_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="c3d10d71850f82337fd08ce112979b77cef71742",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_1ae88",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="brands_location",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "brands_locationbrandevent" ("attributes", "brand_id", "city", "closed_on", "country", "created_at", "currency", "email", "id", "language", "latitude", "longitude", "name", "opened_on", "opening_hours", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "postcode", "region_id", "state", "status", "store_number", "street", "street_2", "time_zone", "updated_at") SELECT new_values."attributes", new_values."brand_id", new_values."city", new_values."closed_on", new_values."country", new_values."created_at", new_values."currency", new_values."email", new_values."id", new_values."language", new_values."latitude", new_values."longitude", new_values."name", new_values."opened_on", new_values."opening_hours", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."phone", new_values."postcode", new_values."region_id", new_values."state", new_values."status", new_values."store_number", new_values."street", new_values."street_2", new_values."time_zone", new_values."updated_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."attributes" IS DISTINCT FROM (new_values."attributes") OR old_values."brand_id" IS DISTINCT FROM (new_values."brand_id") OR old_values."city" IS DISTINCT FROM (new_values."city") OR old_values."closed_on" IS DISTINCT FROM (new_values."closed_on") OR old_values."country" IS DISTINCT FROM (new_values."country") OR old_values."created_at" IS DISTINCT FROM (new_values."created_at") OR old_values."currency" IS DISTINCT FROM (new_values."currency") OR old_values."email" IS DISTINCT FROM (new_values."email") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."language" IS DISTINCT FROM (new_values."language") OR old_values."latitude" IS DISTINCT FROM (new_values."latitude") OR old_values."longitude" IS DISTINCT FROM (new_values."longitude") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."opened_on" IS DISTINCT FROM (new_values."opened_on") OR old_values."opening_hours" IS DISTINCT FROM (new_values."opening_hours") OR old_values."phone" IS DISTINCT FROM (new_values."phone") OR old_values."postcode" IS DISTINCT FROM (new_values."postcode") OR old_values."region_id" IS DISTINCT FROM (new_values."region_id") OR old_values."state" IS DISTINCT FROM (new_values."state") OR old_values."status" IS DISTINCT FROM (new_values."status") OR old_values."store_number" IS DISTINCT FROM (new_values."store_number") OR old_values."street" IS DISTINCT FROM (new_values."street") OR old_values."street_2" IS DISTINCT FROM (new_values."street_2") OR old_values."time_zone" IS DISTINCT FROM (new_values."time_zone") OR old_values."updated_at" IS DISTINCT FROM (new_values."updated_at")) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="1f1ed2065e44ce7b7020eb0a143a250dd949fd49",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_1a090",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="brands_location",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "brands_locationbrandevent" ("attributes", "brand_id", "city", "closed_on", "country", "created_at", "currency", "email", "id", "language", "latitude", "longitude", "name", "opened_on", "opening_hours", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "postcode", "region_id", "state", "status", "store_number", "street", "street_2", "time_zone", "updated_at") SELECT old_values."attributes", old_values."brand_id", old_values."city", old_values."closed_on", old_values."country", old_values."created_at", old_values."currency", old_values."email", old_values."id", old_values."language", old_values."latitude", old_values."longitude", old_values."name", old_values."opened_on", old_values."opening_hours", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."phone", old_values."postcode", old_values."region_id", old_values."state", old_values."status", old_values."store_number", old_values."street", old_values."street_2", old_values."time_zone", old_values."updated_at" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="4ed25f857bddc4d7bebfcece4ff0cf9939aaf7a2",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_2bc8a",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="brands_location",
                            when="AFTER",
                        ),
                    ),
                ],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["search"], name="location_search"),
                    models.Index(fields=["brand", "name", "id"], name="location_by_name"),
                    models.Index(fields=["brand", "city", "id"], name="location_by_city"),
                    models.Index(fields=["brand", "country", "state"], name="location_by_state"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brand", "store_number"), name="store_number_once_in_brand"
                    ),
                    models.UniqueConstraint(fields=("id", "brand"), name="location_with_brand"),
                    models.CheckConstraint(
                        condition=models.Q(("store_number", ""), _negated=True), name="store_number_given"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                            models.Q(("latitude__range", (-90, 90)), ("longitude__range", (-180, 180))),
                            _connector="OR",
                        ),
                        name="coordinates_on_earth",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LocationBrandevent",
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
                        to="brands.location",
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
                    "region",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="brands.region",
                        verbose_name="region",
                    ),
                ),
                ("store_number", models.CharField(max_length=40, verbose_name="store number")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("street", models.CharField(blank=True, max_length=300, verbose_name="street")),
                ("street_2", models.CharField(blank=True, max_length=200, verbose_name="second line")),
                ("city", models.CharField(blank=True, max_length=120, verbose_name="city")),
                ("state", models.CharField(blank=True, max_length=80, verbose_name="state or province")),
                ("postcode", models.CharField(blank=True, max_length=20, verbose_name="postcode")),
                (
                    "country",
                    models.CharField(
                        blank=True,
                        max_length=2,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{2}$", "Write the country as its two-letter code (ISO 3166-1)."
                            )
                        ],
                        verbose_name="country",
                    ),
                ),
                (
                    "latitude",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        max_digits=9,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-90),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="latitude",
                    ),
                ),
                (
                    "longitude",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        max_digits=9,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-180),
                            django.core.validators.MaxValueValidator(180),
                        ],
                        verbose_name="longitude",
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        max_length=64,
                        validators=[storesync.accounts.models.validate_time_zone],
                        verbose_name="time zone",
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=10, verbose_name="language")),
                (
                    "currency",
                    models.CharField(
                        blank=True,
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]{3}$", "Write the currency as its three-letter code (ISO 4217)."
                            )
                        ],
                        verbose_name="currency",
                    ),
                ),
                (
                    "phone",
                    phonenumber_field.modelfields.PhoneNumberField(
                        blank=True, max_length=128, region=None, verbose_name="phone"
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "opening_hours",
                    models.CharField(
                        blank=True,
                        help_text="OpenStreetMap syntax: Mo-Fr 09:00-18:00",
                        max_length=400,
                        verbose_name="opening hours",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("open", "Open"),
                            ("temporarily_closed", "Temporarily closed"),
                            ("closed", "Closed"),
                        ],
                        default="open",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                ("opened_on", models.DateField(blank=True, null=True, verbose_name="opened on")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                ("attributes", models.JSONField(blank=True, default=dict, verbose_name="attributes")),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="c93dc25c6d7e4258909707511fc92b2904a6a32e",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_ac7b6",
                            table="brands_locationbrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="location_hist")],
            },
        ),
        migrations.CreateModel(
            name="Membership",
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("brand_manager", "Brand Manager"),
                            ("approver", "Approver"),
                            ("location_manager", "Location Manager"),
                            ("clerk", "Clerk"),
                            ("viewer", "Viewer"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "power_user",
                    models.BooleanField(
                        default=False,
                        help_text="A Brand Manager who may open the brand in the back office.",
                        verbose_name="power user",
                    ),
                ),
                (
                    "ends_on",
                    models.DateField(
                        blank=True,
                        help_text="The last day, in the brand's zone.",
                        null=True,
                        verbose_name="until",
                    ),
                ),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
                (
                    "regions",
                    models.ManyToManyField(
                        blank=True, related_name="memberships", to="brands.region", verbose_name="regions"
                    ),
                ),
                (
                    "locations",
                    models.ManyToManyField(
                        blank=True, related_name="memberships", to="brands.location", verbose_name="locations"
                    ),
                ),
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
                "ordering": ["user__name"],
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="6e866ceb934994918044b4e326cbe563d45030f5",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_a85ed",
                            table="brands_membership",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "brands_membershipbrandevent" ("brand_id", "created_at", "ends_on", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "power_user", "revoked_at", "role", "updated_at", "user_id") SELECT new_values."brand_id", new_values."created_at", new_values."ends_on", new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."power_user", new_values."revoked_at", new_values."role", new_values."updated_at", new_values."user_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="54305c2da71bfa923907b7c97479fb1a7b196cc5",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_a49a9",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="brands_membership",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "brands_membershipbrandevent" ("brand_id", "created_at", "ends_on", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "power_user", "revoked_at", "role", "updated_at", "user_id") SELECT new_values."brand_id", new_values."created_at", new_values."ends_on", new_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."power_user", new_values."revoked_at", new_values."role", new_values."updated_at", new_values."user_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="7d9ddb3d7fca6da2cf6d26dc51126692563c4d4b",
                            level="STATEMENT",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_a25c2",
                            referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                            table="brands_membership",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "brands_membershipbrandevent" ("brand_id", "created_at", "ends_on", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "power_user", "revoked_at", "role", "updated_at", "user_id") SELECT old_values."brand_id", old_values."created_at", old_values."ends_on", old_values."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', old_values."id", old_values."power_user", old_values."revoked_at", old_values."role", old_values."updated_at", old_values."user_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                            hash="5af79684c1a67451c560a460e04f8f846eee7385",
                            level="STATEMENT",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_40b0b",
                            referencing="REFERENCING OLD TABLE AS old_values ",
                            table="brands_membership",
                            when="AFTER",
                        ),
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("brand", "user", "role"),
                        name="role_once_in_brand",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MembershipBrandevent",
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
                        to="brands.membership",
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
                    "user",
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
                    "role",
                    models.CharField(
                        choices=[
                            ("brand_manager", "Brand Manager"),
                            ("approver", "Approver"),
                            ("location_manager", "Location Manager"),
                            ("clerk", "Clerk"),
                            ("viewer", "Viewer"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "power_user",
                    models.BooleanField(
                        default=False,
                        help_text="A Brand Manager who may open the brand in the back office.",
                        verbose_name="power user",
                    ),
                ),
                (
                    "ends_on",
                    models.DateField(
                        blank=True,
                        help_text="The last day, in the brand's zone.",
                        null=True,
                        verbose_name="until",
                    ),
                ),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="a3bf77e09255a174a814f52ab96452dad46bdbe4",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_fdac7",
                            table="brands_membershipbrandevent",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [models.Index(fields=["pgh_obj", "pgh_id"], name="membership_hist")],
            },
        ),
        migrations.CreateModel(
            name="BrandUserPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "permission",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.membership"
                    ),
                ),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
            ],
            options={
                "unique_together": {("membership", "permission", "content_object")},
                "abstract": False,
                "indexes": [models.Index(fields=["user", "permission"], name="brand_right")],
            },
        ),
        migrations.CreateModel(
            name="RegionUserPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "permission",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.membership"
                    ),
                ),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.region"
                    ),
                ),
            ],
            options={
                "unique_together": {("membership", "permission", "content_object")},
                "abstract": False,
                "indexes": [models.Index(fields=["user", "permission"], name="region_right")],
            },
        ),
        migrations.CreateModel(
            name="LocationUserPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "permission",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.membership"
                    ),
                ),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.location"
                    ),
                ),
            ],
            options={
                "unique_together": {("membership", "permission", "content_object")},
                "abstract": False,
                "indexes": [models.Index(fields=["user", "permission"], name="location_right")],
            },
        ),
        # Not in any model, see core.foreign_keys.
        foreign_key(
            "brands_location", "location_region_brand_agrees", "region_id, brand_id", "brands_region"
        ),
        foreign_key("brands_region", "region_parent_brand_agrees", "parent_id, brand_id", "brands_region"),
    ]
