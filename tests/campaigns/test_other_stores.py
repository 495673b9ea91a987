"""What a person of some stores meets on the pages of a wave that reaches others as well (Rule A10)."""

from typing import Any

import pytest
from django.test import Client

from storesync.brands.actions.membership import grant_membership
from storesync.brands.rights import Role
from storesync.campaigns.models import LocationCampaign, Rollout
from storesync.campaigns.statuses import Status
from tests.conftest import Cast

B = "/b/acme"


def _as(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_store_manager_opens_the_roll_out_that_the_list_offers(in_acme: Cast, launched: Rollout) -> None:
    client = _as(in_acme.leeds_manager)
    assert f"{launched.pk}" in client.get(f"{B}/rollouts/").content.decode()
    page = client.get(f"{B}/rollouts/{launched.pk}/")
    assert page.status_code == 200
    assert "Leeds Arcade" in page.content.decode()
    assert "York Retail Park" not in page.content.decode()
    assert client.get(f"{B}/rollouts/{launched.pk}/progress/").status_code == 200


def test_a_store_manager_sees_the_message_of_no_other_store(in_acme: Cast, launched: Rollout) -> None:
    client, frame = _as(in_acme.leeds_manager), f"{B}/rollouts/{launched.pk}/frame/"
    assert client.get(frame, {"location": in_acme.leeds.pk}).status_code == 200
    assert client.get(frame, {"location": in_acme.york.pk}).status_code == 404


def test_a_store_manager_outside_the_wave_finds_no_roll_out(in_acme: Cast, launched: Rollout) -> None:
    grant_membership(
        brand=in_acme.acme,
        user=in_acme.stranger,
        role=Role.LOCATION_MANAGER,
        locations=[in_acme.dover],
        actor=None,
    )
    client = _as(in_acme.stranger)
    assert client.get(f"{B}/rollouts/").status_code == 200
    for tab in ("", "progress/", "frame/"):
        assert client.get(f"{B}/rollouts/{launched.pk}/{tab}").status_code == 404


def test_a_store_manager_takes_no_step_of_the_wizard(in_acme: Cast, rollout: Rollout) -> None:
    client = _as(in_acme.leeds_manager)
    for step in ("locations/", "plan/", "check/", "discard/"):
        assert client.post(f"{B}/rollouts/{rollout.pk}/{step}").status_code == 403


@pytest.mark.parametrize("word", ["not-a-uuid", "a\x00b", ""])
def test_the_check_of_a_roll_out_takes_any_word_for_a_location(
    in_acme: Cast, rollout: Rollout, word: str
) -> None:
    page = _as(in_acme.manager).get(f"{B}/rollouts/{rollout.pk}/check/", {"location": word})
    assert page.status_code == 200


def test_all_that_match_acts_on_own_stores_alone(in_acme: Cast, launched: Rollout) -> None:
    form = {"action": "cancel", "select_all": "1", "query": "", "rollout": launched.pk, "confirmed": "1"}
    assert _as(in_acme.leeds_manager).post(f"{B}/campaigns/bulk/", form).status_code == 302
    states = dict(LocationCampaign.objects.values_list("location__name", "status"))
    assert states == {"Leeds Arcade": Status.CANCELLED, "York Retail Park": Status.DRAFT}


def test_all_that_match_a_filter_that_says_nothing_sensible_is_nothing(
    in_acme: Cast, launched: Rollout
) -> None:
    form = {"action": "cancel", "select_all": "1", "query": "status=no-such-status", "confirmed": "1"}
    _as(in_acme.manager).post(f"{B}/campaigns/bulk/", form)
    assert set(LocationCampaign.objects.values_list("status", flat=True)) == {Status.DRAFT}
