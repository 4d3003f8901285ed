"""When a benchmark item counts as leaked, and what is recorded of a leak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from udfs.dedup.tokens import WORD_UNITS


@dataclass(frozen=True)
class LeakRule:
    r"""When an item counts as leaked.

    Lengths are in words. A character of a script without spaces counts 3/5 of one, so 12 words are 20 Chinese
    characters; a number, a single letter or a word of formulas counts 2/5. The question without its options, the
    question with them and the answer are judged one by one.

    Parameters
    ----------
    ngram_words : int
        Rule ``ngram``: one unbroken match of this length (12 in datatrove, 13 in GPT-3) ...
    ngram_coverage : float
        ... and at least this share of the passage in the same stretch of the document.
    edited_coverage : float
        Rule ``edited``: ``ngram_words`` in all, in however many pieces, and this share of the passage.
    whole_words : int
        Rule ``whole_item``: every token of a passage of at least this length.
    answer_coverage : float
        Least share of an answer, which must have ``ngram_words`` in any case: worked solutions and code repeat
        what everybody writes.
    exact_words, exact_stem_words : int
        Rule ``exact_item``: every token of a question from this length on, also the digits of its numbers, as whole
        lines or sentences. It serves questions below ``ngram_words``. The second length is for stems whose options are
        missing: "Oxygen is used:" is no proof without them.
    exact_formula_words : int
        Rule ``exact_item`` also serves a question with numbers or formulas from this length on, where a run of numbers,
        a letter or a word of formulas counts a whole word, as it must be the same: "Simplify $\sqrt{720}$" has three.
        Twice the length where no word stands beside them: "1 a 2 b" numbers a list. "Find the number." is no evidence.
    window_words : int
        Length of the windows that are looked up.
    generic_contexts : int
        A window in so many different surroundings among all items is a phrase of the trade, such as "which of the
        following statements is true", and proposes nothing; so does a short question that so many items share.
    """

    ngram_words: float = 12
    ngram_coverage: float = 0.6
    edited_coverage: float = 0.85
    whole_words: float = 8
    answer_coverage: float = 0.8
    exact_words: float = 4
    exact_stem_words: float = 6
    exact_formula_words: float = 3
    window_words: float = 5
    generic_contexts: int = 5

    def verdict(self, part: str, matched: int, total: int, longest: int) -> str | None:
        """Name the rule that convicts, if any does.

        Parameters
        ----------
        part : str
            ``stem``, ``question`` or ``answer``.
        matched, total, longest : int
            Weight, in units of :mod:`udfs.dedup.tokens`, of what was found, of the part, and of the longest unbroken
            match of the passage.

        Returns
        -------
        str or None
            ``ngram``, ``edited`` or ``whole_item``.

        Examples
        --------
        >>> LeakRule().verdict("question", matched=100, total=120, longest=60)
        'ngram'
        >>> LeakRule().verdict("question", matched=40, total=41, longest=40) is None
        True
        """
        ngram = self.ngram_words * WORD_UNITS
        if part == "answer" and matched < self.answer_coverage * total:
            return None
        if longest >= ngram and matched >= self.ngram_coverage * total:
            return "ngram"
        if matched >= ngram and matched >= self.edited_coverage * total:
            return "edited"
        if part != "answer" and matched >= self.whole_words * WORD_UNITS and matched == total:
            return "whole_item"
        return None


class Leak(NamedTuple):
    """An item found in a document.

    Parameters
    ----------
    item_id, benchmark : str
        The item.
    start, end : int
        Character offsets of the evidence in the document, end exclusive.
    ngram : str
        The longest unbroken match, as the document has it.
    rule : str
        ``ngram``, ``edited``, ``whole_item`` or ``exact_item``, see :class:`LeakRule`.
    part : str
        What was found: ``stem``, the question without its options, ``question`` or ``answer``.
    coverage : float
        Share of the part that was found, 0 to 1.
    """

    item_id: str
    benchmark: str
    start: int
    end: int
    ngram: str
    rule: str
    part: str
    coverage: float
