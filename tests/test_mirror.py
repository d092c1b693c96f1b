"""An output at an address: replaced object by object, and read as one set or not at all."""

from __future__ import annotations

import errno
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extract import objects
from extract.commit import manifest
from extract.errors import OutputError, OutputLockedError
from extract.remote import lease, mirror
from extract.remote.lease import Lease
from extract.remote.mirror import Mirror, is_as_here, opened
from tests.stores import Store, memory

fsspec = pytest.importorskip("fsspec")

OUTPUT = "memory://bucket/out"
LOCK = "/bucket/.out.zhengju/lock"
MEMORY = "fsspec.implementations.memory.MemoryFileSystem"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Store]:
    """An empty store, and a place for what is built here."""
    monkeypatch.setattr(objects, "PAUSES", (0.0, 0.0))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with memory() as system:
        yield system


def build(folder: Path, **tables: int) -> None:
    """A dataset whose tables have one row each, of one number."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, number in tables.items():
        pq.write_table(pa.table({"number": [number]}), folder / f"{name}.parquet")
    (folder / manifest.REPORT).write_text("{}")
    manifest.write(folder, {})


def publish(**tables: int) -> None:
    with opened(OUTPUT) as place:
        build(place.folder, **tables)
        place.push()


def number(store: Store, table: str) -> int:
    data = store.cat_file(f"/bucket/out/{table}.parquet")
    found: int = pq.read_table(pa.BufferReader(data)).column("number")[0].as_py()
    return found


def names(store: Store) -> list[str]:
    return sorted(path.rpartition("/")[2] for path in store.find("/bucket/out"))


def test_each_file_becomes_an_object_and_what_is_no_more_goes(store: Store) -> None:
    publish(mentions=1, facts=1)
    assert names(store) == ["facts.parquet", "manifest.json", "mentions.parquet", "run_report.json"]
    store.pipe_file("/bucket/out/notes.txt", b"the user's")
    publish(mentions=2)
    assert names(store) == ["manifest.json", "mentions.parquet", "notes.txt", "run_report.json"]
    assert number(store, "mentions") == 2


@pytest.mark.usefixtures("store")
def test_only_what_is_another_is_written_and_the_manifest_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish(mentions=1, facts=1)
    written = watch(monkeypatch)
    publish(mentions=1, facts=2)
    assert written == ["manifest.json", "facts.parquet", "run_report.json", "manifest.json"]
    written.clear()
    publish(mentions=1, facts=2)
    assert written == ["run_report.json"]


def watch(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the objects of a dataset, in the order in which they are written."""
    written: list[str] = []
    put, write = Mirror._put, Mirror._write  # noqa: SLF001

    def _put(self: Mirror, name: str) -> None:
        written.append(name)
        put(self, name)

    def _write(self: Mirror, name: str, data: bytes) -> None:
        written.append(name)
        write(self, name, data)

    monkeypatch.setattr(Mirror, "_put", _put)
    monkeypatch.setattr(Mirror, "_write", _write)
    return written


@pytest.mark.parametrize("failing", ["facts.parquet", "mentions.parquet", "run_report.json"])
def test_a_set_that_was_not_finished_is_marked_and_the_next_run_completes_it(
    store: Store, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    publish(mentions=1, facts=1)
    put = Mirror._put  # noqa: SLF001

    def broken(self: Mirror, name: str) -> None:
        if name == failing:
            raise OSError("no answer")
        put(self, name)

    with monkeypatch.context() as patch:
        patch.setattr(Mirror, "_put", broken)
        with pytest.raises(OutputError, match="the same command completes it"):
            publish(mentions=2, facts=2)
    assert not manifest.read(store.cat_file("/bucket/out/manifest.json")).done
    publish(mentions=2, facts=2)
    assert manifest.read(store.cat_file("/bucket/out/manifest.json")).done
    assert number(store, "facts") == 2


@pytest.mark.usefixtures("store")
def test_another_machine_brings_the_last_set_here_but_for_the_texts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    publish(mentions=1, texts=1)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "elsewhere"))
    with opened(OUTPUT) as place:
        there = sorted(path.name for path in place.folder.iterdir())
    assert there == ["manifest.json", "mentions.parquet", "run_report.json"]


def test_a_damaged_set_is_not_brought_here(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    publish(mentions=1)
    store.pipe_file("/bucket/out/mentions.parquet", b"something else")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "elsewhere"))
    with opened(OUTPUT) as place:
        assert not place.folder.exists()
    publish(mentions=1)
    assert number(store, "mentions") == 1


def test_an_object_that_was_damaged_is_replaced_by_the_next_run(store: Store) -> None:
    publish(mentions=1, facts=1)
    path = "/bucket/out/facts.parquet"
    data = store.cat_file(path)
    store.pipe_file(path, data[:-1] + b"?")
    assert not is_as_here(OUTPUT)
    publish(mentions=1, facts=1)
    assert store.cat_file(path) == data
    assert is_as_here(OUTPUT)


@pytest.mark.usefixtures("store")
def test_a_set_that_cannot_be_fetched_is_one_line_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise OSError("no answer")

    publish(mentions=1)
    with monkeypatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path / "elsewhere"))
        left = mirror.folder_of(OUTPUT).with_name("fetched")
        (left / "facts.parquet").mkdir(parents=True)
        patch.setattr(f"{MEMORY}.get_file", failing)
        with pytest.raises(OutputError, match="no answer"), opened(OUTPUT):
            pass
        assert list(left.iterdir()) == []
        patch.setenv("XDG_CACHE_HOME", "/dev/null/nowhere")
        with pytest.raises(OutputError, match="set XDG_CACHE_HOME"), opened(OUTPUT):
            pass


def test_a_second_run_is_told_who_writes(store: Store) -> None:
    with (
        Lease(store, LOCK, OUTPUT),
        pytest.raises(OutputLockedError, match=r"process \d+ on .* UTC\)"),
        opened(OUTPUT),
    ):
        pass
    assert not store.exists(LOCK)


@pytest.mark.parametrize(
    ("changed", "free"),
    [
        ({}, False),
        ({"seen": 0.0}, True),  # no sign of life for long
        ({"host": "another", "pid": 2**22 + 1}, False),  # nobody knows
        ({"pid": 2**22 + 1}, True),  # a process of this machine that has ended
    ],
)
def test_the_lease_of_a_run_that_has_ended_is_taken_over(
    store: Store,
    changed: dict[str, object],
    free: bool,
) -> None:
    first = Lease(store, LOCK, OUTPUT)
    told = json.loads(first._told()) | changed  # noqa: SLF001
    store.pipe_file(LOCK, json.dumps(told).encode())
    if free:
        with opened(OUTPUT):
            pass
    else:
        with pytest.raises(OutputLockedError), opened(OUTPUT):
            pass


def test_who_has_lost_the_lease_writes_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(mentions=1)
    written = watch(monkeypatch)
    with pytest.raises(OutputLockedError), opened(OUTPUT) as place:  # noqa: PT012
        build(place.folder, mentions=2)
        store.pipe_file(LOCK, Lease(store, LOCK, OUTPUT)._told())  # noqa: SLF001
        place.push()
    assert written == []
    assert store.exists(LOCK)  # it is the other's


def test_who_loses_the_lease_on_the_way_writes_no_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(mentions=1, facts=1)
    written = watch(monkeypatch)
    put = Mirror._put  # noqa: SLF001

    def lose(self: Mirror, name: str) -> None:
        put(self, name)
        store.pipe_file(LOCK, Lease(store, LOCK, OUTPUT)._told())  # noqa: SLF001

    monkeypatch.setattr(Mirror, "_put", lose)
    with pytest.raises(OutputLockedError):
        publish(mentions=2, facts=2)
    assert written == ["manifest.json", "facts.parquet"]


def test_a_store_that_knows_no_condition_has_leases_too(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = fsspec.get_filesystem_class("memory").pipe_file

    def pipe_file(system: Store, path: str, value: bytes, mode: str = "overwrite") -> None:
        if mode == "create":
            raise OSError(errno.ENOSYS, "A header that is not implemented")
        really(system, path, value)

    monkeypatch.setattr(f"{MEMORY}.pipe_file", pipe_file)
    with Lease(store, LOCK, OUTPUT), pytest.raises(OutputLockedError), opened(OUTPUT):
        pass


def test_a_lease_is_renewed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "RENEWED", 0.01)
    with Lease(store, LOCK, OUTPUT):
        first = json.loads(store.cat_file(LOCK))["seen"]
        last = time.monotonic() + 5
        while json.loads(store.cat_file(LOCK))["seen"] == first and time.monotonic() < last:
            time.sleep(0.01)
        assert json.loads(store.cat_file(LOCK))["seen"] > first


def test_each_address_has_a_place_of_its_own() -> None:
    places = {mirror.folder_of(f"s3://{bucket}/out") for bucket in ("a", "b")}
    assert len(places) == 2
    assert mirror.folder_of("s3://a/out/") in places
