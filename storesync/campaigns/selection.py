"""Which locations a person means: a list of store numbers, or everything that matches a filter (Rule L1)."""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from storesync.brands.models import Brand, Location, LocationStatus, Region

FILTERS: Final = ("q", "region", "country", "state", "city")


def clean_filters(given: Mapping[str, str]) -> dict[str, str]:
    """The filters that say something, in their stored form."""
    return {name: value for name in FILTERS if (value := str(given.get(name) or "").strip())}


def locations_matching(brand: Brand, filters: Mapping[str, str]) -> QuerySet[Location]:
    """The brand's locations that match; closed ones never do, planned ones may open in time."""
    found: QuerySet[Location] = Location.objects.filter(brand=brand).exclude(status=LocationStatus.CLOSED)
    chosen = clean_filters(filters)
    if "q" in chosen:
        found = found.matching(chosen["q"])  # type: ignore[attr-defined]
    if "region" in chosen:
        found = found.filter(region__in=_regions(chosen["region"]))
    for name in ("country", "state", "city"):
        if name in chosen:
            found = found.filter(**{name: chosen[name]})
    return found


def _regions(region_id: str) -> QuerySet[Region]:
    try:
        below = [UUID(region_id)]
    except ValueError:
        return Region.objects.none()
    found: QuerySet[Region] = Region.objects.below(below).order_by()
    return found


def numbers_in(text: str) -> list[str]:
    """Store numbers from pasted text: one a line, or separated by commas, semicolons or tabs; each once."""
    words = text.replace(",", "\n").replace(";", "\n").replace("\t", "\n").splitlines()
    return list(dict.fromkeys(word.strip() for word in words if word.strip()))


def chosen_ids(given: Iterable[str]) -> list[UUID]:
    """The ids among posted words; what is none is nobody's."""
    found = []
    for word in given:
        try:
            found.append(UUID(word))
        except ValueError:
            continue
    return found
