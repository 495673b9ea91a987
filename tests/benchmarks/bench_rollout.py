"""Launch of a roll-out to 10,000 locations, against COPY of the very same rows into the same tables.

Ours renders, hashes and inserts a revision and a campaign per location, history on, as the worker does. The
limit is PostgreSQL copying the finished rows from memory into copies of both tables, indexes and all.
"""

import secrets
import time
from collections.abc import Iterator

from django.db import connection, transaction

from storesync.accounts.models import User
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
from storesync.campaigns.models import LocationCampaign, Rollout, RolloutState
from storesync.content.models import Revision
from storesync.core.scoping import brand_scope
from tests.benchmarks import Result
from tests.campaigns.making import DRAFT

LOCATIONS = 10_000


def run(scale: float) -> Iterator[Result]:
    """Launch, then copy the rows that came of it."""
    count = max(200, int(LOCATIONS * scale))
    name = f"bench-{secrets.token_hex(4)}"
    brand = Brand.objects.create(
        name=name, slug=name, sender_email=f"news@{name}.example", postal_address="1 High Street, Leeds"
    )
    with brand_scope([brand.pk]):
        rollout = _prepared(brand, count)
        started = time.perf_counter()
        made = continue_launch(rollout=rollout)
        ours = made / (time.perf_counter() - started)
        if made != count or LocationCampaign.objects.filter(rollout=rollout).count() != count:
            raise RuntimeError(f"{made} campaigns of {count}")
    limit = count / sum(_copy_again(model._meta.db_table, brand) for model in (Revision, LocationCampaign))
    note = f"{count} locations, rendering, hashing and history on; limit: COPY of the same rows"
    yield Result("rollout", round(ours), None, round(limit), "locations/s", note)


def _prepared(brand: Brand, count: int) -> Rollout:
    """A roll-out ready to be launched; the launch itself is what is measured."""
    actor = User.objects.create_user(
        f"{brand.slug}@people.example", "correct horse battery staple", name="Bea Bench"
    )
    grant_membership(brand=brand, user=actor, role=Role.BRAND_MANAGER, actor=None)
    Location.objects.bulk_create(
        (
            Location(
                brand=brand,
                store_number=str(n),
                name=f"Store {n}",
                street=f"{n} High Street",
                city="Leeds",
                postcode="LS1 1AA",
                country="GB",
                time_zone="Europe/London",
                phone="+441134960000",
            )
            for n in range(count)
        ),
        batch_size=2000,
    )
    template = create_template(brand=brand, name="Winter", campaign_type="seasonal", actor=actor, draft=DRAFT)
    rollout = create_rollout(template_version=publish_version(template=template, actor=actor), actor=actor)
    choose_locations(rollout=rollout, actor=actor, filters={})
    text = "\n".join(f"p{n}@{brand.slug}.example,,,{n}" for n in range(count))
    set_recipients(rollout=rollout, actor=actor, text=text)
    rollout = plan_rollout(rollout=rollout, actor=actor, values={"discount_percentage": "20"})
    rollout.state, rollout.launched_by = RolloutState.LAUNCHING, actor
    rollout.save(update_fields=["state", "launched_by"])
    return rollout


def _copy_again(table: str, brand: Brand) -> float:
    """Seconds that COPY takes for the brand's rows of a table into a plain copy of it."""
    own = f"(SELECT * FROM {table} WHERE brand_id = '{brand.pk}')"  # noqa: S608 - a uuid of ours
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE copied (LIKE {table} INCLUDING ALL)")
        with cursor.copy(f"COPY {own} TO STDOUT") as source:
            rows = b"".join(bytes(part) for part in source)
        started = time.perf_counter()
        with cursor.copy("COPY copied FROM STDIN") as target:
            target.write(rows)
        seconds = time.perf_counter() - started
        cursor.execute("DROP TABLE copied")
    return seconds
