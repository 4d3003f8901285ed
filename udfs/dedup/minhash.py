"""MinHash signatures over word shingles, value for value those of datatrove 0.10.0 (``dedup/minhash.py``).

A signature only proposes: documents that share a band are candidates, ``udfs.dedup.similarity`` decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b, sha1
from typing import Literal

import numpy as np
import xxhash

from udfs.text.simplify import simplify_text
from udfs.text.words import words

_MERSENNE_BITS = np.uint64(61)
_MERSENNE_PRIME = np.uint64((1 << 61) - 1)
# Shingles x permutations held at once: 256 x 126 values are 252 KiB, so a block and its copies stay in the L2 cache.
_BLOCK_SHINGLES = 256


@dataclass(frozen=True)
class Preset:
    """A named MinHash setting.

    Parameters
    ----------
    name : str
        Key in :data:`PRESETS`.
    shingle_words : int
        Words in a shingle; a document with fewer words has no signature and is never a duplicate.
    bands, rows : int
        Two documents are candidates when all ``rows`` values of one of the ``bands`` are equal.
    hash : {"sha1", "xxh64"}
        64-bit hash of a shingle; sha1 is cut to its first 8 bytes, little-endian.
    seed : int
        Seed of the permutations.
    source : str
        Where the numbers come from.
    """

    name: str
    shingle_words: int
    bands: int
    rows: int
    hash: Literal["sha1", "xxh64"]
    seed: int
    source: str

    @property
    def threshold(self) -> float:
        """Similarity at which the chance to become a candidate rises steepest, about ``(1 / bands) ** (1 / rows)``."""
        return (1 / self.bands) ** (1 / self.rows)


_DATATROVE = "datatrove 0.10.0"
# Where every proposed pair is compared, bands may be loose: a pair of Jaccard 0.75 is proposed with a probability of
# 0.98, by FineWeb's of 0.77, from about as many hashes.
_VERIFIED = f"1 - (1 - 0.75 ** 6) ** 20 = 0.98; hash family of {_DATATROVE}"
# RedPajama-V2's own values rest on another hash and other permutations, so only its geometry can be taken over.
_REDPAJAMA = "RedPajama-Data-V2: bands x rows of 128 hashes, word 13-grams, seed 42; hash family of datatrove"

#: The named settings, by name.
PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset("verified", 5, 20, 6, "xxh64", 1, _VERIFIED),
        Preset("fineweb", 5, 14, 8, "sha1", 1, f"FineWeb (arXiv 2406.17557) as configured with {_DATATROVE}"),
        Preset("library", 5, 14, 8, "xxh64", 1, f"{_DATATROVE}, MinhashConfig defaults"),
        Preset("redpajama_0.7", 13, 14, 9, "sha1", 42, _REDPAJAMA),
        Preset("redpajama_0.8", 13, 9, 13, "sha1", 42, _REDPAJAMA),
        Preset("redpajama_0.9", 13, 5, 25, "sha1", 42, _REDPAJAMA),
    )
}


def shingles(words: Sequence[str], size: int) -> list[str]:
    """Return every run of ``size`` words, joined with one space, in order and with repeats.

    Examples
    --------
    >>> shingles(["the", "quick", "brown", "fox"], 3)
    ['the quick brown', 'quick brown fox']
    >>> shingles(["too", "short"], 3)
    []
    """
    return [" ".join(words[start : start + size]) for start in range(len(words) - size + 1)]


def hash_shingles(texts: Sequence[str], hash_name: str) -> np.ndarray:
    """Hash shingles to uint64, shape ``(len(texts),)``; ``hash_name`` is ``"sha1"`` or ``"xxh64"``.

    Lone surrogates, which UTF-8 refuses, are hashed by their three-byte form.
    """
    if hash_name == "xxh64":
        intdigest = xxhash.xxh64_intdigest
        values = (intdigest(text.encode("utf-8", "surrogatepass")) for text in texts)
        return np.fromiter(values, dtype=np.uint64, count=len(texts))
    if hash_name != "sha1":
        raise ValueError(f"unknown shingle hash {hash_name!r}; there are: sha1, xxh64")
    digests = b"".join([sha1(text.encode("utf-8", "surrogatepass")).digest()[:8] for text in texts])
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64, copy=False)


@cache
def _permutations(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Factors and offsets of the permutations, each of shape ``(1, count)``."""
    generator = np.random.RandomState(seed)
    factors = generator.randint(1, _MERSENNE_PRIME, dtype=np.uint64, size=(1, count))
    offsets = generator.randint(0, _MERSENNE_PRIME, dtype=np.uint64, size=(1, count))
    return factors, offsets


def signature_of_hashes(hashes: np.ndarray, preset: Preset) -> np.ndarray:
    """Return the minimum over shingles of ``((h * a + b) mod 2**64) mod (2**61 - 1)`` for every permutation.

    The product wraps at 64 bits before the reduction, as in the reference. Memory does not grow with the document:
    shingles are taken 256 at a time (data-juicer#1034 shows what the full matrix costs).

    Parameters
    ----------
    hashes : numpy.ndarray
        uint64, shape ``(shingles,)``.
    preset : Preset
        Bands, rows and seed.

    Returns
    -------
    numpy.ndarray
        uint64, shape ``(bands * rows,)``; shape ``(0,)`` where there are no shingles.
    """
    if len(hashes) == 0:
        return np.empty(0, dtype=np.uint64)
    factors, offsets = _permutations(preset.seed, preset.bands * preset.rows)
    minima = np.full(factors.shape[1], np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, len(hashes), _BLOCK_SHINGLES):
        values = hashes[start : start + _BLOCK_SHINGLES, None] * factors
        values += offsets
        carry = values >> _MERSENNE_BITS
        values &= _MERSENNE_PRIME
        values += carry
        # values < 2**61 + 7: where one is below the prime the difference wraps to something huge and loses.
        np.subtract(values, _MERSENNE_PRIME, out=carry)
        np.minimum(values, carry, out=values)
        np.minimum(minima, values.min(axis=0), out=minima)
    return minima


def signature(words: Sequence[str], preset: Preset) -> np.ndarray:
    """Return the MinHash signature of a document given as the words of its simplified text.

    Parameters
    ----------
    words : sequence of str
        Words of ``simplify_text(text)``.
    preset : Preset
        One of :data:`PRESETS`, or a setting of one's own.

    Returns
    -------
    numpy.ndarray
        uint64, shape ``(bands * rows,)``, band after band; shape ``(0,)`` for fewer than ``shingle_words`` words.

    Examples
    --------
    >>> document = "the quick brown fox jumps over the lazy dog near the river bank today".split()
    >>> signature(document, PRESETS["fineweb"])[:2].tolist()
    [197166454002902972, 284080765670708113]
    """
    return signature_of_hashes(hash_shingles(shingles(words, preset.shingle_words), preset.hash), preset)


def band_keys(values: np.ndarray, preset: Preset) -> list[str]:
    """Return one key a band: 16 hexadecimal digits of BLAKE2b over the band's rows as little-endian bytes.

    Keys of different bands are not comparable: a bucket is ``(preset, band number, key)``.

    Parameters
    ----------
    values : numpy.ndarray
        A signature, uint64, shape ``(bands * rows,)`` or ``(0,)``.
    preset : Preset
        The setting the signature was made with.

    Returns
    -------
    list of str
        ``bands`` keys; empty for an empty signature.

    Raises
    ------
    ValueError
        When the length of the signature is not that of the preset.
    """
    if len(values) == 0:
        return []
    if len(values) != preset.bands * preset.rows:
        raise ValueError(f"{len(values)} values, but {preset.name} has {preset.bands} bands of {preset.rows} rows")
    rows = values.astype("<u8", copy=False).reshape(preset.bands, preset.rows)
    return [blake2b(row.tobytes(), digest_size=8).hexdigest() for row in rows]


def document_signature(text: str, language: str, preset: Preset) -> np.ndarray:
    """Return the signature of a text: its simplified text, split into the words of its language, shingled and hashed.

    Parameters
    ----------
    text : str
        The document.
    language : str
        ISO 639-1 code; it picks the tokenizer.
    preset : Preset
        One of :data:`PRESETS`.

    Returns
    -------
    numpy.ndarray
        As :func:`signature`.
    """
    return signature(words(simplify_text(text), language), preset)
