from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from extract import cli
from extract.errors import CorpusError, UsageError
from extract.identity import identify
from extract.panel.frame import Expected, Matching, Roster, match, read_frame
from extract.pipeline import run
from tests.panels import cell, report, said, staged
from tests.stubs import StubRulebook, digests, fill, rows

REPORT = "agency {name} {year} self_evaluation\nrevenue actual {year} <3万元>\n"
NAMED = StubRulebook().identity


def frame(folder: Path, text: str) -> Path:
    path = folder / "frame.csv"
    path.write_text(text, encoding="utf-8-sig")
    return path


def roster(*agencies: dict[str, Any]) -> Roster:
    seen = Roster()
    blank = {"agency_id": None, "agency": None, "report_year": None, "bureau": None}
    blank |= {"agency_group": None, "adcode": None}
    for agency in agencies:
        seen.see({name: [value] for name, value in (blank | agency).items()})
    return seen


def matched(folder: Path, text: str, *agencies: dict[str, Any]) -> Matching:
    listed = read_frame(frame(folder, text))
    return match(listed, roster(*agencies), lambda name: identify(name, "", NAMED))


OWN = {"agency_id": "g-own", "agency_group": "g", "agency": "青禾县医疗保障局", "report_year": 2021}
LAST = OWN | {"agency_id": "g-consolidated", "report_year": 2023}


@pytest.mark.parametrize(
    ("line", "years"),
    [
        ("agency\n青禾县医疗保障局\n", {2021, 2022, 2023}),
        ("agency_id\ng-own\n", {2021, 2022, 2023}),
        ("agency_id\ng\n", {2021, 2022, 2023}),
        ("agency,from\n青禾县医疗保障局,2022\n", {2022, 2023}),
        ("agency,to\n青禾县医疗保障局,2022\n", {2021, 2022}),
        ("agency,from,to\n青禾县医疗保障局,2019,2020\n", {2019, 2020}),
        ("agency,from\n青禾县医疗保障局,2025\n", {2025}),
        ("agency,year\n青禾县医疗保障局,2020\n青禾县医疗保障局,2022\n", {2020, 2022}),
    ],
)
def test_a_line_names_an_agency_and_its_years(tmp_path: Path, line: str, years: set[int]) -> None:
    found = matched(tmp_path, line, OWN, LAST)

    assert [(one.group, set(one.years), one.profile) for one in found.expected] == [
        ("g", years, None)
    ]
    assert (found.agencies, found.unmatched) == (1, ())


def test_place_and_bureau_name_an_agency(tmp_path: Path) -> None:
    here = OWN | {"adcode": "330102", "bureau": "医疗保障"}
    found = matched(tmp_path, "adcode,bureau\n330102,医疗保障\n330103,医疗保障\n", here)

    assert [one.group for one in found.expected if one.profile is None] == ["g"]
    assert found.unmatched == ("330103 医疗保障",)


def test_an_agency_without_documents_gets_its_keys_from_the_list(tmp_path: Path) -> None:
    (one,) = matched(tmp_path, "agency,year,adcode\n白河县民政局,2022,330105\n").expected

    assert one.profile is not None
    assert (one.profile["agency"], one.profile["bureau"]) == ("白河县民政局", "民政")
    assert (one.profile["level"], one.profile["adcode"]) == ("county", "330105")


def test_a_name_that_several_agencies_have_is_left_out(tmp_path: Path) -> None:
    found = matched(
        tmp_path, "agency\n青禾县医疗保障局\n", OWN, OWN | {"agency_group": "h", "agency_id": "h"}
    )

    assert (found.expected, found.ambiguous) == ((), ("青禾县医疗保障局",))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("county\nx\n", "unknown column 'county'"),
        ("agency,year\n,2020\n", "line 2: give agency"),
        ("adcode\n330102\n", "line 2: give agency"),
        ("agency,year\nx,20\n", "line 2: '20' is no year"),
        ("agency,from,to\nx,2022,2020\n", "line 2: from 2022 is after to 2020"),
        ("agency,from,year\nx,2022,2022\n", "line 2: give year, or from and to"),
        ("agency,entity\nx,全部\n", "line 2: no entity '全部'"),
    ],
)
def test_a_wrong_list_is_refused_before_anything_is_read(
    tmp_path: Path, text: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = frame(tmp_path, text)
    with pytest.raises(UsageError, match=f"frame.csv.*{complaint}"):
        read_frame(path)

    corpus = fill(tmp_path / "corpus", {"a.txt": "text"})
    assert cli.main(["run", str(corpus), "--output", str(tmp_path / "out")]) == 2
    assert complaint in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_list_that_is_not_there_is_no_input(tmp_path: Path) -> None:
    with pytest.raises(CorpusError):
        read_frame(tmp_path / "none.csv")


def expected(years: set[int], **more: Any) -> Expected:  # noqa: ANN401
    return Expected(**{"agency_id": "a1", "group": "a1", "entity": "", "profile": None, **more,
                       "years": frozenset(years)})  # fmt: skip


def test_an_expected_year_without_a_report_is_a_row_with_the_reason() -> None:
    tables = staged(report("a.txt", said("fines", "3万元")), expected=[expected({2022, 2023})])

    years = {row["year"]: row for row in tables["panel"]}
    assert (years[2023]["n_reports"], years[2023]["agency"]) == (0, "甲县医保局")
    assert {row["reason"] for row in tables["cells"] if row["year"] == 2023} == {"no_report"}
    assert cell(tables, "revenue", 2022)["reason"] == "not_stated"


def test_what_a_later_report_states_of_a_year_without_report_stays() -> None:
    tables = staged(report("a.txt", said("fines", "3万元", year=2021)), expected=[expected({2021})])

    assert cell(tables, "fines", 2021)["value"] == 30000.0
    assert cell(tables, "revenue", 2021)["reason"] == "no_report"


def test_a_report_of_another_entity_is_a_report_of_the_group() -> None:
    tables = staged(
        report("a.txt", said("fines", "3万元"), agency_id="g-own", entity="own"),
        report("b.txt", said("fines", "3万元"), agency_id="g-consolidated", year=2021),
        expected=[expected({2021, 2022}, group="g", agency_id="g")],
        groups={"g-own": "g", "g-consolidated": "g"},
    )

    assert "no_report" not in {row["reason"] for row in tables["cells"]}


def test_an_unreadable_report_is_not_missing() -> None:
    tables = staged(report("a.pdf", status="corrupt"), expected=[expected({2022})])

    assert {row["reason"] for row in tables["cells"]} == {"unreadable"}


@pytest.mark.usefixtures("stub_reader")
def test_a_run_finds_the_list_beside_the_corpus_and_tells_how_many_matched(tmp_path: Path) -> None:
    corpus = fill(
        tmp_path / "corpus",
        {f"{y}.txt": REPORT.format(name="甲县医保局", year=y) for y in (2021, 2023)},
    )
    frame(tmp_path, "agency\n甲县医保局\n白河县民政局\n")
    found = run(corpus, tmp_path / "out").frame

    assert found is not None
    assert (found["agencies"], found["matched"], found["unmatched"]) == (2, 1, ["白河县民政局"])
    panel = [(r["agency"], r["year"], r["n_reports"]) for r in rows(tmp_path / "out", "panel")]
    assert sorted(panel) == [
        ("甲县医保局", 2021, 1), ("甲县医保局", 2022, 0), ("甲县医保局", 2023, 1),
        *(("白河县民政局", year, 0) for year in (2021, 2022, 2023)),
    ]  # fmt: skip
    assert cli.main(["run", str(corpus), "--output", str(tmp_path / "again")]) == 0
    assert digests(tmp_path / "again") == digests(tmp_path / "out")


@pytest.mark.usefixtures("stub_reader")
def test_another_list_can_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = fill(tmp_path / "corpus", {"a.txt": REPORT.format(name="甲县医保局", year=2022)})
    other = frame(tmp_path, "agency\n甲县医保局\n").rename(tmp_path / "mine.csv")
    arguments = ["run", str(corpus), "--output", str(tmp_path / "out"), "--frame"]

    assert cli.main([*arguments, str(other)]) == 0
    assert "frame      1 of 1 agencies have documents\n" in capsys.readouterr().out
    assert cli.main([*arguments, str(tmp_path / "none.csv")]) == 66
    assert "none.csv: cannot be read" in capsys.readouterr().err
