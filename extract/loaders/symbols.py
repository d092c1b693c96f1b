"""Signs of fonts that have no alphabet (Symbol, Wingdings): what the sign is in Unicode."""

from __future__ import annotations

# The upper half of the font Symbol from A1 on; blank where it has no character of Unicode.
_UPPER = "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…  ↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈   ∑        〉∫"
_GREEK = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ"
_SYMBOL = {
    **{code: chr(code) for code in range(0x20, 0x40)},
    0x22: "∀",
    0x24: "∃",
    0x27: "∋",
    0x2A: "∗",
    0x2D: "-",
    0x40: "≅",
    **dict(enumerate(_GREEK, 0x41)),
    **{code + 0x20: greek.lower() for code, greek in enumerate(_GREEK, 0x41)},
    0x5B: "[",
    0x5D: "]",
    0x5F: "_",
    0x7B: "{",
    0x7C: "|",
    0x7D: "}",
    0x7E: "~",
    **{code: char for code, char in enumerate(_UPPER, 0xA1) if char != " "},
}
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


def symbol(code: str, font: str) -> str:
    """Return the character of a code in hexadecimal digits (w:sym); "" where it is none.

    >>> symbol("F0B3", "Symbol"), symbol("no code", "Symbol")
    ('≥', '')
    """
    try:
        point = int(code[:6], 16)
    except ValueError:
        return ""
    return sign(point, font)
