"""The campaign settings of a brand: who changes them, and that they hold."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from storesync.campaigns.actions.clock import miss_overdue
from storesync.campaigns.actions.policy import change_policy
from storesync.campaigns.models import CampaignPolicy, LocationCampaign
from storesync.campaigns.statuses import Status
from storesync.core.errors import ActionRefused, StaleVersion
from tests.campaigns.reviewing import decide, submit
from tests.conftest import Cast

URL = "/b/acme/campaigns/settings/"


def _as(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_manager_changes_it_by_the_page(in_acme: Cast, campaign: LocationCampaign) -> None:
    client = _as(in_acme.manager)
    page = client.get(URL)
    assert 'value="30"' in page.content.decode() and "24 hours before its start" in page.content.decode()
    assert f'href="{URL}"' in client.get("/b/acme/campaigns/").content.decode()
    assert client.post(URL, {"grace_minutes": "45", "version": ""}).status_code == 302
    policy = CampaignPolicy.objects.get()
    assert (policy.arm_on_approval, policy.grace_minutes) == (False, 45)
    verb = policy.history.get().pgh_context["verb"]  # type: ignore[attr-defined]
    assert verb == "campaign_policy.changed"
    submit([campaign], in_acme.leeds_manager)
    decide([campaign], in_acme.manager)
    assert LocationCampaign.objects.get(pk=campaign.pk).status == Status.APPROVED, "not armed at once"
    assert "1 approved campaign waits to be scheduled" in client.get(URL).content.decode()
    late = client.post(URL, {"grace_minutes": "50", "version": ""})
    assert late.status_code == 409 and "Somebody has changed this" in late.content.decode()
    long = client.post(URL, {"grace_minutes": "9999", "version": late.context["form"]["version"].value()})
    assert long.status_code == 422 and 'value="9999"' in long.content.decode()


def test_who_does_not_manage_the_brand_may_not(in_acme: Cast) -> None:
    for person in (in_acme.viewer, in_acme.approver, in_acme.leeds_manager, in_acme.stranger):
        with pytest.raises(PermissionDenied):
            change_policy(brand=in_acme.acme, actor=person, changes={"grace_minutes": 5})
    with pytest.raises(ActionRefused, match="at most"):
        change_policy(brand=in_acme.acme, actor=in_acme.manager, changes={"grace_minutes": 1441})
    change_policy(brand=in_acme.acme, actor=in_acme.manager, changes={"grace_minutes": 30})
    assert not CampaignPolicy.objects.exists(), "the defaults are no change"
    change_policy(brand=in_acme.acme, actor=in_acme.manager, changes={"grace_minutes": 31})
    with pytest.raises(StaleVersion):
        change_policy(
            brand=in_acme.acme,
            actor=in_acme.manager,
            version=timezone.now() - timedelta(days=1),
            changes={"grace_minutes": 32},
        )


def test_the_grace_time_of_the_brand_holds_where_a_campaign_is_handed_in(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    """Rule A8."""
    LocationCampaign.objects.filter(pk=campaign.pk).update(start_at=timezone.now() - timedelta(minutes=40))
    with pytest.raises(ActionRefused, match="has passed"):
        submit([campaign], in_acme.leeds_manager)
    change_policy(brand=in_acme.acme, actor=in_acme.manager, changes={"grace_minutes": 60})
    submit([campaign], in_acme.leeds_manager)
    assert miss_overdue() == 0
    change_policy(brand=in_acme.acme, actor=in_acme.manager, changes={"grace_minutes": 10})
    assert miss_overdue() == 1
