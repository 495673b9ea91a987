"""Policies of a brand: which stages its campaigns pass. Running submissions keep those they began with."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from storesync.approvals.models import ApprovalPolicy, ReviewGroup
from storesync.approvals.stages import Stage, new_key, read_stages, write_stages
from storesync.brands.models import Brand, Region
from storesync.brands.permissions import can, holding
from storesync.brands.rights import DECIDE, MANAGE_BRAND
from storesync.content.campaign_types import CampaignType
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused, StaleVersion
from storesync.core.scoping import require_scope
from storesync.core.versions import check

if TYPE_CHECKING:
    from storesync.accounts.models import User

POLICY_FIELDS: Final = ("name", "campaign_types", "stages", "pass_unchanged")
MOST_STAGES: Final = 10
"""Stages of one policy; more than that nobody waits for."""


def create_policy(
    *,
    brand: Brand,
    name: str,
    stages: Sequence[Stage],
    actor: "User",
    campaign_types: Sequence[str] = (),
    pass_unchanged: bool = False,
) -> ApprovalPolicy:
    """Make a policy for campaigns of these types; without types for all that have none of their own.

    Args:
        pass_unchanged: what does not differ from its approved template version passes by itself (Rule A13).

    Raises:
        PermissionDenied: the actor does not manage the brand.
        ActionRefused: the name or a type is taken, or a stage names who or what is not there.
    """
    require_scope(brand.pk)
    with audited("approval_policy.created", actor=actor):
        lock_brand(brand, actor)
        policy = ApprovalPolicy(brand=brand)
        _set(policy, name=name, campaign_types=campaign_types, stages=stages, pass_unchanged=pass_unchanged)
        policy.save(force_insert=True)
    return policy


def change_policy(
    *, policy: ApprovalPolicy, actor: "User", values: Mapping[str, Any], version: int | None = None
) -> ApprovalPolicy:
    """Change a policy for what is submitted from now on.

    Args:
        values: of POLICY_FIELDS (`stages` as `Stage`s); what is left out stays.
        version: the policy's `version` as the person saw it.

    Raises:
        PermissionDenied: the actor does not manage the brand.
        StaleVersion: somebody else changed it in between.
        ActionRefused: it is gone, or as for `create_policy`.
    """
    with audited("approval_policy.changed", actor=actor):
        held = _held(policy, actor, version)
        before = {name: getattr(held, name) for name in POLICY_FIELDS}
        _set(
            held,
            name=values.get("name", held.name),
            campaign_types=values.get("campaign_types", held.campaign_types),
            stages=values.get("stages", held.all_stages),
            pass_unchanged=values.get("pass_unchanged", held.pass_unchanged),
        )
        if any(getattr(held, name) != value for name, value in before.items()):
            held.version += 1
            held.save()
    return held


def remove_policy(*, policy: ApprovalPolicy, actor: "User", version: int | None = None) -> None:
    """Take a policy away: its types fall back to the policy for every other type, or to one plain review.

    Raises:
        PermissionDenied: the actor does not manage the brand.
        StaleVersion: somebody else changed it in between.
        ActionRefused: it is gone already.
    """
    with audited("approval_policy.removed", actor=actor):
        _held(policy, actor, version).delete()


def lock_brand(brand: Brand, actor: "User") -> None:
    """The brand is the lock of how it reviews: two who edit at once are checked one after the other.

    Raises:
        PermissionDenied: the actor does not manage the brand.
    """
    Brand.objects.select_for_update(of=("self",)).get(pk=brand.pk)
    if not can(actor, MANAGE_BRAND, brand):
        raise PermissionDenied


def seen_at(row: Any, version: int) -> datetime | None:
    """When a versioned row got the version that a page shows; None when that is not known."""
    event = row.history.filter(version=version).order_by("-pgh_id").first()
    return event.updated_at if event else None


def refuse_stale(row: Any, version: int | None) -> None:
    """Refuse when the locked row is not the one that the page was made from."""
    if version is not None and row.version != version:
        raise StaleVersion(
            _("Somebody has changed this since you opened it. Look at what changed, then save again."),
            since=seen_at(row, version),
        )


def _held(policy: ApprovalPolicy, actor: "User", version: int | None) -> ApprovalPolicy:
    lock_brand(policy.brand, actor)
    found: ApprovalPolicy | None = (
        ApprovalPolicy.objects.select_for_update(of=("self",)).select_related("brand").filter(pk=policy.pk)
    ).first()
    if found is None:
        raise ActionRefused(_("This policy has been removed in the meantime."))
    refuse_stale(found, version)
    return found


def _set(
    policy: ApprovalPolicy,
    *,
    name: str,
    campaign_types: Sequence[str],
    stages: Sequence[Stage],
    pass_unchanged: bool,
) -> None:
    """Put checked values on a policy; nothing is saved."""
    others = list(ApprovalPolicy.objects.filter(brand=policy.brand_id).exclude(pk=policy.pk))
    _refuse_taken(name.strip(), list(campaign_types), others)
    known = () if policy._state.adding else policy.all_stages
    stages = [stage if stage.key else stage.model_copy(update={"key": new_key()}) for stage in stages]
    _check_stages(policy.brand, stages, known)
    policy.name, policy.pass_unchanged = name.strip(), pass_unchanged
    policy.campaign_types = [one for one in CampaignType.values if one in campaign_types]
    policy.stages = write_stages(stages)
    read_stages(policy.stages)
    check(policy)


def _refuse_taken(name: str, types: list[str], others: list[ApprovalPolicy]) -> None:
    if not name:
        raise ActionRefused(_("Give the policy a name."))
    if unknown := set(types) - set(CampaignType.values):
        raise ActionRefused(_("There is no type %(types)s.") % {"types": ", ".join(sorted(unknown))})
    for other in others:
        if other.name == name:
            raise ActionRefused(_("Another policy is called “%(name)s”.") % {"name": name})
        if not types and not other.campaign_types:
            raise ActionRefused(
                _("“%(name)s” is for every other type already. Choose types for this one.")
                % {"name": other.name}
            )
        if both := [one for one in types if one in other.campaign_types]:
            raise ActionRefused(
                _("The type %(type)s belongs to the policy “%(name)s” already.")
                % {"type": CampaignType(both[0]).label, "name": other.name}
            )


def _check_stages(brand: Brand, stages: Sequence[Stage], known: Sequence[Stage]) -> None:
    """Whether each names groups, people and regions of the brand; who was named before may stay."""
    if not stages:
        raise ActionRefused(_("A policy needs a stage: somebody has to look."))
    if len(stages) > MOST_STAGES:
        raise ActionRefused(_("A policy has at most %(count)d stages.") % {"count": MOST_STAGES})
    if len({stage.key for stage in stages}) < len(stages):
        raise ActionRefused(_("Two stages are the same one. Load the page again."))
    seats = [seat for stage in stages for seat in (stage.people, stage.escalate_to)]
    groups = {key for seat in seats for key in seat.groups}
    if groups - set(ReviewGroup.objects.filter(brand=brand, pk__in=groups).values_list("pk", flat=True)):
        raise ActionRefused(_("One of the groups is no longer there. Choose again."))
    regions = {key for stage in stages for key in stage.conditions.regions}
    if regions - set(Region.objects.filter(brand=brand, pk__in=regions).values_list("pk", flat=True)):
        raise ActionRefused(_("One of the regions is no longer there. Choose again."))
    before = {key for stage in known for seat in (stage.people, stage.escalate_to) for key in seat.people}
    people = {key for seat in seats for key in seat.people} - before
    if people - set(holding(DECIDE, brand).filter(pk__in=people).values_list("pk", flat=True)):
        raise ActionRefused(_("One of the people approves nothing in this brand. Choose again."))
