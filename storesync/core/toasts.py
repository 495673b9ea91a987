"""Django's messages for pages that are open already: htmx gets them as an event, full pages as alerts."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.html import strip_tags
from django_htmx.http import trigger_client_event

UNDO = "undo:"


def success_with_undo(request: HttpRequest, text: str, url: str) -> None:
    """Say what was done, with a button that takes it back: it posts to `url`."""
    messages.success(request, text, extra_tags=f"{UNDO}{url}")


class ToastMiddleware:
    """Send the messages of an htmx request as the client event `messages` (see `static/js/messages.js`).

    Left alone are full pages and boosted links (their template shows them), and responses that make the
    browser go elsewhere (the page it goes to shows them).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        htmx = getattr(request, "htmx", None)
        if not htmx or htmx.boosted or not isinstance(response, HttpResponse):
            return response
        if 300 <= response.status_code < 400 or {"HX-Redirect", "HX-Refresh", "HX-Location"} & set(
            response.headers
        ):
            return response
        found = [
            {"level": one.level_tag, "text": strip_tags(str(one.message))} for one in get_messages(request)
        ]
        if found:
            trigger_client_event(response, "messages", {"value": found})
        return response
