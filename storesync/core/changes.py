"""The history of an object in words: who changed what, from which value to which, when.

History itself is written by triggers (`core.history`); here two neighbouring snapshots are compared. Apps
register the words of their audit verbs in `AppConfig.ready`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth import get_user_model
from django.db import models
from django.utils.translation import gettext as _

from storesync.core import formats

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from storesync.accounts.models import User

SILENT: Final = frozenset({"id", "created_at", "updated_at", "brand", "brand_id"})
"""Fields whose change says nothing to people."""

_verbs: dict[str, "_StrOrPromise"] = {}


def register_verbs(words: "Mapping[str, _StrOrPromise]") -> None:
    """Say how audit verbs read: `{"location.closed": _("closed the location")}`."""
    _verbs.update(words)


def verb_words(verb: str) -> str:
    """An audit verb in words; one that nobody registered is read as it is written."""
    return str(_verbs.get(verb) or verb.replace(".", " ").replace("_", " "))


def verbs_like(text: str) -> list[str]:
    """The audit verbs whose words hold this text, in the reader's language."""
    wanted = text.casefold()
    return [verb for verb, words in _verbs.items() if wanted in str(words).casefold()]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one change, in words; an absent value is "".

    Attributes:
        name: the field's name in code.
        label: what people call it.
    """

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One row of history.

    Attributes:
        actor: the person, or None when the clock, an import or the engine did it.
        verb: in words.
        kind: "insert", "update" or "delete".
    """

    when: datetime
    actor: "User | None"
    verb: str
    kind: str
    fields: list[FieldChange]


def history_of(instance: models.Model, *, limit: int = 50) -> list[Change]:
    """The last changes of a tracked object, newest first, in a constant number of queries."""
    events = list(_events(instance)[: limit + 1])
    return _in_words(type(instance), events, whole=len(events) <= limit)[:limit]


def changes_since(instance: models.Model, moment: datetime | None, *, limit: int = 20) -> list[Change]:
    """What happened to a tracked object after `moment` (the `updated_at` of a page), newest first."""
    if moment is None:
        return history_of(instance, limit=limit)
    events = list(_events(instance)[: limit + 1])
    words = _in_words(type(instance), events, whole=len(events) <= limit)
    return [
        change
        for event, change in zip(events, words, strict=False)
        if getattr(event, "updated_at", event.pgh_created_at) > moment
    ]


def _events(instance: models.Model) -> Any:
    return instance.history.order_by("-pgh_id")  # type: ignore[attr-defined]


def changes_of(
    model: type[models.Model],
    pairs: Sequence[tuple[Any, Any]],
    *,
    hidden: Collection[str] = (),
    named: bool = True,
) -> list[Change]:
    """Rows of history in words, each against the one before it; in a constant number of queries.

    Args:
        model: the tracked model.
        pairs: (row of its history, the row before it or None where it is the first).
        hidden: fields that say nothing to people here.
        named: with the person; False for whoever names the people of several tables together.
    """
    events = [event for event, _before in pairs]
    people = _people(events) if named else {}
    related = _related(model, [one for pair in pairs for one in pair if one is not None], hidden)
    changes = []
    for event, before in pairs:
        facts = _facts(event)
        changes.append(
            Change(
                when=event.pgh_created_at,
                actor=people.get(facts.get("actor")),
                verb=verb_words(str(facts.get("verb") or _plain_verb(event.pgh_label))),
                kind=event.pgh_label,
                fields=[]
                if event.pgh_label == "delete"
                else _differences(model, before, event, related, hidden),
            )
        )
    return changes


def changed_labels(model: type[models.Model], before: Any, after: Any) -> list[str]:
    """What people call the fields in which two rows of history differ; no query."""
    shown = _shown_fields(model, after, ())
    return [
        str(field.verbose_name)[:1].upper() + str(field.verbose_name)[1:]
        for field in shown
        if getattr(before, field.attname) != getattr(after, field.attname)
    ]


def _in_words(model: type[models.Model], events: list[Any], *, whole: bool) -> list[Change]:
    """Each event against the one before it; the oldest is compared with nothing when the list is `whole`."""
    pairs: list[tuple[Any, Any]] = list(pairwise(events))
    return changes_of(model, [*pairs, (events[-1], None)] if events and whole else pairs)


def _facts(event: Any) -> dict[str, Any]:
    return event.pgh_context if isinstance(event.pgh_context, dict) else {}


def _plain_verb(label: str) -> str:
    return {"insert": _("created"), "update": _("changed"), "delete": _("deleted")}.get(label, label)


def _people(events: Iterable[Any]) -> "dict[Any, User]":
    ids = {facts["actor"] for event in events if (facts := _facts(event)).get("actor")}
    return get_user_model()._default_manager.in_bulk(ids) if ids else {}


def _shown_fields(model: type[models.Model], event: Any, hidden: Collection[str]) -> Iterable[Any]:
    kept = {field.attname for field in event._meta.concrete_fields}
    return (
        field
        for field in model._meta.concrete_fields
        if field.name not in SILENT
        and field.name not in hidden
        and field.attname in kept
        and not field.generated
    )


def _related(
    model: type[models.Model], events: list[Any], hidden: Collection[str]
) -> dict[str, dict[Any, Any]]:
    """The objects that foreign keys of the snapshots name, one query a field."""
    found: dict[str, dict[Any, Any]] = {}
    for field in _shown_fields(model, events[0], hidden) if events else ():
        if field.is_relation:
            ids = {getattr(event, field.attname) for event in events} - {None}
            found[field.name] = field.related_model._default_manager.in_bulk(ids) if ids else {}
    return found


def _differences(
    model: type[models.Model],
    before: Any,
    after: Any,
    related: dict[str, dict[Any, Any]],
    hidden: Collection[str],
) -> list[FieldChange]:
    changes = []
    for field in _shown_fields(model, after, hidden):
        old = getattr(before, field.attname) if before is not None else None
        new = getattr(after, field.attname)
        if old == new or (before is None and new in (None, "", [], {}, False)):
            continue
        label = str(field.verbose_name)
        changes.append(
            FieldChange(
                field.name,
                label[:1].upper() + label[1:],
                "" if before is None else _words(field, old, related),
                _words(field, new, related),
            )
        )
    return changes


def _words(field: Any, value: Any, related: dict[str, dict[Any, Any]]) -> str:
    """A value as people write it; a related object that is gone is named as such."""
    if value is None or value == "":
        return ""
    if field.is_relation:
        return str(related[field.name].get(value, _("(removed)")))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {part}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return str(value)
