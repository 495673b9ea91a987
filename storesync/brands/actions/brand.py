"""Brands: make and change them."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied

from storesync.brands.events import BrandChanged
from storesync.brands.models import Brand
from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_BRAND
from storesync.core.audit import audited
from storesync.core.events import publish
from storesync.core.versions import require_version, set_changed

if TYPE_CHECKING:
    from storesync.accounts.models import User

BRAND_FIELDS: Final = (
    "name",
    "primary_colour",
    "accent_colour",
    "voice",
    "guidelines",
    "sender_name",
    "sender_email",
    "reply_to",
    "postal_address",
    "website",
    "language",
    "country",
    "time_zone",
    "currency",
    "send_rate",
    "retention_days",
    "template_values",
)
"""What people may change of a brand; its address (slug) stays, since links lead there."""


def create_brand(*, name: str, slug: str, actor: "User", values: Mapping[str, Any]) -> Brand:
    """Make a brand.

    Args:
        slug: the brand's part of the address, for good.
        values: fields of BRAND_FIELDS.

    Raises:
        PermissionDenied: only an Admin makes brands.
        ActionRefused: a value is not right, or the address is taken.
    """
    with audited("brand.created", actor=actor):
        if not (actor.is_active and actor.is_superuser):
            raise PermissionDenied
        brand = Brand(slug=slug)
        set_changed(brand, {**values, "name": name}, allowed=BRAND_FIELDS)
        brand.save(force_insert=True)
    return brand


def update_brand(
    *, brand: Brand, actor: "User", values: Mapping[str, Any], version: datetime | None = None
) -> Brand:
    """Change what a brand is: identity, voice, sender, defaults.

    Args:
        values: fields of BRAND_FIELDS; what is left out stays.
        version: the brand's `updated_at` as the person saw it.

    Raises:
        PermissionDenied: the actor does not manage the brand.
        StaleVersion: somebody else changed it in between.
        ActionRefused: a value is not right.
    """
    with audited("brand.updated", actor=actor):
        brand = Brand.objects.select_for_update(of=("self",), no_key=True).get(pk=brand.pk)
        if not can(actor, MANAGE_BRAND, brand):
            raise PermissionDenied
        require_version(brand, version)
        if changed := set_changed(brand, values, allowed=BRAND_FIELDS):
            brand.save(update_fields=changed)
            publish(BrandChanged(brand.pk, frozenset(changed)))
    return brand
