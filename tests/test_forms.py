"""Statements, self-evaluation forms and marking tables: the same figures from every layout."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from extract import loaders, rulebook
from extract.model import Source
from extract.reader import read_document
from tests import grids
from tests.builders import docx_of

if TYPE_CHECKING:
    from pathlib import Path

# what a layout loses, or the engine still reads wrongly: figures that are not right in all
LOST = {
    ("05_fiscal_two_sided", "lines"): (1, "an empty cell between two amounts is gone"),
    ("05_fiscal_two_sided", "blanks"): (1, "an empty cell between two amounts is gone"),
    ("14_fiscal_two_sided_wide", "lines"): (1, "an empty cell between two amounts is gone"),
    ("14_fiscal_two_sided_wide", "blanks"): (2, "an empty left side is gone"),
    ("25_budget_basic_economic", "lines"): (4, "a header that begins with a year reads as whole"),
    ("31_project_form", "lines"): (1, "two headers, then two texts: whose they are is gone"),
    ("31_project_form", "blanks"): (4, "the field 项目名称 stands outside the table"),
    ("36_department_main_tasks", "lines"): (17, "fields in front of the header hide it"),
    ("42_marking_with_own_words", "lines"): (3, "an explanation runs into the next cell"),
}
# rows whose unit or account only the row above them names: 行政单位 below 机关运行经费
LOST |= {
    ("11_operating_information", layout): (4, "what a row is about stands in the row above it")
    for layout in grids.LAYOUTS
}


@pytest.mark.parametrize("layout", grids.LAYOUTS)
@pytest.mark.parametrize("name", grids.names())
def test_every_figure_is_right_in_every_layout(name: str, layout: str) -> None:
    outcome = grids.outcome(name, layout)

    lost = LOST.get((name, layout), (0, ""))[0]
    assert outcome.wanted - outcome.right == lost, outcome.misses
    assert outcome.found <= outcome.wanted


@pytest.mark.parametrize("layout", grids.LAYOUTS)
def test_statements_one_below_the_other_stay_apart(layout: str, tmp_path: Path) -> None:
    files = ("03", "04", "06", "07", "08", "09")
    paths = [next(grids.FOLDER.glob(f"{number}_*.txt")) for number in files]
    lines = [line for path in paths for line in path.read_text("utf-8").split("\n")]
    body = [line for line in lines if line and not line.startswith("#")]
    (tmp_path / "all.txt").write_text("\n".join(["#year=2023", "#unit=万元", *body]), "utf-8")

    outcome = grids.outcome("all", layout, tmp_path)

    assert (outcome.right, outcome.found) == (outcome.wanted, outcome.wanted), outcome.misses


@pytest.mark.parametrize("name", ["01_totals_two_sided", "08_three_public_blocks"])
def test_a_table_of_a_word_file_gives_the_figures_of_its_text(name: str) -> None:
    table, _ = grids.labelled(name, "cells")
    lines = table.text.rstrip("\n").split("\n")
    rows = [line.split("\t") for line in lines if "\t" in line]
    above = lines[: next(n for n, line in enumerate(lines) if "\t" in line)]
    data = docx_of(*above, rows)

    document = loaders.load(data)
    mentions = read_document(Source("", "", len(data)), document, rulebook.load()).mentions

    wanted = [(a.quote, a.indicator, a.measure) for a in table.answers]
    assert [(m.quote, m.indicator, m.measure) for m in mentions] == wanted


@pytest.mark.parametrize("layout", grids.LAYOUTS)
def test_long_statements_take_linear_time(layout: str, tmp_path: Path) -> None:
    source = next(grids.FOLDER.glob("04_*.txt")).read_text("utf-8").rstrip("\n").split("\n")
    head, row = source[:-1], source[-1]

    def seconds(rows: int) -> float:
        (tmp_path / "long.txt").write_text("\n".join([*head, *[row] * rows]), "utf-8")
        table, _ = grids.labelled("long", layout, tmp_path)
        document = loaders.load(table.text.encode())
        start = time.process_time()
        read_document(Source("", "", 0), document, rulebook.load())
        return time.process_time() - start

    seconds(10)
    assert seconds(800) < seconds(100) * 8 * 4 + 0.2
