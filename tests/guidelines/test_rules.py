"""The schema of rules: what is taken, and what is refused at which field."""

from typing import Any
from uuid import uuid4

import pytest

from storesync.guidelines.rules import KINDS, RulesInvalid, dump_rules, read_rules
from tests.guidelines.making import banned, rule

SMALLEST: dict[str, dict[str, Any]] = {
    "banned_words": {"words": [{"text": "gratis"}]},
    "required_words": {"words": [{"text": "gratis"}]},
    "disclaimer": {"text": "While stocks last."},
    "largest_discount": {"percent": "33.3"},
    "lowest_price": {"amount": "5", "currency": "EUR"},
    "allowed_link_hosts": {"hosts": ["shop.example"]},
    "subject_length": {"maximum": 50},
    "mail_size": {"kilobytes": 80},
    "image_count": {"maximum": 5},
    "subject_emoji": {"maximum": 1},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_and_written_the_same(kind: str) -> None:
    given = rule(kind, **SMALLEST.get(kind, {}), regions=[str(uuid4())], languages=["de"], why="Because.")
    once = dump_rules(read_rules([given]))
    assert dump_rules(read_rules(once)) == once
    assert once[0]["kind"] == kind


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        (banned("gra*tis"), "words", "gra*tis: A star stands at the end"),
        (banned("*"), "words", "Write at least one letter"),
        (banned("- *"), "words", "Write at least one letter"),
        (banned(" "), "words", "This must not be empty."),
        (banned(), "words", "This must not be empty."),
        (banned("gratis", languages=["de!"]), "languages", "de!: Write a language as its tag"),
        (banned("gratis", regions=["nowhere"]), "regions", "nowhere: "),
        (banned("gratis", campaign_types=["party"]), "campaign_types", "party: "),
        (banned("gratis", level="fatal"), "level", ""),
        (banned("gratis", color="red"), "color", "There is no such field."),
        (rule("largest_discount", percent="0"), "percent", "More than 0."),
        (rule("largest_discount", percent="101"), "percent", "At most 100."),
        (rule("largest_discount"), "percent", "This is missing."),
        (rule("allowed_link_hosts", hosts=["shop example"]), "hosts", "Write the name of a host"),
        (rule("allowed_link_hosts", hosts=["127.0.0.1"]), "hosts", "Write the name of a host"),
        (rule("subject_length"), "", "Write the least, the most, or both."),
        (rule("subject_length", minimum=50, maximum=20), "", "The least is more than the most."),
        (rule("disclaimer", text="At {{ location_name }}"), "", "A disclaimer is plain text"),
        (rule("mail_size", kilobytes=103), "kilobytes", "At most 102."),
        (rule("mail_programs", families=["pine"]), "families", "pine: There is no such mail program."),
        (rule("party"), "", "There is no such kind of rule."),
        ({"id": "x"}, "", "The kind of the rule is missing."),
    ],
)
def test_what_is_wrong_is_told_at_its_field(given: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(RulesInvalid) as refused:
        read_rules([banned("fine") | {"id": "fine"}, given])
    (error,) = refused.value.errors
    assert (error.index, error.field) == (1, field)
    assert words in error.message


def test_all_errors_are_told_at_once() -> None:
    with pytest.raises(RulesInvalid) as refused:
        read_rules([banned("a*b", "c*d"), rule("mail_size", kilobytes=1), banned("x"), banned("x")])
    assert [(e.index, e.field) for e in refused.value.errors] == [
        (0, "words"),
        (0, "words"),
        (1, "kilobytes"),
        (3, "id"),
    ]


def test_what_people_paste_is_tidied() -> None:
    (read,) = read_rules(
        [rule("allowed_link_hosts", hosts=["HTTPS://Shop.Example:443/x", "*.müller.example"])]
    )
    assert dump_rules([read])[0]["hosts"] == ["shop.example", "xn--mller-kva.example"]
    (read,) = read_rules([banned("  zwei   Worte ", languages=["PT_br"])])
    assert dump_rules([read])[0]["words"] == [{"text": "zwei Worte", "instead": ""}]
    assert dump_rules([read])[0]["languages"] == ["pt-br"]
