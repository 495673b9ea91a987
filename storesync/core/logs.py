"""Log lines without secrets: addresses in mails hold tokens, and whoever reads a log must not get them.

A log line quotes the path of a request in several places that are not ours (Django's own loggers, a
traceback), so it is the finished line that is cleaned. The history's context is cleaned by the same words.
"""

import logging
import re
from typing import Final

HIDDEN: Final = "[hidden]"
_SECRET: Final = re.compile(
    # Action links, unsubscribing, and the keys of invitations and of forgotten passwords.
    r"(?P<before>/(?:a|u)/|/accounts/password/reset/key/|/accounts/confirm-email/)(?P<secret>[\w:~.=%-]{8,})"
)
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def without_secrets(text: str) -> str:
    """The same text with the tokens in its addresses hidden; ids, which are no secret, stay."""
    return _SECRET.sub(
        lambda found: found[0] if _ID.fullmatch(found["secret"]) else f"{found['before']}{HIDDEN}", text
    )


class CleanFormatter(logging.Formatter):
    """Formats a line, traceback and all, and hides what is secret in it."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))
