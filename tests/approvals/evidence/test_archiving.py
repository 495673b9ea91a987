"""Rule A12: what is older than the retention is archived, never dropped, and comes back."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from storesync.approvals.evidence import archiving
from storesync.approvals.evidence.archiving import archive_ended, archive_weekly, last_sunday, restore
from storesync.approvals.evidence.checking import check_pack
from storesync.approvals.evidence.pack import make_pack, write_pack
from storesync.approvals.models import ApprovalStep, ApprovalStepArchive
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.statuses import Status
from storesync.core.errors import ActionRefused
from storesync.core.models import PeriodicClaim
from tests.approvals.evidence.making import first_break, past_triggers, sealed, verified
from tests.conftest import Cast
from tests.waves import approved_wave


@pytest.fixture
def old(in_acme: Cast) -> LocationCampaign:
    """An approved wave of leeds and york; the campaign of leeds was cancelled 400 days ago. Sealed."""
    leeds = approved_wave(in_acme)[0]
    with past_triggers() as cursor:
        cursor.execute(
            "UPDATE campaigns_locationcampaign"
            " SET status = %s, status_changed_at = now() - interval '400 days' WHERE id = %s",
            [Status.CANCELLED, leeds.pk],
        )
    sealed(in_acme)
    return LocationCampaign.objects.get(pk=leeds.pk)


LATER = timedelta(days=380)


def archived(cast: Cast) -> int:
    """What is moved when the steps themselves are older than a year."""
    cast.acme.retention_days = 365
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archiving, "_due", lambda brand, before: due(before))
        return archive_ended(brand=cast.acme)


def due(before: datetime) -> list[Any]:
    """Ended long ago, however young its steps are in a test."""
    ended = LocationCampaign.objects.filter(status=Status.CANCELLED, status_changed_at__lt=before)
    steps = ApprovalStep.objects.filter(owner_id__in=ended.values("pk"), number=1).order_by()
    return list(steps.values_list("owner_id", flat=True))


def test_only_what_ended_longer_ago_moves(in_acme: Cast, old: LocationCampaign) -> None:
    assert archive_ended(brand=in_acme.acme) == 0, "its steps are of today"
    assert archive_ended(brand=in_acme.acme, now=timezone.now() + LATER) == 2
    assert set(ApprovalStepArchive.objects.values_list("owner_id", flat=True)) == {old.pk}
    assert ApprovalStep.objects.count() == 2, "york is on its way"


def test_the_chain_holds_across_both(in_acme: Cast, old: LocationCampaign) -> None:
    pack = make_pack(old)
    assert archived(in_acme) == 2
    result = verified(in_acme)
    assert result.breaks == [] and result.steps == 4
    again = make_pack(old)
    assert again["steps"] == pack["steps"] and check_pack(write_pack(again)) == []


def test_what_was_archived_comes_back_as_it_was(in_acme: Cast, old: LocationCampaign) -> None:
    before = list(ApprovalStep.objects.of_owner("campaign", old.pk).values())
    archived(in_acme)
    with pytest.raises(PermissionDenied):
        restore(campaign=old, actor=in_acme.viewer)
    assert restore(campaign=old, actor=in_acme.manager) == 2
    assert list(ApprovalStep.objects.of_owner("campaign", old.pk).values()) == before
    assert not ApprovalStepArchive.objects.exists() and verified(in_acme).holds
    with pytest.raises(ActionRefused):
        restore(campaign=old, actor=in_acme.manager)


def test_an_archived_step_that_was_changed_is_found_and_cannot_come_back(
    in_acme: Cast, old: LocationCampaign
) -> None:
    archived(in_acme)
    with past_triggers() as cursor:
        cursor.execute("UPDATE approvals_approvalsteparchive SET comment = 'x' WHERE number = 2")
    assert f"campaign {old.pk} “Winter wave, Leeds Arcade”: step 2 was changed" in first_break(in_acme)
    with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
        restore(campaign=old, actor=in_acme.manager)
    with past_triggers() as cursor:
        cursor.execute("DELETE FROM approvals_approvalsteparchive WHERE number = 1")
    assert "step 1 is missing" in first_break(in_acme)


def test_a_run_that_dies_in_the_middle_has_moved_nothing(
    in_acme: Cast, old: LocationCampaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All or nothing for each batch: here between the copy and the delete."""
    monkeypatch.setattr(archiving, "_due", lambda brand, before: due(before))
    with pytest.raises(DatabaseError), transaction.atomic(), past_delete():
        archive_ended(brand=in_acme.acme)
    assert not ApprovalStepArchive.objects.exists() and verified(in_acme).holds


def past_delete() -> Any:
    """Every DELETE of a step fails, as when the server goes away."""

    def fail(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("DELETE FROM approvals_approvalstep"):
            raise DatabaseError("gone")
        return execute(sql, params, many, context)

    return connection.execute_wrapper(fail)


def test_each_brand_has_its_own_sunday() -> None:
    """02:00 in the brand's zone, over a clock change too."""
    saturday = datetime.fromisoformat("2026-10-24T23:30:00+00:00")
    assert last_sunday(saturday, "Asia/Tokyo") == "2026-10-24T17:00:00+00:00"
    assert last_sunday(saturday, "Europe/London") == "2026-10-18T01:00:00+00:00"
    sunday = datetime.fromisoformat("2026-10-25T12:00:00+00:00")
    assert last_sunday(sunday, "Europe/Berlin") == "2026-10-25T00:00:00+00:00"


def test_a_week_is_done_once(in_acme: Cast, old: LocationCampaign, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []
    monkeypatch.setattr(archiving, "archive_ended", lambda **given: calls.append(given) or 0)
    archive_weekly()
    archive_weekly()
    assert len(calls) == 2, "acme and the other brand, once each"
    assert PeriodicClaim.objects.filter(job__startswith="approvals.archive.", finished_at=None).count() == 0


def test_a_manager_brings_them_back_on_the_page(
    cast: Cast, in_acme: Cast, old: LocationCampaign, as_manager: Client
) -> None:
    archived(in_acme)
    page = reverse("approvals:evidence", args=["acme", old.pk])
    assert "Bring back from the archive" in as_manager.get(page).content.decode()
    answer = as_manager.post(reverse("approvals:evidence_restore", args=["acme", old.pk]))
    assert answer.status_code == HTTPStatus.FOUND
    assert "2 steps are back." in as_manager.get(page).content.decode()
