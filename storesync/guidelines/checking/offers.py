"""Discounts and prices: typed ones are computed, words are read with care."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from storesync.content.checks import Finding
from storesync.core import formats
from storesync.guidelines.folding import fold

if TYPE_CHECKING:
    from storesync.guidelines.checking.message import Message
    from storesync.guidelines.rules import LargestDiscount, LowestPrice

_LONE: Final = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")
_NUMBER: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")
_PERCENT: Final = re.compile(
    r"(?<![\w.,])(?P<minus>[-+]\s?)?(?:(?P<number>\d{1,3}(?:[.,]\d{1,2})?)\s?"
    r"(?:%|٪|(?:percent|per cent|prozent|pour ?cent|por ?cien(?:to)?|por ?cento|per ?cento|procent|protsent"
    r"|процент\w*)(?!\w))"
    r"|%\s?(?P<after>\d{1,3}(?:[.,]\d{1,2})?)(?![\d%]))"
)
"""A percentage in folded text: "20 %", "-20%", "20 Prozent", "%20" as in Turkish."""
_CUES: Final = re.compile(
    r"(?<!\w)(?:off|save|saving|savings|discount\w*|reduc\w*|rebate\w*|less|cheaper|markdown\w*|clearance"
    r"|rabatt\w*|nachlass\w*|spar(?:e|en|st|t|preis\w*)|ersparnis\w*|reduziert\w*|gunstiger\w*|billiger\w*|ermassig\w*|preisnachlass\w*"
    r"|remise\w*|rabais|solde\w*|economis\w*|moins|promo\w*"
    r"|descuent\w*|dto|rebaj\w*|ahorr\w*|menos|descont\w*|poup\w*"
    r"|scont\w*|risparmi\w*|meno|korting\w*|besparing|bespaar|goedkoper|rabat\w*|znizk\w*|taniej|slev\w*|zlav\w*"
    r"|alennu\w*|indirim\w*|скидк\w*|дешевле)(?!\w)|"
    + "|".join(fold(word) for word in ("خصم", "تخفيض", "割引", "オフ", "할인"))
)
"""Words that make a percentage a discount; "100 % cotton" has none beside it."""
_NEAR: Final = 28
"""Characters on either side in which a cue counts, within one line."""


def check_discount(rule: LargestDiscount, message: Message) -> Iterator[Finding]:
    """Discounts above the largest: of typed offers and prices by the rule's level, in words as warnings."""
    typed: set[Decimal] = set()
    for block_id, field, number in discounts(message):
        if not field.startswith("products."):
            typed.add(number)
        if number > rule.percent:
            yield _too_much(rule, message, number, block_id, field)
    yield from _in_words(rule, message, typed)


def discounts(message: Message) -> Iterator[tuple[str, str, Decimal]]:
    """Every discount that is typed: in offers, in pairs of prices, in the roll-out's values.

    Yields:
        Block ("" for a value of the roll-out), field or name of the value, and the discount in percent.
    """
    typed: set[Decimal] = set()
    for block in message.blocks:
        if block["type"] == "offer" and block["unit"] == "percent":
            name, number = _amount(message, block["value"])
            if number is not None:
                typed.add(number)
                yield "" if name else block["id"], name or "value", number
        for index, product in enumerate(block.get("products", ())):
            if product.get("old_price") and product.get("price"):
                old, new = Decimal(product["old_price"]), Decimal(product["price"])
                yield block["id"], f"products.{index}.price", (1 - new / old) * 100 if old else Decimal(0)
    yield from _declared(message, typed)


def _amount(message: Message, value: str) -> tuple[str, Decimal | None]:
    """The number of an offer, and the roll-out's value that it comes from ("" when it is written there)."""
    name = ""
    if lone := _LONE.fullmatch(value):
        name = lone[1]
        variable = message.variables.get(name)
        value = message.values.get(name) or (variable.fallback if variable else "")
    return name, Decimal(value) if _NUMBER.fullmatch(value) else None


def _declared(message: Message, typed: set[Decimal]) -> Iterator[tuple[str, str, Decimal]]:
    """Values of the roll-out that are discounts by their name and type, wherever they are shown."""
    for name, variable in message.variables.items():
        if variable.type != "percent" or not re.search(r"discount|rabatt|reduction|remise|off", name):
            continue
        value = message.values.get(name) or variable.fallback
        if _NUMBER.fullmatch(value) and Decimal(value) not in typed:
            typed.add(Decimal(value))
            yield "", name, Decimal(value)


def _too_much(rule: LargestDiscount, message: Message, number: Decimal, block_id: str, field: str) -> Finding:
    words = {
        "place": message.place(block_id, field),
        "number": _plain(number),
        "limit": _plain(rule.percent),
    }
    said = _("%(place)s: %(number)s %% is more than the largest discount, %(limit)s %%.") % words
    mend = _("Write %(limit)s %% or less.") % words
    return Finding(rule.level, "discount", said, mend, block_id, field, rule.why, rule.id)


def _in_words(rule: LargestDiscount, message: Message, typed: set[Decimal]) -> Iterator[Finding]:
    told: set[Decimal] = set()
    for line in message.folded.split("\n"):
        if "%" not in line and "٪" not in line and "p" not in line and "п" not in line:
            continue
        for match in _PERCENT.finditer(line):
            number = Decimal((match["number"] or match["after"]).replace(",", "."))
            if number <= rule.percent or number in typed or number in told or not _is_discount(match, line):
                continue
            told.add(number)
            block_id, field = _place(message, match[0])
            words = {
                "place": message.place(block_id, field) if field else _("Text"),
                "text": match[0].strip(),
                "limit": _plain(rule.percent),
            }
            said = _("%(place)s: “%(text)s” reads like more than the largest discount, %(limit)s %%.") % words
            mend = _("If it is a discount, write %(limit)s %% or less.") % words
            yield Finding("warning", "discount-words", said, mend, block_id, field, rule.why, rule.id)


def _is_discount(match: re.Match[str], line: str) -> bool:
    if (match["minus"] or "").startswith("-"):
        return True
    around = (
        line[max(0, match.start() - _NEAR) : match.start()] + " " + line[match.end() : match.end() + _NEAR]
    )
    return bool(_CUES.search(around))


def _place(message: Message, found: str) -> tuple[str, str]:
    for block_id, field, words in message.texts:
        if found in fold(words):
            return block_id, field
    for field, words in (("subject", message.subject), ("preheader", message.preheader)):
        if found in fold(words):
            return "", field
    return "", ""


def check_price(rule: LowestPrice, message: Message) -> Iterator[Finding]:
    """Prices of products below the lowest, where the store sells in the rule's currency."""
    if message.facts.get("currency", "") != rule.currency:
        return
    for block in message.blocks:
        for index, product in enumerate(block.get("products", ())):
            if product.get("price") and Decimal(product["price"]) < rule.amount:
                words = {
                    "price": formats.money(Decimal(product["price"]), rule.currency),
                    "limit": formats.money(rule.amount, rule.currency),
                }
                field = f"products.{index}.price"
                said = _("%(place)s: %(price)s is below the lowest price, %(limit)s.") % {
                    **words,
                    "place": message.place(block["id"], field),
                }
                mend = _("Write %(limit)s or more.") % words
                yield Finding(rule.level, "price", said, mend, block["id"], field, rule.why, rule.id)


def _plain(number: Decimal) -> str:
    """One or no decimal, as people of the language write it: "66.7" or "66,7", "50"."""
    return formats.number(number.quantize(Decimal("0.1")))
