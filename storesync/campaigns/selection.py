"""Which locations a person means: a list of store numbers, or everything that matches a filter (Rule L1)."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.db.models import Func, IntegerField, QuerySet

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


# The longest name, with the longest address for weight, and whatever the store lacks: a missing fact that
# mails show counts as much as thirty letters of a name.
# Written as one function: put together from Django's expressions, making the statement took longer than the
# database takes to answer it, and the live preview asks at every keystroke.
class _Strain(Func):
    output_field = IntegerField()

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **kwargs: Any) -> Any:
        """The sum; a fact that is missing counts once."""
        columns = [compiler.compile(one)[0] for one in self.get_source_expressions()]
        phone, hours, street, name, city = columns
        missing = " + ".join(f"(({column} = '') IS TRUE)::int" for column in (phone, hours, street))
        return f"30 * ({missing}) + length({name}) + (length({street}) + length({city})) / 4", []


_STRAIN: Final = _Strain("phone", "opening_hours", "street", "name", "city")


def worst_location(locations: QuerySet[Location]) -> Location | None:
    """The store on which a message breaks first (Rule T4), of those that are not closed.

    One sort in the database, whatever their number.
    """
    return locations.exclude(status=LocationStatus.CLOSED).order_by(_STRAIN.desc(), "pk").first()


def location_called(locations: QuerySet[Location], text: str) -> Location | None:
    """The store that a person means by "0118 Leeds Arcade", by its number alone, or by some of its words.

    Store numbers may hold spaces, so every beginning of the text is tried as one.
    """
    words = text.split()[:12]
    if not words:
        return None
    numbers = [" ".join(words[:n]) for n in range(1, len(words) + 1)]
    named = list(locations.filter(store_number__in=numbers)[:12])
    exact = [one for one in named if location_label(one) == " ".join(words)]
    if exact or named:
        return (exact or sorted(named, key=lambda one: -len(one.store_number)))[0]
    found: Location | None = locations.matching(text).order_by("name", "pk").first()  # type: ignore[attr-defined]
    return found


def location_label(location: Location) -> str:
    """A store as lists of choices name it, and as `location_called` reads it back."""
    return " ".join(f"{location.store_number} {location.name}".split())
