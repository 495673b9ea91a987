"""Absence: days on which somebody stands in for a person."""

from datetime import date
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from storesync.accounts.models import User
from storesync.brands.querysets import AbsenceQuerySet
from storesync.core.history import tracked
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned


def today_of(person: User) -> date:
    """The date of today where the person lives."""
    return timezone.localdate(timezone=ZoneInfo(person.time_zone))


def _one_number(number: Func | F) -> Func:
    """A range of one number: GiST compares ranges by itself, but numbers only with an extension."""
    return Func(number, number, Value("[]"), function="int8range", output_field=BigIntegerRangeField())


@tracked()
class Absence(BrandOwned, Model):
    """Days on which a person decides nothing in a brand, and who may decide in their place.

    Both days count, in the person's own zone. The delegate decides with their own rights only, and never
    what is their own (Rule A5). Nobody is away twice at once: the database refuses it.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences", verbose_name=_("person")
    )
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("stands in")
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects: ClassVar = BrandManager.from_queryset(AbsenceQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["first_day"]
        indexes = [models.Index(fields=["delegate", "last_day"], name="absence_of_delegate")]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")),
                name="absence_begins_first",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(delegate=F("person")),
                name="absence_delegate_is_another",
                violation_error_message=_("Nobody can stand in for themselves."),
            ),
            ExclusionConstraint(
                name="absence_one_at_a_time",
                expressions=[
                    (
                        _one_number(
                            Func(
                                "brand",
                                Value(0),
                                function="uuid_hash_extended",
                                output_field=models.BigIntegerField(),
                            )
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (_one_number(F("person")), RangeOperators.OVERLAPS),
                    (
                        Func(
                            "first_day",
                            "last_day",
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("Another absence covers some of these days already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.first_day} – {self.last_day}"

    @property
    def state(self) -> str:
        """Where it stands today, in the person's zone: "coming", "running" or "over"."""
        today = today_of(self.person)
        return "coming" if today < self.first_day else "running" if today <= self.last_day else "over"
