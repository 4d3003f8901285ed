"""What is known of the blocks of a page before they are judged."""

from __future__ import annotations

import re

import numpy as np
import pytest

from udfs.html.features import block_features
from udfs.html.flow import Metadata
from udfs.html.hints import HINTS, hint_indices
from udfs.html.page_arrays import PageArrays
from udfs.html.repetition import card_features, outline_features
from udfs.html.tree import parse_tree
from udfs.html.walker import page_flow

SENTENCE = "Every winter the ferry stops for nine weeks, and the islanders mend their nets by the stove. "


def page_of(markup: str, metadata: Metadata | None = None) -> PageArrays:
    root = parse_tree(markup)
    assert root is not None
    return PageArrays(page_flow(root, ""), metadata or Metadata("one"))


@pytest.mark.parametrize(
    "names",
    [
        "",
        "x y",
        "post-content postbody posted",
        "topbar top-bar tbar",
        "ad ads ad-slot big-ad adx badge",
        "tags tagx tag cta-button xcta",
        "toc toc-2 my-toc tocx",
        "col-right colright Column-Right 13px",
        "comment-reply related-next read-more",
    ],
)
def test_hints_are_what_their_patterns_find(names: str) -> None:
    plain = re.sub(r"\d+", "0", names.lower()).split()
    expected = {
        index for index, pattern in enumerate(HINTS.values()) if any(re.search(pattern, name) for name in plain)
    }
    assert hint_indices(names) == expected


def test_features_are_finite_and_fixed_in_number() -> None:
    widths = set()
    for markup in (
        "<p>one</p>",
        f"<nav><a href=x>a</a></nav><main>{'<p>' + SENTENCE + '</p>'}</main>" * 3,
        "<article><article><p>x</article><h1>y</h1></article><article></article>",
        "<table><tr><td>x</table>中文",
    ):
        rows = block_features(page_of(markup))
        assert np.isfinite(rows).all()
        widths.add(rows.shape[1])
    assert len(widths) == 1


def test_cards_are_repeated_siblings() -> None:
    cards = "".join(f"<div class=card><h3><a href=/{i}>Title {i}</a></h3><p>Text {i}</p></div>" for i in range(4))
    level, siblings = card_features(page_of(f"<p>{SENTENCE}</p><div>{cards}</div>"))[10:12]
    assert level.tolist() == [-1] + [1] * 8
    assert siblings[1:] == pytest.approx(np.log1p(4))
    # Two are no group.
    assert (card_features(page_of("<p>x</p><div><p>a<p>b</div>"))[0] == -1).all()


def test_outline_counts_articles_and_knows_the_heading_above() -> None:
    article = f"<article><h2>Related</h2><p>{SENTENCE}</p></article>"
    columns = outline_features(page_of(f"<h1>one</h1>{article}<article><p>{SENTENCE * 3}</p>{article}</article>"))
    titles, _, begun, share, inside, _, call, level = columns[:8]
    assert titles.tolist() == [1] * 6
    assert begun.tolist() == [0, 1, 1, 2, 3, 3]
    assert share == pytest.approx([-1, 0.2, 0.2, 0.8, 0.8, 0.8], abs=0.01)
    assert inside.tolist() == [-1, 0, 1, 0, 1, 2]
    assert call.tolist() == [0, 1, 1, 1, 1, 1]
    assert level.tolist() == [1, 2, 2, 2, 2, 2]


def test_words_of_consent_are_counted() -> None:
    text = page_of(f"<p>{SENTENCE}</p><p>We and our partners use cookies and ask your consent</p><p>隐私政策</p>").text
    assert text[:, 25].tolist() == [0, 3, 1]


def test_distance_from_what_the_page_states() -> None:
    markup = f"<p>Home</p><p>{SENTENCE}</p><figure>A ferry</figure><p>{SENTENCE[::-1]}</p><p>Next</p>"
    plain = block_features(page_of(markup))
    rows = block_features(page_of(markup, Metadata("one", description=SENTENCE, text=f"{SENTENCE} {SENTENCE[::-1]}")))
    changed = rows[:, (rows != plain).any(axis=0)].T.tolist()
    # Whether each block is stated, and described; the share; places after the first, the last and the described one.
    assert changed[0] == [0, 1, 0, 1, 0]
    assert changed[1] == [0, 1, 0, 0, 0]
    assert changed[3:] == [[-1, 0, 1, 2, 3], [-3, -2, -1, 0, 1], [-1, 0, 1, 2, 3]]
