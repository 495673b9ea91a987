"""Messages as a browser shows them: nothing runs or is loaded, all can be read (fault 24, rule T7)."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from storesync.content.language import show_recipient_fields
from storesync.content.theme import Theme
from tests.content.data import naughty_strings
from tests.content.samples import FACTS, VALUES, blocks, message
from tests.e2e.axe import violations
from tests.e2e.conftest import wait_until

SAMPLE = {"first_name": "Ann", "unsubscribe_url": "https://news.example/u/1"}
EVIL = [
    "<script>ran()</script>",
    "<img src=x onerror=ran()>",
    "\"' onfocus='ran()' autofocus x='",
    "</style><svg/onload=ran()>",
    "]]><iframe srcdoc='<script>parent.ran()</script>'>",
    "javascript:ran()",
    "</title><script>ran()</script>",
    "--><script>ran()</script>",
]


def hostile_blocks(words: str) -> list[dict[str, Any]]:
    made = blocks()
    made[1]["text"] += (
        "\n\n{{ headline }} **{{ headline }}** [{{ headline }}](https://shop.example/{{ headline }})"
    )
    if "{" not in words:
        made[0]["text"] = made[2]["label"] = made[4]["alt"] = words[:100]
        made[5]["products"] = [{"name": words[:100], "note": words[:100], "price": "1"}]
    return made


def test_nothing_runs_and_nothing_else_is_loaded(browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    ran: list[str] = []
    asked: set[str] = set()
    page.expose_function("ran", lambda: ran.append("ran"))
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.on("popup", lambda popup: ran.append("popup"))
    context.route("**/*", lambda route: (asked.add(route.request.url), route.abort()))
    page.set_content("<img src='https://img.example/x' onerror=ran()>")
    wait_until(page, lambda: bool(ran))
    assert ran == ["ran"], "the trap works"
    ran.clear()
    strings = [*EVIL, *("".join(c for c in s if c.isprintable()) for s in naughty_strings() if "<" in s)]
    assert len(strings) > 100
    for words in filter(str.strip, strings):
        facts = FACTS | {"location_name": words, "location_city": words, "location_phone": words}
        made = message(blocks=hostile_blocks(words)).render(facts, VALUES | {"headline": words})
        page.set_content(show_recipient_fields(made.html, SAMPLE))
    context.close()
    assert ran == []
    assert {address for address in asked if not address.startswith("https://img.example/")} == set()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [640, 360])
@pytest.mark.parametrize(
    ("primary", "accent", "kind"),
    [
        ("#0b5d4a", "#d9480f", "seasonal"),
        ("#ffd400", "#ff5fa2", "clearance"),
        ("#12122b", "#8ee6ff", "event"),
    ],
)
def test_everything_can_be_read(
    browser: Browser, scheme: Any, width: int, primary: str, accent: str, kind: Any
) -> None:
    theme = Theme(primary=primary, accent=accent, campaign_type=kind)
    made = message(theme=theme).render(FACTS, VALUES)
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    context.route("https://img.example/**", lambda route: route.abort())
    page.set_content(show_recipient_fields(made.html, SAMPLE))
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    # Landmarks and headings are the mail program's; a mail is a part of its page.
    ignored = {"region", "landmark-one-main", "page-has-heading-one"}
    found = [v for v in violations(page, {}) if v["id"] not in ignored]
    context.close()
    assert wider <= 0, "no sideways scroll"
    assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found] == []
