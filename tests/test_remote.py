"""A corpus at an address, on the memory file system of fsspec: no network, no server."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from extract import objects
from extract.cli import main
from extract.errors import CorpusError, UsageError
from extract.inputs import remote
from extract.inputs.corpus import Found, open_corpus
from extract.pipeline import run
from tests.stores import Store, memory
from tests.stubs import digests

fsspec = pytest.importorskip("fsspec")

CORPUS = "memory://bucket/corpus"
MEMORY = "fsspec.implementations.memory.MemoryFileSystem"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty store; failures are tried again at once."""
    monkeypatch.setattr(objects, "PAUSES", (0.0, 0.0))
    with memory() as system:
        yield system


def put(store: Store, *paths: str, data: bytes = b"x", below: str = "/bucket/corpus") -> None:
    for path in paths:
        store.pipe_file(f"{below}/{path}", data)


def test_the_same_files_are_found_in_the_same_order_as_in_a_folder(
    store: Store, tmp_path: Path
) -> None:
    paths = ["乙县/2023.pdf", "b.txt", "A.docx", "deep/er/c", ".git/config", "d/.hidden", "d/.e/f"]
    put(store, *paths)
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"x")
    here, there = (open_corpus(place).listing() for place in (tmp_path, CORPUS))
    assert [found.path for found in there] == [found.path for found in here]
    assert {found.size for found in there} == {1}


def test_one_object_can_be_the_corpus(store: Store) -> None:
    put(store, "甲.txt", "乙.txt")
    corpus = open_corpus(f"{CORPUS}/甲.txt")
    assert [found.path for found in corpus.listing()] == ["甲.txt"]
    assert corpus.read("甲.txt").data == b"x"


def test_an_object_is_read_as_a_file_is(store: Store) -> None:
    put(store, "a/b.txt", data="预算".encode())
    put(store, "empty.txt", data=b"")
    corpus = open_corpus(CORPUS)
    source = corpus.read("a/b.txt")
    assert (source.path, source.size, source.status) == ("a/b.txt", 6, "ok")
    assert source.doc_id == hashlib.sha256("预算".encode()).hexdigest()
    empty = corpus.read("empty.txt")
    assert (empty.status, empty.reason, empty.doc_id) == (
        "empty", "zero_bytes", hashlib.sha256(b"").hexdigest(),
    )  # fmt: skip


def test_a_signature_changes_with_the_bytes(store: Store) -> None:
    put(store, "a.txt", "b.txt")
    before = open_corpus(CORPUS).listing()
    put(store, "b.txt", data=b"y")
    after = open_corpus(CORPUS).listing()
    assert before[0] == after[0]
    assert before[1].signature != after[1].signature


def test_an_object_replaced_since_it_was_listed_has_its_new_signature(
    store: Store,
) -> None:
    put(store, "a.txt")
    corpus = open_corpus(CORPUS)
    (old,) = corpus.listing()
    put(store, "a.txt", data=b"longer")
    source, signature = corpus.fetch(old)
    assert source.data == b"longer"
    assert (signature,) == tuple(found.signature for found in corpus.listing())


@pytest.mark.parametrize("address", [CORPUS, f"{CORPUS}/"])
def test_an_empty_or_missing_address_is_one_line_that_names_it(store: Store, address: str) -> None:
    for advice in ("name what holds", "put reports"):
        with pytest.raises(CorpusError, match=advice) as caught:
            open_corpus(address).listing()
        assert CORPUS in str(caught.value)
        put(store, ".keep")


def test_a_file_over_the_limit_is_refused_unread(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "MAX_SIZE", 3)
    put(store, "a.txt", data=b"1234")
    source = open_corpus(CORPUS).read("a.txt")
    assert (source.status, source.reason, source.size) == ("refused", "size", 4)


def fail(monkeypatch: pytest.MonkeyPatch, error: Exception, times: int) -> None:
    """Make reads of a store fail, the first so many times."""
    really = fsspec.get_filesystem_class("memory").cat_file
    left = [error] * times

    def cat_file(system: Store, path: str, **part: int | None) -> bytes:
        if left:
            raise left.pop()
        return bytes(really(system, path, **part))

    monkeypatch.setattr(f"{MEMORY}.cat_file", cat_file)


@pytest.mark.parametrize(
    ("error", "times", "outcome"),
    [
        (OSError("slow down"), 2, ("ok", None)),
        (OSError("slow down"), 9, ("skipped", "unreachable")),
        (RuntimeError("an error of the store's own"), 1, ("ok", None)),
        (FileNotFoundError("a.txt"), 1, ("skipped", "vanished")),
        (PermissionError("a.txt"), 1, ("skipped", "permission")),
    ],
)
def test_what_passes_is_tried_again_and_what_does_not_is_a_row(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    times: int,
    outcome: tuple[str, str | None],
) -> None:
    put(store, "a.txt")
    corpus = open_corpus(CORPUS)
    fail(monkeypatch, error, times)
    source, _ = corpus.fetch(Found("a.txt"))
    assert (source.status, source.reason) == outcome


def test_an_object_that_never_stays_the_same_is_skipped(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "a.txt")
    corpus = open_corpus(CORPUS)
    really = fsspec.get_filesystem_class("memory").cat_file

    def cat_file(system: Store, path: str, **part: int | None) -> bytes:
        data = bytes(really(system, path, **part))
        put(store, "a.txt", data=data + b"x")
        return data

    monkeypatch.setattr(f"{MEMORY}.cat_file", cat_file)
    source, signature = corpus.fetch(Found("a.txt"))
    assert (source.status, source.reason, source.data) == ("skipped", "changed", None)
    assert not signature


def test_files_come_in_order_while_others_are_under_way(store: Store) -> None:
    names = [f"{i:03}.txt" for i in range(100)]
    put(store, *names)
    corpus = open_corpus(CORPUS)
    read = corpus.fetched(corpus.listing())
    assert next(read)[0].path == "000.txt"
    assert [source.path for source, _ in read] == names[1:]
    assert next(iter(corpus.fetched([Found("none.txt")])))[0].reason == "vanished"


def test_a_store_that_does_not_answer_any_more_ends_the_run(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, *(f"{i}.txt" for i in range(40)))
    corpus = open_corpus(CORPUS)
    fail(monkeypatch, OSError("gone"), 1000)
    with pytest.raises(CorpusError, match="does not answer any more"):
        list(corpus.fetched(corpus.listing()))


def test_a_missing_package_is_one_line_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object, **__: object) -> None:
        raise ImportError("no s3fs")

    monkeypatch.setattr("fsspec.core.url_to_fs", lost)
    with pytest.raises(UsageError, match=r"pip install 'zhengju\[remote\]'"):
        open_corpus("s3://bucket/corpus")


@pytest.mark.parametrize(
    ("address", "advice"),
    [("file:///data/reports", "name it as /data/reports"), ("memory://", "name a bucket")],
)
def test_what_is_no_place_elsewhere_is_refused(address: str, advice: str) -> None:
    with pytest.raises(UsageError, match=advice):
        open_corpus(address)


def test_a_store_is_reached_that_takes_no_option_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    really = fsspec.core.url_to_fs
    monkeypatch.setattr("fsspec.core.url_to_fs", lambda address: really(address))  # noqa: PLW0108  no more than one
    system, _ = objects.reach("memory://bucket/corpus")
    assert not system.dircache.use_listings_cache


@pytest.mark.parametrize(
    ("corpus", "output", "is_refused"),
    [
        ("s3://b/r", "s3://b/r/out", True),
        ("s3://b/r/", "s3://b/r", True),
        ("s3://b/r", "s3://b/r/.out", False),
        ("s3://b/r", "s3://b/r2", False),
        ("reports", "s3://b/reports", False),
    ],
)
def test_an_output_within_the_corpus_is_refused(
    corpus: str,
    output: str,
    is_refused: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    class ReachedError(Exception):
        pass

    def reached(*_: object, **__: object) -> None:
        raise ReachedError

    monkeypatch.setattr("extract.pipeline.run", reached)
    monkeypatch.setattr("extract.remote.mirror.opened", reached)
    arguments = ["run", corpus, "--output", output]
    if is_refused:
        assert main(arguments) == 2
        assert "beside it" in capsys.readouterr().err
    else:
        with pytest.raises(ReachedError):
            main(arguments)


ADDRESSED = [
    ["explain", "s3://a/b.pdf"],
    ["discover", "s3://a/out"],
    ["compare", "s3://a/out", "sheet.csv"],
    ["audit", "s3://a/out"],
    ["diff", "out", "s3://a/out"],
    ["export", "s3://a/out", "--to", "csv"],
    ["release", "out", "-o", "s3://a/out"],
    ["cite", "s3://a/out"],
    ["columns", "--of", "s3://a/out"],
    ["status", "out", "--cache", "s3://a/cache"],
    ["run", "corpus", "--output", "out", "--cache", "s3://a/cache"],
    ["run", "corpus", "--output", "out", "--sources", "s3://a/sources.csv"],
]


@pytest.mark.parametrize("arguments", ADDRESSED, ids=" ".join)
def test_a_command_that_reads_no_address_says_so(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "is an address" in capsys.readouterr().err


def test_an_unknown_kind_of_address_is_refused() -> None:
    with pytest.raises(UsageError, match="wherever://"):
        open_corpus("wherever://bucket")


def test_passwords_in_an_address_are_not_shown() -> None:
    assert objects.shown("ftp://name:secret@host/a") == "ftp://host/a"
    assert objects.shown("ftp://name:sec@ret@host/a@b") == "ftp://host/a@b"


def test_a_run_over_an_address_writes_the_same_bytes_as_over_the_folder(
    store: Store, corpus: Path, tmp_path: Path
) -> None:
    for file in corpus.rglob("*"):
        if file.is_file():
            put(store, file.relative_to(corpus).as_posix(), data=file.read_bytes())
    told = "source,url\n甲县医保局,https://example.org/1\n"
    (corpus.parent / "sources.csv").write_text(told, encoding="utf-8")
    put(store, "sources.csv", data=told.encode(), below="/bucket")
    run(corpus, tmp_path / "here", workers=1)
    run(CORPUS, tmp_path / "there", workers=2)
    assert digests(tmp_path / "here") == digests(tmp_path / "there")
