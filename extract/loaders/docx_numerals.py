"""Numbers of lists in the formats that Word knows (w:numFmt, ECMA-376 part 1, §17.18.59)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 32_767  # Word counts no further
ZEROS = "zeros"  # our word for formats such as "001, 002, …", with the digits behind it
_HAN = "〇一二三四五六七八九"
_HAN_ZERO = "零一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_ROMAN = (
    ("m", 1000),
    ("cm", 900),
    ("d", 500),
    ("cd", 400),
    ("c", 100),
    ("xc", 90),
    ("l", 50),
    ("xl", 40),
    ("x", 10),
    ("ix", 9),
    ("v", 5),
    ("iv", 4),
    ("i", 1),
)
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_CIRCLES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_BRACKETS = "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"
_STOPS = "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"
_HAN_CIRCLES = "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@lru_cache(2048)
def numeral(number: int, style: str) -> str:
    """Write a number in one of Word's formats; in digits where the format or its end is reached.

    >>> numeral(12, "chineseCountingThousand"), numeral(3, "ideographTraditional")
    ('十二', '丙')
    """
    number = max(0, min(number, MOST))
    if style.startswith(ZEROS):
        return str(number).zfill(int(style.removeprefix(ZEROS)))
    write = _FORMATS.get(style)
    return (write(number) if write else "") or str(number)


def _letters(number: int, first: str = "a") -> str:
    """A … z, aa, bb …, as Word goes on."""
    times, place = divmod(number - 1, 26)
    return chr(ord(first) + place) * (times + 1) if 0 < number <= 780 else ""


def _roman(number: int) -> str:
    words = []
    for word, worth in _ROMAN:
        times, number = divmod(number, worth)
        words.append(word * times)
    return "".join(words)


def _one_of(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if 0 < number <= len(signs) else ""


def _counted(number: int, digits: str = _HAN_ZERO, units: str = "千百十万") -> str:
    """Numbers as they are counted: 十二, 二十, 一百零五, with 零 for the places between."""
    high, low = divmod(number, 10_000)
    written = _counted(high, digits, units) + units[3] if high else ""
    gap = False
    for place, unit in zip((1000, 100, 10, 1), (*units[:3], ""), strict=True):
        digit, low = divmod(low, place)
        if digit:
            written += (digits[0] if gap and written else "") + digits[digit] + unit
        gap = not digit
    return written.removeprefix(digits[1]) if written.startswith("一十") else written


def _digit_by_digit(number: int) -> str:
    return "".join(_HAN[int(digit)] for digit in str(number))


def _cycle(number: int) -> str:
    """The sexagenary cycle: 甲子, 乙丑 …."""
    return _STEMS[(number - 1) % 10] + _BRANCHES[(number - 1) % 12] if number else ""


def _ordinal(number: int) -> str:
    ends = {1: "st", 2: "nd", 3: "rd"}
    return str(number) + ("th" if 10 < number % 100 < 14 else ends.get(number % 10, "th"))


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda n: f"{n:02}",
    "lowerLetter": _letters,
    "upperLetter": lambda n: _letters(n, "A"),
    "lowerRoman": _roman,
    "upperRoman": lambda n: _roman(n).upper(),
    "ordinal": _ordinal,
    "chineseCounting": lambda n: _counted(n).replace("零", "○"),
    "chineseCountingThousand": _counted,
    "chineseLegalSimplified": lambda n: _counted(n, _FORMAL, "仟佰拾万"),
    "japaneseCounting": _counted,
    "taiwaneseCounting": _counted,
    "taiwaneseCountingThousand": _counted,
    "koreanCounting": _counted,
    "ideographDigital": _digit_by_digit,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "taiwaneseDigital": _digit_by_digit,
    "ideographTraditional": _one_of(_STEMS),
    "ideographZodiac": _one_of(_BRANCHES),
    "ideographZodiacTraditional": _cycle,
    "ideographEnclosedCircle": _one_of(_HAN_CIRCLES),
    "decimalEnclosedCircle": _one_of(_CIRCLES),
    "decimalEnclosedCircleChinese": _one_of(_CIRCLES),
    "decimalEnclosedParen": _one_of(_BRACKETS),
    "decimalEnclosedFullstop": _one_of(_STOPS),
    "decimalFullWidth": lambda n: str(n).translate(_WIDE),
    "decimalFullWidth2": lambda n: str(n).translate(_WIDE),
}
