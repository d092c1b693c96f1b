"""The rules of ``patterns/`` hold what their examples say and stay linear in the text."""

from __future__ import annotations

import re
import time
import tomllib
from collections import Counter
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from extract import masking, rulebook
from extract.catalogue import patterns_folder
from extract.lexicon import cues
from extract.lexicon.vocabulary import rule_files
from extract.model import Document, Source
from extract.reader import analyse, read_document
from extract.text.repair import repair
from extract.text.sections import outline
from tests.rules import TITLE, Example, examples, failure

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = patterns_folder()
MARK = re.compile(r"<(.+)>", re.DOTALL)


def table(file: str, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((FOLDER / file).read_text("utf-8"))[name]
    return rows


def by_id(file: str, name: str) -> pytest.MarkDecorator:
    """One parameter ``row`` for each rule, shown by its id."""
    return pytest.mark.parametrize("row", table(file, name), ids=lambda row: row["id"])


# Examples


# What the rule files say and the engine does not do yet; strict, so that it leaves the list.
KNOWN_EXAMPLES: dict[str, str] = {}
ALL_EXAMPLES = [
    pytest.param(
        example,
        id=f"{example.file}-{example.indicator}-{number}",
        marks=[pytest.mark.xfail(reason=reason, strict=True)] if reason else [],
    )
    for number, example in enumerate(examples())
    for reason in [KNOWN_EXAMPLES.get(example.text)]
]


@pytest.mark.parametrize("example", ALL_EXAMPLES)
def test_an_example_gets_the_indicator_of_its_rule(example: Example) -> None:
    assert failure(example) is None


def values_in(text: str, name: str) -> set[str]:
    tags = cues.tag(repaired(text), rulebook.load().cues)
    return {cue.value for hit in tags.dimensions for cue in hit[2] if cue.name == name}


def repaired(text: str) -> str:
    return repair(Document(text, "txt"), rulebook.load().repairs).text


KNOWN = {
    ("template_x", "共XX<1>"): "latin_name stands before template_x and gives the reason name",
}


def each(file: str, name: str, *keys: str) -> list[Any]:
    """Parameters ``(row, key, example)``, with an expected failure where it is known."""
    found: list[Any] = []
    for row in table(file, name):
        id_ = str(row.get("id", row.get("value")))
        for key, example in [(k, e) for k in keys for e in row[k]]:
            text = example if isinstance(example, str) else example[0]
            reason = KNOWN.get((id_, text))
            marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
            found.append(pytest.param(row, key, example, id=f"{id_}-{len(found)}", marks=marks))
    return found


@pytest.mark.parametrize(
    ("row", "key", "example"), each("dimensions.toml", "dimension", "examples", "counterexamples")
)
def test_examples_of_a_dimension_say_its_value_and_counterexamples_do_not(
    row: dict[str, Any], key: str, example: str
) -> None:
    said = row["value"] in values_in(example, row["name"])
    assert said == (key == "examples")


@pytest.mark.parametrize(("row", "key", "example"), each("rejections.toml", "reject", "examples"))
def test_the_marked_number_of_an_example_is_refused_for_the_reason_of_its_rule(
    row: dict[str, Any], key: str, example: str
) -> None:
    assert key == "examples"
    mark = MARK.search(example)
    assert mark is not None
    lead = TITLE if example.startswith("\n") else f"{TITLE}另有"
    at = len(lead) + mark.start()
    text = lead + example[: mark.start()] + mark[1] + example[mark.end() :] + "\n"
    reading = read_document(Source("", "", 0), Document(text, "txt"), rulebook.load())
    reasons = {r.start: r.reason for r in reading.rejections}
    runs = [m.start() for m in re.finditer(r"\d+", text) if at <= m.start() < at + len(mark[1])]
    assert runs
    assert {reasons.get(start) for start in runs} == {row["reason"]}


@pytest.mark.parametrize(("row", "key", "example"), each("repairs.toml", "cut", "examples"))
def test_a_cut_reads_the_first_half_of_its_example_as_the_second(
    row: dict[str, Any], key: str, example: tuple[str, str]
) -> None:
    assert key == "examples"
    rules = rulebook.load().repairs
    alone = replace(rules, cuts=tuple(c for c in rules.cuts if c.id == row["id"]), furniture=())
    printed, read = example
    assert repair(Document(printed, "txt"), alone).text == read


@by_id("repairs.toml", "furniture")
def test_a_furniture_line_leaves_the_text(row: dict[str, Any]) -> None:
    for line in row["examples"]:
        document = Document(f"全年完成检查。\n{line}\n群众满意。\n", "txt")
        copy = repair(document, rulebook.load().repairs)
        assert "".join(copy.text.split()) == "全年完成检查。群众满意。"
        assert row["id"] in {repair.rule for repair in copy.repairs}


@pytest.mark.parametrize(("row", "key", "example"), each("sections.toml", "style", "examples"))
def test_an_example_of_a_style_is_a_numbered_heading_of_its_rank(
    row: dict[str, Any], key: str, example: str
) -> None:
    assert key == "examples"
    text = f"{example}\n按要求开展工作。\n"
    spans = [(0, len(example)), (len(example) + 1, len(text) - 1)]
    nodes = outline(text, rulebook.load().sections, spans)
    headings = [(node.how, node.rank) for node in nodes if node.start == 0 and node.level]
    assert headings == [("numbered", row["rank"])]


# Shape of the rule files


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("rejections.toml", "reject"),
        ("repairs.toml", "cut"),
        ("repairs.toml", "furniture"),
        ("sections.toml", "style"),
        ("sections.toml", "kind"),
        ("bureaus.toml", "bureau"),
        ("identity.toml", "level"),
        ("identity.toml", "doc_type"),
    ],
)
def test_ids_are_unique(file: str, name: str) -> None:
    counts = Counter(row["id"] for row in table(file, name))
    assert [id_ for id_, n in counts.items() if n > 1] == []


def test_units_are_unique() -> None:
    counts = Counter(row["name"] for row in table("units.toml", "unit"))
    assert [name for name, n in counts.items() if n > 1] == []


def test_reasons_are_those_of_the_contract() -> None:
    known = (
        "date document_number list_number caption name rubric definition phone code "
        "formula_operand threshold policy ordinal question page_furniture markup template other"
    )
    assert {row["reason"] for row in table("rejections.toml", "reject")} <= set(known.split())


def test_every_indicator_of_the_catalogue_has_a_rule() -> None:
    files = [path for _, own in rule_files(FOLDER) for path in own]
    named = {r["indicator"] for f in files for r in tomllib.loads(f.read_text("utf-8"))["rule"]}
    assert set(rulebook.load().catalogue) - named == set()


@pytest.mark.parametrize("key", ["examples", "counterexamples"])
def test_an_example_of_a_functional_area_is_one(key: str) -> None:
    row = tomllib.loads((FOLDER / "regions" / "regions.toml").read_text("utf-8"))["functional"]
    wanted = key == "examples"
    assert row[key]
    for name in row[key]:
        assert bool(re.fullmatch(row["pattern"], name)) == wanted


# Linear growth: at this length a quadratic pattern takes seconds, a linear one milliseconds

LENGTH = 40_000
PUMPS = (
    "1", "1,", "1.", "1、", "1-", "1 ", " ", "甲", "一", "（", "(1)", "$", "$ ", "\t", "2022年",
    "、", "。", "…", "_", "X", "年度", "情况", "%", "计1", "[image", "第1", "甲 ", "=1×",
    "检查1家，", "联系人：李", "患者李", "您：", "a.", "电话", "姓名\t",
)  # fmt: skip


def patterns_in(rules: object, where: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every compiled pattern inside the frozen dataclasses and tuples of the rulebook."""
    if isinstance(rules, re.Pattern):
        yield where, rules
    elif isinstance(rules, tuple):
        for number, part in enumerate(rules):
            yield from patterns_in(part, f"{where}.{getattr(part, 'id', number)}")
    elif is_dataclass(rules):
        for field in fields(rules):
            yield from patterns_in(getattr(rules, field.name), f"{where}.{field.name}")


COMPILED = [
    pytest.param(pattern, id=where)
    for name, rules in (
        *((name, getattr(rulebook.load(), name)) for name in ("repairs", "sections", "figures")),
        ("labels", rulebook.load().labels),
        ("identity", rulebook.load().identity),
        ("masks", masking.rules()),
    )
    for where, pattern in patterns_in(rules, name)
]


@pytest.mark.parametrize("pattern", COMPILED)
def test_a_pattern_takes_linear_time_over_long_runs(pattern: re.Pattern[str]) -> None:
    assert [pump for pump in PUMPS if seconds_over(pattern, (pump * LENGTH)[:LENGTH]) > 1] == []


def seconds_over(pattern: re.Pattern[str], text: str) -> float:
    start = time.process_time()
    for _ in pattern.finditer(text):
        pass
    return time.process_time() - start


@pytest.mark.parametrize("pump", PUMPS)
def test_a_long_run_of_anything_is_read_in_linear_time(pump: str) -> None:
    start = time.process_time()
    analyse(Document((pump * LENGTH)[:LENGTH], "txt"), "", rulebook.load())
    assert time.process_time() - start < 10
