"""One mailbox, one identity: reading, normalising and hashing e-mail addresses."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import idna
from django.conf import settings
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# RFC 5322 dot-atom. Quoted local parts are legal, rare, and mistakes in every list we have seen.
_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_LONGEST_LOCAL, _LONGEST = 64, 254  # RFC 5321, 4.5.3.1


class AddressError(ValueError):
    """Not an address that mail can be sent to; `reason` says why, for people."""

    def __init__(self, reason: "str | _StrPromise") -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Address:
    """An e-mail address.

    Attributes:
        identity: what makes it one person: domain in lower-case ASCII (IDNA), local part in lower case.
        mailbox: what mail is sent to: as written, because only its host may say that case means nothing
            (RFC 5321, 2.4).
    """

    identity: str
    mailbox: str


def read_address(written: str) -> Address:
    """Read one address.

    Raises:
        AddressError: it is none, with the reason.
    """
    text = _INVISIBLE.sub("", written).strip().strip("<>\"'“”").removeprefix("mailto:").strip().rstrip(".,;")
    if not text:
        raise AddressError(_("There is no address."))
    local, at, domain = text.rpartition("@")
    if not at:
        raise AddressError(_("The @ is missing."))
    if "@" in local:
        raise AddressError(_("There is more than one @."))
    if not local or not domain:
        raise AddressError(_("A part of the address is missing."))
    if not local.isascii():
        raise AddressError(_("The part before the @ has letters that most mail servers refuse."))
    if not _LOCAL.fullmatch(local) or len(local) > _LONGEST_LOCAL:
        raise AddressError(_("The part before the @ is not valid."))
    host = _host(domain)
    if len(local) + 1 + len(host) > _LONGEST:
        raise AddressError(_("The address is too long."))
    return Address(identity=f"{local.lower()}@{host}", mailbox=f"{local}@{host}")


@lru_cache(maxsize=4096)
def _host(domain: str) -> str:
    """The domain in lower-case ASCII; kept, because a list has many people of few providers."""
    try:
        host = domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise AddressError(_("The domain is not valid.")) from error
    labels = host.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressError(_("The domain is not valid."))
    return host


def address_hash(identity: str) -> str:
    """The keyed hash of a normalised address (HMAC-SHA256, hexadecimal), Rule C3.

    The key is derived from `settings.ADDRESS_KEY`, so a suppression outlives the address it is for, and
    nobody without the key can test who is in the list.
    """
    return hmac.new(_key(settings.ADDRESS_KEY), identity.encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return hmac.new(secret.encode(), b"storesync.audience.address", hashlib.sha256).digest()
