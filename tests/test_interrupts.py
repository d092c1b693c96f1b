"""An interrupt ends a run in order, wherever it comes; a second one ends it at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from extract.cli import main
from extract.commit import interrupts
from extract.commit.interrupts import caught, held
from extract.commit.steps import Name
from extract.commit.verify import findings, hold
from extract.pipeline import run
from tests import faults
from tests.processes import children, ended
from tests.stubs import digests, fill

pytestmark = [
    pytest.mark.usefixtures("stub_reader"),
    pytest.mark.skipif(sys.platform != "linux", reason="counts processes"),
]

SAMPLES = Path(__file__).parents[1] / "corpus"
SIGNALS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=str)


def begin(corpus: Path, output: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = main(["run", str(corpus), "--output", str(output)])
    return code, capsys.readouterr().err


@pytest.mark.parametrize("step", ["stage", "create", "rows", "manifest", "sync"])
def test_an_interrupt_before_publication_leaves_all_as_it_was(
    step: Name, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    run(corpus, tmp_path / "out", limit=3)
    before = digests(tmp_path / "out")
    with monkeypatch.context() as patch:
        faults.strike(patch, step, lambda _: signal.raise_signal(signal.SIGTERM))
        code, said = begin(corpus, tmp_path / "out", capsys)

    assert code == 130
    assert digests(tmp_path / "out") == before
    assert {path.name for path in tmp_path.iterdir()} - {".out.zhengju"} == {"out", "reports"}
    assert {path.name for path in tmp_path.glob(".out.zhengju/*")} <= {"cache"}
    assert not children()
    if step != "stage":
        assert "is as it was, and the same command goes on" in said
    assert begin(corpus, tmp_path / "out", capsys)[0] == 0


@pytest.mark.parametrize("step", ["exchange", "adopt"])
def test_an_interrupt_during_publication_waits_for_its_end(
    step: Name, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    run(corpus, tmp_path / "out", limit=3)
    fill(tmp_path / "out", {"notes.md": "mine"})
    faults.strike(monkeypatch, step, lambda _: signal.raise_signal(signal.SIGINT))
    code, said = begin(corpus, tmp_path / "out", capsys)

    assert code == 130
    assert "is the new dataset" in said
    assert not list(findings(hold(tmp_path / "out")))
    assert (tmp_path / "out" / "notes.md").read_text() == "mine"


def test_a_second_interrupt_ends_at_once() -> None:
    def action() -> None:
        with caught():
            try:
                signal.raise_signal(signal.SIGINT)
            except KeyboardInterrupt:
                signal.raise_signal(signal.SIGTERM)

    assert faults.in_child(action) == interrupts.EXIT_CODE


def test_an_interrupt_waits_until_what_belongs_together_is_done() -> None:
    done = []

    def action() -> None:
        with held():
            with held():
                signal.raise_signal(signal.SIGINT)
                done.append("inner")
            done.append("outer")

    with caught(), pytest.raises(KeyboardInterrupt):
        action()
    assert done == ["inner", "outer"]


def test_an_interrupt_within_an_exec_ends_with_our_exit_code(tmp_path: Path) -> None:
    script = (
        "import signal, sys\nfrom extract.commit.interrupts import EXIT_CODE, caught\n"
        "try:\n    with caught():\n        exec('signal.raise_signal(signal.SIGINT)')\n"
        "except KeyboardInterrupt:\n    sys.exit(EXIT_CODE)\n"
    )
    folder = fill(tmp_path, {"interrupted.py": script})
    paths = os.pathsep.join([str(folder), *sys.path])
    ended_with = subprocess.run(
        [sys.executable, "-m", "interrupted"], env={**os.environ, "PYTHONPATH": paths}, check=False
    )
    assert ended_with.returncode == 130


def test_handlers_are_put_back() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with caught():
        assert signal.getsignal(signal.SIGINT) != before[0]

    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


@SIGNALS
def test_a_command_that_is_interrupted_leaves_no_process_and_no_file(
    number: int, tmp_path: Path
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    process = subprocess.Popen(  # noqa: S603  our own command
        [sys.executable, "-m", "extract", "run", str(SAMPLES), "--output", str(tmp_path / "out")],
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    while not (workers := children(process.pid)) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(number)
    said = process.communicate(timeout=20)[1].decode()

    assert process.returncode == 130, said
    assert said.count("\n") == 1
    assert said.startswith("zhengju: interrupted; ")
    assert ended(workers)
    assert {path.name for path in tmp_path.iterdir()} <= {".out.zhengju", "tmp"}
    assert {path.name for path in tmp_path.glob(".out.zhengju/*")} <= {"cache"}
    assert list(temporary.iterdir()) == []
