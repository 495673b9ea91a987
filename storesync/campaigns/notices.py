"""The kinds of notices about campaigns: their words, and who may read them now."""

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from storesync.brands.notices import readable
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.statuses import APPROVED_STATES, Status
from storesync.core.formats import moment
from storesync.notifications.kinds import Channel, Group, Kind, Words, one_by_one

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from storesync.accounts.models import User
    from storesync.notifications.models import Notice

START_NEAR: Final = "campaign.start_near"
DEADLINE: Final = "campaign.deadline"
MISSED: Final = "campaign.missed"
PAUSED: Final = "campaign.paused"
OFFERED: Final = "campaign.offered"
RESCHEDULED: Final = "campaign.rescheduled"

UNAPPROVED: Final = (Status.DRAFT, Status.PENDING_REVIEW, Status.REJECTED)


def _in(statuses: Collection[str], *, dated: bool = False) -> Callable[..., list[UUID]]:
    """The check: one may read of its store, and the campaign is still as it was said.

    Args:
        statuses: those in which it is still so.
        dated: and it still starts, or ends, at the moment that the notice is about.
    """

    def check(person: "User", notices: Sequence["Notice"]) -> list[UUID]:
        may = set(readable(person, notices))
        asked = {notice.facts["campaign"] for notice in notices if notice.pk in may}
        rows = LocationCampaign.objects.filter(pk__in=asked).order_by()
        found = {str(pk): now for pk, *now in rows.values_list("pk", "status", "start_at", "end_at")}
        return [
            notice.pk
            for notice in notices
            if notice.pk in may and _holds(notice, found.get(notice.facts["campaign"], [""]))
        ]

    def _holds(notice: "Notice", now: Sequence[object]) -> bool:
        status, *dates = now
        return status in statuses and (not dated or notice.about in dates)

    return check


def _what(notice: "Notice") -> str:
    facts = notice.facts
    return _("%(name)s, %(store)s") % {"name": facts.get("name", ""), "store": facts.get("store", "")}


def _when(notice: "Notice") -> str:
    return moment(notice.about, notice.facts.get("zone", "")) if notice.about else ""


def _start_near(notice: "Notice") -> Words:
    status = notice.facts.get("status", "")
    state = Status(status).label if status in Status.values else ""
    return Words(
        title=_("Starts within a day and is not approved: %(what)s") % {"what": _what(notice)},
        body=_("Start: %(when)s, time of the store. Status: %(status)s")
        % {"when": _when(notice), "status": state},
        action=_("See the campaign"),
    )


def _deadline(notice: "Notice") -> Words:
    return Words(
        title=_("Not handed in at its deadline: %(what)s") % {"what": _what(notice)},
        body=_(
            "The edit deadline, %(when)s at the store, passed while words were typed that nobody has saved. "
            "So it was neither handed in as it was offered nor left out. Save it and submit it, or cancel it."
        )
        % {"when": _when(notice)},
        action=_("See the campaign"),
    )


def _missed(notice: "Notice") -> Words:
    return Words(
        title=_("Missed its start: %(what)s") % {"what": _what(notice)},
        body=_("It should have started on %(when)s, time of the store. Give it new dates, or cancel it.")
        % {"when": _when(notice)},
        action=_("See the campaign"),
    )


def _paused(notice: "Notice") -> Words:
    return Words(
        title=_("Paused by itself: %(what)s") % {"what": _what(notice)},
        body=notice.facts.get("reason", ""),
        action=_("See the campaign"),
    )


def _rescheduled(notice: "Notice") -> Words:
    facts = notice.facts
    before = parse_datetime(facts.get("before") or "")
    words = (
        _(
            "Its store is in the time zone %(zone)s now. It ends on %(when)s by the clock of the store, "
            "as was planned; without the change that would have been %(before)s there."
        )
        if facts.get("ends")
        else _(
            "Its store is in the time zone %(zone)s now. It starts on %(when)s by the clock of the store, "
            "as was planned; without the change that would have been %(before)s there."
        )
    )
    zone = facts.get("zone", "")
    return Words(
        title=_("Moved to another time zone: %(what)s") % {"what": _what(notice)},
        body=words % {"zone": zone, "when": _when(notice), "before": moment(before, zone) if before else ""},
        action=_("See the campaign"),
    )


def _offered(notice: "Notice") -> Words:
    facts, count = notice.facts, int(notice.facts.get("count", 1))
    title = (
        _("%(name)s is offered to %(store)s")
        if count == 1
        else ngettext(
            "%(name)s is offered to %(count)d of your stores",
            "%(name)s is offered to %(count)d of your stores",
            count,
        )
    )
    deadline = parse_datetime(facts.get("deadline") or "")
    return Words(
        title=title % {"name": facts.get("name", ""), "store": facts.get("store", ""), "count": count},
        body=_("Look at it with your own store, and submit it by %(when)s.") % {"when": moment(deadline)}
        if deadline
        else _("Look at it with your own store, and submit it."),
        action=_("See it with my store") if count == 1 else _("See the campaigns"),
    )


def _kind(
    key: str,
    label: "_StrPromise",
    description: "_StrPromise",
    icon: str,
    words: Callable[["Notice"], Words],
    visible_to: Callable[["User", Sequence["Notice"]], list[UUID]],
    *,
    bundled: bool = True,
) -> Kind:
    return Kind(
        key=key,
        label=label,
        description=description,
        group=Group.CAMPAIGNS,
        icon=icon,
        renderer=one_by_one(words),
        visible_to=visible_to,
        default=frozenset({Channel.PAGE, Channel.MAIL}),
        bundled=bundled,
    )


KINDS: Final = (
    _kind(
        OFFERED,
        gettext_lazy("Offered to your stores"),
        gettext_lazy("A roll-out offers your stores a campaign, to be looked at and submitted."),
        "rollouts",
        _offered,
        readable,
        bundled=False,
    ),
    _kind(
        START_NEAR,
        gettext_lazy("Starts soon and is not approved"),
        gettext_lazy("A campaign that you look after starts within a day and is not approved."),
        "schedule",
        _start_near,
        _in((*UNAPPROVED, Status.APPROVED), dated=True),
    ),
    _kind(
        DEADLINE,
        gettext_lazy("Not handed in at the edit deadline"),
        gettext_lazy("A draft into which somebody was typing was neither handed in nor left out."),
        "clock",
        _deadline,
        _in((Status.DRAFT,)),
    ),
    _kind(
        MISSED,
        gettext_lazy("Missed its start"),
        gettext_lazy("A campaign that you look after did not start, because it was not ready in time."),
        "warning",
        _missed,
        _in((Status.MISSED,)),
    ),
    _kind(
        PAUSED,
        gettext_lazy("Paused by itself"),
        gettext_lazy(
            "Sending stopped above the brand's limits, or because something was not right any more."
        ),
        "pause",
        _paused,
        _in((Status.PAUSED,)),
    ),
    _kind(
        RESCHEDULED,
        gettext_lazy("Moved to another time zone"),
        gettext_lazy(
            "A store has another time zone, and the dates of a campaign that you look after followed."
        ),
        "schedule",
        _rescheduled,
        _in((*UNAPPROVED, *APPROVED_STATES), dated=True),
    ),
)
