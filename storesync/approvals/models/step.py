"""ApprovalStep: what one person, or a rule, did about one revision; and where old ones are kept."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storesync.approvals.evidence.canonical import step_hash
from storesync.approvals.models.choices import Decision, Reason, ReviewStatus, Way
from storesync.approvals.models.submission import Submission, SubmissionItem
from storesync.approvals.querysets import StepQuerySet
from storesync.core.history import never_emptied
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned

HASH = r"^[0-9a-f]{64}$"

_CHAIN = f"""
    SELECT s.number, s.hash INTO head FROM approvals_approvalstep s
    WHERE s.brand_id = NEW.brand_id AND s.owner_kind = NEW.owner_kind AND s.owner_id = NEW.owner_id
    ORDER BY s.number DESC LIMIT 1;
    IF NOT FOUND THEN
        -- A chain in the archive goes on; one that is being restored begins as it began.
        SELECT a.number, a.hash INTO head FROM approvals_approvalsteparchive a
        WHERE a.brand_id = NEW.brand_id AND a.owner_kind = NEW.owner_kind AND a.owner_id = NEW.owner_id
        AND NOT EXISTS (SELECT FROM approvals_approvalsteparchive b WHERE b.id = NEW.id)
        ORDER BY a.number DESC LIMIT 1;
    END IF;
    NEW.number := COALESCE(head.number, 0) + 1;
    NEW.previous_hash := COALESCE(head.hash, '');
    NEW.hash := {step_hash("NEW")};
    RETURN NEW;
"""  # noqa: S608 - our own columns


def _only_with_twin(table: str, row: str) -> str:
    """A guard: `row` may be written only while the very same step is in the other table."""
    return f"""
        IF NOT EXISTS (SELECT FROM {table} twin WHERE twin.id = {row}.id AND twin.hash = {row}.hash) THEN
            RAISE EXCEPTION 'pgtrigger: a step of % is never lost and never made up', TG_TABLE_NAME;
        END IF;
        RETURN {row};
    """  # noqa: S608 - names of our own tables


class StepColumns(BrandOwned, Model):
    """What a step holds, wherever it is kept."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="+")
    item = models.ForeignKey(SubmissionItem, models.PROTECT, related_name="+")
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
    in_place_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("in place of"),
    )
    handed_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handed over to"),
    )
    comment = models.TextField(_("comment"), blank=True, max_length=4000)
    reason = models.CharField(
        _("reason"), max_length=20, choices=Reason, blank=True, default="", db_default=""
    )
    previous_status = models.CharField(_("from"), max_length=20, choices=ReviewStatus)
    new_status = models.CharField(_("to"), max_length=20, choices=ReviewStatus)
    way = models.CharField(_("way"), max_length=10, choices=Way)
    rule = models.CharField(_("rule"), max_length=200, blank=True)
    number = models.PositiveIntegerField(_("number"), default=0, db_default=0, editable=False)
    previous_hash = models.CharField(
        _("hash of the step before"), max_length=64, blank=True, default="", db_default="", editable=False
    )
    hash = models.CharField(_("hash"), max_length=64, default="", db_default="", editable=False)

    objects: ClassVar = BrandManager.from_queryset(StepQuerySet)()

    class Meta(BrandOwned.Meta):
        abstract = True

    def __str__(self) -> str:
        return str(self.get_decision_display())


class ApprovalStep(StepColumns):
    """One person's decision about one revision, or a rule's (Rule A13): a fact, never changed, never deleted.

    The database refuses updates and deletes; a step is its own history. `created_at` is when it was decided.
    `in_place_of` was absent, or handed it over; `handed_to` has it since.

    The steps of one owner (a campaign) are a chain: `number` counts them from 1, `hash` is the SHA-256 of all
    other columns, `previous_hash`, the hash of the step before, among them. The database writes these three,
    whoever inserts, and takes a step away only while the very same is in the archive (Rule A12).
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="steps")
    item = models.ForeignKey(SubmissionItem, models.PROTECT, related_name="steps")

    class Meta(StepColumns.Meta):
        abstract = False
        verbose_name = _("approval step")
        verbose_name_plural = _("approval steps")
        ordering = ["id"]
        indexes = [models.Index(fields=["brand", "-created_at"], name="step_newest")]
        constraints = [
            # Also what finds the steps of an owner; two heads of one chain cannot be.
            models.UniqueConstraint(
                fields=["brand", "owner_kind", "owner_id", "number"], name="step_number_once_of_owner"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="step_number_from_1"),
            models.CheckConstraint(condition=Q(hash__regex=HASH), name="step_hash_is_sha256"),
            models.CheckConstraint(condition=Q(decision__in=Decision.values), name="step_decision_known"),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(rule=""), name="step_by_a_person_or_a_rule"
            ),
            models.CheckConstraint(
                condition=~Q(decision__in=["rejected", "changes_requested"]) | ~Q(comment=""),
                name="step_against_has_comment",
            ),
            models.CheckConstraint(
                condition=Q(reason="")
                | Q(reason__in=Reason.values, decision__in=["rejected", "changes_requested"]),
                name="step_reason_is_of_one_against",
            ),
            models.CheckConstraint(
                condition=~Q(decision="handed_over") | Q(handed_to__isnull=False),
                name="step_handed_over_to_somebody",
            ),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.Trigger(
                name="step_is_chained",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("head", "RECORD")],
                func=_CHAIN,
            ),
            pgtrigger.Protect(name="steps_never_change", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="steps_are_only_archived",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func=_only_with_twin("approvals_approvalsteparchive", "OLD"),
            ),
            never_emptied("steps_stay"),
        ]


class ApprovalStepArchive(StepColumns):
    """A step of a campaign that ended longer ago than the brand's retention: archived, never dropped (A12).

    The same columns, so that the chain verifies across both tables. Written and taken away only by
    `evidence.archive`, and only together with its twin.
    """

    class Meta(StepColumns.Meta):
        abstract = False
        verbose_name = _("archived approval step")
        verbose_name_plural = _("archived approval steps")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "owner_kind", "owner_id", "number"], name="archived_number_once_of_owner"
            ),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.Trigger(
                name="archive_has_only_steps",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=_only_with_twin("approvals_approvalstep", "NEW"),
            ),
            pgtrigger.Protect(name="archived_steps_never_change", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="archived_steps_are_only_restored",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func=_only_with_twin("approvals_approvalstep", "OLD"),
            ),
            never_emptied("archived_steps_stay"),
        ]
