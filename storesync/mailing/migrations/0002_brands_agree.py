"""A batch is for a location of its own brand (company mail has neither)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("mailing", "0001_initial"), ("brands", "0002_brands_agree")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE mailing_batch ADD CONSTRAINT batch_location_brand_agrees "
            "FOREIGN KEY (location_id, brand_id) REFERENCES brands_location (id, brand_id)",
            "ALTER TABLE mailing_batch DROP CONSTRAINT batch_location_brand_agrees",
        ),
    ]
