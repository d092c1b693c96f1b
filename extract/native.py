"""The compiled core (编译核心): the modules that every figure goes through, translated to C.

The Python sources stay what is true. A core is used only where ``translate`` made it from exactly
these sources for this very interpreter, and gives the same rows faster. Anything else (an edited
module, no C compiler, ``ZHENGJU_PURE`` set) runs the sources.
"""

from __future__ import annotations

import os
import sys
from hashlib import blake2b
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
PURE = "ZHENGJU_PURE"  # set, it keeps a process to the sources
MODULES = (
    "agency/facts", "agency/join", "catalogue", "checks/across", "checks/book", "checks/bounds",
    "checks/check", "checks/columns", "checks/completions", "checks/differences", "checks/formulas",
    "checks/growths", "checks/intervals", "checks/lists", "checks/marks", "checks/ratios",
    "checks/report", "checks/rows", "checks/rules", "checks/satellites", "checks/shares",
    "checks/slips", "checks/stated", "checks/status", "checks/sums", "context/frame",
    "context/sense", "dimensions/dims", "dimensions/items", "dimensions/naming",
    "dimensions/places", "dimensions/projects", "dimensions/scope", "dimensions/sources",
    "dimensions/subjects", "dimensions/unmarked", "documents", "grids/alignment", "grids/cells",
    "grids/codes", "grids/forms", "grids/grid", "grids/headers", "grids/listed", "grids/pairs",
    "grids/pipes", "grids/restored", "grids/runs", "grids/sides", "grids/slots", "grids/spans",
    "grids/stacked", "ids", "lexicon/cues", "lexicon/labels", "lexicon/narrowing",
    "lexicon/phrases", "lexicon/subjects", "lexicon/wording", "masking", "meaning/acted",
    "meaning/anchors", "meaning/attachment", "meaning/bare", "meaning/candidates",
    "meaning/captions", "meaning/cellunits", "meaning/comparisons", "meaning/confidence",
    "meaning/crossed", "meaning/levels", "meaning/narrow", "meaning/outside", "meaning/periods",
    "meaning/precedence", "meaning/refusal", "meaning/respective", "meaning/roles",
    "meaning/satellites", "meaning/sentence", "meaning/statements", "meaning/tabular",
    "meaning/topics", "meaning/totals", "meaning/unnamed", "model", "numbers/amounts",
    "numbers/figures", "numbers/numerals", "numbers/ranges", "numbers/scan", "numbers/units",
    "numbers/words", "reader", "records", "tables", "text/characters", "text/gaps",
    "text/paragraph", "text/repair", "text/sections", "text/titles", "text/years",
)  # fmt: skip


def cores() -> Path:
    """Where the cores of this interpreter's environment stand."""
    return Path(sys.prefix, "lib", "zhengju-core")


def folder() -> Path:
    """Where a core of these sources for this interpreter stands, or would stand."""
    digest = blake2b(sys.version.encode(), digest_size=8)
    for name in MODULES:
        digest.update(b"\0" + name.encode() + b"\0" + (PACKAGE / f"{name}.py").read_bytes())
    return cores() / digest.hexdigest()


def found() -> Path | None:
    """The compiled modules to be looked at before the sources, if there are any that fit."""
    if os.environ.get(PURE) or not cores().is_dir():
        return None
    modules = folder() / PACKAGE.name
    return modules if modules.is_dir() else None


def beside(package: str) -> list[str]:
    """Where the core that this process works with has the modules of one of our packages."""
    looked_at = sys.modules[PACKAGE.name].__path__
    return [str(Path(root, package)) for root in looked_at if Path(root) != PACKAGE]


def running() -> bool:
    """Whether this process works with the compiled core."""
    model = sys.modules.get(f"{PACKAGE.name}.model")
    return model is not None and not str(model.__file__).endswith(".py")
