"""Names of functions (功能分类科目) get the code that they had in the figure's year, or none."""

from __future__ import annotations

import shutil
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from extract.agency.facts import MENTION_COLUMNS, facts_of
from extract.batch import Rules, batch_of, rows_of
from extract.catalogue import load as load_catalogue
from extract.catalogue import patterns_folder
from extract.dimensions.functions import LATEST, Known, class_of, classes, known, load
from extract.errors import RulebookError
from extract.model import Source
from extract.panel.columns import all_columns
from extract.rulebook import load as load_rules

if TYPE_CHECKING:
    from pathlib import Path

    from extract.tables import Columns

TABLE = load()
LINES = [line for found in TABLE.lines.values() for line in found]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return shutil.copytree(patterns_folder(), tmp_path / "patterns")


# The table


def test_every_line_lies_in_one_that_held_in_its_years() -> None:
    for line in (line for line in LINES if len(line.code) > 3):
        outer = TABLE.lines[line.code[:-2]]
        assert min(o.first for o in outer) <= line.first, line
        assert max(o.last for o in outer) >= line.last, line


def test_a_code_has_one_name_a_year_and_years_are_plausible() -> None:
    for code, found in TABLE.lines.items():
        assert len(code) in (3, 5, 7)
        for line, later in pairwise(found):
            assert line.last < later.first
        assert all(2007 <= f.first <= f.last and (f.last < 2030 or f.last == LATEST) for f in found)


def test_the_classes_that_bureaus_report_most_go_down_to_their_lines() -> None:
    for code in ("201", "205", "208", "210", "212", "213", "221", "224"):
        assert sum(c.startswith(code) and len(c) == 7 for c in TABLE.lines) >= 10, code
    assert {"206", "207", "211", "214", "229", "230"} <= classes().keys()


def test_names_are_written_as_they_are_compared() -> None:
    assert [
        f.name for f in LINES if f.name != "".join(f.name.split()) or "支出支出" in f.name
    ] == []


def test_the_full_path_of_a_line_gives_its_code_in_each_of_its_years() -> None:
    for line in LINES:
        for year in range(line.first, min(line.last, 2026) + 1):
            path = TABLE.path_of(line.code, year)
            expected = None if path == "其他支出" else line.code
            assert path.endswith(line.name)
            assert TABLE.code_of(path, year) == expected, (path, year)


def test_a_name_alone_gives_its_code_a_level_above_it_or_none() -> None:
    for line in LINES:
        code = TABLE.code_of(line.name, line.first)
        assert code is None or line.code.startswith(code), line


# From names to codes


@pytest.mark.parametrize(
    ("words", "year", "code"),
    [
        ("卫生健康支出", 2022, "210"),
        ("卫生健康", 2022, "210"),
        ("卫生健康（类）", 2022, "210"),
        ("卫生健康（类）支出", 2022, "210"),
        ("卫生健康 支出", 2022, "210"),
        ("医疗卫生与计划生育支出", 2016, "210"),
        ("医疗卫生与计划生育支出", 2022, "210"),  # the old name goes on
        ("医疗卫生支出", 2015, "210"),
        ("社会保障与就业支出", 2022, "208"),
        ("文化体育和传媒支出", 2016, "207"),
        ("商业服务业支出", 2022, "216"),
        ("卫生健康/医疗救助/城乡医疗救助", 2021, "2101301"),
        ("卫生健康支出（类）医疗救助（款）城乡医疗救助（项）", 2021, "2101301"),
        ("卫生健康支出（210类）医疗救助（13款）城乡医疗救助（01项）", 2021, "2101301"),
        ("医疗卫生与计划生育支出/医疗保障/城乡医疗救助", 2015, "2100509"),
        ("卫生健康支出/医疗保障管理事务/行政运行", 2019, "2101501"),
        ("医疗保障管理事务/行政运行", 2023, "2101501"),  # a level left out
        ("卫生健康支出/行政单位医疗", 2023, "2101101"),
        ("一般公共服务支出/政府办公厅(室)及相关机构事务/行政运行", 2023, "2010301"),
        ("一般公共服务支出/信访事务/行政运行", 2025, "2014001"),
        ("社会保障和就业支出/行政事业单位离退休/归口管理的行政单位离退休", 2018, "2080501"),
        ("社会保障和就业支出/行政事业单位养老支出/行政单位离退休", 2022, "2080501"),
        ("社会保障和就业支出/残疾人事业", 2022, "20811"),
        ("灾害防治及应急管理", 2020, "224"),
        ("农林水支出/扶贫/生产发展", 2019, "2130505"),
        ("农林水支出/巩固脱贫攻坚成果衔接乡村振兴/生产发展", 2024, "2130505"),
        ("住房公积金", 2022, "2210201"),
        ("临时救助", 2022, "20820"),
        ("临时救助支出", 2022, "2082001"),
        ("其他卫生健康支出", 2022, "21099"),  # of the two of that name the outer one
        ("卫生健康支出/其他卫生健康支出/其他卫生健康支出", 2020, "2109901"),
        ("卫生健康支出/其他卫生健康支出/其他卫生健康支出", 2022, "2109999"),
        ("2101501行政运行", 2022, None),  # without the printed code, which `known` reads
        ("行政运行", 2022, None),
        ("一般行政管理事务", 2022, None),
        ("信息化建设", 2022, None),
        ("其他支出", 2022, None),
        ("卫生健康支出/行政运行", 2022, None),
        ("医疗保障资金/行政运行", 2022, None),
        ("教育支出/医疗救助", 2022, None),
        ("公务员医疗补助", None, None),  # 2100503 until 2016, 2101103 from 2017
        ("城市道路照明", 2022, None),
        ("", 2022, None),
    ],
)
def test_names_get_a_code_where_only_one_can_be_meant(
    words: str, year: int | None, code: str | None
) -> None:
    assert TABLE.code_of(words, year) == code


@pytest.mark.parametrize(
    ("words", "printed", "expected"),
    [
        (
            "行政运行",
            "2101501",
            Known("2101501", "卫生健康支出/医疗保障管理事务/行政运行"),
        ),
        ("2101501行政运行", None, Known("2101501", "卫生健康支出/医疗保障管理事务/行政运行")),
        ("[21013]医疗救助", None, Known("21013", "卫生健康支出/医疗救助")),
        ("其他支出", "229", Known("229", "其他支出")),
        # a name that the code does not have, and no other code either
        (
            "卫生健康支出/医疗保障管理事务/专项业务费",
            "2101505",
            Known("2101505", "卫生健康支出/医疗保障管理事务/医疗保障政策管理"),
        ),
        # another function's code is kept, the words stay as printed
        ("医疗救助", "2080505", Known("2080505", "医疗救助", disagrees=True)),
        # no function's code at all: the name counts
        (
            "卫生健康支出/医疗救助/城乡医疗救助",
            "2101371",
            Known("2101301", "卫生健康支出/医疗救助/城乡医疗救助", disagrees=True),
        ),
        # a line of a class whose lines are not in the table
        ("技术创新服务体系", "2060503", Known("2060503", "技术创新服务体系")),
        ("医疗救助", "9990505", Known("21013", "卫生健康支出/医疗救助", disagrees=True)),
        ("项目甲（类）", None, Known(None, "项目甲")),
    ],
)
def test_a_printed_code_counts_more_than_the_name(
    words: str, printed: str | None, expected: Known
) -> None:
    found = known(words, 2022, printed)
    assert (found.code, found.disagrees) == (expected.code, expected.disagrees)
    if not expected.disagrees:
        assert found == expected


def test_all_wordings_of_a_function_are_one() -> None:
    wordings = ("卫生健康支出", "卫生健康", "卫生健康（类）", "医疗卫生与计划生育支出")

    assert {known(words, 2022).words for words in wordings} == {"卫生健康支出"}
    assert known("卫生健康支出", 2016).words == "医疗卫生与计划生育支出"
    assert known("临时救助", 2022).words != known("临时救助支出", 2022).words
    assert known("住房公积金", 2022) == known("住房保障支出/住房改革支出/住房公积金", 2022)


def test_only_a_single_level_is_a_class() -> None:
    assert class_of("卫生健康支出") == class_of("医疗卫生与计划生育支出") == "210"
    assert [class_of(w) for w in ("卫生健康支出/医疗救助", "医疗救助", "其他支出")] == [None] * 3


def test_each_class_has_its_columns_within_the_length_for_stata() -> None:
    names = [c.name for c in all_columns(load_catalogue()["expenditure_function"])]

    assert len(names) == len(set(names)) == 9 * len(classes())
    assert max(map(len, names)) <= 32
    assert "expenditure_function_210__bud0" in names


# From a report to its facts

REPORT = """泠山县医疗保障局2022年度部门决算公开
支出决算表
单位：万元
科目编码\t科目名称\t本年支出合计\t基本支出\t项目支出
合计\t\t912.40\t500.00\t412.40
210\t卫生健康支出\t{table}\t500.00\t412.40
21015\t医疗保障管理事务\t900.00\t500.00\t400.00
2101501\t行政运行\t500.00\t500.00\t0.00
{code}\t城乡医疗救助\t12.40\t0.00\t12.40

2022年医疗卫生与计划生育支出{prose}万元。
1.卫生健康（类）医疗保障管理事务（款）行政运行（项）：支出决算为500.00万元。
"""


def facts(report: str = REPORT, **words: str) -> Columns:
    text = report.format(**{"table": "912.40", "prose": "912.40", "code": "2101301"} | words)
    source = Source("决算.txt", "0" * 64, len(text), text.encode())
    rules = Rules(load_rules())
    mentions = batch_of([rows_of(source, rules)]).tables["mentions"]
    columns = facts_of(mentions.select(MENTION_COLUMNS), rules.rulebook.catalogue)
    return {name: values.to_pylist() for name, values in columns.items()}


def of_functions(columns: Columns) -> dict[str, tuple[object, ...]]:
    names = ("dims", "function_code", "value", "conflict", "panel_column", "n_mentions", "flags")
    rows = zip(columns["indicator"], *(columns[name] for name in names), strict=True)
    return {row[1]: row[2:] for row in rows if row[0] == "expenditure_function"}


def test_text_and_table_under_any_wording_are_one_fact_with_its_code() -> None:
    found = of_functions(facts())

    column = "expenditure_function_210"
    assert found["function=卫生健康支出"] == ("210", 9124000.0, "none", column, 2, [])
    whole = found["function=卫生健康支出/医疗保障管理事务/行政运行"]
    assert whole == ("2101501", 5000000.0, "none", None, 2, [])


PARTS = """泠山县民政局2022年度部门决算公开
支出决算表
单位：万元
科目编码\t\t\t科目名称\t本年支出合计\t基本支出\t项目支出
类\t款\t项\t\t\t\t
合计\t\t\t\t5\t3\t2
208\t\t\t社会保障和就业支出\t5\t3\t2
\t02\t\t民政管理事务\t4\t3\t1
\t\t01\t行政运行\t3\t3\t0
\t10\t\t社会福利\t1\t0\t1
\t\t01\t儿童福利\t1\t0\t1
"""


def test_codes_in_columns_of_their_own_are_put_together() -> None:
    rows = of_functions(facts(report=PARTS)).values()

    assert sorted(str(row[0]) for row in rows) == ["208", "20802", "2080201", "20810", "2081001"]


MARKED = """泠山县民政局2022年度部门决算公开
1.行政运行（2080201）：支出决算30万元。
2.社会保障和就业支出（208类）社会福利（10款）儿童福利（01项）：支出决算12万元。
3.社会保障和就业支出（208）：支出决算45万元。
"""


def test_codes_in_the_marks_of_a_name_count_as_printed() -> None:
    rows = of_functions(facts(report=MARKED))

    assert {dims: row[0] for dims, row in rows.items()} == {
        "function=社会保障和就业支出/民政管理事务/行政运行": "2080201",
        "function=社会保障和就业支出/社会福利/儿童福利": "2081001",
        "function=社会保障和就业支出": "208",
    }


def test_two_values_of_one_class_give_a_conflict_and_no_cell() -> None:
    (row,) = (v for k, v in of_functions(facts(prose="812.40")).items() if v[0] == "210")

    assert row[2:4] == ("disagree", None)
    assert "conflict_in_document" in list(row[5])  # type: ignore[call-overload]


def test_a_code_that_is_another_functions_is_flagged() -> None:
    rows = of_functions(facts(code="2080505"))

    (row,) = (row for row in rows.values() if row[0] == "2080505")
    assert row[5] == ["function_code_disagrees"]


# Faults in the file


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("2109,名,2014,", "give a code of 3, 5 or 7 digits"),
        ("301,名,2014,", "give a code of 3, 5 or 7 digits"),
        ("235,,2014,", "and its name"),
        ("235,名,二〇一四,", "first and last are years"),
        ("235,名,2014,今", "first and last are years"),
        ("235,名,2020,2018", "first before last"),
        ("235,名,1998,", "2007 or later"),
        ("23501,名,2014,", "235 must stand before 23501"),
        ("210,名,2018,2019", "210 has another name then"),
        ("235,名", "wrong field count"),
        ("235,甲,乙,2014,", "wrong field count"),
    ],
)
def test_a_row_that_cannot_hold_is_refused_by_line(copy: Path, line: str, told: str) -> None:
    path = copy / "functions.csv"
    rows = path.read_text("utf-8").count("\n")
    path.write_text(path.read_text("utf-8") + line + "\n", "utf-8")

    with pytest.raises(RulebookError, match=rf"functions\.csv, line {rows + 1}: .*{told}"):
        load(copy)


def test_a_file_that_is_missing_or_has_other_columns_is_refused(copy: Path) -> None:
    (copy / "functions.csv").write_text("code,name\n", "utf-8")
    with pytest.raises(RulebookError, match="the columns must be code, name, first, last"):
        load(copy)

    load.cache_clear()
    (copy / "functions.csv").unlink()
    with pytest.raises(RulebookError, match=r"functions\.csv: cannot be read"):
        load(copy)
