"""Small files of each format, made in memory: inputs stand in the test that reads them."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import docx
import fpdf
import pylopdf_fonts_zh_cn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fpdf import FPDF

Table = list[list[str]]

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def docx_of(*parts: str | Table) -> bytes:
    """A Word file as python-docx writes it: text is a paragraph, a list of rows a table."""
    document = docx.Document()
    for part in parts:
        if isinstance(part, str):
            document.add_paragraph(part)
            continue
        table = document.add_table(rows=len(part), cols=len(part[0]))
        for row, texts in zip(table.rows, part, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def docx_xml(body: str, *, prolog: str = "", strict: bool = False) -> bytes:
    """A minimal Word file around the XML of its body, prefixes ``w`` and ``mc``."""
    namespace = "http://purl.oclc.org/ooxml/wordprocessingml/main" if strict else _W
    xml = (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}'
        f'<w:document xmlns:w="{namespace}" xmlns:mc="{_MC}" xmlns:m="{_M}">'
        f"<w:body>{body}</w:body></w:document>"
    )
    return zip_of({"[Content_Types].xml": b"<Types/>", "word/document.xml": xml.encode()})


def docx_with(body: str, parts: Mapping[str, str], *links: tuple[str, str, str]) -> bytes:
    """A Word file with more parts (names below ``word/``), each with the prefixes ``w`` and ``r``.

    ``links`` are relations of the main part: identifier, last word of the type, target.
    """
    members = {"word/document.xml": _word_part("document", f"<w:body>{body}</w:body>")}
    for name, content in parts.items():
        root = "ftr" if name.startswith("footer") else name.partition(".")[0].rstrip("0123456789")
        xml = content.startswith("<?") or not name.endswith(".xml")
        members[f"word/{name}"] = content.encode() if xml else _word_part(root, content)
    if links:
        members["word/_rels/document.xml.rels"] = rels(*links)
    return zip_of(members)


def _word_part(root: str, content: str) -> bytes:
    namespaces = f'xmlns:w="{_W}" xmlns:mc="{_MC}" xmlns:r="{_R}"'
    return f"<?xml version='1.0'?><w:{root} {namespaces}>{content}</w:{root}>".encode()


def rels(*links: tuple[str, str, str]) -> bytes:
    """A part of relations; addresses with "://" are outside."""
    entries = "".join(
        f'<Relationship Id="{name}" Type="{_R}/{kind}" Target="{target}"'
        + (" TargetMode='External'/>" if "://" in target else "/>")
        for name, kind, target in links
    )
    return f"<Relationships>{entries}</Relationships>".encode()


def zip_of(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP file with ``members``, deflated if not told otherwise."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def w_p(text: str) -> str:
    """The XML of a paragraph with one run."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def w_tc(text: str, properties: str = "") -> str:
    """The XML of a table cell."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{w_p(text)}</w:tc>"


def w_tbl(*rows: Iterable[str]) -> str:
    """The XML of a table out of the XML of its cells."""
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows) + "</w:tbl>"


def new_pdf(*, turn: str = "portrait") -> FPDF:
    """An empty PDF with a font for Chinese."""
    pdf = fpdf.FPDF(orientation=turn)
    pdf.add_font("sans", fname=str(pylopdf_fonts_zh_cn.sans_path()))
    pdf.set_font("sans", size=11)
    return pdf


def pdf_of(*pages: Sequence[str | Table], password: str = "") -> bytes:
    """A PDF with a text layer: text is a line, a list of rows a ruled table."""
    pdf = new_pdf()
    if password:
        pdf.set_encryption(owner_password=password * 2, user_password=password)
    for parts in pages:
        pdf.add_page()
        for part in parts:
            add_part(pdf, part)
    return bytes(pdf.output())


def add_part(pdf: FPDF, part: str | Table) -> None:
    """Write a line, or a ruled table, below what the page has."""
    if isinstance(part, str):
        pdf.cell(h=8, text=part, new_x="LMARGIN", new_y="NEXT")
        return
    with pdf.table(first_row_as_headings=False) as table:
        for texts in part:
            row = table.row()
            for text in texts:
                row.cell(text)
    pdf.ln(6)
