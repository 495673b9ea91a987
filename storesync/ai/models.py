"""AI of a brand: its settings, every call of a model, and what the calls of a month have cost."""

from decimal import Decimal
from typing import ClassVar, Final

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from storesync.ai.outcomes import WORDS, Outcome
from storesync.ai.purposes import purpose_words
from storesync.core.history import tracked
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned

CURRENCY: Final = "USD"
"""Prices of models are in dollars; so are costs and ceilings."""


def default_ceiling() -> Decimal:
    """What a brand may spend in a month until somebody says otherwise."""
    return settings.AI_MONTHLY_CEILING


def default_calls() -> int:
    """Calls a minute of a brand until somebody says otherwise."""
    return int(settings.AI_CALLS_PER_MINUTE)


@tracked(exclude=["encrypted_key"])
class AiSettings(BrandOwned, Model):
    """What a brand allows AI to do and to cost, and its own key where it has one.

    The key itself is never shown again, and is in no history; `key_ending` are its last four characters.
    """

    brand = models.OneToOneField("brands.Brand", models.CASCADE, related_name="+")
    enabled = models.BooleanField(_("AI switched on"), default=True)
    monthly_ceiling = models.DecimalField(
        _("ceiling for a month"),
        max_digits=10,
        decimal_places=2,
        default=default_ceiling,
        validators=[MinValueValidator(0), MaxValueValidator(1_000_000)],
        help_text=_("In US dollars. Once it is reached, nothing is asked of the model until next month."),
    )
    calls_per_minute = models.PositiveIntegerField(
        _("calls a minute"),
        default=default_calls,
        validators=[MinValueValidator(1), MaxValueValidator(10_000)],
        help_text=_("At most, over all people and tasks of the brand."),
    )
    encrypted_key = models.TextField(blank=True)
    key_ending = models.CharField(_("key ends with"), max_length=4, blank=True)
    key_set_at = models.DateTimeField(_("key set"), null=True, blank=True)

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("AI settings")
        verbose_name_plural = _("AI settings")

    def __str__(self) -> str:
        return _("AI settings of %(brand)s") % {"brand": self.brand}


class AiMeter(BrandOwned, models.Model):
    """The row on which all workers of a brand queue while they reserve or settle a call.

    `held_until` is how long the model's server asked to be left alone.
    """

    brand = models.OneToOneField("brands.Brand", models.CASCADE, related_name="+", primary_key=True)
    held_until = models.DateTimeField(db_default=Now())

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.brand_id}"


class AiRun(BrandOwned, Model):
    """One call of a model, with up to three tries: what for, by whom, what it cost, how it ended.

    A running one is the reservation of its worst case: `reserved` counts against the ceiling until it is
    settled, or until `lease_until` has passed. `cost` is in US dollars; `cost_assumed` says that it, or part
    of it, is not known: no price of the model, or no word of the server about tokens. `request` and `answer`
    are erased after the brand's retention.
    """

    purpose = models.CharField(_("purpose"), max_length=40)
    prompt = models.CharField(_("prompt"), max_length=60, blank=True)
    prompt_version = models.PositiveIntegerField(_("version of the prompt"), null=True)
    prompt_hash = models.CharField(max_length=64, blank=True)
    model = models.CharField(_("model"), max_length=100)
    route = models.CharField(max_length=20, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, default=Outcome.RUNNING)
    detail = models.CharField(_("said by the server"), max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    tokens_in = models.PositiveIntegerField(_("tokens in"), default=0)
    tokens_out = models.PositiveIntegerField(_("tokens out"), default=0)
    reserved = models.DecimalField(max_digits=14, decimal_places=6)
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=6, default=0)
    cost_assumed = models.BooleanField(_("cost assumed"), default=False)
    seconds = models.FloatField(_("seconds"), default=0)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    subject_kind = models.CharField(_("for"), max_length=60, blank=True)
    subject_id = models.UUIDField(null=True)
    subject_name = models.CharField(_("for"), max_length=200, blank=True)
    canned = models.BooleanField(default=False)
    request = models.JSONField(null=True)
    answer = models.JSONField(null=True)
    erased_at = models.DateTimeField(null=True)
    month = models.DateField()
    lease_until = models.DateTimeField()
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("call of a model")
        verbose_name_plural = _("calls of models")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome=Outcome.RUNNING, ended_at__isnull=True)
                | (~Q(outcome=Outcome.RUNNING) & Q(ended_at__isnull=False)),
                name="ai_run_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "-created_at", "-id"], name="ai_run_newest"),
            models.Index(fields=["brand"], name="ai_run_running", condition=Q(outcome="running")),
            models.Index(fields=["brand", "subject_id", "-created_at"], name="ai_run_of_subject"),
            models.Index(
                fields=["brand", "created_at"], name="ai_run_to_erase", condition=Q(erased_at__isnull=True)
            ),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.ReadOnly(
                name="ai_run_facts_stay",
                fields=["purpose", "prompt", "prompt_version", "prompt_hash", "month"],
            ),
            pgtrigger.Protect(
                name="ai_run_ends_once",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__outcome="running")
                & (
                    pgtrigger.Q(old__outcome__df=pgtrigger.F("new__outcome"))
                    | pgtrigger.Q(old__cost__df=pgtrigger.F("new__cost"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose_words} · {self.model}"

    def get_absolute_url(self) -> str:
        return reverse("ai:run", kwargs={"brand": self.brand.slug, "pk": self.pk})

    @property
    def purpose_words(self) -> str:
        """What the call was for, in words."""
        return purpose_words(self.purpose)

    @property
    def reason(self) -> str:
        """Why there is no answer; "" where there is one."""
        words = WORDS.get(self.outcome)
        return str(words.reason) if words else ""

    @property
    def advice(self) -> str:
        """What to do about it."""
        words = WORDS.get(self.outcome)
        return str(words.advice) if words else ""


class AiSpend(BrandOwned, models.Model):
    """What the calls of one purpose have cost in one month of the brand's calendar, in US dollars.

    `assumed` is the part of `cost` that nobody knows for sure.
    """

    month = models.DateField()
    purpose = models.CharField(max_length=40)
    runs = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    tokens_in = models.PositiveBigIntegerField(default=0)
    tokens_out = models.PositiveBigIntegerField(default=0)
    cost = models.DecimalField(max_digits=16, decimal_places=6, default=0)
    assumed = models.DecimalField(max_digits=16, decimal_places=6, default=0)

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["brand", "month", "purpose"], name="ai_spend_once"),
            models.CheckConstraint(condition=Q(assumed__lte=F("cost")), name="ai_spend_assumed_is_part"),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.purpose}"

    @property
    def purpose_words(self) -> str:
        """The purpose in words."""
        return purpose_words(self.purpose)


class ModelServer(models.Model):
    """What was learnt of a model's server: how long it is spared the Responses API, which it lacks.

    Of no brand: the address is the installation's.
    """

    base_url = models.CharField(max_length=300, primary_key=True)
    chat_until = models.DateTimeField()

    def __str__(self) -> str:
        return self.base_url
