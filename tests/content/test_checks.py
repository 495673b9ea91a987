"""Checks: each finding has a level, a place and a way to mend it."""

from typing import Any

import pytest

from storesync.content.actions import RevisionDraft, build_revisions
from storesync.content.blocks import BlockError
from storesync.content.checks import (
    FRESH_LINK,
    Finding,
    check_message,
    check_revision,
    findings_of_errors,
    has_errors,
)
from storesync.content.facts import location_facts
from storesync.content.media import FRESH_PICTURE
from storesync.content.models import Revision
from storesync.content.rendering import GMAIL_CLIPS_AT
from storesync.core.models import new_id
from tests.conftest import Cast
from tests.content.samples import FACTS, VALUES, VARIABLES, blocks, message


def findings(
    facts: dict[str, str] | None = None, values: dict[str, str] | None = None, **more: Any
) -> list[Finding]:
    options = {name: more.pop(name) for name in ("template_blocks",) if name in more}
    compiled = message(**more)
    rendered = compiled.render(FACTS | (facts or {}), VALUES if values is None else values)
    return check_message(compiled, rendered, **options)


def test_a_good_message_passes() -> None:
    assert findings() == []
    assert not has_errors([])


def codes(found: list[Finding]) -> list[tuple[str, str, str, str]]:
    assert all(finding.message and finding.mend for finding in found)
    return [(f.level, f.code, f.block_id, f.field) for f in found]


def image(**fields: str) -> list[dict[str, Any]]:
    return [{"id": "pic", "type": "image", "src": "https://img.example/a.jpg", **fields}]


def button(url: str) -> list[dict[str, Any]]:
    return [{"id": "go", "type": "button", "label": "Come in", "url": url}]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"values": {}}, ("error", "missing", "", "discount_percentage")),
        ({"facts": {"location_city": ""}}, ("error", "missing", "", "location_city")),
        ({"subject": "{{ location_name }} " + "x" * 60}, ("warning", "subject-long", "", "subject")),
        ({"subject": "{% if price %}x{% endif %}"}, ("error", "subject-empty", "", "subject")),
        ({"preheader": ""}, ("warning", "preheader-empty", "", "preheader")),
        ({"preheader": "x" * 91}, ("warning", "preheader-long", "", "preheader")),
        ({"blocks": image(alt="")}, ("error", "alt-empty", "pic", "alt")),
        ({"blocks": image(src=FRESH_PICTURE, alt="A lamp")}, ("error", "unfinished", "pic", "src")),
        ({"blocks": button(FRESH_LINK)}, ("error", "unfinished", "go", "url")),
        ({"blocks": image(alt="See http://x.example")}, ("error", "link-insecure", "", "")),
        ({"blocks": image(alt="TBD [[photo]]")}, ("error", "left-over", "", "")),
        ({"subject": "Lorem ipsum"}, ("error", "left-over", "", "subject")),
        ({"facts": {"location_city": "{{ city }}"}}, ("error", "left-over", "", "preheader")),
    ],
)
def test_what_is_wrong_is_found(given: dict[str, Any], expected: tuple[str, str, str, str]) -> None:
    found = findings(**given)
    assert expected in codes(found)
    assert has_errors(found) == any(f.level == "error" for f in found)


def test_legal_blocks_of_the_template_must_stay() -> None:
    template = message().blocks
    found = findings(blocks=blocks()[:-1], template_blocks=template)
    assert codes(found) == [("error", "legal-missing", "law", "")]
    assert findings(template_blocks=template) == []


def big(paragraphs: int) -> list[dict[str, Any]]:
    return [{"id": f"t{n}", "type": "text", "text": "x" * 4_000} for n in range(paragraphs)]


def test_size() -> None:
    """Rule T7."""
    (found,) = [f for f in findings(blocks=big(18)) if f.code == "size"]
    compiled = message(blocks=big(18))
    assert 90 * 1024 <= compiled.render(FACTS, VALUES).size < GMAIL_CLIPS_AT
    assert found.level == "warning"
    (found,) = [f for f in findings(blocks=big(21)) if f.code == "size"]
    assert found.level == "error"


def test_errors_come_first() -> None:
    levels = [f.level for f in findings(values={}, preheader="")]
    assert levels == sorted(levels)


def test_what_cannot_be_compiled_is_shown_the_same_way() -> None:
    (found,) = findings_of_errors([BlockError("a", "text", "There is no variable x.")])
    assert (found.level, found.block_id, found.field) == ("error", "a", "text")


def test_a_stored_revision_is_checked_by_its_own_bytes(in_acme: Cast) -> None:
    """What is missing leaves no trace in the text, so it is found by the variables (rule T3)."""
    place = in_acme.leeds
    facts = location_facts(place, in_acme.acme, ())
    built = build_revisions(
        brand_id=in_acme.acme.pk,
        drafts=[
            RevisionDraft(
                location_id=place.pk,
                owner_id=new_id(),
                number=1,
                message=message(),
                facts=facts,
                values=values,
            )
            for values in (VALUES, {})
        ],
        author=None,
    )
    good, bad = (Revision.objects.get(pk=one.id) for one in built)
    assert check_revision(good, variables=VARIABLES, template_blocks=blocks()) == []
    assert codes(check_revision(bad, variables=VARIABLES)) == [
        ("error", "missing", "", "discount_percentage")
    ]
    more = [*blocks(), {"id": "law2", "type": "legal", "text": "No refunds.", "locked": True}]
    assert codes(check_revision(good, template_blocks=more)) == [("error", "legal-missing", "law2", "")]
