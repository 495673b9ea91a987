"""Verifying a whole brand, and large packs, as Jobs: asked for once, stopped, seen by whom they are for."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from storesync.approvals.actions.evidence import forget_evidence, run_evidence, start_evidence
from storesync.approvals.evidence.checking import check_pack
from storesync.approvals.models import EvidenceTask, EvidenceWork
from storesync.approvals.views import evidence as pages
from storesync.campaigns.models import LocationCampaign
from storesync.core.jobs import request_stop
from storesync.core.models import JobState
from tests.approvals.evidence.making import past_triggers, sealed
from tests.conftest import Cast
from tests.waves import approved_wave

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def campaign(in_acme: Cast) -> LocationCampaign:
    """An approved and sealed campaign of leeds; york has one too."""
    found = approved_wave(in_acme)[0]
    sealed(in_acme)
    return found


def asked(cast: Cast) -> EvidenceTask:
    return start_evidence(brand=cast.acme, work=EvidenceWork.VERIFY, actor=cast.manager)


def done(task: EvidenceTask) -> EvidenceTask:
    run_evidence(task_id=task.pk)
    return EvidenceTask.objects.select_related("job").get(pk=task.pk)


def test_a_double_click_asks_once(in_acme: Cast, campaign: LocationCampaign) -> None:
    assert asked(in_acme) == asked(in_acme)
    with pytest.raises(PermissionDenied):
        start_evidence(brand=in_acme.acme, work=EvidenceWork.VERIFY, actor=in_acme.viewer)
    task = done(asked(in_acme))
    assert task.job is not None and task.job.state == JobState.DONE and task.breaks == []
    assert task.counts["steps"] == 4 and task.counts["seals"] == 1 and task.counts["revisions"] >= 2
    assert asked(in_acme) != task, "what is over is no reason not to look again"


def test_the_first_break_is_named_with_the_way_to_it(
    in_acme: Cast, campaign: LocationCampaign, client: Client
) -> None:
    """The page of the task, and the entry of the history that it leads to."""
    with past_triggers() as cursor:
        cursor.execute(
            "UPDATE approvals_approvalstep SET comment = 'never said' WHERE owner_id = %s AND number = 2",
            [campaign.pk],
        )
    task = done(asked(in_acme))
    client.force_login(in_acme.manager, backend=BACKEND)
    page = client.get(task.get_absolute_url())
    first = page.context["breaks"][0]
    assert "step 2 was changed" in first["words"] and first["words"] in page.content.decode()
    history = client.get(first["url"])
    assert history.context["page"].rows[0].why == "never said"
    client.force_login(in_acme.viewer, backend=BACKEND)
    assert client.get(task.get_absolute_url()).status_code == HTTPStatus.NOT_FOUND
    assert client.get(reverse("approvals:verify_brand", args=["acme"])).status_code == HTTPStatus.FORBIDDEN


def test_it_stops_when_it_is_asked_to(in_acme: Cast, campaign: LocationCampaign) -> None:
    task = asked(in_acme)
    assert task.job is not None
    request_stop(task.job.pk)
    stopped = done(task)
    assert stopped.job is not None and stopped.job.state == JobState.STOPPED
    assert stopped.counts["steps"] == 4 and stopped.counts["revisions"] == 0


@pytest.mark.parametrize("name", ["evidence_json", "evidence_pdf"])
def test_a_large_pack_is_made_in_the_background(
    in_acme: Cast, campaign: LocationCampaign, client: Client, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Once however often it is asked for; for the person who asked, as long as it is kept (Rule A10)."""
    monkeypatch.setattr(pages, "AT_ONCE", dict.fromkeys(EvidenceWork, 1))
    url = reverse(f"approvals:{name}", args=["acme", campaign.pk])
    client.force_login(in_acme.viewer, backend=BACKEND)
    page = reverse("approvals:evidence", args=["acme", campaign.pk])
    assert client.get(url)["Location"] == page
    assert f'action="{url}"' in client.get(page).content.decode()
    assert client.post(url)["Location"] == client.post(url)["Location"]
    task = done(EvidenceTask.objects.get())
    file_url = reverse("approvals:evidence_task_file", args=["acme", task.pk])
    assert file_url in client.get(task.get_absolute_url()).content.decode()
    data = client.get(file_url).content
    assert check_pack(data) == [] if name == "evidence_json" else data.startswith(b"%PDF-")
    client.force_login(in_acme.manager, backend=BACKEND)
    assert client.get(file_url).status_code == HTTPStatus.NOT_FOUND, "each asks for their own"
    client.force_login(in_acme.viewer, backend=BACKEND)
    EvidenceTask.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(file_url).status_code == HTTPStatus.NOT_FOUND
    forget_evidence()
    assert not EvidenceTask.objects.exists()
