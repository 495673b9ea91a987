"""The kinds of notices: what an app tells people, how they can have it, in which words, and who may read it.

An app registers its kinds in `AppConfig.ready`. A notice keeps facts, never sentences: they are said in the
reader's language when they are read, to whom may read them at that moment (Rule A10).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from storesync.accounts.models import User
    from storesync.notifications.models import Notice


class Channel(models.TextChoices):
    """The ways in which a notice reaches a person."""

    PAGE = "page", _("In StoreSync")
    MAIL = "mail", _("E-mail at once")
    DIGEST = "digest", _("Daily digest")


class Group(models.TextChoices):
    """The headings under which kinds stand in the settings, in their order."""

    APPROVALS = "approvals", _("Approvals")
    CAMPAIGNS = "campaigns", _("Campaigns")
    COMMENTS = "comments", _("Comments")
    OTHER = "other", _("Other")


@dataclass(frozen=True, slots=True)
class Words:
    """What a reader is told, in the language that is active.

    Attributes:
        title: one line. body: what there is to know besides, may be empty.
        quote: somebody's own words, shown as a quotation.
        action: what the link says ("Review").
    """

    title: str
    body: str = ""
    quote: str = ""
    action: str = ""


Renderer = Callable[[Sequence["Notice"]], Mapping[UUID, Words]]
Visibility = Callable[["User", Sequence["Notice"]], Iterable[UUID]]


def to_everybody(person: "User", notices: Sequence["Notice"]) -> list[UUID]:
    """The check of kinds that say nothing but what is their person's own."""
    return [notice.pk for notice in notices]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notice.

    Attributes:
        key: its name in rows ("approval.waiting").
        label, description: what the settings say of it.
        group: the heading in the settings. icon: a meaning of core.icons.
        renderer: the words for several notices of the kind, in a constant number of queries. What it leaves
            out is gone, and not shown.
        visible_to: which of several notices a person may read now, and which are still true; likewise. Kinds
            that share one check are asked together.
        default: the channels of a person who has chosen nothing.
        allowed: the channels that can be chosen.
        bundled: several that wait for a person at once are one mail.
    """

    key: str
    label: "_StrOrPromise"
    description: "_StrOrPromise"
    group: Group
    icon: str
    renderer: Renderer
    visible_to: Visibility
    default: frozenset[Channel]
    allowed: frozenset[Channel] = frozenset(Channel)
    bundled: bool = False


class UnknownKind(LookupError):
    """No app has registered a kind of this key."""


_kinds: dict[str, Kind] = {}


def register_kind(*kinds: Kind) -> None:
    """Add kinds, from `AppConfig.ready`."""
    for kind in kinds:
        if _kinds.setdefault(kind.key, kind) is not kind:
            raise ValueError(f"a kind of notices {kind.key} is registered already")


def kind_of(key: str) -> Kind:
    """The kind of this key.

    Raises:
        UnknownKind: nobody has registered it.
    """
    try:
        return _kinds[key]
    except KeyError:
        raise UnknownKind(key) from None


def is_bundled(key: str) -> bool:
    """Whether several notices of this kind are one mail; those of unknown kinds are not."""
    return key in _kinds and _kinds[key].bundled


def all_kinds() -> list[Kind]:
    """Every kind, by group and in the order of registration."""
    order = list(Group)
    return sorted(_kinds.values(), key=lambda kind: order.index(kind.group))


def one_by_one(render: Callable[["Notice"], Words | None]) -> Renderer:
    """A renderer of a kind whose facts say everything: each notice by itself."""

    def render_all(notices: Sequence["Notice"]) -> dict[UUID, Words]:
        found = ((notice.pk, render(notice)) for notice in notices)
        return {pk: words for pk, words in found if words is not None}

    return render_all
