"""The whole run over text against segmenting the same text, and against a library of numbers.

A ratio above 1 means that ``zhengju run`` with one worker, start-up and Parquet included, takes
less CPU than ``jieba.lcut`` alone, without its start-up.
"""

from __future__ import annotations

from pathlib import Path

from tests.bench import corpora, processes
from tests.bench.contests import Contest
from tests.bench.peers import Peers

_FEW = 60  # JioNLP takes a tenth of a second for each


def contests(folder: Path, count: int, peers: Peers) -> list[Contest]:
    """Over ``count`` reports; JioNLP over few of them."""
    many, few = folder / "text", folder / "few"
    corpora.fill(many, count)
    corpora.fill(few, _FEW)
    segmented = Contest(
        "text, whole run", "jieba.lcut alone", 2.0,
        lambda: processes.run(many).seconds, lambda: peers.seconds("jieba_lcut", many),
    )  # fmt: skip
    parsed = Contest(
        f"text, {_FEW} reports", "JioNLP money and time", None,
        lambda: processes.run(few).seconds, lambda: peers.seconds("jionlp_money_time", few),
    )  # fmt: skip
    return [segmented, parsed]
