"""Who may say what, where, and what becomes of it."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import timezone

from storesync.brands.actions.membership import grant_membership
from storesync.brands.rights import Role
from storesync.campaigns.actions.edit import edit_campaign
from storesync.campaigns.models import LocationCampaign
from storesync.comments.actions import add_comment, edit_comment, reopen, reply, resolve, strike_out
from storesync.comments.models import LONGEST_QUOTE, Comment, Mention, Thread
from storesync.core.changes import history_of
from storesync.core.errors import ActionRefused
from storesync.core.models import new_id
from tests.comments.conftest import KIND, Say
from tests.conftest import Cast
from tests.factories import UserFactory

WRITERS = ("admin", "manager", "approver", "leeds_manager", "north_manager")
READERS = ("clerk", "viewer", "stranger")


@pytest.mark.parametrize("who", WRITERS)
def test_who_works_on_it_may_comment(in_acme: Cast, say: Say, who: str) -> None:
    comment = say(actor=getattr(in_acme, who))
    assert comment.author == getattr(in_acme, who)
    assert reply(thread=comment.thread, body="Yes.", actor=comment.author).thread == comment.thread


@pytest.mark.parametrize("who", READERS)
def test_who_only_looks_may_not(in_acme: Cast, say: Say, who: str) -> None:
    person = getattr(in_acme, who)
    with pytest.raises(PermissionDenied):
        say(actor=person)
    thread = say().thread
    for action in (resolve, reopen):
        with pytest.raises(PermissionDenied):
            action(thread=thread, actor=person)
    with pytest.raises(PermissionDenied):
        reply(thread=thread, body="Me too.", actor=person)
    assert Comment.objects.count() == 1


def test_a_manager_of_another_store_may_not(in_acme: Cast, say: Say) -> None:
    dora = UserFactory(name="Dora Dover", email="dora@acme.example")
    grant_membership(
        brand=in_acme.acme, user=dora, role=Role.LOCATION_MANAGER, locations=[in_acme.dover], actor=None
    )
    with pytest.raises(PermissionDenied):
        say(actor=dora)
    assert not say("@Dora Dover?", mentions=(dora.pk,)).mentions.exists()


def test_a_campaign_of_another_brand_is_not_there(in_acme: Cast, in_other: LocationCampaign) -> None:
    with pytest.raises(ActionRefused, match="no longer there"):
        add_comment(owner_kind=KIND, owner_id=in_other.pk, place="", body="Hello", actor=in_acme.manager)
    with pytest.raises(ActionRefused, match="no longer there"):
        add_comment(owner_kind="leaflet", owner_id=new_id(), place="", body="Hello", actor=in_acme.manager)


def test_a_thread_keeps_its_place_its_words_and_its_revision(say: Say, campaign: LocationCampaign) -> None:
    thread = say().thread
    assert (thread.block_id, thread.block_type, thread.field) == ("hello", "text", "text")
    assert (thread.key, thread.place) == ("hello.text", "Text")
    assert thread.quote.endswith("see you soon.") and "first_name" in thread.quote
    assert thread.revision_number == campaign.current_revision.number == 1
    assert say(place="subject").thread.place == "Subject"
    assert say(place="").thread.place == "The whole message"
    assert say(place="store.title").thread.place == "Store details: Title"


def test_the_revision_is_the_one_that_is_there_now(
    in_acme: Cast, say: Say, campaign: LocationCampaign
) -> None:
    edit_campaign(
        campaign=campaign,
        actor=in_acme.leeds_manager,
        version=campaign.version,
        edits={"hello": {"text": "We open at nine. " + "x" * 100}},
    )
    thread = say().thread
    assert thread.revision_number == 2
    assert thread.quote.startswith("We open at nine.")
    assert len(thread.quote) <= LONGEST_QUOTE


def test_a_place_that_is_not_there_is_refused(say: Say) -> None:
    with pytest.raises(ActionRefused, match="no longer there"):
        say(place="gone.text")


@pytest.mark.parametrize("body", ["", "  \n ", "\x00\x07"])
def test_nothing_is_not_said(say: Say, body: str) -> None:
    with pytest.raises(ActionRefused, match="Write something"):
        say(body)
    assert not Thread.objects.exists(), "no empty thread stays behind"


def test_the_length_is_limited(say: Say) -> None:
    assert len(say("x" * 2000).body) == 2000
    with pytest.raises(ActionRefused, match="2001"):
        say("x" * 2001)


def test_words_are_kept_as_they_are_but_for_control_characters(say: Say) -> None:
    assert say("<b>Hi</b>\r\n{{ x }}\x00 ").body == "<b>Hi</b>\n{{ x }}"


def test_an_author_edits_and_the_old_words_stay_in_history(in_acme: Cast, say: Say) -> None:
    comment = say("First.")
    edit_comment(comment=comment, body="First.", actor=in_acme.leeds_manager)
    assert Comment.objects.get().edited_at is None, "saving without a change is none"
    edit_comment(comment=comment, body="Second.", actor=in_acme.leeds_manager)
    fresh = Comment.objects.get()
    assert (fresh.body, fresh.edited_at is not None) == ("Second.", True)
    changes = [(one.name, one.before, one.after) for one in history_of(fresh)[0].fields if one.name == "body"]
    assert changes == [("body", "First.", "Second.")]


def test_nobody_changes_the_words_of_another(in_acme: Cast, say: Say) -> None:
    comment = say()
    for person in (in_acme.manager, in_acme.admin):
        with pytest.raises(PermissionDenied):
            edit_comment(comment=comment, body="I was never here.", actor=person)
        with pytest.raises(PermissionDenied):
            strike_out(comment=comment, actor=person)
    with pytest.raises(DatabaseError), transaction.atomic():
        Comment.objects.filter(pk=comment.pk).update(author=in_acme.manager)


def test_a_comment_is_struck_out_within_an_hour_and_never_gone(in_acme: Cast, say: Say) -> None:
    comment = say()
    strike_out(comment=comment, actor=in_acme.leeds_manager)
    fresh = Comment.objects.get()
    assert fresh.struck_at is not None and fresh.body == comment.body
    for again in (
        lambda: strike_out(comment=comment, actor=in_acme.leeds_manager),
        lambda: edit_comment(comment=comment, body="Else.", actor=in_acme.leeds_manager),
    ):
        with pytest.raises(ActionRefused, match="struck out"):
            again()
    with pytest.raises(DatabaseError), transaction.atomic():
        Comment.objects.all().delete()
    late = say("Too late.")
    with time_machine.travel(timezone.now() + timedelta(minutes=61)), pytest.raises(ActionRefused):
        strike_out(comment=late, actor=in_acme.leeds_manager)


def test_a_thread_with_nothing_left_to_read_does_not_wait(in_acme: Cast, say: Say) -> None:
    comment = say()
    answer = reply(thread=comment.thread, body="Which one?", actor=in_acme.manager)
    strike_out(comment=comment, actor=in_acme.leeds_manager)
    assert Thread.objects.get().is_open, "an answer is left"
    strike_out(comment=answer, actor=in_acme.manager)
    assert not Thread.objects.get().is_open


def test_resolving_twice_keeps_the_first(in_acme: Cast, say: Say) -> None:
    thread = say().thread
    resolve(thread=thread, actor=in_acme.manager)
    first = resolve(thread=thread, actor=in_acme.approver)
    assert first.resolved_by == in_acme.manager
    assert Thread.objects.get().resolved_by == in_acme.manager


def test_a_thread_is_opened_again_by_a_person_or_an_answer(in_acme: Cast, say: Say) -> None:
    thread = say().thread
    resolve(thread=thread, actor=in_acme.manager)
    reopen(thread=thread, actor=in_acme.approver)
    fresh = Thread.objects.get()
    assert (fresh.is_open, fresh.reopened_by) == (True, in_acme.approver)
    resolve(thread=thread, actor=in_acme.manager)
    reply(thread=thread, body="Not yet.", actor=in_acme.leeds_manager)
    fresh = Thread.objects.get()
    assert (fresh.is_open, fresh.reopened_by, fresh.resolved_by) == (True, in_acme.leeds_manager, None)
    assert [change.verb for change in history_of(fresh)][0] == "commented"


def test_only_who_may_read_is_mentioned(in_acme: Cast, say: Say) -> None:
    wanted = (in_acme.approver.pk, in_acme.stranger.pk, in_acme.leeds_manager.pk, 999_999)
    comment = say("@Maya Okafor, @Sam Stranger: see this.", mentions=wanted)
    told = set(comment.mentions.values_list("person__name", flat=True))
    assert told == {"Priya Raman", "Maya Okafor"}, "no stranger, and not the author"


def test_editing_mentions_whom_is_new_and_tells_nobody_twice(in_acme: Cast, say: Say) -> None:
    comment = say("@Maya Okafor look.")
    Mention.objects.update(settled_at=timezone.now(), told=True)
    edit_comment(comment=comment, body="@Priya Raman look.", actor=in_acme.leeds_manager)
    edit_comment(comment=comment, body="@Maya Okafor look.", actor=in_acme.leeds_manager)
    rows = dict(comment.mentions.values_list("person__name", "told"))
    assert rows == {"Maya Okafor": True}, "told once; who was not told yet and is named no more is left out"
