"""What a page is turned into before its main content is chosen: a flat list of blocks, and what they stand in."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of itself beside its visible text; `text` is the article or the posts stated as JSON-LD."""

    title: str = ""
    description: str = ""
    text: str = ""


@dataclass(slots=True)
class Frame:
    """An element that is open during the walk, or was: what its subtree holds."""

    tag: str
    parent: int
    depth: int
    hints: str
    hidden: bool
    first_block: int
    last_block: int = 0


@dataclass(slots=True)
class Block:
    """One paragraph, heading, list item, code block or table."""

    kind: str
    text: str
    plain: str
    frame: int
    level: int = 0
    link_characters: int = 0
    link_count: int = 0
    formulas: int = 0
    containers: tuple[int, ...] = ()
    language: str = ""


@dataclass(slots=True)
class Container:
    """A list item or a quote that blocks stand in; ``number`` is None for bullets, and for quotes."""

    kind: str
    number: int | None = None


@dataclass
class Flow:
    """A page as blocks, with the frames and containers they refer to by index."""

    blocks: list[Block] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)
