"""Roll-outs: planned step by step as a draft, launched once."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.audience.actions import RecipientReport, add_recipients
from storesync.brands.models import Location, LocationStatus
from storesync.brands.permissions import can
from storesync.brands.rights import MANAGE_ROLLOUT
from storesync.campaigns.actions.check import PRINT, last_check
from storesync.campaigns.messages import ValuesInvalid, read_variables
from storesync.campaigns.models import (
    AtDeadline,
    CampaignPolicy,
    Rollout,
    RolloutLocation,
    RolloutState,
    TemplateVersion,
)
from storesync.campaigns.preflight import AT_ONCE, fingerprint
from storesync.campaigns.schedule import ScheduleInvalid, instants, parse_schedule
from storesync.campaigns.selection import clean_filters, locations_matching
from storesync.campaigns.standing import why_not_used
from storesync.campaigns.tasks import check, launch
from storesync.content.variables import recipient_fields_of, validate_values
from storesync.core.audit import audited
from storesync.core.errors import ActionRefused
from storesync.core.jobs import start_job
from storesync.core.models import Job, new_id
from storesync.core.once import made_before
from storesync.core.scoping import require_scope

if TYPE_CHECKING:
    from storesync.accounts.models import User

PASTED = "paste"


def create_rollout(
    *, template_version: TemplateVersion, actor: "User", name: str = "", key: UUID | None = None
) -> Rollout:
    """Begin a roll-out of a template version, as a draft that later steps fill.

    Args:
        name: what people call the wave; the template's name without it.
        key: of the form; sent again it gives the roll-out that it has made.

    Raises:
        PermissionDenied: the actor does not roll out for the brand.
        FormUsed: the key made another roll-out.
        ActionRefused: the template is archived, or it or the version is deprecated.
    """
    version = TemplateVersion.objects.select_related("template", "brand").get(pk=template_version.pk)
    require_scope(version.brand_id)
    with audited("rollout.created", actor=actor):
        if not can(actor, MANAGE_ROLLOUT, version.brand):
            raise PermissionDenied
        asked = {"version": version.pk, "name": name}
        if made := made_before(Rollout, key, actor=actor, asked=asked):
            return made
        if reason := why_not_used(version):
            raise ActionRefused(reason)
        return Rollout.objects.create(
            id=key or new_id(),
            brand=version.brand,
            name=name or version.template.name,
            template_version=version,
            schedule=version.default_schedule,
            created_by=actor,
        )


def plan_rollout(
    *,
    rollout: Rollout,
    actor: "User",
    name: str | None = None,
    template_version: TemplateVersion | None = None,
    values: Mapping[str, object] | None = None,
    schedule: Mapping[str, Any] | None = None,
    edit_deadline: datetime | None = None,
    at_deadline: str | None = None,
    holdout: Decimal | None = None,
) -> Rollout:
    """Save one step of a draft roll-out; what is None stays as it is.

    Args:
        values: of the version's variables, checked by their types and limits.
        schedule: wall-clock time of each store (schedule.py).
        edit_deadline: until when stores may edit (UTC); what happens then is `at_deadline`.
        holdout: share of recipients that get nothing, 0 to 0.5.

    Raises:
        PermissionDenied: the actor does not roll out for the brand.
        ValuesInvalid: a value is missing or does not fit; nothing is saved.
        ActionRefused: it is launched already, or the dates cannot be.
    """
    with audited("rollout.planned", actor=actor):
        rollout = _locked(rollout, actor)
        _require_draft(rollout)
        if name is not None:
            rollout.name = name
        if template_version is not None:
            if template_version.brand_id != rollout.brand_id:
                raise ActionRefused(_("That template belongs to another brand."))
            if reason := why_not_used(template_version):
                raise ActionRefused(reason)
            rollout.template_version = template_version
        if values is not None:
            rollout.values, problems = validate_values(
                values, read_variables(rollout.template_version.variables)
            )
            if problems:
                raise ValuesInvalid(problems)
        if schedule is not None:
            try:
                rollout.schedule = parse_schedule(schedule).as_json()
            except ScheduleInvalid as error:
                raise ActionRefused(str(error)) from None
        if edit_deadline is not None:
            rollout.edit_deadline = edit_deadline
        if at_deadline is not None:
            rollout.at_deadline = AtDeadline(at_deadline)
        if holdout is not None:
            rollout.holdout = holdout
        rollout.save()
    return rollout


def choose_locations(
    *,
    rollout: Rollout,
    actor: "User",
    location_ids: Iterable[UUID] | None = None,
    filters: Mapping[str, str] | None = None,
) -> int:
    """Choose the locations of a draft: exactly these, or all that match the filters now (Rule L1).

    Args:
        location_ids: the locations; give this or `filters`.
        filters: as selection.py reads them; {} is every location of the brand.

    Returns:
        How many are chosen. Closed locations are left out.

    Raises:
        PermissionDenied: the actor does not roll out for the brand.
        ActionRefused: it is launched already, nothing matches, or a location is not of this brand.
    """
    if (location_ids is None) == (filters is None):
        raise TypeError("give location_ids or filters")
    with audited("rollout.locations_chosen", actor=actor):
        rollout = _locked(rollout, actor)
        _require_draft(rollout)
        if filters is not None:
            ids = list(locations_matching(rollout.brand, filters).order_by("pk").values_list("pk", flat=True))
            rollout.selection = {"filters": clean_filters(filters)}
        else:
            wanted = set(location_ids or ())
            found = Location.objects.filter(brand=rollout.brand, pk__in=wanted)
            if found.count() != len(wanted):
                raise ActionRefused(_("Some of these locations are not of this brand."))
            ids = list(
                found.exclude(status=LocationStatus.CLOSED).order_by("pk").values_list("pk", flat=True)
            )
            rollout.selection = {"list": len(ids)}
        if not ids:
            raise ActionRefused(_("No location matches."))
        RolloutLocation.objects.filter(rollout=rollout).delete()
        RolloutLocation.objects.bulk_create(
            (RolloutLocation(brand_id=rollout.brand_id, rollout=rollout, location_id=one) for one in ids),
            batch_size=2000,
        )
        rollout.save(update_fields=["selection"])
    return len(ids)


def set_recipients(*, rollout: Rollout, actor: "User", text: str, source: str = PASTED) -> RecipientReport:
    """Give a draft its recipients, from pasted or uploaded text (addresses, or CSV with a store number).

    Returns:
        What the audience made of each row: accepted, invalid, duplicates, suppressed. With nobody accepted
        (no `list`) the roll-out keeps the recipients it had.

    Raises:
        PermissionDenied: the actor does not roll out for the brand.
        ActionRefused: it is launched already, or nothing was handed in.
    """
    with audited("rollout.recipients_set", actor=actor):
        rollout = _locked(rollout, actor)
        _require_draft(rollout)
        chosen = Location.objects.filter(pk__in=rollout.chosen.values("location_id"))
        report = add_recipients(
            brand=rollout.brand,
            text=text,
            source=source,
            actor=actor,
            locations=chosen,
            name=rollout.name,
            fields=recipient_fields_of(read_variables(rollout.template_version.variables)),
        )
        if report.list is not None:
            rollout.audience_list = report.list
            rollout.save(update_fields=["audience_list"])
    return report


def check_rollout(*, rollout: Rollout, actor: "User") -> Rollout:
    """Check a draft's locations in a Job; nothing is started where the page itself can do it.

    A check of the very same draft that runs or went through is kept.

    Raises:
        PermissionDenied: the actor does not roll out for the brand.
        ActionRefused: it is launched already.
    """
    with audited("rollout.checked", actor=actor):
        rollout = _locked(rollout, actor)
        _require_draft(rollout)
        printed, count = fingerprint(rollout)
        before = rollout.check_job
        if count <= AT_ONCE or (before is not None and before.result.get(PRINT) == printed):
            return rollout
        job = start_job(
            brand_id=rollout.brand_id,
            kind="rollout.check",
            title=_("Check “%(name)s”") % {"name": rollout.name[:150]},
            actor=actor,
            unit=_("locations"),
            total=count,
            back_url=reverse("campaigns:rollout_check", args=[rollout.brand.slug, rollout.pk]),
        )
        job.result = {PRINT: printed}
        job.save(update_fields=["result"])
        rollout.check_job = job
        rollout.save(update_fields=["check_job"])
        check.wake(rollout.brand_id, rollout.pk)
    return rollout


def launch_rollout(*, rollout: Rollout, actor: "User") -> Rollout:
    """Make one campaign in Draft per chosen location, in the background, with a Job to watch.

    Preflight runs for every location first (Rule T4). Launching again what is launching already only wakes
    the task: a launch that was killed goes on where it stopped.

    Raises:
        PermissionDenied: the actor does not roll out for the brand.
        ActionRefused: no locations, no recipients, a template out of use, a start in the past, or problems
            found by preflight.
    """
    with audited("rollout.launched", actor=actor):
        rollout = _locked(rollout, actor)
        if rollout.state == RolloutState.LAUNCHING:
            if rollout.job is None or rollout.job.is_over:
                rollout.job = _launch_job(rollout, actor)
                rollout.save(update_fields=["job"])
            launch.wake(rollout.brand_id, rollout.pk)
            return rollout
        _require_draft(rollout)
        refuse_unready(rollout)
        rollout.job = _launch_job(rollout, actor)
        rollout.state = RolloutState.LAUNCHING
        rollout.launched_by, rollout.launched_at = actor, timezone.now()
        rollout.save(update_fields=["job", "state", "launched_by", "launched_at"])
        launch.wake(rollout.brand_id, rollout.pk)
    return rollout


def _launch_job(rollout: Rollout, actor: "User") -> Job:
    return start_job(
        brand_id=rollout.brand_id,
        kind="rollout.launch",
        title=_("Launch “%(name)s”") % {"name": rollout.name[:150]},
        actor=actor,
        unit=_("locations"),
        total=RolloutLocation.objects.filter(rollout=rollout).count(),
        back_url=reverse("campaigns:rollout", args=[rollout.brand.slug, rollout.pk]),
    )


def refuse_unready(rollout: Rollout) -> None:
    """Raise ActionRefused with the first thing that keeps a draft from being launched."""
    if not RolloutLocation.objects.filter(rollout=rollout).exists():
        raise ActionRefused(_("Choose at least one location."))
    if rollout.audience_list_id is None:
        raise ActionRefused(_("Add the recipients."))
    if reason := why_not_used(rollout.template_version):
        raise ActionRefused(reason)
    if not rollout.brand.sender_email:
        raise ActionRefused(_("The brand has no sender address yet (Brand, Sender)."))
    schedule = parse_schedule(rollout.schedule)
    zones = (
        RolloutLocation.objects.filter(rollout=rollout)
        .order_by()
        .values_list("location__time_zone", flat=True)
        .distinct()
    )
    now = timezone.now()
    earliest = now - CampaignPolicy.of(rollout.brand_id).grace
    for zone in zones:
        start, end = instants(schedule, zone)
        if (start and start < earliest) or (end and end <= now):
            raise ActionRefused(_("The dates have passed in %(zone)s. Choose later ones.") % {"zone": zone})
    found = last_check(rollout)
    if found is None:
        raise ActionRefused(_("The check has not seen this draft yet. Let it run, then launch."))
    problems = found.blocked
    if problems:
        raise ActionRefused(
            ngettext(
                "%(count)d location has a problem. See the check.",
                "%(count)d locations have problems. See the check.",
                problems,
            )
            % {"count": problems}
        )


def cancel_rollout(*, rollout: Rollout, actor: "User") -> Rollout:
    """Give up a draft. A launched one is ended by cancelling its campaigns.

    Raises:
        PermissionDenied: the actor does not roll out for the brand.
        ActionRefused: it is launched already.
    """
    with audited("rollout.cancelled", actor=actor):
        rollout = _locked(rollout, actor)
        _require_draft(rollout)
        rollout.state = RolloutState.CANCELLED
        rollout.save(update_fields=["state"])
    return rollout


def _locked(rollout: Rollout, actor: "User") -> Rollout:
    rollout = (
        Rollout.objects.select_for_update(of=("self",))
        .select_related("brand", "template_version__template", "job", "check_job")
        .get(pk=rollout.pk)
    )
    if not can(actor, MANAGE_ROLLOUT, rollout.brand):
        raise PermissionDenied
    return rollout


def _require_draft(rollout: Rollout) -> None:
    if not rollout.is_draft:
        raise ActionRefused(
            _("This roll-out is %(state)s and can no longer be changed.")
            % {"state": rollout.get_state_display().lower()}
        )
