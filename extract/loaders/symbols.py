"""Signs of fonts that have no alphabet (Symbol, Wingdings): what the sign is in Unicode."""

from __future__ import annotations

_SYMBOL = {
    **dict(zip(range(0x30, 0x3A), "0123456789", strict=True)),
    0x25: "%", 0x28: "(", 0x29: ")", 0x2B: "+", 0x2D: "-", 0x2E: ".", 0x2F: "/", 0x3C: "<",
    0x3D: "=", 0x3E: ">", 0x44: "Δ", 0x53: "Σ", 0x61: "α", 0x62: "β", 0x6D: "μ", 0x70: "π",
    0xA3: "≤", 0xA5: "∞", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "·", 0xB8: "÷",
    0xB9: "≠", 0xBB: "≈", 0xE5: "∑",
}  # fmt: skip
_FONTS = {
    "symbol": _SYMBOL,
    "wingdings": {
        0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "□", 0x75: "◆", 0xA8: "□", 0xFB: "✗", 0xFC: "✓",
        0xFD: "☒", 0xFE: "☑",
    },
    "wingdings 2": {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "□"},
}  # fmt: skip


def sign(point: int, font: str) -> str:
    """Return the character that a font shows for a code; "" where the font is none that we know.

    >>> sign(0xF0B3, "Symbol"), sign(0x2460, "宋体"), sign(0xF0B3, "Webdings")
    ('≥', '①', '')
    """
    known = _FONTS.get(font.lower())
    if known is not None and (point < 0x100 or 0xF000 <= point < 0xF100):
        return known.get(point & 0xFF, "")
    private = 0xE000 <= point < 0xF900 or point < 0x20 or point > 0xFFFF
    return "" if private or 0xD800 <= point < 0xE000 else chr(point)
