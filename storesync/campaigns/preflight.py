"""Preflight: every location of a roll-out, rendered as it would be sent (Rules T3, T4)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self
from uuid import UUID

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, F, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from storesync.audience.queries import audiences_of
from storesync.brands.models import Location, LocationStatus
from storesync.campaigns.messages import compile_version
from storesync.campaigns.models import Rollout
from storesync.content.facts import location_facts
from storesync.content.hashing import canonical_json, digest
from storesync.content.language import OutputTooLarge
from storesync.content.rendering import GMAIL_CLIPS_AT

SHOWN: Final = 50
"""Problems that a page lists; all are counted."""
AT_ONCE: Final = 300
"""Up to so many locations are checked while the page is made; more are a Job."""
CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one location. An `error` blocks the launch, a warning does not."""

    location_id: UUID
    location: str
    message: str
    error: bool


@dataclass(slots=True)
class Preflight:
    """What the check found, and the location on which the preview opens (the worst one)."""

    locations: int = 0
    recipients: int = 0
    blocked: int = 0
    warned: int = 0
    problems: list[Problem] = field(default_factory=list)
    worst: UUID | None = None
    zones: int = 0

    def as_result(self) -> dict[str, Any]:
        """What a Job keeps of it."""
        found: dict[str, Any] = json.loads(json.dumps(asdict(self), default=str))
        return found

    @classmethod
    def from_result(cls, result: Mapping[str, Any]) -> Self:
        """From what a Job kept."""
        problems = [
            Problem(**one | {"location_id": UUID(one["location_id"])}) for one in result.get("problems", [])
        ]
        worst = UUID(result["worst"]) if result.get("worst") else None
        return cls(**{name: result[name] for name in _COUNTS}, problems=problems, worst=worst)


_COUNTS: Final = ("locations", "recipients", "blocked", "warned", "zones")


def fingerprint(rollout: Rollout) -> tuple[str, int]:
    """What a check depends on, as one hash, and how many locations are chosen.

    Another choice, other values or recipients, a fact of a store that changed: a check made before is stale.
    """
    place = Concat(
        Cast("location_id", TextField()),
        Value("@"),
        Cast("location__updated_at", TextField()),
        output_field=TextField(),
    )
    chosen = rollout.chosen.order_by().aggregate(
        n=Count("pk"), places=StringAgg(place, Value(","), order_by=F("location_id").asc())
    )
    parts = {
        "version": str(rollout.template_version_id),
        "values": rollout.values,
        "recipients": str(rollout.audience_list_id),
        "brand": str(rollout.brand.updated_at),
        "places": chosen["places"] or "",
    }
    return digest(canonical_json(parts)), chosen["n"]


def preflight(rollout: Rollout, *, tell: Callable[[int], bool] = lambda done: True) -> Preflight:
    """Check every chosen location of a roll-out; streams, so ten thousand are no trouble.

    Args:
        tell: is told how many are done, now and then; False from it ends the check there.
    """
    message = compile_version(rollout.template_version)
    found = Preflight()
    zones: set[str] = set()
    worst: tuple[int, int] = (-1, -1)
    counts = audiences_of(rollout.audience_list_id) if rollout.audience_list_id else {}
    chosen = Location.objects.filter(pk__in=rollout.chosen.values("location_id")).order_by("name", "pk")
    for location in chosen.iterator(chunk_size=1000):
        zones.add(location.time_zone)
        if found.locations % CHUNK == CHUNK - 1 and not tell(found.locations):
            break
        found.locations += 1
        audience = counts.get(location.pk)
        found.recipients += int(audience["count"]) if audience else 0
        errors, warnings = [], []
        try:
            rendered = message.render(location_facts(location, rollout.brand), rollout.values)
        except OutputTooLarge:
            errors.append(_("The message is larger than 1 MB."))
        else:
            errors += [_("%(label)s is missing.") % {"label": _(one.label)} for one in rendered.missing]
            if rendered.size > GMAIL_CLIPS_AT:
                warnings.append(_("The message is above 102 KB; Gmail will cut it."))
        if rollout.audience_list_id and not audience:
            warnings.append(_("No recipient belongs to this location."))
        if location.status != LocationStatus.OPEN:
            warnings.append(
                _("The location is %(status)s; nothing is sent until it is open.")
                % {"status": location.get_status_display().lower()}
            )
        found.blocked += bool(errors)
        found.warned += bool(warnings) and not errors
        for text, error in [*((e, True) for e in errors), *((w, False) for w in warnings)]:
            if len(found.problems) < SHOWN or error:
                found.problems.append(Problem(location.pk, location.name, text, error))
        # The worst has the most problems; among equals the longest name: it breaks layouts (Rule T4).
        badness = (10 * len(errors) + len(warnings), len(location.name))
        if badness > worst:
            worst, found.worst = badness, location.pk
    found.zones = len(zones)
    found.problems = sorted(found.problems, key=lambda one: not one.error)[:SHOWN]
    return found
