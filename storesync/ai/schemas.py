"""The schema of an answer as servers take it: from a pydantic model, strict, without what many do not know.

Limits (lengths, ranges, patterns) are words for the model there, and are checked by pydantic here.
"""

import json
from collections.abc import Callable
from typing import Any, Final

import openai
from pydantic import BaseModel

_LIMITS: Final[dict[str, str]] = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "pattern": "matching the pattern {}",
    "format": "as {}",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "minItems": "at least {} entries",
    "maxItems": "at most {} entries",
}
_DROPPED: Final = frozenset({"title", "default", "discriminator", "uniqueItems", "examples"})
# Under these a key is a name that somebody chose, not a word of the schema.
_NAMES: Final = frozenset({"properties", "$defs"})


def schema_of(output: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a pydantic model: every field required, nothing besides."""
    function: Any = openai.pydantic_function_tool(output)["function"]
    plain: dict[str, Any] = _plain(json.loads(json.dumps(function["parameters"])))
    return plain


def _plain(node: Any) -> Any:
    if isinstance(node, list):
        return [_plain(each) for each in node]
    if not isinstance(node, dict):
        return node
    limits = [words.format(node[name]) for name, words in _LIMITS.items() if name in node]
    kept = {
        "anyOf" if name == "oneOf" else name: _named(value, _plain) if name in _NAMES else _plain(value)
        for name, value in node.items()
        if name not in _LIMITS and name not in _DROPPED
    }
    if limits:
        kept["description"] = f"{kept.get('description') or ''} ({', '.join(limits)})".strip()
    return kept


def _named(table: dict[str, Any], change: Callable[[Any], Any]) -> dict[str, Any]:
    return {name: change(value) for name, value in table.items()}
