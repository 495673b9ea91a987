"""The hash that an approval pins (rules A3, A4): equal content, equal hash; any change, another one."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

FORMAT: Final = 1
"""Raised when what is hashed changes, so that an old hash can never pass for a new one."""
PARTS: Final = (
    "channel",
    "variant",
    "subject",
    "preheader",
    "blocks",
    "values",
    "facts",
    "audience",
    "schedule",
    "sender",
    "rendered_subject",
    "rendered_preheader",
    "html",
    "text",
)
"""The columns of a revision that its hash is made of."""
DATA: Final = ("blocks", "values", "facts", "audience", "schedule", "sender")
"""Those of them that are JSON."""


def canonical_json(value: Any) -> bytes:
    """JSON in one spelling: keys sorted, strings in NFC, no spaces.

    Raises:
        TypeError: a float (it has no one spelling), or anything that is not JSON.
    """
    return json.dumps(
        _canonical(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


@lru_cache(maxsize=256)
def canonical_text(text: str) -> bytes:
    """The same for JSON as the database wrote it; the revisions of a roll-out share most of theirs."""
    return canonical_json(json.loads(text))


def _canonical(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("keys must be strings")
        return {_canonical(key): _canonical(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_canonical(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def digest(data: bytes) -> str:
    """SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _digest_of(part: Any) -> str:
    return digest(part if isinstance(part, bytes) else canonical_json(part))


def content_hash(
    *,
    channel: str,
    variant: str,
    subject: str,
    preheader: str,
    blocks: Sequence[Mapping[str, Any]] | bytes,
    values: Mapping[str, str] | bytes,
    facts: Mapping[str, str] | bytes,
    audience: Mapping[str, Any] | bytes,
    schedule: Mapping[str, Any] | bytes,
    sender: Mapping[str, Any] | bytes,
    rendered_subject: str,
    rendered_preheader: str,
    html: str,
    text: str,
) -> str:
    """The SHA-256 of everything an approver approves (rule A3).

    The schedule is wall-clock time, never an instant, so a store whose zone changes keeps its hash (S5). What
    was rendered is hashed byte by byte, without any normalising. Data may be given as its canonical JSON,
    so that ten thousand revisions of the same blocks spell them once.
    """
    rendered = (rendered_subject, rendered_preheader, html, text)
    return digest(
        canonical_json(
            {
                "format": FORMAT,
                "channel": channel,
                "variant": variant,
                "subject": subject,
                "preheader": preheader,
                "blocks": _digest_of(blocks),
                "values": _digest_of(values),
                "facts": _digest_of(facts),
                "audience": _digest_of(audience),
                "schedule": _digest_of(schedule),
                "sender": _digest_of(sender),
                "rendered": [digest(part.encode()) for part in rendered],
            }
        )
    )
