"""A figure as arithmetic sees it (报告所列数值); what is asked again and again is found once."""

from __future__ import annotations

from extract.model import Mention

from .intervals import Interval, allowed, half_step, plain, unsigned


class Stated:
    """The fields of a mention that relations look at, its number and what its digits allow."""

    _step: float | None = None
    _interval: Interval | None = None

    def __init__(self, m: Mention) -> None:
        """Nothing is worked out but the number."""
        self.start = m.start
        self.end = m.end
        self.value = m.value  # in the base unit
        self.number = float(m.value)
        self.value_min = m.value_min
        self.value_max = m.value_max
        self.value_raw = m.value_raw
        self.unit = m.unit
        self.unit_raw = m.unit_raw
        self.per = m.per
        self.approx = m.approx
        self.bound = m.bound
        self.indicator = m.indicator
        self.measure = m.measure
        self.stage = m.stage
        self.year = m.year
        self.period_kind = m.period_kind
        self.base_year = m.base_year
        self.anchor = m.anchor
        self.reach = m.reach
        self.dims = m.dims
        self.label = m.label
        self.sentence = m.sentence
        self.section = m.section
        self.table = m.table
        self.row = m.row
        self.col = m.col

    @property
    def step(self) -> float:
        """Half of the last printed digit, in the base unit."""
        if self._step is None:
            self._step = half_step(self.value_raw, self.number, self.unit)
        return self._step

    @property
    def interval(self) -> Interval:
        """What wording and printed digits allow, in the base unit."""
        if self._interval is None:
            low = None if self.value_min is None else float(self.value_min)
            high = None if self.value_max is None else float(self.value_max)
            self._interval = allowed(self.number, low, high, self.step, approx=self.approx)
        return self._interval

    @property
    def printed(self) -> float | None:
        """The printed number without its sign and unit, None for numerals in words."""
        return plain(unsigned(self.value_raw))
