"""What a paragraph refers to in other parts: notes, charts, diagrams, files put in (altChunk)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.errors import DocumentError
from extract.loaders import limits
from extract.loaders.blocks import Piece, n_visible
from extract.loaders.docx_charts import chart, writing
from extract.loaders.docx_xml import (
    CHART,
    CHUNK,
    DIAGRAM,
    NOTE,
    attribute,
    local,
    n_words,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from xml.etree.ElementTree import Element

    from extract.loaders.docx_parts import Parts
    from extract.loaders.docx_story import Story
    from extract.loaders.docx_words import Hanging, Tally
    from extract.model import Document

_RULES = frozenset({"separator", "continuationSeparator", "continuationNotice"})  # not notes
MAX_CHUNKS = limits.PUT_IN


class Annexes:
    """Reads each part, and each note, where it is first referred to."""

    def __init__(self, parts: Parts, tally: Tally, read: Callable[[bytes], Document]) -> None:
        self.lost = False  # something is there that could not be read
        self._parts = parts
        self._tally = tally
        self._read = read  # another file
        self._notes: dict[str, dict[str, Element]] = {}
        self._seen: set[tuple[str, str]] = set()
        self._room = MAX_CHUNKS

    def __call__(self, story: Story, hanging: Hanging) -> None:
        """Append the pieces of what hangs on a paragraph."""
        element, act = hanging.element, hanging.act
        if act == NOTE:
            self._note(story, element, hanging.depth)
        elif act == DIAGRAM:
            self._drawn(story, attribute(element, "dm"), act)
        elif act in (CHART, CHUNK):
            self._drawn(story, attribute(element, "id"), act)

    def _drawn(self, story: Story, relation: str | None, act: int) -> None:
        points = self._parts.relations(story.part).get(relation or "")
        if points is None or points.external or not self._first("", points.target):
            return
        if act == CHUNK:
            self._chunk(story, points.target)
            return
        root = self._parts.root(points.target)
        if root is None:
            self.lost = True
            return
        self._tally.stored += n_words(root)
        if act == CHART:
            self._chart(story, root)
        else:
            story.pieces += [Piece(line) for line in writing(root)]

    def _first(self, kind: str, name: str) -> bool:
        """Tell whether this is read for the first time, and remember it."""
        new = (kind, name) not in self._seen
        self._seen.add((kind, name))
        return new

    # --- notes --------------------------------------------------------------------------------

    def _note(self, story: Story, mark: Element, depth: int) -> None:
        kind = local(mark.tag).removesuffix("Reference") + "s"
        name = attribute(mark, "id") or ""
        part = self._parts.target(self._parts.main, kind)
        note = self._all_notes(part).get(name) if part else None
        if part is None or note is None:
            self.lost = True
            return
        if attribute(note, "type") in _RULES or not self._first(kind, name):
            return
        self._tally.stored += n_words(note)
        before, story.part = story.part, part
        story.read(note, depth + 1)
        story.part = before

    def _all_notes(self, part: str) -> dict[str, Element]:
        if part not in self._notes:
            root = self._parts.root(part)
            notes = () if root is None else root
            self._notes[part] = {attribute(note, "id") or "": note for note in notes}
        return self._notes[part]

    # --- charts and files ---------------------------------------------------------------------

    def _chart(self, story: Story, root: Element) -> None:
        found = chart(root)
        if found is None:
            self.lost = True
            return
        story.pieces += [Piece(line) for line in found.lines]
        table = story.new_table() if found.rows else None
        rows = ("\t".join(row) for row in found.rows)
        story.pieces += [Piece(row, None, table, at) for at, row in enumerate(rows)]
        self._tally.added += found.n_values

    def _chunk(self, story: Story, name: str) -> None:
        """A file of any format that we read; in a Word file put in, no other one is looked for."""
        data = self._parts.data(name) if name in self._parts.names else None
        if data is None or len(data) > self._room:
            self.lost = True
            return
        self._room -= len(data)
        try:
            document = self._read(data)
        except DocumentError:
            self.lost = True
            return
        self.lost |= "text_loss" in document.flags
        self._tally.added += n_visible(document.text)
        tables: dict[int, int] = {}
        for piece in _pieces(document):
            if piece.table is not None:
                table = tables.setdefault(piece.table, -1)
                if table < 0:
                    table = tables[piece.table] = story.new_table()
                story.pieces.append(piece._replace(table=table))
            else:
                story.pieces.append(piece)


def _pieces(document: Document) -> list[Piece]:
    """The blocks of a document; its lines where its format has none."""
    if not document.blocks:
        return [Piece(line) for line in document.text.split("\n") if line.strip()]
    return [
        Piece(document.text[b.start : b.end], None, b.table, b.row, b.kind, b.level)
        for b in document.blocks
    ]
