"""Opening of inputs wherever they lie: a plain path, or the URI of an object store."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import NamedTuple

from pyarrow import NativeFile, fs

# Spark's names of stores that Arrow knows under another one.
_SCHEMES = {"s3a": "s3", "s3n": "s3", "abfs": "abfss", "gcs": "gs"}


class Location(NamedTuple):
    """A file system, a path inside it, and how the names that people use begin there."""

    filesystem: fs.FileSystem
    path: str
    root: str
    base: str

    def name(self, path: str) -> str:
        """Return the name of a path inside this file system: a plain path or a URI, as the location was given."""
        if not self.root:
            return path
        return f"{self.root}/{path.removeprefix(self.base).lstrip('/')}"


def locate(name: str) -> Location:
    """Find the file system of a path or URI.

    Plain paths are local, ``/Volumes/...`` included. ``dbfs:/Volumes/x`` is ``/Volumes/x``, and any other ``dbfs:/x``
    is ``/dbfs/x``, where Databricks mounts it. Keys are taken as they are written, not percent-decoded, as Spark does.

    Examples
    --------
    >>> locate("file:///data/a b.html").path
    '/data/a b.html'
    >>> locate("dbfs:/Volumes/main/raw").path
    '/Volumes/main/raw'
    """
    scheme, colon, rest = name.partition(":")
    if not colon or len(scheme) < 2 or "/" in scheme or not rest.startswith("/"):
        return Location(_local(), os.path.abspath(name), "", "")
    scheme = scheme.lower()
    if scheme == "dbfs":
        path = "/" + rest.lstrip("/")
        return Location(_local(), path if path.startswith("/Volumes/") else "/dbfs" + path, "", "")
    if scheme == "file":
        return Location(_local(), "/" + rest.removeprefix("//").lstrip("/"), "file://", "/")
    authority, _, key = rest.removeprefix("//").partition("/")
    root = f"{_SCHEMES.get(scheme, scheme)}://{authority}"
    filesystem, base = _remote(root + "/")
    return Location(filesystem, f"{base.rstrip('/')}/{key}".rstrip("/"), root, base)


def open_file(name: str) -> NativeFile:
    """Open a path or URI for reading with seek.

    Raises
    ------
    OSError
        Where it cannot be opened; ``FileNotFoundError`` and ``PermissionError`` among them.
    """
    location = locate(name)
    return location.filesystem.open_input_file(location.path)


@lru_cache(maxsize=1)
def _local() -> fs.LocalFileSystem:
    return fs.LocalFileSystem()


@lru_cache(maxsize=64)
def _remote(root: str) -> tuple[fs.FileSystem, str]:
    filesystem, base = fs.FileSystem.from_uri(root)
    return filesystem, base
