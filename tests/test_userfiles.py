"""Tables of the user beside the corpus: ``sources.csv`` and ``aliases.csv``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from extract.cli import main
from extract.errors import CorpusError, UsageError
from extract.pipeline import run

REPORT = "{name}{year}年度部门决算\n一、收入支出决算总体情况\n{year}年度收入总计{money}万元。\n"


def report(name: str = "鼓楼区医疗保障局", year: int = 2022, money: float = 120.5) -> str:
    return REPORT.format(name=name, year=year, money=money)


def corpus(folder: Path, files: dict[str, str], **tables: str | bytes) -> Path:
    """``folder/corpus`` with the files, and tables such as ``sources`` beside it."""
    for name, text in files.items():
        path = folder / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    for name, table in tables.items():
        data = table.encode() if isinstance(table, str) else table
        (folder / f"{name}.csv").write_bytes(data)
    return folder / "corpus"


def rows(output: Path, table: str = "documents") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(output / f"{table}.parquet").to_pylist()
    return found


def documents(folder: Path) -> list[dict[str, Any]]:
    return rows(folder / "out")


# sources.csv


@pytest.mark.parametrize(
    "source", ["南京/2022.txt", "南京", "南京/", "./南京/2022.txt", "*/2022*", "南京\\2022.txt"]
)
def test_a_row_names_a_file_a_folder_or_a_pattern(tmp_path: Path, source: str) -> None:
    files = {"南京/2022.txt": report(), "b/2021.txt": report("炎陵县医疗保障局", 2021)}
    table = f"source,adcode,url,published\n{source},320106,https://a.example/1,2023-03-01\n"
    if source == "*/2022*":
        table = table.replace("*/2022*", "*2022*")
    done = run(corpus(tmp_path, files, sources=table), tmp_path / "out")

    one, other = rows(tmp_path / "out")[::-1]
    assert (one["agency_id"], one["adcode"]) == ("320106-ybj-any", "320106")
    assert (one["region_evidence"], one["region_candidates"]) == ("sources.csv", [])
    assert (one["url"], one["published"]) == ("https://a.example/1", "2023-03-01")
    assert (other["adcode"], other["url"]) == ("430225", None)
    assert done.warnings == ()


def test_the_nearest_row_wins_cell_by_cell(tmp_path: Path) -> None:
    table = (
        "source,province,prefecture,year\n"
        "a,福建省,福州市,2020\n"
        "a/b,江苏省,南京市,\n"
        "a/b/*,,,2019\n"
        "a/b/2022.txt,,,2018\n"
    )
    files = {
        "a/b/2022.txt": report(),
        "a/b/2021.txt": report(money=3.5),
        "a/c.txt": report(money=7),
    }
    run(corpus(tmp_path, files, sources=table), tmp_path / "out")

    found = {r["source"]: (r["adcode"], r["report_year"]) for r in rows(tmp_path / "out")}
    assert found == {
        "a/b/2021.txt": ("320106", 2019),
        "a/b/2022.txt": ("320106", 2018),
        "a/c.txt": ("350102", 2020),
    }


def test_what_is_said_of_an_archive_holds_for_its_members(tmp_path: Path) -> None:
    import zipfile  # noqa: PLC0415

    folder = corpus(tmp_path, {}, sources="source,adcode\na.zip,320106\na.zip!/x/2.txt,350102\n")
    folder.mkdir()
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("x/1.txt", report(year=2021))
        archive.writestr("x/2.txt", report())
    run(folder, tmp_path / "out")

    found = {r["source"]: r["adcode"] for r in rows(tmp_path / "out")}
    assert found["a.zip!/x/1.txt"] == "320106"
    assert found["a.zip!/x/2.txt"] == "350102"


def test_differences_between_the_user_and_the_text_are_noted(tmp_path: Path) -> None:
    table = "source,agency,year\na.txt,云岭县民政局,2021\n"
    run(corpus(tmp_path, {"a.txt": report()}, sources=table), tmp_path / "out")

    (row,) = rows(tmp_path / "out")
    assert (row["agency"], row["report_year"], row["bureau"]) == ("云岭县民政局", 2021, "民政")
    assert (row["agency_evidence"], row["year_evidence"]) == ("sources.csv", "sources.csv")
    assert [c.partition(" says ")[0] for c in row["conflicts"][:2]] == [
        "year: sources.csv", "agency: sources.csv",
    ]  # fmt: skip


def test_a_row_that_names_no_file_is_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = "source,year\na.txt,2022\nc.txt,2021\nd/*,2021\n"
    folder = corpus(tmp_path, {"a.txt": report()}, sources=table)
    assert main(["run", str(folder), "--output", str(tmp_path / "out")]) == 0
    said = [line for line in capsys.readouterr().out.splitlines() if "warning" in line]
    assert said == [
        "warning    sources.csv, line 3: no file of the corpus is c.txt",
        "warning    sources.csv, line 4: no file of the corpus is d/*",
    ]


def test_another_file_can_be_named(tmp_path: Path) -> None:
    folder = corpus(tmp_path, {"a.txt": report()}, mine="source,adcode\na.txt,350102\n")
    command = ["run", str(folder), "--output", str(tmp_path / "out")]
    assert main([*command, "--sources", str(tmp_path / "mine.csv")]) == 0
    assert rows(tmp_path / "out")[0]["adcode"] == "350102"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_tables_as_spreadsheets_write_them_are_read(tmp_path: Path, encoding: str) -> None:
    table = 'source,agency\r\n"甲,乙/a.txt",炎陵县民政局\r\n\r\n'.encode(encoding)
    run(corpus(tmp_path, {"甲,乙/a.txt": report()}, sources=table), tmp_path / "out")
    assert rows(tmp_path / "out")[0]["agency_id"] == "430225-mzj-any"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("source,agent\na.txt,x\n", "unknown column 'agent'; known are source, agency"),
        ("agency\nx\n", "column 'source' is missing"),
        ("source,year,year\na.txt,1,2\n", "column 'year' stands twice"),
        ("source,year\na.txt,2022\n,2021\n", "line 3: the cell 'source' is empty"),
        ("source,year\na.txt,22\n", "line 2: 'year' is a year such as 2022, not 22"),
        ("source,entity\na.txt,本级\n", "line 2: 'entity' is one of own, consolidated"),
        ("source,doc_type\na.txt,决算\n", "line 2: 'doc_type' is one of"),
        ("source,adcode\na.txt,999999\n", "line 2: 'adcode' 999999 is no division"),
        ("source,published\na.txt,2023.3.1\n", "line 2: 'published' is a date such as 2023-03-31"),
        ("source,year\na.txt,2022,x\n", "line 2: more cells than columns"),
    ],
)
def test_a_bad_row_names_file_row_and_what_to_do(tmp_path: Path, table: str, said: str) -> None:
    folder = corpus(tmp_path, {"a.txt": report()}, sources=table)
    with pytest.raises(UsageError) as caught:
        run(folder, tmp_path / "out")
    assert "sources.csv" in str(caught.value)
    assert said in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_named_file_that_is_not_there_is_no_input(tmp_path: Path) -> None:
    folder = corpus(tmp_path, {"a.txt": report()})
    with pytest.raises(CorpusError, match=r"mine\.csv: cannot be read"):
        run(folder, tmp_path / "out", sources=tmp_path / "mine.csv")


def test_the_report_of_a_run_names_the_tables_with_their_hash(tmp_path: Path) -> None:
    tables = {"sources": "source\na.txt\n", "aliases": "name,agency\n甲县医保中心,甲县医保局\n"}
    run(corpus(tmp_path, {"a.txt": report()}, **tables), tmp_path / "out")
    told = json.loads((tmp_path / "out" / "run_report.json").read_text("utf-8"))["user_files"]
    assert sorted(told) == ["aliases.csv", "sources.csv"]
    assert all(len(digest) == 64 for digest in told.values())


# aliases.csv


def test_an_alias_gives_a_name_the_id_of_another_between_two_years(tmp_path: Path) -> None:
    files = {f"{y}.txt": report("炎陵县社会医疗保险管理局", y) for y in (2017, 2018, 2019)}
    files["new.txt"] = report("炎陵县医疗保障局", 2020)
    files["named.txt"] = report("炎陵县新农合办公室管理局", 2016)
    table = (
        "name,agency,agency_id,from,to\n"
        "炎陵县社会医疗保险管理局,炎陵县医疗保障局,,,2018\n"
        "炎陵县新农合办公室管理局,,430225-nh-any,,\n"
    )
    folder = corpus(tmp_path, files, aliases=table)
    for workers in (1, 2):
        run(folder, tmp_path / f"out{workers}", workers=workers)
        found = {r["source"]: r["agency_id"] for r in rows(tmp_path / f"out{workers}")}
        assert found["2017.txt"] == found["2018.txt"] == found["new.txt"] == "430225-ybj-any"
        assert found["2019.txt"] not in {found["2018.txt"], None}
        assert found["named.txt"] == "430225-nh-any"
    one, two = ((tmp_path / f"out{n}" / "facts.parquet").read_bytes() for n in (1, 2))
    assert one == two


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("name,agency,agency_id\n甲县医保局,,\n", "line 2: fill in either 'agency' or 'agency_id'"),
        ("name,agency_id\n甲县医保局,甲县\n", "line 2: 'agency_id' is no id of ours"),
        ("name,agency,from,to\n甲县医保局,乙县医保局,2020,2018\n", "line 2: 'from' is later"),
    ],
)
def test_a_bad_alias_is_refused(tmp_path: Path, table: str, said: str) -> None:
    folder = corpus(tmp_path, {"a.txt": report()}, aliases=table)
    assert main(["run", str(folder), "--output", str(tmp_path / "out")]) == 2
    with pytest.raises(UsageError, match="aliases") as caught:
        run(folder, tmp_path / "out")
    assert said in str(caught.value)


# Whose report a file is that has no text of its own


def test_a_copy_carries_the_identity_of_the_first_one(tmp_path: Path) -> None:
    text = report("炎陵县医疗保障局")
    files = {"a/1.txt": text, "b/2.txt": text, "c/3.txt": text, "d.txt": report("盐边县民政局")}
    run(corpus(tmp_path, files), tmp_path / "out")

    first, *copies, other = rows(tmp_path / "out")
    assert other["agency_id"] == "510422-mzj-any"
    for copy in copies:
        assert copy["duplicate_of"] == "a/1.txt"
        for name in ("agency_id", "agency", "adcode", "county", "report_year", "doc_type", "title"):
            assert copy[name] == first[name] is not None
        assert (copy["n_mentions"], first["n_mentions"]) == (0, 1)


def test_the_path_tells_whose_report_cannot_be_read(tmp_path: Path) -> None:
    folder = corpus(tmp_path, {"炎陵县医疗保障局2022年度部门决算.pdf": "%PDF-1.4 broken"})
    run(folder, tmp_path / "out")

    (row,) = rows(tmp_path / "out")
    assert row["status"] != "ok"
    assert (row["agency_id"], row["report_year"]) == ("430225-ybj-any", 2022)


# A panel over years


def test_a_county_that_changes_its_code_keeps_one_line(tmp_path: Path) -> None:
    files = {}
    for before, after, change in (
        ("赣县", "赣县区", 2016),
        ("蓟县", "蓟州区", 2016),
        ("会理县", "会理市", 2021),
    ):
        for year in (2014, 2015, 2016, 2019, 2021, 2022, 2024):
            name = (before if year < change else after) + "医疗保障局"
            files[f"{after}/{year}.txt"] = report(name, year, year / 10)
    run(corpus(tmp_path, files), tmp_path / "out")

    panel = rows(tmp_path / "out", "panel")
    assert len({row["agency_id"] for row in panel}) == 3
    lines = {
        (r["source"].partition("/")[0], r["agency_id"], r["adcode"]) for r in documents(tmp_path)
    }
    assert len(lines) == 3
    codes = {
        r["report_year"]: r["adcode_asof"] for r in documents(tmp_path) if "会理" in r["source"]
    }
    assert (codes[2019], codes[2021]) == ("513425", "513402")
