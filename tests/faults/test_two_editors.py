"""Fault 14: several people edit one campaign at once; no update is lost (0 of STORESYNC_INTERLEAVINGS).

Real threads, real transactions, a seed that a failure names. Each round everybody opens the page (sees the
same revision), types into places chosen by chance and saves at the same moment. One is first; the others are
refused, shown what changed, then either load theirs or keep their own, until everybody is done. After each
round:

- of equal versions exactly one was saved;
- each place holds what its last keeper typed there, and where nobody typed what it held before;
- every save that was told "saved" is a revision of the history, word for word.
"""

import os
import random
import threading
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection

from storesync.accounts.models import User
from storesync.campaigns.actions.create import start_campaign
from storesync.campaigns.actions.edit import EditConflict, edit_campaign
from storesync.campaigns.actions.template import create_template, publish_version
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.sending import KIND
from storesync.content.models import Revision
from storesync.core.scoping import brand_scope
from tests.campaigns.making import DRAFT
from tests.conftest import Cast
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = int(os.environ.get("STORESYNC_INTERLEAVINGS", "12"))
EDITORS, PLACES = 3, ("one", "two", "three")


@dataclass
class Saved:
    """What one editor was told is saved: the places they typed in, in the order of saving."""

    number: int
    typed: dict[str, str]
    kept_over: bool = False


def test_no_update_is_lost(cast: Cast) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    chance = random.Random(seed)  # noqa: S311 - which interleaving, no secret
    with brand_scope([cast.acme.pk]):
        campaign = _campaign(cast)
    editors = [cast.manager, cast.leeds_manager, UserFactory(is_superuser=True)]
    expected = {place: f"{place} as it was" for place in PLACES}
    history = {1: dict(expected)}
    conflicts = 0
    for turn in range(ROUNDS):
        plans = [
            (
                editor,
                {p: f"{turn} {n} {p}" for p in chance.sample(PLACES, chance.randint(1, len(PLACES)))},
                chance.random() < 0.7,
            )
            for n, editor in enumerate(editors)
        ]
        saved, conflicts_now = _round(cast, campaign, plans)
        conflicts += conflicts_now
        assert [one.kept_over for one in saved].count(False) == 1, f"seed {seed}: one is first"
        for one in saved:
            expected |= one.typed
            history[one.number] = dict(expected)
        with brand_scope([cast.acme.pk]):
            assert _words(LocationCampaign.objects.get(pk=campaign.pk)) == expected, f"seed {seed}"
    with brand_scope([cast.acme.pk]):
        kept = {one.number: _of(one) for one in Revision.objects.of_owner(KIND, campaign.pk)}
    assert kept == history, f"seed {seed}: every save is in the history"
    assert conflicts, "the test met what it is about"


def _campaign(cast: Cast) -> LocationCampaign:
    blocks: list[dict[str, Any]] = [
        {"id": place, "type": "heading", "text": f"{place} as it was"} for place in PLACES
    ]
    template = create_template(
        brand=cast.acme,
        name="Three places",
        campaign_type="event",
        actor=cast.manager,
        draft=DRAFT | {"blocks": blocks},
    )
    version = publish_version(template=template, actor=cast.manager)
    made, _report = start_campaign(
        location=cast.leeds,
        template_version=version,
        actor=cast.manager,
        values={"discount_percentage": "20"},
    )
    return made


def _round(
    cast: Cast, campaign: LocationCampaign, plans: list[tuple[User, dict[str, str], bool]]
) -> tuple[list[Saved], int]:
    """Everybody sees the same page, then saves at once: what was saved, in order; how many were refused."""
    with brand_scope([cast.acme.pk]):
        seen = LocationCampaign.objects.select_related("current_revision").get(pk=campaign.pk)
    version, based_on = seen.version, seen.current_revision.number
    everybody = {block["id"]: block["text"] for block in seen.current_revision.blocks}
    barrier = threading.Barrier(len(plans))
    saved: list[Saved] = []
    errors: list[BaseException] = []
    refused = [0] * len(plans)

    def edit(place: int, person: User, typed: dict[str, str], keep: bool) -> None:
        # The page posts every field it shows, typed in or not.
        fields = {block_id: {"text": text} for block_id, text in (everybody | typed).items()}
        mine, over = version, False
        try:
            with brand_scope([cast.acme.pk]):
                barrier.wait(timeout=180)
                while True:
                    try:
                        done = edit_campaign(
                            campaign=campaign,
                            actor=person,
                            version=mine,
                            edits=fields,
                            based_on=based_on if over else None,
                        )
                    except EditConflict as conflict:
                        refused[place] += 1
                        if not keep:
                            return  # loads theirs: nothing of theirs is touched, and the page said so
                        mine, over = conflict.campaign.version, True
                    else:
                        number = Revision.objects.get(pk=done.current_revision_id).number
                        saved.append(Saved(number, typed, over))
                        return
        except Exception as error:  # noqa: BLE001 - told by the test's own thread
            errors.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=edit, args=(n, person, typed, keep))
        for n, (person, typed, keep) in enumerate(plans)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors
    return sorted(saved, key=lambda one: one.number), sum(refused)


def _words(campaign: LocationCampaign) -> dict[str, str]:
    return _of(Revision.objects.get(pk=campaign.current_revision_id))


def _of(revision: Revision) -> dict[str, str]:
    return {block["id"]: block["text"] for block in revision.blocks}
