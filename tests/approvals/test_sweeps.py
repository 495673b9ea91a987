"""Looking after what waits for nobody: in stretches, each question asked once."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from storesync.accounts.models import User
from storesync.approvals.actions.seats import stuck
from storesync.approvals.models import SubmissionItem
from storesync.approvals.stages import Stage
from storesync.brands.actions.membership import revoke_membership
from storesync.brands.models import Membership
from tests.approvals.making import handed_in, make_policy, named
from tests.conftest import Cast


def test_a_hundred_cost_the_queries_of_one(in_acme: Cast) -> None:
    """Rule A5, at scale: what has the same seats, store and people is asked once."""
    make_policy(in_acme.acme, Stage(name="Legal", people=named(in_acme.approver)))
    handed_in(in_acme, *[in_acme.leeds, in_acme.york] * 5)

    def look() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            found = list(stuck(SubmissionItem.objects.waiting(), brand_id=in_acme.acme.pk))
        return len(found), len(queries)

    nobody, cost = look()
    assert nobody == 0 and cost <= 14
    revoke_membership(membership=Membership.objects.get(user=in_acme.approver), actor=in_acme.manager)
    assert look() == (10, cost)


def test_what_nobody_can_help_is_left_alone(in_acme: Cast) -> None:
    """It waits for a right to be given: no use in locking it every quarter of an hour."""
    make_policy(in_acme.acme, Stage(name="Legal", people=named(in_acme.approver)))
    handed_in(in_acme, in_acme.leeds)
    for one in Membership.objects.filter(user__in=[in_acme.approver, in_acme.manager]):
        revoke_membership(membership=one, actor=in_acme.admin)
    User.objects.filter(is_superuser=True).update(is_active=False)
    assert not list(stuck(SubmissionItem.objects.waiting(), brand_id=in_acme.acme.pk))
