"""Where a place of the copy stands in the document's tables: slot, row label, rubric, project."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from extract.grids.forms import heads, project_of, slots
from extract.grids.grid import Cell, Table
from extract.grids.slots import FormRules, Slot, role_of
from extract.numbers.figures import Figure
from extract.text.sections import Node


class _TextCell(NamedTuple):
    start: int
    end: int
    label: Cell | None
    goal: bool  # below or behind 预期目标


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
            self._read(table, rules)
        self._rubrics.sort()
        self._slot_starts = [slot.cell.start for slot in self._slots]
        self._text_starts = [cell.start for cell in self._texts]

    def _read(self, table: Table, rules: FormRules) -> None:
        """The table's cells of prose: rules of marking, explanations, goals and results."""
        marking: set[int] = set()  # columns of rules
        told: set[int] = set()  # columns of texts, which label nothing
        above: set[int] = set()  # columns below a cell that says that goals follow
        for row in table.rows:
            found = heads(row, rules)
            if found:
                marking = {col for col, c in found.items() if rules.criteria.search(c.text)}
                told = {col for col, c in found.items() if role_of(c, rules) == "text"}
            label: Cell | None = None
            goals = {c.col for c in row if "目标" in c.text[:_LABEL] and rules.goals.match(c.text)}
            for cell in row:
                text = cell.text
                if not text:
                    continue
                rule = cell.col in marking and not rules.surveys.search(text)
                rubric = rules.rubric.search(text) or rule
                if len(text) > _RUBRIC and rubric and not found:
                    self._rubrics.append((cell.start, cell.end))
                if not table.stream:
                    goal = cell.col in above or (label is not None and label.col in goals)
                    self._texts.append(_TextCell(cell.start, cell.end, label, goal))
                if (
                    1 < len(text) <= _LABEL
                    and cell.col not in told
                    and not any(c.isdigit() for c in text)
                ):
                    label = cell
            above = goals

    def slot_at(self, at: int) -> Slot | None:
        """The value cell at an offset, if its table tells what it means."""
        place = bisect_right(self._slot_starts, at) - 1
        return self._slots[place] if place >= 0 and self._slots[place].cell.end > at else None

    def is_rubric(self, at: int) -> bool:
        """Whether the offset lies in a cell of marking rules."""
        place = bisect_right(self._rubrics, (at, 1 << 60)) - 1
        return place >= 0 and self._rubrics[place][1] > at

    def label_at(self, at: int) -> tuple[Cell | None, bool]:
        """The label of the row of the text cell at an offset, and whether it speaks of goals."""
        place = bisect_right(self._text_starts, at) - 1
        if place < 0 or self._texts[place].end <= at:
            return None, False
        return self._texts[place].label, self._texts[place].goal

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


_RUBRIC, _LABEL = 3, 30  # characters that a rule has more than, and a label not more than


def labelled(node: Node, label: Cell) -> Node:
    """A node for a table row below ``node``: the row's label is its heading."""
    return Node(
        label.start, node.end, label.end, label.text, node.rank + 1, node.kind, "row", node,
        goals=node.goals, project=node.project, level=node.level, path=node.path,
    )  # fmt: skip
