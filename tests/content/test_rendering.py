"""From blocks to a message: escaped, complete, small, always the same bytes (rules T2, T3, T7, S8)."""

import re
from html.parser import HTMLParser
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storesync.content.blocks import BLOCK_TYPES
from storesync.content.language import recipient_fields
from storesync.content.rendering import (
    GMAIL_CLIPS_AT,
    ContentInvalid,
    RenderedMessage,
    dark_preview,
    light_preview,
    line_errors,
)
from storesync.content.theme import CampaignType, Theme
from tests.content.data import naughty_strings
from tests.content.samples import FACTS, VALUES, VARIABLES, blocks, message


class _Reader(HTMLParser):
    """What a mail program makes of it: tags, links, scripts, and the text that shows."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, list[str]] = {}
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data


def render(
    facts: dict[str, str] | None = None, values: dict[str, str] | None = None, **changes: Any
) -> RenderedMessage:
    return message(**changes).render(FACTS | (facts or {}), VALUES | (values or {}))


def test_a_message_has_everything_in_both_parts() -> None:
    made = render()
    assert made.subject == "20% off at Nordlicht Kö"
    assert made.preheader == "Only until Sunday in Düsseldorf"
    assert made.missing == ()
    shown = _Reader(made.html).text
    for words in (
        "Winter starts at Nordlicht Kö",
        "our shelves in",
        "20%",
        "off every winter coat",
        "One coat per customer.",
        "Code: WINTER26",
        "Nov 27",
        "Wool coat",
        "€129.00",
        "€169.00",
        "Königsallee 12, 40212 Düsseldorf, DE",
        "Mon–Sat",
        "10:00–20:00",
        "+49 211 123456",
        "While stocks last.",
        "You get this e-mail because",
    ):
        assert words in shown, words
        assert words in made.text, words
    assert "Take your time" not in made.html + made.text
    assert "Come <em>soon</em>." in made.html and "Come soon." in made.text
    links = _Reader(made.html).attributes["href"]
    assert "https://shop.example/0012?c=D%C3%BCsseldorf" in links
    assert "https://shop.example/?s=0012" in links
    assert "tel:+49211123456" in links
    assert "https://shop.example/?s=0012" in made.text


def test_the_document_is_a_proper_mail() -> None:
    made = render()
    assert made.html.startswith("<!doctype html>")
    assert '<html lang="en" dir="ltr"' in made.html
    assert '<meta name="color-scheme" content="light dark"' in made.html
    assert "prefers-color-scheme:dark" in made.html
    assert made.size < GMAIL_CLIPS_AT * 0.5
    sheets = re.findall(r"<style[^>]*>(.*?)</style>", made.html, re.S)
    assert all(len(sheet) < 8_192 for sheet in sheets), "Gmail drops longer ones"
    assert not any("max-width:479px" in sheet and "prefers-color" in sheet for sheet in sheets)
    assert "%%" not in made.html
    reader = _Reader(made.html)
    assert "script" not in reader.tags and "form" not in reader.tags
    assert reader.tags.count("h1") == 1
    assert all(address.startswith("https://") for address in reader.attributes["src"])


def test_recipient_fields_are_left_for_the_mail_engine() -> None:
    made = render(subject='For {{ first_name|default("you & me") }}')
    assert made.subject == "For \ue000first_name\ue001you & me\ue002"
    assert "\ue000first_name\ue001neighbour\ue002" in made.html
    assert "\ue000first_name\ue001neighbour\ue002" in made.text
    assert "\ue000first_name\ue001you &amp; me\ue002</title>" in made.html, "escaped for its part"
    assert recipient_fields(made.html) == recipient_fields(made.text) | {"first_name"}
    assert made.html.count('href="\ue000unsubscribe_url\ue001\ue002"') == 1
    assert "Unsubscribe: \ue000unsubscribe_url\ue001\ue002" in made.text
    marks = set("\ue000\ue001\ue002")
    assert {c for c in made.html + made.text + made.subject if "\ue000" <= c <= "\uf8ff"} <= marks


def test_the_same_content_gives_the_same_bytes() -> None:
    one = render()
    assert one == render()
    assert message() is message(), "equal content is compiled once"
    assert render({"location_name": "York"}) != one


def test_german_and_arabic() -> None:
    german = render({"location_language": "de"})
    assert '<html lang="de" dir="ltr"' in german.html
    assert "20\xa0% off at" in german.subject
    assert "27. Nov." in german.text and "129,00\xa0€" in german.text
    arabic = render({"location_language": "ar"})
    assert '<html lang="ar" dir="rtl"' in arabic.html
    assert "direction:rtl" in arabic.html and "text-align:right" in arabic.html


@pytest.mark.parametrize("language", ["", "xx", "../../x", '"><b>', "english"])
def test_a_language_nobody_knows_is_english(language: str) -> None:
    made = render({"location_language": language})
    assert '<html lang="en" dir="ltr"' in made.html and "Unsubscribe" in made.text


def test_facts_win_over_values_of_the_same_name() -> None:
    assert "Evil" not in render(values={"location_name": "Evil"}).html


def test_missing_values_are_named() -> None:
    """Rule T3."""
    made = message().render({k: v for k, v in FACTS.items() if k != "location_city"}, {})
    assert {value.name for value in made.missing} == {"location_city", "discount_percentage"}


def test_the_footer_needs_an_address() -> None:
    """Rule S8: the store's, else the brand's, else it is missing."""
    assert "1 High Street" in render({"location_address": ""}).text
    nowhere = render({"location_address": "", "brand_postal_address": ""})
    assert [value.name for value in nowhere.missing] == ["location_address"]


def test_facts_that_a_store_lacks_leave_no_gap() -> None:
    made = render({"location_phone": "", "location_opening_hours": "", "location_map_url": ""})
    for words in ("Phone", "Opening hours", "Show on the map"):
        assert words not in made.html and words not in made.text


@pytest.mark.parametrize(
    "offer",
    [
        ({"value": "15", "unit": "percent"}, "15%"),
        ({"value": "9.90", "unit": "money"}, "€9.90"),
        ({"value": "{{ price }}", "unit": "money"}, "€7.50"),
        ({"value": "2 for 1", "unit": "text"}, "2 for 1"),
        ({"value": "{{ discount_percentage }}", "unit": "money"}, "€20.00"),
    ],
)
def test_figures_of_offers(offer: tuple[dict[str, Any], str]) -> None:
    given, figure = offer
    made = render(values={"price": "7.50"}, blocks=[{"id": "o", "type": "offer", **given}])
    assert f">{figure}<" in made.html
    assert f"* {figure} *" in made.text


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"starts_on": "2026-11-27"}, "From November 27, 2026"),
        ({"ends_on": "2026-12-06"}, "Until December 6, 2026"),
        ({"starts_on": "2026-11-27", "ends_on": "2026-12-06"}, "Nov 27 – Dec 6, 2026"),
    ],
)
def test_days_of_offers(days: dict[str, str], words: str) -> None:
    made = render(blocks=[{"id": "o", "type": "offer", "value": "x", **days}])
    assert words.replace(" – ", "\u2009–\u2009") in made.text or words in made.text


def test_a_linked_image() -> None:
    image = {
        "id": "i",
        "type": "image",
        "src": "https://i.example/a.jpg",
        "alt": 'A "coat"',
        "url": "https://s.example/",
    }
    made = render(blocks=[image])
    assert 'alt="A &quot;coat&quot;"' in made.html
    assert 'A "coat": https://s.example/' in made.text


def test_errors_name_their_places() -> None:
    with pytest.raises(ContentInvalid) as invalid:
        message(
            subject="{{ zzz }}", preheader="{{", blocks=[{"id": "a", "type": "heading", "text": "{{ yyy }}"}]
        )
    assert [(e.block_id, e.field) for e in invalid.value.errors] == [
        ("", "subject"),
        ("", "preheader"),
        ("a", "text"),
    ]
    assert "subject" in str(invalid.value)
    assert line_errors("  ", "", VARIABLES)[0].field == "subject"
    assert line_errors("x" * 201, "", VARIABLES)[0].field == "subject"


# -- attacks --


EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</td></table><svg onload=alert(1)>",
    "%%0%%",
    "</mj-text><mj-include path='/etc/passwd'/>",
    "&lt;b&gt;",
    "]]><!--",
    "{{ 7*7 }}",
    "javascript:alert(1)",
    "\\ue000unsubscribe_url",
]


def _skeleton(html: str) -> list[str]:
    return _Reader(html).tags


@pytest.mark.parametrize("evil", EVIL)
def test_facts_and_values_cannot_break_out(evil: str) -> None:
    """Fault 24: whatever a store is called, the structure of the mail stays."""
    unread = {"location_opening_hours": "by appointment"}  # no rows of a table, just as the evil ones
    plain = _skeleton(render(unread, {"headline": "x"}, blocks=_everywhere()).html)
    made = render(
        {name: evil for name in FACTS if name not in _TYPED}, {"headline": evil}, blocks=_everywhere()
    )
    assert _skeleton(made.html) == plain
    assert evil in made.text
    handlers = [name for name in _Reader(made.html).attributes if name.startswith("on")]
    assert handlers == []


_TYPED = ("location_language", "location_map_url", "currency")


def _everywhere() -> list[dict[str, Any]]:
    made = blocks()
    made[1]["text"] += "\n\n{{ headline }} [{{ headline }}](https://shop.example/{{ headline }})"
    return made


@pytest.mark.parametrize("evil", [e for e in EVIL if "{{" not in e])
def test_template_text_cannot_break_out(evil: str) -> None:
    def with_text(words: str) -> list[dict[str, Any]]:
        made = blocks()
        made[0]["text"] = made[2]["label"] = made[3]["label"] = made[4]["alt"] = words
        made[1]["text"] = made[8]["text"] = words
        made[5]["products"] = [{"name": words, "note": words, "price": "1"}]
        return made

    evil = evil[:60]
    made = render(subject=evil, preheader=evil, blocks=with_text(evil))
    assert _skeleton(made.html) == _skeleton(render(subject="x", preheader="x", blocks=with_text("x")).html)
    assert made.subject == evil


def test_naughty_strings_keep_the_structure() -> None:
    plain = _skeleton(render(values={"headline": "x"}, blocks=_everywhere()).html)
    compiled = message(blocks=_everywhere())
    for string in naughty_strings():
        one_line = "".join(c for c in string if c.isprintable())
        if not one_line.strip():
            continue
        made = compiled.render(FACTS | {"location_name": one_line}, VALUES | {"headline": one_line})
        assert _skeleton(made.html) == plain, string


@settings(max_examples=100, deadline=None)
@given(
    st.text(
        alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=80
    )
)
def test_any_name_is_shown_as_it_is(name: str) -> None:
    made = message().render(FACTS | {"location_name": name}, VALUES)
    assert name in made.text
    assert made == message().render(FACTS | {"location_name": name}, VALUES), "stable"
    if name.strip() == name and "\xa0" not in name:
        assert name in _Reader(made.html).text


# -- theme --


@pytest.mark.parametrize(
    "kind", ["seasonal", "clearance", "grand_opening", "loyalty", "event", "new_product"]
)
def test_themes_differ_by_campaign_type_and_compile(kind: Any) -> None:
    theme = Theme(primary="#0b5d4a", accent="#d9480f", campaign_type=kind)
    made = message(theme=theme).render(FACTS, VALUES)
    assert theme.band in made.html


def test_the_dark_preview_holds_the_dark_rules_for_every_device() -> None:
    """Only the rules change place: what is sent asks the reader's device."""
    made = render()
    dark = dark_preview(made.html)
    assert "prefers-color-scheme" in made.html and "prefers-color-scheme" not in dark
    assert _skeleton(dark) == _skeleton(made.html)
    assert dark_preview(dark) == dark


def test_the_light_preview_holds_none_of_them_on_any_device() -> None:
    """A frame may take the look of the device for the page's: the switch beside it says what is shown."""
    made = render()
    light = light_preview(made.html)
    assert "prefers-color-scheme" not in light and "@media not all{" in light
    assert "color-scheme:light dark" not in light and _skeleton(light) == _skeleton(made.html)


# -- looks --


def look(*given: dict[str, Any], **more: Any) -> str:
    numbered = [{"id": f"b{place}", **block} for place, block in enumerate(given)]
    return render(blocks=numbered, **more).html


HEAD: dict[str, Any] = {"type": "heading", "text": "Hello", "kicker": "New in {{ location_city }}"}
PICTURE: dict[str, Any] = {"type": "image", "src": "https://img.example/a.jpg", "alt": "A coat"}
WORDS: dict[str, Any] = {"type": "text", "text": "Some words."}
PRESS: dict[str, Any] = {"type": "button", "label": "Go", "url": "https://shop.example/"}


def test_the_opening_holds_picture_heading_and_what_is_on_the_band() -> None:
    theme = Theme(primary="#0b5d4a", accent="#d9480f", campaign_type="loyalty")
    made = look(
        PICTURE | {"width": "full"},
        HEAD,
        WORDS | {"tone": "band"},
        PRESS | {"tone": "band"},
        WORDS,
        theme=theme,
    )
    opening = made[: made.index('aria-hidden="true"')]
    assert opening.index("a.jpg") < opening.index("New in Düsseldorf") < opening.index("<h1")
    assert "Some words." in opening and ">Go</a>" in opening
    assert theme.band_button in opening and 'width="600"' in opening
    assert "Some words." in made[made.index('aria-hidden="true"') :]


def test_neighbours_on_one_background_share_a_section() -> None:
    theme = Theme(primary="#0b5d4a", accent="#d9480f", campaign_type="newsletter")
    apart = look(WORDS, WORDS | {"tone": "soft"}, WORDS | {"tone": "band"}, theme=theme)
    assert apart.count('class="tint pad"') == 1
    joined = look(*[WORDS | {"tone": "soft"}] * 3, theme=theme)
    assert joined.count('class="tint pad"') == 1
    assert joined.count(theme.soft) == look(WORDS | {"tone": "soft"}, theme=theme).count(theme.soft)


def test_words_stand_beside_a_picture_and_change_sides_with_the_language() -> None:
    beside = (PICTURE | {"width": "end"}, HEAD | {"level": 2}, WORDS, PRESS | {"style": "outline"})
    made = look(WORDS, *beside)
    assert "mj-column-per-46" in made and "direction:rtl" in made
    assert "mj-column-per-46" not in look(WORDS, PICTURE | {"width": "end"}, {"type": "divider"})
    arabic = render(
        {"location_language": "ar"},
        blocks=[{"id": "w", **WORDS}, {"id": "p", **beside[0]}, {"id": "h", **HEAD}],
    )
    assert "direction:ltr" in arabic.html and "direction:rtl" in arabic.html
    assert "@" not in re.sub(r"@media|@import|[\w.]+@\w", "", made)


@pytest.mark.parametrize("layout", ["figure", "coupon", "banner"])
@pytest.mark.parametrize("kind", ["seasonal", "clearance", "loyalty"])
def test_layouts_of_an_offer_say_the_same(layout: str, kind: Any) -> None:
    offer = {
        "type": "offer",
        "value": "3 for 2",
        "label": "on socks",
        "code": "SOCKS",
        "conditions": "All sizes.",
    }
    theme = Theme(primary="#0b5d4a", accent="#d9480f", campaign_type=kind)
    made = render(blocks=[{"id": "o", **offer, "layout": layout}], theme=theme)
    shown = _Reader(made.html).text
    for words in ("3 for 2", "on socks", "Code: SOCKS", "All sizes."):
        assert words in shown and words in made.text
    assert made.text == render(blocks=[{"id": "o", **offer}], theme=theme).text


@pytest.mark.parametrize("layout", ["grid", "grid3", "rows"])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_layouts_of_a_product_list_show_every_product(layout: str, count: int) -> None:
    products = [
        {
            "name": f"Coat {n}",
            "price": "10",
            "image": "https://img.example/c.jpg",
            "url": "https://shop.example/c",
        }
        for n in range(count)
    ]
    made = render(blocks=[{"id": "p", "type": "product_list", "products": products, "layout": layout}])
    shown = _Reader(made.html)
    assert shown.attributes["src"] == ["https://img.example/c.jpg"] * count
    for n in range(count):
        assert f"Coat {n}" in shown.text and f"- Coat {n}: €10.00" in made.text
    assert shown.attributes["href"].count("https://shop.example/c") == count


def test_quotations_and_dividers() -> None:
    made = render(
        blocks=[
            {"id": "q", "type": "text", "style": "quote", "text": "I came.\n\nI stayed."},
            *(
                {"id": f"d{style}", "type": "divider", "style": style}
                for style in ("line", "short", "dots", "space")
            ),
        ]
    )
    assert "> I came.\n>\n> I stayed." in made.text
    assert made.text.count("-" * 40) == 3
    assert "border-left:4px solid" in made.html and "dotted 4px" in made.html
    assert (
        "border-right:4px solid"
        in render({"location_language": "ar"}, blocks=[{"id": "q", **WORDS, "style": "quote"}]).html
    )


@pytest.mark.parametrize("layout", ["card", "columns"])
def test_opening_hours_are_a_table(layout: str) -> None:
    hours = {"location_opening_hours": "Mon, Wed 09:00–12:00 & 14:00–18:00, Sat closed"}
    made = render(hours, blocks=[{"id": "s", "type": "store_details", "layout": layout}])
    assert made.html.count('<th scope="row"') == 2
    assert ">Mon, Wed</th>" in made.html and ">09:00–12:00 &amp; 14:00–18:00</td>" in made.html
    assert "  Mon, Wed 09:00–12:00 & 14:00–18:00\n  Sat closed" in made.text


def test_nothing_is_loaded_from_third_parties() -> None:
    """Opening a mail tells nobody but the hosts that its writer named."""
    made = render()
    reader = _Reader(made.html)
    assert set(reader.attributes["src"]) == {"https://img.example/a.jpg", "https://img.example/b.jpg"}
    assert "link" not in reader.tags and "@import" not in made.html


# -- any blocks, in any order


def _looks(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    model = BLOCK_TYPES[kind]
    return st.fixed_dictionaries(
        {look: st.sampled_from([value for value, _words in model.choices(look)]) for look in model.appearance}
    )


_ONE_OF_EACH = {block["type"]: block for block in blocks()}
_any_blocks = st.lists(
    st.sampled_from(sorted(BLOCK_TYPES)).flatmap(
        lambda kind: _looks(kind).map(lambda look: _ONE_OF_EACH[kind] | look)
    ),
    min_size=1,
    max_size=8,
).map(lambda made: [block | {"id": f"b{place}"} for place, block in enumerate(made)])


@settings(max_examples=60, deadline=None)
@given(_any_blocks, st.sampled_from(get_args(CampaignType)), st.sampled_from(["en", "ar"]))
def test_any_blocks_in_any_look_make_a_proper_mail(
    made: list[dict[str, Any]], kind: Any, language: str
) -> None:
    """Nothing is lost, nothing is left over, tables are closed, whatever stands beside what."""
    theme = Theme(primary="#0b5d4a", accent="#d9480f", campaign_type=kind)
    mail = render({"location_language": language}, blocks=made, theme=theme)
    assert not re.search(r"%%|@(start|end|flow|flip|gap)@", mail.html)
    for opened in ("table", "tr", "td", "div", "h1", "h2"):
        assert mail.html.count(f"<{opened} ") + mail.html.count(f"<{opened}>") == mail.html.count(
            f"</{opened}>"
        )
    assert mail.html.count("<!--[if") == mail.html.count("<![endif]")
    reader = _Reader(mail.html)
    assert reader.tags.count("h1") <= 1
    assert reader.tags.count("img") == len(reader.attributes.get("alt", []))
    shown = {
        "image": "a.jpg",
        "product_list": "Wool coat",
        "store_details": 'href="tel:',
        "offer": "WINTER26",
    }
    for block in made:
        words = shown.get(
            block["type"], {"button": "Reserve", "legal": "While stocks last."}.get(block["type"], "")
        )
        assert words in mail.html
