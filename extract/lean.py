"""Arrow without the packages that a run has no use for (轻装): for whole processes of ours only."""

from __future__ import annotations

import sys

_UNUSED = ("numpy", "pandas")  # take longer to import than Arrow itself, and start threads


class _Absent:
    """Says of them that they are not installed."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name in _UNUSED:
            raise ImportError(name)


def import_arrow() -> None:
    """Import Arrow, which would import numpy, and pandas for its first array.

    Whoever wants numpy itself, as pictures of pages do, still gets it.
    """
    if "pandas" in sys.modules:
        return
    sys.meta_path.insert(0, _Absent)
    try:
        import pyarrow as pa  # noqa: PLC0415  not before they are hidden
        import pyarrow.compute  # noqa: PLC0415  tables import it when first asked for rows
        import pyarrow.parquet  # noqa: PLC0415

        pa.array([])
    finally:
        sys.meta_path.remove(_Absent)
