"""Arrays as bytes that are used where they lie: the workers of a machine share a mapped file of them."""

from __future__ import annotations

import json
import mmap
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

_MAGIC = b"tierlake arrays 1"
_LENGTH = struct.Struct("<Q")
_ALIGNMENT = 64


def write_arrays(
    described: Mapping[str, Any], arrays: Mapping[str, np.ndarray], kinds: Mapping[str, type[np.generic]]
) -> bytes:
    """Write a description and arrays of one dimension.

    Parameters
    ----------
    described : mapping
        What JSON can hold.
    arrays : mapping of str to numpy.ndarray
        One for each name of ``kinds``.
    kinds : mapping of str to numpy type
        Element types; whoever reads the bytes must know them.

    Examples
    --------
    >>> kinds = {"sizes": np.uint32}
    >>> data = write_arrays({"of": "mills"}, {"sizes": np.array([2, 3])}, kinds)
    >>> described, arrays = read_arrays(data, kinds)
    >>> described["of"], arrays["sizes"].tolist()
    ('mills', [2, 3])
    """
    parts = [np.ascontiguousarray(arrays[name], kind) for name, kind in kinds.items()]
    head = json.dumps({"described": described, "sizes": [len(part) for part in parts]}).encode()
    pieces = [_MAGIC + _LENGTH.pack(len(head)) + head, *[part.tobytes() for part in parts]]
    return b"".join(piece.ljust(_aligned(len(piece)), b"\0") for piece in pieces)


def read_arrays(
    data: bytes | mmap.mmap, kinds: Mapping[str, type[np.generic]]
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Read what `write_arrays` wrote; the arrays stay in ``data`` and cannot be written.

    Raises
    ------
    ValueError, KeyError, TypeError
        Where the bytes are something else, or not all of it.
    """
    start = len(_MAGIC) + _LENGTH.size
    if data[: len(_MAGIC)] != _MAGIC or len(data) < start:
        raise ValueError("it begins with something else")
    end = start + _LENGTH.unpack(data[len(_MAGIC) : start])[0]
    head = json.loads(data[start:end])
    arrays, place = {}, _aligned(end)
    for (name, kind), size in zip(kinds.items(), head["sizes"], strict=True):
        arrays[name] = np.frombuffer(data, kind, size, place)
        place += _aligned(arrays[name].nbytes)
    return head["described"], arrays


def _aligned(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT
