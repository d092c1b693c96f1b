"""A report as a Word file: OOXML written by hand, numbers automatic or typed.

Paragraphs have several runs, as Word makes them at every change of script; heading and list
numbers come from a numbering part; tables have merged cells; running head and page number.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from tests.rendering.source import SHAPES, Cell, Paragraph, Part, Table, merged

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PROLOG = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_RUN = re.compile(r"[\x00-\xff]+|[^\x00-\xff]+")
_MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_PARTS = ("document.main", "styles", "numbering", "header", "footer")
_DATE = (1980, 1, 1, 0, 0, 0)


def word(parts: Sequence[Part], title: str, *, automatic: bool = True) -> bytes:
    """The bytes of a DOCX; ``automatic`` numbers stand in the numbering part, else in the text."""
    numbering = Numbering()
    body = "".join(_part(part, numbering, automatic=automatic) for part in parts)
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId3"/>'
        '<w:footerReference w:type="default" r:id="rId4"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1440" w:right="1800" w:bottom="1440" w:left="1800" w:header="851"'
        ' w:footer="992" w:gutter="0"/></w:sectPr>'
    )
    page = (
        f'<w:p><w:pPr><w:jc w:val="center"/></w:pPr>{_runs("— ")}<w:fldSimple w:instr=" PAGE ">'
        f"{_runs('1')}</w:fldSimple>{_runs(' —')}</w:p>"
    )
    members = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations([("officeDocument", "word/document.xml")]),
        "word/_rels/document.xml.rels": _relations(
            [(name, f"{name}.xml") for name in ("styles", "numbering", "header", "footer")]
        ),
        "word/document.xml": _xml("document", f"<w:body>{body}{section}</w:body>"),
        "word/styles.xml": _xml("styles", _styles()),
        "word/numbering.xml": _xml("numbering", numbering.xml()),
        "word/header.xml": _xml("hdr", f"<w:p>{_runs(title)}</w:p>"),
        "word/footer.xml": _xml("ftr", page),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            info = zipfile.ZipInfo(name, _DATE)
            archive.writestr(info, text.encode(), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


class Numbering:
    """Which list each numbered paragraph belongs to, so that Word prints the number it has.

    One list of all levels carries what it can; a number that it would not print begins a list
    of its own.
    """

    def __init__(self) -> None:
        self._counts = [0] * len(SHAPES)
        self._lists: list[tuple[int, int]] = [(0, 1)]  # level and first number of each list
        self._aside: dict[int, tuple[int, int]] = {}  # level → list and last number

    def place(self, paragraph: Paragraph) -> int:
        """The number of the list (from 1) for the next paragraph."""
        level, number = paragraph.level or 0, paragraph.number or 1
        found, last = self._aside.get(level, (0, 0))
        if self._counts[level] + 1 == number:
            self._counts[level] = number
            self._counts[level + 1 :] = [0] * (len(SHAPES) - level - 1)
            return 1
        if not found or last + 1 != number:
            self._lists.append((level, number))
            found = len(self._lists)
        self._aside[level] = (found, number)
        return found

    def xml(self) -> str:
        """The lists as the numbering part defines them."""
        lists = "".join(
            f'<w:abstractNum w:abstractNumId="{at}"><w:multiLevelType w:val="multilevel"/>'
            f"{_levels(own, start)}</w:abstractNum>"
            for at, (own, start) in enumerate(self._lists)
        )
        uses = "".join(
            f'<w:num w:numId="{at + 1}"><w:abstractNumId w:val="{at}"/></w:num>'
            for at in range(len(self._lists))
        )
        return lists + uses


def _levels(own: int, start: int) -> str:
    return "".join(_level(level, start if level == own else 1) for level in range(len(SHAPES)))


def _level(level: int, start: int) -> str:
    _, numerals, text = SHAPES[level]
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{numerals}"/>'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{text.format(level + 1)}"/></w:lvl>'
    )


def _part(part: Part, numbering: Numbering, *, automatic: bool) -> str:
    if isinstance(part, Table):
        return _table(part)
    style = f'<w:pStyle w:val="{(part.level or 0) + 1}"/>' if part.is_heading else ""
    if part.level is None or not automatic:
        return f"<w:p><w:pPr>{style}</w:pPr>{_runs(part.text)}</w:p>"
    place = f'<w:ilvl w:val="{part.level}"/><w:numId w:val="{numbering.place(part)}"/>'
    words = part.text[len(part.printed) :]
    return f"<w:p><w:pPr>{style}<w:numPr>{place}</w:numPr></w:pPr>{_runs(words)}</w:p>"


def _table(table: Table) -> str:
    rows = merged(table.rows)
    width = 8300 // len(rows[0])
    grid = f'<w:gridCol w:w="{width}"/>' * len(rows[0])
    edges = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{edge} w:val="single" w:sz="4" w:space="0"/>' for edge in edges)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="8300" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        f"{''.join(_row(rows, number, width) for number in range(len(rows)))}</w:tbl><w:p/>"
    )


def _row(rows: Sequence[Sequence[Cell | None]], number: int, width: int) -> str:
    head = "<w:trPr><w:tblHeader/></w:trPr>" if number == 0 else ""
    return f"<w:tr>{head}{''.join(_cells(rows, number, width))}</w:tr>"


def _cells(rows: Sequence[Sequence[Cell | None]], number: int, width: int) -> Iterator[str]:
    row = rows[number]
    at = 0
    while at < len(row):
        cell = row[at]
        span = cell.columns if cell else 1
        merge = '<w:vMerge w:val="restart"/>' if cell and cell.rows > 1 else ""
        if cell is None:  # below a cell that spans rows
            merge = "<w:vMerge/>"
        spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
        yield (
            f'<w:tc><w:tcPr><w:tcW w:w="{width * span}" w:type="dxa"/>{spanned}{merge}</w:tcPr>'
            f"{_lines(cell.text if cell else '')}</w:tc>"
        )
        at += span


def _lines(text: str) -> str:
    return "".join(f"<w:p>{_runs(line)}</w:p>" for line in text.split("\n"))


def _runs(text: str) -> str:
    """Runs that part where the script changes, longer ones in two."""
    runs = []
    for match in _RUN.finditer(text):
        words = match[0]
        middle = len(words) // 2 if len(words) > 5 else 0
        runs += [words[:middle], words[middle:]]
    return "".join(_run(words) for words in runs if words)


def _run(words: str) -> str:
    pieces = (
        f'<w:t xml:space="preserve">{escape(piece)}</w:t>' if piece else ""
        for piece in words.split("\t")
    )
    return f'<w:r><w:rPr><w:sz w:val="28"/></w:rPr>{"<w:tab/>".join(pieces)}</w:r>'


def _styles() -> str:
    normal = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    )
    return normal + "".join(
        f'<w:style w:type="paragraph" w:styleId="{level}"><w:name w:val="heading {level}"/>'
        f'<w:basedOn w:val="a"/><w:pPr><w:outlineLvl w:val="{level - 1}"/></w:pPr></w:style>'
        for level in range(1, len(SHAPES) + 1)
    )


def _xml(name: str, inner: str) -> str:
    return f'{_PROLOG}<w:{name} xmlns:w="{_W}" xmlns:r="{_R}">{inner}</w:{name}>'


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{at}" Type="{_R}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{_PROLOG}<Relationships xmlns="{space}">{rows}</Relationships>'


def _types() -> str:
    rows = "".join(
        f'<Override PartName="/word/{part.split(".")[0]}.xml" ContentType="{_MIME}{part}+xml"/>'
        for part in _PARTS
    )
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'{_PROLOG}<Types xmlns="{space}">'
        f'<Default Extension="rels" ContentType="{rels}"/>{rows}</Types>'
    )
