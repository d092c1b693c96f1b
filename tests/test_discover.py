"""What a dataset holds that no rule names, and the rules that are proposed for it."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extract import rulebook
from extract.catalogue import patterns_folder
from extract.cli import main
from extract.discover.survey import CSV_COLUMNS, discover, grouped
from extract.errors import CorpusError
from extract.model import Document
from extract.pipeline import run
from extract.reader import analyse
from extract.records import mentions_of
from tests import rules

TITLE = "{place}林业局{year}年度部门整体支出绩效自评报告\n"
BODIES = {
    ("青禾县", 2021): "全县巡护林区道路250公里，较上年增长4.2%。新建12座瞭望塔。联系人：李庚辛。\n",
    ("青禾县", 2022): "二是累计巡护林区道路260公里，投入无人机巡护林区道路40公里。\n",
    ("松坪县", 2022): "一、产出\n2022年巡护林区道路310 公里；新建8座瞭望塔。古树名木保护90株。\n",
}


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("woods")
    (home / "reports").mkdir()
    for (place, year), body in BODIES.items():
        text = TITLE.format(place=place, year=year) + body
        (home / "reports" / f"{place}{year}.txt").write_text(text, "utf-8")
    run(home / "reports", home / "out", workers=1)
    return home / "out"


def blocks(text: str) -> dict[str, tuple[str, str]]:
    """By head: the row and the rule that are ready to paste."""
    found = re.findall(
        r"^\d+\. (\S+) .*?^# patterns/packs/mine/indicators\.csv\n(.*?)\n\n"
        r"# \S+\n(.*?)(?=\n\n\d+\. |\Z)",
        text, re.MULTILINE | re.DOTALL,
    )  # fmt: skip
    return {head: (row, rule) for head, row, rule in found}


def pasted(said: str, home: Path) -> Path:
    """A copy of the rules with all that is ready to paste, in the files that are named."""
    folder = Path(shutil.copytree(patterns_folder(), home / "patterns"))
    (pack := folder / "packs" / "mine").mkdir(parents=True)
    header = re.search(
        r"^patterns/packs/mine/indicators\.csv, .* begins with the line\n(.*)$", said, re.MULTILINE
    )
    assert header
    found = blocks(said).values()
    rows = [header[1], *(row for row, _ in found)]
    (pack / "indicators.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (pack / "mine.toml").write_text("\n\n".join(rule for _, rule in found) + "\n", "utf-8")
    return folder


def test_figures_are_counted_by_head_and_unit(output: Path) -> None:
    said = discover(output)
    assert "1. 巡护林区道路 (公里)\n   4 figures, 2 agencies, 3 documents, 2021–2022" in said
    assert "wordings: 巡护林区道路 3; 投入无人机巡护林区道路 1" in said
    assert "2. 新建瞭望塔 (座)\n   2 figures, 2 agencies, 2 documents, 2021–2022" in said


def test_an_example_shows_the_figure_and_its_place(output: Path) -> None:
    text = (TITLE + BODIES["松坪县", 2022]).format(place="松坪县", year=2022)
    assert f"2022年巡护林区道路【310公里】  松坪县2022.txt:{text.index('310')}" in discover(output)


def test_shares_and_changes_need_no_rule(output: Path) -> None:
    said = discover(output, least=1)
    assert "4.2%】" not in said
    assert "1 are shares or changes, which need no rule" in said


@pytest.mark.parametrize("sentence", ["护林员巡护林区道路75公里。", "新建3座瞭望塔。"])
def test_a_pasted_rule_names_the_figures(output: Path, tmp_path: Path, sentence: str) -> None:
    folder = pasted(discover(output), tmp_path)
    text = TITLE.format(place="云岭县", year=2023) + sentence + "\n"

    before = mentions_of(analyse(Document(text, "txt"), "", rulebook.load()))
    after = mentions_of(analyse(Document(text, "txt"), "", rulebook.load(folder)))

    assert [m.indicator for m in before] == [None]
    assert [(m.indicator or "").partition("_")[0] for m in after] == ["mine"]


def test_the_examples_of_a_pasted_rule_hold(
    output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = pasted(discover(output, least=1), tmp_path)
    file = folder / "packs" / "mine" / "mine.toml"
    book = rulebook.load(folder)
    monkeypatch.setattr(rulebook, "load", lambda: book)

    examples = list(rules.examples([file]))
    assert len(examples) >= 3
    assert [line for example in examples if (line := rules.failure(example))] == []


def test_the_same_dataset_gives_the_same_words(output: Path) -> None:
    assert discover(output) == discover(output)


def test_small_groups_and_other_units_are_left_out(output: Path) -> None:
    assert blocks(discover(output)).keys() == {"巡护林区道路", "新建瞭望塔"}
    assert "古树名木保护" in blocks(discover(output, least=1))
    assert blocks(discover(output, unit="座")).keys() == {"新建瞭望塔"}
    assert blocks(discover(output, limit=1)).keys() == {"巡护林区道路"}
    assert "none has 9 figures, --min 1 shows all" in discover(output, least=9)


def test_csv_has_a_row_for_each_group(output: Path) -> None:
    rows = list(csv.DictReader(discover(output, form="csv").splitlines()))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert [(r["head"], r["figures"], r["holds"]) for r in rows] == [
        ("巡护林区道路", "4", "True"),
        ("新建瞭望塔", "2", "True"),
    ]


def test_a_folder_of_parts_is_read_like_a_file(output: Path, tmp_path: Path) -> None:
    table = pq.read_table(output / "mentions.parquet")
    (tmp_path / "mentions.parquet").mkdir()
    half = table.num_rows // 2
    for name, part in (("a", table.slice(0, half)), ("b", table.slice(half))):
        pq.write_table(part, tmp_path / "mentions.parquet" / f"part-{name}.parquet")
    assert discover(tmp_path, least=1) == discover(output, least=1)


def test_a_missing_dataset_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", str(tmp_path / "nowhere")]) == 66
    said = capsys.readouterr().err
    assert str(tmp_path / "nowhere") in said
    assert "zhengju run" in said


def test_a_damaged_table_is_named(tmp_path: Path) -> None:
    (tmp_path / "mentions.parquet").write_bytes(b"no parquet")
    with pytest.raises(CorpusError, match=r"mentions\.parquet cannot be read"):
        discover(tmp_path)


def test_a_dataset_without_unmapped_figures_says_so(
    output: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = pq.read_table(output / "mentions.parquet")
    known = pa.array(["fines"] * table.num_rows)
    table = table.set_column(table.schema.get_field_index("indicator"), "indicator", known)
    pq.write_table(table, tmp_path / "mentions.parquet")

    assert main(["discover", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "every figure of this dataset has an indicator\n"


def test_a_wording_joins_the_head_that_it_ends_with() -> None:
    rows = [
        {"label": label, "unit": unit, "source": "a", "agency_id": "x", "year": 2022}
        for label, unit in (
            ("林区道路", "公里"), ("巡护林区道路", "公里"), ("林区道路", "条"), ("再就业", "人"),
            ("失业人员再就业", "人"),
        )
    ]  # fmt: skip
    groups = {(g.head, g.unit): g.figures for g in grouped(rows)}
    assert groups == {
        ("林区道路", "公里"): 2, ("林区道路", "条"): 1, ("再就业", "人"): 1,
        ("失业人员再就业", "人"): 1,
    }  # fmt: skip


def test_a_rule_that_is_there_already_is_not_proposed_again(
    output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = pasted(discover(output), tmp_path)
    monkeypatch.setattr("extract.discover.proposals.patterns_folder", lambda: folder)
    monkeypatch.setattr("extract.discover.survey.load_rules", lambda: rulebook.load(folder))

    said = discover(output, least=1)

    assert said.count("has one, which the next run will use") == 2
    assert re.findall(r"^phrases = (.*)$", said, re.MULTILINE) == ['["古树名木保护"]']
