"""Cells drawn for blind coding, and what made-up codings say of them."""

from __future__ import annotations

import csv
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extract import catalogue
from extract.audit.draw import BY, Cell, cells_of, draw, records
from extract.audit.judged import Audit, audit
from extract.audit.report import cell_rows, share_rows, summary
from extract.audit.scores import Share, cohen
from extract.cli import main
from extract.errors import CorpusError, UsageError
from extract.pipeline import run
from tests import workbooks

ROOT = Path(__file__).parents[1]
Row = dict[str, str]


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("audited")
    run(ROOT / "corpus", home / "out", workers=1)
    return home / "out"


def sheet(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def save(path: Path, rows: list[Row]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def drawn(output: Path, folder: Path, *more: str) -> list[list[Row]]:
    """The sheets of the coders."""
    assert main(["audit", str(output), "-o", str(folder), *more]) == 0
    return [sheet(path) for path in sorted(folder.glob("coder_*.csv"))]


# The draw


def test_the_same_seed_draws_the_same_cells(output: Path) -> None:
    cells = cells_of(output)
    keys = [[c.key for c in draw(cells, 100, BY, seed)] for seed in (1, 1, 2)]
    assert keys[0] == keys[1] != keys[2]
    assert len(set(keys[0])) == 100


def test_the_draw_does_not_depend_on_the_order_of_rows(output: Path) -> None:
    cells = cells_of(output)
    order = list(range(cells.num_rows))
    random.Random(3).shuffle(order)  # noqa: S311
    turned = cells.take(pa.array(order))
    assert {c.key for c in draw(cells, 80, BY, 1)} == {c.key for c in draw(turned, 80, BY, 1)}


@pytest.mark.parametrize("by", ["doc_type", "format", "year"])
def test_each_stratum_has_its_share(output: Path, by: str) -> None:
    cells = cells_of(output)
    everywhere, sample = records(cells), draw(cells, 300, [by], 5)
    whole = Counter((c.value is None, c.traits[by]) for c in everywhere)
    found = Counter((c.value is None, c.traits[by]) for c in sample)
    for stratum, count in whole.items():
        assert abs(found[stratum] - 300 * count / len(everywhere)) <= 2


def test_every_cell_has_the_same_chance(output: Path) -> None:
    cells = cells_of(output).slice(0, 60)
    times = Counter(c.key for seed in range(400) for c in draw(cells, 15, ["year"], seed))
    assert len(times) == 60
    assert all(60 <= count <= 140 for count in times.values())


def test_empty_cells_are_drawn_and_know_where_they_could_stand(output: Path) -> None:
    empty = [c for c in draw(cells_of(output), 300, BY, 1) if c.value is None]
    panel = {(row["agency_id"], row["year"]): row for row in table(output, "panel")}
    own = [c for c in empty if panel[c.agency_id, c.year]["has_own_report"]]
    assert len(own) > 50
    assert all(c.traits["format"] and c.traits["doc_type"] for c in own)


def test_more_cells_than_there_are_means_all(output: Path) -> None:
    cells = cells_of(output)
    assert len(draw(cells, 10**6, BY, 1)) == cells.num_rows
    assert draw(cells.slice(0, 0), 5, BY, 1) == []


def test_an_unknown_stratum_is_named(output: Path) -> None:
    with pytest.raises(UsageError, match="colour"):
        draw(cells_of(output), 5, ["colour"], 1)


# Sheets


def test_a_sheet_hides_what_the_dataset_says(output: Path, tmp_path: Path) -> None:
    one, other = drawn(output, tmp_path / "a", "--n", "150")
    assert len(one) == len(other) == 150
    assert [row["cell"] for row in one] != [row["cell"] for row in other]
    assert {row["cell"] for row in one} == {row["cell"] for row in other}
    cells = {(c["agency_id"], str(c["year"]), c["column"]): c for c in table(output, "cells")}
    for row in one:
        cell = cells[row["agency_id"], row["year"], row["column"]]
        if len(cell["quote"] or "") > 3:
            assert cell["quote"] not in ",".join(row[name] for name in row if name != "cell")
        assert row["label_zh"]
        assert row["unit"]
        assert row["reports"]
        assert row["value"] == row["after"] == row["note"] == ""
        assert not cell["source"] or cell["source"] in row["reports"].split("; ")


def test_sheets_that_are_there_are_kept(
    output: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn(output, tmp_path / "a", "--n", "5")
    assert main(["audit", str(output), "-o", str(tmp_path / "a")]) == 2
    assert "coder_1.csv is there already" in capsys.readouterr().err


def test_a_workbook_shows_the_sentence_once_a_cell_is_coded(output: Path, tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    openpyxl = pytest.importorskip("openpyxl")
    drawn(output, tmp_path, "--n", "40", "--format", "excel")
    book = openpyxl.load_workbook(tmp_path / "coder_1.xlsx")
    coding, hidden = book["coding"], book["sentences"]
    assert hidden.sheet_state == "veryHidden"
    header = [cell.value for cell in coding[1]]
    rows = [
        dict(zip(header, row, strict=True)) for row in coding.iter_rows(min_row=2, values_only=True)
    ]
    mentions = {m["sentence"] for m in table(output, "mentions")}
    assert len(rows) == 40
    for number, row in enumerate(rows, 2):
        assert row["sentence"] == f'=IF(J{number}="","",sentences!A{number})'
        said = hidden.cell(number, 1).value
        assert said.rpartition("  [")[0] in mentions or "数据集此格为空" in said


def test_workbooks_have_the_same_bytes_each_time(output: Path, tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter")
    for name in ("a", "b"):
        drawn(output, tmp_path / name, "--n", "10", "--format", "excel")
    assert (tmp_path / "a/coder_1.xlsx").read_bytes() == (tmp_path / "b/coder_1.xlsx").read_bytes()


# Round trip


def table(output: Path, name: str) -> list[dict[str, Any]]:
    return list(pq.read_table(output / f"{name}.parquet").to_pylist())


PLANS = ("right", "right", "right", "wrong", "gross", "right", "spurious", "right")


def coded(output: Path, rows: list[Row], shift: int = 0) -> dict[str, str]:
    """Fill in the codes of a plan; the plan of each cell by its id.

    ``shift`` makes another coder of it: each seventh filled cell is coded otherwise.
    """
    cells = {(c["agency_id"], str(c["year"]), c["column"]): c for c in table(output, "cells")}
    plans: dict[str, str] = {}
    for number, row in enumerate(sorted(rows, key=lambda row: row["cell"])):
        cell = cells[row["agency_id"], row["year"], row["column"]]
        if cell["value"] is None:
            plan = "missed" if number % 4 == 1 else "empty"
        else:
            plan = PLANS[number % len(PLANS)]
        if cell["value"] == 0 and plan == "wrong":
            plan = "gross"  # nothing is near 0
        if shift and number % 7 == 3:
            plan = {"right": "wrong", "missed": "empty", "empty": "missed"}.get(plan, "right")
        value = cell["value"] or 1
        row["value"] = {
            "right": printed(cell), "wrong": f"{value * 1.37:.4f}", "gross": f"{value * 1000:.4f}",
            "spurious": "无", "missed": "431.7", "empty": "none",
        }[plan]  # fmt: skip
        plans[row["cell"]] = plan
    return plans


def printed(cell: dict[str, Any]) -> str:
    """A right code, with the unit of the quote where it has one."""
    plain = cell["unit"] in (cell["quote"] or "") and cell["measure"] not in ("change", "growth")
    return str(cell["quote"]) if plain else f"{cell['value']!r}"


def of(result: Audit, figure: str, group: str = "all", value: str = "") -> dict[str, Any]:
    (row,) = (
        r
        for r in share_rows(result)
        if (r["figure"], r["group"], r["of"]) == (figure, group, value)
    )
    return row


@pytest.fixture(scope="module")
def sheets(
    output: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[list[Row]], list[dict[str, str]]]:
    """Two coded sheets, and the plans behind them."""
    found = drawn(output, tmp_path_factory.mktemp("sheets"), "--n", "300")
    return found, [coded(output, rows, shift) for shift, rows in enumerate(found)]


Sheets = tuple[list[list[Row]], list[dict[str, str]]]


def kept(plan: dict[str, str], kinds: set[str], within: set[str]) -> int:
    return sum(kind in kinds and id_ in within for id_, kind in plan.items())


def test_one_coder_gives_the_planned_precision_and_recall(
    output: Path, sheets: Sheets, tmp_path: Path
) -> None:
    (rows, _), (plan, _) = sheets
    core = {i.short for i in catalogue.load().values() if i.tier == "core"}
    every, of_core = set(plan), {r["cell"] for r in rows if r["column"] in core}
    result = audit(output, [save(tmp_path / "coder_1.csv", rows)])

    filled = kept(plan, {"right", "wrong", "gross", "spurious"}, every)
    there = kept(plan, {"right", "wrong", "gross", "missed"}, of_core)
    assert (of(result, "precision")["k"], of(result, "precision")["n"]) == (
        kept(plan, {"right"}, every), filled,
    )  # fmt: skip
    assert (of(result, "recall")["k"], of(result, "recall")["n"]) == (
        kept(plan, {"right"}, of_core), there,
    )  # fmt: skip
    assert (of(result, "gross")["k"], of(result, "gross")["n"]) == (
        kept(plan, {"gross"}, every), filled,
    )  # fmt: skip
    for year in {row["year"] for row in rows}:
        of_year = {r["cell"] for r in rows if r["year"] == year}
        assert of(result, "precision", "year", year)["k"] == kept(plan, {"right"}, of_year)


def test_two_coders_give_the_planned_agreement_and_kappa(
    output: Path, sheets: Sheets, tmp_path: Path
) -> None:
    found, (one, other) = sheets
    paths = [save(tmp_path / f"coder_{n}.csv", rows) for n, rows in enumerate(found, 1)]
    result = audit(output, paths)

    alike = {id_ for id_ in one if one[id_] == other[id_]}
    verdict = {"gross": "wrong"}
    pairs = [(verdict.get(one[i], one[i]), verdict.get(other[i], other[i])) for i in one]
    stated = [tuple("no" if v in ("spurious", "empty") else "yes" for v in p) for p in pairs]
    assert (of(result, "agreement")["k"], result.both) == (len(alike), 300)
    assert of(result, "kappa_verdict")["share"] == pytest.approx(by_table(pairs))
    assert of(result, "kappa_stated")["share"] == pytest.approx(by_table(stated))
    assert result.undecided == 300 - len(alike)
    filled = {"right", "wrong", "gross", "spurious"}
    assert of(result, "precision")["n"] == kept(one, filled, alike)
    assert of(result, "precision")["k"] == kept(one, {"right"}, alike)


def by_table(pairs: list[Any]) -> float:
    """Cohen's kappa as textbooks have it, from the table of both codings."""
    n = len(pairs)
    names = {name for pair in pairs for name in pair}
    cells = Counter(pairs)
    rows = {a: sum(cells[a, b] for b in names) for a in names}
    columns = {b: sum(cells[a, b] for a in names) for b in names}
    observed = sum(cells[a, a] for a in names) / n
    chance = sum(rows[a] / n * columns[a] / n for a in names)
    return (observed - chance) / (1 - chance)


def test_what_is_settled_afterwards_decides(output: Path, sheets: Sheets, tmp_path: Path) -> None:
    found, (one, other) = sheets
    paths = [save(tmp_path / f"coder_{n}.csv", rows) for n, rows in enumerate(found, 1)]
    arguments = ["audit", str(output), "--read", *map(str, paths)]
    assert main([*arguments, "-o", str(tmp_path)]) == 0
    rows = sheet(tmp_path / "cells.csv")
    ids = {(r["agency_id"], r["year"], r["column"]): r for r in found[0]}
    for row in rows:
        if row["verdict"] == "undecided":
            row["adjudicated"] = ids[row["agency_id"], row["year"], row["column"]]["value"]
    settled = save(tmp_path / "settled.csv", rows)
    result = audit(output, paths, settled)
    alone = audit(output, paths[:1])

    assert sum(r["verdict"] == "undecided" for r in rows) == sum(one[i] != other[i] for i in one)
    assert result.undecided == 0
    assert of(result, "precision") == of(alone, "precision")
    assert of(result, "recall") == of(alone, "recall")


def test_what_is_settled_stays_in_the_table_of_cells(
    output: Path, sheets: Sheets, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [save(tmp_path / f"c{n}.csv", rows) for n, rows in enumerate(sheets[0], 1)]
    arguments = ["audit", str(output), "-o", str(tmp_path), "--read", *map(str, paths)]
    assert main(arguments) == 0
    rows = sheet(tmp_path / "cells.csv")
    torn = [row for row in rows if row["verdict"] == "undecided"]
    torn[0]["adjudicated"] = "'-5.5万元"
    torn[1]["adjudicated"] = "hard to say"
    cells = save(tmp_path / "cells.csv", rows)

    for more in ((), ("--adjudicated", str(cells))):
        assert main([*arguments, *more]) == 2
        assert "adjudications that would be lost" in capsys.readouterr().err
        assert sheet(cells) == rows
    torn[1]["adjudicated"] = ""
    save(cells, rows)
    assert main([*arguments, "--adjudicated", str(cells)]) == 0
    assert [row["adjudicated"] for row in sheet(cells) if row["adjudicated"]] == ["'-5.5万元"]


def test_codes_without_a_unit_and_cells_that_are_not_there_are_told(
    output: Path, sheets: Sheets, tmp_path: Path
) -> None:
    rows = [dict(row) for row in sheets[0][0]]
    plan = sheets[1][0]
    right = [r for r in rows if plan[r["cell"]] == "right" and r["value"].endswith("万元")]
    for row in right[:3]:
        row["value"] = row["value"].removesuffix("万元")
    rows.append({**rows[0], "agency_id": "u000-ybj-own"})
    result = audit(output, [save(tmp_path / "coder_1.csv", rows)])
    said = summary(result)
    gross = audit(output, [save(tmp_path / "c.csv", sheets[0][0])]).unitless  # planned like that
    assert result.unitless == gross + 3
    assert f"no unit      {gross + 3} codes" in said
    assert "not there    1 cells that the dataset does not have, such as u000-ybj-own 20" in said


def test_a_second_look_counts_for_the_truth_and_not_for_agreement(
    output: Path, sheets: Sheets, tmp_path: Path
) -> None:
    rows = [dict(row) for row in sheets[0][0]]
    plan = sheets[1][0]
    cells = table(output, "cells")
    right = {(c["agency_id"], str(c["year"]), c["column"]): c for c in cells}
    for row in rows:
        if plan[row["cell"]] == "wrong":
            row["after"] = printed(right[row["agency_id"], row["year"], row["column"]])
    paths = [save(tmp_path / "coder_1.csv", rows), save(tmp_path / "coder_2.csv", sheets[0][0])]
    result = audit(output, [paths[0]])
    assert of(result, "precision")["k"] == kept(plan, {"right", "wrong"}, set(plan))
    assert of(audit(output, paths), "agreement")["k"] == len(rows)


def test_cells_without_a_code_are_left_out(output: Path, sheets: Sheets, tmp_path: Path) -> None:
    rows = [dict(row) for row in sheets[0][0]]
    for row in rows[:40]:
        row["value"] = ""
    rows[50]["value"] = "about a lot"
    result = audit(output, [save(tmp_path / "coder_1.csv", rows)])
    assert (result.drawn, len(result.judged)) == (300, 259)
    assert result.unread == ("coder_1.csv, line 52: about a lot is no number",)
    assert "not read" in summary(result)


def test_a_coded_workbook_is_read(output: Path, sheets: Sheets, tmp_path: Path) -> None:
    rows = sheets[0][0]
    names = list(rows[0])
    book = workbooks.xlsx(workbooks.rows(names, *([row[n] for n in names] for row in rows)))
    (tmp_path / "coder_1.xlsx").write_bytes(book)
    save(tmp_path / "coder_1.csv", rows)
    read = [audit(output, [tmp_path / f"coder_1.{form}"]) for form in ("xlsx", "csv")]
    assert list(share_rows(read[0])) == list(share_rows(read[1]))


def test_each_coded_cell_comes_back_with_its_sentence(
    output: Path, sheets: Sheets, tmp_path: Path
) -> None:
    result = audit(output, [save(tmp_path / "coder_1.csv", sheets[0][0])])
    told = list(cell_rows(result))
    assert len(told) == 300
    assert all(row["sentence"] and row["quote"] for row in told if row["value"] is not None)
    assert Counter(row["verdict"] for row in told) == Counter(
        {"gross": "wrong"}.get(plan, plan) for plan in sheets[1][0].values()
    )


def test_a_cell_that_the_panel_lost_is_empty(output: Path, sheets: Sheets, tmp_path: Path) -> None:
    rows = [dict(row) for row in sheets[0][0]]
    rows[0] |= {"column": "no_such_column", "value": "7件"}
    result = audit(output, [save(tmp_path / "coder_1.csv", rows)])
    assert result.judged[0].verdict == "missed"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("agency_id,year,value\na,2022,1\n", "'column' is missing"),
        ("agency_id,year,column,value\na,soon,fines,1\n", "'soon' is no year"),
        ("agency_id,year,column,value\na,2022,fines,1\na,2022,fines,2\n", "stands twice"),
    ],
)
def test_a_damaged_sheet_is_named(output: Path, tmp_path: Path, lines: str, told: str) -> None:
    (tmp_path / "coder_1.csv").write_text(lines, "utf-8")
    with pytest.raises(UsageError, match=told):
        audit(output, [tmp_path / "coder_1.csv"])


def test_a_missing_dataset_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="zhengju run"):
        cells_of(tmp_path)


# Statistics, held against textbook figures


def test_kappa_of_a_textbook_table() -> None:
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    found = cohen(*map(list, zip(*pairs, strict=True)))
    assert found.value == pytest.approx(0.4)
    assert found.interval() == pytest.approx((0.1460, 0.6540), abs=1e-3)


def test_kappa_of_one_class_is_undefined() -> None:
    assert cohen(["a", "a"], ["a", "a"]).value is None
    assert cohen([], []).value is None
    assert cohen(["a", "b"], ["a", "b"]).value == 1


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (285, 300, 0.9192, 0.9694),
    ],
)
def test_wilson_intervals_of_published_tables(k: int, n: int, low: float, high: float) -> None:
    assert Share(k, n).interval() == pytest.approx((low, high), abs=1e-4)


def test_a_share_of_nothing_has_no_interval() -> None:
    assert Share(0, 0).interval() is None
    assert str(Share(0, 0)) == "–"


def test_cells_have_an_id_of_their_own(output: Path) -> None:
    cells: list[Cell] = records(cells_of(output))
    assert len({cell.id for cell in cells}) == len(cells)
