"""Contact, Suppression and the immutable lists of recipients.

Addresses, names and merge fields live in Contact and nowhere else (Rule C3): ledgers, history and evidence
hold ids and keyed hashes, so erasing a person is one place.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from storesync.audience.querysets import ContactQuerySet, EntryQuerySet
from storesync.brands.models import Location
from storesync.core.history import tracked
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned


class Consent(models.TextChoices):
    """What a person said about marketing mail. An import never raises it (Rule C3)."""

    UNKNOWN = "unknown", _("Not recorded")
    GIVEN = "given", _("Given")
    WITHDRAWN = "withdrawn", _("Withdrawn")


@tracked(exclude=["address", "mailbox", "address_hash", "first_name", "last_name", "fields"])
class Contact(BrandOwned, Model):
    """A person of a brand by normalised address.

    `brand` is empty for people the company itself writes to (sign-in, invitations): such a row is seen only
    where code says why it must see every brand. An erased contact keeps its id, so that counts stay true, and
    nothing else.
    """

    brand = models.ForeignKey(  # type: ignore[assignment]  # wider than BrandOwned's, on purpose
        "brands.Brand", models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    address = models.CharField(_("address"), max_length=254, blank=True)
    mailbox = models.CharField(_("address as written"), max_length=254, blank=True)
    address_hash = models.CharField(max_length=64, blank=True, editable=False)
    location = models.ForeignKey(
        Location, models.SET_NULL, null=True, blank=True, related_name="contacts", verbose_name=_("location")
    )
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    fields = models.JSONField(_("further fields"), default=dict, blank=True)
    """Merge fields that a template asked for, by the names of its variables: `{"loyalty_tier": "Gold"}`."""
    language = models.CharField(_("language"), max_length=10, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    consent = models.CharField(_("consent"), max_length=10, choices=Consent, default=Consent.UNKNOWN)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    objects: ClassVar = BrandManager.from_queryset(ContactQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "address"],
                condition=Q(erased_at__isnull=True),
                name="address_once_in_brand",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(address="", mailbox="", address_hash="", first_name="", last_name="", fields={}),
                name="erased_contact_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False) | ~Q(address=""), name="contact_has_address"
            ),
        ]

    def __str__(self) -> str:
        return self.address or str(_("erased"))


class SuppressionReason(models.TextChoices):
    """Why an address is not to be mailed. Bounced and unsubscribed stay apart (Rule S9)."""

    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    BOUNCED = "bounced", _("Address does not exist")
    COMPLAINED = "complained", _("Reported as spam")
    ERASED = "erased", _("Erased")
    MANUAL = "manual", _("Added by hand")


@tracked()
class Suppression(BrandOwned, Model):
    """An address not to be mailed, by its keyed hash: by one brand, or (brand empty) by the whole company."""

    brand = models.ForeignKey(  # type: ignore[assignment]  # wider than BrandOwned's, on purpose
        "brands.Brand", models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    address_hash = models.CharField(max_length=64)
    reason = models.CharField(_("reason"), max_length=20, choices=SuppressionReason)

    class Meta(BrandOwned.Meta):
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        constraints = [
            models.UniqueConstraint(
                fields=["address_hash", "brand", "reason"], name="suppressed_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.get_reason_display()


class AudienceList(BrandOwned, Model):
    """Recipients handed in together, for good: a change is another list (Rule A3).

    `digest` is the SHA-256 of its sorted (location, contact) pairs; `queries.audience_of` gives the one of a
    single location.
    """

    name = models.CharField(_("name"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=200)
    count = models.PositiveIntegerField(_("recipients"))
    digest = models.CharField(max_length=64)

    class Meta(BrandOwned.Meta):
        verbose_name = _("list of recipients")
        verbose_name_plural = _("lists of recipients")
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["id", "brand"], name="audience_list_with_brand")]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.Protect(name="list_is_immutable", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.name or self.source


class AudienceEntry(BrandOwned):
    """One person in a list, and the store for which they are in it: once per list (Rule S11)."""

    list = models.ForeignKey(AudienceList, models.PROTECT, related_name="entries", db_index=False)
    location = models.ForeignKey(Location, models.PROTECT, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")

    objects: ClassVar = BrandManager.from_queryset(EntryQuerySet)()

    class Meta(BrandOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["list", "contact"], name="contact_once_in_list"),
        ]
        indexes = [models.Index(fields=["list", "location"], name="audience_of_location")]
        triggers = [
            *BrandOwned.Meta.triggers,
            pgtrigger.Protect(name="entry_is_immutable", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id}"
