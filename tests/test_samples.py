"""The sample corpus says what its table of true values says, in every format."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.samples import render
from tests.samples.compare import differences, meaning, truth
from tests.samples.make_corpus import CORPUS, TRUTH, Report, reports, truth_csv

if TYPE_CHECKING:
    from extract.model import Reading

REPORTS = {report.source: report for report in reports()}
ROWS = truth(TRUTH)
IN_THREE_FORMATS = [
    REPORTS["云岭县医疗保障局2022年部门预算绩效自评报告.docx"],
    REPORTS["松坪县医疗保障局2022年度部门整体支出绩效评价报告.pdf"],
]
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)

each_report = pytest.mark.parametrize(
    "report", REPORTS.values(), ids=lambda report: f"{report.county.key}-{report.year}"
)


@cache
def read(path: Path) -> Reading:
    import extract  # noqa: PLC0415  the tests of the corpus itself run without the engine

    return extract.read(path)


@each_report
def test_a_sample_report_yields_exactly_its_true_figures(report: Report) -> None:
    lines = differences(ROWS[report.source], read(CORPUS / report.source).mentions)
    assert not lines, f"{len(lines)} differences (- true, + extracted)\n" + "\n".join(lines)


@each_report
def test_a_sample_report_is_known_by_agency_year_and_kind(report: Report) -> None:
    identity = read(CORPUS / report.source).identity
    found = (identity.agency, identity.report_year, identity.doc_type)
    assert found == (report.county.agency, report.year, report.county.doc_type)


@each_report
def test_every_digit_of_a_sample_report_is_a_figure_or_rejected(report: Report) -> None:
    reading = read(CORPUS / report.source)
    assert reading.document is not None
    text = reading.document.text
    spans = [(mention.start, mention.end) for mention in reading.mentions]
    spans += [(rejection.start, rejection.end) for rejection in reading.rejections]
    covered = {at for start, end in spans for at in range(start, end)}
    runs = [m.span() for m in re.finditer(r"\d+", text)]
    stray = [text[a - 15 : b + 15] for a, b in runs if not covered.issuperset(range(a, b))]
    assert stray == []


@each_report
def test_every_quote_of_a_sample_report_is_its_span(report: Report) -> None:
    reading = read(CORPUS / report.source)
    assert reading.document is not None
    text = reading.document.text
    assert [m.quote for m in reading.mentions] == [text[m.start : m.end] for m in reading.mentions]


@pytest.mark.parametrize("report", IN_THREE_FORMATS, ids=lambda report: report.county.key)
def test_the_same_report_as_txt_docx_and_pdf_says_the_same(report: Report, tmp_path: Path) -> None:
    files = {
        "txt": render.txt(report.blocks),
        "docx": render.word(report.blocks),
        "pdf": render.pdf(report.blocks),
    }
    said = {}
    for suffix, data in files.items():
        path = tmp_path / f"{Path(report.source).stem}.{suffix}"
        path.write_bytes(data)
        reading = read(path)
        assert differences(ROWS[report.source], reading.mentions) == [], suffix
        said[suffix] = (
            reading.identity.agency_id,
            reading.identity.report_year,
            Counter(meaning(mention) for mention in reading.mentions),
        )
    assert said["txt"] == said["docx"] == said["pdf"]


def test_the_committed_table_is_what_the_templates_say() -> None:
    assert TRUTH.read_text("utf-8") == truth_csv(list(REPORTS.values()))


@each_report
def test_a_committed_report_is_what_the_generator_prints(report: Report, tmp_path: Path) -> None:
    fresh = tmp_path / report.source
    fresh.write_bytes(report.bytes())
    assert unpacked(CORPUS / report.source) == unpacked(fresh)


def test_the_corpus_holds_the_sample_reports_and_nothing_else() -> None:
    assert {path.name for path in CORPUS.iterdir()} == set(REPORTS)
    assert sum(path.stat().st_size for path in CORPUS.iterdir()) < 300_000


@each_report
def test_a_sample_report_says_near_its_end_that_it_is_made_up(report: Report) -> None:
    assert "虚构样例" in "".join(block.text for block in report.blocks[-3:])


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("expenditure", ("expenditure_basic", "expenditure_project")),
        ("three_public", ("abroad_cost", "vehicle_cost", "reception_cost")),
        ("procurement", ("procurement_goods", "procurement_works", "procurement_services")),
        ("assets", ("liabilities", "assets_net")),
    ],
)
def test_the_true_parts_add_up(whole: str, parts: tuple[str, ...]) -> None:
    tested = 0
    for rows in ROWS.values():
        levels = {
            row.indicator: row.value
            for row in rows
            if row.measure == "actual" and not row.dims and row.year == int(rows[0].year)
        }
        if {whole, *parts} <= levels.keys():
            assert levels[whole] == sum(levels[part] for part in parts)
            tested += 1
    assert tested >= 3


def unpacked(path: Path) -> object:
    """The content of a file without its compression, which differs between builds of zlib."""
    data = path.read_bytes()
    match path.suffix:
        case ".docx":
            with zipfile.ZipFile(path) as archive:
                return {name: archive.read(name) for name in archive.namelist()}
        case ".pdf":
            return [_inflated(match[1]) for match in STREAM.finditer(data)]
    return data


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error:  # stored as it is
        return data
