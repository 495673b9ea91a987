"""Seat: who sits at the present stage of a submission."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storesync.approvals.models.choices import SeatKind
from storesync.approvals.models.policy import ReviewGroup
from storesync.approvals.models.submission import Submission
from storesync.brands.rights import Role
from storesync.core.history import tracked
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned


@tracked()
class Seat(BrandOwned, Model):
    """Who may decide at the present stage of an open submission: a role, a group, a person, the Admins.

    Written by actions only: when a stage begins, at an escalation (`escalated`), and at a hand-over, which
    seats a person `in_place_of` another, who has it no longer. Whoever sits needs the right at the location
    all the same, at the moment of deciding (Rule A6); an absent person's delegate sits where they do.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="seats")
    stage = models.PositiveSmallIntegerField(_("stage"), default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=SeatKind)
    role = models.CharField(_("role"), max_length=20, choices=Role, blank=True)
    group = models.ForeignKey(
        ReviewGroup, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("group")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    escalated = models.BooleanField(_("escalated"), default=False)
    in_place_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("in place of"),
    )

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["anybody", "admins"], role="", group__isnull=True, person__isnull=True)
                | (Q(kind="role", group__isnull=True, person__isnull=True) & ~Q(role=""))
                | Q(kind="group", role="", group__isnull=False, person__isnull=True)
                | Q(kind="person", role="", group__isnull=True, person__isnull=False),
                name="seat_is_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(in_place_of__isnull=True) | Q(kind="person"), name="seat_in_place_of_by_a_person"
            ),
            models.UniqueConstraint(
                fields=["submission", "kind", "role", "group", "person", "in_place_of"],
                nulls_distinct=False,
                name="seat_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or self.group or self.get_role_display() or self.get_kind_display())
