"""Stages in plain words: "Brand: any Approver. Due in 8 working hours, then to Brand Manager"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal
from uuid import UUID

from babel.lists import format_list
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storesync.approvals.models import ReviewGroup
from storesync.approvals.stages import Conditions, People, Stage
from storesync.brands.models import Region
from storesync.brands.rights import Role
from storesync.content.campaign_types import CampaignType
from storesync.core import formats


@dataclass(frozen=True, slots=True)
class Names:
    """What the groups, people and regions are called that stages name by their keys."""

    groups: Mapping[UUID, str] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)
    regions: Mapping[UUID, str] = field(default_factory=dict)

    @classmethod
    def of(cls, stages: Iterable[Stage]) -> "Names":
        """The names that these stages need, in three queries at most."""
        seats = [seat for stage in stages for seat in (stage.people, stage.escalate_to)]
        groups = {key for seat in seats for key in seat.groups}
        people = {key for seat in seats for key in seat.people}
        regions = {key for stage in stages for key in stage.conditions.regions}
        return cls(
            dict(ReviewGroup.objects.filter(pk__in=groups).values_list("pk", "name")) if groups else {},
            {
                person.pk: person.display_name
                for person in (get_user_model()._default_manager.filter(pk__in=people) if people else ())
            },
            dict(Region.objects.filter(pk__in=regions).values_list("pk", "name")) if regions else {},
        )

    def of_people(self, people: People) -> list[str]:
        """Those of a seat, one by one: roles, groups, people."""
        gone = _("(removed)")
        return [
            *(str(Role(role).label) for role in people.roles),
            *(_("the group %(name)s") % {"name": self.groups.get(key, gone)} for key in people.groups),
            *(self.people.get(key, gone) for key in people.people),
        ]


@dataclass(frozen=True, slots=True)
class StageWords:
    """One stage in words.

    Attributes:
        who: "any Approver"; `timing`: "Due in 8 working hours, …" or ""; `condition`: "Only when …" or "".
    """

    number: int
    name: str
    who: str
    timing: str
    condition: str

    @property
    def sentence(self) -> str:
        """All of it on one line."""
        parts = [f"{self.number} {self.name}: {self.who}", self.timing, self.condition]
        return ". ".join(part.rstrip(".") for part in parts if part) + "."


def stages_in_words(stages: Iterable[Stage], names: Names | None = None) -> list[StageWords]:
    """Stages in their order, in words; `names` are looked up unless given."""
    stages = list(stages)
    known = names or Names.of(stages)
    return [
        StageWords(
            number,
            stage.label,
            who_words(stage, known),
            timing_words(stage, known),
            condition_words(stage.conditions, known),
        )
        for number, stage in enumerate(stages, start=1)
    ]


def listed(parts: Iterable[str], style: Literal["or", "standard"] = "or") -> str:
    """ "A, B or C"."""
    return str(format_list(list(parts), style=style, locale=formats.active_locale()))


def who_words(stage: Stage, names: Names) -> str:
    """Who has to approve: "any Approver or anyone in the group Legal", "2 of …", "every Approver and …"."""
    if stage.people.anybody:
        if stage.rule == "all":
            return _("everybody who may decide")
        if stage.rule == "count" and stage.count > 1:
            return _("%(count)d of those who may decide") % {"count": stage.count}
        return _("anybody who may decide")
    people = stage.people
    if stage.rule == "count" and stage.count > 1:
        among = listed(names.of_people(people), "standard")
        return _("%(count)d of these: %(people)s") % {"count": stage.count, "people": among}
    every = stage.rule == "all"
    role_words = _("every %(role)s") if every else _("any %(role)s")
    group_words = _("everyone in the group %(name)s") if every else _("anyone in the group %(name)s")
    parts = [
        *(role_words % {"role": Role(role).label} for role in people.roles),
        *(group_words % {"name": names.groups.get(key, _("(removed)"))} for key in people.groups),
        *names.of_people(People(people=people.people)),
    ]
    return listed(parts, "standard" if every else "or")


def hours_words(hours: Decimal) -> str:
    """ "8 working hours"."""
    plain = hours.normalize()
    return ngettext("%(hours)s working hour", "%(hours)s working hours", 1 if hours == 1 else 2) % {
        "hours": formats.number(plain)
    }


def timing_words(stage: Stage, names: Names) -> str:
    """When it is due, when a warning goes out, and to whom it goes afterwards."""
    if stage.due_hours is None:
        return ""
    words = _("Due in %(hours)s") % {"hours": hours_words(stage.due_hours)}
    if stage.warn_hours is not None:
        words += _(", a warning %(hours)s before") % {"hours": hours_words(stage.warn_hours)}
    if stage.escalate_hours is not None:
        words += _("; %(hours)s later also to %(people)s") % {
            "hours": hours_words(stage.escalate_hours),
            "people": escalation_words(stage, names),
        }
    return words + "."


def escalation_words(stage: Stage, names: Names) -> str:
    """To whom it goes when it was due: the brand's managers unless somebody is named."""
    if stage.escalate_to.anybody:
        return str(Role.BRAND_MANAGER.label)
    return listed(names.of_people(stage.escalate_to), "standard")


def condition_words(conditions: Conditions, names: Names) -> str:
    """When the stage is needed; "" when it always is."""
    if conditions.always:
        return ""
    parts = []
    if conditions.types:
        labels = listed(str(CampaignType(one).label) for one in conditions.types)
        parts.append(_("the campaign is of the type %(types)s") % {"types": labels})
    if conditions.discount_over is not None:
        share = formats.percent(conditions.discount_over / 100)
        parts.append(_("a discount is over %(percent)s") % {"percent": share})
    if conditions.warnings:
        parts.append(_("the checks warn"))
    if conditions.regions:
        where = listed(names.regions.get(one, _("(removed)")) for one in conditions.regions)
        parts.append(_("the store is in %(regions)s") % {"regions": where})
    if conditions.differs:
        parts.append(_("the campaign differs from its template"))
    if conditions.ai_written:
        parts.append(_("AI wrote part of it"))
    return _("Only when %(conditions)s.") % {"conditions": listed(parts)}


def types_words(campaign_types: Iterable[str]) -> str:
    """Which campaigns a policy is for."""
    known = dict(CampaignType.choices)
    labels = [str(known.get(one, one)) for one in campaign_types]
    return listed(labels, "standard") if labels else _("Every type that no other policy names")
