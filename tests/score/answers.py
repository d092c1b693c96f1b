"""Labelled texts: made-up excerpts with the answers inline, or reports with answer files.

An excerpt of ``tests/answers/`` begins with lines ``#year=2023`` (the report's fiscal year),
``#p1=name`` (projects that dimensions call ``p=1``) and ``#note=…``. Then comes the text; each
figure in it is marked ``[[quote|indicator|measure|dims|year]]``, trailing parts left out where
they are empty. ``quote`` has hedge, number and unit; ``indicator`` is ``-`` where the catalogue
has none; ``measure`` is empty for an actual, else ``bud tgt std chg gro shr cmp``, with ``+`` or
``-`` where the words give the sign; ``dims`` are ``key=value`` joined by ``;``, the keys those of
``KEYS``; ``_v _u _a _b`` set value, unit, approximation and bound where the quote does not say
them. Everything unmarked is no figure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from extract import rulebook

FOLDER = Path(__file__).parents[1] / "answers"
MEASURES = {
    "": "actual", "bud": "budget", "tgt": "target", "std": "standard", "chg": "change",
    "gro": "growth", "shr": "share", "cmp": "completion",
}  # fmt: skip
KEYS = {
    "s": "scheme", "c": "care", "b": "benefit", "src": "fund_source", "n": "institution",
    "f": "function", "p": "project", "r": "region", "i": "item", "sub": "subject",
    "ch": "channel",
}  # fmt: skip
CODES = {
    "res": "resident", "emp": "employee", "inp": "inpatient", "out": "outpatient",
    "chr": "chronic",
}  # fmt: skip
_OVERRIDES = {"_v", "_u", "_a", "_b"}
_MARK = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_HEAD = re.compile(r"#(year|note|p[0-9]{1,2})=(.*)")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_HEDGE = re.compile("余|多|约|近|左右|上下")
_BOUNDS = (
    (">=", re.compile("以上|不低于|不少于|≥")),
    (">", re.compile("超过|突破|逾|大于")),
    ("<=", re.compile("以内|以下|不超过|≤")),
    ("<", re.compile("不足|低于|小于")),
)
_AFTER = re.compile("余|多|左右|上下|以上|以内|以下")
_SCALES = {"千": 1000, "万": 10_000, "亿": 100_000_000}
_UNITS = {"名": "人", "位": "人", "％": "%", "个工作日": "工作日", "个百分点": "百分点"}


class AnswerError(ValueError):
    """A label that cannot be meant, with file and line."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is right for one figure; offsets into the text, ``value`` in the base unit."""

    start: int
    end: int
    quote: str
    value: float
    unit: str
    indicator: str | None
    measure: str
    year: int | None
    approx: bool = False
    bound: str = "="
    dims: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with the answers to all its figures, in text order."""

    name: str
    text: str
    answers: tuple[Answer, ...]


def read_excerpts(folder: Path = FOLDER) -> list[Labelled]:
    """All excerpts of a folder, by name; raises ``AnswerError`` at the first wrong label."""
    return [excerpt(path.name, path.read_text("utf-8")) for path in sorted(folder.glob("*.txt"))]


def read_reports(answers: Path, reports: Path) -> list[Labelled]:
    """Reports (``NAME.txt``) that have an answer file (``NAME.jsonl``), by name."""
    return [
        Labelled(
            path.stem,
            (reports / f"{path.stem}.txt").read_text("utf-8"),
            tuple(
                _from_row(json.loads(row)) for row in path.read_text("utf-8").splitlines() if row
            ),
        )
        for path in sorted(answers.glob("*.jsonl"))
    ]


def excerpt(name: str, source: str) -> Labelled:
    """The text without its marks, and what the marks say."""
    head, body, line = _head(name, source)
    parts: list[str] = []
    answers: list[Answer] = []
    at = length = 0
    for mark in _MARK.finditer(body):
        before = body[at : mark.start()]
        parts.append(before)
        length += len(before)
        at = mark.end()
        where = f"{name}:{line + body.count(chr(10), 0, mark.start())}"
        answer = _answer(where, mark[1], head, length)
        parts.append(answer.quote)
        length = answer.end
        answers.append(answer)
    text = "".join([*parts, body[at:]])
    if "[[" in text or "]]" in text:
        raise AnswerError(f"{name}: a mark is not closed; write [[…]]")
    return Labelled(name.removesuffix(".txt"), text, tuple(answers))


def _head(name: str, source: str) -> tuple[dict[str, str], str, int]:
    """The header's keys, the text below it, and the line that the text begins in."""
    head: dict[str, str] = {}
    line = 1
    while source.startswith("#"):
        row, _, source = source.partition("\n")
        match = _HEAD.fullmatch(row)
        if match is None:
            raise AnswerError(f"{name}:{line}: unknown header '{row}'; known are #year #p1 #note")
        head[match[1]] = match[2]
        line += 1
    if not head.get("year", "").isdigit():
        raise AnswerError(f"{name}:{line}: the header #year=2023 is missing")
    return head, source, line


def _answer(where: str, label: str, head: Mapping[str, str], start: int) -> Answer:
    parts = label.split("|")
    if not 2 <= len(parts) <= 5:
        raise AnswerError(f"{where}: '{label}' has {len(parts)} parts; 2 to 5 are possible")
    quote, name, code, extra, year = (*parts, *[""] * (5 - len(parts)))
    indicators = rulebook.load().catalogue
    if name != "-" and name not in indicators:
        raise AnswerError(f"{where}: unknown indicator '{name}' of '{quote}'")
    measure = MEASURES.get(code.rstrip("+-"))
    if measure is None:
        raise AnswerError(f"{where}: unknown measure '{code}' of '{quote}'")
    if year and not re.fullmatch("[0-9]{4}", year):
        raise AnswerError(f"{where}: '{year}' is no year, of '{quote}'")
    dims, said = _dims(where, extra, head)
    indicator = indicators.get(name)
    if indicator:
        known = {*indicator.dims, "project", "region", "subject", "channel"}
        if strange := dims.keys() - known:
            raise AnswerError(f"{where}: {name} has no dimension {', '.join(sorted(strange))}")
    money = indicator is not None and indicator.unit_of(measure) == "元"
    value, unit = _quantity(where, quote, said, "元" if money else "")
    return Answer(
        start,
        start + len(quote),
        quote,
        -value if code.endswith("-") else value,
        unit,
        None if name == "-" else name,
        measure,
        int(year or head["year"]),
        said["_a"] == "1" if "_a" in said else _HEDGE.search(quote) is not None,
        said.get("_b") or next((b for b, words in _BOUNDS if words.search(quote)), "="),
        dims,
    )


def _dims(where: str, extra: str, head: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The dimensions of a label, and its overrides."""
    dims: dict[str, str] = {}
    said: dict[str, str] = {}
    for pair in filter(None, extra.split(";")):
        key, mark, value = pair.partition("=")
        if not mark or (key not in KEYS and key not in _OVERRIDES):
            known = ", ".join((*KEYS, *sorted(_OVERRIDES)))
            raise AnswerError(f"{where}: '{pair}' is no dimension; known are {known}")
        if key in _OVERRIDES:
            said[key] = value
        else:
            dims[KEYS[key]] = (
                head.get(f"p{value}", value) if key == "p" else CODES.get(value, value)
            )
    return dims, said


def _quantity(where: str, quote: str, said: Mapping[str, str], default: str) -> tuple[float, str]:
    """Value and unit of a quote, in the base unit."""
    plain = re.sub(r"\s", "", quote).replace(",", "").replace("，", "").replace("．", ".")
    match = _NUMBER.search(plain)
    unit = "" if match is None else _AFTER.sub("", plain[match.end() :])
    factor = 1
    while unit[:1] in _SCALES:
        factor *= _SCALES[unit[0]]
        unit = unit[1:]
    unit = re.split("[/（]", unit, maxsplit=1)[0]
    unit = said.get("_u") or _UNITS.get(unit, unit) or default
    if not unit:
        raise AnswerError(f"{where}: '{quote}' has no unit; add _u=")
    try:
        value = Decimal(said.get("_v") or (match.group() if match else ""))
    except InvalidOperation:
        raise AnswerError(f"{where}: '{quote}' has no number; add _v=") from None
    if "_v" not in said:
        value *= factor
    return (float(value / 10), "%") if unit == "‰" else (float(value), unit)


def _from_row(row: Mapping[str, Any]) -> Answer:
    year = row.get("period")
    return Answer(
        row["start"],
        row["end"],
        row["quote"],
        float(row["value"]),
        row["unit"],
        row["indicator"],
        row["measure"],
        int(str(year)[:4]) if year else None,
        bool(row["approx"]),
        row["bound"],
        row["dims"],
    )


def unmarked(labelled: Labelled) -> Iterator[str]:
    """Every number that no answer covers, with some words around it: for whoever labels."""
    text = labelled.text
    covered = {at for answer in labelled.answers for at in range(answer.start, answer.end)}
    for number in re.finditer(r"[0-9][0-9.,]*", text):
        if number.start() not in covered:
            yield text[max(0, number.start() - 8) : number.end() + 6].replace("\n", "⏎")
