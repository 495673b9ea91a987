"""Which server is asked, with which key, and by which route."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone

from storesync.ai.door.wire import CHAT, RESPONSES, Server
from storesync.ai.keys import KeyUnreadable, unseal
from storesync.ai.models import AiSettings, ModelServer
from storesync.ai.outcomes import Outcome

OPENAI: Final = "https://api.openai.com/v1"
CHAT_ONLY: Final = timedelta(hours=24)
"""How long a server that lacks the Responses API is not asked for it again."""
NO_KEY_NEEDED: Final = "none"


def base_url() -> str:
    """The address of the model's server, without a slash at its end."""
    return (settings.OPENAI_BASE_URL or OPENAI).rstrip("/")


def server_of(found: AiSettings) -> Server | Outcome:
    """The server for a brand, or why there is none.

    The brand's own key comes first, then the company's. A server of one's own may need none.
    """
    if not found.enabled:
        return Outcome.OFF
    key = settings.OPENAI_API_KEY
    if found.encrypted_key:
        try:
            key = unseal(found.encrypted_key, found.brand_id)
        except KeyUnreadable:
            return Outcome.KEY_LOST
    if not key and settings.OPENAI_BASE_URL:
        key = NO_KEY_NEEDED
    return Server(base_url(), key) if key else Outcome.NO_KEY


def route_of(server: Server) -> str:
    """The Responses API, or chat completions where the server was found to lack it."""
    spared = ModelServer.objects.filter(base_url=server.base_url, chat_until__gt=timezone.now())
    return CHAT if spared.exists() else RESPONSES


def remember_chat(server: Server) -> None:
    """All workers ask this server by chat completions for a day."""
    ModelServer.objects.update_or_create(
        base_url=server.base_url, defaults={"chat_until": timezone.now() + CHAT_ONLY}
    )
