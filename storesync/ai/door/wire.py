"""Two ways of asking, on the wire: the Responses API, and chat completions where a server has nothing else.

What comes back is read here as plain JSON and never trusted to be what it should. Behaviour as OpenAI
documents it (structured outputs, error codes, incomplete responses) and as compatible servers show it.
"""

import json
import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx2
import openai
from django.utils import timezone

from storesync.ai.door.transport import BoundedTransport, Deadline, Watch
from storesync.ai.outcomes import Outcome

RESPONSES: Final = "responses"
CHAT: Final = "chat"
EMBEDDINGS: Final = "embeddings"
TEXT_BYTES: Final = 2_000_000
"""More than any answer in words: the schema's limits are reached far below."""
VECTOR_BYTES: Final = 16_000_000
"""128 vectors of 3,072 numbers, written out."""
QUOTA_CODES: Final = frozenset(
    {
        "insufficient_quota",
        "billing_hard_limit_reached",
        "billing_not_active",
        "credit_balance_exhausted",
        "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
    }
)
"""With status 429 too, and waiting does not help."""
_ROUTE_WORDS: Final = ("unknown", "not support", "unsupported", "not found", "invalid url", "no route")
_FILTER_CODES: Final = frozenset(
    {"content_filter", "content_policy_violation", "responsible_ai_policy_violation"}
)


@dataclass(frozen=True, slots=True)
class Server:
    """A model's server and the key for it."""

    base_url: str
    key: str


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked: instructions, the data beside them, and the schema of the answer."""

    model: str
    instructions: str
    data: str
    schema: dict[str, Any]
    schema_name: str
    max_output_tokens: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: a text that should be JSON, and its tokens; None where nothing was said of them."""

    text: str
    tokens_in: int | None
    tokens_out: int | None


class Failed(Exception):
    """A try that brought no answer.

    Args:
        retry: whether another try may help. wait: seconds that the server asked for.
        billed: whether it may have cost something: not what was turned away.
        tokens: (in, out) where the server told.
    """

    def __init__(
        self,
        outcome: Outcome,
        detail: str = "",
        *,
        retry: bool = False,
        wait: float | None = None,
        billed: bool = False,
        tokens: tuple[int | None, int | None] = (None, None),
    ) -> None:
        super().__init__(outcome)
        # No database takes NUL or half a surrogate pair, and no list shows another control character.
        self.detail = "".join(letter for letter in detail if letter.isprintable())
        self.outcome, self.retry = outcome, retry
        self.wait, self.billed, self.tokens = wait, billed, tokens


class RouteMissing(Exception):
    """The server does not know the Responses API."""


def ask_by(route: str, server: Server, call: Call, deadline: Deadline) -> Reply:
    """One try by one route.

    Raises:
        Failed: with the kind of failure.
        RouteMissing: by RESPONSES, where the server has no such route.
    """
    if route == RESPONSES:
        return _read_response(_post(server, "/responses", _response_body(call), deadline, TEXT_BYTES))
    return _read_chat(_post(server, "/chat/completions", _chat_body(call), deadline, TEXT_BYTES))


def embed_texts(
    server: Server, model: str, texts: list[str], deadline: Deadline, length: int | None
) -> tuple[list[list[float]], int | None]:
    """Vectors of texts, in their order, and the tokens that they had.

    Args:
        length: numbers that each vector must have; None takes any, the same for all.

    Raises:
        Failed: with the kind of failure.
    """
    data = _post(
        server,
        "/embeddings",
        {"model": model, "input": texts, "encoding_format": "float"},
        deadline,
        VECTOR_BYTES,
    )
    tokens = _count(_table(data.get("usage")).get("prompt_tokens"))
    rows = sorted(
        (_table(row) for row in _list(data.get("data"))), key=lambda row: _count(row.get("index")) or 0
    )
    vectors = [_vector(row.get("embedding")) for row in rows]
    lengths = {len(vector) for vector in vectors} | ({length} if length else set())
    if len(vectors) != len(texts) or len(lengths) != 1 or 0 in lengths:
        raise Failed(Outcome.WRONG_SHAPE, retry=True, billed=True, tokens=(tokens, 0))
    return vectors, tokens


def _response_body(call: Call) -> dict[str, Any]:
    form = {"type": "json_schema", "name": call.schema_name, "strict": True, "schema": call.schema}
    return {
        "model": call.model,
        "instructions": call.instructions,
        "input": [{"role": "user", "content": call.data}],
        "text": {"format": form},
        "max_output_tokens": call.max_output_tokens,
        "store": False,
    }


def _chat_body(call: Call) -> dict[str, Any]:
    form = {"name": call.schema_name, "strict": True, "schema": call.schema}
    return {
        "model": call.model,
        "messages": [
            {"role": "system", "content": call.instructions},
            {"role": "user", "content": call.data},
        ],
        "response_format": {"type": "json_schema", "json_schema": form},
        # The older name: compatible servers know it, and OpenAI itself has the Responses API.
        "max_tokens": call.max_output_tokens,
    }


def _post(server: Server, path: str, body: dict[str, Any], deadline: Deadline, most: int) -> dict[str, Any]:
    """The JSON object that the server answers with."""
    watch = Watch(deadline, most)
    transport = httpx2.Client(transport=BoundedTransport(watch), follow_redirects=False)
    with openai.OpenAI(
        api_key=server.key,
        base_url=server.base_url,
        max_retries=0,
        http_client=transport,
        default_headers={"Accept-Encoding": "identity"},
    ) as client:
        try:
            raw = client.post(path, body=body, cast_to=httpx2.Response)
        except openai.APIStatusError as error:
            raise _of_status(path, error) from None
        except openai.APIConnectionError as error:
            raise _of_connection(watch, error) from None
        except (openai.OpenAIError, httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise Failed(Outcome.UNREACHABLE, type(error).__name__) from None
    try:
        data = json.loads(raw.content)
    except (ValueError, RecursionError):
        raise Failed(Outcome.UNREADABLE, "no JSON", retry=True, billed=True) from None
    if not isinstance(data, dict):
        raise Failed(Outcome.UNREADABLE, "no JSON object", retry=True, billed=True)
    return data


def _of_connection(watch: Watch, error: openai.APIConnectionError) -> Failed:
    if watch.too_large:
        return Failed(Outcome.TOO_LARGE, f"over {watch.most} bytes", billed=True)
    if watch.late or watch.deadline.remaining <= 0:
        return Failed(Outcome.TIMEOUT, billed=watch.sent)
    if not watch.sent:
        return Failed(Outcome.UNREACHABLE, type(error.__cause__).__name__, retry=True)
    return Failed(Outcome.CUT_OFF, type(error.__cause__).__name__, retry=True, billed=True)


def _of_status(path: str, error: openai.APIStatusError) -> Failed | RouteMissing:
    said = _table(error.body)
    status, code, kind = error.status_code, _text(said.get("code")), _text(said.get("type"))
    words = error.message.lower()
    detail = f"{status} {code or kind}".strip()
    if path == "/responses" and _lacks_route(status, code, error.param, words):
        return RouteMissing()
    if code in QUOTA_CODES or kind in QUOTA_CODES or status == 402:
        return Failed(Outcome.QUOTA, detail)
    if status in (401, 403):
        return Failed(Outcome.KEY_REFUSED, detail)
    if status == 404:
        return Failed(Outcome.NO_MODEL, detail)
    if status == 429:
        return Failed(Outcome.RATE_LIMITED, detail, retry=True, wait=_asked_wait(error.response.headers))
    if status in (408, 409) or status >= 500:
        return Failed(Outcome.SERVER_ERROR, detail, retry=True, wait=_asked_wait(error.response.headers))
    if code in _FILTER_CODES:
        return Failed(Outcome.FILTERED, detail)
    return Failed(Outcome.REJECTED, detail)


def _lacks_route(status: int, code: str, param: str | None, words: str) -> bool:
    """Whether a refusal means the route, and not the model or a field of the request."""
    if "model" in code or param or ("model" in words and "responses" not in words):
        return False
    if status in (404, 405, 501):
        return True
    return (
        status == 400
        and any(word in words for word in _ROUTE_WORDS)
        and ("responses" in words or "route" in words or "url" in words or "endpoint" in words)
    )


def _asked_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks to wait (RFC 9110, 10.2.3; `retry-after-ms` is OpenAI's own)."""
    try:
        if "retry-after-ms" in headers:
            wait = float(headers["retry-after-ms"]) / 1000
        elif (text := headers.get("retry-after", "")).replace(".", "", 1).isdigit():
            wait = float(text)
        elif text:
            wait = (parsedate_to_datetime(text) - timezone.now()).total_seconds()
        else:
            return None
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, wait) if math.isfinite(wait) else None


def pause_before(number: int) -> float:
    """Seconds before another try, after `number` of them: half a second, then one, give or take a quarter."""
    return 0.5 * 2.0 ** (number - 1) * random.uniform(0.75, 1.25)  # noqa: S311 - spreads calls, hides nothing


def _read_response(data: dict[str, Any]) -> Reply:
    usage = _table(data.get("usage"))
    tokens = (_count(usage.get("input_tokens")), _count(usage.get("output_tokens")))
    if data.get("status") == "failed":
        error = _table(data.get("error"))
        raise _turned_away(_text(error.get("code")) or "failed", tokens)
    parts = [
        _table(part)
        for item in map(_table, _list(data.get("output")))
        if item.get("type") == "message"
        for part in _list(item.get("content"))
    ]
    refusal = "".join(_text(part.get("refusal")) for part in parts if part.get("type") == "refusal")
    text = "".join(_text(part.get("text")) for part in parts if part.get("type") == "output_text")
    stop = _text(_table(data.get("incomplete_details")).get("reason"))
    if data.get("status") == "incomplete" and not stop:
        stop = "max_output_tokens"
    return _judged(text, refusal, stop, tokens)


def _read_chat(data: dict[str, Any]) -> Reply:
    usage = _table(data.get("usage"))
    tokens = (_count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens")))
    choice = next(map(_table, _list(data.get("choices"))), {})
    message = _table(choice.get("message"))
    return _judged(
        _text(message.get("content")),
        _text(message.get("refusal")),
        {"length": "max_output_tokens"}.get(reason := _text(choice.get("finish_reason")), reason),
        tokens,
    )


def _judged(text: str, refusal: str, stop: str, tokens: tuple[int | None, int | None]) -> Reply:
    """The reply, unless the server says itself that it is none."""
    if refusal:
        raise Failed(Outcome.REFUSED, billed=True, tokens=tokens)
    if stop == "content_filter":
        raise Failed(Outcome.FILTERED, billed=True, tokens=tokens)
    if stop == "max_output_tokens":
        raise Failed(Outcome.TOO_LONG, billed=True, tokens=tokens)
    if not text.strip():
        raise Failed(Outcome.UNREADABLE, "empty", retry=True, billed=True, tokens=tokens)
    if "{" not in text:
        # Prose where data was asked for is a refusal in other words, and comes again when asked again.
        raise Failed(Outcome.REFUSED, "prose", billed=True, tokens=tokens)
    return Reply(text, *tokens)


def _turned_away(code: str, tokens: tuple[int | None, int | None]) -> Failed:
    if code in QUOTA_CODES:
        return Failed(Outcome.QUOTA, code)
    if code == "rate_limit_exceeded":
        return Failed(Outcome.RATE_LIMITED, code, retry=True)
    return Failed(Outcome.SERVER_ERROR, code[:60], retry=True, billed=True, tokens=tokens)


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int | None:
    """A number of tokens, or None: what a server says is believed only where it makes sense.

    Three tries of the most that is believed still fit into the row.
    """
    fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**29
    return value if fits else None


def _vector(value: Any) -> list[float]:
    """The numbers of a vector; none where one of them is no finite number."""
    numbers = _list(value)
    if not all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers):
        return []
    try:
        vector = [float(n) for n in numbers]
    except OverflowError:
        return []
    return vector if all(map(math.isfinite, vector)) else []
