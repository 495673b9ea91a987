"""Who may do what: rights by role, node and time (Rules A6, A10, L5)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from storesync.brands.actions.membership import grant_membership, revoke_membership
from storesync.brands.models import Brand, Location, LocationUserPermission, Membership, RegionUserPermission
from storesync.brands.permissions import can, can_all, holders, holds
from storesync.brands.rights import (
    DECIDE,
    EDIT_CAMPAIGN,
    MANAGE_TEMPLATE,
    RIGHTS,
    ROLE_RIGHTS,
    VIEW_LOCATION,
    VIEW_TEMPLATE,
    Role,
    comes_with,
)
from storesync.core.errors import ActionRefused
from tests.conftest import Cast


def test_a_brand_wide_role_reaches_every_location_of_its_brand_only(in_acme: Cast) -> None:
    assert can(in_acme.manager, EDIT_CAMPAIGN, in_acme.dover)
    assert not can(in_acme.manager, EDIT_CAMPAIGN, in_acme.elsewhere)
    assert not can(in_acme.stranger, VIEW_LOCATION, in_acme.leeds)


def test_a_right_comes_with_another_where_no_role_parts_them() -> None:
    assert comes_with(VIEW_LOCATION, MANAGE_TEMPLATE)
    assert not comes_with(MANAGE_TEMPLATE, VIEW_LOCATION) and not comes_with(VIEW_TEMPLATE, VIEW_LOCATION)


def test_a_region_reaches_what_lies_below_it(in_acme: Cast) -> None:
    seen = Location.objects.visible_to(in_acme.north_manager, EDIT_CAMPAIGN)
    assert set(seen) == {in_acme.leeds, in_acme.york}
    assert can(in_acme.north_manager, EDIT_CAMPAIGN, in_acme.north)
    assert not can(in_acme.north_manager, EDIT_CAMPAIGN, in_acme.acme)


def test_a_single_location_reaches_itself(in_acme: Cast) -> None:
    assert list(Location.objects.visible_to(in_acme.leeds_manager, EDIT_CAMPAIGN)) == [in_acme.leeds]
    assert can_all(in_acme.leeds_manager, EDIT_CAMPAIGN, [in_acme.leeds.pk])
    assert not can_all(in_acme.leeds_manager, EDIT_CAMPAIGN, [in_acme.leeds.pk, in_acme.york.pk])


def test_rows_are_written_on_the_granted_node_only(in_acme: Cast) -> None:
    rights = ROLE_RIGHTS[Role.LOCATION_MANAGER]
    assert RegionUserPermission.objects.filter(user=in_acme.north_manager).count() == len(rights)
    assert not LocationUserPermission.objects.filter(user=in_acme.north_manager).exists()


def test_an_admin_may_everything_and_an_inactive_person_nothing(in_acme: Cast) -> None:
    assert can(in_acme.admin, DECIDE, in_acme.dover)
    in_acme.admin.is_active = False
    assert not can(in_acme.admin, DECIDE, in_acme.dover)
    assert not holds(in_acme.admin, DECIDE, in_acme.acme)


def test_a_membership_past_its_last_day_gives_nothing(in_acme: Cast) -> None:
    yesterday = timezone.localdate() - timedelta(days=2)
    grant_membership(brand=in_acme.acme, user=in_acme.viewer, role=Role.VIEWER, actor=None, ends_on=yesterday)
    assert not holds(in_acme.viewer, VIEW_LOCATION, in_acme.acme)
    assert in_acme.acme not in Brand.objects.of(in_acme.viewer)
    assert not Membership.objects.active().filter(user=in_acme.viewer).exists()


def test_a_revoked_membership_ends_at_once_and_twice_is_harmless(in_acme: Cast) -> None:
    membership = Membership.objects.get(user=in_acme.approver)
    revoke_membership(membership=membership, actor=in_acme.manager)
    revoke_membership(membership=membership, actor=in_acme.manager)
    assert not can(in_acme.approver, DECIDE, in_acme.leeds)


@pytest.mark.parametrize("ends", [None, -2, 2, "revoked"])
def test_the_rights_that_come_with_a_brand_are_those_granted_on_it(
    in_acme: Cast, ends: int | str | None
) -> None:
    day = timezone.localdate() + timedelta(days=ends) if isinstance(ends, int) else None
    extra = grant_membership(
        brand=in_acme.acme, user=in_acme.viewer, role=Role.APPROVER, actor=None, ends_on=day
    )
    if ends == "revoked":
        revoke_membership(membership=extra, actor=in_acme.manager)
    people = (in_acme.manager, in_acme.viewer, in_acme.approver, in_acme.north_manager, in_acme.admin)
    for person in people:
        for brand in Brand.objects.of(person).with_rights(person):
            asked = {right for right, _words in RIGHTS if can(person, right, brand)}
            assert set(brand.held) == asked, person


def test_nobody_takes_their_own_role_away(in_acme: Cast) -> None:
    with pytest.raises(ActionRefused):
        revoke_membership(membership=Membership.objects.get(user=in_acme.manager), actor=in_acme.manager)


def test_granting_needs_the_right_and_limits_of_the_same_brand(in_acme: Cast) -> None:
    with pytest.raises(PermissionDenied):
        grant_membership(brand=in_acme.acme, user=in_acme.clerk, role=Role.APPROVER, actor=in_acme.approver)
    with pytest.raises(ActionRefused):
        grant_membership(
            brand=in_acme.acme,
            user=in_acme.clerk,
            role=Role.CLERK,
            locations=[in_acme.elsewhere],
            actor=in_acme.manager,
        )
    with pytest.raises(ActionRefused):
        grant_membership(
            brand=in_acme.acme, user=in_acme.clerk, role=Role.CLERK, power_user=True, actor=in_acme.manager
        )


def test_django_asks_the_same_question(in_acme: Cast) -> None:
    assert in_acme.manager.has_perm("brands.edit_campaign", in_acme.leeds)
    assert not in_acme.viewer.has_perm("brands.edit_campaign", in_acme.leeds)
    assert not in_acme.manager.has_perm("brands.edit_campaign")


def test_who_holds_a_right_on_a_location_by_brand_region_or_location(in_acme: Cast) -> None:
    in_acme.approver.is_active = False
    in_acme.approver.save()
    assert list(holders(DECIDE, in_acme.leeds)) == [in_acme.manager]
    assert set(holders(EDIT_CAMPAIGN, in_acme.leeds)) == {
        in_acme.manager,
        in_acme.leeds_manager,
        in_acme.north_manager,
    }
    assert set(holders(EDIT_CAMPAIGN, in_acme.dover)) == {in_acme.manager}
