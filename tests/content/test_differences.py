"""Differences in words."""

from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from storesync.content.blocks import dump_blocks, validate_blocks
from storesync.content.differences import Content, differences, moment_in_words, value_in_words, word_segments
from tests.content.samples import FACTS, PREHEADER, SUBJECT, VALUES, VARIABLES, blocks


def content() -> Content:
    made, errors = validate_blocks(blocks(), VARIABLES)
    assert not errors
    return Content(
        subject=SUBJECT,
        preheader=PREHEADER,
        blocks=dump_blocks(made),
        values=VALUES,
        audience={"list": "a", "count": 400, "digest": "x"},
        schedule={"start": "2026-11-27T09:00", "end": "2026-12-06T20:00"},
        sender={"name": "Acme", "email": "news@acme.example"},
        facts=FACTS,
    )


def words(after: Content, before: Content | None = None) -> list[str]:
    return [d.words.replace("\u202f", " ") for d in differences(before or content(), after, VARIABLES)]


def with_block(block_id: str, **fields: Any) -> Content:
    made = [block | fields if block["id"] == block_id else block for block in content().blocks]
    return replace(content(), blocks=made)


def test_nothing_differs() -> None:
    assert differences(content(), content(), VARIABLES) == []


@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        (
            replace(content(), subject="Hello"),
            "Subject: “{{ discount_percentage }} off at {{ location_name }}” → “Hello”",
        ),
        (replace(content(), preheader=""), "Preheader removed: Only until Sunday in {{ location_city }}"),
        (
            replace(content(), preheader="", subject=SUBJECT),
            "Preheader removed: Only until Sunday in {{ location_city }}",
        ),
        (replace(content(), values={"discount_percentage": "25"}), "Discount: 20% → 25%"),
        (replace(content(), values={}), "Discount: 20% → nothing"),
        (
            replace(content(), values=VALUES | {"ends_on": "2026-12-01"}),
            "Last day: nothing → December 1, 2026",
        ),
        (
            with_block("law", text="While stocks are there."),
            "Legal text: “While stocks last.” → “While stocks are there.”",
        ),
        (with_block("buy", url="https://evil.example/"), "Button: Link changed to https://evil.example/"),
        (with_block("pic", url="https://shop.example/"), "Image: Link added: https://shop.example/"),
        (with_block("buy", label="Order"), "Button: Label: “Reserve” → “Order”"),
        (with_block("offer", ends_on="2026-12-24"), "Offer: Last day: December 6, 2026 → December 24, 2026"),
        (with_block("offer", ends_on=None), "Offer: Last day: December 6, 2026 → nothing"),
        (with_block("offer", unit="text"), "Offer: Unit: per cent → words"),
        (with_block("head", level=2), "Heading: Level: large → small"),
        (with_block("hello", tone="band"), "Text: Background: none → band in the brand's colour"),
        (with_block("store", show_phone=False), "Store details: Show the phone number: yes → no"),
        (with_block("law", locked=False), "Legal text unlocked"),
        (with_block("line", type="legal", text="x"), "Legal text replaced"),
        (replace(content(), blocks=content().blocks[:-1]), "Legal text removed"),
        (
            replace(
                content(),
                blocks=[
                    *content().blocks,
                    {"id": "n", "type": "button", "label": "Go", "url": "https://a.example"},
                ],
            ),
            "Button “Go” added",
        ),
        (replace(content(), blocks=[*content().blocks[1:], content().blocks[0]]), "Heading moved"),
        (replace(content(), audience={"list": "b", "count": 380, "digest": "y"}), "Recipients: 400 → 380"),
        (
            replace(content(), audience={"list": "b", "count": 400, "digest": "y"}),
            "Recipients: the same number (400), but not the same people",
        ),
        (
            replace(content(), schedule={"start": "approval", "end": "2026-12-06T20:00"}),
            "Start: Nov 27, 2026, 9:00:00 AM → as soon as approved",
        ),
        (
            replace(
                content(), schedule={"start": "2026-11-27T09:00", "end": "2026-12-06T20:00", "grace": 30}
            ),
            "Schedule: nothing → 30",
        ),
        (
            replace(content(), sender={"name": "Acme York", "email": "news@acme.example"}),
            "Sender, name: Acme → Acme York",
        ),
        (
            replace(content(), facts=FACTS | {"location_phone": ""}),
            "Store, Phone of the store: +49 211 123456 → nothing",
        ),
    ],
)
def test_differences_in_words(after: Content, sentence: str) -> None:
    assert words(after) == [sentence]


def test_products() -> None:
    products = [dict(p) for p in next(b for b in content().blocks if b["id"] == "list")["products"]]
    products[0]["price"] = "99"
    changed = [
        *products[:2],
        {"name": "Scarf", "note": "", "price": "9", "old_price": "", "image": "", "url": ""},
    ]
    assert words(with_block("list", products=changed)) == [
        "Product list: Blanket removed",
        "Product list: Wool coat, price: 129 → 99",
        "Product list: Scarf added",
    ]
    turned = list(reversed(next(b for b in content().blocks if b["id"] == "list")["products"]))
    assert words(with_block("list", products=turned)) == ["Product list: order changed"]


def test_long_texts_show_only_what_changed() -> None:
    before = with_block("hello", text="A " * 60 + "ten percent " + "B " * 60)
    after = with_block("hello", text="A " * 60 + "twenty percent " + "B " * 60)
    (sentence,) = words(after, before)
    assert "“…" in sentence and "ten" in sentence and "twenty" in sentence and len(sentence) < 200


def test_a_template_without_audience_is_not_compared_on_it() -> None:
    template = Content(subject=SUBJECT, preheader=PREHEADER, blocks=content().blocks)
    assert differences(template, content(), VARIABLES) == []


def test_values_in_the_language_of_the_reader() -> None:
    with translation.override("de"):
        assert value_in_words(VARIABLES["discount_percentage"], "20") == "20\xa0%"
        assert value_in_words(VARIABLES["price"], "9.5", "EUR") == "9,50\xa0€"
    assert value_in_words(None, "x") == "x"
    assert value_in_words(VARIABLES["discount_percentage"], "many") == "many"
    assert value_in_words(VARIABLES["headline"], "x") == "x"
    assert moment_in_words(None) == "nothing"


def test_segments_say_word_by_word() -> None:
    segments = [(s.kind, s.text) for s in word_segments("10 % off {{ a }}", "20 % off {{ b }}")]
    assert segments == [
        ("del", "10"),
        ("ins", "20"),
        ("same", " % off "),
        ("del", "{{ a }}"),
        ("ins", "{{ b }}"),
    ]


@given(st.text(max_size=80), st.text(max_size=80))
def test_segments_lose_nothing(before: str, after: str) -> None:
    segments = word_segments(before, after)
    assert "".join(s.text for s in segments if s.kind != "ins") == before
    assert "".join(s.text for s in segments if s.kind != "del") == after
