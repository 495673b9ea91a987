"""One-click unsubscribe as mail programs and people use it (Rules C1, C2; RFC 8058; faults 33, 34)."""

import pytest
from django.test import Client

from storesync.audience.models import Consent, Contact, Suppression
from storesync.core.models import new_id
from storesync.core.scoping import all_brands, brand_scope
from storesync.mailing.models import Delivery, DeliveryEvent
from storesync.mailing.tokens import make_token, read_token
from tests.conftest import Cast
from tests.mailing.conftest import frozen

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def token(cast: Cast) -> str:
    """Of a mail to one person of acme; no scope is open, as for a request from outside."""
    with brand_scope([cast.acme.pk]):
        frozen(cast, 1)
        return make_token("unsubscribe", Delivery.objects.get().pk)


@pytest.fixture
def anybody() -> Client:
    return Client(enforce_csrf_checks=True)


def suppressions() -> list[tuple[object, str]]:
    with all_brands("the test looks at every brand's"):
        return list(Suppression.objects.values_list("brand_id", "reason"))


@pytest.mark.parametrize("slash", ["/", ""])
def test_one_click_needs_no_cookie_and_is_not_redirected(
    cast: Cast, anybody: Client, token: str, slash: str
) -> None:
    response = anybody.post(f"/u/{token}{slash}", ONE_CLICK)
    assert response.status_code == 200 and not response.cookies
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert suppressions() == [(cast.acme.pk, "unsubscribed")]
    assert anybody.post(f"/u/{token}{slash}", ONE_CLICK).status_code == 200
    assert len(suppressions()) == 1
    with all_brands("the test looks at every brand's"):
        assert Contact.objects.get().consent == Consent.WITHDRAWN
        assert DeliveryEvent.objects.count() == 1


def test_a_get_shows_a_page_and_changes_nothing(anybody: Client, token: str) -> None:
    """Rule A1 holds here too: scanners open links."""
    response = anybody.get(f"/u/{token}/")
    assert response.status_code == 200 and b"<form" in response.content
    assert anybody.head(f"/u/{token}/").status_code == 200
    assert suppressions() == []


def test_all_brands_of_the_company_are_offered(anybody: Client, token: str) -> None:
    assert b"all brands" in anybody.post(f"/u/{token}/", {"scope": "brand"}).content
    response = anybody.post(f"/u/{token}/", {"scope": "company"})
    assert b"No brand of this company" in response.content
    assert (None, "unsubscribed") in suppressions()


def test_an_unknown_token_looks_the_same(anybody: Client, token: str) -> None:
    others = [make_token("unsubscribe", new_id()), "x", token[:-1], make_token("delivery", new_id())]
    for method in (anybody.get, anybody.post):
        pages = [method(f"/u/{other}/") for other in others]
        genuine = method(f"/u/{token}/")
        assert {page.status_code for page in pages} == {200}
        assert {page.content for page in pages} == {genuine.content}
    assert len(suppressions()) == 1


def test_a_token_is_opaque_and_no_flipped_one_opens() -> None:
    """Fault 33."""
    key = new_id()
    token = make_token("unsubscribe", key)
    assert read_token("unsubscribe", token) == key and read_token("delivery", token) is None
    assert key.hex[:8] not in token and len(token) == 43
    for place in range(len(token)):
        for letter in "Az09_-":
            flipped = token[:place] + letter + token[place + 1 :]
            assert flipped == token or read_token("unsubscribe", flipped) is None
    assert read_token("unsubscribe", "é" * 43) is None
