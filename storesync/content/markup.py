"""The little markup of text blocks: paragraphs, line breaks, lists, **bold**, *italic*, [label](link).

It is applied to the template's own words only. Values are marked by language.py, stay out of the markup
and are escaped when they are put in, so a store called "**Sale** <b>" reads exactly like that.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import nh3
from django.utils.translation import gettext as _

from storesync.content.language import (
    URL_START,
    VALUE_END,
    VALUE_START,
    CheckedText,
    TemplateTextError,
    check_text,
    in_address,
    without_marks,
)
from storesync.content.variables import Variable, is_https

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.S)
_LONE = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")
_VALUE = re.compile(f"([{VALUE_START}{URL_START}])([^{VALUE_END}]*){VALUE_END}")
_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\(([^()\s]{1,1000})\)")
_BOLD = re.compile(r"\*\*(?=\S)([^\n]+?)(?<=\S)\*\*")
_ITALIC = re.compile(r"(?<![\*\w])\*(?=[^\s\*])([^\n\*]+?)(?<=[^\s\*])\*(?![\*\w])")
_BULLET = re.compile(r"[-•] +(.+)")
_SHIELD = "\ue01a"
_IN_LINK = "\ue016"
_PLAIN_VALUE = re.compile(f"([{VALUE_START}{URL_START}{_IN_LINK}])([^{VALUE_END}]*){VALUE_END}")
_SHIELDED = re.compile(f"{_SHIELD}(\\d+){_SHIELD}")
_PHONE = re.compile(r"tel:\+?[0-9][0-9 ()/.-]{2,24}")
_MAIL = re.compile(r"mailto:[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")

ALLOWED_TAGS: Final = {"p", "br", "strong", "em", "a", "ul", "li"}
ALLOWED_ATTRIBUTES: Final = {"a": {"href"}}


_CLEANER: Final = nh3.Cleaner(
    tags=ALLOWED_TAGS,
    attributes={tag: set(names) for tag, names in ALLOWED_ATTRIBUTES.items()},
    url_schemes={"https", "mailto", "tel"},
    link_rel=None,
    strip_comments=True,
)


def link_addresses(text: str) -> list[str]:
    """Where the links of a text lead, as they are written, in their order."""
    return [found[2] for found in _LINK.finditer(text)]


def clean_html(given: str) -> str:
    """HTML held against the tags and attributes that a text block may have (rule T7). Idempotent."""
    return _CLEANER.clean(given)


# -- checks at save --


def check_address(source: str, variables: Mapping[str, Variable]) -> CheckedText:
    """A link: https with its host written out, tel:, mailto:, or exactly one variable that is an address.

    Variables may stand after the host only, and never those of the recipient, so no value decides where a
    link leads.

    Raises:
        TemplateTextError: with line, column and what is allowed.
    """
    checked = check_text(source, variables, multiline=False)
    lone = _LONE.fullmatch(source)
    if lone and variables[lone[1]].type == "url":
        return checked
    for name in sorted(checked.variables):
        if variables[name].source == "recipient":
            message = _("%(name)s belongs to the recipient and cannot be part of a link.")
            raise _at(source, source.find(name), message % {"name": name})
    head = _TAG.split(source, maxsplit=1)[0]
    if head == source and (_PHONE.fullmatch(source) or _MAIL.fullmatch(source)):
        return checked
    if not head.startswith("https://"):
        raise _at(source, 0, _("Links start with https:// (or tel: or mailto:)."))
    if head != source and not re.match(r"https://[^/?#]+[/?#]", head):
        raise _at(source, len(head), _("Write the host of the link out; variables may follow after it."))
    if not is_https(_TAG.sub("x", source)):
        raise _at(source, 0, _("This is not a complete link."))
    return checked


def check_markup(source: str, variables: Mapping[str, Variable]) -> CheckedText:
    """Paragraphs of template text with markup: the text by rule T2, and every link by `check_address`.

    Raises:
        TemplateTextError: with line, column and what is allowed.
    """
    checked = check_text(source, variables)
    if "](" not in checked.source:
        return checked
    tags: list[str] = []

    def shield(match: re.Match[str]) -> str:
        tags.append(match[0])
        return f"{_SHIELD}{len(tags) - 1}{_SHIELD}"

    def unshield(text: str) -> str:
        return _SHIELDED.sub(lambda match: tags[int(match[1])], text)

    shielded = _TAG.sub(shield, checked.source)
    for link in _LINK.finditer(shielded):
        place = len(unshield(shielded[: link.start(2)]))
        try:
            check_address(unshield(link[2]), variables)
        except TemplateTextError as refusal:
            raise _at(checked.source, place + refusal.column - 1, refusal.message) from None
    return checked


def _at(source: str, offset: int, message: str) -> TemplateTextError:
    before = source[:offset]
    return TemplateTextError(message, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


# -- rendering --


def text_to_html(marked: str) -> str:
    """One line of rendered text as HTML: everything escaped, the marks of values gone."""
    return html.escape(without_marks(marked))


def address_of(marked: str) -> str:
    """A rendered link as an address: values are percent-encoded, except those that are addresses."""
    return _VALUE.sub(lambda m: m[2] if m[1] == URL_START else in_address(m[2]), marked)


def markup_to_html(marked: str) -> str:
    """Rendered paragraphs as clean HTML; stores that differ in values only share the work."""
    wording, kinds, values = _numbered(marked)
    parts = _wording_to_html(wording)
    if len(parts) == 1:
        return parts[0][1]
    out: list[str] = []
    for use, text in parts:
        if use == "html":
            out.append(text)
            continue
        value = values[int(text)]
        if use == "link" and kinds[int(text)] == VALUE_START:
            value = in_address(value)
        out.append(html.escape(value))
    return "".join(out)


def _numbered(marked: str) -> tuple[str, list[str], list[str]]:
    """The wording with numbers where values stand (the key of the caches), their kinds, and the values."""
    if VALUE_END not in marked:
        return marked, [], []
    first, *rest = _VALUE.split(marked)
    kinds, values = rest[::3], rest[1::3]
    out = [first]
    for number, (kind, text) in enumerate(zip(kinds, rest[2::3], strict=True)):
        out += (kind, str(number), VALUE_END, text)
    return "".join(out), kinds, values


@lru_cache(maxsize=4096)
def _wording_to_html(wording: str) -> tuple[tuple[str, str], ...]:
    """Clean HTML of a wording in parts: ("html", text), ("text", number of a value), ("link", the same)."""
    cleaned = clean_html(
        "".join(_block_html(block) for block in re.split(r"\n[ \t]*\n+", wording) if block.strip())
    )
    parts: list[tuple[str, str]] = []
    end = 0
    for match in _VALUE.finditer(cleaned):
        parts.append(("html", cleaned[end : match.start()]))
        in_attribute = cleaned.rfind("<", 0, match.start()) > cleaned.rfind(">", 0, match.start())
        parts.append(("link" if in_attribute else "text", match[2]))
        end = match.end()
    parts.append(("html", cleaned[end:]))
    return tuple(parts)


def _block_html(block: str) -> str:
    lines = [line.strip() for line in block.strip("\n").split("\n")]
    out: list[str] = []
    run: list[str] = []
    bullets: list[str] = []

    def close() -> None:
        if run:
            out.append(f"<p>{'<br>'.join(_inline(line) for line in run)}</p>")
            run.clear()
        if bullets:
            out.append(f"<ul>{''.join(f'<li>{_inline(line)}</li>' for line in bullets)}</ul>")
            bullets.clear()

    for line in lines:
        bullet = _BULLET.fullmatch(line) if line[:1] in ("-", "•") else None
        if bullet:
            if run:
                close()
            bullets.append(bullet[1])
        else:
            if bullets:
                close()
            if line or run:
                run.append(line)
    close()
    return "".join(out)


def _inline(line: str) -> str:
    """One line: links first, so that nothing inside an address is read as markup."""
    if "](" not in line:
        return _emphasis(line)
    out: list[str] = []
    end = 0
    for link in _LINK.finditer(line):
        if not _may_link(link[2]):
            continue
        out.append(_emphasis(line[end : link.start()]))
        out.append(f'<a href="{html.escape(link[2])}">{_emphasis(link[1])}</a>')
        end = link.end()
    out.append(_emphasis(line[end:]))
    return "".join(out)


def _may_link(address: str) -> bool:
    lone = _VALUE.fullmatch(address)
    if lone:
        return lone[1] == URL_START
    head = re.split(f"[{VALUE_START}{URL_START}]", address, maxsplit=1)[0]
    if head == address and (_PHONE.fullmatch(address) or _MAIL.fullmatch(address)):
        return True
    if head != address and not re.match(r"https://[^/?#]+[/?#]", head):
        return False
    return is_https(_VALUE.sub("x", address))


def _emphasis(text: str) -> str:
    escaped = html.escape(text)
    if "*" not in escaped:
        return escaped
    return _ITALIC.sub(r"<em>\1</em>", _BOLD.sub(r"<strong>\1</strong>", escaped))


def markup_to_text(marked: str) -> str:
    """Rendered paragraphs as plain text: links as "label: address", emphasis without its stars."""
    wording, _kinds, values = _numbered(marked)
    first, *rest = _plain_wording(wording)
    out = [first]
    for kind, number, text in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        value = values[int(number)]
        out += (in_address(value) if kind == _IN_LINK else value, text)
    return "".join(out)


@lru_cache(maxsize=4096)
def _plain_wording(wording: str) -> tuple[str, ...]:
    """Plain text of a wording: a text, then for each value its kind, its number and the text after it."""

    def link(match: re.Match[str]) -> str:
        if not _may_link(match[2]):
            return match[0]
        address = re.sub(r"^(tel|mailto):", "", match[2]).replace(VALUE_START, _IN_LINK)
        return address if match[1] == address else f"{match[1]}: {address}"

    text = _LINK.sub(link, wording) if "](" in wording else wording
    if "*" in text:
        text = _ITALIC.sub(r"\1", _BOLD.sub(r"\1", text))
    lines = [line.strip() for line in text.split("\n")]
    lines = [re.sub(r"^[-•] +", "- ", line) if line[:1] in ("-", "•") else line for line in lines]
    return tuple(_PLAIN_VALUE.split(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()))
