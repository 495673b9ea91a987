"""Every write of comments. Who sees a campaign and works on it may comment; only the author changes words."""

import unicodedata
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from storesync.accounts.models import User
from storesync.comments.models import LONGEST_COMMENT, LONGEST_QUOTE, STRIKE_WITHIN, Comment, Mention, Thread
from storesync.comments.names import named_in
from storesync.comments.notices import tell_of_reply
from storesync.comments.owners import find_owner
from storesync.comments.permissions import may_write, mentionable
from storesync.comments.tasks import tell_mentioned
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.models import new_id
from storesync.core.once import made_before
from storesync.core.scoping import all_brands

if TYPE_CHECKING:
    from storesync.brands.models import Location

MOST_MENTIONS: Final = 20
"""People whom one comment tells; who means everybody tells nobody."""
MOST_AN_HOUR: Final = 100
"""People whom one person's comments tell within an hour."""


def add_comment(
    *,
    owner_kind: str,
    owner_id: UUID,
    place: str,
    body: str,
    actor: "User",
    mentions: Collection[int] = (),
    key: UUID | None = None,
) -> Comment:
    """Begin a thread at a place of an owner.

    Args:
        owner_kind, owner_id: whose message it is about, as revisions name it.
        place: the key of a place of its newest revision; "" for the whole.
        body: plain text, up to LONGEST_COMMENT characters.
        mentions: ids of people to be told; with them everybody whom the text names by "@" and the name.
            Whoever may not read the comment is left out.
        key: of the form; sent again it gives what it has made, and nobody is told twice.

    Raises:
        PermissionDenied: the actor may not comment there.
        FormUsed: the key made another thread.
        ActionRefused: the owner or the place is not there (any more), the text is empty or too long, or too
            many people would be told.
    """
    with audited("comment.added", actor=actor):
        owner = find_owner(owner_kind, owner_id)
        if owner is None:
            raise ActionRefused(_("What this is about is no longer there."))
        _require_writer(actor, owner.location)
        asked = {"owner": owner_id, "place": place, "body": body}
        if made := made_before(Thread, key, actor=actor, asked=asked):
            return Comment.objects.select_related("thread").filter(thread=made).earliest("created_at")
        at = owner.places.get(place)
        if at is None:
            raise ActionRefused(_("This part is no longer there. Comment on another part or on the whole."))
        thread = Thread.objects.create(
            id=key or new_id(),
            brand_id=owner.location.brand_id,
            location=owner.location,
            owner_kind=owner_kind,
            owner_id=owner_id,
            block_id=at.block_id,
            block_type=at.block_type,
            field=at.field,
            quote=_shortened(at.text),
            revision_number=owner.revision.number,
        )
        return _write(thread, body, actor, mentions)


def reply(
    *,
    thread: Thread,
    body: str,
    actor: "User",
    mentions: Collection[int] = (),
    key: UUID | None = None,
) -> Comment:
    """Answer in a thread; one that is resolved is open again by that.

    Args:
        body, mentions, key: see `add_comment`.

    Raises:
        PermissionDenied: the actor may not comment there.
        FormUsed: the key made another answer.
        ActionRefused: the text is empty or too long.
    """
    with audited("comment.added", actor=actor):
        thread = _locked(thread, actor)
        if made := made_before(Comment, key, actor=actor, asked={"thread": thread.pk, "body": body}):
            return made
        if not thread.is_open:
            _reopen(thread, actor)
        return _write(thread, body, actor, mentions, key)


def edit_comment(*, comment: Comment, body: str, actor: "User", mentions: Collection[int] = ()) -> Comment:
    """Change the words of one's own comment; it says that it was edited, and what it said is in the history.

    People mentioned anew are told; nobody is told twice of one comment.

    Raises:
        PermissionDenied: it is somebody else's, or the actor may not comment there any more.
        ActionRefused: it is struck out, or the text is empty or too long.
    """
    with audited("comment.edited", actor=actor):
        comment = _own(comment, actor)
        text = _checked(body)
        if text != comment.body:
            comment.body, comment.edited_at = text, timezone.now()
            comment.save(update_fields=["body", "edited_at"])
        wanted = _wanted(comment, mentions)
        comment.mentions.filter(settled_at__isnull=True).exclude(person__in=wanted).delete()
        _mention(comment, wanted)
    return comment


def strike_out(*, comment: Comment, actor: "User") -> Comment:
    """Take one's own comment back, for STRIKE_WITHIN after writing it; who is not told yet is not told.

    Raises:
        PermissionDenied: it is somebody else's, or the actor may not comment there any more.
        ActionRefused: it is too late, or was done before.
    """
    with audited("comment.struck_out", actor=actor):
        comment = _own(comment, actor)
        if timezone.now() - comment.created_at > STRIKE_WITHIN:
            raise ActionRefused(
                _("A comment can be struck out for an hour after it was written. Answer it instead.")
            )
        comment.struck_at = timezone.now()
        comment.save(update_fields=["struck_at"])
        thread = comment.thread
        if thread.is_open and not thread.comments.filter(struck_at__isnull=True).exists():
            # Nothing is left to answer.
            _resolve(thread, actor)
    return comment


def resolve(*, thread: Thread, actor: "User") -> Thread:
    """Say that a thread is done with. Who comes second finds it done, and by whom (no error).

    Raises:
        PermissionDenied: the actor may not comment there.
    """
    with audited("thread.resolved", actor=actor):
        thread = _locked(thread, actor)
        if thread.is_open:
            _resolve(thread, actor)
    return thread


def reopen(*, thread: Thread, actor: "User") -> Thread:
    """Open a resolved thread again; one that is open stays as it is.

    Raises:
        PermissionDenied: the actor may not comment there.
    """
    with audited("thread.reopened", actor=actor):
        thread = _locked(thread, actor)
        if not thread.is_open:
            _reopen(thread, actor)
    return thread


def _require_writer(actor: "User", location: "Location") -> None:
    if not may_write(actor, location):
        raise PermissionDenied(_("You may read these comments, but not write any."))


def _locked(thread: Thread, actor: "User") -> Thread:
    thread = (
        Thread.objects.select_for_update(of=("self",))
        .select_related("location__region", "location__brand", "resolved_by")
        .get(pk=thread.pk)
    )
    _require_writer(actor, thread.location)
    return thread


def _own(comment: Comment, actor: "User") -> Comment:
    _locked(comment.thread, actor)
    comment = (
        Comment.objects.select_for_update(of=("self",))
        .select_related("thread__location__region", "thread__location__brand")
        .get(pk=comment.pk)
    )
    if comment.author_id != actor.pk:
        raise PermissionDenied(_("This is somebody else's comment."))
    if comment.struck_at is not None:
        raise ActionRefused(_("This comment is struck out."))
    return comment


def _resolve(thread: Thread, actor: "User") -> None:
    thread.resolved_at, thread.resolved_by = timezone.now(), actor
    thread.save(update_fields=["resolved_at", "resolved_by"])


def _reopen(thread: Thread, actor: "User") -> None:
    thread.resolved_at = thread.resolved_by = None
    thread.reopened_at, thread.reopened_by = timezone.now(), actor
    thread.save(update_fields=["resolved_at", "resolved_by", "reopened_at", "reopened_by"])


def _write(
    thread: Thread, body: str, actor: "User", mentions: Collection[int], key: UUID | None = None
) -> Comment:
    comment = Comment.objects.create(
        id=key or new_id(), brand_id=thread.brand_id, thread=thread, author=actor, body=_checked(body)
    )
    wanted = _wanted(comment, mentions)
    _mention(comment, wanted)
    tell_of_reply(comment, besides=wanted)
    return comment


def _checked(body: str) -> str:
    """The words as they are kept: one kind of line end, no control characters, nothing around them."""
    text = unicodedata.normalize("NFC", body.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()
    if not text:
        raise ActionRefused(_("Write something first."))
    if len(text) > LONGEST_COMMENT:
        raise ActionRefused(
            _("A comment has up to %(limit)d characters; this one has %(count)d.")
            % {"limit": LONGEST_COMMENT, "count": len(text)}
        )
    return text


def _wanted(comment: Comment, mentions: Collection[int]) -> set[int]:
    """Whom the comment means to tell, of those who may read it; its author knows it already."""
    people = list(mentionable(comment.thread.location))
    wanted = {person.pk for person in people} & set(mentions)
    wanted = (wanted | named_in(comment.body, people)) - {comment.author_id}
    if wanted:
        _require_room(comment, wanted)
    return wanted


def _require_room(comment: Comment, wanted: Collection[int]) -> None:
    """Refuse what is no comment any more but a mailing; two comments at once are counted in turn."""
    if len(wanted) > MOST_MENTIONS:
        raise ActionRefused(
            _("A comment tells at most %(limit)d people; this one names %(count)d.")
            % {"limit": MOST_MENTIONS, "count": len(wanted)}
        )
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=comment.author_id)
    hour_ago = timezone.now() - timedelta(hours=1)
    with all_brands("the limit of mentions is a person's, whichever brand they are of"):
        told = Mention.objects.filter(comment__author=comment.author_id, created_at__gt=hour_ago)
        others = told.exclude(comment=comment).count()
    if others + len(wanted) > MOST_AN_HOUR:
        raise ActionRefused(
            _("Your comments have told %(used)d people in the last hour; %(limit)d is the most. Try later.")
            % {"used": others, "limit": MOST_AN_HOUR}
        )


def _mention(comment: Comment, people: Iterable[int]) -> None:
    Mention.objects.bulk_create(
        (Mention(brand_id=comment.brand_id, comment=comment, person_id=person) for person in sorted(people)),
        ignore_conflicts=True,
    )
    tell_mentioned.wake(comment.brand_id, comment.pk)


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_QUOTE else f"{words[: LONGEST_QUOTE - 1].rstrip()}…"
