"""The container's question to itself."""

from pytest_django.live_server_helper import LiveServer

from storesync.healthcheck import status


def test_live_server_is_healthy(live_server: LiveServer) -> None:
    port = int(live_server.url.rpartition(":")[2])
    assert status(port, "localhost") == 200
    assert status(port, "elsewhere.example") == 400


def test_nobody_answers() -> None:
    assert status(1, "localhost") == 0
