"""Workbooks (电子表格): XLSX, XLS and the XML of Excel 2003, read to the same sheets."""
