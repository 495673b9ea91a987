"""Absences: who is away, who stands in, by actions and on the pages."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from storesync.accounts.models import User
from storesync.brands.actions.absence import add_absence, change_absence, end_absence
from storesync.brands.actions.membership import revoke_membership
from storesync.brands.models import Absence, Membership, today_of
from storesync.brands.queries import absent_on, delegates
from storesync.core.errors import ActionRefused, StaleVersion
from tests.conftest import Cast

MONDAY = date(2030, 6, 3)


def away(cast: Cast, first: date = MONDAY, days: int = 5, **others: Any) -> Absence:
    """Priya is away, Maya stands in."""
    values = {
        "brand": cast.acme,
        "person": cast.approver,
        "delegate": cast.manager,
        "actor": cast.approver,
        "first_day": first,
        "last_day": first + timedelta(days=days - 1),
    }
    return add_absence(**values | others)


def test_days_count_in_the_persons_own_zone(in_acme: Cast) -> None:
    User.objects.filter(pk=in_acme.approver.pk).update(time_zone="Pacific/Auckland")
    in_acme.approver.refresh_from_db()
    absence = away(in_acme)
    begins = datetime(2030, 6, 3, tzinfo=ZoneInfo("Pacific/Auckland"))
    for moment, is_away in (
        (begins - timedelta(minutes=1), False),
        (begins, True),
        (begins + timedelta(days=5, minutes=-1), True),
        (begins + timedelta(days=5), False),
    ):
        asked = [in_acme.approver.pk, in_acme.manager.pk]
        assert list(absent_on(asked, moment)) == ([in_acme.approver.pk] if is_away else [])
        assert delegates(asked, moment) == ({in_acme.approver.pk: in_acme.manager} if is_away else {})
    with time_machine.travel(datetime(2030, 6, 2, 13, tzinfo=UTC), tick=False):
        assert absence.state == "running"
        assert Absence.objects.on().delegated_to(in_acme.manager).get() == absence
        assert not Absence.objects.on().delegated_to(in_acme.admin).exists()


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/London", date(2031, 3, 30), 23),
        ("Europe/London", date(2031, 10, 26), 25),
        ("America/New_York", date(2031, 11, 2), 25),
        # Here the clock jumps at midnight: the day begins at one.
        ("Asia/Beirut", date(2031, 3, 30), 23),
    ],
)
def test_s5_a_day_counts_from_midnight_to_midnight_however_long_it_is(
    in_acme: Cast, zone: str, day: date, hours: int
) -> None:
    """Rule S5, over both changes of the clock: the whole of the first day and the whole of the last."""
    User.objects.filter(pk=in_acme.approver.pk).update(time_zone=zone)
    in_acme.approver.refresh_from_db()
    away(in_acme, day, days=1)
    begins = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    minute, asked = timedelta(minutes=1), [in_acme.approver.pk]
    for moment, is_away in (
        (begins - minute, False),
        (begins, True),
        (begins + timedelta(hours=hours) - minute, True),
        (begins + timedelta(hours=hours), False),
    ):
        assert bool(absent_on(asked, moment)) == is_away, moment
        with time_machine.travel(moment, tick=False):
            assert Absence.objects.on().exists() == is_away, moment


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ({"delegate": "approver"}, "stand in for themselves"),
        ({"delegate": "viewer"}, "Vera Viewer cannot stand in"),
        ({"delegate": "stranger"}, "Sam Stranger cannot stand in"),
        ({"person": "viewer", "actor": "manager"}, "approves nothing in this brand"),
        ({"first_day": date(2020, 1, 1)}, "The first day is over already"),
        ({"last_day": MONDAY - timedelta(days=1)}, "The last day is before the first"),
        ({"last_day": MONDAY + timedelta(days=366)}, "at most 366 days"),
    ],
)
def test_what_is_no_absence_is_refused(in_acme: Cast, others: dict[str, Any], words: str) -> None:
    given = {
        name: getattr(in_acme, value) if isinstance(value, str) else value for name, value in others.items()
    }
    with pytest.raises(ActionRefused, match=words):
        away(in_acme, **given)
    assert not Absence.objects.exists()


def test_nobody_is_away_twice_at_once_and_the_delegate_is_there(in_acme: Cast) -> None:
    absence = away(in_acme)
    with pytest.raises(ActionRefused, match="covers some of these days already"):
        away(in_acme, MONDAY + timedelta(days=4))
    beside = Absence(
        brand=in_acme.acme,
        person=in_acme.approver,
        delegate=in_acme.admin,
        first_day=MONDAY,
        last_day=MONDAY,
    )
    with pytest.raises(IntegrityError, match="absence_one_at_a_time"), transaction.atomic():
        beside.save()
    with pytest.raises(ActionRefused, match="Priya Raman is away too"):
        away(
            in_acme,
            MONDAY + timedelta(days=4),
            person=in_acme.manager,
            actor=in_acme.manager,
            delegate=in_acme.approver,
        )
    away(in_acme, MONDAY + timedelta(days=5), delegate=in_acme.admin)
    assert Absence.objects.count() == 2
    assert [row.pgh_label for row in absence.history.all()] == ["insert"]


def test_only_oneself_or_who_manages_people_arranges_it(in_acme: Cast) -> None:
    with pytest.raises(PermissionDenied):
        away(in_acme, actor=in_acme.leeds_manager)
    absence = away(in_acme, actor=in_acme.manager, delegate=in_acme.admin)
    for act in (
        lambda: change_absence(absence=absence, actor=in_acme.viewer, values={"note": "x"}),
        lambda: end_absence(absence=absence, actor=in_acme.viewer),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_running_absence_changes_its_end_and_ends_early(in_acme: Cast) -> None:
    absence = away(in_acme)
    coming = away(in_acme, MONDAY + timedelta(days=30))
    with time_machine.travel(datetime(2030, 6, 5, 12, tzinfo=UTC), tick=False):
        with pytest.raises(ActionRefused, match="has begun"):
            change_absence(absence=absence, actor=in_acme.approver, values={"first_day": date(2030, 6, 5)})
        with pytest.raises(ActionRefused, match="last day is over already"):
            change_absence(absence=absence, actor=in_acme.approver, values={"last_day": date(2030, 6, 4)})
        with pytest.raises(StaleVersion):
            change_absence(
                absence=absence, actor=in_acme.approver, values={}, version=datetime(2030, 1, 1, tzinfo=UTC)
            )
        longer = change_absence(
            absence=absence,
            actor=in_acme.approver,
            values={"last_day": date(2030, 6, 14)},
            version=absence.updated_at,
        )
        assert longer.last_day == date(2030, 6, 14)
        ended = end_absence(absence=absence, actor=in_acme.approver)
        assert ended is not None
        assert (ended.last_day, ended.state) == (date(2030, 6, 4), "over")
        with pytest.raises(ActionRefused, match="is over"):
            end_absence(absence=absence, actor=in_acme.approver)
        with pytest.raises(ActionRefused, match="is over"):
            change_absence(absence=absence, actor=in_acme.approver, values={"note": "late"})
        assert end_absence(absence=coming, actor=in_acme.approver) is None
    assert Absence.objects.get() == absence


def test_ones_own_page_hands_over_with_one_form(cast: Cast, client: Client) -> None:
    """Open the menu, "Absence", "Save the absence": three clicks from anywhere."""
    client.force_login(cast.approver, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("brands:absence", args=["acme"])
    page = client.get(reverse("approvals:queue", args=["acme"])).content.decode()
    assert f'href="{url}"' in page
    form = client.get(url)
    assert "Maya Okafor – Brand Manager, The whole brand" in form.content.decode()
    assert "Sam Stranger" not in form.content.decode()
    today = today_of(cast.approver)
    given = {
        "first_day": today.isoformat(),
        "last_day": (today + timedelta(days=2)).isoformat(),
        "delegate": cast.manager.pk,
        "note": "By the sea",
    }
    wrong = client.post(url, given | {"last_day": (today - timedelta(days=1)).isoformat()})
    assert wrong.status_code == 422
    assert "By the sea" in wrong.content.decode()
    assert client.post(url, given | {"delegate": cast.viewer.pk}).status_code == 422
    impossible = client.post(url, given | {"first_day": "2031-02-30", "last_day": "2031-13-01"})
    assert impossible.status_code == 422 and set(impossible.context["form"].errors) == {
        "first_day",
        "last_day",
    }
    assert client.post(url, given).status_code == 302
    again = client.post(url, given)
    assert (again.status_code, "covers some of these days already" in again.content.decode()) == (409, True)
    shown = client.get(url).content.decode()
    assert "Away now" in shown
    assert "Maya Okafor stands in." in shown


def test_a_stale_page_of_an_absence_says_what_changed(cast: Cast, client: Client, in_acme: Cast) -> None:
    absence = away(cast, today_of(cast.approver) + timedelta(days=3))
    client.force_login(cast.approver, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("brands:absence_change", args=["acme", absence.pk])
    seen = client.get(url).context["form"]["version"].value()
    change_absence(absence=absence, actor=cast.manager, values={"note": "Maya was here"})
    given = {
        "version": seen,
        "first_day": absence.first_day.isoformat(),
        "last_day": absence.last_day.isoformat(),
        "delegate": cast.admin.pk,
        "note": "",
    }
    stale = client.post(url, given)
    assert stale.status_code == 409
    assert "Maya was here" in stale.content.decode()
    given["version"] = stale.context["form"]["version"].value()
    assert client.post(url, given).status_code == 302
    absence.refresh_from_db()
    assert absence.delegate == cast.admin


def test_a_manager_arranges_it_for_others_and_sees_a_delegate_without_the_role(
    as_manager: Client, in_acme: Cast
) -> None:
    membership = Membership.objects.get(user=in_acme.approver)
    url = reverse("brands:person_absence", args=["acme", membership.pk])
    today = today_of(in_acme.approver)
    given = {"first_day": today.isoformat(), "last_day": today.isoformat(), "delegate": in_acme.manager.pk}
    assert as_manager.post(url, given).status_code == 302
    person = as_manager.get(reverse("brands:person_detail", args=["acme", membership.pk]))
    assert "Maya Okafor stands in." in person.content.decode()
    absence = Absence.objects.get()
    Absence.objects.update(person=in_acme.manager, delegate=in_acme.approver)
    revoke_membership(membership=membership, actor=in_acme.admin)
    own = as_manager.get(reverse("brands:absence", args=["acme"])).content.decode()
    assert "Priya Raman approves nothing in this brand any more" in own
    ended = as_manager.post(reverse("brands:absence_end", args=["acme", absence.pk]))
    assert ended.status_code == 302
    assert not Absence.objects.exists()


def test_somebody_elses_absence_is_not_there_for_colleagues(client: Client, in_acme: Cast) -> None:
    absence = away(in_acme, today_of(in_acme.approver))
    client.force_login(in_acme.viewer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("brands:absence_change", args=["acme", absence.pk])).status_code == 404
    assert client.post(reverse("brands:absence_end", args=["acme", absence.pk])).status_code == 404
    nothing = client.get(reverse("brands:absence", args=["acme"]))
    assert "Nothing to hand over" in nothing.content.decode()
