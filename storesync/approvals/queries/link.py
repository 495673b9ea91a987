"""What is true now of an action link: whether it works, and if not, why and what one can do (Rule A2)."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.approvals.models import (
    ActionLink,
    ApprovalStep,
    Decision,
    ItemState,
    SubmissionItem,
    digest_of,
)
from storesync.approvals.permissions import why_not_these
from storesync.approvals.queries.review import newer_item
from storesync.approvals.queries.steps import outcome_words, passed_on_words
from storesync.brands.models import Location
from storesync.brands.rights import DECIDE
from storesync.core import formats

if TYPE_CHECKING:
    from storesync.accounts.models import User
    from storesync.approvals.querysets import SubmissionItemQuerySet

LOOKED_AT: Final = 50
"""Items of a large submission that the words are made of."""
SENTENCES: Final = 3


class Standing(StrEnum):
    """How a link stands for the person it was sent to."""

    LIVE = "live"
    USED = "used"
    EXPIRED = "expired"
    STALE = "stale"
    BARRED = "barred"


_STATUS: Final = {
    Standing.LIVE: 200,
    Standing.USED: 410,
    Standing.EXPIRED: 410,
    Standing.STALE: 409,
    Standing.BARRED: 403,
}


@dataclass(frozen=True, slots=True)
class LinkState:
    """What a link finds now.

    Attributes:
        items: what it is about and still waits for its person; what else waits for them where it is stale.
        words: what happened, in sentences; none while it works.
        go_to: the page where one can go on; "" where there is none but the queue.
    """

    standing: Standing
    items: list[SubmissionItem] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    go_to: str = ""

    @property
    def status(self) -> int:
        """The HTTP status of the page that says so."""
        return _STATUS[self.standing]


def state_of(link: ActionLink, person: "User") -> LinkState:
    """How a link stands for the person it was sent to, asked of what is true now (Rules A2, A10)."""
    about = _about(link)
    mine = list(about.decidable_by(person).select_related("submission", "brand").order_by("pk"))
    same = (
        len(mine) == link.count
        and {item.submission.stage for item in mine} == {link.stage}
        and digest_of(item.pin for item in mine) == link.digest
        and not _handed_over_since(link)
    )
    if link.used_at is not None:
        seen = mine or list(about.visible_to(person).select_related("submission", "brand")[:LOOKED_AT])
        return LinkState(Standing.USED, mine, _used_words(link, about), _page_of(seen))
    if same and link.expires_at > timezone.now():
        return LinkState(Standing.LIVE, mine)
    if same:
        words = _("It worked until %(when)s. What it is about still waits for you.") % {
            "when": formats.moment(link.expires_at)
        }
        return LinkState(Standing.EXPIRED, mine, [words], _page_of(mine))
    return _stale(link, person, about, mine)


def _about(link: ActionLink) -> "SubmissionItemQuerySet":
    """What the submission of a link held, wherever it is now."""
    held = SubmissionItem.objects.filter(submission=link.submission_id).order_by().values("revision_id")
    family = SubmissionItem.objects.filter(submission__root=link.submission.root_id, revision__in=held)
    found: SubmissionItemQuerySet = family.exclude(state=ItemState.MOVED)
    return found


def _handed_over_since(link: ActionLink) -> bool:
    """Whether its person handed any of it over since, even where they have it back."""
    by_person = Q(person_id=link.person_id, in_place_of__isnull=True) | Q(in_place_of_id=link.person_id)
    found: bool = (
        ApprovalStep.objects.filter(
            by_person,
            submission__root=link.submission.root_id,
            decision=Decision.HANDED_OVER,
            created_at__gt=link.created_at,
        )
        .order_by()
        .exists()
    )
    return found


def _used_words(link: ActionLink, about: "SubmissionItemQuerySet") -> list[str]:
    words = _("You used it on %(when)s.") % {"when": formats.moment(link.used_at)} if link.used_at else ""
    return [words, *_happened([item for item in about.order_by("pk")[:LOOKED_AT] if not item.is_open])]


def _stale(
    link: ActionLink, person: "User", about: "SubmissionItemQuerySet", mine: list[SubmissionItem]
) -> LinkState:
    """Decided, recalled, edited, passed on, handed over, or the right is lost: what happened, in words."""
    seen = list(about.visible_to(person).select_related("submission", "location", "brand")[:LOOKED_AT])
    if not seen:
        return LinkState(Standing.BARRED, words=[_("You have no right there any more.")])
    words = _happened([item for item in seen if not item.is_open])
    waiting = [item for item in seen if item.is_open]
    moved_on = next((item for item in waiting if item.submission.stage > link.stage), None)
    if moved_on is not None:
        words.append(passed_on_words(moved_on))
    if mine:
        words.append(
            ngettext("%(n)s campaign waits for you now.", "%(n)s campaigns wait for you now.", len(mine))
            % {"n": formats.number(len(mine))}
        )
        return LinkState(Standing.STALE, mine, words, _page_of(mine))
    if waiting:
        words += list(dict.fromkeys(why_not_these(person, waiting).values()))[:SENTENCES]
        places = Location.objects.filter(pk__in={item.location_id for item in waiting}).order_by()
        if not places.visible_to(person, DECIDE).exists():
            return LinkState(Standing.BARRED, words=words)
        return LinkState(Standing.STALE, words=words, go_to=_page_of(waiting))
    newer = newer_item(seen[0])
    if newer is not None and SubmissionItem.objects.filter(pk=newer.pk).visible_to(person).exists():
        words.append(_("It was handed in again since, and that waits for a decision of its own."))
        return LinkState(Standing.STALE, words=words, go_to=newer.get_absolute_url())
    return LinkState(Standing.STALE, words=words, go_to=_page_of(seen))


def _happened(decided: list[SubmissionItem]) -> list[str]:
    return list(dict.fromkeys(outcome_words(decided).values()))[:SENTENCES]


def _page_of(items: list[SubmissionItem]) -> str:
    """Where these are looked at: one by itself, several at their submission, or else in the queue."""
    if not items:
        return ""
    if len(items) == 1:
        return items[0].get_absolute_url()
    if len({item.submission_id for item in items}) == 1:
        return items[0].submission.get_absolute_url()
    return reverse("approvals:queue", kwargs={"brand": items[0].brand.slug})
