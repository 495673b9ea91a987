"""What the shell shows around every page, by registration: apps above put themselves in, core imports none.

An app registers in `AppConfig.ready`:

    navigation.register(
        Item("campaigns", Group.PLAN, _("Campaigns"), "campaigns", url=..., visible=..., order=10)
    )

The sidebar shows an item to whom `visible` says yes; its `badge` counts only what waits for this person.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import models
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from storesync.core.icons import ICONS

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class Group(models.TextChoices):
    """The headings of the sidebar, in their order."""

    TOP = "top", ""
    PLAN = "plan", _("Plan")
    STORES = "stores", _("Stores")
    AUDIENCE = "audience", _("Audience")
    MEASURE = "measure", _("Measure")
    MANAGE = "manage", _("Manage")


def everyone(request: HttpRequest) -> bool:
    """The predicate of items that every signed-in person sees."""
    return request.user.is_authenticated


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the sidebar or of the user menu.

    Attributes:
        key: unique name; registering it again is an error.
        icon: a meaning of `storesync.core.icons`.
        url: makes the address from the request; "" leaves the item out (no brand chosen).
        visible: whether this person sees it.
        badge: how many things wait for this person here; shown when not 0.
        order: place within the group, ascending.
        shortcut: the letter that opens it after `g`.
        exact: its own page alone belongs to it, not what lies below (home).
        prefixes: further starts of addresses that belong to this item (a roll-out's pages to "Campaigns").
    """

    key: str
    group: Group
    label: "_StrOrPromise"
    icon: str
    url: Callable[[HttpRequest], str]
    visible: Callable[[HttpRequest], bool] = everyone
    badge: Callable[[HttpRequest], int] | None = None
    order: int = 100
    shortcut: str = ""
    exact: bool = False
    prefixes: Callable[[HttpRequest], tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An item as one person sees it now."""

    key: str
    label: "_StrOrPromise"
    icon: str
    url: str
    current: str
    badge: int
    shortcut: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the sidebar with its links."""

    label: "_StrOrPromise"
    links: list[Link]


@dataclass(frozen=True, slots=True)
class ScopeOption:
    """A brand (later: a region or location) that a person may switch to."""

    label: str
    url: str
    detail: str = ""
    current: bool = False
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What the pages are filtered to, and what else could be chosen."""

    label: str
    detail: str = ""
    options: list[ScopeOption] = field(default_factory=list)


ScopeProvider = Callable[[HttpRequest], Scope | None]

_items: dict[str, Item] = {}
_user_items: dict[str, Item] = {}
_scope_providers: list[ScopeProvider] = []
_preferences: list[str] = []


class AlreadyRegistered(ValueError):
    """Two items with one key."""


def register(*items: Item) -> None:
    """Add items to the sidebar."""
    for item in items:
        _add(_items, item)


def register_user_item(*items: Item) -> None:
    """Add items to the user menu at the foot of the sidebar; their group does not matter."""
    for item in items:
        _add(_user_items, item)


def register_scope_provider(provider: ScopeProvider) -> None:
    """Say what the scope switcher shows; the brands app does, once."""
    _scope_providers[:] = [provider]


def register_preferences(url_name: str) -> None:
    """Name the view that keeps `theme` and `density` of the signed-in person when they are posted."""
    _preferences[:] = [url_name]


def preferences_url() -> str:
    """Where the theme switch posts, "" when nobody keeps it."""
    return address(_preferences[0]) if _preferences else ""


def scope_of(request: HttpRequest) -> Scope | None:
    """The scope switcher for this request, None when there is nothing to say."""
    if not request.user.is_authenticated or not _scope_providers:
        return None
    return _scope_providers[0](request)


def address(name: str, *args: object, **kwargs: object) -> str:
    """The address of a named view, "" where it does not exist in this installation."""
    try:
        return reverse(name, args=args or None, kwargs=kwargs or None)
    except NoReverseMatch:
        return ""


def sidebar(request: HttpRequest) -> list[Section]:
    """The groups of the sidebar as this person sees them; empty groups are left out."""
    if not request.user.is_authenticated:
        return []
    links = list(_links(_items, request))
    # A page of the user menu ("Absence") is no page of Home, although it lies below it.
    current = _current(request.path, [*links, *_addresses(_user_items, request)])
    sections = []
    for group in Group:
        inside = [_link(item, url, request, current) for item, url, _starts in links if item.group == group]
        if inside:
            sections.append(Section(group.label, inside))
    return sections


def section_of(request: HttpRequest, path: str = "") -> str:
    """The entry that a page belongs to, for its title, whoever sees it; "" where it belongs to none.

    Args:
        path: of the page, where it is not the request's.
    """
    every = _items | _user_items
    current = _current(path or request.path, list(_addresses(every, request)))
    return str(every[current].label) if current else ""


def user_menu(request: HttpRequest) -> list[Link]:
    """The links of the user menu."""
    if not request.user.is_authenticated:
        return []
    links = list(_links(_user_items, request))
    current = _current(request.path, [*_addresses(_items, request), *links])
    return [_link(item, url, request, current) for item, url, _starts in links]


def _add(registry: dict[str, Item], item: Item) -> None:
    if item.key in registry:
        raise AlreadyRegistered(item.key)
    if item.icon not in ICONS:
        raise LookupError(
            f"navigation item {item.key!r} names no icon of storesync.core.icons: {item.icon!r}"
        )
    registry[item.key] = item


def _links(registry: dict[str, Item], request: HttpRequest) -> Iterator[tuple[Item, str, tuple[str, ...]]]:
    for item, url, starts in _addresses(registry, request):
        if item.visible(request):
            yield item, url, starts


def _addresses(
    registry: dict[str, Item], request: HttpRequest
) -> Iterator[tuple[Item, str, tuple[str, ...]]]:
    """Where the items lie, whoever may see them: enough to know what a page belongs to."""
    for item in sorted(registry.values(), key=lambda item: item.order):
        if url := item.url(request):
            yield item, url, (url, *(item.prefixes(request) if item.prefixes else ()))


def _current(path: str, links: list[tuple[Item, str, tuple[str, ...]]]) -> str:
    """The key of the item with the longest start of this path: one only."""
    best, length = "", 0
    for item, _url, starts in links:
        for start in starts:
            fits = path == start if item.exact else path.startswith(start)
            if fits and len(start) > length:
                best, length = item.key, len(start)
    return best


def _link(item: Item, url: str, request: HttpRequest, current: str) -> Link:
    marked = "" if item.key != current else "page" if request.path == url else "true"
    badge = item.badge(request) if item.badge else 0
    return Link(item.key, item.label, item.icon, url, marked, badge, item.shortcut)
