"""Pages saved in one file are read as the pages."""

from __future__ import annotations

from base64 import b64encode

import pytest

from extract.loaders import load
from tests.chance import seeded
from tests.mutation import mutants
from tests.pages import READ, ended, page, portal

# --- saved pages ------------------------------------------------------------------------------


def mhtml(*parts: tuple[str, bytes], head: str = "") -> bytes:
    """A saved page of ``(content type, body)`` parts, coded in base64."""
    lead = (
        f"From: <Saved by a browser>\r\n{head}MIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; boundary="b"\r\n\r\n'
    )
    body = "".join(
        f"--b\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{b64encode(data).decode()}\r\n"
        for kind, data in parts
    )
    return f"{lead}{body}--b--\r\n".encode()


def test_a_saved_page_is_read_as_the_page() -> None:
    saved = mhtml(
        ("text/html; charset=gb2312", portal("id='zoom'").encode("gbk")),
        ("image/png", b"\x89PNG"),
        ("text/html", page("<p>广告7</p>").encode()),
        head="Snapshot-Content-Location: http://a.invalid/2.htm\r\n",
    )
    document = load(saved)
    assert document.text.split("\n") == READ
    assert (document.format, document.encoding) == ("mhtml", "gb18030")
    assert document.url == "http://a.invalid/2.htm"


def test_of_a_saved_workbook_all_sheets_are_read() -> None:
    sheet = "<table><tr><td>项目</td><td>{0}</td></tr><tr><td>支出</td><td>{0}0</td></tr></table>"
    frames = "<html><frameset><frame src=1><frame src=2></frameset></html>"
    document = load(
        mhtml(
            ("text/html", frames.encode()),
            *(("text/html", page(sheet.format(n)).encode()) for n in (1, 2)),
        )
    )
    assert document.text == "项目\t1\n支出\t10\n项目\t2\n支出\t20"
    assert [b.table for b in document.blocks] == [0, 0, 1, 1]


@pytest.mark.parametrize(
    "data",
    [
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n",
        b"MIME-Version: 1.0\nContent-Type: text/plain\n\nno page",
        mhtml(("image/png", b"x")),
    ],
)
def test_a_saved_page_without_a_page_is_corrupt(data: bytes) -> None:
    assert ended(data) == "corrupt(mhtml)"


def test_damaged_saved_pages_are_read_or_refused_by_name() -> None:
    for mutant in mutants(mhtml(("text/html", portal().encode())), seeded(4), 150):
        assert ended(mutant)
