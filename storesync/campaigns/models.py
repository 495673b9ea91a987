"""Templates and their versions, roll-outs, and one campaign per location."""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from storesync.brands.models import Location
from storesync.campaigns.querysets import CampaignQuerySet, RolloutQuerySet, TemplateQuerySet
from storesync.campaigns.statuses import CandidateStatus, Status, legal_pairs
from storesync.campaigns.test_mails import MailTest as MailTest
from storesync.content.campaign_types import CampaignType as CampaignType
from storesync.content.media import media_use_index
from storesync.core.history import tracked
from storesync.core.models import Job, Model
from storesync.core.scoping import BrandManager, BrandOwned


def approval_schedule() -> dict[str, str]:
    """Start as soon as approved, end when everything is sent."""
    return {"start": "approval"}


@tracked()
class CampaignTemplate(BrandOwned, Model):
    """What corporate writes once. `draft` is the version being written; publishing makes a TemplateVersion.

    `draft_number` counts the saves of the draft, so that two editors never overwrite each other in silence.
    """

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=80)
    campaign_type = models.CharField(_("campaign type"), max_length=20, choices=CampaignType)
    description = models.TextField(_("description"), blank=True, max_length=1000)
    draft = models.JSONField(_("draft"), default=dict, blank=True)
    draft_number = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    deprecated_at = models.DateTimeField(_("deprecated"), null=True, blank=True)
    deprecated_reason = models.CharField(_("why deprecated"), max_length=300, blank=True)
    replacement = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("use instead"),
    )

    objects: ClassVar = BrandManager.from_queryset(TemplateQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        ordering = ["name"]
        indexes = [media_use_index("draft", "template_draft_pictures", within="blocks")]
        constraints = [
            models.UniqueConstraint(fields=["brand", "slug"], name="template_slug_once"),
            models.UniqueConstraint(fields=["id", "brand"], name="template_with_brand"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class TemplateVersion(BrandOwned, Model):
    """A published version of a template: immutable, so what refers to it never changes (Rule T1).

    `theme` pins the colours it was published with; `default_schedule` is wall-clock time as in Rollout.
    """

    template = models.ForeignKey(CampaignTemplate, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    subject = models.CharField(_("subject"), max_length=200)
    preheader = models.CharField(_("preheader"), max_length=200, blank=True)
    blocks = models.JSONField(_("blocks"))
    variables = models.JSONField(_("variables"), default=list)
    open_fields = models.JSONField(
        _("left to stores"),
        default=list,
        blank=True,
        help_text=_("Parts outside of blocks that stores may change: subject, preheader, schedule."),
    )
    theme = models.JSONField(_("theme"), default=dict)
    default_schedule = models.JSONField(_("usual dates"), default=approval_schedule)
    notes = models.TextField(_("notes"), blank=True, max_length=1000)
    content_hash = models.CharField(max_length=64)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("template version")
        verbose_name_plural = _("template versions")
        ordering = ["-number"]
        indexes = [media_use_index("blocks", "template_pictures")]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="version_number_once"),
            models.UniqueConstraint(fields=["id", "brand"], name="template_version_with_brand"),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.Protect(name="never_changes", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return _("%(template)s, version %(number)d") % {
            "template": self.template.name,
            "number": self.number,
        }


@tracked()
class VersionStanding(BrandOwned, Model):
    """What may change of a version, beside the version itself, which never does (Rule T1).

    Offered: drafts made from an older version are shown what it would change. Deprecated: nothing new is made
    from it, what runs stays. A version without a row is neither.
    """

    version = models.OneToOneField(
        TemplateVersion, models.PROTECT, related_name="standing", verbose_name=_("template version")
    )
    offered_at = models.DateTimeField(_("offered to drafts"), null=True, blank=True)
    deprecated_at = models.DateTimeField(_("deprecated"), null=True, blank=True)
    deprecated_reason = models.CharField(_("why deprecated"), max_length=300, blank=True)
    replacement = models.ForeignKey(
        TemplateVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("use instead"),
    )

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("standing of a version")
        verbose_name_plural = _("standings of versions")

    def __str__(self) -> str:
        return str(self.version)


@tracked()
class CampaignPolicy(BrandOwned, Model):
    """What a brand decides about the life of its campaigns; without a row the defaults hold."""

    brand = models.OneToOneField("brands.Brand", models.CASCADE, related_name="+")
    arm_on_approval = models.BooleanField(
        _("schedule at once"), default=True, help_text=_("Approval also arms the approved dates.")
    )
    grace_minutes = models.PositiveIntegerField(
        _("grace time in minutes"),
        default=30,
        help_text=_("A start that passes by more than this makes the campaign Missed (Rule A8)."),
    )

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("campaign policy")
        verbose_name_plural = _("campaign policies")

    def __str__(self) -> str:
        return str(self.brand)

    @classmethod
    def of(cls, brand_id: UUID) -> "CampaignPolicy":
        """The brand's policy, or the defaults (not saved)."""
        found: CampaignPolicy | None = cls.objects.filter(brand_id=brand_id).first()
        return found or cls(brand_id=brand_id)

    @property
    def grace(self) -> timedelta:
        """How late a start may be."""
        return timedelta(minutes=self.grace_minutes)


class RolloutState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    LAUNCHING = "launching", _("Launching")
    LAUNCHED = "launched", _("Launched")
    CANCELLED = "cancelled", _("Cancelled")


class AtDeadline(models.TextChoices):
    """What becomes of drafts that nobody has touched by the edit deadline."""

    SUBMIT = "submit", _("Submit them as they are")
    LEAVE_OUT = "leave_out", _("Leave them out")


@tracked()
class Rollout(BrandOwned, Model):
    """A wave: one template version for chosen locations.

    `schedule` is wall-clock time of each store: `{"start": "approval" | "YYYY-MM-DDTHH:MM", "end": ...}`.
    `selection` says in the person's terms how the locations were chosen; `RolloutLocation` rows say which.
    """

    name = models.CharField(_("name"), max_length=160)
    template_version = models.ForeignKey(
        TemplateVersion,
        models.PROTECT,
        related_name="rollouts",
        verbose_name=_("template version"),
    )
    state = models.CharField(_("state"), max_length=10, choices=RolloutState, default=RolloutState.DRAFT)
    values = models.JSONField(_("values"), default=dict, blank=True)
    schedule = models.JSONField(_("dates"), default=approval_schedule)
    selection = models.JSONField(_("choice of locations"), default=dict, blank=True)
    edit_deadline = models.DateTimeField(_("edit deadline"), null=True, blank=True)
    at_deadline = models.CharField(
        _("at the edit deadline"), max_length=10, choices=AtDeadline, default=AtDeadline.LEAVE_OUT
    )
    deadline_done_at = models.DateTimeField(null=True, blank=True, editable=False)
    audience_list = models.ForeignKey(
        "audience.AudienceList",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recipients"),
    )
    holdout = models.DecimalField(
        _("held out"),
        max_digits=4,
        decimal_places=3,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(0.5)],
        help_text=_("Share of the recipients who get nothing, to measure the lift."),
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    launched_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    launched_at = models.DateTimeField(_("launched"), null=True, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    check_job = models.ForeignKey(
        Job, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("check")
    )

    objects: ClassVar = BrandManager.from_queryset(RolloutQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("roll-out")
        verbose_name_plural = _("roll-outs")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["brand", "-created_at"], name="rollout_newest")]
        constraints = [
            models.UniqueConstraint(fields=["id", "brand"], name="rollout_with_brand"),
            models.CheckConstraint(condition=Q(state__in=RolloutState.values), name="rollout_state_known"),
            models.CheckConstraint(condition=Q(holdout__range=(0, 0.5)), name="rollout_holdout_at_most_half"),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.FSM(
                name="rollout_moves",
                field="state",
                transitions=[
                    ("draft", "launching"),
                    ("launching", "launched"),
                    ("launching", "draft"),
                    ("draft", "cancelled"),
                    ("launched", "cancelled"),
                ],
            ),
            pgtrigger.Protect(
                name="launched_is_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["launching", "launched"])
                & (
                    pgtrigger.Q(old__template_version__df=pgtrigger.F("new__template_version"))
                    | pgtrigger.Q(old__values__df=pgtrigger.F("new__values"))
                    | pgtrigger.Q(old__schedule__df=pgtrigger.F("new__schedule"))
                    | pgtrigger.Q(old__audience_list__df=pgtrigger.F("new__audience_list"))
                    | pgtrigger.Q(old__holdout__df=pgtrigger.F("new__holdout"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.state == RolloutState.DRAFT


class RolloutLocation(BrandOwned, models.Model):
    """One location chosen for a roll-out; the rows are the choice, whatever filter made them (Rule L1)."""

    id = models.BigAutoField(primary_key=True)
    rollout = models.ForeignKey(Rollout, models.CASCADE, related_name="chosen")
    location = models.ForeignKey(Location, models.PROTECT, related_name="+")

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("chosen location")
        verbose_name_plural = _("chosen locations")
        constraints = [
            models.UniqueConstraint(fields=["rollout", "location"], name="location_once_in_rollout"),
        ]

    def __str__(self) -> str:
        return f"{self.rollout_id} {self.location_id}"


class WaveUpgrade(BrandOwned, Model):
    """The drafts of a roll-out being moved to another version, in the background: the row is the work (S1).

    `values` stand in for variables of the version that the campaigns have no value for.
    """

    rollout = models.ForeignKey(Rollout, models.PROTECT, related_name="upgrades")
    version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="+")
    values = models.JSONField(default=dict, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    job = models.OneToOneField(Job, models.SET_NULL, null=True, related_name="+")
    last_id = models.UUIDField(null=True, help_text=_("The campaign it has come to, in order of id."))
    upgraded = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("upgrade of a roll-out")
        verbose_name_plural = _("upgrades of roll-outs")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["rollout"], condition=Q(done_at__isnull=True), name="one_upgrade_of_a_rollout"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rollout_id} {self.version_id}"


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
    status_reason = models.CharField(_("why"), max_length=300, blank=True)
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
    person that does not know the newest one is told, and overwrites nothing.
    """

    campaign = models.ForeignKey(LocationCampaign, models.CASCADE, related_name="edits")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    data = models.JSONField(default=dict)
    version = models.PositiveIntegerField()
    seen = models.PositiveIntegerField()
    number = models.PositiveIntegerField(default=1)

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("unsaved edit")
        verbose_name_plural = _("unsaved edits")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "user"], name="one_edit_a_person_and_campaign"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.user_id}"
