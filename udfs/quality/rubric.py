"""Quality labels from 0 to 5, asked of a language model.

Two formulations give the same scale. ``rubric`` asks once for the score, as FineWeb-Edu (arXiv 2406.17557) and
UltraData (arXiv 2602.09003) do; it needs a model that can follow a rubric. ``panel`` asks five either-or questions
about the kind of document and counts the favourable answers. The embedded 135M model answers nearly every rubric with
the same digit, but the panel's answers separate prose, textbook and formula from spam, mails and menus.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from udfs.engine.protocol import Sampling
from udfs.errors import InputError
from udfs.prompts import Prompt, load_prompt

DOMAINS = ("prose", "code", "math")
FORMULATIONS = ("panel", "rubric")
PANEL = (
    ("panel_1", "story"),
    ("panel_2", "book"),
    ("panel_3", "book"),
    ("panel_4", "book"),
    ("panel_5", "book"),
)
"""Prompts of the panel, each with the answer that gives a point."""


@dataclass(frozen=True)
class LabelRequest:
    """One question about one document, ready for an engine."""

    prompt_id: str
    prompt_version: str
    messages: tuple[tuple[str, str], ...]
    sampling: Sampling


def label_prompts(domain: str = "prose", formulation: str = "panel") -> tuple[Prompt, ...]:
    """Return the prompts whose answers make one label, in the order in which `combine_labels` takes them.

    Parameters
    ----------
    domain : str
        One of `DOMAINS`. The panel is the same for all.
    formulation : str
        One of `FORMULATIONS`.

    Raises
    ------
    InputError
        ``LABEL_UNKNOWN`` for another domain or formulation.
    """
    if domain not in DOMAINS or formulation not in FORMULATIONS:
        known = f"domains: {', '.join(DOMAINS)}; formulations: {', '.join(FORMULATIONS)}"
        raise InputError("LABEL_UNKNOWN", f"no labels for {domain!r} by {formulation!r}; {known}")
    if formulation == "rubric":
        return (load_prompt(f"label_{domain}"),)
    return tuple(load_prompt(prompt_id) for prompt_id, _ in PANEL)


def label_requests(document: str, domain: str = "prose", formulation: str = "panel") -> list[LabelRequest]:
    """Return the questions to ask about a document; ask them back to back, and those of one prompt together."""
    return [
        LabelRequest(prompt.id, prompt.version, prompt.messages(document), prompt.sampling())
        for prompt in label_prompts(domain, formulation)
    ]


def parse_label(output: str | None) -> int | None:
    """Read the answer to a rubric prompt; None for anything but a digit from 0 to 5 and white space.

    Examples
    --------
    >>> [parse_label(output) for output in ("4", " 0\\n", "6", "4/5", "", None)]
    [4, 0, None, None, None, None]
    """
    text = (output or "").strip()
    return int(text) if text in ("0", "1", "2", "3", "4", "5") else None


def combine_labels(outputs: Sequence[str | None], formulation: str = "panel") -> int | None:
    """Turn the answers to `label_requests` into one label.

    Parameters
    ----------
    outputs : sequence of str or None
        One answer a prompt, None where it failed.
    formulation : str
        The one that was asked.

    Returns
    -------
    int or None
        0..5; None where an answer is missing or none of its choices, since a sum over fewer votes would be lower.

    Examples
    --------
    >>> combine_labels([answer for _, answer in PANEL])
    5
    >>> combine_labels(["3"], "rubric")
    3
    """
    if formulation == "rubric":
        return parse_label(outputs[0]) if len(outputs) == 1 else None
    if len(outputs) != len(PANEL):
        return None
    points = 0
    for (prompt_id, favourable), output in zip(PANEL, outputs, strict=True):
        answer = (output or "").strip()
        if answer not in load_prompt(prompt_id).sampling().choices:
            return None
        points += answer == favourable
    return points
