"""What every page may rely on: the shell's parts, made only when a template asks for them."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from storesync.core import navigation


def shell(request: HttpRequest) -> dict[str, Any]:
    """Sidebar, scope switcher, user menu and look of the page.

    Lazy: fragments and mails that show none of it pay nothing. `theme` is empty for "like my device".
    """
    user = getattr(request, "user", None)
    theme = getattr(user, "theme", "")
    return {
        "nav": SimpleLazyObject(lambda: navigation.sidebar(request) if user is not None else []),
        "user_menu": SimpleLazyObject(lambda: navigation.user_menu(request) if user is not None else []),
        "scope": SimpleLazyObject(lambda: (navigation.scope_of(request) if user is not None else None) or ""),
        "section": SimpleLazyObject(lambda: navigation.section_of(request)),
        "preferences_url": SimpleLazyObject(navigation.preferences_url),
        "brand": getattr(request, "brand", None),
        "user_brands": getattr(request, "user_brands", []),
        "theme": theme if theme in {"light", "dark"} else "",
        "density": "compact" if getattr(user, "density", "") == "compact" else "",
        "shortcuts": bool(getattr(user, "shortcuts", False)),
    }
