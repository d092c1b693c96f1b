from __future__ import annotations

import io
import stat
import struct
import subprocess
import time
import zipfile
from pathlib import Path

import docx
import pytest

from extract.errors import DocumentError
from extract.loaders import load, office
from extract.model import Document
from tests.builders import docx_of, zip_of
from tests.ole_file import ole_of

ODT = "application/vnd.oasis.opendocument.text"
needs_office = pytest.mark.skipif(office.find() is None, reason="LibreOffice is not installed")


def odt_of(*paragraphs: str) -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "manifest")
    )
    body = "".join(f"<text:p>{each}</text:p>" for each in paragraphs)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} '
        f'office:version="1.2"><office:body><office:text>{body}</office:text></office:body>'
        "</office:document-content>"
    )
    manifest = (
        f'<manifest:manifest {spaces} manifest:version="1.2"><manifest:file-entry '
        f'manifest:full-path="/" manifest:media-type="{ODT}"/><manifest:file-entry '
        'manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    members = {"content.xml": content.encode(), "META-INF/manifest.xml": manifest.encode()}
    return stored_first("mimetype", ODT.encode(), zip_of(members))


def stored_first(name: str, data: bytes, archive: bytes) -> bytes:
    """``archive`` with one more member, stored at its beginning."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made, zipfile.ZipFile(io.BytesIO(archive)) as old:
        made.writestr(name, data)
        for member in old.namelist():
            made.writestr(member, old.read(member))
    return stream.getvalue()


def old_word(*, flags: int = 0) -> bytes:
    """A file of Word 95 that was saved in pieces, or is said to be."""
    head = struct.pack("<6H", 0xA5DC, 104, 0, 0x0804, 0, flags)
    return ole_of({"WordDocument": head.ljust(1024, b"\0")})


def outcome(data: bytes) -> tuple[str, str]:
    with pytest.raises(DocumentError) as caught:
        load(data)
    return caught.value.status, caught.value.reason


def fake(folder: Path, script: str) -> str:
    path = folder / "soffice"
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_without_libreoffice_the_message_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(office, "find", lambda: None)
    assert outcome(old_word(flags=4)) == ("unsupported", "doc")
    with pytest.raises(DocumentError, match="soffice"):
        load(odt_of("甲"))


def test_what_it_writes_is_read_as_docx(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "made").write_bytes(docx_of("全年预算数812.4万元"))
    # Of the words before --outdir none matters here; the folder is the one after it.
    script = f"""
    for word in "$@"; do
        if [ "$before" = --outdir ]; then mkdir -p "$word"; cp {tmp_path}/made "$word/in.docx"; fi
        before=$word
    done"""
    monkeypatch.setattr(office, "find", lambda: fake(tmp_path, script))
    document = load(old_word(flags=4))
    assert (document.text, document.format) == ("全年预算数812.4万元", "doc")


def test_nothing_is_left_behind_and_no_shell_sees_the_document(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = f'pwd > {tmp_path}/where; for word in "$@"; do echo "$word"; done > {tmp_path}/words'
    monkeypatch.setattr(office, "find", lambda: fake(tmp_path, script))
    assert outcome(old_word(flags=4)) == ("unsupported", "doc")
    words = (tmp_path / "words").read_text("utf-8").split("\n")
    folder = (tmp_path / "where").read_text("utf-8").strip()
    assert words[0].startswith(f"-env:UserInstallation=file://{folder}")
    assert {"--headless", "--norestore", "--nolockcheck", "--nodefault"} <= set(words)
    assert folder
    assert not Path(folder).exists()


def test_it_is_killed_with_its_children_when_its_time_is_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = f"(sleep 1; touch {tmp_path}/late) & sleep 30"
    monkeypatch.setattr(office, "find", lambda: fake(tmp_path, script))
    monkeypatch.setattr(office, "SECONDS", 0.5)
    assert outcome(old_word(flags=4)) == ("timeout", "")
    time.sleep(1)
    assert not (tmp_path / "late").exists()


def saved_as(kind: str, data: bytes, folder: Path) -> bytes:
    """A Word file as LibreOffice saves it in another format."""
    (folder / "it.docx").write_bytes(data)
    profile = (folder / "profile").as_uri()
    command = [str(office.find()), f"-env:UserInstallation={profile}", "--headless"]
    command += ["--convert-to", kind, "--outdir", str(folder), str(folder / "it.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603
    return (folder / f"it.{kind}").read_bytes()


@needs_office
@pytest.mark.parametrize("kind", ["doc", "rtf"])
def test_what_libreoffice_writes_reads_like_its_source(kind: str, tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("截至2022年末，参保48.2万人𠮷。")
    table = made.add_table(rows=3, cols=4)
    rows = [["项目", "预算数", "", "执行率"], ["会议费", "1,234.5", "2", "98%"], ["", "3", "", ""]]
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(0, 1).merge(table.cell(0, 2)).text = "预算数"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "会议费"
    made.add_paragraph("后")
    stream = io.BytesIO()
    made.save(stream)
    source = stream.getvalue()
    document, wanted = load(saved_as(kind, source, tmp_path)), load(source)
    assert (document.text, document.format) == (wanted.text, kind)
    assert [block.kind for block in document.blocks] == [block.kind for block in wanted.blocks]


@needs_office
def test_libreoffice_reads_an_opendocument_text() -> None:
    document = load(odt_of("一、基本情况", "全年预算数812.4万元"))
    assert (document.text, document.format) == ("一、基本情况\n全年预算数812.4万元", "odt")


@pytest.mark.parametrize(("kept", "share"), [(20, 1.0), (12, 0.6)])
def test_words_that_libreoffice_left_out_of_an_opendocument_text_are_told(
    monkeypatch: pytest.MonkeyPatch, kept: int, share: float
) -> None:
    rest = Document("一" * kept, "odt", text_share=1.0)
    monkeypatch.setattr(office, "load", lambda *_: rest)
    document = load(odt_of("一" * 10, "一" * 10))
    assert document.text_share == share
    assert ("text_loss" in document.flags) is (share < 1)
