"""The queue: what waits for whom, and deciding about many at once."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from storesync.accounts.models import User
from storesync.approvals.actions import decide, submit
from storesync.approvals.models import Decision, Submission, SubmissionItem
from storesync.approvals.navigation import ITEM
from storesync.approvals.stages import Stage
from storesync.brands.actions.membership import grant_membership
from storesync.brands.models import Absence, Location
from storesync.brands.rights import Role
from storesync.content.models import Approval
from storesync.core import exports
from storesync.core.scoping import brand_scope
from storesync.core.views import lists
from tests.approvals.conftest import TEMPLATE, WAVE, make_revisions
from tests.approvals.making import BRAND, make_policy
from tests.conftest import Cast
from tests.factories import LocationFactory

QUEUE = "/b/acme/approvals/"


def sign_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def hand_in(cast: Cast, *places: Location, by: User | None = None, start: str = "") -> list[SubmissionItem]:
    """Items in review, all of one submission."""
    with brand_scope([cast.acme.pk]):
        person = by or cast.north_manager
        schedule = {"start": start or "approval"}
        revisions = make_revisions(places or [cast.leeds], person, schedule=schedule)
        [submission] = submit(revisions=[one.pk for one in revisions], actor=person)
        return list(submission.items.select_related("location").order_by("pk"))


def rows(response: Any) -> list[SubmissionItem]:
    return list(response.context["page"].rows)


def test_what_is_due_first_comes_first(as_approver: Client, cast: Cast) -> None:
    [someday] = hand_in(cast, cast.leeds)
    [later] = hand_in(cast, cast.leeds, start="2026-12-24T09:00")
    [soon] = hand_in(cast, cast.york, start="2026-12-01T09:00")
    [soon_too] = hand_in(cast, cast.york, start="2026-12-01T09:00")
    response = as_approver.get(QUEUE)
    assert rows(response) == [soon, soon_too, later, someday]
    page = response.content.decode()
    assert "Autumn wave" in page and "Nora North" in page


def test_what_i_submitted_of_a_store_that_is_mine_no_longer_is_not_listed(client: Client, cast: Cast) -> None:
    """Rule A10: rights are read when they are used."""
    leeds, york = hand_in(cast, cast.leeds, cast.york)
    sign_in(client, cast.north_manager)
    assert set(rows(client.get(f"{QUEUE}submitted/"))) == {leeds, york}
    with brand_scope([cast.acme.pk]):
        grant_membership(
            brand=cast.acme,
            user=cast.north_manager,
            role=Role.LOCATION_MANAGER,
            locations=[cast.leeds],
            actor=cast.manager,
        )
    assert rows(client.get(f"{QUEUE}submitted/")) == [leeds]


def test_what_is_late_says_so(as_approver: Client, cast: Cast) -> None:
    hand_in(cast, start=(datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"))
    assert "Overdue" in as_approver.get(QUEUE).content.decode()


def test_only_what_one_may_decide_waits_for_one(client: Client, cast: Cast) -> None:
    [own] = hand_in(cast, cast.leeds, by=cast.manager)
    [free] = hand_in(cast, cast.york)
    assert rows(sign_in(client, cast.manager).get(QUEUE)) == [free]
    assert rows(client.get(QUEUE + "submitted/")) == [own]
    assert set(rows(client.get(QUEUE + "waiting/"))) == {own, free}
    sign_in(client, cast.leeds_manager)
    assert rows(client.get(QUEUE, {"view": "all"})) == [] and rows(client.get(QUEUE + "waiting/")) == [own]
    assert sign_in(client, cast.stranger).get(QUEUE).status_code == 404


def test_what_was_decided_is_listed_newest_first(as_approver: Client, cast: Cast) -> None:
    one, two = hand_in(cast, cast.leeds, cast.york)
    with brand_scope([cast.acme.pk]):
        decide(items=[two.pk], decision=Decision.APPROVED, actor=cast.manager)
        again = SubmissionItem.objects.waiting().get()
        decide(items=[again.pk], decision=Decision.REJECTED, actor=cast.manager, comment="No")
    assert rows(as_approver.get(QUEUE + "decided/")) == [again, two]
    assert one.pk not in {item.pk for item in rows(as_approver.get(QUEUE + "decided/"))}


def test_filters(as_approver: Client, cast: Cast) -> None:
    with brand_scope([cast.acme.pk]):
        today = timezone.now().date()
        Absence.objects.create(
            brand=cast.acme,
            person=cast.manager,
            delegate=cast.approver,
            first_day=today - timedelta(days=1),
            last_day=today + timedelta(days=1),
        )
    start = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    [leeds] = hand_in(cast, cast.leeds, start=start)
    [dover] = hand_in(cast, cast.dover, by=cast.manager)
    for query, expected in (
        ({"q": "Leeds"}, [leeds]),
        ({"q": leeds.name}, [leeds]),
        ({"region": str(cast.south.pk)}, [dover]),
        ({"wave": str(WAVE)}, [leeds, dover]),
        ({"due": "week"}, [leeds]),
        ({"due": "day"}, []),
        ({"due": "none"}, [dover]),
        ({"wave": "none"}, []),
        ({"template": str(TEMPLATE)}, [leeds, dover]),
        ({"template": "none"}, []),
        ({"type": "seasonal"}, []),
        ({"stage": "none"}, [leeds, dover]),
        ({"differs": "yes" if leeds.differs else "no", "by": "nora"}, [leeds]),
        ({"by": "maya@acme"}, [dover]),
        ({"place": "handed"}, []),
        ({"place": str(cast.manager.pk)}, [leeds]),
    ):
        assert rows(as_approver.get(QUEUE, query)) == expected, query


def test_a_longer_queue_needs_no_more_queries(as_approver: Client, cast: Cast) -> None:
    hand_in(cast, cast.leeds)
    as_approver.get(QUEUE)
    with CaptureQueriesContext(connection) as few:
        as_approver.get(QUEUE)
    with brand_scope([cast.acme.pk]):
        places = [LocationFactory(brand=cast.acme, region=cast.north) for _ in range(19)]
    hand_in(cast, *places)
    with CaptureQueriesContext(connection) as many:
        assert len(rows(as_approver.get(QUEUE))) == 20
    assert len(many) == len(few) <= 25, [query["sql"] for query in many]


def test_the_sidebar_counts_what_waits_for_me_in_two_queries(cast: Cast, rf: Any) -> None:
    hand_in(cast, cast.leeds, cast.york)
    hand_in(cast, cast.leeds, by=cast.manager)
    request = rf.get("/")
    request.brand = cast.acme
    expected = {"approver": 3, "manager": 2, "leeds_manager": 0, "admin": 3}
    with brand_scope([cast.acme.pk]):
        for who, count in expected.items():
            request.user = getattr(cast, who)
            with CaptureQueriesContext(connection) as queries:
                assert ITEM.badge is not None and ITEM.badge(request) == count
            assert len(queries) == 2, "whose delegate they are, and what waits"
        visible = {who: ITEM.visible(_as(rf, cast, who)) for who in ("clerk", "leeds_manager")}
    assert visible == {"clerk": False, "leeds_manager": True}


def _as(rf: Any, cast: Cast, who: str) -> Any:
    """A request of this person's own: rights are kept for the length of one request."""
    request = rf.get("/")
    request.brand, request.user = cast.acme, getattr(cast, who)
    return request


def test_approve_all_but_two(as_approver: Client, cast: Cast) -> None:
    """ "Approve 48, hold 2": a page with the numbers first, then the deed."""
    items = hand_in(cast, *[cast.leeds] * 5)
    chosen = [str(item.pk) for item in items[:3]]
    asked = as_approver.post(QUEUE + "decide/", {"select": chosen, "decision": "approved"})
    page = asked.content.decode()
    assert asked.status_code == 200 and "Approve 3 campaigns?" in page
    with brand_scope([cast.acme.pk]):
        assert not Approval.objects.exists()
    done = as_approver.post(
        QUEUE + "decide/",
        {"items": dict(asked.context["hidden"])["items"], "decision": "approved", "confirmed": "1"},
    )
    assert done.url == QUEUE
    with brand_scope([cast.acme.pk]):
        assert Approval.objects.count() == 3 and SubmissionItem.objects.waiting().count() == 2
    assert "3 approved." in as_approver.get(QUEUE).content.decode()


def test_a_second_click_about_many_approves_no_second_stage(as_approver: Client, cast: Cast) -> None:
    """Rule A9: who sits at both stages has approved the one that the check page showed."""
    with brand_scope([cast.acme.pk]):
        make_policy(cast.acme, BRAND, Stage(key="again", name="Again"))
    [item] = hand_in(cast, cast.leeds)
    page = as_approver.post(f"{QUEUE}decide/", {"select": str(item.pk), "decision": "approved"})
    given = dict(page.context["hidden"])
    assert as_approver.post(f"{QUEUE}decide/", given).status_code == 302
    assert as_approver.post(f"{QUEUE}decide/", given).status_code == 409
    with brand_scope([cast.acme.pk]):
        item = SubmissionItem.objects.select_related("submission").get(pk=item.pk)
        assert (item.is_open, item.submission.stage) == (True, 1) and not Approval.objects.exists()


def test_l1_all_that_match_are_meant_and_no_others(as_approver: Client, cast: Cast) -> None:
    """Rule L1: not the visible page, and exactly what the filter says."""
    hand_in(cast, *[cast.leeds] * 30)
    hand_in(cast, cast.york)
    asked = as_approver.post(
        QUEUE + "decide/", {"select_all": "1", "query": "q=Leeds", "decision": "approved"}
    )
    assert "Approve 30 campaigns?" in asked.content.decode()


def test_all_of_a_submission(as_approver: Client, cast: Cast) -> None:
    items = hand_in(cast, cast.leeds, cast.york)
    hand_in(cast, cast.leeds)
    asked = as_approver.post(
        QUEUE + "decide/", {"submission": str(items[0].submission_id), "decision": "approved"}
    )
    assert set(dict(asked.context["hidden"])["items"].split(",")) == {str(item.pk) for item in items}


def test_what_could_not_be_done_is_told_row_by_row(as_approver: Client, cast: Cast) -> None:
    one, two = hand_in(cast, cast.leeds, cast.york)
    asked = as_approver.post(
        QUEUE + "decide/", {"select": [str(one.pk), str(two.pk)], "decision": "approved"}
    )
    with brand_scope([cast.acme.pk]):
        decide(items=[one.pk], decision=Decision.REJECTED, actor=cast.manager, comment="No")
    done = as_approver.post(
        QUEUE + "decide/",
        {"items": dict(asked.context["hidden"])["items"], "decision": "approved", "confirmed": "1"},
    )
    page = done.content.decode()
    assert done.status_code == 200 and "1 approved." in page and "Maya Okafor rejected this on" in page
    assert one.name in page
    again = as_approver.post(
        QUEUE + "decide/",
        {"items": dict(asked.context["hidden"])["items"], "decision": "approved", "confirmed": "1"},
    )
    assert again.status_code == 409 and "None of the 2 items could be done" in again.content.decode()


def test_rejecting_many_needs_one_comment(as_approver: Client, cast: Cast) -> None:
    items = hand_in(cast, cast.leeds, cast.york)
    sent = {"items": ",".join(str(item.pk) for item in items), "decision": "rejected", "confirmed": "1"}
    refused = as_approver.post(QUEUE + "decide/", sent)
    assert refused.status_code == 422 and "Say what should change" in refused.content.decode()
    assert as_approver.post(QUEUE + "decide/", sent | {"comment": "Prices"}).status_code == 302
    with brand_scope([cast.acme.pk]):
        assert set(SubmissionItem.objects.values_list("state", flat=True)) == {"rejected"}


@pytest.mark.parametrize("sent", [{}, {"select": ["nonsense"]}, {"items": "x,y"}, {"decision": "eat"}])
def test_nothing_chosen_is_no_error(as_approver: Client, cast: Cast, sent: dict[str, Any]) -> None:
    assert as_approver.post(QUEUE + "decide/", sent).status_code == 302


def test_an_open_queue_says_what_came_and_went_and_moves_no_row(as_approver: Client, cast: Cast) -> None:
    hand_in(cast, cast.leeds)
    ask = as_approver.get(f"{QUEUE}?q=Leeds").context["news_url"]
    assert as_approver.get(ask).status_code == 204, "nothing new is said with nothing"
    hand_in(cast, cast.york)
    assert as_approver.get(ask).status_code == 204, "of another store than was searched for"
    [new, also] = hand_in(cast, cast.leeds, cast.leeds)
    said = as_approver.get(ask).content.decode()
    assert "2 new" in said and f'href="{QUEUE}?q=Leeds"' in said and "gone" not in said
    with brand_scope([cast.acme.pk]):
        decide(items=[new.pk], decision=Decision.APPROVED, actor=cast.manager)
    said = as_approver.get(ask).content.decode()
    assert "1 new" in said and "gone" not in said, "a part that is split off is nothing new"
    seen = as_approver.get(f"{QUEUE}?q=Leeds").context["news_url"]
    with brand_scope([cast.acme.pk]):
        left = SubmissionItem.objects.waiting().get(owner_id=also.owner_id)
        decide(items=[left.pk], decision=Decision.APPROVED, actor=cast.manager)
    assert "1 gone meanwhile" in as_approver.get(seen).content.decode()
    for since in ("", "tomorrow", "2026-11-20T10:00", "9" * 40):
        assert as_approver.get(QUEUE, {"part": "news", "since": since, "was": "x"}).status_code == 204


def test_what_the_filter_shows_is_what_the_file_holds(
    as_approver: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(cast, cast.leeds, start="2026-12-24T09:00")
    hand_in(cast, *[cast.york] * 3)
    text = b"".join(as_approver.get(f"{QUEUE}?export=csv&q=Leeds").streaming_content)
    lines = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert [
        (one["Store number"], one["Location"], one["Roll-out"], one["Submitted by"], one["Due"], one["State"])
        for one in lines
    ] == [("118", "Leeds Arcade", "Autumn wave", "Nora North", "2026-12-24 09:00:00", "Pending review")]
    monkeypatch.setattr(lists, "STRETCH", 2)
    with CaptureQueriesContext(connection) as queries:
        response = as_approver.get(f"{QUEUE}?export=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert sheet is not None and sheet.max_row == 5 and len(queries) < 25
    monkeypatch.setattr(exports, "EXCEL_MOST", 3)
    refused = as_approver.get(f"{QUEUE}?export=xlsx", follow=True).content.decode()
    assert "ask for the Excel file once more" in refused
    assert as_approver.get(f"{QUEUE}?export=csv&due=nonsense").getvalue().count(b"\n") == 1
    as_approver.cookies["django_language"] = "de"
    User.objects.filter(pk=cast.approver.pk).update(language="de")
    head = as_approver.get(f"{QUEUE}?export=csv").getvalue().decode("utf-8-sig").splitlines()[0]
    assert head.startswith("Kampagne,")


def test_only_who_may_decide_reaches_the_bulk_page(client: Client, cast: Cast) -> None:
    [item] = hand_in(cast)
    for who in ("leeds_manager", "viewer", "clerk"):
        response = sign_in(client, getattr(cast, who)).post(
            QUEUE + "decide/", {"items": str(item.pk), "decision": "approved", "confirmed": "1"}
        )
        assert response.status_code == 403
    with brand_scope([cast.acme.pk]):
        assert not Approval.objects.exists()


def test_a_submission_shows_where_it_stands(as_approver: Client, cast: Cast) -> None:
    one, two = hand_in(cast, cast.leeds, cast.york)
    address = f"{QUEUE}submissions/{one.submission_id}/"
    page = as_approver.get(address).content.decode()
    assert "Waits for Maya Okafor or Priya Raman" in page and one.name in page and two.name in page
    assert "Approve the ticked" in page and "Nora North" in page
    with brand_scope([cast.acme.pk]):
        decide(items=[one.pk], decision=Decision.APPROVED, actor=cast.manager)
        child = Submission.objects.get(parent=one.submission_id)
    page = as_approver.get(address).content.decode()
    assert f"/submissions/{child.pk}/" in page and "Approved" in page


def test_a_submission_is_there_for_those_who_see_its_campaigns(client: Client, cast: Cast) -> None:
    [item] = hand_in(cast, cast.york)
    address = f"{QUEUE}submissions/{item.submission_id}/"
    assert sign_in(client, cast.leeds_manager).get(address).status_code == 404
    assert sign_in(client, cast.viewer).get(address).status_code == 200
    assert sign_in(client, cast.stranger).get(address).status_code == 404


def test_the_submitter_recalls_all_that_waits(client: Client, cast: Cast) -> None:
    one, two = hand_in(cast, cast.leeds, cast.york)
    address = f"{QUEUE}submissions/{one.submission_id}/recall/"
    assert sign_in(client, cast.manager).post(address, {}).status_code == 403
    sign_in(client, cast.north_manager)
    assert "2 campaigns" in client.get(address).content.decode()
    assert client.post(address, {"comment": "Later"}).status_code == 302
    with brand_scope([cast.acme.pk]):
        assert not SubmissionItem.objects.waiting().exists()
    assert client.post(address, {}).status_code == 409


def test_who_decides_nowhere_reads_why_nothing_waits_for_them(client: Client, cast: Cast) -> None:
    hand_in(cast, cast.leeds)
    page = sign_in(client, cast.viewer).get(QUEUE).content.decode()
    assert "You do not approve in this brand" in page and "Waiting for me" not in page
    opened = sign_in(client, cast.leeds_manager).get(QUEUE)
    assert opened.status_code == 302 and opened.headers["Location"] == f"{QUEUE}submitted/"
    assert "Waiting for me" not in client.get(opened.headers["Location"]).content.decode()
    assert "Waiting for me" in sign_in(client, cast.approver).get(QUEUE).content.decode()
