"""Raised numbers and letters: a power of what is before them must not melt into it, as in 10<sup>3</sup>."""

from __future__ import annotations

import re

from lxml import etree

_POWER = re.compile(r"[-+−]?(?:\d{1,4}|[a-zA-Z])(?:[-+]\d{1,2})?")


def power(raised: etree._Element, before: str) -> str:
    """Return a superscript as a power, where it is one; else nothing.

    Parameters
    ----------
    raised : lxml element
        The ``sup``.
    before : str
        The character before it, or nothing.

    Examples
    --------
    >>> power(etree.fromstring("<sup>-1</sup>"), "m"), power(etree.fromstring("<sup>2</sup>"), "x")
    ('^{-1}', '^2')
    >>> power(etree.fromstring("<sup>th</sup>"), "5")
    ''
    """
    if len(raised) or not before or not (before.isalnum() or before in ")]"):
        return ""
    text = (raised.text or "").strip()
    if not _POWER.fullmatch(text):
        return ""
    return f"^{text}" if len(text) == 1 else f"^{{{text}}}"
