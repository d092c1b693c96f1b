"""What a PDF page draws besides text: enough to tell a scan, and the rules of its tables."""

from __future__ import annotations

from ctypes import byref, c_float
from typing import TYPE_CHECKING, Any, NamedTuple

import pypdfium2.raw as pdfium_c

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pypdfium2 as pdfium

    from extract.loaders.pdf_tables import Box

_MAX_OBJECTS = 20_000  # a chart or map, not a table
_MAX_SEGMENTS = 2_000  # of one path: likewise
_MAX_DEPTH = 8
_STRAIGHT = 0.5  # points that a rule may lean

# a, b, c, d, e, f of ``x' = a x + c y + e``, ``y' = b x + d y + f``
_Matrix = tuple[float, float, float, float, float, float]
_Point = tuple[float, float]
_SAME: _Matrix = (1, 0, 0, 1, 0, 0)


class Drawing(NamedTuple):
    """What stands on one page: its rules in the file's coordinates, and whether there is more."""

    rules: list[Box]  # left, bottom, right, top: without width or height
    has_image: bool
    n_objects: int


def look(page: pdfium.PdfPage) -> Drawing:
    """Gather what ``page`` draws; no rules where there is more than a table would have."""
    rules: list[Box] = []
    has_image, n_objects = False, 0
    for item, matrix in _objects(page):
        n_objects += 1
        kind = pdfium_c.FPDFPageObj_GetType(item)
        has_image = has_image or kind == pdfium_c.FPDF_PAGEOBJ_IMAGE
        if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            rules += _rules(item, _times(_matrix(item), matrix))
    return Drawing(rules if n_objects <= _MAX_OBJECTS else [], has_image, n_objects)


def _objects(page: pdfium.PdfPage) -> Iterator[tuple[Any, _Matrix]]:
    """Page objects, within form objects too, at most one more than the limit; how they lie."""
    budget = _MAX_OBJECTS + 1
    top = _children(page, pdfium_c.FPDFPage_CountObjects, pdfium_c.FPDFPage_GetObject)
    stack = [(top, _SAME)]
    while stack and budget:
        children, matrix = stack[-1]
        item = next(children, None)
        if item is None:
            stack.pop()
            continue
        budget -= 1
        yield item, matrix
        is_form = pdfium_c.FPDFPageObj_GetType(item) == pdfium_c.FPDF_PAGEOBJ_FORM
        if is_form and len(stack) < _MAX_DEPTH:
            inner = _children(
                item, pdfium_c.FPDFFormObj_CountObjects, pdfium_c.FPDFFormObj_GetObject
            )
            stack.append((inner, _times(_matrix(item), matrix)))


def _children(parent: Any, count: Any, get: Any) -> Iterator[Any]:  # noqa: ANN401 ctypes handles
    return (item for i in range(count(parent)) if (item := get(parent, i)))


def _rules(path: Any, matrix: _Matrix) -> Iterator[Box]:  # noqa: ANN401 a ctypes handle
    """Upright and level lines of a path; of a thin filled box its sides, which lie together."""
    start: _Point | None = None
    here: _Point | None = None
    for i in range(min(pdfium_c.FPDFPath_CountSegments(path), _MAX_SEGMENTS)):
        segment = pdfium_c.FPDFPath_GetPathSegment(path, i)
        kind = pdfium_c.FPDFPathSegment_GetType(segment)
        before, here = here, _point(segment, matrix)
        if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
            start = here
        elif kind == pdfium_c.FPDF_SEGMENT_LINETO:
            yield from _rule(before, here)
        if pdfium_c.FPDFPathSegment_GetClose(segment):
            yield from _rule(here, start)


def _rule(a: _Point | None, b: _Point | None) -> Iterator[Box]:
    if a is None or b is None:
        return
    (x0, x1), (y0, y1) = sorted((a[0], b[0])), sorted((a[1], b[1]))
    if x1 - x0 <= _STRAIGHT or y1 - y0 <= _STRAIGHT:
        upright = y1 - y0 > x1 - x0
        yield (x0, y0, x0, y1) if upright else (x0, y0, x1, y0)


def _point(segment: Any, matrix: _Matrix) -> _Point:  # noqa: ANN401 a ctypes handle
    x, y = c_float(), c_float()
    pdfium_c.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
    a, b, c, d, e, f = matrix
    return a * x.value + c * y.value + e, b * x.value + d * y.value + f


def _matrix(item: Any) -> _Matrix:  # noqa: ANN401 a ctypes handle
    raw = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFPageObj_GetMatrix(item, byref(raw)):
        return _SAME
    return raw.a, raw.b, raw.c, raw.d, raw.e, raw.f


def _times(inner: _Matrix, outer: _Matrix) -> _Matrix:
    """The matrix that applies ``inner`` first, then ``outer``."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (
        *(a * p + b * r, a * q + b * s),
        *(c * p + d * r, c * q + d * s),
        *(e * p + f * r + t, e * q + f * s + u),
    )
