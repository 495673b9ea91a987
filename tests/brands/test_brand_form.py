"""The form of a brand."""

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
