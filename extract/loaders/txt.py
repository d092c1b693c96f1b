"""Plain text: the ladder of encodings that Chinese reports come in.

Byte-order mark → UTF-16 by its zero bytes → UTF-8, strict, then slightly damaged → GB18030
(which holds GBK and GB2312), strict → Big5 where the words say so → GB18030 with replacement.

>>> load("执行率94.57%".encode("gbk")).encoding
'gb18030'
"""

from __future__ import annotations

import codecs
import re
from dataclasses import replace

from extract.errors import DocumentError
from extract.loaders import limits
from extract.model import Document

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32-le"),  # before UTF-16: its mark starts alike
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
)
_LOST = "\ufffd"
_NON_ASCII = re.compile("[^\x00-\x7f]")
_HAN = re.compile("[\u4e00-\u9fff]")
_PLAUSIBLE = re.compile("[\t\n\r\x20-\x7e\u2010-\u203b\u3000-\u303f\u4e00-\u9fff\uff00-\uff65]")
_SAMPLE = 65_536
# Characters that any page of traditional or simplified prose on budgets repeats.
_EVERYDAY = frozenset(
    "的一是不了在人有和中大為为上年國国地到以要就出會会也可對对而其過过後后作用道行所然事成方"
    "多經经現现分還还進进好部第及等萬万元費费算預预執执支醫医療疗保障金局縣县市項项目資资度"
)


def load(data: bytes) -> Document:
    """Decode ``data``: ends of line become LF, lone surrogates U+FFFD; no blocks.

    Raises:
        DocumentError: ``empty(no_text)``, nothing but white space.
    """
    text, encoding, n_replaced = decode(data[: limits.TEXT_BYTES])
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text or text.isspace():
        raise DocumentError("empty", "no_text")
    document = Document(text=text, format="txt", encoding=encoding, n_replaced=n_replaced)
    if len(data) <= limits.TEXT_BYTES:
        return document
    return replace(document, status="partial", reason="limit")


def decode(data: bytes) -> tuple[str, str, int]:
    """Return the text, the encoding that gave it, and how many characters were undecodable."""
    for mark, name, codec in _MARKS:
        if data.startswith(mark):
            text, lost = _replacing(data[len(mark) :], codec)
            return text, name, lost
    if order := _utf16_codec(data):
        text, lost = _replacing(data, order)
        return text, order, lost
    return _utf8(data) or _gb18030(data)


def is_utf16(data: bytes) -> bool:
    """Tell whether ``data`` is UTF-16 text, with a byte-order mark or without."""
    return data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or bool(_utf16_codec(data))


def _utf16_codec(data: bytes) -> str | None:
    """Pick the byte order under which a text with zero bytes is made of likely characters."""
    sample = data[:_SAMPLE]
    if b"\0" not in sample:
        return None
    for codec in ("utf-16-le", "utf-16-be"):
        text = sample.decode(codec, "replace")
        if len(_PLAUSIBLE.findall(text)) >= 0.9 * len(text):
            return codec
    return None


def _utf8(data: bytes) -> tuple[str, str, int] | None:
    try:
        return data.decode("utf-8"), "utf-8", 0
    except UnicodeDecodeError:
        pass
    try:  # some exports write each half of a surrogate pair on its own
        text, lost = join_surrogates(data.decode("utf-8", "surrogatepass"))
    except UnicodeDecodeError:
        text, lost = _replacing(data, "utf-8")
    # GB text read as UTF-8 breaks at nearly every character, damaged UTF-8 at a few.
    return (text, "utf-8", lost) if lost * 10 <= len(_NON_ASCII.findall(text)) else None


def _gb18030(data: bytes) -> tuple[str, str, int]:
    text, lost = _replacing(data, "gb18030")
    big5 = _big5(data, text)
    return (big5, "big5hkscs", 0) if big5 is not None else (text, "gb18030", lost)


def _big5(data: bytes, as_gb: str) -> str | None:
    """Read as Big5 where that gives everyday words and GB18030 gives rare characters."""
    try:
        text = data.decode("big5hkscs")
    except UnicodeDecodeError:
        return None
    return text if _everyday(text) > 0.1 and _everyday(as_gb) < 0.03 else None


def _everyday(text: str) -> float:
    """Share of the commonest characters among the Han characters of ``text``, 0 to 1."""
    han = _HAN.findall(text[:_SAMPLE])
    return sum(c in _EVERYDAY for c in han) / len(han) if len(han) >= 10 else 0.0


def _replacing(data: bytes, codec: str) -> tuple[str, int]:
    """Decode with U+FFFD for what cannot be; those that the text itself held don't count."""
    try:
        return data.decode(codec), 0
    except UnicodeDecodeError:
        text = data.decode(codec, "replace")
        return text, text.count(_LOST) - data.decode(codec, "ignore").count(_LOST)


def join_surrogates(text: str) -> tuple[str, int]:
    """Make characters of surrogate pairs, U+FFFD of lone halves; return how many those were."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined, joined.count(_LOST) - text.count(_LOST)
