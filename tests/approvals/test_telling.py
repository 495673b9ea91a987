"""Who is told of what happens in reviews; submitting and deciding write one row for it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from storesync.approvals.actions import decide, hand_over, recall, remind, revoke_approval
from storesync.approvals.models import Decision, Submission
from storesync.approvals.telling import announce_steps
from storesync.brands.actions.absence import add_absence
from storesync.brands.actions.membership import revoke_membership
from storesync.brands.models import Membership, today_of
from storesync.notifications.models import Announcement, Notice
from storesync.notifications.queries import collected_for, count_unread, entries
from storesync.notifications.tasks import sweep_notices
from tests.approvals.making import APPROVERS, BRAND, LEGAL, handed_in, make_policy
from tests.conftest import Cast


@pytest.fixture(autouse=True)
def _outbox(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def told(kind: str) -> set[str]:
    """Who has a notice of a kind, after the worker has been round."""
    sweep_notices()
    rows = Notice.objects.filter(kind=kind).values_list("person__email", flat=True)
    return {email.split("@")[0] for email in rows}


def words(person: Any, kind: str) -> Any:
    (entry,) = entries(person, list(Notice.objects.filter(person=person, kind=kind)))
    return entry.words


def test_whoever_may_decide_is_told_once_for_all_of_it(in_acme: Cast) -> None:
    with CaptureQueriesContext(connection) as queries:
        handed_in(in_acme, in_acme.leeds, in_acme.york)
    assert sum("notifications_announcement" in one["sql"] for one in queries) == 1
    assert told("approval.waiting") == {"maya", "priya"}
    notice = Notice.objects.get(person=in_acme.approver)
    assert notice.occurrences == 1 and "(2 campaigns)" in words(in_acme.approver, "approval.waiting").title
    assert notice.url == Submission.objects.get().get_absolute_url()
    assert collected_for(in_acme.approver, in_acme.acme) == [notice] and not notice.mail_due


def test_what_is_decided_waits_no_more_and_its_people_are_told(in_acme: Cast) -> None:
    """Rule A10: the bell counts what is true now."""
    (item,) = handed_in(in_acme)
    told("approval.waiting")
    assert count_unread(in_acme.approver) == 1
    decide(items=[item.pk], decision=Decision.APPROVED, actor=in_acme.manager)
    assert count_unread(in_acme.approver) == 0
    assert told("approval.approved") == {"nora"}
    assert words(in_acme.north_manager, "approval.approved").body == "By Maya Okafor."
    revoke_approval(items=[item.pk], actor=in_acme.manager, comment="Wrong price")
    assert told("approval.revoked") == {"nora"}
    assert words(in_acme.north_manager, "approval.revoked").quote == "Wrong price"


def test_what_is_sent_back_comes_by_mail_with_the_reason(in_acme: Cast, mailoutbox: Any) -> None:
    (item,) = handed_in(in_acme)
    decide(items=[item.pk], decision=Decision.REJECTED, actor=in_acme.approver, comment="Too <loud>")
    assert told("approval.sent_back") == {"nora"}
    (mail,) = [one for one in mailoutbox if one.to == ["nora@acme.example"]]
    assert mail.subject.startswith("Rejected: Leaflet") and "Too <loud>" in mail.body
    assert "Too &lt;loud&gt;" in mail.alternatives[0].content
    for one in Membership.objects.filter(user=in_acme.north_manager):
        revoke_membership(membership=one, actor=in_acme.manager)
    assert entries(in_acme.north_manager, list(Notice.objects.filter(kind="approval.sent_back"))) == []


def test_the_next_stage_is_told_when_it_is_its_turn(in_acme: Cast) -> None:
    make_policy(
        in_acme.acme,
        BRAND,
        LEGAL.model_copy(update={"conditions": BRAND.conditions, "people": APPROVERS}),
    )
    (item,) = handed_in(in_acme)
    told("approval.waiting")
    Notice.objects.all().delete()
    decide(items=[item.pk], decision=Decision.APPROVED, actor=in_acme.manager)
    assert told("approval.waiting") == {"priya"}
    assert told("approval.approved") == set(), "it is not approved yet"


def test_what_is_handed_over_is_told_to_who_has_it_now(in_acme: Cast) -> None:
    (item,) = handed_in(in_acme)
    hand_over(items=[item.pk], to=in_acme.approver, actor=in_acme.manager)
    assert told("approval.handed_over") == {"priya"}
    assert words(in_acme.approver, "approval.handed_over").title.startswith("Maya Okafor handed over")


def test_the_clock_warns_and_says_that_it_is_overdue(in_acme: Cast) -> None:
    handed_in(in_acme)
    now = timezone.now()
    Submission.objects.update(
        warn_at=now - timedelta(minutes=1), stage_due_at=now + timedelta(hours=1), escalate_at=None
    )
    submission = Submission.objects.get()
    remind(submission_id=submission.pk)
    assert told("approval.due_soon") == {"maya", "priya"}
    Submission.objects.update(stage_due_at=now - timedelta(minutes=1))
    remind(submission_id=submission.pk)
    assert told("approval.overdue") == {"maya", "priya"}
    remind(submission_id=submission.pk)
    assert Notice.objects.filter(kind="approval.overdue", occurrences=1).count() == 2


def test_nothing_is_told_of_what_was_taken_back(in_acme: Cast) -> None:
    (item,) = handed_in(in_acme)
    recall(items=[item.pk], actor=in_acme.north_manager)
    assert told("approval.waiting") == set()
    announce_steps([], decision="submitted")
    assert not Announcement.objects.exists()


def test_the_delegate_is_told(in_acme: Cast) -> None:
    today = today_of(in_acme.manager)
    add_absence(
        brand=in_acme.acme,
        person=in_acme.manager,
        delegate=in_acme.approver,
        first_day=today,
        last_day=today + timedelta(days=3),
        actor=in_acme.manager,
    )
    assert told("absence.delegate") == {"priya"}
    assert words(in_acme.approver, "absence.delegate").title == "You stand in for Maya Okafor"
