"""Two hundred clicks on the same decision at once, over the web server of production (Rule A9, fault 13).

Two people, two verdicts, and digests of another item among them: one transition, one step, everybody else is
told the outcome, and nobody meets an error.
"""

import threading
from collections import Counter

import pytest

from storesync.approvals.models import ApprovalStep
from storesync.content.models import Approval
from storesync.core.scoping import brand_scope
from tests.conftest import Cast
from tests.faults.web import running_web, session
from tests.waves import hand_in, launched_wave

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
CLICKS = 200


def test_two_hundred_clicks_make_one_step(cast: Cast) -> None:
    with brand_scope([cast.acme.pk]):
        item, other = hand_in(cast, launched_wave(cast))
    keys = [session(cast.approver), session(cast.manager)]
    barrier, answers = threading.Barrier(CLICKS), Counter[tuple[bool, int]]()
    url = item.get_absolute_url()

    def click(number: int) -> None:
        wrong = number % 5 == 0
        data = {
            "decision": ("approved", "rejected")[number % 3 == 0],
            "comment": "Now",
            "digest": other.digest if wrong else item.digest,
        }
        barrier.wait(timeout=180)
        answers[wrong, web.ask("POST", url, data, keys[number % 2]).status] += 1

    with running_web(workers=2, threads=8) as web:
        threads = [threading.Thread(target=click, args=(number,)) for number in range(CLICKS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    wrong = CLICKS // 5
    assert answers == {(False, 302): 1, (False, 409): CLICKS - wrong - 1, (True, 409): wrong}
    with brand_scope([cast.acme.pk]):
        steps = ApprovalStep.objects.filter(item=item).exclude(decision="submitted")
        assert Approval.objects.count() == steps.filter(decision="approved").count()
        assert steps.count() == 1 and not ApprovalStep.objects.filter(item=other).exclude(
            decision="submitted"
        )
