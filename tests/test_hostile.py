"""One run over every hostile file that we know how to make, watched, with neighbours between."""

from __future__ import annotations

import math
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from extract import loaders
from extract.loaders import limits
from extract.pipeline import run
from tests import hostile
from tests.stubs import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
NEIGHBOUR = "乐山县医疗保障局{n}\n2022年支出{n}万元。\n"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="watches /proc and forked workers")


class Ran(NamedTuple):
    """What a run over hostile files left."""

    expected: dict[str, frozenset[str]]
    output: Path
    watched: list[str]
    calls: list[bytes]
    before: set[str]
    after: set[str]
    peak: int  # MiB of the parent

    def outcomes(self) -> dict[str, str]:
        found = {}
        for row in rows(self.output, "documents"):
            reason = f"({row['reason']})" if row["reason"] else ""
            if "!/" not in row["source"]:  # members of archives have rows of their own
                found[row["source"]] = row["status"] + reason
        return found


class Listener:
    """A server on this machine that nobody should call."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.calls: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                call, _ = self._socket.accept()
            except OSError:
                return
            self.calls.append(call.recv(100))
            call.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread; while it runs none can fork
        self._socket.close()
        self._thread.join()


def of(run_: Ran, table: str, *groups: str) -> list[dict[str, Any]]:
    """Rows of the hostile files of some groups, without their neighbours."""
    sources = (row for row in rows(run_.output, table) if row["source"][:3] in groups)
    return [row for row in sources if "neighbour" not in row["source"]]


OURS = ("room/out", "room/.out.zhengju")  # the dataset, and what the next run need not read


def tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def ran(folder: Path, scale: int, seconds: float, memory: int) -> Ran:
    """Run over all files and neighbours; ``seconds`` and MiB of ``memory`` for each document."""
    corpus, room = folder / "corpus", folder / "room"
    corpus.mkdir()
    room.mkdir()
    secret = folder / "secret.txt"
    secret.write_text(hostile.MARKER, "utf-8")
    listener = Listener()
    expected = {}
    for number, file in enumerate(hostile.files(str(secret), listener.address, scale)):
        (corpus / file.name).write_bytes(file.data)
        expected[file.name] = file.outcomes
        if number % 3 == 0:
            name = f"{file.name[:3]}-neighbour-{number}.txt"
            (corpus / name).write_text(NEIGHBOUR.format(n=number), "utf-8")
            expected[name] = frozenset({"ok"})
    before = tree(folder)
    log = folder / "log"
    python = [sys.executable, "-B", "-m"]  # no caches of modules: they would count as written
    command = [*python, "tests.audited", str(corpus), str(room / "out"), str(log)]
    done = subprocess.run(  # noqa: S603  our own interpreter and module
        [*command, str(seconds), str(memory)],
        cwd=ROOT, env={**os.environ, "CMAP_PATH": str(folder)}, capture_output=True, check=False,
    )  # fmt: skip
    listener.close()
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    peak = int(done.stdout) // 1024
    watched = log.read_text("utf-8").splitlines()
    return Ran(expected, room / "out", watched, listener.calls, before, tree(folder), peak)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return ran(tmp_path_factory.mktemp("hostile"), scale=1, seconds=20, memory=1024)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return ran(tmp_path_factory.mktemp("hostile"), scale=20, seconds=40, memory=2048)


def check(run_: Ran, peak: int) -> None:
    found = run_.outcomes()
    assert found.keys() == run_.expected.keys()
    wrong = {
        name: (outcome, sorted(run_.expected[name]))
        for name, outcome in found.items()
        if outcome not in run_.expected[name]
    }
    assert wrong == {}
    read = {row["source"] for row in rows(run_.output, "mentions")}
    assert {name for name in run_.expected if "neighbour" in name} <= read
    assert run_.watched == []
    assert run_.calls == []
    new = {name for name in run_.after - run_.before if not name.startswith(OURS)}
    assert new == {"log"}
    for path in run_.output.iterdir():
        assert hostile.MARKER.encode() not in path.read_bytes()
    texts = "".join(row["text"] for row in rows(run_.output, "texts"))
    assert hostile.MARKER not in texts
    assert run_.peak < peak


def test_every_hostile_file_ends_as_it_should(small: Ran) -> None:
    check(small, peak=300)
    assert len(small.expected) >= 80 * 4 // 3


@pytest.mark.soak
def test_large_hostile_files_end_as_they_should(large: Ran) -> None:
    check(large, peak=700)  # rows of a document come as one reply


def test_a_figure_of_look_alikes_is_the_same_or_none(small: Ran) -> None:
    found = of(small, "mentions", "t03")
    clean = [row for row in found if row["source"] not in ("t03-exponent.txt", "t03-radicals.txt")]
    assert {row["value"] for row in clean} == {125_000.0}
    assert all(math.isfinite(row["value"]) for row in found)
    numbers = "".join(row["quote"] for row in rows(small.output, "rejected"))
    assert "9" * 400 in numbers


def test_no_figure_is_read_through_an_entity(small: Ran) -> None:
    assert not [
        row for row in rows(small.output, "mentions") if row["source"][:3] in ("d04", "d06")
    ]


def test_numbers_of_all_encodings_are_read(small: Ran) -> None:
    read = {row["source"] for row in rows(small.output, "mentions")}
    names = {
        name for name, outcome in small.outcomes().items() if name[:3] == "t02" and outcome == "ok"
    }
    assert names - read <= {"t02-hz.txt"}


def test_payloads_are_text_and_nothing_else(small: Ran) -> None:
    told = of(small, "documents", "t04")
    assert all("\n" not in (row["title"] or "") for row in told)
    shown = [row["sentence"] for row in of(small, "mentions", "t04")]
    assert shown
    assert all("\n" not in sentence for sentence in shown)


def odd_files(folder: Path) -> Iterator[tuple[str, str]]:
    """Names and kinds of files that a folder of unknown origin may hold, and their outcomes."""
    (folder / "loop").symlink_to(folder)
    yield "loop", "skipped(symlink)"
    (folder / "out.txt").symlink_to("/etc/hostname")
    yield "out.txt", "skipped(symlink)"
    (folder / "self.txt").symlink_to("self.txt")
    yield "self.txt", "skipped(symlink)"
    os.mkfifo(folder / "pipe.txt")
    yield "pipe.txt", "skipped(special)"
    with socket.socket(socket.AF_UNIX) as server:
        here = os.open(folder, os.O_RDONLY)
        server.bind(f"/proc/self/fd/{here}/sock.txt")
        os.close(here)
    yield "sock.txt", "skipped(special)"
    text = "乐山县医疗保障局2022年支出{}万元。"
    names = ["n" * 251 + ".txt", "-rf.txt", "a\nb.txt", "a..txt..", " .txt", "Case.txt", "case.txt"]
    for number, name in enumerate(names):
        (folder / name).write_text(text.format(number), "utf-8")
        yield name.replace("\n", "\\x0a"), "ok"
    (Path(os.fsdecode(bytes(folder) + b"/\xbe\xad.txt"))).write_text(text.format(99), "utf-8")
    yield "\\xbe\\xad.txt", "ok"
    old = folder / "old.txt"
    old.write_text(text.format(1970), "utf-8")
    os.utime(old, (0, 0))
    yield "old.txt", "ok"
    deep = folder
    for _ in range(12):
        deep = deep / ("d" * 100)
    deep.mkdir(parents=True)
    (deep / "a.txt").write_text(text.format(4096), "utf-8")
    yield str((deep / "a.txt").relative_to(folder)), "ok"
    copies = text.format(2099)
    (folder / "copy1.txt").write_text(copies, "utf-8")
    (folder / "copy2.txt").write_text(copies, "utf-8")
    yield "copy1.txt", "ok"
    yield "copy2.txt", "ok"


def test_odd_files_are_rows_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    expected = dict(odd_files(tmp_path / "c"))
    run(tmp_path / "c", tmp_path / "out")
    found = {
        row["source"]: row["status"] + (f"({row['reason']})" if row["reason"] else "")
        for row in rows(tmp_path / "out", "documents")
    }
    assert found == expected
    copies = [row["duplicate_of"] for row in rows(tmp_path / "out", "documents")]
    assert copies.count("copy1.txt") == 1


def test_more_text_than_is_read_is_left_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TEXT", 1_000)
    monkeypatch.setattr(limits, "TEXT_BYTES", 4_000)
    lines = "县有一行\n" * 900
    for data in (lines.encode(), lines.encode("gbk"), ("县" * 9_000).encode()):
        document = loaders.load(data)
        assert (document.status, document.reason) == ("partial", "limit")
        assert 900 <= len(document.text) <= 1_000
    assert loaders.load(("县" * 1_000).encode()).status == "ok"
