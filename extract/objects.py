"""Stores at an address (远程存储): what fsspec reaches, with patience for what passes."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from extract.errors import CorpusError, UsageError, ZhengjuError

INSTALL = "pip install 'zhengju[remote]'"
PAUSES = (0.2, 1.0, 4.0)  # seconds before the next try: stores fail for a moment, and shed load
_FINAL = (
    FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError, FileExistsError,
    ImportError, TypeError, NotImplementedError,
)  # fmt: skip
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+://")  # no drive letter
_SECRET = re.compile(r"(?<=://)[^/]*@")
_VERSIONS = ("ETag", "etag", "md5Hash", "content_md5", "mtime", "LastModified", "last_modified")

P = ParamSpec("P")
T = TypeVar("T")


def is_remote(address: str | Path) -> bool:
    """Whether an address names another place than a path of this machine."""
    return isinstance(address, str) and _REMOTE.match(address) is not None


def reach(address: str) -> tuple[Any, str]:
    """The file system of an address, and the path in it, without a slash at its end.

    Raises:
        UsageError: its package is not installed, or it is no address of a place elsewhere.
    """
    kind, _, rest = address.partition("://")
    if kind.lower() in {"file", "local"}:
        raise UsageError(f"{address} is a path of this machine; name it as /{rest.lstrip('/')}")
    try:
        import fsspec  # noqa: PLC0415  an extra

        system, root = fsspec.core.url_to_fs(address)
    except ImportError as error:
        wants = f"{kind}:// addresses need a package that is not installed; {INSTALL}"
        known = kind.lower() in {"s3", "s3a"}
        raise UsageError(wants if known else f"{wants}, or: {error}") from error
    except ValueError as error:
        raise UsageError(f"{shown(address)} is no address that can be opened: {error}") from error
    except Exception as error:  # whatever a store makes of it
        raise CorpusError(f"{shown(address)} cannot be opened ({why(error)})") from error
    root = str(root).rstrip("/")
    if not root:
        raise UsageError(f"{shown(address)} names no place; name a bucket, or a folder there")
    # What was listed a moment ago may be gone: nothing is believed twice. Not every kind of store
    # can be told so when it is opened.
    system.invalidate_cache()
    system.dircache.use_listings_cache = False
    return system, root


def patiently(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What ``call`` returns; where a store fails for a moment, it is called again, a few times."""
    for pause in PAUSES:
        try:
            return call(*args, **kwargs)
        except (*_FINAL, ZhengjuError):
            raise
        except Exception:  # noqa: BLE001  each store has errors of its own
            time.sleep(pause)
    return call(*args, **kwargs)


def shown(address: str) -> str:
    """An address without what it may hold of names and passwords."""
    return _SECRET.sub("", address)


def why(error: BaseException) -> str:
    """An error of a store in one line."""
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(shown(said).split())[:300]


def version(told: dict[str, Any]) -> str:
    """What changes with the bytes of an object, from what its store tells; "" if nothing does."""
    found = next((told[name] for name in (*_VERSIONS, "created") if told.get(name)), None)
    if found is None:
        return ""
    if isinstance(found, datetime):  # one store tells the same time in two ways
        found = found.timestamp()
    return f"{told.get('size')}-{str(found).strip(chr(34))}"
