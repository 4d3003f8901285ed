"""spaCy's affix and infix expressions for English, cut down to what can match in ASCII.

The whole expressions hold thousands of letters and marks of all scripts; these say the same of ASCII characters in a
tenth of the time. The tests compare both on all short strings of such characters.
"""

from __future__ import annotations

import re

_PREFIX = re.compile(r"""[%=,:;!?()\[\]{}<>_#*&'"`$]|\+(?![0-9])|\.\.+|(?:US|C|A)\$""")
_INFIX = re.compile(
    r"""\.\.+|(?<=[0-9])[+\-*^](?=[0-9-])|(?<=[a-z'"`,])\.(?=[A-Z'"`,])|(?<=[A-Za-z]),(?=[A-Za-z])"""
    r"""|(?<=[A-Za-z0-9])(?:-{1,3}|~|[:<>=/])(?=[A-Za-z])"""
)
# From the last character back: marks, full stops, the genitive, and units after a digit.
_SUFFIX = re.compile(
    r"""[,:;!?()\[\]{}<>_#*&'"`]|\.\.+|\.(?=[0-9a-z%\-+|,:;!?()\[\]{}<>_#*&'"`]|[A-Z]{2})|[sS]'"""
    r"""|(?:\+|\$(?:SU|C|A)?|%|mk|m|md|mc|mm|ah|mn|dy|ni|tf|gk|g|gm|t|bl|zo|s/m|h/mk|hmk|hpm|aPh|aP|rabm"""
    r"""|bm|BM|bk|BK|bg|BG|bt|BT|T|G|M|K)(?=[0-9])"""
)
# Longer than any suffix but a run of full stops, with what it looks back to.
_SUFFIX_WINDOW = 8

match_prefix = _PREFIX.match
find_infixes = _INFIX.finditer


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
