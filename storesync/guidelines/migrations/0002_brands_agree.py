"""A version belongs to guidelines of its own brand, and what is in force is a version of the brand."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("guidelines", "0001_guidelines")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE guidelines_guidelineversion ADD CONSTRAINT guidelineversion_set_brand_agrees "
            "FOREIGN KEY (guideline_set_id, brand_id) REFERENCES guidelines_guidelineset (id, brand_id)",
            "ALTER TABLE guidelines_guidelineversion DROP CONSTRAINT guidelineversion_set_brand_agrees",
        ),
        migrations.RunSQL(
            "ALTER TABLE guidelines_guidelineset ADD CONSTRAINT guidelineset_in_force_brand_agrees "
            "FOREIGN KEY (in_force_id, brand_id) REFERENCES guidelines_guidelineversion (id, brand_id)",
            "ALTER TABLE guidelines_guidelineset DROP CONSTRAINT guidelineset_in_force_brand_agrees",
        ),
    ]
