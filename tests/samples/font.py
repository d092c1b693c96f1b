"""A small font for the sample PDFs: Noto Sans SC (OFL) with the glyphs of one report only.

Outlines become quadratic (TrueType), because several PDF readers do not find the text under
fpdf2's CID-keyed PostScript fonts, and stand on a coarse grid, which halves the file.
"""

from __future__ import annotations

from pathlib import Path

import pylopdf_fonts_zh_cn
from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.scaleUpem import scale_upem

UNITS_PER_EM = 256
MAX_ERROR = 1.0  # of the thousandth of an em that the font is drawn in
NO_INSTRUCTIONS = (
    "maxTwilightPoints",
    "maxStorage",
    "maxFunctionDefs",
    "maxInstructionDefs",
    "maxStackElements",
    "maxSizeOfInstructions",
    "maxComponentElements",
)
POSTSCRIPT_TABLES = ("CFF ", "VORG", "BASE", "vhea", "vmtx")


def write(text: str, path: Path) -> None:
    """Write a TrueType font with the characters of ``text`` to ``path``."""
    options = subset.Options(layout_features=[], hinting=False, recalc_bounds=True)
    font = subset.load_font(str(pylopdf_fonts_zh_cn.sans_path()), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    _to_quadratic(font)
    scale_upem(font, UNITS_PER_EM)
    subset.save_font(font, str(path), options)


def _to_quadratic(font: TTFont) -> None:
    """Replace the cubic outlines of an OpenType font by quadratic ones."""
    order, outlines = font.getGlyphOrder(), font.getGlyphSet()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(outlines)
        outlines[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, glyphs
    _describe_true_type(font, order)
    for tag in POSTSCRIPT_TABLES:
        if tag in font:
            del font[tag]
    font.sfntVersion = "\0\1\0\0"


def _describe_true_type(font: TTFont, order: list[str]) -> None:
    maxp = font["maxp"]
    maxp.tableVersion, maxp.maxZones = 0x00010000, 1
    for limit in NO_INSTRUCTIONS:
        setattr(maxp, limit, 0)
    post = font["post"]
    post.formatType, post.extraNames, post.mapping, post.glyphOrder = 3.0, [], {}, order
