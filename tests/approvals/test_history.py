"""The history of a campaign and of a submission: everything once, in order, for whoever may read it."""

import csv
import io
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from storesync.approvals.actions import decide, hand_over
from storesync.approvals.evidence.archiving import archive_ended
from storesync.approvals.history import Asked, Entry, Kind, of_campaign, of_submission
from storesync.approvals.models import Decision, SubmissionItem
from storesync.audience.models import Contact
from storesync.brands.actions.location import update_location
from storesync.campaigns.actions.campaign import cancel_campaigns, pause_campaigns
from storesync.campaigns.actions.clock import activate_due
from storesync.campaigns.models import LocationCampaign
from storesync.comments.actions import add_comment, resolve, strike_out
from storesync.comments.models import Comment, Thread
from tests.conftest import Cast
from tests.waves import campaigns_of, hand_in, launched_wave

BACKEND = "django.contrib.auth.backends.ModelBackend"
MOST_QUERIES = 30
"""With entries of every kind on one page; a submission has fewer. Sixteen are the page around it."""


def said(cast: Cast, campaign: LocationCampaign, body: str) -> None:
    add_comment(owner_kind="campaign", owner_id=campaign.pk, place="", body=body, actor=cast.manager)


def everything(campaign: LocationCampaign, asked: Asked | None = None) -> list[Entry]:
    """All entries, oldest first, read in stretches of seven."""
    timeline = of_campaign(campaign).asking(asked or Asked())
    return [one for part in timeline.walk(size=7) for one in part][::-1]


@pytest.fixture
def lived(in_acme: Cast) -> LocationCampaign:
    """A campaign of leeds that was talked about, handed over, approved, begun, flagged, paused, cancelled."""
    rollout = launched_wave(in_acme)
    leeds = campaigns_of(rollout)[0]
    said(in_acme, leeds, "=1+1 is a formula")
    said(in_acme, leeds, "never mind")
    strike_out(comment=Comment.objects.latest("created_at"), actor=in_acme.manager)
    resolve(thread=Thread.objects.earliest("created_at"), actor=in_acme.north_manager)
    items = hand_in(in_acme, rollout)
    hand_over(items=[one.pk for one in items], to=in_acme.admin, actor=in_acme.approver, comment="Away")
    waiting = SubmissionItem.objects.waiting().values_list("pk", flat=True)
    decide(items=list(waiting), decision=Decision.APPROVED, actor=in_acme.admin)
    activate_due()
    update_location(location=in_acme.leeds, actor=in_acme.admin, values={"name": "Leeds Kirkgate"})
    pause_campaigns(campaigns=[leeds], actor=in_acme.manager, reason="Wrong price")
    cancel_campaigns(campaigns=[leeds], actor=in_acme.manager, reason="For good")
    return LocationCampaign.objects.select_related("brand").get(pk=leeds.pk)


TOLD = [
    ("Approved", "Ada Admin", "pending_review", "approved", ""),
    ("Cancelled the campaign", "Maya Okafor", "paused", "cancelled", "For good"),
    ("Commented", "Maya Okafor", "", "", ""),
    ("Commented", "Maya Okafor", "", "", "=1+1 is a formula"),
    ("Facts of the store changed", "Ada Admin", "", "", ""),
    ("Handed over", "Priya Raman", "", "", "Away"),
    ("Offered the campaign", "Maya Okafor", "", "", ""),
    ("Paused the campaign", "Maya Okafor", "active", "paused", "Wrong price"),
    ("Resolved the comments", "Nora North", "", "", ""),
    ("Scheduled, as the brand does with what is approved", "Ada Admin", "approved", "scheduled", ""),
    ("Sending begun", "", "", "", ""),
    ("Started the campaign", "", "scheduled", "active", ""),
    ("Struck a comment out", "Maya Okafor", "", "", ""),
    ("Submitted", "Nora North", "draft", "pending_review", ""),
]


def test_everything_is_told_once(lived: LocationCampaign) -> None:
    """A move that a step tells of is no second entry, nor a batch that its campaign paused."""
    entries = everything(lived)
    assert sorted((one.title, one.who, one.before, one.after, one.why) for one in entries) == TOLD
    by_title = {one.title: one for one in entries}
    assert by_title["Facts of the store changed"].notes == ["Name"]
    assert by_title["Handed over"].handed_to == "Ada Admin" and by_title["Handed over"].number == 2
    assert by_title["Sending begun"].notes == ["2 recipients"]
    moments = [one.at.replace(microsecond=0) for one in entries]
    assert moments == sorted(moments)


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        (Asked(kinds=[Kind.SENDING]), ["Sending begun"]),
        (Asked(words="wrong PRICE"), ["Paused the campaign"]),
        (Asked(words="priya"), ["Handed over"]),
        (Asked(words="never mind"), []),
        (Asked(kinds=[Kind.MOVE], person=0), ["Started the campaign", "Facts of the store changed"]),
        (Asked(until=timezone.now() - timedelta(days=1)), []),
    ],
)
def test_it_is_narrowed(lived: LocationCampaign, asked: Asked, titles: list[str]) -> None:
    assert [one.title for one in everything(lived, asked)] == titles


def test_what_is_archived_is_still_told(in_acme: Cast, lived: LocationCampaign) -> None:
    """Rule A12."""
    before = [(one.title, one.number, one.hash) for one in everything(lived) if one.number]
    assert archive_ended(brand=in_acme.acme, now=timezone.now() + timedelta(days=380)) == 3
    steps = [one for one in everything(lived) if one.number]
    assert [(one.title, one.number, one.hash) for one in steps] == before
    assert all(one.archived for one in steps)


def test_pages_and_links_lead_through_all_of_it(in_acme: Cast, lived: LocationCampaign) -> None:
    """On and back again, and to the page of one entry, whatever lies above it."""
    for number in range(60):
        said(in_acme, lived, f"Comment {number}")
    all_of_it = [one.anchor for one in everything(lived)][::-1]
    timeline, cursor, seen, pages = of_campaign(lived), "", [], []
    while True:
        page = timeline.page(cursor=cursor, size=25)
        assert (page.total, page.start) == (74, len(seen) + 1)
        seen += [one.anchor for one in page.rows]
        pages.append(page)
        if not page.next:
            break
        cursor = page.next
    assert seen == all_of_it and len(pages) == 3
    back = timeline.page(cursor=pages[2].previous, size=25)
    assert [one.anchor for one in back.rows] == [one.anchor for one in pages[1].rows] and back.start == 26
    linked = timeline.page(cursor="", size=25, entry=all_of_it[40])
    assert (linked.rows[0].anchor, linked.start) == (all_of_it[40], 41) and linked.previous
    assert timeline.page(cursor="x", size=25, entry="step-none").start == 1


def test_a_submission_tells_what_was_done_to_many_as_one(in_acme: Cast) -> None:
    """And of what the reader may not see, nothing (Rule A10)."""
    items = hand_in(in_acme, launched_wave(in_acme))
    decide(items=[one.pk for one in items], decision=Decision.APPROVED, actor=in_acme.approver)
    submission = items[0].submission

    def told(person: Any) -> list[tuple[str, str]]:
        parts = of_submission(submission, person).walk(size=50)
        return [(one.title, one.notes[-1]) for part in parts for one in part]

    assert told(in_acme.manager) == [("Approved", "2 campaigns"), ("Submitted", "2 campaigns")]
    name = "Winter wave, Leeds Arcade"
    assert told(in_acme.leeds_manager) == [("Approved", name), ("Submitted", name)]


def test_the_pages(cast: Cast, lived: LocationCampaign, client: Client) -> None:
    """For a viewer too, without anything of a recipient; another brand's people meet a 404."""
    item = SubmissionItem.objects.filter(owner_id=lived.pk).first()
    assert item is not None
    urls = {
        reverse("approvals:campaign_history", args=["acme", lived.pk]): len(TOLD),
        reverse("approvals:submission_history", args=["acme", item.submission_id]): 3,
    }
    client.force_login(cast.viewer, backend=BACKEND)
    people = list(Contact.objects.all())
    for url, count in urls.items():
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(url)
        assert page.status_code == HTTPStatus.OK and len(page.context["page"].rows) == count
        text = page.content.decode()
        assert people and not [one for one in people if one.address in text or str(one.pk) in text]
        assert len(asked) <= MOST_QUERIES
        assert (
            client.get(url, {"q": "away", "kind": "review", "since": "2020-01-01"}).context["page"].total == 1
        )
        for leaves_all in ({"since": "nonsense"}, {"until": "9999-12-31"}, {"entry": "step-\0"}):
            assert client.get(url, leaves_all).context["page"].total == count
    client.force_login(cast.stranger, backend=BACKEND)
    assert {client.get(url).status_code for url in urls} == {HTTPStatus.NOT_FOUND}


def test_the_file_computes_nothing(cast: Cast, lived: LocationCampaign, client: Client) -> None:
    """Fault 27: a comment that looks like a formula is a text there."""
    client.force_login(cast.viewer, backend=BACKEND)
    url = reverse("approvals:campaign_history", args=["acme", lived.pk])
    answer = client.get(url, {"export": "csv"})
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert len(rows) == 1 + len(TOLD) and {len(row) for row in rows} == {len(rows[0])}
    assert "'=1+1 is a formula" in {row[8] for row in rows}
    late = client.get(url, {"export": "csv", "until": "9999-12-31"}).getvalue()  # type: ignore[attr-defined]
    assert len(list(csv.reader(io.StringIO(late.decode("utf-8-sig"))))) == len(rows)
    excel = client.get(url, {"export": "xlsx", "kind": "comment"})
    assert excel.status_code == HTTPStatus.OK and excel.content.startswith(b"PK")
