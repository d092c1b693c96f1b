"""Pages of a PDF as a scanner sees them: grey, a little askew, noisy and blurred."""

from __future__ import annotations

import io
import random
from contextlib import closing

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageFilter

_SKEW = 0.3  # degrees, at most, either way
_NOISE = 6.0  # standard deviation, of 255


def scan(pdf: bytes, *, dpi: int = 150, pages: int | None = None, seed: int = 0) -> bytes:
    """A PDF of nothing but pictures of the first ``pages`` pages (None: all)."""
    draw = random.Random(seed)  # noqa: S311  no secrets here
    noise = np.random.default_rng(seed)
    images = []
    with closing(pdfium.PdfDocument(pdf)) as document:
        for number in range(min(len(document), pages or len(document))):
            with closing(document[number]) as page:
                clean = page.render(scale=dpi / 72, grayscale=True).to_pil()
            images.append(_seen(clean, draw.uniform(-_SKEW, _SKEW), noise))
    stream = io.BytesIO()
    first, *rest = images
    first.save(stream, "PDF", save_all=True, append_images=rest, resolution=dpi, quality=80)
    return stream.getvalue()


def _seen(clean: Image.Image, angle: float, noise: np.random.Generator) -> Image.Image:
    askew = clean.convert("L").rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    soft = askew.filter(ImageFilter.GaussianBlur(0.5))
    grey = np.asarray(soft, np.float32) * 0.92 + 12
    grain = grey + noise.normal(0, _NOISE, grey.shape)
    return Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8))
