"""`make demo` as its user treats it: twice, on a busy port, with Ctrl-C, kill -9 and a broken folder."""

import json
import os
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from storesync.core import embedded

Demo = subprocess.Popen[str]


@pytest.fixture
def var() -> Iterator[Path]:
    """A `var/` of its own, so that nobody's demo is touched."""
    folder = Path(tempfile.mkdtemp(prefix="ss-demo-"))
    yield folder
    shutil.rmtree(folder)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def command(var: Path, port: int, *more: str) -> Demo:
    environment = {**os.environ, "STORESYNC_VAR": str(var), "MAIL_SINK_PORT": str(free_port())}
    for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "STORESYNC_PGDIR", "STORESYNC_DB"):
        environment.pop(name, None)
    return subprocess.Popen(
        [sys.executable, "manage.py", "run_demo", "--port", str(port), "--tied", *more],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.fixture
def demo(var: Path) -> Iterator[Callable[..., tuple[Demo, int]]]:
    """Start a demo and wait until it has said that it is up."""
    started: list[Demo] = []

    def start(*more: str) -> tuple[Demo, int]:
        port = free_port()
        running = command(var, port, *more)
        started.append(running)
        assert running.stdout is not None
        said = []
        for line in running.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                return running, port
        pytest.fail("".join(said))

    yield start
    for running in started:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGINT)
        running.communicate(timeout=180)


def processes(var: Path) -> list[str]:
    """Everything that runs with this `var/`, found by its environment or its command line."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            text = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        if str(var).encode() in text:
            found.append(folder.name)
    return found


def wait_until_gone(var: Path) -> None:
    deadline = time.monotonic() + 180
    while left := processes(var):
        assert time.monotonic() < deadline, described(left, var)
        time.sleep(0.1)


def described(left: list[str], var: Path) -> str:
    """What still runs and what the demo's parts said last: a failure elsewhere is read from its output."""
    lines = ["Still running:"]
    for pid in left:
        with suppress(OSError):
            folder = Path("/proc") / pid
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            state = [
                line
                for line in (folder / "status").read_text().splitlines()
                if line[:5] in {"State", "PPid:"}
            ]
            lines.append(f"  {pid} {command} {state}")
    for log in sorted((var / "log").glob("*.log")) + [var / "pg" / "postgres.log"]:
        if log.exists():
            lines += [f"{log.name}:", *log.read_text(errors="replace").splitlines()[-10:]]
    return "\n".join(lines)


def test_up_and_down_again_and_again(var: Path, demo: Callable[..., tuple[Demo, int]]) -> None:
    """One folder through Ctrl-C, kill -9 of the runner and of a part: each time it comes up with its data."""
    running, port = demo("--ai", "sample")
    assert any("model_server" in line for line in described(processes(var), var).splitlines())
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz?worker=1") as answer:
        assert json.load(answer) == {"database": True, "queue": True, "worker": True, "clocks": True}
    made = (var / "pg" / "data" / "PG_VERSION").stat().st_ctime_ns
    os.killpg(running.pid, signal.SIGINT)
    said, _ = running.communicate(timeout=180)
    assert running.returncode == 0, said
    wait_until_gone(var)

    again, port = demo()
    assert (var / "pg" / "data" / "PG_VERSION").stat().st_ctime_ns == made
    busy = command(var, port)
    said, _ = busy.communicate(timeout=180)
    assert busy.returncode != 0
    assert f"Port {port} is in use" in said
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
        assert answer.status == 200

    # A database that knows migrations which this version has not.
    with psycopg.connect(
        host=embedded.ensure(var / "pg"), user=embedded.USER, dbname=embedded.DATABASE
    ) as server:
        insert = "INSERT INTO django_migrations (app, name, applied) VALUES ('media', '0001_library', now())"
        server.execute(insert)
        server.commit()
        foreign = command(var, free_port())
        said, _ = foreign.communicate(timeout=180)
        server.execute("DELETE FROM django_migrations WHERE name = '0001_library'")
    embedded.release(var / "pg")
    assert foreign.returncode != 0
    assert f"The database in {var / 'pg'} was made by another version of StoreSync" in said
    assert "Traceback" not in said

    # A killed runner takes everything along.
    os.kill(again.pid, signal.SIGKILL)
    again.wait()
    wait_until_gone(var)

    # One that dies ends all and is named.
    last, _port = demo()
    worker = next(
        pid for pid in processes(var) if b"run_worker" in (Path("/proc") / pid / "cmdline").read_bytes()
    )
    os.kill(int(worker), signal.SIGKILL)
    said, _ = last.communicate(timeout=180)
    assert last.returncode == 1
    assert "worker ended by itself" in said
    wait_until_gone(var)


def test_half_written_folder_gets_a_clear_word(var: Path) -> None:
    (var / "pg" / "data").mkdir(parents=True)
    running = command(var, free_port())
    said, _ = running.communicate(timeout=180)
    assert running.returncode != 0
    assert "only half there" in said
    assert "Traceback" not in said


def test_mail_sent_to_the_sink_survives_its_end(var: Path) -> None:
    port = free_port()
    sink = subprocess.Popen(
        [sys.executable, "manage.py", "run_mail_sink", "--port", str(port)],
        cwd=settings.BASE_DIR,
        env={**os.environ, "STORESYNC_VAR": str(var)},
    )
    deadline = time.monotonic() + 180
    while True:
        try:
            with smtplib.SMTP("127.0.0.1", port) as client:
                client.sendmail("a@acme.example", ["b@example.com"], "Subject: Hello\r\n\r\nHi\r\n")
            break
        except ConnectionRefusedError:
            assert time.monotonic() < deadline, "the sink never listened"
            time.sleep(0.1)
    sink.kill()
    sink.wait()
    (line,) = (var / "mailbox" / "index.jsonl").read_text().split()
    assert json.loads(line)["subject"] == "Hello"
