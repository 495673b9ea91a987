"""The first page: whose it is, what it counts, and as many queries whatever the number."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from storesync.accounts.models import User
from storesync.brands.actions.membership import grant_membership
from storesync.brands.models import Brand
from storesync.brands.rights import Role
from storesync.campaigns.models import TemplateVersion
from storesync.content.media import media_names
from storesync.core.scoping import brand_scope
from storesync.dashboard.demo import PASSWORD, load
from storesync.media.queries import images_named
from tests.conftest import Cast

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


def _open(client: Client, person: User, url: str) -> str:
    client.force_login(person, backend=MODEL_BACKEND)
    response = client.get(url)
    assert response.status_code == 200, response
    return str(response.content.decode())


def test_a_person_of_one_brand_begins_there(cast: Cast, client: Client) -> None:
    client.force_login(cast.manager, backend=MODEL_BACKEND)
    assert client.get(reverse("home")).headers["Location"] == reverse("brand_home", args=["acme"])


def test_a_person_of_two_brands_sees_both_at_once(cast: Cast, client: Client) -> None:
    with brand_scope([cast.other.pk]):
        grant_membership(brand=cast.other, user=cast.manager, role=Role.VIEWER, actor=None)
    assert "Nothing waits for you" in _open(client, cast.manager, reverse("home"))


def test_strangers_and_the_signed_out_see_nothing(cast: Cast, client: Client) -> None:
    assert client.get(reverse("brand_home", args=["acme"])).status_code == 302
    client.force_login(cast.stranger, backend=MODEL_BACKEND)
    assert client.get(reverse("brand_home", args=["acme"])).status_code == 404


@pytest.fixture
def demo(db: None) -> dict[str, User]:
    """The demo data, loaded as `make demo` does."""
    load()
    return {user.email.split("@")[0]: user for user in User.objects.all()}


def test_the_demo_shows_everybody_what_is_theirs(demo: dict[str, User], client: Client) -> None:
    home = reverse("brand_home", args=["larkspur"])
    approver = _open(client, demo["priya"], home)
    assert "Waiting for your decision" in approver
    assert "Drafts of my stores</h2>" not in approver
    store = _open(client, demo["nora"], home)
    assert "Changes asked for" in store
    assert "Please name the opening hours of your store" in store
    assert "Waiting for your decision</h2>" not in store
    viewer = _open(client, demo["victor"], home)
    assert "Winter throws and candles" in viewer
    assert "Review<" not in viewer


def test_a_new_brand_says_what_comes_first_to_whoever_may_do_it(cast: Cast, client: Client) -> None:
    home = reverse("brand_home", args=["acme"])
    page = _open(client, cast.manager, home)
    steps = page[page.index("First steps") :]
    assert steps.index("Bring the locations") < steps.index("Start a roll-out")
    assert "/b/acme/rollouts/new/" in steps and steps.count("Done<") == 3
    assert "First steps" not in _open(client, cast.viewer, home)


def test_figures_are_of_what_the_person_may_do_and_lead_to_their_list(
    demo: dict[str, User], client: Client
) -> None:
    home = reverse("brand_home", args=["larkspur"])
    manager, viewer = _open(client, demo["maya"], home), _open(client, demo["victor"], home)
    assert 'href="/b/larkspur/campaigns/?status=draft"' in manager
    assert 'href="/b/larkspur/approvals/"' in manager
    assert "Waiting for my decision" not in viewer and "Drafts of my stores" not in viewer
    assert 'href="/b/larkspur/campaigns/?status=scheduled&amp;status=active"' in viewer


def test_loading_the_demo_again_changes_nothing_and_names_the_accounts(demo: dict[str, User]) -> None:
    before = Brand.objects.count()
    accounts = load()
    assert Brand.objects.count() == before
    assert {account.email for account in accounts} == {user.email for user in User.objects.all()}
    assert all(user.check_password(PASSWORD) for user in demo.values())


def test_every_picture_of_the_demo_is_in_its_brands_library(demo: dict[str, User], client: Client) -> None:
    shown = 0
    for brand in Brand.objects.all():
        with brand_scope([brand.pk]):
            versions = list(TemplateVersion.objects.all())
            names = set().union(*(media_names(version.blocks) for version in versions))
            library = images_named(brand, names)
            assert set(library) == names and all(image.alt for image in library.values())
            raw = json.dumps([[version.blocks, version.variables] for version in versions])
            assert "picture:" not in raw and "day:+" not in raw
            found = library[min(names)]
            shown += len(versions)
        assert client.get(f"/media/{found.name}").status_code == 200
    assert shown == 12


def test_the_home_page_costs_the_same_whatever_it_shows(
    demo: dict[str, User], client: Client, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    client.force_login(demo["maya"], backend=MODEL_BACKEND)
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        client.get(reverse("brand_home", args=["larkspur"]))
