"""Mails that differ in words, structure and colours: for measuring, and for comparing bytes."""

import random
from typing import Any, Final

from storesync.content.theme import Theme

_WORDS: Final = (  # noqa: SIM905 -- read as words
    "autumn coats boots light wool fresh morning coffee garden table oak linen market harvest apples pears "
    "bread evening lamp warm gift ribbon candle winter snow scarf gloves river walk bakery honest price kind "
    "people corner shelf colour bright quiet window street summer tent lake boat picnic basket lemon basil"
).split()
_PAIRS: Final = (
    ("#0b5d4a", "#d9480f"),
    ("#3552d0", "#0f8a7e"),
    ("#7a1f5c", "#b8860b"),
    ("#ffd200", "#111111"),
)
_KINDS: Final = ("newsletter", "seasonal", "clearance", "loyalty", "event")


class _Writer:
    def __init__(self, number: int) -> None:
        self.number = number
        self.chance = random.Random(number)  # noqa: S311 -- words, not secrets

    def words(self, few: int, many: int) -> str:
        chosen = self.chance.choices(_WORDS, k=self.chance.randint(few, many))
        return f"{' '.join(chosen).capitalize()} {self.number}"

    def paragraph(self) -> str:
        return f"{self.words(10, 20)}. **{self.words(2, 4)}** {self.words(6, 12)}."

    def block(self, kind: str, place: int) -> dict[str, Any]:
        return {"id": f"b{place}", "type": kind, **getattr(self, kind)()}

    def heading(self) -> dict[str, Any]:
        return {"text": f"{self.words(2, 5)} in {{{{ location_city }}}}"}

    def text(self) -> dict[str, Any]:
        more = self.chance.choice(
            (
                f"- {self.words(2, 4)}\n- {self.words(2, 4)}\n- {self.words(2, 4)}",
                f"{{% if discount_percentage >= 20 %}}{self.words(3, 6)}.{{% else %}}{self.words(3, 6)}."
                "{% endif %}",
                f"[{self.words(2, 3)}](https://shop.example/{self.number}?s={{{{ store_number }}}})",
            )
        )
        return {"text": f"{self.paragraph()}\n\n{more}\n\n{self.paragraph()}"}

    def greeting(self) -> dict[str, Any]:
        return {"text": f'Hello {{{{ first_name|default("neighbour") }}}},\n\n{self.paragraph()}'}

    def image(self) -> dict[str, Any]:
        return {"src": f"https://img.example/{self.number}.jpg", "alt": self.words(3, 6), "url": ""}

    def button(self) -> dict[str, Any]:
        address = f"https://shop.example/{self.number}?s={{{{ store_number }}}}"
        return {"label": self.words(1, 2), "url": address}

    def offer(self) -> dict[str, Any]:
        return {
            "value": "{{ discount_percentage }}",
            "unit": "percent",
            "label": self.words(2, 5),
            "conditions": f"{self.words(4, 9)}.",
            "code": f"AUTUMN{self.number}",
            "ends_on": "2026-12-06",
        }

    def product_list(self) -> dict[str, Any]:
        products = [
            {
                "name": self.words(1, 3),
                "note": self.words(2, 4),
                "price": f"{self.chance.randint(5, 300)}.90",
                "image": f"https://img.example/{self.number}-{n}.jpg",
            }
            for n in range(self.chance.choice((2, 4)))
        ]
        return {"products": products}

    def store_details(self) -> dict[str, Any]:
        return {"title": f"{self.words(1, 2)}: {{{{ location_name }}}}"}

    def legal(self) -> dict[str, Any]:
        return {"text": f"{self.words(8, 16)}. {self.words(8, 16)}.", "locked": True}


def mail(number: int) -> dict[str, Any]:
    """The content of one mail of about ten blocks: no text of it stands in another number's mail."""
    writer = _Writer(number)
    middle = ["text", "image", "offer", "button", "product_list", "divider", "heading", "text"]
    writer.chance.shuffle(middle)
    blocks = [writer.block("heading", 0), {"id": "hello", "type": "text", **writer.greeting()}]
    for place, kind in enumerate(middle, start=1):
        more = {} if kind != "divider" else {"id": f"b{place}", "type": "divider"}
        blocks.append(more or writer.block(kind, place))
    blocks += [writer.block("store_details", 98), writer.block("legal", 99)]
    primary, accent = _PAIRS[number % len(_PAIRS)]
    kind = _KINDS[number % len(_KINDS)]
    return {
        "subject": f"{writer.words(2, 4)}: {{{{ discount_percentage }}}} off at {{{{ location_name }}}}",
        "preheader": f"{writer.words(3, 6)} in {{{{ location_city }}}}",
        "blocks": blocks,
        "theme": Theme(primary=primary, accent=accent, campaign_type=kind),  # type: ignore[arg-type]
    }
