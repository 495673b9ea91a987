"""What axe finds in a page, and whether the page fits its window."""

from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES: Final = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
COLOURS: Final = {"runOnly": ["color-contrast"]}
# Mails in frames are looked at by themselves; axe would wait half a second for each frame to answer.
_QUICK: Final = {"resultTypes": ["violations"], "iframes": False}


def violations(page: Page, rules: dict[str, Any] = RULES) -> list[dict[str, Any]]:
    """The rules that the page breaks, as axe describes them."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return list(page.evaluate("options => axe.run(options)", {**_QUICK, **rules})["violations"])


def faults(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """The same as lines: the rule, and where it is broken."""
    return [
        f"{one['id']} at {node['html'][:150]}" for one in violations(page, rules) for node in one["nodes"][:3]
    ]


def sideways(page: Page) -> list[str]:
    """By how much the page is wider than its window."""
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{over} px too wide"] if over > 0 else []
