"""Word files that nobody made in good faith, and thousands of odd ones made by chance."""

from __future__ import annotations

import io
import random
import re
import struct
import time
import zipfile

import pytest

from extract.errors import DocumentError
from extract.loaders import load
from tests.builders import docx_with, docx_xml, rels, w_p, w_tbl, w_tc, zip_of

_TOKEN = re.compile("〔[0-9]+〕")
_INLINE = ("hyperlink", "ins", "smartTag", "fldSimple", "moveTo", "bdo", "dir", "customXml", "sdt")
_BLOCK = ("ins", "customXml", "sdt", "moveTo")
_UNSEEN = ("del", "moveFrom")


def outcome(data: bytes) -> str:
    try:
        load(data)
    except DocumentError as error:
        return str(error)
    return "ok"


# --- limits -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x" * 11 * 2**20, "refused(zip_ratio)"),
        (w_p("x") * 400_000, "refused(zip_ratio)"),
        ("<w:sdt><w:sdtContent>" * 300 + "</w:sdtContent></w:sdt>" * 300, "refused(depth)"),
        (f"<w:p>{'<w:ins>' * 5000}{'</w:ins>' * 5000}</w:p>", "refused(depth)"),
        (f"<w:tbl>{'<w:sdt>' * 5000}{'</w:sdt>' * 5000}</w:tbl>", "refused(depth)"),
        (
            "<w:p><w:r><w:pict><w:txbxContent>" * 500
            + "</w:txbxContent></w:pict></w:r></w:p>" * 500,
            "refused(depth)",
        ),
    ],
)
def test_what_is_too_much_is_refused(body: str, expected: str) -> None:
    assert outcome(docx_xml(body)) == expected


def test_a_large_table_is_read_in_time() -> None:
    row = [w_tc("甲")] * 60
    began = time.process_time()
    text = load(docx_xml(w_tbl(*[row] * 1_000))).text
    assert text.count("\t") == 59 * 1_000
    assert time.process_time() - began < 5


def test_merges_without_a_beginning_and_spans_without_sense_are_read() -> None:
    cells = [w_tc("甲", f'<w:vMerge/><w:gridSpan w:val="{n}"/>') for n in ("1e8", "", "-3", "９")]
    assert load(docx_xml(w_tbl(cells, cells))).text.startswith("甲\t甲\t甲\t甲")


@pytest.mark.parametrize(
    "target", ["NULL", "", "../../etc/passwd", "document.xml", "//x/y", "a" * 9000]
)
@pytest.mark.parametrize("kind", ["styles", "numbering", "header", "chart", "aFChunk", "footnotes"])
def test_relations_may_point_anywhere(kind: str, target: str) -> None:
    body = (
        '<w:p><w:pPr><w:pStyle w:val="1"/><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:r>'
        '<w:t>甲</w:t><w:drawing><w:chart r:id="r1"/></w:drawing><w:footnoteReference w:id="1"/>'
        '</w:r></w:p><w:altChunk r:id="r1"/><w:sectPr><w:headerReference r:id="r1"/></w:sectPr>'
    )
    assert load(docx_with(body, {}, ("r1", kind, target))).text.startswith("甲")


@pytest.mark.parametrize(
    "styles",
    [
        "<w:latentStyles/>" * 60_000,
        "".join(f'<w:style w:styleId="s{n}">' for n in range(20_000)) + "</w:style>" * 20_000,
        "".join(
            f'<w:style w:styleId="s{n}"><w:basedOn w:val="s{n + 1}"/></w:style>'
            for n in range(5_000)
        ),
    ],
)
def test_many_odd_styles_take_linear_time(styles: str) -> None:
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="s{n}"/></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>'
        for n in range(5_000)
    )
    began = time.process_time()
    load(docx_with(body, {"styles.xml": styles}))
    assert time.process_time() - began < 5


def test_members_of_the_same_name_are_read_once() -> None:
    stream = io.BytesIO(docx_xml(w_p("甲")))
    with zipfile.ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("word/document.xml", b"<d><body><p><r><t>x</t></r></p></body></d>")
    assert load(stream.getvalue()).text == "x"


def test_a_member_that_lies_about_its_size_is_corrupt() -> None:
    data = bytearray(docx_xml(w_p("甲" * 999)))
    central = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, central + 24, 64)
    assert outcome(bytes(data)) == "corrupt(zip)"


@pytest.mark.parametrize("start", [b"{\\rtf1 x}", b"<html><body>x</body></html>", b"%PDF-1.4 x"])
def test_another_format_under_this_name_is_no_word_file(start: bytes) -> None:
    assert outcome(start) != "ok" or load(start).format != "docx"


# --- chance -----------------------------------------------------------------------------------


class _Maker:
    """Makes bodies by chance, and knows the words that Word would show, in order."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)  # noqa: S311  no secrets here
        self.n = 0
        self.shown: list[str] = []

    def word(self, *, shown: bool = True) -> str:
        self.n += 1
        text = f"〔{self.n}〕"
        if shown:
            self.shown.append(text)
        return text

    def inline(self, depth: int) -> str:
        return "".join(self._inline(depth) for _ in range(self.draw.randint(1, 3)))

    def _inline(self, depth: int) -> str:
        match self.draw.randint(0, 8 if depth < 6 else 3):
            case 0 | 1 | 2:
                look = self.draw.choice(
                    ("", "<w:rPr><w:b/></w:rPr>", "<w:rPr><w:i/><w:sz/></w:rPr>")
                )
                return f"<w:r>{look}<w:t>{self.word()}</w:t></w:r>"
            case 3:
                gone = self.draw.choice(_UNSEEN)
                return f"<w:{gone}><w:r><w:t>{self.word(shown=False)}</w:t></w:r></w:{gone}>"
            case 4:
                return self.choice(f"<w:r><w:t>{self.word()}</w:t></w:r>")
            case 5:
                return "<w:proofErr/><w:bookmarkStart w:name='_Toc1'/>" + self._inline(depth + 1)
            case _:
                return wrapped(self.draw.choice(_INLINE), self.inline(depth + 1))

    def choice(self, xml: str) -> str:
        other = f"<w:r><w:t>{self.word(shown=False)}</w:t></w:r>"
        return (
            f"<mc:AlternateContent><mc:Choice>{xml}</mc:Choice>"
            f"<mc:Fallback>{other}</mc:Fallback></mc:AlternateContent>"
        )

    def blocks(self, depth: int = 0) -> str:
        return "".join(self._block(depth) for _ in range(self.draw.randint(1, 3)))

    def _block(self, depth: int) -> str:
        match self.draw.randint(0, 6 if depth < 5 else 2):
            case 0 | 1 | 2:
                look = self.draw.choice(
                    ("", "<w:pPr><w:jc/></w:pPr>", "<w:pPr><w:pStyle/></w:pPr>")
                )
                return f"<w:p>{look}{self.inline(0)}</w:p>"
            case 3:
                return self.table()
            case 4:
                inner = "<w:txbxContent>{}</w:txbxContent>"
                before = self.inline(5)
                return f"<w:p>{before}<w:r>{inner.format(self.blocks(depth + 1))}</w:r></w:p>"
            case _:
                return wrapped(self.draw.choice(_BLOCK), self.blocks(depth + 1))

    def table(self) -> str:
        n = self.draw.randint(2, 4)
        rows = []
        for _ in range(self.draw.randint(1, 3)):
            cells = "".join(
                f"<w:tc><w:tcPr><w:tcW/></w:tcPr><w:p>{self.inline(3)}</w:p><w:p>{self.inline(3)}</w:p></w:tc>"
                for _ in range(n)
            )
            rows.append(f"<w:tr>{cells}</w:tr>")
        return wrapped("sdt", f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>")


def wrapped(name: str, xml: str) -> str:
    content = f"<w:sdtPr/><w:sdtContent>{xml}</w:sdtContent>" if name == "sdt" else xml
    return f"<w:{name}>{content}</w:{name}>"


@pytest.mark.parametrize("seed", range(150))
def test_whatever_wraps_the_words_all_come_out_in_order(seed: int) -> None:
    maker = _Maker(seed)
    made = load(docx_xml(maker.blocks() + w_p(maker.word())))
    assert _TOKEN.findall(made.text) == maker.shown
    assert made.text_share == 1.0
    assert all("\t" not in made.text[b.start : b.end] for b in made.blocks if b.row is None)


# --- mutation ---------------------------------------------------------------------------------


def _mutated(data: bytes, draw: random.Random) -> bytes:
    """Change some places: bytes, slices taken out, put in again elsewhere, numbers made large."""
    changed = bytearray(data)
    for _ in range(draw.randint(1, 6)):
        at = draw.randrange(len(changed))
        piece = changed[at : at + draw.randint(1, 60)]
        match draw.randint(0, 4):
            case 0:
                changed[at] = draw.randrange(256)
            case 1:
                del changed[at : at + len(piece)]
            case 2:
                changed[at:at] = piece * draw.randint(1, 4)
            case 3:
                to = draw.randrange(len(changed))
                changed[to:to] = piece
            case _:
                found = re.search(rb'"[0-9]+"', bytes(changed[at:]))
                if found:
                    changed[at + found.start() + 1 : at + found.end() - 1] = b"999999999999"
    return bytes(changed)


def _parts() -> dict[str, bytes]:
    """Parts of a small Word file with lists, styles, notes, a chart and tables."""
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt '
        'w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    styles = (
        '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/>'
        '<w:basedOn w:val="2"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="Normal"/></w:style>'
    )
    chart = (
        '<c:ser><c:cat><c:pt idx="0"><c:v>甲</c:v></c:pt></c:cat><c:val><c:numCache><c:formatCode>'
        '0.0%</c:formatCode><c:pt idx="0"><c:v>0.5</c:v></c:pt></c:numCache></c:val></c:ser>'
    )
    hung = '<w:footnoteReference w:id="1"/><w:drawing><c:chart r:id="r1"/></w:drawing>'
    body = (
        '<w:p><w:pPr><w:pStyle w:val="1"/><w:rPr><w:b/></w:rPr></w:pPr>'
        f"<w:r><w:rPr><w:sz w:val='28'/></w:rPr><w:t>概况12万元</w:t>{hung}</w:r></w:p>"
        + w_tbl([w_tc("甲", '<w:gridSpan w:val="2"/>'), w_tc("1", "<w:vMerge/>")], [w_tc("乙")])
        + wrapped("sdt", "<w:p><w:ins><w:r><w:t>丙</w:t></w:r></w:ins></w:p>")
        + '<w:sectPr><w:footerReference r:id="r2"/></w:sectPr>'
    ).replace("<c:chart ", '<c:chart xmlns:c="c" ')
    parts = {
        "numbering.xml": numbering,
        "styles.xml": styles,
        "footnotes.xml": f'<w:footnote w:id="1">{w_p("注")}</w:footnote>',
        "chart1.xml": f'<?xml version="1.0"?><c:chartSpace xmlns:c="c">{chart}</c:chartSpace>',
        "footer1.xml": w_p("第1页"),
    }
    links = (("r1", "chart", "chart1.xml"), ("r2", "footer", "footer1.xml"))
    with zipfile.ZipFile(io.BytesIO(docx_with(body, parts, *links))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_damaged_files_raise_nothing_but_our_own_error() -> None:
    draw = random.Random(20)  # noqa: S311  no secrets here
    parts = _parts()
    whole = zip_of(parts)
    assert load(whole).text == "I. 概况12万元\n注\n\t系列1\n甲\t50.0%\n甲\t\t1\n乙\n丙\n第1页"
    outcomes = {"ok": 0, "error": 0}
    for turn in range(600):
        name = draw.choice(list(parts))
        broken = zip_of(parts | {name: _mutated(parts[name], draw)})
        data = broken if turn % 3 else _mutated(whole, draw)
        outcomes["ok" if outcome(data) == "ok" else "error"] += 1
    assert min(outcomes.values()) > 50


def test_words_are_fetched_from_nowhere() -> None:
    external = rels(("r1", "image", "http://127.0.0.1:9/x.png"), ("r2", "aFChunk", "file://x"))
    members = {
        "word/document.xml": b"<d><body><p><r><t>x</t></r></p><altChunk id='r2'/></body></d>",
        "word/_rels/document.xml.rels": external,
    }
    made = load(zip_of(members))
    assert made.text == "x"
    assert made.flags == ("external_link",)
