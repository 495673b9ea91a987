"""Groups of reviewers: made, renamed, filled and emptied."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.approvals.actions.policy import lock_brand, refuse_stale
from storesync.approvals.models import ApprovalPolicy, GroupMember, ReviewGroup, Seat, State
from storesync.brands.models import Brand
from storesync.brands.permissions import holding
from storesync.brands.rights import DECIDE
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.scoping import require_scope
from storesync.core.versions import check

if TYPE_CHECKING:
    from storesync.accounts.models import User


def create_group(*, brand: Brand, name: str, members: Iterable["User"], actor: "User") -> ReviewGroup:
    """Make a group that stages of policies may name.

    Raises:
        PermissionDenied: the actor does not manage the brand.
        ActionRefused: the name is taken, or a member approves nothing in the brand.
    """
    require_scope(brand.pk)
    with audited("review_group.created", actor=actor):
        lock_brand(brand, actor)
        group = ReviewGroup(brand=brand)
        _rename(group, name)
        group.save(force_insert=True)
        _fill(group, members)
    return group


def change_group(
    *,
    group: ReviewGroup,
    name: str,
    members: Iterable["User"],
    actor: "User",
    version: int | None = None,
) -> ReviewGroup:
    """Rename a group and say who is in it; that counts at once, for what waits already too.

    Args:
        version: the group's `version` as the person saw it.

    Raises:
        PermissionDenied: the actor does not manage the brand.
        StaleVersion: somebody else changed it in between.
        ActionRefused: it is gone, or as for `create_group`.
    """
    with audited("review_group.changed", actor=actor):
        held = _held(group, actor, version)
        before = held.name
        _rename(held, name)
        if _fill(held, members) or held.name != before:
            held.version += 1
            held.save()
    return held


def remove_group(*, group: ReviewGroup, actor: "User", version: int | None = None) -> None:
    """Take a group away that no policy names and that nothing waits for.

    Raises:
        PermissionDenied: the actor does not manage the brand.
        StaleVersion: somebody else changed it in between.
        ActionRefused: a policy names it, something waits for it, or it is gone already.
    """
    with audited("review_group.removed", actor=actor):
        held = _held(group, actor, version)
        if named := policies_naming(held):
            names = ", ".join(f"“{policy.name}”" for policy in named)
            raise ActionRefused(_("%(names)s names this group. Take it out there first.") % {"names": names})
        if waiting := waiting_for_group(held):
            words = ngettext(
                "%(count)d submission waits for this group. It can be removed when that is decided.",
                "%(count)d submissions wait for this group. It can be removed when they are decided.",
                waiting,
            )
            raise ActionRefused(words % {"count": waiting})
        Seat.objects.filter(group=held).delete()
        held.delete()


def waiting_for_group(group: ReviewGroup) -> int:
    """How many submissions wait at a stage where the group sits."""
    seats = Seat.objects.filter(group=group, submission__state=State.WAITING)
    count: int = seats.values("submission").distinct().count()
    return count


def policies_naming(group: ReviewGroup) -> list[ApprovalPolicy]:
    """The policies of which a stage names the group."""
    return [
        policy
        for policy in ApprovalPolicy.objects.filter(brand=group.brand_id)
        if any(
            group.pk in seat.groups
            for stage in policy.all_stages
            for seat in (stage.people, stage.escalate_to)
        )
    ]


def _held(group: ReviewGroup, actor: "User", version: int | None) -> ReviewGroup:
    lock_brand(group.brand, actor)
    found: ReviewGroup | None = (
        ReviewGroup.objects.select_for_update(of=("self",)).select_related("brand").filter(pk=group.pk)
    ).first()
    if found is None:
        raise ActionRefused(_("This group has been removed in the meantime."))
    refuse_stale(found, version)
    return found


def _rename(group: ReviewGroup, name: str) -> None:
    group.name = name.strip()
    if not group.name:
        raise ActionRefused(_("Give the group a name."))
    if ReviewGroup.objects.filter(brand=group.brand_id, name=group.name).exclude(pk=group.pk).exists():
        raise ActionRefused(_("Another group is called “%(name)s”.") % {"name": group.name})
    check(group)


def _fill(group: ReviewGroup, members: Iterable[Any]) -> bool:
    """Make the members exactly these; whether that changed anything. Who is in it already may stay."""
    wanted = {person.pk: person for person in members}
    held = set(GroupMember.objects.filter(group=group).values_list("person_id", flat=True))
    fresh = set(wanted) - held
    may = set(holding(DECIDE, group.brand).filter(pk__in=fresh).values_list("pk", flat=True))
    if barred := fresh - may:
        name = min(wanted[pk].display_name for pk in barred)
        raise ActionRefused(_("%(name)s approves nothing in this brand.") % {"name": name})
    GroupMember.objects.filter(group=group, person__in=held - set(wanted)).delete()
    GroupMember.objects.bulk_create(
        GroupMember(brand_id=group.brand_id, group=group, person_id=pk) for pk in sorted(fresh)
    )
    return held != set(wanted)
