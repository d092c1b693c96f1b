"""Errors planted in the numbers of made-up reports, and whether the checks find them.

A report is read, and every figure that takes part in a relation which holds is a place for an
error: one digit changed, two swapped, a digit lost or doubled, the decimal mark moved, the unit
exchanged, the figure of another year copied. Each error is planted alone in the printed text, which
is then read anew.

In the reports of ``planted/``, written for this and never tuned on, every figure that the text ties
to others is a place, whether or not a relation was found; figures tied to none are marked there.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from extract import rulebook
from extract.checks import HOLDS, OFF, Check, checks_of
from extract.loaders import load
from extract.model import Mention, Source
from extract.reader import read_document
from tests.samples import render
from tests.samples.make_corpus import reports

HERE = Path(__file__).parent
KINDS = ("digit", "order", "lost", "doubled", "decimal", "unit", "copied")
FRESH = "planted"  # folder of the texts in which errors are planted everywhere
_FREE = re.compile(r"\[\[([^|\]]*)\|free\]\]")
_MARK = re.compile(r"\[\[([^|\]]*)\|[^\]]*\]\]")
_NOTE = re.compile(r"^#\w+=.*\n", re.MULTILINE)
_TRIES = 10
_UNITS = {"万元": "亿元", "元": "万元", "亿元": "万元", "万人": "人", "万": "亿"}


@dataclass(frozen=True)
class Planted:
    """One error: where it stands, and what it made of what."""

    name: str
    kind: str
    start: int
    old: str
    new: str
    text: str
    indicator: str | None
    small: bool  # less than the printed digits of all its relations show


@dataclass(frozen=True)
class Read:
    """A text with what was read and tested in it."""

    text: str
    mentions: tuple[Mention, ...]
    checks: tuple[Check, ...]


@cache
def texts() -> dict[str, str]:
    """The made-up reports, excerpts and tables, as plain text."""
    found = {r.source: render.txt(r.blocks).decode() for r in reports()}
    for folder in ("answers", "tables", FRESH):
        for path in sorted((HERE / folder).glob("[0-9]*.txt")):
            marked = _NOTE.sub("", path.read_text("utf-8"))
            name = f"{FRESH}/{path.name}" if folder == FRESH else path.name
            found[name] = _MARK.sub(r"\1", marked)
    return found


@cache
def _tied(name: str) -> frozenset[int]:
    """Starts of the figures of a text of ``planted/`` that it ties to others."""
    marked = (HERE / name).read_text("utf-8")
    free: set[int] = set()
    cut = 0
    for mark in _FREE.finditer(marked):
        free.update(range(mark.start() - cut, mark.start() - cut + len(mark[1])))
        cut += len(mark[0]) - len(mark[1])
    return frozenset(m.start for m in readings()[name].mentions if m.start not in free)


def read(text: str, name: str = "") -> Read:
    """Figures and checks of a text."""
    book = rulebook.load()
    document = load(text.encode())
    mentions = read_document(Source(name, "", 0), document, book).mentions
    return Read(document.text, mentions, checks_of(mentions, document.text, book.checks))


@cache
def readings() -> dict[str, Read]:
    """All texts as they are."""
    return {name: read(text, name) for name, text in texts().items()}


def taking_part(reading: Read, verdict: str) -> set[int]:
    """Starts of the figures in an equation with that verdict; a bound tests one side only."""
    told = (c for c in reading.checks if c.verdict == verdict and c.kind != "bound")
    return {at for check in told for at in (check.tested, *check.operands)}


def plant(count: int, seed: int = 1, *, fresh: bool = False) -> Iterator[Planted]:
    """So many errors, evenly over the kinds, each in a figure of a relation that holds.

    With ``fresh`` in any figure of the texts of ``planted/`` that these tie to others.
    """
    chance = random.Random(seed)  # noqa: S311  no secret
    places = [
        (name, m)
        for name, reading in readings().items()
        if name.startswith(FRESH) == fresh
        for m in reading.mentions
        if m.start in (_tied(name) if fresh else taking_part(reading, HOLDS)) and m.value
    ]
    told = set()
    for kind in KINDS:
        made = 0
        for _ in range(_TRIES * count):  # some kinds have few places
            if made == count // len(KINDS):
                break
            planted = _planted(*chance.choice(places), kind, chance)
            if planted is not None and (planted.name, planted.start, planted.new) not in told:
                told.add((planted.name, planted.start, planted.new))
                made += 1
                yield planted


def _planted(name: str, m: Mention, kind: str, chance: random.Random) -> Planted | None:
    text, raw = readings()[name].text, m.value_raw
    at = text.find(raw, m.start, m.end)
    if at < 0 or not raw[0].isdigit():
        return None
    old, new = raw, None
    if kind == "unit":
        unit = m.unit_raw.strip()
        if unit in _UNITS and text.startswith(unit, at + len(raw)):
            old, new = raw + unit, raw + _UNITS[unit]
    elif kind == "copied":
        new = _other_year(readings()[name].mentions, m)
    else:
        new = _MISPRINTS[kind](raw, chance)
    if new is None or new == old or re.match(r"0\d|\.|.*\.$", new):
        return None
    return Planted(
        name, kind, at, old, new, text[:at] + new + text[at + len(old) :], m.indicator,
        not _seen(name, m, _value(m, raw, new)) and m.start in taking_part(readings()[name], HOLDS),
    )  # fmt: skip


def _places(raw: str) -> list[int]:
    return [at for at, char in enumerate(raw) if char.isdigit()]


def _digit(raw: str, chance: random.Random) -> str | None:
    at = chance.choice(_places(raw))
    return raw[:at] + chance.choice("0123456789".replace(raw[at], "")) + raw[at + 1 :]


def _order(raw: str, chance: random.Random) -> str | None:
    pairs = [(a, b) for a, b in pairwise(_places(raw)) if raw[a] != raw[b]]
    if not pairs:
        return None
    a, b = chance.choice(pairs)
    return raw[:a] + raw[b] + raw[a + 1 : b] + raw[a] + raw[b + 1 :]


def _lost(raw: str, chance: random.Random) -> str | None:
    places = _places(raw)
    if len(places) < 3:
        return None
    at = chance.choice(places[:-1] if "." in raw else places)  # the last one would be rounding
    return _grouped(raw[:at] + raw[at + 1 :], raw)


def _doubled(raw: str, chance: random.Random) -> str | None:
    at = chance.choice(_places(raw))
    return _grouped(raw[:at] + raw[at] + raw[at:], raw) if len(raw) > 1 else None


def _decimal(raw: str, chance: random.Random) -> str | None:
    whole, point, rest = raw.partition(".")
    if not point or "," in raw:
        return None
    if chance.random() < 0.5 and len(whole) > 1:
        return f"{whole[:-1]}.{whole[-1]}{rest}"
    return f"{whole}{rest[0]}.{rest[1:]}" if len(rest) > 1 else None


_MISPRINTS: dict[str, Callable[[str, random.Random], str | None]] = {
    "digit": _digit,
    "order": _order,
    "lost": _lost,
    "doubled": _doubled,
    "decimal": _decimal,
}


def _grouped(new: str, old: str) -> str:
    """Thousands parted by commas where the old number has them."""
    if "," not in old:
        return new
    whole, point, rest = new.replace(",", "").partition(".")
    return f"{int(whole or 0):,}{point}{rest}"


def _other_year(mentions: tuple[Mention, ...], m: Mention) -> str | None:
    """The same thing of another year, as this report prints it."""
    same = [
        o.value_raw
        for o in mentions
        if (o.indicator, o.measure, o.unit_raw) == (m.indicator, m.measure, m.unit_raw)
        and o.indicator
        and o.year != m.year
        and o.value != m.value
        and o.dims == m.dims
    ]
    return same[0] if same else None


_FACTORS = {"元": 1.0, "万元": 1e4, "亿元": 1e8, "人": 1.0, "万人": 1e4, "万": 1e4, "亿": 1e8}


def _value(m: Mention, raw: str, new: str) -> float:
    """What the new printing stands for, about."""
    number_ = re.match(r"[\d.,]+", new)
    digits = float((number_.group() if number_ else "0").replace(",", ""))
    plain = float(raw.replace(",", "")) or 1.0
    scale = float(m.value) / plain
    unit = new[number_.end() :] if number_ else ""
    if unit:
        scale *= _FACTORS[unit] / _FACTORS.get(m.unit_raw.strip(), 1.0)
    return digits * scale


def _seen(name: str, m: Mention, value: float) -> bool:
    """Whether the printed digits of some relation are fine enough to show the new value."""
    reading = readings()[name]
    by_start = {o.start: o for o in reading.mentions}
    for check in reading.checks:
        taking = m.start in (check.tested, *check.operands)
        if check.verdict != HOLDS or check.kind == "bound" or not taking or not check.operands:
            continue
        before, after = (
            [v if at == m.start else float(by_start[at].value) for at in check.operands]
            for v in (float(m.value), value)
        )
        gap = _yields(check, by_start, after) - _yields(check, by_start, before)
        if m.start == check.tested:
            gap -= value - float(m.value)
        if abs((check.computed or 0) - check.reported + gap) > 1.5 * (check.tolerance or 0) + 1e-9:
            return True
    return False


def _yields(check: Check, figures: dict[int, Mention], values: list[float]) -> float:
    """What a relation computes from the values of its operands."""
    a, *rest = values
    if check.kind in ("share", "completion", "rate", "growth") and rest and not rest[0]:
        return 0.0
    if check.kind == "growth" and figures[check.operands[0]].measure == "change":
        base = rest[0] if "(" not in check.formula else rest[0] - a
        return 100 * a / base if base else 0.0
    if check.kind == "growth" or (check.kind == "rate" and "−" in check.formula):
        return 100 * (a - rest[0]) / rest[0]
    if check.kind in ("share", "completion", "rate"):
        return 100 * a / sum(rest)
    if check.kind == "change" or "−" in check.formula:
        return a - sum(rest)
    return sum(values)


def found(planted: Planted) -> bool:
    """Whether a relation in which the planted figure takes part is off."""
    reading = read(planted.text, planted.name)
    end = planted.start + len(planted.new)
    here = {m.start for m in reading.mentions if m.start < end and m.end > planted.start}
    off = (c for c in reading.checks if c.verdict == OFF)
    return any(here.intersection((c.tested, *c.operands)) for c in off)
