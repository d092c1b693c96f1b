"""The few calls of pdfium that run once for each character or object, made cheap.

Handles go as plain addresses and results into one buffer: a call costs a quarter of what the
generated bindings take, which counts at thousands of calls a page.
"""

from __future__ import annotations

from array import array
from collections import deque
from ctypes import PYFUNCTYPE, c_float, c_int, c_uint, c_void_p, cast
from itertools import repeat
from typing import TYPE_CHECKING, Any, Self

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extract.loaders.pdf.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Handle = int  # the address of something that pdfium owns


def _call(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:  # noqa: ANN401 ctypes
    address = cast(getattr(pdfium_c, name), c_void_p).value or 0
    return PYFUNCTYPE(result, *arguments)(address)


_load_page = _call("FPDF_LoadPage", c_void_p, c_void_p, c_int)
_close_page = _call("FPDF_ClosePage", None, c_void_p)
_load_text = _call("FPDFText_LoadPage", c_void_p, c_void_p)
_close_text = _call("FPDFText_ClosePage", None, c_void_p)
_count_chars = _call("FPDFText_CountChars", c_int, c_void_p)
_get_text = _call("FPDFText_GetText", c_int, c_void_p, c_int, c_int, c_void_p)
_bounding_box = _call("FPDF_GetPageBoundingBox", c_int, c_void_p, c_void_p)
_rotation = _call("FPDFPage_GetRotation", c_int, c_void_p)
# Called most often: without types to convert to, and with results into room made beforehand, it
# takes a little more than half the time.
_loose_box = _call("FPDFText_GetLooseCharBox", None)
_get_object = _call("FPDFPage_GetObject", c_void_p, c_void_p, c_int)
_form_object = _call("FPDFFormObj_GetObject", c_void_p, c_void_p, c_int)
_count_objects = _call("FPDFPage_CountObjects", c_int, c_void_p)
_count_form = _call("FPDFFormObj_CountObjects", c_int, c_void_p)
_get_type = _call("FPDFPageObj_GetType", c_int, c_void_p)
_get_matrix = _call("FPDFPageObj_GetMatrix", c_int, c_void_p, c_void_p)
_get_bounds = _call("FPDFPageObj_GetBounds", c_int, c_void_p, *[c_void_p] * 4)
_count_segments = _call("FPDFPath_CountSegments", c_int, c_void_p)
_get_segment = _call("FPDFPath_GetPathSegment", c_void_p, c_void_p, c_int)
_segment_point = _call("FPDFPathSegment_GetPoint", c_int, c_void_p, c_void_p, c_void_p)
_segment_type = _call("FPDFPathSegment_GetType", c_int, c_void_p)
_segment_close = _call("FPDFPathSegment_GetClose", c_int, c_void_p)
_text_object = _call("FPDFText_GetTextObject", c_void_p, c_void_p, c_int)
_render_mode = _call("FPDFTextObj_GetTextRenderMode", c_int, c_void_p)
_char_angle = _call("FPDFText_GetCharAngle", c_float, c_void_p, c_int)
_unicode = _call("FPDFText_GetUnicode", c_uint, c_void_p, c_int)
_unmapped = _call("FPDFText_HasUnicodeMapError", c_int, c_void_p, c_int)

TEXT, PATH, IMAGE, SHADING, FORM = 1, 2, 3, 4, 5
_INVISIBLE = 3


def handle(of: Any) -> Handle:  # noqa: ANN401 a document of pypdfium2
    """The address behind an object of pypdfium2."""
    return cast(of.raw, c_void_p).value or 0


class Sheet:
    """A page of ``pdf`` and its text, opened by their handles alone and closed after ``with``.

    Raises:
        PdfiumError: it is damaged.
    """

    __slots__ = ("page", "words")

    def __init__(self, pdf: pdfium.PdfDocument, index: int) -> None:
        self.words = 0
        self.page: Handle = _load_page(handle(pdf), index) or 0
        if not self.page:
            raise pdfium.PdfiumError("page cannot be loaded")

    def __enter__(self) -> Self:
        self.words = _load_text(self.page) or 0
        if not self.words:
            _close_page(self.page)
            raise pdfium.PdfiumError("text cannot be loaded")
        return self

    def __exit__(self, *_: object) -> None:
        _close_text(self.words)
        _close_page(self.page)

    def frame(self) -> Frame:
        """How the page is shown."""
        box, base = _floats(4)
        _bounding_box(self.page, base)
        left, top, right, bottom = box
        return Frame(left, bottom, right, top, _rotation(self.page) % 4 * 90)


def count_chars(words: Handle) -> int:
    """How many characters a page has, those that pdfium put in counted."""
    return max(int(_count_chars(words)), 0)


def text_of(words: Handle, count: int) -> str:
    """The first ``count`` characters; fewer where some are unmapped, which pdfium leaves out."""
    buffer = array("H", bytes(2 * count + 2))
    written = _get_text(words, 0, count, buffer.buffer_info()[0])  # with the zero at the end
    return buffer[: max(0, written - 1)].tobytes().decode("utf-16-le", "ignore")


def _floats(count: int) -> tuple[array[float], int]:
    """Room for results, and its address: an array of ctypes is a new type for each length."""
    buffer = array("f", bytes(4 * count))
    return buffer, buffer.buffer_info()[0]


def loose_boxes(words: Handle, at: Sequence[int]) -> array[float]:
    """Left, top, right, bottom of each character of ``at``, one behind the other, y upwards.

    A loose box reaches from one character's origin to the next one's, and from the font's deepest
    to its highest stroke: so boxes of a line are alike, and its last one ends at the margin.
    """
    buffer, places = _ROOM
    handle = repeat(c_void_p(words))
    found = array("f")
    for start in range(0, len(at), _BOXES):
        some = at[start : start + _BOXES]
        buffer[: 4 * len(some)] = _ZEROS[: 4 * len(some)]  # what a character without a box has
        deque(map(_loose_box, handle, some, places), maxlen=0)
        found += buffer[: 4 * len(some)]
    return found


_BOXES = 512  # that are fetched together


def _room() -> tuple[array[float], list[c_void_p]]:
    """Room for boxes, and the address of each."""
    buffer, base = _floats(4 * _BOXES)
    return buffer, [c_void_p(base + 16 * i) for i in range(_BOXES)]


_ROOM = _room()
_ZEROS = array("f", bytes(16 * _BOXES))


def angle(words: Handle, at: int) -> float:
    """Direction of a character in radians, against the clock, 0 to 2π."""
    return float(_char_angle(words, at))


def is_invisible(words: Handle, at: int) -> bool:
    """Tell whether a character is drawn in the mode that leaves no ink (3 Tr)."""
    item = _text_object(words, at)
    return bool(item and _render_mode(item) == _INVISIBLE)


def is_unmapped(words: Handle, at: int) -> bool:
    """Tell whether the font does not say which character this is."""
    return bool(_unmapped(words, at) == 1)


def count_objects(parent: Handle, *, form: bool = False) -> int:
    """How many objects a page, or a form object, holds."""
    return max(int((_count_form if form else _count_objects)(parent)), 0)


def objects(parent: Handle, at: Sequence[int], *, form: bool = False) -> list[Handle]:
    """Handles of the objects numbered ``at``."""
    return list(map(_form_object if form else _get_object, repeat(parent), at))


def kinds(items: Sequence[Handle]) -> list[int]:
    """What the objects are: ``TEXT``, ``PATH``, ``IMAGE``, ``SHADING``, ``FORM``."""
    return list(map(_get_type, items))


def bounds(items: Sequence[Handle]) -> array[float]:
    """Left, bottom, right, top of each object, one behind the other, its own matrix applied."""
    buffer, base = _floats(4 * len(items))
    places = [range(base + 4 * i, base + 16 * len(items) + 4 * i, 16) for i in range(4)]
    deque(map(_get_bounds, items, *places), maxlen=0)
    return buffer


def segment_counts(paths: Sequence[Handle]) -> list[int]:
    """How many segments each path has."""
    return list(map(_count_segments, paths))


def segments(path: Handle, at: Sequence[int]) -> list[tuple[int, bool, float, float]]:
    """Kind (0 line, 1 curve, 2 move), whether it closes, and the point, before the matrix."""
    point, x = _floats(2)
    found = []
    for i in at:
        segment = _get_segment(path, i)
        if segment and _segment_point(segment, x, x + 4):
            kind, closes = _segment_type(segment), bool(_segment_close(segment))
            found.append((kind, closes, point[0], point[1]))
    return found


def matrices(items: Sequence[Handle]) -> list[tuple[float, ...]]:
    """Of each ``a`` to ``f`` of ``x' = a x + c y + e``, ``y' = b x + d y + f``."""
    buffer, base = _floats(6 * len(items))
    deque(map(_get_matrix, items, range(base, base + 24 * len(items), 24)), maxlen=0)
    return list(zip(*[iter(buffer)] * 6, strict=True))


def points(paths: Sequence[Handle], at: int) -> list[tuple[float, ...]]:
    """The point of segment ``at`` of each path, before its matrix."""
    buffer, base = _floats(2 * len(paths))
    found = map(_get_segment, paths, repeat(at))
    ends = range(base, base + 8 * len(paths), 8), range(base + 4, base + 8 * len(paths) + 4, 8)
    deque(map(_segment_point, found, *ends), maxlen=0)
    return list(zip(*[iter(buffer)] * 2, strict=True))


def codes(words: Handle, count: int) -> list[int]:
    """Unicode numbers of the first ``count`` characters."""
    return list(map(_unicode, repeat(words), range(count)))
