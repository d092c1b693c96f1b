"""Stores to test with: the memory of this process, and an S3 server on this machine."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import pytest


class Store(Protocol):
    """What the tests use of a file system of fsspec."""

    def pipe_file(self, path: str, value: bytes) -> None: ...

    def cat_file(self, path: str, **part: int | None) -> bytes: ...

    def find(self, path: str) -> list[str]: ...

    def exists(self, path: str) -> bool: ...


@contextmanager
def memory() -> Iterator[Store]:
    """An empty store in the memory of this process."""
    import fsspec  # noqa: PLC0415  an extra

    system = fsspec.filesystem("memory")
    system.store.clear()
    system.pseudo_dirs[:] = [""]
    try:
        yield system
    finally:
        system.store.clear()


@contextmanager
def s3(patch: pytest.MonkeyPatch, *buckets: str) -> Iterator[Store]:
    """An S3 server on this machine with empty buckets; processes that are started now know it."""
    import s3fs  # noqa: PLC0415  an extra
    from moto.server import ThreadedMotoServer  # noqa: PLC0415

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it tells of each request
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        s3fs.S3FileSystem.clear_instance_cache()
        system = s3fs.S3FileSystem(use_listings_cache=False)
        for bucket in buckets:
            system.mkdir(bucket)
        yield system
    finally:
        server.stop()
        s3fs.S3FileSystem.clear_instance_cache()
        end_threads()


def end_threads() -> None:
    """End the threads that fsspec leaves behind: where one runs, later tests could not fork."""
    from fsspec import asyn  # noqa: PLC0415  an extra

    if (loop := asyn.loop[0]) is not None:
        asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        asyn.iothread[0].join()
        asyn.loop[0] = asyn.iothread[0] = None
