"""What an RTF reader keeps in mind: the state of its groups, the paragraph, the row of a table."""

from __future__ import annotations

from dataclasses import dataclass, field

from extract.loaders.blocks import Piece
from extract.loaders.grid import MAX_COLUMNS, Shape
from extract.loaders.nesting import Gatherer, Item
from extract.loaders.numbering import labelled
from extract.loaders.txt import join_surrogates

_MAX_NESTED = 32  # tables in tables


class RowWords:
    """The words that say how a row is cut into cells: each cell's merges, then its right end."""

    def __init__(self) -> None:
        self._edges = [0]
        self._aside: set[int] = set()
        self._below: set[int] = set()

    def start(self, left: int) -> None:
        """Note the left end of the row."""
        self._edges[0] = left

    def merge(self, word: str) -> None:
        """Note that the next cell belongs to the one on its left, or above."""
        (self._aside if word == "clmrg" else self._below).add(len(self._edges) - 1)

    def cell(self, right: int) -> None:
        """Note the right end of the next cell."""
        if len(self._edges) <= MAX_COLUMNS:
            self._edges.append(right)

    def shape(self) -> Shape:
        """Return the row, as far as it is described."""
        return Shape(tuple(self._edges), frozenset(self._aside), frozenset(self._below))


@dataclass(slots=True)
class State:
    """What holds in a group, and in those in it until they say otherwise."""

    kind: str = ""  # of the group itself: "note", "box", "running", "label", "title"
    in_fonts: bool = False
    skips: int = 1  # characters behind \u that say the same for old readers
    font: int = 0
    is_gone: bool = False  # deleted
    is_hidden: bool = False
    is_raised: bool = False
    in_table: bool = False
    depth: int = 0
    outline: int | None = None
    row: RowWords = field(default_factory=RowWords)

    def table_depth(self) -> int:
        """How deep in tables a paragraph stands."""
        return min(max(self.depth, int(self.in_table)), _MAX_NESTED)


@dataclass(slots=True)
class Story:
    """The words of body, note, box or running head, as far as they are read."""

    gatherer: Gatherer = field(default_factory=Gatherer)
    chars: list[str] = field(default_factory=list)
    hung: list[Item] = field(default_factory=list)
    label: str = ""
    follow: str = ""  # what stands behind the label

    n_replaced: int = 0

    def end(self, state: State, depth: int, *, ends_cell: bool = False) -> None:
        """Close the paragraph, and the cell where it is the last one there."""
        text, lost = join_surrogates("".join(self.chars))
        self.n_replaced += lost
        if self.label:
            text = labelled(self.label, self.follow, text) or (self.label if depth else "")
        level = state.outline + 1 if state.outline is not None and state.outline < 9 else None
        kind = "heading" if level else "paragraph"
        items = [Piece(text, None, None, None, kind, level), *self.hung]
        if text or self.hung or ends_cell:
            self.gatherer.add(depth, items, ends_cell=ends_cell)
        self.chars, self.hung, self.label = [], [], ""

    def finish(self) -> list[Item]:
        """Close everything and return it."""
        self.end(State(), 0)
        return self.gatherer.finish()
