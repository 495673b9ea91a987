"""Mails of our own: rendered in both forms, under our own domain."""

import pytest
from pytest_django import Settings

from storesync.core.letters import AUTOMATIC, absolute, message_id, write_mail


@pytest.mark.parametrize("base", ["https://storesync.example.com", "https://storesync.example.com/"])
def test_an_address_has_one_slash_after_the_host(settings: Settings, base: str) -> None:
    settings.BASE_URL = base
    assert absolute("/a/x/") == "https://storesync.example.com/a/x/"


def test_a_message_id_is_of_the_domain_we_write_from(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "StoreSync <storesync@mail.example.com>"
    assert message_id("notice.1") == "<notice.1@mail.example.com>"
    settings.DEFAULT_FROM_EMAIL = ""
    assert message_id("notice.1") == "<notice.1@localhost>"


def test_a_mail_has_one_line_of_subject_and_both_bodies() -> None:
    context = {"person": None, "invited_by": None, "url": "https://storesync.example.com/i/", "days": 3}
    mail = write_mail("invitation", context, to="new@acme.example", headers=AUTOMATIC)
    assert mail.to == ["new@acme.example"] and "\n" not in mail.subject and mail.subject
    assert "https://storesync.example.com/i/" in mail.body
    [(html, kind)] = mail.alternatives
    assert kind == "text/html" and "https://storesync.example.com/i/" in str(html)
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"
