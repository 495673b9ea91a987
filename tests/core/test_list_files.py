"""Lists too long to wait for, as Excel files by a Job: made as their person sees them, and theirs alone."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from storesync.brands.actions.membership import change_membership, revoke_membership
from storesync.brands.models import Membership
from storesync.brands.rights import Role
from storesync.core import exports, list_files, paging
from storesync.core.exports import write_excel
from storesync.core.jobs import request_stop
from storesync.core.list_files import make_file, sweep_files
from storesync.core.models import Job, JobState, ListFile
from storesync.core.scoping import brand_scope
from tests.approvals.test_queue import QUEUE, hand_in, sign_in
from tests.conftest import Cast, without_scope

ASK = "/b/acme/jobs/file/"


@pytest.fixture(autouse=True)
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes ten thousand rows in life takes two here."""
    monkeypatch.setattr(exports, "EXCEL_MOST", 1)
    monkeypatch.setattr(paging, "COUNT_CEILING", 1)
    monkeypatch.setattr(exports, "TOLD_EVERY", 1)


def ask(client: Client, query: str = "view=all") -> ListFile:
    answer = client.post(ASK, {"address": QUEUE, "query": query})
    assert answer.status_code == 302
    with brand_scope([client.cast.acme.pk]):  # type: ignore[attr-defined]
        return ListFile.objects.select_related("job").get(job=answer.headers["Location"].split("/")[-2])


@pytest.fixture
def approver(client: Client, cast: Cast) -> Client:
    """The approver's browser, with two items that wait."""
    with brand_scope([cast.acme.pk]):
        cast.york.name = "=York"
        cast.york.save(update_fields=["name"])
    hand_in(cast, cast.leeds, cast.york)
    client.cast = cast  # type: ignore[attr-defined]
    return sign_in(client, cast.approver)


def made(file: ListFile) -> ListFile:
    without_scope(make_file.run, file.brand_id, file.pk)
    with brand_scope([file.brand_id]):
        return ListFile.objects.select_related("job__brand").get(pk=file.pk)


def test_a_long_list_is_asked_for_by_a_button_made_by_a_job_and_fetched(approver: Client, cast: Cast) -> None:
    page = approver.get(f"{QUEUE}?view=all&sort=location").content.decode()
    assert f'action="{ASK}"' in page and "export=xlsx" not in page and "export=csv" in page
    late = approver.get(f"{QUEUE}?export=xlsx", follow=True).content.decode()
    assert "ask for the Excel file once more" in late, "a page that was made before the rows came"
    file = ask(approver, "view=all&sort=location")
    assert ask(approver, "view=all&sort=location").pk == file.pk, "a second click is the same file"
    file = made(file)
    assert (file.job.state, file.job.done, file.job.total) == (JobState.DONE, 2, 2)
    job_page = file.job.get_absolute_url()
    assert f"{job_page}file/" in approver.get(job_page).content.decode()
    fetched = approver.get(f"{job_page}file/")
    assert "approvals-" in fetched.headers["Content-Disposition"] and "no-store" in fetched["Cache-Control"]
    read = openpyxl.load_workbook(io.BytesIO(b"".join(fetched)), read_only=True).worksheets[0]  # type: ignore[arg-type]
    rows = list(read.iter_rows(values_only=True))
    place = rows[0].index("Location")
    assert sorted(str(row[place]) for row in rows[1:]) == ["'=York", "Leeds Arcade"]
    assert sign_in(approver, cast.manager).get(f"{job_page}file/").status_code == 404, "theirs alone"
    assert approver.post(ASK, {"address": "/b/acme/jobs/", "query": ""}).status_code == 404
    assert approver.post(ASK, {"address": "/b/other/approvals/", "query": ""}).status_code == 404


def test_a_stop_or_a_lost_right_leaves_no_file(approver: Client, cast: Cast) -> None:
    with brand_scope([cast.acme.pk]):
        request_stop(ask(approver).job_id)
        stopped = ListFile.objects.get()
    assert (made(stopped).job.state, made(stopped).stored) == (JobState.STOPPED, "")
    file = ask(approver, "view=all&q=x")
    ready = made(ask(approver, "view=all&q=leeds"))
    with brand_scope([cast.acme.pk]):
        revoke_membership(membership=Membership.objects.get(user=cast.approver), actor=cast.manager)
    file = made(file)
    assert file.job.state == JobState.FAILED and "no longer see" in file.job.message and not file.stored
    assert approver.get(f"{ready.job.get_absolute_url()}file/").status_code == 404


def test_rights_that_changed_since_keep_a_file_back(approver: Client, cast: Cast) -> None:
    """Rule A10: who is limited to fewer stores does not fetch what all of them had."""
    ready, waits = made(ask(approver)), ask(approver, "view=all&q=leeds")
    address = f"{ready.job.get_absolute_url()}file/"
    assert approver.get(address).status_code == 200
    with brand_scope([cast.acme.pk]):
        change_membership(
            membership=Membership.objects.get(user=cast.approver),
            role=Role.APPROVER,
            actor=cast.manager,
            locations=[cast.leeds],
        )
    refused = approver.get(address, follow=True).content.decode()
    assert "Your rights have changed since. Ask for the file again." in refused
    anew = ask(approver, "view=all&q=leeds")
    assert anew.pk != waits.pk
    assert approver.get(f"{made(anew).job.get_absolute_url()}file/").status_code == 200


def test_a_person_has_three_files_under_way_with_filters_that_can_be_kept(approver: Client) -> None:
    for query in ("q=a", "q=b", "q=c"):
        file = ask(approver, query)
    refused = approver.post(ASK, {"address": QUEUE, "query": "q=d"})
    assert refused.status_code == 409 and "3 files are being made for you" in refused.content.decode()
    made(file)
    assert ask(approver, "q=%C3%A4 d").query == "q=%C3%A4+d"
    for query in ("q=\0", "q=%00", f"q={'ä' * 400}"):
        refused = approver.post(ASK, {"address": QUEUE, "query": query})
        assert refused.status_code == 409 and "These filters cannot be kept" in refused.content.decode()


def test_the_sweep_wakes_ends_and_clears_away(
    approver: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[object] = []
    monkeypatch.setattr(list_files.make_file, "wake", lambda *ids: woken.append(ids))
    file, other = ask(approver), ask(approver, "view=all&q=x")
    file_ready = made(ask(approver, "view=all&q=leeds"))
    woken.clear()
    long_ago = timezone.now() - timedelta(days=8)
    with brand_scope([cast.acme.pk]):
        Job.objects.filter(pk=file.job_id).update(updated_at=long_ago)
        Job.objects.filter(pk=other.job_id).update(updated_at=long_ago, state=JobState.RUNNING)
        ListFile.objects.filter(pk=file_ready.pk).update(created_at=long_ago)
    without_scope(sweep_files)
    assert woken == [(cast.acme.pk, file.pk)]
    with brand_scope([cast.acme.pk]):
        assert Job.objects.get(pk=other.job_id).state == JobState.FAILED
        assert not ListFile.objects.get(pk=file_ready.pk).stored
    gone = approver.get(f"{file_ready.job.get_absolute_url()}file/", follow=True).content.decode()
    assert "no longer there" in gone


def test_what_is_over_one_sheet_goes_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "SHEET_ROWS", 3)
    target = io.BytesIO()
    rows = iter([["Name", "Number"], *([f"=row {n}\x07", n] for n in range(5))])
    assert write_excel(target, "many", rows)
    sheets = [list(sheet.values) for sheet in openpyxl.load_workbook(target).worksheets]
    assert [len(sheet) for sheet in sheets] == [3, 3, 2]
    assert all(sheet[0] == ("Name", "Number") for sheet in sheets) and sheets[2][1] == ("'=row 4", 4)
    assert not write_excel(io.BytesIO(), "many", iter([["Name"], ["x"]]), lambda done: False)
