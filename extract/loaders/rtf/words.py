"""Words of RTF: how to cut the file into them, what each group is, which code page a font has."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final

from extract.loaders.symbols import sign

# A control word with its number, a byte, a control sign, a brace, or plain text.
TOKEN = re.compile(
    r"\\([a-zA-Z]{1,40})(-?[0-9]{1,10})?[ ]?"
    r"|\\'([0-9a-fA-F]{2})"
    r"|\\([^a-zA-Z])"
    r"|([{}])"
    r"|([^\\{}\r\n]+)"
    r"|[\r\n]+|\\",
    re.DOTALL,
)
_OF_GROUPS = re.compile(r"[{}]|\\(?:bin([0-9]{1,10}) ?|[^b]|b(?!in[0-9]))", re.DOTALL)

# What a group is. All others with \* before their name are skipped, the rest are read.
SKIP: Final = "skip"
_SKIPPED = (
    "annotation aftncn aftnsep aftnsepc atnauthor atnid author bkmkend bkmkstart buptim category "
    "colortbl comment company creatim datafield doccomm docvar falt fldinst ftncn ftnsep "
    "ftnsepc generator hlinkbase keywords manager mmathPict nonesttables nonshppict objalias "
    "objclass objdata objname objsect operator panose password pict pn pntxta pntxtb printim "
    "private revtim rsidtbl rxe shprslt sp subject tc template txe xe xmlnstbl"
)
DESTINATIONS: Final = dict.fromkeys(_SKIPPED.split(), SKIP) | {
    "footnote": "note",
    **dict.fromkeys(("shptxt", "dptxbxtext"), "box"),
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), "running"),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), "running"),
    **dict.fromkeys(("listtext", "pntext"), "label"),
    "fonttbl": "fonts",
    "stylesheet": "styles",
    "title": "title",
}
# Groups that a reader of old must skip, but that hold words of the page.
OPENED: Final = frozenset({"do", "nesttableprops", "shpinst", "ud"})

_STYLE = re.compile(r"\\s([0-9]{1,5})(?![0-9])")
_HEADING = re.compile(r"heading ([1-9]);", re.IGNORECASE)

SIGNS: Final = {
    **dict.fromkeys(("tab", "emspace", "enspace", "qmspace", "~"), " "),
    **dict.fromkeys(("line", "lbr", "column", "softline"), "\n"),
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "_": "-",
    "-": "",
}

_CHARSETS = {
    77: "mac-roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "big5hkscs",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257",
    204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_SYMBOLS = 2  # the character set of fonts that have no alphabet
_PAGES = {936: "gb18030", 950: "big5hkscs", 65001: "utf-8", 10000: "mac-roman", 10008: "gb18030"}
_MAX_NAME = 100


class Fonts:
    """The fonts of a file: they say what the bytes of the text mean."""

    def __init__(self) -> None:
        self.page: int | None = None  # code page of the file
        self._charsets: dict[int, int] = {}
        self._names: dict[int, str] = {}

    def set_charset(self, font: int, charset: int) -> None:
        """Note the character set of a font."""
        self._charsets[font] = charset

    def add_name(self, font: int, text: str) -> None:
        """Note a part of a font's name."""
        self._names[font] = (self._names.get(font, "") + text)[:_MAX_NAME]

    def sign(self, font: int, point: int) -> str:
        """Return the character for a code of the private use area, which the font decides."""
        return sign(point, self._name(font)) or chr(point)

    def text(self, font: int, raw: bytes) -> str:
        """Decode bytes in a font."""
        charset = self._charsets.get(font, 0)
        if charset == _SYMBOLS:
            return "".join(sign(byte, self._name(font)) for byte in raw)
        if raw.isascii():
            return raw.decode("ascii").replace("\t", " ")
        return _decode(raw, _CHARSETS.get(charset) or _of_page(self.page))

    def _name(self, font: int) -> str:
        return self._names.get(font, "").partition(";")[0].strip()


def _of_page(page: int | None) -> str:
    """The encoding of a code page; "" where nothing tells."""
    if page is None:
        return ""
    return _PAGES.get(page, f"cp{page}" if 0 < page < 2000 else "")


def _decode(raw: bytes, encoding: str) -> str:
    """Decode bytes; those of which nobody says the encoding as Chinese if they can be."""
    with suppress(LookupError, UnicodeDecodeError):
        return raw.decode(encoding or "gb18030", "replace" if encoding else "strict")
    return raw.decode("cp1252", "replace")


def end_of_group(text: str, at: int) -> int:
    """Return the place of the brace that closes the group we are in, the end where none does."""
    depth = 0
    while match := _OF_GROUPS.search(text, at):
        at = match.end()
        if match[1]:  # bytes as they are, braces among them
            at += int(match[1])
        elif match[0] == "{":
            depth += 1
        elif match[0] == "}":
            if not depth:
                return match.start()
            depth -= 1
    return len(text)


def heading_styles(sheet: str) -> dict[int, int]:
    """Return the numbers of the styles of headings, with their levels from 0."""
    found = {}
    for entry in sheet.split("}"):
        number, name = _STYLE.search(entry), _HEADING.search(entry)
        if number and name:
            found[int(number[1])] = int(name[1]) - 1
    return found
