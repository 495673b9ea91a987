"""Approval: 1,000 campaigns handed in and approved at once, and the queue with 100,000 waiting.

The plain statements write the very rows that submitting and deciding wrote, with every trigger and the
history on: one INSERT, UPDATE or DELETE for each table and step, the rows sent by the client. Subject and
peer take turns, the best of each counts.
"""
# Tables and columns are those of our own models.
# ruff: noqa: S608

import itertools
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import UUID

import pghistory.models
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.test import Client, override_settings
from django.urls import reverse

from storesync.accounts.models import User
from storesync.approvals.actions import decide, submit
from storesync.approvals.models import Decision, Seat, Submission, SubmissionItem
from storesync.brands.actions.membership import grant_membership
from storesync.brands.models import Brand, Location
from storesync.brands.rights import Role
from storesync.campaigns.actions.launch import continue_launch
from storesync.campaigns.actions.rollout import (
    choose_locations,
    create_rollout,
    plan_rollout,
    set_recipients,
)
from storesync.campaigns.actions.template import create_template, publish_version
from storesync.campaigns.models import LocationCampaign, RolloutState
from storesync.content.models import Revision
from storesync.core.scoping import BrandOwned, brand_scope
from tests.benchmarks import Result
from tests.campaigns.making import DRAFT

SHARE = 0.4
QUERIES = 60
GROWTH = 1.5
ROUNDS = 3
VISITS = 12


def run(scale: float) -> Iterator[Result]:
    """Submit and approve, then open the queue; `scale` 1 is 1,000 campaigns and 100,000 waiting items."""
    yield from _approving(max(50, int(1_000 * scale)))
    yield from _opening(max(10, int(1_000 * scale)))


class _Company(NamedTuple):
    brand: Brand
    author: User
    approver: User

    def wave(self, count: int) -> list[UUID]:
        """The first revisions of a roll-out launched to `count` stores."""
        template = create_template(
            brand=self.brand,
            name=secrets.token_hex(4),
            campaign_type="seasonal",
            actor=self.author,
            draft=DRAFT,
        )
        version = publish_version(template=template, actor=self.author)
        rollout = create_rollout(template_version=version, actor=self.author)
        places = list(Location.objects.filter(brand=self.brand).order_by("pk")[:count])
        choose_locations(rollout=rollout, actor=self.author, location_ids=[place.pk for place in places])
        people = "\n".join(f"p@{place.pk}.example,,,{place.store_number}" for place in places)
        set_recipients(rollout=rollout, actor=self.author, text=people)
        rollout = plan_rollout(rollout=rollout, actor=self.author, values={"discount_percentage": "20"})
        rollout.state, rollout.launched_by = RolloutState.LAUNCHING, self.author
        rollout.save(update_fields=["state", "launched_by"])
        continue_launch(rollout=rollout)
        campaigns = LocationCampaign.objects.filter(rollout=rollout).order_by()
        return list(campaigns.values_list("current_revision_id", flat=True))

    def waiting(self, revisions: list[UUID]) -> list[UUID]:
        """The items of these revisions that wait."""
        items = SubmissionItem.objects.waiting().filter(revision__in=revisions).order_by()
        return list(items.values_list("pk", flat=True))

    def approve(self, items: list[UUID]) -> None:
        """All of them at once."""
        decide(items=items, decision=Decision.APPROVED, actor=self.approver)


@contextmanager
def _company(stores: int) -> Iterator[_Company]:
    name = f"bench-{secrets.token_hex(4)}"
    brand = Brand.objects.create(
        name=name, slug=name, sender_email=f"news@{name}.example", postal_address="1 High Street, Leeds"
    )
    people = [
        User.objects.create_user(f"{who}@{name}.example", secrets.token_urlsafe(), name=who)
        for who in ("author", "approver")
    ]
    with brand_scope([brand.pk]):
        for person, role in zip(people, (Role.BRAND_MANAGER, Role.APPROVER), strict=True):
            grant_membership(brand=brand, user=person, role=role, actor=None)
        Location.objects.bulk_create(
            Location(
                brand=brand,
                store_number=str(number),
                name=f"Store {number}",
                street=f"{number} High Street",
                city="Leeds",
                postcode="LS1 1AA",
                country="GB",
                time_zone="Europe/London",
                phone="+441134960000",
            )
            for number in range(stores)
        )
        yield _Company(brand, *people)


# -- submitting and approving


def _approving(count: int) -> Iterator[Result]:
    with _company(count) as company:
        few = _queries(company, company.wave(10))
        many, ours, plain = 0, [], []
        for _round in range(ROUNDS):
            revisions = company.wave(count)
            before = _rows(company.brand)
            began = time.perf_counter()
            submit(revisions=revisions, actor=company.author)
            took = time.perf_counter() - began
            between = _rows(company.brand)
            items = company.waiting(revisions)
            began = time.perf_counter()
            company.approve(items)
            ours.append(took + time.perf_counter() - began)
            after = _rows(company.brand)
            _take_back(after, before)
            steps = [before, between, _approved(between, after), after]
            plain.append(sum(_written(*pair) for pair in itertools.pairwise(steps)))
            many = many or _queries(company, company.wave(count))
    peer = count / min(plain)
    note = f"{count} campaigns handed in and approved as one; peer: the same rows by plain statements"
    yield Result("approval", round(count / min(ours)), round(peer), round(SHARE * peer), "campaigns/s", note)
    note = f"for {count} campaigns; peer: for 10"
    yield Result("approval_queries", many, few, QUERIES, "queries", note)


def _queries(company: _Company, revisions: list[UUID]) -> int:
    """How many statements submitting and approving send."""
    count = 0

    def counted(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*args)

    with connection.execute_wrapper(counted):
        submit(revisions=revisions, actor=company.author)
    items = company.waiting(revisions)
    with connection.execute_wrapper(counted):
        company.approve(items)
    return count


_Rows = dict[str, dict[str, dict[str, Any]]]


def _rows(brand: Brand) -> _Rows:
    """The rows of a brand by table and id; histories are left to their triggers."""
    found: _Rows = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if not issubclass(model, BrandOwned) or issubclass(model, pghistory.models.Event):
                continue
            # A row that is the brand's alone is nothing that approvals write.
            if model in (Revision, Location) or model._meta.pk.column != "id":
                continue
            table = model._meta.db_table
            cursor.execute(
                f"SELECT id::text, to_json(t)::text FROM {table} t WHERE brand_id = %s", [brand.pk]
            )
            found[table] = {key: json.loads(row) for key, row in cursor.fetchall()}
    return found


def _approved(between: _Rows, after: _Rows) -> _Rows:
    """Campaigns that are scheduled as soon as they are approved are approved first."""
    table = LocationCampaign._meta.db_table
    moved = {key for key, row in after[table].items() if row["status"] != between[table][key]["status"]}
    rows = {key: row | {"status": "approved"} if key in moved else row for key, row in after[table].items()}
    return after | {table: rows}


def _written(before: _Rows, after: _Rows) -> float:
    """Seconds that plain statements take to make of one state the other."""
    work = [(table, *_changed(before[table], after[table])) for table in after]
    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for table, fresh, changed, columns, gone in work:
            if gone:
                cursor.execute(f"DELETE FROM {table} WHERE id::text = ANY(%s)", [gone])
            if fresh:
                _insert(cursor, table, fresh)
            if changed:
                names = ", ".join(f'"{name}" = s."{name}"' for name in columns)
                cursor.execute(
                    f"UPDATE {table} t SET {names} FROM json_populate_recordset(null::{table}, %s) s "
                    "WHERE s.id = t.id",
                    [changed],
                )
    return time.perf_counter() - began


def _changed(
    before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]
) -> tuple[str, str, list[str], list[str]]:
    """Rows that came and rows that changed as JSON or "", the columns that changed, the ids that went."""
    fresh = [row for key, row in after.items() if key not in before]
    changed = [row for key, row in after.items() if key in before and before[key] != row]
    columns = sorted({name for row in changed for name in row if row[name] != before[row["id"]][name]})
    gone = [key for key in before if key not in after]
    return (
        json.dumps(fresh) if fresh else "",
        json.dumps([{name: row[name] for name in ("id", *columns)} for row in changed]) if changed else "",
        columns,
        gone,
    )


def _take_back(after: _Rows, before: _Rows) -> None:
    """Make it as it was, past all triggers."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in reversed(after):
            ids = [key for key, row in after[table].items() if before[table].get(key) != row]
            cursor.execute(f"DELETE FROM {table} WHERE id::text = ANY(%s)", [ids])
            lost = [row for key, row in before[table].items() if after[table].get(key) != row]
            if lost:
                _insert(cursor, table, json.dumps(lost))


def _insert(cursor: Any, table: str, rows: str) -> None:
    names = ", ".join(f'"{name}"' for name in json.loads(rows)[0])
    cursor.execute(
        f"INSERT INTO {table} ({names}) SELECT {names} FROM json_populate_recordset(null::{table}, %s)",
        [rows],
    )


# -- the queue


def _opening(times: int) -> Iterator[Result]:
    """The page of the queue for somebody with 100 items waiting, and for somebody with `times` as many."""
    with _company(100) as small:
        submit(revisions=small.wave(100), actor=small.author)
    with _company(100) as large:
        submit(revisions=large.wave(100), actor=large.author)
        _multiply(large.brand, times)
    few: list[float] = []
    many: list[float] = []
    visits = [(few, _visitor(small)), (many, _visitor(large))]
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STORAGES=settings.STORAGES | plain):
        for _visit in range(VISITS):
            for taken, visitor in visits:
                taken.append(_seconds(*visitor))
    peer = 1 / min(few)
    note = f"{100 * times} waiting items; peer: 100; limit: {GROWTH} times as long"
    yield Result(
        "approval_queue", round(1 / min(many), 1), round(peer, 1), round(peer / GROWTH, 1), "pages/s", note
    )


def _visitor(company: _Company) -> tuple[Client, str]:
    client = Client(SERVER_NAME="localhost")
    client.force_login(company.approver)
    return client, reverse("approvals:queue", args=[company.brand.slug])


def _seconds(client: Client, address: str) -> float:
    began = time.perf_counter()
    answer = client.get(address)
    took = time.perf_counter() - began
    if answer.status_code != 200 or b"Store 1" not in answer.content:
        raise RuntimeError(f"the queue answered {answer.status_code}")
    return took


_COPIED: tuple[type[models.Model], ...] = (Revision, LocationCampaign, Submission, SubmissionItem, Seat)
_EMPTY = {"html": "''", "text": "''", "blocks": "'[]'", "rollout_id": "null"}


def _multiply(brand: Brand, times: int) -> None:
    """Copy what waits in a brand until there are `times` as many, bodies left out.

    Copies get ids made of the old id and a number, so that they refer to each other as the originals do.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for model in _COPIED:
            table = model._meta.db_table
            fields = [field for field in model._meta.concrete_fields if not field.generated]
            names = ", ".join(f'"{field.column}"' for field in fields)
            values = ", ".join(_copied(field) for field in fields)
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT {values} "
                f"FROM {table} t, generate_series(1, %s) k WHERE t.brand_id = %s",
                [times - 1, brand.pk],
            )
    with connection.cursor() as cursor:
        for model in _COPIED:
            cursor.execute(f"ANALYZE {model._meta.db_table}")


def _copied(field: "models.Field[Any, Any]") -> str:
    refers = field.is_relation and field.related_model in _COPIED
    if field.primary_key or refers or field.column == "owner_id":
        return f'md5(t."{field.column}"::text || k)::uuid'
    return _EMPTY.get(field.column, f't."{field.column}"')
