"""The text of one block while the walk over a page gathers it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from udfs.html.tex import may_hold_formulas, raw_formulas

_BULLETS = "\u2022\u2023\u25a0\u25a1\u25aa\u25ab\u25cb\u25cf\u25e6\u2043\u00b7 \t"
_SPACES = re.compile(r"[ \t\n\r\f\v\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_DROPPED = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\x01-\x08\x0b\x0e-\x1f\x7f]")
# Noncharacters, which tree.py keeps out of the text: an atom is its number between two, a <br> is one.
_ATOM = re.compile("\ufdd0(\\d+)\ufdd1")
_LINE_BREAK = "\ufdd2"


@dataclass(frozen=True, slots=True)
class BlockText:
    """The finished text of a block: as Markdown, without Markdown's marks, and what stood in it."""

    text: str
    plain: str
    formulas: int
    link_characters: int
    link_count: int


class GatheredText:
    """Pieces of text and atoms (formulas, inline code: what later steps must not touch) of the block at hand.

    Parameters
    ----------
    single_marks : str
        Characters that quote a formula in the page's text, as in ``raw_formulas``.

    Attributes
    ----------
    pieces : list of str
        Empty where there is nothing to finish.
    """

    def __init__(self, single_marks: str) -> None:
        self.single_marks = single_marks
        self.link_depth = 0
        self._after_link = False
        self._begin()

    def _begin(self) -> None:
        self.pieces: list[str] = []
        self._atoms: list[str] = []
        self._displays: set[int] = set()
        self._link_characters = 0
        self._link_count = 0

    def add_text(self, text: str) -> None:
        """Add text as the page has it; white space before all other text is none of it."""
        if text.isspace():
            if self.pieces:
                self.pieces.append(text)
            return
        self.pieces.append(text)
        if self.link_depth:
            self._link_characters += len(text.strip())
        self._after_link = False

    def add_atom(self, text: str, display: bool = False) -> None:
        """Add what goes into the block as it is; a displayed formula stands on lines of its own."""
        if display:
            self._displays.add(len(self._atoms))
        self.pieces.append(f"\ufdd0{len(self._atoms)}\ufdd1")
        self._atoms.append(text)
        if self.link_depth:
            self._link_characters += len(text)
        self._after_link = False

    def add_colon(self) -> None:
        """Add a colon between two parts of a line, where none stands there."""
        before = next((piece.rstrip() for piece in reversed(self.pieces) if not piece.isspace()), ":")
        if not before.endswith(":"):
            self.pieces.append(" : ")

    def add_line_break(self) -> bool:
        """Add a line break, or return True where it is the second in a row and ends the block."""
        for piece in reversed(self.pieces):
            if piece == _LINE_BREAK:
                return True
            if not piece.isspace():
                break
        if self.pieces:
            self.pieces.append(_LINE_BREAK)
        return False

    def open_link(self) -> None:
        """Begin a link; one right after another is set apart from it."""
        if self._after_link:
            self.pieces.append(" ")
        self.link_depth += 1
        self._link_count += 1

    def close_link(self) -> None:
        """End a link."""
        self.link_depth -= 1
        self._after_link = True

    def end_of_element(self) -> None:
        """Note the end of a block element: what follows is not right after a link."""
        self._after_link = False

    def last_character(self) -> str:
        """Return the last character of the last piece, or nothing."""
        return self.pieces[-1][-1:] if self.pieces else ""

    def finish(self, in_item: bool, in_heading: bool) -> BlockText | None:
        """End the block; returns its text, None where there is none."""
        if not self.pieces:
            return None
        raw, atoms, displays = "".join(self.pieces), self._atoms, self._displays
        links, count = self._link_characters, self._link_count
        self._begin()
        if raw.isspace():
            return None
        lines = [_SPACES.sub(" ", line).strip() for line in raw.split(_LINE_BREAK)]
        text = "\n".join(line for line in lines if line)
        text = text.strip() if text.isascii() and text.isprintable() else _DROPPED.sub("", text).strip()
        if in_item:
            # LaTeXML and word processors write the mark of a list item as text of its own.
            text = text.lstrip(_BULLETS)
        if text and may_hold_formulas(text, self.single_marks):
            found = raw_formulas(text, self.single_marks)
            text = _with_raw_formulas(text, found, atoms, displays).strip() if found else text
        if not text:
            return None
        plain, formulas = text, 0
        if atoms:
            formulas = sum(atom.startswith("$") for atom in atoms)
            plain = _ATOM.sub(lambda match: atoms[int(match[1])], text)
            text = _with_atoms(_escape_dollars(text) if formulas else text, atoms, set() if in_heading else displays)
            if displays:
                text = re.sub(r"[ \t]*\n\n[ \t\n]*", "\n\n", text).strip()
        return BlockText(text, plain, formulas, links, count)


def _with_atoms(text: str, atoms: list[str], displays: set[int]) -> str:
    def restore(match: re.Match[str]) -> str:
        index = int(match[1])
        return f"\n\n{atoms[index]}\n\n" if index in displays else atoms[index]

    return _ATOM.sub(restore, text)


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
