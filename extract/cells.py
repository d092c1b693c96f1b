"""Where a place of the copy stands in the document's tables: slot, row label, rubric, project."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from .figures import Figure
from .forms import criteria, project_of, slots
from .grid import Cell, Table
from .sections import Node
from .slots import FormRules, Slot


@dataclass(frozen=True, slots=True)
class _TextCell:
    start: int
    end: int
    label: Cell | None


class Cells:
    """Look-ups by offset over all tables of one document."""

    def __init__(self, tables: list[Table], rules: FormRules) -> None:
        """Read every table once."""
        self._tables = tables
        self._starts = [table.start for table in tables]
        self._slots: list[Slot] = []
        self._rubrics: list[tuple[int, int]] = []
        self._texts: list[_TextCell] = []
        self._projects = [project_of(table, rules) for table in tables]
        for table in tables:
            self._slots += slots(table, rules)
            self._rubrics += [(cell.start, cell.end) for cell in criteria(table, rules)]
            for row in table.rows:
                label: Cell | None = None
                for cell in row:
                    if not table.stream and cell.text:
                        self._texts.append(_TextCell(cell.start, cell.end, label))
                    if 1 < len(cell.text) <= 30 and not any(c.isdigit() for c in cell.text):
                        label = cell
        self._rubrics.sort()
        self._slot_starts = [slot.cell.start for slot in self._slots]
        self._text_starts = [cell.start for cell in self._texts]

    def slot_at(self, at: int) -> Slot | None:
        """The value cell at an offset, if its table tells what it means."""
        place = bisect_right(self._slot_starts, at) - 1
        return self._slots[place] if place >= 0 and self._slots[place].cell.end > at else None

    def is_rubric(self, at: int) -> bool:
        """Whether the offset lies in a cell of marking rules."""
        place = bisect_right(self._rubrics, (at, 1 << 60)) - 1
        return place >= 0 and self._rubrics[place][1] > at

    def label_at(self, at: int) -> Cell | None:
        """The label of the row that the text cell at an offset belongs to."""
        place = bisect_right(self._text_starts, at) - 1
        return self._texts[place].label if place >= 0 and self._texts[place].end > at else None

    def table_at(self, at: int) -> int:
        """Which table an offset of a value cell lies in, from 0."""
        return bisect_right(self._starts, at) - 1

    def project_at(self, at: int) -> str | None:
        """The project that the table at an offset names in a field of its own."""
        place = bisect_right(self._starts, at) - 1
        return self._projects[place] if place >= 0 and self._tables[place].end >= at else None

    def pieces(
        self, start: int, end: int, figures: list[Figure]
    ) -> list[tuple[int, int, list[Figure]]]:
        """The figures of a line by the text cells that hold them."""
        found: list[tuple[int, int, list[Figure]]] = []
        for figure in figures:
            place = bisect_right(self._text_starts, figure.num_start) - 1
            inside = place >= 0 and self._texts[place].end > figure.num_start
            span = (self._texts[place].start, self._texts[place].end) if inside else (start, end)
            if found and found[-1][:2] == span:
                found[-1][2].append(figure)
            else:
                found.append((*span, [figure]))
        return found


def labelled(node: Node, label: Cell) -> Node:
    """A node for a table row below ``node``: the row's label is its heading."""
    return Node(
        label.start, node.end, label.end, label.text, node.rank + 1, node.kind, "row", node,
        goals=node.goals, project=node.project, level=node.level, path=node.path,
    )  # fmt: skip
