"""Messages of htmx requests travel as a client event, those of whole pages in the page."""

import json
from typing import Any

import pytest
from django.contrib import messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import RequestFactory
from django.utils.safestring import mark_safe
from django_htmx.middleware import HtmxDetails

from storesync.core.toasts import ToastMiddleware


def request_with(**headers: str) -> HttpRequest:
    request = RequestFactory().post("/", headers=headers)
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    return request


def answer(request: HttpRequest, response: HttpResponse) -> Any:
    messages.success(request, mark_safe('Archived. <a href="/undo/">Undo</a>'))
    messages.error(request, "One was not.")
    return ToastMiddleware(lambda request: response)(request)


def test_messages_travel_as_an_event_and_are_used_up() -> None:
    request = request_with(**{"HX-Request": "true"})
    response = answer(request, HttpResponse("<p></p>"))
    assert json.loads(response["HX-Trigger"]) == {
        "messages": {
            "value": [
                {"level": "success", "text": "Archived. Undo"},
                {"level": "error", "text": "One was not."},
            ]
        }
    }
    assert messages.get_messages(request).used  # type: ignore[attr-defined]


def test_nothing_to_say_is_no_event() -> None:
    response = ToastMiddleware(lambda request: HttpResponse())(request_with(**{"HX-Request": "true"}))
    assert "HX-Trigger" not in response.headers


def leaving() -> HttpResponse:
    response = HttpResponse()
    response["HX-Redirect"] = "/"
    return response


@pytest.mark.parametrize(
    ("headers", "response"),
    [
        ({}, HttpResponse()),
        ({"HX-Request": "true", "HX-Boosted": "true"}, HttpResponse()),
        ({"HX-Request": "true"}, HttpResponseRedirect("/")),
        ({"HX-Request": "true"}, leaving()),
    ],
    ids=["whole page", "boosted", "redirect", "htmx redirect"],
)
def test_messages_wait_for_the_page_that_shows_them(headers: dict[str, str], response: HttpResponse) -> None:
    request = request_with(**headers)
    answered = answer(request, response)
    assert "HX-Trigger" not in answered.headers
    assert len(list(messages.get_messages(request))) == 2
