"""The figures of six invented counties, 2019 to 2023, by panel column, in base units.

They obey laws that the analyses must find again: recovered funds rise with inspections within a
county while counties that inspect more recover less, a target follows what was reached above it, a
premium that rises drives residents out, and agencies that score themselves highest contradict
themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

YEARS = range(2019, 2024)
COUNTIES = ("雁桥县", "青柏县", "竹屿县", "柳坞区", "石陂县", "云霁县")
CARELESS = frozenset({1, 4})  # counties whose reports contradict themselves
PER_INSPECTION = Decimal("0.6")  # 万元 recovered with one more inspection in the same county
RATCHET = Decimal("0.5")  # of what was reached above a target is added to the next one
PREMIUMS = (250, 280, 320, 350, 380)  # 元 a year
DRIVEN_OUT = Decimal("0.25")  # elasticity of enrolment
SCORE_MAX = Decimal(100)

Values = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class CountyYear:
    """What one county's bureau did in one year: panel column → value."""

    county: int
    year: int
    values: Values

    @property
    def name(self) -> str:
        """The county."""
        return COUNTIES[self.county]

    @property
    def careless(self) -> bool:
        """Whether its report contradicts itself."""
        return self.county in CARELESS


def county_years() -> Iterator[CountyYear]:
    """All counties in all years."""
    for county in range(len(COUNTIES)):
        target = Decimal(260_000 + 20_000 * county)
        for year in YEARS:
            values = _values(county, year - YEARS.start, target)
            yield CountyYear(county, year, values)
            target += RATCHET * max(Decimal(0), values["enrollees"] - target)


def consolidated(own: CountyYear) -> Values:
    """The bureau with its affairs centre (汇总) where ``own`` is the bureau alone (本级)."""
    values = own.values
    three_public = values["three_public"] + 15_000
    return {
        "staff_on_duty": values["staff_on_duty"] + 14,
        "expenditure": values["expenditure"] + 1_830_000,
        "three_public": three_public,
        "abroad_cost": Decimal(0),
        "vehicle_cost": values["vehicle_cost"] + 10_000,
        "reception_cost": three_public - values["vehicle_cost"] - 10_000,
    }


def _values(county: int, t: int, target: Decimal) -> dict[str, Decimal]:
    c = Decimal(county)
    values = _accounts(county, t) | _enforcement(county, t) | _insurance(county, t)
    values["enrollees__tgt"] = target
    values["enrollees"] = target + 1_200 * (1 + (county + 2 * t) % 4) - 1_500 * (t == 3)
    values["staff_on_duty"] = 18 + 3 * c + t % 2
    values["posts_authorized"] = values["staff_on_duty"] + 4
    score = "99.5" if county in CARELESS else ("92.5", "94", "93.2", "91.8", "95.1", "90.6")[t]
    values["self_score"], values["self_score_max__std"] = Decimal(score), SCORE_MAX
    return values


def _accounts(county: int, t: int) -> dict[str, Decimal]:
    now, before = _spent(county, t), _spent(county, t - 1)
    basic = _fen(now * Decimal("0.3") + 1_700 * t)
    vehicle, reception = 20_000 + 5_000 * county - 1_000 * t, 8_000 + 3_000 * ((county + t) % 3)
    printed_reception = reception + 9_000 * (county in CARELESS)
    return {
        "expenditure": now,
        "expenditure__bud0": _planned(county, t),
        "expenditure__chg": now - before,
        "expenditure__gro": _percent(now - before, before),
        "expenditure_basic": basic,
        "expenditure_basic__shr": _percent(basic, now) + 3 * (county in CARELESS),
        "expenditure_project": now - basic,
        "expenditure_project__shr": _percent(now - basic, now),
        "three_public": Decimal(vehicle + reception),
        "abroad_cost": Decimal(0),
        "vehicle_cost": Decimal(vehicle),
        "reception_cost": Decimal(printed_reception),
    }


def _planned(county: int, t: int) -> Decimal:
    return Decimal(12_000_000 + 1_500_000 * county + 600_000 * t)


def _spent(county: int, t: int) -> Decimal:
    over = Decimal((2, 10, -3, 6, 25, 0)[county] + t) / 100
    return _fen(_planned(county, t) * (1 + over) + 3_700 * (t + 2))


def _enforcement(county: int, t: int) -> dict[str, Decimal]:
    usual = 60 + 25 * county
    inspected = usual + 4 * t + (county * t) % 3
    noise = Decimal((-3, 2, 1, -1, 1)[(t + county) % 5]) / 10
    recovered = 230 - Decimal("1.3") * usual + PER_INSPECTION * inspected + noise
    return {
        "inspected_any": Decimal(inspected),
        "interviewed": Decimal(3 + (county + 2 * t) % 7),
        "rectified": Decimal(12 + county + t),
        "suspended": Decimal((county + t) % 3),
        "recovered_funds": _fen(recovered * 10_000),
        "liquidated_damages": Decimal(31_000 + 4_500 * county + 2_300 * t),
    }


def _insurance(county: int, t: int) -> dict[str, Decimal]:
    residents = 230_000 + 18_000 * county
    kept = (Decimal(PREMIUMS[0]) / PREMIUMS[t]) ** DRIVEN_OUT
    visits = Decimal(21_000 + 1_700 * county + 400 * t)
    stay = 6_000 + 150 * county + 80 * t
    return {
        "enrollees_res": (residents * kept).quantize(Decimal(1)),
        "premium_standard_res__std": Decimal(PREMIUMS[t]),
        "benefit_visits_res_inp": visits,
        "benefit_cost_res_inp": visits * stay,
        "benefit_payment_res_inp": _fen(visits * stay * Decimal("0.64")),
    }


def sources(county: int, year: int) -> dict[str, Decimal]:
    """The money of the medical aid project (医疗救助) by ``fund_source``."""
    t = year - YEARS.start
    return {
        "central": Decimal(4_100_000 + 130_000 * county + 52_000 * t),
        "provincial": Decimal(1_500_000 + 41_000 * county),
        "county": Decimal(800_000 + 25_000 * t),
    }


def _fen(value: Decimal) -> Decimal:
    """Money as it is printed in 万元 with two decimals."""
    return 100 * (value / 100).quantize(Decimal(1))


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return (100 * part / whole).quantize(Decimal("0.01"))
