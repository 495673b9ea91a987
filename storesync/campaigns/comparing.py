"""Two versions of a template in words: the message, and what stores and roll-outs may do with it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from storesync.campaigns.models import TemplateVersion
from storesync.campaigns.queries import changes_of
from storesync.content.block_words import field_name
from storesync.content.differences import Content, differences

_OPEN = ("subject", "preheader", "schedule")


def as_version(draft: Mapping[str, Any]) -> TemplateVersion:
    """A draft as the version it would be; not saved."""
    return TemplateVersion(
        subject=draft.get("subject", ""),
        preheader=draft.get("preheader", ""),
        blocks=draft.get("blocks", []),
        variables=draft.get("variables", []),
        open_fields=draft.get("open_fields", []),
        default_schedule=draft.get("schedule", {}),
    )


def version_changes(before: TemplateVersion, after: TemplateVersion) -> list[dict[str, str]]:
    """Everything that differs between two versions, as the component `diff` shows it."""
    found = changes_of(differences(_content(before), _content(after)))
    sentences = [
        *_variables(before.variables, after.variables),
        *_freedom(before.open_fields, after.open_fields),
    ]
    if before.theme and after.theme and before.theme != after.theme:
        sentences.append(_("The colours have changed."))
    return found + [{"label": words, "before": "", "after": "", "note": ""} for words in sentences]


def _content(version: TemplateVersion) -> Content:
    return Content(
        subject=version.subject,
        preheader=version.preheader,
        blocks=version.blocks,
        schedule=version.default_schedule,
    )


def _variables(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    old, new = ({one["name"]: one for one in side} for side in (before, after))
    for name, one in old.items():
        if name not in new:
            yield _("Variable “%(label)s” removed") % {"label": one["label"]}
        elif new[name] != one:
            yield _("Variable “%(label)s” changed") % {"label": one["label"]}
    for name, one in new.items():
        if name not in old:
            yield _("Variable “%(label)s” added") % {"label": one["label"]}


def _freedom(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    for name in _OPEN:
        part = _("Dates") if name == "schedule" else field_name(name)
        if name in after and name not in before:
            yield _("%(part)s: stores may change it now") % {"part": part}
        elif name in before and name not in after:
            yield _("%(part)s: stores may no longer change it") % {"part": part}
