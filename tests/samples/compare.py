"""Compare what was extracted from a sample report with what was printed into it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from extract.dimensions.dims import CODED, normal_name, parse_dims
from extract.model import Mention

NAMED = ("project", "function", "region")
SAME_UNIT = {"个月": "月"}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of ``truth.csv``."""

    printed: str
    year: int
    indicator: str | None
    measure: str | None
    dims: Mapping[str, str]
    value: Decimal
    unit: str
    approx: bool
    bound: str

    def __str__(self) -> str:
        dims = ";".join(f"{name}={value}" for name, value in sorted(self.dims.items()))
        return _line(self.printed, self.value, self.indicator, self.measure, self.year, dims)


def truth(path: Path) -> dict[str, list[Row]]:
    """The true figures by source, in reading order."""
    rows: dict[str, list[Row]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["source"], []).append(_row(row))
    return rows


def differences(rows: Sequence[Row], mentions: Iterable[Mention]) -> list[str]:
    """Lines for a failed test: ``-`` a true figure that was not found, ``+`` one found instead.

    Each mention serves one row. The wording of ``subject`` and ``channel`` is free and not
    compared; ``item`` is where the truth has one. Empty where both sides say the same.
    """
    left = list(mentions)
    missing = []
    for row in sorted(rows, key=lambda row: "item" not in row.dims):
        match = next((i for i, mention in enumerate(left) if _same(row, mention)), None)
        if match is None:
            missing.append(row)
        else:
            del left[match]
    lines = [(row.value, f"- {row}") for row in missing]
    lines += [(mention.value, f"+ {_described(mention)}") for mention in left]
    return [line for _, line in sorted(lines, key=lambda pair: (pair[0], pair[1]))]


def meaning(mention: Mention) -> tuple[str, ...]:
    """What a mention says, without where it stands: equal across formats of one report."""
    return (
        str(mention.indicator),
        str(mention.measure),
        str(mention.year),
        ";".join(f"{k}={v}" for k, v in sorted(_dims(mention.dims).items())),
        f"{mention.value.normalize():f}",
        mention.unit,
        str(mention.approx),
        mention.bound,
    )


def _row(row: Mapping[str, str]) -> Row:
    return Row(
        printed=row["printed"],
        year=int(row["year"]),
        indicator=row["indicator"] or None,
        measure=row["measure"] or None,
        dims=parse_dims(row["dims"]),
        value=Decimal(row["value"]),
        unit=row["unit"],
        approx=row["approx"] == "true",
        bound=row["bound"],
    )


def _same(row: Row, mention: Mention) -> bool:
    if row.value != mention.value or row.unit != SAME_UNIT.get(mention.unit, mention.unit):
        return False
    if row.indicator is None:  # outside the catalogue: to find it is all that can be asked
        return mention.indicator is None
    meant = (row.indicator, row.measure, row.year, row.approx, row.bound)
    said = (mention.indicator, mention.measure, mention.year, mention.approx, mention.bound)
    expected, found = _dims(row.dims), _dims(mention.dims)
    if "item" not in expected:
        found.pop("item", None)
    return meant == said and expected == found


def _dims(dims: Mapping[str, str]) -> dict[str, str]:
    coded = {name: value for name, value in dims.items() if name in CODED and value}
    names = {n: normal_name(dims[n]) for n in (*NAMED, "item") if dims.get(n)}
    return coded | names


def _described(mention: Mention) -> str:
    dims = ";".join(f"{name}={value}" for name, value in sorted(mention.dims.items()) if value)
    quote = "".join(mention.quote.split())
    at = (mention.indicator, mention.measure, mention.year)
    return f"{_line(quote, mention.value, *at, dims)}  at {mention.start} by {mention.rule}"


def _line(quote: str, value: Decimal, *meant: object) -> str:
    indicator, measure, year, dims = meant
    return f"{quote} = {value:f}  {indicator}/{measure}/{year}  {dims}".rstrip()
