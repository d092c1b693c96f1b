"""Headers of several rows whose empty cells are lost: which cells stand below which.

年初结转和结余 本年收入 本年支出 年末结转和结余, then 小计 基本支出 项目支出: the second row stands
below 本年支出, and six columns are left. The words tell, and the number of columns proves it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extract.grids.grid import Cell
from extract.grids.slots import FormRules, role_of
from extract.grids.stacked import COMPARES, Path

_MONEY = ("budget", "spent", "initial", "year")


def leaves(levels: Sequence[Sequence[Cell]], rules: FormRules) -> list[Path]:
    """The path above each column, of the value cells of the header's rows; empty where unclear."""
    paths: list[Path] = [[cell] for cell in levels[0]] if levels else []
    for level in levels[1:]:
        groups = list(_groups(level, rules))
        if len(groups) > len(paths):
            return []
        paths = _expanded(paths, groups, rules)
    return paths


def _groups(level: Sequence[Cell], rules: FormRules) -> Iterator[list[Cell]]:
    """The cells below one cell each: a new 小计, a word again, or 增减额 begins the next."""
    group: list[Cell] = []
    for cell in level:
        again = any(cell.text == c.text for c in group)
        total = rules.sums.match(cell.text) is not None
        change = _is_change([cell], rules) != _is_change(group, rules)
        if group and (again or total or change):
            yield group
            group = []
        group.append(cell)
    if group:
        yield group


def _is_change(cells: Sequence[Cell], rules: FormRules) -> bool:
    return any(role_of(c, rules) in ("change", "growth") for c in cells)


def _expanded(paths: list[Path], groups: list[list[Cell]], rules: FormRules) -> list[Path]:
    found: list[Path] = []
    at = 0
    for number, group in enumerate(groups):
        last = len(paths) - (len(groups) - number - 1)
        scores = [_score(paths[n][-1], group, rules) for n in range(at, last)]
        best = max(scores)
        place = scores.index(best) if best != 1 else len(scores) - 1 - scores[::-1].index(best)
        found += paths[at : at + place]
        found += [[*paths[at + place], cell] for cell in group]
        at += place + 1
    return found + paths[at:]


_ALIKE = 4  # characters that names of parts share with that of the whole: 公务用车


def _score(over: Cell, group: Sequence[Cell], rules: FormRules) -> int:
    """How well the cells of a group read below a cell."""
    if _is_change(group, rules):
        return 3 if COMPARES.search(over.text) else 0
    names = [c.text for c in group if not rules.sums.match(c.text)]
    if any(over.text[:_ALIKE] == name[:_ALIKE] for name in names):
        return 3
    if any(over.text[-2:] == name[-2:] for name in names):
        return 2
    return int(role_of(over, rules) in _MONEY)
