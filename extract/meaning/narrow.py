"""Indicators that the dimensions of a figure, or the figure before it, narrow down."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extract.context.frame import Frame, Surroundings
    from extract.context.sense import Candidate, Sense

_BARE = 4  # characters of words that name nothing by themselves (支出, 本年支出)


def by_dimensions(sense: Sense, around: Surroundings) -> None:
    """长护险享受待遇210人: what has an indicator of its own does not stay with the general one."""
    if sense.indicator is None:
        return
    for dimension, value, to in around.rules.narrow.by_dims.get(sense.indicator.id, ()):
        if sense.dims.get(dimension) == value:
            sense.indicator = around.rules.by_id[to]
            listed = (*sense.indicator.dims, "project", "region")
            sense.dims = {name: v for name, v in sense.dims.items() if name in listed}
            return


def by_heading(sense: Sense, frame: Frame, around: Surroundings) -> None:
    """1.基本支出600万元 under 一般公共预算财政拨款支出决算具体情况: of that expenditure."""
    if sense.indicator is None or frame.total is not None or frame.levels:
        return
    under = around.rules.narrow.under.get(sense.indicator.id)
    if under and any(word in heading for word in under[0] for heading in sense.node.path):
        sense.indicator = around.rules.by_id[under[1]]


def by_last(sense: Sense, best: Candidate | None, frame: Frame, around: Surroundings) -> None:
    """个人账户收入5亿元，支出4亿元: bare words go on with what the figure before them named."""
    last = frame.last_level
    if best is None or sense.indicator is None or last is None or last.indicator is None:
        return
    follow = around.rules.narrow.follow.get((last.indicator.id, sense.indicator.id))
    if follow is None or last.sentence != sense.sentence:
        return
    if best.start < last.figure.start or best.end - best.start > _BARE:
        return
    item, gap = last.dims.get("item", ""), around.text[last.figure.end : sense.at]
    if "；" in gap or ("其中" in gap and not follow.parts):
        return
    if "）" in gap.partition("（")[0]:
        return  # 国内接待18批次（其中外事接待2批次），206人次: the brackets are closed
    if follow.behind and not around.text.endswith(follow.behind, 0, last.at):
        return
    if not follow.named or any(map(item.__contains__, follow.named)):
        sense.indicator = around.rules.by_id[follow.to]
        if item and "item" in sense.indicator.dims:
            sense.dims["item"] = item
