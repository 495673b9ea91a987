"""The recipients of a roll-out are a list of its own brand."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_brands_agree"), ("audience", "0002_brands_agree")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE campaigns_rollout ADD CONSTRAINT rollout_audience_brand_agrees "
            "FOREIGN KEY (audience_list_id, brand_id) REFERENCES audience_audiencelist (id, brand_id)",
            "ALTER TABLE campaigns_rollout DROP CONSTRAINT rollout_audience_brand_agrees",
        ),
    ]
