"""The source of a page, asked what kinds of mark-up it may hold before its tree is walked for them."""

from __future__ import annotations

import re

_TEX = re.compile(rb"tex(?!t)")
_MATH = b"math"


class Source:
    """Looks for words in a source, each once; most pages are spared most searches, which cost as much as small passes.

    Parameters
    ----------
    lowered : bytes
        The source in UTF-8 and lower case.

    Examples
    --------
    >>> source = Source(b'<script src="mathjax.js"></script>')
    >>> source.holds(b"mathjax"), source.holds(b"katex"), source.tex
    (True, False, False)
    """

    def __init__(self, lowered: bytes) -> None:
        self._lowered = lowered
        self._known: dict[bytes, bool] = {}
        self.math = _MATH in lowered
        self.tex = _TEX.search(lowered) is not None

    def holds(self, word: bytes) -> bool:
        """Tell whether the source holds a word; one that LaTeXML or MathJax 3 write only where they are named."""
        known = self._known.get(word)
        if known is None:
            possible = True
            if _MATH in word or word.startswith(b"mjx"):
                possible = self.math
            elif b"tex" in word:
                possible = self.tex
            elif word.startswith(b"ltx_"):
                possible = self.tex or self.math
            known = self._known[word] = possible and word in self._lowered
        return known
