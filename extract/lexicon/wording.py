"""The small words around figures, compiled from ``wording.toml``.

What stands before, between and behind a figure, its label, its project, its item.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extract.kept import compiled
from extract.lexicon.phrases import alternation


@dataclass(frozen=True, slots=True)
class WordingRules:
    r"""Patterns over the matching copy; those that end in ``\Z`` look back from a figure."""

    label_gap: re.Pattern[str]
    rate_label: re.Pattern[str]
    money: re.Pattern[str]
    only_role: re.Pattern[str]
    spent: re.Pattern[str]
    summed: re.Pattern[str]
    changed_to: re.Pattern[str]
    changed_from: re.Pattern[str]
    changed_since: re.Pattern[str]
    change_base: re.Pattern[str]
    named_base: re.Pattern[str]
    of_target: re.Pattern[str]
    targeted: re.Pattern[str]
    target_word: re.Pattern[str]
    project: re.Pattern[str]
    no_project: re.Pattern[str]
    funds: re.Pattern[str]
    listed: re.Pattern[str]
    received: re.Pattern[str]
    funded: re.Pattern[str]
    spent_on: re.Pattern[str]
    portions: re.Pattern[str]
    portion: re.Pattern[str]
    item_head: re.Pattern[str]
    item_tail: re.Pattern[str]
    procedure: re.Pattern[str]
    place: re.Pattern[str]
    other_place: re.Pattern[str]
    bare_place: re.Pattern[str]
    no_place: re.Pattern[str]
    no_subject: re.Pattern[str]
    large: re.Pattern[str]
    acted: re.Pattern[str]
    undergone: re.Pattern[str]
    done: re.Pattern[str]
    other_persons: re.Pattern[str]
    reviewed: re.Pattern[str]
    outcomes: re.Pattern[str]
    evaluated: re.Pattern[str]
    covered: re.Pattern[str]
    saved: re.Pattern[str]
    function_name: re.Pattern[str]
    function_told: re.Pattern[str]
    function_sure: re.Pattern[str]
    function_kinds: re.Pattern[str]
    economic_item: re.Pattern[str]
    averaged: re.Pattern[str]
    sums: re.Pattern[str]
    saving: re.Pattern[str]
    savings: re.Pattern[str]
    quantity: re.Pattern[str]
    priced: re.Pattern[str]
    unchanged: re.Pattern[str]


def compile_wording(data: Mapping[str, Any]) -> WordingRules:
    """``WordingRules`` from the parsed TOML."""
    w = {
        f"{table}.{key}": f"(?:{alternation(phrases)})"
        for table, rows in data.items()
        for key, phrases in rows.items()
    }
    return WordingRules(**{k: compiled(v) for k, v in (_figures(w) | _names(w)).items()})


def _figures(w: Mapping[str, str]) -> dict[str, str]:
    """What stands around figures."""
    return {
        "label_gap": rf"(?:{w['bare.gap']}|[（(][A-Z][）)]|[\t\[])*",
        "rate_label": rf"{w['bare.rate']}[为：:]?\Z",
        "money": w["bare.money"],
        "only_role": w["role.only"],
        "summed": w["role.summed"],
        "spent": rf"，{w['role.spent']}",
        "acted": rf"(?:[^，。；：、\t\n0-9]{{0,14}}?{w['acted.objects']}"
        rf"(?:[、和及][0-9]{{1,5}}[余多]?[家个所名][^，。；：、\t\n0-9]{{0,14}}?{w['acted.objects']}){{0,3}})?"
        rf"(?:因[^，。；\n]{{1,16}}?)?(?P<by>{w['acted.by']}{{1,3}})",
        "undergone": rf"[^，。；：、\t\n0-9]{{0,14}}?{w['acted.objects']}",
        "done": rf"，[其中已均全部]{{0,4}}{w['acted.done']}[了率]?\Z",
        "other_persons": rf"[，、；（][^，、；（0-9]{{0,12}}{w['person.others']}"
        rf"[^，、；（0-9]{{0,3}}\Z",
        "evaluated": rf"{w['evaluated.what']}[^。\n]{{0,80}}?{w['evaluated.covers']}"
        rf"(?:[^，。；]{{0,14}}[0-9]{{1,3}}个?(?:项目)?，(?={w['evaluated.funds']}))?"
        rf"[^，。；]{{0,24}}(?:[元，、]{{1,2}}{w['evaluated.too']}[^，。；]{{0,16}})?\Z",
        "covered": rf"{w['evaluated.covers']}[^，。；0-9]{{0,16}}\Z",
        "averaged": rf"(?P<word>{w['evaluated.averaged']})[^，。；：、\t\n0-9]{{0,12}}\Z",
        "sums": rf"[，、；]{w['evaluated.sums']}",
        "saving": rf"{w['evaluated.saving']}\Z",
        "savings": w["evaluated.savings"],
        "saved": rf"{w['evaluated.saved']}\Z",
        "function_name": rf"(?:{w['function.head']}|20[0-9]{{2}}年度?|本年"
        r"|[0-9]{1,2}[.、．](?![0-9])|（[0-9一二三四五六七八九十]{1,2}）|2[0-9]{2}(?:[0-9]{2}){0,2}[-—_]?)*"
        rf"(?P<name>[^，。；：、（）\s0-9]{{4,30}}?){w['function.tail']}*\Z",
        "function_told": rf"(?P<told>{w['function.told']})|{w['function.untold']}",
        "function_sure": rf"{w['function.sure']}\Z",
        "function_kinds": rf"{w['function.kinds']}\Z",
        "economic_item": r"(?:其中|包括|主要是|用于|支付|为)?"
        rf"{w['function.items']}(?:支出)?[为共]?\Z",
        "unchanged": w["change.never"],
        "quantity": rf"(?!其中)[\u4e00-\u9fff]{{2}}{w['change.quantities']}"
        r"(?:每人(?:每年|每月)?)?\Z",
        "priced": rf"{w['change.priced']}[^。；\n]{{0,40}}?{w['change.fell']}\Z",
        "changed_to": rf"{w['change.verbs']}{w['change.to']}\Z",
        "changed_from": rf"(?!{w['change.from_never']}){w['change.from']}[^，。；0-9]{{0,12}}\Z",
        "changed_since": rf"(?!{w['change.from_never']}){w['change.from']}"
        r"(?=(?:19|20)[0-9]{2}年|上年|去年)[^，。；]{0,24}\Z",
        "change_base": rf"{w['change.against']}{w['change.aside']}?"
        rf"(?P<y>(?:19|20)[0-9]{{2}})?{w['change.base']}\Z",
        "named_base": rf"(?:{w['change.against']}|相比)(?P<y>(?:19|20)[0-9]{{2}})年"
        r"[^，。；0-9]{0,24}\Z",
        "of_target": w["target.of"],
        "target_word": w["target.words"],
        "targeted": rf"{w['target.verbs']}[^，。；]{{0,10}}\Z",
    }


def _names(w: Mapping[str, str]) -> dict[str, str]:
    """What names projects, items and places."""
    place = (
        rf"(?![\u4e00-\u9fff]{{0,6}}?{w['place.kinds']})"
        rf"[\u4e00-\u9fff]{{1,6}}?{w['place.ends']}"
    )
    return {
        "project": rf"(?:^|[，。；：、（\n]|其中)(?:{w['project.lead']}|20[0-9]{{2}}年度?){{0,3}}"
        rf"(?P<name>[^，。；：、（）0-9]{{2,40}}?项目)(?:资金|经费)?(?:20[0-9]{{2}}年度?)?"
        rf"{w['project.total']}?{w['project.time']}?(?P<money>{w['project.role']})?(?(money)|{w['project.score']})",
        "outcomes": rf"{w['project.outcomes']}[^，；。]{{0,14}}\Z",
        "reviewed": r"(?:[（(]?[0-9一二三四五六七八九十]{1,3}[）)、.．]{1,2}|[①-⑩])?"
        rf"(?P<name>(?![^，。；：、\n]{{0,40}}整体)[^，。；：、（）\n]{{2,40}}?(?:项目|资金|经费|补助))"
        rf"{w['project.reviewed']}：",
        "no_project": rf"^{w['project.never']}$|^{w['project.never_begin']}"
        rf"|{w['project.never_end']}$",
        "funds": r"(?:[，。；：、](?:其中[：，]?)?|其中)"
        r"(?P<name>(?!其中)[^，。；：、（）0-9]{2,30}?"
        rf"{w['project.funds']})(?:{w['project.total']}|{w['project.role']})?\Z",
        "listed": rf"(?:^、?|[，。；：\n]|{w['project.listed_after']})"
        rf"(?P<name>(?:(?!{w['project.listed_after']})[^，。；：（）0-9]){{3,40}}?"
        rf"(?:(?P<sure>{w['project.listed_as']})|{w['project.listed_too']}))\Z",
        "received": rf"{w['project.received_by']}[给了的]?(?:[我本][省市县区州旗镇乡局院校]"
        r"|[^，。；：、（）0-9]{2,12}?[局委厅办校])?"
        rf"(?P<name>[^，。；：、（）0-9]{{2,30}}?{w['project.received_as']})[共计约]{{0,2}}\Z",
        "funded": r"(?:^|[，。；：\n]|其中)(?:20[0-9]{2}年度?)?(?:[我本][省市县区州旗镇乡局院校])?"
        r"(?:(?:中央|省级?|市级|州级|县级|区级|上级)(?:财政)?(?:下达|拨付|安排|下拨|投入)的?)?"
        rf"(?P<name>[^，。；：、（）0-9]{{3,30}}?{w['project.funded_as']}){w['project.funded']}\Z",
        "spent_on": rf"，{w['project.spent_on']}"
        r"(?P<name>[^，。；：、（）0-9]{3,40}?(?:项目|工程))(?=[，。；\n])",
        "portions": rf"(?:{w['project.portions']}|项目(?:支出|经费)[0-9.,]{{1,14}}[万亿]?元，"
        rf"{w['project.portion_list']})[：:，]?",
        "portion": r"(?P<name>[^，。；：、0-9]{2,30}?"
        rf"{w['project.portion_as']})(?:{w['project.role']})?\Z",
        "item_head": rf"^(?:(?!{w['item.head_never']}){w['item.head']}|20[0-9]{{2}}年度?"
        rf"|[0-9]{{1,2}}[.、．](?![0-9])|（[0-9一二三四五六七八九十]{{1,2}}）)+",
        "item_tail": rf"(?:(?<!{w['item.joined']}){w['item.tail']})+\Z",
        "procedure": rf"{w['item.procedure_head']}*"
        rf"(?P<name>[^，。；]{{3,40}}?){w['item.procedure_end']}",
        "place": rf"^(?P<place>{place})(?!{w['place.not_before']})",
        "other_place": rf"(?P<place>{place})(?=[\u4e00-\u9fff])"
        rf"(?!{w['place.not_before']}|{w['place.not_before_in_text']})",
        "bare_place": rf"[^一-龥]{{0,4}}(?:[一二三四五六七八九十]{{1,3}}[^一-龥]{{1,2}})?"
        rf"(?P<place>{place})[：:]?",
        "no_place": rf"{w['place.never_begin']}|.*{w['place.never_begin']}.\Z",
        "no_subject": w["place.no_subject"],
        "large": rf"{w['place.large']}[^县区旗]{{2,12}}$",
    }
