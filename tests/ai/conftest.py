"""A server that speaks the protocol, and a brand that may ask it."""

from collections.abc import Iterator
from typing import Any

import pytest

from storesync.ai.door import wire
from tests.model_server import ModelServer, running_model_server


@pytest.fixture(scope="session")
def one_model_server() -> Iterator[ModelServer]:
    with running_model_server() as server:
        yield server


@pytest.fixture
def model_server(
    one_model_server: ModelServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ModelServer]:
    """A server that no test has spoken to yet, as the company's own; pauses between tries are short."""
    settings.OPENAI_BASE_URL = one_model_server.base_url
    settings.OPENAI_API_KEY = "sk-company-1234"
    monkeypatch.setattr("storesync.ai.door.asking.pause_before", lambda number: 0.01 * number)
    assert wire.pause_before(2) > 0.5
    one_model_server.asked.clear()
    one_model_server.script()
    routes, one_model_server.delay = set(one_model_server.routes), 0.0
    yield one_model_server
    one_model_server.routes = routes
