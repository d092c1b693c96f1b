"""Tables with known cells: five columns, numbers with thousands commas, wrapped words, merges."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.rendering.source import Paragraph, Part, Table

_WORDS = (
    "医保基金监管能力提升困难群众参保资助定点机构巡查经办服务窗口建设信息系统运行维护人员培训宣传"
)
_GROUPS = ("基本支出类", "项目支出类", "其他事项")
_HEAD = ("类别", "项目名称", "年初预算数（元）", "决算数（元）", "完成率")
_PROSE = "本表所列数字为虚构，仅供程序测试，各项目按实际执行情况填列，未发生的项目不填。"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document with tables, and their cells as they must be read: covered ones are empty."""

    parts: tuple[Part, ...]
    tables: tuple[tuple[tuple[str, ...], ...], ...]


def sheet(seed: int, count: int = 3) -> Sheet:
    """Make ``count`` tables of 9 to 17 rows, some prose before each, so that pages break anywhere.

    ``seed`` decides everything.
    """
    draw = random.Random(seed)  # noqa: S311  no secrets here
    parts: list[Part] = []
    tables = []
    for number in range(count):
        parts += [Paragraph(_PROSE * draw.randint(1, 4)) for _ in range(draw.randint(1, 6))]
        parts.append(Paragraph(f"附表{number + 1}"))
        rows = _rows(draw)
        parts.append(Table(rows))
        tables.append(rows)
    parts.append(Paragraph("以上为虚构样例。"))
    return Sheet(tuple(parts), tuple(tables))


def _rows(draw: random.Random) -> tuple[tuple[str, ...], ...]:
    rows = [_HEAD]
    group = ""
    for number in range(draw.randint(9, 17) - 2):
        label = _GROUPS[min(number // 5, 2)]
        budget, spent = draw.randint(100, 99_999_999), draw.randint(100, 99_999_999)
        rows.append(
            (
                "" if label == group else label,
                _name(draw),
                _amount(draw, budget),
                _amount(draw, spent),
                f"{draw.uniform(50, 130):.2f}%",
            )
        )
        group = label
    rows.append(("合计", "", f"{draw.randint(10**6, 10**9):,}.00", _amount(draw, 10**8), "100%"))
    return tuple(rows)


def _name(draw: random.Random) -> str:
    """A name of 4 to 24 characters: the longer ones wrap."""
    size = draw.choice((4, 6, 8, 12, 18, 24))
    at = draw.randrange(len(_WORDS) - size)
    return _WORDS[at : at + size]


def _amount(draw: random.Random, value: int) -> str:
    shape = draw.random()
    if shape < 0.1:
        return ""
    return f"{value:,}.{draw.randint(0, 99):02}" if shape < 0.7 else str(value)
