"""Location: a store."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from storesync.accounts.models import validate_time_zone
from storesync.brands.addresses import street_and_town
from storesync.brands.models.codes import country_code, currency_code
from storesync.brands.models.region import Region
from storesync.brands.querysets import LocationQuerySet
from storesync.brands.rights import RIGHTS
from storesync.core.history import tracked
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned


class LocationStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    OPEN = "open", _("Open")
    TEMPORARILY_CLOSED = "temporarily_closed", _("Temporarily closed")
    CLOSED = "closed", _("Closed")


@tracked(exclude=["search"])
class Location(BrandOwned, Model):
    """A store: its identity is (brand, store number) (Rule L3)."""

    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="locations", verbose_name=_("region")
    )
    store_number = models.CharField(_("store number"), max_length=40)
    name = models.CharField(_("name"), max_length=200)
    street = models.CharField(_("street"), max_length=300, blank=True)
    street_2 = models.CharField(_("second line"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    state = models.CharField(_("state or province"), max_length=80, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, validators=[country_code])
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    language = models.CharField(_("language"), max_length=10, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True, validators=[currency_code])
    phone = PhoneNumberField(_("phone"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    opening_hours = models.CharField(
        _("opening hours"), max_length=400, blank=True, help_text=_("OpenStreetMap syntax: Mo-Fr 09:00-18:00")
    )
    status = models.CharField(_("status"), max_length=20, choices=LocationStatus, default=LocationStatus.OPEN)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    search = models.GeneratedField(
        expression=SearchVector("store_number", "name", "city", "postcode", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects: ClassVar = BrandManager.from_queryset(LocationQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["name"]
        permissions = list(RIGHTS)
        indexes = [
            GinIndex(fields=["search"], name="location_search"),
            models.Index(fields=["brand", "name", "id"], name="location_by_name"),
            models.Index(fields=["brand", "city", "id"], name="location_by_city"),
            models.Index(fields=["brand", "country", "state"], name="location_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["brand", "store_number"], name="store_number_once_in_brand"),
            models.UniqueConstraint(fields=["id", "brand"], name="location_with_brand"),
            models.CheckConstraint(condition=~Q(store_number=""), name="store_number_given"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="coordinates_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def full_address(self) -> str:
        """The postal address on one line as its country writes it; the country itself is said elsewhere."""
        return street_and_town(self)

    @property
    def is_open(self) -> bool:
        """Whether campaigns of this store may run (Rule L2)."""
        return self.status == LocationStatus.OPEN
