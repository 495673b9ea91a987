"""Lists cost as many queries for 20 rows as for 1; the counts are kept in `tests/query_counts.json`.

`STORESYNC_RECORD_QUERIES=1` writes the file anew; a change of it is then seen in the diff, and has a reason.
"""

import json
import os
from pathlib import Path
from typing import Final

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from storesync.accounts.models import User
from storesync.dashboard.demo import load

RECORDED: Final = Path(__file__).parent.parent / "query_counts.json"
CEILING: Final = 25
"""Queries that no page may need (interface.md, definition of done for a screen)."""
BACKEND: Final = "django.contrib.auth.backends.ModelBackend"

LISTS: Final[dict[str, tuple[str, str, str]]] = {
    # name of the address: (person, query with many rows, query with one)
    "brands:location_list": ("maya", "?size=100", "?q=L101"),
    "brands:person_list": ("maya", "", "?q=priya"),
    "campaigns:templates": ("maya", "", "?q=clearance"),
    "campaigns:rollouts": ("maya", "", "?q=clearance"),
    "campaigns:campaigns": ("maya", "?size=100", "?q=briggate"),
    "media:library": ("maya", "", "?q=armchair"),
    "approvals:queue": ("priya", "", "?q=briggate"),
    "approvals:waiting": ("maya", "", "?q=briggate"),
}


@pytest.fixture
def demo(db: None) -> dict[str, User]:
    """The people of the demo, by the first part of their addresses."""
    load()
    return {user.email.split("@")[0]: user for user in User.objects.all()}


def _count(client: Client, url: str) -> tuple[int, int]:
    """(queries, rows) of a page, the second time it is asked for (content types are cached by then)."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return len(captured), len(response.context["page"].rows)


def test_lists_cost_the_same_for_many_rows_as_for_one(demo: dict[str, User]) -> None:
    counts: dict[str, int] = {}
    grown = []
    for name, (person, many, one) in LISTS.items():
        client = Client()
        client.force_login(demo[person], backend=BACKEND)
        url = reverse(name, args=["larkspur"])
        queries, rows = _count(client, url + many)
        few_queries, few_rows = _count(client, url + one)
        assert rows > few_rows >= 1, f"{name}: {rows} rows, {few_rows} with {one}: the test compares nothing"
        counts[name] = queries
        if queries > few_queries:
            grown.append(f"{name}: {queries} queries for {rows} rows, {few_queries} for {few_rows}")
    assert grown == []
    assert max(counts.values()) <= CEILING, counts
    if os.environ.get("STORESYNC_RECORD_QUERIES") == "1":
        RECORDED.write_text(json.dumps(counts, indent=2, sort_keys=True) + "\n")
    assert counts == json.loads(RECORDED.read_text()), "record them anew with STORESYNC_RECORD_QUERIES=1"
