"""Rules are tried on campaigns of the past before they count; a worker does it, a page shows it."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from storesync.brands.models import Location
from storesync.campaigns.actions.edit import edit_campaign
from storesync.core.errors import ActionRefused
from storesync.core.exports import inert
from storesync.core.jobs import request_stop
from storesync.core.models import Job, JobState
from storesync.core.scoping import brand_scope
from storesync.guidelines import tasks, tryout
from storesync.guidelines.actions import save_draft, start_try_out
from storesync.guidelines.models import GuidelineVersion, Outcome, TryOut, TryOutHit
from storesync.guidelines.queries import set_of
from tests.conftest import Cast
from tests.guidelines.conftest import Publish
from tests.guidelines.making import banned, rule
from tests.waves import campaigns_of, launched_wave

BACKEND = "django.contrib.auth.backends.ModelBackend"


def run(cast: Cast, version: GuidelineVersion | None = None, **given: Any) -> TryOut:
    """Ask for a try-out and let the worker do it."""
    made = start_try_out(brand=cast.acme, actor=cast.manager, version=version, **given)
    tasks.try_out.run(cast.acme.pk, made.pk)
    return TryOut.objects.select_related("job").get(pk=made.pk)


def draft(cast: Cast, *rules: dict[str, Any]) -> None:
    number = set_of(cast.acme.pk).draft_number
    save_draft(brand=cast.acme, rules=rules, draft_number=number, actor=cast.manager)


def test_the_draft_is_held_against_the_past_beside_what_is_in_force(in_acme: Cast, publish: Publish) -> None:
    publish(banned("neighbour", level="warning") | {"id": "old"}, on=True)
    launched_wave(in_acme)
    draft(
        in_acme,
        banned("neighbour", level="warning") | {"id": "old"},
        banned("soon", regions=[str(in_acme.north.pk)]),
        banned("see you", regions=[str(in_acme.south.pk)]) | {"id": "elsewhere"},
    )
    done = run(in_acme)
    assert done.done_at is not None and done.job is not None and done.job.state == JobState.DONE
    assert (done.checked, done.blocked, done.newly_blocked, done.newly_warned) == (2, 2, 2, 0)
    assert done.by_rule == {"old": {"hits": 2, "new": 0}, "banned-words": {"hits": 2, "new": 2}}
    hits = list(TryOutHit.objects.filter(try_out=done))
    assert {hit.outcome for hit in hits} == {Outcome.NEWLY_BLOCKED}
    assert [(one["rule"], one["level"], one["new"]) for one in hits[0].findings] == [
        ("banned-words", "error", True),
        ("old", "warning", False),
    ]


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        ([], [banned("soon")], Outcome.NEWLY_BLOCKED),
        ([], [banned("soon", level="warning")], Outcome.NEWLY_WARNED),
        ([banned("soon")], [banned("soon")], Outcome.KNOWN),
        ([banned("soon")], [banned("soon", level="warning")], Outcome.FREED),
        ([banned("soon")], [banned("gratis")], Outcome.FREED),
        ([banned("gratis")], [banned("umsonst")], None),
    ],
)
def test_what_would_change_for_a_campaign(
    in_acme: Cast,
    publish: Publish,
    before: list[dict[str, Any]],
    after: list[dict[str, Any]],
    outcome: Outcome | None,
) -> None:
    if before:
        publish(*before, on=True)
    launched_wave(in_acme)
    draft(in_acme, *after)
    done = run(in_acme)
    found = set(TryOutHit.objects.filter(try_out=done).values_list("outcome", flat=True))
    assert found == ({outcome} if outcome else set())


def test_only_the_newest_revision_counts_and_only_as_many_as_asked(in_acme: Cast) -> None:
    leeds, _york = campaigns_of(launched_wave(in_acme))
    edit_campaign(
        campaign=leeds,
        actor=in_acme.leeds_manager,
        version=leeds.version,
        edits={"hello": {"text": "Come by on Saturday."}},
    )
    draft(in_acme, banned("soon"))
    assert (run(in_acme).checked, TryOutHit.objects.count()) == (2, 1)
    assert run(in_acme, most=1).checked == 1
    assert run(in_acme, since=timezone.localdate() + timedelta(days=2)).checked == 0


def test_a_version_is_tried(in_acme: Cast, publish: Publish) -> None:
    version = publish(banned("soon"))
    draft(in_acme, banned("gratis"))
    launched_wave(in_acme)
    done = run(in_acme, version)
    assert (done.newly_blocked, done.draft_number, done.version) == (2, None, version)


def test_one_runs_at_a_time_and_old_ones_go(in_acme: Cast) -> None:
    with pytest.raises(ActionRefused, match="no rules"):
        start_try_out(brand=in_acme.acme, actor=in_acme.manager)
    draft(in_acme, banned("soon"))
    for _turn in range(tryout.KEPT + 1):
        run(in_acme)
    assert TryOut.objects.count() == tryout.KEPT
    start_try_out(brand=in_acme.acme, actor=in_acme.manager)
    with pytest.raises(ActionRefused, match="running"):
        start_try_out(brand=in_acme.acme, actor=in_acme.admin)


def test_who_does_not_write_guidelines_tries_none(in_acme: Cast, publish: Publish) -> None:
    publish(banned("soon"))
    with pytest.raises(PermissionDenied):
        start_try_out(brand=in_acme.acme, actor=in_acme.approver)


def test_a_try_out_ends_where_it_is_asked_to(in_acme: Cast) -> None:
    launched_wave(in_acme)
    draft(in_acme, banned("soon"))
    made = start_try_out(brand=in_acme.acme, actor=in_acme.manager)
    assert made.job is not None
    request_stop(made.job.pk)
    tasks.try_out.run(in_acme.acme.pk, made.pk)
    made = TryOut.objects.select_related("job").get(pk=made.pk)
    assert made.done_at is None and made.job is not None and made.job.is_over


def test_an_error_ends_the_task_where_people_see_it(in_acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(try_out: TryOut) -> list[Any]:
        raise RuntimeError("broken")

    draft(in_acme, banned("soon"))
    monkeypatch.setattr(tryout, "_past", broken)
    done = run(in_acme)
    assert done.job is not None and done.job.state == JobState.FAILED
    assert "Ask for it again" in done.job.message
    tasks.try_out.run(in_acme.acme.pk, uuid4())  # one that is gone is no error


def test_a_lost_one_is_found_and_a_dead_one_done_again(
    in_acme: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule S1."""
    woken: list[Any] = []
    monkeypatch.setattr(tasks.try_out, "wake", lambda *ids: woken.append(ids))
    launched_wave(in_acme)
    draft(in_acme, banned("soon"))
    made = start_try_out(brand=in_acme.acme, actor=in_acme.manager)
    woken.clear()
    tasks.sweep_try_outs()
    assert woken == [], "it may still be on its way"
    Job.objects.update(updated_at=timezone.now() - tryout.LOST * 2)
    tasks.sweep_try_outs()
    assert woken == [(in_acme.acme.pk, made.pk)]
    Job.objects.update(state=JobState.RUNNING, updated_at=timezone.now())
    tasks.try_out.run(in_acme.acme.pk, made.pk)
    assert not TryOutHit.objects.exists(), "another worker is at it"
    Job.objects.update(updated_at=timezone.now() - tryout.STALE * 2)
    tasks.sweep_try_outs()
    assert len(woken) == 2
    tasks.try_out.run(in_acme.acme.pk, made.pk)
    assert TryOutHit.objects.count() == 2


# -- pages


def url(name: str, *more: Any) -> str:
    return reverse(f"guidelines:{name}", args=["acme", *more])


@pytest.fixture
def manager(cast: Cast, client: Client) -> Client:
    client.force_login(cast.manager, backend=BACKEND)
    return client


def test_from_asking_to_the_result(manager: Client, cast: Cast) -> None:
    with brand_scope([cast.acme.pk]):
        launched_wave(cast)
        Location.objects.filter(pk=cast.leeds.pk).update(name="=cmd()")
        draft(cast, banned("soon", why="Say when."), rule("contrast"))
    answer = manager.post(url("try_outs"), {"most": "100", "since": "", "version": ""})
    assert answer.status_code == 302
    with brand_scope([cast.acme.pk]):
        made = TryOut.objects.get()
    waiting = manager.get(url("try_out", made.pk))
    assert "hx-get" in waiting.content.decode() and "Still at it" in waiting.content.decode()
    assert "Nothing here yet" not in waiting.content.decode()
    part = manager.get(url("try_out", made.pk), {"progress": "1"}, headers={"HX-Request": "true"})
    assert b"<html" not in part.content and "HX-Refresh" not in part.headers
    tasks.try_out.run(cast.acme.pk, made.pk)
    part = manager.get(url("try_out", made.pk), {"progress": "1"}, headers={"HX-Request": "true"})
    assert "See the result" in part.content.decode() and part.headers["HX-Refresh"] == "true"
    page = manager.get(url("try_out", made.pk)).content.decode()
    assert "Mails must not say “soon”." in page and "York Retail Park" in page
    assert "Text: “soon” is not allowed." in page
    assert reverse("campaigns:campaigns", args=["acme"]) in page
    assert "Publish and switch on" in page
    assert len(manager.get(url("try_out", made.pk), {"rule": "banned-words"}).context["page"].rows) == 2
    assert len(manager.get(url("try_out", made.pk), {"rule": "contrast"}).context["page"].rows) == 0
    export = manager.get(url("try_out_export", made.pk))
    rows = list(csv.reader(io.StringIO(b"".join(export.streaming_content).decode())))  # type: ignore[attr-defined]
    assert rows[0][0] == "Campaign" and len(rows) == 3
    assert {row[1] for row in rows[1:]} == {"'=cmd()", "York Retail Park"}, "no cell is a live formula"
    assert "newly blocked" in manager.get(url("publish")).content.decode()


def test_bad_input_and_a_second_one_are_told(manager: Client, cast: Cast) -> None:
    assert manager.post(url("try_outs"), {"most": "0"}).status_code == 422
    assert manager.post(url("try_outs"), {"most": "10001"}).status_code == 422
    assert manager.post(url("try_outs"), {"most": "10"}).status_code == 409, "no rules"
    assert manager.get(url("try_out", uuid4())).status_code == 404


@pytest.mark.parametrize("cell", ["=1+1", " =1+1", "\n=1+1", "\uff1d1+1", "@SUM(A1)", "\t1", "-1"])
def test_no_cell_of_the_export_is_computed(cell: str) -> None:
    assert inert(cell) == f"'{cell}"
    assert inert("20 % = a lot") == "20 % = a lot"
