"""Opaque tokens that name a delivery to the outside: in unsubscribe links and in a mail's headers.

A token is a keyed 128-bit MAC of the id and the id masked with a pad made from that MAC (the construction of
RFC 5297, SIV), so it can neither be guessed nor read, needs no column, and is the same every time. The key
comes from `settings.ADDRESS_KEY`: links in mails of years ago outlive a change of SECRET_KEY.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.conf import settings

UNSUBSCRIBE: Final = "unsubscribe"
DELIVERY: Final = "delivery"
_LENGTH: Final = 43  # 32 bytes in base64 without padding


def make_token(purpose: str, key: UUID) -> str:
    """The token of this id for this purpose ("unsubscribe"); one for another purpose does not open."""
    mac = hmac.digest(_key(purpose, "mac", settings.ADDRESS_KEY), key.bytes, "sha256")[:16]
    return urlsafe_b64encode(mac + _mask(purpose, mac, key.bytes))[:_LENGTH].decode()


def read_token(purpose: str, token: str) -> UUID | None:
    """The id that a token names; None for whatever we did not make."""
    if len(token) != _LENGTH or not token.isascii():
        return None
    try:
        data = urlsafe_b64decode(f"{token}=")
    except ValueError:
        return None
    if len(data) != 32:
        return None
    key = UUID(bytes=_mask(purpose, data[:16], data[16:]))
    return key if hmac.compare_digest(make_token(purpose, key), token) else None


def _mask(purpose: str, mac: bytes, data: bytes) -> bytes:
    pad = hmac.digest(_key(purpose, "pad", settings.ADDRESS_KEY), mac, "sha256")[:16]
    return (int.from_bytes(data) ^ int.from_bytes(pad)).to_bytes(16)


@lru_cache(maxsize=16)
def _key(purpose: str, use: str, secret: str) -> bytes:
    return hmac.digest(secret.encode(), f"storesync.mailing.{purpose}.{use}".encode(), "sha256")
