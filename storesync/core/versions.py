"""Changing a row that a person has looked at: set what differs, and only if nobody else was quicker."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from storesync.core.errors import ActionRefused, StaleVersion


def require_version(row: models.Model, version: datetime | None) -> None:
    """Refuse when the locked row is not the one that the page was made from.

    Args:
        version: the row's `updated_at` as the page had it; None when the caller does not mind.
    """
    if version is not None and row.updated_at != version:  # type: ignore[attr-defined]
        raise StaleVersion(
            _("Somebody has changed this since you opened it. Look at what changed, then save again."),
            since=version,
        )


def set_changed(row: models.Model, changes: Mapping[str, Any], *, allowed: Iterable[str]) -> list[str]:
    """Put new values on a locked row and check them; nothing is saved.

    Args:
        changes: values by field name.
        allowed: the fields that may be changed in this way; any other is a mistake of the caller.

    Returns:
        The names of the fields whose value differs, for `save(update_fields=...)`.

    Raises:
        ActionRefused: the values do not go together, in the words of the model's own checks.
    """
    if unknown := set(changes) - set(allowed):
        raise TypeError(f"{type(row).__name__}: {', '.join(sorted(unknown))} cannot be set here")
    changed = [name for name, value in changes.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, changes[name])
    check(row)
    return changed


def check(row: models.Model) -> None:
    """Run the model's own checks, constraints included; a fault is a refusal in words."""
    try:
        row.full_clean()
    except ValidationError as error:
        raise ActionRefused(" ".join(error.messages)) from error
