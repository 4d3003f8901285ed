"""What was found of short texts, remembered up to a limit, so that hostile documents cannot fill the memory."""

from __future__ import annotations

from typing import Generic, TypeVar

_Value = TypeVar("_Value")

# Texts and their characters, after which all are to be forgotten. Four times as many take 50 MB of each worker, and of
# 11,661 web pages no time less.
_MOST_TEXTS = 1 << 16
_MOST_CHARACTERS = 1 << 22


class Remembered(dict[str, _Value], Generic[_Value]):
    """Values by text; who adds texts adds up their characters.

    Attributes
    ----------
    characters : int
        Of all texts that are remembered.
    """

    def __init__(self) -> None:
        super().__init__()
        self.characters = 0

    def is_full(self) -> bool:
        """Tell whether it is time to begin anew."""
        return len(self) > _MOST_TEXTS or self.characters > _MOST_CHARACTERS
