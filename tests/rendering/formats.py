"""All formats that a report is rendered to, and what they need that is not everywhere."""

from __future__ import annotations

import re
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from tests.rendering import office
from tests.rendering.cid import GBK, cid
from tests.rendering.embedded import embedded, printable
from tests.rendering.html import html
from tests.rendering.scan import scan
from tests.rendering.source import BOOKMARK, parts_of
from tests.rendering.word import word
from tests.samples import font

FLOORS: Mapping[str, Mapping[str, float]] = tomllib.loads(
    (Path(__file__).parent / "floors.toml").read_text("utf-8")
)
_TITLE = re.compile(r"[^，。；：|\t]{4,30}(?:报告|决算|说明)[^，。；：|\t]{0,6}")
_MADE: Mapping[str, Callable[..., bytes]] = {
    "docx": word,
    "docx-typed": partial(word, automatic=False),
    "html": html,
    "html-gb": partial(html, charset="gb2312"),
    "pdf-ucs2": cid,
    "pdf-gbk": partial(cid, encoding=GBK, strokes=False, indented=False),
}
_CONVERTED = {
    "doc": "doc",
    "rtf": "rtf",
    "pdf-office": "pdf",
}  # out of the Word file, by LibreOffice


def render(texts: Mapping[str, str], form: str) -> dict[str, bytes]:
    """The file of each text, by its name, in one of the formats of ``FLOORS``."""
    if form == "scan":
        return {name: scan(data) for name, data in render(texts, "pdf-embedded").items()}
    if form == "pdf-embedded":
        return _embedded(texts)
    made = _MADE["docx" if form in _CONVERTED else form]
    files = {name: made(parts_of(text), title_of(text)) for name, text in texts.items()}
    return office.convert(files, _CONVERTED[form]) if form in _CONVERTED else files


def _embedded(texts: Mapping[str, str]) -> dict[str, bytes]:
    """All with one font, since that takes longest to make."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "font.ttf"
        font.write("".join(map(printable, texts.values())), path)
        return {
            name: embedded(parts_of(text), title_of(text), path) for name, text in texts.items()
        }


def lacking(form: str) -> str | None:
    """What this machine lacks to render or read a format, None where all is there."""
    if form in _CONVERTED and office.TOOL is None:
        return "LibreOffice (soffice) is not installed"
    if form == "scan" and find_spec("rapidocr") is None:
        return "the extra ocr is not installed"
    return None


def title_of(text: str) -> str:
    """The first short line that names a report; what pages carry as their running head."""
    lines = (BOOKMARK.sub("", line).strip() for line in text.split("\n"))
    named = (line for line in lines if _TITLE.fullmatch(line))
    return next(named, "虚构样例")
