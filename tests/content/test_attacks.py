"""Fault 25: hostile templates of our own writing, through every text field of a message as it is saved.

Refused with line and column, or shown as they are; what passes renders within bounds, from a plain dict.
"""

import time
from typing import Any, Final

import pytest

from storesync.content.language import CompiledTexts, TemplateTextError, check_text, render_text
from storesync.content.language.compiling import MAX_OUTPUT
from storesync.content.rendering import ContentInvalid, compile_message
from storesync.content.theme import Theme
from storesync.content.variables import clean_fact
from tests.content.data import template_injections
from tests.content.samples import FACTS, VALUES, VARIABLES

# Bounds of fault 25, in seconds of this process and in bytes.
RENDERING: Final = 0.05
SIZE: Final = 1_048_576

INJECTIONS: Final = (
    # arithmetic, as scanners try it
    "{{ 7*7 }}",
    "{{ 7*'7' }}",
    "{{ 7**2 }}",
    "{{ 49//7 }}",
    "{{ 10-3 }}",
    "{{ 1+1 }}",
    "{{ 7%4 }}",
    "{{ +1 }}",
    "a{{ -7 }}b",
    "{{ 'a' ~ 'b' }}",
    # attributes and items, plain, by filter, by brackets
    "{{ location_name.__class__ }}",
    "{{ location_name.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''.__class__.__base__.__subclasses__()[40]('/etc/passwd').read() }}",
    "{{ location_name['__class__'] }}",
    "{{ location_name|attr('__class__') }}",
    "{{ location_name|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "{{ ()|attr('__class__')|attr('__base__') }}",
    "{{ [].__class__ }}",
    "{{ {}.__class__ }}",
    "{{ (1).__class__ }}",
    "{{ location_name.upper }}",
    "{{ location_name[0] }}",
    "{{ location_name[::-1] }}",
    "{{ price.amount }}",
    "{{ price.rendering.missing }}",
    "{{ ends_on.day.__reduce_ex__(2) }}",
    "{{ first_name.fallback }}",
    # calls and what frameworks leave lying about
    "{{ self }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ config }}",
    "{{ config.items() }}",
    "{{ request.application.__globals__ }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ url_for.__globals__['current_app'] }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ cycler.__init__.__globals__.os.system('id') }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ range(9) }}",
    "{{ dict(a=1) }}",
    "{{ location_name.format(location_name) }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ location_name.upper() }}",
    "{{ caller() }}",
    "{{ super() }}",
    "{{ loop.index }}",
    "{{ varargs }}{{ kwargs }}",
    "{{ debug }}",
    "{{ settings.SECRET_KEY }}",
    # filters that are not listed
    "{{ location_name|safe }}",
    "{{ location_name|e|safe }}",
    "{{ location_name|list }}",
    "{{ location_name|map('upper') }}",
    "{{ location_name|tojson }}",
    "{{ location_name|pprint }}",
    "{{ location_name|replace('a', 'b') }}",
    "{{ location_name|default(config) }}",
    "{{ location_name|default(self.__class__) }}",
    "{{ location_name|default(*['a']) }}",
    "{{ location_name|upper|attr('__len__') }}",
    # tags
    "{% set x = location_name %}",
    "{% for x in [1] %}{% endfor %}",
    "{% import 'os' as os %}",
    "{% from 'os' import system %}",
    "{% include '/etc/passwd' %}",
    "{% extends location_name %}",
    "{% macro m() %}{% endmacro %}",
    "{% block b %}{% endblock %}",
    "{% call m() %}{% endcall %}",
    "{% filter upper %}a{% endfilter %}",
    "{% with x = 1 %}{% endwith %}",
    "{% do 1 %}",
    "{% autoescape false %}{% endautoescape %}",
    "{% raw %}{{ 7*7 }}{% endraw %}",
    "{% trans %}x{% endtrans %}",
    "{%- set x = 1 -%}",
    "{%+ print(1) %}",
    "{% if location_name.__class__ %}a{% endif %}",
    "{% if location_name() %}a{% endif %}",
    "{% if ''.__class__ == 1 %}a{% endif %}",
    "{% if location_name is callable %}a{% endif %}",
    "{% if 'os' in location_name.__dict__ %}a{% endif %}",
    "{% if first_name == 'root' %}a{% endif %}",
    # inline tricks
    "{{ location_name if config else 1 }}",
    "{{ location_name and config }}",
    "{{ not location_name }}",
    "{{ location_name == 'x' }}",
    "{{ ['a', config] }}",
    "{{ {'a': config}['a'] }}",
    "{{ lambda: 1 }}",
    "{{ `id` }}",
    "{{ location_name; config }}",
    "{{ 'a' 'b'.__class__ }}",
    "{{ '\\u007b\\u007b' }}",
    "{#{{ 7*7 }}",
)

EXHAUSTING: Final = (
    "{{ 9**9**9**9 }}",
    "{{ 10**100000 }}",
    "{{ 'a'*999999999 }}",
    "{{ [1]*999999999 }}",
    "{{ 999999999999999999999999999999 }}",
    "{{ 1e308 }}",
    "{{ location_name|center(999999999) }}",
    "{{ '%0999999999d'|format(1) }}",
    "{{ '{:>999999999}'.format(1) }}",
    "{{ range(10**9)|list }}",
    "{{ lipsum(n=100000) }}",
    "{% for a in range(10**9) %}x{% endfor %}",
    "{% for a in 'x' %}{% for b in 'x' recursive %}{{ loop('x') }}{% endfor %}{% endfor %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% include 'self' %}",
    "{{ " + "(" * 2_000 + "mood" + ")" * 2_000 + " }}",
    "{{ " + "not " * 2_000 + "mood }}",
    "{{ mood" + "|upper" * 1_000 + " }}",
    "{% if " + "mood and " * 800 + "mood %}{% endif %}",
    "{% if mood %}" * 200 + "{% endif %}" * 200,
    "{{ mood }}" * 1_000,
    "{{ 'a" + "{{" * 2_000,
    "{% if price in [" + "1, " * 2_000 + "1] %}{% endif %}",
    "{{" + " " * 9_000 + "}}",
    "{% if mood == '" + "a" * 15_000 + "' %}{% endif %}{{ x }}",
)


def fields(payload: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """A message for each text field, with the payload in it: (its block, what `compile_message` takes)."""

    def within(kind: str, name: str, **more: Any) -> tuple[str, dict[str, Any]]:
        block = {"id": "b", "type": kind, **more, name: payload}
        return "b", {"subject": "x", "preheader": "", "blocks": [block]}

    return {
        "subject": ("", {"subject": payload, "preheader": "", "blocks": []}),
        "preheader": ("", {"subject": "x", "preheader": payload, "blocks": []}),
        "heading": within("heading", "text"),
        "text": within("text", "text"),
        "legal": within("legal", "text"),
        "label": within("button", "label", url="https://x.example/"),
        "url": within("button", "url", label="x"),
        "alt": within("image", "alt", src="https://x.example/a.png"),
        "value": within("offer", "value"),
        "conditions": within("offer", "conditions", value="1"),
        "title": within("store_details", "title"),
    }


@pytest.mark.parametrize("field", sorted(fields("")))
def test_hostile_templates_are_refused_at_save_with_their_place(field: str) -> None:
    assert len(INJECTIONS) >= 60 and len(EXHAUSTING) >= 15
    for payload in (*INJECTIONS, *EXHAUSTING):
        block_id, content = fields(payload)[field]
        with pytest.raises(ContentInvalid) as refused:
            compile_message(**content, variables=VARIABLES, theme=Theme())
        error = refused.value.errors[0]
        assert error.block_id == block_id and error.message, payload
        lines = payload.split("\n")
        assert 1 <= error.line <= len(lines) and 1 <= error.column <= len(lines[error.line - 1]) + 1, payload


def test_refusing_exhausts_nothing() -> None:
    """The bound is far above what any of them needs, and far below what one that got through would take."""
    for payload in (*INJECTIONS, *EXHAUSTING):
        began = time.process_time()
        with pytest.raises(TemplateTextError):
            check_text(payload, VARIABLES)
        assert time.process_time() - began < 5, payload[:60]


LARGEST: Final = (
    "{{ location_name }}" * 300,
    "{% if mood %}" * 5 + "{{ headline|default('x')|upper|lower|title }}" * 250 + "{% endif %}" * 5,
    "{% if price in [" + ", ".join(str(n) for n in range(30)) + "] %}a{% else %}b{% endif %}",
    "{% if mood == 'loud' or price > 3 and not headline %}{{ ends_on|date('full') }}{% endif %}" * 90,
    "x" * 20_000,
    "{{- store_number -}} \n" * 300,
)


@pytest.mark.parametrize("source", LARGEST, ids=range(len(LARGEST)))
def test_what_passes_renders_within_bounds(source: str) -> None:
    """The best of five: what else the machine does is not what is asked."""
    given = FACTS | VALUES | {"headline": "h" * 300, "price": "20", "ends_on": "2026-11-27", "mood": "loud"}
    texts = CompiledTexts([check_text(source, VARIABLES)], VARIABLES)
    took = []
    for _try in range(5):
        began = time.process_time()
        (rendered,), _missing = texts.render(given, language="de", currency="EUR")
        took.append(time.process_time() - began)
    assert min(took) < RENDERING
    assert len(rendered.encode()) <= SIZE == MAX_OUTPUT


def test_data_is_never_a_template() -> None:
    """Rule T2: a store, a roll-out or a recipient called like a template is shown as it is called."""
    for payload in (*INJECTIONS, *EXHAUSTING, *template_injections()):
        fact = clean_fact(payload)
        if not fact:
            continue
        text, _missing = render_text("{{ location_name }}", VARIABLES, {"location_name": fact})
        assert text == fact
