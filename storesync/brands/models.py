"""Brand, Region, Location, Membership: the tenant, its places and its people."""

import re
from datetime import date
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, BigIntegerRangeField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase
from phonenumber_field.modelfields import PhoneNumberField

from storesync.accounts.models import User, validate_time_zone
from storesync.brands.addresses import street_and_town
from storesync.brands.querysets import (
    AbsenceQuerySet,
    BrandsQuerySet,
    LocationQuerySet,
    MembershipQuerySet,
    RegionQuerySet,
)
from storesync.brands.rights import RIGHTS, Role
from storesync.core.history import tracked
from storesync.core.models import Model
from storesync.core.scoping import BrandManager, BrandOwned

colour = RegexValidator(
    r"^#[0-9a-f]{6}$", _("Write the colour as # and six hexadecimal digits in lower case.")
)
country_code = RegexValidator(r"^[A-Z]{2}$", _("Write the country as its two-letter code (ISO 3166-1)."))
currency_code = RegexValidator(r"^[A-Z]{3}$", _("Write the currency as its three-letter code (ISO 4217)."))

VALUE_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
MAX_NAMED_VALUES = 100
MAX_NAMED_VALUE = 500


def named_values(given: object) -> None:
    """A table of one-line values under plain names, as templates can name them."""
    if not isinstance(given, dict) or len(given) > MAX_NAMED_VALUES:
        raise ValidationError(_("At most 100 values, each under a name of its own."))
    for name, value in given.items():
        if not isinstance(name, str) or not VALUE_NAME.fullmatch(name):
            raise ValidationError(
                _("%(name)s is no name; write small letters, digits and _, a letter first."),
                params={"name": name},
            )
        if not isinstance(value, str) or len(value) > MAX_NAMED_VALUE or "\n" in value:
            raise ValidationError(
                _("%(name)s is not one line of at most 500 characters."), params={"name": name}
            )


def retention_default() -> int:
    """Days that approval history stays at hand before it is archived (Rule A12)."""
    return 365


def today_of(person: User) -> date:
    """The date of today where the person lives."""
    return timezone.localdate(timezone=ZoneInfo(person.time_zone))


@tracked()
class Brand(Model):
    """A brand of the company: the tenant. Everything else belongs to one."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address on these pages"), max_length=60, unique=True)
    logo = models.FileField(_("logo"), upload_to="logos/", blank=True)
    primary_colour = models.CharField(
        _("primary colour"), max_length=7, default="#3552d0", validators=[colour]
    )
    accent_colour = models.CharField(_("accent colour"), max_length=7, default="#0f8a7e", validators=[colour])
    voice = models.TextField(
        _("voice"), blank=True, help_text=_("How the brand speaks; read by people and by AI.")
    )
    guidelines = models.TextField(_("guidelines"), blank=True)
    sender_name = models.CharField(_("sender name"), max_length=120, blank=True)
    sender_email = models.EmailField(
        _("sender address"), blank=True, help_text=_("An address on a domain that the brand owns (Rule S8).")
    )
    reply_to = models.EmailField(_("replies go to"), blank=True)
    postal_address = models.TextField(_("postal address"), blank=True)
    website = models.URLField(_("website"), blank=True)
    language = models.CharField(_("default language"), max_length=10, default="en")
    country = models.CharField(_("country"), max_length=2, default="US", validators=[country_code])
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    currency = models.CharField(_("currency"), max_length=3, default="USD", validators=[currency_code])
    send_rate = models.DecimalField(
        _("send rate"),
        max_digits=8,
        decimal_places=2,
        default=5,
        validators=[MinValueValidator(0.1), MaxValueValidator(100_000)],
        help_text=_("Messages a second."),
    )
    retention_days = models.PositiveIntegerField(_("retention in days"), default=retention_default)
    attribute_schema = models.JSONField(_("attributes of its locations"), default=list, blank=True)
    template_values = models.JSONField(
        _("values for mails"), default=dict, blank=True, validators=[named_values]
    )
    """What templates can show of the brand beside its own fields: `{"support_phone": "0800 123"}`."""

    objects = BrandsQuerySet.as_manager()

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ["name"]
        permissions = list(RIGHTS)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse sender addresses that mail servers cannot carry (RFC 5321 knows ASCII alone)."""
        for name in ("sender_email", "reply_to"):
            if not getattr(self, name).isascii():
                raise ValidationError(
                    {name: _("Write this address in plain letters, its domain as servers know it (xn--…).")}
                )

    @property
    def colours(self) -> dict[str, str]:
        """The brand's colours by use, as the shell and the mails take them."""
        return {"primary": self.primary_colour, "accent": self.accent_colour}


@tracked(exclude=["path"])
class Region(BrandOwned, Model):
    """A node of a brand's tree of regions. `path` holds its ancestors' ids and its own, root first."""

    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    path = ArrayField(models.UUIDField(), default=list, editable=False)

    objects: ClassVar = BrandManager.from_queryset(RegionQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["name"]
        permissions = list(RIGHTS)
        indexes = [GinIndex(fields=["path"], name="region_path")]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "parent", "name"], name="region_name_once", nulls_distinct=False
            ),
            models.UniqueConstraint(fields=["id", "brand"], name="region_with_brand"),
            models.CheckConstraint(condition=~Q(parent=models.F("id")), name="region_not_in_itself"),
        ]

    def __str__(self) -> str:
        return self.name


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


@tracked()
class Membership(BrandOwned, Model):
    """What a person is in a brand: a role, its regions and locations (none: the whole brand), until when.

    Saving one through its actions grants the role's rights as guardian's rows on exactly these nodes.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    regions = models.ManyToManyField(
        Region, blank=True, related_name="memberships", verbose_name=_("regions")
    )
    locations = models.ManyToManyField(
        Location, blank=True, related_name="memberships", verbose_name=_("locations")
    )
    power_user = models.BooleanField(
        _("power user"),
        default=False,
        help_text=_("A Brand Manager who may open the brand in the back office."),
    )
    ends_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The last day, in the brand's zone.")
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects: ClassVar = BrandManager.from_queryset(MembershipQuerySet)()

    class Meta(BrandOwned.Meta):
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["user__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "user", "role"],
                condition=Q(revoked_at__isnull=True),
                name="role_once_in_brand",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"

    @property
    def is_active(self) -> bool:
        """Whether it gives its rights now; the last day counts in the brand's zone."""
        today = timezone.localdate(timezone=ZoneInfo(self.brand.time_zone))
        return self.revoked_at is None and (self.ends_on is None or self.ends_on >= today)


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


class NodePermission(UserObjectPermissionBase):
    """A right of one person on one node, and the Membership that gives it.

    guardian's rows with a reason: a right ends with its Membership without any row being touched. Written by
    the actions of Membership, read by `permissions`.
    """

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")

    class Meta:
        abstract = True
        unique_together = [("membership", "permission", "content_object")]


class BrandUserPermission(NodePermission):
    """A right on a whole brand."""

    content_object = models.ForeignKey(Brand, models.CASCADE, related_name="+")

    class Meta(NodePermission.Meta):
        indexes = [models.Index(fields=["user", "permission"], name="brand_right")]


class RegionUserPermission(NodePermission):
    """A right on a region and all below it."""

    content_object = models.ForeignKey(Region, models.CASCADE, related_name="+")

    class Meta(NodePermission.Meta):
        indexes = [models.Index(fields=["user", "permission"], name="region_right")]


class LocationUserPermission(NodePermission):
    """A right on one location."""

    content_object = models.ForeignKey(Location, models.CASCADE, related_name="+")

    class Meta(NodePermission.Meta):
        indexes = [models.Index(fields=["user", "permission"], name="location_right")]
