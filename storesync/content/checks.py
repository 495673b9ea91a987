"""Checks of a message before it is handed in: errors block submission, warnings do not (rules T3, T4, T7).

Each finding names its place and how to mend it. What cannot be compiled at all is reported by the same
shape, so pages show one list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from django.utils.translation import gettext as _

from storesync.content.blocks import BLOCK_TYPES, BlockError, ButtonBlock, ImageBlock, block_type_name
from storesync.content.language import MissingValue, show_recipient_fields
from storesync.content.media import FRESH_PICTURE
from storesync.content.rendering import (
    GMAIL_CLIPS_AT,
    CompiledMessage,
    RenderedMessage,
    compile_message,
)
from storesync.content.theme import Theme
from storesync.content.variables import Variable

if TYPE_CHECKING:
    from storesync.content.models import Revision

Level = Literal["error", "warning"]
SUBJECT_SHOWN: Final = 60
PREHEADER_SHOWN: Final = 90
FRESH_LINK: Final = "https://example.com/"
"""Where a new button leads until somebody says; submitting and publishing refuse it, like FRESH_PICTURE."""
SIZE_WARNING: Final = 90 * 1024
_LEFT_OVER = re.compile(r"\{\{|\}\}|\{%|%\}|\[\[[^\]]*\]\]|\*\|[A-Z_]+\|\*|%%[a-z_]+%%|lorem ipsum", re.I)
_PLAIN_LINK = re.compile(r"\bhttp://\S+", re.I)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a check found: how bad, what, where, and how to mend it.

    Attributes:
        why, rule: the brand's own words, and the id of its guideline rule; "" for our own checks.
        insert: words that a legal block has to have, ready to be put in; "" where nothing is to be inserted.
    """

    level: Level
    code: str
    message: str
    mend: str
    block_id: str = ""
    field: str = ""
    why: str = ""
    rule: str = ""
    insert: str = ""


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether submission is blocked."""
    return any(finding.level == "error" for finding in findings)


def findings_of_errors(errors: Iterable[BlockError]) -> list[Finding]:
    """The errors of content that cannot be compiled, as findings."""
    return [
        Finding("error", "content", error.message, _("Correct the field."), error.block_id, error.field)
        for error in errors
    ]


def check_message(
    message: CompiledMessage,
    rendered: RenderedMessage,
    *,
    template_blocks: Sequence[Any] = (),
) -> list[Finding]:
    """What is wrong, or could be better, with a message rendered for one store; errors first.

    Args:
        message: the compiled content. rendered: for one store. template_blocks: of the template version
        it came from; its legal blocks must still be there.
    """
    return _findings(message.blocks, rendered, template_blocks)


class Wording:
    """What of a stored message is the same in all stores that share its words: compiled and looked at once.

    Args:
        subject, preheader, blocks: as they were written, blocks as the database keeps them.
        variables: of the template version; with them missing values are found too, which leave no trace in
            the rendered text (rule T3).
        template_blocks: of the template version it came from, as the database keeps them.
    """

    def __init__(
        self,
        *,
        subject: str,
        preheader: str,
        blocks: Sequence[Mapping[str, Any]],
        variables: Mapping[str, Variable] | None = None,
        template_blocks: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        self._content: CompiledMessage | None = None
        if variables:
            # In which colours does not matter here.
            self._content = compile_message(
                subject=subject, preheader=preheader, blocks=blocks, variables=variables, theme=Theme()
            )
        self.blocks = _blocks(blocks)
        self.template_blocks = _blocks(template_blocks)

    def missing_in(self, revision: Revision) -> tuple[MissingValue, ...]:
        """The values that were missing when it was rendered for the store of a revision."""
        return self._content.missing(revision.facts, revision.values) if self._content else ()


def check_revision(
    revision: Revision,
    *,
    variables: Mapping[str, Variable] | None = None,
    template_blocks: Iterable[Mapping[str, Any]] = (),
    wording: Wording | None = None,
) -> list[Finding]:
    """What is wrong, or could be better, with a revision as it is stored; errors first.

    What is looked at are the bytes that would be sent, nothing made anew.

    Args:
        variables, template_blocks: as `Wording` has them.
        wording: its words with these variables and blocks, where many revisions share them.
    """
    wording = wording or Wording(
        subject=revision.subject,
        preheader=revision.preheader,
        blocks=revision.blocks,
        variables=variables,
        template_blocks=template_blocks,
    )
    rendered = RenderedMessage(
        subject=revision.rendered_subject,
        preheader=revision.rendered_preheader,
        html=revision.html,
        text=revision.text,
        missing=wording.missing_in(revision),
    )
    return _findings(wording.blocks, rendered, wording.template_blocks)


def _blocks(raw: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Blocks as they were stored; they were checked when they were."""
    return [BLOCK_TYPES[block["type"]].model_validate(block) for block in raw]


def _findings(
    blocks: Sequence[Any],
    rendered: RenderedMessage,
    template_blocks: Iterable[Any],
) -> list[Finding]:
    found = [
        *_missing(rendered.missing),
        *_lines(rendered),
        *_images(blocks),
        *_unfinished(blocks),
        *_links(rendered),
        *_left_over(rendered),
        *_legal(blocks, template_blocks),
        *_size(rendered),
    ]
    return sorted(found, key=lambda finding: finding.level != "error")


def _missing(missing: Iterable[MissingValue]) -> Iterator[Finding]:
    """Rule T3."""
    for value in missing:
        if value.source == "rollout":
            mend = _("Fill it in with the values of the roll-out, or give it a fallback.")
        elif value.source == "brand":
            mend = _("Fill it in with the brand's values for mails, or give it a fallback.")
        else:
            mend = _('Complete the store, or write {{ %(name)s|default("…") }}.') % {"name": value.name}
        message = _("%(label)s is missing.") % {"label": _(value.label)}
        yield Finding("error", "missing", message, mend, field=value.name)


def _lines(rendered: RenderedMessage) -> Iterator[Finding]:
    subject = show_recipient_fields(rendered.subject)
    preheader = show_recipient_fields(rendered.preheader)
    if not subject.strip():
        yield Finding(
            "error", "subject-empty", _("The subject is empty."), _("Write a subject."), field="subject"
        )
    if len(subject) > SUBJECT_SHOWN:
        words = {"length": len(subject), "limit": SUBJECT_SHOWN}
        message = _("The subject has %(length)d characters; inboxes cut it at about %(limit)d.") % words
        yield Finding("warning", "subject-long", message, _("Shorten it."), field="subject")
    if not preheader.strip():
        message = _("There is no preheader: inboxes will show the first words of the mail.")
        yield Finding("warning", "preheader-empty", message, _("Write one sentence."), field="preheader")
    if len(preheader) > PREHEADER_SHOWN:
        words = {"length": len(preheader), "limit": PREHEADER_SHOWN}
        message = _("The preheader has %(length)d characters; inboxes cut it at about %(limit)d.") % words
        yield Finding("warning", "preheader-long", message, _("Shorten it."), field="preheader")


def _images(blocks: Iterable[Any]) -> Iterator[Finding]:
    for block in blocks:
        if isinstance(block, ImageBlock) and not block.alt and block.src != FRESH_PICTURE:
            message = _("The image has no alternative text.")
            mend = _("Say in a few words what it shows, for people who do not see it.")
            yield Finding("error", "alt-empty", message, mend, block.id, "alt")


def _unfinished(blocks: Iterable[Any]) -> Iterator[Finding]:
    """Blocks as the editor began them: no customer may see their addresses."""
    for block in blocks:
        if isinstance(block, ImageBlock) and block.src == FRESH_PICTURE:
            message = _("The picture is still to be chosen.")
            yield Finding("error", "unfinished", message, _("Choose one from the library."), block.id, "src")
        elif isinstance(block, ButtonBlock) and block.url == FRESH_LINK:
            message = _("The button leads nowhere yet.")
            yield Finding("error", "unfinished", message, _("Write where it leads."), block.id, "url")


def _links(rendered: RenderedMessage) -> Iterator[Finding]:
    if _PLAIN_LINK.search(rendered.text):
        message = _("A text names a link that starts with http://.")
        yield Finding("error", "link-insecure", message, _("Write it with https://."))


def _left_over(rendered: RenderedMessage) -> Iterator[Finding]:
    for field, text in (
        ("subject", rendered.subject),
        ("preheader", rendered.preheader),
        ("", rendered.text),
    ):
        match = _LEFT_OVER.search(text)
        if match:
            message = _("A placeholder is left: %(text)s") % {"text": match[0]}
            yield Finding("error", "left-over", message, _("Replace it by real words."), field=field)


def _legal(blocks: Iterable[Any], template_blocks: Iterable[Any]) -> Iterator[Finding]:
    present = {block.id for block in blocks}
    for block in template_blocks:
        if block.type == "legal" and block.id not in present:
            message = _("%(block)s of the template is missing.") % {"block": block_type_name("legal")}
            yield Finding("error", "legal-missing", message, _("Put it back."), block.id)


def _size(rendered: RenderedMessage) -> Iterator[Finding]:
    """Rule T7."""
    kilobytes = rendered.size // 1024
    if rendered.size >= GMAIL_CLIPS_AT:
        message = _("The mail has %(size)d KB; Gmail cuts it at 102 KB.") % {"size": kilobytes}
        yield Finding("error", "size", message, _("Take blocks or text out."))
    elif rendered.size >= SIZE_WARNING:
        message = _("The mail has %(size)d KB; Gmail cuts mails at 102 KB.") % {"size": kilobytes}
        yield Finding("warning", "size", message, _("Take blocks or text out."))
