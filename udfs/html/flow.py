"""Turns the tree of a page into a flat list of blocks: headings, paragraphs, list items, code, tables.

One iterative walk. A block carries its finished Markdown text, the list items and quotes it stands in, and the facts
by which ``main_content`` tells text from furniture.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from udfs.html.code import code_text, declared_language, fence, inline_code
from udfs.html.formulas import FORMULA_TAG
from udfs.html.tables import is_data_table, is_line_number_table, table_rows
from udfs.html.tex import raw_formulas
from udfs.html.tree import names

SKIPPED_TAGS = names("""
    script style template iframe svg canvas video audio object embed select option datalist textarea input title
    meta link base math map progress meter rp rt colgroup col mjx-assistive-mml
""")
BLOCK_TAGS = names("""
    address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer
    form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary
    table tbody td tfoot th thead tr ul caption button label noscript optgroup listing xmp plaintext
""")
# Some forums serve their whole text in noscript; most pages only ask for a script there.
_NOSCRIPT_TEXT = 250
# A real page has a few thousand block elements; what a hostile one has beyond this is left out.
_MOST_FRAMES = 200_000
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_PERMALINKS = names("""
    headerlink anchor-link header-anchor hash-link heading-anchor anchorjs-link permalink mw-editsection
    octicon-link sr-only-anchor
""")
_BULLETS = "\u2022\u2023\u25a0\u25a1\u25aa\u25ab\u25cb\u25cf\u25e6\u2043\u00b7 \t"
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_SPACES = re.compile(r"[ \t\n\r\f\v\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_DROPPED = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\x01-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
# Noncharacters, which tree.py keeps out of the text: an atom is its number between two, a <br> is one.
_ATOM = re.compile("\ufdd0(\\d+)\ufdd1")
LINE_BREAK = "\ufdd2"


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


class _Walker:
    def __init__(self, single_marks: str) -> None:
        self.flow = Flow()
        self.single_marks = single_marks
        self.open_frames: list[int] = []
        self.open_containers: list[int] = []
        self.counters: list[int | None] = []
        self.pieces: list[str] = []
        self.atoms: list[str] = []
        self.displays: set[int] = set()
        self.link_depth = 0
        self.link_characters = 0
        self.link_count = 0
        self.level = 0
        self.after_link = False
        self.kind = "text"

    # Text and atoms of the block that is being gathered

    def add_text(self, text: str) -> None:
        self.pieces.append(text)
        if self.link_depth:
            self.link_characters += len(text.strip())
        if not text.isspace():
            self.after_link = False

    def add_atom(self, text: str, display: bool = False) -> None:
        if display:
            self.displays.add(len(self.atoms))
        self.pieces.append(f"\ufdd0{len(self.atoms)}\ufdd1")
        self.atoms.append(text)
        if self.link_depth:
            self.link_characters += len(text)
        self.after_link = False

    def line_break(self) -> None:
        for piece in reversed(self.pieces):
            if piece == LINE_BREAK:
                self.flush()
                return
            if not piece.isspace():
                break
        if self.pieces:
            self.pieces.append(LINE_BREAK)

    def flush(self) -> None:
        """End the block that is being gathered."""
        if not self.pieces:
            return
        raw = "".join(self.pieces)
        self.pieces = []
        if raw.isspace():
            self.link_characters = self.link_count = 0
            return
        lines = [_SPACES.sub(" ", line).strip() for line in raw.split(LINE_BREAK)]
        text = "\n".join(line for line in lines if line)
        text = text.strip() if text.isascii() and text.isprintable() else _DROPPED.sub("", text).strip()
        atoms, displays = self.atoms, self.displays
        links, count = self.link_characters, self.link_count
        self.atoms, self.displays, self.link_characters, self.link_count = [], set(), 0, 0
        if self.open_containers:
            # LaTeXML and word processors write the mark of a list item as text of its own.
            text = text.lstrip(_BULLETS)
        if not text:
            return
        formulas = 0
        if "$" in text or "\\" in text or "`" in self.single_marks:
            found = raw_formulas(text, self.single_marks)
            text = _with_raw_formulas(text, found, atoms, displays).strip() if found else text
            if not text:
                return
        if atoms:
            formulas = sum(atom.startswith("$") for atom in atoms)
        plain = _ATOM.sub(lambda match: atoms[int(match[1])], text)
        if formulas:
            text = _escape_dollars(text)
        breakable = self.level == 0

        def restore(match: re.Match[str]) -> str:
            index = int(match[1])
            return f"\n\n{atoms[index]}\n\n" if index in displays and breakable else atoms[index]

        text = _ATOM.sub(restore, text)
        if displays:
            text = re.sub(r"[ \t]*\n\n[ \t\n]*", "\n\n", text).strip()
        self.flow.blocks.append(
            Block(
                kind="heading" if self.level else self.kind,
                text=text,
                plain=plain,
                frame=self.open_frames[-1],
                level=self.level,
                link_characters=links,
                link_count=count,
                formulas=formulas,
                containers=tuple(self.open_containers),
            )
        )

    # Elements

    def open(self, node: etree._Element, tag: str) -> None:
        self.flush()
        names = f"{node.get('class') or ''} {node.get('id') or ''}"[:200]
        parent = self.open_frames[-1] if self.open_frames else -1
        style = node.get("style")
        hidden = (
            node.get("hidden") is not None
            or node.get("aria-hidden") == "true"
            or (style is not None and bool(_HIDING.search(style)))
            or (parent >= 0 and self.flow.frames[parent].hidden)
        )
        hints = f"{names} {node.get('role') or ''} {node.get('itemprop') or ''} {node.get('data-testid') or ''}".strip()
        frame = Frame(tag, parent, len(self.open_frames), hints, hidden, len(self.flow.blocks))
        self.flow.frames.append(frame)
        self.open_frames.append(len(self.flow.frames) - 1)
        if tag in _HEADINGS:
            self.level = _HEADINGS[tag]
        elif tag in ("ol", "ul", "menu", "dir"):
            start = node.get("start") or "1"
            self.counters.append((int(start) if re.fullmatch(r"-?\d{1,9}", start) else 1) if tag == "ol" else None)
        elif tag == "li":
            number = self.counters[-1] if self.counters else None
            if number is not None:
                value = node.get("value") or ""
                number = int(value) if re.fullmatch(r"\d{1,9}", value) else number
                self.counters[-1] = number + 1
            self.open_containers.append(len(self.flow.containers))
            self.flow.containers.append(Container("item", number))
        elif tag == "blockquote":
            self.open_containers.append(len(self.flow.containers))
            self.flow.containers.append(Container("quote"))

    def close(self, tag: str) -> None:
        self.flush()
        frame = self.flow.frames[self.open_frames.pop()]
        frame.last_block = len(self.flow.blocks)
        if tag in _HEADINGS:
            self.level = 0
        elif tag in ("ol", "ul", "menu", "dir"):
            self.counters.pop()
        elif tag in ("li", "blockquote"):
            self.open_containers.pop()

    def add_block(
        self, kind: str, text: str, plain: str, node: etree._Element, formulas: int = 0, language: str = ""
    ) -> None:
        tag = str(node.tag)
        self.open(node, tag if tag in ("pre", "table") else "div")
        self.flow.blocks.append(
            Block(
                kind,
                text,
                plain,
                self.open_frames[-1],
                link_characters=len(plain) if self.link_depth else 0,
                formulas=formulas,
                containers=tuple(self.open_containers),
                language=language,
            )
        )
        self.close("div")

    def code(self, node: etree._Element) -> None:
        text = code_text(node)
        if text:
            language = declared_language(node)
            self.add_block("code", fence(text, language), text, node, language=language)

    def table(self, node: etree._Element) -> None:
        rows, plain, links, formulas = table_rows(node, self.single_marks)
        if rows:
            self.add_block("table", rows, plain, node, formulas=formulas)
            self.flow.blocks[-1].link_characters = links

    # The walk

    def walk(self, root: etree._Element) -> Flow:
        stack: list[tuple[etree._Element, str]] = [(root, "")]
        while stack:
            node, closing = stack.pop()
            if closing:
                self.leave(node, closing)
                continue
            tag = node.tag
            if not isinstance(tag, str) or tag in SKIPPED_TAGS or len(self.flow.frames) > _MOST_FRAMES:
                self.tail(node)
                continue
            entered = self.enter(node, tag)
            if entered:
                if node.text:
                    self.add_text(node.text)
                stack.append((node, entered))
                stack.extend((child, "") for child in reversed(node))
            elif node is not root:
                self.tail(node)
        self.flush()
        return self.flow

    def tail(self, node: etree._Element) -> None:
        if node.tail:
            self.add_text(node.tail)

    def enter(self, node: etree._Element, tag: str) -> str:
        """Open an element; returns what `leave` must do, or nothing where the element is finished."""
        if tag == FORMULA_TAG:
            display = node.get("display") == "1"
            tex = node.get("tex") or ""
            self.add_atom(f"$${tex}$$" if display else f"${tex}$", display)
            return ""
        if tag == "br":
            self.line_break()
            return ""
        if tag == "img":
            return ""
        if tag == "noscript" and len("".join(node.itertext()).strip()) < _NOSCRIPT_TEXT:
            return ""
        if tag == "pre" or tag == "xmp" or tag == "listing":
            self.code(node)
            return ""
        if tag == "table":
            code = is_line_number_table(node)
            if code is not None:
                self.code(code)
                return ""
            if is_data_table(node):
                self.table(node)
                return ""
        if tag in BLOCK_TAGS or "-" in tag:
            if tag == "hr":
                self.flush()
                return ""
            self.open(node, tag)
            return "block"
        if tag == "a":
            names = node.get("class")
            if names and not _PERMALINKS.isdisjoint(names.split()):
                return ""
            if self.after_link:
                self.pieces.append(" ")
            self.link_depth += 1
            self.link_count += 1
            return "link"
        if tag in ("code", "tt", "kbd", "samp") and not self.level:
            text = "".join(node.itertext())
            if "\n" in text.strip("\n") and tag == "code" and len(text) > 80:
                self.code(node)
            else:
                self.add_atom(inline_code(text))
            return ""
        if tag == "sup":
            return self.superscript(node)
        names = node.get("class")
        if names and not _PERMALINKS.isdisjoint(names.split()):
            return ""
        style = node.get("style")
        if style and "none" in style and re.search(r"display\s*:\s*none", style) and not node.findall(".//*"):
            return ""
        return "inline"

    def superscript(self, node: etree._Element) -> str:
        style = node.get("style") or ""
        if "none" in style and re.search(r"display\s*:\s*none", style):
            return ""
        text = "".join(node.itertext()).strip()
        base = self.pieces[-1][-1:] if self.pieces else ""
        power = re.fullmatch(r"[-+−]?(?:\d{1,4}|[a-zA-Z])(?:[-+]\d{1,2})?", text)
        if power and base and (base.isalnum() or base in ")]") and len(node) == 0 and not self.link_depth:
            self.add_text(f"^{text}" if len(text) == 1 else f"^{{{text}}}")
            return ""
        return "inline"

    def leave(self, node: etree._Element, closing: str) -> None:
        if closing == "block":
            self.close(str(node.tag))
            self.after_link = False
        elif closing == "link":
            self.link_depth -= 1
            self.after_link = True
        self.tail(node)


def _with_raw_formulas(text: str, found: list[tuple[int, int, str, bool]], atoms: list[str], displays: set[int]) -> str:
    pieces = []
    end = 0
    for start, stop, tex, display in found:
        pieces.append(text[end:start])
        tex = _ATOM.sub(lambda match: atoms[int(match[1])].strip("`"), tex)
        if display and tex:
            displays.add(len(atoms))
        end = stop
        if tex:
            pieces.append(f"\ufdd0{len(atoms)}\ufdd1")
            atoms.append(f"$${tex}$$" if display else f"${tex}$")
    return "".join(pieces) + text[end:]


def _escape_dollars(text: str) -> str:
    return re.sub(r"(?<!\\)\$", r"\\$", text)


def page_flow(root: etree._Element, single_marks: str) -> Flow:
    """Walk a page whose formulas are marked.

    Parameters
    ----------
    root : lxml element
        Root of the page, after ``mark_formulas``.
    single_marks : str
        Characters that quote a formula in its text, as in ``raw_formulas``.
    """
    return _Walker(single_marks).walk(root)
