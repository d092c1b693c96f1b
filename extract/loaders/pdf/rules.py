"""The rules that a page draws (表格线): level and upright lines, whatever they are drawn with.

A rule may be a stroke, a thin filled box, a side of a cell's frame, a run of dashes. Looking at
every object of a page costs more than its text, so a page whose objects are text in every third
place is taken for a page without rules: tables come in runs of lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from extract.loaders.pdf import engine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extract.loaders.pdf.engine import Handle
    from extract.loaders.pdf.frame import Box

_MAX_OBJECTS = 20_000  # of those that are no text: a chart or map has more, a table never
_MAX_LOOKED_AT = 100_000  # of all kinds
_MAX_SEGMENTS = 500  # of one path: likewise
_MAX_DEPTH = 8  # of forms within forms
_FEW = 60  # objects that are looked at one by one
_THIN = 3.0  # points: a box no thicker is a line
_LEAN = 0.5  # points that a line may lean
_LINE, _MOVE = 0, 2  # kinds of segments

_Matrix = tuple[float, float, float, float, float, float]
_SAME: _Matrix = (1, 0, 0, 1, 0, 0)


class Drawing(NamedTuple):
    """What stands on a page besides text: its rules in the file's coordinates, and its pictures."""

    rules: list[Box]  # left, top, right, bottom: without width or height
    images: list[Box]
    n_objects: int


def look(page: Handle, step: int = 1) -> Drawing:
    """Gather what ``page`` draws, if one in ``step`` objects shows that there is something."""
    n_objects = engine.count_objects(page)
    step = 1 if n_objects <= _FEW else step
    found = engine.objects(page, range(0, min(n_objects, _MAX_LOOKED_AT), step))
    kinds = engine.kinds(found)
    if kinds.count(engine.TEXT) == len(kinds):
        return Drawing([], [], n_objects)
    if step > 1:
        found = engine.objects(page, range(min(n_objects, _MAX_LOOKED_AT)))
        kinds = engine.kinds(found)
    items = [i for i, kind in zip(found, kinds, strict=True) if kind != engine.TEXT]
    if len(items) > _MAX_OBJECTS:
        return Drawing([], [], n_objects)
    rules: list[Box] = []
    images: list[Box] = []
    _gather(items, _SAME, rules, images, _MAX_DEPTH)
    return Drawing(rules, images, n_objects)


def _gather(
    items: Sequence[Handle], outer: _Matrix, rules: list[Box], images: list[Box], depth: int
) -> None:
    """Add the rules and images of ``items``, which lie as ``outer`` says."""
    kinds = engine.kinds(items)
    paths = [item for item, kind in zip(items, kinds, strict=True) if kind == engine.PATH]
    if paths:
        rules += _path_rules(paths, outer)
    pictures = [item for item, kind in zip(items, kinds, strict=True) if kind == engine.IMAGE]
    if pictures:
        images += (_moved(box, outer) for box in _bounds(pictures))
    for item, kind in zip(items, kinds, strict=True):
        if kind == engine.FORM and depth and len(rules) < _MAX_OBJECTS:
            count = min(engine.count_objects(item, form=True), _MAX_OBJECTS)
            inner = engine.objects(item, range(count), form=True)
            _gather(inner, _times(_matrix(item), outer), rules, images, depth - 1)


def _bounds(items: Sequence[Handle]) -> Iterator[Box]:
    """Left, top, right, bottom of each."""
    flat = engine.bounds(items)
    return (
        (left, top, right, bottom)
        for left, bottom, right, top in zip(*[iter(flat)] * 4, strict=True)
    )


def _path_rules(paths: Sequence[Handle], outer: _Matrix) -> list[Box]:
    found: list[Box] = []
    thick: list[tuple[Handle, Box, int]] = []
    counts = engine.segment_counts(paths)
    for path, box, count in zip(paths, _bounds(paths), counts, strict=True):
        left, top, right, bottom = box
        if top - bottom <= _THIN or right - left <= _THIN:
            found.append(_middle(box))
        elif 2 < count <= _MAX_SEGMENTS:
            thick.append((path, box, count))
    frames = [(path, box) for path, box, count in thick if count == 5]
    framed = _frames(frames) if frames else {}
    for path, box, count in thick:
        if framed.get(path):
            left, top, right, bottom = box
            found += (
                (left, top, right, top),
                (left, bottom, right, bottom),
                (left, top, left, bottom),
                (right, top, right, bottom),
            )
        else:
            found += _lines(path, count)
    return [_moved(box, outer) for box in found] if outer != _SAME else found


def _frames(paths: Sequence[tuple[Handle, Box]]) -> dict[Handle, bool]:
    """Which paths of five points are rectangles: the third is a corner of the box around."""
    handles = [path for path, _ in paths]
    found = {}
    corners = zip(paths, engine.points(handles, 2), engine.matrices(handles), strict=True)
    for (path, (left, top, right, bottom)), (x, y), (a, b, c, d, e, f) in corners:
        u, v = a * x + c * y + e, b * x + d * y + f
        found[path] = min(abs(u - left), abs(u - right)) <= _THIN and (
            min(abs(v - top), abs(v - bottom)) <= _THIN
        )
    return found


def _middle(box: Box) -> Box:
    """The line in the middle of a thin box; a dot is a piece of a level one."""
    left, top, right, bottom = box
    if right - left >= top - bottom:
        y = (top + bottom) / 2
        return left, y, right, y
    x = (left + right) / 2
    return x, top, x, bottom


def _lines(path: Handle, count: int) -> Iterator[Box]:
    """Straight level and upright lines of a path of any shape."""
    matrix = _matrix(path)
    start = here = (0.0, 0.0)
    for kind, closes, x, y in engine.segments(path, range(count)):
        before, here = here, _point(x, y, matrix)
        if kind == _MOVE:
            start = here
        elif kind == _LINE:
            yield from _line(before, here)
        if closes:
            yield from _line(here, start)


def _line(a: tuple[float, float], b: tuple[float, float]) -> Iterator[Box]:
    width, height = abs(a[0] - b[0]), abs(a[1] - b[1])
    if width <= _LEAN or height <= _LEAN:
        left, right = sorted((a[0], b[0]))
        bottom, top = sorted((a[1], b[1]))
        yield (left, top, left, bottom) if height > width else (left, top, right, top)


def _matrix(item: Handle) -> _Matrix:
    a, b, c, d, e, f = engine.matrices([item])[0]
    return a, b, c, d, e, f


def _point(x: float, y: float, matrix: _Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _moved(box: Box, matrix: _Matrix) -> Box:
    """The box around two corners of ``box`` after ``matrix``."""
    if matrix == _SAME:
        return box
    x0, y0 = _point(box[0], box[1], matrix)
    x1, y1 = _point(box[2], box[3], matrix)
    return min(x0, x1), max(y0, y1), max(x0, x1), min(y0, y1)


def _times(inner: _Matrix, outer: _Matrix) -> _Matrix:
    """The matrix that applies ``inner`` first, then ``outer``."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (
        *(a * p + b * r, a * q + b * s),
        *(c * p + d * r, c * q + d * s),
        *(e * p + f * r + t, e * q + f * s + u),
    )
