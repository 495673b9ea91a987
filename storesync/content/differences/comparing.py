"""Two contents held against each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from storesync.content.blocks import field_name
from storesync.content.differences.blocks import block_differences
from storesync.content.differences.content import ORDER, About, Content, Difference
from storesync.content.differences.settings import setting_differences
from storesync.content.differences.texts import text_difference

if TYPE_CHECKING:
    from storesync.content.variables import Variable

_AROUND: Final[frozenset[About]] = frozenset({"audience", "schedule", "sender", "channel"})
"""What does not stand in the message: it does not explain why the message looks different."""


def differences(
    before: Content, after: Content, variables: Mapping[str, Variable] | None = None
) -> list[Difference]:
    """Everything that differs, in the order a reader meets it. Empty: nothing differs.

    Args:
        before, after: what is compared.
        variables: gives values their label and format; names stand in without it.
    """
    found: list[Difference] = []
    for name in ("subject", "preheader"):
        old, new = getattr(before, name), getattr(after, name)
        found.extend(text_difference(field_name(name), old, new, "", name, about="line"))
    found.extend(block_differences(before.blocks, after.blocks))
    found.extend(setting_differences(before, after, variables or {}))
    explained = any(one.about not in _AROUND for one in found)
    if not explained and None not in (before.html, after.html) and before.html != after.html:
        words = _("The look has changed: colours or layout of the template, the words are the same.")
        found.append(Difference("changed", _("Look"), words, field="look", about="look"))
    return found


def most_telling(found: Iterable[Difference]) -> list[Difference]:
    """The same differences, what a decision has to look at first (ORDER); equals stay in a reader's order.

    What is removed comes before what is changed or added in the same place of that order.
    """
    return sorted(found, key=lambda one: (ORDER.index(one.about), one.kind != "removed"))
