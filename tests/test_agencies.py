"""Whose id a name gets: one over all its wordings and years, and never that of another."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from itertools import product
from typing import Any

import pytest

from extract import rulebook
from extract.catalogue import patterns_folder
from extract.identity import identify
from extract.model import Identity

BUREAUS = tomllib.loads((patterns_folder() / "bureaus.toml").read_text("utf-8"))["bureau"]
PLACES = [
    "炎陵县",
    "湛江市坡头区",
    "黔南州",
    "赣县区",
    "云岭县",
    "青禾市",
    "青禾市松坪区",
    "湛江经济技术开发区",
    "仙桃市",
    "北京市海淀区",
    "玉屏侗族自治县",
    "江西省",
]
OFFICES = [
    "医疗保障局",
    "医疗保障事务中心",
    "医疗保障局信息中心",
    "民政局",
    "社会福利中心",
    "农业农村局",
    "乡村振兴局",
    "卫生健康委员会",
    "疾病预防控制中心",
    "人民医院",
    "中医医院",
    "教育局",
    "第一中学",
    "第二中学",
    "实验小学",
    "体育局",
    "科学技术局",
    "科学技术协会",
    "文化和旅游局",
    "文化馆",
    "图书馆",
    "文学艺术界联合会",
    "人力资源和社会保障局",
    "社会保险事业管理局",
    "住房和城乡建设局",
    "自然资源局",
    "不动产登记中心",
    "城市管理局",
    "综合行政执法局",
    "市场监督管理局",
    "质量技术监督局",
    "食品药品监督管理局",
    "工商业联合会",
    "行政审批局",
    "政务服务管理局",
    "大数据管理局",
    "机关事务管理局",
    "机关事务服务中心",
    "财政局",
    "审计局",
    "统计局",
    "人民政府",
    "人民政府办公室",
    "南山镇人民政府",
    "北山镇人民政府",
    "南山街道办事处",
    "南山乡人民政府",
    "委组织部",
    "委宣传部",
    "委统战部",
    "委政法委员会",
    "纪律检查委员会",
    "人民代表大会常务委员会",
    "总工会",
    "妇女联合会",
    "残疾人联合会",
    "红十字会",
    "人民法院",
    "人民检察院",
    "公安局",
    "供销合作社联合社",
    "档案局",
    "档案馆",
    "水利局",
    "林业局",
    "商务局",
    "招商局",
    "信访局",
    "退役军人事务局",
    "退役军人服务中心",
]


def identity(name: str, year: int = 2022, text: str = "") -> Identity:
    title = f"{name}{year}年度部门决算\n"
    return identify(title + text, "report.txt", rulebook.load().identity)


# The vocabulary


def _row(row: dict[str, object]) -> pytest.ParameterSet:
    return pytest.param(row, id=str(row["code"]))


@pytest.mark.parametrize("row", [_row(row) for row in BUREAUS])
def test_an_example_of_a_bureau_is_this_bureau_and_no_other(row: dict[str, Any]) -> None:
    for name in row["examples"]:
        whole = [b["id"] for b in BUREAUS if re.fullmatch("|".join(b["names"]), name)]
        assert whole == [row["id"]]
        found = identity(f"炎陵县{name}")
        assert (found.agency_group, found.bureau) == (f"430225-{row['code']}", row["id"])


@pytest.mark.parametrize("row", [_row(row) for row in BUREAUS])
def test_a_counterexample_of_a_bureau_is_another_agency(row: dict[str, Any]) -> None:
    assert row["counterexamples"]
    for name in row["counterexamples"]:
        found = identity(f"炎陵县{name}")
        assert found.agency_id != f"430225-{row['code']}-any"


def test_codes_and_ids_of_bureaus_are_unique() -> None:
    for key in ("id", "code"):
        assert [v for v, n in Counter(row[key] for row in BUREAUS).items() if n > 1] == []
    assert all(re.fullmatch("[a-z]{2,6}", row["code"]) for row in BUREAUS)


# Ids


@pytest.mark.parametrize(
    "names",
    [
        ["炎陵县医疗保障局", "炎陵县医保局", "湖南省株洲市炎陵县医疗保障局", "株洲市炎陵县医保局"],
        ["云岭县医疗保障局", "云岭县医保局", "江南省云岭县医疗保障局"],
        ["黔南州医疗保障局", "黔南布依族苗族自治州医疗保障局", "贵州省黔南州医保局"],
        ["炎陵县卫生健康局", "炎陵县卫健局", "炎陵县卫生和计划生育局", "炎陵县卫生健康委员会"],
        ["炎陵县自然资源局", "炎陵县国土资源局", "炎陵县自然资源和规划局"],
        ["炎陵县乡村振兴局", "炎陵县扶贫开发办公室", "炎陵县扶贫办"],
        ["炎陵县生态环境局", "炎陵县环境保护局", "炎陵县环保局"],
        ["炎陵县应急管理局", "炎陵县安全生产监督管理局"],
        ["炎陵县市场监督管理局", "炎陵县工商行政管理局"],
        ["炎陵县文化和旅游局", "炎陵县文化广电新闻出版局", "炎陵县文旅局"],
        ["中共炎陵县委组织部", "炎陵县委组织部"],
        ["南山街道办事处", "南山街道"],
        ["炎陵县南山镇人民政府", "株洲市炎陵县南山镇"],
        ["政协炎陵县委员会", "中国人民政治协商会议炎陵县委员会"],
        ["共青团炎陵县委员会", "中国共产主义青年团炎陵县委员会"],
        ["湛江高新区管理委员会", "湛江市高新技术产业开发区管委会"],
        ["重庆两江新区管委会", "两江新区管理委员会"],
        ["国家税务总局炎陵县税务局", "炎陵县税务局"],
    ],
)
def test_wordings_of_one_agency_share_an_id(names: list[str]) -> None:
    text = "株洲市炎陵县\n" if names[0].startswith("南山") else ""
    ids = set()
    for name in names:
        found = identify(f"{text}{name}2022年度部门决算\n", "report.txt", rulebook.load().identity)
        ids.add(found.agency_id)
    assert len(ids) == 1
    assert None not in ids


def test_no_two_agencies_share_an_id() -> None:
    owners: dict[str, str] = {}
    for place, office in product(PLACES, OFFICES):
        found = identity(place + office)
        assert found.agency is not None, place + office
        assert found.agency.replace("中共", "") == place + office
        assert found.agency_id is not None
        assert owners.setdefault(found.agency_id, place + office) == place + office
        assert found.agency_group is not None
        assert found.agency_id.startswith(found.agency_group + "-")
        assert found.agency_group.isascii()
        assert len(found.agency_group) <= 24
    assert len(owners) == len(PLACES) * len(OFFICES)


def test_sorted_ids_keep_groups_together() -> None:
    found = [identity(p + o) for p, o in product(PLACES, OFFICES)]
    found += [identity(f"{p}{o}（本级）") for p, o in product(PLACES, OFFICES)]
    groups = [group for _, group in sorted((f.agency_id or "", f.agency_group) for f in found)]
    seen = [group for at, group in enumerate(groups) if at == 0 or groups[at - 1] != group]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("赣县医疗保障局", 2014), ("赣县区医疗保障局", 2022)),
        (("枞阳县民政局", 2014), ("枞阳县民政局", 2022)),
        (("蓟县民政局", 2014), ("天津市蓟州区民政局", 2022)),
        (("会理县教育局", 2019), ("会理市教育局", 2023)),
        (("遵义县民政局", 2014), ("遵义市播州区民政局", 2022)),
        (("湖南省株洲县民政局", 2016), ("株洲市渌口区民政局", 2022)),
    ],
)
def test_an_agency_keeps_its_id_where_its_county_changes_code(
    one: tuple[str, int], other: tuple[str, int]
) -> None:
    before, after = identity(*one), identity(*other)
    assert before.agency_id == after.agency_id
    assert before.adcode == after.adcode == after.adcode_asof
    assert before.adcode_asof != after.adcode_asof


def test_a_name_that_may_mean_several_places_is_shared_by_no_two_reports() -> None:
    rules = rulebook.load().identity
    paths = ("a/1.txt", "a/1.docx", "b/1.txt")
    one, same, other = (identify("鼓楼区民政局2022年度部门决算", p, rules) for p in paths)
    assert one.agency_id == same.agency_id != other.agency_id
    assert one.region_candidates == ("320106", "320302", "350102", "410204")
    assert (one.adcode, one.county, one.bureau, one.level) == (None, None, "民政", "county")
    assert any("sources.csv" in words for words in one.conflicts)


@pytest.mark.parametrize("name", ["城关镇人民政府", "高新区民政局", "第一中学"])
def test_a_name_without_its_county_is_shared_by_no_two_reports(name: str) -> None:
    rules = rulebook.load().identity
    one, other = (identify(f"{name}2022年度部门决算", path, rules) for path in ("1.txt", "2.txt"))
    assert one.agency_id is not None
    assert one.agency_id != other.agency_id


def test_a_central_agency_has_no_division() -> None:
    found = identity("国家医疗保障局")
    assert (found.agency_id, found.level, found.bureau) == ("000000-ybj-any", "central", "医疗保障")
    assert (found.province, found.adcode) == (None, None)


def test_a_town_stands_in_the_county_above_it() -> None:
    found = identify(
        "咸宁市咸安区\n南泉街道办事处2022年度部门决算\n", "a.txt", rulebook.load().identity
    )
    assert (found.adcode, found.level) == ("421202", "township")
    assert found.agency_group == identity("咸宁市咸安区南泉街道办事处").agency_group


# Names


@pytest.mark.parametrize(
    "name",
    [
        "本溪市司法局", "市中区民政局", "和平区教育局", "从化区医疗保障局",
        "同心县民政局", "向阳区民政局", "将乐县审计局", "全州县统计局",
        "中方县残联", "县级市民政局",
    ],
)  # fmt: skip
def test_a_place_does_not_lose_its_first_sign(name: str) -> None:
    found = identity(name).agency
    assert found == (None if name.startswith("县级") else name)


@pytest.mark.parametrize(
    ("sentence", "agency"),
    [
        ("以上数据已报县财政局备案。", None),
        ("12月区市场监督管理局开展检查。", None),
        ("近日从化区医疗保障局开展检查。", "从化区医疗保障局"),
        ("日前大英县医疗保障局开展检查。", "大英县医疗保障局"),
        ("郑州市医保局联合市卫健委开展检查。", "郑州市医保局"),
        ("收到《青禾县财政局关于提前下达补助资金的通知》。", None),
        ("青禾县人民政府主办\n备案号1号", None),
    ],
)
def test_in_running_text_a_name_begins_with_a_place_that_is_one(
    sentence: str, agency: str | None
) -> None:
    found = identify(f"一、基本情况\n{sentence}\n", "a.txt", rulebook.load().identity)
    assert found.agency == agency


def test_an_agency_that_only_the_body_names_stands_in_the_county_of_the_title() -> None:
    text = "枞阳县2023年度公共卫生项目绩效自评报告\n安徽省财政厅下达资金12万元。\n"
    found = identify(text, "a.txt", rulebook.load().identity)
    assert (found.agency, found.adcode, found.region_evidence) == (None, "340722", "title")


@pytest.mark.parametrize(
    ("path", "title", "agency"),
    [
        ("湖南省/炎陵县/医保局2022.txt", "2022年度部门决算", "炎陵县医保局"),
        ("株洲市/炎陵县/2022.txt", "县医疗保障局2022年度部门决算", "株洲市炎陵县医疗保障局"),
        ("2022.txt", "县医疗保障局2022年度部门决算", None),
        ("株洲市/2022.txt", "县医疗保障局2022年度部门决算", None),
        (
            "2022.txt",
            "县医疗保障局2022年度部门决算\n由炎陵县财政局拨付。",
            "湖南省株洲市炎陵县医疗保障局",
        ),
        ("2022.txt", "县医疗保障局2022年度部门决算\n由株洲市财政局拨付。", None),
        ("2022.txt", "医疗保障局2022年决算\n炎陵县医保局支出12万元。", "炎陵县医保局"),
        ("2022/炎陵县医疗保障局/决算.txt", "2022年度部门决算", "炎陵县医疗保障局"),
        ("盐边县医疗保障局/株洲市炎陵县医保局决算.txt", "部门决算", "株洲市炎陵县医保局"),
    ],
)
def test_folders_and_file_name_complete_a_name(path: str, title: str, agency: str | None) -> None:
    found = identify(f"{title}\n全年支出12万元。\n", path, rulebook.load().identity)
    place = "湖南省" if path.startswith("湖南省") else ""
    assert found.agency == (agency and place + agency)
    assert found.agency_group == (agency and "430225-ybj")


# Entities


@pytest.mark.parametrize(
    ("name", "text", "entity", "suffix"),
    [
        ("炎陵县民政局（本级）", "", "own", "own"),
        ("炎陵县民政局机关", "", "own", "own"),
        ("炎陵县民政局（汇总）", "", "consolidated", "all"),
        ("炎陵县机关事务管理局", "", "unknown", "any"),
        ("炎陵县民政局", "我局无下属单位。", "unknown", "any"),
        (
            "炎陵县民政局",
            "纳入炎陵县民政局2022年度部门决算编制范围的预算单位共4个，包括局机关。",
            "consolidated",
            "all",
        ),
        ("炎陵县民政局", "纳入2022年度部门决算编制范围的单位共1个。", "unknown", "any"),
        ("炎陵县民政局", "部门决算包括：局本级决算和所属事业单位决算。", "consolidated", "all"),
        ("炎陵县医疗保障事务中心", "", "subunit", None),
        ("炎陵县教育局教研室", "", "subunit", None),
        ("炎陵县第一中学", "", "subunit", "sub"),
        ("炎陵县妇幼保健院", "", "subunit", "sub"),
    ],
)
def test_a_report_tells_which_entity_it_is_about(
    name: str, text: str, entity: str, suffix: str | None
) -> None:
    found = identity(name, text=text)
    assert found.entity == entity
    assert bool(found.entity_evidence) == (entity != "unknown")
    assert found.agency_id is not None
    assert suffix is None or found.agency_id == f"{found.agency_group}-{suffix}"


def test_entities_of_one_agency_share_their_group() -> None:
    names = (
        "炎陵县民政局（本级）",
        "炎陵县民政局（汇总）",
        "炎陵县民政局",
        "炎陵县民政局社会福利中心",
    )
    found = [identity(name) for name in names]
    assert {f.agency_group for f in found} == {"430225-mzj"}
    assert len({f.agency_id for f in found}) == len(names)


# What the user says


def test_what_the_user_says_wins_over_the_text_and_the_difference_is_noted() -> None:
    told = {"agency": "盐边县医疗保障局", "year": "2021", "doc_type": "budget", "entity": "own"}
    text = "炎陵县医疗保障局2022年度部门决算\n全年支出12万元。"
    found = identify(text, "report.txt", rulebook.load().identity, told)
    assert (found.agency, found.report_year, found.doc_type) == ("盐边县医疗保障局", 2021, "budget")
    assert (found.agency_id, found.adcode) == ("510422-ybj-own", "510422")
    for evidence in (found.agency_evidence, found.year_evidence, found.type_evidence):
        assert evidence == "sources.csv"
    assert found.entity_evidence == "sources.csv"
    said = [words for words in found.conflicts if "sources.csv says" in words]
    assert [words.partition(":")[0] for words in said] == ["year", "doc_type", "agency"]


@pytest.mark.parametrize(
    ("name", "told", "code"),
    [
        ("鼓楼区民政局", {"adcode": "350102"}, "350102"),
        ("鼓楼区民政局", {"prefecture": "南京市"}, "320106"),
        ("鼓楼区民政局", {"province": "福建省", "county": "鼓楼区"}, "350102"),
        ("鼓楼区民政局", {"county": "鼓楼区"}, None),
        ("炎陵县民政局", {"province": "湖南省"}, "430225"),
        ("炎陵县民政局", {"adcode": "510422"}, "510422"),
        ("县民政局", {"agency": "民政局", "adcode": "430225"}, "430225"),
        ("青禾县民政局", {"province": "湖南省", "county": "青禾县"}, None),
    ],
)
def test_the_user_can_say_where_an_agency_stands(
    name: str, told: dict[str, str], code: str | None
) -> None:
    title = f"{name}2022年度部门决算\n"
    found = identify(title, "report.txt", rulebook.load().identity, told)
    assert found.adcode_asof == code
    if code:
        assert found.agency_id == f"{code}-mzj-any"
    assert any(w.startswith("region: sources.csv") for w in found.conflicts) == (code == "510422")
