r"""RTF: words in groups of braces, control words among them (Rich Text Format 1.9.1).

Bytes are in the code page of their font (``\'b1\'a8``) or numbers of Unicode (``\u25253``); list
numbers stand in the file. Pictures, properties and codes of fields are skipped unread, deleted and
hidden words are left out, notes and text boxes follow the paragraph that they hang on.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import ClassVar

from extract.errors import DocumentError
from extract.loaders import limits, titles
from extract.loaders.blocks import Piece, join
from extract.loaders.nesting import Hung, emit
from extract.loaders.rtf.story import RowWords, State, Story
from extract.loaders.rtf.words import (
    DESTINATIONS,
    OPENED,
    SIGNS,
    SKIP,
    TOKEN,
    Fonts,
    end_of_group,
    heading_styles,
)
from extract.model import Document

MAX_INPUT = limits.RTF
MAX_DEPTH = 200  # of groups that are read; skipped ones may lie deeper
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def load(data: bytes) -> Document:
    """Read an RTF file.

    Raises:
        DocumentError: ``refused(size|depth)``, ``empty(no_text)``.
    """
    if len(data) > MAX_INPUT:
        raise DocumentError("refused", "size")
    reader = _Reader(data.decode("latin-1"))
    try:
        reader.read()
        pieces = emit(reader.body.finish())
    except RecursionError as error:  # notes in tables in notes
        raise DocumentError("refused", "depth") from error
    if all(piece.kind == "furniture" for piece in pieces):
        raise DocumentError("empty", "no_text")
    text, blocks = join([*pieces, *reader.running()])
    return Document(
        text=text,
        format="rtf",
        blocks=blocks,
        n_replaced=reader.n_replaced,
        title=titles.of_file(reader.title),
    )


class _Reader:
    """Goes through the file once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._state = State()
        self._groups: list[tuple[State, Story, bytearray]] = []
        self._story = Story()
        self._bytes = bytearray()
        self._to_skip = 0
        self._fonts = Fonts()
        self._headings: dict[int, int] = {}  # style → level, from 0
        self._default_font = 0
        self._running: dict[str, None] = {}
        self.body = self._story.gatherer
        self.title = ""
        self.n_replaced = 0

    def running(self) -> list[Piece]:
        """Running heads and feet, each said once however many sections repeat it."""
        return [Piece(text, kind="furniture") for text in self._running]

    def read(self) -> None:
        """Read everything; what is cut off at the end is read as far as it goes."""
        text, match_at = self._text, TOKEN.match
        while match := match_at(text, self._at):
            self._at = match.end()
            word, number, byte, mark, brace, plain = match.groups()
            if plain is not None:
                self._plain(plain)
            elif word is not None:
                self._word(word, None if number is None else int(number))
            elif byte is not None:
                self._byte(int(byte, 16))
            elif brace == "{":
                self._open()
            elif brace == "}":
                self._close()
            elif mark is not None:
                self._mark(mark)
        while self._groups:
            self._close()
        self._flush()
        self._story.end(self._state, 0)
        self.n_replaced += self._story.n_replaced

    # --- groups -------------------------------------------------------------------------------

    def _open(self) -> None:
        if len(self._groups) >= MAX_DEPTH:
            raise DocumentError("refused", "depth")
        self._flush()
        self._to_skip = 0
        self._groups.append((self._state, self._story, self._bytes))
        self._state = copy(self._state)
        self._state.kind = ""

    def _close(self) -> None:
        self._flush()
        self._to_skip = 0
        if not self._groups:
            return
        kind, story = self._state.kind, self._story
        self._state, self._story, self._bytes = self._groups.pop()
        if not kind or story is self._story:
            return
        self.n_replaced += story.n_replaced
        if kind in {"note", "box"}:
            self._story.hung.append(Hung(story.finish(), is_box=kind == "box"))
        elif kind == "label":
            label = "".join(story.chars)
            self._story.label = label.strip() if any(map(str.isalnum, label)) else ""  # no bullets
            self._story.follow = "space" if label[-1:].isspace() else "nothing"
        elif kind == "title":
            self.title = "".join(story.chars)
        elif kind == "running":
            pieces = emit(story.finish())
            self._running.update((piece.text, None) for piece in pieces)

    def _destination(self, kind: str) -> None:
        """Begin what a group is for."""
        self._flush()
        if kind in {SKIP, "styles"}:
            start, self._at = self._at, end_of_group(self._text, self._at)
            if kind == "styles":
                self._headings = heading_styles(self._text[start : self._at])
            return
        state = self._state
        state.kind, state.in_fonts = kind, kind == "fonts"
        state.in_table, state.depth, state.outline = False, 0, None
        self._story, self._bytes = Story(), bytearray()

    # --- words --------------------------------------------------------------------------------

    def _word(self, word: str, number: int | None) -> None:
        handler = self._HANDLERS.get(word)
        if handler is not None:
            handler(self, number)
        elif word in SIGNS:
            self._put(SIGNS[word])
        elif word in DESTINATIONS:
            self._destination(DESTINATIONS[word])

    def _mark(self, mark: str) -> None:
        if mark == "*":
            self._maybe()
        elif mark in "\\{}":
            self._plain(mark)
        elif mark in "\r\n":
            self._end_paragraph(None)
        elif mark in SIGNS:
            self._put(SIGNS[mark])

    def _maybe(self) -> None:
        """A group that readers may skip: its first word says whether we know it."""
        match = TOKEN.match(self._text, self._at)
        if match and match[1] and match[1] not in OPENED:
            self._at = match.end()
            self._destination(DESTINATIONS.get(match[1], SKIP))

    def _plain(self, text: str) -> None:
        if self._to_skip:
            skipped = min(self._to_skip, len(text))
            self._to_skip -= skipped
            text = text[skipped:]
        if self._state.in_fonts:
            self._fonts.add_name(self._state.font, text)
        else:
            self._bytes += text.encode("latin-1")

    def _byte(self, value: int) -> None:
        if self._to_skip:
            self._to_skip -= 1
        else:
            self._bytes.append(value)

    def _unicode(self, number: int | None) -> None:
        self._flush()
        point = (number or 0) & 0xFFFF
        private = 0xF000 <= point < 0xF100
        self._put(self._fonts.sign(self._state.font, point) if private else chr(point))
        self._to_skip = self._state.skips

    def _flush(self) -> None:
        """Decode the bytes read since: one character may stand on both sides of a line's end."""
        if self._bytes:
            raw = bytes(self._bytes)
            self._bytes.clear()
            self._put(self._fonts.text(self._state.font, raw))

    def _put(self, text: str) -> None:
        if self._bytes:
            self._flush()
        if self._state.is_gone or self._state.is_hidden or not text:
            return
        chars = self._story.chars
        if self._state.is_raised and text.isdecimal() and chars and chars[-1][-1:].isdecimal():
            text = text.translate(_RAISED)
        chars.append(text)

    def _charset(self, number: int | None) -> None:
        if self._state.in_fonts:
            self._fonts.set_charset(self._state.font, number or 0)

    def _twice(self, _: int | None) -> None:
        """The same in bytes and in Unicode: the first group is for old readers."""
        if self._text[self._at : self._at + 1] == "{":
            self._at = end_of_group(self._text, self._at + 1) + 1

    # --- paragraphs and tables ----------------------------------------------------------------

    def _end_paragraph(self, _: int | None) -> None:
        self._flush()
        self._story.end(self._state, self._state.table_depth())

    def _end_cell(self, depth: int) -> None:
        self._flush()
        self._story.end(self._state, depth, ends_cell=True)

    def _end_row(self, depth: int) -> None:
        self._flush()
        if self._story.chars:
            self._story.end(self._state, depth)
        self._story.gatherer.end_row(depth, self._state.row.shape())

    def _plain_paragraph(self, _: int | None) -> None:
        state = self._state
        state.in_table, state.depth, state.outline = False, 0, None

    def _plain_words(self, _: int | None) -> None:
        self._flush()
        state = self._state
        state.is_gone = state.is_hidden = state.is_raised = False
        state.font = self._default_font

    # --- control words ------------------------------------------------------------------------

    def _change(self, name: str, value: object) -> None:
        """Change what holds from here to the end of the group."""
        self._flush()
        setattr(self._state, name, value)

    _HANDLERS: ClassVar[dict[str, Callable[[_Reader, int | None], None]]] = {
        **dict.fromkeys(("par", "sect", "page"), _end_paragraph),
        "ansicpg": lambda self, n: setattr(self._fonts, "page", n),
        "bin": lambda self, n: setattr(self, "_at", self._at + max(n or 0, 0)),
        "cell": lambda self, _: self._end_cell(1),
        "cellx": lambda self, n: self._state.row.cell(n or 0),
        "clmrg": lambda self, _: self._state.row.merge("clmrg"),
        "clvmrg": lambda self, _: self._state.row.merge("clvmrg"),
        "deff": lambda self, n: setattr(self, "_default_font", n or 0),
        "deleted": lambda self, n: self._change("is_gone", n != 0),
        "f": lambda self, n: self._change("font", n or 0),
        "fcharset": _charset,
        "intbl": lambda self, n: self._change("in_table", n != 0),
        "itap": lambda self, n: self._change("depth", n or 0),
        "nestcell": lambda self, _: self._end_cell(max(self._state.table_depth(), 2)),
        "nestrow": lambda self, _: self._end_row(max(self._state.table_depth(), 2)),
        "nosupersub": lambda self, _: self._change("is_raised", value=False),
        "outlinelevel": lambda self, n: self._change("outline", n),
        "pard": _plain_paragraph,
        "plain": _plain_words,
        "row": lambda self, _: self._end_row(1),
        "super": lambda self, n: self._change("is_raised", n != 0),
        "s": lambda self, n: self._change("outline", self._headings.get(n or 0)),
        "trleft": lambda self, n: self._state.row.start(n or 0),
        "trowd": lambda self, _: self._change("row", RowWords()),
        "u": _unicode,
        "uc": lambda self, n: self._change("skips", max(n or 0, 0)),
        "upr": _twice,
        "v": lambda self, n: self._change("is_hidden", n != 0),
    }
