"""What was computed of short texts, remembered up to a limit, so that hostile documents cannot fill the memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

_Value = TypeVar("_Value")

# Texts and their characters, after which all should be forgotten.
_MOST_TEXTS = 1 << 18
_MOST_CHARACTERS = 1 << 22
_LONGEST_TEXT = 1024


class Remembered(dict[str, _Value], Generic[_Value]):
    """A dictionary that computes what it lacks, and keeps it where the key is short.

    Parameters
    ----------
    compute : callable
        Gives the value of a text.

    Attributes
    ----------
    characters : int
        Of all texts that are remembered.

    Examples
    --------
    >>> lengths = Remembered(len)
    >>> lengths["four"], list(lengths), lengths.characters
    (4, ['four'], 4)
    """

    def __init__(self, compute: Callable[[str], _Value]) -> None:
        super().__init__()
        self._compute = compute
        self.characters = 0

    def __missing__(self, text: str) -> _Value:
        value = self._compute(text)
        if len(text) <= _LONGEST_TEXT:
            self[text] = value
            self.characters += len(text)
        return value

    def is_full(self) -> bool:
        """Tell whether it is time to forget."""
        return len(self) > _MOST_TEXTS or self.characters > _MOST_CHARACTERS

    def clear(self) -> None:
        """Forget everything."""
        super().clear()
        self.characters = 0
