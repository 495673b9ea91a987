"""The sidebar by registration: who sees what, which entry is the current one."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import RequestFactory

from storesync.core import navigation
from storesync.core.context import shell
from storesync.core.navigation import AlreadyRegistered, Group, Item, Scope, ScopeOption
from tests.factories import UserFactory


@pytest.fixture(autouse=True)
def empty_registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A registry of this test's own."""
    monkeypatch.setattr(navigation, "_items", {})
    monkeypatch.setattr(navigation, "_user_items", {})
    monkeypatch.setattr(navigation, "_scope_providers", [])
    monkeypatch.setattr(navigation, "_preferences", [])
    yield


def request_for(path: str, *, known: bool = True) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = UserFactory.build() if known else AnonymousUser()
    return request


def item(key: str, url: str, **kwargs: object) -> Item:
    defaults = {"group": Group.PLAN, "label": key.title(), "icon": "campaigns"} | kwargs
    return Item(key=key, url=lambda request: url, **defaults)  # type: ignore[arg-type]


def test_groups_in_their_order_and_items_by_theirs() -> None:
    navigation.register(
        item("settings", "/s/", group=Group.MANAGE),
        item("templates", "/t/", order=20),
        item("campaigns", "/c/", order=10),
        item("home", "/", group=Group.TOP),
    )
    sections = navigation.sidebar(request_for("/x/"))
    assert [(section.label, [link.key for link in section.links]) for section in sections] == [
        ("", ["home"]),
        ("Plan", ["campaigns", "templates"]),
        ("Manage", ["settings"]),
    ]


def test_hidden_items_and_items_without_an_address_are_absent() -> None:
    navigation.register(
        item("secret", "/x/", visible=lambda request: False),
        item("brandless", ""),
        item("campaigns", "/c/"),
    )
    sections = navigation.sidebar(request_for("/"))
    assert [link.key for section in sections for link in section.links] == ["campaigns"]


def test_nothing_for_strangers() -> None:
    navigation.register(item("campaigns", "/c/"))
    navigation.register_user_item(item("profile", "/p/"))
    navigation.register_scope_provider(lambda request: Scope("Acme"))
    stranger = request_for("/", known=False)
    assert navigation.sidebar(stranger) == []
    assert navigation.user_menu(stranger) == []
    assert navigation.scope_of(stranger) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", {"home": "page"}),
        ("/c/", {"campaigns": "page"}),
        ("/c/1/edit/", {"campaigns": "true"}),
        ("/r/1/", {"campaigns": "true"}),
        ("/c/calendar/", {"calendar": "page"}),
        ("/elsewhere/", {}),
    ],
)
def test_one_current_entry(path: str, expected: dict[str, str]) -> None:
    navigation.register(
        item("home", "/", exact=True),
        item("campaigns", "/c/", prefixes=lambda request: ("/r/",)),
        item("calendar", "/c/calendar/"),
    )
    links = [link for section in navigation.sidebar(request_for(path)) for link in section.links]
    assert {link.key: link.current for link in links if link.current} == expected


def test_a_page_of_the_user_menu_is_no_page_of_what_it_lies_below() -> None:
    navigation.register(item("home", "/b/acme/"))
    navigation.register_user_item(item("absence", "/b/acme/absence/"))
    here = request_for("/b/acme/absence/1/")
    assert [link.current for section in navigation.sidebar(here) for link in section.links] == [""]
    assert [link.current for link in navigation.user_menu(here)] == ["true"]


@pytest.mark.parametrize(
    ("path", "section"),
    [("/", "Home"), ("/c/", "Campaigns"), ("/c/1/", "Campaigns"), ("/p/1/", "Profile"), ("/x/", "")],
)
def test_a_page_belongs_to_a_section_whoever_sees_its_entry(path: str, section: str) -> None:
    navigation.register(
        item("home", "/", exact=True), item("campaigns", "/c/", visible=lambda _request: False)
    )
    navigation.register_user_item(item("profile", "/p/"))
    assert navigation.section_of(request_for(path)) == section
    assert navigation.section_of(request_for("/x/"), path) == section


def test_badge_counts_what_waits() -> None:
    navigation.register(item("approvals", "/a/", badge=lambda request: 12), item("plain", "/p/"))
    links = navigation.sidebar(request_for("/"))[0].links
    assert [link.badge for link in links] == [12, 0]


def test_a_key_is_registered_once_and_its_icon_exists() -> None:
    navigation.register(item("campaigns", "/c/"))
    with pytest.raises(AlreadyRegistered):
        navigation.register(item("campaigns", "/d/"))
    with pytest.raises(LookupError):
        navigation.register(item("other", "/o/", icon="no-such-icon"))


def test_the_shell_asks_only_for_what_is_shown() -> None:
    asked: list[str] = []

    def provider(request: HttpRequest) -> Scope:
        asked.append("scope")
        return Scope("Acme", options=[ScopeOption("Acme", "/b/acme/", current=True)])

    navigation.register_scope_provider(provider)
    context = shell(request_for("/"))
    assert asked == []
    assert context["scope"].label == "Acme"
    assert asked == ["scope"]


def test_the_shell_without_a_person_or_middleware() -> None:
    context = shell(RequestFactory().get("/"))
    assert list(context["nav"]) == []
    assert not context["scope"]
    assert context["theme"] == ""


def test_the_look_is_the_persons() -> None:
    request = request_for("/")
    request.user = UserFactory.build(theme="dark", density="compact", shortcuts=True)
    context = shell(request)
    assert (context["theme"], context["density"], context["shortcuts"]) == ("dark", "compact", True)
