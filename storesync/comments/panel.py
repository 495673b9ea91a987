"""The panel of comments as pages include it: its state comes with each request and goes with each form."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from storesync.comments.forms import CommentForm, NewThreadForm
from storesync.comments.models import STRIKE_WITHIN, Comment, Thread
from storesync.comments.names import with_names
from storesync.comments.owners import Owner, find_owner
from storesync.comments.permissions import may_write, mentionable
from storesync.comments.queries import Counts, count_threads, threads_of

if TYPE_CHECKING:
    from storesync.accounts.models import User

AT_ONCE: Final = 50
"""Threads on one panel; older ones are a link away."""
SHOWN: Final = ("open", "resolved", "all")
_PATH: Final = re.compile(r"[A-Za-z0-9/_-]{1,200}(\?part=[a-z]{1,20})?")


@dataclass(frozen=True, slots=True)
class PanelState:
    """What a panel shows, as addresses and forms carry it.

    Attributes:
        place: the key of the one place it is about; None for all of the owner.
        show: "open", "resolved" or "all".
        thread: the only thread to show, on a page of its own.
        begin: the newest thread to show, where older ones were asked for.
        back: the page that the panel stands on.
    """

    place: str | None = None
    show: str = "open"
    thread: UUID | None = None
    begin: UUID | None = None
    back: str = ""

    @classmethod
    def read(cls, request: HttpRequest, slug: str) -> "PanelState":
        """From the address, or from the form that was sent; what is no state is left out."""
        given = request.POST if request.method == "POST" else request.GET
        show, back = given.get("show", ""), given.get("back", "")
        place = given.get("at" if request.method == "POST" else "place")
        safe = back.startswith(f"/b/{slug}/") and _PATH.fullmatch(back)
        return cls(
            place=place[:90] if place is not None and "\x00" not in place else None,
            show=show if show in SHOWN else "open",
            thread=_uuid(given.get("only", "")),
            begin=_uuid(given.get("begin", "")),
            back=back if safe else "",
        )

    @property
    def prefix(self) -> str:
        """What ids begin with: a panel about one place may stand above the one about everything."""
        return "" if self.place is None else "at-"

    def fields(self) -> list[tuple[str, str]]:
        """As hidden fields of a form."""
        given = {"at": self.place, "show": self.show, "only": self.thread, "begin": self.begin}
        return [(name, str(value)) for name, value in given.items() if value is not None] + (
            [("back", self.back)] if self.back else []
        )

    def query(self, **changes: Any) -> str:
        """As the query of an address, with changes."""
        given: dict[str, Any] = {"place": self.place, "show": self.show, "begin": self.begin}
        given |= {"back": self.back or None} | changes
        return urlencode({name: value for name, value in given.items() if value is not None})


@dataclass(slots=True)
class CommentRow:
    """One comment as its reader sees it."""

    comment: Comment
    words: SafeString
    told: list[str]
    mine: bool
    may_strike: bool
    form: CommentForm | None = None


@dataclass(slots=True)
class ThreadRow:
    """One thread as its reader sees it; `form` is there while its reader answers."""

    thread: Thread
    comments: list[CommentRow]
    page: str
    newer: bool
    form: CommentForm | None = None


@dataclass(slots=True)
class Panel:
    """Everything that `comments/_panel.html` shows."""

    owner: Owner
    state: PanelState
    url: str
    counts: Counts
    rows: list[ThreadRow]
    may_write: bool
    people: "Sequence[User]" = ()
    older: str = ""
    form: NewThreadForm | None = None
    heading: str = ""
    tabs: list[dict[str, Any]] = field(default_factory=list)
    focus: UUID | None = None


def panel_of(
    request: HttpRequest,
    *,
    owner_kind: str = "",
    owner_id: UUID | None = None,
    owner: Owner | None = None,
    state: PanelState | None = None,
    back: str = "",
    bound: Mapping[Any, CommentForm] | None = None,
    focus: UUID | None = None,
) -> Panel | None:
    """The panel about an owner for who asks; None when there is no such owner. The caller checks the rights.

    Args:
        state: what it shows; read from the address unless given.
        back: the address of the page that it stands on, where that is not the one asked for.
        bound: forms with what was typed and what is wrong with it, by the id of their thread or comment;
            None as the key is the form for a new thread.
        focus: the thread that takes the focus.
    """
    brand_slug: str = request.brand.slug  # type: ignore[attr-defined]
    user: User = request.user  # type: ignore[assignment]
    if owner is None and owner_id is not None:
        owner = find_owner(owner_kind, owner_id)
    if owner is None:
        return None
    state = state or PanelState.read(request, brand_slug)
    state = state if state.back else replace(state, back=back or request.path)
    forms = dict(bound or {})
    at = _place(owner, state.place)
    writes = may_write(user, owner.location)
    people = list(mentionable(owner.location, author=user)) if writes else []
    url = reverse("comments:owner", args=[brand_slug, owner.kind, owner.id])
    counts = count_threads(owner.kind, [owner.id], place=at)
    rows, older = _threads(owner, state, at)
    panel = Panel(
        owner=owner,
        state=state,
        url=url,
        counts=counts,
        rows=[_row(thread, user, brand_slug, owner, forms) for thread in rows],
        may_write=writes,
        people=people,
        older=f"{url}?{state.query(begin=older)}" if older else "",
        heading=_heading(owner, state, rows),
        tabs=_tabs(url, state, counts),
        focus=focus,
    )
    if writes and state.thread is None:
        panel.form = forms.get(None) or new_form(panel)
    return panel


def new_form(panel: Panel, data: Any = None) -> NewThreadForm:
    """The form for a new thread: at the panel's place, or at one to be chosen."""
    fixed = panel.state.place
    # A look, a switch or an empty field is commented on with its block, unless its own mark was followed.
    places = [
        place
        for place in panel.owner.places.values()
        if data is not None or place.text or not place.field or place.key == fixed
    ]
    form = NewThreadForm(
        data,
        people=panel.people,
        places=places,
        auto_id=f"{panel.state.prefix}new-comment-%s",
        initial={"place": fixed},
    )
    if fixed is not None and fixed in panel.owner.places:
        form.fields["place"].widget = form.fields["place"].hidden_widget()
    return form


def words_form(
    people: "Sequence[User]", about: Thread | Comment, state: PanelState, data: Any = None
) -> CommentForm:
    """The form of an answer in a thread, or of a comment that is edited."""
    form = CommentForm(data, people=people, auto_id=f"{state.prefix}words-{about.pk}-%s")
    form.fields["body"].label = _("Your answer") if isinstance(about, Thread) else _("Your comment")
    if isinstance(about, Comment):
        form.initial = {"body": about.body, "mentions": [one.person_id for one in about.mentions.all()]}
    return form


def _place(owner: Owner, key: str | None) -> tuple[str, str] | None:
    """Block and field of a place; of one that is gone from the owner too, for what was said there."""
    if key is None:
        return None
    if key in owner.places:
        return owner.places[key].block_id, owner.places[key].field
    block, dot, name = key.partition(".")
    return (block, name) if dot else ("", key)


def _heading(owner: Owner, state: PanelState, threads: Sequence[Thread]) -> str:
    """The place in words, where the panel is about one."""
    if state.place is None:
        return ""
    if state.place in owner.places:
        return owner.places[state.place].label
    return threads[0].place if threads else ""


def _threads(owner: Owner, state: PanelState, at: tuple[str, str] | None) -> tuple[list[Thread], UUID | None]:
    """The threads to show, and the one at which the older ones begin."""
    threads = threads_of(owner.kind, owner.id)
    if state.thread is not None:
        return list(threads.filter(pk=state.thread)), None
    if at is not None:
        threads = threads.at(*at)
    if state.show != "all":
        threads = threads.open() if state.show == "open" else threads.resolved()
    if state.begin is not None:
        threads = threads.older_from(state.begin)
    found = list(threads[: AT_ONCE + 1])
    return found[:AT_ONCE], found[AT_ONCE].pk if len(found) > AT_ONCE else None


def _row(
    thread: Thread, user: "User", brand_slug: str, owner: Owner, forms: Mapping[Any, CommentForm]
) -> ThreadRow:
    now = timezone.now()
    comments = [_comment_row(comment, user, now, forms.get(comment.pk)) for comment in thread.comments.all()]
    return ThreadRow(
        thread=thread,
        comments=comments,
        page=reverse("comments:thread", args=[brand_slug, thread.pk]),
        newer=owner.revision.number > thread.revision_number,
        form=forms.get(thread.pk),
    )


def _comment_row(comment: Comment, user: "User", now: datetime, form: CommentForm | None) -> CommentRow:
    names = [one.person.display_name for one in comment.mentions.all()]
    body = comment.body.casefold()
    mine = comment.author_id == user.pk and comment.struck_at is None
    return CommentRow(
        comment=comment,
        words=with_names(comment.body, names),
        told=[name for name in names if f"@{name.casefold()}" not in body],
        mine=mine,
        may_strike=mine and now - comment.created_at <= STRIKE_WITHIN,
        form=form,
    )


def _tabs(url: str, state: PanelState, counts: Counts) -> list[dict[str, Any]]:
    words = {
        "open": (pgettext("threads", "Open"), counts.open),
        "resolved": (_("Resolved"), counts.resolved),
        "all": (_("All"), counts.total),
    }
    return [
        {
            "label": label,
            "count": count,
            "url": f"{url}?{state.query(show=show, begin=None)}",
            "current": show == state.show,
        }
        for show, (label, count) in words.items()
    ]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
