"""Which of our modules import which, by their sources: for types only, and in functions, too."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "extract"
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}


def imports(path: Path) -> set[str]:
    """Our modules that a source names."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            found |= {name if name in MODULES else node.module for name in names}
    return found & MODULES.keys()


def room(module: str) -> str:
    """The package of a module, or a module at the top itself."""
    return ".".join(module.split(".")[:2])


def test_packages_import_each_other_one_way() -> None:
    below: dict[str, set[str]] = {}
    for module, path in MODULES.items():
        below.setdefault(room(module), set()).update(map(room, imports(path)))
    graph = {name: {one for one in used if one != name} for name, used in below.items()}
    assert len(graph) > 40
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(reversed(error.args[1]))) from None


def test_no_module_imports_the_package_root() -> None:
    of_root = {name for name, path in MODULES.items() if "extract" in imports(path)}
    assert of_root <= {"extract"}
