"""Makes the compiled core that ``native`` looks for: ``python -m extract.translate`` (编译).

Needs mypy and setuptools, and a C compiler; takes a minute or two.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from extract.kept import NAME
from extract.native import MODULES, PACKAGE, PURE, cores, folder

_AT_ONCE = os.cpu_count() or 1  # compilers

# what a new core has to get right before it is used
_TRIAL = """
from extract import native, reader, rulebook
from extract.model import Document, Source
text = Document("2022年基金支出5.2亿元，比上年增长3%。", "txt")
read = reader.read_document(Source("trial", "", 0), text, rulebook.load())
assert native.running() and [m.unit for m in read.mentions] == ["元", "%"], read
"""

_KEEP = """
import sys
from pathlib import Path
from extract import kept, rulebook
rulebook.load()
kept.write(Path(sys.argv[1]))
"""


def make() -> str | None:
    """Make the core unless it is there, and keep the rules beside it; why it cannot be made.

    Cores of other sources are removed.
    """
    target = folder()
    if not target.is_dir():
        failed = _made(target)
        if failed:
            return failed
    _run("-c", _KEEP, str(target / NAME))  # without them rules are compiled at each start
    return None


def _made(target: Path) -> str | None:
    """Make a core and try it; the reason where it cannot be made."""
    shutil.rmtree(cores(), ignore_errors=True)
    cores().mkdir(parents=True)
    with tempfile.TemporaryDirectory(dir=cores()) as scratch:
        failed = _run("-m", "extract.translate", scratch)
        if failed:
            return failed
        Path(scratch, "made").rename(target)
    failed = _run("-c", _TRIAL)
    if failed:
        shutil.rmtree(target)
    return failed


def lacking() -> str | None:
    """What this machine lacks to make a core; None where it has everything."""
    if os.environ.get(PURE):
        return f"{PURE} is set"
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None:
        return f"no C compiler ({compiler})"
    if not Path(sysconfig.get_path("include"), "Python.h").is_file():
        return "no headers of Python (Debian, Ubuntu: the package python3-dev)"
    return None


def _run(*arguments: str) -> str | None:
    """Run Python beside the package; the end of what it printed where it failed."""
    done = subprocess.run(  # noqa: S603  our own modules
        [sys.executable, *arguments], cwd=PACKAGE.parent, check=False, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return (done.stdout[-2000:] or f"status {done.returncode}") if done.returncode else None


def _translate(scratch: str) -> None:
    """Compile the modules into ``scratch/made``, on all processors.

    A file of C for each module: compilers take more than twice as long for all in one.
    """
    from mypyc.build import mypycify  # noqa: PLC0415  slow, and only needed here
    from setuptools import setup  # type: ignore[import-untyped]  # noqa: PLC0415
    from setuptools.command.build_ext import (  # type: ignore[import-untyped]  # noqa: PLC0415
        build_ext,
    )

    class SideBySide(build_ext):  # type: ignore[misc]  # no types there
        def build_extensions(self) -> None:
            self.compiler.compile = partial(_side_by_side, self.compiler.compile)
            super().build_extensions()

    options = ["--config-file=", "--ignore-missing-imports", f"--cache-dir={scratch}/cache"]
    core = mypycify(
        [*options, *(f"{PACKAGE.name}/{name}.py" for name in MODULES)],
        target_dir=f"{scratch}/c",
        group_name=f"{PACKAGE.name}.core",
        opt_level="1",  # a fifth faster to make than the highest level, and as fast to run
        debug_level="0",
        multi_file=True,
    )
    for extension in core:
        extension.include_dirs.append(f"{scratch}/c/{PACKAGE.name}")
    build = ["build_ext", f"--build-lib={scratch}/made", f"--build-temp={scratch}/o"]
    setup(
        name="zhengju-core",
        packages=[],
        ext_modules=core,
        cmdclass={"build_ext": SideBySide},
        script_args=["--quiet", *build, f"--parallel={_AT_ONCE}"],
    )


def _side_by_side(
    compile_: Callable[..., list[str]],
    sources: Sequence[str],
    *arguments: Any,  # noqa: ANN401  whatever setuptools tells a compiler
    **options: Any,  # noqa: ANN401
) -> list[str]:
    """Compile each source by itself, some at once; the object files in order."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        made = pool.map(lambda source: compile_([source], *arguments, **options), sources)
        return [name for names in made for name in names]


def main() -> int:
    """Make the core; 1 only where it could be made and was not."""
    reason = lacking()
    failed = None if reason else make()
    if reason or failed:
        print(f"no compiled core, Python runs instead: {reason or failed}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _translate(sys.argv[1])
    else:
        sys.exit(main())
