"""What moving campaigns to another version of their template would do, before anybody does it (Rule T1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from storesync.campaigns.messages import read_variables
from storesync.campaigns.models import LocationCampaign, Rollout, TemplateVersion
from storesync.campaigns.queries import template_content
from storesync.campaigns.standing import newest_offered, untouched, waiting_for
from storesync.campaigns.statuses import UPGRADABLE, Status
from storesync.content.differences import Content
from storesync.content.hashing import canonical_json
from storesync.content.merge import Choices, Merge, merge
from storesync.content.models import Revision
from storesync.content.variables import ValueProblem, Variable, validate_values

LOOKED_AT = 300
"""Edited campaigns of a wave that its check page merges on trial; the task itself merges all."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What would become of one campaign.

    Attributes:
        merge: of its words. values: that go on, checked by the new version's variables.
        problems: values that are missing or no longer fit. dropped: labels of values without use any more.
    """

    merge: Merge
    values: dict[str, str]
    problems: list[ValueProblem] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nobody has to choose or to fill in anything."""
        return not (self.merge.conflicts or self.merge.errors or self.problems)


class Upgrades:
    """Plans upgrades to one version; equal messages are merged once, however many stores share them."""

    def __init__(self, version: TemplateVersion, values: Mapping[str, str] | None = None) -> None:
        self.version = version
        self.values = dict(values or {})
        self.variables = read_variables(version.variables)
        self._content = template_content(version)
        self._known: dict[tuple[UUID, bytes], Merge] = {}

    def plan(self, campaign: LocationCampaign, choices: Choices | None = None) -> Upgrade:
        """What would become of a campaign, by its current revision."""
        revision = campaign.current_revision
        values, problems = self.check_values(revision.values)
        dropped = self._dropped(campaign, revision.values)
        return Upgrade(self._merge(campaign, revision, choices), values, problems, dropped)

    def check_values(self, present: Mapping[str, str]) -> tuple[dict[str, str], list[ValueProblem]]:
        """The values that go on under the new version, and what is missing or no longer fits."""
        given = {**present, **self.values}
        return validate_values({name: given[name] for name in given if self._takes(name)}, self.variables)

    def _takes(self, name: str) -> bool:
        return name in self.variables and self.variables[name].source == "rollout"

    def _dropped(self, campaign: LocationCampaign, present: Mapping[str, str]) -> list[str]:
        """Labels of values that the new version has no use for."""
        left = [name for name in present if not self._takes(name)]
        if not left:
            return []
        labels = read_variables(campaign.template_version.variables)
        return [labels[name].label if name in labels else name for name in left]

    def _merge(self, campaign: LocationCampaign, revision: Revision, choices: Choices | None) -> Merge:
        words: list[Any] = [revision.subject, revision.preheader, revision.blocks]
        key = (campaign.template_version_id, canonical_json(words))
        if choices is None and key in self._known:
            return self._known[key]
        made = merge(
            base=template_content(campaign.template_version),
            theirs=self._content,
            mine=Content(subject=revision.subject, preheader=revision.preheader, blocks=revision.blocks),
            variables=self.variables,
            open_fields=self.version.open_fields,
            choices=choices,
        )
        if choices is None:
            self._known[key] = made
        return made


def why_it_stays(campaign: LocationCampaign, version: TemplateVersion) -> str:
    """Why a campaign cannot move to a version, in words; "" when it can."""
    present = campaign.template_version
    if present.template_id != version.template_id:
        return _("That version belongs to another template.")
    if present.number >= version.number:
        return _("It is made from version %(number)d already.") % {"number": present.number}
    if campaign.status == Status.PENDING_REVIEW:
        return _("It is in review. Recall it first, or wait for the decision.")
    if campaign.status not in UPGRADABLE or campaign.archived_at:
        return _("%(name)s is %(status)s; it stays on version %(number)d.") % {
            "name": campaign.name,
            "status": campaign.get_status_display().lower(),
            "number": present.number,
        }
    return ""


@dataclass(slots=True)
class WaveCheck:
    """What an upgrade of a roll-out's drafts would do.

    Attributes:
        clean: drafts that could move as they are. edited: of those, how many keep words of their store.
        conflicting: those with a conflict, for their stores to decide. unseen: edited ones not looked at.
        returned: sent back by a review, left to their stores. declined: whose people stay.
        staying: in review, approved or later (Rule T1). problems: values that are missing for all.
    """

    clean: int = 0
    edited: int = 0
    conflicting: list[LocationCampaign] = field(default_factory=list)
    unseen: int = 0
    returned: int = 0
    declined: int = 0
    staying: int = 0
    problems: list[ValueProblem] = field(default_factory=list)


def wave_version(rollout: Rollout) -> TemplateVersion | None:
    """The newest version that drafts of a roll-out are offered, above the one it was launched with."""
    found = newest_offered([rollout.template_version.template_id]).get(rollout.template_version.template_id)
    return found if found is not None and found.number > rollout.template_version.number else None


def movable(rollout: Rollout, version: TemplateVersion) -> Any:
    """The drafts of a roll-out that an upgrade of the whole wave takes up."""
    return waiting_for(version).filter(rollout=rollout, status=Status.DRAFT)


def check_wave(rollout: Rollout, version: TemplateVersion) -> WaveCheck:
    """What an upgrade of the wave would do; a few queries, and at most LOOKED_AT merges on trial."""
    older = rollout.campaigns.current().filter(template_version__number__lt=version.number)
    drafts = movable(rollout, version)
    total, unedited = drafts.count(), untouched(drafts).count()
    found = WaveCheck(
        returned=older.filter(status=Status.REJECTED).count(),
        declined=older.filter(status=Status.DRAFT, declined_version__gte=version.number).count(),
        staying=older.exclude(status__in=UPGRADABLE).count(),
        clean=unedited,
    )
    planner = Upgrades(version)
    found.problems = planner.check_values(rollout.values)[1]
    ids = untouched(drafts).order_by().values("pk")
    looked = list(
        drafts.exclude(pk__in=ids)
        .select_related("location", "current_revision", "template_version")
        .defer("current_revision__html", "current_revision__text")
        .order_by("location__name", "pk")[:LOOKED_AT]
    )
    for campaign in looked:
        merged = planner.plan(campaign).merge
        if merged.conflicts:
            found.conflicting.append(campaign)
        else:
            found.edited += 1
    found.clean += found.edited
    found.unseen = total - unedited - len(looked)
    return found


def missing_variables(version: TemplateVersion, problems: list[ValueProblem]) -> list[Variable]:
    """The variables that values are asked for, in the order of the template."""
    named = {problem.name for problem in problems}
    return [one for one in read_variables(version.variables).values() if one.name in named]
