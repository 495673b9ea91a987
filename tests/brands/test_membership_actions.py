"""People of a brand: invite, change, revoke."""

from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied

from storesync.accounts.models import User
from storesync.accounts.tasks import send_invitation
from storesync.brands.actions.membership import change_membership, invite_again, invite_member
from storesync.brands.models import Membership
from storesync.brands.permissions import can, holds
from storesync.brands.rights import DECIDE, EDIT_CAMPAIGN, VIEW_CAMPAIGN, Role
from storesync.core.errors import ActionRefused
from tests.conftest import Cast


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """The invitations that would be mailed."""
    sent: list[tuple[Any, ...]] = []
    monkeypatch.setattr(type(send_invitation), "wake", lambda self, *args: sent.append(args))
    return sent


def test_a_new_person_is_made_without_a_password_and_mailed_a_link(
    in_acme: Cast, woken: list[tuple[Any, ...]]
) -> None:
    membership = invite_member(
        brand=in_acme.acme,
        email=" Zoe@Acme.example ",
        name="Zoe Hall",
        role=Role.VIEWER,
        actor=in_acme.manager,
    )
    zoe = membership.user
    assert (zoe.email, zoe.time_zone, zoe.has_usable_password()) == (
        "zoe@acme.example",
        "Europe/London",
        False,
    )
    assert woken == [(zoe.pk, in_acme.manager.pk)]
    send_invitation.run(*woken[0])
    [message] = mail.outbox
    assert message.to == ["zoe@acme.example"]
    assert "Maya Okafor" in message.body
    assert "/accounts/password/reset/key/" in message.body


def test_a_person_who_is_there_keeps_their_name_and_gets_no_mail(
    in_acme: Cast, woken: list[tuple[Any, ...]]
) -> None:
    membership = invite_member(
        brand=in_acme.acme, email="sam@other.example", name="Other", role=Role.VIEWER, actor=in_acme.manager
    )
    assert (membership.user, membership.user.name) == (in_acme.stranger, "Sam Stranger")
    assert woken == []


def test_the_invitation_may_be_sent_again_until_a_password_is_chosen(
    in_acme: Cast, woken: list[tuple[Any, ...]]
) -> None:
    membership = invite_member(
        brand=in_acme.acme, email="zoe@acme.example", name="Zoe", role=Role.VIEWER, actor=in_acme.manager
    )
    invite_again(membership=membership, actor=in_acme.manager)
    assert len(woken) == 2
    membership.user.set_password("a long enough password")
    membership.user.save()
    with pytest.raises(ActionRefused, match="password"):
        invite_again(membership=membership, actor=in_acme.manager)
    send_invitation.run(*woken[0])
    assert mail.outbox == []


@pytest.mark.parametrize(("email", "name"), [("no address", "Zoe"), ("zoe@acme.example", " ")])
def test_an_invitation_needs_an_address_and_a_name(
    in_acme: Cast, woken: list[tuple[Any, ...]], email: str, name: str
) -> None:
    with pytest.raises(ActionRefused):
        invite_member(brand=in_acme.acme, email=email, name=name, role=Role.CLERK, actor=in_acme.manager)
    assert not User.objects.filter(email="zoe@acme.example").exists()


def test_a_person_who_is_switched_off_stays_so(in_acme: Cast) -> None:
    User.objects.filter(pk=in_acme.stranger.pk).update(is_active=False)
    with pytest.raises(ActionRefused, match="switched off"):
        invite_member(
            brand=in_acme.acme, email="sam@other.example", name="", role=Role.VIEWER, actor=in_acme.manager
        )


def test_another_role_replaces_the_present_one_with_its_rights(in_acme: Cast) -> None:
    before = Membership.objects.get(user=in_acme.approver)
    after = change_membership(
        membership=before, role=Role.LOCATION_MANAGER, locations=[in_acme.york], actor=in_acme.manager
    )
    before.refresh_from_db()
    assert before.revoked_at is not None
    assert after.pk != before.pk
    assert can(in_acme.approver, EDIT_CAMPAIGN, in_acme.york)
    assert not holds(in_acme.approver, DECIDE, in_acme.acme)
    with pytest.raises(ActionRefused, match="meantime"):
        change_membership(membership=before, role=Role.APPROVER, actor=in_acme.manager)


def test_new_limits_of_the_same_role_replace_the_old_ones(in_acme: Cast) -> None:
    membership = Membership.objects.get(user=in_acme.clerk)
    same = change_membership(
        membership=membership, role=Role.CLERK, regions=[in_acme.south], actor=in_acme.manager
    )
    assert same == membership
    assert not can(in_acme.clerk, VIEW_CAMPAIGN, in_acme.leeds)
    assert can(in_acme.clerk, VIEW_CAMPAIGN, in_acme.dover)


def test_nobody_changes_their_own_role(in_acme: Cast) -> None:
    own = Membership.objects.get(user=in_acme.manager)
    with pytest.raises(ActionRefused, match="own"):
        change_membership(
            membership=own, role=Role.BRAND_MANAGER, regions=[in_acme.north], actor=in_acme.manager
        )
    with pytest.raises(ActionRefused, match="own"):
        invite_member(
            brand=in_acme.acme, email=in_acme.manager.email, name="", role=Role.CLERK, actor=in_acme.manager
        )
    assert can(in_acme.manager, DECIDE, in_acme.dover)


def test_a_power_user_manages_the_whole_brand(in_acme: Cast) -> None:
    membership = Membership.objects.get(user=in_acme.viewer)
    for role, regions in [(Role.VIEWER, []), (Role.BRAND_MANAGER, [in_acme.north])]:
        with pytest.raises(ActionRefused, match="power user"):
            change_membership(
                membership=membership, role=role, regions=regions, power_user=True, actor=in_acme.manager
            )


@pytest.mark.parametrize("person", ["approver", "north_manager", "viewer", "stranger"])
def test_others_change_nobody(in_acme: Cast, person: str) -> None:
    actor = getattr(in_acme, person)
    with pytest.raises(PermissionDenied):
        invite_member(brand=in_acme.acme, email="x@y.example", name="X", role=Role.VIEWER, actor=actor)
    with pytest.raises(PermissionDenied):
        change_membership(
            membership=Membership.objects.get(user=in_acme.clerk), role=Role.APPROVER, actor=actor
        )
    with pytest.raises(PermissionDenied):
        invite_again(membership=Membership.objects.get(user=in_acme.clerk), actor=actor)
