"""The format does not matter: a report says the same as Word file, web page, PDF or scan.

``tests/rendering/`` makes the files out of the text, ``floors.toml`` there says how much may
differ. What needs LibreOffice or the extra ``ocr`` is left out where that is missing.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from extract import loaders, rulebook
from extract.model import Source
from extract.reader import read_document
from tests.rendering.formats import FLOORS, lacking, render
from tests.samples import render as samples
from tests.samples.make_corpus import reports
from tests.score.answers import read_excerpts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extract.model import Mention, Reading

REAL = Path(__file__).parents[2] / "shared" / "reports"
FORMS = [form for form in FLOORS["mentions"] if form != "scan"]
_FEW = 6  # differing mentions of one report that a failed test prints
_SCANNED = 1400  # characters: two pages

Said = tuple[str, str, str | None, str | None, int | None]


@cache
def texts(group: str) -> Mapping[str, str]:
    """The texts of the samples, of the excerpts with answers, or of the real reports."""
    if group == "samples":
        return {
            Path(report.source).stem: samples.txt(report.blocks).decode() for report in reports()
        }
    if group == "excerpts":
        return {excerpt.name: excerpt.text for excerpt in read_excerpts()}
    return {path.stem: path.read_text("utf-8-sig") for path in sorted(REAL.glob("*.txt"))}


def read(name: str, data: bytes) -> Reading:
    source = Source(f"{name}.txt", "", len(data))
    return read_document(source, loaders.load(data), rulebook.load())


@cache
def plain(group: str, name: str) -> Reading:
    return read(name, texts(group)[name].encode())


def said(mention: Mention) -> Said:
    value = f"{mention.value.normalize():f}"
    return value, mention.unit, mention.indicator, mention.measure, mention.year


def whose(reading: Reading) -> tuple[str | None, int | None, str]:
    identity = reading.identity
    return identity.agency_id, identity.report_year, identity.doc_type


def differences(expected: Reading, found: Reading) -> Iterator[str]:
    """A line for each mention that only one of both has, with the words around it."""
    ours, theirs = (Counter(map(said, reading.mentions)) for reading in (expected, found))
    for sign, reading, surplus in (("-", expected, ours - theirs), ("+", found, theirs - ours)):
        left = Counter(surplus)
        for mention in reading.mentions:
            if left[said(mention)] and reading.document:
                left[said(mention)] -= 1
                around = reading.document.text[max(0, mention.start - 30) : mention.end + 8]
                yield f"{sign} {' '.join(map(str, said(mention)))}  {around!r}"


class Score:
    """Agreement over several reports, as F1, and what differed."""

    def __init__(self) -> None:
        self.hits = self.all = 0
        self.lines: list[str] = []
        self.strangers: dict[str, object] = {}  # reports taken for another one

    def add(self, name: str, expected: Reading, found: Reading) -> None:
        ours, theirs = (Counter(map(said, reading.mentions)) for reading in (expected, found))
        self.hits += 2 * (ours & theirs).total()
        self.all += ours.total() + theirs.total()
        lines = list(differences(expected, found))
        self.lines += [f"{name}: {len(lines)} differ", *lines[:_FEW]] if lines else []
        if whose(expected) != whose(found):
            self.strangers[name] = (whose(expected), whose(found))

    @property
    def f1(self) -> float:
        return self.hits / self.all


def measure(group: str, form: str) -> Score:
    if reason := lacking(form):
        pytest.skip(reason)
    score = Score()
    for name, data in render(texts(group), form).items():
        score.add(name, plain(group, name), read(name, data))
    return score


def check(score: Score, form: str) -> None:
    floor = FLOORS["mentions"][form]
    assert score.f1 >= floor, f"{form}: F1 {score.f1:.4f} < {floor}\n" + "\n".join(score.lines)
    assert score.strangers == {}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("group", ["samples", "excerpts"])
def test_made_up_reports_say_the_same_in_every_format(group: str, form: str) -> None:
    check(measure(group, form), form)


@pytest.mark.skipif(not REAL.is_dir(), reason=f"{REAL} is not there")
@pytest.mark.parametrize("form", FORMS)
def test_real_reports_say_the_same_in_every_format(form: str) -> None:
    check(measure("real", form), form)


def test_a_scan_of_two_pages_says_the_same() -> None:
    if reason := lacking("scan"):
        pytest.skip(reason)
    name, text = next(item for item in texts("samples").items() if "2022" in item[0])
    short = text[: text.index("\n", _SCANNED)]
    score = Score()
    scanned = render({name: short}, "scan")[name]
    score.add(name, read(name, short.encode()), read(name, scanned))
    check(score, "scan")


@pytest.mark.soak
@pytest.mark.parametrize("group", ["samples", "real"])
def test_scans_of_whole_reports_say_the_same(group: str) -> None:
    if not texts(group):
        pytest.skip(f"{REAL} is not there")
    check(measure(group, "scan"), "scan")
