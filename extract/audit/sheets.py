"""The sheets of the coders (编码表): what to look up, and nothing of what the dataset says.

In a workbook the sentence behind a value stands on a hidden sheet and appears beside a cell as
soon as that is coded; a CSV file has no sentence at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from extract.audit.draw import Cell
from extract.compare.evidence import table
from extract.errors import OutputError, UsageError
from extract.ids import short_id
from extract.inputs.usersheets import write_csv

COLUMNS = (
    "cell", "agency", "agency_id", "year", "column", "label_zh", "meaning", "unit", "reports",
    "value", "after", "note",
)  # fmt: skip
FORMATS = {"csv": ".csv", "excel": ".xlsx"}
GUIDE = (
    "value: the number as printed, with its unit (66.05万元, 94.57%)",
    "value: 无 or none where no report of the list states it; empty until it is coded",
    "value: a decrease with - or in words (减少0.55万元); units of a table's head count",
    "value：按报告原样填写数字和单位（66.05万元、94.57%）；下降填负数；报告中没有的填“无”；未编码的留空",
    "after: empty; where the sentence, once shown, proves the value wrong, the right one",
    "after：一般留空；看到原句后发现 value 填错的，在此填写正确的数值，value 不要改",
)
_WIDTHS = {"agency": 26, "label_zh": 34, "meaning": 30, "reports": 50, "value": 16, "sentence": 80}
_CODED = ("value", "after", "note")
_TIME = datetime(2000, 1, 1)  # noqa: DTZ001  fixed, so that the bytes are
_EMPTY = "the dataset has no value here 数据集此格为空: {reason}"


def write_sheets(
    output: Path, folder: Path, cells: Sequence[Cell], *, coders: int, form: str, seed: int
) -> list[Path]:
    """A sheet for each coder, with the same cells in different order.

    Raises ``UsageError`` where one is there already, since it may hold codings.
    """
    paths = [folder / f"coder_{n}{FORMATS[form]}" for n in range(1, coders + 1)]
    for path in paths:
        if path.exists():
            raise UsageError(f"{path} is there already, perhaps coded; name another folder with -o")
    rows = rows_of(output, cells)
    for number, path in enumerate(paths, 1):
        turn = sorted(rows, key=lambda row: short_id(seed, number, row["agency_id"], row["year"]))
        if form == "csv":
            write_csv(path, COLUMNS, turn)
        else:
            _write_workbook(path, turn)
    return paths


def rows_of(output: Path, cells: Sequence[Cell]) -> list[dict[str, Any]]:
    """The rows of a sheet, by agency, year and column; ``sentence`` is for the hidden sheet."""
    agencies = {cell.agency_id for cell in cells}
    columns = _columns(output)
    speaking: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    sentences: dict[str, str] = {}
    names = ("mention_id", "agency_id", "year", "source", "sentence", "quote")
    for row in table(output, "mentions", names, agencies):
        speaking[row["agency_id"], row["year"]].add(row["source"])
        sentences[row["mention_id"]] = f"{row['sentence']}  [{row['quote']}, {row['source']}]"
    own = ("agency_id", "report_year", "source", "duplicate_of")
    for row in table(output, "documents", own, agencies):
        if not row["duplicate_of"]:
            speaking[row["agency_id"], row["report_year"]].add(row["source"])
    return [
        {
            "cell": cell.id,
            "agency": cell.agency,
            "agency_id": cell.agency_id,
            "year": cell.year,
            "column": cell.column,
            **columns.get(cell.column, {}),
            "reports": "; ".join(sorted(speaking[cell.agency_id, cell.year])),
            "sentence": sentences.get(cell.mention_id or "") or _EMPTY.format(reason=cell.reason),
        }
        for cell in cells
    ]


def _columns(output: Path) -> dict[str, dict[str, str]]:
    """Label, meaning and unit of the panel's columns."""
    import pyarrow.dataset as ds  # noqa: PLC0415  slow to import

    fields = ds.dataset(output / "panel.parquet", format="parquet").schema
    names = ("label_zh", "meaning", "unit")
    return {
        field.name: {
            name: (field.metadata or {}).get(name.encode(), b"").decode() for name in names
        }
        for field in fields
    }


def _write_workbook(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Raises ``UsageError`` where the package that writes workbooks is missing."""
    try:
        import xlsxwriter  # noqa: PLC0415  an extra
        from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(
            "--format excel needs xlsxwriter: pip install 'zhengju[export]'; or take --format csv"
        ) from error
    names = (*COLUMNS, "sentence")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        book = xlsxwriter.Workbook(path, {"strings_to_urls": False})
        book.set_properties({"title": "政据 zhengju", "created": _TIME})
        sheet, guide, hidden = map(book.add_worksheet, ("coding", "guide", "sentences"))
        text, head = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
        hidden.very_hidden()
        sheet.freeze_panes(1, 2)
        for at, name in enumerate(names):
            sheet.write_string(0, at, name, head)
            sheet.set_column(at, at, _WIDTHS.get(name, 12), text if name in _CODED else None)
        for number, row in enumerate(rows, 1):
            for at, name in enumerate(COLUMNS):
                sheet.write_string(number, at, str(row.get(name, "")), text)
            hidden.write_string(number, 0, row["sentence"])
            coded = f"{chr(ord('A') + COLUMNS.index('value'))}{number + 1}"
            shown = f'=IF({coded}="","",sentences!A{number + 1})'
            sheet.write_formula(number, len(COLUMNS), shown, value="")
        for number, line in enumerate(GUIDE):
            guide.write_string(number, 0, line)
        book.close()
    except (OSError, FileCreateError) as error:
        raise OutputError(f"{path}: cannot be written ({error}); name another folder") from error
