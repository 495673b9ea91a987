"""Editing, reviewing, pausing and ending campaigns (Rules A3, A4, L4)."""

import pytest
from django.core.exceptions import PermissionDenied

from storesync.brands.models import Location
from storesync.campaigns.actions.campaign import (
    archive_campaigns,
    arm_campaigns,
    cancel_campaigns,
    pause_campaigns,
    reopen_campaign,
    resume_campaigns,
    take_back,
)
from storesync.campaigns.actions.edit import EditConflict, create_campaign, edit_campaign
from storesync.campaigns.models import CampaignPolicy, LocationCampaign, TemplateVersion
from storesync.campaigns.sending import KIND
from storesync.campaigns.statuses import CandidateStatus, Status
from storesync.content.events import RevisionsSubmitted
from storesync.content.models import Revision
from storesync.content.rendering import ContentInvalid
from storesync.core.errors import ActionRefused
from storesync.core.events import publish
from tests.campaigns.reviewing import decide, revoke, submit
from tests.campaigns.test_lifecycle import put_into
from tests.conftest import Cast

HELLO = {"hello": {"text": "Hello {{ first_name|default('you') }}, coffee is on us."}}


def _fresh(campaign: LocationCampaign) -> LocationCampaign:
    return LocationCampaign.objects.select_related("current_revision", "location").get(pk=campaign.pk)


def test_an_edit_of_an_unlocked_part_is_a_new_revision(in_acme: Cast, campaign: LocationCampaign) -> None:
    edit_campaign(campaign=campaign, actor=in_acme.leeds_manager, version=1, edits=HELLO)
    fresh = _fresh(campaign)
    assert (fresh.version, fresh.status, fresh.is_offered) == (2, Status.DRAFT, False)
    assert fresh.current_revision.number == 2
    assert fresh.current_revision.author == in_acme.leeds_manager
    assert "coffee is on us" in fresh.current_revision.html
    assert fresh.current_revision.audience["count"] == 2


def test_a_second_edit_keeps_the_first(in_acme: Cast, campaign: LocationCampaign) -> None:
    edit_campaign(campaign=campaign, actor=in_acme.leeds_manager, version=1, edits=HELLO)
    edit_campaign(
        campaign=campaign,
        actor=in_acme.leeds_manager,
        version=2,
        schedule={"start": "2999-01-01T09:00"},
    )
    fresh = _fresh(campaign)
    assert "coffee is on us" in fresh.current_revision.html
    assert fresh.current_revision.schedule == {"start": "2999-01-01T09:00"}


def test_saving_without_a_change_writes_nothing(in_acme: Cast, campaign: LocationCampaign) -> None:
    """Rule A4: hashes are compared, not timestamps, and a changed fact of the store is no edit."""
    Location.objects.filter(pk=in_acme.leeds.pk).update(name="Leeds, renamed")
    edit_campaign(campaign=campaign, actor=in_acme.leeds_manager, version=1, edits={})
    edit_campaign(
        campaign=campaign,
        actor=in_acme.leeds_manager,
        version=1,
        edits={"hello": {"text": campaign.current_revision.blocks[1]["text"]}},
    )
    assert Revision.objects.of_owner("campaign", campaign.pk).count() == 1
    edit_campaign(campaign=campaign, actor=in_acme.leeds_manager, version=1, refresh=True)
    assert "Leeds, renamed" in _fresh(campaign).current_revision.rendered_subject


@pytest.mark.parametrize(
    ("edits", "subject", "place"),
    [
        ({"head": {"text": "Mine"}}, None, ("head", "text")),
        ({"hello": {"text": "x" * 201}}, None, ("hello", "text")),
        ({"hello": {"text": "{{ 7 * 7 }}"}}, None, ("hello", "text")),
        ({"hello": {"colour": "red"}}, None, ("hello", "colour")),
        ({"new": {"text": "Mine"}}, None, ("new", "text")),
        (None, "Mine", ("", "subject")),
    ],
)
def test_what_is_locked_or_refused_names_its_place(
    in_acme: Cast,
    campaign: LocationCampaign,
    edits: dict[str, dict[str, str]] | None,
    subject: str | None,
    place: tuple[str, str],
) -> None:
    with pytest.raises(ContentInvalid) as refused:
        edit_campaign(campaign=campaign, actor=in_acme.leeds_manager, version=1, edits=edits, subject=subject)
    assert (refused.value.errors[0].block_id, refused.value.errors[0].field) == place
    assert _fresh(campaign).version == 1


def test_the_second_of_two_editors_gets_the_conflict(in_acme: Cast, campaign: LocationCampaign) -> None:
    edit_campaign(campaign=campaign, actor=in_acme.leeds_manager, version=1, edits=HELLO)
    with pytest.raises(EditConflict) as conflict:
        edit_campaign(
            campaign=campaign, actor=in_acme.north_manager, version=1, edits={"hello": {"text": "Other"}}
        )
    assert conflict.value.campaign.current_revision.author == in_acme.leeds_manager


def test_only_the_stores_own_people_edit(in_acme: Cast, launched: "object") -> None:
    york = LocationCampaign.objects.get(location=in_acme.york)
    for person in (in_acme.leeds_manager, in_acme.viewer, in_acme.clerk, in_acme.approver, in_acme.stranger):
        with pytest.raises(PermissionDenied):
            edit_campaign(campaign=york, actor=person, version=1, edits=HELLO)
        with pytest.raises(PermissionDenied):
            cancel_campaigns(campaigns=[york], actor=person)
    edit_campaign(campaign=york, actor=in_acme.north_manager, version=1, edits=HELLO)


def test_review_moves_a_campaign_and_approval_arms_it(in_acme: Cast, campaign: LocationCampaign) -> None:
    submit([campaign], in_acme.leeds_manager)
    assert _fresh(campaign).status == Status.PENDING_REVIEW
    with pytest.raises(ActionRefused):
        submit([campaign], in_acme.leeds_manager)
    with pytest.raises(ActionRefused, match="review"):
        edit_campaign(campaign=campaign, actor=in_acme.leeds_manager, version=1, edits=HELLO)
    decide([campaign], in_acme.approver)
    fresh = _fresh(campaign)
    assert (fresh.status, fresh.approved_revision_id) == (Status.SCHEDULED, fresh.current_revision_id)
    assert fresh.start_at is not None
    verbs = [event.pgh_context["verb"] for event in fresh.history.order_by("pgh_id")]
    assert "campaign.submitted" in verbs
    assert "campaign.approved" in verbs


def test_a_brand_may_arm_by_hand(in_acme: Cast, campaign: LocationCampaign) -> None:
    CampaignPolicy.objects.create(brand=in_acme.acme, arm_on_approval=False)
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.approver)
    assert _fresh(campaign).status == Status.APPROVED
    arm_campaigns(campaigns=[campaign], actor=in_acme.leeds_manager)
    assert _fresh(campaign).status == Status.SCHEDULED


def test_a_rejected_campaign_comes_back_by_an_edit_or_by_hand(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.approver, "changes_requested", "Say which coffee")
    fresh = _fresh(campaign)
    assert (fresh.status, fresh.status_reason) == (Status.REJECTED, "Say which coffee")
    edit_campaign(campaign=campaign, actor=in_acme.leeds_manager, version=1, edits=HELLO)
    assert _fresh(campaign).status == Status.DRAFT
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.approver, "rejected", "No")
    take_back(campaign=campaign, actor=in_acme.leeds_manager)
    assert _fresh(campaign).status == Status.DRAFT


def test_a_recalled_campaign_is_a_draft_again(in_acme: Cast, campaign: LocationCampaign) -> None:
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.leeds_manager, "recalled")
    assert _fresh(campaign).status == Status.DRAFT


def test_an_edit_after_approval_is_a_candidate(in_acme: Cast, campaign: LocationCampaign) -> None:
    """Rule A3: the approved revision stays in force until the candidate is approved."""
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.approver)
    approved = _fresh(campaign).approved_revision_id
    edit_campaign(campaign=campaign, actor=in_acme.leeds_manager, version=1, edits=HELLO)
    fresh = _fresh(campaign)
    assert (fresh.status, fresh.candidate_status) == (Status.SCHEDULED, CandidateStatus.DRAFT)
    assert fresh.approved_revision_id == approved != fresh.current_revision_id
    submit([campaign], in_acme.leeds_manager)
    assert _fresh(campaign).candidate_status == CandidateStatus.PENDING_REVIEW
    decide([campaign], in_acme.approver, "rejected", "No")
    assert _fresh(campaign).candidate_status == CandidateStatus.REJECTED
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.approver)
    fresh = _fresh(campaign)
    assert (fresh.candidate_status, fresh.approved_revision_id) == (
        CandidateStatus.NONE,
        fresh.current_revision_id,
    )


def test_editing_back_to_what_is_approved_needs_no_decision(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    """Rule A4."""
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.approver)
    text = campaign.current_revision.blocks[1]["text"]
    edit_campaign(campaign=campaign, actor=in_acme.leeds_manager, version=1, edits=HELLO)
    edit_campaign(campaign=campaign, actor=in_acme.leeds_manager, version=2, edits={"hello": {"text": text}})
    fresh = _fresh(campaign)
    assert fresh.candidate_status == CandidateStatus.NONE
    assert fresh.current_revision_id == fresh.approved_revision_id


def test_a_campaign_edited_since_it_was_read_is_not_submitted(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    edit_campaign(campaign=campaign, actor=in_acme.leeds_manager, version=1, edits=HELLO)
    with pytest.raises(ActionRefused, match="edited"):
        publish(
            RevisionsSubmitted(
                campaign.brand_id, KIND, (campaign.current_revision_id,), in_acme.leeds_manager.pk
            )
        )


def test_a_start_that_has_passed_cannot_be_submitted(in_acme: Cast, campaign: LocationCampaign) -> None:
    edit_campaign(
        campaign=campaign,
        actor=in_acme.leeds_manager,
        version=1,
        schedule={"start": "2001-01-01T09:00"},
    )
    with pytest.raises(ActionRefused, match="new dates"):
        submit([campaign], in_acme.leeds_manager)


def test_a_revoked_approval_takes_the_campaign_back(in_acme: Cast, campaign: LocationCampaign) -> None:
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.approver)
    revoke(campaign, in_acme.approver, "Wrong price")
    fresh = _fresh(campaign)
    assert (fresh.status, fresh.approved_revision_id) == (Status.DRAFT, None)


def test_a_paused_start_is_revoked_too(in_acme: Cast, campaign: LocationCampaign) -> None:
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.approver)
    pause_campaigns(campaigns=[campaign], actor=in_acme.leeds_manager, reason="Flood")
    assert _fresh(campaign).status_reason == "Flood"
    revoke(campaign, in_acme.approver)
    assert _fresh(campaign).status == Status.DRAFT


def test_pause_and_resume_go_back_to_where_it_was(in_acme: Cast, campaign: LocationCampaign) -> None:
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.approver)
    pause_campaigns(campaigns=[campaign], actor=in_acme.leeds_manager)
    with pytest.raises(ActionRefused):
        pause_campaigns(campaigns=[campaign], actor=in_acme.leeds_manager)
    resume_campaigns(campaigns=[campaign], actor=in_acme.leeds_manager)
    assert _fresh(campaign).status == Status.SCHEDULED


def test_a_campaign_without_an_approval_in_force_is_not_resumed(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    put_into(campaign, "paused")
    with pytest.raises(ActionRefused, match="approval"):
        resume_campaigns(campaigns=[campaign], actor=in_acme.leeds_manager)


def test_a_cancelled_campaign_is_archived_and_brought_back(in_acme: Cast, campaign: LocationCampaign) -> None:
    with pytest.raises(ActionRefused, match="not ended"):
        archive_campaigns(campaigns=[campaign], actor=in_acme.leeds_manager)
    cancel_campaigns(campaigns=[campaign], actor=in_acme.leeds_manager, reason="Sold out")
    with pytest.raises(ActionRefused):
        cancel_campaigns(campaigns=[campaign], actor=in_acme.leeds_manager)
    archive_campaigns(campaigns=[campaign], actor=in_acme.leeds_manager)
    assert _fresh(campaign).archived_at is not None
    archive_campaigns(campaigns=[campaign], actor=in_acme.leeds_manager, undo=True)
    assert _fresh(campaign).archived_at is None


def test_a_missed_campaign_is_reopened_for_new_dates(in_acme: Cast, campaign: LocationCampaign) -> None:
    put_into(campaign, "missed")
    reopen_campaign(campaign=campaign, actor=in_acme.leeds_manager)
    fresh = _fresh(campaign)
    assert (fresh.status, fresh.approved_revision_id) == (Status.DRAFT, None)


def test_a_campaign_of_one_store_needs_no_roll_out(in_acme: Cast, version: TemplateVersion) -> None:
    made = create_campaign(
        location=in_acme.leeds,
        template_version=version,
        actor=in_acme.leeds_manager,
        values={"discount_percentage": "10"},
    )
    assert made.current_revision.rendered_subject == "10% off at Leeds Arcade"
    assert made.dedupe_scope == made.pk
    with pytest.raises(PermissionDenied):
        create_campaign(location=in_acme.york, template_version=version, actor=in_acme.leeds_manager)
