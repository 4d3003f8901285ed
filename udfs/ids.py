"""Stable identifiers: equal input gives equal ids on every machine, in every partitioning."""

from __future__ import annotations

from hashlib import blake2b

_DIGEST_BYTES = 16


def stable_id(*parts: str | bytes | None) -> str:
    """Hash parts into 32 hexadecimal digits (BLAKE2b, 128 bits).

    Each part is preceded by its length, so ``("ab", "c")`` and ``("a", "bc")`` differ; ``None`` differs from ``""``.

    Parameters
    ----------
    *parts : str, bytes or None
        Strings are hashed as UTF-8; lone surrogates are kept apart rather than refused.

    Returns
    -------
    str
        32 lower-case hexadecimal digits.

    Examples
    --------
    >>> stable_id("crawl", "https://a.test/", None, b"<p>hi</p>")
    '27c9fb35ca7436412a971060a0e33a37'
    >>> stable_id("ab", "c") == stable_id("a", "bc")
    False
    """
    digest = blake2b(digest_size=_DIGEST_BYTES)
    for part in parts:
        if part is None:
            digest.update(b"-")
            continue
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()
