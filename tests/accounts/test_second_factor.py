"""The second factor: an authenticator app, recovery codes, each code once (fault 35)."""

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse

from storesync.accounts.actions import reset_second_factor
from storesync.accounts.models import User
from tests.conftest import Cast
from tests.factories import PASSWORD


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def with_password(user: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def test_the_password_alone_does_not_open_an_account_with_a_second_factor(cast: Cast) -> None:
    secret = generate_totp_secret()
    TOTP.activate(cast.manager, secret)
    client = with_password(cast.manager)
    assert client.get(reverse("accounts:profile")).status_code == 302
    code = code_of(secret)
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert client.get(reverse("accounts:profile")).status_code == 200
    again = with_password(cast.manager)
    assert again.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200
    assert again.get(reverse("accounts:profile")).status_code == 302


def test_a_recovery_code_works_once(cast: Cast) -> None:
    TOTP.activate(cast.manager, generate_totp_secret())
    code = RecoveryCodes.activate(cast.manager).get_unused_codes()[0]
    assert with_password(cast.manager).post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert with_password(cast.manager).post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200


def test_an_admin_lets_a_person_in_who_lost_their_phone(cast: Cast) -> None:
    TOTP.activate(cast.manager, generate_totp_secret())
    reset_second_factor(user=cast.manager, actor=cast.admin)
    assert not Authenticator.objects.exists()
    assert with_password(cast.manager).get(reverse("accounts:profile")).status_code == 200
