"""Annotates a document without Spark NLP, under the contract of its pipeline (see `udfs.knowledge.spark_nlp`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from udfs.knowledge.annotation import Annotated, Sentence, Token, key_phrases_of, word_spans
from udfs.knowledge.words import ABBREVIATIONS

# After ".", "!" or "?" a sentence ends before white space, unless the text goes on in lower case.
# A line end bounds a sentence unless the next line goes on in lower case, as in hard-wrapped text.
LINE_BOUND = r"\n(?![a-z])"
CHINESE_BOUND = r"[。！？；]+[”’」』）】》]*"
_BOUND = re.compile(rf"{CHINESE_BOUND}|{LINE_BOUND}|(?<![.!?])[.!?]+[\"'”’)\]]*(?=\s+[^\sa-z])")
_WORD_BEFORE = re.compile(r"[\w.]+\Z")
_TOKEN = re.compile(r"[^\W_]+(?:[._'’+#/-][^\W_]+)*(?:\+\+|#)?|_\w+|[^\w\s]|\w")
_INITIALS = re.compile(r"(?:[A-Z]\.)*[A-Z]")
_LONGEST_WORD = 30
_DEEPEST_INDENT = 12


def annotate(text: str, document_id: str = "", language: str = "en") -> Annotated:
    """Annotate a document: sentences, tokens, key phrases.

    Parameters
    ----------
    text : str
    document_id : str
    language : str
        ``zh`` or anything else; jieba cuts Han characters in every language.

    Returns
    -------
    Annotated

    Examples
    --------
    >>> [sentence.text for sentence in annotate("Dr. Smith left. 北京是首都。好").sentences]
    ['Dr. Smith left.', '北京是首都。', '好']
    """
    sentences = tuple(Sentence(begin, end, text[begin:end]) for begin, end in sentence_spans(text))
    tokens = tuple(
        Token(begin, end, text[begin:end], index)
        for index, sentence in enumerate(sentences)
        for match in _TOKEN.finditer(text, sentence.begin, sentence.end)
        for begin, end in word_spans(text, match.start(), match.end())
    )
    return Annotated(document_id, text, language, sentences, tokens, key_phrases_of(text, tokens, language))


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the half-open spans of the sentences, without the white space around them."""
    begin = 0
    for bound in _BOUND.finditer(text):
        if bound.group().startswith(".") and not _ends_sentence(text, bound):
            continue
        yield from _trimmed(text, begin, bound.end())
        begin = bound.end()
    yield from _trimmed(text, begin, len(text))


def _ends_sentence(text: str, bound: re.Match[str]) -> bool:
    """Tell a full stop from the dot of an abbreviation, an initial or a list number."""
    word = _WORD_BEFORE.search(text, max(0, bound.start() - _LONGEST_WORD), bound.start())
    if word and len(bound.group()) == 1:
        before = word.group().lower()
        if before in ABBREVIATIONS or _INITIALS.fullmatch(word.group()):
            return False
        line = text[max(0, word.start() - _DEEPEST_INDENT) : word.start()].rpartition("\n")
        if before.isdigit() and (line[1] or not word.start()) and not line[2].strip(" \t#*-"):
            return False
    return True


def _trimmed(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[begin:end]
    stripped = piece.strip()
    if stripped:
        start = begin + len(piece) - len(piece.lstrip())
        yield start, start + len(stripped)
