"""Icons by meaning: pages name what they mean (`approve`), this map names the drawing (lucide).

One meaning, one drawing everywhere; a test draws them all, so a renamed icon fails there and not on a page.
"""

from functools import cache
from typing import Any, Final

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

ICONS: Final[dict[str, str]] = {
    # navigation
    "home": "house",
    "approvals": "inbox",
    "notifications": "bell",
    "campaigns": "megaphone",
    "templates": "layout-template",
    "rollouts": "layers",
    "calendar": "calendar-days",
    "automations": "workflow",
    "locations": "store",
    "regions": "network",
    "brands": "tags",
    "contacts": "users",
    "segments": "funnel",
    "imports": "file-up",
    "dashboards": "chart-line",
    "reports": "file-clock",
    "history": "history",
    "media": "images",
    "guidelines": "scale",
    "settings": "settings",
    "people": "user-cog",
    "person": "circle-user-round",
    "security": "shield-check",
    "jobs": "list-checks",
    "mailbox": "mails",
    "backoffice": "database",
    "styleguide": "palette",
    "sign-in": "log-in",
    "sign-out": "log-out",
    "menu": "menu",
    "switch": "chevrons-up-down",
    "breadcrumb": "chevron-right",
    "back": "arrow-left",
    "next": "chevron-right",
    "previous": "chevron-left",
    "open": "chevron-down",
    "external": "external-link",
    "keyboard": "keyboard",
    # actions
    "add": "plus",
    "edit": "pencil",
    "save": "save",
    "remove": "trash-2",
    "close": "x",
    "more": "ellipsis",
    "search": "search",
    "filter": "list-filter",
    "columns": "columns-3",
    "export": "download",
    "download": "download",
    "upload": "upload",
    "copy": "copy",
    "preview": "eye",
    "compare": "git-compare",
    "submit": "send",
    "send": "send",
    "approve": "check",
    "reject": "ban",
    "changes": "message-square-warning",
    "comment": "message-square",
    "recall": "undo-2",
    "undo": "undo-2",
    "hand-over": "arrow-right-left",
    "nudge": "bell-ring",
    "schedule": "calendar-clock",
    "pause": "pause",
    "resume": "play",
    "stop": "octagon-x",
    "cancel": "circle-x",
    "retry": "rotate-cw",
    "skip": "skip-forward",
    "archive": "archive",
    "launch": "rocket",
    "write-ai": "sparkles",
    "insert": "braces",
    "move-up": "arrow-up",
    "move-down": "arrow-down",
    "sort-ascending": "arrow-up",
    "sort-descending": "arrow-down",
    "select-all": "list-checks",
    "drag": "grip-vertical",
    # types of blocks
    "block-heading": "heading",
    "block-text": "pilcrow",
    "block-image": "image",
    "block-button": "mouse-pointer-click",
    "block-offer": "badge-percent",
    "block-product-list": "shopping-basket",
    "block-store-details": "store",
    "block-divider": "separator-horizontal",
    "block-legal": "scale",
    # meaning
    "limits": "sliders-horizontal",
    "success": "circle-check",
    "info": "info",
    "warning": "triangle-alert",
    "danger": "circle-alert",
    "done": "check",
    "locked": "lock",
    "unlocked": "lock-open",
    "waiting": "hourglass",
    "running": "loader-circle",
    "better": "trending-up",
    "worse": "trending-down",
    "saved": "cloud-check",
    "nothing": "inbox",
    "no-match": "search-x",
    "not-allowed": "shield-x",
    "not-found": "map-pin-off",
    "broken": "unplug",
    "conflict": "git-merge-conflict",
    # things
    "mail": "mail",
    "phone": "smartphone",
    "desktop": "monitor",
    "side-by-side": "monitor-smartphone",
    "text": "type",
    "image": "image",
    "file": "file-spreadsheet",
    "address": "map-pin",
    "map": "map",
    "clock": "clock",
    "date": "calendar",
    "link": "link",
    "key": "key-round",
    "language": "languages",
    "theme": "sun-moon",
    "light": "sun",
    "dark": "moon",
    "unsubscribe": "mail-x",
    "help": "circle-question-mark",
}

DIRECTIONAL: Final = frozenset(
    {"back", "next", "previous", "breadcrumb", "submit", "send", "undo", "recall", "sign-out"}
)
"""Icons that point along the line of writing; they are mirrored where that runs from right to left."""


class UnknownIcon(LookupError):
    """A template asked for a meaning that the map does not have."""


@cache
def icon(meaning: str, label: str = "") -> SafeString:
    """The inline SVG for a meaning.

    Args:
        meaning: a key of ICONS.
        label: what a screen reader says; without it the icon is decoration beside a word.

    Raises:
        UnknownIcon: the map has no such meaning.
    """
    if meaning not in ICONS:
        raise UnknownIcon(f"no icon for {meaning!r}; add it to storesync.core.icons.ICONS")
    classes = "icon icon--directional" if meaning in DIRECTIONAL else "icon"
    attributes: dict[str, Any] = {"class": classes, "aria_hidden": "true"}
    svg = mark_safe(lucide(ICONS[meaning], **attributes))  # noqa: S308 - drawings from the package
    return format_html('{}<span class="vh">{}</span>', svg, label) if label else svg
