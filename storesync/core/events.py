"""Typed events, for what a lower floor has to tell a higher one.

A lower floor publishes a frozen dataclass; apps above subscribe in `AppConfig.ready`. Handlers run at once,
in the publisher's transaction: what they write stands or falls with it.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")
_handlers: dict[type[Any], list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event_type: type[E], handler: Callable[[E], None]) -> None:
    """Call `handler` for each event of exactly this type; subscribing twice is harmless."""
    if handler not in _handlers[event_type]:
        _handlers[event_type].append(handler)


def publish(event: object) -> None:
    """Tell everybody who subscribed to the type of this event, in order of subscription."""
    for handler in _handlers[type(event)]:
        handler(event)
