"""The dimensions of a figure: which scheme, care, benefit, source and function (险种, 功能科目)."""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

from extract.context.sense import Sense
from extract.dimensions.functions import is_name
from extract.lexicon.cues import Tags, between
from extract.text import paragraph
from extract.text.sections import Node

# The official notation of a functional classification: …（类）…（款）…（项）, from any level on,
# with digits of the code (210类) or with nothing but the code (210)
_CLASS, _GROUP, _LINE = (
    rf"[（(](?:[0-9]{{0,3}}{mark}|2[0-9]{{{digits}}})[）)]"
    for mark, digits in (("类", 2), ("款", 4), ("项", 6))
)
_NAME, _INNER = r"[^，。；：、（）\s0-9.．]{2,20}", r"[^，。；：\s]{2,40}?"
_FUNCTION = re.compile(
    rf"(?P<c>{_NAME}){_CLASS}(?:(?P<s>{_INNER}){_GROUP})?(?:(?P<i>{_INNER}){_LINE})?"
    rf"|(?P<g>{_NAME}){_GROUP}(?:(?P<k>{_INNER}){_LINE})?|(?P<l>{_NAME}){_LINE}"
)
_LEAD = re.compile(r"^(?:其中|主要(?:用于|是|为|包括))+(?=..)")  # 主要用于其他支出（类）
_NOTATED = re.compile(r"[（(](?:[0-9]{0,3}[类款项]|2[0-9]{2,6})[）)][。：:]?\s*\Z")
_ENDED = re.compile(r"[。：: ]*(?:\n|\Z)")
_CODED = re.compile(r"[（(]([0-9]{2,7})[类款项]?[）)]")
_CODE = re.compile(r"2[0-9]{2}(?:[0-9]{2}){0,2}")
_MARKS = ("类）", "款）", "项）")
_CODE_ALONE = re.compile(r"[（(]2[0-9]{2}(?:[0-9]{2}){0,2}[）)]")
_STOP = re.compile(r"[，；。：、）]")
_OBJECT = re.compile(r"(?:参加|参保)[^，；]{0,3}\Z")
_EVERYONE = re.compile(r"(?:常住|户籍)人口|综合参保")
_REACH = 250  # characters before the figure in which a dimension is looked for
CODED = frozenset({"scheme", "care", "benefit", "fund_source", "institution"})
_OF_ITS_OWN = re.compile(r"[^，、；。0-9]{0,10}[0-9.]+[万亿]?元[，、]")
_DIGIT = re.compile(r"[0-9]")
_ANY_BODY = re.compile(r"(?:机构|单位)[^，。；：、]{0,4}\Z")
_JOINED = re.compile(r"[、和及]\Z")
_NO_SCHEME = frozenset({"assistance"})  # paid from a fund of its own (医疗救助)
_JOINS = ("、", "和", "及", "与", "以及")
_ONE_OF = ("scheme", "benefit")
_INHERITED = ("scheme", "care", "benefit", "institution")


def set_dimensions(sense: Sense, text: str, zone: int, limit: int, tags: Tags) -> None:
    """Fill the coded dimensions that the catalogue lists for the indicator.

    ``zone``: where the words of this figure begin; ``limit``: where those behind it end.
    """
    if sense.indicator is None:
        return
    wanted = [d for d in sense.indicator.dims if d in CODED and d not in sense.dims]
    if not wanted:
        return
    start = sense.sentence[0]
    part = max(start, text.rfind("；", start, sense.at) + 1)
    near, far = _named_before(sense, text, clause_start(text, zone, sense.at), part, tags)
    behind = _named_behind(sense, text, limit, tags)
    # a rate after the parts of a whole is the whole's again
    whole_again = sense.figure.kind == "percent" and "其中" in text[part : sense.at]
    for name in wanted:
        value = near.get(name)
        if name == "scheme":
            closed = whole_again or _parts_closed(sense, text, part, tags)
            told = behind.get(name) or (None if closed else far.get(name))
            topic = near.get("benefit") or far.get("benefit") or sense.dims.get("benefit")
            everyone = _of_everyone(sense, text, zone)
            value = value or (None if everyone else _scheme(sense, text, tags, told, topic))
        elif name == "institution" and behind.get(name) and _JOINED.search(text, zone, sense.at):
            value = behind[name]  # 52家药店、86家医院: its own noun, not its neighbour's
        elif name == "institution" and value is None and _ANY_BODY.search(text, zone, sense.at):
            told = far.get(name)  # 检查药店41家，发现违规机构18家: of any kind, or none is told
            value = behind.get(name) or (told if told == "any" else None)
        elif value is None:
            value = behind.get(name) if name != "fund_source" else None
            value = value or (far.get(name) if name in _INHERITED else None)
        if value == "fiscal" and sense.indicator.id.endswith("_fiscal"):
            continue  # 当年财政拨款 of the agency: its name says so
        if value is not None:
            sense.dims[name] = value


def _parts_closed(sense: Sense, text: str, part: int, tags: Tags) -> bool:
    """Whether a list of schemes ended before: 其中居民30万人、职工3万人，完成任务33万人."""
    begin = text.find("其中", part, sense.at)
    comma = text.rfind("，", part, sense.at)
    if begin < 0 or comma < begin or "、" not in text[begin:comma]:
        return False
    told = [
        (s, cue.value)
        for s, _, cues in between(tags.dimensions, begin, comma)
        for cue in cues
        if cue.name == "scheme"
    ]
    return any(
        a[1] != b[1] and "、" in text[b[0] - 1 : b[0] + 1] for a, b in itertools.pairwise(told)
    )


def _scheme(sense: Sense, text: str, tags: Tags, told: str | None, topic: str | None) -> str | None:
    """The scheme that a figure's own words do not name, by those around, before and above it."""
    if topic in _NO_SCHEME:
        return None
    if told is None and topic in (None, "basic"):  # 大病保险 is no part of the scheme
        told = _from_paragraph(sense, text, tags)
    return told or _from_headings(sense, tags, "scheme")


def _named_before(
    sense: Sense, text: str, own: int, part: int, tags: Tags
) -> tuple[dict[str, str], dict[str, str]]:
    """What the figure's own clause names, and what the sentence names before that clause."""
    near: dict[str, str] = {}
    far: dict[str, str] = {}
    start, at = sense.sentence[0], sense.at
    last: dict[str, tuple[str, int]] = {}  # the scheme and the benefit before, and their ends
    several: set[str] = set()
    far_ends: dict[str, int] = {}
    opened, closed = _aside(text, start, own)
    for s, e, cues in between(tags.dimensions, max(start, at - _REACH), at):
        if opened < s < closed:
            continue  # 待遇支出12亿元（含生育津贴2亿元），退休职工…
        for cue in cues:
            if cue.name in _ONE_OF:
                told, ends = last.get(cue.name, (cue.value, 0))
                joined = told != cue.value and (s < ends or text[ends:s] in _JOINS)
                (several.add if joined else several.discard)(cue.name)
                last[cue.name] = cue.value, e
            if e > own:
                near[cue.name] = _both(cue.name, near.get(cue.name), cue.value)
            elif s >= part or (cue.name == "scheme" and not _OBJECT.search(text, max(0, s - 6), s)):
                far[cue.name] = cue.value
                far_ends[cue.name] = e
    if "benefit" in near and "care" in far and sense.figure.kind == "money":
        ends = far_ends.get("care", at)
        if _OF_ITS_OWN.match(text, ends, own):  # 门诊统筹20万元，大病保险9万元: a neighbour's care
            far.pop("care")
    for name in several:  # 基本医保、大病保险、医疗救助共报销: what all of them paid is of none
        near.pop(name, None)
        far.pop(name, None)
    return near, far


def _aside(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the last brackets with a figure open and close that parts of a whole stand in."""
    closed = text.rfind("）", start, end)
    opened = text.rfind("（", start, closed) if closed > 0 else -1
    if opened < 0 or not text.startswith(("（含", "（其中", "（包括", "（包含"), opened):
        return (end, end)
    return (opened, closed) if _DIGIT.search(text, opened, closed) else (end, end)


def _named_behind(sense: Sense, text: str, limit: int, tags: Tags) -> dict[str, str]:
    """What the words behind the figure name; of institutions also those of a list."""
    behind: dict[str, str] = {}
    end = sense.figure.end
    for s, _, cues in between(tags.dimensions, end, _past_list(text, limit)):
        for cue in cues:
            if cue.name == "institution" and s <= end + 12:
                behind[cue.name] = _both(cue.name, behind.get(cue.name), cue.value)
            elif s < limit and cue.name != "institution":
                behind.setdefault(cue.name, cue.value)
    return behind


def clause_start(text: str, zone: int, at: int) -> int:
    """Where the clause begins in which the words right before ``at`` stand."""
    bracket = text.rfind("（", zone, at)
    if bracket >= 0 and text.find("）", bracket, at) >= 0:
        bracket = -1
    return max(zone, bracket + 1, text.rfind("，", zone, at) + 1, text.rfind("；", zone, at) + 1)


def _both(name: str, first: str | None, second: str) -> str:
    """Two kinds of institution in one noun phrase are any; else the later word counts.

    But 转移支付资金 (from above) behind who pays says no more: 中央政法转移支付资金.
    """
    if second == "upper" and first in ("central", "provincial"):
        return first
    return "any" if name == "institution" and first not in (None, second) else second


def _past_list(text: str, limit: int) -> int:
    """The end of a list joined by 、 that goes on at ``limit``."""
    while limit < len(text) and text[limit] == "、":
        if text[limit + 1 : limit + 2].isdigit():
            break  # 52家药店、86家医院: the next has a count of its own
        stop = _STOP.search(text, limit + 1, limit + 30)
        limit = stop.start() if stop else limit + 12
    return limit


def _of_everyone(sense: Sense, text: str, zone: int) -> bool:
    """Whether a figure speaks of the population, not of a scheme: 常住人口参保率."""
    return _EVERYONE.search(text, clause_start(text, zone, sense.at), sense.at) is not None


def _from_paragraph(sense: Sense, text: str, tags: Tags) -> str | None:
    """The scheme that the sentences before speak of: 居民医保收入9亿元。支出8亿元."""
    start = sense.sentence[0]
    if paragraph.speaks_of_all(text, start, sense.at):
        return None
    return paragraph.scheme_before(text, tags, start)


def _from_headings(sense: Sense, tags: Tags, name: str) -> str | None:
    node: Node | None = sense.node
    while node is not None and node.rank:
        for _, _, cues in reversed(between(tags.dimensions, node.start, node.body)):
            for cue in cues:
                if cue.name == name:
                    return str(cue.value)
        node = node.parent
    return None


class Named(NamedTuple):
    """A function as the text names it: 类/款/项 joined by ``/``, and the code printed with them."""

    words: str
    code: str = ""


def function_of(text: str, start: int, end: int) -> Named | None:
    """The last function named between ``start`` and ``end``.

    A 款 or 项 alone lies in the levels named before it on its line.
    """
    if not _has_notation(text, start, end):
        return None
    of_class = of_group = ""
    found: Named | None = None
    line = text.rfind("\n", max(0, end - 2 * _REACH), end) + 1
    for m in _FUNCTION.finditer(text, min(start, line or start), end):
        outer = _LEAD.sub("", m["c"]) if m["c"] else of_class
        group = m["s"] or m["g"] or ("" if m["c"] else of_group)
        line_name = m["i"] or m["k"] or m["l"]
        named = [_LEAD.sub("", name) for name in (outer, group, line_name) if name]
        if len(named) > 1 or is_name(named[0]) or (m["c"] and "类" in m.group()):
            of_class, of_group = outer, group
            found = Named("/".join(named), _printed(m.group())) if m.end() > start else None
    return found


def _has_notation(text: str, start: int, end: int) -> bool:
    """Whether there may be one: cheap, since each amount asks."""
    if any(text.find(mark, start, end) >= 0 for mark in _MARKS):
        return True
    first = text.find("（2", start, end)
    return first >= 0 and _CODE_ALONE.search(text, first, end) is not None


def _printed(notation: str) -> str:
    """The code in the marks: 2101101 of …（210类）…（11款）…（01项）, or of …（2101101）."""
    parts = _CODED.findall(notation)
    code = parts[-1] if parts and len(parts[-1]) > 2 else "".join(parts)
    return code if _CODE.fullmatch(code) else ""


def function_above(sense: Sense, text: str) -> Named | None:
    """The function that the line itself begins with: 1.…（类）…（款）…（项）."""
    node = sense.node
    line = text.rfind("\n", 0, sense.at) + 1
    stop = text.find("。", line, min(sense.at, line + _REACH))
    if stop > 0 and text[stop - 1] == "）" and (found := function_of(text, line, stop)):
        return found  # …（类）…（款）…（项）。年初预算52万元，支出决算50万元
    if text.find("\n", node.start, sense.at) >= 0:  # a heading of nothing but the notation
        bare = _NOTATED.search(text, node.start, node.body) and _ENDED.match(text, node.body)
        return function_of(text, node.start, node.body) if bare else None
    if node.how != "numbered":
        return None
    stop = text.find("。", node.start, sense.at)  # a long name goes on behind the heading
    return function_of(text, node.start, max(node.body, stop))
