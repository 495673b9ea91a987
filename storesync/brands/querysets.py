"""Named filters over brands, regions, locations and memberships.

What a person may reach is asked in SQL, in one query, over guardian's rows: a right on a brand reaches all of
it, on a region all below it (by `Region.path`), on a location that one (architecture.md).
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import F, Func, Q, Subquery, TextField, Value
from django.db.models.functions import Now
from django.utils import timezone

from storesync.brands.rights import RIGHTS
from storesync.core.scoping import BrandQuerySet

if TYPE_CHECKING:
    from storesync.accounts.models import User
    from storesync.brands.models import (  # noqa: F401 - used in type arguments
        Absence,
        Brand,
        Location,
        Membership,
        Region,
    )


def today_in_zone(path: str) -> Func:
    """Today's date in the IANA zone that the column at `path` holds."""
    return Func(
        models.F(path), Now(), template="timezone(%(expressions)s)::date", output_field=models.DateField()
    )


@lru_cache(maxsize=16)
def active(prefix: str = "") -> Q:
    """A Membership (reached by `prefix`) that gives its rights now: not revoked, not past its last day."""
    return Q(**{f"{prefix}revoked_at__isnull": True}) & (
        Q(**{f"{prefix}ends_on__isnull": True})
        | Q(**{f"{prefix}ends_on__gte": today_in_zone(f"{prefix}brand__time_zone")})
    )


def granted(model_name: str, user: "User | AnonymousUser", right: str) -> models.QuerySet[Any]:
    """guardian's rows of one kind of node that give this person this right now."""
    return _granted_to(model_name, user.pk, right)


def _granted_to(model_name: str, person_id: int | None, right: str, role: str = "") -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = apps.get_model("brands", model_name)._default_manager.filter(
        active("membership__"), user_id=person_id, permission__codename=right
    )
    return (rows.filter(membership__role=role) if role else rows).order_by()


# Written as one: every request asks it, and put together from Django's expressions, making the statement took
# longer than its answer. A test holds it to `granted`.
class _HeldOn(Func):
    """The codenames of the rights that a person holds on a brand itself."""

    output_field = ArrayField(TextField())
    template = """ARRAY(
        SELECT p.codename
        FROM brands_branduserpermission g
        JOIN brands_membership m ON m.id = g.membership_id
        JOIN auth_permission p ON p.id = g.permission_id
        WHERE (g.content_object_id, g.user_id) = (%(expressions)s)
        AND m.revoked_at IS NULL
        AND (m.ends_on IS NULL OR m.ends_on >= timezone(time_zone, statement_timestamp())::date)
    )"""


class BrandsQuerySet(models.QuerySet["Brand"]):
    """Brands as a person may see them."""

    def of(self, user: "User | AnonymousUser") -> Self:
        """The brands a person belongs to by an active Membership; every brand for an Admin."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        memberships = apps.get_model("brands", "Membership")._base_manager.filter(active(), user_id=user.pk)
        return self.filter(pk__in=memberships.values("brand_id"))

    def with_rights(self, user: "User") -> Self:
        """Each with the rights that the person holds on the brand itself, as `held`: an Admin all of them."""
        if user.is_superuser:
            return self.annotate(held=Value([right for right, _words in RIGHTS], ArrayField(TextField())))
        return self.annotate(held=_HeldOn(F("pk"), Value(user.pk)))

    def where(self, user: "User | AnonymousUser", right: str) -> Self:
        """The brands in which a person holds the right on anything at all."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(
            Q(pk__in=granted("BrandUserPermission", user, right).values("content_object_id"))
            | Q(pk__in=granted("RegionUserPermission", user, right).values("membership__brand_id"))
            | Q(pk__in=granted("LocationUserPermission", user, right).values("membership__brand_id"))
        )


class RegionQuerySet(BrandQuerySet["Region"]):
    """Regions as a person may see them."""

    def below(self, region_ids: Any) -> Self:
        """These regions and all below them; `region_ids` is a list or a one-column array subquery."""
        return self.filter(path__overlap=region_ids)

    def visible_to(self, user: "User | AnonymousUser", right: str) -> Self:
        """The regions on which the person holds the right, through the brand or a region above."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(
            Q(brand_id__in=granted("BrandUserPermission", user, right).values("content_object_id"))
            | Q(path__overlap=_region_roots(user.pk, right))
        )


class LocationQuerySet(BrandQuerySet["Location"]):
    """Locations as a person may see them."""

    def visible_to(self, user: "User | AnonymousUser", right: str) -> Self:
        """The locations on which the person holds the right, through brand, region or the location itself."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        return self.held_by(user.pk, right)

    def held_by(self, person_id: int | None, right: str, *, role: str = "") -> Self:
        """The locations on which the Memberships of a person give the right, Admin or not.

        Args:
            role: only by Memberships of this role.
        """
        regions = apps.get_model("brands", "Region").objects.filter(
            path__overlap=_region_roots(person_id, right, role)
        )
        brands = _granted_to("BrandUserPermission", person_id, right, role)
        places = _granted_to("LocationUserPermission", person_id, right, role)
        return self.filter(
            Q(brand_id__in=brands.values("content_object_id"))
            | Q(region_id__in=regions.order_by().values("pk"))
            | Q(pk__in=places.values("content_object_id"))
        )

    def matching(self, text: str) -> Self:
        """Full-text search by the beginnings of words: store number, name, city, postcode."""
        # Quoted, so that PostgreSQL takes a word apart as it did the store's: "15126-157725", "St. John's".
        words = [word.replace("\\", " ").replace("'", "''").replace("\0", "") for word in text.split()]
        query = " & ".join(f"'{word}':*" for word in words if any(c.isalnum() for c in word))
        if not query:
            return self
        return self.filter(search=SearchQuery(query, search_type="raw", config="simple"))

    def open(self) -> Self:
        """Stores whose campaigns may run (Rule L2)."""
        return self.filter(status="open")


class MembershipQuerySet(BrandQuerySet["Membership"]):
    """Memberships by whether they hold."""

    def active(self) -> Self:
        """Those that give their rights now."""
        return self.filter(active())


class AbsenceQuerySet(BrandQuerySet["Absence"]):
    """Absences by when they are, and whom they concern."""

    def on(self, moment: datetime | None = None) -> Self:
        """Those that run at a moment (now unless given), each by the date in its person's own zone."""
        day = Func(
            models.F("person__time_zone"),
            models.Value(moment or timezone.now(), output_field=models.DateTimeField()),
            function="timezone",
            template="%(function)s(%(expressions)s)::date",
            output_field=models.DateField(),
        )
        return self.alias(day=day).filter(first_day__lte=models.F("day"), last_day__gte=models.F("day"))

    def not_over(self) -> Self:
        """Those that run now or are still to come, the next first."""
        day = today_in_zone("person__time_zone")
        return self.filter(last_day__gte=day).order_by("first_day", "pk")

    def of_people(self, people: "Iterable[int]") -> Self:
        """Those of these people, by their ids."""
        return self.filter(person__in=list(people))

    def delegated_to(self, user: "User | AnonymousUser") -> Self:
        """Those in which this person stands in."""
        return self.filter(delegate_id=user.pk)


def _region_roots(person_id: int | None, right: str, role: str = "") -> Subquery:
    """The ids of the regions granted to the person, as one array."""
    rows = _granted_to("RegionUserPermission", person_id, right, role)
    return Subquery(rows.values(found=Func("content_object_id", function="array_agg")).values("found"))
