"""What a loader may tell about a document besides its text, and what the reader makes of it."""

from __future__ import annotations

from collections.abc import Sequence

from extract import rulebook
from extract.columns import TABLES
from extract.loaders.blocks import Piece, join
from extract.model import Document, Place, Reading, Source, Span
from extract.reader import read_document
from extract.tables import tables_of

TITLE = "松坪县医疗保障局2022年度部门整体支出绩效自评报告"


def read(*pieces: Piece | str, **more: object) -> Reading:
    text, blocks = join([p if isinstance(p, Piece) else Piece(p) for p in (TITLE, *pieces)])
    document = Document(text, "pdf", blocks=blocks, **more)  # type: ignore[arg-type]
    return read_document(Source("", "", 0), document, rulebook.load())


def test_furniture_between_two_halves_of_a_sentence_does_not_part_them() -> None:
    reading = read(
        "持续打击欺诈骗保，本年度共追回医保基金",
        Piece("松坪县医疗保障局 第3页", kind="furniture"),
        "126.5万元，比上年增加3万元。",
    )

    first = reading.mentions[0]
    assert (first.indicator, float(first.value)) == ("recovered_funds", 1265000)
    assert [(r.quote, r.reason) for r in reading.rejections if r.quote == "3"] == [
        ("3", "page_furniture")
    ]


def test_furniture_gives_no_figures() -> None:
    reading = read(Piece("2022年预算812.4万元", kind="furniture"), "全年检查定点医药机构48家。")

    assert [m.quote for m in reading.mentions] == ["48家"]


def test_a_heading_by_style_opens_a_section_without_a_number() -> None:
    reading = read(
        Piece("一、基金监管", kind="heading", level=1),
        "检查定点医药机构48家。",
        Piece("资金去向", kind="heading", level=1),
        "支出12.5万元。",
    )

    assert [(s.heading, s.level, s.how) for s in reading.sections[2:]] == [
        ("基金监管", 2, "numbered"),
        ("资金去向", 2, "style"),
    ]


def test_a_long_paragraph_in_a_heading_style_is_no_heading() -> None:
    long = "按照要求开展各项工作，落实各项制度，" * 3
    reading = read(Piece(long, kind="heading", level=2), "检查定点医药机构48家。")

    assert [s.how for s in reading.sections[1:]] == ["title"]


def test_places_are_asked_once_and_for_the_figures_only() -> None:
    asked: list[Sequence[Span]] = []

    def places(spans: Sequence[Span]) -> list[Place | None]:
        asked.append(spans)
        return [Place(7, (72, 100.04, 130, 112)), None]

    reading = read("检查定点医药机构48家，追回医保基金12.5万元。", places=places)

    assert asked == [[(m.start, m.end) for m in reading.mentions]]
    assert [(m.page, m.bbox) for m in reading.mentions] == [
        (7, "72.0,100.0,130.0,112.0"),
        (None, None),
    ]


def test_a_figure_of_doubtful_characters_is_flagged() -> None:
    text = f"{TITLE}\n检查定点医药机构48家，追回医保基金12.5万元。"
    at = text.index("12.5") + 1
    reading = read("检查定点医药机构48家，追回医保基金12.5万元。", unsure=((at, at + 1),))

    assert [(m.quote, "ocr_unsure" in m.flags) for m in reading.mentions] == [
        ("48家", False),
        ("12.5万元", True),
    ]


def test_what_a_page_says_of_itself_stands_in_documents() -> None:
    reading = read(
        "检查定点医药机构48家。",
        url="https://www.example.com/a.html",
        published="2023-03-01",
        attachments=("a.xlsx",),
        ocr_confidence=0.97,
    )

    row = tables_of(reading, rulebook.load().catalogue)["documents"]
    assert set(row) == {column.name for column in TABLES["documents"]}
    assert row["url"] == ["https://www.example.com/a.html"]
    assert (row["published"], row["attachments"]) == (["2023-03-01"], [["a.xlsx"]])
    assert row["ocr_confidence"] == [0.97]
