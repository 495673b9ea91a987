"""The page of a submission: its picture, whom it waits for, and deciding about many at once."""

from typing import Any

import pgtrigger
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from storesync.approvals.actions import decide, submit
from storesync.approvals.models import ApprovalPolicy, Decision, Submission, SubmissionItem
from storesync.approvals.picture import picture_of
from storesync.approvals.queries import stages_begun_with, steps_of_submission, way_of
from storesync.content.models import Approval
from storesync.core.scoping import brand_scope
from tests.approvals.conftest import make_revisions
from tests.conftest import Cast
from tests.content.samples import VALUES
from tests.factories import LocationFactory

LEFT_AS_IT_IS = "approvals.SubmissionItem:item_is_what_was_submitted"
BEGAN_SO = "approvals.Submission:submission_is_what_it_was"


@pytest.fixture
def four(cast: Cast) -> list[SubmissionItem]:
    """Four of one submission; the first alone differs from its template."""
    return handed_in(cast, 4)


def handed_in(cast: Cast, count: int, note: str = "Four shops") -> list[SubmissionItem]:
    with brand_scope([cast.acme.pk]):
        places = [LocationFactory(brand=cast.acme, region=cast.north, name=f"Shop {n}") for n in range(count)]
        own = {"subject": "{{ discount_percentage }} off, today only"}
        first = make_revisions(places[:1], cast.north_manager, values=VALUES, changes=own)
        rest = make_revisions(places[1:], cast.north_manager, values=VALUES)
        submit(revisions=[one.pk for one in (*first, *rest)], actor=cast.north_manager, note=note)
        items = list(SubmissionItem.objects.filter(submission__note=note).order_by("location__name"))
        assert len(items) == count
        with pgtrigger.ignore(LEFT_AS_IT_IS):
            SubmissionItem.objects.filter(pk__in=[one.pk for one in items[1:]]).update(differs=False)
        SubmissionItem.objects.filter(pk=items[0].pk, differs=True).get()
    return items


def at(items: list[SubmissionItem]) -> str:
    return f"/b/acme/approvals/submissions/{items[0].submission_id}/"


def post(client: Client, items: list[SubmissionItem], ticked: list[SubmissionItem], **data: Any) -> Any:
    given = {"decision": "approved", "stage": 0, "select": [str(one.pk) for one in ticked]} | data
    return client.post(at(items), given)


def test_what_differs_comes_first_and_is_not_ticked(
    as_approver: Client, cast: Cast, four: list[SubmissionItem]
) -> None:
    """Alike is decided once with the list beside the mail; what differs one by one."""
    page = as_approver.get(at(four)).content.decode()
    assert "1 with differences" in page and "3 as their template has them" in page
    assert page.index("Shop 0") < page.index("Shop 1")
    assert "off, today only”" in page, "the differences in words"
    boxes = [part.split(">")[0] for part in page.split('name="select"')[1:]]
    assert ["checked" in box for box in boxes] == [False, True, True, True]
    assert "Approve 3" in page and "Waits for" in page and 'name="mail-preview"' in page
    assert "<svg" in page and "Submitted: done, Nora North." in page


def test_approve_three_hold_one_in_one_post(
    as_approver: Client, cast: Cast, four: list[SubmissionItem]
) -> None:
    response = post(as_approver, four, four[1:])
    with brand_scope([cast.acme.pk]):
        rest = Submission.objects.get(state="waiting")
        assert Approval.objects.count() == 3
    assert response.status_code == 302 and response.url == rest.get_absolute_url()
    page = as_approver.get(response.url).content.decode()
    assert "3 approved. 1 still waits." in page and "Shop 0" in page and "Approve the ticked" in page
    assert "Approve 0" not in page


def test_each_is_checked_again_and_what_was_not_done_is_told(
    as_approver: Client, cast: Cast, four: list[SubmissionItem]
) -> None:
    with brand_scope([cast.acme.pk]):
        decide(items=[four[2].pk], decision=Decision.REJECTED, actor=cast.manager, comment="Not here")
    page = post(as_approver, four, four[1:]).content.decode()
    assert "2 approved." in page and "1 still waits." in page and "1 stayed as it was" in page
    assert "Maya Okafor rejected this on" in page and "Go on" in page
    with brand_scope([cast.acme.pk]):
        assert Approval.objects.count() == 2


def test_what_cannot_be_done_keeps_ticks_and_words(
    as_approver: Client, cast: Cast, four: list[SubmissionItem]
) -> None:
    none = post(as_approver, four, [], comment="Typed")
    assert none.status_code == 422 and "Nothing is ticked." in none.content.decode()
    assert "Typed" in none.content.decode()
    silent = post(as_approver, four, four[:2], decision="rejected")
    page = silent.content.decode()
    assert silent.status_code == 422 and "Say what should change" in page
    boxes = [part.split(">")[0] for part in page.split('name="select"')[1:]]
    assert ["checked" in box for box in boxes] == [True, True, False, False]
    with brand_scope([cast.acme.pk]):
        decide(items=[one.pk for one in four], decision=Decision.APPROVED, actor=cast.manager)
    late = post(as_approver, four, four, decision="rejected", comment="The price is wrong")
    page = late.content.decode()
    assert late.status_code == 409 and "Maya Okafor approved this on" in page
    assert "The price is wrong" in page and 'name="select"' not in page


def test_a_page_of_an_earlier_stage_decides_nothing_of_what_was_passed_on(
    as_approver: Client, cast: Cast, four: list[SubmissionItem]
) -> None:
    with brand_scope([cast.acme.pk]):
        with pgtrigger.ignore(BEGAN_SO):
            Submission.objects.update(stages=[{"name": "Brand check"}, {"name": "Legal"}])
        decide(items=[one.pk for one in four], decision=Decision.APPROVED, actor=cast.manager)
    response = post(as_approver, four, four)
    assert response.status_code == 409 and "It is at Legal now" in response.content.decode()
    with brand_scope([cast.acme.pk]):
        assert not Approval.objects.exists()


def test_who_may_not_decide_reads_where_it_stands(
    client: Client, cast: Cast, four: list[SubmissionItem]
) -> None:
    client.force_login(cast.north_manager, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(at(four)).content.decode()
    assert "Waits for Maya Okafor or Priya Raman" in page and "since" in page and "Recall" in page
    assert 'name="select"' not in page
    assert post(client, four, four).status_code == 403


def test_the_queries_do_not_grow_with_the_rows(as_approver: Client, cast: Cast) -> None:
    counts = []
    for number in (3, 9):
        items = handed_in(cast, number, note=f"{number} shops")
        as_approver.get(at(items))
        with CaptureQueriesContext(connection) as captured:
            page = as_approver.get(at(items)).content.decode()
        assert f"{number - 1} as their template has them" in page
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 40, counts


def test_the_picture_shows_the_stages_it_began_with(in_acme: Cast, four: list[SubmissionItem]) -> None:
    """Done, here now, to come, not needed and why; a later change of the policy changes nothing."""
    stages = [
        {"key": "a", "name": "Brand check"},
        {
            "key": "b",
            "name": "Legal and compliance of the whole company",
            "conditions": {"discount_over": "30"},
        },
        {"key": "c", "name": "Head office"},
    ]
    policy = ApprovalPolicy.objects.create(brand=in_acme.acme, name="Ours", stages=stages)
    with pgtrigger.ignore(BEGAN_SO):
        Submission.objects.update(policy_name="Ours", policy_version=1, stages=[stages[0], stages[2]])
    ApprovalPolicy.objects.filter(pk=policy.pk).update(stages=stages[:1], version=2)
    decide(items=[one.pk for one in four], decision=Decision.APPROVED, actor=in_acme.manager)
    submission = Submission.objects.select_related("root", "submitter").get()
    way = way_of(
        submission,
        steps_of_submission(submission, [submission]),
        begun_with=stages_begun_with(submission),
    )
    assert [(step.title, step.state) for step in way] == [
        ("Submitted", "done"),
        ("Brand check", "done"),
        ("Legal and compliance of the whole company", "skipped"),
        ("Head office", "now"),
        ("Approved", ""),
    ]
    assert way[1].who == "Maya Okafor" and way[2].note == "Only when a discount is over 30%."
    picture = picture_of(way)
    assert [box.state for box in picture.boxes] == ["done", "done", "skipped", "now", "next"]
    assert picture.boxes[2].lines == ["Legal and", "compliance of…"]
    assert "Head office: here now." in picture.text and len(picture.arrows) == 4
    assert picture.width == picture.boxes[-1].x + picture.box_width + 6


def test_what_is_ticked_can_be_handed_over(
    as_approver: Client, cast: Cast, four: list[SubmissionItem]
) -> None:
    to = "/b/acme/approvals/hand-over/"
    assert f'formaction="{to}"' in as_approver.get(at(four)).content.decode()
    ticked = [str(one.pk) for one in four[1:]]
    asked = as_approver.post(to, {"ticked_of": str(four[0].submission_id), "select": ticked})
    page = asked.content.decode()
    assert (
        asked.status_code == 200 and ",".join(ticked) in page and "error" not in asked.context["form"].errors
    )
    none = as_approver.post(to, {"ticked_of": str(four[0].submission_id)}, follow=True)
    assert none.redirect_chain[-1][0] == at(four) and "Nothing is ticked." in none.content.decode()


def test_without_script_another_preview_leaves_the_ticks(
    as_approver: Client, four: list[SubmissionItem]
) -> None:
    """Only the frame is loaded anew."""
    page = as_approver.get(at(four)).content.decode()
    assert 'formtarget="mail-preview"' in page and '/mail/"' in page
