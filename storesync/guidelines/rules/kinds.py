"""The kinds of rules, and the places that they are for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    model_validator,
)

from storesync.content.campaign_types import CampaignType
from storesync.content.checks import Level
from storesync.content.theme import MIN_CONTRAST
from storesync.guidelines.clients import FAMILIES
from storesync.guidelines.rules.fields import Host, Hosts, Language, Line, Phrase, family, tidy

MAX_WORDS: Final = 2_000


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
    text: Annotated[str, BeforeValidator(tidy), Field(min_length=1, max_length=2_000)]

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
    families: Annotated[tuple[Annotated[str, AfterValidator(family)], ...], Field(min_length=1)] = tuple(
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
