"""What can be done with many locations at once: apps above register it, the list of locations offers it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, QueryDict

from storesync.brands.filters import LocationFilter
from storesync.brands.models import Location
from storesync.brands.querysets import LocationQuerySet
from storesync.core.filters import all_matching

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True, slots=True)
class BulkAction:
    """A button of the bar that appears when locations are selected.

    Attributes:
        icon: a meaning of `core.icons`.
        url: where the selection is posted; that page reads it with `chosen_locations`.
        visible: whether this person sees the button.
        order: place in the bar, ascending.
    """

    key: str
    label: "_StrOrPromise"
    icon: str
    url: Callable[[HttpRequest], str]
    visible: Callable[[HttpRequest], bool]
    order: int = 100


_actions: dict[str, BulkAction] = {}


def register_bulk_action(action: BulkAction) -> None:
    """Offer an action on many locations; registering the same key again replaces it."""
    _actions[action.key] = action


def bulk_actions(request: HttpRequest) -> list[tuple[BulkAction, str]]:
    """The actions that this person may take here, each with its address."""
    ordered = sorted(_actions.values(), key=lambda action: action.order)
    return [(action, action.url(request)) for action in ordered if action.visible(request)]


def chosen_locations(request: HttpRequest, right: str) -> LocationQuerySet:
    """The locations that a posted selection means: the boxes ticked, or all that match (Rule L1).

    Args:
        request: its POST has `select` (ids), or `select_all` and `query` (the query string of the list).
        right: only locations on which the person holds this right are chosen.
    """
    mine: LocationQuerySet = Location.objects.visible_to(request.user, right)
    if request.POST.get("select_all"):
        given = QueryDict(request.POST.get("query", ""))
        found: LocationQuerySet = all_matching(LocationFilter(given, queryset=mine, request=request))
        return found
    return mine.filter(pk__in=[pk for text in request.POST.getlist("select") if (pk := _uuid(text))])


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
