"""Which line goes on in the next one (段落): the width of lines tells, and where they begin.

A line goes on where what follows had found no room in it, unless the next line is indented, set in
another size, further away, or begins like a heading or a list item.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter, sub

from extract.loaders.pdf.parts import Line

# Such widths that what cannot be parted takes, at most: of a number or Latin word, of others.
_WIDEST, _WIDE = 24, 4
_SLACK = 0.9  # of a character's width that a full line may end before the margin
_MARGIN = 0.12  # of the page's width: the right margin may be that much wider than the left one
_STOPS = frozenset("。！？!?；;：:…")
# What cannot be parted at the end of a line: a number or Latin word, with the signs that cling.
_FIRST = re.compile(r"[!-~]{1,40}(?: ?[%％])?[，。、；：）》”%]*|.[，。、；：）》”’】]*", re.DOTALL)
_CLINGING = frozenset("，。、；：）》”’】")
_WIDE_FROM = "\u2e80"  # characters from here on are as wide as high
ITEM = re.compile(
    r"第[一二三四五六七八九十百0-9]{1,4}(?:部分|[章节条])|[一二三四五六七八九十]{1,3}、"
    r"|[（(][一二三四五六七八九十0-9]{1,3}[）)]|\d{1,2}(?:[、．]|\.(?!\d))|[①-⑳■□●◆★√]"
    r"|附[件表注：:]|[一二三四五六七八九十]是"
)
# Its first character is one of these or a digit: mostly it is not, and that is quick to tell.
_ITEM_SIGNS = frozenset("第一二三四五六七八九十（(①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳■□●◆★√附")
_HEADING = re.compile(
    r"第[一二三四五六七八九十百0-9]{1,4}(?:部分|[章节])|[一二三四五六七八九十]{1,3}、"
)
_ENTRY = re.compile(r".*[.…·]{4,} ?\d{1,4}")  # of a table of contents
_VALUE = re.compile(r"[-+]?[0-9][0-9,.]*[%％]?")
_SENTENCE = re.compile("[，。；：、]")
_COLONS = frozenset("：:")
_ENDS_OPEN = frozenset("，、（《“—-/~～")
_LATIN = re.compile("[A-Za-z]")
_left, _top, _right, _em = map(attrgetter, ("left", "top", "right", "em"))
_HAN = re.compile("[\u2e80-\u9fff]")


@dataclass(frozen=True, slots=True)
class Measure:
    """What is usual in a document: where lines begin and end, and how far apart they are."""

    left: float
    right: float
    pitch: float  # from the middle of a line to that of the next one
    indented: bool  # paragraphs begin further right than their lines


def measure(lines: Sequence[Line], width: float = 0.0) -> Measure:
    """The measures of ``lines``; where all are short on a page of ``width``, its right margin."""
    if not lines:
        return Measure(0.0, 1e9, 1e9, indented=False)
    lefts: Counter[int] = Counter()
    for place, count in Counter(map(_left, lines)).items():
        lefts[round(place / 2) * 2] += count
    often = max(2, len(lines) // 20)
    left = min((at for at, count in lefts.items() if count >= often), default=min(lefts))
    rights = sorted(map(_right, lines))
    right = rights[-1 - len(rights) // 50]
    if right < width * (1 - _MARGIN) - left:
        right = width - left
    tops = list(map(_top, lines))
    steps = zip(map(sub, tops[1:], tops), map(_em, lines), strict=False)
    pitches = Counter([round(step) for step, em in steps if 0 < step < 4 * em])
    pitch = float(pitches.most_common(1)[0][0]) if pitches else 1e9
    indents = sum(count for at, count in lefts.items() if left + 12 < at < left + 60)
    return Measure(left, right, pitch, indented=indents * 12 > len(lines))


def goes_on(a: Line, b: Line, usual: Measure, *, near: bool) -> bool:
    """Tell whether line ``a`` goes on in ``b``; ``near`` where both stand in one column."""
    em, text = a.em, b.text
    room = usual.right - a.right - _SLACK * em
    widest = _WIDEST if text[0] <= "~" else _WIDE
    if room > widest * em or (room > 0.5 * em and room > _width(text, em)):
        return False
    if near and not 0 < b.top - a.top <= usual.pitch + 0.6 * em:
        return False
    other = abs(em - b.em)  # the size of digits alone is a guess
    if a.tilted or b.tilted or (other > 0.2 * em and (other > 0.5 * em or _HAN.search(text))):
        return False
    return not (_is_cut(a.text, text) or _begins(a, b, usual, near=near))


def _width(text: str, em: float) -> float:
    """Of what stands at the beginning of a line and cannot be parted, in points."""
    if text[0] >= _WIDE_FROM and text[1:2] not in _CLINGING:
        return em
    return em * unparted(text)


def unparted(text: str) -> float:
    """How wide what stands at the beginning of a line and cannot be parted is, in ems."""
    first = _FIRST.match(text)
    return ems(first[0]) if first else 0.0


def ems(text: str) -> float:
    """The width of ``text`` against that of a Chinese character (字宽)."""
    return sum([1.0 if c >= _WIDE_FROM else 0.55 for c in text])


def _is_cut(a: str, b: str) -> bool:
    """Tell whether lines are rows of a list or table without rules."""
    if " " in a and " " in b and (is_row(a) or is_row(b)):
        return True
    if a[-1] in _COLONS:
        return False
    return a[-1].isdigit() and _ENTRY.fullmatch(a) is not None


def is_row(text: str) -> bool:
    """Whether a line holds little else than values, side by side."""
    return _SENTENCE.search(text) is None and values_in(text)


def values_in(text: str) -> bool:
    """Whether two words or more, and half of them, are values."""
    words = text.split()
    values = sum(_VALUE.fullmatch(word) is not None for word in words)
    return values >= 2 and values * 2 >= len(words) and words[-1][-1] not in _ENDS_OPEN


def _is_item(text: str) -> bool:
    return (text[0] in _ITEM_SIGNS or text[0].isdecimal()) and ITEM.match(text) is not None


def _begins(a: Line, b: Line, usual: Measure, *, near: bool) -> bool:
    """Tell whether ``b`` begins something new, by its indent and its first characters."""
    em, ends = a.em, a.text[-1]
    item = _is_item(b.text)
    indent = b.left - a.left
    if not near:  # columns and pages may begin elsewhere
        indent = (b.left - usual.left) - (a.left - usual.left) if abs(indent) < 6 * em else 0.0
    if indent > 0.7 * em:  # set in: new, unless the list number of ``a`` hangs out
        wrapped = indent < 1.5 * em and ends not in _STOPS and near  # a blank that was wrapped
        return item or not (wrapped or (ITEM.match(a.text) and indent < 4 * em))
    if indent < -0.7 * em:  # ``a`` is the first line of its paragraph
        if not item or usual.indented:
            return _HEADING.match(b.text) is not None and ends in _STOPS
        return ends in _STOPS
    if b.left > usual.left + 1.2 * em:  # both set in: a block, or paragraphs of one line
        return item or ends in _STOPS
    if ends in _STOPS:  # where paragraphs are not indented, nothing else tells that one ends here
        return item or not (usual.indented or ends in _COLONS)
    return item and ends not in _ENDS_OPEN and not usual.indented


def glue(a: str, b: str, *, spaced: bool) -> str:
    """What stands between a line and the next one it goes on in: a blank parts Latin words only."""
    last, first = a[-1], b[0]
    if last > "~" or first > "~":
        return ""
    if first.isdigit() and (last.isdigit() or last in ".,/-"):
        return " " if spaced else ""
    return " " if last != "-" and (spaced or _LATIN.match(last) or _LATIN.match(first)) else ""
