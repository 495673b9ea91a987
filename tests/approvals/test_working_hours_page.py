"""Working hours and holidays: shown before they are saved, refused in words, never overwritten unseen."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from storesync.approvals.actions.working_hours import save_working_hours
from storesync.approvals.models import ApprovalSettings
from tests.conftest import Cast


@time_machine.travel(datetime(2030, 12, 20, 15, tzinfo=UTC), tick=False)
def test_the_page_says_what_eight_working_hours_mean(client: Client, in_acme: Cast) -> None:
    """A Friday at 15:00: two hours left, then a weekend, and holidays from Tuesday on (Rule S5)."""
    client.force_login(in_acme.manager, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("approvals:working_hours", args=["acme"])
    page = client.get(url).content.decode()
    assert "8 working hours from now are up on Mon, 23 Dec 2030 at 15:00 (Europe/London)." in page
    given = {
        "working_hours": "Mo-Fr 09:00-12:00",
        "holidays": "2030-12-24, 2030-12-25\n2030-12-26",
        "version": "0",
    }
    shown = client.post(url, given | {"show": "1"}).content.decode()
    assert "8 working hours from now are up on Mon, 30 Dec 2030 at 11:00 (Europe/London)." in shown
    assert not ApprovalSettings.objects.exists(), "shown is not saved"
    assert client.post(url, given).status_code == 302
    saved = ApprovalSettings.objects.get()
    assert (saved.working_hours, saved.version) == ("Mo-Fr 09:00-12:00", 1)
    assert saved.holidays == ["2030-12-24", "2030-12-25", "2030-12-26"]

    wrong = client.post(
        url, {"working_hours": "at noon", "holidays": "Christmas\n2030-02-30", "version": "1"}
    )
    assert wrong.status_code == 422
    assert "“at noon” cannot be read" in wrong.content.decode()
    assert "Line 1: “Christmas” is no date" in wrong.content.decode()
    assert "Line 2: “2030-02-30” is no date" in wrong.content.decode(), "each of them"
    stale = client.post(url, given | {"working_hours": "Mo-Sa 09:00-12:00"})
    assert stale.status_code == 409
    assert "changed the working hours" in stale.content.decode()
    again = given | {"working_hours": "Mo-Sa 09:00-12:00"}
    again["version"] = stale.context["form"]["version"].value()
    assert client.post(url, again).status_code == 302
    assert ApprovalSettings.objects.get().version == 2


def test_only_who_manages_the_brand_says_when_it_works(in_acme: Cast) -> None:
    with pytest.raises(PermissionDenied):
        save_working_hours(
            brand=in_acme.acme, working_hours="24/7", holidays=[], actor=in_acme.approver, version=0
        )
