"""Hostile words through every text field of every form: nothing runs, nothing breaks (faults 24, 25).

The fields are read off the pages themselves, so a new one is tried without anybody thinking of it. What is
typed is taken or refused; either way the pages that follow are opened in Chromium, the mails in their frames
too, without the policy that would stop a script: nothing may run although nothing would stop it. The ordinary
run takes some strings for each field, another choice for each field; `make faults` takes all of them.
"""

import random
import re
from collections.abc import Iterator
from html import unescape
from typing import Final
from urllib.parse import urljoin

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Browser, Page

from tests.architecture.test_every_url import ALL, CRASH, Address, World, undone, world
from tests.architecture.test_hostile_input import ELSEWHERE, PostedFields
from tests.content.data import naughty_strings, template_injections
from tests.e2e.conftest import wait_until

__all__ = ["world"]
# Walks over everything: measuring what they cover would double their time and tell nothing.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

ORIGIN: Final = "https://storesync.example"
PRODUCT: Final = "9449772114007"
CANARY: Final = "{{ 7654321 * 1234567 }}"
OWN: Final = (
    CANARY,
    "{% if 7654321 * 1234567 == 9449772114007 %}9449772114007{% endif %}",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "</textarea></title></style><svg onload=alert(1)>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    "javascript:alert(1)//",
    'https://evil.example/"onmouseover=alert(1)',
    "[x](javascript:alert(1)) ![x](https://evil.example/x.png)",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "${7654321*1234567} #{7654321*1234567} <%= 7654321*1234567 %>",
)
"""Strings of our own that each field meets in every run."""
ALWAYS: Final = 2
SOME: Final = 1
LEFT_OUT: Final = ("/logout/", "/language/", "/preferences/")
FRAME: Final = re.compile(r'<iframe[^>]*\ssrc="([^"]+)"')
ASSETS: Final = re.compile(
    r'<script(?: type="module")? src="/static/[\w./-]+"(?: defer)?></script>'
    r'|<link rel="stylesheet" href="/static/[\w./-]+">'
)
"""Our own scripts and styles, with nothing else in their tags. Each would be asked for in vain."""


def strings_for(place: str, everything: bool) -> list[str]:
    """What a field is given: all, or a choice that depends on the field alone."""
    collected = [*naughty_strings(), *template_injections()]
    if everything:
        return [*OWN, *collected]
    chance = random.Random(place)  # noqa: S311 - which strings a test takes
    return [*OWN[:1], *chance.sample(OWN[1:], ALWAYS), *chance.sample(collected, SOME)]


class Trap:
    """A browser page in which whatever runs or is asked for is noted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.ran: list[str] = []
        self.asked: set[str] = set()
        page.on("dialog", lambda dialog: (self.ran.append(dialog.message), dialog.dismiss()))
        page.on("popup", lambda popup: self.ran.append(f"popup {popup.url}"))
        page.context.route("**/*", lambda route: (self.asked.add(route.request.url), route.abort()))

    def open(self, html: str) -> None:
        """The page as if from our own host, without its policy."""
        html = ASSETS.sub("", html)
        self.page.set_content(f'<base href="{ORIGIN}/">{html}', wait_until="domcontentloaded")

    @property
    def foreign(self) -> set[str]:
        """What was asked of others."""
        return {url for url in self.asked if not url.startswith((ORIGIN, "data:", "about:"))}


@pytest.fixture(scope="module")
def traps() -> Iterator[list[Trap]]:
    """The windows of this module: one, unless Chromium was begun anew."""
    made: list[Trap] = []
    yield made
    for one in made:
        one.page.context.close()


@pytest.fixture
def trap(traps: list[Trap], browser: Browser) -> Trap:
    """An empty trap; a window for each address would take longer than looking at its pages."""
    if not traps or traps[-1].page.context.browser is not browser:
        traps[:] = [Trap(browser.new_context().new_page())]
    found = traps[-1]
    found.ran.clear()
    found.asked.clear()
    return found


def test_the_trap_works(trap: Trap) -> None:
    trap.open("<img src='https://evil.example/x' onerror=alert(1)>")
    wait_until(trap.page, lambda: bool(trap.ran and trap.foreign))
    assert trap.ran == ["1"]
    assert trap.foreign == {"https://evil.example/x"}


def text_of(response: HttpResponse) -> str:
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return response.content.decode(errors="replace") if is_page and not response.streaming else ""


class Walk:
    """One manager who types a string into one field of a valid form and looks at what comes of it."""

    def __init__(self, world: World) -> None:
        self.client = Client(raise_request_exception=False)
        self.client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions["manager"]
        self.crashes: list[str] = []

    def get(self, url: str, what: str = "") -> HttpResponse:
        return self._checked(self.client.get(url), f"GET {url} {what}")

    def _checked(self, response: HttpResponse, what: str) -> HttpResponse:
        if response.status_code >= CRASH:
            self.crashes.append(f"{what}: {getattr(response, 'exc_info', [None, None])[1]!r}")
        return response

    def type(self, url: str, target: str, data: dict[str, str], what: str) -> list[str]:
        """Post it and return the pages that come of it, with the mails in their frames."""
        pages = []
        with undone():
            answer = self._checked(self.client.post(target, data), f"POST {target} {what}")
            pages.append(text_of(answer))
            if answer.status_code in (302, 303):
                url = urljoin(url, answer.headers["Location"])
                if url.startswith("/"):
                    pages.append(text_of(self.get(url, what)))
            for frame in FRAME.findall(pages[-1]):
                address = urljoin(url, unescape(frame))
                if address.startswith("/"):
                    pages.append(text_of(self.get(address, what)))
        return [page for page in pages if page]


def walk_field_by_field(world: World, trap: Trap, address: Address, *, everything: bool) -> None:
    walk = Walk(world)
    url = world.url(address, world.own, world.own)
    assert url
    with undone():
        page = walk.get(url)
    if page.status_code != 200 or not text_of(page):
        return
    fields = PostedFields()
    fields.feed(text_of(page))
    shown: set[str] = set()
    for (action, values), texts in zip(fields.forms, fields.texts, strict=True):
        target = action or url
        if any(part in target for part in LEFT_OUT):
            continue
        for name in texts:
            for words in strings_for(f"{address.name} {name}", everything):
                what = f"{name}={words!r}"
                for html in walk.type(url, target, values | {name: words}, what):
                    assert PRODUCT not in html.replace(words, ""), f"{what} was computed"
                    assert settings.SECRET_KEY not in html, f"{what} tells the secret key"
                    if html not in shown:
                        shown.add(html)
                        trap.open(html)
                assert trap.ran == [], f"{target} {what} ran"
                assert trap.foreign == set(), f"{target} {what} asked others"
    trap.page.wait_for_timeout(50)
    assert trap.ran == []
    assert trap.foreign == set()
    assert not walk.crashes, "\n".join(dict.fromkeys(walk.crashes))


TRIED: Final = [a for a in ALL if not a.name.startswith(ELSEWHERE)]


@pytest.mark.parametrize("address", TRIED, ids=lambda a: a.name)
def test_some_strings_through_every_field(world: World, trap: Trap, address: Address) -> None:
    walk_field_by_field(world, trap, address, everything=False)


@pytest.mark.faults
@pytest.mark.parametrize("address", TRIED, ids=lambda a: a.name)
def test_every_string_through_every_field(world: World, trap: Trap, address: Address) -> None:
    walk_field_by_field(world, trap, address, everything=True)
