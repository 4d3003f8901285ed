"""Turns the tree of a page into a flat list of blocks: headings, paragraphs, list items, code, tables.

One iterative walk. A block carries its finished Markdown text, the list items and quotes it stands in, and the facts
by which ``main_content`` tells text from furniture.
"""

from __future__ import annotations

import re

from lxml import etree

from udfs.html.apart import are_labels, is_hidden_copy, is_phrase, is_set_apart
from udfs.html.code import CODE_SPANS, PREFORMATTED, code_text, fence, inline_code
from udfs.html.code_boxes import code_box
from udfs.html.code_furniture import stands_beside_code
from udfs.html.code_language import declared_language
from udfs.html.code_paragraphs import code_of_span, code_pieces, is_code_paragraph, is_code_textarea
from udfs.html.flow import Block, Container, Flow, Frame
from udfs.html.formulas import FORMULA_TAG
from udfs.html.gathered_text import GatheredText
from udfs.html.preformatted_prose import is_prose, paragraphs
from udfs.html.superscripts import power
from udfs.html.tables import is_data_table, table_rows
from udfs.html.tree import names

SKIPPED_TAGS = names("""
    script style template iframe svg canvas video audio object embed select option datalist input title
    meta link base math map progress meter rp rt colgroup col mjx-assistive-mml
""")
BLOCK_TAGS = names("""
    address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer
    form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary
    table tbody td template tfoot th thead tr ul caption button label noscript optgroup listing xmp plaintext
""")
# Some forums serve their whole text in noscript; most pages only ask for a script there.
_NOSCRIPT_TEXT = 250
# A real page has a few thousand block elements; what a hostile one has beyond this is left out.
_MOST_FRAMES = 200_000
_LEAVES = frozenset((FORMULA_TAG, "br", "img", "textarea"))
_NOT_IN_LINES = BLOCK_TAGS | _LEAVES
_CODE_BOX_TAGS = names("div table ol")
_CODE_PARAGRAPH_TAGS = names("p div td dd li")
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
# Permalinks and edit links beside headings, links back from notes, and commands that LaTeXML does not know.
_NO_TEXT = names("""
    headerlink anchor-link header-anchor hash-link heading-anchor anchorjs-link permalink mw-editsection
    octicon-link sr-only-anchor ltx_ERROR mw-cite-backlink backrefs
""")
_MORE_HINTS = ("role", "itemprop", "data-testid")
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")


class _Walker:
    def __init__(self, single_marks: str) -> None:
        self.flow = Flow()
        self.gathered = GatheredText(single_marks)
        self.open_frames: list[int] = []
        self.open_containers: list[int] = []
        self.counters: list[int | None] = []
        self.level = 0
        self.number: int | None = None
        self.done: set[etree._Element] = set()
        # The inline element that ended last, where nothing but an element can follow it.
        self.ended: etree._Element | None = None

    def flush(self) -> None:
        """End the block that is being gathered."""
        if not self.gathered.pieces:
            return
        done = self.gathered.finish(bool(self.open_containers), self.level > 0)
        if done is None:
            return
        text, plain = done.text, done.plain
        if self.number is not None:
            # LaTeXML and others write the number of a list item as text of its own too.
            text, plain = (_without_number(each, self.number) for each in (text, plain))
            if not text:
                return
            self.number = None
        self.flow.blocks.append(
            Block(
                kind="heading" if self.level else "text",
                text=text,
                plain=plain,
                frame=self.open_frames[-1],
                level=self.level,
                link_characters=done.link_characters,
                link_count=done.link_count,
                formulas=done.formulas,
                containers=tuple(self.open_containers),
            )
        )

    # Elements

    def open(self, node: etree._Element, tag: str) -> None:
        self.flush()
        given = dict(node.items())
        parent = self.open_frames[-1] if self.open_frames else -1
        hidden = parent >= 0 and self.flow.frames[parent].hidden
        hints = ""
        if given:
            style = given.get("style")
            hidden = (
                hidden
                or "hidden" in given
                or given.get("aria-hidden") == "true"
                or (style is not None and _HIDING.search(style) is not None)
            )
            hints = f"{given.get('class', '')} {given.get('id', '')}"[:200].strip()
            if more := [given[name] for name in _MORE_HINTS if name in given]:
                hints = " ".join([hints, *more]).strip()
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
            self.number = number
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
            self.number = None
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
                link_characters=len(plain) if self.gathered.link_depth else 0,
                formulas=formulas,
                containers=tuple(self.open_containers),
                language=language,
            )
        )
        self.close("div")

    def code(self, node: etree._Element, *more: etree._Element) -> None:
        """Add a block of code; further elements hold its further lines, and are not entered."""
        text = code_text(node)
        if more:
            text = "\n".join([text, *map(code_text, more)])
            self.done.update(more)
        # A box may hold its code as drawn and as it was.
        last = self.flow.blocks[-1] if self.flow.blocks else None
        if text and not (last is not None and last.kind == "code" and last.plain == text and "\n" in text):
            language = declared_language(node)
            self.add_block("code", fence(text, language), text, node, language=language)

    def prose(self, node: etree._Element) -> None:
        """Add the paragraphs of a ``pre`` that is no code."""
        self.open(node, "pre")
        for lines in paragraphs(node):
            for place, line in enumerate(lines):
                if place:
                    self.gathered.add_line_break()
                self.gathered.add_text(line)
            self.flush()
        self.close("pre")

    def table(self, node: etree._Element) -> None:
        rows, plain, links, formulas = table_rows(node, self.gathered.single_marks)
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
            # What a component draws may be served in a template.
            skipped = tag in SKIPPED_TAGS and (tag != "template" or node.get("shadowrootmode") is None)
            if skipped or not isinstance(tag, str) or len(self.flow.frames) > _MOST_FRAMES:
                self.tail(node)
                continue
            entered = self.enter(node, tag)
            if entered:
                if node.text:
                    self.gathered.add_text(node.text)
                stack.append((node, entered))
                if len(node):
                    stack.extend([(child, "") for child in node][::-1])
            elif node is not root:
                self.tail(node)
        self.flush()
        return self.flow

    def tail(self, node: etree._Element) -> None:
        if node.tail:
            self.gathered.add_text(node.tail)

    def enter(self, node: etree._Element, tag: str) -> str:
        """Open an element; returns what `leave` must do, or nothing where the element is finished."""
        if tag in _LEAVES:
            self.leaf(node, tag)
            return ""
        if tag == "noscript" and len("".join(node.itertext()).strip()) < _NOSCRIPT_TEXT:
            return ""
        if tag == "p" or tag in PREFORMATTED:
            if node in self.done:
                return ""
            pieces = code_pieces(node)
            if not pieces and tag == "pre" and is_prose(node):
                self.prose(node)
                return ""
            if pieces or tag != "p":
                self.code(*(pieces or [node]))
                return ""
        if tag in _CODE_BOX_TAGS:
            code = code_box(node)
            if code is not None:
                self.code(code)
                return ""
            if tag == "table" and is_data_table(node):
                self.table(node)
                return ""
        if tag in _CODE_PARAGRAPH_TAGS and is_code_paragraph(node):
            self.code(node)
            return ""
        if tag in BLOCK_TAGS or ("-" in tag and not is_phrase(node, _NOT_IN_LINES)):
            if tag == "hr":
                self.flush()
                return ""
            if stands_beside_code(node):
                return ""
            self.open(node, tag)
            return "block"
        if tag == "a":
            names = node.get("class")
            if names and not _NO_TEXT.isdisjoint(names.split()):
                return ""
            # The pages before and after this one, as HTML marks them.
            if node.get("rel") in ("prev", "next"):
                return ""
            self.gathered.open_link()
            return "link"
        if tag in CODE_SPANS and not self.level:
            block = code_of_span(node) if tag == "code" else None
            if block is not None:
                self.code(block)
            else:
                self.gathered.add_atom(inline_code(code_text(node)))
            return ""
        if tag == "sup":
            return self.superscript(node)
        names = node.get("class")
        if names and not _NO_TEXT.isdisjoint(names.split()):
            return ""
        if names == "classifier":
            # A style sheet of Sphinx sets the colon between a parameter and its type.
            self.gathered.add_colon()
        if names and "mw-geshi" in names:
            self.gathered.add_atom(inline_code(code_text(node)))
            return ""
        style = node.get("style")
        if style:
            if "none" in style and re.search(r"display\s*:\s*none", style) and not node.findall(".//*"):
                return ""
            if is_set_apart(node, style):
                self.gathered.add_text(" ")
                return "apart"
        if names and self.ended is not None and self.ended is node.getprevious():
            if is_hidden_copy(self.ended, node):
                return ""
            if are_labels(self.ended, node):
                self.gathered.add_text(" ")
        return "inline"

    def leaf(self, node: etree._Element, tag: str) -> None:
        """Read an element that is not entered; an image says nothing here."""
        if tag == FORMULA_TAG:
            display = node.get("display") == "1"
            tex = node.get("tex") or ""
            self.gathered.add_atom(f"$${tex}$$" if display else f"${tex}$", display)
        elif tag == "br":
            if self.gathered.add_line_break():
                self.flush()
        elif tag == "textarea" and is_code_textarea(node):
            self.code(node)

    def superscript(self, node: etree._Element) -> str:
        style = node.get("style") or ""
        if "none" in style and re.search(r"display\s*:\s*none", style):
            return ""
        raised = "" if self.gathered.link_depth else power(node, self.gathered.last_character())
        if raised:
            self.gathered.add_text(raised)
        return "" if raised else "inline"

    def leave(self, node: etree._Element, closing: str) -> None:
        if closing == "block":
            self.close(str(node.tag))
            self.gathered.end_of_element()
        elif closing == "link":
            self.gathered.close_link()
        elif closing == "apart":
            self.gathered.add_text(" ")
        self.ended = node if closing == "inline" and len(node) == 0 and not node.tail else None
        self.tail(node)


def _without_number(text: str, number: int) -> str:
    written = re.match(r"\(?(-?\d{1,9})[.)](?:\s+|\Z)", text)
    return text[written.end() :] if written and int(written[1]) == number else text


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
