"""The life of a campaign as a state machine (viewflow's fsm over the table in statuses.py).

Called by actions only. A move is made on locked rows: the machine says whether it is legal, one conditional
UPDATE makes it (Rule L4), the trigger refuses it a third time; history keeps who, when, from, to, why.
"""

from collections.abc import Sequence
from typing import Any, Final

from django.db.models.functions import Now
from django.utils.translation import gettext as _
from viewflow import fsm

from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.models.campaign import REASON_MOST
from storesync.campaigns.statuses import Status, sources
from storesync.core.errors import ActionRefused


class Lifecycle:
    """One campaign's machine; each method is a verb of the table."""

    state = fsm.State(Status, default=Status.DRAFT)

    def __init__(self, campaign: LocationCampaign) -> None:
        self.campaign = campaign

    @state.setter()
    def _set(self, value: Status) -> None:
        self.campaign.status = value.value

    @state.getter()
    def _get(self) -> Status:
        return Status(self.campaign.status)

    def _was(self) -> Status:
        return Status(self.campaign.paused_from or Status.SCHEDULED)

    @state.transition(source=Status.DRAFT, target=Status.PENDING_REVIEW)
    def submit(self) -> None:
        """Hand in; checks are without errors."""

    @state.transition(source=Status.PENDING_REVIEW, target=Status.DRAFT)
    def recall(self) -> None:
        """Take back what was handed in."""

    @state.transition(source=Status.PENDING_REVIEW, target=Status.APPROVED)
    def approve(self) -> None:
        """The last stage has approved."""

    @state.transition(source=Status.PENDING_REVIEW, target=Status.REJECTED)
    def reject(self) -> None:
        """Rejected, or changes were asked for."""

    @state.transition(source=Status.REJECTED, target=Status.DRAFT)
    def take_back(self) -> None:
        """Work on it again."""

    @state.transition(source=Status.APPROVED, target=Status.SCHEDULED)
    def arm(self) -> None:
        """Arm the approved dates."""

    @state.transition(source=Status.SCHEDULED, target=Status.ACTIVE)
    def activate(self) -> None:
        """The start is reached."""

    @state.transition(source=Status.ACTIVE, target=Status.COMPLETED)
    def complete(self) -> None:
        """The end is reached and no delivery waits."""

    @state.transition(source={Status.SCHEDULED, Status.ACTIVE}, target=Status.PAUSED)
    def pause(self) -> None:
        """Hold; remembers where it was."""
        # The setter has run already when this body does, so the caller keeps `paused_from` (see move()).

    @state.transition(
        source=Status.PAUSED, target=fsm.State.GET_STATE(_was, states=[Status.SCHEDULED, Status.ACTIVE])
    )
    def resume(self) -> None:
        """Back to where it was paused."""

    @state.transition(source={Status(old) for old in sources("cancel")}, target=Status.CANCELLED)
    def cancel(self) -> None:
        """End it for good."""

    @state.transition(source={Status(old) for old in sources("miss")}, target=Status.MISSED)
    def miss(self) -> None:
        """The start passed by more than the grace time (Rule A8)."""

    @state.transition(source={Status(old) for old in sources("reopen")}, target=Status.DRAFT)
    def reopen(self) -> None:
        """New dates are needed, or the approval was revoked."""


VERBS: Final = (
    "submit",
    "recall",
    "approve",
    "reject",
    "take_back",
    "arm",
    "activate",
    "complete",
    "pause",
    "resume",
    "cancel",
    "miss",
    "reopen",
)


def can_move(campaign: LocationCampaign, verb: str) -> bool:
    """Whether the table has this move from the campaign's present status."""
    return bool(getattr(Lifecycle(campaign), verb).can_proceed())


def move(
    campaigns: Sequence[LocationCampaign], verb: str, *, reason: str = "", **changes: Any
) -> Sequence[LocationCampaign]:
    """Move locked campaigns by one verb, all or none, and save them in one statement per target.

    Args:
        campaigns: read with select_for_update in the present transaction.
        reason: why, for the history and the page.
        changes: further columns, the same for all; an expression is written, but not set on the rows in hand.

    Raises:
        ActionRefused: the table has no such move for one of them; the message names it.
    """
    targets: dict[tuple[str, str], list[LocationCampaign]] = {}
    for campaign in campaigns:
        before = campaign.status
        try:
            getattr(Lifecycle(campaign), verb)()
        except fsm.TransitionNotAllowed:
            raise ActionRefused(
                _("%(name)s is %(status)s; that cannot be done now.")
                % {"name": campaign.name, "status": Status(before).label.lower()}
            ) from None
        targets.setdefault((before, campaign.status), []).append(campaign)
    for (before, after), moved in targets.items():
        columns = changes | {
            "status": after,
            "status_reason": reason[:REASON_MOST],
            "status_changed_at": Now(),
            "updated_at": Now(),
            "paused_from": before if after == Status.PAUSED else "",
        }
        rows = LocationCampaign.objects.filter(pk__any_of=[one.pk for one in moved], status=before)
        if rows.update(**columns) != len(moved):
            raise ActionRefused(_("Somebody else changed it a moment ago. Load the page again."))
        for one in moved:
            one.status_reason, one.paused_from = columns["status_reason"], columns["paused_from"]
            for name, value in changes.items():
                if not hasattr(value, "resolve_expression"):
                    setattr(one, name, value)
    return campaigns
