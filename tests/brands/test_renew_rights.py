"""A release that knows a new right brings it to who holds a role already."""

from django.contrib.auth.models import Permission

from storesync.brands.actions.membership import renew_rights, revoke_membership
from storesync.brands.models import (
    BrandUserPermission,
    LocationUserPermission,
    Membership,
    RegionUserPermission,
)
from storesync.brands.permissions import can, holds
from storesync.brands.rights import MANAGE_MEDIA, UPLOAD_MEDIA, VIEW_MEDIA
from tests.conftest import Cast

ROWS = (BrandUserPermission, RegionUserPermission, LocationUserPermission)


def held() -> set[tuple[object, ...]]:
    """Every right there is: whose, which, where, by which role."""
    return {
        (rows.__name__, *row)
        for rows in ROWS
        for row in rows.objects.values_list("user_id", "permission_id", "content_object_id", "membership_id")
    }


def test_rights_that_came_later_are_given_where_the_role_holds(in_acme: Cast) -> None:
    revoke_membership(membership=Membership.objects.get(user=in_acme.clerk), actor=in_acme.manager)
    before = held()
    new = Permission.objects.filter(codename__in=(VIEW_MEDIA, UPLOAD_MEDIA, MANAGE_MEDIA))
    gone = sum(rows.objects.filter(permission__in=new).delete()[0] for rows in ROWS)
    assert not holds(in_acme.manager, MANAGE_MEDIA, in_acme.acme)
    assert renew_rights() == gone > 0
    assert held() == before
    assert can(in_acme.manager, MANAGE_MEDIA, in_acme.acme)
    assert can(in_acme.leeds_manager, UPLOAD_MEDIA, in_acme.leeds)
    assert not can(in_acme.leeds_manager, UPLOAD_MEDIA, in_acme.york)
    assert can(in_acme.north_manager, UPLOAD_MEDIA, in_acme.north)
    assert not holds(in_acme.viewer, UPLOAD_MEDIA, in_acme.acme)
    assert not holds(in_acme.clerk, VIEW_MEDIA, in_acme.acme)
    assert renew_rights() == 0
