"""The engine: compiled rules, held against a message of one store. Pure: it asks no database and no clock."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from storesync.content.checks import Finding
from storesync.guidelines.checking.addresses import (
    check_alternative_text,
    check_image_count,
    check_image_hosts,
    check_link_hosts,
)
from storesync.guidelines.checking.layout import check_contrast, check_programs, check_size
from storesync.guidelines.checking.lines import (
    check_emoji,
    check_preheader,
    check_shouting,
    check_subject_length,
)
from storesync.guidelines.checking.message import Message
from storesync.guidelines.checking.offers import check_discount, check_price
from storesync.guidelines.checking.words import Banned, check_disclaimer, check_required
from storesync.guidelines.rules import BannedWords, BaseRule, Disclaimer, Place

__all__ = ["Compiled", "Message", "Place"]

_CHECKS: Final[Mapping[str, Callable[[Any, Message], Iterator[Finding]]]] = {
    "required_words": check_required,
    "largest_discount": check_discount,
    "lowest_price": check_price,
    "disclaimer": check_disclaimer,
    "allowed_link_hosts": check_link_hosts,
    "allowed_image_hosts": check_image_hosts,
    "subject_length": check_subject_length,
    "preheader": check_preheader,
    "mail_size": check_size,
    "image_count": check_image_count,
    "alternative_text": check_alternative_text,
    "subject_emoji": check_emoji,
    "shouting": check_shouting,
    "contrast": check_contrast,
    "mail_programs": check_programs,
}
_KEPT_PLACES: Final = 512


class Compiled:
    """Rules made ready once; what holds at a place is worked out at its first message.

    Args:
        number: of the version; 0 for rules of none.
    """

    def __init__(self, rules: Iterable[BaseRule], *, number: int = 0) -> None:
        self.number = number
        self.rules = tuple(rule for rule in rules if rule.on)
        self._places: dict[Place, tuple[Banned | None, tuple[BaseRule, ...]]] = {}

    @property
    def names_regions(self) -> bool:
        """Whether the region of a store makes a difference."""
        return any(rule.regions for rule in self.rules)

    def wording(self, rule_id: str) -> str:
        """The words that a rule wants in a legal block; "" where it is of another kind, or not there."""
        return next((one.text for one in self.rules if one.id == rule_id and isinstance(one, Disclaimer)), "")

    def check(self, message: Message, place: Place, *, kinds: Collection[str] | None = None) -> list[Finding]:
        """Everything that the rules say about a message of this place; errors first.

        Args:
            kinds: of rules to ask; None for all.
        """
        banned, rest = self._at(place)
        found = list(banned.check(message)) if banned else []
        for rule in rest:
            if kinds is not None and rule.kind not in kinds:  # type: ignore[attr-defined]
                continue
            found.extend(_CHECKS[rule.kind](rule, message))  # type: ignore[attr-defined]
        return sorted(found, key=lambda finding: finding.level != "error")

    def _at(self, place: Place) -> tuple[Banned | None, tuple[BaseRule, ...]]:
        if place not in self._places:
            if len(self._places) >= _KEPT_PLACES:
                self._places.clear()
            holding = [rule for rule in self.rules if rule.applies(place)]
            words = [rule for rule in holding if isinstance(rule, BannedWords)]
            rest = tuple(rule for rule in holding if not isinstance(rule, BannedWords))
            self._places[place] = (Banned(words) if words else None, rest)
        return self._places[place]
