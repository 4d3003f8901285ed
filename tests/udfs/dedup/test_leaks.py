import pytest

from udfs.dedup.leaks import LeakRule

RULE = LeakRule()


@pytest.mark.parametrize(
    ("part", "matched", "total", "longest", "expected"),
    [
        ("question", 60, 100, 60, "ngram"),
        ("question", 59, 100, 59, None),
        ("question", 60, 101, 60, None),
        ("stem", 85, 100, 30, "edited"),
        ("stem", 84, 100, 30, None),
        ("stem", 59, 60, 59, None),
        ("stem", 40, 40, 40, "whole_item"),
        ("stem", 40, 43, 40, None),
        ("stem", 39, 39, 39, None),
        ("answer", 60, 60, 60, "ngram"),
        ("answer", 79, 100, 79, None),
        ("answer", 80, 100, 60, "ngram"),
        ("answer", 50, 50, 50, None),
    ],
)
def test_rules_at_their_thresholds(part: str, matched: int, total: int, longest: int, expected: str | None) -> None:
    assert RULE.verdict(part, matched, total, longest) == expected
