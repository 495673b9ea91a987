"""The facts of a store that a message may use: exactly these go into a revision and its hash (rule A3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from storesync.brands.addresses import postal_line
from storesync.content.language import regional_tag
from storesync.content.opening_hours import opening_hours_in_words
from storesync.content.variables import Variable, clean_fact

if TYPE_CHECKING:
    from storesync.brands.models import Brand, Location

MAP_ADDRESS: Final = "https://www.google.com/maps/search/"


def location_facts(location: Location, brand: Brand, declared: Iterable[Variable]) -> dict[str, str]:
    """The facts of one store as clean strings, in a stable order; "" where the store has none.

    Args:
        declared: the variables of store and brand that the message shows (`CompiledMessage.declared_facts`):
            their values are facts too, so that what an approval covers is complete (rule A3).

    `location_language` and `currency` are the brand's where the store has none of its own. Whoever adds a
    fact changes what later revisions hash, not what was approved before.
    """
    return _standard_facts(location, brand) | {
        one.name: _plain_value(
            (location.attributes if one.source == "store" else brand.template_values).get(one.found_under)
        )
        for one in declared
    }


def _plain_value(value: Any) -> str:
    """A value of JSON as template values are written: "12.5", not "12.50"; nothing for lists and objects."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return clean_fact(f"{value:g}" if isinstance(value, float) and value.is_integer() else value)


def _standard_facts(location: Location, brand: Brand) -> dict[str, str]:
    language = regional_tag(location.language or brand.language, location.country or brand.country)
    address = clean_fact(postal_line(location, home=brand.country, language=language))
    return {
        "brand_name": clean_fact(brand.name),
        "brand_postal_address": clean_fact(", ".join(brand.postal_address.splitlines())),
        "currency": clean_fact(location.currency or brand.currency),
        "location_address": address,
        "location_city": clean_fact(location.city),
        "location_language": clean_fact(language),
        "location_map_url": _map_url(clean_fact(location.name), address),
        "location_name": clean_fact(location.name),
        "location_opening_hours": clean_fact(opening_hours_in_words(location.opening_hours, language)),
        "location_phone": clean_fact(_phone(location)),
        "store_number": clean_fact(location.store_number),
    }


def _phone(location: Location) -> str:
    """As people of the country dial it with its code; whatever was stored when it is no valid number."""
    phone = location.phone
    if not phone:
        return ""
    return str(getattr(phone, "as_international", "") or phone)


def _map_url(name: str, address: str) -> str:
    # By words: coordinates are missing or wrong more often than addresses.
    if not address:
        return ""
    return f"{MAP_ADDRESS}?api=1&query={quote(f'{name}, {address}', safe='')}"
