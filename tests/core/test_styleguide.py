"""The style guide and the pages of errors: they render, and keep the strict policy."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from storesync.core import error_views
from storesync.core.frames import MailFrameResponse
from tests.conftest import Cast
from tests.factories import UserFactory

INLINE = re.compile(
    r"""\sstyle=|\son\w+=|<style|javascript:|<script(?![^>]*\ssrc=)(?![^>]*application/json)"""
)


def test_shows_every_component(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    response = client.get("/styleguide/")
    assert response.status_code == 200
    html = response.content.decode()
    parts = (
        "btn--success badge__shape alert--danger kpi steps hsteps <progress pager pill <del> mails__phone "
        "comment bulk drop facts timeline empty"
    )
    for part in parts.split():
        assert part in html, part


def test_needs_a_person(client: Client, db: None) -> None:
    assert client.get("/styleguide/").status_code == 302


def test_the_shell_has_no_inline_style_or_script(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    assert INLINE.findall(client.get("/styleguide/").content.decode()) == []
    assert INLINE.findall(Client().get("/accounts/login/").content.decode()) == []


def test_a_message_in_a_frame_has_its_own_policy(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    response = client.get("/styleguide/mail/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox" in policy
    assert "https:" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "https:" in MailFrameResponse("", pictures=True)["Content-Security-Policy"]


def test_right_to_left(client: Client, cast: Cast) -> None:
    with translation.override("ar"):
        html = error_views.page_not_found(_request(AnonymousUser())).content.decode()
    assert 'dir="rtl"' in html


def _request(user: object, path: str = "/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = user  # type: ignore[assignment]
    request.session = SessionStore()
    return request


def test_errors_for_strangers_have_no_sidebar() -> None:
    for view in (error_views.bad_request, error_views.permission_denied, error_views.page_not_found):
        html = view(_request(AnonymousUser())).content.decode()
        assert "<h1>" in html
        assert 'class="side"' not in html


@pytest.mark.django_db
def test_errors_for_people_keep_the_sidebar() -> None:
    response = error_views.permission_denied(_request(UserFactory()), PermissionDenied("Ask Maya."))
    assert response.status_code == 403
    assert 'class="side"' in response.content.decode()
    assert "Ask Maya." in response.content.decode()


def test_errors_before_any_middleware() -> None:
    response = error_views.bad_request(RequestFactory().get("/"))
    assert response.status_code == 400


def test_a_refusal_says_why() -> None:
    response = error_views.conflict(_request(AnonymousUser()), "It has been <approved> meanwhile.")
    assert response.status_code == 409
    assert "It has been &lt;approved&gt; meanwhile." in response.content.decode()


def test_a_refusal_for_htmx_is_an_alert_in_the_open_page(client: Client, cast: Cast) -> None:
    request = _request(cast.viewer)
    request.htmx = type("Htmx", (), {"boosted": False, "__bool__": lambda self: True})()  # type: ignore[attr-defined]
    response = error_views.conflict(request, "Too late.")
    assert response.status_code == 409
    assert response["HX-Retarget"] == "#messages"
    assert "<html" not in response.content.decode()


def test_a_broken_server_asks_nothing(django_assert_num_queries: DjangoAssertNumQueries, db: None) -> None:
    with django_assert_num_queries(0):
        response = error_views.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "app.css" in response.content.decode()


def test_a_missing_page_is_one_of_ours(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "Nothing here" in response.content.decode()


def test_a_form_without_its_token_is_explained(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/accounts/login/", {"login": "x"})
    assert response.status_code == 403
    assert "This form has expired" in response.content.decode()
