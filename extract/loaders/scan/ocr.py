"""Text in pictures of pages (光学字符识别), read by the models that the package rapidocr ships.

Only its two model files are used, through onnxruntime: the detector finds lines, the recogniser
reads them. So nothing can be downloaded, nothing is logged, and each character keeps its place and
its own probability. Both models stay loaded for the life of the process, and use one thread.

Pictures are grey arrays of shape (height, width), 0 black; boxes are in their pixels.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from extract.loaders import limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    Picture = npt.NDArray[np.uint8]
    Maps = npt.NDArray[np.float32]

Box = tuple[float, float, float, float]  # left, top, right, bottom

DPI = 150.0  # dots per inch: more takes longer and reads numbers no better
MOST_PIXELS = limits.OCR_PIXELS
MAX_PAGES = limits.OCR_PAGES

_NEEDS = ("onnxruntime", "cv2", "numpy")
_DETECTOR, _RECOGNISER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
_STEP = 32  # the detector halves a picture five times
_LINE_HEIGHT = 48  # of the recogniser's input
_BATCH = 6
_MIN_WIDTH = 320  # narrower ones are padded to it, as the model was trained
_MAX_WIDTH = 3_200  # of that input: a line longer than 66 times its height is squeezed


class OcrLine(NamedTuple):
    """A line as read: each character with the middle of its place and its probability."""

    text: str
    box: Box
    centres: tuple[float, ...]  # x, one per character
    scores: tuple[float, ...]  # 0 to 1, one per character


def available() -> bool:
    """Whether pictures can be read here: the extra ``ocr`` is installed."""
    return all(find_spec(name) for name in _NEEDS) and _models() is not None


def detect(picture: Picture) -> list[npt.NDArray[np.float32]]:
    """Lines of text in ``picture``: the four corners of each, as they lie, in no order."""
    import cv2  # noqa: PLC0415 only where pictures are read
    import numpy as np  # noqa: PLC0415 likewise

    from extract.loaders.scan.detection import corners  # noqa: PLC0415 needs both

    height, width = picture.shape
    shape = tuple(max(_STEP, round(side / _STEP) * _STEP) for side in (width, height))
    scaled = cv2.resize(picture, shape).astype(np.float32) / 127.5 - 1
    found = _run(_DETECTOR, np.stack([scaled] * 3)[None])
    lines = corners(found[0, 0])
    scale = np.array((width / shape[0], height / shape[1]), np.float32)
    return [line * scale for line in lines]


def read(picture: Picture, boxes: Sequence[Box]) -> list[OcrLine]:
    """Read the lines that stand upright in ``boxes``; those without text are left out."""
    found: dict[int, OcrLine] = {}
    order = sorted(range(len(boxes)), key=lambda i: _aspect(boxes[i]))
    for start in range(0, len(order), _BATCH):
        batch = order[start : start + _BATCH]
        inputs, widths = _prepare(picture, [boxes[i] for i in batch])
        probabilities = _run(_RECOGNISER, inputs)
        for i, width, spread in zip(batch, widths, probabilities, strict=True):
            line = _decode(spread, boxes[i], inputs.shape[3] / width)
            if line.text.strip():
                found[i] = line
    return [found[i] for i in sorted(found)]


def _aspect(box: Box) -> float:
    return (box[2] - box[0]) / max(box[3] - box[1], 1.0)


def _prepare(picture: Picture, boxes: Sequence[Box]) -> tuple[Maps, list[int]]:
    """Inputs of one batch, padded to the widest, and how wide each is."""
    import cv2  # noqa: PLC0415 only where pictures are read
    import numpy as np  # noqa: PLC0415 likewise

    height, width = picture.shape
    strips: list[Maps] = []
    widths: list[int] = []
    for left, top, right, bottom in boxes:
        x, y = min(max(round(left), 0), width - 1), min(max(round(top), 0), height - 1)
        strip = picture[y : max(round(bottom), y + 1), x : max(round(right), x + 1)]
        wide = min(max(round(_LINE_HEIGHT * strip.shape[1] / strip.shape[0]), 1), _MAX_WIDTH)
        strips.append(cv2.resize(strip, (wide, _LINE_HEIGHT)).astype(np.float32))
        widths.append(wide)
    inputs = np.zeros((len(boxes), 3, _LINE_HEIGHT, max(*widths, _MIN_WIDTH)), np.float32)
    for place, line, wide in zip(inputs, strips, widths, strict=True):
        place[:, :, :wide] = line / 127.5 - 1
    return inputs, widths


def _decode(spread: Maps, box: Box, padding: float) -> OcrLine:
    """The likeliest character of each step, repetitions and blanks left out.

    ``padding`` is how much wider the input was than the line.
    """
    import numpy as np  # noqa: PLC0415 only where pictures are read

    best = spread.argmax(axis=1)
    steps = np.flatnonzero((best != 0) & (np.diff(best, prepend=-1) != 0))
    characters = _characters()
    step = (box[2] - box[0]) * padding / len(best)
    return OcrLine(
        text="".join(characters[best[i]] for i in steps),
        box=box,
        centres=tuple(box[0] + (float(i) + 0.5) * step for i in steps),
        scores=tuple(float(spread[i, best[i]]) for i in steps),
    )


@cache
def _models() -> Path | None:
    """Folder of the model files, None where they are not as expected."""
    spec = find_spec("rapidocr")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "models"
        if all((folder / name).is_file() for name in (_DETECTOR, _RECOGNISER)):
            return folder
    return None


def _run(name: str, inputs: Maps) -> Maps:
    """What a model makes of ``inputs``.

    Raises:
        MemoryError: as everything else does where there is too little.
    """
    try:
        (outputs,) = _session(name).run(None, {"x": inputs})
    except Exception as error:  # onnxruntime's errors have no other type in common
        if "alloc" in str(error):
            raise MemoryError(str(error)) from error
        raise
    found: Maps = outputs
    return found


@cache
def _session(name: str) -> Any:  # noqa: ANN401 onnxruntime has no types
    import onnxruntime  # noqa: PLC0415 only where pictures are read

    folder = _models()
    if folder is None:
        raise RuntimeError("the extra ocr is not installed")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # else a worker keeps its largest page for good
    return onnxruntime.InferenceSession(
        str(folder / name), options, providers=["CPUExecutionProvider"]
    )


@cache
def _characters() -> list[str]:
    """What the recogniser's classes stand for; the first is no character, the last a blank."""
    listed = _session(_RECOGNISER).get_modelmeta().custom_metadata_map["character"].splitlines()
    return ["", *listed, " "]
