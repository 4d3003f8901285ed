"""Line rules of the C4 family: which lines a document keeps, and what the kept text amounts to.

Raffel et al. 2020 (arXiv 1910.10683); ``tensorflow_datasets/text/c4_utils.py``; datatrove 0.10.0
``filters/c4_filters.py``. The variants differ in four settings, so one walk over the lines serves all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

_CITATION = re.compile(r"\[\d*]|\[edit]|\[citation needed]")
_ELLIPSIS = "..."
_LOREM_IPSUM = "lorem ipsum"
_JAVASCRIPT = "javascript"
_POLICY = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")


@dataclass(frozen=True, slots=True)
class LineRules:
    """What makes a line worth keeping.

    Attributes
    ----------
    end_marks : tuple of str
        A kept line ends with one of these and not with ``...``; empty switches the rule off.
    fewest_words : int
        Whitespace-parted words that a kept line has.
    words_without_citations : bool
        Whether the words are counted after ``[1]``, ``[edit]`` and ``[citation needed]`` were deleted.
    longest_word : int
        Characters; a line with a longer word is dropped.
    """

    end_marks: tuple[str, ...]
    fewest_words: int
    words_without_citations: bool
    longest_word: int

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """Return the names of the settings."""
        return tuple(field.name for field in fields(cls))

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> LineRules:
        """Check and take over a mapping.

        Raises
        ------
        ValueError
            Where a setting has the wrong type.
        """
        marks = raw["end_marks"]
        if not isinstance(marks, list) or not all(isinstance(mark, str) and mark for mark in marks):
            raise ValueError("end_marks must be a list of texts")
        for key in ("fewest_words", "longest_word"):
            if isinstance(raw[key], bool) or not isinstance(raw[key], int) or raw[key] < 0:
                raise ValueError(f"{key} must be a whole number")
        if not isinstance(raw["words_without_citations"], bool):
            raise ValueError("words_without_citations must be true or false")
        return cls(tuple(marks), raw["fewest_words"], raw["words_without_citations"], raw["longest_word"])


class Line(NamedTuple):
    """A line without citations, and what the rules ask of it as it stood."""

    text: str
    raw: str
    words: int
    words_without_citations: int
    phrase: str


@dataclass(frozen=True, slots=True)
class KeptText:
    """What the line rules leave of a document.

    Attributes
    ----------
    lines : list of str
        Kept lines, citations deleted.
    lorem_ipsum, curly_bracket : int
        1 where a line that passed the rules before it holds the mark for which the whole document is dropped. As the
        reference stops at the first such line, at most one of the two is 1.
    """

    lines: list[str]
    lorem_ipsum: int
    curly_bracket: int


def read_lines(text: str) -> list[Line]:
    """Split a text by `str.splitlines` and take from each line what any variant asks for."""
    lowered = text.lower()
    # A phrase may stand only after a citation was deleted from its middle.
    phrases = [p for p in (_LOREM_IPSUM, _JAVASCRIPT, *_POLICY) if p in lowered or "[" in text]
    lines: list[Line] = []
    for raw in text.splitlines():
        stripped = raw.strip()
        words = left = len(stripped.split())
        line = stripped
        if "[" in stripped:
            line = _CITATION.sub("", stripped)
            left = len(line.split())
        phrase = ""
        if phrases:
            line_lowered = line.lower()
            phrase = next((p for p in phrases if p in line_lowered), "")
        lines.append(Line(line, stripped, words, left, phrase))
    return lines


def kept_text(lines: list[Line], rules: LineRules) -> KeptText:
    """Apply the line rules in the order of the reference."""
    kept: list[str] = []
    lorem_ipsum = curly_bracket = 0
    for line in lines:
        if len(line.raw) > rules.longest_word and max(map(len, line.raw.split())) > rules.longest_word:
            continue
        if rules.end_marks and (not line.text.endswith(rules.end_marks) or line.text.endswith(_ELLIPSIS)):
            continue
        if (line.words_without_citations if rules.words_without_citations else line.words) < rules.fewest_words:
            continue
        # The phrases are looked for in the order lorem ipsum, javascript, policy; the bracket stands before policy.
        if line.phrase == _LOREM_IPSUM:
            lorem_ipsum = lorem_ipsum or int(not curly_bracket)
        elif line.phrase == _JAVASCRIPT:
            continue
        elif "{" in line.text:
            curly_bracket = curly_bracket or int(not lorem_ipsum)
        elif not line.phrase:
            kept.append(line.text)
    return KeptText(kept, lorem_ipsum, curly_bracket)


def line_values(name: str, lines: list[Line], rules: LineRules, sentences: Callable[[str], int]) -> dict[str, float]:
    """Compute the values of one variant, named after its rule set.

    Parameters
    ----------
    name : str
        Name of the rule set; the prefix of the values.
    lines : list
        From `read_lines`.
    rules : LineRules
        The variant's settings.
    sentences : callable
        Counts the sentences of one line.

    Returns
    -------
    dict of str to float
        ``{name}_lorem_ipsum``, ``{name}_curly_bracket`` (0 or 1), ``{name}_sentences`` and ``{name}_lines`` of the
        kept text.
    """
    kept = kept_text(lines, rules)
    return {
        f"{name}_lorem_ipsum": float(kept.lorem_ipsum),
        f"{name}_curly_bracket": float(kept.curly_bracket),
        f"{name}_sentences": float(sum(map(sentences, kept.lines))),
        f"{name}_lines": float(len(kept.lines)),
    }
