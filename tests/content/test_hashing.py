"""The hash of content: one spelling, every part counts (rules A3, A4)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storesync.content.hashing import canonical_json, content_hash, digest

CONTENT: dict[str, Any] = {
    "channel": "email",
    "variant": "",
    "subject": "s",
    "preheader": "p",
    "blocks": [{"id": "a", "type": "divider"}],
    "values": {"x": "1"},
    "facts": {"location_name": "Leeds"},
    "audience": {"list": "l", "count": 1, "digest": "d"},
    "schedule": {"start": "2026-11-27T09:00"},
    "sender": {"name": "n"},
    "rendered_subject": "rs",
    "rendered_preheader": "rp",
    "html": "<p>",
    "text": "t",
}


def test_every_part_counts() -> None:
    hashes = {content_hash(**CONTENT)}
    for name, value in CONTENT.items():
        changed = (
            [*value, value[0]]
            if isinstance(value, list)
            else {**value, "y": "2"}
            if isinstance(value, dict)
            else value + "x"
        )
        hashes.add(content_hash(**(CONTENT | {name: changed})))
    assert len(hashes) == len(CONTENT) + 1
    assert all(len(h) == 64 for h in hashes)


def test_data_may_be_given_as_its_canonical_json() -> None:
    spelled = {
        name: canonical_json(CONTENT[name]) for name in ("blocks", "values", "facts", "audience", "sender")
    }
    assert content_hash(**(CONTENT | spelled)) == content_hash(**CONTENT)


def test_words_cannot_move_between_parts() -> None:
    one = content_hash(**(CONTENT | {"html": "ab", "text": "c"}))
    assert one != content_hash(**(CONTENT | {"html": "a", "text": "bc"}))


def test_order_of_keys_and_unicode_form_do_not_count() -> None:
    """A4: saving without a change keeps the approval."""
    one = content_hash(**(CONTENT | {"values": {"a": "Café", "b": "1"}}))
    assert one == content_hash(**(CONTENT | {"values": {"b": "1", "a": "Cafe\u0301"}}))


def test_rendered_bytes_are_hashed_as_they_are() -> None:
    assert content_hash(**(CONTENT | {"html": "Café"})) != content_hash(**(CONTENT | {"html": "Cafe\u0301"}))


@pytest.mark.parametrize("bad", [1.5, float("nan"), b"x", object(), {1: "x"}, {"a": {2, 3}}])
def test_what_has_no_one_spelling_is_refused(bad: object) -> None:
    with pytest.raises(TypeError):
        canonical_json({"x": bad})


def test_the_spelling() -> None:
    assert canonical_json({"b": [1, True, None], "a": "ü/<"}) == '{"a":"ü/<","b":[1,true,null]}'.encode()
    assert digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(json_like)
def test_canonical_json_is_stable(value: Any) -> None:
    try:
        once = canonical_json(value)
    except UnicodeEncodeError:
        return
    assert canonical_json(value) == once
