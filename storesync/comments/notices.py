"""How people are told of comments: whom one mentions, and who has written in a thread that goes on."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from storesync.brands.notices import readable
from storesync.comments.models import Comment, Mention, Thread
from storesync.comments.owners import find_owner
from storesync.notifications.actions import notify
from storesync.notifications.kinds import Channel, Group, Kind, Words

if TYPE_CHECKING:
    from storesync.accounts.models import User
    from storesync.notifications.models import Notice

MENTION: Final = "comment.mention"
REPLY: Final = "comment.reply"


def tell_of_mention(mention: Mention) -> bool:
    """Tell the person of a mention; False when what it is about is gone.

    Runs in the transaction that settles the mention.
    """
    return _tell(MENTION, mention.comment, [mention.person_id], f"comment:{mention.comment_id}")


def tell_of_reply(comment: Comment, *, besides: Collection[int]) -> None:
    """Tell who has written in the thread of an answer, in the transaction that writes it.

    Args:
        besides: ids of people who are told otherwise, by being mentioned.
    """
    writers = Comment.objects.filter(thread=comment.thread_id, struck_at__isnull=True).order_by()
    people = set(writers.values_list("author_id", flat=True)) - {comment.author_id, *besides}
    if people:
        _tell(REPLY, comment, people, f"thread:{comment.thread_id}")


def _tell(kind: str, comment: Comment, people: Collection[int], matter: str) -> bool:
    thread = comment.thread
    owner = find_owner(thread.owner_kind, thread.owner_id)
    if owner is None:
        return False
    notify(
        kind=kind,
        people=people,
        brand_id=comment.brand_id,
        matter=matter,
        thread=f"thread:{thread.pk}",
        url=permalink(thread, thread.location.brand.slug),
        facts={"comment": str(comment.pk), "name": owner.name, "locations": [str(thread.location_id)]},
    )
    return True


def permalink(thread: Thread, brand_slug: str) -> str:
    """The address at which a thread is read, resolved or not."""
    page = reverse("comments:owner", args=[brand_slug, thread.owner_kind, thread.owner_id])
    return f"{page}?show=all&begin={thread.pk}#thread-{thread.pk}"


def _mention_title(notice: "Notice", facts: dict[str, Any]) -> str:
    return _("%(author)s mentioned you: %(name)s") % facts


def _reply_title(notice: "Notice", facts: dict[str, Any]) -> str:
    if notice.occurrences == 1:
        return _("%(author)s answered: %(name)s") % facts
    words = ngettext("%(count)d new answer: %(name)s", "%(count)d new answers: %(name)s", notice.occurrences)
    return words % (facts | {"count": notice.occurrences})


def _words(notices: Sequence["Notice"]) -> dict[UUID, Words]:
    """Said from the comments as they are now; one that is struck out is not told of."""
    asked = {notice.pk: UUID(notice.facts["comment"]) for notice in notices}
    rows = Comment.objects.filter(struck_at__isnull=True).select_related("author", "thread")
    comments = rows.in_bulk(set(asked.values()))
    found = {}
    for notice in notices:
        comment = comments.get(asked[notice.pk])
        if comment is None:
            continue
        facts = {"author": comment.author.display_name, "name": notice.facts.get("name", "")}
        title = (_mention_title if notice.kind == MENTION else _reply_title)(notice, facts)
        thread = comment.thread
        place = f"{thread.place}: “{thread.quote}”" if thread.quote else thread.place
        found[notice.pk] = Words(title, body=place, quote=comment.body, action=_("Read and answer"))
    return found


def _to_read(person: "User", notices: Sequence["Notice"]) -> list[UUID]:
    """Those whose store the person may read of, and whose comment still stands."""
    asked = {notice.facts["comment"] for notice in notices}
    there = Comment.objects.filter(pk__in=asked, struck_at__isnull=True).order_by()
    standing = {str(pk) for pk in there.values_list("pk", flat=True)}
    kept = [notice for notice in notices if notice.facts["comment"] in standing]
    return readable(person, kept)


KINDS: Final = (
    Kind(
        key=MENTION,
        label=gettext_lazy("Mentions"),
        description=gettext_lazy("A comment names you."),
        group=Group.COMMENTS,
        icon="comment",
        renderer=_words,
        visible_to=_to_read,
        default=frozenset({Channel.PAGE, Channel.MAIL}),
    ),
    Kind(
        key=REPLY,
        label=gettext_lazy("Answers"),
        description=gettext_lazy("Somebody wrote in a thread in which you have written."),
        group=Group.COMMENTS,
        icon="comment",
        renderer=_words,
        visible_to=_to_read,
        default=frozenset({Channel.PAGE, Channel.DIGEST}),
    ),
)
