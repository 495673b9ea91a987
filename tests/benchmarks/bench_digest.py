"""Digests: 5,000 approvers with 100,000 items waiting, and queries for 10 items against all of them.

Each approver approves for one store; every store has a thousand items (one of each submission), and the
company's own approver has them all. The peer is the same mails without what they tell: rows and letters
written, nothing read and nothing rendered; the limit is what makes them all from 9:00 to 9:15 (Rule A11).
"""

import secrets
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
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
MINUTES = 15


def run(scale: float) -> Iterator[Result]:
    """`scale` 1 is 5,000 approvers and 100,000 waiting items."""
    approvers, times = max(20, int(5_000 * scale)), max(10, int(1_000 * scale))
    now = due_on(timezone.now().date(), "UTC")
    with _company(10) as company:
        submit(revisions=company.wave(10), actor=company.author)
        few = _one(company.brand, company.approver, now)
    with _company(STORES) as company:
        submit(revisions=company.wave(STORES), actor=company.author)
        _multiply(company.brand, times)
        with brand_scope([company.brand.pk]):
            waiting = SubmissionItem.objects.waiting().count()
        many = _one(company.brand, company.approver, now)
        _due(company.brand, _people(company.brand, approvers), now)
        _reset_peak()
        before, began, made = _memory("VmRSS"), time.perf_counter(), 0
        while make_next_digest(now):
            made += 1
        rate = made / (time.perf_counter() - began)
        grown = max(0.0, _memory("VmHWM") - before)
        plain = _plain(min(made, 200))
    enough = round(approvers / (MINUTES * 60), 2)
    note = f"{made} approvers, {waiting} items waiting, {times} for each; peer: rows and letters alone"
    yield Result("digests", round(rate, 1), round(plain, 1), enough, "digests/s", note)
    note = f"one person's digest of {waiting} items; peer: of 10"
    yield Result("digest_queries", many[0], few[0], None, "queries", note)
    yield Result("digest_of_everything", round(many[1], 3), round(few[1], 3), None, "s", note)
    note = f"the most while one of {waiting} was made; peer: the most while {made} were"
    yield Result("digest_memory", round(many[2], 1), round(grown, 1), None, "MB", note)


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


def _one(brand: Brand, person: User, now: datetime) -> tuple[int, float, float]:
    """Queries, seconds and MB that one person's digest takes; the second time, when all is warm."""
    count = 0

    def counted(execute: Any, *args: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*args)

    _due(brand, [person], now - timedelta(days=1))
    make_next_digest(now - timedelta(days=1))
    _due(brand, [person], now)
    _reset_peak()
    before, began = _memory("VmRSS"), time.perf_counter()
    with connection.execute_wrapper(counted):
        make_next_digest(now)
    took = time.perf_counter() - began
    with brand_scope([brand.pk]):
        assert ApprovalDigest.objects.get(person=person, local_date=now.date()).state == "sent"
    return count, took, max(0.0, _memory("VmHWM") - before)


def _reset_peak() -> None:
    """From now on VmHWM is the most since now (proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _memory(name: str) -> float:
    """MB of this process by the name that the kernel has for it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(name)) / 1024


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
