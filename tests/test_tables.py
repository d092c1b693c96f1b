from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from extract import catalogue
from extract.columns import TABLES
from extract.dimensions.dims import normal_name
from extract.masking import mask
from extract.model import Mention, Reading, Rejection
from extract.tables import STREAMED, tables_of
from tests.stubs import StubRulebook, mention, reading

CATALOGUE = catalogue.load()


def mention_rows(*mentions: Mention, **identity: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    columns = tables_of(reading(*mentions, **identity), CATALOGUE)["mentions"]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def test_each_streamed_table_has_exactly_the_registered_columns() -> None:
    tables = tables_of(reading(mention()), CATALOGUE, checks=StubRulebook().checks)

    assert set(tables) == set(STREAMED)
    for name, columns in tables.items():
        assert set(columns) == {c.name for c in TABLES[name]}


def test_a_quote_that_is_not_what_stands_in_the_text_is_refused() -> None:
    wrong = replace(reading(mention()), mentions=(mention()._replace(quote="200万元"),))

    with pytest.raises(AssertionError, match="200万元"):
        tables_of(wrong, CATALOGUE)


def test_a_rejection_that_is_not_what_stands_in_the_text_is_refused() -> None:
    wrong = replace(reading(mention()), rejections=(Rejection(0, 3, "200", "date"),))

    with pytest.raises(AssertionError):
        tables_of(wrong, CATALOGUE)


def test_two_mentions_on_one_span_are_refused() -> None:
    with pytest.raises(AssertionError):
        mention_rows(mention(), mention())


def test_rows_stand_in_the_order_of_the_text() -> None:
    late, early = mention("5万元", 40), mention("7万元", 3)

    assert [row["start"] for row in mention_rows(late, early)] == [3, 40]


def test_money_has_no_binary_dust() -> None:
    (row,) = mention_rows(mention("0.07万元", value=Decimal("0.07") * 10000))

    assert row["value"] == 700.0


def test_a_reported_zero_is_zero_and_an_unknown_bound_is_null() -> None:
    (row,) = mention_rows(mention("0元"))

    assert (row["value"], row["value_min"], row["base_year"]) == (0.0, None, None)


def test_a_relation_points_at_the_mention_that_it_is_about() -> None:
    level = mention("331万元", 0, indicator="expenditure")
    whole = {"whole": "expenditure"}
    share = mention(
        "34%", 10, indicator="expenditure_project", measure="share", anchor=0, dims=whole
    )
    first, second = mention_rows(level, share)

    assert second["anchor_id"] == first["mention_id"]
    assert second["whole"] == "expenditure"
    assert second["dims"] == "whole=expenditure"


@pytest.mark.parametrize(
    ("more", "dims"),
    [
        ({}, ""),
        (
            {"indicator": "benefit_visits", "unit": "人次",
             "dims": {"scheme": "resident", "care": "inpatient"}},
            "care=inpatient;scheme=resident",
        ),
        ({"indicator": "project_funds", "dims": {"project": "“参保” 项目"}}, "project=参保"),
        ({"measure": "budget", "stage": "initial"}, "stage=initial"),
        ({"measure": "growth", "unit": "%", "base_year": 2021}, "base_year=2021"),
        ({"measure": "change", "dims": {"base": "budget"}}, "base=budget"),
        ({"reach": "own_level"}, "reach=own_level"),
        ({"reach": "territory"}, ""),
        ({"period_kind": "ytd"}, "period_kind=ytd"),
        ({"per": "人·月"}, "per=人·月"),
        ({"unit": "户"}, "unit=户"),
        ({"indicator": "inspected", "unit": "所"}, ""),
        ({"indicator": "inspected", "unit": "件"}, "unit=件"),
        ({"indicator": "cases_filed", "unit": "起"}, ""),
        ({"indicator": "cases_filed", "unit": "家"}, ""),
        ({"indicator": "reception_persons", "unit": "人"}, ""),
        ({"indicator": "benefit_visits", "unit": "人"}, "unit=人"),
        ({"indicator": "carryover_rate", "measure": "change", "unit": "百分点"}, ""),
        ({"dims": {"subject": "困难 群众"}}, "subject=困难群众"),
    ],
)  # fmt: skip
def test_dims_hold_what_tells_two_facts_apart(more: dict[str, Any], dims: str) -> None:
    (row,) = mention_rows(mention(**more))

    assert row["dims"] == dims


def test_names_are_joined_in_one_form_and_cannot_break_the_string() -> None:
    assert normal_name(" 城乡（医疗）救助 项目") == normal_name("城乡(医疗)救助")
    assert ";" not in normal_name("甲;乙=丙")
    assert "=" not in normal_name("甲;乙=丙")
    assert normal_name("项目") == "项目"


@pytest.mark.parametrize(
    ("more", "identity"),
    [({"indicator": None}, {}), ({"year": None}, {}), ({}, {"agency_id": None})],
)
def test_a_figure_without_indicator_agency_or_year_supports_no_fact(
    more: dict[str, Any], identity: dict[str, Any]
) -> None:
    (row,) = mention_rows(mention(**more), **identity)

    assert row["fact_id"] is None


def test_mentions_of_the_same_thing_support_the_same_fact() -> None:
    first, second, other = mention_rows(
        mention("5万元"), mention("50000元", 10), mention("5万元", 30, year=2021)
    )

    assert first["fact_id"] == second["fact_id"] != other["fact_id"]
    assert len({first["mention_id"], second["mention_id"], other["mention_id"]}) == 3


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("负责人：诸大明", "负责人：■■■"),  # after a colon the surname does not matter
        ("负责人签字：买买提·艾力", "负责人签字：■■■·■■"),
        ("审核人\t丘山\t12家", "审核人\t■■\t12家"),
        ("成员带头讲课3次", "成员带头讲课3次"),
        ("经办人员综合水平", "经办人员综合水平"),
        ("组长：由分管副局长担任", "组长：由分管副局长担任"),
        ("负责人：李大明，联系电话13800000000", "负责人：■■■，联系电话■■■■■■■■■■■"),
        ("填报人: 王 芳\t审核人：赵一", "填报人: ■ ■\t审核人：■■"),
        ("组长：张三，成员：李四、王小五。", "组长：■■，成员：■■、■■■。"),
        ("联系人（签字）：周方 0851-1234567", "联系人（签字）：■■ ■■■■-■■■■■■■"),
        ("项目负责人李明", "项目负责人■■"),
        ("主要负责人于每月召开会议", "主要负责人于每月召开会议"),
        ("追回2025.15万元", "追回2025.15万元"),
        ("支出15234567890元", "支出15234567890元"),
        ("组长：诸明\n副组长：丘山", "组长：■■\n副组长：■■"),
    ],
)
def test_private_names_and_phone_numbers_are_masked_in_place(text: str, masked: str) -> None:
    assert mask(text) == masked
    assert len(mask(text)) == len(text)


def test_only_texts_keep_what_is_masked_elsewhere() -> None:
    private = "经办人：李大明 13800000000"
    one = mention("5万元", 0, sentence=private, label=private, section=(private,))
    said = replace(reading(one), rejections=(Rejection(0, 1, "5", "phone"),))
    tables = tables_of(replace(said, identity=replace(said.identity, title=private)), CATALOGUE)

    rest = str({name: columns for name, columns in tables.items() if name != "texts"})
    assert "李大明" not in rest
    assert "13800000000" not in rest
    assert tables["rejected"]["quote"] == ["■"]


def test_a_failed_document_is_one_row_without_text() -> None:
    whole = reading(mention())
    failed = Reading(whole.source, None, whole.identity, status="encrypted", reason="")
    tables = tables_of(failed, CATALOGUE)

    assert tables["documents"]["status"] == ["encrypted"]
    assert tables["documents"]["reason"] == [None]
    assert [tables[name]["source"] for name in ("mentions", "texts", "rejected")] == [[], [], []]


def test_the_unit_of_a_fact_depends_on_the_measure() -> None:
    assert CATALOGUE["revenue"].unit_of("growth") == "%"
    assert CATALOGUE["revenue"].unit_of("change") == "元"
    assert CATALOGUE["carryover_rate"].unit_of("change") == "百分点"
