"""The table of moves: Python and the database refuse the same (product.md, "The life of a campaign")."""

import itertools

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from storesync.campaigns import lifecycle
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.statuses import MOVES, Status, legal_pairs, sources
from storesync.core.errors import ActionRefused
from tests.conftest import Cast

LEGAL = {
    ("draft", "pending_review"),
    ("pending_review", "draft"),
    ("pending_review", "approved"),
    ("pending_review", "rejected"),
    ("rejected", "draft"),
    ("approved", "scheduled"),
    ("scheduled", "active"),
    ("active", "completed"),
    ("scheduled", "paused"),
    ("active", "paused"),
    ("paused", "scheduled"),
    ("paused", "active"),
    *((state, "cancelled") for state in ("draft", "pending_review", "rejected", "approved")),
    *((state, "cancelled") for state in ("scheduled", "active", "paused")),
    *((state, "missed") for state in ("pending_review", "approved", "scheduled")),
    *((state, "draft") for state in ("missed", "approved", "scheduled")),
}
STATES = [str(status.value) for status in Status]
# How a campaign gets into each state, by legal moves only.
PATHS = {
    "draft": [],
    "pending_review": ["pending_review"],
    "rejected": ["pending_review", "rejected"],
    "approved": ["pending_review", "approved"],
    "scheduled": ["pending_review", "approved", "scheduled"],
    "active": ["pending_review", "approved", "scheduled", "active"],
    "paused": ["pending_review", "approved", "scheduled", "paused"],
    "completed": ["pending_review", "approved", "scheduled", "active", "completed"],
    "missed": ["pending_review", "missed"],
    "cancelled": ["cancelled"],
}


def put_into(campaign: LocationCampaign, state: str) -> LocationCampaign:
    """Walk a draft into a state, past the actions but along the table."""
    rows = LocationCampaign.objects.filter(pk=campaign.pk)
    rows.update(approved_revision=campaign.current_revision_id, start_at=timezone.now())
    before = "draft"
    for step in PATHS[state]:
        rows.update(status=step, paused_from=before if step == "paused" else "")
        before = step
    return LocationCampaign.objects.get(pk=campaign.pk)


def test_the_table_is_the_one_of_the_product() -> None:
    assert set(legal_pairs()) == LEGAL


@pytest.mark.parametrize("before", STATES)
def test_the_database_refuses_every_other_move(campaign: LocationCampaign, before: str) -> None:
    put_into(campaign, before)
    rows = LocationCampaign.objects.filter(pk=campaign.pk)
    for after in STATES:
        if after == before:
            continue
        legal = True
        try:
            with transaction.atomic():
                rows.update(status=after)
                transaction.set_rollback(True)
        except ProgrammingError:
            legal = False
        assert legal == ((before, after) in LEGAL), (before, after)


@pytest.mark.parametrize("before", STATES)
def test_the_machine_knows_the_same_moves(campaign: LocationCampaign, before: str) -> None:
    campaign = put_into(campaign, before)
    for verb in lifecycle.VERBS:
        keys = [verb] if verb in MOVES else ["resume_scheduled", "resume_active"]
        expected = any(before in sources(key) for key in keys)
        assert lifecycle.can_move(campaign, verb) == expected, (before, verb)


def test_a_new_campaign_begins_as_a_draft(in_acme: Cast, campaign: LocationCampaign) -> None:
    for status in set(STATES) - {"draft"}:
        with pytest.raises(ProgrammingError), transaction.atomic():
            LocationCampaign.objects.bulk_create(
                [
                    LocationCampaign(
                        brand=in_acme.acme,
                        location=in_acme.dover,
                        template_version=campaign.template_version,
                        name="x",
                        status=status,
                        current_revision=campaign.current_revision,
                        approved_revision=campaign.current_revision,
                        start_at=timezone.now(),
                    )
                ]
            )


def test_a_move_says_why_and_remembers_where_it_was_paused(campaign: LocationCampaign) -> None:
    campaign = put_into(campaign, "active")
    lifecycle.move([campaign], "pause", reason="Too many bounces")
    campaign.refresh_from_db()
    assert (campaign.status, campaign.paused_from) == ("paused", "active")
    assert campaign.status_reason == "Too many bounces"
    lifecycle.move([campaign], "resume")
    campaign.refresh_from_db()
    assert (campaign.status, campaign.paused_from) == ("active", "")


def test_an_illegal_move_is_refused_in_words(campaign: LocationCampaign) -> None:
    with pytest.raises(ActionRefused, match="is draft"):
        lifecycle.move([campaign], "complete")


def test_a_stale_row_is_not_moved(campaign: LocationCampaign) -> None:
    """Rule L4: whoever comes second finds the new state."""
    stale = LocationCampaign.objects.get(pk=campaign.pk)
    lifecycle.move([campaign], "cancel")
    with pytest.raises(ActionRefused, match="Somebody else"):
        lifecycle.move([stale], "submit")


def test_every_state_is_reached() -> None:
    assert set(PATHS) == set(STATES)
    assert all(pair in LEGAL for path in PATHS.values() for pair in itertools.pairwise(["draft", *path]))
