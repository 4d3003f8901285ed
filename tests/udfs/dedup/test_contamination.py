import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udfs.dedup.contamination import BenchmarkItem, ContaminationIndex, LeakRule, build_index
from udfs.errors import InputError

WATER = BenchmarkItem(
    "sums/1",
    "sums",
    "test",
    "A farmer fills 14 buckets from the village well each morning, and every bucket holds 2,500 grams of water. "
    "He spills a third of it on the way home. How much water reaches the kitchen in a week?",
    "He carries 14 * 2.5 = 35 kilograms each day and keeps two thirds of it, so in seven days 35 * 7 * 2 / 3 = 163.",
)
CHOICE = BenchmarkItem(
    "choice/7",
    "choice",
    "test",
    "Which of these gases makes up most of the air around us?\nA. oxygen from plants\nB. nitrogen\nC. argon\nD. neon",
    "B",
)
CHINESE = BenchmarkItem(
    "zh/3", "zh", "val", "某工厂去年生产自行车1200辆，比前年多生产了四分之一，前年生产自行车多少辆？", "960"
)
SHORT = BenchmarkItem("short/2", "short", "test", "What is the length of her 12 tables?", "")
CODE = BenchmarkItem(
    "code/5",
    "code",
    "test",
    'def rotate_left(values: list, places: int) -> list:\n    """Return the values rotated to the left by places.\n\n'
    '    >>> rotate_left([1, 2, 3], 1)\n    [2, 3, 1]\n    """\n',
    "    places %= len(values)\n    return values[places:] + values[:places]\n",
)
GENERIC = [
    BenchmarkItem(
        f"generic/{n}", "generic", "test", f"Which of the following statements is true of {name} in general?", ""
    )
    for n, name in enumerate(["mitosis", "taxes", "sonnets", "quarks", "treaties", "glaciers", "verbs"])
]
ITEMS = [WATER, CHOICE, CHINESE, SHORT, CODE, *GENERIC]
INDEX = build_index(ITEMS)
BEFORE = "The harvest was late that year. People in the valley waited for rain.\n\n"
AFTER = "\n\nNobody spoke of it afterwards, and the mill stood still until autumn."


def ids(text: str, index: ContaminationIndex = INDEX) -> set[str]:
    return {leak.item_id for leak in index.find(text)}


@pytest.mark.parametrize("item", [WATER, CHOICE, CHINESE, SHORT, CODE], ids=lambda item: item.benchmark)
def test_verbatim_leaks_are_found_where_they_are(item: BenchmarkItem) -> None:
    text = BEFORE + item.question + AFTER
    [leak] = INDEX.find(text)
    assert (leak.item_id, leak.benchmark) == (item.item_id, item.benchmark)
    assert leak.coverage == 1.0
    assert len(BEFORE) <= leak.start < leak.end <= len(BEFORE) + len(item.question)
    assert leak.ngram in text[leak.start : leak.end]
    assert item.question.startswith(text[leak.start : leak.end].split()[0])


@pytest.mark.parametrize(
    "changed",
    [
        WATER.question.upper(),
        WATER.question.replace(",", "").replace(".", ""),
        WATER.question.replace(" ", "\n\n"),
        WATER.question.replace(" ", "\u3000"),
        WATER.question.replace("2,500", "2500.0").replace("14", "14.00"),
        WATER.question.replace("14", "23").replace("2,500", "990"),
        WATER.question.replace("farmer", "baker").replace("kitchen", "cellar"),
        WATER.question.replace("each morning, ", "each cold and early morning, "),
        WATER.question.replace("He spills a third of it on the way home. ", ""),
        WATER.question.replace("i", "í"),
        "fi".join(WATER.question.split("fi")).replace("fi", "ﬁ"),
    ],
)
def test_changed_leaks_are_found(changed: str) -> None:
    assert changed != WATER.question
    assert ids(BEFORE + changed + AFTER) == {"sums/1"}


@pytest.mark.parametrize(
    "changed",
    [
        CHINESE.question.replace("，", ","),
        CHINESE.question.replace("1200", "１２００"),
        " ".join(CHINESE.question),
        CHINESE.question.replace("自行车", "自行车 "),
        CHINESE.question.replace("，", "").replace("？", ""),
        "说明" + CHINESE.question + "答案",
    ],
)
def test_chinese_leaks_are_found_whatever_the_segmentation(changed: str) -> None:
    assert ids("天气很好。" + changed + "我们去公园。") == {"zh/3"}


def test_options_may_be_shuffled_or_dropped() -> None:
    stem, *options = CHOICE.question.split("\n")
    assert ids(BEFORE + stem + AFTER) == {"choice/7"}
    assert ids(BEFORE + "\n".join([stem, *reversed(options)]) + AFTER) == {"choice/7"}


def test_worked_answers_are_found_but_letters_are_not() -> None:
    [leak] = INDEX.find(BEFORE + WATER.answer + AFTER)
    assert (leak.item_id, leak.part, leak.rule) == ("sums/1", "answer", "ngram")
    assert ids("B\n\nB.") == set()


def test_part_of_a_question_does_not_convict() -> None:
    assert ids("Each morning a farmer fills 14 buckets from the village well.") == set()
    assert ids("He spills a third of it on the way home.") == set()


def test_a_phrase_that_many_items_share_does_not_convict() -> None:
    assert ids("Which of the following statements is true of whales in general?") == set()
    assert ids("Which of the following statements is true of sonnets in general?") == {"generic/2"}


def test_short_questions_must_be_whole_lines_with_their_numbers() -> None:
    assert ids("Quiz\nWHAT is the length of her 12.0 tables\n") == {"short/2"}
    [leak] = INDEX.find("Quiz: What is the length of her 12 tables? Ten.")
    assert (leak.rule, leak.start, leak.end) == ("exact_item", 6, 41)
    assert ids("What is the length of her 13 tables?") == set()
    assert ids("He asked what is the length of her 12 tables and chairs?") == set()


def test_a_short_stem_is_no_proof_without_its_options() -> None:
    item = BenchmarkItem("gas/1", "gas", "test", "Oxygen gas is used:\nA. burn\nB. weld", "A")
    index = build_index([item])
    assert ids("Chemistry\nOxygen gas is used:\nin hospitals.", index) == set()
    [leak] = index.find("Quiz\nOxygen gas is used:\nA) burn\nB) weld\nEnd")
    assert (leak.rule, leak.part) == ("exact_item", "question")


FORMULAS = [
    BenchmarkItem(f"formula/{n}", "formula", "test", question, "")
    for n, question in enumerate(
        [
            r"Simplify $\sqrt{720}$.",
            "Solve: $x-7=-26$",
            "因式分解：2x^2-8=",
            "Find the number.",
            "3，5，16，a = b",
            "x y 1 z 2 w 3",
        ]
    )
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"Simplify $\sqrt{720}$.", {"formula/0"}),
        (r"Quiz: SIMPLIFY \[\sqrt {720}\] Twelve roots of five.", set()),
        (r"Simplify $\sqrt{721}$.", set()),
        (r"To simplify $\sqrt{720}$, look for squares.", set()),
        ("Quiz\nSolve:\n$x - 7 = -26$\nShow your work.", {"formula/1"}),
        ("Solve: $x-7=-27$", set()),
        ("因式分解：2x^2-8=", {"formula/2"}),
        ("Find the number.", set()),
        ("3, 5, 16, a = b", set()),
        ("x y 1 z 2 w 3", {"formula/5"}),
    ],
)
def test_short_formulas_must_be_whole_lines_with_their_numbers(text: str, found: set[str]) -> None:
    assert ids(BEFORE + text + AFTER, build_index(FORMULAS)) == found


@pytest.mark.parametrize(
    "labels",
    [
        ("1. ", "2. ", "3. ", "4. ", "5. "),
        ("1) ", "2) ", "3) ", "4) ", "5) "),
        ("(1)", "(2)", "(3)", "(4)", "(5)"),
        ("(a) ", "(b) ", "(c) ", "(d) ", "(e) "),
        ("1、", "2、", "（3）", "十四、", "5．"),
        ("", "", "", "", "8 "),
    ],
)
def test_short_questions_are_found_in_lists_of_exercises(labels: tuple[str, ...]) -> None:
    index = build_index([*FORMULAS, SHORT])
    text = "\n".join(map(str.__add__, labels, [*(item.question for item in [*FORMULAS[:3], SHORT]), "Stop"]))
    assert ids(BEFORE + text, index) == {"formula/0", "formula/1", "formula/2", "short/2"}
    assert ids(BEFORE + text.replace("7", "9").replace("8", "6").replace("12 t", "13 t"), index) == set()


def test_formulas_too_short_to_be_found_are_named() -> None:
    assert build_index(FORMULAS).undetectable() == ["formula/3", "formula/4"]


def test_drawings_may_be_lost() -> None:
    drawing = (
        "[asy]\n" + "\n".join(f"draw(({n},0)--(0,{n}),red); dot(O{n}); label(P, N);" for n in range(40)) + "\n[/asy]"
    )
    words = "In the figure two chords of a circle meet at a right angle inside the disc. Find the radius."
    item = BenchmarkItem("math/1", "math", "test", words + drawing, "5")
    assert ids(BEFORE + words + AFTER, build_index([item])) == {"math/1"}


def test_a_passage_shared_by_many_items_is_not_generic() -> None:
    passage = WATER.question
    questions = ["Who is tired?", "What breaks?", "Where is it?", "Why so?", "When is noon?", "Which one?", "How far?"]
    items = [BenchmarkItem(f"q/{n}", "q", "dev", f"{passage}\n{text}", "") for n, text in enumerate(questions)]
    assert len(ids(BEFORE + passage + AFTER, build_index(items))) == len(questions)


def test_one_leak_an_item_in_order_of_place() -> None:
    text = BEFORE + CHINESE.question + AFTER + WATER.question + BEFORE + WATER.question
    leaks = INDEX.find(text)
    assert [leak.item_id for leak in leaks] == ["zh/3", "sums/1"]
    assert all(a.start <= b.start for a, b in pairwise(leaks))


def test_long_documents_are_searched_to_the_end() -> None:
    filler = "".join(f"Sentence number {n} speaks of nothing at all. " for n in range(12_000))
    for place in (0, (1 << 18) - 60, (1 << 18) + 10, len(filler)):
        text = filler[:place] + "\n" + WATER.question + "\n" + filler[place:]
        [leak] = INDEX.find(text)
        assert leak.start == place + 1
        assert text[leak.start : leak.end] == WATER.question.rstrip("?")


def test_bytes_round_trip() -> None:
    data = INDEX.to_bytes()
    again = ContaminationIndex.from_bytes(data)
    assert again.to_bytes() == data
    for text in (BEFORE, BEFORE + WATER.question, SHORT.question):
        assert again.find(text) == INDEX.find(text)
    assert again.rule == INDEX.rule


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\x80\x04N.", INDEX.to_bytes()[: len(INDEX.to_bytes()) // 2]])
def test_bytes_of_something_else_are_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="BENCHMARK_BAD_INDEX"):
        ContaminationIndex.from_bytes(data)


def test_order_of_items_does_not_matter() -> None:
    text = BEFORE + WATER.question + SHORT.question + CHINESE.question + GENERIC[3].question
    assert build_index(ITEMS[::-1]).find(text) == INDEX.find(text)


def test_undetectable_items_are_named() -> None:
    tiny = BenchmarkItem("tiny/1", "tiny", "test", "x = 2?", "2")
    empty = BenchmarkItem("tiny/2", "tiny", "test", "?!", "")
    index = build_index([tiny, *ITEMS, empty])
    assert index.undetectable() == ["tiny/1", "tiny/2"]
    assert ids("x = 2?\n?!", index) == set()


def test_an_index_of_items_without_any_window() -> None:
    index = build_index([BenchmarkItem("tiny/1", "tiny", "test", "?", "")])
    assert index.find(BEFORE) == []
    assert index.find("") == []


def test_no_items_is_an_error() -> None:
    with pytest.raises(InputError, match="BENCHMARK_NO_ITEMS"):
        build_index([])


def test_a_stricter_rule_finds_less() -> None:
    strict = build_index(ITEMS, LeakRule(ngram_coverage=0.95, edited_coverage=0.95))
    changed = BEFORE + WATER.question.replace("He spills a third of it on the way home. ", "") + AFTER
    assert ids(changed) == {"sums/1"}
    assert ids(changed, strict) == set()
    assert ids(BEFORE + WATER.question, strict) == {"sums/1"}


@given(st.text(st.characters(codec=None), max_size=80), st.text(st.characters(codec=None), max_size=80))
def test_found_whatever_stands_around(before: str, after: str) -> None:
    text = before + "\n" + WATER.question + "\n" + after
    leaks = {leak.item_id: leak for leak in INDEX.find(text)}
    leak = leaks["sums/1"]
    assert text[leak.start : leak.end] == WATER.question.rstrip("?")


@given(st.text(st.characters(codec=None)))
def test_any_text_is_searched(text: str) -> None:
    assert INDEX.find(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "village well each morning and every bucket " * 20_000,
        (WATER.question + " ") * 2_000,
        "a b " * 200_000,
        "\ud800\x00" * 100_000,
        "自行车" * 100_000,
    ],
)
def test_hostile_documents_take_linear_time(text: str) -> None:
    started = time.process_time()
    INDEX.find(text)
    assert time.process_time() - started < 20
