"""Evidence: what chaining adds to writing 1,000 steps, and verifying the chains of 100,000.

The limit of verifying is PostgreSQL's sha256() over the same bytes, ready in a table; the note has hashlib's
in one process as well. Subject and limit take turns, the best of each counts.
"""
# Tables and columns are those of our own models.
# ruff: noqa: S608

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, transaction

from storesync.approvals.actions import submit
from storesync.approvals.evidence.canonical import step_values
from storesync.approvals.evidence.verifying import Verified, _steps, silent
from storesync.approvals.models import ApprovalStep, Submission
from storesync.core.models import new_id
from storesync.core.scoping import brand_scope
from tests.benchmarks import Result
from tests.benchmarks.bench_approvals import _company

ROUNDS = 3
EACH = 5
"""Steps of a campaign."""


def run(scale: float) -> Iterator[Result]:
    """Write and verify; `scale` 1 is 1,000 and 100,000 steps."""
    with _company(1) as company, brand_scope([company.brand.pk]):
        [revision] = company.wave(1)
        submit(revisions=[revision], actor=company.author)
        sample = ApprovalStep.objects.get(submission=Submission.objects.get())
        yield _writing(sample, max(100, int(1_000 * scale)))
        yield _verifying(sample, max(1_000, int(100_000 * scale)))


def _best(work: Callable[[], Any], *others: Callable[[], Any]) -> list[float]:
    best = [float("inf")] * (1 + len(others))
    for _round in range(ROUNDS):
        for index, one in enumerate((work, *others)):
            began = time.perf_counter()
            one()
            best[index] = min(best[index], time.perf_counter() - began)
    return best


def _writing(sample: ApprovalStep, count: int) -> Result:
    def write(*, chained: bool) -> None:
        rows = []
        for _row in range(count):
            row = ApprovalStep(
                **{f.attname: getattr(sample, f.attname) for f in sample._meta.concrete_fields}
            )
            row.pk, row.owner_id, row.number, row.hash = new_id(), new_id(), 1, secrets.token_hex(32)
            rows.append(row)
        with transaction.atomic(), connection.cursor() as cursor:
            if not chained:
                cursor.execute("ALTER TABLE approvals_approvalstep DISABLE TRIGGER USER")
            began = time.perf_counter()
            ApprovalStep.objects.bulk_create(rows)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            spent[chained] = min(spent[chained], time.perf_counter() - began)
            transaction.set_rollback(True)

    spent = {True: float("inf"), False: float("inf")}
    for _round in range(ROUNDS):
        write(chained=True)
        write(chained=False)
    return Result(
        "evidence.write",
        round(count / spent[True]),
        None,
        round(count / spent[False]),
        "steps/s",
        f"{count} steps of as many campaigns by bulk_create; limit: the same without the chain",
    )


def _verifying(sample: ApprovalStep, count: int) -> Result:
    names = [f.column for f in ApprovalStep._meta.concrete_fields if f.column not in {"id", "owner_id"}]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO approvals_approvalstep (id, owner_id, {', '.join(names)})"
            f" SELECT gen_random_uuid(), md5((n %% %s)::text)::uuid, {', '.join(names)}"
            " FROM approvals_approvalstep, generate_series(1, %s) n WHERE id = %s",
            [count // EACH, count - 1, sample.pk],
        )
        cursor.execute("ANALYZE approvals_approvalstep")
        cursor.execute(
            f"CREATE TEMPORARY TABLE bytes AS SELECT convert_to({step_values('s')}::text, 'UTF8') AS data"
            " FROM approvals_approvalstep s"
        )
        cursor.execute("SELECT data FROM bytes")
        data = [bytes(row[0]) for row in cursor.fetchall()]

    def verify() -> None:
        result = Verified()
        result.add(_steps(sample.brand, result, silent))
        if result.steps != count or not result.holds:
            raise RuntimeError(f"{result.steps} of {count} steps, {result.breaks[:1]}")

    def hash_alone() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT length(sha256(data))) FROM bytes")

    ours, limit, plain = _best(verify, hash_alone, lambda: [hashlib.sha256(one).digest() for one in data])
    return Result(
        "evidence.verify",
        round(count / ours),
        None,
        round(count / limit),
        "steps/s",
        f"{count} steps, {EACH} a campaign, hashes and links; limit: sha256() of the same bytes alone;"
        f" hashlib alone: {round(count / plain)}",
    )
