"""Codes of the functional classification (支出功能分类科目): from printed names to their code.

``patterns/functions.csv`` holds the classification with the years in which a code had a name. A
code has three digits for a 类, five for a 款, seven for a 项, and begins with the code above it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from extract.catalogue import patterns_folder
from extract.errors import RulebookError
from extract.schema import csv_rows

COLUMNS = ("code", "name", "first", "last")
EARLIEST, LATEST = 2007, 9999  # when the classification began; of a name that still holds
_CODE = re.compile("2[0-9]{2}(?:[0-9]{2}){0,2}")
_LEADING = re.compile(rf"[\[【]?({_CODE.pattern})(?![0-9])[\]】]?[-—_.、]?(?=[一-鿿])")
_MARK = re.compile(r"\((?:[0-9]{2,3})?[类款项]级?\)")  # （类）, （210类）, （款）
_DROPPED = re.compile(r"[\s\"'“”‘’「」]+")
_SPENDING = "支出"
_AND = str.maketrans("", "", "与和及")
_NOTHING = "其他"  # 其他支出 alone may be a 类, a 款, a 项 or a kind of spending


@dataclass(frozen=True, slots=True)
class Function:
    """One line of the classification: a code and the name that it had in some years, both included.

    2014 as ``first`` means 2014 or before: only classes have their earlier names in the table.
    """

    code: str
    name: str
    first: int
    last: int

    def held_in(self, year: int) -> bool:
        """Whether the code had this name in ``year``."""
        return self.first <= year <= self.last


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a function: its code, its path in a normal form, and whether they agree.

    ``words`` are the names of the classification where the code is sure, so that all wordings of
    one function are one; else those written, without marks.
    """

    code: str | None
    words: str
    disagrees: bool = False  # the printed code is another function's than the printed name


@dataclass(frozen=True, slots=True)
class Functions:
    """All lines: by the bare form of their names, and by code in the order of years."""

    named: Mapping[str, Sequence[Function]]
    lines: Mapping[str, Sequence[Function]]

    def code_of(self, path: str, year: int | None = None) -> str | None:
        """The code of ``类/款/项`` (or of fewer levels) in ``year``; None where it is ambiguous.

        Levels may be left out or abbreviated (卫生健康 for 卫生健康支出). A name that no code had
        in ``year`` is looked up in all years: renamed classes keep their old names for long.
        """
        levels = _levels(path)
        if not levels or (len(levels) == 1 and _bare(levels[0]) == _NOTHING):
            return None
        outer = [self.named.get(_bare(name), ()) for name in levels[:-1]]
        fits = [f for f in self.named.get(_bare(levels[-1]), ()) if _lies_in(f, outer)]
        found = [f for f in fits if year is None or f.held_in(year)] or fits
        codes = sorted({f.code for f in _closest(found, levels)})
        if len(codes) > 1 and len(levels) == 1:  # a level and the one line in it have one name
            codes = codes[:1] if all(code.startswith(codes[0]) for code in codes) else codes
        return codes[0] if len(codes) == 1 else None

    def name_of(self, code: str, year: int) -> str:
        """The name of a known code in ``year``, else in the nearest year in which it had one."""
        return min(self.lines[code], key=lambda f: max(f.first - year, year - f.last, 0)).name

    def path_of(self, code: str, year: int) -> str:
        """The names of a known code and of those that it lies in, joined by ``/``."""
        return "/".join(self.name_of(code[:n], year) for n in range(3, len(code) + 1, 2))


def known(words: str, year: int | None, printed: str | None = None) -> Known:
    """What the words of a function mean in ``year``, with the code that is printed beside them.

    A printed code counts more than the name where the classification has it, and for a class whose
    lines it does not have. ``year`` None leaves the words as they are.
    """
    return _known(words, year, printed or _printed(words))


@lru_cache(maxsize=8192)  # a table names its functions once for each column
def _known(words: str, year: int | None, printed: str) -> Known:
    table = load()
    named = table.code_of(words, year)
    code = named
    if printed in table.lines or (named is None and printed[:3] in table.lines):
        code = printed
    levels = _levels(words)
    said = named or (table.code_of(levels[-1], year) if printed and levels else None)
    disagrees = bool(said and printed) and not _kin(table, said or "", printed, levels)
    if code not in table.lines or disagrees or year is None:
        return Known(code, "/".join(levels), disagrees)
    return Known(code, table.path_of(code or "", year))


def is_name(words: str) -> bool:
    """Whether some line of the classification has this name."""
    return any(_bare(name) in load().named for name in _levels(words)[-1:])


def class_of(words: str) -> str | None:
    """The three-digit code of a function of a single level; None for any other."""
    code = load().code_of(words) if "/" not in words else None
    return code if code and len(code) == 3 else None


@cache
def classes() -> Mapping[str, str]:
    """Each 类 by its code, in order, with its latest name."""
    lines = load().lines
    return {code: lines[code][-1].name for code in sorted(lines) if len(code) == 3}


@cache
def load(folder: Path | None = None) -> Functions:
    """The classification in ``folder`` (default: the one that comes with the package).

    Raises ``RulebookError`` where the file is missing, a row cannot hold, a level is left out, or a
    code has two names in one year.
    """
    path = (folder or patterns_folder()) / "functions.csv"
    lines: defaultdict[str, list[Function]] = defaultdict(list)
    for where, row in csv_rows(path, COLUMNS):
        line = _line(where, row)
        if any(line.first <= other.last for other in lines[line.code]):
            raise RulebookError(f"{where}: {line.code} has another name then; part the years")
        if len(line.code) > 3 and line.code[:-2] not in lines:
            raise RulebookError(f"{where}: {line.code[:-2]} must stand before {line.code}; add it")
        lines[line.code].append(line)
    named: defaultdict[str, list[Function]] = defaultdict(list)
    for line in (line for found in lines.values() for line in found):
        named[_bare(_plain(line.name))].append(line)
    return Functions(
        {name: tuple(found) for name, found in named.items()},
        {code: tuple(found) for code, found in lines.items()},
    )


def _line(where: str, row: Mapping[str, str]) -> Function:
    code, name, first, last = (row[column].strip() for column in COLUMNS)
    if not _CODE.fullmatch(code) or not name:
        raise RulebookError(f"{where}: give a code of 3, 5 or 7 digits from 2 on, and its name")
    if not first.isdecimal() or not (last or "0").isdecimal():
        raise RulebookError(f"{where}: first and last are years; last stays empty where it holds")
    line = Function(code, name, int(first), int(last or LATEST))
    if not EARLIEST <= line.first <= line.last:
        raise RulebookError(f"{where}: the years must be {EARLIEST} or later, first before last")
    return line


def _plain(words: str) -> str:
    """Half-width marks, no blanks, no quotation marks."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", words))


def _levels(path: str) -> list[str]:
    """The names of the levels, without codes and without （类）, （款）, （项）."""
    names = _MARK.sub("/", _plain(path)).split("/")
    return [_LEADING.sub("", name, count=1) for name in names if name not in ("", _SPENDING)]


def _printed(path: str) -> str:
    """The code that the last level begins with: 2101501行政运行."""
    match = _LEADING.match(_plain(path).rpartition("/")[2])
    return match[1] if match else ""


def _bare(name: str) -> str:
    """A plain name without 支出, 等 and words for "and", which many leave out, add or exchange."""
    return name.removesuffix(_SPENDING).removesuffix("等").translate(_AND)


def _lies_in(line: Function, outer: Sequence[Sequence[Function]]) -> bool:
    """Whether every level named before is one that the line lies in."""
    return all(
        any(line.code.startswith(o.code) and line.code != o.code for o in named) for named in outer
    )


def _closest(found: Sequence[Function], levels: Sequence[str]) -> Sequence[Function]:
    """Of several lines of one name those of the depth that the path has, then of the very name."""
    deep = [f for f in found if len(f.code) == 1 + 2 * len(levels)] or found
    same = [f for f in deep if _plain(f.name) == levels[-1]]
    return same or deep


def _kin(table: Functions, named: str, printed: str, levels: Sequence[str]) -> bool:
    """Whether name and code speak of one line, or one of them of a level of the other."""
    alike = any(_bare(_plain(f.name)) == _bare(levels[-1]) for f in table.lines.get(printed, ()))
    return alike or named.startswith(printed) or printed.startswith(named)
