"""The label of a figure that no rule names."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from extract import rulebook
from extract.errors import RulebookError
from extract.lexicon import labels
from extract.model import Document
from extract.reader import analyse
from extract.records import mentions_of
from extract.schema import read_file

TITLE = "青禾县林业局2022年度部门整体支出绩效自评报告\n"


def head(text: str, unit: str = "") -> labels.Head:
    """The head of the figure in ``<>``."""
    mark = re.search("<([^<>]+)>", text)
    assert mark
    plain = text.replace("<", "").replace(">", "")
    span = mark.start(), mark.end() - 2
    found = unit or mark[1].lstrip("0123456789.万亿")
    return labels.head(plain, span, (0, len(plain)), found, rulebook.load().labels)


def label_of(sentence: str, quote: str) -> str:
    """The label that the whole reader gives the figure."""
    analysis = analyse(Document(f"{TITLE}{sentence}\n", "txt"), "", rulebook.load())
    (mention,) = [m for m in mentions_of(analysis) if m.quote == quote]
    assert mention.indicator is None, mention.indicator
    return mention.label


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("全县城镇新增就业<5200人>。", "城镇新增就业", ""),
        ("2022年，我县共建设高标准农田<3万亩>。", "建设高标准农田", ""),
        ("截至年底，全市林业部门累计栽植苗木<40万株>。", "栽植苗木", ""),
        ("新建<12座>水库，", "新建", "水库"),
        ("我局组织<3次>业务培训。", "组织", "业务培训"),
        ("新建<8座>瞭望塔。", "新建", "瞭望塔"),
        ("全县共有国有林场<6所>。", "国有林场", ""),
        ("开展<12次>现场督办。", "开展", "现场督办"),
        ("全县<12家>苗木企业实施。", "", "苗木企业"),
        ("全年为<3000名>学生发放助学金。", "", "学生发放助学金"),
        ("（2）古树名木保护目标<90株>。", "古树名木保护", ""),
        ("1.65岁以上老人体检<800人>。", "65岁以上老人体检", ""),
        ("发放折页、手册、海报<600份>。", "发放折页、手册、海报", ""),
        ("农村道路养护（含桥梁）<80公里>。", "农村道路养护", ""),
        ("全县<3个>乡镇站缺少专人。", "", "乡镇站"),
        ("苗木合格率<98%>以上的苗圃。", "苗木合格率", ""),
    ],
)
def test_the_head_is_the_phrase_of_the_own_clause(text: str, before: str, after: str) -> None:
    assert head(text) == labels.Head(before, after)


@pytest.mark.parametrize(
    "text",
    [
        "公共服务设施<30处>", "审计项目<32个>", "预约挂号<200人次>", "行为规范<6项>",
        "河道疏浚<5公里>",
    ],
)  # fmt: skip
def test_words_that_hold_a_small_word_stay_whole(text: str) -> None:
    assert head(text).label == text.partition("<")[0]


@pytest.mark.parametrize(
    "text", ["目标值<90株>", "金额<3万元>", "实际完成<12座>", "比上年增加<12座>", "共计<40株>"]
)
def test_words_that_name_nothing_give_no_head(text: str) -> None:
    assert head(text) == labels.Head()


@pytest.mark.parametrize("lead", ["", "全县", "2022年全县", "其中：", "二是", "我局累计", "全年共"])
def test_the_same_wording_gives_the_same_label(lead: str) -> None:
    assert head(f"{lead}巡护林区道路<260公里>").label == "巡护林区道路"


def test_a_long_phrase_begins_at_a_whole_word() -> None:
    words = "持续推进重点区域森林草原防火隔离带以及配套瞭望设施和林区道路的日常养护里程"
    label = head(f"{words}<260公里>").label
    assert 0 < len(label) <= rulebook.load().labels.longest
    assert words.endswith(label)


@pytest.mark.parametrize(
    ("sentence", "quote", "label"),
    [
        ("古树名木保护90株，目标值85株。", "85株", "古树名木保护"),
        ("苗圃用工1.98万户、3.46万人。", "3.46万人", "苗圃用工"),
        ("古树名木保护90株，同比增长12.5%。", "12.5%", "古树名木保护"),
    ],
)
def test_a_figure_without_words_of_its_own_has_those_before_it(
    sentence: str, quote: str, label: str
) -> None:
    assert label_of(sentence, quote) == label


def test_a_name_is_masked_before_the_label_is_cut_out() -> None:
    assert label_of("联系人：李庚辛古树名木保护90株。", "90株") == "古树名木保护"


def test_the_dictionary_is_loaded_only_where_a_figure_has_no_indicator() -> None:
    script = (
        "import sys; from tests.test_labels import *;"
        "known = analyse(Document('全年追回医保基金3.5万元。', 'txt'), '', rulebook.load());"
        "mentions_of(known); print('rjieba' in sys.modules);"
        "label_of('古树名木保护90株。', '90株'); print('rjieba' in sys.modules)"
    )
    done = subprocess.run(  # noqa: S603  our own interpreter and script
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["False", "True"]


def test_an_unknown_key_of_the_file_of_labels_is_refused(tmp_path: Path) -> None:
    (tmp_path / "labels.toml").write_text("longst = 3\n", "utf-8")
    with pytest.raises(RulebookError, match=r"labels\.toml.*longst"):
        read_file(tmp_path, "labels.toml")
