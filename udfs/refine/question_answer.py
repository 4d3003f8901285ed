"""Problem and solution pairs made from a document: the ``qa`` format of UltraData-Math L3."""

from __future__ import annotations

from dataclasses import dataclass

from udfs.prompts import Prompt, load_prompt
from udfs.refine.replies import parse_fields

PROMPT_ID = "refine_qa"
TASK = "qa"
LEVELS = {
    "grade_school": "a pupil of grade school",
    "middle_school": "a pupil of middle school",
    "high_school": "a pupil of high school",
    "college": "a student at college",
}
_NO_QUESTION = "no_question"
_ECHO = "solution_repeats_question"


@dataclass(frozen=True)
class QuestionAnswer:
    """A problem and its worked solution."""

    problem: str
    solution: str


def messages(document: str, level: str = "high_school", prompt: Prompt | None = None) -> tuple[tuple[str, str], ...]:
    """Build the request for one document.

    Parameters
    ----------
    document : str
        The source.
    level : str
        One of `LEVELS`.
    prompt : Prompt, optional
        ``refine_qa`` where absent.

    Returns
    -------
    tuple of (str, str)
        (role, content) pairs.
    """
    return (prompt or load_prompt(PROMPT_ID)).messages(document, reader=LEVELS[level])


def parse(output: str | None, finish_reason: str | None) -> tuple[QuestionAnswer | None, str | None]:
    """Read a reply.

    Returns
    -------
    pair : QuestionAnswer or None
    reason : str or None
        Why there is none: ``no_output``, ``truncated``, ``bad_json``, ``no_question``, ``no_solution``, or
        ``solution_repeats_question``.

    Examples
    --------
    >>> parse('{"problem": "What is 2 + 3?", "solution": "2 + 3 = 5."}', "stop")
    (QuestionAnswer(problem='What is 2 + 3?', solution='2 + 3 = 5.'), None)
    >>> parse('{"problem": "What is 2 + 3?", "solu', "length")
    (None, 'truncated')
    """
    fields, reason = parse_fields(output, finish_reason, ("problem", "solution"))
    if reason is not None:
        return None, _NO_QUESTION if reason == "no_problem" else reason
    if fields["problem"].casefold() == fields["solution"].casefold():
        return None, _ECHO
    return QuestionAnswer(fields["problem"], fields["solution"]), None


def render(pair: QuestionAnswer, language: str = "en") -> str:
    """Return the text that is trained on.

    Examples
    --------
    >>> render(QuestionAnswer("What is 2 + 3?", "2 + 3 = 5."))
    'Question: What is 2 + 3?\\n\\nAnswer: 2 + 3 = 5.'
    """
    if language.startswith("zh"):
        return f"问题：{pair.problem}\n\n解答：{pair.solution}"
    return f"Question: {pair.problem}\n\nAnswer: {pair.solution}"
