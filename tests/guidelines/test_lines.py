"""Subject, preheader and headings."""

from typing import Any

import pytest

from storesync.guidelines.checking.lines import EMOJI
from tests.guidelines.making import check, message, places, rule, text


@pytest.mark.parametrize(
    ("given", "subject", "codes"),
    [
        ({"maximum": 20}, "x" * 20, []),
        ({"maximum": 20}, "x" * 21, ["subject-long"]),
        ({"minimum": 5}, "xxxxx", []),
        ({"minimum": 5}, "xxxx", ["subject-short"]),
        ({"maximum": 10}, '{{ first_name|default("you") }}, now', []),
    ],
)
def test_the_length_of_the_subject(given: dict[str, int], subject: str, codes: list[str]) -> None:
    found = check(message(subject=subject), rule("subject_length", **given))
    assert [one.code for one in found] == codes
    assert all((one.block_id, one.field) == ("", "subject") for one in found)


@pytest.mark.parametrize(
    ("given", "preheader", "codes"),
    [
        ({}, "x", []),
        ({}, "", ["preheader-empty"]),
        ({"minimum": 10}, "short", ["preheader-short"]),
        ({"maximum": 10}, "much too long", ["preheader-long"]),
    ],
)
def test_the_preheader(given: dict[str, int], preheader: str, codes: list[str]) -> None:
    found = check(message(preheader=preheader), rule("preheader", **given))
    assert [one.code for one in found] == codes
    assert all((one.block_id, one.field) == ("", "preheader") for one in found)


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("plain – text’s “quotes” 100 %", 0),
        ("☕ and 🎄🎄", 3),
        ("👩‍👩‍👧 family", 1),
        ("🇩🇪 🇬🇧", 2),
        ("👍🏽", 1),
        ("1️⃣ first", 1),
        ("❤️", 1),
        ("© and ™ are letters", 0),
        ("Größe 42, 5 €", 0),
    ],
)
def test_emoji_are_counted_as_people_count_them(written: str, count: int) -> None:
    assert len(EMOJI.findall(written)) == count
    found = check(message(subject=written), rule("subject_emoji", maximum=0))
    assert bool(found) is bool(count)
    assert check(message(subject=written), rule("subject_emoji", maximum=count)) == []


def heading(words: str) -> dict[str, Any]:
    return {"id": "head", "type": "heading", "text": words}


@pytest.mark.parametrize(
    ("subject", "codes"),
    [
        ("SALE TODAY ONLY", ["capitals"]),
        ("Sale today only", []),
        ("NEW: XXL", []),  # too few letters to shout with
        ("ΜΕΓΑΛΗ ΠΡΟΣΦΟΡΑ", ["capitals"]),
        ("本日限りのセール開催中です", []),
        ("Hurry!", []),
        ("Hurry!!", ["exclamations"]),
        ("Hurry! ! !", ["exclamations"]),
        ("¡Ahora!", []),
        ("Jetzt！！", ["exclamations"]),
        ("Yes! It is here!", []),
    ],
)
def test_shouting(subject: str, codes: list[str]) -> None:
    found = check(message(text("x"), subject=subject), rule("shouting"))
    assert [one.code for one in found] == codes


def test_headings_shout_too() -> None:
    found = check(message(heading("SALE TODAY ONLY AT {{ location_name }}!!")), rule("shouting"))
    assert places(found) == [
        ("error", "capitals", "head", "text"),
        ("error", "exclamations", "head", "text"),
    ]
    assert check(message(heading("SALE TODAY")), rule("shouting", capitals=100)) == []
