"""Absences: when a person is away from a brand's approvals, and who may decide in their place."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from storesync.accounts.models import User
from storesync.brands.models import Absence, Brand, today_of
from storesync.brands.notices import tell_delegate
from storesync.brands.permissions import holds, may_arrange_absence
from storesync.brands.rights import DECIDE
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.formats import day as day_words
from storesync.core.scoping import require_scope
from storesync.core.versions import check, require_version, set_changed

ABSENCE_FIELDS: Final = ("first_day", "last_day", "delegate", "note")
LONGEST: Final = 366
"""Days that one absence may last; whoever is away for longer should hand the role over."""


def add_absence(
    *,
    brand: Brand,
    person: User,
    delegate: User,
    first_day: date,
    last_day: date,
    actor: User,
    note: str = "",
) -> Absence:
    """Say that a person is away, and who may decide in their place meanwhile.

    Args:
        first_day, last_day: both count, in the person's zone.
        note: for colleagues, optional.

    Raises:
        PermissionDenied: it is not the actor's own, and they do not manage the brand's people.
        ActionRefused: the days are over, too many or taken, or the delegate cannot stand in.
    """
    require_scope(brand.pk)
    with audited("absence.added", actor=actor):
        if not may_arrange_absence(actor, person.pk, brand):
            raise PermissionDenied
        _lock(person)
        if not holds(person, DECIDE, brand):
            raise ActionRefused(
                _("%(name)s approves nothing in this brand, so nobody has to stand in.")
                % {"name": person.display_name}
            )
        absence = Absence(
            brand=brand,
            person=person,
            delegate=delegate,
            first_day=first_day,
            last_day=last_day,
            note=note.strip(),
        )
        if first_day < today_of(person):
            raise ActionRefused(_("The first day is over already. Begin today or later."))
        _check_days(first_day, last_day)
        check(absence)
        _check_delegate(absence)
        absence.save(force_insert=True)
        tell_delegate(absence)
    return absence


def change_absence(
    *, absence: Absence, actor: User, values: Mapping[str, Any], version: datetime | None = None
) -> Absence:
    """Change the days, the delegate or the note of an absence that is not over.

    Args:
        values: fields of ABSENCE_FIELDS; what is left out stays. The first day stays once it has begun.
        version: the absence's `updated_at` as the person saw it.

    Raises:
        PermissionDenied: as for `add_absence`.
        StaleVersion: somebody else changed it in between.
        ActionRefused: it is over or has begun, or as for `add_absence`.
    """
    with audited("absence.changed", actor=actor):
        held = _held(absence, actor)
        require_version(held, version)
        was, today = held.state, today_of(held.person)
        if was == "over":
            raise ActionRefused(_("This absence is over."))
        _check_days(values.get("first_day", held.first_day), values.get("last_day", held.last_day))
        changed = set_changed(held, values, allowed=ABSENCE_FIELDS)
        if "first_day" in changed and was == "running":
            raise ActionRefused(_("This absence has begun: its first day stays as it is."))
        if "first_day" in changed and held.first_day < today:
            raise ActionRefused(_("The first day is over already. Begin today or later."))
        if held.last_day < today:
            raise ActionRefused(_("The last day is over already. To be back at once, end the absence."))
        if set(changed) & {"first_day", "last_day", "delegate"}:
            _check_delegate(held)
        if changed:
            held.save(update_fields=changed)
        if set(changed) & {"first_day", "last_day", "delegate"}:
            tell_delegate(held)
    return held


def end_absence(*, absence: Absence, actor: User) -> Absence | None:
    """Be back from now on: what is left of an absence falls away, all of it when it began today or later.

    Returns:
        The absence up to yesterday; None when nothing of it is left.

    Raises:
        PermissionDenied: as for `add_absence`.
        ActionRefused: it is over already.
    """
    with audited("absence.ended", actor=actor):
        held = _held(absence, actor)
        if held.state == "over":
            raise ActionRefused(_("This absence is over."))
        yesterday = today_of(held.person) - timedelta(days=1)
        if held.first_day > yesterday:
            held.delete()
            return None
        held.last_day = yesterday
        held.save(update_fields=["last_day"])
    return held


def _lock(person: User) -> None:
    """The person is the lock: what two add at once is checked one after the other."""
    User.objects.select_for_update(of=("self",)).get(pk=person.pk)


def _held(absence: Absence, actor: User) -> Absence:
    _lock(absence.person)
    found = (
        Absence.objects.select_for_update(of=("self",))
        .select_related("brand", "person", "delegate")
        .filter(pk=absence.pk)
        .first()
    )
    if found is None:
        raise ActionRefused(_("This absence has been removed in the meantime."))
    if not may_arrange_absence(actor, found.person_id, found.brand):
        raise PermissionDenied
    return found


def _check_days(first: date, last: date) -> None:
    """Asked before anything else: PostgreSQL makes no range of days that run backwards."""
    if last < first:
        raise ActionRefused(_("The last day is before the first."))
    if (last - first).days >= LONGEST:
        raise ActionRefused(
            _("An absence lasts at most %(days)d days. For longer, give somebody else the role.")
            % {"days": LONGEST}
        )


def _check_delegate(absence: Absence) -> None:
    """Who stands in decides in the brand, and is there on all of these days."""
    delegate, names = absence.delegate, {"name": absence.delegate.display_name}
    if not delegate.is_active or not holds(delegate, DECIDE, absence.brand):
        raise ActionRefused(_("%(name)s cannot stand in: they approve nothing in this brand.") % names)
    away = (
        Absence.objects.filter(brand=absence.brand, person=delegate)
        .filter(first_day__lte=absence.last_day, last_day__gte=absence.first_day)
        .first()
    )
    if away is not None:
        days = {"first": day_words(away.first_day), "last": day_words(away.last_day)}
        raise ActionRefused(
            _("%(name)s is away too, from %(first)s to %(last)s. Choose somebody else, or other days.")
            % (names | days)
        )
