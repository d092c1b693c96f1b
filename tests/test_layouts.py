"""Tables in plain text: where a figure stands, and that reading them takes linear time."""

from __future__ import annotations

import time

import pytest

from extract import rulebook
from extract.model import Document, Reading, Source
from extract.reader import read_document
from tests.rules import TITLE


def read(text: str) -> Reading:
    document = Document(f"{TITLE}{text}\n", "txt")
    return read_document(Source("", "", len(text)), document, rulebook.load())


def test_a_figure_of_a_table_in_plain_text_has_its_place() -> None:
    reading = read("单位：万元\n项目 | 预算数 | 决算数 |\n会议费 | 2 | 1.5 |\n培训费 | 3 | 2.8 |")

    assert [(m.table, m.row, m.col) for m in reading.mentions] == [
        (0, 1, 1), (0, 1, 2), (0, 2, 1), (0, 2, 2),
    ]  # fmt: skip


def test_spans_point_at_the_bare_numbers() -> None:
    reading = read("单位：元\n项目 2021年度 2022年度\n1. 培训费 1 204.5 900")

    assert all(
        reading.document and reading.document.text[m.start : m.end] == m.quote
        for m in reading.mentions
    )


def test_a_name_in_a_column_of_names_labels_no_figure() -> None:
    reading = read("姓名\t性别\t救助金额（元）\n尤丁戊\t男\t3600\n许己庚\t女\t2400")

    assert {m.label for m in reading.mentions} & {"尤丁戊", "许己庚"} == set()
    assert not any("尤丁戊" in m.sentence for m in reading.mentions)


@pytest.mark.parametrize(
    "unit",
    [
        "项目 |\n预算数 |\n会议费 |\n3 |\n",
        "项目 预算数 决算数\n",
        "项目 预算数 决算数\n会议费 2 1\n",
        "会议费 |\n",
        "|\n",
        "项目\n预算数\n会议费\n3\n",
        "| ",
        "中央 省级 市级\n",
    ],
)
def test_long_tables_take_linear_time(unit: str) -> None:
    read(unit * 50)

    def seconds(times: int) -> float:
        start = time.process_time()
        read("单位：万元\n" + unit * times)
        return time.process_time() - start

    short, long = min(seconds(500) for _ in range(2)), seconds(4000)
    assert long < short * 8 * 4 + 0.2
