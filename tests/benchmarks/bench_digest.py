"""Digests: 5,000 approvers with 100,000 items waiting, and queries for 10 items against 1,000.

Each approver approves for one store; every store has a thousand items (one of each submission). The peer is
the same mails without what they tell: rows and letters written, nothing read and nothing rendered.
"""

import resource
import secrets
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.utils import timezone

from storesync.accounts.models import User
from storesync.approvals.actions import submit
from storesync.approvals.actions.digest import make_next_digest
from storesync.approvals.digest.claims import due_on
from storesync.approvals.models import ApprovalDigest, SubmissionItem
from storesync.brands.actions.membership import grant_membership
from storesync.brands.models import Brand, Location
from storesync.brands.rights import Role
from storesync.core.models import new_id
from storesync.core.scoping import all_brands, brand_scope
from storesync.mailing.models import MailClass
from storesync.mailing.outbox import Source, post_letter
from tests.benchmarks import Result
from tests.benchmarks.bench_approvals import _company, _multiply

STORES = 100


def run(scale: float) -> Iterator[Result]:
    """`scale` 1 is 5,000 approvers and 100,000 waiting items."""
    approvers, times = max(20, int(5_000 * scale)), max(10, int(1_000 * scale))
    few = _queries_for(10)
    with _company(STORES) as company:
        submit(revisions=company.wave(STORES), actor=company.author)
        _multiply(company.brand, times)
        people = _people(company.brand, approvers)
        now = due_on(timezone.now().date(), "UTC")
        with brand_scope([company.brand.pk]):
            waiting = SubmissionItem.objects.waiting().count()
        many = _due(company.brand, people[:1], now) or _queries(now)
        _due(company.brand, people[1:], now)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        made = 0
        while make_next_digest(now):
            made += 1
        rate = made / (time.perf_counter() - began)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        plain = _plain(min(made, 200))
    note = f"{made} approvers, {waiting} items waiting, {times} for each; peer: rows and letters alone"
    yield Result("digests", round(rate, 1), round(plain, 1), None, "digests/s", note)
    note = f"one digest of {times} items; peer: of 10"
    yield Result("digest_queries", many, few, None, "queries", note)
    yield Result("digest_memory", round(grown, 1), None, None, "MB", f"grown while {made} were made")


def _people(brand: Brand, count: int) -> list[User]:
    """So many approvers, each of one store."""
    name = secrets.token_hex(4)
    people = User.objects.bulk_create(
        User(email=f"a{number}@{name}.example", name=f"Approver {number}", password="!")
        for number in range(count)
    )
    places = list(Location.objects.filter(brand=brand).order_by("pk"))
    for number, person in enumerate(people):
        place = places[number % len(places)]
        grant_membership(brand=brand, user=person, role=Role.APPROVER, locations=[place], actor=None)
    return people


def _due(brand: Brand, people: list[User], now: datetime) -> None:
    with brand_scope([brand.pk]):
        ApprovalDigest.objects.bulk_create(
            ApprovalDigest(brand=brand, person=person, local_date=now.date(), due_at=now) for person in people
        )


def _queries_for(items: int) -> int:
    with _company(items) as company:
        submit(revisions=company.wave(items), actor=company.author)
        now = due_on(timezone.now().date(), "UTC")
        _due(company.brand, _people(company.brand, 1), now)
        return _queries(now)


def _queries(now: datetime) -> int:
    count = 0

    def counted(execute: Any, *args: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*args)

    with connection.execute_wrapper(counted):
        make_next_digest(now)
    return count


def _plain(count: int) -> float:
    """Letters a second, of the size of a digest, with nothing read for them."""
    text = "One line of a digest, as long as such lines are.\n" * 120

    def post(key: UUID) -> None:
        mail = EmailMultiAlternatives("What waits", text, to=[f"{key.hex}@plain.example"])
        mail.attach_alternative(f"<p>{text}</p>" * 3, "text/html")
        post_letter(mail, source=Source("plain", key, MailClass.DIGEST, timezone.now() + timedelta(hours=1)))

    began = time.perf_counter()
    with all_brands("benchmark"):
        for _one in range(count):
            post(new_id())
    return count / (time.perf_counter() - began)
