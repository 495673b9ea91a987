"""Fields as our form templates draw them."""

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.test import Client

from tests.conftest import Cast


def test_a_hint_made_of_what_somebody_typed_is_text() -> None:
    """A template's fallback stands in the hint of its value: it is data from people, never markup."""

    class Form(forms.Form):
        value = forms.CharField(help_text='Otherwise: <img src="x">', label="<b>Label</b>")

    drawn = render_crispy_form(Form())
    assert "Otherwise: &lt;img" in drawn
    assert "<img" not in drawn
    assert "<b>" not in drawn


@pytest.mark.django_db
def test_the_rules_of_a_password_are_still_a_list(cast: Cast, client: Client) -> None:
    client.force_login(cast.viewer, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/accounts/password/set/", follow=True).content.decode()
    page += client.get("/accounts/password/change/").content.decode()
    assert "<li>" in page.partition("password1")[2] and "&lt;li&gt;" not in page
