from __future__ import annotations

import random
import struct
from contextlib import suppress

import pytest

from extract.errors import DocumentError
from extract.loaders import load
from tests.ole_file import ole_of
from tests.word97 import (
    DELETED,
    HIDDEN,
    IN_TABLE,
    Par,
    Run,
    doc_of,
    level,
    lists,
    par,
    plc,
    row,
    shape,
    sprm,
    styles,
    uses,
)

STYLES, NOTE_MARKS, NOTES, HEADS, FONTS, SHAPES = 1, 2, 3, 11, 15, 40
BOXES, SCHEMES, USES = 56, 73, 74


def text_of(*paragraphs: Par | str) -> str:
    return load(doc_of(*paragraphs)).text


def outcome(data: bytes) -> tuple[str, str]:
    with pytest.raises(DocumentError) as caught:
        load(data)
    return caught.value.status, caught.value.reason


# --- words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (["甲\t乙"], "甲 乙"),
        (["甲\x0b乙"], "甲\n乙"),
        (["甲\x1e乙\x1f丙"], "甲-乙丙"),
        (["甲\x01\x08\x02\x05乙"], "甲乙"),
        (["甲", Run("旧", DELETED), "乙"], "甲乙"),
        (["甲", Run("旧", sprm(0x0800, 0x81)), Run("新", sprm(0x0800, 0)), "乙"], "甲新乙"),
        (["甲", Run("藏", HIDDEN), Run("藏", sprm(0x083C, 0x81)), "乙"], "甲乙"),
        (["第\x13 PAGE \x143\x15页"], "第3页"),
        (["甲\x13 TOC \\o\x15乙"], "甲乙"),
        (["见\x13 REF a \x13 IF b \x141\x15\x14表2\x15。"], "见表2。"),
        (["甲\x13 PAGE 乙"], "甲 PAGE 乙"),
        (["甲\x15乙\x14丙"], "甲乙丙"),
        (["𠮷县😀"], "𠮷县😀"),
        (["10", Run("4", sprm(0x2A48, 1)), "元"], "10⁴元"),
        (["面积", Run("2", sprm(0x2A48, 1))], "面积2"),
    ],
)
def test_words_come_out_as_the_page_shows_them(runs: list[str | Run], text: str) -> None:
    document = load(doc_of(par(*runs)))
    assert document.text == text
    assert document.text_share == 1.0
    assert document.flags == ()


def test_paragraphs_come_in_order_and_pages_end_them() -> None:
    assert text_of("甲", "", par("乙", mark="\x0c"), "丙") == "甲\n乙\n丙"


def test_a_deleted_paragraph_mark_joins_two_paragraphs() -> None:
    assert text_of(par("预算", Run("旧值", DELETED), Run("\r", DELETED), "收入")) == "预算收入"


def test_single_bytes_are_windows_characters() -> None:
    assert load(doc_of("95% – “ok” €", ansi=True)).text == "95% – “ok” €"


@pytest.mark.parametrize("cuts", [[1], [2, 3, 5], range(1, 9)])
def test_pieces_are_put_together(cuts: list[int]) -> None:
    assert load(doc_of("医保基金收入", "支出", cuts=cuts)).text == "医保基金收入\n支出"


def test_a_piece_may_change_its_characters() -> None:
    deleted = 0x41 << 1 | 1 << 8
    assert load(doc_of("甲旧旧乙", cuts=[1, 3], prm={1: deleted})).text == "甲乙"
    listed = doc_of("甲旧旧乙", cuts=[1, 3], prm={1: 1}, prcs=[HIDDEN])
    assert load(listed).text == "甲乙"


def test_signs_of_symbol_fonts_become_characters() -> None:
    font = "Symbol".encode("utf-16-le") + b"\0\0"
    fonts = struct.pack("<HHB39x", 1, 0, 39 + len(font)) + font
    sign = Run("(", sprm(0x6A09, 0, 0, 0xB3, 0xF0))
    typed = Run("\uf0b3", sprm(0x4A4F, 0, 0))
    text = load(doc_of(par(sign, "95%"), par(typed, "90%"), parts={FONTS: fonts})).text
    assert text == "≥95%\n≥90%"


# --- tables -----------------------------------------------------------------------------------


def test_rows_become_blocks_and_tables_are_counted() -> None:
    data = doc_of("前", *row("名称", "金额"), *row("会议费", "3.2"), "间", *row("甲", "乙"))
    document = load(data)
    assert document.text == "前\n名称\t金额\n会议费\t3.2\n间\n甲\t乙"
    places = [(block.kind, block.table, block.row) for block in document.blocks]
    assert places == [
        ("paragraph", None, None),
        ("row", 0, 0),
        ("row", 0, 1),
        ("paragraph", None, None),
        ("row", 1, 0),
    ]


def test_a_cell_is_one_line() -> None:
    two = [par("甲", changes=IN_TABLE), par("乙\x0b丙", changes=IN_TABLE, mark="\x07")]
    assert text_of(*two, *row("丁")) == "甲 乙 丙\t丁"


def test_a_wide_cell_covers_the_columns_below_it() -> None:
    text = text_of(
        *row("项目", "预算", shape=shape([0, 900, 2700])),
        *row("会议费", "1,234.5", "2", shape=shape([0, 900, 1800, 2700])),
        *row("合计", "3", shape=shape([0, 1790, 2705])),
    )
    assert text == "项目\t预算\t\n会议费\t1,234.5\t2\n合计\t\t3"


def test_columns_that_no_row_has_all_of_are_found() -> None:
    text = text_of(
        *row("甲", "乙", shape=shape([0, 500, 3000])),
        *row("丙", "丁", "戊", shape=shape([0, 1000, 2000, 3000])),
    )
    assert text == "甲\t乙\t\t\n丙\t\t丁\t戊"


def test_covered_cells_are_empty() -> None:
    edges = [0, 900, 1800]
    text = text_of(
        *row("甲", "乙", shape=shape(edges, [0x60, 2])),
        *row("旧", "丙", shape=shape(edges, [0x20, 0])),
        *row("丁", "余", shape=shape(edges, [0, 1])),
    )
    assert text == "甲\t乙\n\t丙\n丁\t"


def test_a_table_in_a_cell_stands_behind_the_row() -> None:
    inner = IN_TABLE + sprm(0x6649, 2, 0, 0, 0)
    ends = inner + sprm(0x244B, 1)
    cells = [par("1", changes=ends), par("2", changes=ends)]
    cells.append(par(changes=inner + sprm(0x244B, 1) + sprm(0x244C, 1)))
    document = load(doc_of(*row("甲"), *cells, *row("外", "乙")))
    assert document.text == "甲\n外\t乙\n1\t2"
    assert [block.table for block in document.blocks] == [0, 0, 1]


def test_a_table_of_one_cell_is_layout() -> None:
    paragraphs = [par("标题", changes=IN_TABLE), *row("正文")]
    document = load(doc_of(*paragraphs))
    assert document.text == "标题\n正文"
    assert {block.kind for block in document.blocks} == {"paragraph"}


def test_a_deleted_row_is_left_out() -> None:
    gone = [par(Run("旧", DELETED), changes=IN_TABLE, mark="\x07")]
    gone.append(Par((Run("\x07", DELETED),), IN_TABLE + sprm(0x2417, 1), mark=""))
    assert text_of(*row("甲", "乙"), *gone) == "甲\t乙"


def test_long_properties_lie_in_another_stream() -> None:
    changes = shape([0, 900, 2700])
    data = struct.pack("<H", len(changes)) + changes
    text = load(
        doc_of(
            *row("甲", "乙", shape=sprm(0x6646, 0, 0, 0, 0)),
            *row("一", "二", "三", shape=shape([0, 900, 1800, 2700])),
            streams={"Data": data},
        )
    ).text
    assert text == "甲\t乙\t\n一\t二\t三"


# --- headings and lists -----------------------------------------------------------------------


def test_headings_have_the_level_of_their_style() -> None:
    sheet = styles(
        (0, "Normal", 4095, b""),
        (1, "heading 1", 0, b""),
        (0xFFE, "标题 2", 0, b""),
        (0xFFE, "小节", 1, b""),
        (0xFFE, "另", 0, sprm(0x2640, 2)),
        (19, "toc 1", 0, b""),
    )
    paragraphs = [par(str(number), style=number) for number in range(6)]
    outlined = par("6", changes=sprm(0x2640, 0))
    plain = par("7", style=1, changes=sprm(0x2640, 9))
    blocks = load(doc_of(*paragraphs, outlined, plain, parts={STYLES: sheet})).blocks
    assert [(block.kind, block.level) for block in blocks] == [
        ("paragraph", None),
        ("heading", 1),
        ("heading", 2),
        ("heading", 1),
        ("heading", 3),
        ("furniture", None),
        ("heading", 1),
        ("paragraph", None),
    ]


def numbered(use: int, place: int = 0) -> bytes:
    return sprm(0x460B, use, 0) + sprm(0x260A, place)


def test_list_numbers_are_counted_and_stand_before_the_text() -> None:
    chapters = [level("\0、", 37), level("（\1）", 37), level("\2.", 0, follow=0)]
    parts = {SCHEMES: lists(chapters, [level("\0", 18)]), USES: uses((1, {}), (2, {}), (1, {0: 5}))}
    document = load(
        doc_of(
            par("概况", changes=numbered(1)),
            par("职责", changes=numbered(1, 1)),
            par("预算", changes=numbered(1, 2)),
            par("2022年", changes=numbered(1, 2)),
            par("圈", changes=numbered(2)),
            par("收支", changes=numbered(1)),
            par("机构", changes=numbered(1, 1)),
            par("附", changes=numbered(3)),
            par("无", changes=numbered(9)),
            *row(par("", changes=IN_TABLE + numbered(2), mark="\x07"), "会议费"),
            parts=parts,
        )
    )
    assert document.text.split("\n") == [
        "一、概况",
        "（一）职责",
        "1. 预算",
        "2. 2022年",
        "①圈",
        "二、收支",
        "（一）机构",
        "五、附",
        "无",
        "②\t会议费",
    ]
    assert document.text_share == 1.0


def test_a_page_break_before_a_heading_does_not_cost_its_number() -> None:
    paragraphs = [par("\x0c概况", changes=numbered(1)), par("甲\x0c乙", changes=numbered(1))]
    parts = {SCHEMES: lists([level("\0、", 37)]), USES: uses((1, {}))}
    text = load(doc_of(*paragraphs, par("丙", changes=numbered(1)), parts=parts)).text
    assert text == "一、概况\n二、甲\n乙\n三、丙"


def test_the_opposite_of_a_hiding_style_is_shown() -> None:
    sheet = styles((0, "Normal", 4095, b""), (0xFFE, "提示", 0, sprm(0x083C, 1)))
    runs = [Run("见", sprm(0x083C, 0x81)), Run("藏", HIDDEN)]
    assert load(doc_of(par(*runs), parts={STYLES: sheet})).text == "见"


def test_a_style_may_number_its_paragraphs() -> None:
    sheet = styles((0, "Normal", 4095, b""), (1, "heading 1", 0, numbered(1)))
    parts = {STYLES: sheet, SCHEMES: lists([level("第\0章 ", 37)]), USES: uses((1, {}))}
    document = load(
        doc_of(
            par("总则", style=1),
            par("不编号", style=1, changes=sprm(0x460B, 0, 0)),
            par("附则", style=1),
            par("正文", style=1, changes=numbered(1) + sprm(0x4600, 0, 0)),
            parts=parts,
        )
    )
    assert document.text == "第一章 总则\n不编号\n第二章 附则\n正文"


@pytest.mark.parametrize("size", [0, 3, 20, 40])
def test_damaged_lists_cost_the_numbers_alone(size: int) -> None:
    parts = {USES: uses((1, {}))[: size or None], SCHEMES: lists([level("\0.")])[:size]}
    assert load(doc_of(par("甲", changes=numbered(1)), parts=parts)).text == "甲"


# --- other stories ----------------------------------------------------------------------------


def test_notes_stand_behind_their_paragraph() -> None:
    document = load(
        doc_of(
            "甲\x02乙",
            "丙",
            stories={"notes": ["\x02 口径为12.5万元"]},
            parts={NOTE_MARKS: plc([1, 5], [b"\0\0"]), NOTES: plc([0, 12, 13])},
        )
    )
    assert document.text == "甲乙\n 口径为12.5万元\n丙"
    assert document.text_share == 1.0


def test_text_boxes_stand_behind_their_paragraph() -> None:
    box = struct.pack("<8xH4xI4x", 0, 1026)
    document = load(
        doc_of(
            "甲\x08乙",
            "丙",
            stories={"boxes": ["框内3.5万元", "二", ""]},
            parts={
                SHAPES: plc([1, 6], [struct.pack("<I22x", 1026)]),
                BOXES: plc([0, 10, 11], [box, bytes(22)]),
            },
        )
    )
    assert document.text == "甲乙\n框内3.5万元\n二\n丙"


def test_running_heads_are_furniture_at_the_end_and_said_once() -> None:
    heads = ["分隔", "澄湖县医疗保障局", "第\x13 PAGE \x141\x15页", "澄湖县医疗保障局"]
    cps = [0, 3, 3, 3, 3, 3, 3, 3, 12, 12, 12 + 13, 12 + 13, 12 + 13, 12 + 22]
    document = load(doc_of("正文", stories={"heads": heads}, parts={HEADS: plc([*cps, 99])}))
    assert document.text == "正文\n澄湖县医疗保障局\n第1页"
    assert [block.kind for block in document.blocks] == ["paragraph", "furniture", "furniture"]


def test_comments_are_left_out() -> None:
    assert load(doc_of("甲\x05", stories={"comments": ["请核对99万元"]})).text == "甲"


# --- the file ---------------------------------------------------------------------------------


def test_macros_are_flagged_and_the_title_is_read() -> None:
    title = "绩效自评报告".encode("gb18030") + b"\0"
    values = struct.pack("<IHH", 2, 936, 0) + struct.pack("<II", 30, len(title)) + title
    body = struct.pack("<II4I", 24 + len(values), 2, 1, 24, 2, 32) + values
    summary = bytes(28) + bytes(16) + struct.pack("<I", 48) + body
    streams = {"Macros": None, "\x05SummaryInformation": summary}
    document = load(doc_of("甲", streams=streams))
    assert document.title == "绩效自评报告"
    assert document.flags == ("macro",)


@pytest.mark.parametrize("summary", [b"", b"\xff" * 60, bytes(44) + b"\xff" * 4])
def test_a_damaged_title_costs_the_title_alone(summary: bytes) -> None:
    assert load(doc_of("甲", streams={"\x05SummaryInformation": summary})).title is None


def test_an_encrypted_file_is_told() -> None:
    assert outcome(doc_of("甲", flags=0x0100)) == ("encrypted", "")
    damaged = bytearray(doc_of("甲", flags=0x0100))  # nor can what is behind the flag be trusted
    damaged[damaged.index(b"\xec\xa5") + 64 : damaged.index(b"\xec\xa5") + 400] = b"\xfe" * 336
    assert outcome(bytes(damaged)) == ("encrypted", "")


def test_nothing_to_read() -> None:
    assert outcome(doc_of("", " ")) == ("empty", "no_text")
    heads = {HEADS: plc([0, 0, 0, 0, 0, 0, 0, 3])}
    assert outcome(doc_of("", stories={"heads": ["页眉"]}, parts=heads)) == ("empty", "no_text")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_cut_short_is_corrupt(share: float) -> None:
    data = doc_of("甲" * 3000)
    assert outcome(data[: int(len(data) * share)])[0] == "corrupt"


def clx(*cps: int, size: int | None = None, offset: int = 2048) -> bytes:
    pieces = struct.pack("<HIH", 0, offset, 0) * (len(cps) - 1)
    body = struct.pack(f"<{len(cps)}i", *cps) + pieces
    return b"\x02" + struct.pack("<I", len(body) if size is None else size) + body


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (b"", ("corrupt", "doc")),
        (b"\x03", ("corrupt", "doc")),
        (b"\x01\xff\xff", ("corrupt", "doc")),
        (clx(0), ("corrupt", "doc")),
        (clx(0, 5, 3), ("corrupt", "doc")),
        (clx(1, 2), ("corrupt", "doc")),
        (clx(0, -1), ("corrupt", "doc")),
        (clx(0, 2, size=2**31), ("refused", "size")),
        (clx(0, 2**31 - 1), ("refused", "size")),
        (clx(0, 2, offset=0x3FFFFFFE), ("corrupt", "doc")),
        (clx(*range(50_002)), ("refused", "size")),
    ],
)
def test_a_damaged_piece_table_is_corrupt(table: bytes, expected: tuple[str, str]) -> None:
    assert outcome(doc_of("甲乙丙", parts={33: table})) == expected


def test_characters_that_the_pieces_lack_are_a_loss() -> None:
    document = load(doc_of("甲" * 99, parts={33: clx(0, 50)}))
    assert document.text == "甲" * 50
    assert document.text_share == 0.5
    assert document.flags == ("text_loss",)


def test_many_pieces_over_the_same_text_stay_within_the_limit() -> None:
    table = clx(*range(0, 9_000_000, 90))
    assert outcome(doc_of("甲" * 100, parts={33: table})) == ("refused", "size")


@pytest.mark.parametrize(
    "streams",
    [
        {},
        {"WordDocument": b""},
        {"WordDocument": b"\xec\xa5\xc1\x00"},
        {"WordDocument": b"\xec\xa5\xc1\x00" + bytes(28) + b"\xff" * 1000},
        {"WordDocument": b"\x00" * 900, "1Table": b""},
        {"1Table": b"WordDocument"},
    ],
)
def test_a_container_without_a_document_is_no_document(streams: dict[str, bytes | None]) -> None:
    assert outcome(ole_of(streams))[0] in {"corrupt", "unsupported"}


def test_loops_between_sectors_end() -> None:
    data = bytearray(doc_of("甲" * 9000))
    start = 512 * (1 + struct.unpack_from("<I", data, 76)[0])
    for place in (2, 5, 9):
        struct.pack_into("<I", data, start + 4 * place, 1)
    assert outcome(bytes(data))[0] in {"corrupt", "empty"}


def test_random_damage_never_ends_in_another_error() -> None:
    whole = doc_of(
        "甲\x02县\x13 PAGE \x141\x15",
        *row("名称", "金额", shape=shape([0, 900, 1800])),
        *row("合计", shape=shape([0, 1800])),
        par("藏", Run("旧", DELETED), changes=numbered(1), style=1),
        stories={"notes": ["注"], "heads": ["页眉"], "boxes": ["框"]},
        parts={
            STYLES: styles((0, "Normal", 4095, b""), (1, "heading 1", 0, b"")),
            NOTE_MARKS: plc([1, 5], [b"\0\0"]),
            NOTES: plc([0, 2, 3]),
            HEADS: plc([0, 0, 0, 0, 0, 0, 0, 3]),
            SCHEMES: lists([level("\0.")]),
            USES: uses((1, {0: 3})),
        },
    )
    draw = random.Random(1997)  # noqa: S311 no secrets here
    busy = [i for i, byte in enumerate(whole) if byte]
    read = 0
    for _ in range(600):
        data = bytearray(whole)
        for _ in range(draw.choice([1, 2, 8])):
            data[draw.choice(busy)] = draw.choice([0, 1, 7, 127, 128, 255, draw.randrange(256)])
        with suppress(DocumentError):
            load(bytes(data))
            read += 1
    assert read > 100  # the damage left much to read


# --- Word 6 and 95 ----------------------------------------------------------------------------


def old_doc(text: bytes, *ends: int, language: int = 0x0409, flags: int = 0) -> bytes:
    """A file of Word 95; ``ends`` are the places of marks that end a row."""
    at, page = 1024, bytearray(512)
    table = b"\x00" * 3 + b"\x18\x01\x19\x01"
    words = len(table) // 2 + 1
    fcs, entries = [at], b""
    for end in ends:
        fcs += [at + end, at + end + 1]
        entries += bytes(7) + bytes([200]) + bytes(6)
    fcs.append(at + len(text))
    entries += bytes(7)
    page[: 4 * len(fcs)] = struct.pack(f"<{len(fcs)}I", *fcs)
    page[4 * len(fcs) : 4 * len(fcs) + len(entries)] = entries
    page[400 : 400 + 1 + len(table)] = bytes([words]) + table
    page[511] = len(fcs) - 1
    stream = bytearray(struct.pack("<6H", 0xA5DC, 104, 0, language, 0, flags).ljust(at, b"\0"))
    struct.pack_into("<II", stream, 0x18, at, at + len(text))
    struct.pack_into("<3I", stream, 0x34, len(text), 0, 0)
    stream += text.ljust(1024, b"\0")
    struct.pack_into("<II", stream, 0xC0, len(stream), 10)
    plc_ = struct.pack("<IIH", at, at + len(text), (len(stream) + 512) // 512)
    stream += plc_.ljust(512, b"\0") + bytes(page)
    return ole_of({"WordDocument": bytes(stream)})


def test_word_95_is_read_by_its_code_page() -> None:
    text = "澄湖县医保局\r收入\x13 PAGE \x1412.5\x15万元\x0b支出\r"
    assert load(old_doc(text.encode("gbk"))).text == "澄湖县医保局\n收入12.5万元\n支出"
    assert load(old_doc("caf\u00e9\r".encode("cp1252"))).text == "café"
    assert load(old_doc("預算\r".encode("big5"), language=0x0404)).text == "預算"


def test_rows_of_word_95_end_where_their_properties_say() -> None:
    text = "名称\x07金额\x07\x07会议费\x07\x07\x07后\r".encode("gbk")
    ends = [10, 10 + 9]
    assert load(old_doc(text, *ends)).text == "名称\t金额\n会议费\t\n后"


@pytest.mark.parametrize("size", [40, 300, 1200])
def test_a_cut_word_95_file_is_corrupt(size: int) -> None:
    stream = struct.pack("<6H", 0xA5DC, 104, 0, 0x0804, 0, 0).ljust(size, b"\xff")
    assert outcome(ole_of({"WordDocument": stream}))[0] == "corrupt"
