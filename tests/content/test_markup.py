"""The little markup, and what it never lets through (rule T7, fault 24)."""

import re
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storesync.content import markup
from storesync.content.language import CompiledTexts, TemplateTextError
from storesync.content.markup import (
    ALLOWED_TAGS,
    _sanitised,
    address_of,
    check_address,
    check_markup,
    clean_html,
    markup_to_html,
    markup_to_text,
)
from tests.content.data import naughty_strings
from tests.content.samples import FACTS, VALUES, VARIABLES


def marked(source: str, **given: str) -> str:
    texts = CompiledTexts([check_markup(source, VARIABLES)], VARIABLES)
    (text,), _missing = texts.render({**FACTS, **VALUES, **given}, language="en", currency="EUR")
    return text


def as_html(source: str, **given: str) -> str:
    return markup_to_html(marked(source, **given))


def as_text(source: str, **given: str) -> str:
    return markup_to_text(marked(source, **given))


@pytest.mark.parametrize(
    ("source", "html", "text"),
    [
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>", "one\ntwo\n\nthree"),
        ("**bold** *soft*", "<p><strong>bold</strong> <em>soft</em></p>", "bold soft"),
        ("**a *b* c**", "<p><strong>a <em>b</em> c</strong></p>", "a b c"),
        ("- a\n- b\nc", "<ul><li>a</li><li>b</li></ul><p>c</p>", "- a\n- b\nc"),
        ("2 * 3 * 4 ** 5", "<p>2 * 3 * 4 ** 5</p>", "2 * 3 * 4 ** 5"),
        (
            "[Shop](https://shop.example/a?b=1&c=2)",
            '<p><a href="https://shop.example/a?b=1&amp;c=2">Shop</a></p>',
            "Shop: https://shop.example/a?b=1&c=2",
        ),
        (
            "[us](mailto:a@b.example) [call](tel:+44 1)".replace("+44 1", "+44123"),
            '<p><a href="mailto:a@b.example">us</a> <a href="tel:+44123">call</a></p>',
            "us: a@b.example call: +44123",
        ),
        ("<b>&amp;</b>", "<p>&lt;b&gt;&amp;amp;&lt;/b&gt;</p>", "<b>&amp;</b>"),
        ("[x] (y)", "<p>[x] (y)</p>", "[x] (y)"),
        ("in **{{ location_city }}**", "<p>in <strong>Düsseldorf</strong></p>", "in Düsseldorf"),
        (
            "{% if location_city %}\none\n\ntwo\n{% endif %}three",
            "<p>one</p><p>two<br>three</p>",
            "one\n\ntwo\nthree",
        ),
        (
            "{% if location_city %}**{% endif %}open",
            "<p>**open</p>",
            "**open",
        ),
        (
            "[map]({{ location_map_url }})",
            '<p><a href="https://www.google.com/maps/search/?api=1&amp;query=K%C3%B6">map</a></p>',
            "map: https://www.google.com/maps/search/?api=1&query=K%C3%B6",
        ),
        (
            "[out]({{ unsubscribe_url }})",
            '<p><a href="\ue000unsubscribe_url\ue001\ue002">out</a></p>',
            "out: \ue000unsubscribe_url\ue001\ue002",
        ),
        (
            "[{{ location_city }}](https://shop.example/{{ location_city }})",
            '<p><a href="https://shop.example/D%C3%BCsseldorf">Düsseldorf</a></p>',
            "Düsseldorf: https://shop.example/D%C3%BCsseldorf",
        ),
    ],
)
def test_markup(source: str, html: str, text: str) -> None:
    got = as_html(source)
    assert got.replace("&quot;", '"').replace("&#x27;", "'") == html
    assert as_text(source) == text


def test_values_are_never_markup() -> None:
    evil = "**x** [y](https://evil.example) <b>&\"'"
    assert as_html("{{ headline }}", headline=evil) == (
        "<p>**x** [y](https://evil.example) &lt;b&gt;&amp;&quot;&#x27;</p>"
    )
    assert as_text("{{ headline }}", headline=evil) == evil


def test_values_cannot_leave_their_place_in_a_link() -> None:
    html = as_html("[a](https://shop.example/?q={{ headline }})", headline='"/><script>@evil.example/../&x=1')
    assert html.count("<a ") == 1 and "<script" not in html
    assert "https://shop.example/?q=%22%2F%3E%3Cscript%3E%40evil.example%2F..%2F%26x%3D1" in html


@pytest.mark.parametrize(
    "address",
    [
        "http://shop.example/",
        "//shop.example/",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "https://",
        "https://localhost/",
        "https://user:pw@shop.example/",
        "https://shop.example:99999/",
        "https://127.0.0.1/",
        "https://shop.example\\@evil.example/",
        "https://shöp.example/",
        "{{ location_city }}",
        "{{ location_map_url }}/x",
        "{{ location_city }}://x.example/",
        "https://{{ location_city }}.example/",
        "https://shop.example{{ location_city }}",
        "https://shop.example:{{ store_number }}/",
        "https://shop.example/{{ first_name|default('x') }}",
        "https://shop.example/ x",
        "mailto:nobody",
        "tel:abc",
        "{% if location_city %}javascript:alert(1){% endif %}",
    ],
)
def test_links_lead_where_their_writer_said(address: str) -> None:
    with pytest.raises(TemplateTextError):
        check_address(address, VARIABLES)
    if " " not in address and "(" not in address:
        with pytest.raises(TemplateTextError):
            check_markup(f"text\n[label]({address})", VARIABLES)
    assert "href" not in markup_to_html(f"[label]({address})") or "{{" in address


@pytest.mark.parametrize(
    "address",
    [
        "https://shop.example",
        "https://shop.example:8443/a",
        "https://xn--shp-sna.example/",
        "https://shop.example/{{ store_number }}?c={{ location_city }}",
        "{{ location_map_url }}",
        "{{ landing_page }}",
        "tel:+49 211 123456",
        "mailto:hello@shop.example",
    ],
)
def test_links_that_are_allowed(address: str) -> None:
    assert check_address(address, VARIABLES).source == address


def test_a_refused_link_is_placed() -> None:
    with pytest.raises(TemplateTextError) as refused:
        check_markup("first {{ location_city }}\nsee [this](http://x.example)", VARIABLES)
    assert (refused.value.line, refused.value.column) == (2, 12)


def test_values_in_addresses_are_encoded() -> None:
    text = "https://shop.example/\ue010a b/ü\ue011"
    assert address_of(text) == "https://shop.example/a%20b%2F%C3%BC"


_TAG = re.compile(r"<(/?)([a-z0-9]+)((?:\s[^<>]*)?)>")


def only_allowed(html: str) -> bool:
    """Whether every < begins an allowed tag without attributes, or a link to https, mailto, tel or a mark."""
    for match in re.finditer("<", html):
        tag = _TAG.match(html, match.start())
        if tag is None or tag[2] not in ALLOWED_TAGS:
            return False
        if tag[3] and not re.fullmatch(r' href="(https://|mailto:|tel:|\ue000)[^"<>]*"', tag[3]):
            return False
    return True


def test_naughty_strings_never_become_html() -> None:
    """Fault 24."""
    for string in naughty_strings():
        for html in (
            as_html("{{ headline }}!", headline=string),
            as_html(f"{{{{ headline }}}} {_safe(string)}"),
        ):
            assert only_allowed(html), string


def _safe(string: str) -> str:
    try:
        check_markup(string, VARIABLES)
    except TemplateTextError:
        return ""
    return string


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from("ab *_[]()<>\"'&:/.\n-hts#;") | st.characters(codec="utf-8"), max_size=120
    )
)
def test_whatever_is_written_the_html_is_clean_and_stable(text: str) -> None:
    try:
        check_markup(text, VARIABLES)
    except TemplateTextError:
        return
    html = as_html(text)
    assert only_allowed(html)
    once = clean_html(html)
    assert clean_html(once) == once


_piece = st.sampled_from(
    ["<p>", "</p>", "<ul><li>", "</li></ul>", "<br>", "<em>", "</em>", "<strong>", "</strong>", "</a>"]
    + [
        '<a href="https://shop.example/?a=1&amp;b=\ue0103\ue011">',
        '<a href="https://xn--2.example">',
        "&amp;",
    ]
    + ["<p>a</p>", "<p>It's <strong>a <em>b</em></strong><br>c</p>", "<ul><li>a</li><li>b</li></ul>", "\xa0"]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(_piece | st.text(max_size=3), max_size=8).map("".join))
def test_what_is_seen_to_be_clean_is_what_sanitising_leaves(html: str) -> None:
    """Rule T7: the short way gives exactly what nh3 would."""
    assert _sanitised(html) == clean_html(html)


def test_everyday_markup_takes_the_short_way() -> None:
    text = "It's **new & *soft* things** *x*\nfor \ue0100\ue011\n\n- [a](https://shop.example/?a=1&b=2)\n- b"
    with mock.patch.object(markup, "clean_html") as cleaned:
        html = markup_to_html(text)
    assert not cleaned.called
    assert html == clean_html(html)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=150))
def test_sanitising_is_idempotent(text: str) -> None:
    once = clean_html(f"<p>{text}</p><a href='{text}'>x</a>")
    assert clean_html(once) == once
    assert "<script" not in once.lower() and "<svg" not in once.lower() and "<style" not in once.lower()
