"""A run on a Dask cluster of this machine: the same bytes as the local pool, whatever dies."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from extract.cache import shard
from extract.cache.recipe import ours
from extract.cli import main
from extract.engines import cluster, far
from extract.errors import UsageError, ZhengjuError
from extract.inputs.corpus import open_corpus
from extract.loaders.limits import usual_budget
from extract.pipeline import run
from extract.processes.pool import Pool
from tests.builders import zip_of
from tests.stubs import digests

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Two workers, as threads of this process."""
    here = {"host": "127.0.0.1", "protocol": "tcp://", "dashboard_address": "127.0.0.1:0"}
    with distributed.LocalCluster(2, processes=False, threads_per_worker=1, **here) as cluster:
        yield cluster.scheduler_address
    end_threads()


def end_threads() -> None:
    """End the thread that Dask leaves behind: where one runs, later tests could not fork."""
    from distributed import utils  # noqa: PLC0415

    utils._offload_executor.shutdown()  # noqa: SLF001
    utils._offload_executor = ThreadPoolExecutor(1)  # noqa: SLF001


def test_a_run_on_a_cluster_writes_the_same_bytes(
    corpus: Path, tmp_path: Path, scheduler: str
) -> None:
    members = {"a.txt": "2021年支出10万元。".encode(), "b/c.txt": "2022年支出12万元。".encode()}
    (corpus / "更多.zip").write_bytes(zip_of(members))
    (corpus / "重复.txt").write_bytes(next(corpus.rglob("2021.txt")).read_bytes())
    (corpus / "空.txt").write_bytes(b"")
    here = run(corpus, tmp_path / "here", workers=2)
    there = run(corpus, tmp_path / "there", scheduler=scheduler)
    assert there.documents == here.documents
    assert digests(tmp_path / "there") == digests(tmp_path / "here")
    assert far._readers == {}  # noqa: SLF001  nothing is left running
    assert run(corpus, tmp_path / "there", scheduler=scheduler).unchanged
    (corpus / "新.txt").write_text("2022年支出13万元。", encoding="utf-8")
    more = run(corpus, tmp_path / "there", scheduler=scheduler)
    assert more.reused == sum(here.documents.values())


def test_a_file_that_changed_meanwhile_is_skipped_and_looked_at_again(
    corpus: Path, tmp_path: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = next(corpus.rglob("2021.txt"))
    look = far.look

    def look_and_change(told: str, found: list[list[object]]) -> list[far.Looked]:
        looked = look(told, found)
        file.write_text("2021年支出11万元。", encoding="utf-8")
        return looked

    with monkeypatch.context() as patch:
        patch.setattr(far, "look", look_and_change)
        first = run(corpus, tmp_path / "out", scheduler=scheduler)
    assert first.documents["skipped"] == 1
    second = run(corpus, tmp_path / "out", scheduler=scheduler)
    assert "skipped" not in second.documents


def test_a_worker_with_other_rules_is_refused(
    corpus: Path, tmp_path: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(ours(), rules="other")
    monkeypatch.setattr(far, "ours", lambda: other)
    with pytest.raises(ZhengjuError, match="another version of: rules"):
        run(corpus, tmp_path / "out", scheduler=scheduler)
    assert not (tmp_path / "out").exists()


def test_a_corpus_that_the_workers_do_not_see_is_refused(
    corpus: Path, tmp_path: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extract.inputs.corpus.Folder.told", lambda _: str(tmp_path / "elsewhere"))
    with pytest.raises(ZhengjuError, match="does not see"):
        run(corpus, tmp_path / "out", scheduler=scheduler)


def test_a_scheduler_that_does_not_answer_is_one_line(corpus: Path, tmp_path: Path) -> None:
    program = (
        "from extract import cli; from extract.engines import cluster; cluster.SECONDS = 0.3;"
        "cli.main()"
    )
    command = [sys.executable, "-c", program, "run", str(corpus), "--output", str(tmp_path / "out")]
    command += ["--engine", "dask", "--scheduler", "tcp://127.0.0.1:9"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  ours
    assert "zhengju: no workers at tcp://127.0.0.1:9" in told.stderr.splitlines()[-1]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("options", [["--engine", "dask"], ["--scheduler", "tcp://host:8786"]])
def test_engine_and_scheduler_belong_together(
    corpus: Path, tmp_path: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(corpus), "--output", str(tmp_path / "out"), *options]) == 2
    assert "add that" in (said := capsys.readouterr().err) or "tcp://host:8786" in said


def test_without_dask_the_command_to_install_it_is_named(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'zhengju\[dask\]'"):
        run(corpus, tmp_path / "out", scheduler="tcp://127.0.0.1:9")


def test_a_scheduler_file_that_never_comes_is_one_line(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "SECONDS", 0.1)
    with pytest.raises(ZhengjuError, match=r"no scheduler file .*none\.json"):
        run(corpus, tmp_path / "out", scheduler=str(tmp_path / "none.json"))


def test_where_all_workers_are_lost_the_run_ends(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = {"host": "127.0.0.1", "protocol": "tcp://", "dashboard_address": "127.0.0.1:0"}
    with distributed.LocalCluster(1, processes=False, threads_per_worker=1, **here) as workers:
        engine = cluster.Cluster(workers.scheduler_address, setup(corpus))
        with engine:
            monkeypatch.setattr(cluster, "SECONDS", 0.1)
            workers.scale(0)
            with pytest.raises(ZhengjuError, match="no workers are left"):
                list(engine.looked(open_corpus(corpus).listing()))
    end_threads()


def setup(corpus: Path, run: str = "one") -> far.Setup:
    """What a worker is told of a run over a folder."""
    first = open_corpus(corpus).listing()[0]
    made = ours().told()
    seen = [first.path, first.signature, first.size]
    return far.Setup(run, str(corpus), seen, ["ok", None], True, usual_budget(), "version", made)


def references(corpus: Path) -> list[far.Reference]:
    """All files of the folder, as work goes out."""
    place = open_corpus(corpus)
    sources = [(place.read(found.path), found.path) for found in place.listing()]
    return [(shard.plain(source), path) for source, path in sources]


def test_runs_on_one_worker_share_a_process_that_ends_with_the_last_of_them(corpus: Path) -> None:
    one, two = (setup(corpus, run).told() for run in ("one", "two"))
    assert far.work(one, references(corpus)) == far.work(two, references(corpus))
    assert len(far._readers) == 1  # noqa: SLF001
    far.release(one)
    assert len(far._readers) == 1  # noqa: SLF001
    far.release(two)
    assert far._readers == {}  # noqa: SLF001


def test_a_run_that_ends_waits_for_none_of_its_tasks_and_leaves_no_process(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = setup(corpus, "interrupted").told()
    begun, ended, stopped = threading.Event(), threading.Event(), threading.Event()

    def run(_pool: Pool, _works: object) -> Iterator[None]:
        begun.set()
        ended.wait()
        yield

    monkeypatch.setattr(Pool, "run", run)
    monkeypatch.setattr(Pool, "stop", lambda _: stopped.set())
    task = threading.Thread(target=far.work, args=(told, references(corpus)))
    task.start()
    begun.wait()
    far.release(told)
    assert not stopped.is_set()
    ended.set()
    task.join()
    assert stopped.is_set()
    assert far._readers == {}  # noqa: SLF001
    with pytest.raises(RuntimeError, match="over"):
        far.work(told, references(corpus))


def test_a_worker_that_loses_sight_of_the_corpus_fails_and_loses_no_rows(corpus: Path) -> None:
    told, work = setup(corpus, "lost").told(), references(corpus)
    found = open_corpus(corpus).listing()
    listed = [[one.path, one.signature, one.size] for one in found]
    assert len(far.look(told, listed)) == len(found)
    corpus.rename(corpus.with_name("elsewhere"))
    for call in (lambda: far.look(told, listed), lambda: far.work(told, work)):
        with pytest.raises(far.UnseenError, match="does not see"):
            call()
    far.release(told)


@contextmanager
def processes(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and workers, each a process of its own: the address, and the workers."""
    file = folder / "scheduler.json"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}

    def start(module: str, *args: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{module}", *args]
        command += ["--scheduler-file", str(file), "--host", "127.0.0.1", "--no-dashboard"]
        nothing = subprocess.DEVNULL
        return subprocess.Popen(command, env=environment, stdout=nothing, stderr=nothing)  # noqa: S603  ours

    with ExitStack() as stack:
        begun = [start("dask_scheduler", "--port", "0")]
        begun += [start("dask_worker", "--nthreads", "1", "--no-nanny") for _ in range(workers)]
        for process in begun:
            stack.callback(process.wait)
            stack.callback(process.kill)
        yield str(file), begun[1:]


@pytest.mark.soak
def test_a_worker_that_is_killed_loses_no_row_and_doubles_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(96):
        text = f"甲县医保局{number}年度报告\n" + f"支出{number}.5万元，参保{number + 7}人。\n" * 20
        (corpus / f"{number:03}.txt").write_text(text, encoding="utf-8")
    run(corpus, tmp_path / "here", workers=1)
    with processes(tmp_path, 2) as (scheduler, (first, _)):
        done = threading.Event()

        def kill() -> None:
            done.wait()
            first.kill()

        threading.Thread(target=kill, daemon=True).start()
        monkeypatch.setattr("extract.engines.cluster.Cluster._batch", after(3, done))
        run(corpus, tmp_path / "there", scheduler=scheduler)
        assert first.wait(timeout=10) != 0
    assert digests(tmp_path / "there") == digests(tmp_path / "here")


def after(count: int, event: threading.Event) -> object:
    """Set the event when so many batches have come."""
    from extract.engines.cluster import Cluster  # noqa: PLC0415

    left = [None] * count
    really = Cluster._batch  # noqa: SLF001

    def _batch(self: Cluster, *args: object) -> object:
        if left:
            left.pop()
        else:
            event.set()
        return really(self, *args)  # type: ignore[arg-type]

    return _batch
