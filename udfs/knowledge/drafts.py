"""What the sentence readers hand over: a draft of a claim, or the reason why a sentence gives none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim as one sentence states it.

    `subject_kind` is ``term`` or ``code``; `object_kind` is ``name`` where the object can be an entity of its own,
    ``quantity``, or ``phrase``.
    """

    subject: str
    predicate: str
    object: str
    pattern: str
    negative: bool = False
    subject_kind: str = "term"
    object_kind: str = "phrase"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a sentence of a known shape gives no claim."""

    reason: str


@dataclass(frozen=True, slots=True)
class Context:
    """What the rest of the document says about its words.

    Parameters
    ----------
    names : frozenset of str
        Words capitalised inside a sentence somewhere.
    terms : frozenset of str
        Canonical names of the document's key phrases and other mentions.
    """

    names: frozenset[str] = frozenset()
    terms: frozenset[str] = frozenset()
