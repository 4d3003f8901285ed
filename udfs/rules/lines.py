"""Line rules of the C4 family: which lines a document keeps, and what the kept text amounts to.

Raffel et al. 2020 (arXiv 1910.10683); ``tensorflow_datasets/text/c4_utils.py``; datatrove 0.10.0
``filters/c4_filters.py``. The variants differ in four settings, so one walk over the lines serves all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

_CITATION = re.compile(r"\[\d*]|\[edit]|\[citation needed]")
_ELLIPSIS = "..."
_LOREM_IPSUM = "lorem ipsum"
_JAVASCRIPT = "javascript"
_POLICY = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")
_PHRASES = [_LOREM_IPSUM, _JAVASCRIPT, *_POLICY]


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


def kept_text(text: str, rules: LineRules) -> KeptText:
    """Split a text by `str.splitlines` and apply the line rules in the order of the reference."""
    kept: list[str] = []
    lorem_ipsum = curly_bracket = 0
    lowered = text.lower()
    # A line has no phrase that the text lacks, unless one comes about where a citation is deleted.
    in_text = [phrase for phrase in _PHRASES if phrase in lowered]
    for raw in text.splitlines():
        line = stripped = raw.strip()
        if len(line) > rules.longest_word and max(map(len, line.split())) > rules.longest_word:
            continue
        phrases = in_text
        if "[" in line:
            line = _CITATION.sub("", stripped)
            phrases = _PHRASES
        if rules.end_marks and (not line.endswith(rules.end_marks) or line.endswith(_ELLIPSIS)):
            continue
        if len((line if rules.words_without_citations else stripped).split()) < rules.fewest_words:
            continue
        phrase = ""
        if phrases:
            line_lowered = line.lower()
            phrase = next((phrase for phrase in phrases if phrase in line_lowered), "")
        # The phrases are looked for in the order lorem ipsum, javascript, policy; the bracket stands before policy.
        if phrase == _LOREM_IPSUM:
            lorem_ipsum = lorem_ipsum or int(not curly_bracket)
        elif phrase == _JAVASCRIPT:
            continue
        elif "{" in line:
            curly_bracket = curly_bracket or int(not lorem_ipsum)
        elif not phrase:
            kept.append(line)
    return KeptText(kept, lorem_ipsum, curly_bracket)


def line_values(name: str, kept: KeptText, sentences: Callable[[Sequence[str]], int]) -> dict[str, float]:
    """Name the values of one variant after its rule set.

    Parameters
    ----------
    name : str
        Name of the rule set; the prefix of the values.
    kept : KeptText
        From `kept_text`, by the variant's settings.
    sentences : callable
        Counts the sentences of lines, each line by itself.

    Returns
    -------
    dict of str to float
        ``{name}_lorem_ipsum``, ``{name}_curly_bracket`` (0 or 1), ``{name}_sentences`` and ``{name}_lines`` of the
        kept text.
    """
    return {
        f"{name}_lorem_ipsum": float(kept.lorem_ipsum),
        f"{name}_curly_bracket": float(kept.curly_bracket),
        f"{name}_sentences": float(sentences(kept.lines)),
        f"{name}_lines": float(len(kept.lines)),
    }
