"""Through a mail provider's Django backend (anymail): one call per mail, each with its outcome."""

import email
import email.policy
import logging
from collections.abc import Sequence
from email.message import EmailMessage as ParsedMessage
from time import monotonic
from typing import Final

from anymail.exceptions import (
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from storesync.mailing.transports.base import Outcome, Outgoing, Resting, Result

logger = logging.getLogger(__name__)

_KEPT: Final = frozenset(
    {"reply-to", "list-unsubscribe", "list-unsubscribe-post", "auto-submitted", "message-id", "feedback-id",
     "x-storesync-delivery"}
)  # fmt: skip
# Raised about a mail before the provider is asked; after its answer they mean that it cannot be read.
_UNSENDABLE: Final = (AnymailInvalidAddress, AnymailSerializationError, AnymailUnsupportedFeature)
_REST: Final = 5.0  # seconds, where no connection could be made


class ProviderTransport:
    """Sends by a Django e-mail backend. Its calls are HTTP, so a lost answer is `UNKNOWN` here too."""

    def __init__(self, backend: str) -> None:
        self._backend = backend
        self._rest_until = 0.0

    def make_ready(self) -> None:
        """Raises Resting while the provider asked for rest (429), or could not be reached."""
        if (rest := self._rest_until - monotonic()) > 0:
            raise Resting(rest)

    def send(self, mails: Sequence[Outgoing], seconds: float) -> list[Outcome]:
        """Send one after another; those for which there was no time left are `NOT_SENT`."""
        deadline = monotonic() + seconds
        outcomes: list[Outcome] = []
        with get_connection(self._backend) as connection:
            for mail in mails:
                if monotonic() >= deadline or self._rest_until > monotonic():
                    outcomes.append(Outcome(Result.NOT_SENT))
                else:
                    outcomes.append(self._send_one(connection, mail))
        return outcomes

    def close(self) -> None:
        """Nothing is kept open between calls."""

    def _send_one(self, connection: BaseEmailBackend, mail: Outgoing) -> Outcome:
        message = as_django_message(mail)
        message.connection = connection
        try:
            message.send()
        except Exception as error:  # noqa: BLE001 - backends raise what they like; what it means is decided here
            return self._failed(error, answered=_answer(message, "esp_response") is not None)
        if _answer(message, "status") in ({"failed"}, {"unknown"}):
            return Outcome(Result.REFUSED if _answer(message, "status") == {"failed"} else Result.UNKNOWN)
        esp_id = _answer(message, "message_id")
        return Outcome(Result.SENT, esp_id=esp_id[:200] if isinstance(esp_id, str) else "")

    def _failed(self, error: Exception, *, answered: bool) -> Outcome:
        code = getattr(error, "status_code", None)
        logger.warning("provider: %s (status %s)", type(error).__name__, code)
        if isinstance(error, AnymailRecipientsRefused) or (isinstance(error, _UNSENDABLE) and not answered):
            return Outcome(Result.REFUSED)
        if _never_reached(error):
            self._rest_until = monotonic() + _REST
            return Outcome(Result.NOT_SENT)
        if not isinstance(code, int):
            return Outcome(Result.UNKNOWN)
        if code == 429:
            wait = _retry_after(getattr(error, "response", None))
            self._rest_until = monotonic() + wait
            return Outcome(Result.DEFERRED, code, wait=wait)
        if code >= 500:
            # A provider that fails in the middle may have taken the mail.
            return Outcome(Result.UNKNOWN, code)
        return Outcome(Result.REFUSED, code)


def _answer(message: EmailMultiAlternatives, name: str) -> object:
    """What anymail noted on the message; None with any other backend."""
    return getattr(getattr(message, "anymail_status", None), name, None)


def _never_reached(error: Exception) -> bool:
    """Whether no connection was made, so that nothing can have been accepted."""
    words = getattr(error.__cause__, "args", ())
    reason = getattr(words[0], "reason", None) if words else None
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _retry_after(response: object) -> float:
    text = str(getattr(response, "headers", {}).get("Retry-After", ""))
    return min(3600.0, float(text)) if text.isdigit() else 30.0


def as_django_message(mail: Outgoing) -> EmailMultiAlternatives:
    """The mail as Django's class, which is what such a backend takes."""
    parsed = email.message_from_bytes(mail.data, policy=email.policy.default)
    text, html = _body(parsed, "plain"), _body(parsed, "html")
    message = EmailMultiAlternatives(
        subject=str(parsed["Subject"] or ""),
        body=text if text is not None else html or "",
        from_email=str(parsed["From"] or mail.sender),
        to=[mail.recipient],
        headers={name: str(value) for name, value in parsed.items() if name.lower() in _KEPT},
    )
    if text is None and html is not None:
        message.content_subtype = "html"
    elif html is not None:
        message.attach_alternative(html, "text/html")
    for part in parsed.iter_attachments():
        message.attach(part.get_filename(), part.get_payload(decode=True), part.get_content_type())
    # anymail hands it to the provider, whose events then say which delivery they are about.
    message.metadata = {"delivery": mail.delivery_id.hex}  # type: ignore[attr-defined]
    return message


def _body(parsed: ParsedMessage, kind: str) -> str | None:
    part = parsed.get_body((kind,))
    return None if part is None else str(part.get_content())
