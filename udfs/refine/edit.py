"""Edit programs: a language model says line by line what is boilerplate, and the program removes it deterministically.

The idea is that of ProX (arXiv 2409.17115) and UltraX (arXiv 2607.08646), whose models write the whole program. A small
model answers single keep-or-remove questions far better than it writes programs, and most lines need no question at
all, so only questionable lines are asked about. A program can only remove lines: what it leaves is verbatim source.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from udfs.errors import InputError
from udfs.prompts import Prompt, load_prompt
from udfs.refine.blocks import protected_lines

PROMPT_ID = "edit_line"
REMOVING_ANSWERS = ("remove", "website")
"""Answers that remove a line: that of a plain prompt, and that of the shipped one, which asks where it is from."""

_WORD = re.compile(r"[^\W\d_]+")
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SENTENCE_END = re.compile(
    "(?:[.!?:;\u3002\uff01\uff0e\uff61\uff1f\uff1a\uff1b\u2026])[\"')\\]\u201d\u2019\u300d\u300f\uff09]{0,3}$"
)
_STRUCTURE = re.compile(r"\s{0,8}(?:#{1,6}\s|[-*+]\s|\d{1,3}[.)]\s|>|\\[a-zA-Z]|\$)")
_LINK = re.compile(r"https?://|www\.|\]\([^)\s]{1,400}\)|@\w")
_SEPARATORS = re.compile("[|\u00b7\u2022\u00bb\u203a\u2192\uff5c]")
# Words of the furniture of web pages. They make a line questionable; they never remove it.
_FURNITURE = re.compile(
    r"\b(?:copyright|all rights reserved|subscri\w{1,6}|newsletter|sign[ -]?(?:up|in)|log[ -]?(?:in|out)|register|"
    r"cookies?|"
    r"privacy|terms of (?:use|service)|follow us|share (?:this|on)|tweet|facebook|twitter|instagram|linkedin|pinterest|"
    r"whatsapp|advertis\w{2,8}|sponsored|click here|read more|learn more|related (?:posts|articles)|you may also|"
    r"comments?|"
    r"reply|skip to|back to top|add to cart|checkout|free shipping|powered by|posted (?:by|on|in)|tags?|categories|"
    r"previous|next|menu|home|search|download|contact us|about us|site ?map|loading|javascript)\b"
    "|\u00a9|\u7248\u6743|\u8f6c\u8f7d|\u767b\u5f55|\u6ce8\u518c|\u5173\u6ce8|\u5206\u4eab|\u70b9\u8d5e|\u8ba2\u9605|\u6536\u85cf"
    "|\u8bc4\u8bba|\u4e0a\u4e00\u7bc7|\u4e0b\u4e00\u7bc7|\u9996\u9875|\u5ba2\u670d|\u5e7f\u544a|\u4e8c\u7ef4\u7801|\u5907\u6848"
    "|\u9605\u8bfb\u5168\u6587|\u76f8\u5173\u63a8\u8350|\u8d23\u4efb\u7f16\u8f91|\u70b9\u51fb|\u7f51\u7ad9\u5730\u56fe",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class EditSettings:
    """Which lines are asked about.

    Parameters
    ----------
    ask_all : bool
        Ask about every line outside protected blocks, not only questionable ones.
    short_characters : int
        A line that ends no sentence and is no longer than this is questionable; a wide character counts two.
    furniture_characters : int
        A line with a word of web page furniture is questionable up to this length.
    max_questions : int
        Most questions for one document; lines beyond are kept.
    context_characters : int
        How much of a neighbouring line is shown.
    """

    ask_all: bool = False
    short_characters: int = 60
    furniture_characters: int = 200
    max_questions: int = 60
    context_characters: int = 100


@dataclass(frozen=True)
class LineQuestion:
    """One line to be judged. `line` counts from 1; `before` and `after` are its non-blank neighbours, cut."""

    line: int
    text: str
    before: str
    after: str

    def messages(self, prompt: Prompt | None = None) -> tuple[tuple[str, str], ...]:
        """Fill the prompt; a site's own prompt may leave out the neighbours."""
        prompt = prompt or load_prompt(PROMPT_ID)
        known = {"before": self.before or "(none)", "after": self.after or "(none)"}
        return prompt.messages(self.text, **{name: known[name] for name in prompt.field_names if name in known})


@dataclass(frozen=True)
class Operation:
    """A step of a program: ``keep_all``, ``remove_all``, or ``remove_lines`` from `first` to `last`, counted from 1."""

    op: str
    first: int = 0
    last: int = 0

    def __post_init__(self) -> None:
        ranged = self.op == "remove_lines"
        if self.op not in ("keep_all", "remove_all", "remove_lines") or (ranged and not 1 <= self.first <= self.last):
            raise InputError("EDIT_BAD_PROGRAM", f"no such operation: {self.op!r} {self.first}..{self.last}")
        if not ranged and (self.first or self.last):
            raise InputError("EDIT_BAD_PROGRAM", f"{self.op} takes no lines")


def is_questionable(line: str, settings: EditSettings) -> bool:
    """Say whether a line may be boilerplate: short with no sentence's end, link-like, or with words of page furniture.

    Examples
    --------
    >>> settings = EditSettings()
    >>> [is_questionable(line, settings) for line in ("Home | Shop", "Water boils at 100 degrees.", "## Method")]
    [True, False, False]
    """
    stripped = line.strip()
    if not any(map(str.isalnum, stripped)):
        return False
    width = len(stripped) + len(_WIDE.findall(stripped))
    if width <= settings.furniture_characters and _FURNITURE.search(stripped):
        return True
    words = len(_WORD.findall(stripped)) + len(_WIDE.findall(stripped)) // 2
    if len(_LINK.findall(stripped)) * 8 >= max(words, 1) or len(_SEPARATORS.findall(stripped)) * 4 >= max(words, 1):
        return True
    if _STRUCTURE.match(line) or "$" in stripped:
        return False
    return width <= settings.short_characters and not _SENTENCE_END.search(stripped)


def line_questions(document: str, settings: EditSettings | None = None) -> list[LineQuestion]:
    """List the questions to ask about a document, in the order of its lines.

    Lines of code blocks, tables and display formulas are never asked about, so they are always kept. A line beside one
    mostly leads to it ("so that", "this implies"), and is asked about only for words of page furniture.

    Examples
    --------
    >>> [question.line for question in line_questions("Water boils at 100 degrees.\\n\\nShare on Facebook")]
    [3]
    """
    settings = settings or EditSettings()
    lines = document.split("\n")
    protected = protected_lines(lines)
    filled = [index for index, line in enumerate(lines) if line.strip()]
    questions: list[LineQuestion] = []
    for place, index in enumerate(filled):
        if len(questions) == settings.max_questions:
            break
        if protected[index] or not (settings.ask_all or is_questionable(lines[index], settings)):
            continue
        beside = [filled[near] for near in (place - 1, place + 1) if 0 <= near < len(filled)]
        if any(protected[near] for near in beside) and not (settings.ask_all or _FURNITURE.search(lines[index])):
            continue
        before = lines[filled[place - 1]].strip() if place else ""
        after = lines[filled[place + 1]].strip() if place + 1 < len(filled) else ""
        cut = settings.context_characters
        questions.append(LineQuestion(index + 1, lines[index].strip(), before[-cut:], after[:cut]))
    return questions


def program(document: str, answers: Mapping[int, str | None]) -> tuple[Operation, ...]:
    """Turn answers into a program.

    Parameters
    ----------
    document : str
        The document that was asked about.
    answers : mapping of int to str or None
        Line (from 1) to the model's answer. Anything but `REMOVING_ANSWERS`, a failed request included, keeps the line.

    Returns
    -------
    tuple of Operation
        In normal form: ``keep_all``, ``remove_all``, or disjoint ascending ``remove_lines``.

    Examples
    --------
    >>> program("a\\nb\\nc", {1: "remove", 2: "remove", 3: "keep"})
    (Operation(op='remove_lines', first=1, last=2),)
    """
    lines = document.split("\n")
    removed = sorted(
        line
        for line, answer in answers.items()
        if 1 <= line <= len(lines) and (answer or "").strip() in REMOVING_ANSWERS
    )
    if not removed:
        return (Operation("keep_all"),)
    gone = set(removed)
    if all(number in gone or not line.strip() for number, line in enumerate(lines, 1)):
        return (Operation("remove_all"),)
    operations: list[Operation] = []
    for line in removed:
        if operations and operations[-1].last == line - 1:
            operations[-1] = Operation("remove_lines", operations[-1].first, line)
        else:
            operations.append(Operation("remove_lines", line, line))
    return tuple(operations)


def apply_program(document: str, operations: Sequence[Operation]) -> str:
    """Carry out a program.

    Blank lines that a removal leaves behind another blank line, or at either end, go with it. Lines beyond the end of
    the document are ignored.

    Parameters
    ----------
    document : str
        The text the program was made for.
    operations : sequence of Operation
        All of them count lines of the original document.

    Returns
    -------
    str
        Some of the document's lines, unchanged and in order.

    Examples
    --------
    >>> apply_program("a\\n\\nShare\\n\\nb", [Operation("remove_lines", 3, 3)])
    'a\\n\\nb'
    """
    if any(operation.op == "remove_all" for operation in operations):
        return ""
    lines = document.split("\n")
    removed = [False] * len(lines)
    for operation in operations:
        if operation.op == "remove_lines":
            for index in range(operation.first - 1, min(operation.last, len(lines))):
                removed[index] = True
    kept: list[str] = []
    after_removal = False
    for line, is_removed in zip(lines, removed, strict=True):
        if is_removed:
            after_removal = True
            continue
        blank = not line.strip()
        if after_removal and blank and (not kept or not kept[-1].strip()):
            continue
        after_removal = after_removal and blank
        kept.append(line)
    if after_removal:
        while kept and not kept[-1].strip():
            kept.pop()
    return "\n".join(kept)


def program_to_json(operations: Sequence[Operation]) -> str:
    """Return a program as JSON, for a column of a table.

    Examples
    --------
    >>> program_to_json([Operation("remove_lines", 3, 4)])
    '[{"op":"remove_lines","first":3,"last":4}]'
    """
    steps = [
        {"op": operation.op, "first": operation.first, "last": operation.last}
        if operation.op == "remove_lines"
        else {"op": operation.op}
        for operation in operations
    ]
    return json.dumps(steps, separators=(",", ":"))


def program_from_json(text: str) -> tuple[Operation, ...]:
    """Read what `program_to_json` wrote.

    Raises
    ------
    InputError
        ``EDIT_BAD_PROGRAM`` where the text is no program.
    """
    try:
        steps = json.loads(text)
        return tuple(Operation(**step) for step in steps)
    except (ValueError, TypeError, RecursionError) as error:
        raise InputError("EDIT_BAD_PROGRAM", f"not an edit program: {error}") from error
