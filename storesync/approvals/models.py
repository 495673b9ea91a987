"""Submission, its items, the steps taken on them, and the viewflow process that moves it (Rules A1-A13)."""

import hashlib
from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import Process

from storesync.approvals.querysets import StepQuerySet, SubmissionItemQuerySet, SubmissionQuerySet
from storesync.core.history import tracked
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned


class State(models.TextChoices):
    """Where a submission stands; its items that were not moved away stand there too."""

    WAITING = "waiting", _("Pending review")
    APPROVED = "approved", _("Approved")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    REJECTED = "rejected", _("Rejected")
    RECALLED = "recalled", _("Recalled")


class ItemState(models.TextChoices):
    """Where one revision of a submission stands."""

    WAITING = "waiting", _("Pending review")
    APPROVED = "approved", _("Approved")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    REJECTED = "rejected", _("Rejected")
    RECALLED = "recalled", _("Recalled")
    MOVED = "moved", _("Moved to another submission")
    REVOKED = "revoked", _("Approval revoked")


class Decision(models.TextChoices):
    """What a person, or a rule of the brand, did about one revision."""

    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", _("Approved")
    CHANGES_REQUESTED = "changes_requested", _("Asked for changes")
    REJECTED = "rejected", _("Rejected")
    RECALLED = "recalled", _("Recalled")
    REVOKED = "revoked", _("Revoked the approval")


class Way(models.TextChoices):
    """By which way in a decision came (Rule A7)."""

    PAGE = "page", _("on the review page")
    BULK = "bulk", _("together with others")
    ADMIN = "admin", _("in the back office")
    COMMAND = "command", _("by a command")
    API = "api", _("through the API")
    RULE = "rule", _("by a rule")


class ReviewStatus(models.TextChoices):
    """The states of a campaign that approval knows (product.md, "The life of a campaign")."""

    DRAFT = "draft", _("Draft")
    PENDING_REVIEW = "pending_review", _("Pending review")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    MISSED = "missed", _("Missed")
    CANCELLED = "cancelled", _("Cancelled")


def one_stage() -> list[dict[str, str]]:
    """The stages of a brand without a policy: one review; its empty name reads "Review"."""
    return [{"name": ""}]


def digest_of(pins: Iterable[tuple[str, UUID, str]]) -> str:
    """The digest of a list of (kind of owner, owner, content hash), whatever its order (Rule A2).

    What a page showed, or an action link is bound to.
    """
    lines = sorted(f"{kind}:{owner_id}:{content_hash}" for kind, owner_id, content_hash in pins)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


_DECIDED: tuple[tuple[str, str], ...] = tuple(
    ("waiting", state) for state in ("approved", "changes_requested", "rejected", "recalled")
)


@tracked()
class Submission(BrandOwned, Model):
    """One or many revisions handed in together, with the same stages and approvers: one process.

    Deciding a part splits the rest into a child, so a submission is always at one stage. `root` is the one
    that was handed in (itself at first): locking it holds the whole family still (Rule A9). `stages` is the
    policy it began with, `digest` that of everything handed in (Rule A2).
    """

    submitter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("submitted by")
    )
    title = models.CharField(_("title"), max_length=200)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.WAITING)
    stages = models.JSONField(_("stages"), default=one_stage)
    stage = models.PositiveSmallIntegerField(_("stage"), default=0)
    digest = models.CharField(max_length=64)
    root = models.ForeignKey("self", models.PROTECT, related_name="family")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects: ClassVar = BrandManager.from_queryset(SubmissionQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["brand", "submitter", "-created_at"], name="submission_of_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="submission_with_brand"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="submission_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.WAITING, decided_at__isnull=True)
                | (~Q(state=State.WAITING) & Q(decided_at__isnull=False)),
                name="submission_decided_once",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, root=F("id")) | (Q(parent__isnull=False) & ~Q(root=F("id"))),
                name="submission_root_is_the_first",
            ),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.FSM(name="submission_moves", field="state", transitions=list(_DECIDED)),
            pgtrigger.ReadOnly(
                name="submission_is_what_it_was",
                fields=["submitter", "stages", "digest", "root", "parent", "created_at"],
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("approvals:submission", kwargs={"brand": self.brand.slug, "pk": self.pk})

    @property
    def stage_name(self) -> str:
        """The name of the stage it is at, as the brand calls it."""
        return str(self.stages[self.stage]["name"] or _("Review"))

    @property
    def has_next_stage(self) -> bool:
        """Whether an approval now only passes it on."""
        return self.stage + 1 < len(self.stages)

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody."""
        return self.state == State.WAITING


@tracked()
class SubmissionItem(BrandOwned, Model):
    """One revision in a submission. What the queue filters and sorts by is copied here; none of it changes.

    `author` last edited the revision; `due_at` is the start of its schedule, by which it has to be decided;
    `wave_id` the roll-out it belongs to; `name` what its owner was called when it was handed in.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="items")
    revision = models.ForeignKey("content.Revision", models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    owner_kind = models.CharField(max_length=20)
    owner_id = models.UUIDField()
    location = models.ForeignKey(
        "brands.Location", models.PROTECT, related_name="+", verbose_name=_("location")
    )
    submitter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("submitted by")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("last edited by"),
    )
    name = models.CharField(_("name"), max_length=200)
    wave_id = models.UUIDField(_("roll-out"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=ItemState, default=ItemState.WAITING)
    state_changed_at = models.DateTimeField(_("since"), auto_now_add=True)

    objects: ClassVar = BrandManager.from_queryset(SubmissionItemQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("submitted revision")
        verbose_name_plural = _("submitted revisions")
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["brand", "due_at", "id"], condition=Q(state="waiting"), name="approval_queue"
            ),
            models.Index(fields=["owner_kind", "owner_id", "-id"], name="item_of_owner"),
            models.Index(fields=["submission", "state"], name="item_of_submission"),
            models.Index(fields=["brand", "-state_changed_at"], name="item_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["owner_kind", "owner_id"],
                condition=Q(state="waiting"),
                name="one_open_item_per_owner",
            ),
            models.CheckConstraint(condition=Q(state__in=ItemState.values), name="item_state_known"),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.FSM(
                name="item_moves",
                field="state",
                transitions=[*_DECIDED, ("waiting", "moved"), ("approved", "revoked")],
            ),
            pgtrigger.ReadOnly(
                name="item_is_what_was_submitted",
                fields=[
                    "submission",
                    "revision",
                    "content_hash",
                    "owner_kind",
                    "owner_id",
                    "location",
                    "submitter",
                    "author",
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("approvals:review", kwargs={"brand": self.brand.slug, "pk": self.pk})

    @property
    def pin(self) -> tuple[str, UUID, str]:
        """What a decision about it is bound to (Rule A3)."""
        return (self.owner_kind, self.owner_id, self.content_hash)

    @property
    def digest(self) -> str:
        """What a page about this item alone shows, and gives back when it decides."""
        return digest_of([self.pin])

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.state == ItemState.WAITING


class ApprovalStep(BrandOwned, Model):
    """One person's decision about one revision, or a rule's (Rule A13): a fact, never changed, never deleted.

    The database refuses updates and deletes; a step is its own history. `created_at` is when it was decided.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="steps")
    item = models.ForeignKey(SubmissionItem, models.PROTECT, related_name="steps")
    revision = models.ForeignKey("content.Revision", models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    owner_kind = models.CharField(max_length=20)
    owner_id = models.UUIDField()
    stage = models.PositiveSmallIntegerField(_("stage"), default=0)
    stage_name = models.CharField(_("name of the stage"), max_length=120, blank=True)
    decision = models.CharField(_("decision"), max_length=20, choices=Decision)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    comment = models.TextField(_("comment"), blank=True, max_length=4000)
    previous_status = models.CharField(_("from"), max_length=20, choices=ReviewStatus)
    new_status = models.CharField(_("to"), max_length=20, choices=ReviewStatus)
    way = models.CharField(_("way"), max_length=10, choices=Way)
    rule = models.CharField(_("rule"), max_length=200, blank=True)

    objects: ClassVar = BrandManager.from_queryset(StepQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("approval step")
        verbose_name_plural = _("approval steps")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["owner_kind", "owner_id", "id"], name="step_of_owner"),
            models.Index(fields=["brand", "-created_at"], name="step_newest"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(decision__in=Decision.values), name="step_decision_known"),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(rule=""), name="step_by_a_person_or_a_rule"
            ),
            models.CheckConstraint(
                condition=~Q(decision__in=["rejected", "changes_requested"]) | ~Q(comment=""),
                name="step_against_has_comment",
            ),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.Protect(name="steps_never_change", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.get_decision_display())


class ReviewProcess(Process):
    """viewflow's process of one submission. Its tables know no brand: reach it from the submission only."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="process")

    class Meta:
        verbose_name = _("review process")
        verbose_name_plural = _("review processes")
