"""Campaigns, one per location, and what is typed into them and not saved yet."""

from typing import ClassVar, Final
from uuid import UUID

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from storesync.brands.models import Location
from storesync.campaigns.models.rollout import Rollout
from storesync.campaigns.models.template import TemplateVersion
from storesync.campaigns.querysets import CampaignQuerySet
from storesync.campaigns.statuses import CandidateStatus, Status, legal_pairs
from storesync.core.history import tracked
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned

REASON_MOST: Final = 300
"""Characters of the words behind a status that lists show."""


@tracked()
class LocationCampaign(BrandOwned, Model):
    """One campaign of one location.

    Status belongs to the campaign, approval to the revision: `current_revision` is the newest edit,
    `approved_revision` the one in force; where they differ the current one is a candidate and
    `candidate_status` says where it stands. `start_at` and `end_at` are the instants of the approved
    wall-clock schedule in `armed_zone`, set when it is armed (Rule S5). `version` counts edits, so that the
    second of two editors is told (409).
    """

    location = models.ForeignKey(Location, models.PROTECT, related_name="campaigns")
    rollout = models.ForeignKey(
        Rollout, models.PROTECT, null=True, blank=True, related_name="campaigns", verbose_name=_("roll-out")
    )
    template_version = models.ForeignKey(
        TemplateVersion, models.PROTECT, related_name="campaigns", verbose_name=_("template version")
    )
    name = models.CharField(_("name"), max_length=160)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT)
    paused_from = models.CharField(max_length=20, blank=True, choices=Status, editable=False)
    current_revision = models.ForeignKey(
        "content.Revision", models.PROTECT, related_name="+", verbose_name=_("current revision")
    )
    approved_revision = models.ForeignKey(
        "content.Revision",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved revision"),
    )
    candidate_status = models.CharField(max_length=20, choices=CandidateStatus, default=CandidateStatus.NONE)
    version = models.PositiveIntegerField(default=1)
    start_at = models.DateTimeField(_("start"), null=True, blank=True)
    end_at = models.DateTimeField(_("end"), null=True, blank=True)
    armed_zone = models.CharField(max_length=64, blank=True)
    activated_at = models.DateTimeField(_("started"), null=True, blank=True)
    status_changed_at = models.DateTimeField(_("since"), db_default=Now())
    status_reason = models.CharField(_("why"), max_length=REASON_MOST, blank=True)
    touched_at = models.DateTimeField(
        _("touched"), null=True, blank=True, help_text=_("When the store first edited or submitted it.")
    )
    facts_changed_at = models.DateTimeField(
        _("facts changed"),
        null=True,
        blank=True,
        help_text=_("When a fact of the store changed after approval; the approved bytes stay."),
    )
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    declined_version = models.PositiveIntegerField(
        _("stays before version"),
        default=0,
        db_default=0,
        help_text=_("The newest version of its template whose upgrade was declined."),
    )

    objects: ClassVar = BrandManager.from_queryset(CampaignQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["brand", "-created_at", "-id"], name="campaign_newest"),
            models.Index(fields=["brand", "status", "-created_at"], name="campaign_by_status"),
            models.Index(fields=["rollout", "status"], name="campaign_by_rollout"),
            models.Index(fields=["template_version", "status"], name="campaign_by_version"),
            models.Index(fields=["location", "-created_at"], name="campaign_by_location"),
            models.Index(
                fields=["start_at"], condition=Q(status__in=["scheduled", "approved"]), name="campaign_due"
            ),
            models.Index(fields=["end_at"], condition=Q(status="active"), name="campaign_running"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["rollout", "location"],
                condition=Q(rollout__isnull=False),
                name="campaign_once_per_rollout",
            ),
            models.UniqueConstraint(fields=["id", "brand"], name="campaign_with_brand"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="campaign_status_known"),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "scheduled", "active", "completed"])
                | Q(approved_revision__isnull=False),
                name="campaign_approved_has_revision",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["scheduled", "active"]) | Q(start_at__isnull=False),
                name="campaign_armed_has_start",
            ),
            models.CheckConstraint(
                condition=Q(end_at__isnull=True) | Q(end_at__gt=models.F("start_at")),
                name="campaign_ends_after_start",
            ),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.FSM(name="campaign_moves", field="status", transitions=legal_pairs()),
            pgtrigger.Protect(
                name="campaign_begins_as_draft",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__status__df=Status.DRAFT.value),
            ),
            pgtrigger.ReadOnly(name="campaign_stays_where_it_is", fields=["location", "rollout"]),
            pgtrigger.Protect(
                name="version_moves_in_drafts",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__template_version__df=pgtrigger.F("new__template_version"))
                & (
                    pgtrigger.Q(old__status__df=Status.DRAFT.value)
                    | pgtrigger.Q(new__status__df=Status.DRAFT.value)
                ),
            ),
        ]

    @property
    def reason_is_cut(self) -> bool:
        """Whether `status_reason` may be the beginning of longer words; its page has all of them."""
        return len(self.status_reason) >= REASON_MOST

    def __str__(self) -> str:
        return self.name

    @property
    def is_offered(self) -> bool:
        """A draft that its store has not touched yet."""
        return self.status == Status.DRAFT and self.touched_at is None

    @property
    def has_candidate(self) -> bool:
        """Whether a newer revision waits beside the one in force (Rule A3)."""
        return self.candidate_status != CandidateStatus.NONE

    @property
    def display_status(self) -> str:
        """The status as badges show it: an untouched draft is "offered"."""
        return "offered" if self.is_offered else self.status

    @property
    def dedupe_scope(self) -> UUID:
        """Within what one person is mailed once: the wave, else this campaign (Rule S11)."""
        return self.rollout_id or self.pk


class CampaignEdit(BrandOwned, Model):
    """What one person has typed into a campaign and not saved yet.

    Autosave writes here and not into revisions: a revision is what people compare, approve and are asked
    about, and a pause in typing is none of these. The row is the person's own, holds the fields as they were
    typed, faults included, and outlives a reload, a crash and signing out; Save or Submit makes ONE revision
    of it and the row goes. `version` and `seen` (a revision's number) say what the person started from, so a
    later save is held against what others did meanwhile. `number` counts the savings: another tab of the same
    person that does not know the newest one is told, and overwrites nothing. `undo` is what a button has put
    into one field, to be taken back in one step: {"by", "field", "before", "after"}, the last two as posted.
    """

    campaign = models.ForeignKey(LocationCampaign, models.CASCADE, related_name="edits")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    data = models.JSONField(default=dict)
    version = models.PositiveIntegerField()
    seen = models.PositiveIntegerField()
    number = models.PositiveIntegerField(default=1)
    undo = models.JSONField(default=dict, blank=True)

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("unsaved edit")
        verbose_name_plural = _("unsaved edits")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "user"], name="one_edit_a_person_and_campaign"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.user_id}"
