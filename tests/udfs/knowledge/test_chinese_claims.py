from __future__ import annotations

import time

import pytest

from udfs.knowledge.chinese_claims import read_sentence
from udfs.knowledge.drafts import Context, Refusal

NONE = Context()


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("人工智能是计算机科学的一个分支。", ("人工智能", "是", "计算机科学的一个分支", "is_a")),
        ("RISC-V 是一种没有版权的 CPU 指令集，很多公司用它。", ("RISC-V", "是", "一种没有版权的 CPU 指令集", "is_a")),
        ("法国的首都是巴黎。", ("法国", "首都", "巴黎", "property")),
        ("北京位于中国北部。", ("北京", "位于", "中国北部", "located")),
        ("自然语言处理是指研究语言的学科。", ("自然语言处理", "指", "研究语言的学科", "refer")),
        ("向量空间又称线性空间。", ("向量空间", "也称", "线性空间", "called")),
        ("水分子由氢原子和氧原子组成。", ("水分子", "由…组成", "氢原子和氧原子", "consists_of")),
        ("苹果公司成立于1976年。", ("苹果公司", "成立于", "1976年", "passive")),
        ("`Array.isArray()`方法返回一个布尔值，表示结果。", ("Array.isArray()", "返回", "一个布尔值", "returns")),
        ("在数学中，函数是一种对应关系。", ("函数", "是", "一种对应关系", "is_a")),
    ],
)
def test_first_claim(sentence: str, expected: tuple[str, str, str, str]) -> None:
    result = read_sentence(sentence, NONE)
    assert isinstance(result, list), result
    assert (result[0].subject, result[0].predicate, result[0].object, result[0].pattern) == expected


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("它是一种语言。", "pronoun_subject"),
        ("这个函数是一种工具。", "pronoun_subject"),
        ("第一个参数是一个字符串。", "anaphoric_subject"),
        ("原因是一个错误的配置。", None),
        ("人工智能是一个学科吗？", "question"),
        ("人工智能可能是一个学科。", "hedged"),
        ("人工智能是一个学科", "fragment"),
        ("我们认为人工智能是一个学科。", "first_person"),
        ("苹果是红的。", None),
        ("跑！", None),
        ("是", None),
    ],
)
def test_refusals(sentence: str, reason: str | None) -> None:
    result = read_sentence(sentence, NONE)
    assert not isinstance(result, list), result
    assert reason is None or result == Refusal(reason)


def test_negation_is_polarity() -> None:
    result = read_sentence("鲸鱼不是一种鱼类。", NONE)
    assert isinstance(result, list)
    assert (result[0].negative, result[0].object) == (True, "一种鱼类")


def test_short_form_in_brackets() -> None:
    result = read_sentence("主成分分析（PCA）是一种降维方法。", NONE)
    assert isinstance(result, list)
    assert [(draft.subject, draft.predicate, draft.object) for draft in result] == [
        ("主成分分析", "是", "一种降维方法"),
        ("主成分分析", "也称", "PCA"),
    ]


@pytest.mark.parametrize("unit", ["是", "中", "由", "，", "（", "的", "1.", "（a"])
def test_long_hostile_sentences_take_linear_time(unit: str) -> None:
    started = time.process_time()
    read_sentence(unit * 100_000, NONE)
    assert time.process_time() - started < 5
