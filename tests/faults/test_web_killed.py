"""A web worker that is killed in the middle of a decision (fault 3): all of it or nothing, and again once.

The server is granian in processes of its own, the kill is SIGKILL at a moment chosen by chance within the
time that the request takes. Its supervisor starts another, and the same click is made again.
"""

import http.client
import os
import random
import threading
import time
from contextlib import suppress
from uuid import UUID

import pytest
from django.db import connection

from storesync.approvals.models import ApprovalStep, ReviewProcess, Submission, SubmissionItem
from storesync.campaigns.models import LocationCampaign
from storesync.campaigns.statuses import Status
from storesync.content.models import Approval
from storesync.core.scoping import brand_scope
from tests.conftest import Cast
from tests.faults.web import Web, running_web, session
from tests.waves import hand_in, launched_wave

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
KILLS = int(os.environ.get("STORESYNC_KILLS", "25"))
URL = "/b/acme/approvals/decide/"


def test_killed_while_it_decides(cast: Cast) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    chance = random.Random(seed)  # noqa: S311 - the moment of a kill, no secret
    halves = {"nothing": 0, "all": 0}
    with running_web() as web, brand_scope([cast.acme.pk]):
        key = session(cast.approver)
        begun = time.monotonic()
        assert decide(web, items_of(cast, 0), key) == 302
        takes = time.monotonic() - begun
        for turn in range(1, KILLS + 1):
            items = items_of(cast, turn)
            killer = threading.Timer(chance.uniform(0, takes * 1.2), web.kill_workers)
            killer.start()
            with suppress(OSError, http.client.HTTPException):
                decide(web, items, key)
            killer.join()
            state = look(items)
            assert state in halves, f"seed {seed}, kill {turn}: {state}"
            halves[state] += 1
            web.wait()
            # The person sees no answer and clicks again: what was decided is told, what was not is decided.
            assert decide(web, items, key) == (302 if state == "nothing" else 409), f"seed {seed}"
            assert look(items) == "all", f"seed {seed}, kill {turn}: the second click"
    assert min(halves.values()) or KILLS < 10, f"seed {seed}: kills hit both sides of the commit: {halves}"


def items_of(cast: Cast, turn: int) -> list[SubmissionItem]:
    """Two campaigns of a wave of their own that wait for a decision."""
    return hand_in(cast, launched_wave(cast, name=f"Wave {turn}"))


def decide(web: Web, items: list[SubmissionItem], key: str) -> int:
    """The POST of the page that asks; the status of its answer."""
    ids = ",".join(str(one.pk) for one in items)
    return web.ask("POST", URL, {"decision": "approved", "confirmed": "1", "items": ids}, key).status


def wait_for_the_dead() -> None:
    """Until the database has noticed that whoever was killed is gone."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.02)


def look(items: list[SubmissionItem]) -> str:
    """How much of the decision there is: "all", "nothing", or in what its parts differ."""
    wait_for_the_dead()
    ids: list[UUID] = [one.pk for one in items]
    owners = [one.owner_id for one in items]
    submission = Submission.objects.get(pk=items[0].submission_id)
    found = {
        "items": set(SubmissionItem.objects.filter(pk__in=ids).values_list("state", flat=True)),
        "steps": ApprovalStep.objects.filter(item__in=ids, decision="approved").count(),
        "approvals": Approval.objects.filter(revision__owner_id__in=owners).count(),
        "campaigns": set(LocationCampaign.objects.filter(pk__in=owners).values_list("status", flat=True)),
        "submission": submission.state,
        "process": ReviewProcess.objects.get(submission=submission).status,
    }
    nothing = {
        "items": {"waiting"},
        "steps": 0,
        "approvals": 0,
        "campaigns": {Status.PENDING_REVIEW},
        "submission": "waiting",
        "process": "NEW",
    }
    everything = {
        "items": {"approved"},
        "steps": len(items),
        "approvals": len(items),
        "campaigns": {Status.SCHEDULED},
        "submission": "approved",
        "process": "DONE",
    }
    return "all" if found == everything else "nothing" if found == nothing else str(found)
