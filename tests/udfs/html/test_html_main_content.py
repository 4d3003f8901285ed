"""The block model: its arrays, its labels, its choice."""

from __future__ import annotations

import numpy as np
import pytest

from udfs.html import main_content
from udfs.html.boosted_trees import pack, packaged, unpack
from udfs.html.features import PageArrays, block_features
from udfs.html.flow import Block, Flow
from udfs.html.main_content import choose_blocks, page_thresholds, text_probabilities
from udfs.html.training import example, fit, from_sklearn, label_blocks, words
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


def test_labels_follow_the_known_text() -> None:
    call = block("Subscribe to our newsletter today, it is free of charge")
    blocks = [block("Home"), block("Ferries in winter"), block(SENTENCE), call, block(SENTENCE)]
    assert label_blocks(blocks, f"Ferries in winter\n{SENTENCE}").tolist() == [0, 1, 1, 0, 0]


def test_words_split_chinese_by_character() -> None:
    assert words("Tier 3 数据_x") == ["tier", "3", "数", "据", "x"]


def test_features_are_finite_and_fixed_in_number() -> None:
    widths = set()
    for markup in (
        "<p>one</p>",
        f"<nav><a href=x>a</a></nav><main>{'<p>' + SENTENCE + '</p>'}</main>" * 3,
        "<table><tr><td>x</table>中文",
    ):
        page = PageArrays(flow_of(markup), "one")
        rows = block_features(page)
        assert np.isfinite(rows).all()
        widths.add(rows.shape[1])
    assert len(widths) == 1


def test_prose_is_likelier_than_a_menu() -> None:
    menu = "".join(f'<li><a href="/{i}">Item {i}</a></li>' for i in range(8))
    prose = f"<p>{SENTENCE * 3}</p>" * 4
    flow = flow_of(f"<nav class=menu><ul>{menu}</ul></nav><article><h1>Ferries</h1>{prose}</article>")
    probability = text_probabilities(flow, "Ferries", packaged())
    long_text = np.array([len(item.plain) > 100 for item in flow.blocks])
    assert probability[long_text].min() > probability[~long_text][:8].max()


def test_doubtful_blocks_stay_between_kept_ones_only(monkeypatch: pytest.MonkeyPatch) -> None:
    probability = np.array([0.5, 0.99, 0.5, 0.5, 0.99, 0.5, 0.1, 0.99, 0.5])
    anywhere, between = page_thresholds(probability, np.full(9, 100.0))
    assert between < 0.5 < anywhere
    monkeypatch.setattr(main_content, "text_probabilities", lambda flow, title, trees: probability)
    flow = Flow(blocks=[block(f"{place} {SENTENCE}") for place in range(9)])
    assert [item.plain[0] for item in choose_blocks(flow, "", packaged())] == ["1", "2", "3", "4", "7"]


def test_second_copy_of_a_text_goes() -> None:
    winter, summer = f"<p>{SENTENCE * 2}</p>", f"<p>{SENTENCE.replace('winter', 'summer') * 2}</p>"
    kept = [
        item.plain for item in choose_blocks(flow_of(f"<article>{winter}{summer}{winter}</article>"), "", packaged())
    ]
    assert len(kept) == len(set(kept)) == 2


def test_fit_learns_from_labelled_pages() -> None:
    pages = []
    for index in range(60):
        body = "".join(f"<p>{SENTENCE * (1 + (index + i) % 3)}</p>" for i in range(4))
        menu = "".join(f"<li><a href=/{i}>Link {index} {i}</a></li>" for i in range(6))
        flow = flow_of(f"<ul class=nav>{menu}</ul><div>{body}</div>")
        pages.append(example(flow, "", np.array([float(item.link_count == 0) for item in flow.blocks])))
    model = fit(pages, rounds=10)
    assert ((model.probability(pages[0].rows) > 0.5) == (pages[0].labels > 0)).all()
