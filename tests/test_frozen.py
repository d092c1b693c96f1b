"""A document that was loaded before is the same as one that is loaded now."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from extract import loaders
from extract.loaders import frozen
from extract.loaders.frozen import Shelf, needs_file, thawed
from extract.loaders.ofd import Places as OfdPlaces
from extract.loaders.scan.layout import Glyph
from extract.loaders.scan.text import Answers, Readings, ScanText
from extract.model import Block, Document
from extract.pipeline import run
from tests.stubs import digests, reinstall

CORPUS = Path(__file__).parent.parent / "corpus"
SPANS = [(0, 1), (2, 9), (5, 5), (8, 40), (30, 33), (300, 330)]


BESIDE = OfdPlaces((0,), (4,), (((0.5, 1.0, 2.0, 3.0),) * 8,))


def again(document: Document, file: bytes = b"") -> Document:
    data = frozen.frozen(document)
    assert data is not None
    return thawed(data, file)


def same(one: Document, other: Document) -> bool:
    for name in Document.__slots__:
        if name != "places" and getattr(one, name) != getattr(other, name):
            return False
    if one.places is None or other.places is None:
        return one.places is other.places
    spans = [*SPANS, *((at, at + 3) for at in range(len(one.text)))]
    return list(one.places(spans)) == list(other.places(spans))


@pytest.mark.parametrize("name", ["云岭县*2021*.docx", "松坪县*2021*.pdf"])
def test_a_document_comes_back_as_it_was(name: str) -> None:
    data = next(CORPUS.glob(name)).read_bytes()
    document = loaders.load(data)
    assert same(again(document, data), document)


def test_so_do_all_its_fields() -> None:
    document = Document(
        "五万元\n6万元", "html", "utf-8", 2, 3,
        (Block("row", 0, 3, 1, 0, 2), Block("heading", 4, 7)),
        "partial", "page_errors", 0.25, ("a", "b"), "题", "https://a.example", "2023-01-02",
        ("x.pdf",), 0.5, ((1, 2), (3, 4)),
    )  # fmt: skip
    assert again(document) == document


@pytest.mark.parametrize(
    "places",
    [
        OfdPlaces((0, 9), (1, 2), (((0.0, 1.5, 2.25, 3.0), None) * 4, ((1.0, 1.0, 2.0, 2.0),))),
        Readings([(2, ScanText("a b", (Glyph("a", 1, (0.1, 1.0, 2.0, 3.0), 0.9), None,
                                       Glyph("b", 1, (2.5, 1.0, 9.0, 3.0), 0.5)),
                               {1: (0.5, 0.0, 1.0, 0.0, 0.5, 2.0)}))]).places(BESIDE),
    ],
)  # fmt: skip
def test_so_do_places(places: OfdPlaces | Answers) -> None:
    document = Document("x" * 60, "ofd", places=places)
    assert same(again(document), document)


def test_what_may_end_otherwise_or_cannot_be_told_is_not_kept() -> None:
    assert frozen.frozen(Document("x", "pdf", status="partial", reason="timeout")) is None
    assert frozen.frozen(Document("x", "pdf", places=lambda _: [])) is None
    assert frozen.frozen(Document("x", "txt")) is None


def test_a_shelf_gives_back_what_is_undamaged(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    assert shelf.find("ab" * 32) is None
    shelf.keep("ab" * 32, Document("文", "html"))
    data = shelf.find("ab" * 32)
    assert data is not None
    assert not needs_file(data)
    (path,) = tmp_path.rglob("*.text")
    for damaged in (b"", path.read_bytes()[:-1], path.read_bytes().replace(b" 1 ", b" 2 ")):
        path.write_bytes(damaged)
        assert shelf.find("ab" * 32) is None


@pytest.mark.parametrize("workers", [1, 2])
def test_another_rule_reads_the_text_that_was_loaded_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    corpus = tmp_path / "c"
    corpus.mkdir()
    for path in [*CORPUS.glob("云岭县*.docx"), *CORPUS.glob("松坪县*2021*.pdf")]:
        shutil.copy(path, corpus)
    run(corpus, tmp_path / "out", workers=workers)
    before = digests(tmp_path / "out")
    shelves = tmp_path / ".out.zhengju" / "cache" / "loaded"
    assert len(list(shelves.rglob("*.text"))) == 4

    reinstall(monkeypatch, rules="of another day")
    with monkeypatch.context() as patched:
        patched.setattr("extract.batch.load", lambda _: 1 / 0)
        report = run(corpus, tmp_path / "out", workers=workers)
    assert (report.documents, report.reused) == ({"ok": 4}, 0)
    after = digests(tmp_path / "out")
    assert {n for n in after if after[n] != before[n]} == {"manifest.json"}
    run(corpus, tmp_path / "out", workers=workers, texts=False)
    assert not shelves.exists()


@pytest.mark.parametrize("part", ["loaders", "packages"])
def test_other_loaders_read_the_file_itself(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = tmp_path / "c"
    corpus.mkdir()
    shutil.copy(next(CORPUS.glob("云岭县*.docx")), corpus)
    run(corpus, tmp_path / "out")
    reinstall(monkeypatch, **{part: "of another day"})
    monkeypatch.setattr("extract.batch.load", lambda _: 1 / 0)
    assert run(corpus, tmp_path / "out", accept="so it is").documents == {"crash": 1}
