"""Computes the values that rule sets compare, and applies the comparisons to one document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from udfs.errors import SettingsError
from udfs.rules.content_values import chinese_values, code_values, length_values, mathematics_values
from udfs.rules.lines import KeptText, kept_text, line_values
from udfs.rules.lists import LIST_VALUES
from udfs.rules.redpajama import redpajama_values
from udfs.rules.repetition import block_values, ngram_values
from udfs.rules.rule_sets import RuleSet, load_rule_set, nearest
from udfs.rules.word_values import fineweb_values, line_mark_values, word_values
from udfs.text.vocabulary import Words
from udfs.text.words import line_sentence_count, numbered_words

EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one rule set says about one document.

    Attributes
    ----------
    keep : bool
    reason : str or None
        Reason of the first rule that rejects; None where the document is kept.
    values : dict of str to float
        All values that the rules of the set compare, whatever the reason.
    """

    keep: bool
    reason: str | None
    values: dict[str, float]


class _Document:
    """A text and what several groups of values share: it is tokenised once."""

    def __init__(self, text: str, language: str) -> None:
        self.text = text
        self.language = language

    @cached_property
    def words(self) -> Words:
        return numbered_words(self.text, self.language)


_GROUPS: tuple[Callable[[_Document], dict[str, float]], ...] = (
    lambda document: length_values(document.text),
    lambda document: word_values(document.text, document.words),
    lambda document: line_mark_values(document.text),
    lambda document: block_values(document.text),
    lambda document: ngram_values(document.text, document.words),
    lambda document: fineweb_values(document.text, document.words),
    lambda document: chinese_values(document.text),
    lambda document: code_values(document.text),
    lambda document: mathematics_values(document.text),
    lambda document: redpajama_values(document.text),
)


@cache
def _group_of() -> dict[str, int]:
    """Which group computes a value; the groups name their values even for an empty text."""
    return {name: number for number, group in enumerate(_GROUPS) for name in group(_Document("", "en"))}


def compute_values(
    text: str, language: str, rule_sets: Sequence[str], given: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Compute every value that these sets compare or record, from one tokenisation.

    Parameters
    ----------
    text : str
        Any text: empty, with NUL, with lone surrogates.
    language : str
        ISO 639 code of the text; it chooses the tokeniser (see `udfs.text.words.words`).
    rule_sets : sequence of str
        Names of rule sets.
    given : mapping of str to float, optional
        Values that are no matter of the text alone, see `udfs.rules.lists`; 0 where absent.

    Returns
    -------
    dict of str to float
        Finite numbers by name, sorted by name. A value is the same whatever sets are asked together.

    Raises
    ------
    SettingsError
        ``CONF_BAD_RULE_SET``; never for a document.

    Examples
    --------
    >>> compute_values("One two. Three four.", "en", ["fineweb"])["end_mark_line_share"]
    1.0
    """
    loaded, wanted, groups = _plan(tuple(rule_sets))
    document = _Document(text, language)
    computed: dict[str, float] = dict.fromkeys(LIST_VALUES, 0.0) | dict(given or {})
    for number in groups:
        computed.update(_GROUPS[number](document))
    for rule_set in loaded:
        if rule_set.lines:
            kept = kept_text(text, rule_set.lines)
            computed.update(line_values(rule_set.name, kept, lambda lines: line_sentence_count(lines, language)))
        if rule_set.stop_words:
            computed[_stop_word_value(rule_set)] = float(len(rule_set.stop_words.intersection(document.words.texts)))
    return {value: computed[value] for value in wanted}


def evaluate(text: str, rule_set: str, language: str = "en") -> Evaluation:
    """Judge one document by one rule set.

    Parameters
    ----------
    text : str
        Any text; an empty one is rejected as ``empty``.
    rule_set : str
        Name of a rule set, see `rule_set_names`.
    language : str
        ISO 639 code of the text.

    Returns
    -------
    Evaluation

    Raises
    ------
    SettingsError
        ``CONF_BAD_RULE_SET``.

    Examples
    --------
    >>> evaluate("Too short.", "gopher_quality").reason
    'gopher_short_doc'
    >>> evaluate("", "gopher_quality").reason
    'empty'
    """
    values = compute_values(text, language, [rule_set])
    reason = next((rule.reason for rule in load_rule_set(rule_set).rules if rule.rejects(values)), None)
    return Evaluation(reason is None, reason, values)


def rewrite(text: str, rule_set: str) -> str:
    """Return the lines that a set of the C4 family keeps, joined by LF and stripped.

    The text says nothing of the verdict: that is `evaluate`'s. A set without line rules returns the text unchanged.

    Examples
    --------
    >>> rewrite("Home\\nThis line ends well.[1]\\nPlease enable Javascript to go on.", "c4_paper")
    'This line ends well.'
    """
    lines = load_rule_set(rule_set).lines
    return "\n".join(kept_text(text, lines).lines).strip() if lines else text


def _stop_word_value(rule_set: RuleSet) -> str:
    return f"{rule_set.name}_stop_words"


@cache
def _plan(names: tuple[str, ...]) -> tuple[list[RuleSet], list[str], list[int]]:
    """Return the rule sets, the values that they want, sorted, and the groups that compute these."""
    loaded = [check_values(load_rule_set(name)) for name in names]
    wanted = sorted({value for rule_set in loaded for value in rule_set.values})
    group_of = _group_of()
    return loaded, wanted, sorted({group_of[value] for value in wanted if value in group_of})


def check_values(rule_set: RuleSet) -> RuleSet:
    """Return the rule set where every value that it compares or records can be computed.

    Raises
    ------
    SettingsError
        ``CONF_BAD_RULE_SET`` with the nearest known name.
    """
    known = set(_group_of()) | set(LIST_VALUES)
    if rule_set.lines:
        known |= set(line_values(rule_set.name, KeptText([], 0, 0), len))
    if rule_set.stop_words:
        known.add(_stop_word_value(rule_set))
    for position, rule in enumerate(rule_set.rules, start=1):
        _check_value(rule_set, f"rule {position}", rule.value, known)
    for value in rule_set.record:
        _check_value(rule_set, "record", value, known)
    return rule_set


def _check_value(rule_set: RuleSet, where: str, value: str, known: set[str]) -> None:
    if value not in known:
        raise SettingsError(
            "CONF_BAD_RULE_SET",
            f"rules/{rule_set.name}.yaml, {where}: unknown value {value!r}{nearest(value, sorted(known))}",
        )
