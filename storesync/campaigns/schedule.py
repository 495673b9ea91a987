"""Wall-clock time of a store to UTC and back (Rule S5), and the shape of a schedule.

A schedule is `{"start": "approval" | "YYYY-MM-DDTHH:MM", "end": "YYYY-MM-DDTHH:MM"}` in the store's own zone;
the hash of a revision covers these words, so re-zoning a store keeps its approval (Rule A3). Without an end a
campaign ends when everything is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

ON_APPROVAL: Final = "approval"
_FORM: Final = "%Y-%m-%dT%H:%M"
# Years 1 and 9999 are wall-clock times that no instant of UTC answers to in half of the zones.
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2999


class ScheduleInvalid(ValueError):
    """A schedule that cannot be read or that ends before it starts; the message is for people."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Wall-clock dates, not yet of any zone. `start` None means "as soon as approved"."""

    start: datetime | None = None
    end: datetime | None = None

    def as_json(self) -> dict[str, str]:
        """The one spelling that is stored and hashed."""
        words = {"start": self.start.strftime(_FORM) if self.start else ON_APPROVAL}
        if self.end:
            words["end"] = self.end.strftime(_FORM)
        return words


def parse_schedule(raw: Mapping[str, Any]) -> Schedule:
    """Read a stored or submitted schedule.

    Raises:
        ScheduleInvalid: not wall-clock times of that form, or the end is not after the start.
    """
    unknown = set(raw) - {"start", "end"}
    if unknown:
        raise ScheduleInvalid(_("A schedule has a start and an end, nothing else."))
    start = raw.get("start") or ON_APPROVAL
    schedule = Schedule(
        None if start == ON_APPROVAL else read_wall_clock(start),
        read_wall_clock(raw["end"]) if raw.get("end") else None,
    )
    if schedule.start and schedule.end and schedule.end <= schedule.start:
        raise ScheduleInvalid(_("The end must come after the start."))
    return schedule


def read_wall_clock(value: object) -> datetime:
    """Wall-clock time as it is stored and as browsers send it, of no zone.

    Raises:
        ScheduleInvalid: not of that form, or in a year that no zone can be asked about.
    """
    try:
        # strptime without a zone on purpose: this is wall-clock time.
        wall = datetime.strptime(str(value), _FORM)
    except ValueError:
        raise ScheduleInvalid(_("Write date and time as 2026-11-27T09:00.")) from None
    if not _FIRST_YEAR <= wall.year <= _LAST_YEAR:
        raise ScheduleInvalid(_("Choose a year of this age."))
    return wall


def to_utc(wall: datetime, zone: str) -> datetime:
    """The instant of a wall-clock time in an IANA zone.

    A time in the gap of a clock change moves to after it, by the length of the gap (02:30 becomes 03:30); a
    time that occurs twice means the first (both are RFC 5545, 3.3.5, and `fold=0` of PEP 495).
    """
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def instants(
    schedule: Schedule, zone: str, *, approved_at: datetime | None = None
) -> tuple[datetime | None, datetime | None]:
    """Start and end in UTC at a store.

    Args:
        zone: the store's IANA zone.
        approved_at: the start of "as soon as approved"; without it such a start is not known yet.
    """
    start = to_utc(schedule.start, zone) if schedule.start else approved_at
    return start, to_utc(schedule.end, zone) if schedule.end else None
