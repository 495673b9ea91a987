"""Rules and their differences in words that whoever is held to them understands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from babel import Locale
from babel.core import UnknownLocaleError
from babel.lists import format_list
from django.utils.translation import gettext as _

from storesync.brands.models import Region
from storesync.content.campaign_types import CampaignType
from storesync.core import formats
from storesync.guidelines.clients import FAMILIES
from storesync.guidelines.rules import BaseRule, Word

SHOWN_WORDS: Final = 6
"""Words of a rule that a sentence names; the rest are counted."""
RegionNames = Mapping[UUID, str]


def region_names(rules: Iterable[BaseRule]) -> RegionNames:
    """The names of all regions that these rules name, in one query."""
    wanted = {region for rule in rules for region in rule.regions}
    rows = Region.objects.filter(pk__in=wanted).order_by().values_list("pk", "name")
    return dict(rows) if wanted else {}


def kind_name(kind: str) -> str:
    """What a kind of rule is called."""
    return {
        "banned_words": _("Words not to use"),
        "required_words": _("Words to use"),
        "disclaimer": _("Disclaimer"),
        "largest_discount": _("Largest discount"),
        "lowest_price": _("Lowest price"),
        "allowed_link_hosts": _("Where links may lead"),
        "allowed_image_hosts": _("Where images may come from"),
        "subject_length": _("Length of the subject"),
        "preheader": _("Preheader"),
        "subject_emoji": _("Emoji in the subject"),
        "shouting": _("Capitals and exclamation marks"),
        "mail_size": _("Size of the mail"),
        "image_count": _("Number of images"),
        "alternative_text": _("Alternative text"),
        "contrast": _("Contrast"),
        "mail_programs": _("Mail programs"),
    }.get(kind, kind)


def kind_help(kind: str) -> str:
    """What a kind of rule does, in a sentence."""
    return {
        "banned_words": _("Found whatever their case and accents, in every text of the mail."),
        "required_words": _("Have to be read somewhere in the mail."),
        "disclaimer": _("Has to stand in a block of legal text."),
        "largest_discount": _("Of offers and prices; a percentage in a text is a warning."),
        "lowest_price": _("Of products, in one currency."),
        "allowed_link_hosts": _("A host allows everything below it."),
        "allowed_image_hosts": _("The media library is always allowed."),
        "subject_length": _("In characters."),
        "preheader": _("The line that inboxes show after the subject."),
        "subject_emoji": _("How many at most."),
        "shouting": _("In subject, preheader and headings."),
        "mail_size": _("Gmail cuts mails at 102 KB."),
        "image_count": _("Images of products counted."),
        "alternative_text": _("No file names, and not too long for a screen reader."),
        "contrast": _("Of text with what it stands on, in the mail as it is sent."),
        "mail_programs": _("What they do not show is told, unless nothing is lost."),
    }.get(kind, "")


def language_name(tag: str) -> str:
    """The name of a language in the language of the page; its tag when it is unknown."""
    try:
        name = Locale.parse(tag, sep="-").get_display_name(formats.active_locale())
    except (UnknownLocaleError, ValueError):
        return tag
    return str(name or tag)


def listed(names: Iterable[str], style: Literal["or", "standard"] = "or") -> str:
    """Names as a sentence lists them: "A, B or C"."""
    return str(format_list(list(names), style=style, locale=formats.active_locale()))


def who(rule: BaseRule, names: RegionNames) -> str:
    """Which mails a rule is for: "Mails of the type Loyalty in Bavaria"."""
    parts = [_("Mails")]
    if rule.campaign_types:
        parts.append(
            _("of the type %(types)s")
            % {"types": listed(str(CampaignType(t).label) for t in rule.campaign_types)}
        )
    if rule.regions:
        regions = [names.get(region, _("a region that is gone")) for region in rule.regions]
        parts.append(_("in %(regions)s") % {"regions": listed(regions)})
    if rule.languages:
        parts.append(
            _("written in %(languages)s")
            % {"languages": listed(language_name(one) for one in rule.languages)}
        )
    return " ".join(parts)


def sentence(rule: BaseRule, names: RegionNames) -> str:
    """A rule as one sentence; a warning should, an error must."""
    words = {"who": who(rule, names), **_details(rule)}
    must = rule.level == "error"
    return _SENTENCES[rule.kind](rule, must) % words  # type: ignore[attr-defined]


def _details(rule: Any) -> dict[str, Any]:
    return {
        "words": _words(getattr(rule, "words", ())),
        "percent": formats.number(getattr(rule, "percent", 0)),
        "amount": formats.money(getattr(rule, "amount", None), getattr(rule, "currency", "")),
        # The sentence has a full stop of its own.
        "text": getattr(rule, "text", "").removesuffix("."),
        "hosts": listed(getattr(rule, "hosts", ())),
        "least": getattr(rule, "minimum", None),
        "most": getattr(rule, "maximum", None),
        "kilobytes": getattr(rule, "kilobytes", 0),
        "capitals": getattr(rule, "capitals", 0),
        "exclamations": getattr(rule, "exclamations", 0),
        "ratio": formats.number(getattr(rule, "ratio", 0)),
        "programs": listed((str(FAMILIES[one]) for one in getattr(rule, "families", ())), "standard"),
    }


def _words(words: Sequence[Word]) -> str:
    named = [_("“%(word)s”") % {"word": word.text} for word in words[:SHOWN_WORDS]]
    if len(words) > SHOWN_WORDS:
        named.append(_("%(count)d more") % {"count": len(words) - SHOWN_WORDS})
    return listed(named)


def _length(rule: Any, must: bool) -> str:
    if rule.minimum and rule.maximum:
        return (
            _("%(who)s must have a subject of %(least)s to %(most)s characters.")
            if must
            else _("%(who)s should have a subject of %(least)s to %(most)s characters.")
        )
    if rule.maximum:
        return (
            _("%(who)s must have a subject of at most %(most)s characters.")
            if must
            else _("%(who)s should have a subject of at most %(most)s characters.")
        )
    return (
        _("%(who)s must have a subject of at least %(least)s characters.")
        if must
        else _("%(who)s should have a subject of at least %(least)s characters.")
    )


def _preheader(rule: Any, must: bool) -> str:
    if rule.maximum:
        return (
            _("%(who)s must have a preheader of %(least)s to %(most)s characters.")
            if must
            else _("%(who)s should have a preheader of %(least)s to %(most)s characters.")
        )
    return _("%(who)s must have a preheader.") if must else _("%(who)s should have a preheader.")


_SENTENCES: Final[Mapping[str, Callable[[Any, bool], str]]] = {
    "banned_words": lambda rule, must: (
        _("%(who)s must not say %(words)s.") if must else _("%(who)s should not say %(words)s.")
    ),
    "required_words": lambda rule, must: (
        (_("%(who)s must say %(words)s.") if must else _("%(who)s should say %(words)s."))
        if rule.need == "one" or len(rule.words) == 1
        else (
            _("%(who)s must say each of: %(words)s.") if must else _("%(who)s should say each of: %(words)s.")
        )
    ),
    "disclaimer": lambda rule, must: (
        _("%(who)s must have the legal text “%(text)s”.")
        if must
        else _("%(who)s should have the legal text “%(text)s”.")
    ),
    "largest_discount": lambda rule, must: (
        _("%(who)s must not offer more than %(percent)s %% off.")
        if must
        else _("%(who)s should not offer more than %(percent)s %% off.")
    ),
    "lowest_price": lambda rule, must: (
        _("%(who)s must not show prices below %(amount)s.")
        if must
        else _("%(who)s should not show prices below %(amount)s.")
    ),
    "allowed_link_hosts": lambda rule, must: (
        _("%(who)s must link to %(hosts)s only.") if must else _("%(who)s should link to %(hosts)s only.")
    ),
    "allowed_image_hosts": lambda rule, must: (
        (
            _("%(who)s must show images of the media library or of %(hosts)s only.")
            if must
            else _("%(who)s should show images of the media library or of %(hosts)s only.")
        )
        if rule.hosts
        else (
            _("%(who)s must show images of the media library only.")
            if must
            else _("%(who)s should show images of the media library only.")
        )
    ),
    "subject_length": _length,
    "preheader": _preheader,
    "subject_emoji": lambda rule, must: (
        (
            _("%(who)s must not have emoji in the subject.")
            if must
            else _("%(who)s should not have emoji in the subject.")
        )
        if rule.maximum == 0
        else (
            _("%(who)s must have at most %(most)s emoji in the subject.")
            if must
            else _("%(who)s should have at most %(most)s emoji in the subject.")
        )
    ),
    "shouting": lambda rule, must: (
        _("%(who)s must not shout: at most %(capitals)s %% capitals, %(exclamations)s exclamation marks.")
        if must
        else _(
            "%(who)s should not shout: at most %(capitals)s %% capitals, %(exclamations)s exclamation marks."
        )
    ),
    "mail_size": lambda rule, must: (
        _("%(who)s must be at most %(kilobytes)s KB large.")
        if must
        else _("%(who)s should be at most %(kilobytes)s KB large.")
    ),
    "image_count": lambda rule, must: (
        _("%(who)s must have at most %(most)s images.")
        if must
        else _("%(who)s should have at most %(most)s images.")
    ),
    "alternative_text": lambda rule, must: (
        _("%(who)s must describe each image in at most %(most)s characters.")
        if must
        else _("%(who)s should describe each image in at most %(most)s characters.")
    ),
    "contrast": lambda rule, must: (
        _("%(who)s must have a contrast of at least %(ratio)s.")
        if must
        else _("%(who)s should have a contrast of at least %(ratio)s.")
    ),
    "mail_programs": lambda rule, must: (
        _("%(who)s must work in %(programs)s.") if must else _("%(who)s should work in %(programs)s.")
    ),
}


class RuleChange(NamedTuple):
    """One rule that differs, as the component `diff` shows it."""

    label: str
    before: str
    after: str
    note: str


def rule_differences(
    before: Iterable[BaseRule], after: Iterable[BaseRule], names: RegionNames
) -> list[RuleChange]:
    """What changed between two sets of rules, rule by rule, in words."""
    old, new = {rule.id: rule for rule in before}, {rule.id: rule for rule in after}
    found = []
    for rule_id in [*old, *(one for one in new if one not in old)]:
        one, other = old.get(rule_id), new.get(rule_id)
        if one == other:
            continue
        rule: Any = other or one
        note = _("new") if one is None else _("removed") if other is None else _("changed")
        found.append(RuleChange(kind_name(rule.kind), _full(one, names), _full(other, names), note))
    return found


def _full(rule: Any, names: RegionNames) -> str:
    """All of a rule: the sentence, every word, its why, and whether it is off."""
    if rule is None:
        return ""
    parts = [sentence(rule, names)]
    if hasattr(rule, "words"):
        parts.append(
            "; ".join(f"{word.text} → {word.instead}" if word.instead else word.text for word in rule.words)
            + "."
        )
    if rule.why:
        parts.append(rule.why)
    if not rule.on:
        parts.append(_("Switched off."))
    return " ".join(parts)
