"""The reports of the made-up province: the figures of ``world.py`` in two ways of wording."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.research import world

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

CITY = "澜川市"  # also invented
RESTATED = 2  # this county's reports state last year's recovered funds anew
LATE = 3  # this county's first report is lost; the next one tells of its year
SILENT, UNTOLD = (5, 2021), (5, 2022)  # no recovered funds; nothing on supervision
EXPECTED, LOST = "岚桐县医疗保障局", 2021  # of whom no report is there, but an empty file on a year
TORN = (2, 2023)  # states its expenditure twice, and differently
# Counties that changed name and code, with the years of their reports.
RENAMED = {"赣县民政局": (2014, 2015), "赣县区民政局": (2017, 2018)} | {
    "会理县统计局": (2019, 2020), "会理市统计局": (2021, 2023),
}  # fmt: skip

SPENT = """\
二、预算执行情况
（一）年初预算。{year}年支出年初预算{expenditure__bud0:万元}。
（二）支出决算。{year}年本年支出合计{expenditure:万元}，比上年{more}{expenditure__chg:万元}，{rose}\
{expenditure__gro:%}。其中：基本支出{expenditure_basic:万元}，占{expenditure_basic__shr:%}；\
项目支出{expenditure_project:万元}，占{expenditure_project__shr:%}。
（三）“三公”经费。{year}年“三公”经费支出决算{three_public:万元}，其中：因公出国（境）费0万元，\
公务用车购置及运行维护费{vehicle_cost:万元}，公务接待费{reception_cost:万元}。
"""
INSURED = """\
三、绩效目标完成情况
（一）参保扩面。上级下达{year}年基本医疗保险参保任务数{enrollees__tgt:万人}，实际参保人数\
{enrollees:万人}。其中城乡居民参保{enrollees_res:人}，城乡居民基本医疗保险个人缴费标准为{premium}。
（二）待遇保障。{year}年城乡居民住院{benefit_visits_res_inp:万人次}，住院医疗总费用\
{benefit_cost_res_inp:万元}，医保报销{benefit_payment_res_inp:万元}。
"""
SUPERVISED = """\
（三）基金监管。全年检查定点医药机构{inspected_any:家}，约谈{interviewed:家}，限期整改{rectified:家}，\
暂停医保协议{suspended:家}{recovered}，处违约金{liquidated_damages:万元}。
"""
WORDINGS = ("，追回医保基金{}", "。共计追回违规使用的医保基金{}")
PROJECT = """\
四、项目资金情况
（一）医疗救助补助项目。{year}年到位资金{total:万元}，其中：中央资金{central:万元}，省级资金\
{provincial:万元}，县级资金{county:万元}。
"""
CONSOLIDATED = """\
{title}

一、人员情况
{year}年末在职人员{staff_on_duty:人}。

二、支出决算
{year}年本年支出合计{expenditure:万元}。

三、“三公”经费
{year}年“三公”经费支出决算{three_public:万元}，其中：因公出国（境）费0万元，公务用车购置及运行维护费\
{vehicle_cost:万元}，公务接待费{reception_cost:万元}。
"""
SCORED = """\
五、自评结论
对照评分标准，总分值{self_score_max__std:分}，自评得分为{self_score:分}。
"""


@dataclass(frozen=True, slots=True)
class Report:
    """One report: where it stands below the corpus, its text, and what it says of its own year."""

    source: str
    text: str
    county: int | None
    year: int
    truth: Mapping[str, Decimal] = field(default_factory=dict)


class Amount:
    """A value that prints itself in the unit of its format: ``{:万元}``, ``{:家}``, ``{:%}``."""

    def __init__(self, value: Decimal) -> None:
        """Take a value in base units."""
        self.value = value

    def __format__(self, unit: str) -> str:
        """Two decimals with 万 and percents, none with counts; no sign."""
        shown = abs(self.value) / (10_000 if unit.startswith("万") else 1)
        if unit.startswith("万") or unit == "%":
            return f"{shown:.4f}{unit}" if "人" in unit else f"{shown:.2f}{unit}"
        return f"{shown.normalize():f}{unit}"


def reports() -> list[Report]:
    """All reports of the province, in order."""
    made = [*_evaluations(), *_consolidated(), *_renamed()]
    return sorted(made, key=lambda report: report.source)


def write(folder: Path) -> None:
    """All reports, one file each, in folders by year; beside them who is expected to report."""
    first, last = world.YEARS[0], world.YEARS[-1]
    (folder / str(LOST)).mkdir(parents=True)
    (folder / str(LOST) / f"{EXPECTED}{LOST}年度部门决算说明.txt").touch()
    (folder.parent / "frame.csv").write_text(
        f"agency,from,to\n{EXPECTED},{first},{last}\n", "utf-8"
    )
    for report in reports():
        path = folder / report.source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(report.text, "utf-8")


def bureau(county: int) -> str:
    """The name of a county's bureau as its title prints it."""
    name = world.COUNTIES[county] + "医疗保障局"
    return f"{CITY}{name}" if name.startswith("柳坞") else name


def _evaluations() -> Iterator[Report]:
    for own in world.county_years():
        if (own.county, own.year) == (LATE, world.YEARS.start):
            continue
        own_level = "本级" if own.county == 0 else ""
        title = f"{bureau(own.county)}{own_level}{own.year}年度部门整体支出绩效自评报告"
        source = f"{own.year}/{title}.txt"
        yield Report(source, _evaluation(title, own), own.county, own.year, _stated(own))


def _stated(own: world.CountyYear) -> dict[str, Decimal]:
    """What the report says of its own year, and without contradiction."""
    truth = dict(own.values)
    at = (own.county, own.year)
    left_out = {"recovered_funds"} if at == SILENT else set()
    if at == UNTOLD:
        left_out = {"inspected_any", "interviewed", "rectified", "suspended"}
        left_out |= {"recovered_funds", "liquidated_damages"}
    if at == TORN:
        left_out = {"expenditure"}
    return {name: value for name, value in truth.items() if name not in left_out}


def _evaluation(title: str, own: world.CountyYear) -> str:
    at, values = (own.county, own.year), own.values
    said = {name: Amount(value) for name, value in values.items()}
    rose = values["expenditure__chg"] >= 0
    recovered = WORDINGS[own.county % 2].format(f"{said['recovered_funds']:万元}")
    premium = f"{'每人每年' if own.county == 1 else ''}{world.PREMIUMS[own.year - 2019]}元"
    parts = [
        f"{title}\n\n一、部门概况",
        f"核定编制{said['posts_authorized']:名}，{own.year}年末在职人员{said['staff_on_duty']:人}。",
        SPENT + _again(own),
        INSURED,
        "" if at == UNTOLD else SUPERVISED + _before(own),
        PROJECT,
        SCORED,
    ]
    return "\n".join(filter(None, parts)).format(
        **said,
        **_sources(own),
        year=own.year,
        more="增加" if rose else "减少",
        rose="增长" if rose else "下降",
        recovered="" if at == SILENT else recovered,
        premium=premium,
    )


def _sources(own: world.CountyYear) -> dict[str, Amount]:
    parts = world.sources(own.county, own.year)
    return {name: Amount(value) for name, value in (parts | {"total": sum_of(parts)}).items()}


def sum_of(parts: Mapping[str, Decimal]) -> Decimal:
    """The whole of the parts."""
    return sum(parts.values(), Decimal(0))


def _before(own: world.CountyYear) -> str:
    """What a report says of the year before its own."""
    if own.county == RESTATED and own.year > world.YEARS.start:
        return f"{own.year - 1}年追回医保基金{restated(own.year - 1):万元}。\n"
    return ""


def _again(own: world.CountyYear) -> str:
    if (own.county, own.year) == TORN:
        other = Amount(own.values["expenditure"] * Decimal("1.08"))
        return f"（四）小结。{own.year}年本年支出合计{other:万元}。\n"
    if (own.county, own.year) == (LATE, world.YEARS.start + 1):
        before = own.values["expenditure"] - own.values["expenditure__chg"]
        return f"（四）往年情况。{own.year - 1}年本年支出合计{Amount(before):万元}。\n"
    return ""


def restated(year: int) -> Amount:
    """Recovered funds of county ``RESTATED`` as the report of the year after tells them."""
    (own,) = (y for y in world.county_years() if (y.county, y.year) == (RESTATED, year))
    return Amount(own.values["recovered_funds"] + 50_000)


def _consolidated() -> Iterator[Report]:
    for own in world.county_years():
        if own.county == 0 and own.year > world.YEARS.start + 1:
            truth = world.consolidated(own)
            said = {name: Amount(value) for name, value in truth.items()}
            title = f"{bureau(0)}（汇总）{own.year}年度部门决算说明"
            text = CONSOLIDATED.format(title=title, year=own.year, **said)
            yield Report(f"{own.year}/{title}.txt", text, 0, own.year, truth)


def _renamed() -> Iterator[Report]:
    for name, (first, last) in RENAMED.items():
        for year in range(first, last + 1):
            title = f"{name}{year}年度部门决算说明"
            staff = Decimal(year - 2000)
            text = f"{title}\n\n一、人员情况\n{year}年末在职人员{staff}人。\n"
            yield Report(f"{year}/{title}.txt", text, None, year, {"staff_on_duty": staff})
