"""Words that no page asks for, in every parameter and every field of every form.

NUL (PostgreSQL refuses it in text), dates that no zone knows, numbers that no integer holds, digits that are
none: whatever is typed, a person meets a page and never an error. The parameters are those that a page looks
for, the fields those that it shows: a new one is tried without anybody thinking of it.
"""

from html.parser import HTMLParser
from typing import Any, ClassVar, Final

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.utils.functional import cached_property

from tests.architecture.test_every_url import ALL, CRASH, Address, World, undone, world

__all__ = ["world"]
# Walks over everything: measuring what they cover would double their time and tell nothing.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

WORDS: Final = ("a\x00b", "9999-12-31T23:59", "9" * 5000, "²")
ONE_BY_ONE: Final = ("location", "revision", "version", "block", "template")
"""Parameters that name one thing: a false one is a 404, which hides what the others would do."""
FIELD_WORDS: Final = ("a\x00b", "9999-12-31T23:59")


ELSEWHERE: Final = ("admin:", "account_", "mfa_")
"""Pages of Django and allauth, which have tests of their own."""


TYPED: Final = ("", "text", "search", "url", "email", "tel", "password")
"""Types of inputs into which a person types words."""


class Noted(QueryDict):
    """The parameters of an address, which note the names that the page looked for."""

    asked: ClassVar[set[str]] = set()

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return super().__contains__(key)

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)

    def getlist(self, key: str, default: Any = None) -> list[Any]:
        self.asked.add(key)
        return super().getlist(key, default)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of all parameters that pages look for from now on."""

    def noted(request: WSGIRequest) -> Noted:
        return Noted(request.META.get("QUERY_STRING", ""), encoding=request._encoding)

    property_of_a_request = cached_property(noted)
    property_of_a_request.__set_name__(WSGIRequest, "GET")
    monkeypatch.setattr(WSGIRequest, "GET", property_of_a_request)
    monkeypatch.setattr(Noted, "asked", set())
    return Noted.asked


class PostedFields(HTMLParser):
    """The forms of a page that post: their address, and the values that their fields have there.

    `texts` holds for each form the names of the fields into which words are typed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.texts: list[list[str]] = []
        self._form: dict[str, str] | None = None
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self._form = {}
            if given.get("method", "").lower() == "post":
                self.forms.append((given.get("action", ""), self._form))
                self.texts.append([])
        elif self._form is None:
            return
        elif tag == "textarea":
            self._area, self._form[name] = name, ""
            self._typed(name)
        elif tag == "select":
            self._select = name
            self._form.setdefault(name, "")
        elif tag == "option" and self._select:
            if "selected" in given or not self._form[self._select]:
                self._form[self._select] = given.get("value", "")
        elif tag in ("input", "button") and name:
            if "checked" in given or given.get("type") not in ("checkbox", "radio"):
                self._form[name] = given.get("value", "")
            else:
                self._form.setdefault(name, given.get("value", "on"))
            if tag == "input" and given.get("type", "") in TYPED:
                self._typed(name)

    def _typed(self, name: str) -> None:
        if self.forms and self.forms[-1][1] is self._form:
            self.texts[-1].append(name)

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            self._form[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""


TRIED: Final = [a for a in ALL if not a.name.startswith(ELSEWHERE)]


@pytest.mark.parametrize("address", TRIED, ids=lambda a: a.name)
def test_a_person_meets_a_page_whatever_is_typed(world: World, address: Address, asked: set[str]) -> None:
    type_hostile_words(world, address, asked, every_word=False)


@pytest.mark.faults
@pytest.mark.parametrize("address", TRIED, ids=lambda a: a.name)
def test_a_person_meets_a_page_whatever_is_typed_anywhere(
    world: World, address: Address, asked: set[str]
) -> None:
    type_hostile_words(world, address, asked, every_word=True)


def type_hostile_words(world: World, address: Address, asked: set[str], *, every_word: bool) -> None:
    """Each word in every parameter that the page looks for, and in every field of its forms.

    Fields take turns with the words, and every word is in all of them at once; or each takes every word.
    """
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions["manager"]
    url = world.url(address, world.own, world.own)
    assert url
    crashes: list[str] = []

    def ask(method: str, target: str, data: dict[str, str], what: str) -> HttpResponse:
        with undone():
            response = client.post(target, data) if method == "POST" else client.get(target, data)
        # Without an exception it is an answer that was meant, as /healthz?worker=1 without a worker.
        if response.status_code >= CRASH and response.exc_info:
            crashes.append(f"{method} {target} {what}: {response.exc_info[1]!r}")
        return response

    page = ask("GET", url, {}, "plain")
    for word in WORDS:
        # A page may look for more once it was given something: the next word meets that as well.
        ask("GET", url, dict.fromkeys(asked - set(ONE_BY_ONE), word), repr(word))
        for name in asked & set(ONE_BY_ONE):
            ask("GET", url, {name: word}, f"{name}={word!r}")
    is_page = page.headers.get("Content-Type", "").startswith("text/html")
    if page.status_code != 200 or page.streaming or not is_page:
        assert not crashes, "\n".join(crashes)
        return
    fields = PostedFields()
    fields.feed(page.content.decode())
    for action, values in fields.forms:
        target = (action or url).partition("?")[0]
        if "/logout/" in target or "/language/" in target or "/preferences/" in target:
            continue
        for turn, name in enumerate(values):
            for word in FIELD_WORDS if every_word else [FIELD_WORDS[turn % len(FIELD_WORDS)]]:
                ask("POST", target, values | {name: word}, f"{name}={word!r}")
        for word in FIELD_WORDS if values else ():
            ask("POST", target, dict.fromkeys(values, word), f"{word!r} everywhere")
    assert not crashes, "\n".join(dict.fromkeys(crashes))
