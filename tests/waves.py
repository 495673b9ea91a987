"""A wave by the actions that pages call: rolled out, handed in, approved."""

from collections.abc import Sequence
from typing import Any

from storesync.approvals.actions import decide, submit
from storesync.approvals.models import Decision, SubmissionItem
from storesync.campaigns.actions.launch import continue_launch
from storesync.campaigns.actions.rollout import (
    choose_locations,
    create_rollout,
    launch_rollout,
    plan_rollout,
    set_recipients,
)
from storesync.campaigns.actions.template import create_template, publish_version
from storesync.campaigns.models import LocationCampaign, Rollout
from tests.campaigns.conftest import DRAFT
from tests.conftest import Cast

AT_ONCE = {"start": "approval"}


def addresses(store_number: str, count: int) -> list[str]:
    """So many customers of a store."""
    return [f"c{n}.{store_number}@customers.example" for n in range(count)]


def launched_wave(
    cast: Cast, *, each: int = 2, schedule: dict[str, Any] = AT_ONCE, name: str = "Winter wave"
) -> Rollout:
    """A wave to leeds and york, each with so many recipients: two drafts. In acme's scope."""
    template = create_template(
        brand=cast.acme, name=name, campaign_type="seasonal", actor=cast.manager, draft=DRAFT
    )
    version = publish_version(template=template, actor=cast.manager)
    rollout = create_rollout(template_version=version, actor=cast.manager, name=name)
    places = [cast.leeds, cast.york]
    choose_locations(rollout=rollout, actor=cast.manager, location_ids=[place.pk for place in places])
    rows = [f"{one},{place.store_number}" for place in places for one in addresses(place.store_number, each)]
    set_recipients(rollout=rollout, actor=cast.manager, text="\n".join(["email,store", *rows]))
    plan_rollout(rollout=rollout, actor=cast.manager, values={"discount_percentage": "20"}, schedule=schedule)
    launch_rollout(rollout=rollout, actor=cast.manager)
    continue_launch(rollout=rollout)
    return Rollout.objects.get(pk=rollout.pk)


def hand_in(cast: Cast, rollout: Rollout) -> list[SubmissionItem]:
    """Submit every draft of a wave."""
    drafts = rollout.campaigns.order_by("location__store_number")
    [submission] = submit(revisions=[one.current_revision_id for one in drafts], actor=cast.north_manager)
    return list(submission.items.order_by("pk"))


def approve(cast: Cast, items: Sequence[SubmissionItem]) -> None:
    """Approve what was handed in; the brand arms it at once."""
    decide(items=[item.pk for item in items], decision=Decision.APPROVED, actor=cast.approver)


def approved_wave(cast: Cast, **given: Any) -> list[LocationCampaign]:
    """The campaigns of a wave that is approved and armed, leeds first."""
    rollout = launched_wave(cast, **given)
    approve(cast, hand_in(cast, rollout))
    return campaigns_of(rollout)


def campaigns_of(rollout: Rollout) -> list[LocationCampaign]:
    """As they are now, leeds first."""
    found = rollout.campaigns.select_related("location", "brand", "current_revision", "approved_revision")
    return list(found.order_by("location__store_number"))
