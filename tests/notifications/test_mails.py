"""The mails of notices: once, in the reader's language, in conversations, and never what may not be read."""

import threading
from email import message_from_bytes
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.utils import timezone

from storesync.core.scoping import brand_scope
from storesync.mailing.models import Letter
from storesync.notifications import tasks
from storesync.notifications.actions import mark_read, set_preferences
from storesync.notifications.models import Notice
from storesync.notifications.tasks import SETTLED, mail_person, sweep_notices, write_mails
from tests.conftest import Cast
from tests.notifications.conftest import BARRED, tell
from tests.services import immediate_queue


def sent() -> list[Any]:
    """The mails since the last look."""
    found = list(mail.outbox)
    mail.outbox.clear()
    return found


def test_a_mail_leaves_on_commit_and_only_once(
    in_acme: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    with immediate_queue(), django_capture_on_commit_callbacks(execute=True):
        tell(in_acme)
        assert mail.outbox == []
    sweep_notices()
    (one,) = sent()
    assert one.to == ["maya@acme.example"] and one.subject == "Fire in the shop"
    html = one.alternatives[0].content
    for text in (one.body, html):
        assert f"/notifications/{Notice.objects.get().pk}/" in text
        assert "/notifications/settings/" in text and "Hello Maya Okafor," in text
    assert "prefers-color-scheme: dark" in html
    assert one.extra_headers["Auto-Submitted"] == "auto-generated", "RFC 3834"
    assert one.extra_headers["X-Auto-Response-Suppress"] == "All"
    tell(in_acme)
    sweep_notices()
    assert sent() == [], "the matter is mailed and not read yet"
    mark_read(notices=[Notice.objects.get().pk], actor=in_acme.manager)
    tell(in_acme)
    sweep_notices()
    assert len(sent()) == 1


def test_mails_of_one_thread_are_one_conversation(in_acme: Cast) -> None:
    """RFC 5322, 3.6.4."""
    tell(in_acme, matter="a", thread="talk")
    tell(in_acme, in_acme.manager, in_acme.clerk, matter="b", thread="talk")
    tell(in_acme, matter="c")
    sweep_notices()
    mine = [one.extra_headers for one in sent() if one.to == [in_acme.manager.email]]
    assert len({one["Message-ID"] for one in mine}) == 3
    assert mine[0]["References"] == mine[0]["In-Reply-To"] == mine[1]["References"]
    assert mine[2]["References"] != mine[0]["References"]


def test_the_language_is_the_reader_s(in_acme: Cast) -> None:
    in_acme.manager.language = "de"
    in_acme.manager.save()
    tell(in_acme)
    sweep_notices()
    assert '<html lang="de"' in sent()[0].alternatives[0].content


def test_several_of_a_bundled_kind_are_one_mail(in_acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storesync.notifications.mails.LISTED", 2)
    for matter in "abc":
        tell(in_acme, matter=matter, kind="test.bundled", facts={"title": f"Fire <{matter}>"})
    sweep_notices()
    assert sent() == [], "there may be more to come"
    with time_machine.travel(timezone.now() + SETTLED, tick=False):
        sweep_notices()
    (one,) = sent()
    assert one.subject == "Acme Home: Tests (3)"
    assert "Fire <a>" in one.body and "And 1 more" in one.body
    assert "Fire &lt;a&gt;" in one.alternatives[0].content


def test_what_was_read_or_switched_off_or_barred_meanwhile_is_not_mailed(in_acme: Cast) -> None:
    """Rule A10: rights are read when they are used."""
    tell(in_acme, in_acme.manager, in_acme.clerk, in_acme.viewer)
    BARRED.add(in_acme.manager.pk)
    set_preferences(person=in_acme.clerk, actor=in_acme.clerk, choices={"test": ["page"]})
    sweep_notices()
    assert [one.to for one in sent()] == [[in_acme.viewer.email]]
    assert not Notice.objects.to_mail().exists(), "it is not looked at for ever"
    assert Notice.objects.filter(mailed_at__isnull=False).count() == 1


def test_a_sender_that_dies_forgets_nothing_and_sends_nothing_twice(
    in_acme: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule S1: the mail and its mark are one transaction."""
    settings.EMAIL_BACKEND = "storesync.mailing.backend.LedgerBackend"
    tell(in_acme)
    true = tasks.mail_notices

    def dies(person: Any, notices: Any) -> Any:
        true(person, notices)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "mail_notices", dies)
        with pytest.raises(KeyboardInterrupt):
            mail_person(in_acme.manager.pk)
    assert not Letter.objects.exists()
    sweep_notices()
    sweep_notices()
    letter = message_from_bytes(bytes(Letter.objects.get().data))
    assert letter["Message-ID"].startswith("<notice.") and letter["Auto-Submitted"] == "auto-generated"


def test_one_who_cannot_be_mailed_holds_up_nobody(in_acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(in_acme, in_acme.manager, in_acme.viewer)
    true = tasks.mail_notices

    def fussy(person: Any, notices: Any) -> Any:
        if person == in_acme.manager:
            raise RuntimeError("not for her")
        return true(person, notices)

    monkeypatch.setattr(tasks, "mail_notices", fussy)
    sweep_notices()
    assert [one.to for one in sent()] == [[in_acme.viewer.email]]
    assert Notice.objects.to_mail().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_and_a_second_event_are_one_mail(cast: Cast) -> None:
    with brand_scope([cast.acme.pk]):
        tell(cast)
    together = threading.Barrier(4)

    def work(number: int) -> None:
        try:
            together.wait()
            if number == 0:
                with brand_scope([cast.acme.pk]):
                    tell(cast)
            write_mails.run(cast.acme.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sweep_notices()
    assert len(sent()) == 1
