"""Campaigns that a store begins by itself: from a template, or as a copy."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from storesync.campaigns.actions.create import duplicate_campaign, start_campaign
from storesync.campaigns.actions.edit import edit_campaign
from storesync.campaigns.actions.template import archive_template
from storesync.campaigns.messages import ValuesInvalid
from storesync.campaigns.models import LocationCampaign, TemplateVersion
from storesync.campaigns.statuses import Status
from storesync.content.models import Revision
from storesync.core.errors import ActionRefused
from tests.conftest import Cast

VALUES = {"discount_percentage": "20.0"}


def test_a_store_begins_a_campaign_with_values_dates_and_recipients(
    in_acme: Cast, version: TemplateVersion
) -> None:
    made, report = start_campaign(
        location=in_acme.leeds,
        template_version=version,
        actor=in_acme.leeds_manager,
        name="Our own",
        values=VALUES,
        schedule={"start": "2099-12-01T09:00"},
        recipients="ann@people.example\nnobody\nbob@people.example",
    )
    revision = Revision.objects.get(pk=made.current_revision_id)
    assert (made.status, made.name, made.rollout_id) == (Status.DRAFT, "Our own", None)
    assert revision.values == {"discount_percentage": "20"} and revision.audience["count"] == 2
    assert revision.schedule == {"start": "2099-12-01T09:00"} and "Leeds Arcade" in revision.html
    assert report is not None and report.invalid == 1
    assert not made.is_offered, "the store began it"


def test_a_campaign_without_recipients_can_be_written_first(in_acme: Cast, version: TemplateVersion) -> None:
    made, report = start_campaign(
        location=in_acme.leeds, template_version=version, actor=in_acme.leeds_manager, values=VALUES
    )
    assert report is None and made.name == "Winter"


def test_what_cannot_be_is_refused_and_nothing_is_made(in_acme: Cast, version: TemplateVersion) -> None:
    given = {"location": in_acme.leeds, "template_version": version, "actor": in_acme.leeds_manager}
    with pytest.raises(ValuesInvalid):
        start_campaign(**given, values={"discount_percentage": "90"})  # type: ignore[arg-type]
    with pytest.raises(ValuesInvalid):
        start_campaign(**given)  # type: ignore[arg-type]
    with pytest.raises(ActionRefused, match="No recipient"):
        start_campaign(**given, values=VALUES, recipients="nobody")  # type: ignore[arg-type]
    with pytest.raises(PermissionDenied):
        start_campaign(**given | {"location": in_acme.york}, values=VALUES)  # type: ignore[arg-type]
    archive_template(template=version.template, actor=in_acme.manager)
    with pytest.raises(ActionRefused, match="archived"):
        start_campaign(**given, values=VALUES)  # type: ignore[arg-type]
    assert not LocationCampaign.objects.exists()


def test_a_copy_is_a_new_draft_with_the_same_words_and_people(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    edit_campaign(
        campaign=campaign,
        actor=in_acme.leeds_manager,
        version=campaign.version,
        edits={"hello": {"text": "Our words."}},
    )
    copy = duplicate_campaign(campaign=campaign, actor=in_acme.leeds_manager)
    before = LocationCampaign.objects.select_related("current_revision").get(pk=campaign.pk).current_revision
    after = Revision.objects.get(pk=copy.current_revision_id)
    assert (copy.status, copy.rollout_id, copy.name) == (Status.DRAFT, None, f"Copy of {campaign.name}")
    assert (after.blocks, after.values, after.audience) == (before.blocks, before.values, before.audience)
    assert after.number == 1 and copy.pk != campaign.pk


def test_a_copy_for_another_store_has_its_facts_and_nobody_of_the_first(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    copy = duplicate_campaign(
        campaign=campaign, actor=in_acme.manager, location=in_acme.york, name="York too"
    )
    revision = Revision.objects.get(pk=copy.current_revision_id)
    assert "York Retail Park" in revision.html and revision.audience == {}
    assert copy.location == in_acme.york
    with pytest.raises(PermissionDenied):
        duplicate_campaign(campaign=campaign, actor=in_acme.leeds_manager, location=in_acme.york)
    with pytest.raises(PermissionDenied):
        duplicate_campaign(campaign=copy, actor=in_acme.leeds_manager, location=in_acme.leeds)


def test_dates_that_have_passed_do_not_come_along(in_acme: Cast, version: TemplateVersion) -> None:
    past, coming = "2020-01-01T09:00", f"{timezone.now().year + 2}-01-01T09:00"
    made, _report = start_campaign(
        location=in_acme.leeds,
        template_version=version,
        actor=in_acme.manager,
        values=VALUES,
        schedule={"start": past, "end": coming},
    )
    copy = duplicate_campaign(campaign=made, actor=in_acme.manager)
    revision = Revision.objects.get(pk=copy.current_revision_id)
    assert revision.schedule == {"start": "approval", "end": coming}
