"""The digest (Rule A11, faults 17 and 18): when it is due, what it tells, and that it is one."""

import re
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from storesync.accounts.models import User
from storesync.approvals.actions import decide, submit
from storesync.approvals.actions import digest as digest_actions
from storesync.approvals.actions.digest import make_next_digest
from storesync.approvals.digest.claims import claim_due
from storesync.approvals.digest.sweep import sweep_digests, sweep_urgent
from storesync.approvals.models import ApprovalDigest, Decision, SubmissionItem
from storesync.approvals.notices import APPROVED, OVERDUE, WAITING
from storesync.approvals.stages import Stage
from storesync.brands.actions.absence import add_absence
from storesync.brands.actions.membership import grant_membership
from storesync.brands.rights import Role
from storesync.core.scoping import all_brands, brand_scope
from storesync.mailing.models import Batch, Delivery, Letter, MailClass
from storesync.notifications.actions import notify, set_preferences
from storesync.notifications.models import Notice
from tests.approvals.conftest import make_revisions
from tests.approvals.making import APPROVERS, handed_in, make_policy, named
from tests.conftest import Cast
from tests.factories import LocationFactory, UserFactory

ZONES = [
    "Pacific/Auckland",
    "Australia/Lord_Howe",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Africa/Cairo",
    "Europe/Berlin",
    "Europe/London",
    "UTC",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/New_York",
    "Pacific/Honolulu",
]
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


def at(hour: int, minute: int = 0, day: int = 18) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def mails(kind: str = "approval_digest") -> list[EmailMessage]:
    """What was written to the ledger, as mail programs read it."""
    with all_brands("test"):
        rows = Letter.objects.filter(batch__source_kind=kind).order_by("pk")
        return [message_from_bytes(bytes(row.data), policy=policy.default) for row in rows]  # type: ignore[misc]


def sent_to(person: User, kind: str = "approval_digest") -> EmailMessage:
    [mail] = [mail for mail in mails(kind) if mail["To"] == person.email]
    return mail


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def html(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


@pytest.fixture
def legal(in_acme: Cast) -> Cast:
    """Only approvers sit at every review."""
    make_policy(in_acme.acme, Stage(name="Legal", people=APPROVERS))
    return in_acme


def test_at_nine_once_with_what_a_decision_needs(legal: Cast) -> None:
    with time_machine.travel(at(8, 59), tick=False):
        [item] = handed_in(legal, changes={"subject": "30% off at {{ location_name }}"})
        sweep_digests()
        assert mails() == []
    with time_machine.travel(at(9, 0), tick=False):
        sweep_digests()
        sweep_digests()
    mail = sent_to(legal.approver)
    assert len(mails()) == 1, "nobody else is asked, and nobody twice"
    assert "1 campaign waits" in mail["Subject"] and mail["Auto-Submitted"] == "auto-generated"
    for body in (text(mail), html(mail)):
        assert "Leeds Arcade" in body and "differs from its template" in body and "No due time" in body
        assert "30" in body and len(re.findall(r"/a/[\w-]{43}/", body)) == 3
    assert 'lang="en"' in html(mail) and "prefers-color-scheme: dark" in html(mail)
    with all_brands("test"):
        digest = ApprovalDigest.objects.get(person=legal.approver)
        batch = Batch.objects.get(source_kind="approval_digest")
    assert (digest.state, digest.items, digest.local_date) == ("sent", 1, date(2026, 11, 18))
    assert batch.mail_class == MailClass.DIGEST and digest.pk.hex in mail["Message-ID"]
    assert not item.voters


def test_after_an_outage_at_nine_it_goes_out_at_once_and_once(legal: Cast) -> None:
    """Fault 17: nothing ran from 08:55 to 09:10."""
    with time_machine.travel(at(8, 55), tick=False):
        handed_in(legal)
        sweep_digests()
    with time_machine.travel(at(9, 10), tick=False):
        sweep_digests()
        assert len(mails()) == 1
    with time_machine.travel(at(9, 15), tick=False):
        sweep_digests()
    assert len(mails()) == 1


def test_nothing_waits_nothing_is_sent_and_what_comes_at_ten_is_of_tomorrow(legal: Cast) -> None:
    with time_machine.travel(at(9, 0), tick=False):
        sweep_digests()
    with time_machine.travel(at(10, 0), tick=False):
        handed_in(legal)
        sweep_digests()
        assert mails() == []
    with time_machine.travel(at(9, 0, day=19), tick=False):
        sweep_digests()
    assert len(mails()) == 1


def test_an_outage_of_a_morning_leaves_it_to_tomorrow(legal: Cast) -> None:
    """Rule S6: six hours late it is no digest of nine any more."""
    with time_machine.travel(at(8, 0), tick=False):
        handed_in(legal)
    with time_machine.travel(at(15, 0), tick=False):
        sweep_digests()
    assert mails() == []


CHANGES = {
    # From the day before clocks change, and how many days: New York and St John's, Berlin and London,
    # Auckland and Lord Howe, Cairo; and back. Sao Paulo, Tokyo, Kolkata and Honolulu never change theirs.
    "spring": [(date(2026, 3, 7), 3), (date(2026, 3, 28), 3), (date(2026, 4, 4), 3), (date(2026, 4, 23), 3)],
    "autumn": [
        (date(2026, 9, 26), 3),
        (date(2026, 10, 3), 3),
        (date(2026, 10, 24), 3),
        (date(2026, 10, 29), 5),
    ],
}


@pytest.mark.parametrize("season", CHANGES)
def test_twelve_zones_over_both_changes_of_clocks(in_acme: Cast, season: str) -> None:
    """Fault 18: every person once a date, at 09:00 of their own zone, in both hemispheres."""
    people = [
        UserFactory(email=f"p{n}@acme.example", time_zone=zone, name=zone) for n, zone in enumerate(ZONES)
    ]
    for person in people:
        grant_membership(brand=in_acme.acme, user=person, role=Role.APPROVER, actor=None)
    offsets: dict[str, set[timedelta | None]] = {}
    for first, length in CHANGES[season]:
        start = datetime.combine(first, datetime.min.time(), tzinfo=UTC)
        due: dict[str, list[date]] = {}
        for hour in range(24 * length):
            now = start + timedelta(hours=hour)
            with time_machine.travel(now, tick=False), all_brands("test"):
                claim_due(now)
                rows = ApprovalDigest.objects.filter(person__in=people, made_at=None).select_related("person")
                for row in rows:
                    local = row.due_at.astimezone(ZoneInfo(row.person.time_zone))
                    assert (local.hour, local.minute, local.date()) == (9, 0, row.local_date)
                    # Looked at every hour: written within it.
                    assert timedelta() <= now - row.due_at < timedelta(hours=1) or hour == 0
                    due.setdefault(row.person.time_zone, []).append(row.local_date)
                    offsets.setdefault(row.person.time_zone, set()).add(local.utcoffset())
                rows.update(made_at=now)
        assert set(due) == set(ZONES)
        for days in due.values():
            assert len(days) in {length, length + 1} and days == [
                days[0] + timedelta(days=n) for n in range(len(days))
            ]
    assert len([zone for zone, seen in offsets.items() if len(seen) > 1]) == 7, "clocks did change"


def test_counts_are_true_when_clicked(legal: Cast, client: Client) -> None:
    """Rules A10, A11: what the mail said and what the queue says then."""
    with time_machine.travel(at(9, 0), tick=False):
        one, _two = handed_in(legal, legal.leeds, legal.york)
        sweep_digests()
        assert "2 campaigns wait" in sent_to(legal.approver)["Subject"]
        decide(items=[one.pk], decision=Decision.APPROVED, actor=legal.approver)
        client.force_login(legal.approver, backend="django.contrib.auth.backends.ModelBackend")
        url = re.search(r"/a/[\w-]{43}/", text(sent_to(legal.approver)))
        assert url is not None
        page = client.get(url[0], follow=True)
    assert page.status_code == 409 and "1 campaign waits for you now" in page.content.decode()


def test_a_wave_is_one_entry_with_its_exceptions(legal: Cast) -> None:
    with time_machine.travel(at(9, 0), tick=False):
        places = LocationFactory.create_batch(4, brand=legal.acme, region=legal.north)
        alike = make_revisions(places, legal.north_manager)
        apart = make_revisions(
            [legal.leeds], legal.north_manager, changes={"subject": "40% off at {{ location_name }}"}
        )
        submit(revisions=[one.pk for one in (*alike, *apart)], actor=legal.north_manager)
        sweep_digests()
    body = text(sent_to(legal.approver))
    assert "1 differs from the template" in body and "Leeds Arcade: " in body
    assert len(re.findall(r"/a/[\w-]{43}/", body)) == 3


def test_who_is_away_gets_none_and_the_delegate_reads_for_whom(legal: Cast) -> None:
    make_policy(
        legal.acme, Stage(name="One", people=named(legal.approver)), name="x", campaign_types=["event"]
    )
    stand_in = legal.manager
    with time_machine.travel(at(9, 0), tick=False):
        add_absence(
            brand=legal.acme,
            person=legal.approver,
            delegate=stand_in,
            first_day=date(2026, 11, 18),
            last_day=date(2026, 11, 20),
            actor=legal.manager,
        )
        handed_in(legal)
        sweep_digests()
    assert [mail["To"] for mail in mails()] == [stand_in.email]
    assert "You decide in place of Priya Raman." in text(sent_to(stand_in))


def test_in_the_readers_language_and_zone(legal: Cast) -> None:
    User.objects.filter(pk=legal.approver.pk).update(language="de", time_zone="Europe/Berlin")
    with time_machine.travel(at(8, 0), tick=False):
        handed_in(legal)
        sweep_digests()
    mail = sent_to(legal.approver)
    assert "wartet auf Ihre Freigabe" in mail["Subject"]
    assert "weicht" in text(mail) or "wie in der Vorlage" in text(mail)
    assert 'lang="de"' in html(mail) and "Änderungen verlangen" in html(mail) and ">Öffnen<" in html(mail)


def test_urgent_is_told_at_once_and_once(legal: Cast) -> None:
    """What starts within a day, or is due within the next working hours of the brand."""
    with time_machine.travel(at(10, 0), tick=False):
        handed_in(legal, schedule={"start": "2026-11-19T09:00"})
        handed_in(legal, legal.york, schedule={"start": "2026-12-19T09:00"})
        sweep_urgent()
        sweep_urgent()
    [mail] = mails("approval_urgent")
    assert mail["To"] == legal.approver.email and "urgent" in mail["Subject"]
    assert "Leeds Arcade" in text(mail) and "York" not in text(mail)


def test_the_admins_are_mailed_only_what_nobody_else_can_decide(in_acme: Cast) -> None:
    """Rule A5."""
    with time_machine.travel(at(9, 0), tick=False):
        handed_in(in_acme)
        sweep_digests()
        assert {mail["To"] for mail in mails()} == {in_acme.approver.email, in_acme.manager.email}


def told(cast: Cast, kind: str, item: SubmissionItem, **facts: object) -> Notice:
    """A notice for the approver about an item, as the tellers write it."""
    notify(
        kind=kind,
        people=[cast.approver.pk],
        brand_id=cast.acme.pk,
        matter=kind,
        url="/",
        facts={
            "title": item.name,
            "count": 1,
            "who": "Sam",
            "comment": "",
            "locations": [str(item.location_id)],
        }
        | {"root": str(item.submission_id), "due": ""}
        | facts,
    )
    found: Notice = Notice.objects.get(kind=kind, person=cast.approver)
    return found


def test_other_notices_stand_below_and_what_the_list_says_is_not_said_again(legal: Cast) -> None:
    """A11: each thing once in a digest, and never again in the next."""
    set_preferences(
        person=legal.approver, actor=legal.approver, choices={OVERDUE: ["digest"], APPROVED: ["digest"]}
    )
    with time_machine.travel(at(8, 0), tick=False):
        [item] = handed_in(legal)
        notices = [told(legal, kind, item) for kind in (OVERDUE, APPROVED)]
    with time_machine.travel(at(9, 0), tick=False):
        sweep_digests()
    [mail] = mails()
    assert "Approved: " in text(mail) and "Overdue: " not in text(mail)
    for notice in notices:
        notice.refresh_from_db()
        assert notice.digested_at == at(9, 0)


def test_without_the_list_its_notices_are_told_one_by_one(legal: Cast) -> None:
    set_preferences(
        person=legal.approver, actor=legal.approver, choices={WAITING: ["page"], OVERDUE: ["digest"]}
    )
    with time_machine.travel(at(8, 0), tick=False):
        [item] = handed_in(legal)
        told(legal, OVERDUE, item)
    with time_machine.travel(at(9, 0), tick=False):
        sweep_digests()
    [mail] = mails()
    assert "Overdue: " in text(mail) and not re.findall(r"/a/[\w-]{43}/", text(mail))


def test_a_digest_that_fails_keeps_no_other(legal: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    other = UserFactory(email="second@acme.example", language="de")
    grant_membership(brand=legal.acme, user=other, role=Role.APPROVER, actor=None)
    with time_machine.travel(at(9, 0), tick=False):
        handed_in(legal)
        with monkeypatch.context() as patch:
            post = digest_actions.post_digest

            def fails(**given: object) -> None:
                if given["person"] == legal.approver:
                    raise RuntimeError("no mail for her")
                post(**given)  # type: ignore[arg-type]

            patch.setattr(digest_actions, "post_digest", fails)
            sweep_digests()
        assert [mail["To"] for mail in mails()] == [other.email]
    with time_machine.travel(at(9, 1), tick=False):
        sweep_digests()
    assert {mail["To"] for mail in mails()} == {other.email, legal.approver.email}


def test_as_many_queries_for_a_thousand_items_as_for_ten(legal: Cast) -> None:
    counts = []
    for number, size in enumerate((10, 300)):
        places = LocationFactory.create_batch(size, brand=legal.acme, region=legal.north)
        for first in range(0, size, size // 5):
            handed_in(legal, *places[first : first + size // 5])
        with time_machine.travel(at(9, 0, day=18 + number), tick=False), all_brands("test"):
            digest = ApprovalDigest.objects.create(
                brand=legal.acme,
                person=legal.approver,
                local_date=date(2026, 11, 18 + number),
                due_at=at(9, 0, day=18 + number),
            )
            with CaptureQueriesContext(connection) as seen:
                assert make_next_digest(at(9, 0, day=18 + number))
            digest.refresh_from_db()
            assert digest.state == "sent" and digest.items >= size
            counts.append(len(seen))
    assert counts[0] == counts[1], counts


@pytest.fixture
def committed(cast: Cast) -> Iterator[Cast]:
    """The cast for threads of their own."""
    with brand_scope([cast.acme.pk]):
        make_policy(cast.acme, Stage(name="Legal", people=APPROVERS))
        handed_in(cast)
    yield cast


@pytest.mark.django_db(transaction=True)
def test_three_consumers_at_once_write_one(committed: Cast) -> None:
    """Fault 17: real threads; one row, one letter, one delivery for each person."""
    start, failed = threading.Barrier(3), []

    def consume() -> None:
        try:
            start.wait()
            sweep_digests()
        except Exception as error:  # noqa: BLE001 - told by the test
            failed.append(error)
        finally:
            connections.close_all()

    with time_machine.travel(at(9, 0), tick=False):
        threads = [threading.Thread(target=consume) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert failed == []
    assert [mail["To"] for mail in mails()] == [committed.approver.email]
    with all_brands("test"):
        assert Delivery.objects.filter(batch__source_kind="approval_digest").count() == 1
        assert SubmissionItem.objects.get().is_open
