"""What differs between two outputs is found, and told with its cause."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extract import pipeline, rulebook
from extract.cache import recall
from extract.cache.recipe import recipe
from extract.catalogue import patterns_folder
from extract.cli import main
from extract.columns import TABLES
from extract.diff import buckets
from extract.diff.agencies import SPECS
from extract.diff.changes import CAUSES
from extract.diff.compare import compare
from extract.diff.mentions import DERIVED, PLACES
from extract.diff.sides import Side
from extract.diff.words import as_text
from extract.export.release import Wishes, release
from extract.export.source import open_source
from tests.samples.make_corpus import CORPUS

if TYPE_CHECKING:
    from collections.abc import Callable

QINGHE = "青禾县医疗保障局{}年度部门决算.txt"
CHENGHU = "临澜市澄湖区医疗保障局{}年度整体支出绩效自评报告.txt"
EDITED, STAYS, GOES = (QINGHE.format(year) for year in (2022, 2023, 2021))
MOVES, COMES = (CHENGHU.format(year) for year in (2021, 2022))
RENAMED = "更名/澄湖区2021.txt"
COMPARED = ("documents", "mentions", "checks", "facts", "cells", "panel")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Outputs: ``old``; ``new``, where files came, went and changed; and two of the old files.

    ``rules`` is read with one rule changed, ``told`` with a table of the user.
    """
    home = tmp_path_factory.mktemp("diff")
    for folder, names in (("a", (EDITED, STAYS, GOES, MOVES)), ("b", (EDITED, STAYS, COMES))):
        (home / folder).mkdir()
        for name in names:
            shutil.copy(CORPUS / name, home / folder / name)
    text = (home / "b" / EDITED).read_text("utf-8")
    text = "（更正稿）\n" + text.replace("追回医保基金66.05万元", "追回医保基金71.35万元")
    (home / "b" / EDITED).write_text(text, encoding="utf-8")
    (home / "b" / RENAMED).parent.mkdir()
    shutil.copy(CORPUS / MOVES, home / "b" / RENAMED)
    run(home / "a", home / "old")
    run(home / "b", home / "new")
    table = home / "sources.csv"
    table.write_text(f"source,entity\n{STAYS},subunit\n", encoding="utf-8")
    run(home / "a", home / "told", sources=table)
    table.unlink()
    with pytest.MonkeyPatch.context() as patch:
        patched_rules(home / "patterns", patch)
        run(home / "a", home / "rules")
    return home


def run(corpus: Path, output: Path, **more: Any) -> None:  # noqa: ANN401  any argument of a run
    pipeline.run(corpus, output, workers=1, progress=False, **more)


def patched_rules(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Runs read with another rule for recovered funds: what was stated becomes a target."""
    shutil.copytree(patterns_folder(), folder)
    path = folder / "indicators" / "enforcement.toml"
    line = 'indicator = "recovered_funds"\n'
    path.write_text(path.read_text("utf-8").replace(line, line + 'measure = "target"\n'), "utf-8")
    other = rulebook.load(folder)
    patch.setattr(rulebook, "load", lambda: other)
    patch.setattr(recall, "patterns_folder", lambda: folder)
    patch.setattr(recall, "ours", lambda: recipe(folder))


def changes(old: Path, new: Path, folder: Path) -> pd.DataFrame:
    """The table of changes."""
    compare(old, new, folder / "changes.parquet")
    return pd.read_parquet(folder / "changes.parquet").astype(object).replace({float("nan"): None})


def of(frame: pd.DataFrame, **wanted: object) -> pd.DataFrame:
    """The rows with these values."""
    for name, value in wanted.items():
        frame = frame[frame[name] == value]
    return frame


def causes(frame: pd.DataFrame) -> set[str]:
    return set(frame["cause"])


@pytest.fixture(scope="module")
def found(home: Path) -> pd.DataFrame:
    """What differs between ``old`` and ``new``."""
    return changes(home / "old", home / "new", home)


# Files that came, went and changed


def test_an_output_differs_in_nothing_from_itself(home: Path, tmp_path: Path) -> None:
    summary = compare(home / "old", home / "old", tmp_path / "changes.parquet")

    assert pq.read_metadata(tmp_path / "changes.parquet").num_rows == 0
    assert as_text(summary, 20).endswith("no differences")


def test_a_changed_figure_is_followed_from_its_file_to_its_cell(found: pd.DataFrame) -> None:
    for table in ("mentions", "facts", "cells"):
        (row,) = of(found, table=table, field="value").to_dict("records")
        assert (row["change"], row["old_value"], row["new_value"]) == ("changed", 660500, 713500)
        assert (row["indicator"], row["year"]) == ("recovered_funds", 2022)
        assert (row["cause"], row["source"]) == ("input_changed", EDITED)
        assert None not in (row["old_doc_id"], row["new_doc_id"])
    assert set(of(found, table="cells", field="value")["panel_column"]) == {"recovered_funds"}


def test_figures_behind_an_edit_have_only_moved(found: pd.DataFrame) -> None:
    edited = of(found, table="mentions", source=EDITED)
    changed = edited[edited["change"] != "moved"]

    assert len(of(edited, change="moved")) > 80
    assert set(changed["field"]) == {"value", "value_raw", "quote", "sentence"}
    assert causes(edited) == {"input_changed"}


def test_a_file_that_went_takes_its_figures_and_facts_along(
    home: Path, found: pd.DataFrame
) -> None:
    mentions = pd.read_parquet(home / "old" / "mentions.parquet")
    gone = of(found, change="removed", cause="document_removed", source=GOES)

    assert set(gone["table"]) >= {"documents", "mentions", "checks", "facts", "cells"}
    assert len(of(gone, table="mentions")) == int((mentions["source"] == GOES).sum())
    assert gone["new_doc_id"].isna().all()


def test_a_file_that_came_brings_its_figures_and_facts(home: Path, found: pd.DataFrame) -> None:
    mentions = pd.read_parquet(home / "new" / "mentions.parquet")
    fresh = of(found, change="added", cause="document_added", source=COMES)

    assert set(fresh["table"]) >= {"documents", "mentions", "facts", "cells"}
    assert len(of(fresh, table="mentions")) == int((mentions["source"] == COMES).sum())


def test_a_file_under_another_path_is_the_same_file(found: pd.DataFrame) -> None:
    renamed = of(found, source=RENAMED)

    assert causes(renamed) == {"renamed"}
    assert set(renamed["change"]) == {"moved", "changed"}
    assert set(of(renamed, change="changed")["table"]) == {"documents"}
    (row,) = of(renamed, table="documents").to_dict("records")
    assert (row["field"], row["old"], row["new"]) == ("source", MOVES, RENAMED)


def test_every_added_and_removed_row_is_there_once(home: Path, found: pd.DataFrame) -> None:
    for table in COMPARED:
        before, now = (
            pq.read_metadata(home / side / f"{table}.parquet").num_rows for side in ("old", "new")
        )
        added, removed = (len(of(found, table=table, change=c)) for c in ("added", "removed"))
        assert now - before == added - removed, table
    whole = found[found["field"].isna()]
    assert not whole.duplicated(["table", "change", "row"]).any()


def test_what_only_rules_could_explain_is_not_there(found: pd.DataFrame) -> None:
    assert "rule_changed" not in causes(found)


# The same files


def test_another_reading_of_the_same_bytes_names_the_rule(home: Path, tmp_path: Path) -> None:
    found = changes(home / "old", home / "rules", tmp_path)

    assert causes(found) == {"rule_changed"}
    measures = of(found, table="mentions", field="measure")
    assert set(zip(measures["old"], measures["new"], strict=True)) == {("actual", "target")}
    assert len(measures) == 4
    for side in ("old_rule", "new_rule"):
        assert all("recovered_funds" in rule for rule in measures[side])
    facts = of(found, table="facts", indicator="recovered_funds")
    assert set(facts["change"]) == {"added", "removed"}
    assert set(facts["old_rule"]) == set(measures["old_rule"])
    cells = of(found, table="cells", panel_column="recovered_funds", field="reason")
    assert len(cells) == 4


def test_tables_of_the_user_are_told_from_rules(home: Path, tmp_path: Path) -> None:
    found = changes(home / "old", home / "told", tmp_path)

    assert causes(found) == {"user_files_changed"}
    assert len(of(found, table="documents", field="entity", source=STAYS)) == 1


def test_with_other_rules_the_user_is_the_cause_only_where_the_user_spoke(
    home: Path, tmp_path: Path
) -> None:
    found = changes(home / "rules", home / "told", tmp_path)

    told = of(found, cause="user_files_changed")
    assert set(of(told, table="mentions")["source"]) == {STAYS}
    assert set(of(found, table="mentions", cause="rule_changed")["source"]) == {EDITED, GOES, MOVES}


# Planted changes


def copied(home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(home / "old", tmp_path / "planted"))


def rewrite(folder: Path, table: str, change: Callable[[list[dict[str, Any]]], Any]) -> None:
    """Change the rows of a table; ``change`` does so in place, or returns other ones."""
    path = folder / f"{table}.parquet"
    whole = pq.read_table(path)
    rows = whole.to_pylist()
    rows = change(rows) or rows
    pq.write_table(pa.Table.from_pylist(rows, whole.schema), path)


def other(value: object, type_: pa.DataType) -> object:
    """Another value of the type."""
    if pa.types.is_list(type_):
        return [*(value or ()), "planted"]  # type: ignore[misc]
    if pa.types.is_boolean(type_):
        return not value
    if pa.types.is_string(type_):
        return f"{value or ''}x"
    return 1 if value is None else value + 1  # type: ignore[operator]


@pytest.mark.parametrize("table", COMPARED)
def test_a_change_planted_in_any_column_is_found(home: Path, tmp_path: Path, table: str) -> None:
    folder = copied(home, tmp_path)
    registered = [column.name for column in TABLES[table]]
    keys = SPECS[table].key if table in SPECS else ("source", "doc_id")
    whole = pq.read_table(folder / f"{table}.parquet")
    names = [n for n in registered if n not in keys and n not in DERIVED]
    rows = whole.to_pylist()
    step = max(1, len(rows) // len(names))
    planted = []
    for number, name in enumerate(names):
        row = rows[number * step % len(rows)]
        before, row[name] = row[name], other(row[name], whole.schema.field(name).type)
        planted.append((row, name, before))
    pq.write_table(pa.Table.from_pylist(rows, whole.schema), folder / f"{table}.parquet")

    found = changes(home / "old", folder, tmp_path)

    if table == "mentions":  # facts name them
        found = of(found, table=table)
    assert set(found["table"]) == {table}
    assert set(found["change"]) <= {"changed", "moved"}
    places = PLACES - {"anchor_id"} if table == "mentions" else frozenset()
    places = SPECS[table].places - set(SPECS[table].ids) if table in SPECS else places
    seen = set(of(found, change="changed")["field"])
    assert {name for _, name, _ in planted} - places == seen
    moved = {n for _, n, _ in planted} & places
    assert len(of(found, change="moved")) <= len(moved)
    for row, name, before in planted:
        if name in places or table == "documents":
            continue
        key = (
            row["mention_id"]
            if table == "mentions"
            else " ".join(str(row[n]) for n in SPECS[table].key)
        )
        hits = of(found, row=key, field=name)
        assert len(hits) == 1, name
        assert (hits["old"].iloc[0] is None) == (before is None)


def test_rows_planted_and_taken_out_are_found(home: Path, tmp_path: Path) -> None:
    folder = copied(home, tmp_path)
    gone = {}

    def take_out(table: str) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
        def change(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
            gone[table] = rows[7 % len(rows)]
            return [row for row in rows if row is not gone[table]]

        return change

    for table in ("mentions", "checks", "facts", "cells", "panel"):
        rewrite(folder, table, take_out(table))
    forth = changes(home / "old", folder, tmp_path)
    back = changes(folder, home / "old", tmp_path)

    for frame, change in ((forth, "removed"), (back, "added")):
        assert list(frame["table"]) == ["mentions", "checks", "facts", "cells", "panel"]
        assert set(frame["change"]) == {change}
        assert causes(frame) == {"rule_changed"}
        assert frame["row"].iloc[0] == gone["mentions"]["mention_id"]


def test_a_document_that_ended_otherwise_is_the_cause(home: Path, tmp_path: Path) -> None:
    folder = copied(home, tmp_path)

    def time_out(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if row["source"] == STAYS:
                row.update(status="partial", reason="timeout", n_mentions=0)

    rewrite(folder, "documents", time_out)
    rewrite(folder, "mentions", lambda rows: [r for r in rows if r["source"] != STAYS])
    kept = {r["fact_id"] for r in pq.read_table(folder / "mentions.parquet").to_pylist()}
    rewrite(folder, "facts", lambda rows: [r for r in rows if r["fact_id"] in kept])
    rewrite(folder, "checks", lambda rows: [r for r in rows if r["source"] != STAYS])
    found = changes(home / "old", folder, tmp_path)

    assert causes(found) == {"status_changed"}
    assert set(found["source"]) == {STAYS}
    assert set(of(found, table="documents")["field"]) == {"status", "reason", "n_mentions"}
    assert {"mentions", "facts", "checks"} < set(found["table"])


def test_a_file_that_could_not_be_opened_before_is_no_other_file(
    home: Path, tmp_path: Path
) -> None:
    folder = copied(home, tmp_path)

    def forbid(rows: list[dict[str, Any]]) -> None:
        rows[0].update(doc_id="", status="skipped", reason="permission")

    rewrite(folder, "documents", forbid)
    rewrite(folder, "mentions", lambda rows: [r for r in rows if r["source"] != MOVES])
    found = changes(folder, home / "old", tmp_path)
    found = found[found["table"].isin(["documents", "mentions"])]

    assert causes(found) == {"status_changed"}
    assert set(of(found, table="documents")["field"]) == {"doc_id", "status", "reason"}
    assert set(of(found, table="mentions")["change"]) == {"added"}


def test_a_check_explains_the_status_of_its_fact(home: Path, tmp_path: Path) -> None:
    folder = copied(home, tmp_path)
    tested = {r["mention_id"] for r in pq.read_table(folder / "checks.parquet").to_pylist()}

    def flip(rows: list[dict[str, Any]]) -> None:
        row = next(r for r in rows if r["mention_id"] in tested)
        row["check_status"] = "off"

    rewrite(folder, "facts", flip)
    found = changes(home / "old", folder, tmp_path)

    assert found[["table", "field", "new"]].to_numpy().tolist() == [
        ["facts", "check_status", "off"]
    ]


def test_two_files_that_swap_their_names_have_only_moved(home: Path, tmp_path: Path) -> None:
    folder = copied(home, tmp_path)
    swapped = {STAYS: GOES, GOES: STAYS}

    def swap(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            row["source"] = swapped.get(row["source"], row["source"])

    for table in ("documents", "mentions", "checks", "cells"):
        rewrite(folder, table, swap)
    found = changes(home / "old", folder, tmp_path)

    assert causes(found) == {"renamed"}
    assert len(of(found, change="changed")) == 2


def test_a_copy_that_became_the_first_keeps_the_figures(home: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        shutil.copytree(home / "a", tmp_path / name)
    shutil.copy(home / "a" / STAYS, tmp_path / "one" / "z.txt")
    (tmp_path / "two" / STAYS).rename(tmp_path / "two" / "z.txt")
    run(tmp_path / "one", tmp_path / "before")
    run(tmp_path / "two", tmp_path / "after")
    found = changes(tmp_path / "before", tmp_path / "after", tmp_path)

    assert causes(found) <= {"renamed", "document_removed"}
    assert set(found[found["change"] != "moved"]["table"]) == {"documents"}


# Large tables, and those that are not there


def test_the_result_does_not_depend_on_buckets(
    home: Path, found: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets, "ROWS", 100)
    cut = changes(home / "old", home / "new", tmp_path)

    order = ["table", "row", "change", "field"]
    one, other = (f.sort_values(order, ignore_index=True) for f in (found, cut))
    pd.testing.assert_frame_equal(one, other)


def test_the_same_outputs_give_the_same_bytes_and_leave_nothing_else(
    home: Path, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        compare(home / "old", home / "new", tmp_path / f"{name}.parquet")

    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()
    assert len(list(tmp_path.iterdir())) == 2


def test_tables_and_columns_of_one_side_only_are_named(home: Path, tmp_path: Path) -> None:
    folder = copied(home, tmp_path)
    (folder / "checks.parquet").unlink()
    facts = pq.read_table(folder / "facts.parquet")
    pq.write_table(facts.drop_columns(["flags"]), folder / "facts.parquet")
    (folder / "run_report.json").unlink()

    summary = compare(home / "old", folder, tmp_path / "changes.parquet")

    assert pq.read_metadata(tmp_path / "changes.parquet").num_rows == 0
    said = as_text(summary, 20)
    assert re.search(r"lost columns.*\nchecks +check_id.*\nfacts +flags", said)
    assert "rules unknown" in said


# The command


def told(home: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    assert main(["diff", str(home / "old"), str(home / "new"), *more]) == 0
    return capsys.readouterr().out


def test_the_command_prints_counts_causes_and_the_largest_changes(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = told(home, capsys, "--limit", "3")

    assert f"removed  {GOES}" in said
    assert f"renamed  {RENAMED} (was {MOVES})" in said
    assert re.search(r"^documents +4 +4 +1 +1 +2 +-$", said, re.MULTILINE)
    assert "input_changed" in said
    assert re.search(r"^recovered_funds .*input_changed 1", said, re.MULTILINE)
    assert re.search(r"660500 +→ +713500 +2022 +recovered_funds +actual +input_changed", said)
    assert re.search(r"^and \d+ more", said, re.MULTILINE)


def test_the_command_prints_json_with_every_change(
    home: Path, found: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    said = json.loads(told(home, capsys, "--format", "json"))

    assert len(said["changes"]) == len(found)
    assert said["rows"]["facts"]["changed"] == len(
        of(found, table="facts", change="changed").drop_duplicates("row")
    )
    assert said["causes"]["input_changed"]["cells"] == 1
    assert said["rules_differ"] is False
    assert said["old"]["folder"] == "old"


def test_the_command_writes_the_changes_with_labels(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told(home, capsys, "-o", str(tmp_path / "c.parquet"))

    schema = pq.read_schema(tmp_path / "c.parquet")
    assert all(f.metadata[b"label_zh"] and f.metadata[b"meaning"] for f in schema)
    assert set(pd.read_parquet(tmp_path / "c.parquet")["cause"]) <= CAUSES.keys()


def test_a_damaged_table_is_one_line(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = copied(home, tmp_path)
    (folder / "cells.parquet").write_bytes(b"damaged")

    assert main(["diff", str(home / "old"), str(folder), "-o", str(tmp_path / "c.parquet")]) == 66

    assert {path.name for path in tmp_path.iterdir()} == {"planted"}
    said = capsys.readouterr()
    assert "is damaged" in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("target", "code", "told"),
    [
        ("", 66, "no dataset in"),
        ("old/codebook.csv/c.parquet", 73, "codebook.csv/c.parquet: cannot be written"),
        ("old/facts.parquet", 2, "is a table of a dataset"),
        ("old", 2, "old is a folder"),
        ("pipe", 2, "pipe is no ordinary file"),
    ],
)
def test_what_cannot_be_is_one_line(  # noqa: PLR0917  fixtures and the case
    home: Path, tmp_path: Path, target: str, code: int, told: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    old = tmp_path / "old"
    shutil.copytree(home / "old", old)
    os.mkfifo(tmp_path / "pipe")
    names = sorted(path.name for path in tmp_path.rglob("*"))
    more = ["-o", str(tmp_path / target)] if target else []

    assert main(["diff", str(old), str(old if target else tmp_path), *more]) == code

    assert sorted(path.name for path in tmp_path.rglob("*")) == names
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("zhengju: ")
    assert told in said.err
    assert said.err.count("\n") == 1


def test_the_file_of_changes_may_stand_in_a_new_folder(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "new" / "folder" / "c.parquet"
    assert main(["diff", str(home / "old"), str(home / "new"), "-o", str(target)]) == 0
    assert [path.name for path in target.parent.iterdir()] == ["c.parquet"]


def test_a_release_says_with_which_rules_it_was_made(home: Path, tmp_path: Path) -> None:
    release(open_source(home / "old"), tmp_path / "one", Wishes(public=True))
    sides = [Side(folder, "old").told() for folder in (home / "old", tmp_path / "one")]
    assert [side["rules"] for side in sides] == [sides[0]["rules"]] * 2 != [None] * 2
    assert sides[1]["started"] == sides[0]["started"][:10]
