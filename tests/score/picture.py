"""The reliability diagram: confidence against truth, as text and as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .calibration import Bin

_SIZE, _EDGE = 420, 60  # pixels: of the square, and around it
_COLOURS = ("#1b6ca8", "#c8553d", "#4a7c59")
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" width="{0}" height="{0}" '
    'font-family="sans-serif" font-size="13">'
)
_CENTRED = 'text-anchor="middle"'
_UPWARDS = "share that is right"
_WIDTH = 40  # characters of a full bar


def bars(bins: Sequence[Bin]) -> list[str]:
    """A bar of what is true for each tenth; ``|`` stands where it should end."""
    lines = [f"{'confidence':12} {'figures':>7} {'said':>6} {'true':>6}"]
    for row in bins:
        bar = list("█" * round(row.true * _WIDTH) + "·" * (_WIDTH - round(row.true * _WIDTH)))
        bar[min(round(row.said * _WIDTH), _WIDTH - 1)] = "|"
        place = f"{row.low:.1f}–{row.low + 0.1:.1f}"
        lines.append(f"  {place:10} {row.n:7} {row.said:6.3f} {row.true:6.3f}  {''.join(bar)}")
    return lines


def draw(path: Path, curves: Mapping[str, Sequence[Bin]]) -> None:
    """Write the diagram of some curves, named by their keys; circles grow with their figures."""
    whole = _SIZE + 2 * _EDGE
    parts = [
        _SVG.format(whole),
        f'<rect width="{whole}" height="{whole}" fill="white"/>',
        *_grid(),
    ]
    for number, (name, bins) in enumerate(curves.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        parts += _curve(bins, colour)
        y = _EDGE + 20 + 20 * number
        parts.append(f'<circle cx="{_EDGE + 16}" cy="{y - 4}" r="5" fill="{colour}"/>')
        parts.append(f'<text x="{_EDGE + 28}" y="{y}">{name}</text>')
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*parts, "</svg>"]) + "\n", "utf-8")


def _grid() -> list[str]:
    parts = []
    for tenth in range(0, 11, 2):
        x, y = _x(tenth / 10), _y(tenth / 10)
        parts += [
            f'<path d="M{x} {_y(0)}V{_y(1)}M{_x(0)} {y}H{_x(1)}" stroke="#ddd" fill="none"/>',
            f'<text x="{x}" y="{_y(0) + 20}" text-anchor="middle">{tenth / 10:.1f}</text>',
            f'<text x="{_x(0) - 8}" y="{y + 4}" text-anchor="end">{tenth / 10:.1f}</text>',
        ]
    middle = _EDGE + _SIZE / 2
    return [
        *parts,
        f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="#888" stroke-dasharray="5 4"/>',
        f'<text x="{middle}" y="{_y(0) + 42}" {_CENTRED}>confidence</text>',
        f'<text transform="translate(18 {middle}) rotate(-90)" {_CENTRED}>{_UPWARDS}</text>',
    ]


def _curve(bins: Sequence[Bin], colour: str) -> list[str]:
    most = max((row.n for row in bins), default=1)
    points = [(_x(row.said), _y(row.true), 3 + 12 * (row.n / most) ** 0.5) for row in bins]
    line = "L".join(f"{x} {y}" for x, y, _ in points)
    return [f'<path d="M{line}" stroke="{colour}" fill="none"/>' if points else ""] + [
        f'<circle cx="{x}" cy="{y}" r="{r:.1f}" fill="{colour}" fill-opacity="0.55"/>'
        for x, y, r in points
    ]


def _x(share: float) -> float:
    return round(_EDGE + share * _SIZE, 1)


def _y(share: float) -> float:
    return round(_EDGE + (1 - share) * _SIZE, 1)
