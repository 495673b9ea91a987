"""A kind of notices for tests: anybody of the list may read it, and it says what it was told."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from storesync.notifications import kinds
from storesync.notifications.actions import notify
from storesync.notifications.kinds import Channel, Group, Kind, Words, one_by_one, register_kind
from storesync.notifications.models import Notice
from tests.conftest import Cast

BARRED: set[int] = set()
"""People who have lost the right to read notices of the test's kind."""


def _words(notice: Notice) -> Words:
    return Words(title=notice.facts.get("title", "Something"), body=f"{notice.occurrences} times")


def _visible(person: Any, notices: Any) -> list[UUID]:
    return [] if person.pk in BARRED else [one.pk for one in notices]


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kind]:
    """The kinds "test" (page and mail) and "test.bundled" (the same, several in one mail)."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    made = [
        Kind(
            key=key,
            label="Tests",
            description="What tests tell.",
            group=Group.OTHER,
            icon="info",
            renderer=one_by_one(_words),
            visible_to=_visible,
            default=default,
            bundled=key == "test.bundled",
        )
        for key, default in (
            ("test", frozenset({Channel.PAGE, Channel.MAIL})),
            ("test.bundled", frozenset({Channel.PAGE, Channel.MAIL})),
            ("test.quiet", frozenset({Channel.PAGE, Channel.DIGEST})),
        )
    ]
    register_kind(*made)
    BARRED.clear()
    yield made[0]
    BARRED.clear()


@pytest.fixture(autouse=True)
def _outbox(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def tell(cast: Cast, *people: Any, matter: str = "one", kind: str = "test", **more: Any) -> list[Notice]:
    """Tell these people of acme of something; their notices of the matter."""
    told = people or (cast.manager,)
    more = {"url": "/accounts/email/", "facts": {"title": "Fire in the shop"}} | more
    notify(kind=kind, people=[one.pk for one in told], brand_id=cast.acme.pk, matter=matter, **more)
    return list(Notice.objects.filter(kind=kind, matter=matter).order_by("person_id"))
