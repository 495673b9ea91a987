"""The embedded PostgreSQL: really started and stopped, in folders of its own."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from storesync.core import embedded
from storesync.core.embedded import EmbeddedError
from tests.requirements import require

ROOT = os.geteuid() == 0
User = subprocess.Popen[str]
Begin = Callable[..., User]


@pytest.fixture
def bare() -> Iterator[Path]:
    """A data folder to be made, with a short path, which pytest's own temporary folders have not."""
    folder = Path(tempfile.mkdtemp(prefix="ss-test-"))
    yield folder / "pg"
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A data folder as initdb leaves it, which takes a second of processor time."""
    folder = Path(tempfile.mkdtemp(prefix="ss-made-"))
    embedded.ensure(folder / "pg")
    embedded.release(folder / "pg")
    yield folder / "pg" / "data"
    shutil.rmtree(folder)


@pytest.fixture
def root(bare: Path, made: Path) -> Path:
    """A data folder that was in use before."""
    bare.mkdir()
    subprocess.run(["cp", "-a", made, bare / "data"], check=True)
    return bare


@pytest.fixture
def begin(bare: Path) -> Iterator[Begin]:
    """Start processes that use the database of the test (or another); all are ended afterwards."""
    users: list[User] = []

    def start(folder: Path = bare, account: str | None = None) -> User:
        entry = pwd.getpwnam(account) if account else None
        user = subprocess.Popen(
            [sys.executable, "-m", "tests.core.embedded_user", str(folder)],
            cwd=settings.BASE_DIR,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            user=entry.pw_uid if entry else None,
            group=entry.pw_gid if entry else None,
            extra_groups=[] if entry else None,
        )
        users.append(user)
        return user

    yield start
    for user in users:
        user.communicate()


def said(user: User) -> str:
    """What the process said once it had the database, or was refused."""
    assert user.stdout is not None
    return user.stdout.readline().strip()


def leave(user: User) -> None:
    """Let the process end in the ordinary way."""
    user.communicate(timeout=180)
    assert user.returncode == 0


def answers(sockets: str) -> bool:
    """Whether a server answers a query there."""
    try:
        with psycopg.connect(host=sockets, user=embedded.USER, dbname=embedded.DATABASE) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def postmaster(root: Path) -> int:
    """Process id of the server."""
    return int((root / "data" / "postmaster.pid").read_text().splitlines()[0])


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something the kernel or the server does by itself."""
    deadline = time.monotonic() + 180
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def test_starts_with_pgvector_and_keeps_data(bare: Path, begin: Begin) -> None:
    first = begin()
    sockets = said(first)
    with psycopg.connect(host=sockets, user=embedded.USER, dbname=embedded.DATABASE) as connection:
        connection.execute("CREATE EXTENSION vector")
        connection.execute("CREATE TABLE kept AS SELECT '[1,2,3]'::vector AS v")
        settings_ = connection.execute(
            "SELECT current_setting('fsync'), current_setting('listen_addresses'),"
            " current_setting('server_encoding'), current_setting('timezone')"
        ).fetchone()
    assert settings_ == ("on", "", "UTF8", "UTC")
    leave(first)
    assert not answers(sockets)
    second = begin()
    with psycopg.connect(host=said(second), user=embedded.USER, dbname=embedded.DATABASE) as connection:
        assert connection.execute("SELECT v::text FROM kept").fetchone() == ("[1,2,3]",)


def test_last_user_stops_the_server(root: Path, begin: Begin) -> None:
    one, two = begin(), begin()
    sockets = said(one)
    assert said(two) == sockets
    leave(one)
    assert answers(sockets)
    leave(two)
    assert not answers(sockets)
    assert not (root / "data" / "postmaster.pid").exists()


def test_six_users_at_once_share_one_server(bare: Path, begin: Begin) -> None:
    users = [begin() for _ in range(6)]
    assert len({said(user) for user in users}) == 1
    for user in users:
        leave(user)
    assert not (bare / "data" / "postmaster.pid").exists()


def test_killed_user_is_not_counted(root: Path, begin: Begin) -> None:
    killed, other = begin(), begin()
    sockets = said(killed)
    said(other)
    killed.kill()
    killed.wait()
    assert answers(sockets)
    leave(other)
    assert not answers(sockets)


def watchers(root: Path) -> list[int]:
    """Process ids of the watchers of a data folder."""
    command = f"storesync.core.embedded\0{root.resolve()}\0".encode()
    found = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError):
            if folder.name.isdigit() and (folder / "cmdline").read_bytes().endswith(command):
                found.append(int(folder.name))
    return found


def test_server_of_killed_users_is_stopped_by_its_watcher(root: Path, begin: Begin) -> None:
    users = [begin() for _ in range(3)]
    sockets = {said(user) for user in users}.pop()
    for user in users:
        user.kill()
        user.wait()
    wait_until(lambda: not answers(sockets))
    wait_until(lambda: not watchers(root))


def test_server_left_behind_is_taken_over(root: Path, begin: Begin) -> None:
    killed = begin()
    sockets = said(killed)
    for watcher in watchers(root):
        os.kill(watcher, signal.SIGKILL)
    killed.kill()
    killed.wait()
    before = postmaster(root)
    other = begin()
    assert said(other) == sockets
    assert postmaster(root) == before
    leave(other)
    assert not answers(sockets)


def test_killed_postmaster_is_started_again_by_the_next_connection(root: Path) -> None:
    sockets = embedded.ensure(root)
    try:
        os.kill(postmaster(root), signal.SIGKILL)
        wait_until(lambda: not answers(str(sockets)))
        assert embedded.ensure(root) == sockets
        assert answers(str(sockets))
    finally:
        embedded.release(root)
    assert not answers(str(sockets))


def test_stale_pid_of_another_program_does_not_block(root: Path) -> None:
    embedded.ensure(root)
    lines = (root / "data" / "postmaster.pid").read_text().splitlines()
    embedded.release(root)
    # As after a reboot: the number now belongs to somebody else.
    (root / "data" / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    sockets = embedded.ensure(root)
    assert answers(str(sockets))
    embedded.release(root)


def test_killed_initdb_leaves_no_half_folder(bare: Path) -> None:
    (bare / "data.new" / "global").mkdir(parents=True)
    (bare / "data.new" / "PG_VERSION").write_text("18\n")
    assert answers(str(embedded.ensure(bare)))
    embedded.release(bare)
    assert not (bare / "data.new").exists()


@pytest.mark.parametrize("missing", ["PG_VERSION", "global/pg_control", "base"])
def test_half_written_folder_gets_a_clear_word(bare: Path, missing: str) -> None:
    data = bare / "data"
    for name in ("global", "base"):
        (data / name).mkdir(parents=True)
    (data / "PG_VERSION").write_text("18\n")
    (data / "global" / "pg_control").write_bytes(b"x")
    path = data / missing
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(EmbeddedError, match="only half there") as refusal:
        embedded.ensure(bare)
    assert str(data) in str(refusal.value)


def test_folder_of_another_version_gets_a_clear_word(bare: Path) -> None:
    data = bare / "data"
    (data / "base").mkdir(parents=True)
    (data / "global").mkdir()
    (data / "global" / "pg_control").write_bytes(b"x")
    (data / "PG_VERSION").write_text("15\n")
    with pytest.raises(EmbeddedError, match="PostgreSQL 15, the installed one is 18"):
        embedded.ensure(bare)


def test_server_that_cannot_start_says_why(root: Path) -> None:
    with pytest.raises(EmbeddedError, match="no_such_setting"):
        embedded.ensure(root, {"no_such_setting": "1"})
    assert answers(str(embedded.ensure(root)))
    embedded.release(root)


def test_long_path_has_its_socket_elsewhere(bare: Path, begin: Begin) -> None:
    deep = bare / ("a" * 60) / ("b" * 60)
    one, two = begin(deep), begin(deep)
    sockets = said(one)
    assert len(sockets) < 90
    assert said(two) == sockets
    assert answers(sockets)
    assert Path(sockets).stat().st_mode & 0o077 == 0
    leave(one)
    leave(two)
    Path(sockets).rmdir()


def test_foreign_socket_folder_is_refused(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = bare / ("a" * 60) / ("b" * 60)
    sockets = embedded.ensure(deep)
    embedded.release(deep)
    sockets.rmdir()
    sockets.symlink_to(bare)
    try:
        with pytest.raises(EmbeddedError, match="is not ours"):
            embedded.ensure(deep)
    finally:
        sockets.unlink()


def test_nobody_else_may_enter(bare: Path) -> None:
    sockets = embedded.ensure(bare)
    assert sockets.stat().st_mode & 0o077 == 0
    assert (bare / "data").stat().st_mode & 0o077 == 0
    embedded.release(bare)


def test_folder_closed_to_the_server_user(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clone in root's home: its folders, the programs' too, let nobody pass but root."""
    if not ROOT:
        pytest.skip("only root lends the server another user")
    require("setpriv")
    bare.parent.chmod(0o700)
    programs = bare.parent / "programs"
    programs.symlink_to(embedded.binaries())
    monkeypatch.setattr(embedded, "binaries", lambda: programs)
    assert answers(str(embedded.ensure(bare)))
    embedded.release(bare)


def test_ordinary_user(bare: Path, begin: Begin) -> None:
    """What root's tests above do as root, an ordinary user does as that user."""
    if not ROOT:
        pytest.skip("this run is an ordinary user's anyway")
    needed = (settings.BASE_DIR, Path(sys.prefix).resolve(), Path(sys.executable).resolve())
    if any(not folder.stat().st_mode & 0o001 for path in needed for folder in path.parents):
        pytest.skip("other users may not enter the folders of this project or of its Python")
    account = pwd.getpwnam("daemon")
    os.chown(bare.parent, account.pw_uid, account.pw_gid)
    one, two = begin(account="daemon"), begin(account="daemon")
    sockets = said(one)
    assert said(two) == sockets
    assert (bare / "data").stat().st_uid == account.pw_uid
    assert answers(sockets)
    leave(one)
    leave(two)
    assert not answers(sockets)
    # Root then uses that folder as its owner, and a third user is told whose it is.
    assert answers(str(embedded.ensure(bare)))
    embedded.release(bare)
    assert (bare / "data").stat().st_uid == account.pw_uid
    bare.parent.chmod(0o755)
    assert "belongs to daemon" in said(begin(account="games"))


def test_fork_takes_a_share_of_its_own(root: Path) -> None:
    sockets = embedded.ensure(root)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        embedded.ensure(root)
        os.write(writer, b"x")
        signal.pause()
    os.read(reader, 1)
    embedded.release(root)
    assert answers(str(sockets))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    embedded.ensure(root)
    embedded.release(root)
    assert not answers(str(sockets))


def test_missing_wheel_gets_a_clear_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EmbeddedError, match="Set DATABASE_URL"):
        embedded.binaries()
