"""What belongs together belongs to one brand.

A migration of its own: Django makes the unique constraints of a table with computed defaults (LocationCampaign)
when its migration ends, and these keys refer to one.
"""

from django.db import migrations

from storesync.core.foreign_keys import foreign_key


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]

    operations = [
        foreign_key(
            "campaigns_campaignedit",
            "campaignedit_campaign_brand_agrees",
            "campaign_id, brand_id",
            "campaigns_locationcampaign",
        ),
        foreign_key(
            "campaigns_campaigntemplate",
            "campaigntemplate_replacement_brand_agrees",
            "replacement_id, brand_id",
            "campaigns_campaigntemplate",
        ),
        foreign_key(
            "campaigns_locationcampaign",
            "locationcampaign_location_brand_agrees",
            "location_id, brand_id",
            "brands_location",
        ),
        foreign_key(
            "campaigns_locationcampaign",
            "locationcampaign_rollout_brand_agrees",
            "rollout_id, brand_id",
            "campaigns_rollout",
        ),
        foreign_key(
            "campaigns_locationcampaign",
            "locationcampaign_template_version_brand_agrees",
            "template_version_id, brand_id",
            "campaigns_templateversion",
        ),
        foreign_key(
            "campaigns_mailtest",
            "mail_test_campaign_of_brand",
            "campaign_id, brand_id",
            "campaigns_locationcampaign",
        ),
        foreign_key(
            "campaigns_mailtest", "mail_test_location_of_brand", "location_id, brand_id", "brands_location"
        ),
        foreign_key(
            "campaigns_mailtest",
            "mail_test_template_of_brand",
            "template_id, brand_id",
            "campaigns_campaigntemplate",
        ),
        foreign_key(
            "campaigns_rollout",
            "rollout_audience_brand_agrees",
            "audience_list_id, brand_id",
            "audience_audiencelist",
        ),
        foreign_key(
            "campaigns_rollout",
            "rollout_template_version_brand_agrees",
            "template_version_id, brand_id",
            "campaigns_templateversion",
        ),
        foreign_key(
            "campaigns_rolloutlocation",
            "rolloutlocation_location_brand_agrees",
            "location_id, brand_id",
            "brands_location",
        ),
        foreign_key(
            "campaigns_rolloutlocation",
            "rolloutlocation_rollout_brand_agrees",
            "rollout_id, brand_id",
            "campaigns_rollout",
        ),
        foreign_key(
            "campaigns_templateversion",
            "templateversion_template_brand_agrees",
            "template_id, brand_id",
            "campaigns_campaigntemplate",
        ),
        foreign_key(
            "campaigns_versionstanding",
            "versionstanding_replacement_brand_agrees",
            "replacement_id, brand_id",
            "campaigns_templateversion",
        ),
        foreign_key(
            "campaigns_versionstanding",
            "versionstanding_version_brand_agrees",
            "version_id, brand_id",
            "campaigns_templateversion",
        ),
        foreign_key(
            "campaigns_waveupgrade",
            "waveupgrade_rollout_brand_agrees",
            "rollout_id, brand_id",
            "campaigns_rollout",
        ),
        foreign_key(
            "campaigns_waveupgrade",
            "waveupgrade_version_brand_agrees",
            "version_id, brand_id",
            "campaigns_templateversion",
        ),
    ]
