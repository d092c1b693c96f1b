"""Draws the picture of README: ``python docs/evidence.py`` after ``make extract``.

From a sentence of a made-up report over its figure to the cell of the panel. Letters are drawn as
outlines of Noto Sans SC, so that the picture looks the same where no Chinese font is installed.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path

import extract

if TYPE_CHECKING:
    import pandas as pd

    from extract.dataset import Dataset

HERE = Path(__file__).parent
AGENCY, YEAR, COLUMN = "青禾县医疗保障局", 2022, "recovered_funds"
SHOWN = ("enrollees", "expenditure", COLUMN)
WIDTH, HEIGHT, LEFT = 960, 432, 24
FIGURE, PANEL = 182, 290  # where both begin
INK, GREY, RULE, MARK, ARROW = "#1f2328", "#656d76", "#d0d7de", "#ffe08a", "#9a6700"
UNIT = 10  # font units in one unit of an outline: whole numbers stay small


class Sheet:
    """Shapes and letters of one picture, in turn."""

    def __init__(self) -> None:
        self.font = TTFont(sans_path())
        self.glyphs = self.font.getGlyphSet()
        self.names = self.font.getBestCmap()
        self.used: dict[str, int] = {}
        self.parts: list[str] = []

    def width(self, text: str, size: float) -> float:
        """How far a text reaches, in pixels."""
        return sum(self.glyphs[self.names[ord(c)]].width for c in text) * size / 1000

    def text(self, x: float, y: float, text: str, size: float = 16, ink: str = INK) -> float:
        """Write from x on the line y; the x after it."""
        at, uses = 0, []
        for character in text:
            name = self.names[ord(character)]
            number = self.used.setdefault(name, len(self.used))
            uses.append(f'<use href="#g{number}" x="{at}"/>' if character != " " else "")
            at += round(self.glyphs[name].width / UNIT)
        scale = size * UNIT / 1000
        place = f"translate({x:.1f} {y:.1f}) scale({scale:.4g})"
        self.parts.append(f'<g transform="{place}" fill="{ink}">{"".join(uses)}</g>')
        return x + at * scale

    def box(self, x: float, y: float, w: float, h: float, fill: str, line: str = "none") -> None:
        """A rectangle with round corners."""
        place = f'x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="5"'
        self.parts.append(f'<rect {place} fill="{fill}" stroke="{line}"/>')

    def arrow(self, path: str, head: str) -> None:
        """A line with its head."""
        self.parts.append(f'<path d="{path}" fill="none" stroke="{ARROW}" stroke-width="2"/>')
        self.parts.append(f'<path d="{head}z" fill="{ARROW}"/>')

    def svg(self, title: str) -> str:
        """The whole picture; ``title`` is what a screen reader says."""
        outlines = []
        for name, number in self.used.items():
            pen = SVGPathPen(self.glyphs, ntos=lambda v: f"{round(v)}")
            self.glyphs[name].draw(TransformPen(pen, (1 / UNIT, 0, 0, -1 / UNIT, 0, 0)))
            outlines.append(f'<path id="g{number}" d="{pen.getCommands()}"/>')
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        defs = f"<title>{escape(title)}</title>\n<defs>\n" + "\n".join(outlines) + "\n</defs>"
        return "\n".join([head, defs, *self.parts, "</svg>\n"])


def picture(data: Dataset) -> str:
    """The picture of one cell of the panel of the made-up corpus, as SVG."""
    mention = data.evidence(AGENCY, YEAR, COLUMN).iloc[0]
    text = data.texts.set_index("source").loc[mention["source"], "text"]
    sheet = Sheet()
    sheet.box(0.5, 0.5, WIDTH - 1, HEIGHT - 1, "#ffffff", RULE)
    x, y = _report(sheet, text, mention)
    _figure(sheet, mention, x, y)
    _panel(sheet, data)
    return sheet.svg(
        f"{mention['quote']} in a report of {AGENCY}, as a figure with its meaning and place, "
        f"and as a cell of the panel: {COLUMN} {YEAR} = {mention['value']:.0f}"
    )


def _report(sheet: Sheet, text: str, mention: pd.Series) -> tuple[float, float]:
    """The paragraph with the span marked; where the arrow begins."""
    start, end = int(mention["start"]), int(mention["end"])
    first = text.rindex("\n", 0, start) + 1
    last = text.index("\n", end)
    _caption(sheet, 34, "报告原文", "The report (made-up sample 虚构样例)", str(mention["source"]))
    size, at, below = 17, first, (0.0, 0.0)
    for line in range(3):
        stop = at
        while stop < last and sheet.width(text[at : stop + 1], size) < WIDTH - 2 * LEFT - 24:
            stop += 1
        stop = start if start < stop < end else stop  # the span stands on one line
        y = 68 + 30 * line
        if at <= start < stop:
            x = LEFT + 12 + sheet.width(text[at:start], size)
            wide = sheet.width(text[start:end], size)
            sheet.box(x - 2, y - 18, wide + 4, 25, MARK)
            below = (x + wide / 2, y + 8)
        sheet.text(LEFT + 12, y, text[at:stop], size)
        at = stop
    return below


def _figure(sheet: Sheet, mention: pd.Series, x: float, y: float) -> None:
    """What is known of the figure, below an arrow from x and y."""
    top = FIGURE
    _caption(sheet, top - 22, "提取的数字", "The figure as read", "mentions.parquet")
    sheet.box(LEFT, top - 8, WIDTH - 2 * LEFT, 62, "#f6f8fa", RULE)
    fields = (
        ("原文 quote", str(mention["quote"]), 130),
        ("值 value", f"{mention['value']:,.0f} {mention['unit']}", 150),
        ("指标 indicator", f"{mention['indicator']} 追回医保基金", 290),
        ("口径 measure", str(mention["measure"]), 120),
        ("年度 year", str(mention["year"]), 90),
        ("位置 span", f"{mention['start']}–{mention['end']}", 0),
    )
    at = LEFT + 14.0
    for name, value, wide in fields:
        sheet.text(at, top + 14, name, 12.5, GREY)
        sheet.text(at, top + 40, value, 16)
        at += wide
    sheet.arrow(f"M{x:.1f} {y:.1f}V{top - 16}", f"M{x - 5:.1f} {top - 18}h10l-5 9")


def _panel(sheet: Sheet, data: Dataset) -> None:
    """Some rows of the panel, the cell marked."""
    top = PANEL
    _caption(sheet, top - 18, "面板", "The panel: a row for each agency and year", "panel.parquet")
    rows = data.panel[data.panel["agency"].eq(AGENCY) & data.panel["has_own_report"]]
    stops = (LEFT + 14, LEFT + 250, LEFT + 480, LEFT + 680, WIDTH - LEFT - 16)
    labels = data.panel.attrs["labels"]
    names = [("单位名称", "agency"), ("年度", "year")]
    names += [(labels[name].split("（")[0], name) for name in SHOWN]
    for number, ((zh, en), stop) in enumerate(zip(names, stops, strict=True)):
        for text, size, y in ((zh, 12.5, top + 10), (en, 14, top + 28)):
            at = stop if number == 0 else stop - sheet.width(text, size)
            sheet.text(at, y, text, size, GREY)
    sheet.box(LEFT, top + 37, WIDTH - 2 * LEFT, 1, RULE)
    for line, (_, row) in enumerate(rows.sort_values("year").iterrows()):
        y = top + 60 + 28 * line
        sheet.text(stops[0], y, AGENCY)
        for name, stop in zip(("year", *SHOWN), stops[1:], strict=True):
            text = str(row[name]) if name == "year" else f"{row[name]:,.0f}"
            wide = sheet.width(text, 16)
            if (row["year"], name) == (YEAR, COLUMN):
                sheet.box(stop - wide - 5, y - 18, wide + 10, 25, MARK)
                side, to_x = WIDTH - LEFT + 12, stop + 7
                path = f"M{WIDTH - LEFT} {FIGURE + 23}H{side}V{y - 5}H{to_x + 7}"
                sheet.arrow(path, f"M{to_x + 9} {y - 10}v10l-9 -5")
            sheet.text(stop - wide, y, text)


def _caption(sheet: Sheet, y: float, zh: str, en: str, file: str) -> None:
    sheet.text(LEFT, y, f"{zh}  {en}", 15)
    sheet.text(WIDTH - LEFT - sheet.width(file, 12.5), y, file, 12.5, GREY)


if __name__ == "__main__":
    made = picture(extract.load(HERE.parent / "output"))
    (HERE / "evidence.svg").write_text(made, "utf-8")
