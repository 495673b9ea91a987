"""The work behind a launch: a revision and a campaign per chosen location, in bulk.

Each chunk is a transaction of its own under the lock of the roll-out, and takes only locations that have no
campaign yet: a launch that was killed, or runs twice, ends with one campaign per location all the same.
"""

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from storesync.audience.queries import audiences_of
from storesync.brands.models import Location
from storesync.campaigns.actions.notices import announce_offers
from storesync.campaigns.messages import compile_version, sender_of
from storesync.campaigns.models import LocationCampaign, Rollout, RolloutState
from storesync.campaigns.schedule import Schedule, instants, parse_schedule
from storesync.campaigns.statuses import CandidateStatus, Status
from storesync.content.actions import RevisionDraft, build_revisions
from storesync.content.facts import location_facts
from storesync.content.rendering import CompiledMessage
from storesync.core.audit import audited
from storesync.core.jobs import advance, finish
from storesync.core.models import Job, JobState, new_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CHUNK: Final = 1000
"""Locations a transaction: about a second of work, and what a killed launch does again."""

_COLUMNS: Final = (
    "id",
    "brand_id",
    "location_id",
    "rollout_id",
    "template_version_id",
    "name",
    "status",
    "paused_from",
    "current_revision_id",
    "candidate_status",
    "version",
    "start_at",
    "end_at",
    "armed_zone",
    "status_reason",
)


def continue_launch(*, rollout: Rollout, chunk: int = CHUNK) -> int:
    """Offer a launching roll-out to those of its locations that have no campaign yet, and end its Job.

    Run by the worker; harmless to run twice, at once too. Returns how many campaigns this run made.
    """
    rollout = Rollout.objects.select_related("launched_by").get(pk=rollout.pk)
    made = 0
    while True:
        with audited("campaign.offered", actor=rollout.launched_by, rollout=str(rollout.pk)):
            rollout = (
                Rollout.objects.select_for_update(of=("self",))
                .select_related("brand", "template_version", "launched_by")
                .get(pk=rollout.pk)
            )
            if rollout.state != RolloutState.LAUNCHING:
                return made
            waiting = list(_waiting(rollout)[:chunk])
            if waiting:
                _offer(rollout, compile_version(rollout.template_version), waiting)
            else:
                rollout.state = RolloutState.LAUNCHED
                rollout.save(update_fields=["state"])
                _end_job(rollout)
                announce_offers(rollout)
        made += len(waiting)
        if not waiting:
            break
        if not _tell(rollout):
            return made
    return made


def _end_job(rollout: Rollout) -> None:
    """In the transaction of the last step: no worker can die between the two and leave the Job running."""
    if rollout.job_id:
        total = rollout.campaigns.count()
        finish(rollout.job_id, result={"campaigns": total}, message=_("Every location has its campaign."))


def _waiting(rollout: Rollout) -> "Any":
    """Chosen locations without a campaign of this roll-out, in a fixed order."""
    have = LocationCampaign.objects.filter(rollout=rollout, location=OuterRef("pk"))
    chosen = rollout.chosen.values("location_id")
    return Location.objects.filter(~Exists(have), pk__in=chosen).order_by("pk")


def _tell(rollout: Rollout) -> bool:
    """Advance the Job; False when it was asked to stop (launching again goes on from there)."""
    if not rollout.job_id:
        return True
    Job.objects.filter(pk=rollout.job_id, state=JobState.QUEUED).update(state=JobState.RUNNING)
    done = rollout.campaigns.count()
    if advance(rollout.job_id, done=done):
        return True
    finish(rollout.job_id, result={"campaigns": done}, message=_("Stopped; launch again to go on."))
    return False


def _offer(rollout: Rollout, message: CompiledMessage, locations: "Sequence[Location]") -> None:
    """One revision and one campaign in Draft for each of these locations."""
    brand, schedule = rollout.brand, parse_schedule(rollout.schedule)
    words = schedule.as_json()
    audiences: Mapping[UUID, Mapping[str, Any]] = (
        audiences_of(rollout.audience_list_id, [one.pk for one in locations])
        if rollout.audience_list_id
        else {}
    )
    ids = [new_id() for _one in locations]
    built = build_revisions(
        brand_id=brand.pk,
        drafts=(
            RevisionDraft(
                location_id=location.pk,
                owner_id=campaign_id,
                number=1,
                message=message,
                facts=location_facts(location, brand, message.declared_facts),
                values=rollout.values,
                audience=audiences.get(location.pk, {}),
                schedule=words,
                sender=sender_of(brand, location),
            )
            for campaign_id, location in zip(ids, locations, strict=True)
        ),
        author=rollout.launched_by,
    )
    revisions = [one.id for one in built]
    _copy_campaigns(_rows(rollout, ids, locations, revisions, schedule))


def _rows(
    rollout: Rollout,
    ids: "Sequence[UUID]",
    locations: "Sequence[Location]",
    revisions: "Sequence[UUID]",
    schedule: Schedule,
) -> "Iterable[tuple[Any, ...]]":
    zones: dict[str, tuple[Any, Any]] = {}
    for campaign_id, location, revision_id in zip(ids, locations, revisions, strict=True):
        zone = location.time_zone
        if zone not in zones:
            zones[zone] = instants(schedule, zone)
        start_at, end_at = zones[zone]
        yield (
            campaign_id,
            rollout.brand_id,
            location.pk,
            rollout.pk,
            rollout.template_version_id,
            rollout.name,
            Status.DRAFT.value,
            "",
            revision_id,
            CandidateStatus.NONE.value,
            1,
            start_at,
            end_at,
            "",
            "",
        )


def _copy_campaigns(rows: "Iterable[tuple[Any, ...]]") -> None:
    columns = ", ".join(f'"{name}"' for name in _COLUMNS)
    with connection.cursor() as cursor:
        # The first statement of a transaction carries the history's context; COPY itself cannot.
        cursor.execute("SELECT 1")
        with cursor.copy(f'COPY "{LocationCampaign._meta.db_table}" ({columns}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
