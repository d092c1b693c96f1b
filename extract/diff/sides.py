"""The two outputs that are compared (两次输出)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from extract.errors import CorpusError

REPORT = "run_report.json"
RELEASE = "RELEASE.json"
_OF_RELEASE = {  # what a release calls what the report of a run says
    "version": "code_version", "rules": "rules_sha256", "started": "made",
    "user_files": "user_files",
}  # fmt: skip


@dataclass(frozen=True)
class Side:
    """One output folder: its tables, and what its run says of itself."""

    folder: Path
    role: str  # old or new

    def __post_init__(self) -> None:
        """Refuse a folder without a dataset."""
        if not self.path("documents").exists():
            raise CorpusError(
                f"no dataset in {self.folder}; make one: zhengju run CORPUS --output DIR"
            )

    def path(self, table: str) -> Path:
        """The file (or folder of parts) of a table."""
        return self.folder / f"{table}.parquet"

    def has(self, table: str) -> bool:
        """Whether the table is there; older datasets have fewer."""
        return self.path(table).exists()

    def schema(self, table: str) -> pa.Schema:
        """The columns of a table."""
        return pq.read_schema(self._parts(table)[0])

    def rows(self, table: str) -> int:
        """How many rows the table has; 0 where it is not there."""
        return sum(pq.read_metadata(part).num_rows for part in self._parts(table))

    def _parts(self, table: str) -> list[Path]:
        path = self.path(table)
        if path.is_dir():
            return sorted(path.glob("*.parquet"))
        return [path] if path.exists() else []

    @cached_property
    def report(self) -> dict[str, Any]:
        """``run_report.json``, or the same of a release; empty where it is lost."""
        told = _read(self.folder / REPORT)
        if told:
            return told
        released = _read(self.folder / RELEASE)
        return (
            {here: released.get(there) for here, there in _OF_RELEASE.items()} if released else {}
        )

    def user_files(self) -> dict[str, str]:
        """The user's own tables that the run was told of, with their hashes."""
        found = dict(self.report.get("user_files") or {})
        frame = self.report.get("frame")
        return found | ({frame["file"]: frame["sha256"]} if frame else {})

    def told(self) -> dict[str, Any]:
        """What identifies this output."""
        names = ("version", "rules", "started")
        return {"folder": self.folder.name, **{n: self.report.get(n) for n in names}}


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def shared(old: Side, new: Side, table: str) -> list[str]:
    """The columns that both sides have, in the order of the new one."""
    if not (old.has(table) and new.has(table)):
        side = new if new.has(table) else old
        return list(side.schema(table).names) if side.has(table) else []
    before = set(old.schema(table).names)
    return [name for name in new.schema(table).names if name in before]
