from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from extract.errors import CorpusError
from extract.inputs import corpus
from extract.inputs.corpus import discover, printable, read_source

if TYPE_CHECKING:
    from pathlib import Path


def write(root: Path, *paths: str, data: bytes = b"x") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)


def test_all_files_but_dot_files_are_found_in_the_order_of_their_paths(tmp_path: Path) -> None:
    write(tmp_path, "乙县/2023.pdf", "b.txt", "A.docx", "deep/er/c", ".git/config", "d/.hidden")
    assert discover(tmp_path) == ["A.docx", "b.txt", "deep/er/c", "乙县/2023.pdf"]


def test_one_file_can_be_the_corpus(tmp_path: Path) -> None:
    write(tmp_path, "甲.txt", "乙.txt")
    assert discover(tmp_path / "甲.txt") == ["甲.txt"]
    assert read_source(tmp_path / "甲.txt", "甲.txt").data == b"x"


@pytest.mark.parametrize(
    ("name", "advice"), [("gone", "name the folder"), ("empty", "put reports")]
)
def test_a_missing_or_empty_corpus_is_one_line_that_names_it(
    tmp_path: Path, name: str, advice: str
) -> None:
    write(tmp_path, "empty/.gitkeep")
    with pytest.raises(CorpusError) as caught:
        discover(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)
    assert advice in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_read_file_carries_its_bytes_size_and_hash(tmp_path: Path) -> None:
    write(tmp_path, "a/b.txt", data="预算".encode())
    source = read_source(tmp_path, "a/b.txt")
    assert (source.path, source.size, source.status) == ("a/b.txt", 6, "ok")
    assert source.doc_id == hashlib.sha256("预算".encode()).hexdigest()


def test_a_file_without_bytes_is_empty(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", data=b"")
    source = read_source(tmp_path, "a.txt")
    assert (source.status, source.reason) == ("empty", "zero_bytes")
    assert source.doc_id == hashlib.sha256(b"").hexdigest()


def test_links_are_found_but_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "outside/secret.txt", "in/a.txt")
    (tmp_path / "in/link.txt").symlink_to(tmp_path / "outside/secret.txt")
    (tmp_path / "in/loop").symlink_to(tmp_path / "in")
    assert discover(tmp_path / "in") == ["a.txt", "link.txt", "loop"]
    for path in ("link.txt", "loop"):
        source = read_source(tmp_path / "in", path)
        assert (source.status, source.reason, source.data) == ("skipped", "symlink", None)


def test_a_pipe_is_skipped_and_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert discover(tmp_path) == ["pipe.txt"]
    source = read_source(tmp_path, "pipe.txt")
    assert (source.status, source.reason) == ("skipped", "special")


def test_a_closed_file_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.txt")

    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)  # root may open everything, so chmod would not do
    source = read_source(tmp_path, "a.txt")
    assert (source.status, source.reason) == ("skipped", "permission")


def test_a_folder_that_cannot_be_listed_is_shown_as_skipped(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir()
    source = read_source(tmp_path, "closed")
    assert (source.status, source.reason) == ("skipped", "permission")


def test_a_file_that_went_away_is_skipped(tmp_path: Path) -> None:
    source = read_source(tmp_path, "gone.txt")
    assert (source.status, source.reason, source.doc_id) == ("skipped", "vanished", "")


def test_a_file_over_the_limit_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "MAX_SIZE", 3)
    write(tmp_path, "a.txt", data=b"1234")
    write(tmp_path, "b.txt", data=b"123")
    source = read_source(tmp_path, "a.txt")
    assert (source.status, source.reason, source.size) == ("refused", "size", 4)
    assert read_source(tmp_path, "b.txt").status == "ok"


def test_a_file_that_changes_while_it_is_read_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a.txt")
    file, really_open = tmp_path / "a.txt", os.open

    def open_and_grow(path: str, flags: int) -> int:
        file.write_bytes(file.read_bytes() + b"x")
        return really_open(path, flags)

    monkeypatch.setattr(os, "open", open_and_grow)
    source = read_source(tmp_path, "a.txt")
    assert (source.status, source.reason, source.data) == ("skipped", "changed", None)


def test_a_name_that_is_no_utf8_can_be_read_and_is_printed_escaped(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/\xbe\xad.txt"
    with open(raw, "wb") as file:  # noqa: PTH123 a Path cannot be made of bytes
        file.write(b"x")
    (path,) = discover(tmp_path)
    source = read_source(tmp_path, path)
    assert source.data == b"x"
    assert source.path == r"\xbe\xad.txt"


@pytest.mark.parametrize(
    ("name", "shown"), [("预算.txt", "预算.txt"), ("a\nb", r"a\x0ab"), ("\x1b[31m", r"\x1b[31m")]
)
def test_names_are_printed_on_one_line(name: str, shown: str) -> None:
    assert printable(name) == shown


def test_no_two_paths_are_shown_alike_nor_as_a_member_of_an_archive() -> None:
    names = [
        os.fsdecode(b"\xe9"), os.fsdecode(b"\x85"), "\x85", "\x05", r"\xe9", r"\x85", r"\u0085",
        r"\x05", r"\\x05", "\\\x05", r"\x5cx05", "a.zip!/b", r"a.zip\x21/b", "a!b",
    ]  # fmt: skip
    shown = [printable(name) for name in names]
    assert len(set(shown)) == len(names)
    assert not any("!/" in name for name in shown)
    assert printable(r"C:\xen\data!.txt") == r"C:\xen\data!.txt"


def test_a_file_just_written_has_no_signature_yet(tmp_path: Path) -> None:
    """A second change within a tick of the clock could not be told from the first."""
    path = tmp_path / "a.txt"
    path.write_text("x")
    folder = corpus.Folder(tmp_path)
    (listed,) = folder.listing()
    assert folder.fetch(listed)[1] == ""
    now = path.stat().st_ctime_ns
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("extract.inputs.corpus.time.time_ns", lambda: now + 2 * 10**9)
        assert folder.fetch(listed)[1] == ""
        patched.setattr("extract.inputs.corpus.time.time_ns", lambda: now + 4 * 10**9)
        assert folder.fetch(listed)[1] == listed.signature
        os.utime(path, ns=(now, now + 5 * 10**9))  # of a clock that was set back
        assert folder.fetch(listed)[1] == ""
