"""What this floor tells people, and the check that the floors above share: who may read of these stores."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from storesync.brands.models import Absence, Location
from storesync.brands.rights import VIEW_CAMPAIGN
from storesync.core.formats import day
from storesync.core.navigation import address
from storesync.notifications.actions import notify
from storesync.notifications.kinds import Channel, Group, Kind, Words, one_by_one

if TYPE_CHECKING:
    from storesync.accounts.models import User
    from storesync.notifications.models import Notice

MOST_STORES: Final = 50
"""Stores that one notice names for its rights; whoever may read of one of them may read the notice."""
STAND_IN: Final = "absence.delegate"


def readable(person: "User", notices: Sequence["Notice"]) -> list[UUID]:
    """The notices of whose stores (`locations` of the facts) the person may see campaigns now (Rule A10)."""
    asked = {UUID(one) for notice in notices for one in notice.facts.get("locations", ())}
    places = Location.objects.filter(pk__in=asked).order_by()
    seen = {str(pk) for pk in places.visible_to(person, VIEW_CAMPAIGN).values_list("pk", flat=True)}
    return [notice.pk for notice in notices if seen.intersection(notice.facts.get("locations", ()))]


def tell_delegate(absence: Absence) -> None:
    """Tell somebody that they stand in for a colleague, in the transaction that says so."""
    notify(
        kind=STAND_IN,
        people=[absence.delegate_id],
        brand_id=absence.brand_id,
        matter=f"absence:{absence.pk}",
        url=address("approvals:queue", absence.brand.slug),
        facts={
            "absence": str(absence.pk),
            "who": absence.person.display_name,
            "first": absence.first_day.isoformat(),
            "last": absence.last_day.isoformat(),
        },
    )


def _words(notice: "Notice") -> Words:
    first, last = (parse_date(notice.facts.get(name, "")) for name in ("first", "last"))
    return Words(
        title=_("You stand in for %(name)s") % {"name": notice.facts.get("who", "")},
        body=_("From %(first)s to %(last)s you decide in their place.")
        % {"first": day(first) if first else "", "last": day(last) if last else ""},
        action=_("See what waits"),
    )


def _still_so(person: "User", notices: Sequence["Notice"]) -> list[UUID]:
    """Those whose absence is there and names this person still."""
    asked = [notice.facts.get("absence") for notice in notices]
    held = Absence.objects.filter(pk__in=[one for one in asked if one], delegate=person)
    there = {str(pk) for pk in held.values_list("pk", flat=True)}
    return [notice.pk for notice in notices if notice.facts.get("absence") in there]


KIND: Final = Kind(
    key=STAND_IN,
    label=gettext_lazy("You stand in for somebody"),
    description=gettext_lazy("A colleague is away and named you as the one who decides in their place."),
    group=Group.APPROVALS,
    icon="hand-over",
    renderer=one_by_one(_words),
    visible_to=_still_so,
    default=frozenset({Channel.PAGE, Channel.MAIL}),
)
