"""Workbooks in one XML file, as Excel 2003 writes them, are read like the others."""

from __future__ import annotations

from extract.errors import DocumentError
from extract.loaders import load
from tests.chance import seeded
from tests.mutation import mutants

_SPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_HIDDEN = "<WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions>"


def workbook(rows: str, *, prolog: str = "<?xml version='1.0' encoding='gb2312'?>") -> bytes:
    """A workbook in GB18030, whatever it declares, and a hidden sheet."""
    return (
        f"{prolog}<?mso-application progid='Excel.Sheet'?>"
        f"<Workbook xmlns='{_SPACE}' xmlns:ss='{_SPACE}'><Styles>"
        "<Style ss:ID='p'><NumberFormat ss:Format='Percent'/></Style></Styles>"
        f"<Worksheet ss:Name='收支总表'><Table>{rows}</Table></Worksheet>"
        f"<Worksheet ss:Name='藏'>{_HIDDEN}</Worksheet></Workbook>"
    ).encode("gb18030")


def row(*cells: tuple[str, str, str] | str, more: str = "") -> str:
    """The XML of a row; a cell is its text, or text, attributes and type."""
    full = [(cell, "", "String") if isinstance(cell, str) else cell for cell in cells]
    data = (f"<Cell {a}><Data ss:Type='{kind}'>{text}</Data></Cell>" for text, a, kind in full)
    return f"<Row {more}>{''.join(data)}</Row>"


def ended(data: bytes) -> str:
    """How reading ended; any error but ours goes through."""
    try:
        return load(data).status
    except DocumentError as error:
        return str(error)


def test_titles_spans_formats_and_dates_are_read() -> None:
    rows = (
        row(("部门收支总表", "ss:MergeAcross='2'", "String"))
        + row(("单位：万元", "ss:Index='3'", "String"))
        + row(("项目", "ss:MergeDown='1'", "String"), ("金额", "ss:MergeAcross='1'", "String"))
        + row(("预算", "ss:Index='2'", "String"), "执行率")
        + row("基本支出", "1,234.50", ("0.9457", "ss:StyleID='p'", "Number"))
        + row("9", more="ss:Hidden='1'")
        + row(
            "合计", ("0.30000000000000004", "", "Number"), ("2023-01-31T00:00:00", "", "DateTime")
        )
    )
    document = load(workbook(rows))
    assert document.text.split("\n") == [
        "收支总表",
        "部门收支总表",
        "单位：万元",
        "项目\t金额\t",
        "\t预算\t执行率",
        "基本支出\t1,234.50\t94.57%",
        "合计\t0.3\t2023-01-31",
    ]
    assert (document.format, document.flags) == ("xlsxml", ("hidden_sheet", "hidden_cells"))


def test_hostile_and_damaged_ones_are_refused_by_name() -> None:
    cell = row(("支出", "ss:Index='99999999999' ss:MergeAcross='-3'", "String"))
    assert load(workbook(cell)).text == "收支总表\n支出"
    assert ended(workbook("", prolog="<?xml version='1.0'?><!DOCTYPE x>")) == "refused(doctype)"
    spans = row(("甲", "ss:MergeAcross='1048576' ss:MergeDown='1048576'", "String"), "乙") * 50
    assert ended(workbook(spans)) == "ok"
    for mutant in mutants(workbook(cell), seeded(3), 100):
        assert ended(mutant)
