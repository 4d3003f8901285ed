"""The block model: its arrays, its labels, its choice."""

from __future__ import annotations

import numpy as np
import pytest

from udfs.html import main_content
from udfs.html.boosted_trees import BoostedTrees, pack, packaged, unpack
from udfs.html.flow import Block, Flow, Frame, Metadata
from udfs.html.main_content import below_best, choose_blocks, page_thresholds, text_probabilities
from udfs.html.training import example, fit, from_sklearn
from udfs.html.tree import parse_tree
from udfs.html.walker import page_flow

SENTENCE = "Every winter the ferry stops for nine weeks, and the islanders mend their nets by the stove. "


def flow_of(markup: str) -> Flow:
    root = parse_tree(markup)
    assert root is not None
    return page_flow(root, "")


def block(text: str) -> Block:
    return Block("text", text, text, 0)


def test_packed_trees_predict_what_sklearn_predicts() -> None:
    # A second and a half, which a run that only collects tests should not pay.
    from sklearn.ensemble import HistGradientBoostingClassifier

    random = np.random.RandomState(3)
    rows = random.rand(500, 6).astype(np.float32)
    label = (rows[:, 0] + rows[:, 3] * rows[:, 1] > 0.8).astype(float)
    model = HistGradientBoostingClassifier(max_iter=12, random_state=0).fit(rows, label)
    packed = unpack(pack(from_sklearn(model)))
    assert packed.probability(rows) == pytest.approx(model.predict_proba(rows)[:, 1], abs=1e-6)
    other = HistGradientBoostingClassifier(max_iter=12, random_state=0, learning_rate=0.3).fit(rows, label)
    margins = np.mean([each.decision_function(rows) for each in (model, other)], axis=0)
    assert from_sklearn(model, other).probability(rows) == pytest.approx(1 / (1 + np.exp(-margins)), abs=1e-6)


def test_rows_that_are_surely_negative_at_a_glance_are_left() -> None:
    # Two trees of one leaf each behind a tree that parts the rows.
    trees = BoostedTrees(
        feature=np.array([0, 0, 0, 0]),
        left=np.array([1, 1, 2, 3]),
        threshold=np.array([0.5, np.inf, np.inf, np.inf], dtype=np.float32),
        value=np.array([0.0, -5.0, 1.0, 2.0], dtype=np.float32),
        roots=np.array([0, 3]),
        glance=1,
        depth=1,
        baseline=0.0,
    )
    margin = -np.log(1 / trees.probability(np.array([[0.0], [1.0]], dtype=np.float32)) - 1)
    assert margin == pytest.approx([-5.0, 3.0])
    assert trees.probability(np.zeros((0, 1), dtype=np.float32)).shape == (0,)


def test_prose_is_likelier_than_a_menu() -> None:
    menu = "".join(f'<li><a href="/{i}">Item {i}</a></li>' for i in range(8))
    prose = f"<p>{SENTENCE * 3}</p>" * 4
    flow = flow_of(f"<nav class=menu><ul>{menu}</ul></nav><article><h1>Ferries</h1>{prose}</article>")
    probability = text_probabilities(flow, Metadata("Ferries"), packaged())
    long_text = np.array([len(item.plain) > 100 for item in flow.blocks])
    assert probability[long_text].min() > probability[~long_text][:8].max()


def test_doubtful_blocks_stay_between_kept_ones_only(monkeypatch: pytest.MonkeyPatch) -> None:
    probability = np.array([0.5, 0.99, 0.5, 0.5, 0.99, 0.5, 0.1, 0.99, 0.5])
    anywhere, between = page_thresholds(probability, np.full(9, 100.0))
    assert between < 0.5 < anywhere
    monkeypatch.setattr(main_content, "text_probabilities", lambda flow, metadata, trees: probability)
    flow = Flow([block(f"{place} {SENTENCE}") for place in range(9)], [Frame("body", -1, 0, "", False, 0, 9)])
    assert [item.plain[0] for item in choose_blocks(flow, Metadata(), packaged())] == ["1", "2", "3", "4", "7"]
    # Documentation is judged by a lower threshold.
    lenient = choose_blocks(flow, Metadata(), packaged(), below_best("documentation", False) + 0.1)
    assert [item.plain[0] for item in lenient] == ["0", "1", "2", "3", "4", "5", "7", "8"]


def test_run_of_doubtful_blocks_is_judged_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    probability = np.array([0.99, 0.6, 0.38, 0.99, 0.38, 0.6, 0.99])
    monkeypatch.setattr(main_content, "text_probabilities", lambda flow, metadata, trees: probability)
    sizes = (3, 3, 1, 3, 5, 1, 3)
    flow = Flow(
        [block(f"{place} {SENTENCE * size}") for place, size in enumerate(sizes)],
        [Frame("body", -1, 0, "", False, 0, len(sizes))],
    )
    assert [item.plain[0] for item in choose_blocks(flow, Metadata(), packaged(), 0.25)] == ["0", "1", "2", "3", "6"]


def test_doubtful_formulas_need_no_kept_text_around_them(monkeypatch: pytest.MonkeyPatch) -> None:
    probability = np.array([0.99, 0.1, 0.55, 0.1, 0.55, 0.99])
    monkeypatch.setattr(main_content, "text_probabilities", lambda flow, metadata, trees: probability)
    blocks = [block(f"{place} {SENTENCE}") for place in range(6)]
    blocks[2].formulas = 1
    flow = Flow(blocks, [Frame("body", -1, 0, "", False, 0, 6)])
    assert [item.plain[0] for item in choose_blocks(flow, Metadata(), packaged(), 0.25)] == ["0", "2", "5"]


def test_page_of_few_blocks_is_judged_mildly(monkeypatch: pytest.MonkeyPatch) -> None:
    for count, kept in ((4, 4), (5, 1)):
        probability = np.array([0.99] + [0.3] * (count - 1))
        monkeypatch.setattr(main_content, "text_probabilities", lambda flow, metadata, trees, its=probability: its)
        flow = flow_of("".join(f"<p>{place} {SENTENCE * (4 if place == 0 else 1)}</p>" for place in range(count)))
        assert len(choose_blocks(flow, Metadata(), packaged())) == kept


def test_documentation_is_judged_mildly_and_a_declared_article_strictly() -> None:
    assert below_best("documentation", True) > below_best("product", True) == below_best("article", False)
    assert below_best("article", False) > below_best("article", True)


def test_items_of_a_list_share_their_fate(monkeypatch: pytest.MonkeyPatch) -> None:
    probability = np.array([0.99, 0.9, 0.3, 0.9, 0.3, 0.99])
    monkeypatch.setattr(main_content, "text_probabilities", lambda flow, metadata, trees: probability)
    items = "<li>".join(f"{place} {SENTENCE}" for place in (1, 2, 3))
    rest = "".join(f"<p>{place} {SENTENCE}</p>" for place in (4, 5))
    for markup, kept in (
        (f"<p>0 {SENTENCE}</p><ul><li>{items}</ul>{rest}", "01235"),
        (f"<p>0 {SENTENCE}</p><section><p>{items.replace('<li>', '<p>')}</section>{rest}", "0135"),
    ):
        chosen = choose_blocks(flow_of(markup), Metadata(), packaged(), 0.25)
        assert "".join(item.plain[0] for item in chosen) == kept


def test_a_formula_is_not_lost_to_the_other_items_of_its_list(monkeypatch: pytest.MonkeyPatch) -> None:
    probability = np.array([0.99, 0.3, 0.02, 0.02, 0.02, 0.99, 0.99])
    monkeypatch.setattr(main_content, "text_probabilities", lambda flow, metadata, trees: probability)
    items = "<li>".join(f"{place} {SENTENCE}" for place in (1, 2, 3, 4))
    rest = "".join(f"<p>{place} {SENTENCE}</p>" for place in (5, 6))
    for formulas, kept in ((0, "056"), (1, "0156")):
        flow = flow_of(f"<p>0 {SENTENCE}</p><ul><li>{items}</ul>{rest}")
        flow.blocks[1].formulas = formulas
        chosen = choose_blocks(flow, Metadata(), packaged(), 0.25)
        assert "".join(item.plain[0] for item in chosen) == kept


def test_title_stays_before_kept_text_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        main_content, "text_probabilities", lambda flow, metadata, trees: np.array([0.1, 0.1, 0.1, 0.9])
    )
    flow = flow_of(f"<h1>Shop</h1><p>Basket</p><h1>Ferries</h1><p>{SENTENCE}</p>")
    assert [item.plain for item in choose_blocks(flow, Metadata(), packaged())] == ["Ferries", SENTENCE.strip()]


def test_fit_learns_from_labelled_pages() -> None:
    pages = []
    for index in range(60):
        body = "".join(f"<p>{SENTENCE * (1 + (index + i) % 3)}</p>" for i in range(4))
        menu = "".join(f"<li><a href=/{i}>Link {index} {i}</a></li>" for i in range(6))
        flow = flow_of(f"<ul class=nav>{menu}</ul><div>{body}</div>")
        pages.append(example(flow, Metadata(), np.array([float(item.link_count == 0) for item in flow.blocks])))
    model = fit(pages, rounds=10)
    assert ((model.probability(pages[0].rows) > 0.5) == (pages[0].labels > 0)).all()
