"""Without script a picture is chosen on a page of its own, whose links lead back with the choice."""

from typing import Final
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from storesync.content.media import is_media

PICKED: Final = "picked"
FIELD: Final = "picked_for"
ALT: Final = "picked_alt"
CHOOSE: Final = "choose"
"""What the button beside a field is called without script; its value is the name of the field."""


def way_to_choose(brand: str, *, field: str, back: str) -> str:
    """The address of the chooser.

    Args:
        brand: its slug. field: the name of the form field. back: the page that asks, and gets the choice.
    """
    return f"{reverse('media:choose', args=[brand])}?{urlencode({'field': field, 'back': back})}"


def picked(request: HttpRequest) -> dict[str, str]:
    """What the chooser's links have brought back: {name of the form field: `media:<name>`}, or nothing.

    A page with a chooser uses it as the initial value of that field.
    """
    src, field = request.GET.get(PICKED, ""), request.GET.get(FIELD, "")
    return {field: src} if field and is_media(src) else {}


def picked_alt(request: HttpRequest) -> str:
    """The alternative text that comes with the choice; "" without one."""
    return request.GET.get(ALT, "") if picked(request) else ""


def way_back(back: str, *, field: str, src: str, alt: str) -> str:
    """The address of the page that asked, with the choice; "" where it is not one of ours."""
    if not is_own_page(back):
        return ""
    parts = urlsplit(back)
    choice = urlencode({PICKED: src, FIELD: field, ALT: alt})
    query = f"{parts.query}&{choice}" if parts.query else choice
    return parts._replace(query=query).geturl()


def is_own_page(address: str) -> bool:
    """Whether this is a path on this site: nobody is sent elsewhere."""
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
