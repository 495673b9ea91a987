"""The queue: ids only, brand first, scope and audit context reopened; huey's tables are ours."""

import importlib
from collections.abc import Iterator
from uuid import UUID, uuid4

import pghistory
import pytest
from django.db import connection, transaction
from huey import PostgresHuey, PriorityRedisHuey
from huey.storage import PostgresStorage

from storesync.core import queue
from storesync.core.queue import HUEY, Task, task
from storesync.core.scoping import current_scope

BRAND = UUID("01890000-0000-7000-8000-000000000001")
seen: list[tuple[object, ...]] = []


@task(name="tests.note")
def note(brand_id: UUID, number: int = 7) -> None:
    """What a task meets when it runs."""
    with pghistory.context() as context:
        seen.append((brand_id, number, current_scope(), dict(context.metadata)))


@task(name="tests.note_all", all_brands="a test of the way out")
def note_all(number: int) -> None:
    """A task across brands."""
    seen.append((number, current_scope()))


@task(name="tests.fail")
def fail(brand_id: UUID) -> None:
    """A task that breaks."""
    raise RuntimeError("broken on purpose")


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    """Nothing seen yet."""
    seen.clear()
    yield
    seen.clear()


def run_all() -> int:
    """Do what the worker does with every message in the queue; return how many there were."""
    count = 0
    while (message := HUEY.dequeue()) is not None:
        HUEY.execute(message)
        count += 1
    return count


@pytest.fixture
def real_queue(transactional_db: None) -> Iterator[None]:
    """The queue in PostgreSQL, emptied; reads do not wait for messages."""
    assert isinstance(HUEY.storage, PostgresStorage)
    HUEY.storage.blocking, was = False, HUEY.storage.blocking
    HUEY.storage.flush_all()
    yield
    HUEY.storage.flush_all()
    HUEY.storage.close()
    HUEY.storage.blocking = was


def test_message_goes_out_with_the_commit_and_not_before(real_queue: None) -> None:
    with transaction.atomic():
        note.wake(BRAND, 3)
        assert HUEY.storage.queue_size() == 0
    assert HUEY.storage.queue_size() == 1
    assert run_all() == 1
    brand, number, scope, context = seen[0]
    assert (brand, number, scope) == (BRAND, 3, frozenset({BRAND}))
    assert context == {"task": "tests.note"}
    assert current_scope() is None


def test_rolled_back_work_wakes_nobody(real_queue: None) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        note.wake(BRAND)
        raise ZeroDivisionError
    assert HUEY.storage.queue_size() == 0


def test_delayed_message_waits_in_the_schedule(real_queue: None) -> None:
    note.wake_in(3600, BRAND, 4)
    assert (HUEY.storage.queue_size(), HUEY.storage.schedule_size()) == (1, 0)
    assert run_all() == 1
    assert (HUEY.storage.queue_size(), HUEY.storage.schedule_size(), seen) == (0, 1, [])


def test_forged_message_is_not_run(real_queue: None) -> None:
    note.wake(BRAND)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE huey_task SET data = set_byte(data, 40, get_byte(data, 40) # 1)")
    with pytest.raises(ValueError, match="mismatch"):
        HUEY.dequeue()
    assert seen == []


def test_failing_task_is_logged_and_leaves_the_next_alone(
    real_queue: None, caplog: pytest.LogCaptureFixture
) -> None:
    fail.wake(BRAND)
    note.wake(BRAND)
    assert run_all() == 2
    assert "broken on purpose" in caplog.text
    assert len(seen) == 1
    assert current_scope() is None


def test_run_here_and_now_opens_the_same_scope(db: None) -> None:
    note.run(brand_id=BRAND)
    assert seen[0][:3] == (BRAND, 7, frozenset({BRAND}))
    note_all.run(1)
    assert seen[1] == (1, "every")


@pytest.mark.parametrize("value", [object(), {"name": "Ann"}, ["a"], "x" * 101, None, 1.5])
def test_messages_carry_ids_only(value: object) -> None:
    with pytest.raises(TypeError, match="ids only"):
        note.wake(BRAND, value)  # type: ignore[arg-type]


def test_first_parameter_is_the_brand() -> None:
    def work(campaign_id: UUID) -> None: ...

    with pytest.raises(TypeError, match="first parameter of a task is brand_id"):
        Task(work, name="tests.bad", reason="", priority=None)


def test_priority_first(real_queue: None) -> None:
    urgent = task(name=f"tests.urgent_{uuid4().hex}", priority=10)(lambda brand_id: seen.append(("urgent",)))
    note.wake(BRAND)
    urgent.wake(BRAND)
    run_all()
    assert seen[0] == ("urgent",)
    assert len(seen) == 2


def test_redis_where_it_is_set() -> None:
    assert isinstance(queue.make_huey("redis://localhost:6379/0", "x"), PriorityRedisHuey)
    assert isinstance(queue.make_huey("", "x"), PostgresHuey)


def test_migration_makes_the_tables_of_the_installed_huey() -> None:
    migration = importlib.import_module("storesync.core.migrations.0002_queue_tables")
    assert isinstance(HUEY.storage, PostgresStorage)
    assert HUEY.storage.ddl == migration.MAKE
