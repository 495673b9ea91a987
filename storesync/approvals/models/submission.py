"""Submission and its items: what was handed in, and where it stands (Rules A1-A13)."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar
from uuid import UUID

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from storesync.approvals.models.choices import ItemState, State
from storesync.approvals.querysets import SubmissionItemQuerySet, SubmissionQuerySet
from storesync.approvals.stages import Facts, Stage, read_stages
from storesync.core.history import tracked
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned


def one_stage() -> list[dict[str, str]]:
    """The stages of a brand without a policy: one review; its empty name reads "Review"."""
    return [{"name": ""}]


def digest_of(pins: Iterable[tuple[str, UUID, str]]) -> str:
    """The digest of a list of (kind of owner, owner, content hash), whatever its order (Rule A2).

    What a page showed, or an action link is bound to.
    """
    lines = sorted(f"{kind}:{owner_id}:{content_hash}" for kind, owner_id, content_hash in pins)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def or_none(column: str) -> Coalesce:
    """A column of ids that may be null as one that can be compared: nothing is all zeros."""
    return Coalesce(column, Value(UUID(int=0)), output_field=models.UUIDField())


_DECIDED: tuple[tuple[str, str], ...] = tuple(
    ("waiting", state) for state in ("approved", "changes_requested", "rejected", "recalled")
)


@tracked()
class Submission(BrandOwned, Model):
    """One or many revisions handed in together, with the same stages and approvers: one process.

    Deciding a part splits the rest into a child, so a submission is always at one stage. `root` is the one
    that was handed in (itself at first): locking it holds the whole family still (Rule A9). `stages` are
    those of the policy it began with that its revisions need, `digest` that of everything handed in
    (Rule A2). `stage_since` to `escalated_at` tell of the present stage; a later change of the policy
    changes nothing of it.
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
    policy_name = models.CharField(_("policy"), max_length=120, blank=True)
    policy_version = models.PositiveIntegerField(_("version of the policy"), default=0)
    stage_since = models.DateTimeField(_("at this stage since"), null=True, blank=True)
    stage_due_at = models.DateTimeField(_("due at this stage"), null=True, blank=True)
    warn_at = models.DateTimeField(_("to be warned"), null=True, blank=True)
    escalate_at = models.DateTimeField(_("to be escalated"), null=True, blank=True)
    warned_at = models.DateTimeField(_("warned"), null=True, blank=True)
    overdue_at = models.DateTimeField(_("marked as overdue"), null=True, blank=True)
    escalated_at = models.DateTimeField(_("escalated"), null=True, blank=True)

    objects: ClassVar = BrandManager.from_queryset(SubmissionQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["brand", "submitter", "-created_at"], name="submission_of_person"),
            models.Index(fields=["stage_due_at"], condition=Q(state="waiting"), name="submission_due"),
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
                fields=[
                    "submitter",
                    "stages",
                    "policy_name",
                    "policy_version",
                    "digest",
                    "root",
                    "parent",
                    "created_at",
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("approvals:submission", kwargs={"brand": self.brand.slug, "pk": self.pk})

    @property
    def all_stages(self) -> tuple[Stage, ...]:
        """The stages it has to pass, in their order."""
        return read_stages(self.stages)

    @property
    def present_stage(self) -> Stage:
        """The stage it is at, or was at when it was decided."""
        return self.all_stages[self.stage]

    @property
    def stage_name(self) -> str:
        """The name of the stage it is at, as the brand calls it."""
        return self.present_stage.label

    @property
    def next_moment(self) -> datetime | None:
        """When its clock rings next: to warn, to mark it as overdue, or to escalate; None when never."""
        moments = (
            None if self.warned_at else self.warn_at,
            None if self.overdue_at else self.stage_due_at,
            None if self.escalated_at else self.escalate_at,
        )
        return min((moment for moment in moments if moment is not None), default=None)

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
    """One revision in a submission, with a copy of what the queue filters and sorts by.

    `author` last edited the revision; `wave_id` is the roll-out it belongs to, `template_id` what it was made
    from; `name` what its owner was called when it was handed in. `start_at` is the start of its schedule,
    `due_at` by when the present stage has to decide (never after the start). `facts` is what the conditions
    looked at, `differs` whether it differs from the approved template version or the roll-out's text,
    `voters` who has approved it at the present stage while that is not enough, `voted_for` in whose place
    some of them did: one seat has one vote.
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
    template_id = models.UUIDField(_("template"), null=True, blank=True)
    start_at = models.DateTimeField(_("start"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    differs = models.BooleanField(_("differs from its template"), default=True)
    facts = models.JSONField(_("risk"), default=dict, blank=True)
    voters = ArrayField(models.IntegerField(), verbose_name=_("approved so far by"), default=list, blank=True)
    voted_for = ArrayField(models.IntegerField(), verbose_name=_("in place of"), default=list, blank=True)
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
            models.Index(fields=["brand", "wave_id", "state", "id"], name="item_of_wave"),
            models.Index(fields=["brand", "template_id", "state", "id"], name="item_of_template"),
            models.Index(
                "brand",
                or_none("wave_id"),
                or_none("template_id"),
                "due_at",
                "id",
                condition=Q(state="waiting"),
                name="waiting_by_wave",
            ),
            models.Index(
                "brand",
                or_none("wave_id"),
                or_none("template_id"),
                condition=Q(state="waiting", differs=True),
                name="waiting_and_differing",
            ),
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
                    "differs",
                    "facts",
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
    def risk(self) -> Facts:
        """What the conditions looked at when it was handed in; of an older one little is known."""
        return Facts.model_validate(self.facts)

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.state == ItemState.WAITING
