"""Pages that pdfium cannot read, read by pdfplumber: slow, and sturdy in other places."""

from __future__ import annotations

import io
import logging
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from extract.loaders import limits
from extract.loaders.pdf.frame import Box
from extract.loaders.pdf.parts import Line, Page, Table

if TYPE_CHECKING:
    import pdfplumber.page

_MOST = 40  # pages: each takes fifty times as long as pdfium takes
_BLANKS = str.maketrans("\t\r\n\xad", "   -")


def read_pages(data: bytes, numbers: Sequence[int] = (), count: int = 0) -> dict[int, Page]:
    """Those of the pages ``numbers`` (from 1) that can be read, at most 40; all by default.

    None where it does not see ``count`` pages: then its numbers are not pdfium's.
    """
    import pdfplumber  # noqa: PLC0415  costs start-up time that only damaged files owe

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    found: dict[int, Page] = {}
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            if count and len(pdf.pages) != count:
                return {}
            for page in pdf.pages:
                if limits.expired():
                    break
                if not numbers or page.page_number in numbers:
                    found[page.page_number] = _read(page)
                    page.close()
                if len(found) >= _MOST:
                    break
    except MemoryError:
        if not found:
            raise
    # Damaged files raise anything there: its own errors, TypeError, RecursionError, struct.error.
    except Exception:  # noqa: BLE001
        return found
    return found


def _read(page: pdfplumber.page.Page) -> Page:
    tables = [table for table in page.find_tables() if len(table.columns) > 1]
    boxes = [table.bbox for table in tables]
    rest = page.filter(lambda item: not any(_holds(box, item) for box in boxes))
    number = page.page_number
    lines = [
        Line(
            line["text"].translate(_BLANKS).strip(),
            number,
            -1,
            float(line["x0"]),
            float(line["top"]),
            float(line["x1"]),
            float(line["bottom"]),
            float(line["chars"][0]["size"]),
        )
        for line in rest.extract_text_lines()
        if line["text"].strip()
    ]
    found = Page(number, float(page.width), float(page.height), lines)
    for table in tables:
        rows = [
            [[(text.translate(_BLANKS), number, -1)] if text else [] for text in row]
            for row in table.extract()
        ]
        xs = sorted({cell[0] for cell in table.cells} | {table.bbox[2]})
        room = [math.inf] * len(rows[0])
        found.tables.append(Table(number, table.bbox, xs, rows, room, [number] * len(rows)))
    found.drawn = bool(page.objects)
    found.scan = not lines and not found.tables and bool(page.images)
    return found


def _holds(box: Box, item: dict[str, Any]) -> bool:
    x, y = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])
