"""What the editor of a template shows: rows of blocks, kinds to add, variables, a conflict, an undo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext as _

from storesync.campaigns.actions.template import draft_at
from storesync.campaigns.draft import ADDABLE, block_summary
from storesync.campaigns.forms.block_form import FIXED, FREE, LIMITS, BlockForm, lock_of
from storesync.campaigns.messages import read_variables
from storesync.campaigns.models import CampaignTemplate
from storesync.campaigns.queries import SAMPLE, changes_of, draft_content
from storesync.campaigns.views.previews import number_of
from storesync.content.blocks import block_type_name
from storesync.content.differences import differences, value_in_words
from storesync.content.rendering import ContentInvalid
from storesync.content.variables import Variable, sample_value


@dataclass(frozen=True, slots=True)
class Row:
    """A block in the list: what it is, who may change it, what is wrong in it, and where it leads."""

    id: str
    kind: str
    name: str
    summary: str
    lock: str
    lock_words: str
    errors: int
    number: int
    first: bool
    last: bool
    current: bool
    url: str
    add_url: str

    @property
    def icon(self) -> str:
        """The drawing of its type."""
        return f"block-{self.kind.replace('_', '-')}"


def block_rows(
    blocks: Sequence[Mapping[str, Any]],
    *,
    chosen: str,
    form: forms.BaseForm | None,
    kept: Mapping[str, str],
) -> list[Row]:
    """The rows of the list.

    Args:
        chosen: the id of the open block. form: the open form, for the number of its errors.
        kept: parameters that every address carries.
    """
    wrong = sum(len(errors) for errors in form.errors.values()) if form is not None and form.is_bound else 0
    words = {FIXED: _("Fixed"), LIMITS: _("Within limits"), FREE: _("Free")}
    rows = []
    for n, block in enumerate(blocks):
        lock = lock_of(block)
        current = block["id"] == chosen
        rows.append(
            Row(
                id=block["id"],
                kind=block["type"],
                name=block_type_name(block["type"]),
                summary=block_summary(block),
                lock=lock,
                lock_words=words[lock],
                errors=wrong if current and isinstance(form, BlockForm) else 0,
                number=n + 1,
                first=n == 0,
                last=n == len(blocks) - 1,
                current=current,
                url=f"?{urlencode({'block': block['id'], **kept})}",
                add_url=f"?{urlencode({'add': block['id'], **kept})}",
            )
        )
    return rows


def kinds_to_add() -> list[dict[str, str]]:
    """The types of the block picker, each with what it is for."""
    words = {
        "heading": _("A title, with a short line above it where wanted."),
        "text": _("Paragraphs, with bold, lists and links."),
        "image": _("A picture from the library, with a link if you like."),
        "button": _("One thing to do: shop, book, call."),
        "offer": _("A discount or price, with its dates, code and conditions."),
        "product_list": _("Up to twelve products with picture and price."),
        "store_details": _("Address, opening hours, phone and map of each store."),
        "divider": _("A line or a space between two parts."),
        "legal": _("Small print. Fixed for stores to begin with."),
    }
    return [
        {
            "kind": kind,
            "name": block_type_name(kind),
            "words": words[kind],
            "icon": f"block-{kind.replace('_', '-')}",
        }
        for kind in ADDABLE
    ]


def known_variables(declared: Sequence[Any]) -> Mapping[str, Variable]:
    """The variables of a draft; the standard ones alone where a declaration is wrong."""
    try:
        return read_variables(declared)
    except ContentInvalid:
        return read_variables([])


def variable_groups(declared: Sequence[Any], facts: Mapping[str, str]) -> list[dict[str, Any]]:
    """The variables of a template by their source, each with its label, type and a sample.

    Args:
        facts: of the store that the preview shows: what stands there is the sample.
    """
    known = known_variables(declared)
    groups = {
        "rollout": _("Roll-out"),
        "store": _("Store"),
        "brand": _("Brand"),
        "recipient": _("Recipient"),
    }
    types = {
        "text": _("text"),
        "number": _("number"),
        "percent": _("percentage"),
        "money": _("money"),
        "date": _("date"),
        "choice": _("choice"),
        "url": _("link"),
    }
    return [
        {
            "name": words,
            "key": source,
            "variables": [
                {
                    "name": name,
                    "label": _(one.label),
                    "type": types.get(one.type, one.type),
                    "fallback": one.fallback,
                    "sample": facts.get(name)
                    or SAMPLE.get(name)
                    or value_in_words(one, one.fallback or sample_value(one), facts.get("currency", "")),
                }
                for name, one in known.items()
                if one.source == source
            ],
        }
        for source, words in groups.items()
        if any(one.source == source for one in known.values())
    ]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else has saved: what differs from what the person saw, and how to save mine all the same.

    `newer` is the draft that stands there now; `again` is an edit of the list as it was asked for, to repeat.
    """

    changes: list[dict[str, str]]
    newer: int
    again: list[tuple[str, str]]

    @classmethod
    def of(cls, template: CampaignTemplate, seen: int, post: Mapping[str, str]) -> "Conflict":
        """The conflict of a posted edit.

        Args:
            template: as it is now. seen: the number of the draft that the person saw.
        """
        before = draft_at(template, seen)
        after = _content(template.draft)
        found = changes_of(differences(_content(before), after)) if before else []
        plain = post.get("op") not in {"save", "lines"}
        wanted = ("op", "block", "type", "after", "to", "from", "rule")
        again = [(name, post[name]) for name in wanted if name in post] if plain else []
        return cls(found, template.draft_number, again)


def _content(draft: Any) -> Any:
    return replace(draft_content(draft), schedule=draft.get("schedule"))


@dataclass(frozen=True, slots=True)
class Undo:
    """What the last edit took away and how to have it back: posted again as `op` with `fields`."""

    words: str
    op: str
    fields: list[tuple[str, str]]

    @classmethod
    def of(cls, template: CampaignTemplate, get: Mapping[str, str]) -> "Undo | None":
        """The undo that the address offers; None where there is nothing to bring back."""
        whole = {
            "discarded": _("The draft is what was published last."),
            "inserted": _("The legal text is put in."),
        }
        for name, words in whole.items():
            if name in get:
                number = number_of(get[name])
                back = [("from", str(number))]
                return cls(words, "undiscard", back) if 0 <= number < template.draft_number else None
        block_id, number = get.get("removed", ""), number_of(get.get("from", ""))
        if not block_id or number < 0 or any(one["id"] == block_id for one in template.draft["blocks"]):
            return None
        seen = draft_at(template, number) or {"blocks": []}
        block = next((one for one in seen["blocks"] if one["id"] == block_id), None)
        if block is None:
            return None
        words = _("%(block)s removed.") % {"block": block_type_name(block["type"])}
        return cls(words, "restore", [("block", block_id), ("from", str(number))])
