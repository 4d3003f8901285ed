import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.errors import SettingsError
from udfs.refine.gates import Gate, Gates, count_meta_phrases, evaluate, load_gates, parse_gates
from udfs.resources import conf_yaml

SOURCE = (
    "The water wheel at Aldermill was built in 1742. It turned two millstones and could grind 30 sacks of wheat on each"
    " working day. Farmers paid the miller one sack in every 15. In 1901 the wheel was replaced by a steam engine, and "
    "the old oak beams were sold."
)
QA = (
    "Question: A wheel grinds 30 sacks of wheat on a working day, and the miller is paid one sack in every 15. How many"
    " sacks is he paid?\n\nAnswer: The miller is paid one of 15 sacks. 30 / 15 = 2, so he is paid 2 sacks."
)
TEXTBOOK = (
    "# The mill of Aldermill\n\nIn 1742 a water wheel was built at Aldermill. Two millstones were turned by it, so that"
    " 30 sacks of wheat could be ground on a working day. For every 15 sacks the miller was paid one. A steam engine "
    "replaced the wheel in 1901."
)


def reason(candidate, task, source=SOURCE, language="en", **measured):
    return evaluate(candidate, source, task, language, **({"leak": 0.0} | measured)).reason


@pytest.mark.parametrize(("candidate", "task"), [(QA, "qa"), (TEXTBOOK, "textbook"), (SOURCE, "edit")])
def test_a_sound_candidate_is_kept(candidate, task):
    result = evaluate(candidate, SOURCE, task, "en", leak=0.0)
    assert (result.keep, result.reason) == (True, None)


@pytest.mark.parametrize(
    ("candidate", "task", "expected"),
    [
        ("", "qa", "structured"),
        ("Sure, here is a question. " + QA, "qa", "meta_phrases"),
        ("As an AI I have no mill, but the miller keeps 2 sacks of wheat.", "qa", "meta_phrases"),
        ("Question: wheel?", "qa", "words"),
        ("问题：水车是在哪一年建成的？它每天能磨多少袋小麦？", "qa", "language_match"),
        (QA + " The miller keeps 2 sacks of wheat on a day." * 20, "qa", "repeated_share"),
        (QA.replace("30", "40"), "qa", "numbers_unsupported"),
        (QA.replace("A wheel", "In old Bavaria at Rosenheim a wheel"), "qa", "names_supported"),
        (
            "Question: Which volcano erupted?\n\nAnswer: Mountains near islands erupted violently.",
            "qa",
            "content_supported",
        ),
        (SOURCE, "textbook", "verbatim_share"),
        (" ".join(TEXTBOOK.split()[:14]), "textbook", "length_ratio"),
        (SOURCE.replace("sold", "burnt"), "edit", "lines_from_source"),
    ],
)
def test_a_fault_is_the_reason(candidate, task, expected):
    assert reason(candidate, task) == expected


def test_the_threshold_is_that_of_the_gate_that_failed():
    long, short = SOURCE + " and" * 500, "The water wheel at Aldermill was built in 1742, long ago."
    results = [evaluate(text, SOURCE, "textbook", "en", leak=0.0, repeated_share=0.0) for text in (long, short)]
    assert [(result.reason, result.threshold) for result in results] == [("length_ratio", 3), ("length_ratio", 0.3)]


def test_measured_values_take_the_place_of_computed_ones():
    assert reason(QA, "qa", structured=0.0) == "structured"
    assert reason(QA, "qa", language_match=0.0) == "language_match"
    assert reason(QA, "qa", leak=1.0) == "leak"
    assert reason(QA, "qa", language_match=float("nan")) == "language_match"


def test_a_candidate_is_not_admitted_without_a_leak_check():
    assert evaluate(QA, SOURCE, "qa", "en").reason == "missing_leak"
    assert evaluate(QA, SOURCE, "qa", "en", is_leak=lambda text: "miller is paid" in text).reason == "leak"
    assert evaluate(QA, SOURCE, "qa", "en", is_leak=lambda text: False).keep


def test_all_values_are_kept_with_a_rejected_candidate():
    values = evaluate("", SOURCE, "qa", "en", leak=0.0, answer_agreement=0.4).values
    assert {"structured", "numbers_unsupported", "verbatim_share", "leak", "answer_agreement"} <= values.keys()
    assert values["answer_agreement"] == 0.4


def test_a_phrase_of_the_source_is_not_meta_talk():
    assert count_meta_phrases("He said: I\u2019m  sorry, but no.", "none", ("i'm sorry, but",)) == 1
    assert count_meta_phrases("He said: I'm sorry, but no.", "I\u2019m sorry, but no", ("i'm sorry, but",)) == 0


def test_an_unknown_task_is_refused_with_the_nearest():
    with pytest.raises(SettingsError, match="did you mean 'textbook'"):
        evaluate("a", "b", "textbok", "en")


def with_threshold(value, comparison, threshold):
    base = load_gates()
    return Gates("x", {"qa": (Gate(value, comparison, threshold, "test"),)}, base.meta_phrases)


@given(
    st.sampled_from([QA, TEXTBOOK, SOURCE, "", "Rain.", QA * 3]),
    st.sampled_from(["length_ratio", "content_supported", "verbatim_share", "words", "repeated_share"]),
    st.sampled_from(["<=", "<", ">=", ">"]),
    st.floats(0, 5),
    st.floats(0, 5),
)
def test_a_stricter_gate_keeps_a_subset(candidate, value, comparison, one, other):
    loose, strict = sorted((one, other), reverse=comparison.startswith("<"))
    kept = [
        evaluate(candidate, SOURCE, "qa", "en", gates=with_threshold(value, comparison, threshold)).keep
        for threshold in (loose, strict)
    ]
    assert kept[0] or not kept[1]


@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from(["edit", "qa", "textbook"]))
def test_any_texts_get_a_verdict(candidate, source, task):
    result = evaluate(candidate, source, task, "en", leak=0.0)
    assert result.keep == (result.reason is None)


def changed(path, value):
    values = copy.deepcopy(conf_yaml("gates/refine.yaml"))
    target = values
    for step in path[:-1]:
        target = target[step]
    if value is None:
        del target[path[-1]]
    else:
        target[path[-1]] = value
    return values


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("verbatim_word",), 3, "did you mean 'verbatim_words'"),
        (("version",), None, "lacks version"),
        (("gates", "qa", 0, "value"), "lenght_ratio", "did you mean 'length_ratio'"),
        (("gates", "qa", 0, "comparison"), "=<", "no comparison '=<'"),
        (("gates", "qa", 0, "threshold"), "3", "threshold must be a number"),
        (("gates", "qa", 0, "treshold"), 3, "did you mean 'threshold'"),
        (("gates", "qa", 0, "source"), None, "lacks source"),
        (("gates", "common"), None, "'common'"),
    ],
)
def test_a_wrong_gates_file_is_refused(path, value, message):
    with pytest.raises(SettingsError, match="CONF_BAD_GATES") as caught:
        parse_gates(changed(path, value))
    assert message in str(caught.value)


def test_a_gate_of_a_task_takes_the_place_of_the_common_one():
    gates = load_gates()
    assert [gate.threshold for gate in gates.tasks["edit"] if gate.value == "repeated_share"] == [0.5]
    assert [gate.threshold for gate in gates.tasks["qa"] if gate.value == "repeated_share"] == [0.2]
    assert [gate.threshold for gate in gates.tasks["edit"] if gate.value == "length_ratio"] == [0.2, 1]
