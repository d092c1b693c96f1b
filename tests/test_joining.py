"""The agency stage: whole groups in buckets, in processes that may die, the same bytes always."""

from __future__ import annotations

import os
import random
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from extract import arrow
from extract.agency import buckets, groups, joiner, joining, store
from extract.agency import stage as agencies
from extract.agency.buckets import agency_buckets
from extract.agency.spill import Spill, read
from extract.agency.stage import Part
from extract.commit.steps import refused
from extract.errors import OutputError, ZhengjuError
from extract.ids import short_id
from extract.panel.frame import Expected
from extract.pipeline import run
from tests.processes import children
from tests.stubs import COUNTY, digests, fill, reinstall, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from extract.agency.groups import Bucket
    from extract.agency.stage import StageRules
    from extract.cache.groupstore import GroupStore

    Work = Callable[[Bucket, Path, StageRules, GroupStore | None], Path]

pytestmark = pytest.mark.usefixtures("stub_reader")
forked = pytest.mark.skipif(sys.platform != "linux", reason="forks, with the mocks in it")


@pytest.fixture
def counties(tmp_path: Path) -> Path:
    """Nine counties with reports on three years, one of them twice."""
    texts = {
        f"{name}县/{year}.txt": COUNTY.format(name=f"{name}县医保局", year=year, money=year % 100)
        for name in "甲乙丙丁戊己庚辛壬"
        for year in (2020, 2021, 2022)
    }
    return fill(tmp_path / "c", texts | {"癸县/copy.txt": texts["甲县/2021.txt"]})


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bucket for each group."""
    monkeypatch.setattr(buckets, "MOST", 1)


# Buckets


def cut(weights: Mapping[str, int]) -> list[list[str]]:
    return agency_buckets(weights, {name: name for name in weights})


def test_buckets_rise_with_the_ids_and_are_bounded() -> None:
    draw = random.Random(1)  # noqa: S311  no secrets here
    weights = {f"{draw.randrange(10**6):06}": draw.randrange(1, 3000) for _ in range(500)}
    found = cut(weights)

    assert [agency for bucket in found for agency in bucket] == sorted(weights)
    sizes = [sum(weights[agency] for agency in bucket) for bucket in found]
    assert max(sizes) < buckets.MOST + 3000
    assert min(sizes[:-1]) >= buckets.LEAST
    assert cut({}) == []


def test_a_group_of_agencies_is_never_split(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "MOST", 5)
    weights = {"a-own": 9, "a-consolidated": 9, "b-own": 2, "b-subunit": 9}
    found = agency_buckets(weights, {agency: agency[0] for agency in weights})

    assert found == [["a-consolidated", "a-own"], ["b-own", "b-subunit"]]


@pytest.mark.parametrize("change", [0, 700, 9000])
def test_a_group_that_changes_leaves_most_buckets_as_they_are(change: int) -> None:
    draw = random.Random(2)  # noqa: S311
    weights = {f"{number:04}": draw.randrange(1, 2000) for number in range(0, 2000, 2)}
    before = {tuple(bucket) for bucket in cut(weights)}
    moved = []
    for number in draw.sample(range(2000), 20):
        after = cut(weights | {f"{number:04}": change})
        moved.append(len({tuple(bucket) for bucket in after} - before))

    assert max(moved) <= len(before) / 4
    assert sum(moved) / len(moved) <= 4


# Rows on their way


def test_rows_of_an_agency_come_back_in_their_order(tmp_path: Path) -> None:
    schema = pa.schema({"agency_id": pa.string(), "at": pa.int64()})
    spill = Spill(tmp_path / "rows.arrow", schema)
    spill.write(pa.table({"other": [0] * 5, "at": range(5), "agency_id": [*"aab", None, "a"]}))
    spill.write(schema.empty_table())
    spill.write(pa.table({"at": range(5, 8), "agency_id": ["b", "a", "a"]}))
    spill.close()
    spill.close()

    assert spill.rows() == {"a": 5, "b": 2}
    assert read(spill.path, spill.of(["b", "a"]))["at"].to_pylist() == [0, 1, 2, 4, 5, 6, 7]
    assert read(spill.path, spill.of(["a"])).to_pydict() == {
        "agency_id": ["a"] * 5, "at": [0, 1, 4, 6, 7],
    }  # fmt: skip
    assert read(spill.path, spill.of(["nobody"])).schema == schema


def test_row_groups_do_not_depend_on_the_pieces(tmp_path: Path) -> None:
    schema = pa.schema({"x": pa.int64()})
    for name, size in (("whole", 1000), ("parts", 7), ("rows", 1)):
        writer = arrow.TableWriter(tmp_path / name, schema, 64)
        for start in range(0, 1000, size):
            writer.write(pa.table({"x": range(start, min(1000, start + size))}))
        writer.close()
        writer.close()

    assert len({(tmp_path / name).read_bytes() for name in ("whole", "parts", "rows")}) == 1


def test_the_key_of_a_part_tells_all_that_its_results_depend_on() -> None:
    rows = pa.table({"agency_id": ["a", "b"], "value": [1.0, None]})
    part = Part(rows, rows, rows)
    pieces = part._replace(mentions=pa.concat_tables([rows.slice(0, 1), rows.slice(1)]))
    other = rows.set_column(1, "value", pa.array([1.0, 2.0]))
    expected = Expected("a", "a", frozenset({2021, 2022}), "", None)
    keys = [
        groups.key_of(one, version)
        for one, version in (
            (part, "1"),
            (part, "2"),
            *((part._replace(**{name: other}), "1") for name in groups.OF_PART),
            (part._replace(expected=[expected]), "1"),
        )
    ]

    assert groups.key_of(pieces, "1") == keys[0]
    assert len(set(keys)) == len(keys)


# Results that are kept


@pytest.fixture
def joined(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], list[str]]:
    """Whose figures were worked out since it was asked the last time: agencies of each bucket."""
    log = tmp_path / "log"
    log.touch()

    def stage(part: Part, rules: StageRules) -> dict[str, pa.Table]:
        with log.open("a", encoding="utf-8") as file:  # workers are other processes
            file.write(f"{part.documents['agency_id'][0]}\n")
        return agencies.stage(part, rules)

    monkeypatch.setattr(groups, "stage", stage)

    def asked() -> list[str]:
        found = log.read_text("utf-8").split()
        log.write_text("", "utf-8")
        return sorted(found)

    return asked


def kept(output: Path) -> list[Path]:
    return sorted((output.parent / f".{output.name}.zhengju" / "cache" / "groups").iterdir())


def fresh(corpus: Path, output: Path) -> dict[str, str]:
    """The bytes of a run that knows nothing."""
    run(corpus, output, workers=1, cache="none")
    assert not output.with_name(f".{output.name}.zhengju").exists()
    return digests(output)


@forked
@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("workers", [1, 2])
def test_only_the_bucket_of_a_report_that_has_changed_is_worked_out(
    workers: int, counties: Path, tmp_path: Path, joined: Callable[[], list[str]]
) -> None:
    run(counties, tmp_path / "out", workers=workers)
    assert len(joined()) == 9
    before = kept(tmp_path / "out")
    fill(counties, {"丁县/2021.txt": COUNTY.format(name="丁县医保局", year=2021, money=77)})
    run(counties, tmp_path / "out", workers=workers)

    assert joined() == [short_id("丁县医保局")]
    assert len(set(before) & set(kept(tmp_path / "out"))) == 8
    assert len(before) == len(kept(tmp_path / "out")) == 9
    assert digests(tmp_path / "out") == fresh(counties, tmp_path / "fresh")


@forked
@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("damage", [
    lambda _: b"",
    lambda data: data[:-1],
    lambda data: data[:200] + bytes([data[200] ^ 1]) + data[201:],
    lambda data: data[:-1] + bytes([data[-1] ^ 1]),
])  # fmt: skip
def test_damaged_results_are_none(
    damage: Callable[[bytes], bytes],
    counties: Path,
    tmp_path: Path,
    joined: Callable[[], list[str]],
) -> None:
    run(counties, tmp_path / "out")
    before, files = digests(tmp_path / "out"), kept(tmp_path / "out")
    files[3].write_bytes(damage(files[3].read_bytes()))
    (files[0].parent / "7.part").touch()  # of a run that was killed
    (tmp_path / "out" / "facts.parquet").unlink()
    joined()
    run(counties, tmp_path / "out")

    assert len(joined()) == 1
    assert digests(tmp_path / "out") == before
    assert kept(tmp_path / "out") == files


@forked
@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("part", ["code", "rules", "packages"])
def test_other_code_or_rules_work_all_out_again(
    part: str,
    counties: Path,
    tmp_path: Path,
    joined: Callable[[], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run(counties, tmp_path / "out")
    reinstall(monkeypatch, **{part: "other"})
    before = kept(tmp_path / "out")
    joined()
    run(counties, tmp_path / "out")

    assert len(joined()) == 9
    assert not set(before) & set(kept(tmp_path / "out"))
    assert len(kept(tmp_path / "out")) == 9


# Processes


@pytest.mark.usefixtures("small")
def test_the_same_bytes_for_any_number_of_workers(counties: Path, tmp_path: Path) -> None:
    for workers in (1, 2, 8):
        run(counties, tmp_path / str(workers), workers=workers)

    first = digests(tmp_path / "1")
    assert digests(tmp_path / "2") == digests(tmp_path / "8") == first
    assert len({row["agency_id"] for row in rows(tmp_path / "1", "facts")}) == 9
    assert not children()


def test_rows_do_not_depend_on_how_many_agencies_are_joined_at_once(
    counties: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(counties, tmp_path / "one")
    monkeypatch.setattr(buckets, "MOST", 1)
    monkeypatch.setattr(store, "GROUP_ROWS", 1)
    run(counties, tmp_path / "nine")

    for table in ("facts", "panel", "cells", "checks"):
        assert rows(tmp_path / "one", table) == rows(tmp_path / "nine", table)


@pytest.mark.usefixtures("small")
def test_processes_that_start_from_scratch_give_the_same(
    counties: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(counties, tmp_path / "forked", workers=2)
    monkeypatch.setattr(joining, "forks", lambda: False)
    run(counties, tmp_path / "spawned", workers=1)

    assert digests(tmp_path / "spawned") == digests(tmp_path / "forked")


def killing(mark: Path, *, times: int) -> Work:
    """Work that ends its process over the third bucket, so many times."""

    def work(bucket: Bucket, folder: Path, rules: StageRules, kept: GroupStore | None) -> Path:
        done = len(list(mark.parent.glob(f"{mark.name}*")))
        if bucket.number == 2 and done < times:
            mark.with_name(f"{mark.name}{done}").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return groups.work(bucket, folder, rules, kept)

    return work


@forked
@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("workers", [1, 3])
def test_a_process_that_is_killed_loses_nothing(
    workers: int, counties: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(counties, tmp_path / "whole")
    monkeypatch.setattr(joiner, "work", killing(tmp_path / "mark", times=joining.TRIES - 1))
    run(counties, tmp_path / "out", workers=workers)

    assert (tmp_path / "mark1").exists()
    assert digests(tmp_path / "out") == digests(tmp_path / "whole")
    assert not children()


@forked
@pytest.mark.usefixtures("small")
def test_a_bucket_that_always_ends_its_process_ends_the_run(
    counties: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(counties, tmp_path / "out")
    before = digests(tmp_path / "out")
    third = sorted({row["agency_id"] for row in rows(tmp_path / "out", "facts")})[2]
    monkeypatch.setattr(joiner, "work", killing(tmp_path / "mark", times=99))
    with pytest.raises(ZhengjuError, match=f"{third} end before .* free some memory"):
        run(counties, tmp_path / "out", workers=2, cache="none")

    assert digests(tmp_path / "out") == before
    assert not children()


@forked
@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    "case",
    [
        (refused("x.part", OSError(28, "full")), OutputError, "x.part .*No space left"),
        (KeyError("bug"), RuntimeError, "KeyError: 'bug'"),
        (MemoryError(), ZhengjuError, "free some memory"),
    ],
)
def test_what_goes_wrong_in_a_process_is_told(
    case: tuple[Exception, type[Exception], str],
    counties: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fault, wanted, words = case

    def work(*_: object) -> Path:
        raise fault

    monkeypatch.setattr(joiner, "work", work)
    with pytest.raises(wanted, match=words):
        run(counties, tmp_path / "out", workers=2)

    assert not (tmp_path / "out").exists()
    assert not children()


def test_a_corpus_without_agencies_has_no_buckets(tmp_path: Path) -> None:
    run(fill(tmp_path / "c", {"a.txt": "revenue actual 2022 <3万元>"}), tmp_path / "out", workers=2)

    assert len(rows(tmp_path / "out", "mentions")) == 1
    assert all(not rows(tmp_path / "out", table) for table in ("facts", "panel", "cells"))


@pytest.mark.usefixtures("small")
def test_one_agency_with_everything_is_one_bucket(tmp_path: Path) -> None:
    texts = {
        f"{y}.txt": COUNTY.format(name="甲县医保局", year=y, money=y) for y in range(1990, 2022)
    }
    run(fill(tmp_path / "c", texts), tmp_path / "out", workers=2)

    assert len(rows(tmp_path / "out", "panel")) == len(texts)
