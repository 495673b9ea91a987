"""Telling people: one notice a matter, in one statement, by the channels that each has chosen."""

import threading
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from storesync.core.errors import ActionRefused
from storesync.core.scoping import ScopeError, all_brands, brand_scope
from storesync.notifications.actions import (
    announce,
    dismiss,
    mark_all_read,
    mark_digested,
    mark_read,
    mark_unread,
    notify,
    restore,
    set_preferences,
    undo_all_read,
)
from storesync.notifications.announcing import _tellers
from storesync.notifications.kinds import Channel
from storesync.notifications.models import Announcement, Notice, NoticePreference
from storesync.notifications.queries import (
    MOST_COUNTED,
    collected_for,
    count_unread,
    entries,
    people_collecting,
    wanting,
)
from storesync.notifications.tasks import forget_notices, sweep_notices
from tests.conftest import Cast
from tests.notifications.conftest import BARRED, tell


def test_many_people_are_told_in_one_statement(in_acme: Cast) -> None:
    with CaptureQueriesContext(connection) as few:
        tell(in_acme, in_acme.manager, matter="a")
    everybody = (in_acme.manager, in_acme.approver, in_acme.clerk, in_acme.viewer)
    with CaptureQueriesContext(connection) as many:
        assert len(tell(in_acme, *everybody, matter="b")) == 4
    assert len(many) == len(few)


def test_who_is_switched_off_is_not_told(in_acme: Cast) -> None:
    in_acme.clerk.is_active = False
    in_acme.clerk.save()
    assert [one.person for one in tell(in_acme, in_acme.clerk, in_acme.manager)] == [in_acme.manager]


def test_a_brand_out_of_scope_is_refused(in_acme: Cast) -> None:
    with pytest.raises(ScopeError):
        notify(kind="test", people=[1], brand_id=in_acme.other.pk, matter="x", url="/")


def test_later_events_of_a_matter_add_up_until_it_is_read(in_acme: Cast) -> None:
    tell(in_acme)
    (notice,) = tell(in_acme, facts={"title": "Again"})
    assert (notice.occurrences, notice.number, notice.facts) == (2, 2, {"title": "Again"})
    mark_read(notices=[notice.pk], actor=in_acme.manager)
    (notice,) = tell(in_acme)
    assert (notice.occurrences, notice.number, notice.read_at) == (1, 3, None), "it begins anew"
    dismiss(notices=[notice.pk], actor=in_acme.manager)
    (notice,) = tell(in_acme)
    assert notice.is_unread and notice.occurrences == 1


def test_the_channels_are_the_person_s_own(in_acme: Cast) -> None:
    for person, chosen in ((in_acme.manager, ["digest"]), (in_acme.clerk, [])):
        set_preferences(person=person, actor=person, choices={"test": chosen})
    found = {one.person_id: one for one in tell(in_acme, in_acme.manager, in_acme.clerk, in_acme.viewer)}

    def channels(person: Any) -> tuple[bool, bool, bool]:
        row = found[person.pk]
        return row.on_page, row.mail_due, row.collected

    assert channels(in_acme.viewer) == (True, True, False), "the defaults"
    assert channels(in_acme.manager) == (False, False, True)
    assert channels(in_acme.clerk) == (False, False, False)
    people = [in_acme.manager.pk, in_acme.clerk.pk, in_acme.viewer.pk]
    assert wanting(people, "test", Channel.MAIL) == {in_acme.viewer.pk}
    assert wanting(people, "test", "digest") == {in_acme.manager.pk}


def test_what_is_urgent_is_mailed_to_whoever_has_mail_or_digest(in_acme: Cast) -> None:
    set_preferences(person=in_acme.clerk, actor=in_acme.clerk, choices={"test.quiet": ["page"]})
    tell(in_acme, in_acme.manager, in_acme.clerk, kind="test.quiet")
    assert not Notice.objects.to_mail().exists()
    tell(in_acme, in_acme.manager, in_acme.clerk, kind="test.quiet", urgent=True)
    assert [one.person for one in Notice.objects.to_mail()] == [in_acme.manager]
    assert collected_for(in_acme.manager, in_acme.acme) == [], "what is mailed is in no digest"


def test_preferences_are_one_s_own(in_acme: Cast) -> None:
    with pytest.raises(PermissionDenied):
        set_preferences(person=in_acme.manager, actor=in_acme.admin, choices={"test": []})
    with pytest.raises(ActionRefused):
        set_preferences(person=in_acme.manager, actor=in_acme.manager, choices={"no.such": []})
    for chosen in (["mail"], ["page", "digest"]):
        set_preferences(person=in_acme.manager, actor=in_acme.manager, choices={"test": chosen})
    row = NoticePreference.objects.get()
    assert (row.page, row.mail, row.digest) == (True, False, True)
    assert row.history.count() == 2


def test_marks_are_for_one_s_own_and_can_be_undone(in_acme: Cast) -> None:
    (mine,) = tell(in_acme)
    assert mark_read(notices=[mine.pk], actor=in_acme.clerk) == 0
    assert mark_read(notices=[mine.pk], actor=in_acme.manager) == 1
    assert mark_read(notices=[mine.pk], actor=in_acme.manager) == 0, "it was"
    assert mark_unread(notices=[mine.pk], actor=in_acme.manager) == 1
    assert dismiss(notices=[mine.pk], actor=in_acme.manager) == 1
    assert count_unread(in_acme.manager) == 0
    assert restore(notices=[mine.pk], actor=in_acme.manager) == 1
    assert count_unread(in_acme.manager) == 1


def test_all_read_takes_back_only_what_it_marked(in_acme: Cast) -> None:
    (read,) = tell(in_acme, matter="read before")
    mark_read(notices=[read.pk], actor=in_acme.manager)
    tell(in_acme, matter="a")
    tell(in_acme, matter="b")
    count, at = mark_all_read(actor=in_acme.manager)
    assert count == 2 and count_unread(in_acme.manager) == 0
    assert undo_all_read(actor=in_acme.clerk, at=at) == 0
    assert undo_all_read(actor=in_acme.manager, at=at) == 2
    assert count_unread(in_acme.manager) == 2


def test_the_bell_counts_what_one_may_read_now(in_acme: Cast) -> None:
    """Rule A10."""
    tell(in_acme, in_acme.manager, in_acme.clerk)
    assert count_unread(in_acme.manager) == 1
    BARRED.add(in_acme.manager.pk)
    assert count_unread(in_acme.manager) == 0
    assert entries(in_acme.manager, list(Notice.objects.all())) == []
    assert count_unread(in_acme.clerk) == 1
    with brand_scope([in_acme.other.pk]):
        assert count_unread(in_acme.clerk) == 0, "of the brands in scope"


def test_the_bell_asks_as_often_for_many_as_for_one(in_acme: Cast) -> None:
    tell(in_acme)
    with CaptureQueriesContext(connection) as few:
        count_unread(in_acme.manager)
    for number in range(MOST_COUNTED + 5):
        tell(in_acme, matter=str(number))
    with CaptureQueriesContext(connection) as many:
        assert count_unread(in_acme.manager) == MOST_COUNTED + 1
    assert len(many) == len(few)


def test_what_is_collected_is_in_one_digest(in_acme: Cast) -> None:
    tell(in_acme, kind="test.quiet", matter="a")
    (read,) = tell(in_acme, kind="test.quiet", matter="b")
    mark_read(notices=[read.pk], actor=in_acme.manager)
    found = collected_for(in_acme.manager, in_acme.acme)
    assert [one.matter for one in found] == ["a"], "what was read needs no digest"
    assert people_collecting(in_acme.acme) == {in_acme.manager.pk}
    at = found[0].created_at
    assert mark_digested(notices=found, at=at) == 1
    assert mark_digested(notices=found, at=at) == 0
    assert collected_for(in_acme.manager, in_acme.acme) == []
    tell(in_acme, kind="test.quiet", matter="a")
    assert len(collected_for(in_acme.manager, in_acme.acme)) == 1, "something new happened"


def test_old_notices_are_forgotten(in_acme: Cast, settings: Any) -> None:
    tell(in_acme)
    forget_notices()
    assert Notice.objects.exists()
    settings.NOTICE_DAYS = -1
    forget_notices()
    assert not Notice.objects.exists()


def test_an_announcement_is_told_once_and_one_that_fails_holds_up_no_other(
    in_acme: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule S1: the row is work until it is told."""

    def teller(brand_id: Any, facts: Any) -> None:
        if facts.get("broken"):
            raise RuntimeError("not this one")
        tell(in_acme, matter=facts["matter"])

    monkeypatch.setitem(_tellers, "test", teller)
    announce(source="test", brand_id=in_acme.acme.pk, facts={"broken": True})
    announce(source="test", brand_id=in_acme.acme.pk, facts={"matter": "x"})
    sweep_notices()
    sweep_notices()
    assert Notice.objects.get().occurrences == 1
    assert Announcement.objects.get().tries == 2


@pytest.mark.django_db(transaction=True)
def test_two_events_of_one_matter_at_once_are_one_notice(cast: Cast) -> None:
    together = threading.Barrier(4)

    def work() -> None:
        try:
            with brand_scope([cast.acme.pk]):
                together.wait()
                tell(cast, cast.manager, cast.approver)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with all_brands("a test looks at what was written"):
        assert list(Notice.objects.values_list("occurrences", flat=True)) == [4, 4]
