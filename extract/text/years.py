"""Which year a figure is about.

The nearest year before the figure in its sentence, unless it is the one compared with
(较2021年, 与上年相比); else 上年/去年 of the report's year; else the report's year.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

_YEAR = re.compile(
    r"(?:(?P<abs>(?:19|20)[0-9]{2})年?(?:年度|年)|(?P<same>上年同期|去年同期|同期)"
    r"(?P<then>(?<=年同期)(?!相比|对比|比较|[^，。；]{0,16}(?:增|减|降|升|高|低|多|少|持平)))?"
    r"|(?P<last>上年度?(?!结转|结余|末)|去年|上一年度?|前一年度?)(?![初级])"
    r"|(?P<this>本年度?|今年|当年)(?![初级])|(?P<now>[截至到]{1,2}目前))"
    r"(?P<of>同期)?(?P<than>相比|对比|比较)?"
)
# where such a year can begin; with a class of characters first, which ``re`` finds at full speed
_BEGIN = re.compile(
    "[12上去本今当同前截至到](?:(?<=1)(?=9)|(?<=2)(?=0)|(?<=[上去本今当])(?=年)|(?<=同)(?=期)"
    "|(?<=[上前])(?=一年)|(?<=[截至到])(?=[截至到]?目前))"
)
_FOUNDED = re.compile(r"[^，。；]{0,8}(?:成立|组建|挂牌|设立|新建|更名|划转|启用|印发|出台|发布)")
_SINCE_WHEN = re.compile(r"[较比跟][\u4e00-\u9fff]{1,6}前的\Z")  # 较改革前的2021年
_SINCE = re.compile(r"(?:[0-9]{1,2}月)?[^，。；0-9]{0,32}以来")  # 自去年10月以来
_EVER_SINCE = re.compile(r"(?:[0-9]{1,2}月(?:底|末|初|份)?)?以来")  # 2020年以来: of all years since
_TOPIC = re.compile(  # 去年6至9月，抽查20家、63家: the whole sentence speaks of that year
    r"(?:全年|[上下]半年|(?:[0-9一二三四]{1,2}(?:月份?|季度|至|-|—|~|到)){1,3}[^，。；、0-9]{0,6}|年?[底末])?，"
)
_BORN = re.compile(r"(?:成立|组建|设立|始建|创建|建成|挂牌|建|创办)于?\Z")
_LEVEL = re.compile(r"[^，。；0-9]{0,10}持平")
_CITED = re.compile(r"关于[^，。；\n]{0,12}\Z")  # a year in the name of a document that is followed
_DOCUMENT = re.compile(r"[^，。；\n]{0,60}?(?:通知|意见|方案|办法|决定|批复|规定|函)")
_STOCK = re.compile(r"年末|年底|期末|月末|月底|12月31日|截至|截止")
_YTD = re.compile(
    r"1(?:月)?(?:至|-|—|~|到)(?:[2-9]|1[01])月|[上下]半年|前三季度|(?<![0-9一二三四])第?[一二三四1-4]季度"
    r"|截[至止](?:(?:19|20)[0-9]{2}年)?(?:[1-9]|1[01])月(?!末?底?31日)"
    # of several years: they are of none
    r"|(?:19|20)[0-9]{2}年?(?:至|-|—|~|到)(?:19|20)[0-9]{2}年(?!度|[0-9])"
    r"|近[两二三四五六七八九十0-9]{1,2}个?年|[两二三四五六七八九十]年来"
    r"|(?:十[一二三四五]五期间|(?:(?<!年)(?<!年初)|自(?:19|20)[0-9]{2}年)以来)"
    r"[^。；]{0,40}?(?:累计|共|总计|先后)"
)
_WHOLE_YEAR = re.compile(
    r"[，；](?:(?:19|20)[0-9]{2}年)?(?:全年|年度|全年度)"
    r"|[，；](?:19|20)[0-9]{2}年度?(?![0-9第上下前一])"
)
_PART = re.compile(  # a title on less than a year
    r"(?:19|20)[0-9]{2}年(?:度)?(?:第?[一二三四1-4]季度|[上下]半年|前三季度|前[0-9一二三四五六七八九十]{1,2}个?月"
    r"|1月?(?:至|-|—|~|到)(?:[2-9]|1[01])月|(?:[1-9]|1[01])月份?(?![0-9至~—-]))[\u4e00-\u9fff（）]"
)
_DATED = re.compile(r"日期|时间|来源|发布|填报|讯|报道")
_PERIODS = ("月", "季度", "半年", "年至", "年来", "以来", "期间", "近", "-", "—", "~", "年到")
PLANNED = frozenset({"budget", "target", "standard"})  # measures that are of a whole year
_TITLES = 3  # lines that may be a title
_LONGEST_TITLE = 60
_DATE = re.compile(r"(?P<y>(?:19|20)[0-9]{2})年(?P<m>[0-9]{1,2})月(?:(?P<d>[0-9]{1,2})日|底|末)?")

_HEAD = 300  # characters at whose lines a news item has its date
_DATELINE = re.compile(
    r"(?:\A|\n)[^\n。，；]{0,24}(?<![0-9])(?P<y>20[0-9]{2})[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}(?![0-9])"
    r"[^\n。，；]{0,24}(?=\n|\Z)"
)
_OWN_TIME = re.compile(
    r"今年|截[至止到]目前|近日|日前|前[0-9一二三四五六七八九]{1,2}月|[0-9]月份?以来"
)
_DIGIT = re.compile(r"[0-9]")
_FIGURE = re.compile(r"[0-9][万亿]?(?:元|[^，。；：、（）0-9\s]{1,2})\Z")  # 3.2万人（2016年统计数）
_ASIDE = 80  # characters from a year to its brackets
_ALONE = re.compile(r"(?:\A|\n)[ \t]*(?P<y>(?:19|20)[0-9]{2})年度?[ \t]*\n\Z")
_STOCKED = 40  # characters before a figure in which 年末 is told
_HEAD = 300  # characters in which a title stands
_ENDS_YEAR = frozenset("年度 \t")  # what can stand before the break behind a year alone
_HEADS = ("", "\n", "。", "；")  # what stands before the head of a sentence
_MOST = 60  # years in one sentence before a figure that are looked at


class YearMark(NamedTuple):
    """A year printed at ``start:end``; ``compared`` where it is only the base of a comparison.

    ``until`` is where the brackets close that it shares with a figure: it says nothing of what
    follows, （含2021年结转的项目5个），安排….
    """

    start: int
    end: int
    year: int | None  # None: relative, see ``back``
    back: int  # years before the report's
    compared: bool
    until: int
    topic: bool = False  # 去年， at the head of a sentence: all of it is about that year


def marks(text: str) -> list[YearMark]:
    """All years of the copy in order."""
    found: list[YearMark] = []
    last = 0
    for begin in _BEGIN.finditer(text):
        m = _YEAR.match(text, begin.start()) if begin.start() >= last else None
        if m is None:
            continue
        last = m.end()
        before = text[m.start() - 1] if m.start() else ""
        compared = bool(m["than"] or m["same"] or m["of"]) and m["then"] is None
        compared = compared or (before in "较比跟" and before != "")
        compared = compared or (
            before == "的"
            and _SINCE_WHEN.search(text, max(0, m.start() - 9), m.start()) is not None
        )
        if before == "与" and not compared:
            compared = "相比" in text[m.end() : m.end() + 24] or bool(_LEVEL.match(text, m.end()))
        compared = compared or _FOUNDED.match(text, m.end()) is not None
        compared = compared or _BORN.search(text, max(0, m.start() - 4), m.start()) is not None
        compared = compared or (before == "自" and _SINCE.match(text, m.end()) is not None)
        compared = compared or (
            m["abs"] is not None and _EVER_SINCE.match(text, m.end()) is not None
        )
        if m["this"] and found and found[-1].end == m.start():
            continue  # 2021年本年支出合计: the account's name, of the year before it
        if _CITED.search(text, max(0, m.start() - 15), m.start()) and _DOCUMENT.match(
            text, m.end()
        ):
            continue
        year = int(m["abs"]) if m["abs"] else None
        back = 1 if m["last"] or m["same"] else 0
        until = _closing(text, m.start(), m.end())
        topic = bool(m["last"]) and before in _HEADS and _TOPIC.match(text, m.end()) is not None
        found.append(YearMark(m.start(), m.end(), year, back, compared, until, topic))
    return found


def dated(text: str) -> int | None:
    """The year in which a news item that names none was published, by its line with the date.

    Only of a text that speaks of its own time (今年, 截至目前).
    """
    line = _DATELINE.search(text[:_HEAD])
    return int(line["y"]) if line and _OWN_TIME.search(text) else None


def told(found: list[YearMark], report_year: int | None, written: int | None) -> list[YearMark]:
    """The marks where 今年 and 去年 are seen from the year in which the text was written."""
    if not written or not report_year or written == report_year:
        return found
    shift = report_year - written
    return [
        m if m.year is not None or m.compared else m._replace(back=m.back + shift) for m in found
    ]


def _closing(text: str, start: int, end: int) -> int:
    """Where the brackets around a year close that hold or follow a figure; else the text's end."""
    first = max(0, start - _ASIDE)
    opened = text.rfind("（", first, start)
    if opened < 0 or text.find("）", opened, start) >= 0:
        return len(text)
    closed = text.find("）", end, end + _ASIDE)
    held = closed >= 0 and (_DIGIT.search(text, end, closed) or _FIGURE.search(text, first, opened))
    return closed if held else len(text)


def year_of(
    years: list[YearMark], start: int, figure: int, report_year: int | None, near: int
) -> tuple[int | None, int | None]:
    """``(year, base_year)`` of a figure at ``figure`` whose sentence begins at ``start``.

    A relative year (去年) only counts from ``near`` on: the words directly before the figure.
    """
    year = base = None
    for mark in _before(years, start, figure):
        relative = report_year - mark.back if report_year else None
        own = mark.year if mark.year is not None else relative
        if mark.compared:
            base = base if base is not None else own
        elif year is None and (
            mark.year is not None or mark.topic or mark.start >= near or not mark.back
        ):
            year = own
    return year if year is not None else report_year, base


def names_year(years: list[YearMark], start: int, figure: int, *, relative: bool = False) -> bool:
    """Whether a year is printed between ``start`` and ``figure``, or (relative) one like 上年."""
    return any(
        mark.year is not None or (relative and mark.back > 0 and not mark.compared)
        for mark in _before(years, start, figure)
    )


def told_by(years: list[YearMark], start: int, end: int) -> bool:
    """Whether a heading names a year that is no mere base or founding (于2019年1月成立)."""
    return any(not mark.compared for mark in _before(years, start, end))


def speaks_of_now(years: list[YearMark], start: int, figure: int) -> bool:
    """Whether words like 今年 or 截至目前 stand between ``start`` and ``figure``."""
    return any(mark.year is None for mark in _before(years, start, figure))


def _before(years: list[YearMark], start: int, figure: int) -> Iterator[YearMark]:
    """The years from ``start`` on before a figure, the nearest first; not all of a long run."""
    at = bisect_left(years, (figure,)) - 1
    for place in range(at, max(-1, at - _MOST - 1), -1):
        mark = years[place]
        if mark.start < start:
            return
        if mark.until > figure:
            yield mark


def year_right_above(text: str, start: int) -> int | None:
    """The year that stands alone on the line above ``start``."""
    if text[start - 2 : start - 1] not in _ENDS_YEAR:
        return None
    alone = _ALONE.search(text, max(0, start - 16), start)
    return int(alone["y"]) if alone else None


def part_of_year(text: str) -> bool:
    """Whether the title says that the text tells of less than a year (2023年上半年…情况)."""
    lines = [line for line in text[:_HEAD].split("\n") if line.strip()][:_TITLES]
    return any(
        _PART.search(line) is not None and _DATED.search(line) is None
        for line in lines
        if len(line) <= _LONGEST_TITLE and "。" not in line
    )


def period_of(text: str) -> str:
    """``ytd``, ``instant`` or ``year``, from the words before a figure."""
    told = any(word in text for word in _PERIODS)
    ytd = max(_YTD.finditer(text), key=re.Match.start, default=None) if told else None
    if ytd and not _WHOLE_YEAR.search(text, ytd.end()):
        return "ytd"
    return "instant" if _STOCK.search(text, max(0, len(text) - _STOCKED)) else "year"


def as_of(text: str, start: int, end: int) -> str | None:
    """The ISO date that is printed in the words before a figure, if any."""
    found: str | None = None
    if text.find("月", start, end) < 0:
        return None
    for m in _DATE.finditer(text, start, end):
        month, day = int(m["m"]), int(m["d"] or 0)
        if 1 <= month <= 12 and day <= 31 and (day or text[m.end() - 1] in "底末"):
            found = f"{m['y']}-{month:02d}-{day or _last_day(int(m['y']), month):02d}"
    return found


def _last_day(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
