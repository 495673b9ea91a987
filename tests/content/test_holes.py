"""Holes in finished words: what each store fills without anything being compiled or escaped again."""

from unittest import mock

from storesync.content.language import cut_at_holes, in_address, read_hole, values
from storesync.content.language.holes import MAX_HOLES, hole
from storesync.content.rendering import words
from tests.content.samples import FACTS, VALUES, message


def test_words_are_cut_at_their_holes() -> None:
    words = f"{hole(0)}a{hole(7)}{in_address(hole(7))}b"
    before, *rest = cut_at_holes(words)
    assert [before, *rest[1::2]] == ["", "a", "", "b"]
    assert [read_hole(mark) for mark in rest[::2]] == [(0, False), (7, False), (7, True)]
    assert cut_at_holes("%EE%84%80") == ["%EE%84%80"], "people may write that"
    assert in_address("a b/ä") == "a%20b%2F%C3%A4"
    assert len({hole(0), hole(MAX_HOLES - 1), in_address(hole(0)), in_address(hole(MAX_HOLES - 1))}) == 4


def test_a_value_is_formatted_once_however_often_it_is_shown() -> None:
    text = {
        "id": "a",
        "type": "text",
        "text": "**{{ price }}** [{{ price }}](https://x.example/{{ price }}) " * 9,
    }
    compiled = message(subject="{{ price }}", preheader="", blocks=[text])
    compiled.render(FACTS, VALUES | {"price": "4"})
    with mock.patch.object(values, "format_number", wraps=values.format_number) as formatted:
        made = compiled.render(FACTS, VALUES | {"price": "5"})
    assert formatted.call_count == 1
    assert made.html.count("<strong>€5.00</strong>") == 9
    assert made.html.count('href="https://x.example/%E2%82%AC5.00"') == 9


def test_markup_is_read_once_for_all_stores() -> None:
    compiled = message(blocks=[{"id": "a", "type": "text", "text": "**Hello** {{ location_city }}"}])
    compiled.render(FACTS, VALUES)
    with (
        mock.patch.object(words, "markup_to_html") as read,
        mock.patch.object(words, "markup_to_text") as said,
    ):
        made = compiled.render(FACTS | {"location_city": "<Leeds>"}, VALUES)
    assert "<strong>Hello</strong> &lt;Leeds&gt;<" in made.html and "Hello <Leeds>" in made.text
    assert not read.called and not said.called


def test_more_values_than_holes() -> None:
    """What finds no hole is rendered whole."""
    cities = [f'{{{{ location_city|default("{number}") }}}}' for number in range(MAX_HOLES + 10)]
    blocks = [
        {"id": f"b{place}", "type": "text", "text": " ".join(cities[place * 100 : (place + 1) * 100])}
        for place in range(11)
    ]
    made = message(blocks=blocks).render(FACTS | {"location_city": ""}, VALUES)
    assert " ".join(str(number) for number in range(1_000, MAX_HOLES + 10)) in made.text
