"""The rules of a guideline version as typed data: each with an id, a switch, a level, a scope and its why.

A rule without a scope is for everybody; one that names regions is for them and everything below, one that
names languages for stores that write them ("de" means de-AT too), one that names types for such campaigns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from storesync.content.campaign_types import CampaignType
from storesync.content.checks import Level
from storesync.content.theme import MIN_CONTRAST
from storesync.guidelines.clients import FAMILIES

MAX_RULES: Final = 300
MAX_WORDS: Final = 2_000
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{2,59})")


def _tidy(value: Any) -> Any:
    """One spelling: NFC, no white space around, single spaces within a line."""
    if not isinstance(value, str):
        return value
    return "\n".join(
        " ".join(line.split()) for line in unicodedata.normalize("NFC", value).splitlines()
    ).strip()


def _phrase(value: str) -> str:
    bare = value.removesuffix("*")
    if "*" in bare:
        raise ValueError(_("A star stands at the end of a word only: gratis*"))
    if not bare.strip() or (value != bare and not bare[-1].isalnum()):
        raise ValueError(_("Write at least one letter before the star."))
    return value


def _language(value: str) -> str:
    if not _LANGUAGE.fullmatch(value):
        raise ValueError(_("Write a language as its tag, such as de or pt-br."))
    return value


def _host(value: Any) -> Any:
    """The bare name of a host, from whatever people paste: an address, upper case, letters beyond ASCII."""
    if not isinstance(value, str):
        return value
    bare = re.sub(r"^[a-z]+://", "", value.strip().lower()).split("/")[0].split(":")[0]
    bare = bare.removeprefix("*.").rstrip(".")
    try:
        return bare.encode("idna").decode() if not bare.isascii() else bare
    except UnicodeError:
        return bare


def _known_host(value: str) -> str:
    if not _HOST.fullmatch(value):
        raise ValueError(_("Write the name of a host, such as shop.example."))
    return value


def _family(value: str) -> str:
    if value not in FAMILIES:
        raise ValueError(_("There is no such mail program."))
    return value


Line = Annotated[str, BeforeValidator(_tidy), Field(max_length=300)]
Phrase = Annotated[
    str, BeforeValidator(_tidy), Field(min_length=1, max_length=100), AfterValidator(lambda v: _phrase(v))
]
Host = Annotated[str, BeforeValidator(_host), AfterValidator(lambda v: _known_host(v))]
Language = Annotated[
    str,
    BeforeValidator(lambda v: v.strip().lower().replace("_", "-") if isinstance(v, str) else v),
    AfterValidator(_language),
]
Hosts = Annotated[tuple[Host, ...], Field(min_length=1, max_length=200)]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Word(_Data):
    """A word or phrase, and what to write instead. `*` at its end means any ending."""

    text: Phrase
    instead: Line = ""


Words = Annotated[tuple[Word, ...], Field(min_length=1, max_length=MAX_WORDS)]


class BaseRule(_Data):
    """What every rule has.

    Attributes:
        id: stable over versions, so that differences name the rule.
        on: a rule that is off is kept and does nothing.
        why: the brand's own words, shown to the store beside the finding.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    on: bool = True
    level: Level = "error"
    why: Line = ""
    regions: Annotated[tuple[UUID, ...], Field(max_length=200)] = ()
    languages: Annotated[tuple[Language, ...], Field(max_length=50)] = ()
    campaign_types: tuple[CampaignType, ...] = ()

    def applies(self, place: Place) -> bool:
        """Whether the rule is for this store and campaign."""
        return (
            self.on
            and (not self.regions or not set(self.regions).isdisjoint(place.region_path))
            and (
                not self.languages
                or any(
                    place.language == one or place.language.startswith(f"{one}-") for one in self.languages
                )
            )
            and (not self.campaign_types or place.campaign_type in self.campaign_types)
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Whose message it is: what a scope is held against.

    Attributes:
        region_path: the ids of the store's region and all above it; empty for a store without region.
        language: of the store, as a tag in lower case ("de-at").
        campaign_type: of the template; "" where it is not known.
    """

    region_path: tuple[UUID, ...] = ()
    language: str = ""
    campaign_type: str = ""

    @classmethod
    def of(cls, region_path: Iterable[UUID], facts: Mapping[str, str], campaign_type: str) -> Self:
        """The place of a message from the store's facts (content.facts)."""
        language = facts.get("location_language", "").lower().replace("_", "-")
        return cls(tuple(region_path), language, campaign_type)


class BannedWords(BaseRule):
    """Words that must not be read anywhere in the message."""

    kind: Literal["banned_words"] = "banned_words"
    words: Words


class RequiredWords(BaseRule):
    """Words that have to be read somewhere: all of them, or one."""

    kind: Literal["required_words"] = "required_words"
    words: Words
    need: Literal["all", "one"] = "all"


class LargestDiscount(BaseRule):
    """The largest percentage that may be taken off. Typed offers and prices count; words only warn."""

    kind: Literal["largest_discount"] = "largest_discount"
    percent: Annotated[Decimal, Field(gt=0, le=100, max_digits=5, decimal_places=2)]


class LowestPrice(BaseRule):
    """The lowest price that a product list may show, in one currency."""

    kind: Literal["lowest_price"] = "lowest_price"
    amount: Annotated[Decimal, Field(gt=0, max_digits=11, decimal_places=2)]
    currency: Annotated[
        str,
        BeforeValidator(lambda v: v.strip().upper() if isinstance(v, str) else v),
        Field(pattern=r"^[A-Z]{3}$"),
    ]


class Disclaimer(BaseRule):
    """Words that have to stand in a legal block."""

    kind: Literal["disclaimer"] = "disclaimer"
    text: Annotated[str, BeforeValidator(_tidy), Field(min_length=1, max_length=2_000)]

    @model_validator(mode="after")
    def _plain(self) -> Self:
        if "{{" in self.text or "{%" in self.text:
            raise ValueError(_("A disclaimer is plain text, without variables."))
        return self


class AllowedLinkHosts(BaseRule):
    """Where links may lead; a host allows everything below it."""

    kind: Literal["allowed_link_hosts"] = "allowed_link_hosts"
    hosts: Hosts


class AllowedImageHosts(BaseRule):
    """From where images may come; the brand's own library is always allowed."""

    kind: Literal["allowed_image_hosts"] = "allowed_image_hosts"
    hosts: Annotated[tuple[Host, ...], Field(max_length=200)] = ()


_R = TypeVar("_R", bound=BaseRule)


class SubjectLength(BaseRule):
    """How long the subject is, in characters."""

    kind: Literal["subject_length"] = "subject_length"
    minimum: Annotated[int, Field(ge=1, le=200)] | None = None
    maximum: Annotated[int, Field(ge=1, le=200)] | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        return _ordered(self, self.minimum, self.maximum)


class Preheader(BaseRule):
    """That there is a preheader, and how long it is."""

    kind: Literal["preheader"] = "preheader"
    minimum: Annotated[int, Field(ge=1, le=200)] = 1
    maximum: Annotated[int, Field(ge=1, le=200)] | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        return _ordered(self, self.minimum, self.maximum)


def _ordered(rule: _R, minimum: int | None, maximum: int | None) -> _R:
    if minimum is None and maximum is None:
        raise ValueError(_("Write the least, the most, or both."))
    if minimum is not None and maximum is not None and minimum > maximum:
        raise ValueError(_("The least is more than the most."))
    return rule


class MailSize(BaseRule):
    """How large the HTML may be. Above 102 KB Gmail clips, which is an error without any guideline."""

    kind: Literal["mail_size"] = "mail_size"
    kilobytes: Annotated[int, Field(ge=10, le=102)]


class ImageCount(BaseRule):
    """How many images a message may have, product images counted."""

    kind: Literal["image_count"] = "image_count"
    maximum: Annotated[int, Field(ge=0, le=100)]


class AlternativeText(BaseRule):
    """That alternative text describes: no file names, and not longer than a screen reader is patient."""

    kind: Literal["alternative_text"] = "alternative_text"
    maximum: Annotated[int, Field(ge=20, le=300)] = 125


class SubjectEmoji(BaseRule):
    """How many emoji a subject may have."""

    kind: Literal["subject_emoji"] = "subject_emoji"
    maximum: Annotated[int, Field(ge=0, le=20)]


class Shouting(BaseRule):
    """How loud subject, preheader and headings may be: the share of CAPITALS, and !!! in a row."""

    kind: Literal["shouting"] = "shouting"
    capitals: Annotated[int, Field(ge=0, le=100)] = 50
    exclamations: Annotated[int, Field(ge=0, le=20)] = 1


class Contrast(BaseRule):
    """The least contrast of text with what it stands on (WCAG 2.2: 4.5 for AA, 7 for AAA)."""

    kind: Literal["contrast"] = "contrast"
    ratio: Annotated[Decimal, Field(ge=3, le=21, max_digits=4, decimal_places=2)] = Decimal(str(MIN_CONTRAST))


class MailPrograms(BaseRule):
    """The mail programs in which the message has to work; what degrades there without harm is not told."""

    kind: Literal["mail_programs"] = "mail_programs"
    level: Level = "warning"
    families: Annotated[tuple[Annotated[str, AfterValidator(_family)], ...], Field(min_length=1)] = tuple(
        FAMILIES
    )


Rule = Annotated[
    BannedWords
    | RequiredWords
    | LargestDiscount
    | LowestPrice
    | Disclaimer
    | AllowedLinkHosts
    | AllowedImageHosts
    | SubjectLength
    | Preheader
    | MailSize
    | ImageCount
    | AlternativeText
    | SubjectEmoji
    | Shouting
    | Contrast
    | MailPrograms,
    Field(discriminator="kind"),
]
RULE: Final[TypeAdapter[Any]] = TypeAdapter(Rule)
KINDS: Final[Mapping[str, type[BaseRule]]] = {
    "banned_words": BannedWords,
    "required_words": RequiredWords,
    "disclaimer": Disclaimer,
    "largest_discount": LargestDiscount,
    "lowest_price": LowestPrice,
    "allowed_link_hosts": AllowedLinkHosts,
    "allowed_image_hosts": AllowedImageHosts,
    "subject_length": SubjectLength,
    "preheader": Preheader,
    "subject_emoji": SubjectEmoji,
    "shouting": Shouting,
    "mail_size": MailSize,
    "image_count": ImageCount,
    "alternative_text": AlternativeText,
    "contrast": Contrast,
    "mail_programs": MailPrograms,
}
"""In the order of the pages."""


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
