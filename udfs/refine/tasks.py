"""The L3 tasks seen alike: which requests a document makes, and how answers become a candidate with its verdict."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass

from udfs.engine.protocol import Sampling
from udfs.errors import SettingsError
from udfs.prompts import Prompt, load_prompt
from udfs.refine import edit, question_answer, textbook
from udfs.refine.gates import GateResult, evaluate
from udfs.text.language import identify

EDIT, QUESTION_ANSWER, TEXTBOOK = "edit", "qa", "textbook"
PROMPTS = {EDIT: edit.PROMPT_ID, QUESTION_ANSWER: question_answer.PROMPT_ID, TEXTBOOK: textbook.PROMPT_ID}
UNCHANGED = "unchanged"


@dataclass(frozen=True)
class TaskRequest:
    """One request of a task; `line` counts from 1 where the task asks about lines, else it is 0."""

    line: int
    messages: tuple[tuple[str, str], ...]
    sampling: Sampling


@dataclass(frozen=True)
class Answer:
    """An engine's answer to a `TaskRequest`."""

    line: int
    output: str | None
    finish_reason: str | None
    error: str | None = None


@dataclass(frozen=True)
class Candidate:
    """What came of a document.

    Attributes
    ----------
    text : str
        Empty where the answers make none.
    program : str
        Edit program, or the parsed fields, as JSON.
    result : GateResult
        The verdict.
    """

    text: str
    program: str
    result: GateResult


def task_prompt(task: str) -> Prompt:
    """Return the prompt of a task.

    Raises
    ------
    SettingsError
        ``CONF_BAD_VALUE`` for an unknown task.
    """
    if task not in PROMPTS:
        raise SettingsError("CONF_BAD_VALUE", f"no task '{task}'; there are: {', '.join(PROMPTS)}")
    return load_prompt(PROMPTS[task])


def requests(document: str, task: str, max_lines: int) -> Iterator[TaskRequest]:
    """Yield what to ask about a document; nothing where an edit program has nothing to decide."""
    prompt = task_prompt(task)
    if task == EDIT:
        for question in edit.line_questions(document, edit.EditSettings(max_questions=max_lines)):
            yield TaskRequest(question.line, question.messages(prompt), prompt.sampling())
    elif task == QUESTION_ANSWER:
        yield TaskRequest(0, question_answer.messages(document, prompt=prompt), prompt.sampling())
    else:
        yield TaskRequest(0, textbook.messages(document, prompt=prompt), prompt.sampling())


def candidate(
    document: str, task: str, language: str, answers: Sequence[Answer], is_leak: Callable[[str], bool]
) -> Candidate:
    """Make the candidate of a task from the answers to its requests, and hold it against the task's gates."""
    text, program, reason = _compose(document, task, language, answers)
    if reason is not None:
        return Candidate("", program, GateResult(False, reason, {"structured": 0.0}))
    leak = float(is_leak(text))
    if task == EDIT:
        return Candidate(text, program, evaluate(text, document, task, language, leak=leak))
    match = float(identify(text).code == language)
    return Candidate(text, program, evaluate(text, document, task, language, leak=leak, language_match=match))


def _compose(document: str, task: str, language: str, answers: Sequence[Answer]) -> tuple[str, str, str | None]:
    if task == EDIT:
        operations = edit.program(document, {answer.line: answer.output for answer in answers})
        text = edit.apply_program(document, operations)
        reason = UNCHANGED if text == document else "nothing_left" if not text.strip() else None
        return text, edit.program_to_json(operations), reason
    only = answers[0]
    if only.error is not None:
        return "", "{}", only.error.partition(":")[0]
    if task == QUESTION_ANSWER:
        pair, reason = question_answer.parse(only.output, only.finish_reason)
        return ("", "{}", reason) if pair is None else (question_answer.render(pair, language), _fields(pair), None)
    section, reason = textbook.parse(only.output, only.finish_reason)
    return ("", "{}", reason) if section is None else (textbook.render(section), _fields(section), None)


def _fields(parsed: question_answer.QuestionAnswer | textbook.Section) -> str:
    return json.dumps(asdict(parsed), ensure_ascii=False, sort_keys=True)
