"""What the codes of a row stand for (科目编码): 类, 款, 项 of functions, or kinds of spending.

A code of three, five or seven digits that begins with 2 is one of the functional classification
(功能分类): its name and those above it are a path. One that begins with 3 or 5 is of the economic
classification (经济分类).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from extract.grids.alignment import role_in
from extract.grids.grid import Cell
from extract.grids.slots import Column, State

_FUNCTION = re.compile(r"2[0-9]{2}(?:[0-9]{2}){0,2}")
_ECONOMIC = re.compile(r"[35][0-9]{2}(?:[0-9]{2})?")
# a code and its name in one cell: 2101501行政运行, [21015]医疗保障管理事务
_JOINED = re.compile(r"[\[【]?(2[0-9]{2}(?:[0-9]{2}){0,2})[\]】]?[-—_. ]?(?=[\u4e00-\u9fff])")


def is_code(text: str) -> bool:
    """Whether the text is a code of either classification."""
    return bool(_FUNCTION.fullmatch(text) or _ECONOMIC.fullmatch(text))


class Coded(NamedTuple):
    """The row's function, as path and code, and whether its codes are economic ones."""

    function: str = ""
    function_code: str = ""
    economic: bool = False


def coded(
    row: Sequence[Cell], columns: dict[int, Column], label: Cell | None, state: State
) -> Coded:
    """What the row's codes say; ``state`` keeps the path for the rows below."""
    codes = [c.text for c in row if role_in(columns, c) == "code" and c.text.isdigit()]
    if not codes:
        joined = _JOINED.match(label.text) if label else None
        if label is None or joined is None:
            return Coded()
        return _function(joined[1], label.text[joined.end() :], state)
    if label and _FUNCTION.fullmatch("".join(codes)):
        return _function("".join(codes), label.text, state)
    if label and len(codes) == 1 and len(codes[0]) == _PART and state.path:
        digits = _level_of(row, columns)
        code = state.code[: digits - _PART] + codes[0]
        return _function(code if len(code) == digits else "", label.text, state, digits)
    return Coded(economic=all(_ECONOMIC.fullmatch(code) for code in codes))


_PART = 2  # digits of 款 and 项 in columns of their own


def _level_of(row: Sequence[Cell], columns: dict[int, Column]) -> int:
    """Digits of the code that ends in the last filled of the columns 类, 款, 项."""
    places = [c for c in row if role_in(columns, c) == "code"]
    last = max(n for n, c in enumerate(places) if c.text)
    return 3 + _PART * last


def _function(code: str, name: str, state: State, digits: int = 0) -> Coded:
    level = ((digits or len(code)) - 3) // 2
    state.path, state.code = [*state.path[:level], name], code
    return Coded("/".join(state.path), code)
