"""Preflight: every location of a roll-out, rendered as it would be sent (Rules T3, T4)."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Self
from uuid import UUID

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, F, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext as _

from storesync.audience.queries import audiences_of
from storesync.brands.models import Location, LocationStatus
from storesync.campaigns.checking import Checks
from storesync.campaigns.messages import compile_version, read_variables
from storesync.campaigns.models import Rollout, TemplateVersion
from storesync.content.blocks import BLOCK_TYPES
from storesync.content.facts import location_facts
from storesync.content.hashing import canonical_json, digest
from storesync.content.language import OutputTooLarge
from storesync.content.media import is_media
from storesync.guidelines.checking.message import image_places
from storesync.guidelines.queries import version_in_force
from storesync.media.queries import unknown_images

SHOWN: Final = 50
"""Problems that a page lists; all are counted."""
AT_ONCE: Final = 300
"""Up to so many locations are checked while the page is made; more are a Job."""
CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one location. An `error` blocks the launch, a warning does not.

    Attributes:
        shared: it comes from the content, not from the store: told once for all locations that have it.
        others: how many they are beside this one.
    """

    location_id: UUID
    location: str
    message: str
    error: bool
    mend: str = ""
    shared: bool = False
    others: int = 0


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

    Another choice, other values or recipients, a fact of a store that changed, a region that moved, a picture
    that left the library or came back: a check made before is stale.
    """
    place = Concat(
        Cast("location_id", TextField()),
        Value("@"),
        Cast("location__updated_at", TextField()),
        Value("@"),
        Coalesce(Cast("location__region__path", TextField()), Value(""), output_field=TextField()),
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
        "pictures": sorted(unknown_images(rollout.brand, _pictures(rollout.template_version))),
        "guidelines": str(version.pk) if (version := version_in_force(rollout.brand_id)) else "",
    }
    return digest(canonical_json(parts)), chosen["n"]


def _pictures(version: TemplateVersion) -> set[str]:
    """The pictures of the library that a version shows."""
    return {address for _block, _field, address in image_places(version.blocks) if is_media(address)}


def preflight(rollout: Rollout, *, tell: Callable[[int], bool] = lambda done: True) -> Preflight:
    """Check every chosen location of a roll-out; streams, so ten thousand are no trouble.

    Args:
        tell: is told how many are done, now and then; False from it ends the check there.
    """
    at, told = _Checker(rollout), _Told()
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
        here = at.content(location)
        if rollout.audience_list_id and not audience:
            here.append(at.problem(location, _("No recipient belongs to this location.")))
        if location.status != LocationStatus.OPEN:
            said = _("The location is %(status)s; nothing is sent until it is open.")
            here.append(at.problem(location, said % {"status": location.get_status_display().lower()}))
        errors = sum(problem.error for problem in here)
        found.blocked += bool(errors)
        found.warned += bool(here) and not errors
        told.add(here)
        # The worst has the most problems; among equals the longest name: it breaks layouts (Rule T4).
        badness = (9 * errors + len(here), len(location.name))
        if badness > worst:
            worst, found.worst = badness, location.pk
    found.zones = len(zones)
    found.problems = sorted(told.problems, key=lambda one: not one.error)[:SHOWN]
    return found


class _Told:
    """The problems that a page lists; all the others are only counted."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._shared: dict[tuple[str, bool], int] = {}
        self._errors = 0

    def add(self, problems: Iterable[Problem]) -> None:
        """Take in what was found at one location."""
        for problem in problems:
            key = (problem.message, problem.error)
            if problem.shared and key in self._shared:
                before = self.problems[self._shared[key]]
                self.problems[self._shared[key]] = replace(before, others=before.others + 1)
            elif (self._errors if problem.error else len(self.problems)) < SHOWN:
                if problem.shared:
                    self._shared[key] = len(self.problems)
                self._errors += problem.error
                self.problems.append(problem)


class _Checker:
    """The content of a roll-out, ready to be checked for any location."""

    def __init__(self, rollout: Rollout) -> None:
        self.rollout, self.version = rollout, rollout.template_version
        self.message = compile_version(self.version)
        self.variables = read_variables(self.version.variables)
        self.checks = Checks(rollout.brand, rollout.chosen.values_list("location_id", flat=True))
        self.open = open_places(self.version)

    def content(self, location: Location) -> list[Problem]:
        """What all checks say at a location.

        What its store may still mend blocks its submission, not the launch of all.
        """
        facts = location_facts(location, self.rollout.brand, self.message.declared_facts)
        try:
            rendered = self.message.render(facts, self.rollout.values)
        except OutputTooLarge:
            return [self.problem(location, _("The message is larger than 1 MB."), error=True)]
        return [
            self.problem(
                location,
                finding.message,
                error=finding.level == "error"
                and (finding.block_id, finding.field.partition(".")[0]) not in self.open,
                mend=finding.mend,
                shared=finding.code != "missing",
            )
            for finding in self.checks.of_message(
                self.message,
                rendered,
                location_id=location.pk,
                facts=facts,
                values=self.rollout.values,
                variables=self.variables,
                campaign_type=self.version.template.campaign_type,
                template_blocks=self.message.blocks,
            )
        ]

    def problem(
        self, location: Location, message: str, *, error: bool = False, mend: str = "", shared: bool = False
    ) -> Problem:
        return Problem(location.pk, location.name, message, error, mend=mend, shared=shared)


def open_places(version: TemplateVersion) -> frozenset[tuple[str, str]]:
    """Block and field of every place that stores may change: ("", "subject") for the subject."""
    places = {("", name) for name in version.open_fields}
    for block in version.blocks:
        if not block.get("locked"):
            rules = block.get("rules") or {}
            fields = BLOCK_TYPES[block["type"]].content_fields()
            places |= {(block["id"], name) for name in fields if not rules.get(name, {}).get("locked")}
    return frozenset(places)
