"""The queue by roll-out and template: counted in the database, one click to what has to be decided."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from storesync.approvals import waves
from storesync.approvals.models import SubmissionItem
from storesync.core.models import new_id
from storesync.core.scoping import brand_scope
from tests.approvals.conftest import TEMPLATE, WAVE
from tests.approvals.test_queue import QUEUE, hand_in, rows
from tests.conftest import Cast

GROUPS = f"{QUEUE}by-roll-out/"


def move(items: list[SubmissionItem], **columns: Any) -> None:
    """As if they had been handed in for another roll-out or template."""
    SubmissionItem.objects.filter(pk__in=[item.pk for item in items]).update(**columns)


def test_what_is_alike_stands_in_one_row_due_first(as_approver: Client, cast: Cast) -> None:
    wave = hand_in(cast, cast.leeds, cast.york, start="2026-12-24T09:00")
    single = hand_in(cast, cast.leeds, start="2026-12-01T09:00")
    spread = [*hand_in(cast, cast.leeds), *hand_in(cast, cast.york, by=cast.manager)]
    other = new_id()
    with brand_scope([cast.acme.pk]):
        move(single, wave_id=None)
        move(spread, wave_id=other)
        with connection.cursor() as cursor:
            # Whether one differs is fixed when it is handed in: only behind the triggers' back can it be set.
            cursor.execute("SET LOCAL session_replication_role = replica")
            move([wave[0], *single, *spread], differs=False)
            move([wave[1]], differs=True)
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    page = as_approver.get(GROUPS)
    found = [(one.wave_id, one.template_id, one.waiting, one.differing) for one in rows(page)]
    assert found == [(None, TEMPLATE, 1, 0), (WAVE, TEMPLATE, 2, 1), (other, TEMPLATE, 2, 0)]
    first, second, third = rows(page)
    assert first.url.endswith(f"/submissions/{single[0].submission_id}/")
    assert second.url.endswith(f"/submissions/{wave[0].submission_id}/")
    assert rows(as_approver.get(third.url)) == sorted(spread, key=lambda item: item.pk)
    text = page.content.decode()
    assert "Autumn wave" in text and "Leaflet of autumn" in text
    assert f'href="{QUEUE}?view=all"' in text, "and back to one by one"


def test_groups_are_filtered_and_turned_like_the_list(as_approver: Client, cast: Cast) -> None:
    items = hand_in(cast, *[cast.leeds] * 26)
    with brand_scope([cast.acme.pk]):
        for item in items:
            move([item], wave_id=new_id())
        hand_in(cast, cast.york)
    page = as_approver.get(f"{GROUPS}?q=Leeds")
    assert page.context["page"].total == 26 and len(rows(page)) == 25
    assert len(rows(as_approver.get(f"{GROUPS}?q=Leeds&page=2"))) == 1
    for broken in ("0", "-1", "x", "99999", "9" * 30):
        assert as_approver.get(f"{GROUPS}?page={broken}").status_code == 200
    with CaptureQueriesContext(connection) as many:
        as_approver.get(GROUPS)
    with CaptureQueriesContext(connection) as few:
        as_approver.get(f"{GROUPS}?q=York")
    assert len(many) <= len(few) + 1 and len(many) <= 25


def test_a_row_counts_up_to_a_ceiling(
    as_approver: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is beyond it is told as "more than that", and nobody says that it was handed in together."""
    monkeypatch.setattr(waves, "COUNTED", 1)
    hand_in(cast, cast.leeds, cast.york)
    page = as_approver.get(GROUPS)
    assert "1+ waiting" in page.content.decode()
    assert "/submissions/" not in rows(page)[0].url, "to the list of them"


def test_what_belongs_to_nothing_is_a_group_too(as_approver: Client, cast: Cast) -> None:
    own = hand_in(cast, cast.leeds)
    hand_in(cast, cast.york)
    with brand_scope([cast.acme.pk]):
        move(own, wave_id=None, template_id=None)
        move(hand_in(cast, cast.york), template_id=None)
    found = [(one.wave_id, one.template_id, one.waiting) for one in rows(as_approver.get(GROUPS))]
    assert sorted(found, key=str) == sorted([(None, None, 1), (WAVE, None, 1), (WAVE, TEMPLATE, 1)], key=str)
