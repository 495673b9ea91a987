"""The twelve templates of the demo as mails: for the checks, the browser, and the pictures in docs/."""

import base64
import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from storesync.brands.models import Brand, Location
from storesync.content.facts import location_facts
from storesync.content.language import show_recipient_fields
from storesync.content.rendering import CompiledMessage, RenderedMessage, compile_message
from storesync.content.theme import theme_of
from storesync.content.variables import Variable, variable_set
from storesync.dashboard.demo import FIXTURES, demo_templates

TODAY: Final = date(2026, 11, 20)
MEDIA: Final = FIXTURES / "media"
_HOST: Final = "https://pictures.example/"


@dataclass(frozen=True)
class DemoMail:
    """One template of the demo, compiled."""

    row: dict[str, Any]
    brand: Brand
    message: CompiledMessage

    @property
    def slug(self) -> str:
        return str(self.row["slug"])

    def render(self, store: Location) -> RenderedMessage:
        """For a store, with the fallbacks of the roll-out's values."""
        return self.message.render(location_facts(store, self.brand, self.message.declared_facts), {})

    def stores(self) -> list[Location]:
        """All stores of its brand, and one that lacks whatever a store may lack."""
        with (FIXTURES / f"{self.brand.slug}_locations.csv").open(encoding="utf-8", newline="") as file:
            rows = [{**row, "region": None} for row in csv.DictReader(file)]
        known = {field.name for field in Location._meta.get_fields()} - {"region", "opened_on", "status"}
        stores = [Location(**{k: v for k, v in row.items() if k in known}) for row in rows]
        longest = max(stores, key=lambda store: len(store.name))
        bare = Location(name=longest.name, city=longest.city, store_number="X1", country=longest.country)
        return [*stores, bare]


@cache
def demo_mails() -> tuple[DemoMail, ...]:
    """All of them, with pictures from an address of their own."""
    brands = {
        row["slug"]: Brand(**row)
        for row in json.loads((FIXTURES / "brands.json").read_text(encoding="utf-8"))
    }
    pictures = {path.stem: f"{_HOST}{path.name}" for path in MEDIA.glob("*.png")}
    found = []
    for row in demo_templates(pictures, TODAY):
        brand = brands[row["brand"]]
        message = compile_message(
            subject=row["subject"],
            preheader=row["preheader"],
            blocks=row["blocks"],
            variables=variable_set([Variable(**given) for given in row["variables"]]),
            theme=theme_of(brand, row["campaign_type"]),
        )
        found.append(DemoMail(row, brand, message))
    return tuple(found)


def as_read(html: str) -> str:
    """The HTML as a recipient without a name reads it, with its pictures inside."""
    shown = show_recipient_fields(html)
    for path in MEDIA.glob("*.png"):
        data = base64.b64encode(path.read_bytes()).decode()
        shown = shown.replace(f"{_HOST}{path.name}", f"data:image/png;base64,{data}")
    return shown


def slugs() -> Iterator[str]:
    """Their names, for parameters of tests."""
    return (mail.slug for mail in demo_mails())
