"""No document ends a run, keeps it waiting or takes a neighbour down, whatever its loader does."""

from __future__ import annotations

import errno
import gc
import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from extract.cache.rowstore import RowStore
from extract.cache.shard import ShardError
from extract.cli import main
from extract.errors import OutputError, ZhengjuError
from extract.loaders import limits
from extract.loaders.limits import GIB, MIB, Budget
from extract.pipeline import run
from extract.processes import launch
from tests import mocks
from tests.processes import children, ended
from tests.stubs import digests, fill, rows

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="forks its workers, with the mocks in them"),
    pytest.mark.usefixtures("stub_reader"),
]

SHORT = Budget(total=4.0, per_page=0.0, silence=2.0, memory=256 * MIB, reply=2 * MIB)
TEXT = "agency 甲县医保局 {year} other\nrevenue actual {year} <{year}万元>\n"


@pytest.fixture(autouse=True)
def _mocks(monkeypatch: pytest.MonkeyPatch) -> None:
    mocks.install(monkeypatch)


def outcomes(output: Path) -> list[tuple[str, str | None]]:
    return [(row["status"], row["reason"]) for row in rows(output, "documents")]


def run_with(
    tmp_path: Path, *deeds: str, budget: Budget = SHORT, workers: int = 1
) -> list[tuple[str, str | None]]:
    """Outcomes of the deeds, run between innocent neighbours that must all be read."""
    files = {}
    for number, deed in enumerate(deeds):
        files[f"{number:02}a.txt"] = TEXT.format(year=2000 + number)
        files[f"{number:02}b.txt"] = f"{deed}"
    files["zz.txt"] = TEXT.format(year=2099)
    run(fill(tmp_path / "c", files), tmp_path / "out", budget=budget, workers=workers)
    found = outcomes(tmp_path / "out")
    assert len(found) == len(files)
    assert found[::2] == [("ok", None)] * (len(deeds) + 1)
    read = {row["source"] for row in rows(tmp_path / "out", "mentions")}
    assert read >= {name for name in files if "b" not in name}
    return found[1::2]


@pytest.mark.parametrize(
    ("deed", "outcome"),
    [
        ("!abort", ("crash", "SIGABRT")),
        ("!begin_again", ("crash", "reply")),
        ("!bug", ("crash", "KeyError")),
        ("!chatter", ("timeout", None)),
        ("!crash", ("crash", "SIGSEGV")),
        ("!eat", ("memory", None)),
        ("!exit", ("crash", "exit")),
        ("!flood", ("ok", None)),
        ("!fork", ("ok", None)),
        ("!fork_and_die", ("crash", "SIGKILL")),
        ("!hang", ("timeout", None)),
        ("!kill", ("crash", "SIGKILL")),
        ("!long_reply", ("crash", "reply")),
        ("!long_text", ("memory", None)),
        ("!no_memory", ("memory", None)),
        ("!odd_number", ("crash", "reply")),
        ("!refuse", ("refused", "depth")),
        ("!sleep", ("timeout", None)),
        ("!spin", ("timeout", None)),
        ("!spin_with_signs", ("timeout", None)),
    ],
)
def test_whatever_a_loader_does_becomes_one_row(
    tmp_path: Path, deed: str, outcome: tuple[str, str | None]
) -> None:
    before = time.monotonic()
    assert run_with(tmp_path, deed) == [outcome]
    assert time.monotonic() - before < 20
    assert children() == []


def test_many_of_them_in_one_run_cost_no_neighbour(tmp_path: Path) -> None:
    deeds = ["!crash", "!hang", "!exit", "!kill", "!no_memory", "!fork_and_die", "!crash again"]
    found = run_with(tmp_path, *deeds, workers=2)
    assert [status for status, _ in found] == [
        "crash", "timeout", "crash", "crash", "memory", "crash", "crash",
    ]  # fmt: skip


def test_a_document_that_kills_its_worker_once_is_read_the_careful_way(tmp_path: Path) -> None:
    assert run_with(tmp_path, "!kill careful") == [("ok", None)]


def test_a_worker_that_someone_has_stopped_costs_no_document(tmp_path: Path) -> None:
    found = run_with(tmp_path, "!stop once", "!stop", budget=replace(SHORT, silence=0.5))
    assert found == [("ok", None), ("crash", "SIGSTOP")]


def test_a_slow_document_keeps_the_pages_that_were_read(tmp_path: Path) -> None:
    assert run_with(tmp_path, "!pages 500", "!pages 3") == [("partial", "timeout"), ("ok", None)]
    by_source = {row["source"]: row["text"] for row in rows(tmp_path / "out", "texts")}
    assert 5 < by_source["00b.txt"].count("page") < 80


def test_pages_add_to_the_time_that_a_document_may_take(tmp_path: Path) -> None:
    roomy = replace(SHORT, per_page=0.1, most=20.0)
    assert run_with(tmp_path, "!pages 100", budget=roomy) == [("ok", None)]
    assert roomy.allowed(1000) == 20.0


def test_a_worker_has_limits_of_the_system(tmp_path: Path) -> None:
    run_with(tmp_path, "!limits")
    (text,) = (r["text"] for r in rows(tmp_path / "out", "texts") if r["source"] == "00b.txt")
    told = dict(word.removeprefix("limit").split("=") for word in text.split())
    assert told["CORE"] == "0"
    assert told["FSIZE"] == str(SHORT.file_size)
    assert int(told["NOFILE"]) <= 256
    assert 600 <= int(told["CPU"]) < 10**6
    assert SHORT.memory < int(told["AS"]) < 10 * 2**30


def test_rows_larger_than_the_user_allows_files_to_be_end_the_run(tmp_path: Path) -> None:
    text = "".join(TEXT.format(year=1000 + n) for n in range(900))
    corpus = fill(tmp_path / "c", {"a.txt": TEXT.format(year=2000), "b.txt": text})
    code = "import resource, sys; from extract.cli import main;"
    code += "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); sys.exit(main())"
    told = ["run", str(corpus), "--output", str(tmp_path / "out"), "--workers", "1"]
    done = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-c", code, *told], capture_output=True, check=False
    )
    assert done.returncode == OutputError.exit_code
    assert b"File too large" in done.stderr
    assert main(told) == 0  # none is thought to be poison
    assert outcomes(tmp_path / "out") == [("ok", None)] * 2


def test_a_file_that_grows_too_large_is_a_row(tmp_path: Path) -> None:
    target = tmp_path / "grown"
    found = run_with(tmp_path, f"!write {target}", budget=replace(SHORT, file_size=MIB))
    assert found == [("crash", "EFBIG")]
    assert target.stat().st_size == MIB


def test_the_bytes_depend_neither_on_workers_nor_on_how_rows_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {f"{i:03}.txt": TEXT.format(year=1900 + i) for i in range(100)} | {"050.txt": "!bug x"}
    corpus = fill(tmp_path / "c", names)
    run(corpus, tmp_path / "one", workers=1)
    run(corpus, tmp_path / "two", workers=2)
    monkeypatch.setattr("extract.processes.worker._FLUSH", 0.0)  # rows of one document at a time
    run(corpus, tmp_path / "each", workers=1, budget=replace(SHORT, growth=0))
    monkeypatch.setattr("extract.pipeline.isolates", lambda: False)
    run(corpus, tmp_path / "none")

    first = digests(tmp_path / "one")
    for name in ("two", "each", "none"):
        assert digests(tmp_path / name) == first


def test_workers_are_replaced_when_their_memory_has_grown_or_after_many_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    start = launch.Launcher.start

    def counted(self: launch.Launcher) -> Any:  # noqa: ANN401
        started.append(1)
        return start(self)

    monkeypatch.setattr(launch.Launcher, "start", counted)
    corpus = fill(tmp_path / "c", {f"{i}.txt": TEXT.format(year=1900 + i) for i in range(40)})
    run(corpus, tmp_path / "out", workers=1)
    assert len(started) == 1
    run(corpus, tmp_path / "out", workers=1, budget=replace(SHORT, documents=16))
    assert 3 <= len(started) - 1 <= 4
    assert outcomes(tmp_path / "out") == [("ok", None)] * 40


def links() -> int:
    """Sockets and pipes that this process holds."""
    gc.collect()
    held = [str(entry.resolve()) for entry in Path("/proc/self/fd").iterdir()]
    return sum("socket:" in name or "pipe:" in name for name in held)


def test_nothing_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(room))
    run_with(tmp_path / "first", "!kill")  # opens what stays open
    opened = links()
    run_with(tmp_path, "!kill", "!hang", "!fork", workers=2)
    assert list(room.iterdir()) == []
    assert links() == opened
    assert children() == []


def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    fill(tmp_path / "c", {"a.txt": "县" * 3_000_000})
    run_ = [sys.executable, "-m", "extract", "run", str(tmp_path / "c")]
    with subprocess.Popen([*run_, "--output", str(tmp_path / "out")]) as child:  # noqa: S603
        workers: list[int] = []
        while not workers and child.poll() is None:
            workers = children(child.pid)
            time.sleep(0.01)
        child.kill()
    assert len(workers) == 1
    assert ended(workers)


def test_a_run_learns_how_its_workers_end_where_its_starter_ignores_children(
    tmp_path: Path,
) -> None:
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # as services do, and `trap ""`
    try:
        corpus = fill(tmp_path / "c", {"a.txt": TEXT.format(year=2000), "b.txt": "!kill"})
        assert main(["run", str(corpus), "--output", str(tmp_path / "out")]) == 0
    finally:
        signal.signal(signal.SIGCHLD, before)
    assert outcomes(tmp_path / "out") == [("ok", None), ("crash", "SIGKILL")]


def test_without_workers_a_run_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any) -> Any:  # noqa: ANN401
        raise ZhengjuError("no process can be started (Cannot allocate memory); free some memory")

    monkeypatch.setattr(launch.Launcher, "start", never)
    with pytest.raises(ZhengjuError, match="no process can be started"):
        run(fill(tmp_path / "c", {"a.txt": "x"}), tmp_path / "out")


def test_with_fewer_workers_than_wanted_a_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    turns = iter([os.fork])
    monkeypatch.setattr("extract.cache.jobs.DOCUMENTS_PER_JOB", 1)

    def only_once() -> int:
        for turn in turns:
            return turn()
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", only_once)
    corpus = fill(tmp_path / "c", {f"{n}.txt": TEXT.format(year=1900 + n) for n in range(9)})
    assert run(corpus, tmp_path / "out", workers=4).documents == {"ok": 9}
    assert "goes on with 1 processes" in capsys.readouterr().err
    with pytest.raises(ZhengjuError, match=r"no process can be started .*fewer --workers"):
        run(corpus, tmp_path / "another", workers=1)


def test_a_worker_that_starts_from_scratch_may_be_told_more_than_an_argument_can_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "forks", lambda: False)
    names = "".join(f"{number}号县医保局,乐山县医疗保障局\n" for number in range(6_000))
    table = tmp_path / "aliases.csv"
    table.write_text(f"name,agency\n{names}", "utf-8")
    corpus = fill(tmp_path / "c", {"a.txt": "乐山县医疗保障局\n2022年支出5万元。"})
    assert run(corpus, tmp_path / "out", aliases=table).documents == {"ok": 1}


def test_a_worker_holds_no_file_of_its_parent_but_the_lock(tmp_path: Path) -> None:
    with (tmp_path / "table").open("wb"):
        run_with(tmp_path, "!held")
    (text,) = (r["text"] for r in rows(tmp_path / "out", "texts") if r["source"] == "00b.txt")
    held = text.split()
    assert [name for name in held if name.endswith("lock")]
    assert not [name for name in held if str(tmp_path) in name and not name.endswith("lock")]
    assert sum("socket:" in name for name in held) == 1


def test_a_pipe_in_the_place_of_rows_is_no_file(tmp_path: Path) -> None:
    with RowStore(tmp_path, "", MIB, keeps=False) as store:
        os.mkfifo(store.spool / "rows")
        with pytest.raises(ShardError):
            store.taken(store.spool / "rows", 0, (), MIB)


def test_workers_that_die_before_they_read_stop_the_run_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extract.processes.launch.serve", lambda *_: os._exit(9))
    with pytest.raises(ZhengjuError, match="before they read anything"):
        run(fill(tmp_path / "c", {"a.txt": "x"}), tmp_path / "out")


def test_limits_hold_only_while_a_worker_reads() -> None:
    assert not limits.expired()
    assert not limits.careful()
    limits.expect(3)
    limits.begin(replace(SHORT, total=0.0), lambda _: None, careful=True)
    try:
        assert limits.careful()
        time.sleep(0.01)
        assert limits.expired()
    finally:
        limits.end()
    assert not limits.expired()


def test_the_security_page_tells_all_limits() -> None:
    page = (Path(__file__).parent.parent / "SECURITY.md").read_text("utf-8")
    told = dict(re.findall(r"^\| `(\w+)` \| ([0-9.]+(?: [MG]iB)?)", page, re.MULTILINE))
    names = (
        "FILE",
        "XML_PART",
        "XML_TOTAL",
        "ZIP_RATIO_FROM",
        "MEMORY_WITH_OCR",
        "GROWTH_WITH_OCR",
    )
    sizes = {name: getattr(limits, name) for name in names}
    plain = {name: getattr(limits, name) for name in ("TEXT", "ZIP_MEMBERS", "ZIP_RATIO", "SCAN")}
    for name, value in asdict(Budget()).items():
        (sizes if isinstance(value, int) and value >= MIB else plain)[name] = value
    shown = {name: f"{value:g}" if value < 10**6 else str(value) for name, value in plain.items()}
    for name, value in sizes.items():
        shown[name] = f"{value // GIB} GiB" if value % GIB == 0 else f"{value // MIB} MiB"
    assert told == shown


def test_a_system_without_limits_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = fill(tmp_path / "c", {"a.txt": TEXT.format(year=2022)})
    assert main(["run", str(corpus), "--output", str(tmp_path / "out")]) == 0
    assert "limits     none" not in capsys.readouterr().out
    monkeypatch.setattr("extract.pipeline.isolates", lambda: False)
    assert main(["run", str(corpus), "--output", str(tmp_path / "out")]) == 0
    assert "limits     none: this system has no Unix" in capsys.readouterr().out


def test_where_threads_run_workers_start_from_scratch(tmp_path: Path) -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        corpus = fill(
            tmp_path / "c", {"a.txt": "乐山县医疗保障局\n2022年支出5万元。", "b.txt": "县"}
        )
        report = run(corpus, tmp_path / "out", workers=2)
    finally:
        done.set()
        thread.join()
    assert report.documents == {"ok": 2}
    assert [row["quote"] for row in rows(tmp_path / "out", "mentions")] == ["5万元"]
    assert children() == []
