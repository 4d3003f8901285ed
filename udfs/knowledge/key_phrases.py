"""Key phrases from the statistics of one document: YAKE (Campos et al., Information Sciences 509, 2020).

Of the five features of the paper all are kept (casing, position, frequency, relatedness to context, spread over
sentences); its removal of near-equal phrases is not, since entities are merged by canonical name later.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby, pairwise
from math import log
from statistics import fmean, median, pstdev
from typing import TYPE_CHECKING

from udfs.knowledge.words import CHINESE_STOP_WORDS, ENGLISH_STOP_WORDS

if TYPE_CHECKING:
    from udfs.knowledge.annotation import Token

WINDOW = 3
LONGEST_PHRASE = 3
MOST_PHRASES = 30

_WORD = re.compile(r"[^\W\d_][\w.+#'’-]*")


def key_phrase_spans(tokens: Iterable[Token], language: str) -> list[tuple[int, int, float]]:
    """Score the phrases of a document.

    A candidate is a run of one to three words of one sentence that neither starts nor ends with a stop word; single
    words are candidates only where they occur twice or more.

    Parameters
    ----------
    tokens : iterable of Token
        In document order.
    language : str
        Chooses the stop words; in ``zh`` a word of one character is a stop word too.

    Returns
    -------
    list of (int, int, float)
        Span of the first occurrence and score in (0, 1], best first, at most 30.
    """
    sentences = [list(group) for _, group in groupby(tokens, key=lambda token: token.sentence)]
    stop = _stop_test(language)
    terms = _term_scores([[word for word in words if _WORD.fullmatch(word.text)] for words in sentences], stop)
    seen: Counter[tuple[str, ...]] = Counter()
    first: dict[tuple[str, ...], tuple[int, int]] = {}
    for words in sentences:
        for start, word in enumerate(words):
            if stop(word.text) or not _WORD.fullmatch(word.text):
                continue
            for length in range(1, LONGEST_PHRASE + 1):
                phrase = words[start : start + length]
                if len(phrase) < length or not _WORD.fullmatch(phrase[-1].text) or not _adjacent(phrase):
                    break
                if stop(phrase[-1].text):
                    continue
                key = tuple(part.text.lower() for part in phrase)
                seen[key] += 1
                first.setdefault(key, (phrase[0].begin, phrase[-1].end))
    scored = []
    for key, count in seen.items():
        if len(key) == 1 and count < 2:
            continue
        scores = [terms[word] for word in key if word in terms]
        product = 1.0
        for score in scores:
            product *= score
        yake = product / (count * (1.0 + sum(scores)))
        scored.append((*first[key], 1.0 / (1.0 + yake)))
    return sorted(scored, key=lambda phrase: (-phrase[2], phrase[0], phrase[1]))[:MOST_PHRASES]


def _adjacent(phrase: Sequence[Token]) -> bool:
    return all(right.begin - left.end <= 1 for left, right in pairwise(phrase))


def _stop_test(language: str) -> Callable[[str], bool]:
    if language == "zh":
        return lambda word: len(word) < 2 or word in CHINESE_STOP_WORDS or word.lower() in ENGLISH_STOP_WORDS
    return lambda word: len(word) < 2 or word.lower() in ENGLISH_STOP_WORDS


def _term_scores(sentences: Sequence[Sequence[Token]], stop: Callable[[str], bool]) -> dict[str, float]:
    frequency: Counter[str] = Counter()
    upper: Counter[str] = Counter()
    acronym: Counter[str] = Counter()
    positions: defaultdict[str, list[int]] = defaultdict(list)
    left: defaultdict[str, Counter[str]] = defaultdict(Counter)
    right: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for index, words in enumerate(sentences):
        lowered = [word.text.lower() for word in words]
        for place, word in enumerate(words):
            term = lowered[place]
            frequency[term] += 1
            positions[term].append(index)
            upper[term] += place > 0 and word.text[:1].isupper()
            acronym[term] += len(word.text) > 1 and word.text.isupper()
            for neighbour in lowered[max(0, place - WINDOW) : place]:
                left[term][neighbour] += 1
                right[neighbour][term] += 1
    kept = {term: count for term, count in frequency.items() if not stop(term)}
    if not kept:
        return {}
    mean, spread = fmean(kept.values()), pstdev(kept.values())
    most = max(kept.values())
    scores = {}
    for term, count in kept.items():
        casing = max(upper[term], acronym[term]) / (1.0 + log(count))
        position = log(log(3.0 + median(positions[term])))
        normal = count / (mean + spread)
        related = 1.0 + (_dispersion(left[term]) + _dispersion(right[term])) * count / most
        spread_over = len(set(positions[term])) / len(sentences)
        scores[term] = (related * position) / (casing + normal / related + spread_over / related)
    return scores


def _dispersion(neighbours: Counter[str]) -> float:
    total = sum(neighbours.values())
    return len(neighbours) / total if total else 0.0
