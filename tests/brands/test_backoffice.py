"""The back office: whose it is, which rows are there, and that every write is an action."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from storesync.brands.actions.membership import change_membership
from storesync.brands.models import Location, Membership
from storesync.brands.rights import Role
from storesync.core.backoffice import BackofficeAdmin
from storesync.core.changes import history_of
from storesync.core.scoping import brand_scope
from tests.conftest import Cast

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def as_power_user(cast: Cast, client: Client) -> Client:
    """The brand manager with the switch, who is a plain viewer in the other brand."""
    with brand_scope([cast.acme.pk, cast.other.pk]):
        change_membership(
            membership=Membership.objects.get(user=cast.manager),
            role=Role.BRAND_MANAGER,
            power_user=True,
            actor=cast.admin,
        )
        Membership.objects.create(brand=cast.other, user=cast.manager, role=Role.VIEWER)
    client.force_login(cast.manager, backend=BACKEND)
    return client


def test_it_is_closed_without_the_switch(cast: Cast, as_manager: Client) -> None:
    assert as_manager.get("/backoffice/").status_code in (302, 403)
    assert as_manager.get("/backoffice/login/").status_code == 403


def test_a_power_user_sees_the_switched_brand_only(cast: Cast, as_power_user: Client) -> None:
    text = as_power_user.get(reverse("admin:brands_location_changelist")).content.decode()
    assert "Leeds Arcade" in text
    assert "Elsewhere" not in text
    assert "Other Ware" not in text
    foreign = reverse("admin:brands_location_change", args=[cast.elsewhere.pk])
    assert as_power_user.get(foreign).status_code == 302
    assert as_power_user.get(reverse("admin:brands_brand_change", args=[cast.other.pk])).status_code == 302


def test_people_are_for_admins(cast: Cast, as_power_user: Client) -> None:
    assert as_power_user.get(reverse("admin:accounts_user_changelist")).status_code == 403


def test_a_change_is_the_action_with_its_history(cast: Cast, as_power_user: Client) -> None:
    url = reverse("admin:brands_location_change", args=[cast.leeds.pk])
    form = as_power_user.get(url).context["adminform"].form
    typed = {name: form[name].value() or "" for name in form.fields} | {
        "city": "Bradford",
        "attributes": "{}",
    }
    assert as_power_user.post(url, typed).status_code == 302
    with brand_scope([cast.acme.pk]):
        leeds = Location.objects.get(pk=cast.leeds.pk)
        assert leeds.city == "Bradford"
        change = history_of(leeds)[0]
    assert (change.actor, change.verb) == (cast.manager, "changed the location")


def test_what_the_action_refuses_is_refused_here(cast: Cast, as_power_user: Client) -> None:
    url = reverse("admin:brands_location_change", args=[cast.leeds.pk])
    form = as_power_user.get(url).context["adminform"].form
    typed = {name: form[name].value() or "" for name in form.fields} | {
        "status": "closed",
        "attributes": "{}",
    }
    assert as_power_user.post(url, typed).status_code == 409


def test_every_model_of_ours_is_there_and_no_other_admin() -> None:
    assert all(isinstance(found, BackofficeAdmin) for found in admin.site._registry.values())
    assert {"Brand", "Region", "Location", "Membership", "User", "Job"} <= {
        model.__name__ for model in admin.site._registry
    }
