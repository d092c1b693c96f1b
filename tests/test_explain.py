from __future__ import annotations

from pathlib import Path

import pytest

from extract.cli import main
from extract.errors import CorpusError, DocumentError, UsageError
from extract.explain.report import explain

TITLE = "青禾县医疗保障局2022年度部门整体支出绩效自评报告\n"
BODY = (
    "一、基本情况\n"
    "我局现有在职人员１８人，文号为青医保发〔2022〕17号。\n"
    "二、预算执行情况\n"
    "2022年部门支出合计1234.50 万元，比2021年增加100万元，增长8.82%。\n"
    "其中：基本支出334.50\n万元，项目支出900万元。\n"
    "三、基金监管\n"
    "全年检查定点医药机构120家，约谈15家。窗口平均等候7分钟。\n"
    "填报人：王小明 联系电话：13912345678\n"
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("reports") / "青禾县自评.txt"
    path.write_text(TITLE + BODY, encoding="utf-8")
    return path


def at(words: str) -> int:
    """The offset of words of the report."""
    return (TITLE + BODY).index(words)


def fields(text: str) -> dict[str, str]:
    """The lines that have a name, by it; of several the last."""
    rows = (line.strip().split("  ", 1) for line in text.splitlines() if line.startswith("  "))
    return {row[0]: row[1].strip() for row in rows if len(row) == 2}


def test_the_overview_says_whose_report_it_is_and_which_words_said_so(report: Path) -> None:
    said = fields(explain(report))

    assert said["status"] == "ok"
    assert said["agency"] == f"青禾县医疗保障局  (title: {TITLE.strip()})"
    assert said["year"].startswith("2022  (title: ")
    assert said["kind"].startswith("self_evaluation  (title: ")


def test_the_overview_indents_sections_by_their_level(report: Path) -> None:
    lines = explain(report).splitlines()

    title = next(line for line in lines if TITLE.strip() in line and "[" in line)
    inner = next(line for line in lines if "基金监管" in line and "[" in line)
    assert inner.endswith("基金监管  [enforcement]")
    assert inner.index("基金监管") > title.index("青禾县")


@pytest.mark.parametrize("row", ["2 blanks", "1 line_break", "2 document_number", "1 phone"])
def test_the_overview_counts_repairs_and_rejections(report: Path, row: str) -> None:
    assert any(line.split() == row.split() for line in explain(report).splitlines())


@pytest.mark.parametrize(
    ("words", "row"),
    [
        ("1234.50", "1234.50 万元 12345000 元 expenditure actual 2022"),
        ("100万元", "100万元 1000000 元 expenditure change 2022"),
        ("120家", "120家 120 家 inspected actual 2022"),
    ],
)
def test_the_overview_has_a_line_for_each_figure(report: Path, words: str, row: str) -> None:
    lines = [" ".join(line.split()) for line in explain(report).splitlines()]
    assert any(line.startswith(f"{at(words)} {row}") for line in lines)


def test_columns_stand_below_each_other_though_characters_differ_in_width(report: Path) -> None:
    lines = explain(report).splitlines()
    head = next(line for line in lines if line.startswith("  start"))
    row = next(line for line in lines if "120家" in line)
    chinese = sum(char > "\u2e7f" for char in row.split("inspected")[0])
    assert row.index("inspected") + chinese == head.index("indicator")


@pytest.mark.parametrize("offset", [0, 3, 9], ids=["first digit", "inside", "unit"])
def test_any_offset_inside_a_quote_names_its_figure(report: Path, offset: int) -> None:
    start = at("1234.50 万元")
    assert explain(report, start + offset).startswith(f"{start}–{start + 10}  1234.50 万元\n")


def test_a_figure_shows_what_was_printed_and_what_was_read(report: Path) -> None:
    said = fields(explain(report, at("334.50")))

    assert said["as printed"] == "334.50⏎万元  →  as read: 334.50万元"
    assert said["repair"].startswith("line_break at")
    assert "基本支出【334.50万元】，项目支出" in said["sentence"]


def test_full_width_digits_are_shown_as_printed(report: Path) -> None:
    said = fields(explain(report, at("１８")))
    assert said["as printed"] == "１８人  →  as read: 18人"


def test_the_winning_candidate_is_marked_with_its_phrase_and_place(report: Path) -> None:
    text = explain(report, at("15家"))
    marked = [line.split() for line in text.splitlines() if line.startswith("  →")]
    assert [[row[2], row[5]] for row in marked] == [["left", "约谈"]]  # place, phrase
    assert fields(text)["indicator"].startswith(marked[0][6])


def test_a_satellite_names_the_figure_that_it_is_about(report: Path) -> None:
    said = fields(explain(report, at("8.82")))

    assert said["measure"] == "growth"
    assert said["about"].startswith(f"{at('1234.50')} 1234.50 万元  expenditure actual 2022")
    assert said["year"] == "2022  (that of the figure that it is about)"
    assert said["base year"] == "2021"


def test_a_level_names_the_figures_that_are_about_it(report: Path) -> None:
    said = explain(report, at("1234.50"))
    assert f"{at('100万元')} 100万元" in said[said.index("anchor of") :]


@pytest.mark.parametrize(
    ("words", "year"),
    [("1234.50", "2022  (printed: 2022年)"), ("120家", "2022  (the report's)")],
)
def test_a_figure_says_where_its_year_came_from(report: Path, words: str, year: str) -> None:
    assert fields(explain(report, at(words)))["year"] == year


def test_a_figure_without_indicator_says_what_was_missing(report: Path) -> None:
    said = fields(explain(report, at("7分钟")))

    assert said["indicator"] == "none"
    assert "needed are" in said["why"]


@pytest.mark.parametrize(
    ("words", "reason", "rule"),
    [("17号", "document_number", "rejections.toml"), ("13912345678", "phone", "rejections.toml")],
)
def test_a_rejected_number_says_its_reason_and_rule(
    report: Path, words: str, reason: str, rule: str
) -> None:
    text = explain(report, at(words) + 1)
    assert "is no figure" in text
    assert fields(text)["reason"] == reason
    assert rule in fields(text)["decided by"]


@pytest.mark.parametrize("words", [None, "15家", "13912345678"])
def test_private_names_and_phone_numbers_are_masked(report: Path, words: str | None) -> None:
    text = explain(report, None if words is None else at(words))
    assert "王小明" not in text
    assert "13912345678" not in text


def test_control_characters_of_a_document_do_not_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TITLE + "一、情况\x1b[31m说明\n全年追回医保基金\x1b[2J86.4万元。\n", "utf-8")

    whole, one = explain(path), explain(path, path.read_text("utf-8").index("86.4"))

    assert "\x1b" not in whole + one
    assert r"\x1b" in one


@pytest.mark.parametrize(
    ("start", "what"),
    [(-1, "outside the text"), (10**6, "outside the text"), (0, "nearest one is at 8")],
)
def test_an_offset_without_a_number_is_a_usage_error(
    report: Path, start: int, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError, match=what):
        explain(report, start)
    assert UsageError.exit_code == 2
    if start >= 0:  # argparse takes a minus for an option
        assert main(["explain", str(report), str(start)]) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_a_text_without_numbers_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("本年度没有数字。", "utf-8")
    with pytest.raises(UsageError, match="no numbers at all"):
        explain(path, 0)
    assert "figures: 0" in explain(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="nowhere"):
        explain(tmp_path / "nowhere.txt")


def test_a_file_that_cannot_be_read_is_named_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "empty.txt"
    path.write_bytes(b"")
    with pytest.raises(DocumentError, match=r"empty.txt: empty\(zero_bytes\)"):
        explain(path)


def test_a_candidate_shows_how_far_it_stands_and_whether_its_unit_fits(report: Path) -> None:
    text = explain(report, at("15家"))
    head = next(line.split() for line in text.splitlines() if line.startswith("     score"))
    row = next(line.split() for line in text.splitlines() if line.startswith("  →"))
    assert head[:5] == ["score", "place", "gap", "unit", "phrase"]
    assert row[3:5] == ["0", "fits"]


def test_a_phrase_that_could_not_speak_says_why(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    text = TITLE + "检查食品样品6件，约谈12人，追回医保基金3万元。\n"
    path.write_text(text, "utf-8")

    money, count = (explain(path, text.index(words)) for words in ("3万元", "6件"))

    assert "it counts in thing, visit, person, not in money" in money
    assert any("检查" in row and "it avoids " in row for row in count.splitlines())


def test_a_figure_shows_its_label(report: Path) -> None:
    assert fields(explain(report, at("7分钟")))["label"] == "窗口平均等候"


def test_a_year_may_come_from_the_heading(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    text = TITLE + "一、工作情况\n检查机构12家。\n二、2023年工作打算\n力争检查机构15家。\n"
    path.write_text(text, "utf-8")
    said = fields(explain(path, text.index("15家")))
    assert said["year"] == "2023  (its heading: 2023年工作打算)"


@pytest.mark.parametrize(
    ("body", "digits", "why"),
    [
        ("支出完成率=641.37/641.37*100%=100%。", "641.37", "a part of a formula"),
        ("二、名词解释\n基本支出：指3年以内的支出120万元。", "120", "terms are defined"),
        ("受访者李庚辛表示，自付3200元。", "3200", "a questionnaire, or an answer"),
    ],
)
def test_a_number_rejected_by_its_context_says_what_was_seen(
    tmp_path: Path, body: str, digits: str, why: str
) -> None:
    path = tmp_path / "a.txt"
    text = f"{TITLE}一、情况\n{body}\n"
    path.write_text(text, "utf-8")
    said = explain(path, text.index(digits))
    assert "is no figure" in said
    assert why in fields(said)["decided by"]
