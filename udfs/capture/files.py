"""Listing of input files, their formats, and their division over tasks."""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import pairwise

import regex
from pyarrow import fs

from udfs.capture.formats import detect_format
from udfs.capture.storage import Location, locate, open_file
from udfs.errors import InputError

HEAD_BYTES = 4096
# What opening a file costs, in bytes read instead: small files are not free.
OPEN_COST_BYTES = 256 << 10
# Less is no gain: the tasks that follow have a share of what all tasks read, however it was read.
LEAST_PIECE_BYTES = 8 << 20
BOM = b"\xef\xbb\xbf"
_SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules"})
_WILDCARD = regex.compile(r"[*?\[]")
_SNIFFING_THREADS = 16


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read.

    Attributes
    ----------
    path : str
        Absolute path or URI.
    size : int
        Bytes.
    modified_ns : int
        Time of the last change, in nanoseconds since 1970; 0 where the store does not say.
    format : str
        As `udfs.capture.formats.detect_format` names it.
    uri : str
        What a capture of the whole file is called: the name of the listed folder and the path below it, so that it is
        the same on every machine. For a file that was named itself, its base name.
    divisible : bool
        Whether several tasks may read it: lines that are not compressed.
    start, end : int
        The bytes of the piece to read, ``end`` exclusive: lines that begin there. By default, all; ``end`` is -1 then.
    """

    path: str
    size: int
    modified_ns: int
    format: str
    uri: str = ""
    divisible: bool = False
    start: int = 0
    end: int = -1

    @property
    def is_piece(self) -> bool:
        """Whether it is less than the file."""
        return self.end >= 0

    @property
    def length(self) -> int:
        """Bytes to read."""
        return self.end - self.start if self.is_piece else self.size


def list_files(paths: Sequence[str]) -> list[InputFile]:
    """List the files that paths stand for.

    Folders are listed with all below them, but for hidden files and folders, ``__pycache__`` and ``node_modules``; a
    hidden file that is named itself is listed. A file that several paths reach is listed once.

    Parameters
    ----------
    paths : sequence of str
        Files, folders, patterns with ``*``, ``**``, ``?`` and ``[...]``, or URIs of any of these.

    Returns
    -------
    list of InputFile
        Sorted by path. Files of no known format are there too, as ``unknown``.

    Raises
    ------
    InputError
        ``INPUT_NO_SUCH_PATH`` where a path stands for no file or folder, with the nearest name that exists.
    """
    found: dict[str, tuple[fs.FileInfo, str]] = {}
    for path in paths:
        location = locate(path)
        for info, uri in _expand(path, location):
            found.setdefault(location.name(info.path), (info, uri))
    names = sorted(found)
    with ThreadPoolExecutor(_SNIFFING_THREADS) as pool:
        heads = pool.map(_read_head, names)
        return [_input_file(name, *found[name], head) for name, head in zip(names, heads, strict=True)]


def _input_file(name: str, info: fs.FileInfo, uri: str, head: bytes) -> InputFile:
    kind = detect_format(name, head)
    divisible = kind == "jsonl" and head.removeprefix(BOM).lstrip().startswith(b"{")
    return InputFile(name, info.size or 0, info.mtime_ns or 0, kind, uri, divisible)


def divide(files: Sequence[InputFile], tasks: int) -> list[InputFile]:
    """Cut divisible files that are more than a task's share into pieces of about that size.

    Parameters
    ----------
    files : sequence of InputFile
        What all tasks are to read together.
    tasks : int
        How many there are, at least 1.

    Returns
    -------
    list of InputFile
        In the order of `files`; the pieces of a file cover it, and each of its lines begins in one of them.

    Examples
    --------
    >>> whole = InputFile("a.jsonl", 40 << 20, 0, "jsonl", divisible=True)
    >>> [(piece.start >> 20, piece.end >> 20) for piece in divide([whole], 3)]
    [(0, 13), (13, 26), (26, 40)]
    """
    share = max(sum(file.size for file in files) // tasks, LEAST_PIECE_BYTES)
    found = []
    for file in files:
        pieces = min(round(file.size / share), tasks) if file.divisible else 1
        if pieces <= 1:
            found.append(file)
            continue
        bounds = [file.size * number // pieces for number in range(pieces + 1)]
        found += [replace(file, start=start, end=end) for start, end in pairwise(bounds)]
    return found


def balance(files: Sequence[InputFile], tasks: int) -> list[list[InputFile]]:
    """Divide files over tasks of about the same size: the largest first, each to the least loaded task.

    Parameters
    ----------
    files : sequence of InputFile
        In any order; it has no influence on the outcome.
    tasks : int
        Most groups to make, at least 1.

    Returns
    -------
    list of list of InputFile
        At most `tasks` groups, none empty, files sorted by path and start within each.

    Examples
    --------
    >>> files = [InputFile(name, size, 0, "html") for name, size in [("a", 9 << 20), ("b", 5 << 20), ("c", 5 << 20)]]
    >>> [[file.path for file in group] for group in balance(files, 2)]
    [['a'], ['b', 'c']]
    """
    loads = [(0, number) for number in range(max(1, min(tasks, len(files))))]
    groups: list[list[InputFile]] = [[] for _ in loads]
    for file in sorted(files, key=lambda file: (-file.length, file.path, file.start)):
        load, number = heapq.heappop(loads)
        groups[number].append(file)
        heapq.heappush(loads, (load + file.length + OPEN_COST_BYTES, number))
    return [sorted(group, key=lambda file: (file.path, file.start)) for group in groups if group]


def _expand(name: str, location: Location) -> Iterator[tuple[fs.FileInfo, str]]:
    info = location.filesystem.get_file_info(location.path)
    if info.type == fs.FileType.File:
        yield info, info.base_name
    elif info.type == fs.FileType.Directory:
        yield from _walk(location, info.path, os.path.basename(info.path.rstrip("/")))
    elif _WILDCARD.search(location.path):
        yield from _match(name, location)
    else:
        raise _no_such_path(name, location)


def _match(name: str, location: Location) -> Iterator[tuple[fs.FileInfo, str]]:
    literal = _WILDCARD.split(location.path, maxsplit=1)[0].rpartition("/")[0] or "/"
    pattern = regex.compile(_translate(location.path) + "(?:/.*)?", regex.DOTALL)
    matched = False
    if location.filesystem.get_file_info(literal).type == fs.FileType.Directory:
        for info, uri in _walk(location, literal, os.path.basename(literal.rstrip("/"))):
            if pattern.fullmatch(info.path):
                matched = True
                yield info, uri
    if not matched:
        raise InputError("INPUT_NO_SUCH_PATH", f"no file matches {name}; is the folder {location.name(literal)} right?")


def _walk(location: Location, folder: str, uri: str) -> Iterator[tuple[fs.FileInfo, str]]:
    local = isinstance(location.filesystem, fs.LocalFileSystem)
    seen: set[str] = set()
    pending = [(folder, uri)]
    while pending:
        folder, uri = pending.pop()
        if local:
            # A link to a folder above would be walked for ever.
            real = os.path.realpath(folder)
            if real in seen:
                continue
            seen.add(real)
        entries = location.filesystem.get_file_info(fs.FileSelector(folder))
        for info in sorted(entries, key=lambda info: info.path, reverse=True):
            if info.base_name.startswith(".") or info.base_name in _SKIPPED_FOLDERS:
                continue
            below = f"{uri}/{info.base_name}" if uri else info.base_name
            if info.type == fs.FileType.Directory:
                pending.append((info.path, below))
            elif info.type == fs.FileType.File:
                yield info, below


def _translate(pattern: str) -> str:
    parts = regex.findall(r"\*\*/?|\*|\?|\[[!^]?\]?[^\]/]*\]|.", pattern, regex.DOTALL)
    table = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(
        table[part] if part in table else _character_class(part) if len(part) > 2 else regex.escape(part)
        for part in parts
    )


def _character_class(part: str) -> str:
    inner = part[1:-1]
    negated = inner[:1] in ("!", "^")
    escaped = regex.sub(r"([\\\[\]&~|^])", r"\\\1", inner[1:] if negated else inner)
    return f"[{'^/' if negated else ''}{escaped}]"


def _no_such_path(name: str, location: Location) -> InputError:
    parent, _, base = location.path.rstrip("/").rpartition("/")
    parent = parent or "/"
    if location.filesystem.get_file_info(parent).type != fs.FileType.Directory:
        return InputError("INPUT_NO_SUCH_PATH", f"there is no {name}, nor its folder {location.name(parent)}")
    entries = location.filesystem.get_file_info(fs.FileSelector(parent))
    near = get_close_matches(base, sorted(info.base_name for info in entries), n=1, cutoff=0.5)
    hint = f"; did you mean {location.name(parent).rstrip('/')}/{near[0]}?" if near else ""
    return InputError("INPUT_NO_SUCH_PATH", f"there is no {name}{hint}")


def _read_head(name: str) -> bytes:
    try:
        with open_file(name) as file:
            return file.read(HEAD_BYTES)
    except OSError:
        # Reading will say what is wrong with the file; listing goes on.
        return b""
