"""Chinese words: jieba's segmentation and part-of-speech tags, with character offsets."""

from __future__ import annotations

import logging
import re
from functools import cache
from typing import Any

HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]+")
_LONGEST_RUN = 4000


@cache
def _tagger() -> Any:
    import jieba
    import jieba.posseg

    jieba.setLogLevel(logging.WARNING)
    return jieba.posseg


@cache
def _cutter() -> Any:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    return jieba


def cut(text: str, begin: int = 0) -> list[tuple[int, int]]:
    """Cut a run of Han characters into words.

    Parameters
    ----------
    text : str
        A run without spaces or punctuation. A longer one than 4,000 characters is cut into pieces of that length first.
    begin : int
        Added to every offset.

    Returns
    -------
    list of (int, int)
        Half-open spans that cover the run.

    Examples
    --------
    >>> cut("人工智能改变世界")
    [(0, 4), (4, 6), (6, 8)]
    """
    spans = []
    position = begin
    for start in range(0, len(text), _LONGEST_RUN):
        for word in _cutter().cut(text[start : start + _LONGEST_RUN]):
            spans.append((position, position + len(word)))
            position += len(word)
    return spans


def tagged(text: str) -> list[tuple[str, str]]:
    """Return the words of a short phrase with jieba's part-of-speech tags (``n`` noun, ``v`` verb, ``r`` pronoun, ...).

    Examples
    --------
    >>> tagged("北京大学")
    [('北京大学', 'nt')]
    """
    return [(pair.word, pair.flag) for pair in _tagger().cut(text)]
