"""A provider's Django backend that answers as the recipient's first word says."""

from types import SimpleNamespace
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend

sent: list[Any] = []


class ProviderError(Exception):
    """As anymail raises them: with the status of the answer, where there was one."""

    def __init__(self, status: int | None) -> None:
        super().__init__("provider")
        self.status_code = status
        self.response = SimpleNamespace(headers={"Retry-After": "7"})


class FakeProvider(BaseEmailBackend):
    """Keeps what it takes in `sent`."""

    def send_messages(self, email_messages: Any) -> int:
        for message in email_messages:
            word = message.to[0].partition(".")[0]
            if word == "lost":
                raise ProviderError(None)
            if word.isdigit():
                raise ProviderError(int(word))
            message.anymail_status = SimpleNamespace(message_id=f"esp-{len(sent)}")
            sent.append(message)
        return len(email_messages)
