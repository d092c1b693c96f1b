"""Numbers of spreadsheets as they are shown: decimals, percent signs, dates (数字格式)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException
from functools import lru_cache

_SIGNIFICANT = Context(prec=15)  # what a double can hold; what is behind is binary dust
_WIDE = Context(prec=60)
_MAX_DECIMALS = 15
_LONGEST = 18  # digits that are printed without an exponent
_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "yyyy-m-d",
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm",
    21: "h:mm:ss", 22: "yyyy-m-d h:mm", 27: 'yyyy"年"m"月"', 30: "m-d-yy", 31: "yyyy-m-d",
    36: 'yyyy"年"m"月"', 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 41: "#,##0",
    42: "#,##0", 43: "#,##0.00", 44: "#,##0.00", 50: 'yyyy"年"m"月"', 57: 'yyyy"年"m"月"',
}  # fmt: skip
_TOKEN = re.compile(
    r'"([^"]{0,60})"|[\\!](.)|\[\$([^\]-]{0,9})[^\]]{0,30}\]|\[[^\]]{0,60}\]|_.|\*.'
    r"|([#0?.,]{1,60})|(%)|(General|G/通用格式)|([A-Za-z@/年月日]{1,20})|(.)",
    re.DOTALL,
)
_MAX_CODE = 255
_LAST_DAY = 2_958_465  # 9999-12-31


@dataclass(frozen=True, slots=True)
class Format:
    """How a number is shown; ``date`` are the parts of a date, such as ``ymd``."""

    decimals: int | None = None  # None: as many as there are
    optional: int = 0  # of the decimals, those that are shown only where they are not zero
    grouped: bool = False
    percent: bool = False
    thousands: int = 0  # how often the number is divided by 1000
    before: str = ""
    after: str = ""
    date: str = ""


def built_in(number: int) -> str:
    """The code of a format that files name by its number only; empty for the general one."""
    return _BUILT_IN.get(number, "")


@lru_cache(maxsize=1_000)
def format_of(code: str) -> Format:
    """Read the first section of a format code; what is not understood is general.

    >>> known = format_of('#,##0.00"万元"')
    >>> known.decimals, known.grouped, known.after
    (2, True, '万元')
    """
    core, words, percent = "", ["", ""], False
    letters = ""
    for match in _TOKEN.finditer(code[:_MAX_CODE].split(";", 1)[0]):
        quoted, escaped, currency, digits, sign, general, named, _ = match.groups()
        literal = quoted or escaped or currency or ""
        words[bool(core)] += literal
        percent = percent or sign is not None
        if general or (digits and core):
            return Format()
        core = digits or core
        letters += named or ""
    if core and not letters:
        return _number(core, words, percent=percent)
    parts = "".join(part for part in "ymdhs" if part in letters.lower())
    return Format(date=parts) if parts and "@" not in letters else Format()


def _number(core: str, words: list[str], *, percent: bool) -> Format:
    whole, _, fraction = core.partition(".")
    scaled = fraction or whole
    thousands = len(scaled) - len(scaled.rstrip(","))
    decimals = len(fraction.rstrip(","))
    if decimals > _MAX_DECIMALS:
        return Format()
    return Format(
        decimals=decimals,
        optional=decimals - fraction.count("0"),
        grouped="," in whole.rstrip(","),
        percent=percent,
        thousands=thousands,
        before=words[0],
        after=words[1],
    )


def shown(value: str | float, known: Format, *, from_1904: bool = False) -> str:
    """The number as a spreadsheet shows it; as it is where it is none.

    >>> shown("0.94569999999999999", format_of("0.00%"))
    '94.57%'
    """
    try:
        number = _SIGNIFICANT.create_decimal(value if isinstance(value, str) else repr(value))
    except DecimalException:
        return str(value)
    if not number.is_finite():
        return str(value)
    if known.date:
        return _dated(number, known.date, from_1904=from_1904) or _plain(number)
    if known.decimals is None or number.adjusted() > _LONGEST:
        return _plain(number)
    number = number.scaleb(2 if known.percent else 0).scaleb(-3 * known.thousands)
    number = number.quantize(Decimal(1).scaleb(-known.decimals), ROUND_HALF_UP, _WIDE)
    text = f"{number:,f}" if known.grouped else f"{number:f}"
    for _ in range(known.optional):
        text = text.removesuffix("0")
    text = text.removesuffix(".")  # of 0.## as well
    return f"{known.before}{text}{'%' if known.percent else ''}{known.after}"


def _plain(number: Decimal) -> str:
    """All digits, without an exponent where they are few enough, without trailing zeros."""
    if number and not -_LONGEST < number.adjusted() < _LONGEST:
        return str(number)
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _dated(number: Decimal, parts: str, *, from_1904: bool) -> str | None:
    """A serial number of days as ISO date, as month or year where the format has no more."""
    if not 0 <= number <= _LAST_DAY:
        return None
    epoch = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
    try:
        moment = epoch + timedelta(seconds=round(float(number) * 86_400))
    except OverflowError:
        return None
    return printed(moment, parts)


def printed(moment: datetime, parts: str) -> str:
    """A date as far as ``parts`` (of ``ymdhs``) show it; in ISO where they show all of it."""
    if "y" in parts and "d" not in parts:
        return f"{moment.year}年" + (f"{moment.month}月" if "m" in parts else "")
    if "h" in parts and "d" not in parts:
        return moment.strftime("%H:%M:%S" if "s" in parts else "%H:%M")
    if "d" in parts and "y" not in parts:
        return f"{moment.month}月{moment.day}日"
    clock = moment.strftime(" %H:%M") if "h" in parts and (moment.hour or moment.minute) else ""
    return moment.date().isoformat() + clock
