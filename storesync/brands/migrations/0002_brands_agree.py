"""A region lies in a region of its own brand, and a location in one of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brands", "0001_initial")]

    operations = [
        migrations.AddConstraint(
            model_name="region",
            constraint=models.UniqueConstraint(fields=("id", "brand"), name="region_with_brand"),
        ),
        migrations.RunSQL(
            "ALTER TABLE brands_region ADD CONSTRAINT region_parent_brand_agrees "
            "FOREIGN KEY (parent_id, brand_id) REFERENCES brands_region (id, brand_id)",
            "ALTER TABLE brands_region DROP CONSTRAINT region_parent_brand_agrees",
        ),
        migrations.RunSQL(
            "ALTER TABLE brands_location ADD CONSTRAINT location_region_brand_agrees "
            "FOREIGN KEY (region_id, brand_id) REFERENCES brands_region (id, brand_id)",
            "ALTER TABLE brands_location DROP CONSTRAINT location_region_brand_agrees",
        ),
    ]
