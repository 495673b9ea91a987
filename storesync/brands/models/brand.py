"""Brand: the tenant, to which everything else belongs."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from storesync.accounts.models import validate_time_zone
from storesync.brands.models.codes import colour, country_code, currency_code
from storesync.brands.querysets import BrandsQuerySet
from storesync.brands.rights import RIGHTS
from storesync.core.history import tracked
from storesync.core.models import Model

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
