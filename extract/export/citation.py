"""How to cite the program and a dataset (引用方式), and a data-availability statement to copy."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extract.export.vital import Vital
from extract.version import VERSION

TITLE = "zhengju (政据): Chinese government reports into a dataset with the source of every figure"
AUTHOR = "the zhengju authors"
ABSTRACT = (
    "Reads Chinese government reports (部门决算, 绩效自评) and writes tables in which every figure "
    "has a value, a unit, a meaning, a year and the exact place in the text that it came from."
)
KEYWORDS = ("Chinese government", "public finance", "medical insurance", "panel data")
DOI = "https://doi.org/"
ADDRESS = "[address or DOI 网址或 DOI]"
_TEX = str.maketrans({sign: f"\\{sign}" for sign in "&%#_$"})
DATA_TITLE = "Figures of Chinese government reports 政府报告数据集"


@dataclass(frozen=True, slots=True)
class Cited:
    """A dataset to be cited: what it is, and what its makers call it."""

    vital: Vital
    version: str
    title: str = DATA_TITLE
    authors: tuple[str, ...] = ()
    texts: bool = True
    address: str = ""

    @property
    def at(self) -> str:
        """Where it is to be had, or the place to fill in."""
        return self.address or ADDRESS

    @property
    def year(self) -> str:
        """The year of the run."""
        return self.vital.made[:4] or "n.d."


def software() -> str:
    """The program in one line."""
    return f"{AUTHOR}. {TITLE}. Version {VERSION}. Computer software."


def dataset(cited: Cited) -> str:
    """A dataset in one line."""
    one = cited.vital
    head = f"{', '.join(cited.authors)} ({cited.year}). " if cited.authors else ""
    tail = "" if cited.authors else f" ({cited.year})"
    return (
        f"{head}{cited.title}{tail}. Version {cited.version}. Data set, made with zhengju "
        f"{one.code} (rules {one.rules[:8]}, schema {one.schema}, corpus {one.corpus[:8]}). "
        f"{cited.at}"
    )


def bibtex(cited: Cited | None = None) -> str:
    """The program, and the dataset if there is one, as BibTeX."""
    entries = [
        _entry(
            "software", "zhengju",
            {"author": f"{{{AUTHOR}}}", "title": f"{{{TITLE}}}", "version": VERSION},
        )
    ]  # fmt: skip
    if cited:
        one = cited.vital
        note = f"corpus {one.corpus[:8]}, rules {one.rules[:8]}, zhengju {one.code}"
        authors = " and ".join(f"{{{_tex(name)}}}" for name in cited.authors)
        fields = {
            "author": authors, "title": f"{{{_tex(cited.title)}}}", "year": cited.vital.made[:4],
            "version": _tex(cited.version), "note": note,
            **_place(cited.address),
        }  # fmt: skip
        entries.append(_entry("dataset", "zhengju_data", fields))
    return "\n".join(entries)


def cff(cited: Cited | None = None) -> str:
    """``CITATION.cff`` of the program, or of a dataset with the program as its reference."""
    if cited is None:
        return _yaml(_software_cff(), "message: If you use zhengju, please cite it as below.\n")
    one = cited.vital
    about: dict[str, object] = {
        "cff-version": "1.2.0",
        "type": "dataset",
        "title": cited.title,
        "authors": [{"name": name} for name in cited.authors or ("[authors 作者]",)],
        "version": cited.version,
        **({"date-released": one.made} if one.made else {}),
        **_place(cited.address),
        "identifiers": [
            {"type": "other", "value": f"sha256:{one.corpus}", "description": "corpus"}
        ],
        "references": [
            {
                "type": "software",
                "title": TITLE,
                "authors": [{"name": AUTHOR}],
                "version": one.code,
            }
        ],
    }
    return _yaml(about, "message: If you use this dataset, please cite it as below.\n")


def statement(cited: Cited) -> str:
    """A data-availability statement in English and Chinese."""
    one = cited.vital
    kinds = ", ".join(kind.replace("_", " ") for kind in one.kinds)
    texts = (
        "The texts of the reports are part of it."
        if cited.texts
        else "The texts of the reports are left out, since they may name private persons; the "
        "agencies publish them."
    )
    texts_zh = (
        "数据集含报告全文。"
        if cited.texts
        else "因报告全文可能含个人姓名，公开版不含全文；原文由各单位公开发布。"
    )
    return (
        f"The figures come from {one.read} published reports ({kinds}) of {one.agencies} "
        f"agencies, years {one.span}, read with zhengju {one.code} (rules {one.rules[:8]}, schema "
        f"{one.schema}). Version {cited.version} of the dataset, with codebook and the source of "
        f"every figure, is available at {cited.at}. {texts} The same files (SHA-256 of the corpus "
        f"{one.corpus}) and the same version give the same tables, byte for byte.\n\n"
        f"本文数据取自 {one.agencies} 个单位公开发布的 {one.read} 份报告，所属年度 {one.span}，"
        f"由 zhengju（政据）{one.code} 提取（规则 {one.rules[:8]}，数据结构 {one.schema} 版）。"
        f"数据集 {cited.version} 版附编码手册，每个数值均注明原文出处，见 {cited.at}。{texts_zh}"
        f"同一批文件（语料 SHA-256 {one.corpus}）以同一版本处理，所得各表逐字节相同。"
    )


def _place(address: str) -> dict[str, str]:
    """The field of a citation that an address belongs into."""
    doi = address.removeprefix(DOI).removeprefix("doi:")
    if not address:
        return {}
    return {"doi": doi} if doi.startswith("10.") else {"url": address}


def _tex(words: str) -> str:
    """Words with what TeX takes for commands escaped."""
    return words.translate(_TEX)


def _software_cff() -> dict[str, object]:
    return {
        "cff-version": "1.2.0", "type": "software", "title": TITLE,
        "authors": [{"name": AUTHOR}], "version": VERSION, "license": "MIT",
        "abstract": ABSTRACT, "keywords": list(KEYWORDS),
    }  # fmt: skip


def _yaml(data: Mapping[str, object], message: str) -> str:
    """Two levels of YAML; JSON's quoting is YAML's too."""
    lines = [message]
    for key, value in data.items():
        if isinstance(value, Sequence) and not isinstance(value, str):
            lines.append(f"{key}:\n" + "".join(f"  - {quoted(item)}\n" for item in value))
        else:
            lines.append(f"{key}: {quoted(value)}\n")
    return "".join(lines)


def quoted(value: object) -> str:
    """A value as YAML."""
    return json.dumps(value, ensure_ascii=False)


def _entry(kind: str, key: str, fields: Mapping[str, str]) -> str:
    lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
    return f"@{kind}{{{key},\n{''.join(lines)}}}\n"
