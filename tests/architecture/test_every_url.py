"""Every address x everybody x GET and POST (faults 29 and 30, Rules A1, A6, A10).

The addresses come from the resolver, so that a new one is walked without anybody thinking of it; one that the
fillers cannot fill fails. For each address:

- anonymous people are sent to the sign-in, but for the public addresses listed with a reason;
- a stranger to the brand meets 404 and reads nothing of it;
- an insider without the right meets 403 or 404, and nothing is written;
- another brand's object is not there, for its manager and for the Admin alike;
- nobody meets an error, a GET writes nothing, and no page names what belongs to another brand.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from storesync.core import navigation
from storesync.core.permissions import ADMIN, SIGNED_IN, can, holds
from storesync.core.scoping import BrandOwned, brand_scope
from tests.architecture.fillers import ADMIN_ROWS, Side, fill, foreign, own
from tests.conftest import Cast, make_cast

# Walks over everything: measuring what they cover would double their time and tell nothing.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

PUBLIC: Final = {
    "account_login": "signing in",
    "account_logout": "shows the sign-in page to who is signed out already",
    "account_signup": "says that people come by invitation, unless OPEN_SIGNUP",
    "account_inactive": "tells a person that their account is switched off",
    "account_reset_password": "a person who forgot their password cannot sign in to say so",
    "account_reset_password_done": "the page after it",
    "account_reset_password_from_key": "the link in that mail and in the invitation",
    "account_reset_password_from_key_done": "the page after it",
    "account_confirm_email": "the link in allauth's mail, by its signed key",
    "account_email_verification_sent": "the page after open sign-up",
    "account_reauthenticate": "redirects by itself to the sign-in",
    "mfa_authenticate": "the second step of signing in",
    "accounts:language": "the sign-in page offers the languages",
    "mailing:unsubscribe": "RFC 8058: whoever got the mail may end it, by its token (Rule C1)",
    "links:follow": "a link in a mail; leads a visitor to sign in by an address without its token (Rule A2)",
    "media:picture": "readers of mails are not signed in; a name holds 128 bits of the picture's hash",
    "mailing:unsubscribe_test": "whoever got a test mail may follow its link; it does nothing (Rule S7)",
    "healthz": "load balancers sign in nowhere; it says which part is missing and nothing about it",
    "admin:login": "redirects to the one sign-in",
    "mailbox:*": "only in the demo, on loopback, where anybody may read the sink",
}
"""Addresses that anonymous people may open, each with the reason."""

UNGUARDED: Final = {
    "account_*": "allauth: about the signed-in person alone",
    "mfa_*": "allauth: about the signed-in person alone",
    "admin:*": "the site's own guard: power users of the brand (tests/brands/test_backoffice.py)",
    "mailbox:*": "the demo's sink",
    "mailing:unsubscribe": "public",
    "links:follow": "public",
    "media:picture": "public",
    "mailing:unsubscribe_test": "public",
    "healthz": "public",
    "accounts:language": "public",
    "core:styleguide-mail": "a made-up mail for the style guide",
}
"""Addresses whose view names no right, each with the reason."""

OWN_TITLES: Final = {
    "admin:*": "Django's own pages",
    "account_*": "about signing in, part of no section",
    "mfa_*": "about signing in, part of no section",
    "mailing:unsubscribe*": "for readers of mails, who see no section",
    "mailbox:*": "the demo's sink",
    "core:styleguide*": "for developers",
    "*_frame": "the mail itself, whose title is its subject",
    "approvals:mail": "the mail itself",
    "approvals:evidence_json": "data, which has the mail in it",
    "approvals:evidence_task_file": "data, which has the mail in it",
}
"""Addresses whose titles name no section, each with the reason."""

PERSONAL: Final = {"links:page": "for the person whose mail the link came in, Admins are told so (Rule A2)"}
"""Addresses that are one person's alone."""

FOREIGN: Final = (
    "Other Ware",
    "other-ware",
    "Elsewhere",
    "Sam Stranger",
    "sam@other.example",
    "Task of Other",
)
OURS: Final = ("Acme Home", "Leeds Arcade", "York Retail", "Maya Okafor", "maya@acme", "Task of Acme")
ROLES: Final = ("manager", "approver", "leeds_manager", "north_manager", "clerk", "viewer")
# allauth's own page of addresses notes the one that a person has signed in with so far.
PLUMBING: Final = ("django_session", "core_cache", "account_emailaddress")
WRITES: Final = re.compile(r'\b(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
CRASH: Final = 500


@dataclass(frozen=True)
class Address:
    """One entry of the resolver."""

    name: str
    kwargs: frozenset[str]
    view: Any

    @property
    def permission(self) -> str:
        return getattr(getattr(self.view, "view_class", None), "permission", "")

    @property
    def whole_brand(self) -> bool:
        return bool(getattr(self.view.view_class, "whole_brand", False))

    @property
    def is_backoffice(self) -> bool:
        return self.name.startswith("admin:")

    def is_listed(self, names: dict[str, str]) -> bool:
        return any(fnmatchcase(self.name, pattern) for pattern in names)


def addresses(
    resolver: URLResolver, spaces: tuple[str, ...] = (), above: frozenset[str] = frozenset()
) -> Iterator[Address]:
    """All addresses below a resolver; one without a name is told by its view."""
    for entry in resolver.url_patterns:
        kwargs = above | frozenset(entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from addresses(entry, inner, kwargs)
        elif isinstance(entry, URLPattern):
            name = entry.name or f"?{entry.lookup_str}"
            yield Address(":".join((*spaces, name)), kwargs, entry.callback)


def walked() -> list[Address]:
    found = {address.name: address for address in addresses(get_resolver())}
    # The admin's own nameless addresses only redirect to the named ones.
    redirects = ("catch_all_view", "admin:?django.views.generic.base.RedirectView")
    return [address for name, address in sorted(found.items()) if not name.endswith(redirects)]


ALL: Final = walked()
of_a_brand: Final = pytest.mark.parametrize(
    "address", [a for a in ALL if "brand" in a.kwargs], ids=lambda address: address.name
)


@dataclass
class World:
    """The cast, what is in both brands, and a session for everybody."""

    cast: Cast
    own: Side
    foreign: Side
    sessions: dict[str, str]

    def url(self, address: Address, brand: Side, objects: Side) -> str | None:
        """The address in one brand with the objects of a brand; None when nothing fills it."""
        values = admin_values(address, objects) or fill(address.name, set(address.kwargs), objects)
        if values is None:
            return None
        if "brand" in address.kwargs:
            values["brand"] = brand.brand.slug
        return reverse(address.name, kwargs=values)

    def ask(self, person: str | None, method: str, url: str) -> tuple[HttpResponse, set[str]]:
        """One request by a person; the response, and the tables it wrote to. Nothing of it stays."""
        client = Client(raise_request_exception=False)
        if person is not None:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[person]
        with undone(), CaptureQueriesContext(connection) as queries:
            response = (
                client.post(url, {"status": "open", "brand": str(self.foreign.brand.pk)})
                if method == "POST"
                else client.get(url)
            )
            if response.streaming:
                b"".join(response.streaming_content)
        written = {table for query in queries for table in WRITES.findall(query["sql"])}
        assert response.status_code < CRASH, f"{method} {url} as {person}: {response.exc_info}"
        return response, written - set(PLUMBING)


def admin_values(address: Address, side: Side) -> dict[str, Any] | None:
    """A row for an address of the back office."""
    if not address.name.startswith("admin:"):
        return None
    if address.kwargs == {"app_label"}:
        return {"app_label": "brands"}
    if address.kwargs != {"object_id"}:
        return None
    label = address.name.removeprefix("admin:").rpartition("_")[0]
    with brand_scope([side.brand.pk]):
        if label in ADMIN_ROWS:
            found = ADMIN_ROWS[label](side)
            return {"object_id": getattr(found, "pk", found)}
        model = next(m for m in apps.get_models() if f"{m._meta.app_label}_{m._meta.model_name}" == label)
        rows = model._default_manager.all()
        if hasattr(model, "brand_id") and not issubclass(model, BrandOwned):
            rows = rows.filter(brand_id=side.brand.pk)
        elif hasattr(model, "membership_id"):
            rows = rows.filter(membership__brand=side.brand)
        first = rows.first()
    # A table without rows is asked for a row that is not there; the lists of such models are walked anyway.
    return {"object_id": first.pk if first is not None else "0" * 32}


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once for the module; every request is taken back, and at the end all of it."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        sessions = {}
        for person in ("admin", "stranger", *ROLES):
            client = Client()
            client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")
            sessions[person] = client.cookies[settings.SESSION_COOKIE_NAME].value
        made = World(cast, own(cast), foreign(cast), sessions)
        # What fillers make is made here and now: made inside of a test it would be taken back with it.
        for address in ALL:
            for side in (made.own, made.foreign):
                made.url(address, side, side)
        yield made
        transaction.set_rollback(True)


def text_of(response: HttpResponse) -> str:
    return "" if response.streaming else response.content.decode(errors="replace")


def title_of(page: str) -> str:
    found = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    return " ".join(found[1].split()) if found else ""


def wrong_title(title: str) -> bool:
    """Whether it is neither "Page – Section – StoreSync" nor "Section – StoreSync"."""
    entries = [str(item.label) for item in (*navigation._items.values(), *navigation._user_items.values())]
    page, section, product = ["", "", *title.split(" – ")][-3:]
    return product != "StoreSync" or section not in entries or page == section


@pytest.mark.parametrize("address", [a for a in ALL if a.is_backoffice], ids=lambda a: a.name)
def test_the_back_office_is_closed_to_a_manager_without_the_switch(world: World, address: Address) -> None:
    url = world.url(address, world.own, world.own)
    assert url
    for method in ("GET", "POST"):
        response, written = world.ask("manager", method, url)
        assert response.status_code in (302, 403, 404), f"{method} {url}"
        assert not written
        assert not [name for name in FOREIGN if name in text_of(response)]


@pytest.fixture(params=ALL, ids=lambda address: address.name)
def address(request: pytest.FixtureRequest) -> Address:
    found: Address = request.param
    return found


def test_the_walk_can_fill_it(world: World, address: Address) -> None:
    assert not address.name.startswith("?"), f"{address.name} has no name: give it one"
    assert world.url(address, world.own, world.own), (
        f"{address.name} needs {sorted(address.kwargs)}: add a filler to tests/architecture/fillers.py"
    )


def test_it_names_its_right_or_stands_on_the_list(address: Address) -> None:
    assert address.permission or address.is_listed(UNGUARDED), f"{address.name} names no permission"


def test_anonymous_people_are_sent_to_the_sign_in(world: World, address: Address) -> None:
    url = world.url(address, world.own, world.own)
    assert url
    for method in ("GET", "POST"):
        response, written = world.ask(None, method, url)
        if address.is_listed(PUBLIC):
            continue
        assert not written
        assert response.status_code in (302, 404), f"{method} {url}"
        if response.status_code == 302:
            # The back office's own sign-in redirects to the one sign-in ("admin:login" among PUBLIC).
            sign_ins = ("/accounts/login/", reverse("admin:login") if address.is_backoffice else None)
            assert response.headers["Location"].startswith(tuple(filter(None, sign_ins)))


@of_a_brand
def test_a_stranger_meets_404_and_reads_nothing(world: World, address: Address) -> None:
    url = world.url(address, world.own, world.own)
    assert url
    for method in ("GET", "POST"):
        response, written = world.ask("stranger", method, url)
        assert response.status_code == 404, f"{method} {url}"
        assert not written
        assert not [name for name in OURS if name in text_of(response)]


@pytest.mark.parametrize("address", [a for a in ALL if not a.is_backoffice], ids=lambda a: a.name)
@pytest.mark.parametrize("person", ROLES)
def test_an_insider_does_what_the_role_allows_and_no_more(
    world: World, address: Address, person: str
) -> None:
    url = world.url(address, world.own, world.own)
    assert url
    user = getattr(world.cast, person)
    for method in ("GET", "POST"):
        response, written = world.ask(person, method, url)
        if method == "GET":
            assert not written, f"GET {url} as {person} wrote to {written}"
        if not response.headers.get("Location", "").startswith("/accounts/"):
            assert not [name for name in FOREIGN if name in text_of(response)], f"{method} {url} as {person}"
        if not address.permission or address.permission == SIGNED_IN:
            continue
        if address.permission == ADMIN:
            allowed = False
        else:
            asked = can if address.whole_brand else holds
            allowed = asked(user, address.permission, world.cast.acme)
        if not allowed:
            assert response.status_code in (403, 404), f"{method} {url} as {person}"
            assert not written
        elif address.kwargs <= {"brand"}:
            assert response.status_code != 403, f"{method} {url} as {person}, who holds {address.permission}"


def test_an_admin_meets_no_error(world: World, address: Address) -> None:
    url = world.url(address, world.own, world.own)
    assert url
    response, written = world.ask("admin", "GET", url)
    assert not written
    # Where a model is only looked at, the back office adds and deletes nothing, for nobody.
    assert response.status_code != 403 or address.is_backoffice or address.is_listed(PERSONAL)
    title = title_of(text_of(response))
    if response.status_code == 200 and title and not address.is_listed(OWN_TITLES):
        assert not wrong_title(title), f"{url} is called {title}"
    world.ask("admin", "POST", url)


@of_a_brand
def test_another_brand_s_object_is_not_there(world: World, address: Address) -> None:
    inner = address.kwargs - {"brand"}
    theirs = world.url(address, world.foreign, world.foreign)
    assert theirs
    crossed = world.url(address, world.own, world.foreign)
    for method in ("GET", "POST"):
        response, written = world.ask("manager", method, theirs)
        assert response.status_code == 404, f"{method} {theirs}"
        assert not written
        if inner:
            for person in ("manager", "admin"):
                response, written = world.ask(person, method, crossed or "")
                assert response.status_code == 404, f"{method} {crossed} as {person}"
                assert not written
                assert not [name for name in FOREIGN if name in text_of(response) and person != "admin"]


def test_the_lists_name_addresses_that_exist() -> None:
    names = [address.name for address in ALL]
    for listed in (*PUBLIC, *UNGUARDED):
        if listed.startswith("mailbox:") and not settings.MAILBOX:
            continue
        assert any(fnmatchcase(name, listed) for name in names), f"{listed} is on a list and nowhere else"
