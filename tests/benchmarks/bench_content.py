"""Messages: compiling against MJML alone, rendering ten thousand stores against compiling for each."""

import time
from collections.abc import Iterator

from mjml import mjml2html

from storesync.content.rendering import CompiledMessage, compile_message
from storesync.content.rendering.document import document
from storesync.content.rendering.message import forget_compiled
from storesync.content.theme import Theme
from tests.benchmarks import Result
from tests.content.samples import FACTS, PREHEADER, SUBJECT, VALUES, VARIABLES, blocks


def _compile(number: int) -> CompiledMessage:
    """Seven structures, and words that no other message has."""
    more = [{"id": f"h{n}", "type": "heading", "text": f"Heading {number}"} for n in range(number % 7)]
    own = blocks()
    own[0]["text"] += f" {number}"
    own[1]["text"] += f"\n\nNumber {number}"
    return compile_message(
        subject=SUBJECT, preheader=PREHEADER, blocks=[*own, *more], variables=VARIABLES, theme=Theme()
    )


def run(scale: float) -> Iterator[Result]:
    """Compile and render; `scale` 1 is 10,000 messages."""
    count = max(int(10_000 * scale), 50)
    few = max(count // 20, 50)

    messages = [_compile(number) for number in range(7)]
    documents = [document(m.theme, m.parts, "ltr") for m in messages]
    started = time.perf_counter()
    for number in range(few):
        mjml2html(documents[number % 7], fonts={})
    alone = few / (time.perf_counter() - started)

    started = time.perf_counter()
    for number in range(few):
        forget_compiled()
        _compile(number).render(FACTS, VALUES)
    compiling = few / (time.perf_counter() - started)
    note = f"{few} messages of 9 to 15 blocks, compiled and rendered once; limit: mjml-python, same MJML"
    yield Result("message_compile", round(compiling), None, round(alone), "messages/s", note)

    compiled = _compile(0)
    started = time.perf_counter()
    size = 0
    for number in range(count):
        facts = FACTS | {"location_name": f"Store {number}", "store_number": str(number)}
        size += len(compiled.render(facts, VALUES).html)
    rendering = count / (time.perf_counter() - started)
    note = f"{count} stores, {size // count // 1024} KB each; peer: compiling for every store"
    yield Result("message_render", round(rendering), round(compiling), None, "messages/s", note)
