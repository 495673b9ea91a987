"""Every cell of decision x state x role, by the pages and by the actions: who may do what about an item.

One table says what comes of it. The pages answer with its numbers, and say why where it is no. What they do
or refuse is the action itself; what they forbid or do not have, before they read which verdict it is, is
asked of the action for each verdict.
"""

from collections.abc import Callable
from typing import Any, Final

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from storesync.accounts.models import User
from storesync.approvals.actions import decide, hand_over, recall, revoke_approval, submit
from storesync.approvals.models import Decision, SubmissionItem
from storesync.core.errors import ActionRefused
from tests.approvals.conftest import make_revision
from tests.architecture.test_every_url import undone
from tests.conftest import Cast

DONE, FORBIDDEN, NOT_THERE, REFUSED = 302, 403, 404, 409
# "edited" waits like "waiting"; but the manager wrote its last words (Rule A5).
STATES: Final = ("waiting", "approved", "changes_requested", "rejected", "recalled", "revoked", "edited")
VERDICTS: Final = ("approved", "changes_requested", "rejected")
# leeds_manager handed it in, the approver decided it; the columns are STATES.
TABLE: Final = """
    verdict      admin          302  409  409  409  409  409  302
    verdict      manager        302  409  409  409  409  409  409
    verdict      approver       302  409  409  409  409  409  302
    verdict      leeds_manager  403  403  403  403  403  403  403
    verdict      north_manager  403  403  403  403  403  403  403
    verdict      clerk          403  403  403  403  403  403  403
    verdict      viewer         403  403  403  403  403  403  403
    verdict      stranger       404  404  404  404  404  404  404
    recalled     admin          403  403  403  403  403  403  403
    recalled     manager        403  403  403  403  403  403  403
    recalled     approver       403  403  403  403  403  403  403
    recalled     leeds_manager  302  409  409  409  409  409  302
    recalled     north_manager  403  403  403  403  403  403  403
    recalled     clerk          403  403  403  403  403  403  403
    recalled     viewer         403  403  403  403  403  403  403
    recalled     stranger       404  404  404  404  404  404  404
    revoked      admin          409  302  409  409  409  409  409
    revoked      manager        409  409  409  409  409  409  409
    revoked      approver       409  302  409  409  409  409  409
    revoked      leeds_manager  403  403  403  403  403  403  403
    revoked      north_manager  403  403  403  403  403  403  403
    revoked      clerk          403  403  403  403  403  403  403
    revoked      viewer         403  403  403  403  403  403  403
    revoked      stranger       404  404  404  404  404  404  404
    handed_over  admin          302  409  409  409  409  409  302
    handed_over  manager        302  409  409  409  409  409  409
    handed_over  approver       302  409  409  409  409  409  302
    handed_over  leeds_manager  403  403  403  403  403  403  403
    handed_over  north_manager  403  403  403  403  403  403  403
    handed_over  clerk          403  403  403  403  403  403  403
    handed_over  viewer         403  403  403  403  403  403  403
    handed_over  stranger       404  404  404  404  404  404  404
"""
WORDS: Final = {
    "approved": "Priya Raman approved this on",
    "changes_requested": "Priya Raman asked for changes on",
    "rejected": "Priya Raman rejected this on",
    "recalled": "Jonas Lind recalled this on",
    "revoked": "Priya Raman revoked the approval on",
    "edited": "You edited this last, so somebody else has to decide.",
}
"""What whoever decides too late is told, by state."""


def cells(state: str) -> list[tuple[str, str, int]]:
    """Action, person and answer of each row, for one column."""
    found = []
    for line in TABLE.strip().splitlines():
        action, who, *answers = line.split()
        answer = int(answers[STATES.index(state)])
        found += [(one, who, answer) for one in (VERDICTS if action == "verdict" else (action,))]
    return found


def item_in(cast: Cast, state: str) -> SubmissionItem:
    """An item at leeds that got into this state by its own people."""
    revision = make_revision(cast.leeds, cast.manager if state == "edited" else cast.leeds_manager)
    submit(revisions=[revision.pk], actor=cast.leeds_manager)
    item: SubmissionItem = SubmissionItem.objects.get(revision=revision)
    if state in VERDICTS or state == "revoked":
        verdict = Decision("approved" if state == "revoked" else state)
        decide(items=[item.pk], decision=verdict, actor=cast.approver, comment="So")
    if state == "revoked":
        revoke_approval(items=[item.pk], actor=cast.approver)
    if state == "recalled":
        recall(items=[item.pk], actor=cast.leeds_manager)
    item.refresh_from_db()
    assert item.state == kept(state)
    return item


def kept(state: str) -> str:
    """The state of the database that a column is of."""
    return "waiting" if state == "edited" else state


def somebody_else(actor: Any) -> Any:
    """Whom the actor hands it over to: somebody who may decide at every store of the brand."""
    return User.objects.filter(Q(is_superuser=True) | Q(email__startswith="priya")).exclude(pk=actor.pk)[0]


def by_action(action: str, item: SubmissionItem, actor: Any) -> str:
    try:
        if action in VERDICTS:
            decide(items=[item.pk], decision=Decision(action), actor=actor, comment="Because")
        elif action == "handed_over":
            hand_over(items=[item.pk], to=somebody_else(actor), actor=actor)
        elif action == "recalled":
            recall(items=[item.pk], actor=actor)
        else:
            revoke_approval(items=[item.pk], actor=actor)
    except PermissionDenied:
        return "forbidden"
    except ActionRefused:
        return "refused"
    return "done"


def by_page(client: Client, action: str, item: SubmissionItem, actor: Any) -> tuple[int, str]:
    """The answer to the POST of the page, and what it says."""
    page, data = item.get_absolute_url(), {"comment": "Because"}
    if action == "handed_over":
        url = f"{reverse('approvals:hand_over', args=['acme'])}?items={item.pk}"
        answer = client.post(url, data | {"to": str(somebody_else(actor).pk)})
    elif action in VERDICTS:
        answer = client.post(page, data | {"decision": action})
    else:
        answer = client.post(f"{page}{'recall' if action == 'recalled' else 'revoke'}/", data)
    return answer.status_code, answer.content.decode()


@pytest.fixture
def browser_of(cast: Cast) -> Callable[[str], Client]:
    """A browser for each of the cast, signed in."""
    browsers: dict[str, Client] = {}

    def client(who: str) -> Client:
        if who not in browsers:
            browsers[who] = Client()
            browsers[who].force_login(getattr(cast, who), backend=settings.AUTHENTICATION_BACKENDS[0])
        return browsers[who]

    return client


@pytest.mark.parametrize("state", STATES)
def test_every_cell_of_the_table(in_acme: Cast, browser_of: Callable[[str], Client], state: str) -> None:
    item = item_in(in_acme, state)
    for action, who, answer in cells(state):
        cell = (action, state, who)
        browser_of(who)
        actor, before = getattr(in_acme, who), kept(state)
        after = action if answer == DONE and action != "handed_over" else before
        if answer in (FORBIDDEN, NOT_THERE):
            with undone():
                # Whom nothing waits for has nothing to hand over, which the action says in words.
                said = "refused" if action == "handed_over" else "forbidden"
                assert by_action(action, item, actor) == said, cell
                assert SubmissionItem.objects.get(pk=item.pk).state == before, cell
            if action in VERDICTS[1:]:
                continue
        with undone():
            status, text = by_page(browser_of(who), action, item, actor)
            assert status == answer, cell
            assert SubmissionItem.objects.get(pk=item.pk).state == after, cell
            if action == "handed_over" and answer == DONE:
                still = SubmissionItem.objects.filter(pk=item.pk)
                assert not still.decidable_by(actor), cell
                assert still.decidable_by(somebody_else(actor)), cell
        if answer == REFUSED and action in VERDICTS:
            assert WORDS[state] in text, cell
        if answer == NOT_THERE:
            assert item.name not in text, cell
