"""What a style sheet sets apart stands apart in the text, and what stands in a line stays in it."""

from __future__ import annotations

import pytest

from tests.udfs.html.rendering import LINES as CODE
from tests.udfs.html.rendering import fenced, rendered

LINES = {
    "labels of one template": (
        '<span class="m">1994</span><span class="m">2h 22m</span><span class="m">R</span>',
        "1994 2h 22m R",
    ),
    "a name and a title": (
        '<span class="a b">Ann Lee</span><span class="a b">Head of Mills</span>',
        "Ann Lee Head of Mills",
    ),
    "parts of a word": ('<span class="w">ferry</span><span class="w">man</span>', "ferryman"),
    "letters": ('<span class="c">F</span><span class="c">e</span><span class="c">r</span>', "Fer"),
    "the rest of a sentence": ('<span class="c">the ferry</span><span class="c">man rows</span>', "the ferryman rows"),
    "other templates": ('<span class="c">We use Java</span><span class="d">Script now</span>', "We use JavaScript now"),
    "Chinese": ('<span class="c">第 3</span><span class="c">章 桥</span>', "第 3章 桥"),
    "a copy for the eye": (
        '<span class="a">We row</span><span class="b" aria-hidden="true">We row</span> on',
        "We row on",
    ),
    "no copy": ('<span class="a">We row</span> <span aria-hidden="true">and we rest</span>', "We row and we rest"),
    "floating": ('<span style="float: right;">250 items</span>All mills', "250 items All mills"),
    "lines of their own": ('Mills<small style="color: red; display:block">and rivers</small>', "Mills and rivers"),
    "an initial": ('<span style="float:left; font-size: 3em">T</span>he ferry', "The ferry"),
    "a mark of an annotator": (
        "the <my-mark>old <b>mill</b></my-mark><i>wheel</i><my-tail> turns</my-tail>",
        "the old millwheel turns",
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_line(name: str) -> None:
    markup, expected = LINES[name]
    assert rendered(f"<p>{markup}</p>") == expected


def test_an_element_of_blocks_is_a_block_whatever_its_name() -> None:
    assert rendered("<span>a<my-card><div>b</div></my-card>c</span>") == "a\n\nb\n\nc"
    assert rendered("<main>a<my-card>b</my-card>c</main>") == "a\n\nb\n\nc"


def test_rustdoc_has_a_button_above_each_description() -> None:
    button = '<summary class="hideme"><span>Expand description</span></summary>'
    assert rendered(f"<details>{button}<div><p>Adds one.</p></div></details>") == "Adds one."
    assert rendered("<details><summary>Why</summary><p>It rains.</p></details>") == "Why\n\nIt rains."


def test_what_a_component_draws_is_text_and_other_templates_are_not() -> None:
    inside = "<style>pre</style><header>Example</header><pre><code>a = 1\n\n  b = 2</code></pre>"
    page = "<p>See:</p><my-example><template{}>" + inside + "</template></my-example><p>It turns.</p>"
    assert rendered(page.format(' shadowrootmode="open"')) == f"See:\n\nExample\n\n{fenced(CODE)}\n\nIt turns."
    assert rendered(page.format("")) == "See:\n\nIt turns."
