"""Words and sentence counts by language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import regex

from udfs.text.english import english
from udfs.text.punctuation import TERMINAL_PUNCTUATION
from udfs.text.vocabulary import Words, vocabulary

_CHINESE = frozenset({"zh", "cmn", "yue", "wuu"})

# Scripts that do not part words by spaces: one character, with its marks, is one word.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
_ANY_WORD = regex.compile(
    rf"(?V1)[[{_UNSPACED}]--[\p{{M}}\p{{P}}]]\p{{M}}*|(?:[[\p{{L}}\p{{N}}]--[{_UNSPACED}]]\p{{M}}*)+|\S"
)
_HAS_WORD = re.compile(r"[^\W_]")
_CHINESE_END = re.compile(r"[。！？!?…\n]")
_ANY_END = re.compile("[" + re.escape("".join(sorted(TERMINAL_PUNCTUATION))) + r"\n]")


def words(text: str, language: str = "en") -> list[str]:
    """Split a text into words.

    Parameters
    ----------
    text : str
        Any text, also with lone surrogates.
    language : str
        ISO 639 code; what follows a hyphen or underscore is not looked at. ``en``: the tokens of ``spacy.blank("en")``
        that are not whitespace, as datatrove 0.10.0 takes them. ``zh`` (also ``cmn``, ``yue``, ``wuu``): jieba, exact
        mode. Any other: runs of letters and digits; one character where the script does not part words by spaces; every
        other mark by itself.

    Returns
    -------
    list of str
        Never empty strings, never whitespace.

    Examples
    --------
    >>> words("Don't re-enter e.g. U.S.A. $5.00 :-) http://a.b/c?d=1")
    ['Do', "n't", 're', '-', 'enter', 'e.g.', 'U.S.A.', '$', '5.00', ':-)', 'http://a.b', '/', 'c?d=1']
    >>> words("L'été 2024, déjà", "fr")
    ['L', "'", 'été', '2024', ',', 'déjà']
    """
    code = _base(language)
    if code == "en":
        return english().texts(text)
    if code in _CHINESE:
        return [word for word in _jieba().cut(text, cut_all=False) if word and not word.isspace()]
    found: list[str] = _ANY_WORD.findall(text)
    return found


def numbered_words(text: str, language: str = "en") -> Words:
    """Return the words of a text, see `words`, with what is known of each.

    Examples
    --------
    >>> numbered_words("Don't, don't").lengths.tolist()
    [2, 3, 1, 2, 3]
    """
    if _base(language) == "en":
        return english().words(text)
    return vocabulary().look_up(words(text, language))


def sentence_count(text: str, language: str = "en") -> int:
    """Count the sentences of a text.

    English counts as spaCy's ``sentencizer`` does: a sentence starts at the first token after an end mark that is not
    punctuation. Elsewhere a sentence is what stands between end marks or line ends and holds a letter or digit.

    Parameters
    ----------
    text : str
        Any text.
    language : str
        As for `words`. Chinese end marks are ``。！？!?…``; other languages use the terminal marks of all scripts.

    Returns
    -------
    int
        0 for a text without words.

    Examples
    --------
    >>> sentence_count("Mr. Smith went. He left! Really? Yes")
    4
    >>> sentence_count("你好。今天天气很好！走吧", "zh")
    3
    """
    code = _base(language)
    if code == "en":
        return english().sentence_count(text)
    ends = _CHINESE_END if code in _CHINESE else _ANY_END
    return sum(1 for part in ends.split(text) if _HAS_WORD.search(part))


def line_sentence_count(lines: Sequence[str], language: str = "en") -> int:
    """Count the sentences of lines without line breaks, each line by itself.

    Examples
    --------
    >>> line_sentence_count(["One. Two", "Three."])
    3
    """
    if _base(language) == "en":
        return english().line_sentence_count(lines)
    return sum(sentence_count(line, language) for line in lines)


def _base(language: str) -> str:
    return re.split("[-_]", language, maxsplit=1)[0].lower()


@cache
def _jieba() -> Any:
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    return jieba.Tokenizer()
