"""Corpora of any size: the samples with their digits drawn anew, six reports an agency."""

from __future__ import annotations

import random
import re
from pathlib import Path

from extract import loaders

CORPUS = Path(__file__).parents[2] / "corpus"
_NUMBER = re.compile(r"(?<![0-9])(?!(?:19|20)[0-9]{2}(?![0-9]))[0-9]+")
_PLACE = re.compile("(?:青禾|澄湖)(?P<kind>[县区])")
# no 林: what ends in 林区 is taken for a forestry district
_SYLLABLES = "安宁清源长兴永泰和平福临江山水云石田川河湖海东西南北中阳明光华荣昌盛"


def fill(folder: Path, count: int) -> int:
    """Write ``count`` reports, each different; returns their characters."""
    draw = random.Random(2022)  # noqa: S311  no secrets here
    samples = [loaders.load(path.read_bytes()).text for path in sorted(CORPUS.glob("*.txt"))]
    folder.mkdir()
    size = 0
    for number in range(count):
        text = redrawn(samples[number % len(samples)], draw)
        # six reports an agency, as in a corpus: facts are joined within an agency
        text = _PLACE.sub(rf"{_name(number // len(samples))}\g<kind>", text)
        (folder / f"{number:05}.txt").write_text(text, "utf-8")
        size += len(text)
    return size


def notes(folder: Path, count: int) -> None:
    """Write ``count`` small reports, in as many folders as a scraper would make."""
    draw = random.Random(7)  # noqa: S311  no secrets here
    for number in range(count):
        county = _name(number // 4)
        year = 2019 + number % 4
        place = folder / f"{number // 500:03}"
        place.mkdir(parents=True, exist_ok=True)
        spent, people = draw.randint(10_000, 99_999) / 100, draw.randint(1_000, 99_999)
        text = (
            f"{county}县医疗保障局{year}年度部门整体支出绩效自评报告\n"
            f"{year}年，我局部门整体支出{spent}万元，年末全县基本医疗保险参保{people}人，"
            f"检查定点医药机构{people % 97}家，追回医保基金{spent / 10:.2f}万元。\n"
        )
        (place / f"{number:05}.txt").write_text(text, "utf-8")


def redrawn(text: str, draw: random.Random) -> str:
    """The text with other digits in its numbers but years and list numbers."""
    return _NUMBER.sub(lambda match: _redrawn(match.group(), draw), text)


def _name(number: int) -> str:
    """The name of an invented county, without 县 or 区: at least two syllables."""
    rest, last = divmod(number, len(_SYLLABLES))
    head = _name(rest) if rest >= len(_SYLLABLES) else _SYLLABLES[rest]
    return head + _SYLLABLES[last]


def _redrawn(digits: str, draw: random.Random) -> str:
    if len(digits) < 2:  # list numbers stay
        return digits
    return str(draw.randint(1, 9)) + "".join(str(draw.randint(0, 9)) for _ in digits[1:])
