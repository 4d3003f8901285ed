"""Puts the blocks that were kept together as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from udfs.html.flow import Block, Container

# Deeper nesting than this is flattened: each level costs indentation on every line below it.
_MOST_LEVELS = 12


def _marker(container: Container) -> str:
    return "- " if container.number is None else f"{container.number}. "


def render(blocks: Sequence[Block], containers: Sequence[Container]) -> str:
    """Render blocks in their order.

    A list item's marker stands before its first kept block; what follows in the item is indented below it. Items of one
    list follow each other without an empty line, everything else is separated by one.

    Examples
    --------
    >>> item = [Block("text", "a", "a", 0, containers=(0,)), Block("text", "b", "b", 0, containers=(1,))]
    >>> render(item, [Container("item"), Container("item")])
    '- a\\n- b'
    """
    pieces: list[str] = []
    marked: set[int] = set()
    previous: Block | None = None
    for block in blocks:
        first, rest = "", ""
        starts_item = False
        for index in block.containers[-_MOST_LEVELS:]:
            container = containers[index]
            if container.kind == "quote":
                first += "> "
                rest += "> "
            elif index in marked:
                indent = " " * len(_marker(container))
                first += indent
                rest += indent
            else:
                marked.add(index)
                starts_item = True
                first += _marker(container)
                rest += " " * len(_marker(container))
        text = "#" * block.level + " " + " ".join(block.text.split("\n")) if block.level else block.text
        if previous is not None:
            tight = starts_item and previous.containers and previous.kind == "text" and block.kind == "text"
            pieces.append("\n" if tight else f"\n{_quote_prefix(previous, block, containers)}\n")
        lines = text.split("\n")
        pieces.append(first + lines[0])
        for line in lines[1:]:
            pieces.append("\n" + (rest + line if line else rest.rstrip()))
        previous = block
    return "".join(pieces)


def _quote_prefix(one: Block, other: Block, containers: Sequence[Container]) -> str:
    """Return what an empty line between two blocks starts with, so that the quotes they share stay one."""
    prefix = ""
    for index in other.containers:
        if index not in one.containers:
            break
        container = containers[index]
        prefix += "> " if container.kind == "quote" else " " * len(_marker(container))
    return prefix.rstrip()
