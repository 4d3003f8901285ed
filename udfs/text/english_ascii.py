"""spaCy's affix and infix expressions for English, cut down to what can match in ASCII.

The whole expressions hold thousands of letters and marks of all scripts; these say the same of ASCII characters in a
tenth of the time. The tests compare both on all short strings of such characters.
"""

from __future__ import annotations

import re

_PREFIX = re.compile(r"""[%=,:;!?()\[\]{}<>_#*&'"`$]|\+(?![0-9])|\.\.+|(?:US|C|A)\$""")
# One set of first characters lets the search run fast over all others.
_INFIX = re.compile(
    r"""([.+\-*^,~:<>=/](?:(?<=\.)\.+|(?<=[0-9][+\-*^])(?=[0-9-])|(?<=[a-z'"`,]\.)(?=[A-Z'"`,])|(?<=[A-Za-z],)(?=[A-Za-z])"""
    r"""|(?<=[A-Za-z0-9]-)-{0,2}(?=[A-Za-z])|(?<=[A-Za-z0-9][~:<>=/])(?=[A-Za-z])))"""
)
# From the last character back: marks, full stops, the genitive, and units after a digit.
_SUFFIX = re.compile(
    r"""[,:;!?()\[\]{}<>_#*&'"`]|\.\.+|\.(?=[0-9a-z%\-+|,:;!?()\[\]{}<>_#*&'"`]|[A-Z]{2})|[sS]'"""
    r"""|(?:\+|\$(?:SU|C|A)?|%|mk|m|md|mc|mm|ah|mn|dy|ni|tf|gk|g|gm|t|bl|zo|s/m|h/mk|hmk|hpm|aPh|aP|rabm"""
    r"""|bm|BM|bk|BK|bg|BG|bt|BT|T|G|M|K)(?=[0-9])"""
)
# What is a suffix by itself wherever it is one, but for full stops in a row.
_SINGLE_SUFFIXES = frozenset(",:;!?()[]{}<>_#*&'\"`.")
# Longer than any suffix but a run of full stops, with what it looks back to.
_SUFFIX_WINDOW = 8

_PREFIXES = re.compile(f"(?:{_PREFIX.pattern})*+")
_SUFFIXES = re.compile(f"(?:{_SUFFIX.pattern})*+")

match_prefix = _PREFIX.match


def suffix_length(chunk: str, low: int, high: int) -> int:
    """Return the length of the suffix of ``chunk[low:high]``, 0 for none.

    Examples
    --------
    >>> [suffix_length(text, 0, len(text)) for text in ("cats.", "cat's", "A.", "well...", "5km/h", "word")]
    [1, 2, 0, 3, 4, 0]
    """
    found = _SUFFIX.match(chunk[max(low, high - _SUFFIX_WINDOW) : high][::-1])
    if not found:
        return 0
    if found.end() == _SUFFIX_WINDOW:
        return high - low - len(chunk[low:high].rstrip("."))
    return found.end()


def split_affixes(chunk: str) -> tuple[list[str], str, list[str]]:
    """Return the prefixes, what stands between, and the suffixes; all empty where the two would meet.

    Examples
    --------
    >>> split_affixes("($5km/h).")
    (['(', '$'], '5', ['km/h', ')', '.'])
    """
    found = _PREFIXES.match(chunk)
    low = found.end() if found else 0
    backwards = chunk[::-1]
    found = _SUFFIXES.match(backwards)
    from_end = found.end() if found else 0
    high = len(chunk) - from_end
    if low >= high:
        return [], "", []
    front = _PREFIX.findall(chunk, 0, low) if low > 1 else [chunk[0]] if low else []
    if from_end < 2:
        return front, chunk[low:high], [chunk[-1]] if from_end else []
    ending = chunk[high:]
    if _SINGLE_SUFFIXES.issuperset(ending) and ".." not in ending:
        return front, chunk[low:high], list(ending)
    back: list[str] = []
    position = 0
    while position < from_end and (found := _SUFFIX.match(backwards, position)):
        back.append(found.group()[::-1])
        position = found.end()
    return front, chunk[low:high], back[::-1]


def split_infixes(middle: str) -> list[str]:
    """Split at infixes but one at the start.

    Examples
    --------
    >>> split_infixes("one-two...3"), split_infixes("..3=a")
    (['one', '-', 'two', '...', '3'], ['..3', '=', 'a'])
    """
    parts: list[str] = _INFIX.split(middle)
    if not parts[0]:
        parts[:3] = ["".join(parts[:3])]
    return list(filter(None, parts))
