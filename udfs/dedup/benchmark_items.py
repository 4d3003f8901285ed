"""Reads the items of evaluation sets from JSON lines, whatever their fields are called."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from udfs.errors import InputError

_QUESTION_FIELDS = ("text", "question", "problem", "prompt", "query", "input", "instruction", "body")
_ANSWER_FIELDS = ("answer", "answers", "solution", "canonical_solution", "code", "gold", "target", "output")
_CONTEXT_FIELDS = ("context", "passage")
_OPTION_FIELDS = ("choices", "options", "endings")
_OPTION_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# An option stands on a line of its own: "A. ", "(A) ", "A、", "（A）".
_FIRST_OPTION = re.compile(r"\n[ \t]*[(（]?A[)）.．、:：]")
_LATER_OPTION = re.compile(r"\n[ \t]*[(（]?B[)）.．、:：]")


class BenchmarkItem(NamedTuple):
    """One item of an evaluation set.

    Parameters
    ----------
    item_id : str
        Id within all benchmarks.
    benchmark : str
        Name of the set; empty where unknown.
    split : str
        Such as ``test``; empty where unknown.
    question : str
        What a model is given: passage, question, and options as lines that begin with ``A.``, ``B.`` and so on.
    answer : str
        What it should say: a letter, a number, a worked solution, code; alternatives are lines. Empty where unknown.
    """

    item_id: str
    benchmark: str
    split: str
    question: str
    answer: str

    @property
    def stem(self) -> str:
        """The question without its options."""
        first = _FIRST_OPTION.search(self.question)
        if first is None or _LATER_OPTION.search(self.question, first.end()) is None:
            return self.question
        return self.question[: first.start()]


def _first(row: Mapping[str, Any], label: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((fields[name] for fields in (row, label) for name in names if fields.get(name) is not None), None)


def _lines(value: Any) -> list[str]:
    """Texts of a field that may hold one, several, or a mapping such as SQuAD's ``{"text": [...]}``."""
    if isinstance(value, Mapping):
        value = value.get("text")
    if isinstance(value, str):
        return [value]
    if isinstance(value, (int, float)):
        return [str(value)]
    return [text for part in value for text in _lines(part)] if isinstance(value, list) else []


def _item(row: Mapping[str, Any], number: int) -> BenchmarkItem | None:
    label = row["label"] if isinstance(row.get("label"), Mapping) else {}
    question = _lines(_first(row, label, _QUESTION_FIELDS))
    if not question:
        return None
    context = _lines(_first(row, label, _CONTEXT_FIELDS))
    options = _lines(_first(row, label, _OPTION_FIELDS))
    lettered = [f"{letter}. {option}" for letter, option in zip(_OPTION_LETTERS, options, strict=False)]
    benchmark, split = (str(_first(row, label, (name,)) or "") for name in ("benchmark", "split"))
    item_id = _first(row, label, ("id", "item_id", "task_id"))
    return BenchmarkItem(
        item_id=str(number if item_id is None else item_id),
        benchmark=benchmark,
        split=split,
        question="\n".join(context + question + lettered),
        answer="\n".join(_lines(_first(row, label, _ANSWER_FIELDS))),
    )


def read_items(lines: Iterable[str | bytes]) -> list[BenchmarkItem]:
    """Read benchmark items, one JSON object a line.

    The question is the first there is of ``text``, ``question``, ``problem``, ``prompt``, ``query``, ``input``,
    ``instruction``, ``body``, after a ``context`` or ``passage`` and before ``choices`` or ``options``; the answer is
    ``answer``, ``solution``, ``canonical_solution``, ``code`` and the like. Fields may stand in the object or in its
    ``label``. ``{"text": "..."}`` is enough; the id is then the line's number.

    Parameters
    ----------
    lines : iterable of str or bytes
        JSON lines; blank ones are skipped.

    Returns
    -------
    list of BenchmarkItem
        In order.

    Raises
    ------
    InputError
        ``BENCHMARK_BAD_LINE`` for a line that is no JSON object or has no question, ``BENCHMARK_NO_ITEMS`` where there
        is no item: an index that lost its items would find nothing and say so of every document (allenai/dolma#174).

    Examples
    --------
    >>> read_items(['{"text": "What is 2 + 2?", "label": {"benchmark": "sums", "split": "test", "answer": 4}}'])
    [BenchmarkItem(item_id='1', benchmark='sums', split='test', question='What is 2 + 2?', answer='4')]
    """
    items = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8-sig") if isinstance(line, bytes) else line.removeprefix("\ufeff"))
            item = _item(row, number) if isinstance(row, dict) else None
        except (ValueError, RecursionError):
            item = None
        if item is None:
            raise InputError(
                "BENCHMARK_BAD_LINE", f"line {number} of the benchmark items is no JSON object with a text or question"
            )
        items.append(item)
    if not items:
        raise InputError("BENCHMARK_NO_ITEMS", "the benchmark file has no items; leave decontamination out or mend it")
    return items
