"""Owners of revisions that are no campaigns: approvals must work for anything that owns revisions."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from storesync.accounts.models import User
from storesync.brands.models import Location
from storesync.content import owners
from storesync.content.actions import RevisionDraft, build_revisions
from storesync.content.events import ApprovalRevoked, RevisionsDecided, RevisionsSubmitted
from storesync.content.facts import location_facts
from storesync.content.models import Revision
from storesync.content.owners import BaseContent, OwnerInfo
from storesync.core import events
from storesync.core.models import new_id
from tests.conftest import Cast
from tests.content.samples import VALUES, VARIABLES, message

KIND = "leaflet"
WAVE = UUID("01890000-0000-7000-8000-000000000001")
TEMPLATE = UUID("01890000-0000-7000-8000-000000000002")


def _describe(ids: Sequence[UUID]) -> Mapping[UUID, OwnerInfo]:
    sample = message()
    base = BaseContent(
        "Version 1", sample.subject, sample.preheader, sample.plain_blocks, VALUES, variables=VARIABLES
    )
    return {
        owner_id: OwnerInfo(
            f"Leaflet {str(owner_id)[-4:]}",
            "/leaflets/",
            WAVE,
            "Autumn wave",
            "/waves/",
            base,
            template_id=TEMPLATE,
            template_name="Leaflet of autumn",
        )
        for owner_id in ids
    }


@pytest.fixture(autouse=True)
def leaflets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of owner that the tests made up."""
    monkeypatch.setitem(owners._providers, KIND, _describe)


@dataclass
class Heard:
    """What the floors below would have heard."""

    submitted: list[RevisionsSubmitted] = field(default_factory=list)
    decided: list[RevisionsDecided] = field(default_factory=list)
    revoked: list[ApprovalRevoked] = field(default_factory=list)


@pytest.fixture
def heard() -> Iterator[Heard]:
    """A listener beside whoever else listens."""
    ears = Heard()
    pairs: list[tuple[Any, Callable[[Any], None]]] = [
        (RevisionsSubmitted, ears.submitted.append),
        (RevisionsDecided, ears.decided.append),
        (ApprovalRevoked, ears.revoked.append),
    ]
    for kind, ear in pairs:
        events.subscribe(kind, ear)
    yield ears
    for kind, ear in pairs:
        events._handlers[kind].remove(ear)


def make_revision(
    location: Location, author: User | None, *, owner_id: UUID | None = None, number: int = 1, **parts: Any
) -> Revision:
    """One revision of a leaflet of this location; `parts` are those of RevisionDraft."""
    return make_revisions([location], author, owner_id=owner_id, number=number, **parts)[0]


def make_revisions(
    locations: Iterable[Location],
    author: User | None,
    *,
    owner_id: UUID | None = None,
    number: int = 1,
    changes: Mapping[str, Any] | None = None,
    **parts: Any,
) -> list[Revision]:
    """One revision for each of the locations, each of a leaflet of its own."""
    places = list(locations)
    content = message(**(changes or {}))
    parts = {"values": VALUES} | parts
    built = build_revisions(
        brand_id=places[0].brand_id,
        drafts=(
            RevisionDraft(
                location_id=location.pk,
                owner_kind=KIND,
                owner_id=owner_id or new_id(),
                number=number,
                message=content,
                facts=location_facts(location, location.brand, content.declared_facts),
                **parts,
            )
            for location in places
        ),
        author=author,
    )
    found = Revision.objects.in_bulk([one.id for one in built])
    return [found[one.id] for one in built]


@pytest.fixture
def as_approver(cast: Cast, client: Client) -> Client:
    """A browser in which the approver is signed in."""
    client.force_login(cast.approver, backend="django.contrib.auth.backends.ModelBackend")
    return client
