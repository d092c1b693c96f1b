"""Columns of Arrow as plain cells (单元格): lists joined, what spreadsheets would run quoted."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from extract.inputs.usersheets import FORMULA, QUOTE

JOINT = ";"
LARGEST = 8.9e307  # a number of Stata


def joined(table: pa.Table) -> pa.Table:
    """Lists as one string each, joined by ``;`` (one within an element becomes full-width).

    U+0000, at which Stata and R end a text, becomes U+FFFD.
    """
    for index, field in enumerate(table.schema):
        if pa.types.is_list(field.type):
            column = table.column(index).combine_chunks()
            told = pa.array([_one(value) for value in column.to_pylist()], pa.string())
            table = table.set_column(index, pa.field(field.name, pa.string()), told)
    for index, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            column = table.column(index)
            if pc.any(pc.match_substring(column, "\0")).as_py():
                told = pc.replace_substring(column, "\0", "\N{REPLACEMENT CHARACTER}")
                table = table.set_column(index, field, told)
    return table


def guarded(table: pa.Table) -> pa.Table:
    """Text that a spreadsheet would run as a formula gets a ``'`` in front; numbers stay."""
    for index, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            column = table.column(index)
            runs = pc.match_substring_regex(column, FORMULA)
            if pc.any(runs).as_py():
                quoted = pc.binary_join_element_wise(QUOTE, column, "")
                table = table.set_column(index, field, pc.if_else(runs, quoted, column))
    return table


def finite(table: pa.Table) -> pa.Table:
    """Numbers that Stata and Excel have no room for (beyond 8.9e307) are left out: null."""
    for index, field in enumerate(table.schema):
        if pa.types.is_floating(field.type):
            column = table.column(index)
            fits = pc.less_equal(pc.abs(column), LARGEST)  # false for not-a-number
            if not pc.all(fits).as_py():
                null = pa.scalar(None, field.type)
                table = table.set_column(index, field.name, pc.if_else(fits, column, null))
    return table


def _one(value: list[str] | None) -> str | None:
    return None if value is None else JOINT.join(v.replace(JOINT, "；") for v in value)
