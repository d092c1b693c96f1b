"""One run at a time writes to an output, and says who it is."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from extract.commit import lock
from extract.commit.lock import Holder, take
from extract.errors import OutputLockedError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

ELSEWHERE = Holder("another.example", 4711, "2026-01-02T03:04:05Z")
KINDS = ["system", "lease"]


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path of a lock, where the file system has locks and where it has none."""
    if request.param == "lease":
        monkeypatch.setattr(fcntl, "flock", no_locks)
    return tmp_path / "state" / "lock"


def no_locks(_descriptor: int, _how: int) -> None:
    raise OSError(errno.ENOLCK, "No locks available")


def dead() -> Holder:
    """A process of this machine that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return Holder(socket.gethostname(), process.pid, "2026-01-02T03:04:05Z")


def write(path: Path, holder: Holder) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(holder)))


def test_who_holds_a_lock_stands_in_it_and_in_the_message(place: Path) -> None:
    held = take(place, Path("out"))
    told: dict[str, Any] = json.loads(held.path.read_text())

    assert (told["host"], told["pid"]) == (socket.gethostname(), os.getpid())
    with pytest.raises(OutputLockedError) as refused:
        take(place, Path("out"))
    assert refused.value.exit_code == 75
    said = str(refused.value)
    assert said.startswith("out is being written by another run (process ")
    for part in (socket.gethostname(), str(os.getpid()), told["started"]):
        assert part in said
    held.release()
    assert list(place.parent.iterdir()) == []
    take(place, Path("out")).release()


def test_a_lock_whose_file_was_removed_keeps_nobody_out(place: Path) -> None:
    held = take(place, Path("out"))
    assert held.holds()
    held.path.unlink()
    assert not held.holds()
    other = take(place, Path("out"))
    assert (held.holds(), other.holds()) == (False, True)
    held.release()
    assert other.holds()
    other.release()


def test_the_lock_of_a_process_that_was_killed_is_taken_over(place: Path) -> None:
    for name in ("lock", "lock.lease"):
        write(place.with_name(name), dead())
    held = take(place, Path("out"))

    assert json.loads(held.path.read_text())["pid"] == os.getpid()
    held.release()


def test_what_a_killed_run_has_left_among_temporary_files_goes(place: Path) -> None:
    held = take(place, Path("out"))
    assert held.room.is_dir()
    held.release()
    assert not held.room.exists()

    left, other = (Path(tempfile.gettempdir(), name) for name in ("zhengju-left", "others"))
    for room in (left, other):
        room.mkdir(exist_ok=True)
        for name in ("lock", "lock.lease"):
            write(place.with_name(name), replace(dead(), room=str(room)))
        take(place, Path("out")).release()
    assert not left.exists()
    assert other.is_dir()
    other.rmdir()


def test_a_later_process_of_the_same_number_is_another_one(place: Path) -> None:
    me = lock._process(os.getpid())  # noqa: SLF001  what the system tells
    now = Holder(socket.gethostname(), os.getpid(), "", me[1])

    assert not now.is_dead()
    assert replace(now, ticks=me[1] - 1).is_dead()
    assert not replace(now, ticks=0).is_dead()
    assert not replace(ELSEWHERE, pid=dead().pid).is_dead()
    write(place.with_name("lock.lease"), replace(now, ticks=me[1] - 1))
    take(place, Path("out")).release()


@pytest.mark.parametrize("content", [json.dumps(asdict(ELSEWHERE)), "", "{", '{"pid": 1}'])
def test_a_lease_that_may_be_alive_is_left_and_named(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fcntl, "flock", no_locks)
    (tmp_path / "lock.lease").write_text(content)
    with pytest.raises(OutputLockedError, match=r"if that one has ended, remove .*lock\.lease"):
        take(tmp_path / "lock", Path("out"))

    assert (tmp_path / "lock.lease").read_text() == content


def test_without_unix_a_lease_stands_for_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "fcntl", None)
    held = take(tmp_path / "lock", Path("out"))

    assert held.path.name == "lock.lease"
    with pytest.raises(OutputLockedError):
        take(tmp_path / "lock", Path("out"))
    held.release()
    assert list(tmp_path.iterdir()) == []


def test_a_lease_that_someone_faster_took_over_is_put_back(tmp_path: Path) -> None:
    path = tmp_path / "lock.lease"
    write(path, ELSEWHERE)
    lock._take_away(path, dead())  # noqa: SLF001  we had read the dead one before

    assert json.loads(path.read_text())["host"] == ELSEWHERE.host
    assert [p.name for p in tmp_path.iterdir()] == ["lock.lease"]


def test_the_workers_of_a_killed_run_are_waited_for(tmp_path: Path) -> None:
    """They have inherited the lock, and end a moment after it."""
    path = tmp_path / "lock"
    script = (
        "import os, sys, time; from pathlib import Path; from extract.commit.lock import take;"
        "held = take(Path(sys.argv[1]), Path('out'));"
        "child = os.fork();"
        "child or (time.sleep(0.5), os._exit(0));"
        "print('ready', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(  # noqa: S603  our own script
        [sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.wait()
        begun = time.monotonic()
        take(path, Path("out")).release()
        assert time.monotonic() - begun < 4
