"""Charts and diagrams of a Word file as text (DrawingML, ECMA-376 part 1, §21.2 and §21.4).

A chart's values stand in a cache beside the drawing: they become a table, a row for each category
and a column for each series, written as the chart's number format shows them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from extract.loaders.blocks import n_visible
from extract.loaders.docx_xml import attribute, child, local, whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

MAX_CELLS = 200_000  # of one chart; Word draws 255 series of 32,000 points
_PERCENT = re.compile(r"0(?:\.(0+))?%")
_PLACES = re.compile(r"(?:#,##)?0(?:\.(0+))?")
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,3})?")
_SERIES = "ser"
_TITLE, _CATEGORY_AXES = "title", ("catAx", "dateAx")


class Chart(NamedTuple):
    """What a chart says."""

    lines: list[str]  # its title, then the titles of its axes and other writing
    rows: list[list[str]]  # header first; no row where nothing is cached
    n_values: int  # characters of the rows


def chart(root: Element) -> Chart | None:
    """Read a chart part; null where it has more cells than any chart can show."""
    series = [each for each in root.iter() if local(each.tag) == _SERIES]
    columns = [_points(_either(each, "val", "yVal")) for each in series]
    labels: dict[int, str] = {}
    for each in series:
        for at, text in _labels(each).items():
            labels.setdefault(at, text)
    places = sorted({at for column in columns for at in column} | set(labels))
    if len(places) * (len(columns) + 1) > MAX_CELLS:
        return None
    rows = []
    if places and columns:
        rows.append([_axis(root), *(_name(each, i) for i, each in enumerate(series))])
        rows += [[labels.get(at, ""), *(c.get(at, "") for c in columns)] for at in places]
    return Chart(writing(root), rows, sum(n_visible(cell) for row in rows for cell in row))


def writing(root: Element) -> list[str]:
    """Paragraphs of a chart or diagram part."""
    lines = ["".join(_texts(each)) for each in root.iter() if local(each.tag) == "p"]
    return [line.strip() for line in lines if line.strip()]


def _texts(paragraph: Element) -> Iterator[str]:
    for node in paragraph.iter():
        name = local(node.tag)
        if name == "t":
            yield " ".join((node.text or "").split("\n"))
        elif name == "br":
            yield " "


def _either(series: Element, name: str, other: str) -> Element | None:
    found = child(series, name)
    return child(series, other) if found is None else found


def _axis(root: Element) -> str:
    """The title of the axis that the categories stand on."""
    for axis in root.iter():
        if local(axis.tag) in _CATEGORY_AXES:
            title = child(axis, _TITLE)
            return "" if title is None else _flat("".join(_texts(title)))
    return ""


def _name(series: Element, index: int) -> str:
    points = _points(child(series, "tx"))
    return points.get(0) or f"系列{index + 1}"


def _labels(series: Element) -> dict[int, str]:
    """Categories; those of several levels are joined, the outer first."""
    source = _either(series, "cat", "xVal")
    if source is None:
        return {}
    levels = [each for each in source.iter() if local(each.tag) == "lvl"]
    if len(levels) < 2:
        return _points(source)
    found = _points(levels[0])
    for level in levels[1:]:
        outer = _points(level)
        name = ""
        for at in sorted(found):
            name = outer.get(at, name)
            found[at] = f"{name} {found[at]}".strip()
    return found


def _points(source: Element | None) -> dict[int, str]:
    """Cached points by their place; a literal text is the first one."""
    if source is None:
        return {}
    style, found = "General", {}
    for node in source.iter():
        name = local(node.tag)
        if name == "formatCode":
            style = node.text or style
        elif name == "pt":
            point = child(node, "v")
            if point is not None and point.text:
                own = attribute(node, "formatCode") or style
                at = whole(attribute(node, "idx"), 0, 1_000_000)
                found[at] = shown(_flat(point.text), own)
        elif name == "v" and not found and node.text:
            found[0] = _flat(node.text)
    return found


def shown(text: str, style: str) -> str:
    """A cached value as its number format shows it.

    >>> shown("0.94570000000000001", "0.00%"), shown("12.300000000000001", "General")
    ('94.57%', '12.3')
    """
    if not _NUMBER.fullmatch(text):
        return text
    number, plain = float(text), style.partition(";")[0].strip().strip('_ "')
    percent = _PERCENT.fullmatch(plain)
    if percent:
        return f"{number * 100:.{len(percent[1] or '')}f}%"
    places = _PLACES.fullmatch(plain)
    if places:
        return f"{number:.{len(places[1] or '')}f}"
    short = f"{number:.15g}"
    return text if "e" in short or "inf" in short else short


def _flat(text: str) -> str:
    return " ".join(text.split())
