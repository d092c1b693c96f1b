"""List numbers of Word: they stand in no text, only in the rules by which they are counted.

A list has up to nine levels; each says how its number is written and in which words it stands
(``第%1章``, ``%1.%2``). DOC, DOCX and RTF differ in how they store that, not in what it means.
The names of the formats are those of ECMA-376 part 1, §17.18.59.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

MAX_LEVELS = 9
MOST = 0x7FFF  # Word counts no further
ZEROS = "zeros"  # our word for formats such as "001, 002, …", with the number of digits behind it
_MOST_LETTERS = 780  # zz…z of thirty letters
_PLACE = re.compile("%([1-9])")
_HAN = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list counts. ``text`` has ``%1`` … ``%9`` where the numbers go."""

    text: str = "%1."
    format: str = "decimal"
    start: int = 1
    restart: int | None = None  # after a number of this level (from 1) or an outer one; 0: never
    legal: bool = False  # all its numbers in Arabic digits, whatever their own levels say
    follow: str = "tab"  # or "space", "nothing": what stands between number and text


class Levels(Protocol):
    """Up to nine levels; a loader may work them out when they are asked for."""

    def __len__(self) -> int:
        """Return how many there are."""

    def __getitem__(self, place: int, /) -> Level:
        """Return the one at a place from 0."""


class Counters:
    """Where each list of a document has got to."""

    def __init__(self) -> None:
        self._counts: dict[Hashable, list[int | None]] = {}
        self._begun: set[tuple[Hashable, int]] = set()

    def label(
        self,
        scheme: Hashable,
        levels: Levels,
        level: int,
        *,
        use: Hashable = None,
        starts: Mapping[int, int] | None = None,
    ) -> str:
        """Count one paragraph and write its number.

        ``scheme`` is what counts together (Word: the abstract list), ``level`` counts from 0.
        ``starts`` are the values at which levels begin anew when ``use`` first comes to them.
        """
        if not 0 <= level < min(len(levels), MAX_LEVELS):
            return ""
        counts = self._counts.setdefault(scheme, [None] * MAX_LEVELS)
        starts = starts or {}
        for outer in range(level):  # Word counts a level that was left out, too (its Q110380)
            if counts[outer] is None:
                counts[outer] = starts.get(outer, levels[outer].start)
        anew = level in starts and (use, level) not in self._begun
        self._begun.add((use, level))
        count = counts[level]
        if count is None or anew:
            counts[level] = starts.get(level, levels[level].start)
        else:
            counts[level] = min(count + 1, MOST)
        for inner in range(level + 1, min(len(levels), MAX_LEVELS)):
            if counts[inner] is not None:
                limit = levels[inner].restart
                if limit is None or level < limit:
                    counts[inner] = None
        return _label(levels, level, counts)


def labelled(label: str, follow: str, text: str) -> str:
    """Put a number before its text: a blank parts ASCII, Chinese punctuation needs none.

    >>> labelled("1.", "nothing", "2023年预算"), labelled("一、", "tab", "基本情况")
    ('1. 2023年预算', '一、基本情况')
    """
    if not label or not text:
        return text
    text = text.lstrip()
    clash = text[:1].isdecimal() and (label[-1].isdecimal() or label[-1] in ".．")
    blank = clash or (follow != "nothing" and label[-1].isascii())
    return f"{label} {text}" if blank else label + text


def _label(levels: Levels, level: int, counts: Sequence[int | None]) -> str:
    own = levels[level]

    def number(match: re.Match[str]) -> str:
        place = int(match[1]) - 1
        count = counts[place]
        if place > level or count is None:  # numbers of levels further in are not shown
            return ""
        legal = own.legal and levels[place].format not in {"none", "bullet"}
        return write(count, "decimal" if legal else levels[place].format)

    return "" if own.format == "bullet" else _PLACE.sub(number, own.text)


@lru_cache(2048)
def write(number: int, format_: str) -> str:
    """Write ``number`` in the format of that name; unknown ones as Arabic digits.

    >>> write(12, "chineseCounting"), write(3, "decimalEnclosedCircle"), write(4, "upperRoman")
    ('十二', '③', 'IV')
    """
    if not 0 <= number <= MOST:
        return str(number)
    if format_.startswith(ZEROS):
        return str(number).zfill(int(format_.removeprefix(ZEROS)))
    return _WRITERS.get(format_, str)(number)


def _chinese(digits: str, units: str, *, teens: bool) -> Callable[[int], str]:
    """Numbers as they are read; ``teens`` says 十二 for what is 一十二 in full."""

    def written(number: int) -> str:
        if number == 0:
            return digits[0]
        text, zero = "", False
        for place, figure in zip(range(len(str(number)) - 1, -1, -1), str(number), strict=True):
            if figure == "0":
                zero = True
                continue
            text += (
                (digits[0] if zero and text else "")
                + digits[int(figure)]
                + units[place : place + 1].strip()
            )
            zero = False
        return text[1:] if teens and 10 <= number < 20 else text

    return written


def _read(number: int) -> str:
    return _chinese("零一二三四五六七八九", " 十百千万", teens=True)(number)


def _counted(number: int) -> str:
    """As read up to 99, digit by digit from there (一〇〇)."""
    return _read(number) if number < 100 else _spelled(number)


def _spelled(number: int) -> str:
    return str(number).translate({ord("0") + i: han for i, han in enumerate(_HAN)})


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def _letters(number: int) -> str:
    """Letters from a to z, then aa to zz: the letter repeats."""
    if number > _MOST_LETTERS:
        return str(number)
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number else ""


def _cycle(number: int) -> str:
    """The sexagenary cycle (甲子, 乙丑 …)."""
    return _STEMS[(number - 1) % 10] + _BRANCHES[(number - 1) % 12] if number else "0"


def _run(*runs: tuple[int, int, int]) -> Callable[[int], str]:
    """Characters in Unicode's own order: ``(first number, last number, first character)``."""

    def written(number: int) -> str:
        for first, last, char in runs:
            if first <= number <= last:
                return chr(char + number - first)
        return str(number)

    return written


def _one_of(chars: str) -> Callable[[int], str]:
    return lambda number: chars[number - 1] if 0 < number <= len(chars) else str(number)


def _ordinal(number: int) -> str:
    teen = number % 100 // 10 == 1
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


_circled = _run((0, 0, 0x24EA), (1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1))
_full_width = {ord("0") + i: chr(0xFF10 + i) for i in range(10)}

_WRITERS: dict[str, Callable[[int], str]] = {
    "bullet": lambda _: "",
    "none": lambda _: "",
    "decimalZero": lambda n: f"{n:02}",
    "upperRoman": lambda n: _roman(n).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda n: _letters(n).upper(),
    "lowerLetter": _letters,
    "ordinal": _ordinal,
    "hex": lambda n: f"{n:X}",
    "numberInDash": lambda n: f"- {n} -",
    "decimalFullWidth": lambda n: str(n).translate(_full_width),
    "decimalFullWidth2": lambda n: str(n).translate(_full_width),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedFullstop": _run((1, 20, 0x2488)),
    "decimalEnclosedParen": _run((1, 20, 0x2474)),
    "ideographEnclosedCircle": _run((1, 10, 0x3280)),
    "ideographTraditional": _one_of(_STEMS),
    "ideographZodiac": _one_of(_BRANCHES),
    "ideographZodiacTraditional": _cycle,
    "chineseCounting": _counted,
    "chineseCountingThousand": _read,
    "chineseLegalSimplified": _chinese(_LEGAL, " 拾佰仟万", teens=False),
    "ideographDigital": _spelled,
    "ideographLegalTraditional": _chinese("零壹貳參肆伍陸柒捌玖", " 拾佰仟萬", teens=False),
    "japaneseCounting": _read,
    "japaneseDigitalTenThousand": _spelled,
    "koreanCounting": _read,
    "koreanDigital2": _spelled,
    "taiwaneseCounting": _counted,
    "taiwaneseCountingThousand": _read,
    "taiwaneseDigital": _spelled,
}

# Codes of the binary formats and of RTF ([MS-OSHARED] 2.2.1.3 MSONFC) → names.
CODES: dict[int, str] = {
    0: "decimal",
    1: "upperRoman",
    2: "lowerRoman",
    3: "upperLetter",
    4: "lowerLetter",
    5: "ordinal",
    8: "hex",
    10: "ideographDigital",
    11: "japaneseCounting",
    14: "decimalFullWidth",
    17: "japaneseDigitalTenThousand",
    18: "decimalEnclosedCircle",
    19: "decimalFullWidth2",
    22: "decimalZero",
    23: "bullet",
    26: "decimalEnclosedFullstop",
    27: "decimalEnclosedParen",
    28: "decimalEnclosedCircleChinese",
    29: "ideographEnclosedCircle",
    30: "ideographTraditional",
    31: "ideographZodiac",
    33: "taiwaneseCounting",
    34: "ideographLegalTraditional",
    35: "taiwaneseCountingThousand",
    36: "taiwaneseDigital",
    37: "chineseCounting",
    38: "chineseLegalSimplified",
    39: "chineseCountingThousand",
    44: "koreanDigital2",
    57: "numberInDash",
    255: "none",
}
