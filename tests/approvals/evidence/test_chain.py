"""Steps are a chain that the database writes, whoever inserts them."""

import hashlib
import json
import threading
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from storesync.approvals.actions import decide, submit
from storesync.approvals.evidence.canonical import STEP_COLUMNS, STEP_FORM, STEP_REASON, step_told
from storesync.approvals.evidence.verifying import verify
from storesync.approvals.models import (
    ApprovalStep,
    ApprovalStepArchive,
    Decision,
    EvidenceSeal,
    Reason,
    SealedHead,
)
from storesync.content.models import Approval, Revision
from storesync.core.models import new_id
from storesync.core.scoping import brand_scope
from tests.approvals.conftest import make_revision, make_revisions
from tests.approvals.evidence.making import first_break, past_triggers, sealed
from tests.conftest import Cast


def approved(cast: Cast, *places: Any) -> list[ApprovalStep]:
    """The steps of campaigns that were handed in and approved, in order."""
    revisions = make_revisions(places or (cast.leeds, cast.york), cast.north_manager)
    [submission] = submit(revisions=[one.pk for one in revisions], actor=cast.north_manager)
    decide(
        items=list(submission.items.values_list("pk", flat=True)),
        decision=Decision.APPROVED,
        actor=cast.approver,
        comment="Ünïcode “fine”,\nnext\tline\x7f \\ 🎄",
    )
    return list(ApprovalStep.objects.order_by("owner_id", "number"))


def outsider(step: ApprovalStep) -> str:
    """The hash as somebody computes it who has only the columns and docs/evidence.md."""
    values: list[Any] = [STEP_FORM]
    for name in (*STEP_COLUMNS, *([STEP_REASON] if step.reason else [])):
        value = getattr(step, name)
        if name in {"created_at", "updated_at"}:
            value = value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        values.append(value if value is None or isinstance(value, int) else str(value))
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()


def test_every_column_is_hashed() -> None:
    columns = {field.column for field in ApprovalStep._meta.concrete_fields}
    assert columns - {*STEP_COLUMNS, STEP_REASON} == {"hash"}


def test_each_step_carries_the_hash_of_the_one_before(in_acme: Cast) -> None:
    steps = approved(in_acme)
    assert [step.number for step in steps] == [1, 2, 1, 2]
    for first, second in (steps[:2], steps[2:]):
        assert first.previous_hash == "" and second.previous_hash == first.hash
    assert [outsider(step) for step in steps] == [step.hash for step in steps]


def test_a_reason_is_hashed_too(in_acme: Cast) -> None:
    [revision] = make_revisions([in_acme.leeds], in_acme.north_manager)
    [submission] = submit(revisions=[revision.pk], actor=in_acme.north_manager)
    [item] = submission.items.values_list("pk", flat=True)
    why = {"comment": "Mend it", "reason": Reason.LEGAL}
    decide(items=[item], decision=Decision.REJECTED, actor=in_acme.approver, **why)  # type: ignore[arg-type]
    steps = list(ApprovalStep.objects.order_by("number"))
    assert [step.reason for step in steps] == ["", "legal"]
    assert [outsider(step) for step in steps] == [step.hash for step in steps]
    assert verify(in_acme.acme).holds
    told = step_told([STEP_FORM, *(getattr(steps[1], name) for name in STEP_COLUMNS), "legal"])
    assert (told["reason"], told["previous_hash"]) == ("legal", steps[0].hash)
    assert step_told([STEP_FORM, *STEP_COLUMNS])["reason"] == ""
    with past_triggers() as cursor:
        cursor.execute("UPDATE approvals_approvalstep SET reason = 'offer' WHERE id = %s", [steps[1].pk])
    assert "step 2 was changed" in first_break(in_acme)


def test_two_steps_of_one_campaign_in_one_statement_are_chained(in_acme: Cast) -> None:
    """Whatever Python says of number and hash: the database writes them."""
    step = approved(in_acme, in_acme.leeds)[-1]
    names = ", ".join(field.column for field in ApprovalStep._meta.concrete_fields if field.column != "id")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO approvals_approvalstep (id, {names}) SELECT gen_random_uuid(), {names}"  # noqa: S608
            " FROM approvals_approvalstep, generate_series(1, 3) WHERE hash = %s",
            [step.hash],
        )
    steps = list(ApprovalStep.objects.order_by("number"))
    assert [one.number for one in steps] == [1, 2, 3, 4, 5]
    assert [one.previous_hash for one in steps[1:]] == [one.hash for one in steps[:-1]]
    assert [outsider(one) for one in steps] == [one.hash for one in steps]


def test_rows_copied_in_are_chained_too(in_acme: Cast) -> None:
    step = approved(in_acme, in_acme.leeds)[-1]
    names = [field.column for field in ApprovalStep._meta.concrete_fields]
    statement = f"COPY approvals_approvalstep ({', '.join(names)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for _row in range(2):
            copy.write_row([new_id() if name == "id" else getattr(step, name) for name in names])
    assert [one.number for one in ApprovalStep.objects.order_by("number")] == [1, 2, 3, 4]
    assert verify(in_acme.acme).holds


@pytest.mark.parametrize(
    "model", [ApprovalStep, Revision, Approval, EvidenceSeal, SealedHead, ApprovalStepArchive]
)
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET created_at = created_at + interval '1 s'", "DELETE FROM {}", "TRUNCATE {} CASCADE"],
)
def test_the_database_refuses_changes(in_acme: Cast, model: Any, statement: str) -> None:
    approved(in_acme, in_acme.leeds)
    sealed(in_acme)
    if not model.objects.exists() and "TRUNCATE" not in statement:
        return
    if model is SealedHead:
        statement = statement.replace("created_at = created_at + interval '1 s'", "head = 'x'")
    with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement.format(model._meta.db_table))


def test_nothing_is_put_into_the_archive_that_was_no_step(in_acme: Cast) -> None:
    """Rule A12: what is archived is the very same step, and a step goes only when it is there."""
    approved(in_acme, in_acme.leeds)
    names = ", ".join(
        f.column for f in ApprovalStep._meta.concrete_fields if f.column not in {"id", "comment"}
    )
    with pytest.raises(DatabaseError, match="pgtrigger"), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO approvals_approvalsteparchive (id, comment, {names})"  # noqa: S608
            f" SELECT gen_random_uuid(), 'made up', {names} FROM approvals_approvalstep"
        )


@pytest.mark.django_db(transaction=True)
def test_two_transactions_about_one_campaign_cannot_fork_its_chain(cast: Cast) -> None:
    """One waits for the other; who cannot go on is refused, and the chain stays one (Rule A9)."""
    with brand_scope([cast.acme.pk]):
        owner = make_revision(cast.leeds, cast.north_manager)
        submit(revisions=[owner.pk], actor=cast.north_manager)
        step = ApprovalStep.objects.get()
    names = ", ".join(f.column for f in ApprovalStep._meta.concrete_fields if f.column != "id")
    barrier, outcomes = threading.Barrier(2, timeout=20), []

    def write() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                barrier.wait()
                cursor.execute(
                    f"INSERT INTO approvals_approvalstep (id, {names}) SELECT gen_random_uuid(), {names}"  # noqa: S608
                    " FROM approvals_approvalstep WHERE id = %s",
                    [step.pk],
                )
            outcomes.append("written")
        except IntegrityError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with brand_scope([cast.acme.pk]):
        assert sorted(outcomes) in (["refused", "written"], ["written", "written"])
        assert verify(cast.acme).holds
        assert ApprovalStep.objects.count() == 1 + outcomes.count("written")
