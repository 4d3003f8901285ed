"""Mojibake: text that was decoded by another encoding than it was written in, and stored so."""

from __future__ import annotations

import re

from ftfy import fix_encoding
from ftfy.badness import is_bad

# What UTF-8 read as Latin-1, Windows-1252 or Windows-1251 looks like, and much that is fine: found in a fraction of the
# time that `is_bad` takes.
_MARKS = "\xa0-\xbf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122"
_SUSPECT = re.compile(
    f"[\x80-\x9f]|[\xc2-\xf4][{_MARKS} ]|[\u0420\u0421][{_MARKS}\u0402-\u040f\u0452-\u045f\u0490\u0491\u2116]"
)


def repair(text: str) -> tuple[str, int]:
    r"""Undo wrong decodings line by line, and say how many lines that changed.

    A line is changed only where `ftfy` finds characters together that no language writes, and an encoding under which
    the same bytes make sense; so the lines of a page that quotes mojibake beside good text are judged apart.

    Parameters
    ----------
    text : str
        Any text; it must not have lost its control characters yet, as they are part of the damage.

    Returns
    -------
    tuple of str and int

    Examples
    --------
    >>> repair("The cafÃ© isnâ€™t open.\nNaïve façade: “fine”.")
    ('The café isn’t open.\nNaïve façade: “fine”.', 1)
    """
    if text.isascii() or not _SUSPECT.search(text) or not is_bad(text):
        return text, 0
    lines = text.split("\n")
    repaired = [fix_encoding(line) if is_bad(line) else line for line in lines]
    return "\n".join(repaired), sum(new != old for new, old in zip(repaired, lines, strict=True))
