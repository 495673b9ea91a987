"""What belongs together belongs to one brand: foreign keys that carry the brand with them.

Django has no composite foreign keys; these stand beside the plain ones and close the side doors (ORM, SQL, COPY).
"""

from django.db import migrations

PAIRS = (
    ("campaigns_templateversion", "template_id", "campaigns_campaigntemplate"),
    ("campaigns_rollout", "template_version_id", "campaigns_templateversion"),
    ("campaigns_rolloutlocation", "rollout_id", "campaigns_rollout"),
    ("campaigns_rolloutlocation", "location_id", "brands_location"),
    ("campaigns_locationcampaign", "location_id", "brands_location"),
    ("campaigns_locationcampaign", "rollout_id", "campaigns_rollout"),
    ("campaigns_locationcampaign", "template_version_id", "campaigns_templateversion"),
)


def _name(table, column):
    return f"{table.removeprefix('campaigns_')}_{column.removesuffix('_id')}_brand_agrees"


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]

    operations = [
        migrations.RunSQL(
            f'ALTER TABLE {table} ADD CONSTRAINT "{_name(table, column)}" '
            f"FOREIGN KEY ({column}, brand_id) REFERENCES {target} (id, brand_id)",
            f'ALTER TABLE {table} DROP CONSTRAINT "{_name(table, column)}"',
        )
        for table, column, target in PAIRS
    ]
