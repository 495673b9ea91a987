"""Property tests: the same content gives the same bytes, whoever compiles it, wherever and in whatever order.

An approval pins those bytes (rule A3), so they must not hang on caches, on the hash seed of a process, or on
which store was rendered first.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storesync.content import markup
from storesync.content.blocks import validate_blocks
from storesync.content.language import values
from storesync.content.rendering import RenderedMessage, compile_message
from storesync.content.rendering.composer import Composer
from storesync.content.rendering.message import forget_compiled
from storesync.content.rendering.store import Filled
from tests.content.mails import mail
from tests.content.samples import FACTS, VALUES, VARIABLES, blocks

STORES: Sequence[Mapping[str, str]] = (
    FACTS,
    FACTS | {"location_language": "de", "location_phone": "", "location_city": ""},
    FACTS | {"location_city": "x y/ä", "landing_page": "https://shop.example/?a=1&b=2", "headline": " A "},
    FACTS | {"location_language": "ar", "location_name": "<b>{{ 7*7 }}</b> %%3%% & “Ä”", "currency": "USD"},
)

_word = st.text(alphabet="abc Äß&<>\"'*[]()-•\n}%", max_size=30).filter(
    lambda t: not any(mark in t for mark in ("{{", "{%", "{#"))
)
_text = st.lists(
    _word
    | st.sampled_from(
        [
            "{{ location_name }}",
            "{{ headline|default('x') }}",
            "{{ price|money }}",
            "{% if price > 3 %}**a**{% else %}b{% endif %}",
            "{% if location_city in ['Leeds'] %}a{% endif %}",
            "[go](https://shop.example/{{ store_number }})",
            "[{{ location_city|upper }}](https://shop.example/?c={{ location_city|default('a b') }})",
            "[there]({{ landing_page }})",
            "{{ first_name|default('you') }}",
        ]
    ),
    min_size=1,
    max_size=4,
).map("".join)
_line = _text.map(lambda text: " ".join(text.split()) or "x")
_block = st.one_of(
    st.builds(lambda t: {"type": "heading", "text": t}, _line),
    st.builds(lambda t: {"type": "text", "text": t or "x"}, _text.filter(str.strip)),
    st.builds(lambda t: {"type": "legal", "text": t or "x"}, _text.filter(str.strip)),
    st.builds(
        lambda t: {"type": "button", "label": t[:60] if "{" not in t else "Go", "url": "https://x.example/"},
        _line,
    ),
    st.builds(
        lambda t, n: {"type": "offer", "unit": "money", "value": str(n), "label": t},
        _line,
        st.integers(1, 999),
    ),
    st.just({"type": "store_details"}),
    st.just({"type": "divider"}),
    st.just(
        {"type": "product_list", "products": [{"name": "Wool coat", "price": "12.90", "old_price": "20"}]}
    ),
)


def valid(content: Sequence[Mapping[str, Any]]) -> bool:
    return not validate_blocks(content, VARIABLES)[1]


_blocks = (
    st.lists(_block, max_size=5)
    .map(lambda given: [{"id": f"b{number}", **block} for number, block in enumerate(given)])
    .filter(valid)
)


def fresh() -> None:
    """Forget everything that was ever compiled, parsed or formatted."""
    forget_compiled()
    for cached in (
        markup._wording_to_html,
        markup._plain_wording,
        values.locale_of,
        values.format_number,
        values.format_day,
    ):
        cached.cache_clear()


def made(
    content: Sequence[Mapping[str, Any]], stores: Sequence[Mapping[str, str]] = STORES
) -> list[RenderedMessage]:
    message = compile_message(
        subject="{{ discount_percentage }} off at {{ location_name }}",
        preheader="{{ headline }}",
        blocks=content,
        variables=VARIABLES,
        theme=mail(1)["theme"],
    )
    return [message.render(store, VALUES | {"price": "4"}) for store in stores]


@settings(max_examples=120, deadline=None)
@given(_blocks)
def test_compiled_html_is_stable(content: list[dict[str, Any]]) -> None:
    """Twice, with every cache emptied between, and the stores in another order."""
    one = made(content)
    fresh()
    assert list(reversed(made(content, list(reversed(STORES))))) == one


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_blocks)
def test_what_stores_share_is_what_each_would_have(content: list[dict[str, Any]]) -> None:
    """Parts that are made once for a language are those that rendering each store anew would give."""

    def alive(self: Composer, part: Any, texts: Sequence[int], *args: Any, **more: Any) -> Filled:
        self.texts.whole.update(filter(self.has_tags, texts))
        return Filled(part, live=True)

    shared = made(content)
    fresh()
    with mock.patch.object(Composer, "settled", alive):
        anew = made(content)
    fresh()
    assert anew == shared


_ELSEWHERE = """
import hashlib, json, sys, django
django.setup()
from tests.content.test_stable import digest_of_all
sys.stdout.write(digest_of_all())
"""


def digest_of_all() -> str:
    """One digest over the sample and ten mails, each for three stores."""
    whole = hashlib.sha256()
    for content in [blocks(), *(mail(number)["blocks"] for number in range(10))]:
        for one in made(content):
            parts = [one.subject, one.preheader, one.html, one.text, sorted(m.name for m in one.missing)]
            whole.update(json.dumps(parts).encode())
    return whole.hexdigest()


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_another_process_gives_the_same_bytes(seed: str) -> None:
    """Sets and dicts of another process have another order; the message does not."""
    environment = os.environ | {
        "PYTHONHASHSEED": seed,
        "DJANGO_SETTINGS_MODULE": "storesync.settings",
        "PYTHONPATH": os.getcwd(),
    }
    elsewhere = subprocess.run(
        [sys.executable, "-c", _ELSEWHERE],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert elsewhere.stdout == digest_of_all(), elsewhere.stderr
