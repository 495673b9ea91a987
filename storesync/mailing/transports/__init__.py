"""How a finished mail leaves: over SMTP, or through a provider's Django backend."""

from functools import lru_cache

from django.conf import settings

from storesync.mailing.transports.base import Outcome, Outgoing, Resting, Result, Transport
from storesync.mailing.transports.provider import ProviderTransport
from storesync.mailing.transports.smtp import SmtpTransport

__all__ = ["Outcome", "Outgoing", "Resting", "Result", "Transport", "transport"]


def transport() -> Transport:
    """The transport that the settings name, one for the whole process."""
    return _make(settings.MAIL_PROVIDER, settings.EMAIL_HOST, int(settings.EMAIL_PORT))


@lru_cache(maxsize=4)
def _make(provider: str, host: str, port: int) -> Transport:
    if provider:
        return ProviderTransport(provider)
    return SmtpTransport(
        host,
        port,
        user=settings.EMAIL_HOST_USER,
        password=settings.EMAIL_HOST_PASSWORD,
        use_tls=settings.EMAIL_USE_TLS,
        use_ssl=settings.EMAIL_USE_SSL,
        timeout=settings.EMAIL_TIMEOUT,
    )
