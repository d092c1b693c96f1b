"""A dataset that falls behind the last one is not published; small changes are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extract.cli import main
from extract.columns import TABLES
from extract.errors import RulebookError
from extract.gates.rules import compile_gates, load
from extract.gates.verdict import Verdict, check
from tests.stubs import COUNTY, digests, fill, rows

if TYPE_CHECKING:
    from pathlib import Path

Table = dict[str, list[Any]]
GATES = {gate.id: gate for gate in load()}


def dataset(folder: Path, tables: dict[str, Table]) -> Path:
    """A folder with these columns of these tables, and what every dataset has."""
    folder.mkdir()
    for name, columns in {"documents": {"source": ["a.txt"]}, **tables}.items():
        pq.write_table(pa.table(columns), folder / f"{name}.parquet")
    return folder


def judged(tmp_path: Path, gate: str, before: Table, now: Table) -> Verdict:
    """One gate held against two tables."""
    table = GATES[gate].table
    last, new = (
        dataset(tmp_path / name, {table: columns})
        for name, columns in (("last", before), ("new", now))
    )
    return check(last, new, [GATES[gate]])


def documents(ok: int, lost: int = 0, unknown: int = 0) -> Table:
    count = ok + lost
    return {
        "source": [f"{i}.txt" for i in range(count)],
        "status": ["ok"] * ok + ["corrupt"] * lost,
        "agency_id": [None] * unknown + ["a"] * (count - unknown),
        "report_year": [2022] * count,
        "doc_type": ["budget"] * count,
    }


def facts(**of_agency: int) -> Table:
    """So many facts of each agency, those of agency b in 2021, the others in 2022."""
    agencies = [name for name, count in of_agency.items() for _ in range(count)]
    return {
        "fact_id": [str(i) for i in range(len(agencies))],
        "agency_id": agencies,
        "year": [2021 if name == "b" else 2022 for name in agencies],
    }


def values(*numbers: float, agency: str = "a", indicator: str = "fines") -> Table:
    size = len(numbers)
    return {
        "agency_id": [agency] * size, "indicator": [indicator] * size,
        "measure": ["actual"] * size, "unit": ["元"] * size, "value": list(numbers),
    }  # fmt: skip


def mentions(named: int, bare: int) -> Table:
    indicators = ["fines"] * named + [None] * bare
    year = [2022] * len(indicators)
    return {
        "source": ["a.txt"] * len(year), "indicator": indicators, "year": year,
        "measure": ["actual"] * len(year),
    }  # fmt: skip


def cells(filled: int, empty: int, agency: str = "a") -> Table:
    size = filled + empty
    return {
        "agency_id": [agency] * size,
        "column": ["fines"] * size,
        "value": [1.0] * filled + [None] * empty,
    }


def both(one: Table, other: Table) -> Table:
    return {name: [*one[name], *other[name]] for name in one}


def checks(holds: int, off: int) -> Table:
    return {"source": ["a.txt"] * (holds + off), "verdict": ["holds"] * holds + ["off"] * off}


def conflicts(none: int, disagree: int) -> Table:
    size = none + disagree
    return {"agency_id": ["a"] * size, "conflict": ["none"] * none + ["disagree"] * disagree}


MANY = [float(n) for n in range(100, 140)]
CASES: dict[str, tuple[str, Table, Table, bool]] = {
    # gate, the last dataset, the new one, whether the gate holds
    "a shrunken corpus": ("documents", documents(20), documents(15), False),
    "a few files less": ("documents", documents(20), documents(17), True),
    "a handful of files is no corpus": ("documents", documents(9), documents(1), True),
    "facts lost": ("facts", facts(a=100), facts(a=79), False),
    "some facts less": ("facts", facts(a=100), facts(a=80), True),
    "a lost year": ("facts_by_year", facts(a=900, b=60), facts(a=960, b=10), False),
    "a year with few facts": ("facts_by_year", facts(a=900, b=40), facts(a=900), True),
    "a lost agency": ("facts_by_agency", facts(a=90, b=30), facts(a=90, b=14), False),
    "one agency of many lost": (
        "facts_by_agency",
        facts(**{f"a{i}": 20 for i in range(40)}),
        facts(**{f"a{i}": 20 for i in range(39)}),
        True,
    ),
    "figures of the same files doubled": (
        "figures", mentions(100, 0), mentions(190, 0), False,
    ),
    "figures of the same files lost": ("figures", mentions(100, 0), mentions(79, 0), False),
    "figures of new files": (
        "figures", mentions(100, 0),
        both(mentions(100, 0), {**mentions(300, 0), "source": ["new.txt"] * 300}), True,
    ),
    "agencies taken for one": ("conflicts", conflicts(95, 5), conflicts(85, 15), False),
    "a few conflicts more": ("conflicts", conflicts(95, 5), conflicts(91, 9), True),
    "documents unread": ("unread", documents(48, 2), documents(42, 8), False),
    "one more document unread": ("unread", documents(48, 2), documents(45, 5), True),
    "agencies unknown": ("unknown_documents", documents(50, 0, 1), documents(50, 0, 6), False),
    "one agency unknown": ("unknown_documents", documents(50, 0, 1), documents(50, 0, 3), True),
    "a doubled share of nulls": ("unnamed_figures", mentions(90, 10), mentions(80, 20), False),
    "a few nulls more": ("unnamed_figures", mentions(90, 10), mentions(85, 15), True),
    "figures of a new file that no rule names": (
        "unnamed_figures",
        mentions(90, 10),
        both(mentions(90, 10), {**mentions(0, 300), "source": ["new.txt"] * 300}),
        True,
    ),
    "half of the few values lost": ("unnamed_figures", mentions(30, 90), mentions(10, 110), False),
    "nulls from none": ("unnamed_figures", mentions(150, 0), mentions(148, 2), True),
    "cells emptied": ("empty_cells", cells(30, 10), cells(15, 25), False),
    "cells as before": ("empty_cells", cells(30, 10), cells(28, 12), True),
    "new agencies with nothing": (
        "empty_cells", cells(30, 10), both(cells(30, 10), cells(0, 90, "new")), True,
    ),
    "sums that fail": ("failed_checks", checks(95, 5), checks(90, 10), False),
    "one sum that fails": ("failed_checks", checks(95, 5), checks(93, 7), True),
    "万元 read as 元": ("values", values(*MANY), values(*(n / 10_000 for n in MANY)), False),
    "some values far away": ("values", values(*MANY), values(*MANY, *[1e7] * 5), False),
    "one value far away": ("values", values(*MANY), values(*MANY, 1e7), True),
    "values nine times as large": ("values", values(*MANY), values(*(9 * n for n in MANY)), True),
    "values of another indicator": (
        "values", values(*MANY), values(*[1e7] * 40, indicator="fund_expenditure"), True,
    ),
    "values of a large agency": (
        "values", values(*MANY), both(values(*MANY), values(*[1e9] * 90, agency="new")), True,
    ),
    "zeros": ("values", values(*MANY), values(*MANY, *[0.0] * 90), True),
    "the other sign": ("values", values(*MANY), values(*(-n for n in MANY)), True),
}  # fmt: skip


@pytest.mark.parametrize(("gate", "before", "now", "holds"), CASES.values(), ids=CASES)
def test_a_gate_stops_what_broke_and_lets_small_changes_pass(
    tmp_path: Path, gate: str, before: Table, now: Table, *, holds: bool
) -> None:
    verdict = judged(tmp_path, gate, before, now)

    assert (list(verdict.passed), verdict.skipped) == ([gate] if holds else [], [])
    assert {b.gate for b in verdict.broken} == (set() if holds else {gate})


def test_every_gate_has_a_case_that_trips_it_and_one_that_does_not() -> None:
    for holds in (True, False):
        assert {gate for gate, *_, h in CASES.values() if h == holds} == GATES.keys()


def test_the_message_names_group_and_numbers(tmp_path: Path) -> None:
    verdict = judged(tmp_path, "facts_by_year", facts(a=900, b=60), facts(a=960, b=10))

    assert verdict.lines() == (
        "facts of 2021: 60 rows before, now 10, at least 42 wanted (facts_by_year)",
    )


def test_of_many_broken_groups_the_worst_are_named(tmp_path: Path) -> None:
    before = facts(**{f"a{i}": 20 + i for i in range(9)})
    verdict = judged(tmp_path, "facts_by_agency", before, facts(z=9))

    (line,) = verdict.lines()
    assert line.startswith("facts of a8: 28 rows before, now 0, at least 14 wanted; facts of a7: ")
    assert line.endswith("; and 6 more (facts_by_agency)")


def test_agencies_are_named(tmp_path: Path) -> None:
    table = {"facts": facts(a=50), "documents": {**documents(1), "agency": ["甲县医保局"]}}
    last = dataset(tmp_path / "last", table)
    new = dataset(tmp_path / "new", {"facts": facts(b=50)})

    (line,) = check(last, new, [GATES["facts_by_agency"]]).lines()
    assert line.startswith("facts of 甲县医保局 a: 50 rows before, now 0")


def test_a_first_run_has_nothing_to_compare_with(tmp_path: Path) -> None:
    new = dataset(tmp_path / "new", {"documents": documents(0, 30)})

    assert check(tmp_path / "last", new, load()) == Verdict()


def test_what_the_last_dataset_lacks_is_not_compared(tmp_path: Path) -> None:
    last = dataset(tmp_path / "last", {"documents": documents(30)})
    new = dataset(tmp_path / "new", {"documents": documents(30)})
    (last / "facts.parquet").write_bytes(b"damaged")

    verdict = check(last, new, load())

    assert list(verdict.passed) == ["documents", "unread", "unknown_documents"]
    assert {GATES[name].table for name in verdict.skipped} == {
        "facts", "mentions", "cells", "checks",
    }  # fmt: skip


def test_a_table_in_parts_is_measured_whole(tmp_path: Path) -> None:
    last = dataset(tmp_path / "last", {"facts": facts(a=100)})
    new = dataset(tmp_path / "new", {})
    (new / "facts.parquet").mkdir()
    for part in ("1", "2"):
        pq.write_table(pa.table(facts(a=50)), new / "facts.parquet" / f"{part}.parquet")

    assert list(check(last, new, [GATES["facts"]]).passed) == ["facts"]


# Rules


def _row(**more: Any) -> dict[str, Any]:  # noqa: ANN401  any key of a gate
    return {"id": "x", "what": "rows", "table": "facts", "keep": 0.5, **more}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (_row(what="sums"), "no gate watches 'sums'"),
        (_row(what="nulls", columns=["value"]), "the key 'factor' is missing"),
        (_row(factor=2), "'factor' says nothing to 'rows'"),
        (_row(table="fact"), "no table 'fact'"),
        (_row(by=["years"]), "'facts' has no column 'years'"),
        (_row(keep=80), "give a share from 0 to 1"),
        (
            {"id": "x", "what": "range", "table": "facts", "columns": ["value"], "factor": 1,
             "slack": 0},
            "give a number above 1",
        ),
    ],
)  # fmt: skip
def test_a_wrong_gate_is_refused_by_name(row: dict[str, Any], said: str) -> None:
    with pytest.raises(RulebookError, match=r"gates\.toml, x") as refused:
        compile_gates({"gate": [row]})
    assert said in str(refused.value)


def test_two_gates_of_one_id_are_refused() -> None:
    with pytest.raises(RulebookError, match="two gates have one id"):
        compile_gates({"gate": [_row(), _row()]})


def test_the_gates_of_the_package_are_of_tables_that_there_are() -> None:
    assert {gate.table for gate in GATES.values()} <= TABLES.keys()


# Runs


@pytest.fixture
def reports(tmp_path: Path, stub_reader: None) -> Path:  # noqa: ARG001  what runs read
    return fill(
        tmp_path / "reports",
        {
            f"{n:02}.txt": COUNTY.format(name="甲县医保局", year=2000 + n, money=n)
            for n in range(20)
        },
    )


def run(corpus: Path, *more: str) -> int:
    return main(["run", str(corpus), "--output", str(corpus.parent / "out"), *more])


def lose(corpus: Path, count: int) -> None:
    for path in sorted(corpus.iterdir())[:count]:
        path.unlink()


def gates_of(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "run_report.json").read_text("utf-8"))["gates"]
    return told


def test_a_run_over_a_shrunken_corpus_leaves_the_last_dataset(
    reports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, aside = reports.parent / "out", reports.parent / "out.refused"
    assert run(reports) == 0
    before = digests(out)
    assert gates_of(out)["compared_with"] is None
    capsys.readouterr()
    lose(reports, 10)

    assert run(reports) == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[0].startswith("zhengju: not published: ")
    assert "documents: 20 rows before, now 10, at least 16 wanted" in said.err
    assert f"zhengju diff {out} {aside}" in said.err
    assert "--accept" in said.err
    assert digests(out) == before
    assert len(rows(aside, "documents")) == 10
    assert [b["gate"] for b in gates_of(aside)["broken"]] == ["documents"]
    assert {p.name for p in reports.parent.iterdir()} == {
        ".out.zhengju", "reports", "out", "out.refused",
    }  # fmt: skip


def test_a_reason_publishes_it_and_is_kept(
    reports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = reports.parent / "out"
    run(reports)
    lose(reports, 10)
    run(reports)

    assert run(reports, "--accept", "旧报告已撤下") == 0

    assert len(rows(out, "documents")) == 10
    told = gates_of(out)
    assert told["accepted"] == "旧报告已撤下"
    assert [(b["before"], b["now"], b["limit"]) for b in told["broken"]] == [(20, 10, 16)]
    assert told["compared_with"]["corpus"] == str(reports)
    assert "accepted   1 " in capsys.readouterr().out
    assert not (reports.parent / "out.refused").exists()


def test_a_small_change_is_published_without_a_word(
    reports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(reports)
    lose(reports, 2)
    capsys.readouterr()

    assert run(reports, "--accept", "not needed") == 0

    assert "accepted" not in capsys.readouterr().out
    told = gates_of(reports.parent / "out")
    assert (told["broken"], told["accepted"]) == ([], None)
    assert "documents" in told["passed"]


def test_what_a_user_keeps_beside_a_refused_dataset_stays(reports: Path) -> None:
    run(reports)
    lose(reports, 10)
    run(reports)
    note = reports.parent / "out.refused" / "note.txt"
    note.write_text("mine", encoding="utf-8")

    assert run(reports, "--accept", "why not") == 0

    assert [path.name for path in note.parent.iterdir()] == ["note.txt"]


@pytest.mark.parametrize("reason", ["", "  "])
def test_an_empty_reason_is_none(
    reports: Path, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(reports, "--accept", reason)
    assert stopped.value.code == 2
    assert "say why" in capsys.readouterr().err
