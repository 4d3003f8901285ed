"""Problem and solution pairs made from a document: the ``qa`` format of UltraData-Math L3."""

from __future__ import annotations

import re
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
_NOT_ASKED = "not_a_question"
_ECHO = "solution_repeats_question"
# What asks without a question mark: a sentence that begins with an order, and Chinese words of asking.
_ORDERS = (
    "analyse analyze apply arrange calculate choose classify compare complete compute consider construct convert "
    "count define derive describe determine discuss draw estimate evaluate examine explain express factor find give "
    "identify illustrate implement integrate interpret justify let list match name order outline predict prove "
    "rewrite select show simplify sketch solve sort state suggest summarise summarize suppose translate use verify "
    "work write"
)
_ASKED = re.compile(
    rf"[?\uff1f]|(?:^|[.!:;\n]\s*|,\s+)(?:please\s+)?(?:{'|'.join(_ORDERS.split())})\s"
    r"|求|证明|計算|计算|解释|解釋|说明|說明|写出|寫出|判断|判斷|什么|什麼|如何|为何|为什么|多少|哪",
    re.IGNORECASE,
)


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
        Why there is none: ``no_output``, ``truncated``, ``bad_json``, ``no_question``, ``no_solution``,
        ``not_a_question`` for a heading or a statement, or ``solution_repeats_question``.

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
    if not _ASKED.search(fields["problem"]):
        return None, _NOT_ASKED
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
