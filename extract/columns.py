"""The one column registry (字段表): every table, every column, what it means.

Arrow schemas, ``codebook.csv``, ``datapackage.json``, ``zhengju columns`` derive from it; nothing
else names types. English labels and what a row of each table is stand in ``glossary``.
The value columns of ``panel`` are not listed here: ``panel`` derives them from the catalogue.
"""

from __future__ import annotations

from dataclasses import replace

from extract.glossary import Column

DIMENSIONS = (
    "scheme", "care", "benefit", "fund_source", "institution",
    "function", "project", "region", "item", "subject", "channel",
)  # fmt: skip


def _key(name: str, type_: str, label: str, meaning: str, unit: str = "") -> Column:
    """A column that is never null."""
    return Column(name, type_, label, meaning, unit, nullable=False)


_C = Column

_SOURCE = (
    _key("doc_id", "string", "文件指纹", "SHA-256 of the file's bytes; empty where unreadable"),
    _key("source", "string", "来源文件", "path below the corpus, with /"),
)
_AGENCY_ID = _C("agency_id", "string", "单位编号", "place, bureau and entity; over all wordings")
_GROUP = _C("agency_group", "string", "单位组", "the agency over all its entities")
_AGENCY = _C("agency", "string", "单位名称", "the agency whose report it is, as written")
_ENTITY = _C("entity", "string", "填报主体", "own, consolidated, subunit or unknown")
_REPORT_YEAR = _C("report_year", "int16", "报告年度", "fiscal year of the report")
_DOC_TYPE = _C("doc_type", "string", "报告类型", "kind of document, of a closed list")
_BUREAU = _C("bureau", "string", "部门", "kind of bureau, of a list")
_LEVEL = _C("level", "string", "层级", "central, province, prefecture, county or township")
_REGION = (
    _C("province_code", "string", "省级代码", "six digits; null where unknown"),
    _C("prefecture_code", "string", "地级代码", "six digits; null where it has none"),
    _C("adcode_asof", "string", "当年代码", "code of the division in the report year"),
    _C("adcode", "string", "现行代码", "its code of 2024; null where unknown or split"),
    _C("province", "string", "省", "province"),
    _C("prefecture", "string", "市州", "prefecture; null where there is none"),
    _C("county", "string", "区县", "county, or functional area without a code"),
)
_START = _key("start", "int32", "起点", "first code point in the text as loaded")
_END = _key("end", "int32", "终点", "code point after the last one")
_FLAGS = _C("flags", "list", "标记", "words that a careful reader should know of")
_DIMS = _C("dims", "string", "维度串", "all that tells two facts apart, sorted; '' without any")

_DIMENSION_COLUMNS = (
    _C("scheme", "string", "险种", "resident or employee"),
    _C("care", "string", "就医类型", "inpatient, outpatient, chronic or both"),
    _C("benefit", "string", "待遇类型", "kind of benefit, where the text names it"),
    _C("fund_source", "string", "资金来源", "whose money: central … county, lottery, …"),
    _C("institution", "string", "机构类型", "any, hospital, pharmacy or agency"),
    _C("function", "string", "功能分类", "functional class as written, levels joined by /"),
    _C("project", "string", "项目", "name of the project"),
    _C("region", "string", "地区", "another territory that the passage is about"),
    _C("item", "string", "分项", "scored indicator, procedure or named part"),
    _C("subject", "string", "对象", "named group, a part of a total"),
    _C("channel", "string", "渠道", "named channel, a part of a total"),
)

_FUNCTION_CODE = _C(
    "function_code", "string", "功能分类编码",
    "of the functional classification in that year, 3 digits 类, 5 款, 7 项; null where unsure",
)  # fmt: skip

_VALUE = (
    _key("value", "double", "数值", "in the base unit; percent as printed; changes signed"),
    _key("unit", "string", "单位", "base unit"),
    _C("per", "string", "计量基准", "what a compound unit is per, such as 人·月"),
    _C("value_min", "double", "下限", "lower end where the wording gives an interval"),
    _C("value_max", "double", "上限", "upper end where the wording gives an interval"),
    _key("approx", "bool", "约数", "true with 余, 多, 约, 近, 左右, 上下"),
    _key("bound", "string", "界", "one of =, >=, >, <= and <"),
)

_MENTION_ID = _key("mention_id", "string", "提及编号", "hash of source and span")
_MEASURE = _C("measure", "string", "口径", "actual, budget, target, standard, change, …")
_PERIOD_KIND = _C("period_kind", "string", "期间类型", "year, instant (年末) or ytd (截至)")

MENTIONS = (
    _MENTION_ID,
    *_SOURCE,
    _AGENCY_ID, _AGENCY, _ENTITY, _REPORT_YEAR, _DOC_TYPE,
    _START, _END,
    _key("quote", "string", "原文", "exactly text[start:end]"),
    *_VALUE,
    _key("value_raw", "string", "原数", "the number as printed"),
    _key("unit_raw", "string", "原单位", "the unit as printed"),
    _C("indicator", "string", "指标", "id in the catalogue, null where it has none"),
    _MEASURE,
    _C("year", "int16", "所属年度", "the year that the figure is about"),
    _PERIOD_KIND,
    _C("as_of", "string", "截至日期", "ISO date where one is printed"),
    _C("stage", "string", "预算阶段", "initial (年初) or adjusted (全年, 调整)"),
    _C("base_year", "int16", "基期", "of change and growth: the year compared with"),
    _C("anchor_id", "string", "所指提及", "the mention that it is about or a part of"),
    _C("reach", "string", "范围", "territory (全州, 全县) or own_level (本级)"),
    _C("label", "string", "原文名目", "the wording that the figure is about, private names masked"),
    *_DIMENSION_COLUMNS,
    _FUNCTION_CODE,
    _C("base", "string", "比较基准", "budget where a change is against the budget, not a year"),
    _C("whole", "string", "整体指标", "of a share: the indicator of the whole"),
    _DIMS,
    _C("fact_id", "string", "事实编号", "row of facts that this mention supports; null where none"),
    _C("sentence", "string", "上下文", "the clause or table row; what is private masked"),
    _C("section", "string", "章节", "heading path, joined by ' > '"),
    _C("section_kind", "string", "章节类型", "kind of section, of a closed list"),
    _C("page", "int32", "页", "from 1, null where the layout has none"),
    _C("bbox", "string", "页面位置", "left,top,right,bottom in points"),
    _C("table", "int32", "表", "table in the document, from 0"),
    _C("row", "int32", "行", "row in the table, from 0"),
    _C("col", "int32", "列", "column in the table, from 0"),
    _C("rule", "string", "规则", "the rule that decided"),
    _key("confidence", "double", "可信度", "probability that all of it is right", "0–1"),
    _FLAGS,
)  # fmt: skip

_FACT_ID = _key("fact_id", "string", "事实编号", "hash of the key")
_CONFLICT = _key("conflict", "string", "冲突", "none, rounding (equal as printed), disagree")
_CHECK_STATUS = _key("check_status", "string", "核对结果", "holds, off, mixed or not_testable")
_RESTATED = (
    _C("value_restated", "double", "后报数值", "what a later year's report states instead"),
    _C("restated_in", "string", "后报来源", "source of that report, the latest that differs"),
)

FACTS = (
    _FACT_ID,
    replace(_AGENCY_ID, nullable=False),
    _key("year", "int16", "所属年度", "the year that the fact is about"),
    _key("indicator", "string", "指标", "id in the catalogue"),
    replace(_MEASURE, nullable=False),
    replace(_DIMS, nullable=False),
    *_DIMENSION_COLUMNS,
    _FUNCTION_CODE,
    *_VALUE,
    _AGENCY, _ENTITY, _DOC_TYPE, _REPORT_YEAR, _PERIOD_KIND,
    _key("mention_id", "string", "最佳提及", "the mention that the value is taken from"),
    _key("n_mentions", "int32", "提及数", "mentions under the key"),
    _key("n_docs", "int32", "文件数", "documents among them"),
    _key("value_low", "double", "最小值", "smallest value stated"),
    _key("value_high", "double", "最大值", "largest value stated"),
    _CONFLICT,
    _C("conflict_note", "string", "冲突说明", "both places where values differ"),
    _key("revised", "bool", "后续修订", "a later year's report states a different value"),
    *_RESTATED,
    _key("confidence", "double", "可信度", "the best mention's, less where they disagree", "0–1"),
    _CHECK_STATUS,
    _FLAGS,
    _C("panel_column", "string", "面板列", "the panel column that the fact fills; null where none"),
)  # fmt: skip

PANEL = (
    replace(_AGENCY_ID, nullable=False),
    _key("agency_num", "int64", "单位数字编号", "the same as an integer below 2^53"),
    _key("agency_group", "string", "单位组编号", "joins the reporting entities of one agency"),
    _AGENCY, _ENTITY,
    _key("is_primary", "bool", "主口径", "the entity of its group to compare, in all years"),
    _key("year", "int16", "年度", "the year that the figures are about"),
    _BUREAU, _LEVEL,
    _C("province_code", "string", "省级代码", "two digits and 0000"),
    _C("prefecture_code", "string", "地级代码", "four digits and 00"),
    _C("adcode_asof", "string", "当年区划代码", "code of the division in that year"),
    _C("adcode", "string", "现行区划代码", "today's code; null where unknown or split"),
    _C("province", "string", "省", "name of the province"),
    _C("prefecture", "string", "地市", "name of the prefecture"),
    _C("county", "string", "县区", "name of the county"),
    _key("n_reports", "int32", "报告数", "reports that state something on the year"),
    _key("has_own_report", "bool", "有本年报告", "a readable report of this very year is there"),
    _C("coverage", "double", "覆盖度", "share stated of the core indicators it can state", "0–1"),
)  # fmt: skip

CELLS = (
    replace(_AGENCY_ID, nullable=False),
    _AGENCY,
    _key("year", "int16", "年度", "the year that the cell is about"),
    _key("column", "string", "面板列", "column of panel"),
    _C("value", "double", "数值", "as in panel; null where there is a reason"),
    _key("unit", "string", "单位", "base unit"),
    _C("bound", "string", "界", "one of =, >=, >, <= and <"),
    _C("approx", "bool", "约数", "true with 余, 多, 约, 近, 左右, 上下"),
    _C("reason", "string", "缺失原因", "why a cell is empty: conflict, not_stated, …"),
    _C("confidence", "double", "可信度", "that of the fact", "0–1"),
    replace(_CHECK_STATUS, nullable=True),
    replace(_CONFLICT, nullable=True),
    _C("conflict_note", "string", "冲突说明", "both places where values differ"),
    _DOC_TYPE,
    _C("origin", "string", "出处", "own_report, later_report or earlier_report"),
    *_RESTATED,
    replace(_FACT_ID, nullable=True),
    replace(_MENTION_ID, nullable=True),
    _C("source", "string", "来源文件", "path below the corpus, of the best mention"),
    replace(_START, nullable=True), replace(_END, nullable=True),
    _C("quote", "string", "原文", "exactly text[start:end]"),
    _C("page", "int32", "页", "from 1, null where the layout has none"),
    _C("flags", "list", "标记", "those of the fact"),
    _key("indicator", "string", "指标", "id in the catalogue"),
    _key("measure", "string", "口径", "actual, budget, target, standard, change, …"),
    _C("stated_as", "list", "另见", "of a missing cell: columns or dims that are stated instead"),
)  # fmt: skip

DOCUMENTS = (
    _key("source", "string", "来源文件", "path below the corpus, with /"),
    _key("doc_id", "string", "文件指纹", "SHA-256 of the file's bytes; empty where unreadable"),
    _C("duplicate_of", "string", "重复于", "path of the first file with the same bytes"),
    _C("format", "string", "格式", "by content, not by suffix: txt, docx, pdf, doc, …"),
    _key("size", "int64", "大小", "bytes"),
    _C("encoding", "string", "编码", "encoding of a text file"),
    _C("pages", "int32", "页数", "pages of a PDF"),
    _C("characters", "int32", "字数", "code points of the text as loaded"),
    _C("title", "string", "标题", "title of the report"),
    _AGENCY_ID, _GROUP, _AGENCY, _ENTITY, _BUREAU, _LEVEL, _REPORT_YEAR, _DOC_TYPE,
    *_REGION,
    _C("region_evidence", "string", "地区依据", "what told the division"),
    _C("region_candidates", "list", "可能地区", "codes that the evidence leaves open"),
    _C("entity_evidence", "string", "主体依据", "the words that tell the entity"),
    _C("agency_evidence", "string", "单位依据", "the words that name the agency"),
    _C("year_evidence", "string", "年度依据", "the words that name the year"),
    _C("type_evidence", "string", "类型依据", "the words that name the kind of document"),
    _C("conflicts", "list", "依据冲突", "evidence that contradicts what was chosen"),
    _C("url", "string", "网址", "where the file was published, where known"),
    _C("published", "string", "发布日期", "ISO date, where known"),
    _C("attachments", "list", "附件", "addresses of the files that the page links"),
    _key("status", "string", "状态", "ok, partial, empty, encrypted, corrupt, crash, …"),
    _C("reason", "string", "原因", "why the status is not ok"),
    _C("n_replaced", "int32", "替换字符数", "undecodable characters"),
    _C("text_share", "double", "文本占比", "extracted share of the file's text", "0–1"),
    _C("ocr_confidence", "double", "识别可信度", "of text read from images", "0–1"),
    _FLAGS,
    _key("n_mentions", "int32", "提及数", "rows in mentions"),
    _key("n_rejected", "int32", "排除数", "rows in rejected"),
    _C("section_kinds", "list", "章节类型", "kinds of section that it has, sorted"),
)  # fmt: skip

SECTIONS = (
    *_SOURCE,
    _AGENCY_ID, _REPORT_YEAR,
    _START, _END,
    _key("heading", "string", "标题", "heading without its list number"),
    replace(
        _key("level", "int16", "级次", "0 the whole document, 1 the outermost heading"),
        english="Depth of heading",
    ),
    _key("kind", "string", "章节类型", "kind of section, of a closed list"),
    _key("path", "string", "标题路径", "headings from the outside in, joined by ' > '"),
    _key("how", "string", "识别方式", "how the heading was recognised"),
)  # fmt: skip

REJECTED = (
    *_SOURCE,
    _START, _END,
    _key("quote", "string", "原文", "the number as it stands; private numbers masked"),
    _key("reason", "string", "原因", "why it is no figure, of a closed list"),
)  # fmt: skip

CHECKS = (
    _key("check_id", "string", "核对编号", "hash of the figures and the kind"),
    *_SOURCE,
    _AGENCY_ID,
    _C("year", "int16", "所属年度", "the year that the tested figure is about"),
    _key("kind", "string", "核对类型", "sum, balance, share, growth, change, completion, rate, …"),
    _key("across", "bool", "跨报告", "between reports of one agency"),
    _C("indicator", "string", "指标", "that of the tested figure; null where none"),
    _MEASURE,
    _key("mention_id", "string", "被核对提及", "the figure that is tested"),
    _C("operands", "list", "依据提及", "mention_id of the figures that it is computed from"),
    _key("reported", "double", "报告数", "value of the tested figure, in its base unit"),
    _C("computed", "double", "计算数", "what the operands yield; of a bound the limit"),
    _C("tolerance", "double", "容差", "half a step of all printed last digits together"),
    _C("gap", "double", "差额", "computed − reported"),
    _key("verdict", "string", "结论", "holds, off or not_testable"),
    _C("formula", "string", "算式", "the arithmetic, with the numbers as printed"),
    _C("suspects", "list", "疑误提及", "mention_id of each figure in which one slip explains it"),
    _C("slips", "list", "疑误类型", "of each of them: digit, order, length, decimal or unit"),
)  # fmt: skip

TEXTS = (
    *_SOURCE,
    _key("text", "string", "全文", "the text as loaded; offsets count from here; may hold names"),
)

TABLES: dict[str, tuple[Column, ...]] = {
    "mentions": MENTIONS,
    "facts": FACTS,
    "panel": PANEL,
    "cells": CELLS,
    "documents": DOCUMENTS,
    "sections": SECTIONS,
    "rejected": REJECTED,
    "checks": CHECKS,
    "texts": TEXTS,
}
