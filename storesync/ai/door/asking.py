"""`ask`: one question, at most three tries, 45 seconds by the clock, one row whatever happens (Rule T8)."""

import math
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.conf import settings
from django.utils import timezone
from pydantic import BaseModel, ValidationError

from storesync.ai.door import budget
from storesync.ai.door.answers import Answer, Answered, NotAnswered, Subject
from storesync.ai.door.servers import remember_chat, route_of, server_of
from storesync.ai.door.transport import Deadline
from storesync.ai.door.wire import CHAT, Call, Failed, Reply, RouteMissing, ask_by, pause_before
from storesync.ai.models import AiRun
from storesync.ai.outcomes import Outcome
from storesync.ai.prices import Price, price_of
from storesync.ai.prompting import Prompt, quoted
from storesync.ai.purposes import is_purpose
from storesync.ai.schemas import schema_of
from storesync.brands.models import Brand

if TYPE_CHECKING:
    from storesync.accounts.models import User

M = TypeVar("M", bound=BaseModel)
R = TypeVar("R")

DEADLINE: Final = 45.0
"""Seconds by the clock from asking to answer, tries and pauses together (Rule T8)."""
_WORTH_A_TRY: Final = 1.0
"""With less than these seconds left no further try is begun."""
_AROUND: Final = 500
"""Tokens of a request that are neither its text nor its schema; more than any server adds."""


def ask(
    *,
    brand: Brand,
    purpose: str,
    prompt: Prompt,
    inputs: Mapping[str, Any],
    output: type[M],
    actor: "User | None",
    subject: Subject | None = None,
    deadline: float = DEADLINE,
) -> Answer[M]:
    """Ask the model once, and wait for its answer.

    For tasks, inside the brand's scope and outside of any transaction: it takes up to `deadline` seconds, and
    what it writes is committed as it goes. It needs no permission; the action that woke the task has asked.

    Args:
        purpose: a registered purpose (`storesync.ai.purposes`).
        prompt: from `storesync.ai.prompting.get_prompt`.
        inputs: JSON-able data beside the prompt, quoted. Never personal data of recipients: it leaves the
            house, and is kept with the call until the brand's retention has passed.
        output: a pydantic model; the answer has passed its checks.
        actor: who wants it; None for the clock.
        deadline: seconds by the clock, for all tries together.

    Returns:
        Answered with the checked value, or NotAnswered with the reason in words. Nothing is raised for what a
        model's server can do wrong.
    """
    if not is_purpose(purpose):
        raise LookupError(f"no purpose {purpose}")
    found = budget.settings_of(brand)
    server = server_of(found)
    if isinstance(server, Outcome):
        return NotAnswered(server)
    clock = Deadline(deadline)
    call, tries = _prepared(prompt, inputs, output)
    run = budget.reserve(
        brand=brand,
        worst=tries.worst * budget.MOST_TRIES,
        seconds=deadline,
        facts=facts_of(
            purpose=purpose,
            model=call.model,
            actor=actor,
            subject=subject,
            prompt=prompt.name,
            prompt_version=prompt.version,
            prompt_hash=prompt.digest,
            request={"instructions": prompt.text, "inputs": inputs, "schema": call.schema},
        ),
    )
    if isinstance(run, budget.Denied):
        return NotAnswered(run.outcome, wait=run.wait)
    route = route_of(server)

    def attempt() -> M:
        nonlocal route
        try:
            reply = ask_by(route, server, call, clock)
        except RouteMissing:
            remember_chat(server)
            route = CHAT
            reply = ask_by(route, server, call, clock)
        tries.paid(reply.tokens_in, reply.tokens_out)
        return _checked(reply, output)

    value = tries.run(
        run, clock, attempt, shown=lambda made: made.model_dump(mode="json"), route=lambda: route
    )
    if isinstance(value, NotAnswered):
        return value
    return Answered(value, run.pk, call.model, settings.AI_SAMPLE)


def cost_at_most(*, prompt: Prompt, inputs: Mapping[str, Any], output: type[BaseModel]) -> Decimal:
    """US dollars that `ask` with the same arguments reserves: its cost at worst, all three tries together.

    For telling before a long task what it can cost; most calls cost a small part of it.
    """
    _call, tries = _prepared(prompt, inputs, output)
    return tries.worst * budget.MOST_TRIES


def _prepared(prompt: Prompt, inputs: Mapping[str, Any], output: type[BaseModel]) -> "tuple[Call, Tries]":
    model = settings.OPENAI_MODEL
    data, schema = quoted(inputs), schema_of(output)
    call = Call(model, prompt.text, data, schema, _schema_name(output), prompt.max_output_tokens)
    # No tokenizer makes more tokens of a text than it has bytes.
    most_in = len(f"{prompt.text}{data}{schema}".encode()) + _AROUND
    return call, Tries(price_of(model, timezone.localdate()), most_in, prompt.max_output_tokens)


class Tries:
    """The tries of one call: what they cost, when to try again, how it ended.

    Args:
        most_in: tokens that go in at most. most_out: that come out at most.
    """

    def __init__(self, price: Price, most_in: int, most_out: int) -> None:
        self.price, self.most_in, self.most_out = price, most_in, most_out
        self.tokens_in = self.tokens_out = 0
        self.cost = self.assumed = Decimal(0)
        self._told = False

    @property
    def worst(self) -> Decimal:
        """What one try can cost."""
        return self.price.of(self.most_in, self.most_out)

    def paid(self, tokens_in: int | None, tokens_out: int | None) -> None:
        """Add a try that the server counted; where it did not, the worst is assumed."""
        self._told = True
        if tokens_in is None or tokens_out is None:
            self.cost += self.worst
            self.assumed += self.worst
            return
        cost = self.price.of(tokens_in, tokens_out)
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out
        self.cost += cost
        if self.price.assumed:
            self.assumed += cost

    def run(
        self,
        run: AiRun,
        clock: Deadline,
        attempt: Callable[[], R],
        *,
        shown: Callable[[R], Any],
        route: Callable[[], str],
    ) -> R | NotAnswered:
        """Try until there is an answer, no try is left, or the time is over; then settle the row.

        What is raised on the way is raised again once the row is settled: nothing stays reserved.
        """
        try:
            return self._tried(run, clock, attempt, shown=shown, route=route)
        except Exception:
            if not self._told:
                self.paid(None, None)
            self._settle(run, clock, Outcome.LOST, route=route())
            raise

    def _tried(
        self,
        run: AiRun,
        clock: Deadline,
        attempt: Callable[[], R],
        *,
        shown: Callable[[R], Any],
        route: Callable[[], str],
    ) -> R | NotAnswered:
        number, failure = 0, Failed(Outcome.TIMEOUT)
        while True:
            number += 1
            budget.begin_try(run, number)
            self._told = False
            try:
                value = attempt()
            except Failed as failed:
                failure = failed
                if failure.billed and not self._told:
                    self.paid(*failure.tokens)
            else:
                self._settle(run, clock, Outcome.ANSWERED, answer=shown(value), route=route())
                return value
            pause = failure.wait if failure.wait is not None else pause_before(number)
            over = number >= budget.MOST_TRIES or clock.remaining - pause < _WORTH_A_TRY
            if not failure.retry or over:
                break
            time.sleep(pause)
        if failure.outcome == Outcome.RATE_LIMITED and failure.wait:
            budget.hold_back(run.brand, failure.wait)
        self._settle(run, clock, failure.outcome, detail=failure.detail[:300], route=route())
        return NotAnswered(failure.outcome, run.pk, failure.wait if failure.retry else None)

    def _settle(self, run: AiRun, clock: Deadline, outcome: Outcome, **facts: Any) -> None:
        budget.settle(
            run,
            outcome=outcome,
            cost=self.cost,
            assumed=self.assumed,
            tokens_in=self.tokens_in,
            tokens_out=self.tokens_out,
            seconds=round(clock.seconds - clock.remaining, 3),
            **facts,
        )


def facts_of(*, actor: "User | None", subject: Subject | None, **facts: Any) -> dict[str, Any]:
    """The fields of the row that every call has."""
    if subject is not None:
        facts |= {
            "subject_kind": subject.kind,
            "subject_id": subject.id,
            "subject_name": subject.name[:200],
        }
    return {"actor": actor, "canned": settings.AI_SAMPLE, **facts}


def _checked(reply: Reply, output: type[M]) -> M:
    """The answer as the schema has it; what is not worth another look is a failed try."""
    try:
        value = output.model_validate_json(_unfenced(reply.text))
    except ValidationError as error:
        broken = any(each["type"] == "json_invalid" for each in error.errors(include_url=False))
        # The places alone: the words of the answer have no business in a log or a list.
        places = ", ".join(".".join(map(str, each["loc"])) for each in error.errors(include_input=False)[:5])
        outcome = Outcome.UNREADABLE if broken else Outcome.WRONG_SHAPE
        raise Failed(outcome, places, retry=True, billed=True) from None
    if not _keepable(value.model_dump(mode="json")):
        raise Failed(Outcome.UNREADABLE, "no text or number", retry=True, billed=True)
    return value


def _keepable(node: Any) -> bool:
    """Whether PostgreSQL can keep it as JSON: it takes no NUL, NaN or infinity, though pydantic does."""
    if isinstance(node, str):
        return "\0" not in node
    if isinstance(node, float):
        return math.isfinite(node)
    if isinstance(node, dict):
        return all(_keepable(key) and _keepable(each) for key, each in node.items())
    return not isinstance(node, list) or all(map(_keepable, node))


def _unfenced(text: str) -> str:
    """JSON without the fence that models put around it where a server does not hold them to the schema."""
    plain = text.strip()
    if plain.startswith("```") and plain.endswith("```"):
        return plain[3:-3].removeprefix("json").strip()
    return plain


def _schema_name(output: type[BaseModel]) -> str:
    """A name as servers take it: letters, digits, _ and -, 64 at most."""
    return "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in output.__name__)[
        :64
    ]
