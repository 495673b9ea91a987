"""The hash that an approval pins (rules A3, A4): equal content, equal hash; any change, another one."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

FORMAT: Final = 1
"""Raised when what is hashed changes, so that an old hash can never pass for a new one."""


def canonical_json(value: Any) -> bytes:
    """JSON in one spelling: keys sorted, strings in NFC, no spaces.

    Raises:
        TypeError: a float (it has no one spelling), or anything that is not JSON.
    """
    return json.dumps(
        _canonical(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


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


def content_hash(
    *,
    channel: str,
    variant: str,
    subject: str,
    preheader: str,
    blocks: Sequence[Mapping[str, Any]],
    values: Mapping[str, str],
    facts: Mapping[str, str],
    audience: Mapping[str, Any],
    schedule: Mapping[str, Any],
    sender: Mapping[str, Any],
    rendered_subject: str,
    rendered_preheader: str,
    html: str,
    text: str,
) -> str:
    """The SHA-256 of everything an approver approves (rule A3).

    The schedule is wall-clock time, never an instant, so a store whose zone changes keeps its hash (S5). What
    was rendered is hashed byte by byte, without any normalising.
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
                "blocks": blocks,
                "values": values,
                "facts": facts,
                "audience": audience,
                "schedule": schedule,
                "sender": sender,
                "rendered": [digest(part.encode()) for part in rendered],
            }
        )
    )
