"""Policies and submissions for the tests of what policies do."""

from decimal import Decimal
from typing import Any

from storesync.accounts.models import User
from storesync.approvals.actions import submit
from storesync.approvals.models import ApprovalPolicy, ReviewGroup, SubmissionItem
from storesync.approvals.stages import Conditions, People, Stage, write_stages
from storesync.brands.models import Brand
from storesync.brands.rights import Role
from tests.approvals.conftest import make_revisions
from tests.conftest import Cast

APPROVERS = People(roles=(Role.APPROVER,))
MANAGERS = People(roles=(Role.BRAND_MANAGER,))
BRAND = Stage(key="brand", name="Brand")
LEGAL = Stage(
    key="legal",
    name="Legal",
    people=APPROVERS,
    conditions=Conditions(discount_over=Decimal(30)),
)


def named(*people: User) -> People:
    """These and nobody else."""
    return People(people=tuple(person.pk for person in people))


def make_policy(brand: Brand, *stages: Stage, **given: Any) -> ApprovalPolicy:
    """A policy of a brand; for every type unless said."""
    made: ApprovalPolicy = ApprovalPolicy.objects.create(
        brand=brand, **({"name": "Everything", "stages": write_stages(stages)} | given)
    )
    return made


def make_group(brand: Brand, *members: User, name: str = "Legal") -> ReviewGroup:
    """A group of these people."""
    group: ReviewGroup = ReviewGroup.objects.create(brand=brand, name=name)
    group.members.set(members, through_defaults={"brand": brand})
    return group


def handed_in(cast: Cast, *locations: Any, by: User | None = None, **parts: Any) -> list[SubmissionItem]:
    """Revisions of these stores (leeds unless said), waiting in one submission, in order of their id."""
    revisions = make_revisions(locations or [cast.leeds], by or cast.north_manager, **parts)
    [submission] = submit(revisions=[one.pk for one in revisions], actor=by or cast.north_manager)
    return items_of(submission.pk)


def items_of(submission_id: Any) -> list[SubmissionItem]:
    """The items of a submission as they are now, in order of their id."""
    found = SubmissionItem.objects.filter(submission=submission_id).select_related("submission")
    return list(found.order_by("pk"))


def waiting_for(user: User) -> set[Any]:
    """The revisions that wait for somebody."""
    return set(SubmissionItem.objects.decidable_by(user).values_list("revision_id", flat=True))
