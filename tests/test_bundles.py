"""Archives: their members are documents of their own, within limits, and nothing is unpacked."""

from __future__ import annotations

import gzip
import hashlib
import io
import stat
import struct
import tracemalloc
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import extract
from extract.cli import main
from extract.errors import CorpusError, DocumentError
from extract.inputs import bundles
from extract.inputs.bundles import Budget, expanded, open_source
from extract.loaders.package import open_package
from extract.model import Source
from extract.pipeline import run
from tests.builders import docx_of, zip_of
from tests.chance import seeded
from tests.mutation import mutants
from tests.stubs import digests

REPORT = "松岭县医疗保障局2022年度部门决算\n一、收支情况\n2022年支出合计640.2万元。\n"
TXT = REPORT.encode()


def source(data: bytes, path: str = "a.zip") -> Source:
    return Source(path, hashlib.sha256(data).hexdigest(), len(data), data)


def ends(data: bytes) -> dict[str, str]:
    """How each source of an archive is handed on, by path."""
    return {
        found.path: found.status + (f"({found.reason})" if found.reason else "")
        for found in expanded(source(data))
    }


def named(names: Mapping[bytes, bytes], *, utf8: bool = False) -> bytes:
    """An archive whose members' names are exactly these bytes."""
    data = zip_of({f"{'#' * len(name)}": content for name, content in names.items()})
    for name in names:
        data = data.replace(b"#" * len(name), name)
    if utf8:
        data = data.replace(b"PK\x03\x04\x14\0\0\0", b"PK\x03\x04\x14\0\0\x08")
        data = data.replace(b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\0\x08")
    return data


def flagged(data: bytes) -> bytes:
    """The archive, its members marked as encrypted."""
    data = data.replace(b"PK\x03\x04\x14\0\0\0", b"PK\x03\x04\x14\0\x01\0")
    return data.replace(b"PK\x01\x02\x14\x03\x14\0\0\0", b"PK\x01\x02\x14\x03\x14\0\x01\0")


# --- members ----------------------------------------------------------------------------------


def test_members_follow_their_archive_which_has_a_row_without_bytes() -> None:
    data = zip_of({"甲/一.txt": TXT, "二.docx": docx_of("支出3万元。")})
    archive, first, second = expanded(source(data))
    assert (archive.path, archive.data, archive.format, archive.status) == (
        "a.zip",
        None,
        "zip",
        "ok",
    )
    assert (first.path, first.data, first.size) == ("a.zip!/甲/一.txt", TXT, len(TXT))
    assert first.doc_id == hashlib.sha256(TXT).hexdigest()
    assert second.path == "a.zip!/二.docx"


@pytest.mark.parametrize("data", [TXT, docx_of("甲"), b"PK is text", b"PK\x03\x04 damaged"])
def test_what_is_no_archive_is_handed_on_as_it_is(data: bytes) -> None:
    assert list(expanded(source(data))) == [source(data)]


@pytest.mark.parametrize(
    ("raw", "utf8"),
    [
        ("决算表.txt".encode("gbk"), False),
        ("决算表.txt".encode(), False),
        ("决算表.txt".encode(), True),
    ],
)
def test_names_are_decoded_whichever_system_wrote_them(raw: bytes, utf8: bool) -> None:
    assert list(ends(named({raw: TXT}, utf8=utf8))) == ["a.zip", "a.zip!/决算表.txt"]


def test_folders_in_names_are_parted_by_slashes_and_nothing_is_left_unprintable() -> None:
    assert list(ends(zip_of({"甲\\乙.txt": b"1", "丙\n.txt": b"2"}))) == [
        "a.zip", "a.zip!/甲/乙.txt", "a.zip!/丙\\x0a.txt",
    ]  # fmt: skip


def test_junk_and_folders_are_passed_over() -> None:
    junk = {
        "__MACOSX/._a.txt": b"1",
        "甲/.DS_Store": b"2",
        "Thumbs.db": b"3",
        "甲/": b"",
        ".x": b"4",
    }
    assert list(ends(zip_of({**junk, "a.txt": TXT}))) == ["a.zip", "a.zip!/a.txt"]
    assert ends(zip_of(junk)) == {"a.zip": "empty(no_text)"}
    assert ends(zip_of({})) == {"a.zip": "empty(no_text)"}


def test_members_of_one_name_are_told_apart() -> None:
    data = zip_of({"a.txt": b"1", "b.txt": b"2"}).replace(b"b.txt", b"a.txt")
    assert list(ends(data))[1:] == ["a.zip!/a.txt", "a.zip!/a.txt#2"]
    crafted = zip_of({"a#2": b"1", "b#2": b"2", "c#2": b"3"})
    crafted = crafted.replace(b"b#2", b"a#2").replace(b"c#2", b"a#3")
    assert list(ends(crafted))[1:] == ["a.zip!/a#2", "a.zip!/a#2#2", "a.zip!/a#3"]
    crafted = zip_of({"aaa": b"1", "bbb": b"2", "aaa#2": b"3"}).replace(b"bbb", b"aaa")
    assert list(ends(crafted))[1:] == ["a.zip!/aaa", "a.zip!/aaa#2", "a.zip!/aaa#2#2"]


def test_archives_in_archives_are_opened_three_deep() -> None:
    data = zip_of({"x.txt": TXT})
    for level in range(3):
        data = zip_of({f"{level}.zip": data})
    path = "a.zip!/2.zip!/1.zip"
    assert ends(data) == {
        "a.zip": "ok", "a.zip!/2.zip": "ok", path: "ok", f"{path}!/0.zip": "refused(depth)",
    }  # fmt: skip


def test_a_gzip_file_has_one_member() -> None:
    found = list(expanded(source(gzip.compress(TXT), "b.txt.gz")))
    assert [(s.path, s.format, s.data) for s in found] == [
        ("b.txt.gz", "gz", None), ("b.txt.gz!/b.txt", None, TXT),
    ]  # fmt: skip
    assert ends(gzip.compress(TXT)[:-9]) == {"a.zip": "ok", "a.zip!/a.zip": "corrupt(gz)"}
    assert ends(gzip.compress(bytes(20 << 20)))["a.zip!/a.zip"] == "refused(zip_ratio)"


# --- what is refused --------------------------------------------------------------------------


def test_an_encrypted_empty_or_linked_member_is_a_row() -> None:
    assert ends(flagged(zip_of({"a.txt": TXT})))["a.zip!/a.txt"] == "encrypted"
    assert ends(zip_of({"a.txt": b""}))["a.zip!/a.txt"] == "empty(zero_bytes)"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        link = zipfile.ZipInfo("a.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/hostname")
    assert ends(stream.getvalue())["a.zip!/a.txt"] == "skipped(symlink)"


def test_a_damaged_member_costs_itself_only() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", TXT)
        archive.writestr("b.txt", TXT + b"2")
    damaged = stream.getvalue().replace(TXT, TXT[:-1] + b"x", 1)
    assert ends(damaged) == {"a.zip": "ok", "a.zip!/a.txt": "corrupt(zip)", "a.zip!/b.txt": "ok"}


@pytest.mark.parametrize("size", [10, len(TXT) + 5, 2**31])
def test_a_member_that_lies_about_its_size_is_not_believed(size: int) -> None:
    data = zip_of({"a.txt": TXT})
    at = data.index(b"PK\x01\x02") + 24
    lying = data[:at] + struct.pack("<I", size) + data[at + 4 :]
    assert set(ends(lying).values()) & {"corrupt(zip)", "refused(size)", "refused(zip_ratio)"}


def test_a_method_that_nobody_can_undo_is_named() -> None:
    data = zip_of({"a.txt": TXT})
    at, central = 8, data.index(b"PK\x01\x02") + 10
    data = data[:at] + b"\x09\0" + data[at + 2 : central] + b"\x09\0" + data[central + 2 :]
    assert ends(data)["a.zip!/a.txt"] == "unsupported(zip)"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_method_that_inflates_without_bounds_stays_closed(method: int) -> None:
    data = zip_of({"a.txt": TXT}, method)
    assert ends(data) == {"a.zip": "ok", "a.zip!/a.txt": "unsupported(zip)"}


def test_a_directory_of_very_many_entries_is_refused_before_any_is_made() -> None:
    entries = b"PK\x01\x02".ljust(46, b"\0") * 400_000
    end = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, 1, 1, len(entries), 4, 0)
    tracemalloc.start()
    try:
        with pytest.raises(DocumentError) as refused:
            open_package(b"PK\x03\x04" + entries + end)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (refused.value.status, refused.value.reason) == ("refused", "zip_members")
    assert peak < 4 * len(entries)


def test_limits_hold_for_a_member_an_archive_and_all_that_is_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = zip_of({"a.txt": TXT, "b.txt": TXT + b"2"})
    with monkeypatch.context() as patch:
        patch.setattr(bundles, "MAX_SIZE", len(TXT))
        assert list(ends(data).values()) == ["ok", "ok", "refused(size)"]
    monkeypatch.setattr(bundles, "Budget", lambda: Budget(size=2 * len(TXT), members=9))
    assert ends(data) == {"a.zip": "refused(size)"}
    monkeypatch.setattr(bundles, "Budget", lambda: Budget(size=10_000, members=3))
    assert ends(zip_of({"x.zip": data})) == {"a.zip": "ok", "a.zip!/x.zip": "ok"} | {
        f"a.zip!/x.zip!/{name}.txt": "ok" for name in "ab"
    }
    assert ends(zip_of({"x.zip": data, "y.zip": data}))["a.zip!/y.zip"] == "refused(zip_members)"


def test_a_member_that_grows_out_of_nothing_is_refused_unread() -> None:
    assert ends(zip_of({"a.txt": bytes(20 << 20)}))["a.zip!/a.txt"] == "refused(zip_ratio)"


def test_members_that_share_their_bytes_are_refused_together() -> None:
    data = zip_of({"a.txt": bytes(9 << 20)})
    at, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    record, n = data[at:end], 20
    count = struct.pack("<HHI", n, n, n * len(record))
    bomb = data[:end] + record * (n - 1) + data[end : end + 8] + count + data[end + 16 :]
    assert ends(bomb) == {"a.zip": "refused(zip_ratio)"}


def test_damaged_archives_are_handed_on_or_refused_by_name() -> None:
    data = zip_of({"a.txt": TXT, "b.zip": zip_of({"c.txt": TXT})})
    for mutant in mutants(data, seeded(11), 300):
        assert all(ends(mutant).values())


# --- runs -------------------------------------------------------------------------------------


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.zip").write_bytes(
        zip_of({"甲.txt": TXT, "乙.txt": TXT, "丙.rar": b"Rar!\x1a\x07"})
    )
    (folder / "b.zip").write_bytes(zip_of({"../x.txt": TXT}))
    (folder / "c.txt").write_bytes(TXT)
    (folder / "d.zip").write_bytes(flagged(zip_of({"e.txt": TXT})))
    return folder


def test_every_file_and_every_member_has_one_row(corpus: Path, tmp_path: Path) -> None:
    run(corpus, tmp_path / "out", workers=1)
    rows = pq.read_table(tmp_path / "out" / "documents.parquet").to_pylist()
    told = {row["source"]: (row["status"], row["reason"], row["duplicate_of"]) for row in rows}
    assert told == {
        "a.zip": ("ok", None, None),
        "a.zip!/甲.txt": ("ok", None, None),
        "a.zip!/乙.txt": ("ok", None, "a.zip!/甲.txt"),
        "a.zip!/丙.rar": ("unsupported", "rar", None),
        "b.zip": ("refused", "zip_path", None),
        "c.txt": ("ok", None, "a.zip!/甲.txt"),
        "d.zip": ("ok", None, None),
        "d.zip!/e.txt": ("encrypted", None, None),
    }
    assert [row["format"] for row in rows[:2]] == ["zip", "txt"]
    assert (rows[0]["n_mentions"], rows[0]["n_rejected"], rows[0]["characters"]) == (0, 0, None)
    mentions = pq.read_table(tmp_path / "out" / "mentions.parquet")
    assert set(mentions["source"].to_pylist()) == {"a.zip!/甲.txt"}
    assert sorted(path.name for path in tmp_path.iterdir()) == [".out.zhengju", "corpus", "out"]


def test_the_rows_are_the_same_whatever_the_workers(corpus: Path, tmp_path: Path) -> None:
    run(corpus, tmp_path / "one", workers=1)
    run(corpus, tmp_path / "two", workers=2)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_the_limit_counts_files_of_the_folder(corpus: Path, tmp_path: Path) -> None:
    report = run(corpus, tmp_path / "out", workers=1, limit=1)
    assert report.documents == {"ok": 3, "unsupported": 1}


def test_a_member_is_read_and_explained_by_its_name(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    member = corpus / "a.zip!" / "甲.txt"
    assert len(extract.read(member).mentions) == 1
    assert main(["explain", str(member)]) == 0
    assert "640.2" in capsys.readouterr().out


def test_an_archive_itself_is_refused_with_the_name_of_a_member(corpus: Path) -> None:
    with pytest.raises(DocumentError, match=r"such as a\.zip!/甲\.txt"):
        open_source(corpus / "a.zip")
    with pytest.raises(CorpusError, match="no such member"):
        open_source(corpus / "a.zip!" / "丁.txt")
    with pytest.raises(CorpusError, match="no such file"):
        open_source(corpus / "z.zip!" / "丁.txt")
