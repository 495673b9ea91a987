"""A message with every type of block, a store, and values: what the tests of content share."""

from typing import Any, Final

from storesync.content.rendering import CompiledMessage, compile_message
from storesync.content.theme import Theme
from storesync.content.variables import Variable, variable_set

DECLARED: Final = (
    Variable(name="discount_percentage", label="Discount", type="percent", minimum="5", maximum="50"),
    Variable(name="price", label="Price", type="money", required=False),
    Variable(name="ends_on", label="Last day", type="date", required=False),
    Variable(name="mood", label="Mood", type="choice", choices=("cosy", "loud"), fallback="cosy"),
    Variable(name="headline", label="Headline", required=False),
    Variable(name="landing_page", label="Landing page", type="url", required=False),
)
VARIABLES: Final = variable_set(DECLARED)

FACTS: Final = {
    "brand_name": "Nordlicht",
    "brand_postal_address": "1 High Street, Leeds LS1 1AA, GB",
    "currency": "EUR",
    "location_address": "Königsallee 12, 40212 Düsseldorf, DE",
    "location_city": "Düsseldorf",
    "location_language": "en",
    "location_map_url": "https://www.google.com/maps/search/?api=1&query=K%C3%B6",
    "location_name": "Nordlicht Kö",
    "location_opening_hours": "Mon–Sat 10:00–20:00",
    "location_phone": "+49 211 123456",
    "store_number": "0012",
}
VALUES: Final = {"discount_percentage": "20"}

SUBJECT: Final = "{{ discount_percentage }} off at {{ location_name }}"
PREHEADER: Final = "Only until Sunday in {{ location_city }}"


def blocks() -> list[dict[str, Any]]:
    """One of each type."""
    return [
        {"id": "head", "type": "heading", "text": "Winter starts at {{ location_name }}"},
        {
            "id": "hello",
            "type": "text",
            "text": 'Hello {{ first_name|default("neighbour") }},\n\n'
            "our shelves in **{{ location_city }}** are "
            "full. [See what came in](https://shop.example/{{ store_number }}?c={{ location_city }}).\n\n"
            "{% if discount_percentage >= 20 %}Come *soon*.{% else %}Take your time.{% endif %}",
        },
        {
            "id": "offer",
            "type": "offer",
            "value": "{{ discount_percentage }}",
            "unit": "percent",
            "label": "off every winter coat",
            "conditions": "One coat per customer.",
            "code": "WINTER26",
            "starts_on": "2026-11-27",
            "ends_on": "2026-12-06",
        },
        {
            "id": "buy",
            "type": "button",
            "label": "Reserve",
            "url": "https://shop.example/?s={{ store_number }}",
        },
        {"id": "pic", "type": "image", "src": "https://img.example/a.jpg", "alt": "A coat", "url": ""},
        {
            "id": "list",
            "type": "product_list",
            "products": [
                {"name": "Wool coat", "note": "Navy", "price": "129", "old_price": "169"},
                {"name": "Boots", "price": "89.90", "url": "https://shop.example/boots"},
                {"name": "Blanket", "price": "29", "image": "https://img.example/b.jpg"},
            ],
        },
        {"id": "line", "type": "divider"},
        {"id": "store", "type": "store_details"},
        {"id": "law", "type": "legal", "text": "While stocks last.", "locked": True},
    ]


def message(**changes: Any) -> CompiledMessage:
    """The sample, compiled."""
    content: dict[str, Any] = {
        "subject": SUBJECT,
        "preheader": PREHEADER,
        "blocks": blocks(),
        "variables": VARIABLES,
        "theme": Theme(primary="#0b5d4a", accent="#d9480f", campaign_type="seasonal"),
    }
    return compile_message(**(content | changes))
