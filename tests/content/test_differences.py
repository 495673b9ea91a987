"""Differences in words."""

from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from storesync.content.blocks import dump_blocks, validate_blocks
from storesync.content.differences import (
    Content,
    differences,
    moment_in_words,
    most_telling,
    value_in_words,
    word_segments,
)
from storesync.content.language import recipient_fallbacks, recipient_mark
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
        channel="email/",
        fallbacks={"first_name": "there"},
        html="<p>Hello</p>",
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
            "Last day: nothing → Tue, 1 Dec 2026",
        ),
        (
            with_block("law", text="While stocks are there."),
            "Legal text: “While stocks last.” → “While stocks are there.”",
        ),
        (with_block("buy", url="https://evil.example/"), "Button: Link changed to https://evil.example/"),
        (with_block("pic", url="https://shop.example/"), "Image: Link added: https://shop.example/"),
        (with_block("buy", label="Order"), "Button: Label: “Reserve” → “Order”"),
        (with_block("offer", ends_on="2026-12-24"), "Offer: Last day: Sun, 6 Dec 2026 → Thu, 24 Dec 2026"),
        (with_block("offer", ends_on=None), "Offer: Last day: Sun, 6 Dec 2026 → nothing"),
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
        (replace(content(), audience={"list": "b", "count": 380, "digest": "y"}), "400 → 380 recipients"),
        (
            replace(content(), audience={"list": "b", "count": 400, "digest": "y"}),
            "Recipients: the same number (400), but not the same people",
        ),
        (
            replace(content(), schedule={"start": "approval", "end": "2026-12-06T20:00"}),
            "Start: 27 Nov 2026, 09:00 → as soon as approved",
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
        (replace(content(), channel="sms/"), "Channel: E-mail → sms"),
        (replace(content(), channel="email/b"), "Channel: E-mail → E-mail, variant b"),
        (
            replace(content(), fallbacks={"first_name": "friend"}),
            "If “First name of the recipient” is not known: “there” → “friend”",
        ),
        (
            replace(content(), html="<p class=red>Hello</p>"),
            "The look has changed: colours or layout of the template, the words are the same.",
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


def test_products_of_the_same_name_do_not_hide_behind_each_other() -> None:
    coat = next(b for b in content().blocks if b["id"] == "list")["products"][0]
    twice = with_block("list", products=[dict(coat), dict(coat)])
    assert words(with_block("list", products=[dict(coat)]), twice) == ["Product list: products changed"]


def test_where_a_link_in_a_text_leads_is_said() -> None:
    def text(words: str) -> Content:
        return with_block("hello", text=words)

    before = text("See [our page](https://a.example/) today")
    assert words(text("See [our page](https://evil.example/) today"), before)[1:] == [
        "Text: link changed to https://evil.example/"
    ]
    assert words(text("See our page today"), before)[1:] == ["Text: link to https://a.example/ removed"]
    assert words(before, text("See our page today"))[1:] == ["Text: link to https://a.example/ added"]


def test_the_most_telling_comes_first() -> None:
    """What binds the company, then what is read, who gets it, when, from whom: not the order of the mail."""
    without_law = [
        block for block in with_block("buy", url="https://evil.example/").blocks if block["id"] != "law"
    ]
    after = replace(
        content(),
        subject="Hello",
        blocks=[without_law[1], without_law[0], *without_law[2:]],
        values={"discount_percentage": "25"},
        audience={"list": "b", "count": 380, "digest": "y"},
        schedule={"start": "approval", "end": "2026-12-06T20:00"},
        sender={"name": "Acme York", "email": "news@acme.example"},
        channel="sms/",
        fallbacks={"first_name": "friend"},
        facts=FACTS | {"location_phone": ""},
    )
    told = [(one.about, one.words) for one in most_telling(differences(content(), after, VARIABLES))]
    assert [about for about, _words in told] == [
        "legal",
        "number",
        "link",
        "line",
        "audience",
        "schedule",
        "sender",
        "channel",
        "fallback",
        "fact",
        "order",
    ]
    assert told[0][1] == "Legal text removed" and told[1][1] == "Discount: 20% → 25%"


def test_a_new_look_is_said_beside_new_recipients_but_not_beside_new_words() -> None:
    fresh = replace(content(), html="<p class=red>Hello</p>")
    others = {"list": "b", "count": 380, "digest": "y"}
    assert len(words(replace(fresh, audience=others))) == 2
    assert len(words(replace(fresh, subject="Hello"))) == 1
    assert len(words(replace(fresh, html=None))) == 0


def test_what_stands_for_an_unknown_recipient_is_read_from_what_was_rendered() -> None:
    mark, other = recipient_mark("first_name", "there"), recipient_mark("first_name", "friend")
    assert recipient_fallbacks(f"Hello {mark}", f"{mark}, {other}") == {"first_name": "there / friend"}


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


def test_segments_stay_readable() -> None:
    """Neighbouring changes are one; texts with nothing in common are not mixed word by word."""
    beside = word_segments("we open at nine on Sunday", "we open from ten on Sunday")
    assert [(s.kind, s.text) for s in beside] == [
        ("same", "we open "),
        ("del", "at nine"),
        ("ins", "from ten"),
        ("same", " on Sunday"),
    ]
    other = word_segments(
        "Ask for us at the till, we kept a few back.", "The kettle is on: bring this to the shop."
    )
    assert [s.kind for s in other] == ["del", "ins"]


@given(st.text(max_size=80), st.text(max_size=80))
def test_segments_lose_nothing(before: str, after: str) -> None:
    segments = word_segments(before, after)
    assert "".join(s.text for s in segments if s.kind != "ins") == before
    assert "".join(s.text for s in segments if s.kind != "del") == after


def test_what_stores_may_do_differs_in_words() -> None:
    def with_rules(**rules: Any) -> Content:
        return with_block("offer", rules=rules)

    before = with_rules(label={"max_length": 40}, ends_on={"maximum": "2026-12-24"})
    after = with_rules(
        label={"max_length": 40, "reason": "One line."},
        ends_on={"minimum": "2026-12-01"},
        layout={"choices": ["figure", "coupon"]},
        value={"locked": True},
    )
    assert words(after, before) == [
        "Offer, Value, open to stores: free → fixed",
        "Offer, Label, open to stores: at most 40 characters → at most 40 characters (One line.)",
        "Offer, Last day, open to stores: up to Thu, 24 Dec 2026 → from Tue, 1 Dec 2026",
        "Offer, Layout, open to stores: fixed → one of: box with a big figure; coupon to cut out",
    ]
    locked, why = with_block("offer", locked=True), with_block("offer", locked=True, lock_reason="Law.")
    assert words(why, locked) == ["Offer, why it is locked: nothing → Law."]
    assert words(with_rules(value={"max_length": 9}), locked) == [
        "Offer unlocked",
        "Offer, Value, open to stores: fixed → at most 9 characters",
    ]
    assert words(with_rules(), locked) == ["Offer unlocked"]
