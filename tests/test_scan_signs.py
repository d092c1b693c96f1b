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
