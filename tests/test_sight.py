from __future__ import annotations

from typing import TYPE_CHECKING, Any

from extract.sight import MOST, Sight

if TYPE_CHECKING:
    import pytest


def documents(*rows: tuple[str, str, str | None, str | None, int]) -> dict[str, list[Any]]:
    names = ("source", "status", "reason", "format", "size")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    ids = [f"id{at}" for at in range(len(rows))]
    return columns | {"doc_id": ids, "duplicate_of": [None for _ in rows]}


def test_each_document_that_was_not_read_whole_is_a_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Sight(4) as sight:
        sight.saw(
            documents(
                ("a.txt", "ok", None, "txt", 10),
                ("b.pdf", "crash", "SIGSEGV", "pdf", 20),
                ("c.docx", "encrypted", None, "docx", 30),
                ("link", "skipped", "symlink", None, 0),
                ("mine.txt", "skipped", "permission", None, 0),
            )
        )
    assert capsys.readouterr().err.splitlines() == [
        "zhengju: crash(SIGSEGV) b.pdf",
        "zhengju: encrypted c.docx",
        "zhengju: skipped(permission) mine.txt",
    ]


def test_lines_stand_above_the_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with Sight(1, progress=True) as sight:
        sight.saw(documents(("b.pdf", "corrupt", "xref", "pdf", 20)))
    said = capsys.readouterr().err
    assert "zhengju: corrupt(xref) b.pdf\n" in said
    assert "1/1" in said


def test_the_agency_stage_has_a_bar_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    with Sight(1, progress=True) as sight:
        assert list(sight.over(iter("abc"), 3)) == [*"abc"]
    assert "facts" in (said := capsys.readouterr().err)
    assert "3/3" in said
    with Sight(1, progress=False) as sight:
        assert list(sight.over(iter("abc"), 3)) == [*"abc"]
    assert capsys.readouterr().err == ""


def test_the_report_counts_by_status_and_format_and_names_slowest_and_largest() -> None:
    sight = Sight(30)
    rows = [(f"{n:02}.txt", "ok", None, "txt", n) for n in range(30)]
    sight.saw(documents(*rows), [float(n % 7) for n in range(30)])
    told = sight.told()
    assert told["documents"] == {"ok": 30}
    assert told["formats"] == {"txt": {"ok": 30}}
    assert [row["source"] for row in told["largest"]] == [f"{n}.txt" for n in range(29, 19, -1)]
    assert len(told["slowest"]) == MOST
    assert told["slowest"][0] == {"source": "06.txt", "seconds": 6.0}


def test_a_document_whose_time_is_not_known_is_not_among_the_slowest() -> None:
    sight = Sight(2)
    rows = documents(("a", "ok", None, "txt", 1), ("b", "ok", None, None, 2))
    sight.saw(rows, [None, 1.5])
    assert sight.told()["slowest"] == [{"source": "b", "seconds": 1.5}]
    assert sight.told()["formats"] == {"txt": {"ok": 1}, "unknown": {"ok": 1}}


def test_a_copy_is_none_of_the_formats_that_were_read() -> None:
    sight = Sight(2)
    rows = documents(("a.txt", "ok", None, "txt", 1), ("b.txt", "ok", None, None, 1))
    sight.saw(rows | {"duplicate_of": [None, "a.txt"]})
    assert sight.told()["formats"] == {"copy": {"ok": 1}, "txt": {"ok": 1}}


def test_of_equal_documents_the_first_are_named() -> None:
    sight = Sight(30)
    sight.saw(documents(*((f"{n:02}.txt", "ok", None, "txt", 5) for n in reversed(range(30)))))
    assert [row["source"] for row in sight.told()["largest"]] == [f"{n:02}.txt" for n in range(10)]
