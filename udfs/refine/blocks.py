"""Which lines of a document belong together and must not be cut apart: code fences, tables, display formulas."""

from __future__ import annotations

import re

from udfs.text.markup import Fence

_TABLE_RULE = re.compile(r"\s{0,3}\|?(?:\s*:?-{2,}:?\s*\|)+(?:\s*:?-{2,}:?\s*)?\s*")
_BEGIN = re.compile(r"\s{0,8}\\begin\{([A-Za-z]{1,30}\*?)\}")
_TABLE_LIMIT = 2000
# Bounds the search for an end that may not exist; no formula is this long.
_LONGEST_FORMULA = 400


def protected_lines(lines: list[str]) -> list[bool]:
    """Say for each line whether it lies in a fenced code block, a table or a display formula.

    A code fence that is never closed runs to the end, as in CommonMark; a formula not closed
    within 400 lines protects nothing.

    Parameters
    ----------
    lines : list of str
        The document, split at line feeds.

    Returns
    -------
    list of bool
        As long as `lines`.

    Examples
    --------
    >>> protected_lines(["text", "```", "code", "```", "| a | b |", "|---|---|", "| 1 | 2 |", "$$", "x", "$$", "end"])
    [False, True, True, True, True, True, True, True, True, True, False]
    """
    protected = [False] * len(lines)
    index = 0
    while index < len(lines):
        last = _block_end(lines, index)
        if last is None:
            index += 1
            continue
        protected[index : last + 1] = [True] * (last + 1 - index)
        index = last + 1
    return protected


def _closed_at(lines: list[str], start: int, closer: str) -> int | None:
    for index in range(start, min(start + _LONGEST_FORMULA, len(lines))):
        if closer in lines[index]:
            return index
    return None


def _block_end(lines: list[str], index: int) -> int | None:
    """Last line of the block that opens at `index`, if one does."""
    line = lines[index]
    fence = Fence.of(line)
    if fence is not None and fence.opens():
        return _fence_end(lines, index, fence)
    stripped = line.strip()
    for opener, closer in (("$$", "$$"), ("\\[", "\\]")):
        if stripped.startswith(opener):
            return index if closer in stripped[2:] else _closed_at(lines, index + 1, closer)
    if begin := _BEGIN.match(line):
        closer = f"\\end{{{begin.group(1)}}}"
        return index if closer in line else _closed_at(lines, index + 1, closer)
    if "|" in line and index + 1 < len(lines) and _is_table_rule(lines[index + 1]):
        last = index + 1
        while last + 1 < len(lines) and "|" in lines[last + 1]:
            last += 1
        return last
    return None


def _is_table_rule(line: str) -> bool:
    return len(line) <= _TABLE_LIMIT and "-" in line and "|" in line and _TABLE_RULE.fullmatch(line) is not None


def _fence_end(lines: list[str], index: int, opened: Fence) -> int:
    for last in range(index + 1, len(lines)):
        fence = Fence.of(lines[last])
        if fence is not None and fence.closes(opened):
            return last
    return len(lines) - 1
