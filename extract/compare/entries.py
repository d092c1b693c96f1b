"""The cells of a sheet that hold something to check (待核单元格), in long or in wide form.

Long: a row for each value, with columns for agency, year, indicator and value. Wide: a row for
each agency and year, with a column for each indicator; years may also stand in the headers, of
each indicator or (across) alone, beside a column of indicators.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extract.columns import DIMENSIONS, TABLES
from extract.compare.words import plain
from extract.errors import UsageError
from extract.panel.columns import CODES, LABELS_ZH

if TYPE_CHECKING:
    from pathlib import Path

    from extract.compare.targets import Target, Vocabulary
    from extract.compare.words import SheetWords

_HEAD = 10  # rows in which the header may stand, below a title
_ENDS = r"[-/.年](?:0?1[-/.月]0?1|12[-/.月]31)日?(?: 0?0:00(?::00)?)?"  # first and last day
_YEAR = re.compile(rf"(?:FY)?(?P<year>(?:19|20)[0-9]{{2}})(?:\.0+)?(?:年度?|{_ENDS})?")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")  # 二〇二二年
_DATED = re.compile(
    r"^(?:(?P<first>(?:19|20)[0-9]{2})(?:年度?)?[_ ]?(?P<name>.*[^0-9_ ])"
    r"|(?P<named>.*?[^0-9_ (])[_ (]{0,2}(?P<last>(?:19|20)[0-9]{2})(?:年度?)?\)?)$"
)
_KEYS = frozenset(plain(name) for c in TABLES["panel"] for name in (c.name, c.label_zh))
_VALUES = {LABELS_ZH[code]: value for codes in CODES.values() for value, code in codes.items()}
_DIMENSION_NAMES = {plain(c.label_zh): c.name for c in TABLES["facts"] if c.name in DIMENSIONS}


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell: where it stands, what it says, and what it is about (None where unknown)."""

    line: int
    header: str
    who: tuple[str, ...]  # all that the row says of the agency
    entity: str
    year: int | None
    year_said: str
    cell: str
    target: Target | None


@dataclass(slots=True)
class Layout:
    """Which column holds what; ``values`` are those of a wide sheet, with their year.

    ``across`` are columns of a year each, beside one of indicators.
    """

    roles: dict[str, list[int]] = field(default_factory=dict)
    dims: dict[str, int] = field(default_factory=dict)
    values: dict[int, tuple[Target, int | None]] = field(default_factory=dict)
    across: dict[int, tuple[int, str]] = field(default_factory=dict)  # year and measure, "" if none
    unknown: list[str] = field(default_factory=list)  # headers that nothing knows

    def one(self, role: str, row: Sequence[str]) -> str:
        """The first filled cell of a role."""
        return next((row[i] for i in self.roles.get(role, ()) if row[i]), "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was understood: its form, its cells, and the headers that mean nothing."""

    form: str  # long, wide or across
    entries: tuple[Entry, ...]
    unknown: tuple[str, ...]
    columns: dict[str, Target]  # header → what it was taken for


def read_entries(
    path: Path, rows: Sequence[Sequence[str]], words: SheetWords, names: Vocabulary
) -> Sheet:
    """The cells of a sheet; raises ``UsageError`` where its header does not tell what is where."""
    at, layout = _header(path, rows, words, names)
    header = rows[at]
    if _is_long(layout) or layout.across:
        form, read = ("across", _across) if layout.across else ("long", _long)
        entries = tuple(read(rows, at, layout, names))
        unknown = {e.header for e in entries if e.target is None} | set(layout.unknown)
        known = {e.header: e.target for e in entries if e.target is not None}
        return Sheet(form, entries, tuple(sorted(unknown)), known)
    if not layout.values:
        raise UsageError(
            f"{path}: no column of values is known ({', '.join(layout.unknown[:5])}); name them "
            "as the panel does, in English or Chinese: zhengju columns panel, or codebook.csv"
        )
    known = {header[i]: target for i, (target, _) in layout.values.items()}
    return Sheet("wide", tuple(_wide(rows, at, layout)), tuple(layout.unknown), known)


def _header(
    path: Path, rows: Sequence[Sequence[str]], words: SheetWords, names: Vocabulary
) -> tuple[int, Layout]:
    """The row of headers, the first that names agencies and years."""
    for at, row in enumerate(rows[:_HEAD]):
        layout = _layout(row, words)
        if "agency" not in layout.roles:
            continue
        if not _is_long(layout):
            _find_years(row, layout, words)
        if not _is_long(layout) and not layout.across:
            _find_values(row, layout, names)
        if "year" in layout.roles or layout.across or any(y for _, y in layout.values.values()):
            return at, layout
    raise UsageError(
        f"{path}: no row of headers with a column for the agency (agency, 单位名称) and one for "
        "the year (year, 年度), or years as headers beside a column for the indicator; add them"
    )


def _layout(row: Sequence[str], words: SheetWords) -> Layout:
    layout = Layout()
    for index, header in enumerate(row):
        said = plain(header)
        roles = [role for role, names in words.roles.items() if said in names]
        if said in _DIMENSION_NAMES or said in DIMENSIONS:
            layout.dims[_DIMENSION_NAMES.get(said, said)] = index
        for role in roles:
            layout.roles.setdefault(role, []).append(index)
    for role, found in layout.roles.items():
        order = words.roles[role]
        found.sort(key=lambda i: order.index(plain(row[i])))
    _part_units(layout)
    return layout


def _part_units(layout: Layout) -> None:
    """单位 is the unit where another column names the agency, else the agency."""
    agency, unit = layout.roles.get("agency", []), layout.roles.get("unit", [])
    for index in set(agency) & set(unit):
        if len(agency) > 1:
            agency.remove(index)
        else:
            unit.remove(index)
    if not unit:
        layout.roles.pop("unit", None)


def _is_long(layout: Layout) -> bool:
    return "value" in layout.roles and "indicator" in layout.roles and "year" in layout.roles


def _find_years(row: Sequence[str], layout: Layout, words: SheetWords) -> None:
    """Headers that are a year, or a year with a measure (2022年决算数), beside an indicator."""
    if "indicator" not in layout.roles or {"year", "value"} & layout.roles.keys():
        return
    for index, header in enumerate(row):
        dated = _DATED.match(_half(header))
        name = plain(dated["name"] or dated["named"]) if dated else ""
        if year := _year(header):
            layout.across[index] = year, ""
        elif dated and name in words.measures:
            layout.across[index] = int(dated["first"] or dated["last"]), words.measures[name]
        elif dated:
            layout.unknown.append(header)


def _find_values(row: Sequence[str], layout: Layout, names: Vocabulary) -> None:
    taken = {i for role, found in layout.roles.items() if role != "indicator" for i in found}
    for index, header in enumerate(row):
        if index in taken or plain(header) in _KEYS or index in layout.dims.values() or not header:
            continue
        year, target = None, names.target(header)
        if "year" not in layout.roles and (dated := _DATED.match(_half(header))):
            name = dated["name"] or dated["named"]
            year, target = int(dated["first"] or dated["last"]), names.target(name)
        if target is None:
            layout.unknown.append(header)
        else:
            layout.values[index] = target, year


def _wide(rows: Sequence[Sequence[str]], at: int, layout: Layout) -> Iterator[Entry]:
    for number, row, who in _rows(rows, at, layout):
        said = layout.one("year", row)
        for index, (target, dated) in layout.values.items():
            year = dated or _year(said)
            yield Entry(
                number, rows[at][index], who, layout.one("entity", row), year,
                str(dated) if dated else said, row[index], target,
            )  # fmt: skip


def _long(
    rows: Sequence[Sequence[str]], at: int, layout: Layout, names: Vocabulary
) -> Iterator[Entry]:
    for number, row, who in _rows(rows, at, layout):
        said, words = layout.one("year", row), layout.one("indicator", row)
        year = _year(said)
        yield Entry(
            number, words, who, layout.one("entity", row), year, said,
            layout.one("value", row), _asked(row, layout, names, year),
        )  # fmt: skip


def _across(
    rows: Sequence[Sequence[str]], at: int, layout: Layout, names: Vocabulary
) -> Iterator[Entry]:
    for number, row, who in _rows(rows, at, layout):
        words, entity = layout.one("indicator", row), layout.one("entity", row)
        for index, (year, measure) in layout.across.items():
            target = _asked(row, layout, names, year, measure)
            yield Entry(number, words, who, entity, year, str(year), row[index], target)


def _asked(
    row: Sequence[str], layout: Layout, names: Vocabulary, year: int | None, measure: str = ""
) -> Target | None:
    """What a row is about, by its cells for indicator, measure, unit and dimensions."""
    dims = [f"{name}={_VALUES.get(row[i], row[i])}" for name, i in layout.dims.items() if row[i]]
    asked = ";".join(filter(None, [layout.one("dims", row), *dims]))
    measure = measure or layout.one("measure", row)
    return names.asked(layout.one("indicator", row), measure, asked, layout.one("unit", row), year)


def _rows(
    rows: Sequence[Sequence[str]], at: int, layout: Layout
) -> Iterator[tuple[int, Sequence[str], tuple[str, ...]]]:
    """The filled rows with their line and agency; merged cells name it in their first row only."""
    who: tuple[str, ...] = ()
    for number, row in enumerate(rows[at + 1 :], at + 2):
        if any(row):
            who = tuple(row[i] for i in layout.roles["agency"] if row[i]) or who
            yield number, row, who


def _year(cell: str) -> int | None:
    match = _YEAR.fullmatch(_half(cell).translate(_DIGITS))
    return int(match["year"]) if match else None


def _half(words: str) -> str:
    return unicodedata.normalize("NFKC", words).strip()
