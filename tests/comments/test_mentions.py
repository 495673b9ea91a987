"""Who is told of a comment, how often, and in which words; through a real mail server."""

import threading
from typing import Any

import pytest
from django.db import connection

from storesync.accounts.models import User
from storesync.brands.actions.membership import revoke_membership
from storesync.brands.models import Membership
from storesync.comments import actions, tasks
from storesync.comments.actions import add_comment, edit_comment, reply, strike_out
from storesync.comments.models import Mention
from storesync.comments.names import named_in, with_names
from storesync.comments.tasks import settle_mention, sweep_mentions, tell_mentioned
from storesync.core.errors import ActionRefused
from storesync.core.scoping import brand_scope
from storesync.mailing.tasks import sweep_mail
from storesync.notifications.models import Announcement, Notice
from storesync.notifications.queries import entries
from storesync.notifications.tasks import sweep_notices
from tests.campaigns.making import make_wave
from tests.comments.conftest import Say
from tests.conftest import Cast
from tests.factories import UserFactory
from tests.services import SmtpSink, immediate_queue


@pytest.fixture
def post(settings: Any, smtp_sink: SmtpSink) -> SmtpSink:
    """A mail server, and mail going the way of the ledger."""
    settings.EMAIL_BACKEND = "storesync.mailing.backend.LedgerBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp_sink.host, smtp_sink.port
    return smtp_sink


def bodies(post: SmtpSink, number: int = 0) -> tuple[str, str]:
    """Plain text and HTML of a mail that arrived."""
    mail = post.accepted[number].message
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None and html is not None
    return plain.get_content(), html.get_content()


def test_each_person_gets_one_mail(
    in_acme: Cast, say: Say, post: SmtpSink, django_capture_on_commit_callbacks: Any
) -> None:
    with immediate_queue(), django_capture_on_commit_callbacks(execute=True):
        comment = say("@Maya Okafor and @Priya Raman: <b>too loud?</b>", mentions=(in_acme.manager.pk,))
    sweep_mentions()
    tell_mentioned.run(in_acme.acme.pk, comment.pk)
    sweep_notices()
    sweep_mail()
    assert post.recipients == {"maya@acme.example": 1, "priya@acme.example": 1}
    assert set(comment.mentions.values_list("told", flat=True)) == {True}
    mail = post.accepted[0].message
    assert mail["Subject"] == "Jonas Lind mentioned you: Wave Acme Home, Leeds Arcade"
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, html = bodies(post)
    notice = Notice.objects.get(person=in_acme.manager)
    link = f"/b/acme/comments/of/campaign/{comment.thread.owner_id}/?show=all&begin={comment.thread_id}"
    assert notice.url.startswith(f"{link}#thread-")
    assert (
        "<b>too loud?</b>" in plain and "see you soon." in plain and f"/notifications/{notice.pk}/" in plain
    )
    assert "&lt;b&gt;too loud?&lt;/b&gt;" in html and "<b>too" not in html


def test_the_mail_is_in_the_reader_s_language(in_acme: Cast, say: Say, post: SmtpSink) -> None:
    in_acme.manager.language = "de"
    in_acme.manager.save()
    say("@Maya Okafor", place="subject")
    sweep_mentions()
    sweep_notices()
    sweep_mail()
    assert '<html lang="de"' in bodies(post)[1]


def test_a_lost_message_costs_seconds_not_mail(in_acme: Cast, say: Say, post: SmtpSink) -> None:
    say("@Maya Okafor")
    assert Mention.objects.waiting().count() == 1
    sweep_mentions()
    sweep_mentions()
    sweep_notices()
    sweep_mail()
    assert post.recipients == {"maya@acme.example": 1}
    assert not Mention.objects.waiting().exists()


def test_who_lost_the_right_is_not_told(in_acme: Cast, say: Say, post: SmtpSink) -> None:
    say("@Priya Raman @Nora North")
    held = Membership.objects.get(user=in_acme.approver)
    revoke_membership(membership=held, actor=in_acme.manager)
    sweep_mentions()
    sweep_notices()
    sweep_mail()
    assert post.recipients == {"nora@acme.example": 1}
    assert dict(Mention.objects.values_list("person__name", "told")) == {
        "Nora North": True,
        "Priya Raman": False,
    }
    assert not Mention.objects.waiting().exists(), "it is not looked at for ever"


def test_who_was_not_told_is_spared_what_is_taken_back(in_acme: Cast, say: Say, post: SmtpSink) -> None:
    strike_out(comment=say("@Maya Okafor"), actor=in_acme.leeds_manager)
    wrong = say("@Maya Okafor")
    edit_comment(comment=wrong, body="@Priya Raman", actor=in_acme.leeds_manager)
    sweep_mentions()
    sweep_notices()
    sweep_mail()
    assert post.recipients == {"priya@acme.example": 1}


def test_a_mail_that_cannot_be_written_is_tried_again(
    in_acme: Cast, say: Say, post: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    mention = say("@Maya Okafor").mentions.get()

    def broken(_mention: Mention) -> bool:
        raise RuntimeError("no template")

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "tell_of_mention", broken)
        with pytest.raises(RuntimeError):
            settle_mention(mention.pk)
    assert Mention.objects.waiting().exists()
    assert settle_mention(mention.pk)


def test_one_that_fails_holds_up_no_other(
    in_acme: Cast, say: Say, post: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    say("@Maya Okafor")
    say("@Priya Raman")
    true = tasks.tell_of_mention

    def fussy(mention: Mention) -> bool:
        if mention.person == in_acme.manager:
            raise RuntimeError("not for her")
        return true(mention)

    monkeypatch.setattr(tasks, "tell_of_mention", fussy)
    sweep_mentions()
    sweep_notices()
    sweep_mail()
    assert post.recipients == {"priya@acme.example": 1}
    assert Mention.objects.waiting().count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_once(cast: Cast, post: SmtpSink) -> None:
    with brand_scope([cast.acme.pk]):
        campaign = make_wave(cast.acme, cast.leeds, cast.manager).campaigns.get()
        Announcement.objects.all().delete()
        comment = add_comment(
            owner_kind="campaign",
            owner_id=campaign.pk,
            place="",
            body="@Maya Okafor @Priya Raman @Nora North",
            actor=cast.leeds_manager,
        )
    together = threading.Barrier(4)

    def work() -> None:
        together.wait()
        try:
            tell_mentioned.run(cast.acme.pk, comment.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sweep_mentions()
    sweep_notices()
    sweep_mail()
    assert sorted(post.recipients.values()) == [1, 1, 1]


def test_names_in_a_text(cast: Cast) -> None:
    twin = UserFactory(name="Jonas Lind")
    ann = UserFactory(name="Ann")
    anna = UserFactory(name="Anna Lee")
    people = [cast.manager, cast.leeds_manager, twin, ann, anna]
    assert named_in("@maya OKAFOR, see", people) == {cast.manager.pk}
    assert named_in("@Jonas Lind", people) == set(), "of two with one name neither is meant"
    assert named_in("@Anna Lee and @Ann!", people) == {anna.pk, ann.pk}
    assert named_in("@Annabel", people) == set()
    assert named_in("maya@maya okafor.example Maya Okafor", people) == set()
    assert with_names("<i> @Ann", ["Ann"]) == '&lt;i&gt; <b class="mention">@Ann</b>'
    assert with_names("<i>", []) == "&lt;i&gt;"


def test_nobody_mails_the_whole_company_by_comments(
    in_acme: Cast, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_MENTIONS", 2)
    monkeypatch.setattr(actions, "MOST_AN_HOUR", 3)
    with pytest.raises(ActionRefused, match="at most 2 people; this one names 3"):
        say("@Maya Okafor @Priya Raman @Nora North")
    assert not Mention.objects.exists()
    first = say("@Maya Okafor @Priya Raman")
    say("@Maya Okafor")
    with pytest.raises(ActionRefused, match="told 3 people in the last hour"):
        say("@Nora North")
    say("Told to nobody.")
    say("@Nora North", actor=in_acme.manager)
    edit_comment(comment=first, body="@Maya Okafor @Priya Raman, please.", actor=in_acme.leeds_manager)
    assert Mention.objects.filter(comment__author=in_acme.leeds_manager).count() == 3


def test_who_has_written_in_a_thread_is_told_of_answers(in_acme: Cast, say: Say) -> None:
    thread = say("Too loud?", actor=in_acme.manager).thread
    reply(thread=thread, body="No.", actor=in_acme.leeds_manager)
    answer = reply(thread=thread, body="@Maya Okafor: yes!", actor=in_acme.approver)
    sweep_mentions()

    def told(person: User) -> list[str]:
        rows = Notice.objects.filter(person=person).order_by("kind", "pk")
        return [entry.words.title for entry in entries(person, list(rows))]

    assert told(in_acme.manager) == [
        "Priya Raman mentioned you: Wave Acme Home, Leeds Arcade",
        "Jonas Lind answered: Wave Acme Home, Leeds Arcade",
    ], "who is mentioned is not told twice"
    assert told(in_acme.leeds_manager) == ["Priya Raman answered: Wave Acme Home, Leeds Arcade"]
    reply(thread=thread, body="Well.", actor=in_acme.north_manager)
    assert told(in_acme.leeds_manager) == ["2 new answers: Wave Acme Home, Leeds Arcade"]
    strike_out(comment=answer, actor=in_acme.approver)
    assert len(told(in_acme.manager)) == 1, "what is struck out is not shown"
