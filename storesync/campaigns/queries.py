"""Reads that span relations, as plain rows for pages."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from storesync.campaigns.checking import Checks, findings_of_campaign
from storesync.campaigns.messages import read_variables
from storesync.campaigns.models import (
    CampaignTemplate,
    LocationCampaign,
    MailTest,
    Rollout,
    TemplateVersion,
)
from storesync.campaigns.sending import KIND
from storesync.campaigns.statuses import UPGRADABLE, Status
from storesync.content.blocks import BLOCK_TYPES
from storesync.content.checks import Finding
from storesync.content.differences import Content, Difference, content_of, differences
from storesync.content.language import OutputTooLarge, show_recipient_fields
from storesync.content.models import Revision
from storesync.content.rendering import CompiledMessage
from storesync.core.formats import number
from storesync.mailing.models import WAITING, Delivery
from storesync.mailing.queries import Ledger, ledgers
from storesync.mailing.testing import SOURCE_KIND as TEST_KIND

if TYPE_CHECKING:
    from storesync.accounts.models import User

_SOON = timedelta(minutes=2)
"""How near a start is when a page begins to look again by itself."""

SAMPLE = {"first_name": "Alex", "last_name": "Example", "unsubscribe_url": "#", "browser_url": "#"}
"""What stands for the recipient in previews."""

# Exceptions first: what needs a person stands above what goes its way.
_EXCEPTIONS = (
    Status.REJECTED,
    Status.MISSED,
    Status.PAUSED,
    Status.PENDING_REVIEW,
    Status.DRAFT,
    Status.APPROVED,
    Status.ACTIVE,
    Status.SCHEDULED,
    Status.COMPLETED,
    Status.CANCELLED,
)


def by_urgency() -> Case:
    """The order in which a roll-out's page lists campaigns."""
    return Case(
        *(When(status=status, then=Value(place)) for place, status in enumerate(_EXCEPTIONS)),
        default=Value(len(_EXCEPTIONS)),
        output_field=IntegerField(),
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a roll-out is: campaigns by status, and the sum of their ledgers."""

    total: int
    statuses: list[tuple[str, int, str]]
    ledger: Ledger
    happening: bool

    @property
    def ledger_parts(self) -> list[tuple[str, int, str]]:
        """Recipients by state, for the bar."""
        return ledger_parts(self.ledger)


def progress_of(rollout: Rollout, campaigns: "QuerySet[LocationCampaign]") -> Progress:
    """Counts of the campaigns that the reader may see; four queries, whatever the size."""
    counts: dict[str, int] = Counter()
    untouched = 0
    rows = (
        campaigns.order_by()
        .values("status")
        .annotate(n=Count("pk"), untouched=Count("pk", filter=Q(touched_at__isnull=True)))
    )
    for row in rows:
        counts[row["status"]] = row["n"]
        if row["status"] == Status.DRAFT:
            untouched = row["untouched"]
    statuses: list[tuple[str, int, str]] = []
    for status in Status:
        count = counts[status.value] - (untouched if status == Status.DRAFT else 0)
        if status == Status.DRAFT and untouched:
            statuses.append(("offered", untouched, _("Offered")))
        if count:
            statuses.append((status.value, count, str(status.label)))
    sent = ledgers(KIND, campaigns.order_by().values_list("pk", flat=True))
    total = sum_of(sent.values())
    return Progress(
        total=sum(counts.values()),
        statuses=statuses,
        ledger=total,
        happening=rollout.state == "launching"
        or bool(counts[Status.ACTIVE.value])
        or bool(total.waiting)
        or campaigns.filter(status=Status.SCHEDULED, start_at__lte=timezone.now() + _SOON).exists(),
    )


def is_happening(campaign: LocationCampaign) -> bool:
    """Whether its page should look again by itself: it is being sent, or about to be."""
    if campaign.status == Status.SCHEDULED and campaign.start_at is not None:
        return campaign.start_at <= timezone.now() + _SOON
    return campaign.status == Status.ACTIVE


_FIGURES = (
    "intended",
    "waiting",
    "sent",
    "delivered",
    "failed",
    "bounced",
    "complained",
    "suppressed",
    "held_out",
    "cancelled",
    "expired",
    "unknown",
)


def sum_of(found: Iterable[Ledger]) -> Ledger:
    """The ledgers of several campaigns as one."""
    rows = list(found)
    return Ledger(**{name: sum(getattr(row, name) for row in rows) for name in _FIGURES})


def ledger_parts(ledger: Ledger) -> list[tuple[str, int, str]]:
    """Recipients by state, in the order of their way, without what is empty."""
    words = {
        "waiting": ("pending", _("Pending")),
        "sent": ("sent", _("Sent")),
        "delivered": ("delivered", _("Delivered")),
        "failed": ("failed", _("Failed")),
        "bounced": ("bounced", _("Bounced")),
        "complained": ("failed", _("Reported as spam")),
        "suppressed": ("suppressed", _("Suppressed")),
        "held_out": ("held_out", _("Held out")),
        "cancelled": ("cancelled", _("Cancelled")),
        "expired": ("expired", _("Expired")),
        "unknown": ("unknown", _("Unknown")),
    }
    order = ("delivered", "sent", "waiting", "unknown", "bounced", "complained", "failed")
    rest = ("suppressed", "held_out", "cancelled", "expired")
    return [
        (words[name][0], count, words[name][1])
        for name in (*order, *rest)
        if (count := getattr(ledger, name))
    ]


def ledger_figures(ledger: Ledger) -> list[dict[str, Any]]:
    """The ledger as figures for a page: everybody intended is in one of the others."""
    rows = [(_("Recipients"), ledger.intended), (_("Sent"), ledger.left), (_("Pending"), ledger.waiting)]
    failed = ledger.failed + ledger.expired + ledger.unknown
    rows.append((_("Not delivered"), failed + ledger.bounced))
    return [{"label": label, "value": number(value)} for label, value in rows]


def template_content(version: TemplateVersion) -> Content:
    """A version as it is compared with another."""
    return Content(subject=version.subject, preheader=version.preheader, blocks=version.blocks)


def changes_of(found: Iterable[Difference]) -> list[dict[str, str]]:
    """Differences as the component `diff` shows them: a place with both sides, or a sentence alone."""
    return [
        {
            "label": one.place if one.segments or one.detail != one.words else one.words,
            "before": "".join(part.text for part in one.segments if part.kind != "ins"),
            "after": "".join(part.text for part in one.segments if part.kind != "del")
            or (one.detail if one.detail != one.words else ""),
            "note": "",
        }
        for one in found
    ]


@dataclass(frozen=True, slots=True)
class EditStep:
    """A later revision of a campaign, held against the one before it.

    Attributes:
        words: the places that differ: "Subject, Text, Start".
        query: of the content tab, which shows the comparison.
    """

    words: str
    query: str


def edits_between(pairs: Sequence[tuple[Any, Any]]) -> list[EditStep | None]:
    """For each (row of a campaign's history, row before it) the edit that it was; None for another step.

    One query. What came first is held against nothing.
    """
    edited = [(one, before) for one, before in pairs if before is not None and _is_edit(one, before)]
    ids = {row.current_revision_id for pair in edited for row in pair}
    revisions: dict[UUID, Revision] = Revision.objects.defer("html", "text").in_bulk(ids) if ids else {}
    found: list[EditStep | None] = []
    for row, older in pairs:
        after = revisions.get(row.current_revision_id)
        before = revisions.get(older.current_revision_id) if older is not None else None
        if after is None or before is None or after == before:
            found.append(None)
            continue
        places = dict.fromkeys(one.place for one in differences(content_of(before), content_of(after)))
        found.append(EditStep(", ".join(places), f"compare={before.number}&with={after.number}"))
    return found


def _is_edit(row: Any, before: Any) -> bool:
    return bool(row.current_revision_id != before.current_revision_id)


def findings_of(campaign: LocationCampaign) -> list[Finding]:
    """The checks of a campaign's current revision, errors first."""
    return findings_of_campaign(campaign)


def findings_of_typed(
    campaign: LocationCampaign, message: CompiledMessage, facts: Mapping[str, str]
) -> list[Finding]:
    """The checks of what is typed into a campaign, with the present facts of its store; errors first."""
    try:
        rendered = message.render(facts, campaign.current_revision.values)
    except OutputTooLarge as error:
        return [Finding("error", "size", str(error), _("Take blocks or text out."))]
    version = campaign.template_version
    return Checks(campaign.brand, [campaign.location_id]).of_message(
        message,
        rendered,
        location_id=campaign.location_id,
        facts=facts,
        values=campaign.current_revision.values,
        variables=read_variables(version.variables),
        campaign_type=version.template.campaign_type,
        template_blocks=[BLOCK_TYPES[block["type"]].model_validate(block) for block in version.blocks],
    )


def journey_of(campaign: LocationCampaign) -> list[dict[str, Any]]:
    """Where a campaign stands on its way, as a stepper."""
    way = [
        (Status.DRAFT, _("Written")),
        (Status.PENDING_REVIEW, _("In review")),
        (Status.APPROVED, _("Approved")),
        (Status.SCHEDULED, _("Scheduled")),
        (Status.ACTIVE, _("Being sent")),
        (Status.COMPLETED, _("Completed")),
    ]
    shown_as = {Status.REJECTED: Status.DRAFT, Status.MISSED: Status.SCHEDULED}
    status = Status(campaign.paused_from or campaign.status)
    at = shown_as.get(status, status)
    here = next((n for n, (step, _words) in enumerate(way) if step == at), 0)
    return [
        {
            "title": words,
            "state": "now" if n == here else "done" if n < here else "",
            "when": campaign.status_changed_at if n == here else None,
            "note": str(Status(campaign.status).label) if n == here and campaign.status != step else "",
            "comment": campaign.status_reason if n == here else "",
        }
        for n, (step, words) in enumerate(way)
    ]


def shown(html: str) -> str:
    """A rendered message with samples in the place of recipients."""
    return show_recipient_fields(html, SAMPLE)


def inbox_line(revision: Revision) -> dict[str, str]:
    """Subject, preheader and sender as an inbox shows them."""
    return {
        "subject": show_recipient_fields(revision.rendered_subject, SAMPLE),
        "preheader": show_recipient_fields(revision.rendered_preheader, SAMPLE),
        "sender": str(revision.sender.get("name", "")),
    }


def draft_content(draft: Any) -> Any:
    """A draft as it is compared with a version."""
    return template_content(
        TemplateVersion(subject=draft["subject"], preheader=draft["preheader"], blocks=draft["blocks"])
    )


def draft_differs(template: CampaignTemplate, newest: TemplateVersion) -> bool:
    """Whether the draft holds something that is not published yet."""
    return any(
        template.draft.get(name) != getattr(newest, name)
        for name in ("subject", "preheader", "blocks", "variables", "open_fields")
    )


@dataclass(frozen=True, slots=True)
class MailTestOutcome:
    """What became of a test mail to one address.

    Attributes:
        waiting: whether the engine still has something to do for it.
        answer: the mail server's codes, where it said no (RFC 5321, RFC 3463).
        words: why it is as it is.
    """

    address: str
    state: str
    label: str
    waiting: bool
    answer: str
    words: str


def outcomes_of(test: MailTest) -> list[MailTestOutcome]:
    """What became of a test, address by address, in one query."""
    rows = Delivery.objects.of(TEST_KIND, [test.pk]).select_related("contact").order_by("pk")
    return [
        MailTestOutcome(
            address=row.contact.mailbox,
            state="pending" if row.state in WAITING else row.state,
            label="" if row.state in WAITING else row.get_state_display(),
            waiting=row.state in WAITING,
            answer=" ".join(str(part) for part in (row.last_code, row.last_status) if part)
            if row.reason
            else "",
            words=row.get_reason_display() if row.reason else "",
        )
        for row in rows
    ]


def used_last(user: "User") -> list[str]:
    """The addresses to which the person sent the last test in this brand."""
    last = MailTest.objects.filter(sent_by=user).order_by("-created_at").values("pk")[:1]
    rows = Delivery.objects.filter(batch__source_kind=TEST_KIND, batch__source_id__in=last)
    return list(rows.order_by("pk").values_list("contact__mailbox", flat=True))


@dataclass(frozen=True, slots=True)
class Use:
    """What was made from one version: counts that the lists behind them confirm."""

    rollouts: int = 0
    campaigns: int = 0
    drafts: int = 0


def used_by(template_id: UUID, rollouts: "QuerySet[Rollout]", campaigns: Any) -> dict[UUID, Use]:
    """What was made from each version of a template, of what the reader may see; two queries."""
    made = campaigns.filter(template_version__template=template_id).order_by().values("template_version")
    counted = made.annotate(n=Count("pk"), open=Count("pk", filter=Q(status__in=UPGRADABLE)))
    waves = rollouts.filter(template_version__template=template_id).order_by().values("template_version")
    found = {row["template_version"]: Use(0, row["n"], row["open"]) for row in counted}
    for row in waves.annotate(n=Count("pk", distinct=True)):
        use = found.get(row["template_version"], Use())
        found[row["template_version"]] = replace(use, rollouts=row["n"])
    return found
