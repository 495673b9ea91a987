"""The centre, the bell and the settings, as their reader meets them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from storesync.brands.actions.membership import revoke_membership
from storesync.brands.models import Membership
from storesync.core.jobs import fail, finish, start_job
from storesync.core.models import Job
from storesync.core.scoping import brand_scope
from storesync.notifications.models import Notice, NoticePreference
from tests.conftest import Cast
from tests.notifications.conftest import BARRED, tell

CENTRE = "/notifications/"


@pytest.fixture
def told(cast: Cast) -> Notice:
    """Something that the manager is told."""
    with brand_scope([cast.acme.pk]):
        return tell(cast)[0]


def words(client: Client, path: str = CENTRE) -> str:
    return client.get(path).content.decode()


def fresh(cast: Cast, notice: Notice) -> Notice:
    with brand_scope([cast.acme.pk]):
        return Notice.objects.get(pk=notice.pk)


def test_today_and_earlier(cast: Cast, told: Notice, as_manager: Client) -> None:
    assert "Today" in words(as_manager) and "Earlier" not in words(as_manager)
    with brand_scope([cast.acme.pk]):
        Notice.objects.update(happened_at=timezone.now() - timedelta(days=2))
    assert "Earlier" in words(as_manager) and "Fire in the shop" in words(as_manager)


def test_filters(cast: Cast, told: Notice, as_manager: Client) -> None:
    assert "Fire in the shop" in words(as_manager, f"{CENTRE}?kind=test&unread=on")
    assert "No notice matches" in words(as_manager, f"{CENTRE}?kind=job.ended")
    assert "Fire in the shop" in words(as_manager, f"{CENTRE}?kind=nonsense"), (
        "what is unknown filters nothing"
    )


def test_an_empty_centre_says_what_will_be_there(as_manager: Client) -> None:
    assert "Nothing new" in words(as_manager)


@pytest.mark.parametrize(("verb", "undo"), [("read", "unread"), ("dismiss", "restore")])
def test_each_verb_offers_its_undo(
    cast: Cast, told: Notice, as_manager: Client, verb: str, undo: str
) -> None:
    page = as_manager.post(reverse("notifications:mark", args=[told.pk, verb]), follow=True)
    assert not fresh(cast, told).is_unread
    back = reverse("notifications:mark", args=[told.pk, undo])
    assert f'action="{back}"' in page.content.decode()
    as_manager.post(back)
    assert fresh(cast, told).is_unread
    assert as_manager.post(reverse("notifications:mark", args=[told.pk, "burn"])).status_code == 404


def test_all_read_and_undone(cast: Cast, told: Notice, as_manager: Client) -> None:
    page = as_manager.post(reverse("notifications:mark_all"), {"next": f"{CENTRE}?kind=test"}, follow=True)
    assert page.redirect_chain == [(f"{CENTRE}?kind=test", 302)]
    assert "1 notice is marked as read." in page.content.decode()
    undo = next(url for url in page.content.decode().split('action="') if "/undo/" in url).split('"')[0]
    as_manager.post(undo)
    assert fresh(cast, told).is_unread
    assert as_manager.post(reverse("notifications:undo_all", args=["tomorrow"])).status_code == 404


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/notifications/", "/b/acme/"])
def test_nobody_is_led_astray(told: Notice, as_manager: Client, wanted: str) -> None:
    response = as_manager.post(reverse("notifications:mark_all"), {"next": wanted})
    assert response.headers["Location"] == CENTRE


def test_opening_leads_on_and_marks_it_as_read(cast: Cast, told: Notice, as_manager: Client) -> None:
    with brand_scope([cast.acme.pk]):
        Notice.objects.update(url="/profile/?tab=1#name")
    response = as_manager.get(told.get_absolute_url())
    assert response.headers["Location"] == f"/profile/?tab=1&notice={told.pk}#name"
    assert fresh(cast, told).is_unread, "a GET writes nothing"
    here = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"}
    for others in ({"sec-fetch-site": "cross-site"}, {"sec-purpose": "prefetch"}, {"sec-fetch-mode": "cors"}):
        as_manager.get(told.get_absolute_url(), headers=here | others)
    as_manager.head(told.get_absolute_url(), headers=here)
    assert fresh(cast, told).is_unread, "but for who follows it on a page of ours"
    opened = reverse("notifications:opened", args=[told.pk])
    assert f'hx-post="{opened}"' in words(as_manager, response.headers["Location"])
    assert 'hx-post=""' not in words(as_manager, "/profile/?notice=nonsense")
    assert "notices-changed" in as_manager.post(opened).headers["HX-Trigger"]
    assert not fresh(cast, told).is_unread


def test_followed_on_a_page_of_ours_it_is_read_without_any_script(
    cast: Cast, told: Notice, as_manager: Client
) -> None:
    here = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"}
    response = as_manager.get(told.get_absolute_url(), headers=here)
    assert response.headers["Location"] == told.url and not fresh(cast, told).is_unread


def test_what_one_may_not_read_any_more_leads_nowhere(cast: Cast, told: Notice, as_manager: Client) -> None:
    """Rule A10."""
    BARRED.add(cast.manager.pk)
    assert "Fire in the shop" not in words(as_manager)
    page = as_manager.get(told.get_absolute_url(), follow=True)
    assert "no longer there for you" in page.content.decode()


def test_the_bell(cast: Cast, told: Notice, as_manager: Client) -> None:
    bell = words(as_manager, reverse("notifications:bell"))
    assert "bell__count" in bell and "every 60s" in bell and f'href="{CENTRE}"' in bell
    with brand_scope([cast.acme.pk]):
        for number in range(100):
            tell(cast, matter=str(number))
    assert "99+" in " ".join(words(as_manager, reverse("notifications:bell")).split())
    with brand_scope([cast.acme.pk]):
        revoke_membership(membership=Membership.objects.get(user=cast.manager), actor=cast.admin)
    assert "bell__count" not in words(as_manager, reverse("notifications:bell")), "Rule A10"


def test_another_s_notice_is_not_there(cast: Cast, told: Notice, client: Client) -> None:
    for person in (cast.stranger, cast.viewer):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(told.get_absolute_url()).status_code == 404
        assert client.post(reverse("notifications:mark", args=[told.pk, "read"])).status_code == 404
    assert fresh(cast, told).is_unread


def test_the_centre_asks_as_often_for_many_as_for_one(cast: Cast, told: Notice, as_manager: Client) -> None:
    words(as_manager)
    with CaptureQueriesContext(connection) as few:
        words(as_manager)
    with brand_scope([cast.acme.pk]):
        for number in range(24):
            tell(cast, matter=str(number))
    with CaptureQueriesContext(connection) as many:
        words(as_manager)
    assert len(many) == len(few) <= 25


def test_the_settings_are_kept(cast: Cast, as_manager: Client) -> None:
    page = reverse("notifications:settings")
    assert "What tests tell." in words(as_manager, page)
    sent: dict[str, Any] = {"test": ["digest"], "no.such": ["mail"]}
    assert "Saved." in as_manager.post(page, sent, follow=True).content.decode()
    row = NoticePreference.objects.get(person=cast.manager, kind="test")
    assert (row.page, row.mail, row.digest) == (False, False, True)


def test_who_started_a_long_task_is_told_when_it_ends(in_acme: Cast) -> None:
    def job(minutes: int) -> Job:
        made = start_job(brand_id=in_acme.acme.pk, kind="test", title="Import", actor=in_acme.manager)
        Job.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(minutes=minutes))
        return made

    finish(job(0).pk, result={})
    assert not Notice.objects.exists(), "they are looking at it"
    long = job(5)
    finish(long.pk, result={})
    finish(long.pk, result={})
    fail(job(0).pk, message="Disk full")
    facts = Notice.objects.order_by("happened_at").values_list("facts__state", "occurrences")
    assert list(facts) == [("done", 1), ("failed", 1)]
