"""The approval reports of a brand with a million steps in the last year, and 100,000 items waiting, overdue.

Half of the steps are decisions, as where everything is handed in, decided once or twice, and warned of. The
peer is one statement that reads the same rows and counts them: what no report can do without.
"""
# Tables and columns are those of our own models.
# ruff: noqa: S608

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from storesync.approvals.actions import submit
from storesync.approvals.models import SubmissionItem
from tests.benchmarks import Result
from tests.benchmarks.bench_approvals import _Company, _company, _multiply

LIMIT = 2.0
ROUNDS = 3
STORES = 100

_FIGURES = """
INSERT INTO approvals_decisionfigure (id, created_at, updated_at, brand_id, decided_at, decision, ended,
    reason, rule, person_id, stage_name, location_id, campaign_type, template_id, wave_id,
    waited, worked, own_waited, own_worked, late)
SELECT gen_random_uuid(), now(), now(), %(brand)s, now() - random() * interval '365 days', d.decision, true,
    CASE WHEN d.decision = 'approved' THEN '' ELSE (ARRAY['', 'facts', 'offer', 'legal'])[1 + n %% 4] END,
    CASE WHEN by_rule THEN 'Policy “Everything”: without differences' ELSE '' END,
    CASE WHEN by_rule THEN NULL ELSE %(person)s END,
    (ARRAY['Brand', 'Legal', 'Region'])[1 + n %% 3], places.ids[1 + n %% %(stores)s], 'seasonal',
    md5((n %% 40)::text)::uuid, md5((n %% 500)::text)::uuid,
    CASE WHEN by_rule THEN NULL ELSE w END, CASE WHEN by_rule THEN NULL ELSE w / 4 END,
    CASE WHEN by_rule THEN NULL ELSE w END, CASE WHEN by_rule THEN NULL ELSE w / 4 END,
    CASE WHEN by_rule THEN NULL ELSE w > 1600 END
FROM (SELECT array_agg(id) AS ids FROM brands_location WHERE brand_id = %(brand)s) places,
LATERAL (SELECT n, (-ln(random()) * 700)::int AS w, n %% 20 = 0 AS by_rule
    FROM generate_series(1, %(count)s) n) g,
LATERAL (SELECT CASE WHEN n %% 20 <> 0 AND n %% 11 = 0 THEN 'rejected' ELSE 'approved' END AS decision) d
"""


def run(scale: float) -> Iterator[Result]:
    """Open the report; `scale` 1 is 500,000 decisions."""
    decisions, copies = max(1_000, int(500_000 * scale)), max(10, int(1_000 * scale))
    with _company(STORES) as company:
        submit(revisions=company.wave(STORES), actor=company.author)
        late = timezone.now() - timedelta(days=1)
        SubmissionItem.objects.filter(brand=company.brand).update(due_at=late)
        _multiply(company.brand, copies)
        with connection.cursor() as cursor:
            values = {
                "brand": company.brand.pk,
                "person": company.approver.pk,
                "stores": STORES,
                "count": decisions,
            }
            cursor.execute(_FIGURES, values)
            cursor.execute("ANALYZE approvals_decisionfigure")
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STORAGES=settings.STORAGES | plain):
        for days in (30, 90, 365):
            ours = min(_seconds(lambda d=days: _visit(company, d)) for _round in range(ROUNDS))  # type: ignore[misc]
            peer = min(_seconds(lambda d=days: _count(company, d)) for _round in range(ROUNDS))  # type: ignore[misc]
            note = (
                f"the last {days} days of a year with {decisions} decisions, {copies * STORES} overdue;"
                f" peer: to count them in one statement; limit: {LIMIT} s"
            )
            yield Result(
                f"approval_report_{days}",
                round(1 / ours, 2),
                round(1 / peer, 2),
                1 / LIMIT,
                "pages/s",
                note,
            )


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _visit(company: _Company, days: int) -> None:
    client = Client(SERVER_NAME="localhost")
    client.force_login(company.author)
    answer = client.get(reverse("approvals:reports", args=[company.brand.slug]), {"period": days})
    if answer.status_code != 200 or b"Legal" not in answer.content:
        raise RuntimeError(f"the report answered {answer.status_code}")


def _count(company: _Company, days: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(waited) FROM approvals_decisionfigure"
            " WHERE brand_id = %s AND decided_at >= now() - %s",
            [company.brand.pk, timedelta(days=days)],
        )
