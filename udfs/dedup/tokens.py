"""Splits any text into hashed tokens with their places, in a handful of numpy passes and without a word list.

Tokens are what a copied benchmark item keeps when case, punctuation, white space or the format of numbers change:
folded letters without diacritics, one token for any run of numbers, one token a character in scripts that put no space
between words, so that no segmentation can hide a match. Every window of tokens gets a 64-bit rolling hash.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import cache
from typing import NamedTuple

import numpy as np

_SEPARATOR, _LETTER, _DIGIT, _UNSPACED, _IGNORED, _EXPANDED = range(6)
# Planes above 3 hold no letters; what lies there separates words.
_CODES = 0x34000
_UNSPACED_BLOCKS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),  # radicals
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3040, 0x312F),  # kana, bopomofo
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA000, 0xA4CF),  # Yi
    (0xF900, 0xFAFF),
    (0x20000, 0x33FFF),
)
# Where a block begins and where it is over: a character in one has an odd number of these behind it.
_UNSPACED_BOUNDS = [bound for first, last in _UNSPACED_BLOCKS for bound in (first, last + 1)]
# Blocks whose characters are all of one kind and fold to themselves.
_PLAIN_BLOCKS = (
    (0x3400, 0x4DC0, _UNSPACED),
    (0x4E00, 0xA000, _UNSPACED),
    (0xAC00, 0xD7A4, _LETTER),
    (0x20000, 0x2F800, _UNSPACED),
    (0x30000, 0x34000, _UNSPACED),
)
_BASE = 0x9E3779B97F4A7C15
_BASE_INVERSE = pow(_BASE, -1, 1 << 64)
# Powers for up to 2**20 values, 16 MiB, are kept; only building an index needs more.
_KEPT_BITS = 20
_ZERO = ord("0")
_NUMBER_HASH = np.uint64(0x6E756D6265725F30)

#: Weight of a token: 12 words weigh as much as 20 unspaced characters. Numbers, single letters and the commands that
#: every formula is made of say little about where a text comes from.
WORD_UNITS = 5
UNSPACED_UNITS = 3
SYMBOL_UNITS = 2
_FORMULA_WORDS = (
    "begin end left right frac dfrac tfrac sqrt cdot cdots ldots dots times quad qquad text textbf mathrm mathbf mathbb"
    " mathcal operatorname displaystyle array matrix pmatrix bmatrix vmatrix cases aligned align equation leq geq neq"
    " le ge sum int lim infty sin cos tan log ln exp pi alpha beta gamma theta lambda mu sigma phi partial overline"
    " underline hat vec"
)


class Tokens(NamedTuple):
    """The tokens of a text, arrays of equal length.

    Parameters
    ----------
    hashes : numpy.ndarray
        uint64; equal tokens have equal hashes, and all runs of numbers have the same.
    strict : numpy.ndarray
        uint64; as ``hashes``, but runs of numbers differ by their digits other than 0, so that ``1,000`` and ``1000``,
        ``2.5`` and ``2.50`` agree while ``1650`` and ``1756`` do not.
    starts, ends : numpy.ndarray
        int64 character offsets into the text, end exclusive.
    units : numpy.ndarray
        int64 weights: 5 for a word, 3 for a character of an unspaced script, 2 for a run of numbers, a single letter
        or a word of formulas.
    bounds : numpy.ndarray
        int64, one more than there are tokens: token t is parts ``bounds[t]`` to ``bounds[t + 1]``, exclusive.
    """

    hashes: np.ndarray
    strict: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    units: np.ndarray
    bounds: np.ndarray


class Parts(NamedTuple):
    """The tokens of a text before runs of numbers are joined, arrays of equal length but for the digits.

    Parameters
    ----------
    hashes, starts, ends, units : numpy.ndarray
        As in :class:`Tokens`.
    number : numpy.ndarray
        bool, whether it is a number.
    digits : numpy.ndarray
        uint64 hashes of all digits of the text other than 0.
    first_digits, last_digits : numpy.ndarray
        int64: which of them are in the part, end exclusive.
    """

    hashes: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    units: np.ndarray
    number: np.ndarray
    digits: np.ndarray
    first_digits: np.ndarray
    last_digits: np.ndarray


def _kind(char: str) -> int:
    category = unicodedata.category(char)
    if category in ("Mn", "Me", "Cf"):
        return _IGNORED
    if category == "Nd":
        return _DIGIT
    if bisect_right(_UNSPACED_BOUNDS, ord(char)) % 2:
        return _UNSPACED if char.isalnum() else _SEPARATOR
    return _LETTER if char.isalnum() or category == "Mc" else _SEPARATOR


@cache
def _tables() -> tuple[np.ndarray, np.ndarray, dict[int, np.ndarray]]:
    """Folded code point and kind of every code point, and what those that fold to several expand to."""
    folded = np.arange(_CODES, dtype=np.uint32)
    kinds = np.zeros(_CODES, dtype=np.uint8)
    expansions: dict[int, np.ndarray] = {}
    plain_codes = np.zeros(_CODES, dtype=bool)
    for first, end, kind in _PLAIN_BLOCKS:
        kinds[first:end] = kind
        plain_codes[first:end] = True
    for code in np.flatnonzero(~plain_codes).tolist():
        char = chr(code)
        if unicodedata.category(char) in ("Cs", "Cn", "Co", "Cc"):
            continue
        kinds[code] = _kind(char)
        if kinds[code] == _IGNORED:
            continue
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).lower())
        plain = "".join(base for base in plain if _kind(base) != _IGNORED)
        if len(plain) == 1:
            kinds[code] = _kind(plain)
            folded[code] = _ZERO + unicodedata.decimal(plain) if kinds[code] == _DIGIT else ord(plain)
        elif any(_kind(base) != _SEPARATOR for base in plain):
            kinds[code] = _EXPANDED
            expansions[code] = np.array([ord(base) for base in plain], dtype=np.uint32)
    return folded, kinds, expansions


@cache
def _kept_powers(exponent_bits: int) -> tuple[np.ndarray, np.ndarray]:
    return _powers(1 << exponent_bits)


def _powers(count: int) -> tuple[np.ndarray, np.ndarray]:
    """``base ** k`` and ``base ** -k`` modulo 2**64 for ``k`` below ``count``."""
    pair = []
    for base in (_BASE, _BASE_INVERSE):
        values = np.full(count, base, dtype=np.uint64)
        values[0] = 1
        pair.append(np.cumprod(values, dtype=np.uint64))
    return pair[0], pair[1]


def _mix(values: np.ndarray) -> np.ndarray:
    """Spread the bits (the finalizer of SplitMix64, Steele et al. 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def slice_hashes(values: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Hash the slices ``values[start:end]``: equal slices get equal hashes wherever they stand.

    A polynomial modulo 2**64 in an odd base, so a slice's hash is a difference of prefix sums times an inverse power.

    Parameters
    ----------
    values : numpy.ndarray
        uint64, well mixed.
    starts, ends : numpy.ndarray
        Integer offsets of equal length, end exclusive.

    Returns
    -------
    numpy.ndarray
        uint64, one a slice.
    """
    bits = max(12, len(values).bit_length())
    powers, inverses = _kept_powers(bits) if bits <= _KEPT_BITS else _powers(1 << bits)
    prefixes = np.zeros(len(values) + 1, dtype=np.uint64)
    np.cumsum(values * powers[: len(values)], out=prefixes[1:])
    return _mix((prefixes[ends] - prefixes[starts]) * inverses[starts])


def _folded(text: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Folded code points, their kinds, and the place in the text each comes from; without what is ignored."""
    folded, kinds, expansions = _tables()
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    codes = np.where(codes < _CODES, codes, 0)
    places = np.arange(len(codes))
    kind = kinds[codes]
    expanded = np.flatnonzero(kind == _EXPANDED)
    if len(expanded):
        lengths = np.ones(len(codes), dtype=np.int64)
        lengths[expanded] = [len(expansions[code]) for code in codes[expanded].tolist()]
        first = np.cumsum(lengths) - lengths
        places = np.repeat(places, lengths)
        source, codes = codes, np.repeat(codes, lengths)
        for place in expanded.tolist():
            expansion = expansions[int(source[place])]
            codes[first[place] : first[place] + len(expansion)] = expansion
        kind = kinds[codes]
    seen = kind != _IGNORED
    return folded[codes[seen]], kind[seen], places[seen]


@cache
def _formula_hashes() -> np.ndarray:
    words = _FORMULA_WORDS.split()
    ends = np.cumsum([len(word) + 1 for word in words])
    letters = np.array([ord(letter) for word in words for letter in word + " "], dtype=np.uint64)
    return np.sort(slice_hashes(_mix(letters), ends - [len(word) + 1 for word in words], ends - 1))


def tokenize(text: str, breaks: np.ndarray | None = None) -> Tokens:
    """Split a text into tokens.

    Parameters
    ----------
    text : str
        Any text; lone surrogates and private characters separate words.
    breaks : numpy.ndarray, optional
        Sorted character offsets over which runs of numbers are not joined, where several texts come in one string.

    Returns
    -------
    Tokens
        In order of the text.

    Examples
    --------
    >>> text = "Ｃafé №5: 1,000 2.5 北京"
    >>> tokens = tokenize(text)
    >>> [text[start:end] for start, end in zip(tokens.starts, tokens.ends)]
    ['Ｃafé', '№', '5: 1,000 2.5', '北', '京']
    >>> bool(tokens.hashes[0] == tokenize("CAFE").hashes[0])
    True
    """
    parts = split(text)
    if breaks is None:
        return join(parts)
    text_of = np.searchsorted(breaks, parts.starts, side="right")
    return join(parts, np.diff(text_of, prepend=0) > 0)


def split(text: str) -> Parts:
    """Split a text into tokens, of which runs of numbers are not joined yet."""
    folded, kinds, places = _folded(text)
    changes = np.flatnonzero((kinds[1:] != kinds[:-1]) | (kinds[1:] == _UNSPACED)) + 1
    firsts = np.concatenate(([0], changes))[: len(kinds)]
    lasts = np.concatenate((changes, [len(kinds)]))[: len(kinds)]
    token = kinds[firsts] != _SEPARATOR
    firsts, lasts = firsts[token], lasts[token]
    hashes = slice_hashes(_mix(folded.astype(np.uint64)), firsts, lasts)
    kind = kinds[firsts]
    number = kind == _DIGIT
    hashes[number] = _NUMBER_HASH
    units = np.where(kind == _UNSPACED, UNSPACED_UNITS, WORD_UNITS)
    formula_words = _formula_hashes()
    nearest = formula_words[np.searchsorted(formula_words[1:], hashes, side="right")]
    units[number | ((kind == _LETTER) & (lasts - firsts == 1)) | (nearest == hashes)] = SYMBOL_UNITS
    telling = (kinds == _DIGIT) & (folded != _ZERO)
    before = np.concatenate(([0], np.cumsum(telling)))
    digits = _mix(folded[telling].astype(np.uint64))
    starts, ends = places[firsts], places[lasts - 1] + 1
    return Parts(hashes, starts, ends, units, number, digits, before[firsts], before[lasts])


def join(parts: Parts, begins: np.ndarray | None = None) -> Tokens:
    """Make one token of each run of numbers.

    Parameters
    ----------
    parts : Parts
        From :func:`split`.
    begins : numpy.ndarray, optional
        bool, one a part: those that are not joined with what stands before them.

    Returns
    -------
    Tokens
        In order of the text.
    """
    joined = np.zeros(len(parts.starts), dtype=bool)
    joined[1:] = parts.number[1:] & parts.number[:-1]
    if begins is not None:
        joined &= ~begins
    kept = np.flatnonzero(~joined)
    bounds = np.concatenate((kept, [len(joined)]))
    strict = parts.hashes[kept]
    run = parts.number[kept]
    last = bounds[1:] - 1
    strict[run] ^= slice_hashes(parts.digits, parts.first_digits[kept[run]], parts.last_digits[last[run]])
    return Tokens(parts.hashes[kept], strict, parts.starts[kept], parts.ends[last], parts.units[kept], bounds)


def windows(token_units: np.ndarray, units: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the shortest run of tokens from each place on that weighs at least ``units``.

    Parameters
    ----------
    token_units : numpy.ndarray
        Weights of the tokens.
    units : int
        Least weight of a window.

    Returns
    -------
    tuple of numpy.ndarray
        Starts and exclusive ends, as token numbers; places too near the end have none.
    """
    weights = np.zeros(len(token_units) + 1, dtype=np.int64)
    np.cumsum(token_units, out=weights[1:])
    ends = np.searchsorted(weights, weights[:-1] + units)
    starts = np.flatnonzero(ends <= len(token_units))
    return starts, ends[starts]
