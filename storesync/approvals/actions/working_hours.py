"""When a brand works: what due times of stages are counted in."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from storesync.approvals.actions.policy import lock_brand, refuse_stale
from storesync.approvals.models import ApprovalSettings
from storesync.approvals.working_time import HoursInvalid, read_hours
from storesync.brands.models import Brand
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.scoping import require_scope
from storesync.core.versions import check

if TYPE_CHECKING:
    from storesync.accounts.models import User

MOST_HOLIDAYS: Final = 400
"""Dates on which nobody works: some years' worth."""


def save_working_hours(
    *,
    brand: Brand,
    working_hours: str,
    holidays: Iterable[date],
    actor: "User",
    version: int | None = None,
) -> ApprovalSettings:
    """Say when the brand works. Due times that are set already stay; stages that begin now count so.

    Args:
        working_hours: OpenStreetMap syntax, wall-clock time in the brand's zone: "Mo-Fr 09:00-17:00".
        holidays: dates on which nobody works.
        version: the settings' `version` as the person saw it; 0 where there were none.

    Raises:
        PermissionDenied: the actor does not manage the brand.
        StaleVersion: somebody else changed it in between.
        ActionRefused: the hours cannot be read, or there are too many holidays.
    """
    require_scope(brand.pk)
    with audited("working_hours.changed", actor=actor):
        lock_brand(brand, actor)
        held = ApprovalSettings.of(brand.pk)
        refuse_stale(held, version)
        text, days = " ".join(working_hours.split()), sorted(set(holidays))
        try:
            read_hours(text)
        except HoursInvalid as error:
            raise ActionRefused(str(error)) from error
        if len(days) > MOST_HOLIDAYS:
            raise ActionRefused(_("At most %(count)d holidays.") % {"count": MOST_HOLIDAYS})
        names = [day.isoformat() for day in days]
        if (held.working_hours, held.holidays) == (text, names) and not held._state.adding:
            return held
        held.brand, held.working_hours, held.holidays = brand, text, names
        held.version += 1
        check(held)
        held.save()
    return held
