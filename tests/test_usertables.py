from __future__ import annotations

from pathlib import Path

import pytest

from extract.errors import CorpusError, UsageError
from extract.inputs import usertables

TABLE = "agency,from,to\n青禾县医疗保障局,2020,2022\n\n松坪县医疗保障局, 2021\n,,\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_table_is_read_however_excel_saved_it(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "frame.csv"
    path.write_bytes(TABLE.replace("\n", "\r\n").encode(encoding))

    assert usertables.rows(path, ["agency"], ["from", "to"]) == [
        {"agency": "青禾县医疗保障局", "from": "2020", "to": "2022", "line": "2"},
        {"agency": "松坪县医疗保障局", "from": "2021", "to": "", "line": "4"},
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("name\nx\n", "unknown column 'name'; known are agency, from"),
        ("agency,agency\nx,y\n", "column 'agency' stands twice"),
        ("from\n2020\n", "column 'agency' is missing"),
        ("", "column 'agency' is missing"),
        ("agency,from\nx,2020,2021\n", "line 2: more cells than columns"),
    ],
)
def test_a_wrong_table_is_refused_with_file_and_place(
    tmp_path: Path, text: str, complaint: str
) -> None:
    path = tmp_path / "frame.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match=f"frame.csv.*{complaint}") as caught:
        usertables.read(path, ["agency"], ["from"])
    assert caught.value.exit_code == 2


def test_a_file_that_is_not_there_is_no_input(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"none\.csv: cannot be read") as caught:
        usertables.read(tmp_path / "none.csv", ["agency"])
    assert caught.value.exit_code == 66


def test_bytes_of_no_encoding_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "frame.csv"
    path.write_bytes(b"agency\n\xff\xff\xff\n")

    with pytest.raises(UsageError, match="neither UTF-8 nor GBK"):
        usertables.read(path, ["agency"])
