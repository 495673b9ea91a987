"""A submission is split off one of its own brand."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("approvals", "0002_same_brand")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE approvals_submission ADD CONSTRAINT submission_parent_in_brand "
            "FOREIGN KEY (parent_id, brand_id) REFERENCES approvals_submission (id, brand_id)",
            "ALTER TABLE approvals_submission DROP CONSTRAINT submission_parent_in_brand",
        ),
    ]
