"""The short way through the language against the long one: parser, allow-list, sandbox (rule T2)."""

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from jinja2.sandbox import ImmutableSandboxedEnvironment

from storesync.content.language import MAX_DEPTH, MAX_TAGS, TemplateTextError, check_text
from storesync.content.language.checking import _Checker
from storesync.content.language.compiling import bind
from storesync.content.language.everyday import read_everyday, render_everyday
from storesync.content.language.parsing import environment_of, parsed
from storesync.content.variables import refused_character
from tests.content.data import naughty_strings, template_injections
from tests.content.samples import FACTS, VALUES, VARIABLES

GIVEN = {
    **FACTS,
    **VALUES,
    "price": "1234.50",
    "ends_on": "2026-11-27",
    "landing_page": "https://a.example/?x",
}
_SANDBOX = environment_of(ImmutableSandboxedEnvironment)


def agree(source: str) -> bool:
    """Whether the short way took the text; if so, the long way takes it too and renders the same."""
    everyday = read_everyday(source, VARIABLES)
    if everyday is None:
        return False
    checker = _Checker(source, VARIABLES)
    checker.statements(parsed(source).body)
    names = frozenset(checker.used)
    assert everyday.variables == names
    template = _SANDBOX.from_string(source)
    for facts in (
        {},
        GIVEN,
        GIVEN | {"price": "3", "headline": "{{ 7*7 }} <b>", "mood": "loud", "ends_on": "x"},
    ):
        for language in ("en", "de"):
            values, missing = bind(names, VARIABLES, facts, language=language, currency="EUR")
            short = render_everyday(everyday.parts, values)
            noted = dict(missing)
            missing.clear()
            assert template.render(values) == short
            assert missing == noted
    return True


@pytest.mark.parametrize(
    "source",
    [
        "{{ location_name }}",
        "{{location_name}}",
        "{{{ location_name }}"[1:],
        "a {{ headline|default('20 % off')|upper }} b\n",
        '{{ headline | default("x") }}',
        "{{ price|number(1) }} {{ price|money }} {{ discount_percentage|percent }} {{ price }}",
        '{{ ends_on|date("weekday") }}, {{ ends_on|date }}',
        '{{ first_name|default("you") }} {{ unsubscribe_url }} {{ landing_page }}',
        "{{ headline|default(7) }} {{ headline|default(0.50) }}",
        "{% if headline %}a{% endif %}",
        "{%if not headline%}a{%else%}b{%endif%}",
        "{% if price > 3 and price<=20 or mood == 'loud' %}a{% elif mood != 'cosy' %}b{% endif %}",
        "{% if price >= discount_percentage %}{% if not location_city == 'Leeds' %}a{% endif %}x{% endif %}",
        '{% if ends_on < "2026-12-01" %}{{ store_number }}{% endif %}',
        "{% if not price == 1234.5 %}a{% else %}b{% endif %} } %} #} { %",
    ],
)
def test_what_people_write_every_day_takes_the_short_way(source: str) -> None:
    assert agree(source)


@pytest.mark.parametrize(
    "source",
    [
        *("{{- location_name }}", "{{  location_name }}", "{# note #}{{ mood }}", "{{{ location_name }}}"),
        *(
            '{% if mood in ["cosy"] %}{% endif %}',
            "{% if (mood) %}{% endif %}",
            "{{ 'x' }}",
            "{% if true %}{% endif %}",
        ),
        *(
            "{{ true }}",
            "{{ self }}",
            "{{ nobody }}",
            "{{ location_name|safe }}",
            "{{ location_name|money }}",
        ),
        *(
            "{{ first_name }}",
            "{{ first_name|upper }}",
            "{{ first_name|default('') }}",
            "{{ price|number(9) }}",
        ),
        *(
            "{% if first_name %}{% endif %}",
            "{% if mood > 'x' %}{% endif %}",
            "{% if price == 'x' %}{% endif %}",
        ),
        *(
            "{% if mood == 'sad' %}{% endif %}",
            "{% if ends_on == 'soon' %}{% endif %}",
            "{% if mood %}",
            "{% endif %}",
        ),
        *(
            "{% else %}",
            "{% if mood %}{% else %}{% elif mood %}{% endif %}",
            "{% if mood %}{% else %}{% else %}{% endif %}",
        ),
        *(
            "{{ 7*7 }}",
            "{{ price|number(007) }}",
            "{{ headline|default(1e3) }}",
            "{% if price == 1_0 %}{% endif %}",
        ),
        *(
            "{% raw %}{{ mood }}{% endraw %}",
            "{{ headline|default('\\x41') }}",
            "{{ mood",
            "{% if mood",
            "{{ mood }",
        ),
        "{{ mood }}" * (MAX_TAGS + 1),
        "{% if mood %}" * (MAX_DEPTH + 1) + "{% endif %}" * (MAX_DEPTH + 1),
    ],
)
def test_everything_else_takes_the_long_way(source: str) -> None:
    assert read_everyday(source, VARIABLES) is None


_NAMES = (
    "location_name",
    "price",
    "ends_on",
    "mood",
    "headline",
    "first_name",
    "landing_page",
    "discount_percentage",
)
_LITERALS = (
    "'x'",
    '"cosy"',
    "'loud'",
    "3",
    "20.5",
    "0",
    '"2026-11-27"',
    "007",
    "1e3",
    "true",
    "'{'",
    "'\\''",
    "-1",
)
_FILTERS = ("upper", "lower", "title", "default", "date", "money", "number", "percent", "safe", "attr")
_blank = st.sampled_from(["", *[" "] * 9, "  ", "-"])
_name = st.sampled_from(_NAMES + ("self", "true", "not", "zzz"))
_filter = st.builds(
    lambda a, b, name, arg: f"{a}|{b}{name}{arg}",
    _blank,
    _blank,
    st.sampled_from(_FILTERS),
    st.sampled_from(("", "()", *(f"({literal})" for literal in _LITERALS), "('short')", "(2)")),
)
_show = st.builds(
    lambda a, name, chain, b: f"{{{{{a}{name}{''.join(chain)}{b}}}}}",
    _blank,
    _name,
    st.lists(_filter, max_size=3),
    _blank,
)
_SIGNS = ("==", "!=", "<", ">=", ">", "<=")
_compared = st.one_of(
    st.builds(
        lambda n, s, r: f"{n} {s} {r}", _name, st.sampled_from(_SIGNS), st.sampled_from(_LITERALS + _NAMES)
    ),
    st.builds(
        lambda s, r: f"price {s} {r}", st.sampled_from(_SIGNS), st.sampled_from(("3", "20.5", "price"))
    ),
    st.builds(
        lambda s, r: f"ends_on{s}{r}", st.sampled_from(_SIGNS), st.sampled_from(("'2026-11-27'", "ends_on"))
    ),
    st.builds(
        lambda s, r: f"mood {s} {r}",
        st.sampled_from(_SIGNS[:2]),
        st.sampled_from(("'loud'", "headline", "''")),
    ),
    st.sampled_from(("headline", "location_name", "price", "mood")),
)
_condition = st.lists(
    st.tuples(st.sampled_from((" and ", " or ")), st.sampled_from(("", "", "not ")), _compared),
    min_size=1,
    max_size=3,
).map(lambda terms: "".join("".join(term) for term in terms).split(" ", 2)[2])
_words = st.text(alphabet="ab {}%#\n'\"|Ä", max_size=4)
_any = st.recursive(
    _show | _words,
    lambda inner: st.builds(
        lambda condition, one, middle, two: f"{{% if {condition} %}}{one}{middle}{two}{{% endif %}}",
        _condition,
        inner,
        st.sampled_from(("", "{% else %}", "{% elif mood %}", "{%else%}")),
        inner,
    ),
    max_leaves=6,
)


@settings(max_examples=500, deadline=None)
@given(st.lists(_any, max_size=4).map("".join))
def test_both_ways_render_the_same(source: str) -> None:
    """Whatever the short way takes, the parser and the allow-list take too, and the sandbox renders alike."""
    event(f"the short way: {agree(source)}, a condition: {'{% if' in source}")


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.sampled_from([*_NAMES, "{{", "}}", "{%", "%}", " ", "if", "endif", "|", "==", "'x'", "3"]),
        max_size=14,
    ).map("".join)
)
def test_pieces_of_syntax_never_pass_the_short_way_alone(source: str) -> None:
    agree(source)


def test_hostile_strings_never_pass_the_short_way_alone() -> None:
    for string in [*template_injections(), *naughty_strings()]:
        source = string.replace("\r\n", "\n").replace("\r", "\n")
        if refused_character(source) is None:
            try:
                check_text(source, VARIABLES)
            except TemplateTextError:
                assert read_everyday(source, VARIABLES) is None
            else:
                agree(source)
