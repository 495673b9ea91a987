"""Audiences and batches to send."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from storesync.audience.actions import add_recipients
from storesync.core.models import new_id
from storesync.mailing.actions import freeze_batch
from storesync.mailing.gates import register_gate
from storesync.mailing.messages import Message, Sender
from storesync.mailing.models import Batch
from tests.conftest import Cast

KIND = "test"
HELLO = Message(
    subject="Hello \ue000first_name\ue001there\ue002",
    html="<p>Hello \ue000first_name\ue001there\ue002, "
    "<a href='\ue000unsubscribe_url\ue001\ue002'>stop</a></p>",
    text="Hello \ue000first_name\ue001there\ue002\n\ue000unsubscribe_url\ue001\ue002\n",
)
Freeze = Callable[..., Batch]


@pytest.fixture(autouse=True)
def open_gate() -> None:
    """Mail of this kind is vouched for, unless a test registers another gate."""
    register_gate(KIND, lambda batch: None)


@pytest.fixture
def freeze(in_acme: Cast) -> Freeze:
    """Freeze a batch of leeds for some addresses (or so many), with what the test says otherwise."""
    return lambda recipients=3, **given: frozen(in_acme, recipients, **given)


def frozen(cast: Cast, recipients: int | str | UUID = 3, **given: Any) -> Batch:
    """A batch; `recipients` is a count, a paste, or the id of a list."""
    location = given.pop("location", cast.leeds)
    if not isinstance(recipients, UUID):
        text = recipients if isinstance(recipients, str) else addresses(recipients)
        report = add_recipients(brand=cast.acme, text=text, source="test", actor=None, locations=[location])
        assert report.list is not None
        recipients = report.list.pk
    source = given.pop("source_id", None) or new_id()
    return freeze_batch(
        brand_id=cast.acme.pk,
        location_id=location.pk,
        audience_list_id=recipients,
        source_kind=KIND,
        source_id=source,
        **{
            "approved_hash": "a" * 64,
            "dedupe_scope": source,
            "sender": Sender.of(cast.acme, location),
            "messages": [HELLO],
            "actor": None,
            **given,
        },
    )


def addresses(count: int, start: int = 0) -> str:
    """A paste of so many people."""
    return "\n".join(f"Person{n} Test <person{n}@people.example>" for n in range(start, start + count))
