"""A second run reads what is new, and gives the bytes that a first one would."""

from __future__ import annotations

import errno
import io
import os
import shutil
import zipfile
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from extract.cache.ledger import Past
from extract.cache.recipe import ours
from extract.errors import OutputError
from extract.model import Document
from extract.pipeline import run
from extract.runreport import RunReport
from tests import mocks
from tests.stubs import COUNTY, counties, digests, fill, reinstall, rows

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("stub_reader")

_FRESH = count()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], list[str]]:
    """What was loaded since it was asked the last time: the first line of each document."""
    log = tmp_path / "log"
    log.touch()

    def load(data: bytes) -> Document:
        with log.open("a", encoding="utf-8") as file:  # workers are other processes
            file.write(data.decode().partition("\n")[0] + "\n")
        return mocks.load(data)

    monkeypatch.setattr("extract.batch.load", load)

    def asked() -> list[str]:
        found = log.read_text("utf-8").splitlines()
        log.write_text("", "utf-8")
        return sorted(found)

    return asked


def again(corpus: Path, output: Path, **options: Any) -> RunReport:  # noqa: ANN401
    """A run whose dataset has the bytes of one that knows nothing."""
    found = run(corpus, output, **options)
    fresh = output.parent / f"fresh{next(_FRESH)}"
    run(corpus, fresh, **{**options, "cache": "none", "workers": 1, "retry": False})
    assert digests(output) == digests(fresh)
    return found


def first(year: int, name: str = "甲县医保局") -> str:
    return f"agency {name} {year} self_evaluation"


def many(folder: Path, number: int = 60) -> Path:
    files = {f"{i:03}.txt": COUNTY.format(name=f"县{i % 7}", year=1900 + i, money=i)
             for i in range(number)}  # fmt: skip
    return fill(folder, files)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_unchanged_corpus_is_not_touched(
    tmp_path: Path, read: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    corpus = counties(tmp_path / "c")
    done = run(corpus, tmp_path / "out", workers=workers)
    read()
    before = {path: path.stat() for path in (tmp_path / "out").iterdir()}
    monkeypatch.setattr("extract.pipeline.load_rules", lambda **_: pytest.fail("rules loaded"))
    more = run(corpus, tmp_path / "out", workers=workers)
    assert read() == []
    assert more.unchanged
    assert not done.unchanged
    assert (more.documents, more.mentions, more.facts) == (done.documents, done.mentions, 6)
    assert {path: path.stat() for path in (tmp_path / "out").iterdir()} == before


def test_files_that_were_touched_copied_or_listed_anew_have_not_changed(
    tmp_path: Path, read: Callable[[], list[str]]
) -> None:
    corpus = counties(tmp_path / "c")
    run(corpus, tmp_path / "out")
    read()
    shutil.copytree(corpus, tmp_path / "copied")
    os.utime(tmp_path / "copied" / "甲县医保局" / "2021.txt", (1, 1))
    assert run(tmp_path / "copied", tmp_path / "out").unchanged
    assert read() == []


def test_an_edit_that_keeps_size_and_time_is_seen(
    tmp_path: Path, read: Callable[[], list[str]]
) -> None:
    corpus = many(tmp_path / "c", 3)
    path = corpus / "001.txt"
    run(corpus, tmp_path / "out")
    read()
    before, text = path.stat(), path.read_text("utf-8")
    path.write_text(text.replace("<1万元>", "<7万元>"), "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    again(corpus, tmp_path / "out")
    assert {row["value"] for row in rows(tmp_path / "out", "facts")} == {0.0, 70000.0, 20000.0}


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda c: fill(c, {"000a.txt": first(2001)}), [first(2001)]),
        (lambda c: fill(c, {"!.txt": first(2001)}), [first(2001)]),
        (lambda c: fill(c, {"010.txt": first(2001)}), [first(2001)]),
        (lambda c: (c / "000.txt").unlink(), []),
        (lambda c: (c / "031.txt").unlink(), []),
        (lambda c: (c / "059.txt").unlink(), []),
        (lambda c: (c / "030.txt").rename(c / "b.txt"), [first(1930, "县2")]),
    ],
)
def test_only_what_has_changed_is_read(
    tmp_path: Path,
    read: Callable[[], list[str]],
    workers: int,
    change: Callable[[Path], Any],
    expected: list[str],
) -> None:
    corpus = many(tmp_path / "c")
    run(corpus, tmp_path / "out", workers=workers)
    read()
    change(corpus)
    found = run(corpus, tmp_path / "out", workers=workers)
    assert read() == expected
    assert found.reused == sum(found.documents.values()) - len(expected)
    again(corpus, tmp_path / "out")


@pytest.mark.usefixtures("read")
def test_a_copy_follows_the_first_of_its_kind(tmp_path: Path) -> None:
    text = COUNTY.format(name="甲县医保局", year=2022, money=5)
    corpus = fill(tmp_path / "c", {"b.txt": text, "c.txt": text, "d.txt": "!bug x"})
    shutil.copy(corpus / "d.txt", corpus / "e.txt")
    run(corpus, tmp_path / "out")
    (corpus / "b.txt").unlink()
    (corpus / "d.txt").unlink()
    again(corpus, tmp_path / "out")
    assert [r["source"] for r in rows(tmp_path / "out", "mentions")] == ["c.txt"]
    fill(corpus, {"a.txt": text})
    again(corpus, tmp_path / "out")
    told = [
        (r["source"], r["duplicate_of"], r["status"]) for r in rows(tmp_path / "out", "documents")
    ]
    assert told == [("a.txt", None, "ok"), ("c.txt", "a.txt", "ok"), ("e.txt", None, "crash")]


def archive(*years: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for year in years:
            file.writestr(f"{year}.txt", COUNTY.format(name="甲县医保局", year=year, money=year))
    return packed.getvalue()


def test_of_an_archive_that_changes_only_new_members_are_read(
    tmp_path: Path, read: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extract.cache.jobs.DOCUMENTS_PER_JOB", 2)
    corpus = fill(tmp_path / "c", {"b.txt": first(1990)})
    (corpus / "a.zip").write_bytes(archive(*range(2001, 2008)))
    run(corpus, tmp_path / "out")
    read()
    (corpus / "a.zip").write_bytes(archive(*range(2000, 2007)))
    run(corpus, tmp_path / "out")
    assert read() == [first(2000)]
    again(corpus, tmp_path / "out")
    (corpus / "a.zip").unlink()
    again(corpus, tmp_path / "out")
    assert [row["source"] for row in rows(tmp_path / "out", "documents")] == ["b.txt"]


def test_members_of_an_unchanged_archive_are_found_again_where_their_rows_are_lost(
    tmp_path: Path, read: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extract.cache.jobs.DOCUMENTS_PER_JOB", 2)
    corpus = fill(tmp_path / "c", {"b.txt": first(1990)})
    (corpus / "a.zip").write_bytes(archive(*range(2001, 2008)))
    run(corpus, tmp_path / "out")
    read()
    for file in (tmp_path / ".out.zhengju" / "cache").rglob("*.rows"):
        file.unlink()
    fill(corpus, {"c.txt": first(1991)})
    again(corpus, tmp_path / "out")
    assert len(set(read())) == 9


def test_options_and_what_the_user_says_count(
    tmp_path: Path, read: Callable[[], list[str]]
) -> None:
    corpus = counties(tmp_path / "c")
    run(corpus, tmp_path / "out")
    assert len(read()) == 6
    again(corpus, tmp_path / "out", texts=False)
    assert len(read()) == 12
    again(corpus, tmp_path / "out", texts=False, limit=2)
    assert len(read()) == 2
    sources = fill(tmp_path / "s", {"sources.csv": "source,year\n甲县医保局/2021.txt,2019\n"})
    run(corpus, tmp_path / "out", texts=False)
    read()
    run(corpus, tmp_path / "out", texts=False, sources=sources / "sources.csv")
    assert read() == [first(2021)]
    again(corpus, tmp_path / "out", texts=False, sources=sources / "sources.csv")


def test_a_changed_rule_or_module_counts(
    tmp_path: Path, read: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = counties(tmp_path / "c")
    run(corpus, tmp_path / "out")
    read()
    for part in ("rows", "rules", "packages"):
        reinstall(monkeypatch, **{part: "other"})
        assert not run(corpus, tmp_path / "out").unchanged
        assert len(read()) == 6
        assert run(corpus, tmp_path / "out").unchanged


@pytest.mark.parametrize("part", ["rules", "code", "loaders", "rows"])
def test_what_was_made_while_rules_or_code_were_edited_is_not_kept(
    tmp_path: Path, read: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    corpus = counties(tmp_path / "c")
    with monkeypatch.context() as patched:
        now = ours()
        patched.setattr("extract.cache.recall.recipe", lambda _: replace(now, **{part: "edited"}))
        run(corpus, tmp_path / "out")
    read()
    cache = tmp_path / ".out.zhengju" / "cache"
    assert not [path for path in cache.rglob("*.*") if path.parent != cache]
    assert not again(corpus, tmp_path / "out").unchanged  # the edit was taken back
    assert len(read()) == 12
    assert run(corpus, tmp_path / "out").unchanged


@pytest.mark.parametrize("damage", [
    lambda _: b"",
    lambda data: data[:-1],
    lambda data: data[:20],
    lambda data: data[:100] + bytes([data[100] ^ 1]) + data[101:],
    lambda data: data[:-40] + bytes([data[-40] ^ 1]) + data[-39:],
    lambda data: b"\xff" * len(data),
])  # fmt: skip
def test_a_damaged_entry_is_none(
    tmp_path: Path, read: Callable[[], list[str]], damage: Callable[[bytes], bytes]
) -> None:
    corpus = many(tmp_path / "c", 20)
    run(corpus, tmp_path / "out")
    read()
    files = sorted((tmp_path / ".out.zhengju" / "cache").rglob("*.rows"))
    files[0].write_bytes(damage(files[0].read_bytes()))
    fill(corpus, {"new.txt": first(1990)})
    again(corpus, tmp_path / "out")
    assert len(read()) > 21
    again(corpus, tmp_path / "out")


@pytest.mark.parametrize("name", ["ledger.json", "files.jsonl", "jobs.jsonl"])
@pytest.mark.parametrize("text", ["", "{}", "[1]", "nonsense"])
def test_a_damaged_ledger_is_none(
    tmp_path: Path, read: Callable[[], list[str]], name: str, text: str
) -> None:
    corpus = counties(tmp_path / "c")
    run(corpus, tmp_path / "out")
    read()
    (tmp_path / ".out.zhengju" / "cache" / name).write_text(text)
    found = run(corpus, tmp_path / "out")
    assert not found.unchanged
    assert read() == []  # rows are found by their names
    assert found.reused == 7


def test_a_dataset_that_was_damaged_is_made_again(tmp_path: Path) -> None:
    corpus = counties(tmp_path / "c")
    run(corpus, tmp_path / "out")
    before = digests(tmp_path / "out")
    for name in ("facts.parquet", "codebook.csv"):
        (tmp_path / "out" / name).unlink()
        assert not run(corpus, tmp_path / "out").unchanged
        assert digests(tmp_path / "out") == before


def test_poison_is_tried_again_only_if_asked(tmp_path: Path, read: Callable[[], list[str]]) -> None:
    corpus = many(tmp_path / "c", 20)
    fill(corpus, {"005.txt": "!bug x", "007.txt": "!exit"})
    run(corpus, tmp_path / "out")
    read()
    fill(corpus, {"b.txt": first(1990)})
    run(corpus, tmp_path / "out")
    assert read() == [first(1990)]
    again(corpus, tmp_path / "out", retry=True)
    assert set(read()) >= {"!bug x", "!exit"}
    found = run(corpus, tmp_path / "out", retry=True)
    assert set(read()) == {"!bug x", "!exit"}
    assert (found.unchanged, found.reused) == (False, 19)


def test_nothing_is_kept_where_nothing_shall_be(
    tmp_path: Path, read: Callable[[], list[str]]
) -> None:
    corpus = counties(tmp_path / "c")
    run(corpus, tmp_path / "out", cache="none")
    assert not (tmp_path / ".out.zhengju").exists()
    run(corpus, tmp_path / "out", cache="none")
    assert len(read()) == 12


def test_the_cache_may_stand_elsewhere_and_holds_the_last_set_only(
    tmp_path: Path, read: Callable[[], list[str]]
) -> None:
    corpus = counties(tmp_path / "c")
    run(corpus, tmp_path / "out", cache=tmp_path / "there")
    assert not (tmp_path / ".out.zhengju").exists()
    names = {path.name for path in (tmp_path / "there").rglob("*.rows")}
    fill(corpus, {"new.txt": first(1990)})
    run(corpus, tmp_path / "out", cache=tmp_path / "there", texts=False)
    assert names.isdisjoint(path.name for path in (tmp_path / "there").rglob("*.rows"))
    assert not list((tmp_path / "there").glob("spool-*"))
    read()
    assert run(corpus, tmp_path / "out", cache=tmp_path / "there", texts=False).unchanged


def test_a_run_that_ended_early_goes_on_where_it_was(
    tmp_path: Path, read: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = many(tmp_path / "c")

    def stop(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("extract.pipeline._judged", stop)
        with pytest.raises(RuntimeError):
            run(corpus, tmp_path / "out")
    assert len(read()) == 60
    assert again(corpus, tmp_path / "out").reused == 60


@pytest.mark.usefixtures("read")
def test_a_file_that_changes_between_listing_and_reading_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = counties(tmp_path / "c")
    monkeypatch.setattr("extract.inputs.corpus._SETTLED", -(10**18))  # as if written long ago
    run(corpus, tmp_path / "out")
    past, path = Past.of, corpus / "甲县医保局" / "2021.txt"
    text = path.read_text("utf-8")

    def late(self: Past, name: str) -> Any:  # noqa: ANN401
        path.write_text(first(1999), "utf-8")
        return past(self, name)

    for then in (first(1999), text):  # the change is taken back, so that the ledger is right again
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(Past, "of", late)
            found = run(corpus, tmp_path / "out", texts=False)
        assert found.documents == {"ok": 6, "skipped": 1}
        path.write_text(then, "utf-8")
        assert not run(corpus, tmp_path / "out", texts=False).unchanged
        again(corpus, tmp_path / "out", texts=False)
        path.write_text(text, "utf-8")
        run(corpus, tmp_path / "out")


def test_a_file_of_rows_that_is_none_is_a_reply_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = fill(tmp_path / "c", {"a.txt": first(2001), "b.txt": first(2002)})

    def junk(path: Path, pieces: Any) -> int:  # noqa: ANN401
        data = b"".join(pieces)
        return path.write_bytes(data if b"2001" in data else data[:-1])

    with monkeypatch.context() as patched:
        patched.setattr("extract.cache.jobs.DOCUMENTS_PER_JOB", 1)
        patched.setattr("extract.processes.worker._write", junk)
        run(corpus, tmp_path / "out", workers=1)
    told = [(row["status"], row["reason"]) for row in rows(tmp_path / "out", "documents")]
    assert told == [("ok", None), ("crash", "reply")]


def test_a_worker_that_cannot_write_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "")

    monkeypatch.setattr("extract.processes.worker._write", full)
    with pytest.raises(OutputError, match=r"cache cannot be written \(No space left"):
        run(counties(tmp_path / "c"), tmp_path / "out")
    assert not (tmp_path / "out").exists()
