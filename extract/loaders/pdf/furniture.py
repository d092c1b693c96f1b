"""What belongs to the page and not to the report: page numbers, running heads, watermarks.

页眉、页脚、页码、水印. Lines near the upper and lower edge are furniture where they repeat at the
same height over pages, their digits aside, or have the shape of a page number; from the edge
inwards, up to the first line that is none. Watermarks run askew, or are large and repeat.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from operator import attrgetter

from extract.loaders.pdf.parts import Line, Page

_EDGE = 0.12  # share of the page's height that is searched at both ends
_MOST = 4  # lines at an edge
_SAME_HEIGHT = 4.0  # points
_LARGE = 1.8  # times the usual size: a watermark
_SIGNS = r"[-—–－―─·•~_\s]"
NUMBERED = re.compile(
    rf"{_SIGNS}{{1,4}}\d{{1,4}}{_SIGNS}{{1,4}}|{_SIGNS}{{0,4}}(?:"
    r"第\s?\d{1,4}\s?页(?:[\s，,/／]{0,3}[共总]\s?\d{1,4}\s?页)?|[共总]?\s?\d{1,4}\s?页"
    r"|\d{1,4}\s?[/／]\s?\d{1,4}|(?i:page)\s?\d{1,4}(?:\s?(?:of|/)\s?\d{1,4})?"
    rf"){_SIGNS}{{0,4}}"
)
BARE = re.compile(r"\d{1,4}")
_NUMBERING = frozenset("-—–－―─·•~_ 第共总Pp")  # one of these or a digit comes first
# Lines that stand above tables, page after page, and say what the tables are.
CAPTION = re.compile(
    r"附[件表]|续?表|(?:金额|编制|填报)?单\s?位|.{0,6}单\s?位[:：]|部门[:：]|公开\s?\d"
    r"|.{0,40}(?:表|清单|一览)(?:[（(].{0,20})?$"
)
_DIGITS = str.maketrans("0123456789", "##########")

_Key = tuple[str, str]  # edge and words


def set_aside(pages: Sequence[Page]) -> None:
    """Move the furniture of all pages from their lines to ``furniture``."""
    usual = _usual_size(pages)
    marks = _watermarks(pages, usual)
    edges = {page.number: _edges(page) for page in pages}
    repeated = _repeated(edges.values(), len(pages))
    offsets = _offsets(edges)
    for page in pages:
        tilted = filter(_is_tilted, page.lines)
        found = {line.at for line in tilted if _is_askew(line, page, usual)}
        if marks:
            found |= {line.at for line in page.lines if _place_of(line) in marks}
        for edge, lines in edges[page.number].items():
            for i, line in enumerate(lines):
                inner = lines[i + 1] if i + 1 < len(lines) else None
                if line.at not in found and not (
                    _is_numbered(line)
                    or _is_repeated(line, edge, repeated)
                    or _is_bare_number(line, inner, page, edge, offsets)
                ):
                    break
                found.add(line.at)
        if found:
            page.furniture += [line for line in page.lines if line.at in found]
            page.lines = [line for line in page.lines if line.at not in found]


def _usual_size(pages: Sequence[Page]) -> float:
    some = pages[:: len(pages) // 10 + 1]
    sizes: Counter[int] = Counter()
    for em, count in Counter([em for page in some for em in map(_em, page.lines)]).items():
        sizes[round(em)] += count
    return float(sizes.most_common(1)[0][0]) if sizes else 10.0


_top, _bottom, _em, _is_tilted = map(attrgetter, ("top", "bottom", "em", "tilted"))


# --- the edges --------------------------------------------------------------------------------


def _edges(page: Page) -> dict[str, list[Line]]:
    """The outermost lines at both ends, from the edge inwards, and the next one of each."""
    upper, lower = page.height * _EDGE, page.height * (1 - _EDGE)
    for table in page.tables:
        upper, lower = min(upper, table.box[1]), max(lower, table.box[3])
    head = sorted([line for line in page.lines if line.top < upper], key=_top)
    foot = sorted([line for line in page.lines if line.bottom > lower], key=_bottom, reverse=True)
    return {"head": head[:_MOST], "foot": foot[:_MOST]}


def _repeated(edges: Iterable[dict[str, list[Line]]], n_pages: int) -> dict[_Key, list[float]]:
    """Heights at which the same words stand at the same edge of several pages."""
    alike: dict[_Key, list[Line]] = defaultdict(list)
    for both in edges:
        for edge, lines in both.items():
            for line in lines:
                alike[edge, _ends(line.text)].append(line)
    enough = 2 if n_pages <= 6 else 3
    heights: dict[_Key, list[float]] = defaultdict(list)
    for (edge, _), lines in alike.items():
        if len(lines) >= enough:
            for line in lines:
                heights[edge, _words(line)].append(line.top)
    return {
        key: sorted(tops)
        for key, tops in heights.items()
        if len(tops) >= enough and not CAPTION.match(key[1])
    }


def _ends(text: str) -> str:
    """First and last character, any digit alike: cheap, and the same wherever the words are."""
    first, last = text[0], text[-1]
    return ("#" if "0" <= first <= "9" else first) + ("#" if "0" <= last <= "9" else last)


def _is_repeated(line: Line, edge: str, repeated: dict[_Key, list[float]]) -> bool:
    if not repeated:
        return False
    words = _words(line)
    tops = repeated.get((edge, words), [])
    if not words.strip("#. "):  # numbers alone are no words
        return False
    return sum(abs(top - line.top) <= _SAME_HEIGHT for top in tops) >= 2


def _words(line: Line) -> str:
    return line.text.translate(_DIGITS).replace("##", "#").replace("##", "#")


def _is_numbered(line: Line) -> bool:
    text = line.text
    return (text[0] in _NUMBERING or text[0].isdecimal()) and bool(NUMBERED.fullmatch(text))


def _offsets(edges: dict[int, dict[str, list[Line]]]) -> Counter[tuple[str, int]]:
    """How often bare numbers at an edge are ahead of the page's own number by the same."""
    return Counter(
        (edge, int(line.text) - number)
        for number, both in edges.items()
        for edge, lines in both.items()
        for line in lines
        if _is_bare(line.text)
    )


def _is_bare(text: str) -> bool:
    return len(text) <= 4 and text.isdecimal()


def _is_bare_number(
    line: Line, inner: Line | None, page: Page, edge: str, offsets: Counter[tuple[str, int]]
) -> bool:
    """Tell whether a number alone counts pages: it stands apart, and goes on from page to page."""
    if not _is_bare(line.text):
        return False
    if offsets[edge, int(line.text) - page.number] > 1:
        return True
    others = [other for other in page.lines if other.at != line.at]
    near = [inner] if inner else others[-1:] if edge == "foot" else others[:1]
    gap = min((_gap(line, other) for other in near), default=line.em * 3)
    return edge == "foot" and gap > line.em and int(line.text) < 1000


def _gap(a: Line, b: Line) -> float:
    return max(a.top - b.bottom, b.top - a.bottom)


# --- watermarks -------------------------------------------------------------------------------


def _is_askew(line: Line, page: Page, usual: float) -> bool:
    """Tell whether a tilted line is a mark across the page; text along a side is none."""
    tall, wide = line.bottom - line.top, line.right - line.left
    upright = wide < line.em * 2 and tall > wide
    return not upright or line.em > usual * _LARGE or tall > page.height * 0.3


def _watermarks(pages: Sequence[Page], usual: float) -> set[tuple[str, int, int]]:
    """Large words that stand at the same place of three pages or more."""
    if len(pages) < 3:
        return set()
    large = usual * _LARGE
    some = [page.lines for page in pages if max(map(_em, page.lines), default=0.0) > large]
    places = Counter(_place_of(line) for lines in some for line in lines if line.em > large)
    return {place for place, count in places.items() if count >= 3}


def _place_of(line: Line) -> tuple[str, int, int]:
    return line.text, round(line.left / 4), round(line.top / 4)
