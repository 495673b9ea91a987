"""Decision x state x role on the review page: it offers exactly what the actions would do."""

import pytest
from django.test import Client

from storesync.approvals.allowed import allowed_on
from storesync.approvals.models import SubmissionItem
from storesync.core.scoping import brand_scope
from storesync.mailing.queries import Ledger
from tests.approvals.test_who_decides_what import DONE, STATES, VERDICTS, cells, item_in
from tests.conftest import Cast

OFFERS = {
    **{verdict: f'value="{verdict}"' for verdict in VERDICTS},
    "recalled": "/recall/",
    "revoked": "/revoke/",
}


@pytest.mark.parametrize("state", STATES)
def test_every_cell_of_what_is_offered(in_acme: Cast, state: str) -> None:
    """For each role, what the page may offer is what `test_who_decides_what` says the action does."""
    item = item_in(in_acme, state)
    for action, who, answer in cells(state):
        allowed = allowed_on(item, getattr(in_acme, who))
        offered = dict.fromkeys(VERDICTS, allowed.decide)
        offered |= {"recalled": allowed.recall, "revoked": allowed.revoke}
        if action in offered:
            assert offered[action] == (answer == DONE), (state, who, action)


@pytest.mark.parametrize("state", ["waiting", "approved"])
def test_the_page_shows_what_is_offered(cast: Cast, state: str) -> None:
    with brand_scope([cast.acme.pk]):
        item = item_in(cast, state)
    answers = {(action, who): answer for action, who, answer in cells(state)}
    for who in ("manager", "approver", "leeds_manager", "viewer"):
        client = Client()
        client.force_login(getattr(cast, who), backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(item.get_absolute_url()).content.decode()
        for action, mark in OFFERS.items():
            assert (mark in page) == (answers[action, who] == DONE), (state, who, action)


def test_what_has_left_is_not_offered_to_be_revoked(in_acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Revoking ends with the first message that left: then the page does not offer it either."""
    item = item_in(in_acme, "approved")
    assert allowed_on(item, in_acme.approver).revoke
    gone = Ledger(intended=2, sent=1)

    def left(kind: str, ids: list[object]) -> dict[object, Ledger]:
        return dict.fromkeys(ids, gone)

    monkeypatch.setattr("storesync.approvals.allowed.ledgers", left)
    assert gone.left and not allowed_on(SubmissionItem.objects.get(pk=item.pk), in_acme.approver).revoke
