import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.errors import InputError
from udfs.quality.rubric import DOMAINS, PANEL, combine_labels, label_prompts, label_requests, parse_label


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_rubric_asks_once_for_a_digit(domain):
    (request,) = label_requests("水在一百度时沸腾。", domain, "rubric")
    assert request.prompt_id == f"label_{domain}"
    assert request.sampling.choices == ("0", "1", "2", "3", "4", "5")
    assert "水在一百度时沸腾。" in request.messages[-1][1]


def test_the_panel_asks_five_times_about_two_kinds():
    requests = label_requests("Rain falls.")
    assert len(requests) == len({request.prompt_id for request in requests}) == 5
    for request, (prompt_id, favourable) in zip(requests, PANEL, strict=True):
        assert request.prompt_id == prompt_id
        assert len(request.sampling.choices) == 2
        assert favourable in request.sampling.choices


def test_no_two_questions_of_the_panel_are_the_same():
    assert len({prompt.hash for prompt in label_prompts()}) == 5
    assert len({request.messages for request in label_requests("Rain falls.")}) == 5


@given(st.lists(st.booleans(), min_size=5, max_size=5))
def test_a_label_counts_the_favourable_answers(votes):
    outputs = []
    for vote, (_, favourable), prompt in zip(votes, PANEL, label_prompts(), strict=True):
        other = next(choice for choice in prompt.sampling().choices if choice != favourable)
        outputs.append(favourable if vote else other)
    assert combine_labels(outputs) == sum(votes)
    assert combine_labels([f" {output}\n" for output in outputs]) == sum(votes)


def test_a_missing_vote_makes_no_label():
    favourable = [answer for _, answer in PANEL]
    assert combine_labels(favourable[:4]) is None
    assert combine_labels([*favourable[:4], None]) is None
    assert combine_labels([*favourable[:4], "perhaps"]) is None
    assert combine_labels(["3", "3"], "rubric") is None


@given(st.none() | st.text())
def test_parsing_never_raises(output):
    label = parse_label(output)
    assert label is None or (0 <= label <= 5 and str(label) == output.strip())
    assert combine_labels([output] * 5) in {None, 0, 1, 2, 3, 4, 5}


def test_unknown_names_are_refused():
    with pytest.raises(InputError, match="LABEL_UNKNOWN"):
        label_prompts("poetry")
    with pytest.raises(InputError, match="LABEL_UNKNOWN"):
        label_prompts("prose", "vote")
