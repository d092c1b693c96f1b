"""Pictures of pages (PNG, JPEG, TIFF, BMP, GIF, WebP), read where the extra ``ocr`` is."""

from __future__ import annotations

import struct
import warnings
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from extract.errors import DocumentError, scanned
from extract.loaders import limits
from extract.loaders.scan import ocr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from extract.loaders.scan.ocr import Picture
    from extract.loaders.scan.pages import ScannedPage
    from extract.model import Document

_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP")
_MAX_PIXELS = limits.PICTURE
_LEAST_PIXELS = 300_000  # of a page in a file of another format: less is a logo or a seal
# What Pillow raises for damaged files, beside its own errors, which are among these.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, struct.error)
_MOST_PICTURES = 1_000  # of a file of another format that are looked at
_FINE, _COARSE = 180.0, 110.0  # dots per inch between which a picture is taken as it is
_PAGE = 8.27, 11.69  # inches, of A4: how wide a picture of unknown size is taken to be
_MOST_GROWN = 2.0  # times: more adds nothing to read
_SIZES = (0.5, 24.0)  # inches: a page of another size states its resolution wrongly


def load(data: bytes) -> Document:
    """Read the pages of a picture file.

    Raises:
        DocumentError: ``corrupt(image)``, ``refused(size)``, ``empty(scanned|no_text)``.
    """
    with _opened(data) as image:
        _check_size(image)
        if not ocr.available():
            raise scanned()
        from extract.loaders.scan import pages  # noqa: PLC0415 needs the extra

        read, reason = _read(image, [])
    if not read:
        raise DocumentError("corrupt", "image")
    return pages.document(read, kind="image", n_pages=len(read), reason=reason)


def load_album(pictures: Iterable[bytes], kind: str) -> Document:
    """Read a file of format ``kind`` that has no words but ``pictures``, in order: a page each.

    Raises:
        DocumentError: ``empty(no_text)`` where none is as large as a page, ``empty(scanned)``.
    """
    read: list[ScannedPage] = []
    reason = None
    room = limits.XML_TOTAL
    for data in islice(pictures, _MOST_PICTURES):
        room -= len(data)
        if reason in ("limit", "timeout") or room < 0:
            reason = reason or "limit"
            break
        try:
            with _opened(data) as image:
                if image.width * image.height < _LEAST_PIXELS:
                    continue
                if not ocr.available():
                    raise scanned()
                read, missed = _read(image, read)
                reason = missed or reason
        except DocumentError as error:
            if error.reason == "scanned":
                raise
            reason = "page_errors"
    if not read:
        raise DocumentError("empty", "no_text")
    from extract.loaders.scan import pages  # noqa: PLC0415 needs the extra

    return pages.document(read, kind=kind, n_pages=len(read), reason=reason)


def _opened(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sizes, which are checked before anything is read
            return Image.open(BytesIO(data), formats=_FORMATS)
    except Image.DecompressionBombError as error:
        raise DocumentError("refused", "size") from error
    except _BROKEN as error:
        raise DocumentError("corrupt", "image") from error


def _read(image: Image.Image, before: list[ScannedPage]) -> tuple[list[ScannedPage], str | None]:
    """Pages ``before`` and those of ``image``: of a TIFF all; why some are missing."""
    from extract.loaders.scan.pages import read_page  # noqa: PLC0415 needs the extra

    read = list(before)
    page = 0
    while _turn_to(image, page):
        limits.expect(limits.SCAN * (len(read) + 1))
        if read and limits.expired():
            return read, "timeout"
        if len(read) == ocr.MAX_PAGES:
            return read, "limit"
        try:
            picture, dpi = _picture(image)
        except _BROKEN:
            return read, "page_errors"
        read.append(read_page(picture, dpi, len(read) + 1))
        page += 1
    return read, None


def _turn_to(image: Image.Image, page: int) -> bool:
    """Whether there is a page ``page``, from 0."""
    if page == 0:
        return True
    if image.format != "TIFF":
        return False
    try:
        image.seek(page)
    except _BROKEN:  # EOFError where there is none; the others where its entry is damaged
        return False
    return True


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > _MAX_PIXELS:
        raise DocumentError("refused", "size")


def _picture(image: Image.Image) -> tuple[Picture, float]:
    """The page in grey at about 150 dots per inch, and how many they are."""
    import numpy as np  # noqa: PLC0415 comes with the extra

    _check_size(image)
    dpi = _resolution(image)
    grey = _grey(ImageOps.exif_transpose(image))
    scale = 1.0 if _COARSE <= dpi <= _FINE else min(ocr.DPI / dpi, _MOST_GROWN)
    scale = min(scale, (ocr.MOST_PIXELS / (grey.width * grey.height)) ** 0.5)
    if scale != 1.0:
        size = max(round(grey.width * scale), 1), max(round(grey.height * scale), 1)
        how = Image.Resampling.BOX if scale < 0.5 else Image.Resampling.BICUBIC
        grey = grey.resize(size, how)
    return np.array(grey, np.uint8), dpi * scale


def _resolution(image: Image.Image) -> float:
    """Dots per inch as stated, or as a page of usual width has them."""
    stated = image.info.get("dpi", (0, 0))
    dpi = float(stated[0]) if isinstance(stated, tuple) and stated[0] else 0.0
    if dpi > 0 and _SIZES[0] <= min(image.size) / dpi and max(image.size) / dpi <= _SIZES[1]:
        return dpi
    width, height = image.size
    return width / (_PAGE[0] if width < height else _PAGE[1])


def _grey(image: Image.Image) -> Image.Image:
    """8 bits a pixel; what is transparent is white."""
    if image.mode.startswith(("I", "F")):
        low, high = image.getextrema()
        if isinstance(low, tuple) or isinstance(high, tuple):
            raise ValueError(image.mode)
        span = max(float(high) - float(low), 1.0)
        return image.point(lambda v: (v - low) * (255 / span)).convert("L")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("L")
    return image.convert("L")
