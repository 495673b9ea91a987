"""Twenty clicks on the same decision at once, through the page (Rule A9, fault 13): one step, one approval.

tests/approvals/test_decide.py has the same for the action; here each click is a request with its own session.
"""

import threading
from collections import Counter

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from storesync.approvals.models import ApprovalStep
from storesync.campaigns.actions import clock
from storesync.campaigns.statuses import Status
from storesync.content.models import Approval
from storesync.core.scoping import brand_scope
from storesync.mailing.models import Batch
from tests.conftest import Cast
from tests.waves import campaigns_of, hand_in, launched_wave

pytestmark = pytest.mark.django_db(transaction=True)
CLICKS = 20


def test_twenty_clicks_make_one_step(cast: Cast) -> None:
    with brand_scope([cast.acme.pk]):
        wave = launched_wave(cast)
        item = hand_in(cast, wave)[0]
    barrier, answers = threading.Barrier(CLICKS), Counter[int]()
    clients = []
    for number in range(CLICKS):
        client = Client()
        client.force_login(
            (cast.approver, cast.manager)[number % 2], backend=settings.AUTHENTICATION_BACKENDS[0]
        )
        clients.append(client)

    def click(client: Client) -> None:
        try:
            barrier.wait(timeout=180)
            data = {"decision": "approved", "digest": item.digest}
            answers[client.post(item.get_absolute_url(), data).status_code] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {302: 1, 409: CLICKS - 1}
    with brand_scope([cast.acme.pk]):
        assert ApprovalStep.objects.filter(decision="approved").count() == 1
        assert Approval.objects.count() == 1
        assert campaigns_of(wave)[0].status == Status.SCHEDULED
        clock.sweep_campaigns()
        assert Batch.objects.count() == 1
