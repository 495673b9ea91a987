"""Every cell of decision x state x role: who may do what about an item in each of its states."""

import itertools
from typing import Any, Final

import pytest
from django.core.exceptions import PermissionDenied

from storesync.approvals.actions import decide, recall, revoke_approval, submit
from storesync.approvals.models import Decision, ItemState, SubmissionItem
from storesync.core.errors import ActionRefused
from tests.approvals.conftest import make_revision
from tests.conftest import Cast

VERDICTS: Final = ("approved", "changes_requested", "rejected")
ACTIONS: Final = (*VERDICTS, "recalled", "revoked")
ROLES: Final = (
    "admin",
    "manager",
    "approver",
    "leeds_manager",
    "north_manager",
    "clerk",
    "viewer",
    "stranger",
)
STATES: Final = ("waiting", *VERDICTS, "recalled", "revoked")
DECIDERS: Final = {"admin", "manager", "approver"}


def expected(action: str, state: str, who: str) -> str:
    """The table in words: leeds_manager submitted it, the approver decided it."""
    if action in VERDICTS:
        if who not in DECIDERS:
            return "forbidden"
        return "done" if state == "waiting" else "refused"
    if action == "recalled":
        if who != "leeds_manager":
            return "forbidden"
        return "done" if state == "waiting" else "refused"
    if who not in DECIDERS:
        return "forbidden"
    return "done" if state == "approved" and who in {"approver", "admin"} else "refused"


def item_in(cast: Cast, state: str) -> SubmissionItem:
    """An item at leeds that got into this state by its own people."""
    revision = make_revision(cast.leeds, cast.leeds_manager)
    [item] = submit(revisions=[revision.pk], actor=cast.leeds_manager)[0].items.all()
    if state in VERDICTS or state == "revoked":
        verdict = Decision("approved" if state == "revoked" else state)
        decide(items=[item.pk], decision=verdict, actor=cast.approver, comment="So")
    if state == "revoked":
        revoke_approval(items=[item.pk], actor=cast.approver)
    if state == "recalled":
        recall(items=[item.pk], actor=cast.leeds_manager)
    item.refresh_from_db()
    assert item.state == state
    return item


def attempt(action: str, item: SubmissionItem, actor: Any) -> str:
    try:
        if action in VERDICTS:
            decide(items=[item.pk], decision=Decision(action), actor=actor, comment="Because")
        elif action == "recalled":
            recall(items=[item.pk], actor=actor)
        else:
            revoke_approval(items=[item.pk], actor=actor)
    except PermissionDenied:
        return "forbidden"
    except ActionRefused:
        return "refused"
    return "done"


@pytest.mark.parametrize("state", STATES)
def test_every_cell_of_the_table(in_acme: Cast, state: str) -> None:
    for action, who in itertools.product(ACTIONS, ROLES):
        item = item_in(in_acme, state)
        told = attempt(action, item, getattr(in_acme, who))
        assert told == expected(action, state, who), (action, state, who)
        item.refresh_from_db()
        assert item.state == (ItemState(action) if told == "done" else state), (action, state, who)
