"""A contact belongs to a location of its own brand."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audience", "0001_initial"), ("brands", "0002_brands_agree")]

    operations = [
        migrations.AddConstraint(
            model_name="audiencelist",
            constraint=models.UniqueConstraint(fields=("id", "brand"), name="audience_list_with_brand"),
        ),
        migrations.RunSQL(
            "ALTER TABLE audience_contact ADD CONSTRAINT contact_location_brand_agrees "
            "FOREIGN KEY (location_id, brand_id) REFERENCES brands_location (id, brand_id)",
            "ALTER TABLE audience_contact DROP CONSTRAINT contact_location_brand_agrees",
        ),
    ]
