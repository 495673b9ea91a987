"""An htmx request without a session sends the whole window to the sign-in page."""

from django.test import Client


def test_the_window_goes_to_sign_in_and_back(client: Client, db: None) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/styleguide/?sort=name"}
    response = client.get("/styleguide/", headers=headers)
    assert response.status_code == 200
    assert response["HX-Redirect"] == "/accounts/login/?next=/styleguide/%3Fsort%3Dname"
    assert response.content == b""


def test_an_address_of_elsewhere_is_not_returned_to(client: Client, db: None) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "https://evil.example/trap"}
    response = client.get("/styleguide/", headers=headers)
    assert response["HX-Redirect"] == "/accounts/login/?next=/"


def test_whole_pages_are_redirected_as_ever(client: Client, db: None) -> None:
    response = client.get("/styleguide/")
    assert response.status_code == 302
    assert "HX-Redirect" not in response.headers
