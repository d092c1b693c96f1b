"""Names of private persons and phone numbers are masked (脱敏) everywhere but in ``texts``.

A mask has the length of what it hides, so offsets within a sentence stay right.
"""

from __future__ import annotations

import re
from functools import cache

ROLES = (
    "负责人", "填报人", "联系人", "联络人", "经办人", "审核人",
    "组长", "成员", "调查人员", "调查对象",
)  # fmt: skip
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程"
    "苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝"
    "龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左"
    "柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳管柴蒙鲍华喻祁蒲房"
)
_ROLE = rf"(?:{'|'.join(ROLES)})员?(?:签字|签名|签章|姓名)?(?:[（(][^（）()\n]{{1,12}}[）)])?"
_LABEL = rf"(?:副?(?:{'|'.join(ROLES)})|联系|电话|手机|单位|职务|日期|时间|签字|盖章)"
_EDGE = r"(?![\u4e00-\u9fff:：])"  # what a colon follows is a label, too
_SPACE = r"[ \u3000]"
_HAN = r"[\u4e00-\u9fff]"
# After a colon or in the next cell, whatever has the length of a name is one …
_FOREIGN = rf"{_HAN}{{1,8}}[·•]{_HAN}{{1,8}}"
_ANY = rf"(?!{_LABEL})(?:{_FOREIGN}|{_HAN}{_SPACE}{{1,2}}{_HAN}|{_HAN}{{2,4}}){_EDGE}"
# … in running text only a surname with one or two characters, where the phrase ends with it.
_NAMED = rf"(?!{_LABEL})[{_SURNAMES}]{_SPACE}?{_HAN}{{1,2}}{_EDGE}"
_PHONE = re.compile(
    r"(?<![\d.])(?:1[3-9]\d{9}|0\d{2,3}[-—－ ]?\d{7,8})(?!\d|\.\d|\s*[元万亿人件份户])"
    r"|(?<=电话)[:：\s]{0,4}\d{7,8}(?!\d)"
)
_MASKED = re.compile(r"\w")


def mask(text: str) -> str:
    """The text with names after the roles, and phone numbers, turned into ■."""
    if any(role in text for role in ROLES):
        text = _after_role().sub(_mask_names, text)
    if "0" in text or "1" in text or "电话" in text:
        text = _PHONE.sub(lambda hit: hide(hit.group()), text)
    return text


def hide(text: str) -> str:
    """The text with every letter, digit and character turned into ■."""
    return _MASKED.sub("■", text)


@cache  # compiled where a role is met, for it takes longer than reading a page
def _after_role() -> re.Pattern[str]:
    return re.compile(
        rf"{_ROLE}(?:{_SPACE}{{0,4}}[:：\t]\s{{0,4}}"
        rf"(?P<listed>{_ANY}(?:[、，,;；\s]{{1,3}}{_ANY}){{0,30}})"
        rf"|{_SPACE}{{0,8}}(?P<named>{_NAMED}(?:[、，,]{_NAMED}){{0,30}})"
        # a name that runs into the next word, its blank lost
        rf"|{_SPACE}{{0,4}}[:：\t]\s{{0,4}}(?P<run>(?!{_LABEL})[{_SURNAMES}]{_HAN}{{2}}))"
    )


def _mask_names(hit: re.Match[str]) -> str:
    whole, at = hit.group(), hit.start(hit.lastgroup or 0) - hit.start()
    return whole[:at] + hide(whole[at:])
