"""Variables of template text: flat names, a type, a source, a fallback (product.md "Variable", rule T3).

Facts of a store and values of a roll-out travel as plain strings (`{"discount_percentage": "20"}`), so
they can be stored and hashed without doubt; their type is read when a message is rendered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self, TypeVar
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from storesync.content.limits import beyond, crossed, plain_day

VariableType = Literal["text", "number", "percent", "money", "date", "choice", "url"]
VariableSource = Literal["store", "brand", "rollout", "recipient"]

NUMERIC: Final = frozenset({"number", "percent", "money"})
LIMITED: Final = NUMERIC | {"date"}
"""Types of which a smallest and a largest value can be told."""
FORMATS: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("short", "medium", "long", "full", "weekday"),
    "money": ("0", "2"),
    "number": ("0", "1", "2", "3", "4"),
    "percent": ("0", "1", "2", "3", "4"),
}
"""How a value may be written where no filter says it: a style of dates, else a number of decimals."""
# Words of the template language, and names that its sandbox knows: no variable can be called so.
RESERVED: Final = frozenset(
    ["and", "caller", "elif", "else", "endif", "false", "if", "in", "is", "kwargs", "loop", "none", "not"]
    + ["or", "recursive", "self", "super", "true", "varargs"]
)
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
MAX_VALUE_LENGTH: Final = 2_000
# Bidirectional overrides make text read differently from what is stored; nobody needs them in a mail.
_REFUSED_CHARACTERS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff")
_CATEGORIES_REFUSED: Final = frozenset({"Cc", "Co", "Cs"})
_PLAIN = re.compile(r"[ -~\n\t\u00a1-\u00ac\u00ae-\u02af]*")
_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,4})?")
_HOST = re.compile(
    r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{2,59})", re.I
)


_Limited = TypeVar("_Limited", Decimal, date)


class ValueRefused(ValueError):
    """A value does not fit the type or the limits of its variable; the message is for people."""


class DeclarationRefused(ValueRefused):
    """A declaration does not fit the others or its source: which variable, and which field of it."""

    def __init__(self, message: str, name: str, field: str) -> None:
        super().__init__(message)
        self.name = name
        self.field = field


def refused_character(text: str, *, multiline: bool = True) -> int | None:
    """Where the first control, private-use or direction-override character stands; None when there is none.

    Private-use characters are the marks of recipient fields, so text from people must never hold one.
    """
    if text.isascii() and text.isprintable():
        return None
    if _PLAIN.fullmatch(text) and (multiline or ("\n" not in text and "\t" not in text)):
        return None
    for place, character in enumerate(text):
        if character in "\n\t" and multiline:
            continue
        if character in _REFUSED_CHARACTERS or unicodedata.category(character) in _CATEGORIES_REFUSED:
            return place
    return None


def clean_fact(value: object) -> str:
    """A fact as one clean line: NFC, without the characters `refused_character` names, at most 2,000 long.

    Facts come from imports as well as from people; a stray control character must not stop a roll-out.
    """
    text = unicodedata.normalize("NFC", "" if value is None else str(value))
    if refused_character(text) is not None:
        text = "".join(c for c in text if refused_character(c) is None)
    return " ".join(text.split())[:MAX_VALUE_LENGTH]


# The plain case of `is_https`, told by one look; everything else is taken apart.
_EVERYDAY_ADDRESS = re.compile(
    r"https://([a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?\.){1,6}[a-z]{2,20}([/?#][A-Za-z0-9/?#&=%._~+,;:!*()$-]*)?"
)


def is_https(url: str) -> bool:
    """Whether this is a complete `https` address of a named host, without user part or odd characters."""
    if _EVERYDAY_ADDRESS.fullmatch(url):
        return True
    if not url.isascii() or any(c in url for c in " \t\n\"'<>\\^`{|}"):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    return (
        parts.scheme == "https"
        and "@" not in parts.netloc
        and (port is None or 0 < port < 65_536)
        and _HOST.fullmatch(host) is not None
    )


class Variable(BaseModel):
    """What template text may name: of what type, from where, and what stands in when it is missing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
    label: Annotated[str, Field(min_length=1, max_length=80)]
    type: VariableType = "text"
    source: VariableSource = "rollout"
    fallback: Annotated[str, Field(max_length=200)] = ""
    required: bool = True
    max_length: Annotated[int, Field(ge=1, le=MAX_VALUE_LENGTH)] | None = None
    minimum: str | None = None
    maximum: str | None = None
    """The smallest and the largest number; of a date the earliest and the latest day, as 2026-11-27."""
    choices: tuple[Annotated[str, Field(min_length=1, max_length=100)], ...] = ()
    format: Annotated[str, Field(max_length=10)] = ""
    """One of FORMATS of the type: how the value is written where no filter says it."""
    key: Annotated[str, Field(max_length=100)] = ""
    """Where it is found among the attributes of the store or the brand's values; a recipient's has none."""
    sample: Annotated[str, Field(max_length=200)] = ""
    """What stands there in a preview before there is a value."""

    def __hash__(self) -> int:
        # Few of a template's variables differ in nothing but the rest.
        return hash((self.name, self.type, self.fallback))

    @property
    def found_under(self) -> str:
        """`key`, which is the name itself unless set."""
        return self.key or self.name

    @field_validator("minimum", "maximum")
    @classmethod
    def _limit(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        return plain_day(value) if info.data.get("type") == "date" else _plain_decimal(value)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.type == "choice" and not self.choices:
            raise ValueError(_("Name at least one choice."))
        if self.choices and self.type != "choice":
            raise ValueError(_("Choices belong to a variable of the type choice."))
        if (self.minimum is not None or self.maximum is not None) and self.type not in LIMITED:
            raise ValueError(
                _("A smallest or largest value belongs to a number, percentage, amount of money or date.")
            )
        if crossed(self.minimum, self.maximum):
            raise ValueError(
                _("The earliest day is after the latest.")
                if self.type == "date"
                else _("The smallest value is larger than the largest.")
            )
        if self.name in RESERVED:
            raise ValueError(_("%(name)s is a word of the template language.") % {"name": self.name})
        if self.format and self.format not in FORMATS.get(self.type, ()):
            raise ValueError(_("This format does not belong to this type."))
        if self.fallback and self.source != "recipient":
            self.parse(self.fallback)
        if self.sample:
            self.parse(self.sample)
        if refused_character(self.fallback + self.label + self.key, multiline=False) is not None:
            raise ValueError(_("Control and private-use characters are not allowed."))
        return self

    def parse(self, raw: str) -> str | Decimal | date:
        """The typed value of `raw`; `ValueRefused` with words for people when it does not fit."""
        if refused_character(raw, multiline=False) is not None:
            raise ValueRefused(_("Control and private-use characters are not allowed."))
        if self.type in NUMERIC:
            return self._parse_number(raw)
        if self.type == "date":
            try:
                return self._within(date.fromisoformat(raw))
            except ValueRefused:
                raise
            except ValueError:
                raise ValueRefused(_("Write the date as 2026-11-27.")) from None
        if self.type == "choice" and raw not in self.choices:
            raise ValueRefused(_("Choose one of: %(choices)s.") % {"choices": ", ".join(self.choices)})
        if self.type == "url" and not is_https(raw):
            raise ValueRefused(_("Write a complete address that starts with https://."))
        limit = self.max_length or MAX_VALUE_LENGTH
        if len(raw) > limit:
            raise ValueRefused(
                _("%(length)d characters; at most %(limit)d are allowed.")
                % {"length": len(raw), "limit": limit}
            )
        return raw

    def _parse_number(self, raw: str) -> Decimal:
        if not _DECIMAL.fullmatch(raw):
            raise ValueRefused(_("Write a number, with a point before the decimals."))
        return self._within(Decimal(raw))

    def _within(self, value: _Limited) -> _Limited:
        if refusal := beyond(value, self.minimum, self.maximum):
            raise ValueRefused(refusal)
        return value


def _plain_decimal(value: str) -> str:
    if not _DECIMAL.fullmatch(value):
        raise ValueError(_("Write a number, with a point before the decimals."))
    return value


def _standard(name: str, label: str, source: VariableSource, **more: Any) -> Variable:
    return Variable(name=name, label=label, source=source, **more)


STANDARD: Final[Mapping[str, Variable]] = {
    v.name: v
    for v in (
        _standard("location_name", gettext_noop("Name of the store"), "store"),
        _standard("location_city", gettext_noop("City of the store"), "store"),
        _standard("location_address", gettext_noop("Address of the store"), "store"),
        _standard("location_phone", gettext_noop("Phone of the store"), "store"),
        _standard("location_opening_hours", gettext_noop("Opening hours of the store"), "store"),
        _standard("location_map_url", gettext_noop("Map of the store"), "store", type="url"),
        _standard("store_number", gettext_noop("Store number"), "store"),
        _standard("brand_name", gettext_noop("Name of the brand"), "brand"),
        _standard("brand_postal_address", gettext_noop("Postal address of the brand"), "brand"),
        _standard("currency", gettext_noop("Currency of the store"), "store"),
        _standard("first_name", gettext_noop("First name of the recipient"), "recipient"),
        _standard("last_name", gettext_noop("Last name of the recipient"), "recipient"),
        _standard("unsubscribe_url", gettext_noop("Unsubscribe link"), "recipient", type="url"),
    )
}
"""The variables every template has (product.md); `discount_percentage` and the like are declared."""


def variable_set(declared: Iterable[Variable]) -> dict[str, Variable]:
    """The standard variables and those a template declares; a declared one may not take a standard name.

    Raises:
        DeclarationRefused: with the name of the variable and of the field that is wrong.
    """
    found = dict(STANDARD)
    for variable in declared:
        if variable.name in found:
            message = _("There is already a variable named %(name)s.") % {"name": variable.name}
            raise DeclarationRefused(message, variable.name, "name")
        if variable.source == "recipient":
            # Rule T3: of a recipient anything may be unknown.
            if not variable.fallback.strip():
                message = _("A value of the recipient needs a fallback, for those of whom it is not known.")
                raise DeclarationRefused(message, variable.name, "fallback")
            if variable.type != "text":
                message = _("A value of the recipient is a text.")
                raise DeclarationRefused(message, variable.name, "type")
        found[variable.name] = variable
    return found


def sample_value(variable: Variable) -> str:
    """Something that could stand there, for previews and for whoever chooses a variable: a plain value."""
    if variable.sample or variable.choices:
        return variable.sample or variable.choices[0]
    if variable.type in NUMERIC:
        return variable.minimum or variable.maximum or "20"
    samples = {"date": variable.minimum or variable.maximum or "2026-12-24", "url": "https://example.com/"}
    return samples.get(variable.type) or _(variable.label)[: variable.max_length]


def recipient_fields_of(variables: Mapping[str, Variable]) -> frozenset[str]:
    """What a template declares of its recipients: columns that their list may have."""
    return frozenset(
        name for name, one in variables.items() if one.source == "recipient" and name not in STANDARD
    )


def looked_up(variables: Iterable[Variable]) -> tuple[Variable, ...]:
    """Those of store and brand that a template declares: `location_facts` looks their values up."""
    return tuple(one for one in variables if one.source in ("store", "brand") and one.name not in STANDARD)


@dataclass(frozen=True, slots=True)
class ValueProblem:
    """One value of a roll-out that cannot be taken, and why."""

    name: str
    message: str


def validate_values(
    raw: Mapping[str, object], variables: Mapping[str, Variable]
) -> tuple[dict[str, str], list[ValueProblem]]:
    """The values of a roll-out as strings in their plain form, and what is wrong with the rest.

    Blank values are left out, so that fallbacks apply (rule T3). Unknown names, and names whose source is
    not the roll-out, are refused.
    """
    values: dict[str, str] = {}
    problems: list[ValueProblem] = []
    for name, given in raw.items():
        variable = variables.get(name)
        if variable is None or variable.source != "rollout":
            problems.append(ValueProblem(name, _("This template has no value of that name.")))
            continue
        text = unicodedata.normalize("NFC", str(given if given is not None else "").strip())
        if not text:
            continue
        try:
            parsed = variable.parse(text)
        except ValueRefused as refusal:
            problems.append(ValueProblem(name, str(refusal)))
            continue
        values[name] = _plain(parsed)
    named = {problem.name for problem in problems}
    problems.extend(
        ValueProblem(variable.name, _("This value is missing."))
        for variable in variables.values()
        if variable.source == "rollout"
        and variable.required
        and not variable.fallback
        and variable.name not in values
        and variable.name not in named
    )
    return dict(sorted(values.items())), problems


def _plain(value: str | Decimal | date) -> str:
    """One spelling for one value: "20", not "20.00" and not "2E+1"."""
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, date):
        return value.isoformat()
    return value
