"""The language of template text, and the attacks on it (rules T2, T3; faults 24, 25)."""

import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storesync.content.language import (
    MAX_DEPTH,
    MAX_TAGS,
    CompiledTexts,
    OutputTooLarge,
    TemplateTextError,
    check_text,
    format_number,
    recipient_fields,
    render_text,
    show_recipient_fields,
)
from storesync.content.variables import Variable, variable_set
from tests.content.data import naughty_strings, template_injections
from tests.content.samples import FACTS, VALUES, VARIABLES

GIVEN = {**FACTS, **VALUES, "price": "1234.50", "ends_on": "2026-11-27"}


def rendered(source: str, language: str = "en", **given: str) -> str:
    text, _missing = render_text(source, VARIABLES, GIVEN | given, language=language, currency="EUR")
    return text


# -- what is allowed --


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Come to {{ location_name }}!", "Come to Nordlicht Kö!"),
        ("{{ location_name|upper }} {{ location_city|lower }}", "NORDLICHT KÖ düsseldorf"),
        ('{{ headline|default("Hello") }}', "Hello"),
        ('{{ headline|default("hello")|title }}', "Hello"),
        ('{% if location_city == "Leeds" %}a{% elif location_city == "Düsseldorf" %}b{% endif %}', "b"),
        ('{% if location_city in ["Leeds", "York"] %}a{% else %}c{% endif %}', "c"),
        ("{% if not headline and discount_percentage >= 20 %}a{% endif %}", "a"),
        ("{% if price == 1234.5 or mood == 'loud' %}a{% endif %}", "a"),
        ('{% if ends_on < "2026-12-01" %}a{% endif %}', "a"),
        ('{% if ends_on == "2026-11-27" and ends_on >= "2026-11-27" %}a{% endif %}', "a"),
        ("{% if price > discount_percentage %}a{% endif %}", "a"),
        ("{% if headline > '' %}{% endif %}".replace(" > ''", ""), ""),
        ("{# a note #}x", "x"),
        ("{{ 'literal' }} {{ 7 }}", "literal 7"),
        ("a } b { c % d", "a } b { c % d"),
        ("line\r\nnext\rlast", "line\nnext\nlast"),
    ],
)
def test_allowed_text_is_rendered(source: str, expected: str) -> None:
    assert rendered(source) == expected


@pytest.mark.parametrize(
    ("source", "language", "expected"),
    [
        ("{{ discount_percentage }}", "en", "20%"),
        ("{{ discount_percentage }}", "de", "20\xa0%"),
        ("{{ discount_percentage|number }}", "de", "20"),
        ("{{ price }}", "en", "€1,234.50"),
        ("{{ price }}", "de", "1.234,50\xa0€"),
        ("{{ price|number(1) }}", "de", "1.234,5"),
        ("{{ price|number(0) }}", "en", "1,234"),
        ("{{ discount_percentage|money }}", "en", "€20.00"),
        ("{{ price|percent }}", "en", "1,234.5%"),
        ("{{ ends_on }}", "en", "November 27, 2026"),
        ("{{ ends_on }}", "de", "27. November 2026"),
        ('{{ ends_on|date("weekday") }}', "fr", "vendredi"),
        ('{{ ends_on|date("short") }}', "en", "11/27/26"),
        ("{{ ends_on|date }}", "xx-unknown", "November 27, 2026"),
    ],
)
def test_formats_follow_the_language_of_the_store(source: str, language: str, expected: str) -> None:
    assert rendered(source, language) == expected


def test_money_without_a_known_currency_is_a_plain_number() -> None:
    assert format_number(Decimal("9.5"), "money", "en", "") == "9.5"


# -- what is refused, and where --


@pytest.mark.parametrize(
    ("source", "line", "column", "says"),
    [
        ("{{ locaton_name }}", 1, 4, "Did you mean location_name"),
        ("{{ zzz }}", 1, 4, "no variable zzz"),
        ("one\n  {{ location_name.x }}", 2, 19, "Attributes"),
        ("{{ location_name['x'] }}", 1, 17, "Square brackets"),
        ("{{ location_name() }}", 1, 17, "Calls"),
        ("{{ location_name.format(1) }}", 1, 24, "Calls"),
        ("{{ 7*7 }}", 1, 4, "Calculating"),
        ("{{ 10**10 }}", 1, 4, "Calculating"),
        ("{{ -1 }}", 1, 4, "Calculating"),
        ("{{ location_name ~ 'x' }}", 1, 4, "Joining"),
        ("{{ 'x' if true }}", 1, 4, "An if inside"),
        ("{{ [1, 2] }}", 1, 4, "A list"),
        ("{{ (1, 2) }}", 1, 5, "A list"),
        ("{{ {'a': 1} }}", 1, 4, "Dictionaries"),
        ("{{ location_name == 'x' }}", 1, 4, "not allowed"),
        ("{{ true }}", 1, 4, "Only texts and numbers"),
        ("{{ none }}", 1, 4, "Only texts and numbers"),
        ("{{ location_name|safe }}", 1, 18, "no filter safe"),
        ("{{ location_name|uper }}", 1, 18, "Did you mean upper"),
        ("{{ location_name|default(1+1) }}", 1, 18, "text or a number"),
        ("{{ location_name|default(store_number) }}", 1, 18, "text or a number"),
        ("{{ location_name|default(value='x') }}", 1, 18, "Name no arguments"),
        ("{{ location_name|default(*'x') }}", 1, 18, "Name no arguments"),
        ("{{ location_name|default }}", 1, 18, "default("),
        ("{{ location_name|default(true) }}", 1, 18, "default("),
        ("{{ location_name|upper('x') }}", 1, 18, "no argument"),
        ("{{ location_name|money }}", 1, 18, "numbers only"),
        ("{{ location_name|date }}", 1, 18, "dates only"),
        ("{{ ends_on|date('%Y') }}", 1, 12, "Styles"),
        ("{{ price|number(9) }}", 1, 10, "0 to 4"),
        ("{{ price|money(2) }}", 1, 10, "0 to 4"),
        ("{% for x in location_name %}{% endfor %}", 1, 4, "tag for"),
        ("ok {% set x = 1 %}", 1, 7, "tag set"),
        ("{% include 'x' %}", 1, 4, "tag include"),
        ("{% extends 'x' %}", 1, 4, "tag extends"),
        ("{% macro m() %}{% endmacro %}", 1, 4, "tag macro"),
        ("{% import 'os' as o %}", 1, 4, "tag import"),
        ("{% block b %}{% endblock %}", 1, 4, "tag block"),
        ("{% filter upper %}x{% endfilter %}", 1, 4, "tag filter"),
        ("{% call x() %}{% endcall %}", 1, 4, "tag call"),
        ("{% with a = 1 %}{% endwith %}", 1, 4, "tag with"),
        ("{% debug %}", 1, 4, "tag debug"),
        ("{% raw %}{{ x }}{% endraw %}", 1, 1, "tag raw"),
        ("{% if location_name is defined %}{% endif %}", 1, 21, "Tests"),
        ("{% if location_name.x %}{% endif %}", 1, 20, "Attributes"),
        ("{% if 1 == 1 %}{% endif %}", 1, 7, "Begin the comparison"),
        ("{% if 1 < price < 3 %}{% endif %}", 1, 7, "two things at a time"),
        ("{% if location_name > 'a' %}{% endif %}", 1, 7, "no number and no date"),
        ("{% if location_name == 1 %}{% endif %}", 1, 24, "text in quotes"),
        ("{% if price == 'x' %}{% endif %}", 1, 16, "with a number"),
        ("{% if price == 9999999999999 %}{% endif %}", 1, 16, "with a number"),
        ("{% if ends_on == 'soon' %}{% endif %}", 1, 18, "2026-11-27"),
        ("{% if mood == 'sad' %}{% endif %}", 1, 15, "cosy, loud"),
        ("{% if ends_on == price %}{% endif %}", 1, 18, "same type"),
        ("{% if location_name in 'abc' %}{% endif %}", 1, 24, "a list of literals"),
        ("{% if location_name in [store_number] %}{% endif %}", 1, 25, "not allowed"),
        ("{% if location_name == ['x'] %}{% endif %}", 1, 24, "A list"),
        ("{% if %}{% endif %}", 1, 7, "cannot be read"),
        ("{% if location_name %}", 1, 4, "never closed"),
        ("{% endif %}", 1, 4, "no open if"),
        ("{% if mood %}{% else %}{% else %}{% endif %}", 1, 27, "only endif"),
        ("{% if mood %}{% else %}{% elif mood %}{% endif %}", 1, 27, "only endif"),
        ("x\ny {{ location_name", 2, 3, "never closed"),
        ("{{ }}", 1, 4, "cannot be read"),
        ("{%%}", 1, 1, "empty"),
        ("{{ $x }}", 1, 4, "cannot be read"),
        ("x {# y", 1, 5, "comment"),
        ("{{ 1e999 }}", 1, 4, "plain digits"),
        ("{{ 123456789012345678901 }}", 1, 4, "plain digits"),
        ("{{ 'a\\u0041' }}", 1, 4, "Backslashes"),
        ("{{ first_name }}", 1, 4, "may be missing"),
        ("{{ first_name|upper }}", 1, 15, "belongs to the recipient"),
        ('{{ first_name|default(" ") }}', 1, 15, "must not be empty"),
        ("{% if first_name == 'Ann' %}{% endif %}", 1, 7, "cannot decide"),
        ("{% if not first_name %}{% endif %}", 1, 11, "cannot decide"),
        ("a\x00b", 1, 2, "Control"),
        ("a\nb\ue000first_name\ue001x\ue002", 2, 2, "private-use"),
        ("\U000f0000", 1, 1, "private-use"),
        ("ok \u202e evil", 1, 4, "Control"),
        ("\ud800", 1, 1, "Control"),
        ("", 1, 1, ""),
    ],
)
def test_everything_else_is_refused_with_its_place(source: str, line: int, column: int, says: str) -> None:
    """Rule T2."""
    if not source:
        assert check_text(source, VARIABLES).source == ""
        return
    with pytest.raises(TemplateTextError) as refused:
        check_text(source, VARIABLES)
    assert says in refused.value.message
    assert (refused.value.line, refused.value.column) == (line, column)
    assert str(refused.value).startswith(f"Line {line}, column {column}: ")


def test_single_lines_refuse_line_breaks() -> None:
    with pytest.raises(TemplateTextError, match="Line breaks"):
        check_text("Subject\nBcc: x@y.example", VARIABLES, multiline=False)


@pytest.mark.parametrize(
    "source",
    [
        "x" * 20_001,
        "{{ location_name }}" * (MAX_TAGS + 1),
        "{% if mood %}" * (MAX_DEPTH + 1) + "{% endif %}" * (MAX_DEPTH + 1),
        "{{ " + "(" * 5_000 + "location_name" + ")" * 5_000 + " }}",
        "{% if " + "not " * 5_000 + "mood %}{% endif %}",
        "{% if " + "mood and " * 1_000 + "mood %}{% endif %}",
        "{{ location_name" + "|upper" * 2_000 + " }}",
        "{{ " + "-" * 5_000 + "1 }}",
        "{{ " + "[" * 5_000 + "]" * 5_000 + " }}",
        "{{ 'x' * 64 * 1024 ** 3 }}",
        "{{ 9**9**9**9 }}",
        "{{ '%1000000000d'|format(1) }}",
        "{% for a in range(999999999) %}{% for b in range(999999999) %}x{% endfor %}{% endfor %}",
        "{{ lipsum(1000000) }}",
        "{{ ('x'|center(999999999)) }}",
        "{{ 'x'.__mul__(999999999) }}",
        "{% if location_name in [" + "'x'," * 51 + "] %}{% endif %}",
    ],
    ids=range(17),
)
def test_nothing_can_be_exhausted(source: str) -> None:
    """Fault 25: refused, and quickly; the bound is far above what any of them needs."""
    started = time.process_time()
    with pytest.raises(TemplateTextError):
        check_text(source, VARIABLES)
    assert time.process_time() - started < 5


def test_output_has_a_limit() -> None:
    long = "x" * 2_000
    source = "{{ location_name }}" * 299
    texts = CompiledTexts([check_text(source, VARIABLES)] * 2, VARIABLES)
    with pytest.raises(OutputTooLarge):
        texts.render({"location_name": long}, language="en", currency="EUR")


# -- attacks from the wild --


def test_every_known_injection_is_refused() -> None:
    """Fault 25, on a public collection: nothing passes but a literal, shown as it is."""
    for payload in template_injections():
        try:
            checked = check_text(payload, VARIABLES)
        except TemplateTextError as refused:
            assert refused.line >= 1 and refused.column >= 1 and refused.message
            continue
        shown = rendered(checked.source)
        assert "<script>alert(3)" in shown and payload.startswith("{{ '<script>")


def test_every_naughty_string_is_refused_or_shown_literally() -> None:
    for string in naughty_strings():
        try:
            check_text(string, VARIABLES)
        except TemplateTextError as refused:
            assert refused.message
            continue
        assert rendered(string) == string.replace("\r\n", "\n").replace("\r", "\n")


def test_values_are_never_compiled() -> None:
    """Rule T2: what stands in the data stays literal."""
    for string in ["{{ 7*7 }}", "{% if x %}", "{{ location_name }}", "{#"]:
        assert rendered("{{ headline }}", headline=string) == string


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_refused_or_rendered(text: str) -> None:
    try:
        checked = check_text(text, VARIABLES)
    except TemplateTextError as refused:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert 1 <= refused.line <= len(lines)
        assert 1 <= refused.column <= len(lines[refused.line - 1]) + 1
    else:
        if not checked.has_tags:
            assert rendered(text) == checked.source


_PIECES = st.sampled_from(
    [
        *(
            "{{",
            "}}",
            "{%",
            "%}",
            "{#",
            "#}",
            " if ",
            "elif ",
            "else",
            "endif",
            " and ",
            " in ",
            "not ",
            "==",
        ),
        *(
            " location_name ",
            "first_name",
            "price",
            "|default('x')",
            "|upper",
            "[",
            "]",
            "(",
            ")",
            ".",
            "'x'",
        ),
        *(
            "1",
            "|default('x')",
            "-",
            "~",
            "\n",
            "text",
            "__class__",
            "\\",
            '"',
            ",",
            " is defined",
            " for x in y ",
        ),
    ]
)


@settings(max_examples=600, deadline=None)
@given(st.lists(_PIECES, max_size=25).map("".join))
def test_any_mix_of_syntax_is_refused_or_rendered(text: str) -> None:
    """No traceback but a refusal with a place inside the text, whatever the pieces."""
    try:
        check_text(text, VARIABLES)
    except TemplateTextError as refused:
        lines = text.split("\n")
        assert 1 <= refused.line <= len(lines)
        assert 1 <= refused.column <= len(lines[refused.line - 1]) + 1
    else:
        assert "\ue010" not in rendered(text)


# -- recipients and missing values --


def test_recipient_fields_stay_marks() -> None:
    text = rendered('Hi {{ first_name|default("friend") }} {{ unsubscribe_url }}')
    assert text == "Hi \ue000first_name\ue001friend\ue002 \ue000unsubscribe_url\ue001\ue002"
    assert recipient_fields(text) == {"first_name", "unsubscribe_url"}
    assert show_recipient_fields(text, {"unsubscribe_url": "https://u"}) == "Hi friend https://u"


def test_a_declared_fallback_is_enough() -> None:
    variables = {**VARIABLES, "nick": Variable(name="nick", label="N", source="recipient", fallback="you")}
    assert render_text("{{ nick }}", variables, {})[0] == "\ue000nick\ue001you\ue002"


def test_missing_values_are_named() -> None:
    """Rule T3."""
    text, missing = render_text("Call {{ location_phone }} {{ headline|upper }}", VARIABLES, {})
    assert text == "Call  "
    assert {value.name for value in missing} == {"location_phone", "headline"}


def test_missing_values_are_falsy_and_not_named_when_only_asked_for() -> None:
    source = "{% if headline %}a{% elif price > 3 or headline == 'x' %}b{% elif headline == '' %}c{% endif %}"
    assert render_text(source, VARIABLES, {}) == ("c", ())


def test_fallbacks_stand_in() -> None:
    assert render_text("{{ mood }}", VARIABLES, {}) == ("cosy", ())


def test_a_value_that_does_not_fit_counts_as_missing() -> None:
    _text, missing = render_text("{{ discount_percentage }}", VARIABLES, {"discount_percentage": "99"})
    assert [value.name for value in missing] == ["discount_percentage"]


def test_texts_are_kept_apart() -> None:
    texts = [check_text(t, VARIABLES) for t in ("{{ location_name }}", "fixed", "{{ store_number }}")]
    parts, _missing = CompiledTexts(texts, VARIABLES).render(GIVEN, language="en", currency="")
    assert [part.strip("\ue010\ue011") for part in parts] == ["Nordlicht Kö", "fixed", "0012"]


def test_standard_names_cannot_be_declared_again() -> None:
    with pytest.raises(ValueError, match="already"):
        variable_set([Variable(name="location_name", label="x")])
