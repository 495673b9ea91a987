"""Pages of AI: for Brand Managers alone, with costs, calls, and a key that is never shown."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from storesync.accounts.models import User
from storesync.ai.models import AiRun, AiSettings
from storesync.core.models import Job
from storesync.core.scoping import brand_scope
from tests.ai.asking import ask_for_a_word
from tests.ai.making import past_run
from tests.conftest import Cast
from tests.model_server import ModelServer, Reply, error

pytestmark = pytest.mark.django_db
KEY = "sk-brand-very-secret-9876"


def url(name: str, *more: Any) -> str:
    return reverse(f"ai:{name}", args=["acme", *more])


def sign_in(client: Client, person: User) -> Client:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_costs_and_calls(in_acme: Cast, as_manager: Client, model_server: ModelServer) -> None:
    model_server.script(Reply('{"word": "spring", "times": 2}'), error(401, "invalid_api_key"))
    answer = ask_for_a_word(in_acme.acme, actor=in_acme.manager)
    ask_for_a_word(in_acme.acme)
    page = as_manager.get(url("overview")).content.decode()
    assert "US$0.0001" in page
    assert "Test of the connection" in page
    page = as_manager.get(url("runs"), {"outcome": "key_refused"}).content.decode()
    assert "Key refused" in page
    assert "Answered" not in page.split('id="results"')[1]
    page = as_manager.get(url("runs"), {"q": "maya"}).content.decode()
    assert page.count("Maya Okafor") >= 1
    file = b"".join(as_manager.get(url("runs"), {"export": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert "0.000112" in file
    assert "connection_test" in file
    page = as_manager.get(url("run", answer.run_id)).content.decode()
    assert "&quot;times&quot;: 2" in page
    assert "connection_test, 1" in page


def test_the_list_costs_the_same_for_many_calls(
    in_acme: Cast, as_manager: Client, django_assert_max_num_queries: Any
) -> None:
    past_run(in_acme.acme, in_acme.manager)
    as_manager.get(url("runs"))
    with CaptureQueriesContext(connection) as one:
        as_manager.get(url("runs"))
    for number, person in enumerate([in_acme.manager, in_acme.viewer, in_acme.clerk, None] * 5):
        past_run(in_acme.acme, person, subject_name=f"Campaign {number}")
    with django_assert_max_num_queries(len(one)):
        assert len(as_manager.get(url("runs")).context["page"].rows) == 21
    with django_assert_max_num_queries(25):
        as_manager.get(url("overview"))


def test_other_peoples_calls_and_brands(cast: Cast, client: Client, model_server: ModelServer) -> None:
    with brand_scope([cast.other.pk]):
        theirs = ask_for_a_word(cast.other)
    for person in (cast.leeds_manager, cast.approver, cast.viewer):
        browser = sign_in(Client(), person)
        for name in ("overview", "runs", "settings", "key", "key_remove"):
            assert browser.get(url(name)).status_code == 403, (person, name)
        assert b"/ai/" not in browser.get("/b/acme/campaigns/").content
    manager = sign_in(client, cast.manager)
    assert manager.get(url("run", theirs.run_id)).status_code == 404
    assert manager.get(reverse("ai:overview", args=["other"])).status_code == 404


def test_the_key_is_set_replaced_and_removed(cast: Cast, as_manager: Client) -> None:
    assert as_manager.post(url("key"), {"key": "with a space"}).status_code == 422
    for key in ("sk-first-key-1111", KEY):
        page = as_manager.post(url("key"), {"key": key}, follow=True).content.decode()
        assert key not in page
        assert f'<span class="mono">{key[-4:]}</span>' in page
    assert "set the brand&#x27;s key" in page
    page = as_manager.post(url("key_remove"), follow=True).content.decode()
    assert "No key" in page
    with brand_scope([cast.acme.pk]):
        assert AiSettings.objects.get().encrypted_key == ""


def test_settings_are_saved_and_not_overwritten_in_silence(cast: Cast, as_manager: Client) -> None:
    first = {"monthly_ceiling": "12.50", "calls_per_minute": "30"}
    assert as_manager.post(url("settings"), first).status_code == 302
    version = as_manager.get(url("settings")).context["form"]["version"].value()
    with brand_scope([cast.acme.pk]):
        found = AiSettings.objects.get()
        assert (found.enabled, str(found.monthly_ceiling), found.calls_per_minute) == (False, "12.50", 30)
    changed = first | {"enabled": "on", "version": version}
    assert as_manager.post(url("settings"), changed).status_code == 302
    assert as_manager.post(url("settings"), changed | {"calls_per_minute": "9"}).status_code == 409
    assert as_manager.post(url("settings"), first | {"monthly_ceiling": "-1"}).status_code == 422


@pytest.mark.parametrize("fails", [False, True])
def test_the_connection_is_tested_in_the_background(
    cast: Cast,
    as_manager: Client,
    model_server: ModelServer,
    huey_immediate: None,
    django_capture_on_commit_callbacks: Any,
    fails: bool,
) -> None:
    if fails:
        model_server.script(error(429, "insufficient_quota"))
    with django_capture_on_commit_callbacks(execute=True):
        assert as_manager.post(url("test")).status_code == 302
    with brand_scope([cast.acme.pk]):
        job = Job.objects.get()
        assert AiRun.objects.get().actor == cast.manager
    assert job.state == ("failed" if fails else "done")
    assert ("is used up" if fails else "gpt-4.1-mini") in job.message


def test_samples_are_marked_as_such(
    in_acme: Cast, as_manager: Client, model_server: ModelServer, settings: Any
) -> None:
    assert b"Canned text" not in as_manager.get(url("overview")).content
    settings.AI_SAMPLE = True
    answer = ask_for_a_word(in_acme.acme)
    assert answer.canned  # type: ignore[union-attr]
    settings.AI_SAMPLE = False
    assert b"Canned text" in as_manager.get(url("run", answer.run_id)).content
    settings.AI_SAMPLE = True
    for name in ("overview", "runs", "settings"):
        assert b"Canned text" in as_manager.get(url(name)).content
