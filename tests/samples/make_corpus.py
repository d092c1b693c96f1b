"""Print the sample corpus and its table of true values: ``python -m tests.samples.make_corpus``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tests.samples import render
from tests.samples.marks import Block, Truth, fill
from tests.samples.quantities import YEARS, County, Numbers, counties

HERE = Path(__file__).parent
CORPUS = HERE.parents[1] / "corpus"
TRUTH = HERE / "truth.csv"
COLUMNS = (
    "source",
    "county",
    "agency",
    "report_year",
    "printed",
    "year",
    "indicator",
    "measure",
    "dims",
    "value",
    "unit",
    "approx",
    "bound",
)


@dataclass(frozen=True, slots=True)
class Report:
    """One sample report: what is printed and what it says."""

    county: County
    year: int
    blocks: tuple[Block, ...]
    truths: tuple[Truth, ...]

    @property
    def source(self) -> str:
        """The file name in ``corpus/``."""
        return self.county.file.format(year=self.year)

    def bytes(self) -> bytes:
        """The file."""
        match Path(self.source).suffix:
            case ".docx":
                return render.word(self.blocks)
            case ".pdf":
                return render.pdf(self.blocks)
        return render.txt(self.blocks, self.county.encoding)


def reports() -> Iterator[Report]:
    """All sample reports, by county and year."""
    for county in counties(HERE / "counties.toml"):
        template = (HERE / "templates" / f"{county.key}.txt").read_text("utf-8")
        for year in YEARS:
            blocks, truths = fill(template, Numbers(county, year))
            yield Report(county, year, tuple(blocks), tuple(truths))


def truth_csv(made: list[Report]) -> str:
    """The table of true values, one row for each printed figure in reading order."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(report, truth) for report in made for truth in report.truths)
    return out.getvalue()


def _row(report: Report, truth: Truth) -> list[str]:
    return [
        report.source,
        report.county.name,
        report.county.agency,
        str(report.year),
        "".join(truth.printed.split()),
        str(truth.year),
        truth.indicator or "",
        truth.measure if truth.indicator else "",
        ";".join(f"{name}={value}" for name, value in truth.dims.items()),
        plain(truth.value),
        truth.unit,
        str(truth.approx).lower(),
        truth.bound,
    ]


def plain(value: Decimal) -> str:
    """A number without exponent and without zeros after the last decimal."""
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def main() -> None:
    """Write ``corpus/`` and ``truth.csv``."""
    made = list(reports())
    CORPUS.mkdir(exist_ok=True)
    for report in made:
        (CORPUS / report.source).write_bytes(report.bytes())
    TRUTH.write_text(truth_csv(made), "utf-8")


if __name__ == "__main__":
    main()
