"""The gates of L3: every candidate is measured, and admitted only where each value passes its threshold."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from udfs.errors import SettingsError
from udfs.refine import fidelity
from udfs.resources import conf_yaml

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
    "==": operator.eq,
}
COMPUTED = (
    "structured",
    "words",
    "length_ratio",
    "language_match",
    "content_supported",
    "names_supported",
    "numbers_unsupported",
    "verbatim_share",
    "lines_from_source",
    "repeated_share",
    "meta_phrases",
)
"""Values that `evaluate` computes where the caller has not measured them."""
MEASURED = ("leak", "answer_agreement", "duplicate_similarity")
"""Values that only the caller can give; a gate on one that is not given rejects."""
COMMON = "common"
DEFAULT_PATH = "gates/refine.yaml"

_TOP_KEYS = ("version", "verbatim_words", "verbatim_wide", "free_numbers", "meta_phrases", "gates")
_GATE_KEYS = ("value", "comparison", "threshold", "source")


@dataclass(frozen=True)
class Gate:
    """One gate: `value` must compare as stated with `threshold`."""

    value: str
    comparison: str
    threshold: float
    source: str

    def passes(self, value: float) -> bool:
        """Compare; a value that is not a number fails."""
        return COMPARISONS[self.comparison](value, self.threshold)


@dataclass(frozen=True)
class Gates:
    """The gates of each task, in the order in which they are tried, and what the measures need to know."""

    version: str
    tasks: Mapping[str, tuple[Gate, ...]]
    meta_phrases: tuple[str, ...]
    free_numbers: tuple[float, ...] = ()
    verbatim_words: int = 8
    verbatim_wide: int = 16


@dataclass(frozen=True)
class GateResult:
    """The verdict on a candidate.

    Parameters
    ----------
    keep : bool
        Every gate passed.
    reason : str or None
        Name of the value that failed first, or ``missing_<value>`` where it was not given; None where kept.
    values : dict of str to float
        Everything that was measured, kept or not, so that thresholds can be moved by a query.
    threshold : float or None
        Of the gate that failed; None where kept, or where its value is missing.
    """

    keep: bool
    reason: str | None
    values: dict[str, float]
    threshold: float | None = None


def _error(message: str) -> SettingsError:
    return SettingsError("CONF_BAD_GATES", message)


def _check_keys(where: str, values: Any, known: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(values, dict):
        raise _error(f"{where} must be a mapping")
    for key in values:
        if key not in known:
            near = get_close_matches(str(key), known, n=1, cutoff=0.4)
            raise _error(f"{where} has no {key!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    if missing := [key for key in known if key not in values]:
        raise _error(f"{where} lacks {', '.join(missing)}")
    return values


def parse_gates(values: Any) -> Gates:
    """Check the parsed YAML of a gates file; see ``conf/gates/refine.yaml``.

    A task's own gate on a value takes the place of the common one.

    Raises
    ------
    SettingsError
        ``CONF_BAD_GATES`` with the wrong key or name and the nearest known one.
    """
    values = _check_keys("the gates file", values, _TOP_KEYS)
    lists = values["gates"]
    if not isinstance(lists, dict) or COMMON not in lists:
        raise _error(f"gates must be a mapping of tasks with {COMMON!r}")
    parsed = {str(task): [_gate(str(task), entry) for entry in entries or []] for task, entries in lists.items()}
    tasks: dict[str, tuple[Gate, ...]] = {}
    for task, own in parsed.items():
        if task != COMMON:
            names = {gate.value for gate in own}
            tasks[task] = tuple([gate for gate in parsed[COMMON] if gate.value not in names] + own)
    phrases = [str(phrase).casefold() for entries in values["meta_phrases"].values() for phrase in entries]
    return Gates(
        version=str(values["version"]),
        tasks=tasks,
        meta_phrases=tuple(phrases),
        free_numbers=tuple(float(number) for number in values["free_numbers"]),
        verbatim_words=int(values["verbatim_words"]),
        verbatim_wide=int(values["verbatim_wide"]),
    )


def _gate(task: str, entry: Any) -> Gate:
    entry = _check_keys(f"a gate of {task!r}", entry, _GATE_KEYS)
    for key, known in (("value", COMPUTED + MEASURED), ("comparison", tuple(COMPARISONS))):
        if entry[key] not in known:
            near = get_close_matches(str(entry[key]), known, n=1, cutoff=0.4)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}"
            raise _error(f"a gate of {task!r}: no {key} {entry[key]!r}{hint}")
    if not isinstance(entry["threshold"], int | float) or isinstance(entry["threshold"], bool):
        raise _error(f"the gate {task}.{entry['value']}: threshold must be a number")
    return Gate(entry["value"], entry["comparison"], float(entry["threshold"]), str(entry["source"]))


@cache
def load_gates(path: str = DEFAULT_PATH) -> Gates:
    """Load a gates file below ``conf/``.

    Examples
    --------
    >>> sorted(load_gates().tasks)
    ['edit', 'qa', 'textbook']
    """
    return parse_gates(conf_yaml(path))


_SPACES = re.compile(r"\s+")


def count_meta_phrases(candidate: str, source: str, phrases: tuple[str, ...]) -> int:
    """Count the phrases with which a model speaks of itself or its task, unless the source speaks so too.

    Examples
    --------
    >>> count_meta_phrases("Sure, here is the text.", "Rain falls.", ("sure, here",))
    1
    """
    text = _SPACES.sub(" ", candidate.casefold().replace("\u2019", "'"))
    original = _SPACES.sub(" ", source.casefold().replace("\u2019", "'"))
    return sum(phrase in text and phrase not in original for phrase in phrases)


def evaluate(
    candidate: str,
    source: str,
    task: str,
    language: str,
    *,
    gates: Gates | None = None,
    is_leak: Callable[[str], bool] | None = None,
    **measured: float,
) -> GateResult:
    """Measure a candidate and hold it against the gates of its task.

    Parameters
    ----------
    candidate : str
        The final text.
    source : str
        The document it was made from.
    task : str
        ``"edit"``, ``"qa"``, ``"textbook"`` or another task of the gates file.
    language : str
        Language code of the source; the candidate must be in it.
    gates : Gates, optional
        Those of ``conf/gates/refine.yaml`` where absent.
    is_leak : callable, optional
        Says whether a text contains a benchmark item. Without it, `measured` must carry ``leak``.
    **measured : float
        Values that the caller knows better than this function computes them (``structured=0.0`` where parsing failed,
        ``language_match`` from a language identifier) or that only it can know (``leak``, ``answer_agreement``).

    Returns
    -------
    GateResult
        With the first gate that fails as the reason.

    Raises
    ------
    SettingsError
        ``CONF_BAD_GATES`` where there is no such task.

    Examples
    --------
    >>> source = "Rain is water that falls from clouds to the ground in drops.\\nShare this page"
    >>> evaluate(source.split("\\n")[0], source, "edit", "en", leak=0.0).keep
    True
    >>> evaluate(source.replace("Rain", "Snow"), source, "edit", "en", leak=0.0).reason
    'lines_from_source'
    """
    gates = gates or load_gates()
    if task not in gates.tasks:
        near = get_close_matches(task, sorted(gates.tasks), n=1, cutoff=0.0)
        raise _error(f"no gates for task {task!r}; did you mean {near[0] if near else COMMON!r}?")
    values = _compute(candidate, source, language, gates, frozenset(measured))
    values.update({name: float(value) for name, value in measured.items()})
    if is_leak is not None and "leak" not in values:
        values["leak"] = float(is_leak(candidate))
    for gate in gates.tasks[task]:
        if gate.value not in values:
            return GateResult(False, f"missing_{gate.value}", values)
        if not gate.passes(values[gate.value]):
            return GateResult(False, gate.value, values, gate.threshold)
    return GateResult(True, None, values)


def _compute(candidate: str, source: str, language: str, gates: Gates, known: frozenset[str]) -> dict[str, float]:
    def verbatim() -> float:
        return fidelity.verbatim_share(candidate, source, gates.verbatim_words, gates.verbatim_wide)

    measures: dict[str, Callable[[], float]] = {
        "structured": lambda: float(bool(candidate.strip())),
        "words": lambda: float(len(fidelity.words(candidate))),
        "length_ratio": lambda: fidelity.length_ratio(candidate, source),
        "language_match": lambda: fidelity.script_match(candidate, language),
        "content_supported": lambda: fidelity.content_supported(candidate, source),
        "names_supported": lambda: fidelity.names_supported(candidate, source),
        "numbers_unsupported": lambda: float(len(fidelity.unsupported_numbers(candidate, source, gates.free_numbers))),
        "verbatim_share": verbatim,
        "lines_from_source": lambda: fidelity.lines_from_source(candidate, source),
        "repeated_share": lambda: fidelity.repeated_share(candidate),
        "meta_phrases": lambda: float(count_meta_phrases(candidate, source, gates.meta_phrases)),
    }
    return {name: measure() for name, measure in measures.items() if name not in known}
