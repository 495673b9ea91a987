"""Rules from plain data and back, every error with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from pydantic import ValidationError

from storesync.guidelines.rules.kinds import KINDS, RULE, BaseRule

MAX_RULES: Final = 300


@dataclass(frozen=True, slots=True)
class RuleError:
    """What is wrong with one rule, and at which of its fields ("" for the rule as a whole)."""

    rule_id: str
    field: str
    message: str
    index: int = -1


class RulesInvalid(ValueError):
    """Rules that cannot be taken; `errors` says what is wrong, and where."""

    def __init__(self, errors: Sequence[RuleError]) -> None:
        super().__init__("; ".join(f"{e.rule_id or '-'}.{e.field}: {e.message}" for e in errors))
        self.errors = tuple(errors)


def read_rules(raw: Iterable[Any]) -> tuple[BaseRule, ...]:
    """Rules from plain data.

    Raises:
        RulesInvalid: with every error and its place.
    """
    rules: list[BaseRule] = []
    errors: list[RuleError] = []
    seen: set[str] = set()
    for index, given in enumerate(raw):
        named = str(given.get("id", "")) if isinstance(given, Mapping) else ""
        try:
            rule: BaseRule = RULE.validate_python(given)
        except ValidationError as error:
            errors.extend(_errors(error, named, index))
            continue
        if rule.id in seen:
            errors.append(RuleError(rule.id, "id", _("Another rule has the same id."), index))
        seen.add(rule.id)
        rules.append(rule)
    if len(rules) > MAX_RULES:
        errors.append(RuleError("", "", _("At most %(limit)d rules are allowed.") % {"limit": MAX_RULES}))
    if errors:
        raise RulesInvalid(errors)
    return tuple(rules)


def dump_rules(rules: Iterable[BaseRule]) -> list[dict[str, Any]]:
    """Rules as plain data, always spelled the same, for the database."""
    return [rule.model_dump(mode="json") for rule in rules]


def _errors(error: ValidationError, rule_id: str, index: int) -> Iterable[RuleError]:
    problems = error.errors(include_url=False)
    # A list whose only entry is wrong is called too short as well.
    entries = {problem["loc"][:-depth] for problem in problems for depth in range(1, len(problem["loc"]))}
    for problem in problems:
        if problem["type"] == "too_short" and problem["loc"] in entries:
            continue
        path = [str(part) for part in problem["loc"] if str(part) not in KINDS]
        context = problem.get("ctx", {})
        numbers = {"limit": next((context[k] for k in ("ge", "gt", "le", "lt") if k in context), "")}
        words = {
            "value_error": str(context.get("error", "")),
            "missing": _("This is missing."),
            "extra_forbidden": _("There is no such field."),
            "union_tag_invalid": _("There is no such kind of rule."),
            "union_tag_not_found": _("The kind of the rule is missing."),
            "too_short": _("This must not be empty."),
            "string_too_short": _("This must not be empty."),
            "string_too_long": _("At most %(limit)s characters are allowed.")
            % {"limit": context.get("max_length")},
            "too_long": _("At most %(limit)s entries are allowed.") % {"limit": context.get("max_length")},
            "greater_than_equal": _("At least %(limit)s.") % numbers,
            "greater_than": _("More than %(limit)s.") % numbers,
            "less_than_equal": _("At most %(limit)s.") % numbers,
        }.get(problem["type"], problem["msg"])
        # In a list the entry is named, so that a person finds it among hundreds.
        given = problem["input"]
        if len(path) > 1 and isinstance(given, str) and given:
            words = f"{given[:60]}: {words}"
        yield RuleError(rule_id, path[0] if path else "", words, index)
