"""Runs killed at any moment, while others read: all they see is one dataset or the other."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from extract.commit.verify import findings, hold
from extract.pipeline import run
from tests import readers
from tests.bench.corpora import fill as reports
from tests.processes import children, ended
from tests.stubs import COUNTY, digests, fill

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks, and exchanges folders")

FEW, SOME, MANY = 3, 20, 50
KEPT = {"previous", "cache"}  # in the state folder, between two runs
HALF = 0.5


def is_whole(output: Path) -> bool:
    return not list(findings(hold(output)))


def in_background(corpus: Path, output: Path) -> int:
    """The process of a run that is under way."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            run(corpus, output, workers=2)
            code = 0
        finally:
            os._exit(code)
    return pid


@pytest.mark.usefixtures("stub_reader")
def test_readers_see_whole_tables_while_runs_are_killed(tmp_path: Path) -> None:
    chance = random.Random(11)  # noqa: S311  no secret
    corpora = {
        name: fill(tmp_path / name, {f"{i:03}.txt": _report(sign, i) for i in range(20)})
        for name, sign in (("a", "甲"), ("b", "乙"))
    }
    wanted, sets, lasts = {}, [], 0.0
    for name, corpus in corpora.items():
        lasts = run(corpus, tmp_path / f"{name}.out").seconds
        wanted[name] = digests(tmp_path / f"{name}.out")
        sets.append(readers.counts(tmp_path / f"{name}.out"))
    output = tmp_path / "out"
    run(corpora["a"], output)
    with readers.watching(output, tmp_path / "log", sets) as wrong:
        for number in range(FEW):
            name = "ba"[number % 2]
            pid = in_background(corpora[name], output)
            time.sleep(chance.uniform(0, lasts))
            workers = children(pid)
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            assert ended(workers)
            assert is_whole(output)
            assert digests(output) in wanted.values()
            run(corpora[name], output, accept="another corpus")
            assert digests(output) == wanted[name]
        assert wrong() == []
    assert {path.name for path in tmp_path.glob(".out.zhengju/*")} <= KEPT
    assert not children()


def _report(sign: str, number: int) -> str:
    return COUNTY.format(name=f"{sign}县医保局", year=2020 + number % 5, money=number + 1)


class Command:
    """``zhengju run`` in a process of its own, over one of two corpora in turn."""

    def __init__(self, tmp_path: Path) -> None:
        self.output = tmp_path / "out"
        self.temporary = tmp_path / "tmp"
        self.temporary.mkdir()
        self.corpora = [tmp_path / "a", tmp_path / "b"]
        for corpus, count in zip(self.corpora, (60, 90), strict=True):
            reports(corpus, count)

    def start(self, corpus: Path, output: Path | None = None) -> subprocess.Popen[bytes]:
        place = str(output or self.output)
        return subprocess.Popen(  # noqa: S603  our own command
            [sys.executable, "-m", "extract", "run", str(corpus), "--output", place,
             "--workers", "2", "--accept", "another corpus"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
            env={**os.environ, "TMPDIR": str(self.temporary)},
        )  # fmt: skip

    def finish(self, corpus: Path, output: Path | None = None) -> None:
        process = self.start(corpus, output)
        said = process.communicate()[1]
        assert process.returncode == 0, said


@pytest.mark.soak
def test_runs_killed_at_any_moment_lose_nothing_and_write_nothing_twice(tmp_path: Path) -> None:
    chance = random.Random(time.time_ns())  # noqa: S311  no secret
    command = Command(tmp_path)
    wanted, sets = [], []
    for corpus in command.corpora:
        begun = time.monotonic()
        command.finish(corpus, corpus.with_suffix(".out"))
        lasts = time.monotonic() - begun
        wanted.append(digests(corpus.with_suffix(".out")))
        sets.append(readers.counts(corpus.with_suffix(".out")))
    command.finish(command.corpora[1])
    killed: Counter[str] = Counter()
    with readers.watching(command.output, tmp_path / "log", sets) as wrong:
        for number in range(4 * MANY):  # some come when the run is over
            if killed.total() == MANY:
                break
            which = number % 2
            process = command.start(command.corpora[which])
            time.sleep(chance.uniform(0, lasts))
            workers = children(process.pid)
            who = chance.choice(["parent", "group", "worker"])
            killed[who] += process.poll() is None and (who != "worker" or bool(workers))
            _kill(who, process, workers, chance)
            assert ended(workers)
            assert is_whole(command.output)
            assert digests(command.output) in wanted
            command.finish(command.corpora[which])
            assert digests(command.output) == wanted[which], number
            assert {path.name for path in tmp_path.glob(".out.zhengju/*")} <= KEPT
            assert list(command.temporary.iterdir()) == []
        assert wrong() == []
    print(f"killed {dict(killed)}, a run of {lasts:.1f} s")
    assert killed.total() == MANY


def _kill(
    who: str, process: subprocess.Popen[bytes], workers: list[int], chance: random.Random
) -> None:
    """A worker, after which the run goes on, or the parent, alone or with all that it started."""
    with suppress(ProcessLookupError):
        if who == "worker":
            for pid in workers[:1] if chance.random() < HALF else workers:
                os.kill(pid, signal.SIGKILL)
        elif who == "group":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    said = process.communicate()[1]
    assert process.returncode in ((0,) if who == "worker" else (0, -signal.SIGKILL)), said


@pytest.mark.soak
def test_an_interrupt_at_any_moment_leaves_nothing_behind(tmp_path: Path) -> None:
    chance = random.Random(time.time_ns())  # noqa: S311  no secret
    command = Command(tmp_path)
    begun = time.monotonic()
    command.finish(command.corpora[0])
    lasts = time.monotonic() - begun
    before = digests(command.output)
    ends: Counter[int] = Counter()
    for number in range(SOME):
        process = command.start(command.corpora[number % 2])
        while not _listens(process):
            time.sleep(0.01)
        time.sleep(chance.uniform(0, lasts / 2))  # rows of the first run are known by now
        workers = children(process.pid)
        process.send_signal(chance.choice([signal.SIGINT, signal.SIGTERM]))
        said = process.communicate(timeout=60)[1].decode()
        ends[process.returncode] += 1
        assert process.returncode in (0, 130), said
        if process.returncode == 130:
            assert "Traceback" not in said
            assert said.splitlines()[-1].startswith("zhengju: interrupted")
        if "as it was" in said:
            assert digests(command.output) == before
        before = digests(command.output)
        assert ended(workers)
        assert is_whole(command.output)
        assert {path.name for path in tmp_path.glob(".out.zhengju/*")} <= KEPT
        assert list(command.temporary.iterdir()) == []
    print(f"ended with {dict(ends)}")
    assert ends[130] > SOME // 4


def _listens(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has come so far that it answers SIGTERM itself."""
    told = Path(f"/proc/{process.pid}/status").read_text("utf-8")
    caught = int(told.partition("SigCgt:")[2].split()[0], 16)
    return bool(caught >> (signal.SIGTERM - 1) & 1)
