"""Columns that only blanks part: a header of words, and lines of values below it.

A header line opens a table; the lines below it belong to it while they end in values. Between two
columns stands one blank or a run of them; where a row's runs leave as many cells as the header
has columns, the longer runs are empty cells. Blanks become TABs, one character for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class GapRules:
    """What header words and values look like, and what no line of a table holds."""

    value: re.Pattern[str]  # a cell with a value: 12.5, 8%, ≥, 完成
    header: re.Pattern[str]  # a word that heads a column
    second: re.Pattern[str]  # a word of a header's second line: 中央, 增减%
    never: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class ColumnRules:
    """When the blanks of a line part columns: they become TABs."""

    before: str  # the cut that would take the blanks out
    value: re.Pattern[str]
    header: re.Pattern[str]
    never: re.Pattern[str]
    fields: frozenset[str]


_WORD = re.compile(r"[^ ]+")
_NUMBERED = re.compile(r"(?:[0-9]{1,3}[.、．]|[（(][0-9一二三四五六七八九十]{1,3}[）)])\Z")
_SIGN = re.compile(r"[≥≤<>=]{1,2}\Z")
_NO_ROW = re.compile(r"[。；|]|，(?![^（]{0,20}）)")  # what no line below a header holds
_NO_FORM = re.compile(r"\|")  # the same of forms with columns of texts
_FORM = 5  # header words of such a form
_LONGEST = 240  # characters of a line of a table
_BETWEEN = 2  # lines without values that may stand between rows: the label of the next one


def columns(text: str, rules: GapRules) -> str:
    """The text with TABs for the blanks between the columns of tables."""
    if " " not in text:
        return text
    lines = [_unfolded(line, rules) for line in text.split("\n")]
    text = "\n".join(lines)
    lines = text.split("\n")
    found: dict[int, str] = {}
    at = 0
    while at < len(lines):
        size, table = _table(lines, at, rules)
        found.update(table)
        at += size
    if not found:
        return text
    return "\n".join(found.get(number, line) for number, line in enumerate(lines))


def _unfolded(line: str, rules: GapRules) -> str:
    """A whole form in one line, with a cell on each line: its blanks part its cells."""
    if len(line) < _FOLDED or line.count(" ") < _CELLS or "\t" in line or "|" in line:
        return line
    words = list(_WORD.finditer(line))
    heads = sum(rules.header.fullmatch(w.group()) is not None for w in words)
    if heads < _HEADS or sum(_is_number(w.group(), rules) for w in words) < _VALUES:
        return line
    marked = list(line)
    for place, (word, following) in enumerate(pairwise(words)):
        signed = place > 0 and _SIGN.match(words[place - 1].group()) is not None
        if not _belongs(word.group(), following.group(), rules, signed=signed):
            marked[following.start() - 1] = "\n"
    return "".join(marked)


# least characters, blanks, header words and values of a form in one line
_FOLDED, _CELLS, _HEADS, _VALUES = 120, 24, 8, 6


def _table(lines: Sequence[str], at: int, rules: GapRules) -> tuple[int, dict[int, str]]:
    """How many lines the table at ``at`` has (1 where there is none), and its lines with TABs."""
    if " " not in lines[at]:
        return 1, {}
    numbered = any(line.startswith(_FIRST) for line in lines[at + 1 : at + 1 + _DEEPEST])
    block = _numbered(lines, at, rules) if numbered else None
    if block:
        return block
    head = _words(lines[at], rules)
    if not _is_header(head, rules):
        return 1, {}
    body = at + 1
    more: list[str] = []
    if body < len(lines):
        more = [m.group() for m in _words(lines[body], rules)]
        if len(more) >= 2 and _is_second(more, rules):
            body += 1
        else:
            more = []
    widths = {len(head), len(head) - 1 + len(more)}
    form = len(head) >= _FORM and all(rules.header.fullmatch(w.group()) for w in head)
    never = _NO_FORM if form else _NO_ROW
    rows = list(_rows(lines, body, max(widths), rules, never))
    if not rows:
        return 1, {}
    found = {at: _tabs(lines[at], head)}
    if more:
        found[at + 1] = _tabs(lines[at + 1], _words(lines[at + 1], rules))
    for number in rows:
        words = _words(lines[number], rules, never)
        found[number] = _row(lines[number], words, widths, rules)
    return rows[-1] + 1 - at, found


def _numbered(lines: Sequence[str], at: int, rules: GapRules) -> tuple[int, dict[int, str]] | None:
    """A table whose header ends in its columns' own numbers: 栏次 1 2 3."""
    body = at
    while body < min(at + _DEEPEST, len(lines)):
        words = _words(lines[body], rules)
        if len(words) < 2 or any(_is_number(w.group(), rules) for w in words):
            break
        body += 1
    numbers = _words(lines[body], rules) if at < body < len(lines) else []
    values = [w.group() for w in numbers if w.group() != "栏次"]
    if len(values) < 2 or values != [str(n + 1) for n in range(len(values))]:
        return None
    if len(values) == len(numbers) < _OWN:
        return None
    width = len(values) + _BESIDE
    rows = list(_rows(lines, body + 1, width, rules, _NO_ROW))
    if not rows:
        return None
    found = {n: _tabs(lines[n], _words(lines[n], rules)) for n in range(at, body + 1)}
    for number in rows:
        found[number] = _row(lines[number], _words(lines[number], rules, _NO_ROW), set(), rules)
    return rows[-1] + 1 - at, found


_DEEPEST = 4  # rows of a header
_FIRST = ("栏次", "1 ")  # how the row of the columns' own numbers begins
_OWN = 3  # columns' own numbers that tell themselves without 栏次
_BESIDE = 6  # numbers beside the values: codes, list numbers of both sides


def _words(line: str, rules: GapRules, never: re.Pattern[str] | None = None) -> list[re.Match[str]]:
    if " " not in line or len(line) > _LONGEST or "\t" in line:
        return []
    return [] if (never or rules.never).search(line) else list(_WORD.finditer(line))


_NAMED = re.compile("(?:收入|支出|结转|结余|合计|小计|费|资金|拨款)$")  # what names a column
_NAMES = 4  # columns whose words all head or name one


def _is_header(words: Sequence[re.Match[str]], rules: GapRules) -> bool:
    """Whether at least two words, and not less than a third of them, head columns."""
    if len(words) < 2 or any(len(w.group()) > 24 for w in words):
        return False
    if any(_is_number(w.group(), rules) for w in words):
        return False
    heads = sum(rules.header.fullmatch(w.group()) is not None for w in words)
    named = sum(_NAMED.search(w.group()) is not None for w in words)
    every = heads >= 1 and named + heads >= len(words) >= _NAMES
    return every or (heads >= 2 and heads * 3 >= len(words))


_CODE_PARTS = ("类", "款", "项")  # below 科目编码


def _is_second(words: Sequence[str], rules: GapRules) -> bool:
    known = sum(
        bool(word in _CODE_PARTS or rules.second.fullmatch(word) or rules.header.fullmatch(word))
        for word in words
    )
    return known * 2 > len(words) and not any(_is_number(word, rules) for word in words)


def _rows(
    lines: Sequence[str], at: int, width: int, rules: GapRules, never: re.Pattern[str]
) -> Iterator[int]:
    """The lines that are rows: a value at their end, or in between."""
    missed = 0
    for number in range(at, len(lines)):
        words = [m.group() for m in _words(lines[number], rules, never)]
        numbers = sum(_is_number(word, rules) for word in words)
        if numbers and len(words) >= 2 and _is_row(words, numbers, width, rules):
            yield number
            missed = 0
        elif lines[number].strip():
            missed += 1
            if missed > _BETWEEN or len(lines[number]) > 60 or "。" in lines[number]:
                return


def _is_row(words: Sequence[str], numbers: int, width: int, rules: GapRules) -> bool:
    """Whether the words end in values, not more of them than there are columns."""
    last = rules.value.fullmatch(words[-1]) is not None
    back = rules.value.fullmatch(words[-2]) is not None
    return (last or (back and numbers >= 2)) and numbers <= width


def _is_number(word: str, rules: GapRules) -> bool:
    return any("0" <= c <= "9" for c in word) and rules.value.fullmatch(word) is not None


def _tabs(line: str, words: Sequence[re.Match[str]]) -> str:
    """One TAB for each gap, in its first blank."""
    marked = list(line)
    for word in words[1:]:
        marked[word.start() - 1] = "\t"
    return "".join(marked)


def _row(line: str, words: Sequence[re.Match[str]], widths: set[int], rules: GapRules) -> str:
    gaps = [b.start() - a.end() for a, b in pairwise(words)]
    tail = len(line) - words[-1].end()
    keep = _empty_cells(gaps, tail, len(words), widths)
    marked = list(line)
    for place, (word, following) in enumerate(pairwise(words)):
        signed = place > 0 and _SIGN.match(words[place - 1].group()) is not None
        if keep is None and _belongs(word.group(), following.group(), rules, signed=signed):
            continue
        step = 2 if keep == "odd" else 1
        for at in range(word.end(), following.start(), step if keep else gaps[place]):
            marked[at] = "\t"
    if keep:  # empty cells at the end of the row
        for at in range(words[-1].end(), len(line), 2 if keep == "odd" else 1):
            marked[at] = "\t"
    return "".join(marked)


def _empty_cells(gaps: Sequence[int], tail: int, words: int, widths: set[int]) -> str | None:
    """How runs of blanks stand for empty cells, where that makes as many cells as columns.

    ``odd``: an empty cell is a blank of its own between two borders (``a␣␣␣b``); ``each``: every
    blank is a border. None where blanks are only space.
    """
    if all(gap == 1 for gap in gaps):
        return None
    odd = words + sum((gap - 1) // 2 for gap in gaps)
    each = words + sum(gap - 1 for gap in gaps)
    if all(gap % 2 for gap in gaps) and widths & {odd, odd + (tail + 1) // 2}:
        return "odd"
    return "each" if widths & {each, each + tail} else None


def _belongs(word: str, following: str, rules: GapRules, *, signed: bool) -> bool:
    """Whether a gap is inside a cell: 1. 财政补助收入; >= 98 %(百分比); ≥ 10 场."""
    if _NUMBERED.match(word) and not _is_number(following, rules):
        return True
    if _SIGN.match(word):
        return True
    if not _is_number(word, rules) or not word[-1].isdigit():
        return False
    return following[0] in "%％" or (
        signed and len(following) <= _UNIT and not rules.value.fullmatch(following)
    )


_UNIT = 3  # characters of a unit in a cell of its own


def side_by_side(text: str, rules: ColumnRules) -> str:
    """The text with the blanks between columns turned into TABs, line by line."""
    if " " not in text:
        return text
    return "\n".join(_column_line(line, rules) for line in text.split("\n"))


def _column_line(line: str, rules: ColumnRules) -> str:
    if " " not in line or "\t" in line or rules.never.search(line):
        return line
    words = line.split(" ")
    fields = sum(word.rstrip("：") in rules.fields for word in words)
    if fields and fields + sum(w[-1:] == "：" and w[:-1] not in rules.fields for w in words) >= 2:
        return line.replace(" ", "\t")
    if len(words) < 3:
        return line
    values = [rules.value.fullmatch(word) is not None for word in words]
    pairs = sum(a and b for a, b in pairwise(values))
    if sum(word[-1:].isdigit() or word[:1].isdigit() for word in words) < 2:
        pairs = 0
    side_by_side = pairs >= 2 or (pairs >= 1 and sum(values) * 2 >= len(words))
    # 其他 0.00 其他 0.00: the same label again and again, each with its value
    again = values == [False, True] * (len(words) // 2) and len(set(words[::2])) * 2 < len(words)
    if side_by_side or again or _heads(words, rules) >= 3:
        return line.replace(" ", "\t")
    return line


def _heads(words: Sequence[str], rules: ColumnRules) -> int:
    """How many of the words head columns; 预算数：320 is a header too, with its value."""
    return sum(rules.header.fullmatch(word.partition("：")[0]) is not None for word in words)
