"""The history of a policy in words: its stages as sentences, its types by their names."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from storesync.approvals.models import ApprovalPolicy
from storesync.approvals.stages import Stage, read_stages
from storesync.approvals.wording import Names, stages_in_words, types_words
from storesync.core.changes import Change, changes_since, history_of

_COUNTED = "version"


def policy_changes(policy: ApprovalPolicy, *, since: datetime | None = None, limit: int = 50) -> list[Change]:
    """What changed of a policy, newest first; after `since` only, where that is given."""
    changes = changes_since(policy, since) if since else history_of(policy, limit=limit)
    events: list[Any] = list(policy.history.order_by("-pgh_id")[: len(changes) + 1])  # type: ignore[attr-defined]
    read = [_stages_of(event) for event in events]
    names = Names.of(stage for stages in read for stage in stages)
    return [
        replace(
            change,
            fields=[
                replace(
                    field,
                    before=_words(field.name, events, read, place + 1, names) or field.before,
                    after=_words(field.name, events, read, place, names) or field.after,
                )
                for field in change.fields
                if field.name != _COUNTED
            ],
        )
        for place, change in enumerate(changes)
    ]


def _words(field: str, events: list[Any], stages: list[tuple[Stage, ...]], place: int, names: Names) -> str:
    """A field of one event in words; "" where the plain words are right."""
    if place >= len(events):
        return ""
    if field == "stages":
        return " ".join(words.sentence for words in stages_in_words(stages[place], names))
    return types_words(events[place].campaign_types) if field == "campaign_types" else ""


def _stages_of(event: Any) -> tuple[Stage, ...]:
    """The stages of an event; none where an older release wrote them in another shape."""
    try:
        return read_stages(event.stages)
    except ValidationError:
        return ()
