"""Texts with their vectors."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgvector.django.halfvec
import storesync.core.models
from django.db import migrations, models
from pgvector.django import VectorExtension


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("brands", "0001_initial"),
    ]

    operations = [
        VectorExtension(),
        migrations.CreateModel(
            name="EmbeddedDocument",
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
                ("kind", models.CharField(max_length=60, verbose_name="kind")),
                ("object_id", models.UUIDField()),
                ("model", models.CharField(max_length=80, verbose_name="model")),
                ("text", models.TextField(verbose_name="text")),
                ("text_hash", models.CharField(max_length=64)),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                ("vector", pgvector.django.halfvec.HalfVectorField(dimensions=1536, null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("campaign_type", models.CharField(blank=True, max_length=20, verbose_name="campaign type")),
                (
                    "region_path",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), blank=True, default=list, size=None
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="starts on")),
                ("outcome", models.CharField(blank=True, max_length=20, verbose_name="outcome")),
                ("score", models.FloatField(blank=True, null=True, verbose_name="score")),
                (
                    "words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            output_field=django.contrib.postgres.search.SearchVectorField(),
                            template="(array_to_tsvector(ARRAY[brand_id::text]) || CASE left(language, 2) WHEN 'da' THEN to_tsvector('danish', text) WHEN 'de' THEN to_tsvector('german', text) WHEN 'en' THEN to_tsvector('english', text) WHEN 'es' THEN to_tsvector('spanish', text) WHEN 'fi' THEN to_tsvector('finnish', text) WHEN 'fr' THEN to_tsvector('french', text) WHEN 'hu' THEN to_tsvector('hungarian', text) WHEN 'it' THEN to_tsvector('italian', text) WHEN 'nl' THEN to_tsvector('dutch', text) WHEN 'no' THEN to_tsvector('norwegian', text) WHEN 'pt' THEN to_tsvector('portuguese', text) WHEN 'ro' THEN to_tsvector('romanian', text) WHEN 'ru' THEN to_tsvector('russian', text) WHEN 'sv' THEN to_tsvector('swedish', text) WHEN 'tr' THEN to_tsvector('turkish', text) ELSE to_tsvector('simple', text) END)",
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
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
                "verbose_name": "document with its meaning",
                "verbose_name_plural": "documents with their meaning",
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_is_fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="f8fc859494c32bfe06b39425bd3daa819269b64c",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_is_fixed_49788",
                            table="meaning_embeddeddocument",
                            when="BEFORE",
                        ),
                    )
                ],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["words"], name="meaning_words"),
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="meaning_due"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("brand", "model", "kind", "object_id"), name="meaning_once_a_model"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due_at__isnull", False), ("vector__isnull", True)),
                            models.Q(("due_at__isnull", True), ("vector__isnull", False)),
                            _connector="OR",
                        ),
                        name="meaning_due_or_embedded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("score__isnull", True),
                            models.Q(("score__gte", 0), ("score__lte", 1)),
                            _connector="OR",
                        ),
                        name="meaning_score_is_share",
                    ),
                ],
            },
        ),
        # A vector inside its row: elsewhere (TOAST) each row of an exact search would be two more reads.
        migrations.RunSQL(
            "ALTER TABLE meaning_embeddeddocument ALTER COLUMN vector SET STORAGE PLAIN",
            migrations.RunSQL.noop,
        ),
    ]
