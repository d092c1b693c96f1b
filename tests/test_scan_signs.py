"""What the recogniser takes for something else, or leaves out, is seen in the picture (扫描件)."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pylopdf_fonts_zh_cn
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from extract.loaders import load
from extract.loaders.scan import ocr
from extract.loaders.scan.blanks import spaced
from extract.loaders.scan.ocr import OcrLine

needs_ocr = pytest.mark.skipif(not ocr.available(), reason="the extra ocr is not installed")

FONTS = {
    "sans": Path(pylopdf_fonts_zh_cn.sans_path()),
    "serif": Path(pylopdf_fonts_zh_cn.serif_path()),
}
PIXELS = 25  # of a letter of 12 points at 150 dots per inch


def scanned(lines: list[str], font: str = "serif", seed: int = 0) -> bytes:
    """A strip of a page as a scanner sees it: askew, blurred and noisy."""
    face = ImageFont.truetype(str(FONTS[font]), PIXELS)
    image = Image.new("L", (1240, 100 + 50 * len(lines)), 255)
    draw = ImageDraw.Draw(image)
    for i, line in enumerate(lines):
        draw.text((80, 60 + 50 * i), line, font=face, fill=0)
    askew = image.rotate(0.2, Image.Resampling.BICUBIC, fillcolor=255)
    soft = np.asarray(askew.filter(ImageFilter.GaussianBlur(0.6)), np.float32)
    grain = soft * 0.94 + np.random.default_rng(seed).normal(0, 6, soft.shape)
    stream = io.BytesIO()
    picture = Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8))
    picture.save(stream, "PNG", dpi=(150, 150))
    return stream.getvalue()


@needs_ocr
@pytest.mark.parametrize("font", FONTS)
def test_a_sign_for_a_thousandth_read_as_one_for_a_hundredth_is_in_doubt(font: str) -> None:
    document = load(
        scanned(["灾害损失率0.8‰以下，参保率98.6%。", "逾期率14‰。差错率9%的目标"], font)
    )
    unsure = {at for span in document.unsure for at in range(*span)}
    signs = [at for at, char in enumerate(document.text) if char == "%"]
    assert len(signs) == 4  # as read: nothing is put right in silence
    assert [at in unsure for at in signs] == [True, False, True, False]


@needs_ocr
def test_figures_that_stand_apart_are_not_glued() -> None:
    document = load(scanned(["预算数：320  执行数：300  完成率：93.75%  得分10"]))
    assert document.text.replace(":", "：") == "预算数：320 执行数：300 完成率：93.75% 得分10"
    numbers = load(scanned(["2021   320   300   11"], seed=1)).text
    assert numbers.split() == ["2021", "320", "300", "11"]


def inked(text: str, blanks: dict[int, float], *, step: float = 1.0) -> str:
    """What ``spaced`` makes of ``text``, drawn in letters of 20 pixels, ``step`` ems apart.

    ``blanks`` are ems more before some characters, by their place.
    """
    em = 20.0
    dark = np.zeros((40, 2000), np.uint8)
    centres, x = [], 20.0
    for i, char in enumerate(text):
        width = em if char >= "\u2e80" else em / 2
        x += blanks.get(i, 0.0) * em
        dark[10:30, round(x + 1) : round(x + width - 1)] = 1
        centres.append(x + width / 2)
        x += width + (step - 1) * em
    line = OcrLine(text, (10.0, 5.0, x + 10, 35.0), tuple(centres), (0.9,) * len(text))
    read = spaced(dark, line)
    assert len(read.text) == len(read.centres) == len(read.scores)
    return read.text


def test_a_blank_is_wider_than_what_word_puts_between_chinese_and_digits() -> None:
    text = "检查医院48家追回126万元"
    assert inked(text, {}) == text
    assert inked(text, dict.fromkeys((4, 6, 9, 12), 0.25)) == text
    assert inked(text, {7: 0.7}) == "检查医院48家 追回126万元"
    assert inked(text, {12: 0.5}) == "检查医院48家追回126 万元"


def test_a_line_spread_to_the_margin_stays_whole() -> None:
    text = "全年检查定点医药机构48家次"
    assert inked(text, {}, step=1.8) == text
    assert inked("合计7", {1: 2.0, 2: 2.0}) == "合计7"  # too short to tell
