"""Templates: plain report text in which marks stand for figures.

A mark is ``[[FORM]]`` or ``[[FORM :: MEANING]]``. FORM is the figure as it will be printed, with
the number as ``{expression:format}``: ``约{enrollees_res:万2}万人``. The format is a scale (万, 亿
or nothing), a number of decimals, and flags:

====  =====================================   =====================================
``,``  thousands commas                       ``g``  no zeros after the last decimal
``F``  full-width digits                      ``S``  a space after the decimal point
``C``  Chinese numerals                       ``N``  a line break after the decimal point
``M``  a comma for the decimal point          ``T``  tens only (for 80多)
====  =====================================   =====================================

MEANING is words in any order; what it leaves out follows from the expression.

=====================  =========================================================
``i:revenue``          the indicator (else the quantity's name)
``null``               no indicator of the catalogue fits
``budget`` …           the measure (else actual, change, growth or share)
``scheme=resident``    a dimension
``y-1``, ``y+1``       the year it is about, against the report's
``~``                  an approximation
``>=`` ``>`` ``<=``    the bound
``unit=元``            the unit of a bare number
=====================  =========================================================

Beside marks, ``<<expression:format>>`` prints a number that is no figure (an operand of a formula),
``[?name:up:down]`` is the word for a rise or a fall, ``@P`` ``@Y`` ``@N`` are the years before, of
and after the report, ``⏎`` breaks a line. A line that begins with
``2021,2023>`` stands in these years only, ``| a | b |`` is a table row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from tests.samples.quantities import Numbers

MARK = re.compile(r"\[\[(?P<form>.+?)(?:\s*::\s*(?P<meaning>.+?))?\]\]")
NUMBER = r"(?P<expression>[^:>}]+):(?P<scale>[万亿]?)(?P<places>\d)(?P<flags>[,gFSCNMT]*)"
SLOT = re.compile(rf"\{{{NUMBER}\}}")
OPERAND = re.compile(rf"<<{NUMBER}>>")
NAME = re.compile(r"[a-z_]+")  # of a quantity, up to an operator
SHIFT = re.compile(r"y[-+]\d")
TREND = re.compile(r"\[\?(\w+):(\w+):(\w+)\]")
ONLY = re.compile(r"(?P<years>20\d\d(?:,20\d\d)*)>")
MAGNITUDE = r"\s*[余多]?\s*[万亿]?\s*[余多]?\s*"
UNIT = re.compile(MAGNITUDE + r"(?:个(?=工作日|月))?(?P<unit>\\?[%％]|工作日|人次|批次|\w)")
SCALES = {"": Decimal(1), "万": Decimal(10) ** 4, "亿": Decimal(10) ** 8}
UNITS = {"名": "人", "％": "%", "\\%": "%"}
MEASURES = {"actual", "budget", "target", "standard", "change", "growth", "share", "completion"}
BOUNDS = {">=", ">", "<=", "<"}
OPERATORS = {"-": "change", "^": "growth", "/": "share"}
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
NUMERALS = "零一两三四五六七八九"


@dataclass(frozen=True, slots=True)
class Truth:
    """One printed figure and what it means, in the words of ``spec/facts.md``."""

    printed: str
    year: int
    indicator: str | None
    measure: str
    value: Decimal
    unit: str
    approx: bool = False
    bound: str = "="
    dims: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (one text) or a table (rows of cells)."""

    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


def fill(template: str, numbers: Numbers) -> tuple[list[Block], list[Truth]]:
    """Print a template with the numbers of one county-year; figures come in reading order."""
    truths: list[Truth] = []
    blocks: list[Block] = []
    for line in _lines(template, numbers):
        text = MARK.sub(lambda match: _print(match, numbers, truths), line)
        text = OPERAND.sub(lambda slot: _number(numbers[slot["expression"]], slot)[1], text)
        if not text.startswith("|"):
            blocks.append(Block(text=text))
            continue
        row = tuple(cell.strip() for cell in text.strip("|").split("|"))
        before = blocks.pop().rows if blocks[-1].rows else ()
        blocks.append(Block(rows=(*before, row)))
    return blocks, truths


def _lines(template: str, numbers: Numbers) -> Iterator[str]:
    for line in template.splitlines():
        only = ONLY.match(line)
        if only and str(numbers.year) not in only["years"].split(","):
            continue
        text = line[only.end() :] if only else line
        for word, shift in (("@P", -1), ("@Y", 0), ("@N", 1)):
            text = text.replace(word, str(numbers.year + shift))
        yield TREND.sub(lambda m: m[2] if numbers[f"{m[1]}-"] >= 0 else m[3], text).replace(
            "⏎", "\n"
        )


def _print(match: re.Match[str], numbers: Numbers, truths: list[Truth]) -> str:
    form = match["form"]
    slot = SLOT.search(form)
    if slot is None:
        raise ValueError(f"{numbers.county.key}: no number in the mark {form!r}")
    exact = numbers[slot["expression"]]
    value, digits = _number(exact, slot)
    printed = form[: slot.start()] + digits + form[slot.end() :]
    truths.append(_truth(match, slot, printed, value, numbers.year))
    return printed


def _number(exact: Decimal, slot: re.Match[str]) -> tuple[Decimal, str]:
    """The value that is left after rounding, with its sign, and its digits without one."""
    rounded = _round(abs(exact) / SCALES[slot["scale"]], slot)
    value = rounded * SCALES[slot["scale"]] * (-1 if exact < 0 else 1)
    return value, _digits(rounded, slot["flags"])


def _round(value: Decimal, slot: re.Match[str]) -> Decimal:
    if "T" in slot["flags"]:
        return value // 10 * 10
    rounded = value.quantize(Decimal(1).scaleb(-int(slot["places"])), ROUND_HALF_UP)
    return Decimal(f"{rounded.normalize():f}") if "g" in slot["flags"] else rounded


def _digits(value: Decimal, flags: str) -> str:
    if "C" in flags:
        return NUMERALS[int(value)]
    text = f"{value:,f}" if "," in flags else f"{value:f}"
    for flag, mark in (("S", ". "), ("N", ".\n"), ("M", ",")):
        text = text.replace(".", mark) if flag in flags else text
    return text.translate(FULL_WIDTH) if "F" in flags else text


def _truth(
    match: re.Match[str], slot: re.Match[str], printed: str, value: Decimal, report_year: int
) -> Truth:
    expression, words = slot["expression"], (match["meaning"] or "").split()
    name = NAME.match(expression)
    dims = dict(word.split("=", 1) for word in words if "=" in word and word not in BOUNDS)
    unit = dims.pop("unit", "") or _unit(match["form"][slot.end() :])
    shift = next((int(word[1:]) for word in words if SHIFT.fullmatch(word)), 0)
    operator = "/" if "/" in expression else expression[-1]
    default = next((word[2:] for word in words if word.startswith("i:")), name[0] if name else None)
    return Truth(
        printed=printed,
        year=report_year + shift - (operator == "<"),
        indicator=None if "null" in words else default,
        measure=next((w for w in words if w in MEASURES), OPERATORS.get(operator, "actual")),
        value=value,
        unit=unit,
        approx="~" in words,
        bound=next((word for word in words if word in BOUNDS), "="),
        dims=dict(sorted(dims.items())),
    )


def _unit(tail: str) -> str:
    match = UNIT.match(tail)
    if match is None:
        raise ValueError(f"no unit after the number: {tail!r}; give one with unit=")
    return UNITS.get(match["unit"], match["unit"])
