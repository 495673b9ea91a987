"""Discounts and prices: typed ones are computed, words only warn, cotton stays cotton."""

from typing import Any

import pytest
from django.utils import translation

from storesync.content.variables import Variable
from storesync.guidelines.checking import Message
from tests.guidelines.making import check, message, places, rule, text

AT_MOST_30 = rule("largest_discount", percent="30", why="Margins.")


def offer(value: str, unit: str = "percent", **more: str) -> dict[str, Any]:
    return {"id": "offer", "type": "offer", "value": value, "unit": unit, **more}


def test_a_typed_offer_is_computed() -> None:
    assert check(message(offer("30")), AT_MOST_30) == []
    (found,) = check(message(offer("40")), AT_MOST_30)
    assert places([found]) == [("error", "discount", "offer", "value")]
    assert found.message == "Offer, Value: 40 % is more than the largest discount, 30 %."
    assert found.mend == "Write 30 % or less."
    assert found.why == "Margins."


def test_an_offer_of_a_value_is_told_at_the_value() -> None:
    checked = message(offer("{{ discount_percentage }}"), values={"discount_percentage": "45"})
    assert places(check(checked, AT_MOST_30)) == [("error", "discount", "", "discount_percentage")]


def test_a_discount_by_name_counts_wherever_it_is_shown() -> None:
    checked = message(text("{{ discount_percentage }} off"), values={"discount_percentage": "45"})
    assert places(check(checked, AT_MOST_30)) == [("error", "discount", "", "discount_percentage")]


def test_a_fallback_of_an_offer_counts() -> None:
    checked = message(offer("{{ discount_percentage }}"))
    checked = Message(
        subject="x",
        preheader="x",
        html=checked.html,
        text=checked.text,
        written=("x", "x"),
        blocks=checked.blocks,
        values={},
        facts=checked.facts,
        variables={
            "discount_percentage": Variable(
                name="discount_percentage", label="Discount", type="percent", fallback="60"
            )
        },
    )
    assert places(check(checked, AT_MOST_30)) == [("error", "discount", "", "discount_percentage")]


def test_old_and_new_prices_are_a_discount() -> None:
    def products(price: str) -> dict[str, Any]:
        return {
            "id": "list",
            "type": "product_list",
            "products": [
                {"name": "Mug", "price": "9"},
                {"name": "Coat", "price": price, "old_price": "150"},
            ],
        }

    assert check(message(products("105")), AT_MOST_30) == []
    (found,) = check(message(products("50")), AT_MOST_30)
    assert places([found]) == [("error", "discount", "list", "products.1.price")]
    assert "66.7 %" in found.message


@pytest.mark.parametrize(
    "written",
    [
        "Save 50% today",
        "50 % off everything",
        "-50%",
        "−50 %",
        "Bis zu 50\u00a0% sparen",
        "50 Prozent Rabatt",
        "50 pour cent de réduction",
        "50 por ciento de descuento",
        "Sconto del 50%",
        "50% korting",
        "%50 indirim",
        "Скидка 50 %",
        "20-50 % off",
        "50%オフ",
    ],
)
def test_a_discount_in_words_warns(written: str) -> None:
    assert places(check(message(text(written)), AT_MOST_30)) == [
        ("warning", "discount-words", "words", "text")
    ]


@pytest.mark.parametrize(
    "written",
    [
        "100 % cotton",
        "100% Baumwolle",
        "We are 100 % sure",
        "Save 20 % today",
        "30% off",
        "Chocolate with 70 % cocoa",
        "150 percentiles off",
        "Save the date: 50 stores",
    ],
)
def test_other_percentages_are_left_alone(written: str) -> None:
    assert check(message(text(written)), AT_MOST_30) == []


def test_a_typed_offer_is_not_told_again_as_words() -> None:
    """The figure of an offer is rendered beside its label."""
    found = check(message(offer("45", label="off every coat")), AT_MOST_30)
    assert [one.code for one in found] == ["discount"]


def test_a_discount_in_the_subject_is_told_there() -> None:
    checked = message(text("x"), subject="50% off")
    assert places(check(checked, AT_MOST_30)) == [("warning", "discount-words", "", "subject")]


def test_a_price_below_the_lowest() -> None:
    products = {"id": "list", "type": "product_list", "products": [{"name": "Mug", "price": "4.99"}]}
    floor = rule("lowest_price", amount="5", currency="eur")
    assert places(check(message(products), floor)) == [("error", "price", "list", "products.0.price")]
    assert check(message(products), rule("lowest_price", amount="4.99", currency="EUR")) == []
    assert check(message(products, facts={"currency": "PLN"}), floor) == []


def test_amounts_are_written_as_the_reader_writes_them() -> None:
    products = {"id": "list", "type": "product_list", "products": [{"name": "Mug", "price": "4.9"}]}
    with translation.override("de"):
        (price,) = check(message(products), rule("lowest_price", amount="5", currency="eur"))
        (discount,) = check(message(offer("33.5")), AT_MOST_30)
    assert "4,90\xa0€" in price.message and "5,00\xa0€" in price.mend
    assert "33,5\xa0%" in discount.message
