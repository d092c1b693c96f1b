"""A Chinese font for matplotlib, without asking for one on the system."""

from __future__ import annotations

from pathlib import Path


def use_chinese_font() -> bool:
    """Let matplotlib draw Chinese; False where the font package is missing: use English labels.

    The font is Noto Sans SC (OFL) from ``pylopdf-fonts-zh-cn``, in the extra ``notebook``.
    """
    from matplotlib import font_manager, rcParams  # noqa: PLC0415  only notebooks draw

    try:
        from pylopdf_fonts_zh_cn import sans_path  # noqa: PLC0415  an optional package
    except ImportError:
        return False
    path = Path(sans_path())
    font_manager.fontManager.addfont(path)
    rcParams["font.family"] = font_manager.FontProperties(fname=path).get_name()
    rcParams["axes.unicode_minus"] = False
    return True
