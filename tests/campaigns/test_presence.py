"""Who else is here: told while a page is open, forgotten when it is not."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from storesync.campaigns.actions.presence import GONE, KEPT, be_here
from storesync.campaigns.models import LocationCampaign, Presence
from tests.conftest import Cast

B = "/b/acme"


def test_people_at_the_same_page_see_each_other_while_it_is_open(
    in_acme: Cast, campaign: LocationCampaign
) -> None:
    me, other = in_acme.leeds_manager, in_acme.manager
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        assert be_here(owner=campaign, actor=me) == []
        assert be_here(owner=campaign, actor=other) == [me]
        assert be_here(owner=campaign.template_version.template, actor=other) == [], "another page"
    with time_machine.travel(now + GONE + timedelta(seconds=1), tick=False):
        assert be_here(owner=campaign, actor=other) == []
        assert Presence.objects.filter(page="campaign").count() == 2, "one row a person and page"
    with time_machine.travel(now + KEPT + GONE, tick=False):
        assert be_here(owner=campaign, actor=me) == [] and Presence.objects.count() == 2
    with time_machine.travel(now + 3 * KEPT, tick=False):
        assert be_here(owner=campaign, actor=me) == [] and Presence.objects.count() == 1


def test_who_may_not_edit_is_nowhere(in_acme: Cast, campaign: LocationCampaign) -> None:
    for owner in (campaign, campaign.template_version.template):
        with pytest.raises(PermissionDenied):
            be_here(owner=owner, actor=in_acme.viewer)
    assert not Presence.objects.exists()


def test_the_pages_ask_and_are_answered(in_acme: Cast, campaign: LocationCampaign) -> None:
    client, other = Client(), Client()
    client.force_login(in_acme.manager)
    other.force_login(in_acme.leeds_manager)
    edit = f"{B}/campaigns/{campaign.pk}/"
    assert f'hx-post="{edit}here/"' in client.get(f"{edit}edit/").content.decode()
    assert (
        f'hx-post="{B}/templates/winter/here/"' in client.get(f"{B}/templates/winter/edit/").content.decode()
    )
    assert "presence__people" not in client.post(f"{edit}here/").content.decode()
    answer = other.post(f"{edit}here/").content.decode()
    assert f"Also here: {in_acme.manager.display_name}" in answer and 'hx-trigger="every 15s"' in answer
    assert other.post(f"{B}/templates/winter/here/").status_code == 403
    assert client.get(f"{edit}here/").status_code == 405
