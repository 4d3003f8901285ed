"""The tasks seen alike."""

import pytest

from udfs.refine.tasks import QUESTION_ANSWER, TEXTBOOK, Answer, candidate


@pytest.mark.parametrize("task", [QUESTION_ANSWER, TEXTBOOK])
def test_a_failed_request_gives_its_error_as_the_reason(task):
    answer = Answer(0, None, None, "bad_request: no such schema")
    result = candidate("Rain falls.", task, "en", [answer], lambda text: False).result
    assert not result.keep
    assert result.reason == "bad_request"
