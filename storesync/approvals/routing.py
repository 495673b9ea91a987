"""Which way a revision takes: the policy for its type, the stages it needs, or by a rule (Rule A13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from storesync.approvals.models import ApprovalPolicy
from storesync.approvals.stages import DEFAULT, Facts, Stage, needed


@dataclass(frozen=True, slots=True)
class Route:
    """The way through a review; revisions with the same one can be one submission.

    Attributes:
        policy: None where the brand has none for the type.
        stages: to be passed, in order; never none.
        passes: nobody has to look: it passes by the policy's rule at once (Rule A13).
    """

    policy: ApprovalPolicy | None
    stages: tuple[Stage, ...]
    passes: bool = False


def policies_of(brand_id: UUID) -> dict[str, ApprovalPolicy]:
    """The brand's policies by campaign type; that under "" is for every other type."""
    found: dict[str, ApprovalPolicy] = {}
    for policy in ApprovalPolicy.objects.filter(brand_id=brand_id):
        found |= dict.fromkeys(policy.campaign_types or [""], policy)
    return found


def route_of(policies: Mapping[str, ApprovalPolicy], facts: Facts) -> Route:
    """The way that a revision with these facts takes.

    What does not differ from its template needs only the stages that name a reason of their own, where the
    policy lets it pass; and passes by itself where no stage does.
    """
    policy = policies.get(facts.campaign_type) or policies.get("")
    if policy is None:
        return Route(None, DEFAULT)
    stages = policy.all_stages
    if policy.pass_unchanged and not facts.differs:
        own = tuple(one for one in stages if not one.conditions.always and one.is_needed(facts))
        return Route(policy, own) if own else Route(policy, stages[:1], passes=True)
    return Route(policy, needed(stages, facts))
