"""The address of an account: who has it in hand, since roles are given to addresses."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from storesync.accounts.actions import invite_person
from storesync.accounts.models import User
from tests.conftest import Cast

EMAIL = "/accounts/email/"


@pytest.fixture
def as_viewer(cast: Cast, client: Client) -> Client:
    client.force_login(cast.viewer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_nobody_takes_an_address_that_they_have_not_shown_to_be_theirs(cast: Cast, as_viewer: Client) -> None:
    """Else the role that somebody gives to the boss's address is given to whoever took it before."""
    as_viewer.post(EMAIL, {"action_add": "", "email": "boss@acme.example"})
    as_viewer.post(EMAIL, {"action_primary": "", "email": "boss@acme.example"})
    assert User.objects.get(pk=cast.viewer.pk).email == "vera@acme.example"
    boss = invite_person(
        email="boss@acme.example", name="Boss", language="en", time_zone="UTC", actor=cast.manager
    )
    assert boss.pk != cast.viewer.pk


def test_a_confirmed_address_becomes_the_account_s_own(cast: Cast, as_viewer: Client) -> None:
    as_viewer.post(EMAIL, {"action_add": "", "email": "vera@home.example"})
    EmailAddress.objects.filter(user=cast.viewer, email="vera@home.example").update(verified=True)
    as_viewer.post(EMAIL, {"action_primary": "", "email": "Vera@Home.example"})
    assert User.objects.get(pk=cast.viewer.pk).email == "vera@home.example"
    for word in ("a\x00b", "", "vera@acme.example\r\nBcc: x@y.example"):
        assert as_viewer.post(EMAIL, {"action_primary": "", "email": word}).status_code == 302


def test_nobody_signs_in_or_gets_links_by_an_address_not_shown_to_be_theirs(
    cast: Cast, as_viewer: Client
) -> None:
    as_viewer.post(EMAIL, {"action_add": "", "email": "boss@acme.example"})
    invite_person(email="boss@acme.example", name="Boss", language="en", time_zone="UTC", actor=cast.manager)
    assert User.objects.filter(email="boss@acme.example").count() == 1
