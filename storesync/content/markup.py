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
_BULLET_SIGN = re.compile(r"^[-•] +")
_BLANK_LINES = re.compile(r"\n[ \t]*\n+")
_MANY_BREAKS = re.compile(r"\n{3,}")
_SCHEME = re.compile(r"^(tel|mailto):")
_VALUE_BEGINS = re.compile(f"[{VALUE_START}{URL_START}]")
_SHIELD = "\ue01a"
_IN_LINK = "\ue016"
_PLAIN_VALUE = re.compile(f"([{VALUE_START}{URL_START}{_IN_LINK}])([^{VALUE_END}]*){VALUE_END}")
_SHIELDED = re.compile(f"{_SHIELD}(\\d+){_SHIELD}")
_PHONE = re.compile(r"tel:\+?[0-9][0-9 ()/.-]{2,24}")
_MAIL = re.compile(r"mailto:[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")

ALLOWED_TAGS: Final = {"p", "br", "strong", "em", "a", "ul", "li"}
ALLOWED_ATTRIBUTES: Final = {"a": {"href"}}

# What sanitising leaves as it is: these tags, closed in order, around characters that mean nothing in HTML,
# and links to plain hosts (one in Punycode may not be one, and then has its address taken away). Every part
# can be read in one way only, so no text takes long; possessive repeats are wrong in Python before 3.11.5.
_PLAIN: Final = r"[^<>&\x00-\x1f\x7f-\xa0\ud800-\udfff]"
_WORDS: Final = rf"{_PLAIN}+(?!{_PLAIN})|&(?:amp|lt|gt);"
_SOFT: Final = rf"<em>(?:{_WORDS})+</em>"
_STRESSED: Final = rf"{_WORDS}|{_SOFT}|<strong>(?:{_WORDS}|{_SOFT})+</strong>"
_LINKED: Final = (
    r'<a href="https://(?![^/?#"]*xn--)(?:[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\.){1,6}[a-z]{2,20}'
    rf'(?:[/?#](?:[A-Za-z0-9/?#=%._~+,;:!*$@\ue000-\uf8ff-]|&amp;)*)?">(?:{_STRESSED})+</a>'
)
_LINE: Final = rf"(?:{_STRESSED}|{_LINKED}|<br>)+"
_ALREADY_CLEAN: Final = re.compile(rf"(?:<p>{_LINE}</p>|<ul>(?:<li>{_LINE}</li>)+</ul>)*")


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
    cleaned = _sanitised("".join([_block_html(block) for block in _BLANK_LINES.split(wording)]))
    if VALUE_END not in cleaned:
        return (("html", cleaned),)
    parts: list[tuple[str, str]] = []
    end = 0
    for match in _VALUE.finditer(cleaned):
        parts.append(("html", cleaned[end : match.start()]))
        in_attribute = cleaned.rfind("<", 0, match.start()) > cleaned.rfind(">", 0, match.start())
        parts.append(("link" if in_attribute else "text", match[2]))
        end = match.end()
    parts.append(("html", cleaned[end:]))
    return tuple(parts)


def _sanitised(made: str) -> str:
    """The HTML of a wording as `clean_html` leaves it; most is seen to be clean without being taken apart."""
    return made if _ALREADY_CLEAN.fullmatch(made) else clean_html(made)


def _block_html(block: str) -> str:
    """The lines between two empty ones: runs of lines are paragraphs, runs of bullets are lists."""
    if "\n" not in block and (line := block.strip())[:1] not in ("-", "•"):
        return f"<p>{_inline(line)}</p>" if line else ""
    out: list[str] = []
    run: list[str] = []
    listed = False
    for line in block.strip("\n").split("\n"):
        line = line.strip()
        bullet = _BULLET.fullmatch(line) if line[:1] in ("-", "•") else None
        if run and (bullet is not None) is not listed:
            out.append(_run_html(run, listed=listed))
            run = []
        listed = bullet is not None
        if bullet:
            run.append(_inline(bullet[1]))
        elif line or run:
            run.append(_inline(line))
    if run:
        out.append(_run_html(run, listed=listed))
    return "".join(out)


def _run_html(lines: list[str], *, listed: bool) -> str:
    return f"<ul><li>{'</li><li>'.join(lines)}</li></ul>" if listed else f"<p>{'<br>'.join(lines)}</p>"


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
    head = _VALUE_BEGINS.split(address, maxsplit=1)[0]
    if head == address and (_PHONE.fullmatch(address) or _MAIL.fullmatch(address)):
        return True
    if head != address and not re.match(r"https://[^/?#]+[/?#]", head):
        return False
    return is_https(_VALUE.sub("x", address))


def _emphasis(text: str) -> str:
    # Quotation marks mean nothing between tags.
    escaped = html.escape(text, quote=False)
    if "*" not in escaped:
        return escaped
    if "**" in escaped:
        escaped = _tagged(_BOLD, "strong", escaped)
    return _tagged(_ITALIC, "em", escaped) if "*" in escaped else escaped


def _tagged(marked: re.Pattern[str], tag: str, text: str) -> str:
    """What stands between stars, between tags."""
    parts = marked.split(text)
    parts[1::2] = [f"<{tag}>{part}</{tag}>" for part in parts[1::2]]
    return "".join(parts)


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
        address = _SCHEME.sub("", match[2]).replace(VALUE_START, _IN_LINK)
        return address if match[1] == address else f"{match[1]}: {address}"

    text = _LINK.sub(link, wording) if "](" in wording else wording
    # What is between the stars stays.
    if "**" in text:
        text = "".join(_BOLD.split(text))
    if "*" in text:
        text = "".join(_ITALIC.split(text))
    lines = [line.strip() for line in text.split("\n")]
    if "-" in text or "•" in text:
        lines = [_BULLET_SIGN.sub("- ", line) if line[:1] in ("-", "•") else line for line in lines]
    text = "\n".join(lines).strip()
    if "\n\n\n" in text:
        text = _MANY_BREAKS.sub("\n\n", text)
    return tuple(_PLAIN_VALUE.split(text)) if VALUE_END in text else (text,)
