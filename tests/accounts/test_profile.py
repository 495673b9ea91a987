"""One's own profile, the switches of the shell, the language."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from storesync.accounts.actions import update_profile
from storesync.accounts.models import User
from storesync.core.changes import history_of
from storesync.core.errors import ActionRefused
from tests.conftest import Cast

GOOD = {
    "name": "Maya O.",
    "language": "de",
    "time_zone": "Europe/Berlin",
    "theme": "dark",
    "density": "compact",
    "shortcuts": "",
}


def test_the_profile_is_saved_and_nothing_else(cast: Cast, as_manager: Client) -> None:
    response = as_manager.post(
        reverse("accounts:profile"), GOOD | {"is_superuser": "on", "email": "x@y.example"}
    )
    assert response.status_code == 302
    maya = User.objects.get(pk=cast.manager.pk)
    assert (maya.name, maya.language, maya.time_zone, maya.theme, maya.shortcuts) == (
        "Maya O.",
        "de",
        "Europe/Berlin",
        "dark",
        False,
    )
    assert (maya.is_superuser, maya.email) == (False, "maya@acme.example")
    assert history_of(maya)[0].actor == maya


def test_a_bad_value_keeps_what_was_typed(cast: Cast, as_manager: Client) -> None:
    response = as_manager.post(reverse("accounts:profile"), GOOD | {"time_zone": "Mars/Olympus"})
    assert response.status_code == 422
    assert "Maya O." in response.content.decode()
    assert User.objects.get(pk=cast.manager.pk).name == "Maya Okafor"


def test_the_theme_switch_keeps_the_theme_and_goes_back_to_our_pages_only(
    cast: Cast, as_manager: Client
) -> None:
    url = reverse("accounts:preferences")
    response = as_manager.post(url, {"theme": "dark", "next": "/brands/"})
    assert response.headers["Location"] == "/brands/"
    assert as_manager.post(url, {"next": "//evil.example/"}).headers["Location"] == "/profile/"
    for word in (
        "account_logout",
        "a\x00b",
        "javascript:alert(1)",
        "https://evil.example/",
        "/\\evil.example",
    ):
        assert as_manager.post(url, {"next": word}).headers["Location"] == "/profile/"
    as_manager.post(url, {"theme": "pink"})
    assert User.objects.get(pk=cast.manager.pk).theme == "dark"


def test_the_language_is_kept_before_and_after_signing_in(cast: Cast, client: Client) -> None:
    response = client.post(reverse("accounts:language"), {"language": "de", "next": "/accounts/login/"})
    assert response.cookies["django_language"].value == "de"
    client.force_login(cast.manager, backend="django.contrib.auth.backends.ModelBackend")
    client.post(reverse("accounts:language"), {"language": "de"})
    assert User.objects.get(pk=cast.manager.pk).language == "de"
    assert "django_language" not in client.post(reverse("accounts:language"), {"language": "xx"}).cookies


def test_nobody_changes_the_profile_of_another(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        update_profile(user=cast.manager, actor=cast.admin, name="X")
    with pytest.raises(ActionRefused):
        update_profile(user=cast.manager, actor=cast.manager, time_zone="Mars")
