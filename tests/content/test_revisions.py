"""Revisions and approvals: built in bulk, immutable, pinned by their hash (rules A3, A4)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pgtrigger
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError, ProgrammingError

from storesync.content.actions import (
    BuiltRevision,
    RevisionDraft,
    build_revisions,
    record_approvals,
    revoke_approval,
)
from storesync.content.events import ApprovalRevoked
from storesync.content.facts import location_facts
from storesync.content.models import Approval, Revision
from storesync.content.queries import in_force
from storesync.core.errors import ActionRefused
from storesync.core.events import subscribe
from storesync.core.scoping import ScopeError, brand_scope
from tests.conftest import Cast
from tests.content.samples import VALUES, message

pytestmark = pytest.mark.django_db
Refused = (ProgrammingError, InternalError, IntegrityError)


def draft(cast: Cast, location: Any = None, **changes: Any) -> RevisionDraft:
    location = location or cast.leeds
    made: dict[str, Any] = {
        "location_id": location.pk,
        "owner_id": uuid4(),
        "number": 1,
        "message": message(),
        "facts": location_facts(location, cast.acme, ()),
        "values": VALUES,
        "audience": {"list": str(uuid4()), "count": 10, "digest": "0" * 64},
        "schedule": {"start": "2026-11-27T09:00", "end": "2026-12-06T20:00"},
        "sender": {"name": "Acme", "email": "news@acme.example"},
    }
    return RevisionDraft(**(made | changes))


def built(cast: Cast, *drafts: RevisionDraft) -> list[BuiltRevision]:
    return build_revisions(brand_id=cast.acme.pk, drafts=drafts, author=cast.manager)


def test_revisions_are_rendered_hashed_and_kept(in_acme: Cast) -> None:
    one, two = built(in_acme, draft(in_acme), draft(in_acme, in_acme.york))
    revision = Revision.objects.get(pk=one.id)
    assert revision.recompute_hash() == revision.content_hash == one.content_hash
    assert "Leeds Arcade" in revision.html and "Leeds Arcade" in revision.text
    assert "Leeds Arcade" in revision.rendered_subject
    assert revision.author == in_acme.manager
    assert revision.blocks[0]["text"] == "Winter starts at {{ location_name }}"
    assert two.content_hash != one.content_hash
    assert one.missing == ()


def test_missing_values_are_reported(in_acme: Cast) -> None:
    """Rule T3."""
    (one,) = built(in_acme, draft(in_acme, values={}))
    assert [value.name for value in one.missing] == ["discount_percentage"]


def test_numbers_are_taken_once(in_acme: Cast) -> None:
    owner = uuid4()
    built(in_acme, draft(in_acme, owner_id=owner))
    with pytest.raises(IntegrityError), transaction.atomic():
        built(in_acme, draft(in_acme, owner_id=owner))


def test_a_location_of_another_brand_is_refused_by_the_database(in_acme: Cast) -> None:
    facts = {"brand_name": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        built(in_acme, draft(in_acme, in_acme.elsewhere, facts=facts))


def test_no_scope_no_revisions(cast: Cast) -> None:
    with brand_scope([cast.acme.pk]):
        made = draft(cast)
    with pytest.raises(ScopeError):
        built(cast, made)


@pytest.mark.parametrize(
    "change",
    [
        lambda pk: Revision.objects.filter(pk=pk).update(subject="Other"),
        lambda pk: Revision.objects.filter(pk=pk).update(html="<b>"),
        lambda pk: Revision.objects.filter(pk=pk).update(audience={}),
        lambda pk: Revision.objects.filter(pk=pk).update(schedule={}),
        lambda pk: Revision.objects.get(pk=pk).save(),
        lambda pk: Revision.objects.get(pk=pk).delete(),
    ],
)
def test_revisions_never_change(in_acme: Cast, change: Callable[[UUID], Any]) -> None:
    (one,) = built(in_acme, draft(in_acme))
    with pytest.raises(Refused), transaction.atomic():
        change(one.id)
    assert Revision.objects.get(pk=one.id).content_hash == one.content_hash


def test_erasure_may_pass_the_trigger(in_acme: Cast) -> None:
    (one,) = built(in_acme, draft(in_acme))
    with pgtrigger.ignore("content.Revision:revisions_never_change"):
        Revision.objects.filter(pk=one.id).delete()
    assert not Revision.objects.filter(pk=one.id).exists()


def approve(cast: Cast, *revisions: BuiltRevision) -> int:
    """Approve revisions; how many approvals are new."""
    pins = {revision.id: revision.content_hash for revision in revisions}
    return record_approvals(brand_id=cast.acme.pk, pins=pins, actor=cast.approver)


def test_approved_revisions_are_in_force(in_acme: Cast) -> None:
    one, two = built(in_acme, draft(in_acme), draft(in_acme, in_acme.york))
    assert approve(in_acme, one) == 1
    assert Approval.objects.get().approved_by == in_acme.approver
    assert in_force([one.id, two.id]) == {one.id}
    assert approve(in_acme, one) == 0, "A4: approving again keeps the approval"
    assert Approval.objects.count() == 1


def test_only_what_was_seen_is_approved(in_acme: Cast) -> None:
    (one,) = built(in_acme, draft(in_acme))
    with pytest.raises(ActionRefused, match="not what you have seen"), transaction.atomic():
        record_approvals(brand_id=in_acme.acme.pk, pins={one.id: "0" * 64}, actor=in_acme.approver)
    with pytest.raises(ActionRefused, match="no longer there"), transaction.atomic():
        record_approvals(brand_id=in_acme.acme.pk, pins={uuid4(): one.content_hash}, actor=in_acme.approver)
    assert not Approval.objects.exists()


@pytest.mark.parametrize(
    "field", ["subject", "html", "text", "rendered_subject", "sender", "schedule", "facts"]
)
def test_content_changed_past_the_trigger_is_not_in_force(in_acme: Cast, field: str) -> None:
    """Rule A3: even somebody who gets past the database changes nothing that is sent."""
    (one,) = built(in_acme, draft(in_acme))
    approve(in_acme, one)
    with pgtrigger.ignore("content.Revision:revisions_never_change"):
        changed: Any = {"other": "1"} if field in ("sender", "schedule", "facts") else "other"
        Revision.objects.filter(pk=one.id).update(**{field: changed})
    assert in_force([one.id]) == set()
    with pytest.raises(ActionRefused), transaction.atomic():
        record_approvals(brand_id=in_acme.acme.pk, pins={one.id: one.content_hash}, actor=in_acme.approver)


def test_an_approval_of_another_hash_is_refused_by_the_database(in_acme: Cast) -> None:
    (one,) = built(in_acme, draft(in_acme))
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(brand=in_acme.acme, revision_id=one.id, content_hash="0" * 64)


def test_one_approval_in_force(in_acme: Cast) -> None:
    (one,) = built(in_acme, draft(in_acme))
    approve(in_acme, one)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(brand=in_acme.acme, revision_id=one.id, content_hash=one.content_hash)


def test_revoked_approvals_are_not_in_force_and_stay_revoked(in_acme: Cast) -> None:
    heard: list[ApprovalRevoked] = []
    subscribe(ApprovalRevoked, heard.append)
    one, two = built(in_acme, draft(in_acme), draft(in_acme, in_acme.york))
    approve(in_acme, one)
    approval = Approval.objects.get()
    ended = revoke_approval(
        brand_id=in_acme.acme.pk, revision_ids=[one.id, two.id], actor=in_acme.approver, reason="Wrong price"
    )
    assert ended == (one.id,)
    assert heard == [ApprovalRevoked(in_acme.acme.pk, (one.id,), in_acme.approver.pk, "Wrong price")]
    assert in_force([one.id]) == set()
    assert revoke_approval(brand_id=in_acme.acme.pk, revision_ids=[one.id], actor=in_acme.approver) == ()
    approval.refresh_from_db()
    assert approval.revoked_by == in_acme.approver and approval.revoked_at is not None
    for change in ({"revoked_at": None}, {"revoked_by": in_acme.manager}):
        with pytest.raises(Refused), transaction.atomic():
            Approval.objects.filter(pk=approval.pk).update(**change)
    assert approve(in_acme, one) == 1
    assert in_force([one.id]) == {one.id}


@pytest.mark.parametrize("field", ["content_hash", "approved_at", "approved_by"])
def test_approvals_are_facts(in_acme: Cast, field: str) -> None:
    (one,) = built(in_acme, draft(in_acme))
    approve(in_acme, one)
    approval = Approval.objects.get()
    values = {"content_hash": "1" * 64, "approved_at": "2020-01-01T00:00Z", "approved_by": in_acme.manager}
    with pytest.raises(Refused), transaction.atomic():
        Approval.objects.filter(pk=approval.pk).update(**{field: values[field]})
    with pytest.raises(Refused), transaction.atomic():
        Approval.objects.filter(pk=approval.pk).delete()


def test_approvals_have_a_history(in_acme: Cast) -> None:
    (one,) = built(in_acme, draft(in_acme))
    approve(in_acme, one)
    approval = Approval.objects.get()
    revoke_approval(brand_id=in_acme.acme.pk, revision_ids=[one.id], actor=in_acme.approver)
    verbs = [event.pgh_context["verb"] for event in approval.history.order_by("pgh_id")]
    assert verbs == ["revision.approved", "revision.approval_revoked"]


def test_other_brands_see_nothing(in_acme: Cast) -> None:
    (one,) = built(in_acme, draft(in_acme))
    approve(in_acme, one)
    with brand_scope([in_acme.other.pk]):
        assert not Revision.objects.exists()
        assert in_force([one.id]) == set()


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_make_one(cast: Cast) -> None:
    """Rule A9."""
    with brand_scope([cast.acme.pk]):
        (one,) = built(cast, draft(cast))
    barrier = Barrier(2)

    def decide() -> int:
        try:
            with brand_scope([cast.acme.pk]):
                barrier.wait(10)
                return approve(cast, one)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        made = [future.result(30) for future in [pool.submit(decide), pool.submit(decide)]]
    assert sorted(made) == [0, 1]
    with brand_scope([cast.acme.pk]):
        assert Approval.objects.count() == 1
