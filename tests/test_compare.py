"""A sheet that somebody filled in, against the evidence: each planted error gets its label."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from extract import catalogue
from extract.cli import main
from extract.compare.numbers import Scale, scale_of, written
from extract.compare.report import COLUMNS, compare
from extract.compare.targets import Vocabulary
from extract.compare.verdicts import LABELS
from extract.compare.words import load as load_words
from extract.errors import CorpusError, UsageError
from extract.panel.columns import SUFFIXES, all_columns
from extract.pipeline import run
from extract.rulebook import load as load_rules
from tests import workbooks

ROOT = Path(__file__).parents[1]
QINGHE = "青禾县医疗保障局"
PLANTED = 200
FIGURES = load_rules().figures
NAMES = Vocabulary(load_rules())


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("compared")
    run(ROOT / "corpus", home / "out", workers=1)
    return home / "out"


@pytest.fixture(scope="module")
def cells(output: Path) -> list[dict[str, Any]]:
    return list(pq.read_table(output / "cells.parquet").to_pylist())


def checked(output: Path, home: Path, *lines: str, encoding: str = "utf-8") -> list[dict[str, Any]]:
    """The rows of a comparison with a sheet of these lines."""
    sheet = home / "sheet.csv"
    sheet.write_text("\n".join(lines) + "\n", encoding)
    return [dict(row) for row in compare(output, sheet).rows]


def labels(rows: list[dict[str, Any]]) -> list[str]:
    return [row["label"] for row in rows]


# Planted errors


@dataclass(frozen=True)
class Plant:
    """A cell of a sheet, and the label that it must get."""

    agency: str
    year: int
    column: str
    value: float
    label: str


def planted(cells: list[dict[str, Any]]) -> Iterator[Plant]:
    """Cells with every kind of error, each a number of three digits or more that tells it."""
    filled = {(c["agency_id"], c["year"], c["column"]): c for c in cells if c["value"] is not None}
    names = {i.short: i for i in catalogue.load().values()}
    measures = [s for s in SUFFIXES.values() if s]
    for (agency, year, column), cell in filled.items():
        value, who = cell["value"], cell["agency"]
        if len(f"{abs(value):.10g}".strip("0.").replace(".", "")) < 3 or cell["bound"] != "=":
            continue
        yield Plant(who, year, column, value, "supported")
        power = 0.01 if cell["unit"] == "%" else 0.0001 if cell["unit"] == "元" else 0.001
        yield Plant(who, year, column, value * power, "unit_off")
        yield Plant(who, year, column, other_digits(value), "disagrees")
        near = filled.get((agency, year - 1, column)) or filled.get((agency, year + 1, column))
        if near and abs(near["value"] - value) > 0.03 * abs(value):
            yield Plant(who, near["year"], column, value, "other_year")
        stem = column.partition("__")[0]
        for suffix in ("", *measures):
            other = filled.get((agency, year, stem + suffix))
            if suffix in ("", "__bud", "__bud0") and other and differ(other["value"], value):
                yield Plant(who, year, stem + suffix, value, "other_measure")
        for name in {c.name for c in all_columns(names_of(names, stem))} - {column}:
            other = filled.get((agency, year, name))
            if "__" not in name + column and other and differ(other["value"], value):
                yield Plant(who, year, name, value, "other_scope")
    for cell in cells:
        if cell["reason"] == "not_stated" and not cell["stated_as"]:
            made_up = 7_131_719.0 + 1_013 * cell["year"]
            yield Plant(cell["agency"], cell["year"], cell["column"], made_up, "not_in_report")


def names_of(names: dict[str, catalogue.Indicator], stem: str) -> catalogue.Indicator:
    """The indicator of a column without its measure."""
    return next(names[stem[:end]] for end in range(len(stem), 0, -1) if stem[:end] in names)


def differ(one: float, other: float) -> bool:
    """Neither the same number nor the same digits."""
    plain = {f"{abs(v):.10g}".replace(".", "").strip("0")[:3] for v in (one, other)}
    return len(plain) == 2 and abs(one - other) > 0.03 * max(abs(one), abs(other))


def other_digits(value: float) -> float:
    """A number that is no rounding of the value, nor the value in another unit."""
    return round(value * 1.3713, 2) if value % 1 else float(round(value * 1.3713))


@pytest.mark.parametrize("seed", [1, 2])
def test_planted_errors_get_their_label(
    output: Path, cells: list[dict[str, Any]], tmp_path: Path, seed: int
) -> None:
    draw = random.Random(seed)  # noqa: S311
    plants = list(planted(cells))
    kinds = {label: [p for p in plants if p.label == label] for label in LABELS}
    assert all(len(found) > PLANTED // 7 for found in kinds.values()), kinds
    chosen = [p for found in kinds.values() for p in draw.sample(found, PLANTED // 7 + 1)]
    lines = [f"{p.agency},{p.year},{p.column},{p.value!r}" for p in chosen]
    rows = checked(output, tmp_path, "agency,year,column,value", *lines)

    assert len(rows) == len(chosen) >= PLANTED
    missed = [
        (p, r["label"], r["note"])
        for p, r in zip(chosen, rows, strict=True)
        if r["label"] != p.label
    ]
    assert len(missed) <= 0.05 * len(chosen), missed


# Forms of sheets

WIDE = ("单位名称,年度,追回医保基金（万元）,本年支出", f"{QINGHE},2022,66.05,11253600")
LONG = ("agency,year,indicator,value", f"{QINGHE},2022,recovered_funds,660500")


def test_a_wide_sheet_with_chinese_labels(output: Path, tmp_path: Path) -> None:
    rows = checked(output, tmp_path, *WIDE)
    assert labels(rows) == ["supported", "supported"]
    assert rows[0]["quote"] == "66.05万元"
    assert "追回医保基金66.05万元" in rows[0]["sentence"]
    assert (rows[0]["column"], rows[0]["stated"]) == ("recovered_funds", 660500)


def test_a_sheet_in_gbk_with_a_title_above_its_header(output: Path, tmp_path: Path) -> None:
    rows = checked(output, tmp_path, "附表：基金追回情况,,,", *WIDE, encoding="gb18030")
    assert labels(rows) == ["supported", "supported"]


def test_a_workbook_with_numbers_and_percents(output: Path, tmp_path: Path) -> None:
    sheet = workbooks.rows(
        ["agency", "year", "recovered_funds", "enrollees__cmp"],
        ["临澜市澄湖区医疗保障局", 2021.0, 361200.0, (0.9447, 1)],
    )
    (tmp_path / "sheet.xlsx").write_bytes(workbooks.xlsx(sheet))
    found = compare(output, tmp_path / "sheet.xlsx")
    assert [row["label"] for row in found.rows] == ["supported", "supported"]


def test_merged_cells_name_the_agency_in_their_first_row(output: Path, tmp_path: Path) -> None:
    rows = checked(
        output, tmp_path, WIDE[0], f"{QINGHE},2021,52.38,9904900", ",2022,66.05,11253600"
    )
    assert labels(rows) == ["supported"] * 4
    assert rows[2]["agency_in_sheet"] == QINGHE


def test_years_in_the_headers(output: Path, tmp_path: Path) -> None:
    lines = ("单位,2021年追回医保基金,追回医保基金（2022年）,recovered_funds_2023",)
    rows = checked(output, tmp_path, *lines, f"{QINGHE},523800,660500,487.1")
    assert [row["year"] for row in rows] == [2021, 2022, 2023]
    assert labels(rows) == ["supported", "supported", "unit_off"]


@pytest.mark.parametrize(
    "lines",
    [
        ("单位名称,指标,计量单位,2021年,2022", "{},追回医保基金,万元,52.38,66.05", ",天气,,1,2"),
        (
            "单位,指标名称,2021年决算数,2022年度决算",
            "{},追回医保基金（万元）,52.38,66.05",
            ",天气,1,2",
        ),
    ],
)
def test_years_as_headers_beside_a_column_of_indicators(
    output: Path, tmp_path: Path, lines: tuple[str, ...]
) -> None:
    rows = checked(output, tmp_path, *(line.format(QINGHE) for line in lines))
    assert labels(rows) == ["supported", "supported", "unread", "unread"]
    assert [row["year"] for row in rows] == [2021, 2022] * 2


def test_a_year_with_words_that_are_no_measure_is_not_understood(
    output: Path, tmp_path: Path
) -> None:
    sheet = tmp_path / "s.csv"
    sheet.write_text(f"单位,指标,2022,2022年晴天\n{QINGHE},追回医保基金,660500,3\n", "utf-8")
    found = compare(output, sheet)
    assert labels([dict(row) for row in found.rows]) == ["supported"]
    assert found.sheet.unknown == ("2022年晴天",)


@pytest.mark.parametrize(
    ("year", "understood"),
    [
        ("2022-12-31", True), ("2022/1/1", True), ("2022年1月1日", True), ("2022.0", True),
        ("2022-01-01 00:00:00", True), ("二〇二二年", True), ("２０２２年度", True),
        ("2022-06-30", False), ("2022-11-01", False), ("22", False), ("20221", False),
    ],
)  # fmt: skip
def test_years_as_sheets_write_them(
    output: Path, tmp_path: Path, year: str, understood: bool
) -> None:
    (row,) = checked(output, tmp_path, LONG[0], f"{QINGHE},{year},recovered_funds,660500")
    assert row["label"] == ("supported" if understood else "unread")


def test_a_sheet_that_excel_saved_as_unicode_text(output: Path, tmp_path: Path) -> None:
    lines = (line.replace(",", "\t") for line in WIDE)
    rows = checked(output, tmp_path, *lines, encoding="utf-16")
    assert labels(rows) == ["supported", "supported"]


def test_dimensions_measures_and_units_have_columns_in_a_long_sheet(
    output: Path, tmp_path: Path, cells: list[dict[str, Any]]
) -> None:
    filled = (c for c in cells if c["value"] is not None)
    cell = next(c for c in filled if c["column"] == "three_public__bud" and c["year"] == 2022)
    who, value = cell["agency"], cell["value"] / 10_000
    lines = (
        "单位名称,年度,指标,口径,险种,计量单位,数值",
        f"{who},2022年度,“三公”经费,预算数,,万元,{value}",
        f"{who},2022年度,“三公”经费,,,万元,{value}",
        "云岭县医疗保障局,2022,enrollees,,resident,万人,22.86",
        "云岭县医疗保障局,2022,enrollees,,城乡居民,万人,22.86",
        "云岭县医疗保障局,2022,enrollees,,,万人,22.86",
        "云岭县医疗保障局,2022,enrollees_res,,,,228600",
    )
    assert labels(checked(output, tmp_path, *lines)) == [
        "supported", "other_measure", "supported", "supported", "other_scope", "supported",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("recovered_funds", "recovered_funds"),
        ("RECOVERED_FUNDS", "recovered_funds"),
        ("追回医保基金", "recovered_funds"),
        ("追回医保基金(万元)", "recovered_funds"),
        ("追回医保基金_万元", "recovered_funds"),
        ("追回的医保基金金额（万元）", "recovered_funds"),
        ("三公经费", "three_public"),
        ("三公经费预算", "three_public__bud"),
        ("“三公”经费（较上年增长率）", "three_public__gro"),
        ("本年支出", "expenditure"),
        ("本年支出完成率（%）", "expenditure__cmp"),
        ("城乡居民参保人数", "enrollees_res"),
        ("参保率", "enrollment_rate"),
        ("参保率目标值", "enrollment_rate__tgt"),
        ("政府采购授予中小企业占比", "procurement_sme__shr"),
        ("天气", None),
        ("colour", None),
    ],
)
def test_headers_are_understood(header: str, column: str | None) -> None:
    found = NAMES.target(header)
    assert (found and found.column) == column


def test_a_header_of_decreases_turns_the_sign() -> None:
    found = NAMES.target("三公经费较上年减少（万元）")
    assert found is not None
    assert (found.column, float(found.scale.factor)) == ("three_public__chg", -10_000)


# Agencies


@pytest.mark.parametrize(
    "name",
    [
        QINGHE, "青禾县医保局", "青禾县", "青禾", "u10b8968-ybj-any", "u10b8968-ybj",
        "青禾县医疗保障局（本级）",
    ],
)  # fmt: skip
def test_an_agency_is_known_by_id_name_and_other_wordings(
    output: Path, tmp_path: Path, name: str
) -> None:
    rows = checked(output, tmp_path, LONG[0], f"{name},2022,recovered_funds,660500")
    assert labels(rows) == ["supported"]


def test_place_and_bureau_in_two_columns(output: Path, tmp_path: Path) -> None:
    lines = ("县区,部门,年份,recovered_funds", "青禾县,医保局,2022,660500")
    assert labels(checked(output, tmp_path, *lines)) == ["supported"]


@pytest.mark.parametrize(
    "name",
    ["370602", "370602.0", "370602000000", "芝罘区", "芝罘", "烟台市芝罘区", "山东省烟台市芝罘区"],
)
def test_a_place_is_known_by_code_and_path(tmp_path: Path, name: str) -> None:
    (home := tmp_path / "in").mkdir()
    title = "烟台市芝罘区医疗保障局2022年度部门决算"
    text = f"{title}\n第二部分 2022年度部门决算情况说明\n2022年度本年支出合计331.27万元。\n"
    (home / f"{title}.txt").write_text(text, "utf-8")
    run(home, tmp_path / "out", workers=1)
    lines = ("区划代码,年度,本年支出（万元）", f"{name},2022,331.27")
    assert labels(checked(tmp_path / "out", tmp_path, *lines)) == ["supported"]


def test_an_agency_by_the_users_alias(output: Path, tmp_path: Path) -> None:
    (tmp_path / "aliases.csv").write_text(f"name,agency\n青禾新农合办,{QINGHE}\n", "utf-8")
    (tmp_path / "s.csv").write_text(
        f"{LONG[0]}\n青禾新农合办,2022,recovered_funds,660500\n", "utf-8"
    )
    told = [
        compare(output, tmp_path / "s.csv", aliases=a) for a in (None, tmp_path / "aliases.csv")
    ]
    assert [found.rows[0]["label"] for found in told] == ["not_in_report", "supported"]
    assert told[0].strangers == ("青禾新农合办",)
    assert "the dataset has no agency" in told[0].rows[0]["note"]


def test_another_county_of_the_prefecture_is_not_taken_for_it(output: Path, tmp_path: Path) -> None:
    rows = checked(output, tmp_path, LONG[0], "临澜市医疗保障局,2022,recovered_funds,410800")
    assert labels(rows) == ["not_in_report"]


# Verdicts


@pytest.mark.parametrize(
    ("value", "label", "note"),
    [
        ("660500", "supported", ""),
        ("66.05万元", "supported", ""),
        ("66万", "supported", "rounded"),
        ("661000", "supported", "rounded"),
        ("￥660,500.00", "supported", ""),
        ("66.05", "unit_off", ""),
        ("523800", "other_year", ""),
        ("52.38", "other_year", "also 单位有误"),
        ("667500", "disagrees", ""),
        ("-660500", "disagrees", "the sign is the other one"),
        ("11253600", "disagrees", "the number stands for expenditure, actual"),
        ("0", "disagrees", ""),
    ],
)
def test_a_number_gets_its_label(
    output: Path, tmp_path: Path, value: str, label: str, note: str
) -> None:
    (row,) = checked(output, tmp_path, LONG[0], f'{QINGHE},2022,recovered_funds,"{value}"')
    assert row["label"] == label
    assert note in (row["note"] or "")
    assert row["sentence"]


@pytest.mark.parametrize(
    ("indicator", "value", "label", "column"),
    [
        ("收支总计较上年增长", "13.92%", "supported", "revenue_expenditure_total__gro"),
        ("收支总计较上年增长", "139.20万元", "supported", "revenue_expenditure_total__chg"),
        ("enrollees", "184393人", "supported", "enrollees"),
        ("enrollees", "184393元", "unit_off", "enrollees"),
        ("enrollees", "18.44万户", "unit_off", "enrollees"),
        ("recovered_funds", "66.05%", "unit_off", "recovered_funds"),
    ],
)
def test_the_unit_of_a_cell_counts(
    output: Path, tmp_path: Path, indicator: str, value: str, *, label: str, column: str
) -> None:
    (row,) = checked(output, tmp_path, LONG[0], f"{QINGHE},2022,{indicator},{value}")
    assert (row["label"], row["column"]) == (label, column)


def test_a_year_without_reports_is_told(output: Path, tmp_path: Path) -> None:
    (row,) = checked(output, tmp_path, LONG[0], f"{QINGHE},2012,recovered_funds,771900")
    assert (row["label"], row["note"]) == (
        "not_in_report",
        "the dataset has no report of that year",
    )


def test_a_zero_that_no_report_states(
    output: Path, tmp_path: Path, cells: list[dict[str, Any]]
) -> None:
    cell = next(c for c in cells if c["reason"] == "not_stated" and c["agency"] == QINGHE)
    line = f"{QINGHE},{cell['year']},{cell['column']},0"
    (row,) = checked(output, tmp_path, LONG[0], line)
    assert row["label"] == "not_in_report"
    assert row["note"] == "cell: not_stated; a 0 that no report states"


@pytest.mark.parametrize("cell", ["", "—", "无", "N/A", "NaN", "未提及"])
def test_cells_that_are_meant_to_be_empty_are_counted(
    output: Path, tmp_path: Path, cell: str
) -> None:
    sheet = tmp_path / "s.csv"
    sheet.write_text(f"{LONG[0]}\n{QINGHE},2022,recovered_funds,{cell}\n", "utf-8")
    found = compare(output, sheet)
    assert (found.rows, found.blank, found.missed) == ((), 1, 1)


def test_cells_that_mean_nothing_say_why(output: Path, tmp_path: Path) -> None:
    lines = (
        f"{QINGHE},2022,recovered_funds,很多",
        f"{QINGHE},去年,recovered_funds,5",
        f"{QINGHE},2022,天气,5",
    )
    rows = checked(output, tmp_path, LONG[0], *lines)
    assert labels(rows) == ["unread"] * 3
    assert [row["note"] for row in rows] == [
        "很多 is no number", "去年 is no year", "no column, indicator or unit of this name",
    ]  # fmt: skip


# The command


def test_a_column_that_lacks_its_unit_is_told(
    output: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values = {2021: 52.38, 2022: 66.05, 2023: 48.71}
    lines = [f"{QINGHE},{year},{value}" for year, value in values.items()]
    (tmp_path / "s.csv").write_text("\n".join(["agency,year,recovered_funds", *lines]), "utf-8")
    assert main(["compare", str(output), str(tmp_path / "s.csv")]) == 0
    said = capsys.readouterr().out
    assert "unit_off           3 100.0%  单位有误" in said
    assert "all numbers of recovered_funds are 0.0001 times the reports'" in said


def test_the_file_has_a_row_for_each_cell_and_no_formula(output: Path, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text(f"{WIDE[0]}\n=cmd|x,2022,1,2\n{WIDE[1]}\n", "utf-8")
    target = tmp_path / "checked.csv"
    assert main(["compare", str(output), str(tmp_path / "s.csv"), "-o", str(target)]) == 0
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(target.read_text("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    assert [row["label_zh"] for row in rows] == ["报告未载"] * 2 + ["有据"] * 2
    assert rows[0]["agency_in_sheet"] == "'=cmd|x"
    assert rows[0]["row"] == "2"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["单位名称,追回医保基金", "甲,1"], "no row of headers with a column for the agency"),
        (["单位名称,年度,天气", "甲,2022,1"], "no column of values is known (天气)"),
        ([""], "no row of headers"),
    ],
)
def test_a_sheet_that_tells_nothing_is_refused(
    output: Path, tmp_path: Path, lines: list[str], told: str
) -> None:
    with pytest.raises(UsageError, match=re.escape(told)):
        checked(output, tmp_path, *lines)


def test_a_missing_sheet_and_one_of_another_kind_are_named(output: Path, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="cannot be read"):
        compare(output, tmp_path / "none.csv")
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(UsageError, match="neither CSV nor XLSX"):
        compare(output, tmp_path / "old.xls")


def test_the_sheet_is_not_written_over(
    output: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (sheet := tmp_path / "s.csv").write_text("\n".join(LONG), "utf-8")
    assert main(["compare", str(output), str(sheet), "-o", str(sheet)]) == 2
    assert "is what is read" in capsys.readouterr().err
    assert sheet.read_text("utf-8") == "\n".join(LONG)


# Numbers


@pytest.mark.parametrize(
    ("cell", "unit", "value"),
    [
        ("990.49", "万元", 9_904_900), ("990.49万元", "", 9_904_900), ("990.49万", "元", 9_904_900),
        ("1亿2000万元", "", 120_000_000), ("-12.5", "%", -12.5), ("(12.5)", "万元", -125_000),
        ("下降12.5%", "", -12.5), ("减少0.55万元", "", -5_500), ("9.9e6", "元", 9_900_000),
        ("两家", "", 2), ("１，２３４", "人", 1_234), ("3.2", "万人次", 32_000), ("0", "元", 0),
        ("9904900.000000001", "元", 9_904_900),
    ],
)  # fmt: skip
def test_numbers_of_cells(cell: str, unit: str, value: float) -> None:
    scale = scale_of(unit, FIGURES.units)
    assert scale is not None
    found = written(cell, scale, FIGURES, load_words())
    assert found is not None
    assert found.value == pytest.approx(value)


@pytest.mark.parametrize("cell", ["很多", "22、30", "3至5家", "见附表"])
def test_cells_without_one_number_are_refused(cell: str) -> None:
    with pytest.raises(ValueError, match=cell):
        written(cell, Scale(), FIGURES, load_words())


@pytest.mark.parametrize("name", ["panel", "cells", "facts"])
def test_the_datasets_own_tables_are_supported_throughout(
    output: Path, tmp_path: Path, name: str
) -> None:
    frame = pq.read_table(output / f"{name}.parquet").to_pandas()
    frame.to_csv(tmp_path / "s.csv", index=False)
    found = compare(output, tmp_path / "s.csv")
    odd = [row for row in found.rows if row["label"] != "supported"]
    assert len(found.rows) > 500
    assert odd == []
    assert found.sheet.unknown == ()


def test_another_entity_is_another_scope(tmp_path: Path) -> None:
    (home := tmp_path / "reports").mkdir()
    for entity, value in (("本级", "331.27"), ("汇总", "918.44")):
        head = f"青禾县医疗保障局（{entity}）2022年度部门决算\n第二部分 2022年度部门决算情况说明\n"
        text = f"{head}2022年度本年支出合计{value}万元。\n"
        (home / f"青禾县医疗保障局（{entity}）2022年度部门决算.txt").write_text(text, "utf-8")
    run(home, tmp_path / "out", workers=1)
    lines = [
        f"{QINGHE},{entity},2022,本年支出,{value}万元"
        for entity in ("本级", "汇总", "")
        for value in ("331.27", "918.44")
    ]
    rows = checked(tmp_path / "out", tmp_path, "单位名称,填报主体,年度,指标,数值", *lines)
    assert labels(rows) == [
        "supported", "other_scope", "other_scope", "supported", "supported", "supported",
    ]  # fmt: skip
