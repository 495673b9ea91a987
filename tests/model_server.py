"""A model's server without a model: the protocol over real HTTP, and every failure that it is told to show.

Tests script it (`server.script(Reply(...), Hang())`); unscripted it answers with canned text made from the
schema that it is asked for. `python -m tests.model_server --port 8090` runs it alone, for
`make demo AI=sample`. No part of the product.
"""

import argparse
import hashlib
import json
import re
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

CANNED: Final = {
    "subject": "A good reason to come by this week",
    "preheader": "Have a look before the weekend",
    "title": "Something new in your store",
    "heading": "Something new in your store",
    "label": "See it in the store",
    "alt": "The front of a store on a sunny day",
    "reason": "Chosen by the server of samples",
}
"""What stands in fields of these names; any other text is TEXT."""
TEXT: Final = "This is a canned text of the demo; no model wrote it. Come by and have a look."
NO_ROUTE: Final = b'{"code":404,"message":"File Not Found","type":"not_found_error"}'
USAGE: Final = (120, 40)
"""Tokens in and out that every answer claims."""
DIMENSIONS: Final = 1536


@dataclass
class Reply:
    """An answer with a status. `text` is what the model says; None takes canned text."""

    text: str | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    refusal: str = ""
    stop: str = ""
    usage: tuple[int, int] | None = USAGE


@dataclass
class Hang:
    """Takes the request and says nothing."""

    seconds: float = 60


@dataclass
class Drip:
    """Says one byte at a time, of its head or of its body, each well within any timeout of a read."""

    pause: float = 0.05
    head: bool = False


@dataclass
class Cut:
    """Promises more than it sends, and ends the connection."""


@dataclass
class Endless:
    """A body that goes on for as long as somebody reads."""

    most: int = 60_000_000


Step = Reply | Hang | Drip | Cut | Endless


def error(status: int, code: str, message: str = "No.", kind: str = "", **headers: str) -> Reply:
    """An error as OpenAI words it."""
    body = {"error": {"message": message, "type": kind or code, "param": None, "code": code}}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, raw=json.dumps(body).encode(), headers=named)


@dataclass
class Asked:
    """One request as it came."""

    path: str
    key: str
    body: dict[str, Any]
    at: float


class ModelServer:
    """The server, on a free port of this machine.

    `routes` are the paths it knows, `missing` its answer for others. `delay` keeps every answer waiting.
    """

    def __init__(self, port: int = 0) -> None:
        self.asked: list[Asked] = []
        self.routes = {"/v1/responses", "/v1/chat/completions", "/v1/embeddings"}
        self.missing = Reply(status=404, raw=NO_ROUTE)
        self.delay = 0.0
        self.steps: deque[Step] = deque()
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"model": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._http.daemon_threads = True
        self._http.block_on_close = False

    @property
    def base_url(self) -> str:
        """What OPENAI_BASE_URL is set to."""
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def script(self, *steps: Step) -> None:
        """Answer the next requests so, each once; then canned text again."""
        with self._lock:
            self.steps = deque(steps)

    def next_step(self, asked: Asked) -> Step:
        """What is said to this request."""
        with self._lock:
            self.asked.append(asked)
            if asked.path not in self.routes:
                return self.missing
            return self.steps.popleft() if self.steps else Reply()

    def serve(self) -> None:
        """Answer until `stop`."""
        self._http.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        """End, and let hanging answers go."""
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()


@contextmanager
def running_model_server() -> Iterator[ModelServer]:
    """A server in a thread of its own."""
    server = ModelServer()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    model: ModelServer

    def log_message(self, *_args: Any) -> None:
        """Says nothing: what it was asked is in `asked`."""

    def do_POST(self) -> None:
        given = self.rfile.read(int(self.headers.get("content-length", "0")))
        key = self.headers.get("authorization", "").removeprefix("Bearer ")
        asked = Asked(self.path, key, json.loads(given), time.monotonic())
        step = self.model.next_step(asked)
        self.model.stopping.wait(self.model.delay)
        with suppress(ConnectionError):
            self._answer(step, asked)
        self.close_connection = True

    def _answer(self, step: Step, asked: Asked) -> None:
        if isinstance(step, Hang):
            self.model.stopping.wait(step.seconds)
        elif isinstance(step, Drip):
            self._drip(step, _body_of(Reply(), asked))
        elif isinstance(step, Cut):
            body = _body_of(Reply(), asked)
            self._head(200, {}, len(body))
            self.wfile.write(body[: len(body) // 2])
        elif isinstance(step, Endless):
            self._head(200, {}, None)
            for _block in range(step.most // 65_536):
                self.wfile.write(b" " * 65_536)
        else:
            body = _body_of(step, asked)
            self._head(step.status, step.headers, len(body))
            self.wfile.write(body)

    def _head(self, status: int, headers: dict[str, str], length: int | None) -> None:
        self.send_response(status)
        for name, value in {"content-type": "application/json", **headers}.items():
            self.send_header(name, value)
        if length is not None:
            self.send_header("content-length", str(length))
        self.end_headers()

    def _drip(self, step: Drip, body: bytes) -> None:
        lines = ["HTTP/1.1 200 OK", "Content-Type: application/json", f"Content-Length: {len(body)}", "", ""]
        head = "\r\n".join(lines).encode()
        if not step.head:
            self.wfile.write(head)
        for byte in (head if step.head else b"") + body:
            self.wfile.write(bytes([byte]))
            if self.model.stopping.wait(step.pause):
                return


def _body_of(reply: Reply, asked: Asked) -> bytes:
    if reply.raw is not None:
        return reply.raw
    if asked.path.endswith("/embeddings"):
        return json.dumps(_embeddings(asked.body)).encode()
    schema = _schema_in(asked)
    text = json.dumps(canned(schema, _data_in(asked))) if reply.text is None else reply.text
    shape = _response if asked.path.endswith("/responses") else _completion
    return json.dumps(shape(reply, text, asked.body.get("model", "sample"))).encode()


def _response(reply: Reply, text: str, model: str) -> dict[str, Any]:
    part = {"type": "output_text", "text": text, "annotations": []}
    if reply.refusal:
        part = {"type": "refusal", "refusal": reply.refusal}
    reason = {"length": "max_output_tokens", "": None}.get(reply.stop, reply.stop)
    message = {"type": "message", "id": "msg_1", "role": "assistant", "content": [part]}
    answer: dict[str, Any] = {
        "id": "resp_1",
        "object": "response",
        "status": "incomplete" if reply.stop else "completed",
        "incomplete_details": {"reason": reason} if reason else None,
        "error": None,
        "model": model,
        "output": [{"type": "reasoning", "id": "rs_1", "summary": []}, message],
    }
    if reply.usage:
        tokens_in, tokens_out = reply.usage
        answer["usage"] = {"input_tokens": tokens_in, "output_tokens": tokens_out}
    return answer


def _completion(reply: Reply, text: str, model: str) -> dict[str, Any]:
    content = None if reply.refusal else text
    message = {"role": "assistant", "content": content, "refusal": reply.refusal or None}
    answer: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": model,
        "choices": [{"index": 0, "finish_reason": reply.stop or "stop", "message": message}],
    }
    if reply.usage:
        tokens_in, tokens_out = reply.usage
        answer["usage"] = {"prompt_tokens": tokens_in, "completion_tokens": tokens_out}
    return answer


def _embeddings(body: dict[str, Any]) -> dict[str, Any]:
    rows = [
        {"object": "embedding", "index": index, "embedding": vector_of(text)}
        for index, text in enumerate(body["input"])
    ]
    tokens = sum(len(text.split()) for text in body["input"])
    return {
        "object": "list",
        "model": body["model"],
        # Out of order, as the protocol allows.
        "data": rows[::-1],
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }


def vector_of(text: str) -> list[float]:
    """A vector of length one in which texts that share words lie near each other."""
    vector = [0.0] * DIMENSIONS
    for word in re.findall(r"\w+", text.lower()):
        vector[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big") % DIMENSIONS] += 1.0
    length = sum(n * n for n in vector) ** 0.5 or 1.0
    return [round(n / length, 6) for n in vector]


def _schema_in(asked: Asked) -> dict[str, Any]:
    body = asked.body
    if asked.path.endswith("/responses"):
        found: dict[str, Any] = body["text"]["format"]["schema"]
    else:
        found = body["response_format"]["json_schema"]["schema"]
    return found


def _data_in(asked: Asked) -> dict[str, Any]:
    """The data between the marks, so that canned answers can give back what they are to keep."""
    turns = asked.body.get("input") or asked.body.get("messages") or []
    found = re.search(r"<data>\n(.*)\n</data>", turns[-1]["content"], re.DOTALL)
    data: dict[str, Any] = json.loads(found[1]) if found else {}
    return data


def canned(schema: dict[str, Any], data: dict[str, Any]) -> Any:
    """An answer that the schema allows, the same for the same question."""
    return _value(schema, schema.get("$defs", {}), data, "")


def _value(node: dict[str, Any], known: dict[str, Any], data: dict[str, Any], name: str) -> Any:
    if "$ref" in node:
        return _value(known[node["$ref"].rsplit("/", 1)[-1]], known, data, name)
    if "const" in node:
        return node["const"]
    if "enum" in node:
        return node["enum"][0]
    if "anyOf" in node:
        choices = [each for each in node["anyOf"] if each.get("type") != "null"]
        return _value(choices[0], known, data, name) if choices else None
    kind = node.get("type")
    if kind == "object":
        return {key: _value(part, known, data, key) for key, part in node.get("properties", {}).items()}
    if kind == "array":
        least = re.search(r"at least (\d+) entries", node.get("description", ""))
        return [_value(node["items"], known, data, name) for _each in range(int(least[1]) if least else 1)]
    if kind in ("integer", "number"):
        return 1
    if kind == "boolean":
        return True
    most = re.search(r"at most (\d+) characters", node.get("description", ""))
    same = data.get(name)
    text = same if isinstance(same, str) and same else CANNED.get(name, TEXT)
    return text[: int(most[1])] if most else text


def main() -> None:
    """Run alone until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8090)
    server = ModelServer(parser.parse_args().port)
    with suppress(KeyboardInterrupt):
        server.serve()


if __name__ == "__main__":
    main()
