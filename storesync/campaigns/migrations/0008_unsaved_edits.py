"""What people have typed and not saved."""

import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
import storesync.core.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("brands", "0002_brands_agree"),
        ("campaigns", "0007_test_mails"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CampaignEdit",
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
                ("data", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField()),
                ("seen", models.PositiveIntegerField()),
                ("number", models.PositiveIntegerField(default=1)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="brands.brand"
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="edits",
                        to="campaigns.locationcampaign",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "unsaved edit",
                "verbose_name_plural": "unsaved edits",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "user"), name="one_edit_a_person_and_campaign"
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="campaignedit",
            trigger=pgtrigger.compiler.Trigger(
                name="brand_is_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."brand_id" IS DISTINCT FROM (NEW."brand_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="1e1a8a22835acb5e781290611ec43492e5af0b87",
                    operation="UPDATE",
                    pgid="pgtrigger_brand_is_fixed_29d74",
                    table="campaigns_campaignedit",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(
            'ALTER TABLE campaigns_campaignedit ADD CONSTRAINT "campaignedit_campaign_brand_agrees" '
            "FOREIGN KEY (campaign_id, brand_id) REFERENCES campaigns_locationcampaign (id, brand_id)",
            'ALTER TABLE campaigns_campaignedit DROP CONSTRAINT "campaignedit_campaign_brand_agrees"',
        ),
    ]
