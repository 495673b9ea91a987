"""Words that must not, or must, be read: found in any script, with their place, and nothing else found."""

import pytest

from storesync.guidelines.folding import Lexicon, fold, phrase_of
from storesync.guidelines.rules import Place
from tests.guidelines.making import (
    BAVARIA,
    GERMAN,
    MUNICH,
    SAXONY,
    banned,
    check,
    message,
    places,
    rule,
    text,
    words,
)


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("gratis", "Heute GRATIS für alle"),
        ("gratis*", "Die Gratiszugabe wartet"),
        ("umsonst", "Alles ums\u00adonst"),  # a soft hyphen hides nothing
        ("umsonst", "Alles u\u200bmsonst"),
        ("cafe", "Unser Café"),
        ("café", "Unser Cafe\u0301"),
        ("straße", "In der STRASSE"),
        ("best price", "Our best  price ever"),
        ("best price", "Our best\nprice ever"),
        ("best price", "Our best-price promise"),
        ("best price", "Our **best** price"),
        ("best pri*", "The best prices"),
        ("e-mail", "Per E‑Mail"),  # a hyphen that does not break
        ("don't", "Don’t wait"),
        ("100%", "100% sure"),
        ("!!!", "Now!!!"),
        ("бесплатно", "Совершенно БЕСПЛАТНО"),
        ("免费", "今天免费送"),  # no spaces between words
        ("indirim", "İNDİRİM"),
        ("δωρεάν", "ΔΩΡΕΑΝ"),
        ("मुफ्त", "आज मुफ्त है"),
    ],
)
def test_a_banned_word_is_found(word: str, written: str) -> None:
    (found,) = check(message(text(written)), banned(word))
    assert (found.block_id, found.field) == ("words", "text")


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("free", "freedom, carefree, Freetown"),
        ("gratis", "Gratiszugabe"),
        ("best price", "It is the best. Price it yourself"),
        ("best price", "the best\n\nprice"),
        ("free", "See https://shop.example/free?x=free"),
        ("free", "[Look](https://shop.example/free)"),
        ("मुफ", "आज मुफ्त है"),
        ("first_name", 'Hello {{ first_name|default("friend") }}'),
    ],
)
def test_what_only_looks_like_it_is_not_found(word: str, written: str) -> None:
    assert check(message(text(written)), banned(word)) == []


def test_every_place_is_named_with_the_word_as_it_is_written() -> None:
    checked = message(
        {"id": "head", "type": "heading", "text": "Gratis!"},
        {"id": "pic", "type": "image", "src": "https://img.example/a.jpg", "alt": "Gratis coat"},
        {"id": "buy", "type": "button", "label": "Get it gratis", "url": "https://shop.example/"},
        {"id": "offer", "type": "offer", "value": "2 for 1", "conditions": "gratis", "code": "GRATIS"},
        {"id": "list", "type": "product_list", "products": [{"name": "Coat"}, {"name": "Gratis mug"}]},
        {"id": "law", "type": "legal", "text": "Nothing is gratis."},
        subject="GRATIS today",
        preheader="gratis too",
    )
    found = check(checked, banned("gratis = included", why="We sell, we do not give away."))
    assert [(one.block_id, one.field) for one in found] == [
        ("", "subject"),
        ("", "preheader"),
        ("head", "text"),
        ("pic", "alt"),
        ("buy", "label"),
        ("offer", "conditions"),
        ("offer", "code"),
        ("list", "products.1.name"),
        ("law", "text"),
    ]
    assert found[0].message == "Subject: “GRATIS” is not allowed."
    assert found[0].mend == "Write “included” instead."
    assert found[0].why == "We sell, we do not give away."
    assert found[3].message == "Image, Alternative text: “Gratis” is not allowed."
    assert found[7].message == "Product list, Products 2: “Gratis” is not allowed."


def test_a_warning_advises() -> None:
    (found,) = check(message(text("gratis")), banned("gratis", level="warning"))
    assert (found.level, found.message) == ("warning", "Text: “gratis” is better avoided.")


def test_a_word_in_a_value_of_the_roll_out_is_found_at_the_value() -> None:
    checked = message(text("Now: {{ headline }}"), values={"headline": "All gratis"})
    assert places(check(checked, banned("gratis"))) == [("error", "banned-words", "", "headline")]


def test_facts_of_a_store_are_not_held_against_it() -> None:
    """The town of Sale sells too."""
    checked = message(text("Welcome to {{ location_city }}"), facts={"location_city": "Sale"})
    assert check(checked, banned("sale")) == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_every_mail_says_is_held_against_nobody(language: str) -> None:
    """Nobody can mend the foot; a store that writes the word itself is told."""
    words = ["unsubscribe", "Abmelden", "signed up for news", "Adresse", "opening hours"]
    facts = {"location_language": language}
    assert check(message(facts=facts), banned(*words)) == []
    (found,) = check(message(text("Unsubscribe and Abmelden."), facts=facts), banned("unsubscribe"))
    assert found.block_id == "words"


def test_a_phrase_made_of_words_and_a_value_is_found_in_its_line() -> None:
    checked = message(text("x"), subject="{{ headline }} lunch", values={"headline": "Free"})
    assert places(check(checked, banned("free lunch"))) == [("error", "banned-words", "", "subject")]
    checked = message(text("{{ headline }} lunch"), values={"headline": "Free"})
    assert places(check(checked, banned("free lunch"))) == [("error", "banned-words", "", "")]


def test_a_fallback_that_is_read_is_found() -> None:
    checked = message(text('Hello {{ first_name|default("cheapskate") }}'))
    assert places(check(checked, banned("cheapskate"))) == [("error", "banned-words", "words", "text")]


@pytest.mark.parametrize(
    ("scope", "holds"),
    [
        ({}, True),
        ({"regions": [str(BAVARIA)]}, True),
        ({"regions": [str(MUNICH)]}, True),
        ({"regions": [str(SAXONY)]}, False),
        ({"languages": ["de"]}, True),
        ({"languages": ["DE_de"]}, True),
        ({"languages": ["de-at"]}, False),
        ({"languages": ["en", "fr"]}, False),
        ({"campaign_types": ["loyalty", "event"]}, True),
        ({"campaign_types": ["event"]}, False),
        ({"regions": [str(BAVARIA)], "languages": ["en"]}, False),
        ({"on": False}, False),
    ],
)
def test_a_rule_holds_where_its_scope_says(scope: dict[str, object], holds: bool) -> None:
    assert bool(check(message(text("gratis")), banned("gratis", **scope), place=GERMAN)) is holds


def test_a_rule_for_a_region_is_not_for_a_store_without_one() -> None:
    nowhere = Place(language="de", campaign_type="loyalty")
    assert check(message(text("gratis")), banned("gratis", regions=[str(BAVARIA)]), place=nowhere) == []


def test_two_rules_about_one_word_both_speak() -> None:
    one, other = banned("gratis"), banned("gratis", level="warning") | {"id": "other"}
    assert [f.rule for f in check(message(text("gratis")), one, other)] == ["banned-words", "other"]


def test_required_words_are_missed() -> None:
    asked = rule("required_words", words=words("While stocks last", "Nordlicht"))
    checked = message(text("while stocks last."), facts={"brand_name": "Nordlicht"})
    assert check(checked, asked) == []
    (found,) = check(message(text("x"), facts={"brand_name": "Nordlicht"}), asked)
    assert (found.code, found.message) == ("required-words", "“While stocks last” is missing.")


def test_one_of_several_is_enough_where_the_rule_says_so() -> None:
    asked = rule("required_words", words=words("App", "Club*"), need="one")
    assert check(message(text("In our clubhouse")), asked) == []
    (found,) = check(message(text("x")), asked)
    assert found.message == "One of these is missing: “App”, “Club”."


DISCLAIMER = rule("disclaimer", text="Only while stocks last. No cash value.")


@pytest.mark.parametrize(
    "written",
    ["Only while stocks last. No cash value.", "*Only* while stocks\nlast – **no cash value**. More words."],
)
def test_a_disclaimer_is_found_in_a_legal_block(written: str) -> None:
    assert check(message(text("x"), {"id": "law", "type": "legal", "text": written}), DISCLAIMER) == []


def test_a_missing_disclaimer_is_offered_for_insertion() -> None:
    (found,) = check(message(text("x")), DISCLAIMER)
    assert places([found]) == [("error", "disclaimer", "", "")]
    assert found.insert == "Only while stocks last. No cash value."
    open_block = {"id": "law", "type": "legal", "text": "Terms."}
    assert places(check(message(text("x"), open_block), DISCLAIMER)) == [
        ("error", "disclaimer", "law", "text")
    ]
    locked = check(message(text("x"), open_block | {"locked": True}), DISCLAIMER)
    assert places(locked) == [("error", "disclaimer", "", "")]


def test_a_disclaimer_elsewhere_has_to_move() -> None:
    (found,) = check(message(text("Only while stocks last. No cash value.")), DISCLAIMER)
    assert (found.block_id, found.field) == ("words", "text")
    assert "has to stand in" in found.message


def test_a_disclaimer_that_this_store_does_not_get_is_missing() -> None:
    hidden = "{% if discount_percentage > 40 %}Only while stocks last. No cash value.{% endif %}"
    checked = message(text("x"), {"id": "law", "type": "legal", "text": hidden, "locked": True})
    assert [one.code for one in check(checked, DISCLAIMER)] == ["disclaimer"]


def test_words_as_written_are_found_back_in_any_script() -> None:
    assert phrase_of("strasse").find("Die Straße hier") == "Straße"
    assert phrase_of("cafe").find("Im Cafe\u0301 da") == "Cafe\u0301"
    assert phrase_of("fi").find("ein ﬁ hier") == "ﬁ"
    assert fold("Ärger") == "arger"


def test_a_thousand_words_are_all_looked_for() -> None:
    many = [f"verboten{number}" for number in range(1_000)]
    checked = message(text("Hier steht verboten7 und verboten999, sonst nichts."))
    assert len(check(checked, banned(*many, "verboten1*"))) == 2


def test_a_phrase_of_signs_is_looked_for_in_no_time() -> None:
    """Fault 25: parts that could be gaps too were told apart in 4 to the power of their number ways."""
    phrase = phrase_of(" ".join(["-"] * 40) + " x")
    assert phrase.find("-" * 5_000) == ""
    assert phrase_of("+ + now").find("only + + now!") == "+ + now"
    assert phrase_of("two for one").find("Two – for\none") == "Two – for\none"


def test_signs_and_words_within_others_are_found_among_many() -> None:
    lexicon = Lexicon(phrase_of(text) for text in ("+ 1 +", "100 %*", "% off", "ฟรี", "- - -"))
    found = {phrase.text for phrase in lexicon.found_in(fold("now + 1 + 50 % off ของฟรีนะ"), frozenset())}
    assert found == {"+ 1 +", "% off", "ฟรี"}
