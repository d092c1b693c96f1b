from __future__ import annotations

import pytest

from extract import rulebook
from extract.identity import normal_agency
from extract.model import Document, Identity, Source
from extract.reader import read_document

TITLE = "云岭县医疗保障局2022年度部门整体支出绩效自评报告"
BODY = "全面落实各项工作部署，群众获得感不断增强。"


def identity(text: str, path: str = "report.txt") -> Identity:
    source = Source(path, "", len(text))
    return read_document(source, Document(text, "txt"), rulebook.load()).identity


def test_a_title_tells_agency_year_and_kind_with_evidence() -> None:
    found = identity(f"{TITLE}\n{BODY}\n")
    assert (found.agency, found.report_year) == ("云岭县医疗保障局", 2022)
    assert (found.doc_type, found.title) == ("self_evaluation", TITLE)
    for evidence in (found.agency_evidence, found.year_evidence):
        assert evidence.startswith("title")
        assert "云岭县医疗保障局2022年度" in evidence
    assert found.type_evidence.startswith("title")
    assert found.conflicts == ()


def test_a_title_may_stand_on_two_lines() -> None:
    found = identity(f"云岭县医疗保障局\n2022年度部门整体支出绩效自评报告\n{BODY}\n")
    assert (found.agency, found.report_year) == ("云岭县医疗保障局", 2022)
    assert found.doc_type == "self_evaluation"


@pytest.mark.parametrize(
    "cover",
    [
        "评价单位：云岭县医疗保障局（盖章）",
        "单位名称：云岭县医疗保障局",
        "部门名称：云岭县医疗保障局",
        "填报单位（公章）：云岭县医疗保障局",
        "预算部门\t云岭县医疗保障局",
    ],
)
def test_a_cover_field_tells_the_agency(cover: str) -> None:
    found = identity(f"2022年度部门整体支出绩效自评报告\n{cover}\n{BODY}\n")
    assert found.agency == "云岭县医疗保障局"
    assert found.agency_evidence.startswith("cover")


@pytest.mark.parametrize("cover", ["评价年度：2021年", "年度：2021", "预算年度：2021年"])
def test_a_cover_field_tells_the_year(cover: str) -> None:
    found = identity(f"部门整体支出绩效自评报告\n单位名称：云岭县医疗保障局\n{cover}\n{BODY}\n")
    assert found.report_year == 2021
    assert cover[:-1] in found.year_evidence


@pytest.mark.parametrize(
    ("head", "where"), [("评价年度：2021年", "cover"), ("2021年，各项工作有序推进。", "body")]
)
def test_evidence_of_the_year_names_the_place_where_it_stands(head: str, where: str) -> None:
    found = identity(f"部门整体支出绩效自评报告\n{head}\n{BODY}\n")
    assert found.report_year == 2021
    assert found.year_evidence.startswith(where)


def test_the_file_name_tells_what_the_text_does_not() -> None:
    found = identity(f"{BODY}\n", "2022/云岭县医疗保障局2022年度部门决算.txt")
    assert (found.agency, found.report_year) == ("云岭县医疗保障局", 2022)
    assert found.agency_evidence.startswith("file name")
    assert found.year_evidence.startswith("file name")


def test_the_body_tells_what_neither_title_nor_file_name_does() -> None:
    body = "2021年，云岭县医疗保障局认真履职。2021年，云岭县医疗保障局检查定点医药机构12家。"
    found = identity(f"{body}\n")
    assert (found.agency, found.report_year) == ("云岭县医疗保障局", 2021)
    assert found.agency_evidence


def test_a_signature_is_of_the_year_after_the_one_reported() -> None:
    found = identity(
        f"云岭县医疗保障局部门整体支出绩效自评报告\n{BODY}\n云岭县医疗保障局\n2022年3月20日\n"
    )
    assert found.report_year == 2021


def test_the_title_counts_more_than_the_date_of_the_signature() -> None:
    found = identity(f"{TITLE}\n{BODY}\n云岭县医疗保障局\n2023年3月20日\n")
    assert found.report_year == 2022
    assert found.conflicts == ()


def test_a_title_against_the_years_of_the_body_is_a_conflict() -> None:
    body = "".join(f"2022年完成任务{n}项。" for n in range(9))
    found = identity(f"云岭县医疗保障局2023年度部门整体支出绩效自评报告\n{body}\n")
    assert found.report_year == 2023
    assert len(found.conflicts) == 1
    assert "2023" in found.conflicts[0]
    assert "2022" in found.conflicts[0]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("云岭县民政局2022年度部门决算", "final_accounts"),
        ("云岭县民政局2022年部门预算", "budget"),
        ("云岭县民政局2022年度部门整体支出绩效自评报告", "self_evaluation"),
        ("云岭县民政局2022年度项目支出绩效自评报告", "project_evaluation"),
        ("云岭县民政局2022年度财政评价报告", "finance_evaluation"),
        ("云岭县民政局2022年工作总结", "work_report"),
        ("云岭县民政局2022年招聘启事", "other"),
    ],
)
def test_a_title_tells_the_kind_of_document(title: str, kind: str) -> None:
    assert identity(f"{title}\n{BODY}\n").doc_type == kind


@pytest.mark.parametrize(
    ("agency", "bureau", "level"),
    [
        ("云岭县医疗保障局", "医疗保障", "county"),
        ("松坪区民政局", "民政", "county"),
        ("青禾市卫生健康委员会", "卫生健康", "prefecture"),
        ("青禾市松坪区教育局", "教育", "county"),
        ("南岭州人力资源和社会保障局", "人力资源社会保障", "prefecture"),
        ("云岭县青山镇人民政府", "人民政府", "township"),
        ("江南省医疗保障局", "医疗保障", "province"),
    ],
)
def test_the_name_tells_field_of_work_and_level(agency: str, bureau: str, level: str) -> None:
    found = identity(f"{agency}2022年度部门决算\n{BODY}\n")
    assert (found.agency, found.bureau, found.level) == (agency, bureau, level)


def test_a_superior_named_in_the_text_is_not_the_agency() -> None:
    text = (
        f"{TITLE}\n根据江南省财政厅和青禾市医疗保障局的要求，组织开展自评。"
        "国家医疗保障局印发的文件均已落实，会同云岭县卫生健康局、云岭县公安局开展检查。\n"
    )
    assert identity(text).agency == "云岭县医疗保障局"


def test_nothing_said_is_nothing_known() -> None:
    found = identity(f"{BODY}\n")
    assert (found.agency, found.agency_id, found.report_year) == (None, None, None)
    assert found.doc_type == "other"


@pytest.mark.parametrize(
    "name",
    [
        "云岭县 医疗保障局",
        "云岭县医疗保障局本级",
        "云岭县医疗保障局机关",
        ("云岭县医疗保障局（本级）"),
    ],
)
def test_the_id_does_not_depend_on_how_the_name_is_written(name: str) -> None:
    assert normal_agency(name) == "云岭县医疗保障局"
    titles = (f"{name}2022年度部门决算", "云岭县医疗保障局2021年度部门决算")
    assert len({identity(f"{title}\n{BODY}\n").agency_group for title in titles}) == 1


@pytest.mark.parametrize(
    ("title", "agency"),
    [
        ("官山镇2015年“三公”经费支出说明", "官山镇"),
        ("云岭县第一示范小学2023年度项目支出绩效自评报告", "云岭县第一示范小学"),
        ("青禾市文化馆2018年度整体支出绩效评价报告", "青禾市文化馆"),
        ("云岭县妇幼保健院2020年度部门决算", "云岭县妇幼保健院"),
        ("青禾市工商业联合会2021年度部门决算", "青禾市工商业联合会"),
    ],
)
def test_a_title_names_institutions_that_are_no_bureaus(title: str, agency: str) -> None:
    assert identity(f"{title}\n一、基本情况\n").agency == agency


@pytest.mark.parametrize(
    "sentence",
    [
        "确保十四五开好局，各项工作有序推进。",
        "增减变化情况我局已经说明。",
        "展厅由新时代进步美丽青禾展厅等组成。",
        "根据江南省财政厅关于下达补助资金的通知，及时拨付。",
        "主要原因是以往年度仅统计管委会。",
    ],
)
def test_words_that_only_end_like_an_agency_name_none(sentence: str) -> None:
    assert identity(f"2022年度绩效自评报告\n一、基本情况\n{sentence}\n").agency is None


@pytest.mark.parametrize(
    "sentence", ["现公布青禾市市场监督管理局年度报告。", "由青禾市市场监督管理局负责解释。"]
)
def test_in_running_text_a_name_begins_with_its_place(sentence: str) -> None:
    assert identity(f"2022年度报告\n一、基本情况\n{sentence}\n").agency == "青禾市市场监督管理局"


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("公务接待费3万元，较2022年度决算数增加1万元。", 2023),
        ("2019年预算30万元，比2018年减少2万元，较2018年下降6%。", 2019),
        ("2023-08-30 来源：青禾日报\n2020年9月，青禾被列入第二批试点，2021年1月启动。", 2023),
        ("2021-12-28 10:56:58 来源：青禾新闻网\n2019年起改革，2019年完成试点，2021年推开。", 2021),
    ],
)
def test_years_compared_with_and_datelines_of_news(text: str, year: int) -> None:
    assert identity(f"一、基本情况\n{text}\n").report_year == year
