"""EvidenceSeal: what the chains of a brand had come to by the end of a day."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storesync.approvals.evidence.canonical import seal_hash
from storesync.approvals.models.step import HASH
from storesync.core.history import never_emptied
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned

_CHAIN = f"""
    SELECT s.number, s.hash INTO head FROM approvals_evidenceseal s
    WHERE s.brand_id = NEW.brand_id ORDER BY s.number DESC LIMIT 1;
    NEW.number := COALESCE(head.number, 0) + 1;
    NEW.previous_hash := COALESCE(head.hash, '');
    NEW.hash := {seal_hash("NEW")};
    RETURN NEW;
"""  # noqa: S608 - our own columns


class EvidenceSeal(BrandOwned, Model):
    """One a brand and day: which chains grew since the seal before, and to what. Append-only.

    A chain tells when a step in its middle was changed or taken out, not when its newest were, or when it is
    gone as a whole; that is what the seals tell. `steps` is how many there were so far, `chains` how many
    grew, `heads_hash` the SHA-256 over their heads; seals are a chain themselves, which the database writes.
    """

    number = models.PositiveIntegerField(_("number"), default=0, db_default=0, editable=False)
    day = models.DateField(_("day"))
    steps = models.PositiveBigIntegerField(_("steps so far"))
    chains = models.PositiveIntegerField(_("campaigns with new steps"))
    heads_hash = models.CharField(_("hash of their newest steps"), max_length=64)
    previous_hash = models.CharField(
        _("hash of the seal before"), max_length=64, blank=True, default="", db_default="", editable=False
    )
    hash = models.CharField(_("hash"), max_length=64, default="", db_default="", editable=False)

    objects: ClassVar = BrandManager()

    class Meta(BrandOwned.Meta):
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "number"], name="seal_number_once_of_brand"),
            models.UniqueConstraint(fields=["brand", "day"], name="one_seal_a_day"),
            models.UniqueConstraint(fields=["id", "brand"], name="seal_with_brand"),
            models.CheckConstraint(condition=Q(hash__regex=HASH), name="seal_hash_is_sha256"),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.Trigger(
                name="seal_is_chained",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("head", "RECORD")],
                func=_CHAIN,
            ),
            pgtrigger.Protect(name="seals_never_change", operation=pgtrigger.Update | pgtrigger.Delete),
            never_emptied("seals_stay"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.hash[:12]}"


class SealedHead(BrandOwned):
    """One chain as a seal found it: so long, with this newest hash."""

    seal = models.ForeignKey(EvidenceSeal, models.PROTECT, related_name="heads")
    owner_kind = models.CharField(max_length=20)
    owner_id = models.UUIDField()
    number = models.PositiveIntegerField()
    head = models.CharField(max_length=64)

    class Meta(BrandOwned.Meta):
        verbose_name = _("sealed chain")
        verbose_name_plural = _("sealed chains")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "owner_kind", "owner_id", "number"], name="head_sealed_once"
            ),
        ]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.Protect(name="heads_never_change", operation=pgtrigger.Update | pgtrigger.Delete),
            never_emptied("heads_stay"),
        ]

    def __str__(self) -> str:
        return self.head[:12]
