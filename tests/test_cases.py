"""Sentences with what must be read in them: the cases are data, in ``tests/cases/*.toml``.

A case holds ``id``, ``text`` (read under ``title``, by default that of ``tests.rules``), and
``expect``: all figures in text order, empty where there is none. A record names ``quote``,
``value``, ``unit``, ``indicator`` ("" for none), ``measure`` and ``year`` (0 for none), and what
differs from the plain reading: ``approx``, ``bound``, ``value_min``, ``value_max``, ``per``,
``dims``. Names of parts (``item``, ``region``, ``subject``, ``channel``), ``base_year``,
``stage``, ``period_kind``, ``as_of``, ``reach``, ``anchor`` (the quote of the figure that it is
about) and ``flags`` are compared where the record has them. With ``level = "figure"`` only number
and unit are compared. ``rejected`` maps a number that is no figure to its reason. ``covers`` names
the classes of quirks, the wordings and the sentences tried with other tools that a case stands
for. ``known_failures.toml`` holds what the engine still reads wrongly, each with its ``reason``; a
case that starts to hold moves out of it.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from extract import rulebook
from extract.model import Document, Source
from extract.reader import read_document
from tests.rules import TITLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extract.model import Mention, Reading

FOLDER = Path(__file__).parent / "cases"
KNOWN = "known_failures"
CASE_KEYS = {"id", "text", "title", "expect", "rejected", "level", "reason", "covers"}
NUMBER_KEYS = ("quote", "value", "unit", "approx", "bound", "value_min", "value_max", "per")
MEANING_KEYS = ("indicator", "measure", "year", "dims")
OPTIONAL_KEYS = ("base_year", "stage", "period_kind", "as_of", "reach", "anchor", "flags")
PLAIN_KEYS = OPTIONAL_KEYS[:5]  # they are compared as they stand
LOOSE_DIMS = ("item", "region", "subject", "channel")
DIMS = (
    "scheme", "care", "benefit", "fund_source", "institution", "function", "project", *LOOSE_DIMS,
)  # fmt: skip
DEFAULTS: Mapping[str, Any] = {
    "approx": False, "bound": "=", "value_min": None, "value_max": None, "per": None, "dims": {},
}  # fmt: skip

Record = dict[str, Any]

QUIRKS = range(1, 27)  # classes of quirks in published reports
TRIED = (  # sentences on which other tools were tried
    "80多家", "3.05万余人次", "其中提高10%部分", "34,74万人", "1951.62元", "八项规定", "三公经费",
    "80%（含）-90%", "较上年减少", "每人每年", "从280元提高到320元", "≦100%", "114万余元",
    "不低于200万元", "1,196.88万元", "零点五万元", "19511.84万+换行", "1-12月", "〔2022〕10号",
    "6655.59/6655.59", "电话",
)  # fmt: skip
WORDINGS = (  # rows of the table of wordings that recur
    "预算数", "项目支出", "资金下达", "三公", "接待批次", "收入/支出总计", "追回", "违约金",
    "检查机构", "移送", "参保", "满意度", "就业", "低保", "编制",
)  # fmt: skip
MEASURES = {
    "actual", "budget", "target", "standard", "change", "growth", "share", "completion",
}  # fmt: skip
CLASSES = {
    "money": "元", "percent": "%", "points": "百分点", "persons": "人", "visits": "人次",
    "institutions": "家 所 家次", "cases": "件 起 例", "documents": "份 条 册", "scores": "分",
    "days": "工作日 天", "vehicles": "辆",
}  # fmt: skip
LEAST = 15  # cases for each measure and each class of figures


@cache
def cases_of(file: str) -> list[Record]:
    data = tomllib.loads((FOLDER / f"{file}.toml").read_text("utf-8"), parse_float=Decimal)
    cases: list[Record] = data["case"]
    return cases


FILES = sorted(path.stem for path in FOLDER.glob("*.toml"))


def parameters() -> Iterator[Any]:
    for file in FILES:
        for case in cases_of(file):
            known = file == KNOWN
            marks = [pytest.mark.xfail(reason=case["reason"], strict=True)] if known else []
            yield pytest.param(case, id=f"{file}-{case['id']}", marks=marks)


@cache
def read(title: str, text: str) -> Reading:
    document = Document(f"{title}{text}\n", "txt")
    return read_document(Source("", "", len(text)), document, rulebook.load())


def reading_of(case: Record) -> Reading:
    return read(f"{case['title']}\n" if "title" in case else TITLE, case["text"])


def wanted(record: Record, level: str) -> Record:
    """The record of a case with its defaults filled in."""
    keys = NUMBER_KEYS + (MEANING_KEYS if level == "meaning" else ())
    full = {key: record.get(key, DEFAULTS.get(key)) for key in keys}
    full |= {key: record[key] for key in OPTIONAL_KEYS if key in record}
    full["value"] = Decimal(record["value"])
    return full


def found(mention: Mention, record: Record, level: str, quotes: Mapping[int, str]) -> Record:
    """What was read, with the keys that ``wanted`` has for ``record``."""
    dims = record.get("dims", {})
    kept = [d for d in DIMS if d not in LOOSE_DIMS or d in dims]
    everything = {
        **{key: getattr(mention, key) for key in (*NUMBER_KEYS, "measure", *PLAIN_KEYS)},
        "indicator": mention.indicator or "",
        "year": mention.year or 0,
        "dims": {d: mention.dims[d] for d in kept if mention.dims.get(d)},
        "anchor": quotes.get(-1 if mention.anchor is None else mention.anchor),
        "flags": list(mention.flags),
    }
    return {key: everything[key] for key in wanted(record, level)}


@pytest.mark.parametrize("case", list(parameters()))
def test_a_case_is_read_as_written(case: Record) -> None:
    reading, level = reading_of(case), case.get("level", "meaning")
    records, mentions = case["expect"], reading.mentions
    quotes = {m.start: m.quote for m in mentions}

    assert [m.quote for m in mentions] == [r["quote"] for r in records]
    pairs = zip(mentions, records, strict=True)
    assert [found(m, r, level, quotes) for m, r in pairs] == [wanted(r, level) for r in records]
    reasons = {r.quote: r.reason for r in reading.rejections}
    assert {q: reasons.get(q) for q in case.get("rejected", {})} == case.get("rejected", {})


@pytest.mark.parametrize("file", FILES)
def test_cases_use_known_keys_only(file: str) -> None:
    for case in cases_of(file):
        assert case.keys() - CASE_KEYS == set(), case["id"]
        assert ("reason" in case) == (file == KNOWN), case["id"]
        for record in case["expect"]:
            known = {*NUMBER_KEYS, *MEANING_KEYS, *OPTIONAL_KEYS}
            assert record.keys() - known == set(), case["id"]
            assert record.get("dims", {}).keys() - set(DIMS) == set(), case["id"]
            assert record["quote"] in case["text"], case["id"]


def test_each_case_has_its_own_id() -> None:
    ids = [case["id"] for file in FILES for case in cases_of(file)]
    assert len(ids) == len(set(ids))


def test_expected_indicators_stand_in_the_catalogue() -> None:
    records = [r for file in FILES for case in cases_of(file) for r in case["expect"]]
    assert {r.get("indicator") for r in records} - {None, ""} <= set(rulebook.load().catalogue)


def every_case() -> list[Record]:
    return [case for file in FILES for case in cases_of(file)]


def test_there_are_cases_without_any_figure() -> None:
    assert sum(not case["expect"] for case in every_case()) >= 90


def test_each_measure_has_its_cases() -> None:
    held = Counter(m for c in every_case() for m in {r.get("measure") for r in c["expect"]})

    assert {measure for measure in MEASURES if held[measure] < LEAST} == set()
    assert set(held) - MEASURES == {None}


def test_each_class_of_figures_has_its_cases() -> None:
    classes = {unit: name for name, units in CLASSES.items() for unit in units.split()}
    held = Counter(
        name
        for c in every_case()
        for name in {classes.get(r["unit"], "other") for r in c["expect"]}
    )

    assert {name for name in {*CLASSES, "other"} if held[name] < LEAST} == set()


def test_each_indicator_has_a_case() -> None:
    held = {r.get("indicator") for case in every_case() for r in case["expect"]}

    assert set(rulebook.load().catalogue) - held == set()


def test_each_quirk_each_wording_and_each_sentence_tried_elsewhere_has_a_case() -> None:
    lines = {f"quirk {n}" for n in QUIRKS}
    lines |= {f"peer {text}" for text in TRIED} | {f"wording {word}" for word in WORDINGS}

    assert {line for case in every_case() for line in case.get("covers", ())} == lines
