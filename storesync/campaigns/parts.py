"""A campaign's content as its store reads it: part by part in the order of the mail, in rendered words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from storesync.campaigns.forms.campaign import CampaignForm
from storesync.campaigns.messages import read_variables
from storesync.campaigns.models import LocationCampaign
from storesync.content.blocks import BLOCK_TYPES, block_type_name, field_name
from storesync.content.edits import holds_value
from storesync.content.language import TemplateTextError, render_text, show_recipient_fields
from storesync.content.markup import markup_to_text
from storesync.content.variables import Variable

SAMPLE: Final = {"first_name": "Alex", "last_name": "Example"}
_TITLE: Final = 60


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field that the store may change.

    Attributes:
        place: as comments name it ("hello.text", "subject").
        changed: whether it differs from the template; `original` is what stands there, in words.
    """

    bound: BoundField
    place: str
    changed: bool = False
    original: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the mail.

    Attributes:
        key: the block's id, "subject" or "preheader".
        kind: what it is; `title`: what it says.
        rows: its fields; none where the template locks it.
        words: what stands there for this store, (label, text); shown where it cannot be changed.
        reason: why it cannot be, in the template's own words; "" where it says nothing.
    """

    key: str
    kind: str
    title: str
    rows: list[FieldRow] = field(default_factory=list)
    words: list[tuple[str, str]] = field(default_factory=list)
    reason: str = ""

    @property
    def locked(self) -> bool:
        """Whether the store can change nothing of it."""
        return not self.rows

    @property
    def place(self) -> str:
        """The part as a whole, as comments name it."""
        return self.key if self.key in ("subject", "preheader") else f"{self.key}."


@dataclass(frozen=True, slots=True)
class Wording:
    """Template text as one store reads it."""

    variables: Mapping[str, Variable]
    given: Mapping[str, str]

    def say(self, source: Any, *, paragraphs: bool = False) -> str:
        """A text with the store's values in it; as it is written where it cannot be read."""
        try:
            text, _missing = render_text(
                str(source),
                self.variables,
                self.given,
                language=self.given.get("location_language") or "en",
                currency=self.given.get("currency") or "",
                multiline=paragraphs,
            )
        except TemplateTextError:
            text = str(source)
        text = show_recipient_fields(text, SAMPLE)
        return markup_to_text(text) if paragraphs else text

    def words(self, block: Mapping[str, Any], name: str) -> str:
        """One field of a block in words; "" where there is nothing to read."""
        kind, value = BLOCK_TYPES[block["type"]], block.get(name)
        if value in (None, "", [], ()):
            return ""
        if name == "products":
            return ", ".join(str(one.get("name", "")) for one in value if isinstance(one, Mapping))
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if name in kind.marked_up:
            return self.say(value, paragraphs=True)
        return self.say(value) if name in (*kind.texts, *kind.addresses) else str(value)


def wording_of(campaign: LocationCampaign, facts: Mapping[str, str]) -> Wording:
    """How texts of a campaign read at its store."""
    values = campaign.current_revision.values
    return Wording(read_variables(campaign.template_version.variables), {**values, **facts})


def parts_of(campaign: LocationCampaign, form: CampaignForm, facts: Mapping[str, str]) -> list[Part]:
    """Every part of the mail that says something, with its fields where the store may change it."""
    wording, template = wording_of(campaign, facts), campaign.template_version
    originals = {block["id"]: block for block in template.blocks}
    rows = list(_lines(campaign, form, wording))
    for block in form.typed_blocks():
        part = _part(block, originals.get(block["id"], block), form, wording)
        if part.rows or part.words:
            rows.append(part)
    return rows


def _lines(campaign: LocationCampaign, form: CampaignForm, wording: Wording) -> Iterator[Part]:
    revision, template = campaign.current_revision, campaign.template_version
    for name in ("subject", "preheader"):
        kept, original = getattr(revision, name), getattr(template, name)
        typed, bound = form.typed_line(name, kept), form.line(name)
        said = wording.say(typed)
        if bound is None:
            if said:
                yield Part(name, field_name(name), said[:_TITLE], words=[("", said)])
            continue
        row = FieldRow(bound, name, typed != original, wording.say(original))
        yield Part(name, field_name(name), "", rows=[row])


def _part(
    block: Mapping[str, Any], original: Mapping[str, Any], form: CampaignForm, wording: Wording
) -> Part:
    kind = BLOCK_TYPES[block["type"]]
    rules = block.get("rules") or {}
    fields = form.fields_of(block["id"])
    rows = [
        FieldRow(
            bound,
            f"{block['id']}.{name}",
            not holds_value(original, name, block.get(name)),
            wording.words(original, name) or _("nothing"),
        )
        for name, bound in fields
    ]
    open_ones = {name for name, _bound in fields}
    # Of switches and levels nobody reads anything in the mail; their words would be noise.
    read = (*kind.texts, *kind.marked_up, *(("products",) if block["type"] == "product_list" else ()))
    words = [
        (field_name(name), said)
        for name in read
        if name not in open_ones and (said := wording.words(block, name))
    ]
    reasons = [
        str(rules[name].get("reason") or "") for name in read if name in rules and name not in open_ones
    ]
    title = next((said for name in read if (said := wording.words(block, name))), "")
    return Part(
        key=block["id"],
        kind=block_type_name(block["type"]),
        title=_shortened(title),
        rows=rows,
        words=words,
        reason=str(block.get("lock_reason") or "") or next(filter(None, reasons), ""),
    )


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _TITLE else text[: _TITLE - 1].rstrip() + "…"
