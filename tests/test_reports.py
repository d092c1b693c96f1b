"""What holds for every document: the sample reports, and real ones where they are at hand."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from extract import rulebook
from extract.catalogue import PERCENT_MEASURES
from extract.columns import DIMENSIONS
from extract.single import read_file
from extract.tables import tables_of
from tests.strings import strings

if TYPE_CHECKING:
    from extract.model import Mention, Reading, Rejection

ROOT = Path(__file__).parent.parent
FOLDERS = (ROOT / "corpus", ROOT.parent / "shared" / "reports")
PATHS = [
    path
    for folder in FOLDERS
    if folder.is_dir()
    for path in sorted(folder.iterdir())
    if path.suffix in {".txt", ".docx", ".pdf"}
]
MEASURES = {"actual", "budget", "target", "standard", "change", "growth", "share", "completion"}
ROLES = "负责人|填报人|联系人|联络人|经办人|审核人|组长|成员|调查人员|调查对象"
# A name or number as a label line prints it, told apart from other labels by its length.
LABELLED = re.compile(
    rf"(?:{ROLES})[：:][ \u3000]*(?P<name>[\u4e00-\u9fff]{{2,4}})(?=\s|$|[、，,])"
)
PHONE = re.compile(r"(?<![\d.])(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?![\d.])")

each_path = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


@cache
def read(path: Path) -> Reading:
    return read_file(path)


def text_of(path: Path) -> str:
    document = read(path).document
    assert document is not None
    return document.text


def rows_of(path: Path) -> list[Mention | Rejection]:
    return [*read(path).mentions, *read(path).rejections]


REAL = {
    "000": ("440804-ybj-own", "440804", "湛江市"),
    "001": ("430225-ybj-any", "430225", "株洲市"),
    "002": ("522700-ybj-any", "522700", "黔南布依族苗族自治州"),
    "003": ("510422-ybj-any", "510422", "攀枝花市"),
}
each_real = pytest.mark.parametrize(
    "path", [p for p in PATHS if p.parent.name == "reports"], ids=lambda path: path.stem
)


@each_real
def test_the_division_of_a_real_report_is_known(path: Path) -> None:
    who = read(path).identity
    wanted = REAL[path.stem.partition("_")[0]]
    assert (who.agency_id, who.adcode, who.prefecture) == wanted
    assert who.adcode_asof == who.adcode
    assert who.region_candidates == ()


def test_there_are_documents_to_read() -> None:
    assert len(PATHS) >= 12


@each_path
def test_every_span_holds_its_quote(path: Path) -> None:
    text = text_of(path)
    for row in rows_of(path):
        assert text[row.start : row.end] == row.quote
        assert row.quote


@each_path
def test_every_run_of_digits_is_covered_exactly_once(path: Path) -> None:
    text = text_of(path)
    times = [0] * len(text)
    for row in rows_of(path):
        for at in range(row.start, row.end):
            times[at] += 1
    runs = re.finditer(r"\d+", text)
    wrong = [text[m.start() - 9 : m.end() + 9] for m in runs if {*times[slice(*m.span())]} != {1}]
    assert wrong == []


@each_path
def test_no_mention_overlaps_another(path: Path) -> None:
    spans = [(m.start, m.end) for m in read(path).mentions]
    assert spans == sorted(spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


@each_path
def test_reading_twice_gives_the_same(path: Path) -> None:
    assert read_file(path) == read(path)


@each_path
def test_values_agree_with_their_sign_bound_and_interval(path: Path) -> None:
    for mention in read(path).mentions:
        assert mention.bound in {"=", ">=", "<=", ">", "<"}
        assert mention.value.is_finite()
        if mention.value_min is not None and mention.value_max is not None:
            assert mention.value_min <= mention.value_max, mention.quote
        if mention.measure in PERCENT_MEASURES:
            assert mention.unit == "%", mention.quote


@each_path
def test_meanings_are_those_of_the_contract(path: Path) -> None:
    catalogue = rulebook.load().catalogue
    dims = {*DIMENSIONS, "base", "whole"}
    for mention in read(path).mentions:
        assert mention.measure in MEASURES, mention.quote
        assert mention.indicator is None or mention.indicator in catalogue
        assert mention.dims.keys() <= dims, mention.quote
        assert 0 <= mention.confidence <= 1
        assert mention.unit, mention.quote


@each_path
def test_anchors_are_other_numbers_of_the_document(path: Path) -> None:
    starts = {row.start for row in rows_of(path)}
    anchored = [m for m in read(path).mentions if m.anchor is not None]
    assert [m.quote for m in anchored if m.anchor not in starts or m.anchor == m.start] == []


def test_an_anchor_is_a_mention(tmp_path: Path) -> None:
    reading = made_up(tmp_path, "支出完成率=641.37/641.37*100%=100%。\n")
    starts = {m.start for m in reading.mentions}
    assert {m.anchor for m in reading.mentions} - {None} <= starts


@each_path
def test_sections_form_a_tree(path: Path) -> None:
    sections = read(path).sections
    assert sections[0].level == 0
    stack: list[Any] = []
    for section in sections:
        while stack and stack[-1].level >= section.level:
            assert stack.pop().end <= section.start
        assert section.level == len(stack)
        assert not stack or section.end <= stack[-1].end
        stack.append(section)


@each_path
def test_a_report_has_figures_that_are_known(path: Path) -> None:
    mentions: tuple[Mention, ...] = read(path).mentions
    known = sum(m.indicator is not None for m in mentions)
    assert mentions
    assert known / len(mentions) > 0.8


@each_path
def test_names_and_phones_of_label_lines_stand_in_no_table_but_texts(path: Path) -> None:
    text = text_of(path)
    private = {m["name"] for m in LABELLED.finditer(text)} | set(PHONE.findall(text))
    tables = tables_of(read(path), rulebook.load().catalogue)
    for name, columns in tables.items():
        if name == "texts":
            continue
        words = {word for values in columns.values() for word in strings(values)}
        shown = {secret for secret in private if any(secret in word for word in words)}
        assert shown == set(), name


def made_up(folder: Path, text: str) -> Reading:
    path = folder / "report.txt"
    path.write_text(f"某县医疗保障局2022年度部门整体支出绩效自评报告\n{text}", "utf-8")
    return read_file(path)


def shown(reading: Reading, secrets: tuple[str, ...]) -> set[str]:
    """The secrets that some table but ``texts`` shows."""
    tables = tables_of(reading, rulebook.load().catalogue)
    assert all(secret in tables["texts"]["text"][0] for secret in secrets)
    columns = [c for name, table in tables.items() if name != "texts" for c in table.values()]
    words = [word for column in columns for word in strings(column)]
    return {secret for secret in secrets if any(secret in word for word in words)}


def test_invented_names_and_phones_stand_in_no_table_but_texts(tmp_path: Path) -> None:
    text = (
        "填报人：赵甲乙 联系电话：13912345678\n审核人：钱丙丁\n"
        "项目负责人：孙戊己，安排资金12万元，联系人：李庚辛（0999-1234567）。\n"
        "全年检查定点医药机构12家，组长周壬癸，电话13812345678。\n"
        "1.您的姓名：无 得分3分\n"
    )
    secrets = (
        "赵甲乙", "钱丙丁", "孙戊己", "李庚辛", "周壬癸", "13912345678", "1234567", "13812345678",
    )  # fmt: skip
    assert shown(made_up(tmp_path, text), secrets) == set()


def test_a_name_in_a_label_is_masked(tmp_path: Path) -> None:
    reading = made_up(
        tmp_path, "联系人：李庚辛检查定点医药机构12家。\n联系人：吴子丑 安排资金3万元。\n"
    )
    assert shown(reading, ("李庚辛", "吴子丑")) == set()
