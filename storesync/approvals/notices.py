"""The kinds of notices about approvals: their words, and who may read them now."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from storesync.approvals.models import SubmissionItem
from storesync.brands.notices import readable
from storesync.core.formats import moment
from storesync.notifications.kinds import Channel, Group, Kind, Words, one_by_one

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from storesync.accounts.models import User
    from storesync.notifications.models import Notice

WAITING: Final = "approval.waiting"
HANDED_OVER: Final = "approval.handed_over"
URGENT: Final = "approval.urgent"
DUE_SOON: Final = "approval.due_soon"
OVERDUE: Final = "approval.overdue"
ESCALATED: Final = "approval.escalated"
APPROVED: Final = "approval.approved"
SENT_BACK: Final = "approval.sent_back"
REVOKED: Final = "approval.revoked"

ASKING: Final = frozenset({WAITING, HANDED_OVER, URGENT, DUE_SOON, OVERDUE, ESCALATED})
"""Those about what waits for a decision of their reader: the digest lists that itself."""


def still_waiting(person: "User", notices: Sequence["Notice"]) -> list[UUID]:
    """The notices of whose submissions (`root` of their facts) something waits for this person now."""
    roots = {notice.facts.get("root", "") for notice in notices} - {""}
    mine = SubmissionItem.objects.filter(submission__root__in=roots).decidable_by(person).order_by()
    waiting = {str(pk) for pk in mine.values_list("submission__root_id", flat=True).distinct()}
    return [notice.pk for notice in notices if notice.facts.get("root") in waiting]


def _what(notice: "Notice") -> str:
    """The campaign (its name tells the store), or the roll-out with the number of its campaigns."""
    facts = notice.facts
    count = int(facts.get("count", 1))
    if count < 2:
        return str(facts.get("title", ""))
    words = ngettext("%(name)s (%(count)d campaign)", "%(name)s (%(count)d campaigns)", count)
    return words % {"name": facts.get("title", ""), "count": count}


def _due(notice: "Notice") -> str:
    due = parse_datetime(notice.facts.get("due") or "")
    return _("Due %(when)s.") % {"when": moment(due)} if due else ""


def _asks(title: Callable[[], str]) -> Callable[["Notice"], Words]:
    """The words of what asks for a decision."""

    def words(notice: "Notice") -> Words:
        return Words(
            title=title() % {"what": _what(notice), "who": notice.facts.get("who", "")},
            body=_due(notice),
            quote=notice.facts.get("comment", ""),
            action=_("Review"),
        )

    return words


def _sent_back(notice: "Notice") -> Words:
    facts = notice.facts
    rejected = facts.get("decision") == "rejected"
    title = _("Rejected: %(what)s") if rejected else _("Changes asked for: %(what)s")
    return Words(
        title=title % {"what": _what(notice)},
        body=_("By %(who)s. Change it and submit it again.") % {"who": facts.get("who", "")},
        quote=facts.get("comment", ""),
        action=_("Go to the place and answer"),
    )


def _approved(notice: "Notice") -> Words:
    who = notice.facts.get("who", "")
    return Words(
        title=_("Approved: %(what)s") % {"what": _what(notice)},
        body=_("By %(who)s.") % {"who": who} if who else _("By a rule of the brand."),
        quote=notice.facts.get("comment", ""),
        action=_("See the campaign"),
    )


def _revoked(notice: "Notice") -> Words:
    return Words(
        title=_("Approval revoked: %(what)s") % {"what": _what(notice)},
        body=_("By %(who)s. It is a draft again.") % {"who": notice.facts.get("who", "")},
        quote=notice.facts.get("comment", ""),
        action=_("See the campaign"),
    )


def _kind(
    key: str,
    label: "_StrPromise",
    description: "_StrPromise",
    icon: str,
    words: Callable[["Notice"], Words],
    default: Iterable[Channel],
    visible_to: Callable[["User", Sequence["Notice"]], list[UUID]] = still_waiting,
) -> Kind:
    return Kind(
        key=key,
        label=label,
        description=description,
        group=Group.APPROVALS,
        icon=icon,
        renderer=one_by_one(words),
        visible_to=visible_to,
        default=frozenset(default),
    )


_AT_ONCE: Final = (Channel.PAGE, Channel.MAIL)
_DAILY: Final = (Channel.PAGE, Channel.DIGEST)

KINDS: Final = (
    Kind(
        key=URGENT,
        label=gettext_lazy("Urgent approvals"),
        description=gettext_lazy("What waits for you is due or starts soon: one mail, with links to decide."),
        group=Group.APPROVALS,
        icon="nudge",
        renderer=one_by_one(_asks(lambda: _("Due soon: %(what)s"))),
        visible_to=still_waiting,
        default=frozenset({Channel.MAIL}),
        allowed=frozenset({Channel.MAIL}),
    ),
    _kind(
        WAITING,
        gettext_lazy("Waiting for you"),
        gettext_lazy("Something was submitted that you may decide about."),
        "approvals",
        _asks(lambda: _("Waiting for your decision: %(what)s")),
        _DAILY,
    ),
    _kind(
        HANDED_OVER,
        gettext_lazy("Handed over to you"),
        gettext_lazy("A colleague handed something over to you for a decision."),
        "hand-over",
        _asks(lambda: _("%(who)s handed over to you: %(what)s")),
        _AT_ONCE,
    ),
    _kind(
        DUE_SOON,
        gettext_lazy("Due soon"),
        gettext_lazy("What waits for you is due soon."),
        "clock",
        _asks(lambda: _("Due soon: %(what)s")),
        (Channel.PAGE,),  # the mail about urgent approvals and the digest tell it too
    ),
    _kind(
        OVERDUE,
        gettext_lazy("Overdue"),
        gettext_lazy("What waits for you should have been decided by now."),
        "warning",
        _asks(lambda: _("Overdue: %(what)s")),
        _AT_ONCE,
    ),
    _kind(
        ESCALATED,
        gettext_lazy("Escalated to you"),
        gettext_lazy("It was not decided in time, or nobody else can decide it, so it is yours to decide."),
        "danger",
        _asks(lambda: _("Escalated to you: %(what)s")),
        _AT_ONCE,
    ),
    _kind(
        SENT_BACK,
        gettext_lazy("Sent back to you"),
        gettext_lazy("What you submitted or wrote was rejected, or changes were asked for, with the reason."),
        "changes",
        _sent_back,
        _AT_ONCE,
        readable,
    ),
    _kind(
        APPROVED,
        gettext_lazy("Approved"),
        gettext_lazy("What you submitted or wrote was approved."),
        "approve",
        _approved,
        _DAILY,
        readable,
    ),
    _kind(
        REVOKED,
        gettext_lazy("Approval revoked"),
        gettext_lazy("An approval of what you submitted or wrote was taken back."),
        "undo",
        _revoked,
        _AT_ONCE,
        readable,
    ),
)
