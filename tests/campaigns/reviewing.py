"""What approvals do to campaigns, by the events and records they use; approvals itself stands above."""

from collections.abc import Sequence

from storesync.accounts.models import User
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.sending import KIND
from storesync.content.actions import record_approvals, revoke_approval
from storesync.content.events import Decision, RevisionsDecided, RevisionsSubmitted
from storesync.core.audit import audited
from storesync.core.events import publish


def submit(campaigns: Sequence[LocationCampaign], actor: User) -> None:
    """Hand in the current revisions."""
    ids = tuple(one.current_revision_id for one in _fresh(campaigns))
    with audited("submission.made", actor=actor):
        publish(RevisionsSubmitted(campaigns[0].brand_id, KIND, ids, actor.pk))


def decide(
    campaigns: Sequence[LocationCampaign], actor: User, decision: Decision = "approved", comment: str = ""
) -> None:
    """End a review."""
    fresh = _fresh(campaigns)
    pins = {one.current_revision_id: one.current_revision.content_hash for one in fresh}
    brand_id = campaigns[0].brand_id
    with audited("submission.decided", actor=actor):
        if decision == "approved":
            record_approvals(brand_id=brand_id, pins=pins, actor=actor)
        publish(RevisionsDecided(brand_id, decision, tuple(pins), actor.pk, comment))


def revoke(campaign: LocationCampaign, actor: User, reason: str = "") -> None:
    """Take an approval back."""
    (fresh,) = _fresh([campaign])
    assert fresh.approved_revision_id
    revoke_approval(
        brand_id=campaign.brand_id, revision_ids=[fresh.approved_revision_id], actor=actor, reason=reason
    )


def _fresh(campaigns: Sequence[LocationCampaign]) -> list[LocationCampaign]:
    return list(
        LocationCampaign.objects.select_related("current_revision").filter(
            pk__in=[one.pk for one in campaigns]
        )
    )
