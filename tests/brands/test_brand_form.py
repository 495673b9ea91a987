"""The form of a brand."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import Cast


def test_website_without_a_scheme_is_https(cast: Cast, as_manager: Client) -> None:
    url = reverse("brands:brand_edit", kwargs={"brand": "acme"})
    form = as_manager.get(url).context["form"]
    values = {field.html_name: field.value() for field in form if field.value() is not None}
    answer = as_manager.post(url, values | {"website": "www.acme.example/shop"})
    assert answer.status_code == 302, answer.context["form"].errors
    cast.acme.refresh_from_db()
    assert cast.acme.website == "https://www.acme.example/shop"


def _typed(client: Client, url: str) -> dict[str, str]:
    form = client.get(url).context["form"]
    return {field.html_name: field.value() for field in form if field.value() is not None}


def test_values_for_mails_are_lines(cast: Cast, as_manager: Client) -> None:
    url = reverse("brands:brand_edit", kwargs={"brand": "acme"})
    text = "support_phone = 0800 1 = 2\n\n  club=Acme   Circle "
    answer = as_manager.post(url, _typed(as_manager, url) | {"template_values": text})
    assert answer.status_code == 302, answer.context["form"].errors
    cast.acme.refresh_from_db()
    assert cast.acme.template_values == {"support_phone": "0800 1 = 2", "club": "Acme Circle"}
    assert "support_phone = 0800 1 = 2" in as_manager.get(url).content.decode()
    shown = as_manager.get(reverse("brands:brand_detail", kwargs={"brand": "acme"})).content.decode()
    assert "Acme Circle" in shown


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("phone", "Line 1: write name = value."),
        ("a = 1\n= 2", "Line 2: write name = value."),
        ("a = 1\na = 2", "Line 2: a is there already."),
        ("Phone = 1", "Phone is no name"),
        (f"a = {'x' * 501}", "a is not one line of at most 500"),
    ],
)
def test_values_for_mails_that_are_refused(cast: Cast, as_manager: Client, text: str, says: str) -> None:
    url = reverse("brands:brand_edit", kwargs={"brand": "acme"})
    refused = as_manager.post(url, _typed(as_manager, url) | {"template_values": text})
    assert refused.status_code == 422
    assert says in str(refused.context["form"].errors["template_values"])
    assert refused.context["form"]["template_values"].value() == text, "what was typed stays"
