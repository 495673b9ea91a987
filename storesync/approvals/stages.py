"""The stages of a review as a brand configures them: plain data, read where they are used.

A policy holds a list of `Stage`; a submission holds a copy of those that its revisions need, so that a change
of the policy applies to new submissions only. What the conditions look at are the `Facts` of a revision.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from storesync.brands.rights import DECIDE, ROLE_RIGHTS, Role
from storesync.content.campaign_types import CampaignType

Rule = Literal["any", "all", "count"]
Hours = Annotated[Decimal, Field(gt=0, le=2000)]
"""Working hours of the brand (approvals.working_time)."""


def _may_decide(role: Role) -> Role:
    if DECIDE not in ROLE_RIGHTS[role]:
        raise ValueError(_("Nobody with the role %(role)s may approve.") % {"role": role.label})
    return role


class _Data(BaseModel):
    """Plain, frozen data; what it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class People(_Data):
    """Who decides: anybody with one of the roles at the location, in one of the groups, or named.

    All of them also need the right to decide at the location, and decide nothing of their own (Rules A5, A6).
    Nobody named at all means anybody who may decide there.
    """

    roles: tuple[Annotated[Role, AfterValidator(_may_decide)], ...] = ()
    groups: tuple[UUID, ...] = ()
    people: tuple[int, ...] = ()

    @property
    def anybody(self) -> bool:
        """Whether it names nobody in particular."""
        return not (self.roles or self.groups or self.people)


class Conditions(_Data):
    """When a stage is needed: when ANY of those that are set holds; none set means always."""

    types: tuple[CampaignType, ...] = ()
    discount_over: Annotated[Decimal, Field(ge=0, le=100)] | None = None
    warnings: bool = False
    regions: tuple[UUID, ...] = ()
    differs: bool = False
    ai_written: bool = False

    @property
    def always(self) -> bool:
        """Whether none is set."""
        return self == _ALWAYS


class Facts(_Data):
    """What the conditions looked at in one revision; kept with its item and shown as the risk.

    Attributes:
        campaign_type: "" where its owner is of none.
        discount: the largest in its offers and values, in percent; None where it has none.
        warnings: how many the checks have.
        regions: the region of its location and all above it.
        differs: from the approved template version, or the roll-out's text.
        ai_written: whether a model wrote of it.
        guidelines: the version of the brand's guidelines it was held against; None where none was in force.
    """

    campaign_type: str = ""
    discount: Decimal | None = None
    warnings: int = 0
    regions: tuple[UUID, ...] = ()
    differs: bool = True
    ai_written: bool = False
    guidelines: int | None = None


class Stage(_Data):
    """One stage: its people, how many of them, by when, and when it is needed.

    `key` stays when the stage is renamed or moved. Hours are working hours of the brand: `due_hours` after
    the stage began, `warn_hours` before it is due, `escalate_hours` after it was due; then `escalate_to`
    (nobody named: the brand's managers) may decide too.
    """

    key: Annotated[str, Field(max_length=20)] = ""
    name: Annotated[str, Field(max_length=120)] = ""
    people: People = People()
    rule: Rule = "any"
    count: Annotated[int, Field(ge=1, le=100)] = 1
    due_hours: Hours | None = None
    warn_hours: Hours | None = None
    escalate_hours: Hours | None = None
    escalate_to: People = People()
    conditions: Conditions = Conditions()

    @model_validator(mode="after")
    def _hours_fit(self) -> Self:
        if self.due_hours is None and (self.warn_hours or self.escalate_hours):
            raise ValueError(_("A warning and an escalation need a due time."))
        if self.due_hours is not None and self.warn_hours is not None and self.warn_hours >= self.due_hours:
            raise ValueError(_("The warning comes before the due time, so it needs fewer hours than that."))
        return self

    @property
    def label(self) -> str:
        """Its name; a stage without one is simply the review."""
        return self.name or _("Review")

    @property
    def several(self) -> bool:
        """Whether one approval may not be enough."""
        return self.rule == "all" or (self.rule == "count" and self.count > 1)

    def is_needed(self, facts: Facts) -> bool:
        """Whether a revision with these facts has to pass it."""
        wanted = self.conditions
        if wanted.always:
            return True
        over = wanted.discount_over
        return (
            facts.campaign_type in wanted.types
            or (over is not None and facts.discount is not None and facts.discount > over)
            or (wanted.warnings and facts.warnings > 0)
            or not set(wanted.regions).isdisjoint(facts.regions)
            or (wanted.differs and facts.differs)
            or (wanted.ai_written and facts.ai_written)
        )


_ALWAYS: Final = Conditions()
DEFAULT: Final = (Stage(),)
"""The stages of a brand without a policy: one review by anybody who may decide."""


def new_key() -> str:
    """A key for a new stage."""
    return get_random_string(10)


def read_stages(raw: Iterable[Mapping[str, Any]]) -> tuple[Stage, ...]:
    """Stages as they are stored; none stored means the default.

    Raises:
        pydantic.ValidationError: they are not of this shape.
    """
    return tuple(Stage.model_validate(one) for one in raw) or DEFAULT


def write_stages(stages: Iterable[Stage]) -> list[dict[str, Any]]:
    """Stages as they are stored: JSON, without what has its default."""
    return [{"name": stage.name, **stage.model_dump(mode="json", exclude_defaults=True)} for stage in stages]


def needed(stages: Sequence[Stage], facts: Facts) -> tuple[Stage, ...]:
    """The stages that a revision with these facts has to pass, in their order; never none.

    When no condition holds, the first stage decides all the same: nothing goes out that nobody saw.
    """
    return tuple(stage for stage in stages if stage.is_needed(facts)) or tuple(stages[:1]) or DEFAULT
