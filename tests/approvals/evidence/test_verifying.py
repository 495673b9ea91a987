"""What a superuser changed past every trigger is found, and named (issue 5, Proof)."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import models

from storesync.approvals.models import ApprovalStep, EvidenceSeal, SealedHead, SubmissionItem
from storesync.content.models import Revision
from tests.approvals.evidence.making import first_break, past_triggers, sealed, verified
from tests.approvals.evidence.test_chain import approved
from tests.conftest import Cast


@pytest.fixture
def steps(in_acme: Cast) -> list[ApprovalStep]:
    """Two campaigns with two steps each, sealed on two days."""
    found = approved(in_acme)
    sealed(in_acme)
    sealed(in_acme, days_ahead=1)
    return found


def test_what_nobody_touched_holds(in_acme: Cast, steps: list[ApprovalStep]) -> None:
    result = verified(in_acme)
    assert result.breaks == []
    assert (result.steps, result.seals, result.revisions) == (4, 2, 2)


def _other(field: Any, value: Any) -> str:
    """SQL for another value of this column."""
    name = field.column
    if name == "hash":
        return "repeat('a', 64)"
    if name == "decision":
        return "'warned'"
    if (
        isinstance(field, models.UUIDField)
        or name.endswith("_id")
        and field.get_internal_type() != "ForeignKey"
    ):
        return "gen_random_uuid()"
    if isinstance(field, models.ForeignKey):
        return (
            "gen_random_uuid()"
            if isinstance(field.target_field, models.UUIDField)
            else f"COALESCE({name}, 0) + 1"
        )
    if isinstance(field, models.DateTimeField):
        return f"{name} + interval '1 microsecond'"
    if isinstance(field, models.IntegerField):
        return f"{name} + 7"
    return f"overlay({name} placing 'x' from 1)" if len(value) > 12 else f"left({name} || 'x', 10) || 'x'"


@pytest.mark.parametrize(
    # A reason is only where something was sent back: test_chain.
    "name",
    [f.name for f in ApprovalStep._meta.concrete_fields if f.name not in {"brand", "number", "reason"}],
)
def test_every_column_of_a_step(in_acme: Cast, steps: list[ApprovalStep], name: str) -> None:
    step, field = steps[1], ApprovalStep._meta.get_field(name)
    with past_triggers() as cursor:
        cursor.execute(
            f"UPDATE approvals_approvalstep SET {field.column} = {_other(field, getattr(step, name))}"  # noqa: S608
            " WHERE id = %s",
            [step.pk],
        )
    broken = first_break(in_acme)
    assert broken.startswith("acme, leaflet")
    if name not in {"owner_kind", "owner_id"}:
        assert "step 2 was changed" in broken and str(step.owner_id) in broken


Tamper = Callable[[Any, list[ApprovalStep]], None]


def _drop_first(cursor: Any, steps: list[ApprovalStep]) -> None:
    cursor.execute("DELETE FROM approvals_approvalstep WHERE id = %s", [steps[0].pk])


def _drop_head(cursor: Any, steps: list[ApprovalStep]) -> None:
    cursor.execute("DELETE FROM approvals_approvalstep WHERE id = %s", [steps[1].pk])


def _drop_chain(cursor: Any, steps: list[ApprovalStep]) -> None:
    cursor.execute("DELETE FROM approvals_approvalstep WHERE owner_id = %s", [steps[0].owner_id])


def _swap(cursor: Any, steps: list[ApprovalStep]) -> None:
    cursor.execute(
        "UPDATE approvals_approvalstep SET number = number + 10 WHERE owner_id = %s", [steps[0].owner_id]
    )
    cursor.execute(
        "UPDATE approvals_approvalstep SET number = CASE number WHEN 11 THEN 2 ELSE 1 END"
        " WHERE owner_id = %s",
        [steps[0].owner_id],
    )


def _drop_seal(number: int) -> Tamper:
    def drop(cursor: Any, steps: list[ApprovalStep]) -> None:
        cursor.execute("DELETE FROM approvals_evidenceseal WHERE number = %s", [number])

    return drop


def _sql(statement: str) -> Tamper:
    return lambda cursor, steps: cursor.execute(statement)


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (_drop_first, "step 1 is missing"),
        (_drop_head, "“approved”, and the step that says so is missing"),
        (_drop_chain, "“approved”, and the step that says so is missing"),
        (_swap, "step 1 was changed"),
        (_drop_seal(1), "seal 1 is missing"),
        (_sql("UPDATE approvals_evidenceseal SET steps = 3 WHERE number = 1"), "seal 1 of"),
        (_sql("UPDATE approvals_evidenceseal SET day = day + 9 WHERE number = 2"), "seal 2 of"),
        (_sql("UPDATE approvals_sealedhead SET head = repeat('a', 64)"), "does not fit the campaigns"),
        (_sql("DELETE FROM approvals_sealedhead"), "does not fit the campaigns"),
        (_sql("UPDATE content_revision SET html = html || ' '"), "revision 1 was changed"),
        (_sql("""UPDATE content_revision SET blocks = '[{"x": 1.5}]'"""), "revision 1 was changed"),
        (_sql("UPDATE content_approval SET content_hash = repeat('a', 64)"), "the approval of revision 1"),
    ],
)
def test_what_else_can_be_tampered_with(
    in_acme: Cast, steps: list[ApprovalStep], tamper: Tamper, words: str
) -> None:
    with past_triggers() as cursor:
        tamper(cursor, steps)
    assert words in first_break(in_acme)


def test_the_newest_steps_gone_with_all_that_tells_of_them(in_acme: Cast, steps: list[ApprovalStep]) -> None:
    """Whoever takes the items along too is told on by the seal."""
    with past_triggers() as cursor:
        cursor.execute("DELETE FROM approvals_approvalstep WHERE owner_id = %s", [steps[0].owner_id])
        cursor.execute("DELETE FROM approvals_submissionitem WHERE owner_id = %s", [steps[0].owner_id])
    assert "step 2, sealed on" in first_break(in_acme) and "is missing" in first_break(in_acme)


def test_the_newest_seal_gone(in_acme: Cast, steps: list[ApprovalStep]) -> None:
    """Steps that ought to be sealed long since are not any more."""
    later = approved(in_acme, in_acme.leeds)
    sealed(in_acme, days_ahead=2)
    with past_triggers() as cursor:
        cursor.execute(
            "DELETE FROM approvals_sealedhead"
            " WHERE seal_id = (SELECT id FROM approvals_evidenceseal WHERE number = 3)"
        )
        cursor.execute("DELETE FROM approvals_evidenceseal WHERE number = 3")
        cursor.execute("UPDATE approvals_approvalstep SET created_at = created_at - interval '3 days'")
    assert later and any("was never sealed" in str(one) for one in verified(in_acme).breaks)


def test_a_seal_tells_only_what_grew(in_acme: Cast, steps: list[ApprovalStep]) -> None:
    first, second = EvidenceSeal.objects.order_by("number")
    assert (first.steps, first.chains, second.steps, second.chains) == (4, 2, 4, 0)
    assert second.previous_hash == first.hash
    assert SealedHead.objects.filter(seal=first).count() == 2


def test_the_command_names_the_break_and_fails(in_acme: Cast, steps: list[ApprovalStep]) -> None:
    out, err = StringIO(), StringIO()
    call_command("verify_evidence", "--all", stdout=out, stderr=err)
    assert "acme: holds (4 steps, 2 seals, 2 revisions)" in out.getvalue()
    with past_triggers() as cursor:
        cursor.execute("UPDATE approvals_approvalstep SET comment = 'y' WHERE id = %s", [steps[1].pk])
    with pytest.raises(CommandError, match="acme does not hold"):
        call_command("verify_evidence", "--brand", "acme", stdout=out, stderr=err)
    name = SubmissionItem.objects.get(pk=steps[1].item_id).name
    assert f"acme, leaflet {steps[1].owner_id} “{name}”: step 2 was changed" in err.getvalue()
    assert Revision.objects.count() == 2
