"""Blocks as data: their shape, their errors with places, and what a store may change."""

import json
from typing import Any

import pytest

from storesync.content.blocks import (
    BLOCK_TYPES,
    MAX_BLOCKS,
    block_schema,
    block_type_name,
    dump_blocks,
    field_name,
    validate_blocks,
)
from storesync.content.edits import apply_edits, edited, lock_errors
from tests.content.data import naughty_strings
from tests.content.samples import VARIABLES, blocks


def valid(raw: list[dict[str, Any]]) -> Any:
    made, errors = validate_blocks(raw, VARIABLES)
    assert errors == []
    return made


def test_every_type_is_read_and_dumped_the_same() -> None:
    made = valid(blocks())
    assert {block.type for block in made} == set(BLOCK_TYPES)
    dumped = dump_blocks(made)
    assert dump_blocks(valid(dumped)) == dumped
    assert json.loads(json.dumps(dumped)) == dumped


def test_every_type_and_field_has_a_name_for_people() -> None:
    for kind, model in BLOCK_TYPES.items():
        assert block_type_name(kind) != kind
        for field in model.content_fields():
            assert field_name(field) != field, (kind, field)


def test_the_schema_names_every_type() -> None:
    kinds = {
        model["properties"]["type"]["const"]
        for name, model in block_schema()["$defs"].items()
        if "Block" in name
    }
    assert kinds == set(BLOCK_TYPES)


@pytest.mark.parametrize(
    ("block", "field", "says"),
    [
        ({"id": "a", "type": "heading", "text": ""}, "text", "must not be empty"),
        ({"id": "a", "type": "heading", "text": "x" * 301}, "text", "At most 300"),
        ({"id": "a", "type": "heading", "text": "{{ zzz }}"}, "text", "no variable"),
        ({"id": "a", "type": "heading", "text": "a\nb"}, "text", "Line breaks"),
        ({"id": "a", "type": "heading"}, "text", "missing"),
        ({"id": "a", "type": "heading", "text": "x", "color": "red"}, "color", "no such field"),
        ({"id": "a", "type": "script", "text": "x"}, "", "no such type"),
        ({"id": "a", "text": "x"}, "", "type of the block is missing"),
        ({"id": "A b", "type": "divider"}, "id", "pattern"),
        ({"id": "a", "type": "text", "text": "[x](http://y.example)"}, "text", "https://"),
        ({"id": "a", "type": "image", "src": "http://x.example/a.jpg"}, "src", "https://"),
        ({"id": "a", "type": "image", "src": "https://x.example/{{ store_number }}.jpg"}, "src", "https://"),
        ({"id": "a", "type": "button", "label": "x", "url": "javascript:alert(1)"}, "url", "https://"),
        ({"id": "a", "type": "offer", "value": "twenty", "unit": "percent"}, "", "number such as 20"),
        ({"id": "a", "type": "offer", "value": "{{ location_name }}", "unit": "money"}, "value", "no number"),
        (
            {"id": "a", "type": "offer", "value": "1", "starts_on": "2026-12-02", "ends_on": "2026-12-01"},
            "",
            "ends before",
        ),
        ({"id": "a", "type": "offer", "value": "1", "code": "\ue000"}, "code", "private-use"),
        ({"id": "a", "type": "product_list", "products": []}, "products", ""),
        (
            {"id": "a", "type": "product_list", "products": [{"name": "x", "price": "9,99"}]},
            "products.0.price",
            "9.99",
        ),
        ({"id": "a", "type": "divider", "rules": {"text": {"locked": True}}}, "", "no field text"),
        ("nonsense", "", ""),
        (None, "", ""),
    ],
)
def test_errors_name_block_and_field(block: Any, field: str, says: str) -> None:
    made, errors = validate_blocks([{"id": "ok", "type": "divider"}, block], VARIABLES)
    assert made == ()
    assert errors[0].field == field
    assert says in errors[0].message
    assert errors[0].index == 1
    if isinstance(block, dict):
        assert errors[0].block_id == block["id"]


def test_places_inside_a_text_are_kept() -> None:
    _made, errors = validate_blocks([{"id": "a", "type": "text", "text": "one\ntwo {{ zzz }}"}], VARIABLES)
    assert (errors[0].line, errors[0].column) == (2, 8)


def test_ids_are_unique_and_blocks_are_limited() -> None:
    twice = [{"id": "a", "type": "divider"}] * 2
    assert "same id" in validate_blocks(twice, VARIABLES)[1][0].message
    many = [{"id": f"a{n}", "type": "divider"} for n in range(MAX_BLOCKS + 1)]
    assert "At most" in validate_blocks(many, VARIABLES)[1][0].message


def test_texts_are_tidied() -> None:
    (block,) = valid([{"id": "a", "type": "heading", "text": "  Cafe\u0301 \r\n".replace("\r\n", "")}])
    assert block.text == "Café"


def test_naughty_strings_in_every_field_are_refused_or_kept() -> None:
    """Fault 24: never a traceback."""
    for string in naughty_strings():
        for block in blocks():
            for key, value in block.items():
                if isinstance(value, str):
                    validate_blocks([{**block, key: string}], VARIABLES)


# -- what a store may change --


def template() -> Any:
    raw = blocks()
    raw[0]["rules"] = {"text": {"max_length": 20}}
    raw[2]["rules"] = {
        "value": {"locked": True},
        "label": {"choices": ["off coats", "off boots"]},
        "code": {"minimum": "5", "maximum": "30"},
        "ends_on": {"minimum": "2026-12-01", "maximum": "2026-12-24", "reason": "Paid until then."},
    }
    return valid(raw)


@pytest.mark.parametrize(
    ("block_id", "field", "value", "refusal"),
    [
        ("head", "text", "Short", ""),
        ("head", "text", "x" * 21, "at most 20"),
        ("hello", "text", "Anything", ""),
        ("offer", "value", "50", "locked"),
        ("offer", "label", "off boots", ""),
        ("offer", "label", "off everything", "Choose one of"),
        ("offer", "code", "10", ""),
        ("offer", "code", "4", "At least 5"),
        ("offer", "code", "31", "At most 30"),
        ("offer", "code", "many", "a number"),
        ("offer", "ends_on", "2026-12-05", ""),
        ("offer", "ends_on", "2026-12-24", ""),
        ("offer", "ends_on", "2026-12-25", "24 Dec 2026 at the latest. Paid until then."),
        ("offer", "ends_on", "2026-11-30", "1 Dec 2026 at the earliest."),
        ("offer", "ends_on", None, "Choose a day."),
        ("law", "text", "No law", "locked by the template"),
    ],
)
def test_locks_and_limits(block_id: str, field: str, value: Any, refusal: str) -> None:
    local, errors = apply_edits(template(), {block_id: {field: value}}, VARIABLES)
    if not refusal:
        assert errors == []
        assert [(e.block_id, e.field, e.refusal) for e in edited(local, template())] == [
            (block_id, field, "")
        ]
        return
    assert local == ()
    assert (errors[0].block_id, errors[0].field) == (block_id, field)
    assert refusal in errors[0].message


@pytest.mark.parametrize(
    ("field", "limit"),
    [("ends_on", "5"), ("value", "2026-12-01"), ("value", "much"), ("ends_on", "2026-02-30")],
)
def test_limits_are_of_the_kind_of_their_field(field: str, limit: str) -> None:
    raw = blocks()
    place = next(n for n, one in enumerate(raw) if one["id"] == "offer")
    raw[place]["rules"] = {field: {"minimum": limit}}
    _made, errors = validate_blocks(raw, VARIABLES)
    assert errors and errors[0].block_id == "offer" and "such as" in errors[0].message


def test_unknown_edits_are_never_dropped() -> None:
    for edits in ({"nope": {"text": "x"}}, {"head": {"colour": "x"}}, {"head": {"locked": False}}):
        local, errors = apply_edits(template(), edits, VARIABLES)
        assert local == () and "no such field" in errors[0].message


def test_wrong_edits_are_errors() -> None:
    _local, errors = apply_edits(template(), {"hello": {"text": "{{ zzz }}"}}, VARIABLES)
    assert errors[0].block_id == "hello"


def test_the_untouched_template_has_no_edits() -> None:
    assert edited(template(), template()) == []
    assert lock_errors(template(), template()) == []


def test_blocks_cannot_be_removed_added_moved_or_unlocked() -> None:
    original = template()
    assert "cannot be removed" in lock_errors(original[1:], original)[0].message
    added = (*original, *valid([{"id": "new", "type": "divider"}]))
    assert "cannot be added" in lock_errors(added, original)[0].message
    moved = (original[1], original[0], *original[2:])
    assert "order" in lock_errors(moved, original)[0].message
    raw = dump_blocks(original)
    raw[-1]["locked"] = False
    assert "Locks are set" in lock_errors(valid(raw), original)[0].message
    raw = dump_blocks(original)
    raw[0] = {"id": "head", "type": "divider"}
    assert "cannot be added" in lock_errors(valid(raw), original)[0].message


LOOKS = [(kind, field) for kind, model in BLOCK_TYPES.items() for field in model.appearance]


@pytest.mark.parametrize(("kind", "field"), LOOKS)
def test_every_choice_of_a_look_has_words_and_its_default_first(kind: str, field: str) -> None:
    choices = BLOCK_TYPES[kind].choices(field)
    assert choices[0][0] == BLOCK_TYPES[kind].model_fields[field].default
    assert all(word and word != value for value, word in choices)
    assert len({word for _value, word in choices}) == len(choices)


def test_only_fields_with_a_fixed_set_have_choices() -> None:
    offer = BLOCK_TYPES["offer"]
    assert offer.choices("ends_on") == () == offer.choices("value")
    assert [value for value, _word in offer.choices("unit")] == ["percent", "money", "text"]


def test_a_look_with_its_default_is_not_in_the_data() -> None:
    """What was written before there were looks stays byte for byte what it was."""
    plain = {"id": "a", "type": "text", "text": "x", "locked": False, "rules": {}}
    assert dump_blocks(valid([plain | {"tone": "plain", "align": "auto", "style": "normal"}])) == [plain]
    assert dump_blocks(valid([plain | {"tone": "band"}])) == [plain | {"tone": "band"}]


def test_the_look_is_the_templates_unless_a_rule_opens_it() -> None:
    block = {"id": "a", "type": "text", "text": "x"}
    local, errors = apply_edits(valid([block]), {"a": {"tone": "band"}}, VARIABLES)
    assert local == () and "The look is set by the template" in errors[0].message
    opened = valid([block | {"rules": {"tone": {"choices": ["plain", "soft"]}}}])
    local, errors = apply_edits(opened, {"a": {"tone": "soft"}}, VARIABLES)
    assert errors == [] and dump_blocks(local)[0]["tone"] == "soft"
    assert apply_edits(opened, {"a": {"tone": "band"}}, VARIABLES)[1][0].field == "tone"
