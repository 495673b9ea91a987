"""Messages and rules for the tests of guidelines: short to write, real to render."""

from typing import Any
from uuid import uuid4

from storesync.content.checks import Finding
from storesync.content.rendering import compile_message
from storesync.content.theme import Theme
from storesync.guidelines.actions import publish_version, save_draft, switch_on
from storesync.guidelines.checking import Compiled, Message, Place
from storesync.guidelines.models import GuidelineVersion
from storesync.guidelines.queries import set_of
from storesync.guidelines.rules import read_rules
from tests.conftest import Cast
from tests.content.samples import FACTS, VALUES, VARIABLES, blocks

BAVARIA = uuid4()
MUNICH = uuid4()
SAXONY = uuid4()
GERMAN = Place(region_path=(BAVARIA, MUNICH), language="de-de", campaign_type="loyalty")


def text(words: str, block_id: str = "words") -> dict[str, Any]:
    return {"id": block_id, "type": "text", "text": words}


def message(
    *given: dict[str, Any],
    subject: str = "A quiet subject",
    preheader: str = "A quiet preheader",
    facts: dict[str, str] | None = None,
    values: dict[str, str] | None = None,
    theme: Theme | None = None,
) -> Message:
    """A message of these blocks, rendered for a store."""
    content = compile_message(
        subject=subject,
        preheader=preheader,
        blocks=list(given) or blocks(),
        variables=VARIABLES,
        theme=theme or Theme(),
    )
    all_facts, all_values = FACTS | (facts or {}), VALUES | (values or {})
    return Message.of_rendered(
        content,
        content.render(all_facts, all_values),
        facts=all_facts,
        values=all_values,
        variables=VARIABLES,
    )


def rule(kind: str, **given: Any) -> dict[str, Any]:
    """A rule as plain data."""
    return {"id": kind.replace("_", "-"), "kind": kind, **given}


def words(*given: str) -> list[dict[str, str]]:
    """Words of a rule: "gratis = kostenlos" says what to write instead."""
    return [{"text": one.partition(" = ")[0], "instead": one.partition(" = ")[2]} for one in given]


def banned(*given: str, **more: Any) -> dict[str, Any]:
    return rule("banned_words", words=words(*given), **more)


def check(checked: Message, *rules: dict[str, Any], place: Place = GERMAN) -> list[Finding]:
    """What these rules say about a message."""
    found = Compiled(read_rules(rules)).check(checked, place)
    assert all(one.message and one.mend and one.rule for one in found), (
        "each says what, how to mend, which rule"
    )
    return found


def in_force(cast: Cast, *rules: dict[str, Any]) -> GuidelineVersion:
    """Publish a version of these rules of acme and switch it on."""
    number = set_of(cast.acme.pk).draft_number
    saved = save_draft(brand=cast.acme, rules=rules, draft_number=number, actor=cast.manager)
    version = publish_version(brand=cast.acme, draft_number=saved.draft_number, actor=cast.manager)
    switch_on(version=version, actor=cast.manager)
    return version


def places(found: list[Finding]) -> list[tuple[str, str, str, str]]:
    """Level, code and place of each."""
    return [(one.level, one.code, one.block_id, one.field) for one in found]
