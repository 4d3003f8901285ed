"""What an annotator says about one document, with Python character offsets.

Spark NLP runs on the JVM: its offsets count UTF-16 code units and its ``end`` is inclusive. Here ``text[begin:end]`` is
always the annotated string, and a character outside the Basic Multilingual Plane counts once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from udfs.knowledge.chinese import HAN_RUN, cut
from udfs.knowledge.key_phrases import key_phrase_spans


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence; ``document.text[begin:end] == text``."""

    begin: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Token:
    """A word or punctuation mark; `sentence` is the index of the sentence that holds it."""

    begin: int
    end: int
    text: str
    sentence: int


@dataclass(frozen=True, slots=True)
class KeyPhrase:
    """A phrase that says what the document is about.

    `score` lies in (0, 1] and higher is more relevant: ``1 / (1 + s)`` for a YAKE score ``s``, where lower is better.
    """

    begin: int
    end: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Annotated:
    """A document with its sentences, tokens and key phrases, each sorted by `begin`.

    `language` is a two-letter code; ``zh`` is read by Chinese rules and everything else by English ones.
    """

    document_id: str
    text: str
    language: str
    sentences: tuple[Sentence, ...]
    tokens: tuple[Token, ...]
    key_phrases: tuple[KeyPhrase, ...]


class Utf16Offsets:
    """Turns offsets in UTF-16 code units into offsets in characters of one text.

    Examples
    --------
    >>> offsets = Utf16Offsets("a𝒙b")
    >>> offsets.span(1, 2), offsets.span(3, 3)
    ((1, 2), (2, 3))
    """

    def __init__(self, text: str) -> None:
        self._length = len(text)
        astral = [at for at, character in enumerate(text) if character > "\uffff"] if not text.isascii() else []
        # The code unit where each astral character starts: every astral character before it took a unit more.
        self._units = [position + rank for rank, position in enumerate(astral)]

    def span(self, begin: int, last: int) -> tuple[int, int]:
        """Return the half-open character span of the code units `begin` to `last`, both inclusive.

        A bound inside a surrogate pair moves outwards to the whole character; bounds beyond the text are clipped.
        """
        first = min(max(begin - bisect_left(self._units, begin), 0), self._length)
        if last < begin:
            return first, first
        return first, min(max(last - bisect_left(self._units, last) + 1, first), self._length)


def from_spark_nlp(
    text: str,
    sentence_rows: Iterable[Any] | None,
    token_rows: Iterable[Any] | None,
    keyphrase_rows: Iterable[Any] | None,
    *,
    document_id: str = "",
    language: str = "en",
) -> Annotated:
    """Build an `Annotated` from the rows that `udfs.knowledge.spark_nlp.annotations_columns` selects.

    Parameters
    ----------
    text : str
        The document as it was given to the pipeline.
    sentence_rows : iterable of mappings or Rows, or None
        ``begin`` and ``end`` in UTF-16 code units, ``end`` inclusive.
    token_rows : iterable of mappings or Rows, or None
        ``begin`` and ``end`` as above. Spark NLP gives a run of Han characters as one token; jieba cuts it here.
    keyphrase_rows : iterable of mappings or Rows, or None
        ``begin`` and ``end`` as above and ``score``, YAKE's own (lower is better). YAKE gives every occurrence; the
        first is kept. None where YAKE did not run, as for Chinese, whose words it cannot see: the phrases are then
        computed here, from the words that jieba cut.
    document_id : str
    language : str

    Returns
    -------
    Annotated
        Every span lies inside the text and none is blank; tokens outside every sentence are dropped.
    """
    offsets = Utf16Offsets(text)
    sentences = tuple(Sentence(begin, end, text[begin:end]) for begin, end in _spans(text, offsets, sentence_rows))
    starts = [sentence.begin for sentence in sentences]
    tokens = []
    for begin, end in _spans(text, offsets, token_rows):
        index = bisect_right(starts, begin) - 1
        if index >= 0 and end <= sentences[index].end:
            tokens += [Token(first, last, text[first:last], index) for first, last in word_spans(text, begin, end)]
    if keyphrase_rows is None:
        key_phrases = key_phrases_of(text, tokens, language)
    else:
        key_phrases = _key_phrases(text, offsets, keyphrase_rows)
    return Annotated(document_id, text, language, sentences, tuple(tokens), key_phrases)


def word_spans(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of the words in one token: runs of Han characters are cut by jieba, the rest stays whole."""
    position = begin
    for run in HAN_RUN.finditer(text, begin, end):
        if text[position : run.start()].strip():
            yield position, run.start()
        yield from cut(run.group(), run.start())
        position = run.end()
    if text[position:end].strip():
        yield position, end


def key_phrases_of(text: str, tokens: Iterable[Token], language: str) -> tuple[KeyPhrase, ...]:
    """Return the key phrases that the plain scorer finds, sorted by `begin`."""
    found = [KeyPhrase(begin, end, text[begin:end], score) for begin, end, score in key_phrase_spans(tokens, language)]
    return tuple(sorted(found, key=lambda phrase: (phrase.begin, phrase.end)))


def _spans(text: str, offsets: Utf16Offsets, rows: Iterable[Any] | None) -> list[tuple[int, int]]:
    spans = sorted(offsets.span(int(row["begin"]), int(row["end"])) for row in rows or ())
    return [(begin, end) for begin, end in spans if text[begin:end].strip()]


def _key_phrases(text: str, offsets: Utf16Offsets, rows: Iterable[Any] | None) -> tuple[KeyPhrase, ...]:
    found: dict[str, KeyPhrase] = {}
    for row in sorted(rows or (), key=lambda row: (row["begin"], row["end"])):
        begin, end = offsets.span(int(row["begin"]), int(row["end"]))
        surface = text[begin:end]
        # YAKE joins words over line ends and brackets, which no phrase of the text spans.
        if surface.strip() and not any(character in surface for character in '\n()[]{}|<>"'):
            score = 1.0 / (1.0 + max(0.0, float(row["score"])))
            found.setdefault(surface.lower(), KeyPhrase(begin, end, surface, score))
    return tuple(found.values())
