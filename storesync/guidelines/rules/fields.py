"""The fields that rules are made of: one spelling of words, hosts and languages, whatever people paste."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import AfterValidator, BeforeValidator, Field

from storesync.guidelines.clients import FAMILIES

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{2,59})")


def tidy(value: Any) -> Any:
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


def family(value: str) -> str:
    if value not in FAMILIES:
        raise ValueError(_("There is no such mail program."))
    return value


Line = Annotated[str, BeforeValidator(tidy), Field(max_length=300)]
Phrase = Annotated[
    str, BeforeValidator(tidy), Field(min_length=1, max_length=100), AfterValidator(lambda v: _phrase(v))
]
Host = Annotated[str, BeforeValidator(_host), AfterValidator(lambda v: _known_host(v))]
Language = Annotated[
    str,
    BeforeValidator(lambda v: v.strip().lower().replace("_", "-") if isinstance(v, str) else v),
    AfterValidator(_language),
]
Hosts = Annotated[tuple[Host, ...], Field(min_length=1, max_length=200)]
