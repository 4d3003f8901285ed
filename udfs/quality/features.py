"""Text as numbers for the quality classifier: hashed word and character 1- and 2-grams, and a few shares of the text.

Words are the unit in scripts that put spaces between them, characters in Chinese, Japanese and Korean. Punctuation
marks count as words, since "!!!" and "|" tell advertisement and menu from prose.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import chain

import numpy as np
import scipy.sparse as sp
import xxhash

DENSE_NAMES = (
    "log_characters",
    "mean_word_length",
    "letters",
    "upper_case",
    "digits",
    "punctuation",
    "symbols",
    "wide_characters",
    "line_breaks",
    "lines_ending_in_stop",
    "mean_line_length",
    "distinct_words",
)
MAX_CHARACTERS = 6000
"""Longest prefix of a document that is looked at; quality shows early and scoring time stays bounded."""

_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(f"[{_WIDE}]|[^\\W{_WIDE}]+|[^\\w\\s]")
_DIGITS = re.compile(r"\d")
_STOPS = ".!?:;\u3002\uff01\uff1f\uff1a\uff1b\u2026\"'\u201d\u2019)"
_MEMO_LIMIT = 1_000_000
_memo: dict[str, int] = {}

_OTHER, _LOWER, _UPPER, _DIGIT, _PUNCTUATION, _SYMBOL, _WIDE_CLASS, _SPACE, _BREAK = range(9)
_CLASS_OF_CATEGORY = {"Lu": _UPPER, "Lt": _UPPER, "Nd": _DIGIT}
_CLASS_OF_MAJOR = {"L": _LOWER, "P": _PUNCTUATION, "S": _SYMBOL, "Z": _SPACE}


@cache
def _character_classes() -> np.ndarray:
    """Class of every code point of the first 128 Ki; higher ones share the class of the last."""
    table = np.full(0x20000 + 1, _WIDE_CLASS, dtype=np.uint8)
    for code in range(0x20000):
        category = unicodedata.category(chr(code))
        table[code] = _CLASS_OF_CATEGORY.get(category, _CLASS_OF_MAJOR.get(category[0], _OTHER))
    for first, last in ((0x2E80, 0x9FFF), (0xAC00, 0xD7AF), (0xF900, 0xFAFF)):
        block = table[first : last + 1]
        block[block == _LOWER] = _WIDE_CLASS
    table[[9, 0x20]] = _SPACE
    table[10] = _BREAK
    return table


def _token_hash(token: str) -> int:
    value = _memo.get(token)
    if value is None:
        if len(_memo) >= _MEMO_LIMIT:
            _memo.clear()
        value = _memo[token] = xxhash.xxh3_64_intdigest(token.encode("utf-8", "surrogatepass"))
    return value


def tokens(text: str) -> list[str]:
    """Split a text into lower-case words, wide characters and punctuation marks; every digit reads as 0.

    Examples
    --------
    >>> tokens("In 1999, 机器 won!")
    ['in', '0000', ',', '机', '器', 'won', '!']
    """
    return _TOKEN.findall(_DIGITS.sub("0", text.lower()))


def _starts(counts: np.ndarray) -> np.ndarray:
    return np.concatenate(([0], np.cumsum(counts)))


def hashed_ngrams(token_lists: Sequence[list[str]], bits: int) -> sp.csr_matrix:
    """Count 1- and 2-grams in ``2**bits`` hashed columns.

    Parameters
    ----------
    token_lists : sequence of list of str
        One list a document, from `tokens`.
    bits : int
        Logarithm of the number of columns, 1..30.

    Returns
    -------
    scipy.sparse.csr_matrix of float32, shape (documents, 2**bits)
        ``1 + log(count)``, each row of length 1 (or empty).
    """
    counts = np.fromiter((len(entry) for entry in token_lists), dtype=np.int64, count=len(token_lists))
    total = int(counts.sum())
    flat = chain.from_iterable(token_lists)
    unigrams = np.fromiter((_token_hash(token) for token in flat), dtype=np.uint64, count=total)
    row = np.repeat(np.arange(len(token_lists)), counts)
    # Odd multipliers keep ("a", "b") apart from ("b", "a"); products wrap around at 64 bits.
    bigrams = (unigrams[:-1] * np.uint64(0x9E3779B97F4A7C15)) ^ (unigrams[1:] * np.uint64(0xC2B2AE3D27D4EB4F))
    inside = row[:-1] == row[1:]
    keys = np.concatenate((unigrams, bigrams[inside] * np.uint64(0xFF51AFD7ED558CCD)))
    columns = (keys >> np.uint64(64 - bits)).astype(np.int64)
    rows = np.concatenate((row, row[:-1][inside]))
    shape = (len(token_lists), 1 << bits)
    matrix = sp.coo_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=shape).tocsr()
    matrix.data = 1.0 + np.log(matrix.data)
    row_of_entry = np.repeat(np.arange(shape[0]), np.diff(matrix.indptr))
    squares = np.bincount(row_of_entry, weights=matrix.data.astype(np.float64) ** 2, minlength=shape[0])
    matrix.data = (matrix.data / np.sqrt(squares)[row_of_entry]).astype(np.float32)
    return matrix


def dense_features(texts: Sequence[str], token_lists: Sequence[list[str]]) -> np.ndarray:
    """Measure the shares of `DENSE_NAMES`.

    Parameters
    ----------
    texts : sequence of str
        Documents, already cut.
    token_lists : sequence of list of str
        Their tokens.

    Returns
    -------
    numpy.ndarray of float64, shape (documents, len(DENSE_NAMES))
        Shares are of the characters (letters, digits and so on), of the lines, or of the words; 0 for an empty text.
    """
    count = len(texts)
    lengths = np.fromiter((len(text) for text in texts), dtype=np.int64, count=count)
    encoded = "".join(texts).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(encoded, dtype=np.uint32)
    classes = _character_classes()[np.minimum(codes, 0x20000)]
    row = np.repeat(np.arange(count), lengths)
    by_class = np.bincount(row * 9 + classes, minlength=count * 9).reshape(count, 9).astype(np.float64)
    starts = _starts(lengths)
    is_break = classes == _BREAK
    ends_line = np.zeros(len(codes), dtype=bool)
    ends_line[:-1] = is_break[1:]
    ends_line[starts[1:][lengths > 0] - 1] = True
    ends_line &= ~is_break
    stops = ends_line & np.isin(codes, np.frombuffer(_STOPS.encode("utf-32-le"), dtype=np.uint32))
    lines = np.bincount(row[ends_line], minlength=count)
    stop_lines = np.bincount(row[stops], minlength=count)
    words = np.fromiter((len(entry) for entry in token_lists), dtype=np.float64, count=count)
    distinct = np.fromiter((len(set(entry)) for entry in token_lists), dtype=np.float64, count=count)
    characters = np.maximum(lengths, 1).astype(np.float64)
    content = by_class[:, _LOWER] + by_class[:, _UPPER] + by_class[:, _DIGIT] + by_class[:, _WIDE_CLASS]
    columns = (
        np.log1p(lengths),
        content / np.maximum(words, 1),
        (by_class[:, _LOWER] + by_class[:, _UPPER]) / characters,
        by_class[:, _UPPER] / characters,
        by_class[:, _DIGIT] / characters,
        by_class[:, _PUNCTUATION] / characters,
        by_class[:, _SYMBOL] / characters,
        by_class[:, _WIDE_CLASS] / characters,
        by_class[:, _BREAK] / characters,
        stop_lines / np.maximum(lines, 1),
        np.log1p(lengths / np.maximum(lines, 1)),
        distinct / np.maximum(words, 1),
    )
    return np.stack(columns, axis=1)


def features(texts: Sequence[str], bits: int) -> tuple[sp.csr_matrix, np.ndarray]:
    """Turn documents into the sparse and the dense features of their first `MAX_CHARACTERS` characters.

    Examples
    --------
    >>> sparse, dense = features(["One two.", ""], bits=10)
    >>> sparse.shape, sparse[1].nnz, dense.shape
    ((2, 1024), 0, (2, 12))
    """
    heads = [text[:MAX_CHARACTERS] for text in texts]
    token_lists = [tokens(head) for head in heads]
    return hashed_ngrams(token_lists, bits), dense_features(heads, token_lists)
