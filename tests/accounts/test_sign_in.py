"""Signing in: the door, its limits, and what ends a session (Rule L5, faults 31 and 35)."""

from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from storesync.accounts.actions import switch_off_person, switch_on_person
from storesync.accounts.models import User
from storesync.core.errors import ActionRefused
from tests.conftest import Cast
from tests.factories import PASSWORD

LOGIN = "/accounts/login/"


def sign_in(client: Client, email: str, password: str = PASSWORD, **headers: Any) -> Any:
    return client.post(LOGIN, {"login": email, "password": password}, **headers)


def test_signing_in_leads_home_and_rotates_the_session(cast: Cast, client: Client) -> None:
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    assert sign_in(client, "Maya@Acme.example").status_code == 302
    assert client.session.session_key != planted


def test_a_wrong_password_and_an_unknown_address_read_the_same(cast: Cast, client: Client) -> None:
    known = sign_in(client, cast.manager.email, "wrong").content.decode()
    unknown = sign_in(client, "nobody@acme.example", "wrong").content.decode()
    said = "The email address and/or password you specified are not correct."
    assert said in known
    assert said in unknown


def test_an_account_is_closed_for_a_while_after_five_wrong_passwords(cast: Cast, client: Client) -> None:
    for _try in range(5):
        sign_in(client, cast.manager.email, "wrong")
    response = sign_in(Client(), cast.manager.email)
    assert "_auth_user_id" not in response.wsgi_request.session
    assert "Too many failed login attempts" in response.content.decode()
    assert sign_in(Client(), cast.viewer.email).status_code == 302


def test_an_address_is_slowed_down_whatever_it_says_about_itself(cast: Cast, client: Client) -> None:
    for number in range(10):
        sign_in(
            client, f"guess{number}@acme.example", "wrong", headers={"X-Forwarded-For": f"10.0.0.{number}"}
        )
    response = sign_in(client, cast.viewer.email, "wrong", headers={"X-Forwarded-For": "10.9.9.9"})
    assert "Too many failed login attempts" in response.content.decode()


def test_the_count_of_wrong_passwords_outlives_a_flood_of_other_entries(cast: Cast, client: Client) -> None:
    """Guesses for many made-up addresses may not wash away the count of the one that is meant."""
    for _try in range(5):
        sign_in(client, cast.manager.email, "wrong")
    for number in range(350):
        cache.set(f"zz:flood:{number}", 1, 300)
    assert "Too many failed login attempts" in sign_in(Client(), cast.manager.email).content.decode()


def test_sign_up_is_closed(db: None, client: Client) -> None:
    response = client.post(
        "/accounts/signup/", {"email": "new@acme.example", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert response.status_code == 200
    assert not User.objects.filter(email="new@acme.example").exists()


def test_asking_for_a_new_password_tells_nobody_who_is_known(cast: Cast, client: Client) -> None:
    for email in (cast.manager.email, "nobody@acme.example"):
        response = client.post("/accounts/password/reset/", {"email": email})
        assert response.headers["Location"] == "/accounts/password/reset/done/"
    assert all(
        "127.0.0.1" not in message.subject and "testserver" not in message.subject for message in mail.outbox
    )
    assert not any("/signup/" in message.body for message in mail.outbox)
    links = [message for message in mail.outbox if "/password/reset/key/" in message.body]
    assert [message.to for message in links] == [[cast.manager.email]]


def test_a_new_password_ends_other_sessions_and_keeps_one_s_own(cast: Cast) -> None:
    here, elsewhere = Client(), Client()
    sign_in(here, cast.manager.email)
    sign_in(elsewhere, cast.manager.email)
    fresh = "another long pass phrase"
    response = here.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh}
    )
    assert response.status_code == 302
    assert here.get(reverse("accounts:profile")).status_code == 200
    assert elsewhere.get(reverse("accounts:profile")).status_code == 302


def test_a_switched_off_account_is_out_at_its_next_request(cast: Cast) -> None:
    browser = Client()
    sign_in(browser, cast.viewer.email)
    switch_off_person(user=cast.viewer, actor=cast.admin)
    assert browser.get(reverse("accounts:profile")).status_code == 302
    assert sign_in(Client(), cast.viewer.email).headers.get("Location") == "/accounts/inactive/"
    switch_on_person(user=cast.viewer, actor=cast.admin)
    assert sign_in(Client(), cast.viewer.email).headers["Location"] == "/"


def test_nobody_switches_their_own_account_off(cast: Cast) -> None:
    with pytest.raises(ActionRefused):
        switch_off_person(user=cast.admin, actor=cast.admin)


def test_a_brand_page_asks_to_sign_in_before_it_says_whether_it_exists(cast: Cast, client: Client) -> None:
    answers = {client.get(f"/b/{slug}/locations/").status_code for slug in ("acme", "no-such-brand")}
    assert answers == {302}
