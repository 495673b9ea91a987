"""Prompts are files whose versions never change, and schemas that every server takes."""

import json
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from storesync.ai.prompting import LOCK, all_prompts, get_prompt
from storesync.ai.purposes import is_purpose
from storesync.ai.schemas import schema_of


def test_a_version_of_a_prompt_never_changes() -> None:
    """A changed prompt is a new file with the next number, and a new line in prompts/lock.json."""
    now = {f"{prompt.name}/{prompt.version}": prompt.digest for prompt in all_prompts()}
    assert now == json.loads(LOCK.read_text())


def test_prompts_are_read_with_their_head() -> None:
    assert get_prompt("connection_test").version >= 1
    assert all(is_purpose(prompt.purpose) for prompt in all_prompts())
    assert all(0 < prompt.max_output_tokens <= 16_000 for prompt in all_prompts())
    with pytest.raises(LookupError):
        get_prompt("connection_test", version=99)


class Heading(BaseModel):
    type: Literal["heading"]
    title: str = Field(max_length=80, description="What stands large")


class Words(BaseModel):
    type: Literal["text"]
    format: str = Field(pattern="^[a-z]+$", default="plain")


class Draft(BaseModel):
    blocks: list[Annotated[Heading | Words, Field(discriminator="type")]] = Field(min_length=1, max_length=9)
    note: str | None = None


def test_a_schema_is_strict_and_plain() -> None:
    """No keyword that a server may not know, but a field may be called like one."""
    schema = schema_of(Draft)
    assert schema["properties"]["blocks"] == {
        "type": "array",
        "items": {"anyOf": [{"$ref": "#/$defs/Heading"}, {"$ref": "#/$defs/Words"}]},
        "description": "(at least 1 entries, at most 9 entries)",
    }
    assert schema["$defs"]["Heading"]["properties"]["title"] == {
        "type": "string",
        "description": "What stands large (at most 80 characters)",
    }
    assert schema["$defs"]["Words"]["properties"]["format"] == {
        "type": "string",
        "description": "(matching the pattern ^[a-z]+$)",
    }

    def objects(node: Any) -> list[dict[str, Any]]:
        inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
        found = [one for each in inner for one in objects(each)]
        return [*found, node] if isinstance(node, dict) and node.get("type") == "object" else found

    for one in objects(schema):
        assert one["additionalProperties"] is False
        assert one["required"] == list(one["properties"])
