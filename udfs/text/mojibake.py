"""Mojibake: text that was decoded by another encoding than it was written in, and stored so."""

from __future__ import annotations

from ftfy import fix_encoding
from ftfy.badness import is_bad


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
    if text.isascii() or not is_bad(text):
        return text, 0
    lines = text.split("\n")
    repaired = [fix_encoding(line) if is_bad(line) else line for line in lines]
    return "\n".join(repaired), sum(new != old for new, old in zip(repaired, lines, strict=True))
