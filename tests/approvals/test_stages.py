"""Stages as plain data: which are needed, and what cannot be one."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from storesync.approvals.stages import (
    DEFAULT,
    Conditions,
    Facts,
    People,
    Stage,
    needed,
    read_stages,
    write_stages,
)
from storesync.brands.rights import Role

NORTH, SOUTH = UUID(int=1), UUID(int=2)
CALM = Facts(campaign_type="seasonal", discount=Decimal(10), regions=(NORTH,), differs=False)


@pytest.mark.parametrize(
    ("conditions", "facts", "is_needed"),
    [
        ({}, {}, True),
        ({"types": ("clearance",)}, {}, False),
        ({"types": ("clearance", "seasonal")}, {}, True),
        ({"discount_over": 10}, {}, False),
        ({"discount_over": 10}, {"discount": Decimal("10.01")}, True),
        ({"discount_over": 0}, {"discount": None}, False),
        ({"warnings": True}, {}, False),
        ({"warnings": True}, {"warnings": 2}, True),
        ({"regions": (SOUTH,)}, {}, False),
        ({"regions": (NORTH,)}, {"regions": (SOUTH, NORTH)}, True),
        ({"differs": True}, {}, False),
        ({"differs": True}, {"differs": True}, True),
        ({"ai_written": True}, {}, False),
        ({"ai_written": True}, {"ai_written": True}, True),
        ({"types": ("clearance",), "warnings": True}, {"warnings": 1}, True),
    ],
)
def test_a_stage_is_needed_when_any_of_its_conditions_holds(
    conditions: dict[str, Any], facts: dict[str, Any], is_needed: bool
) -> None:
    stage = Stage(name="Legal", conditions=Conditions(**conditions))
    assert stage.is_needed(CALM.model_copy(update=facts)) is is_needed


def test_something_is_always_needed() -> None:
    """Nothing goes out that nobody saw, whatever the conditions."""
    first = Stage(name="One", conditions=Conditions(warnings=True))
    second = Stage(name="Two", conditions=Conditions(differs=True))
    assert needed((first, second), CALM) == (first,)
    assert needed((first, second), CALM.model_copy(update={"differs": True})) == (second,)
    assert needed((), CALM) == DEFAULT


def test_stages_are_stored_and_read_as_they_are() -> None:
    stage = Stage(
        key="k",
        name="Legal",
        people=People(roles=(Role.APPROVER,), groups=(NORTH,), people=(7,)),
        rule="count",
        count=2,
        due_hours=Decimal("8.5"),
        warn_hours=Decimal(2),
        escalate_hours=Decimal(4),
        conditions=Conditions(discount_over=Decimal(30), types=("clearance",)),
    )
    assert read_stages(write_stages([stage, Stage()])) == (stage, Stage())
    assert read_stages([{"name": ""}]) == read_stages([]) == DEFAULT
    assert DEFAULT[0].people.anybody and DEFAULT[0].label == "Review"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"people": {"roles": ["viewer"]}}, "may approve"),
        ({"warn_hours": 1}, "need a due time"),
        ({"escalate_hours": 1}, "need a due time"),
        ({"due_hours": 4, "warn_hours": 4}, "fewer hours"),
        ({"rule": "most"}, "any"),
        ({"party": True}, "party"),
    ],
)
def test_what_cannot_be_a_stage_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Stage.model_validate(given)
