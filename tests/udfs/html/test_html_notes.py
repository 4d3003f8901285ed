"""References to notes stand apart from the words before them, and links back from notes are gone."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.udfs.html.rendering import rendered
from udfs.html import parse
from udfs.html.notes import mark_notes
from udfs.html.source import Source

# What a page writes behind "version 3.2", and what the text should have there.
REFERENCES = {
    "mkdocs": ('<sup id="fnref:1"><a class="footnote-ref" href="#fn:1">1</a></sup>', "[1]"),
    "github": ('<sup><a href="#user-content-fn-2-a" data-footnote-ref="">2</a></sup>', "[2]"),
    "pandoc": ('<a href="#fn1" class="footnote-ref" role="doc-noteref"><sup>1</sup></a>', "[1]"),
    "substack": ('<a class="footnote-anchor" href="https://x.test/p/a#footnote-3">3</a>', "[3]"),
    "wikipedia": ('<sup class="reference"><a href="#cite_note-4">[4]</a></sup>', "[4]"),
    "to another page": ('<sup><a href="https://x.test/source">12</a></sup>', "[12]"),
    "letter": ('<sup><a href="#note-a">a</a></sup>', "[a]"),
    "power": ("<sup>2</sup>", "^2"),
    "ordinal": ('<a href="#part-2">2</a>', "2"),
    "section": ('<a href="#s">§ 2</a>', "§ 2"),
}


@pytest.mark.parametrize("kind", REFERENCES)
def test_reference(kind: str) -> None:
    markup, text = REFERENCES[kind]
    page = parse(f"<article><p>There was a fault in version 3.2{markup} of it, they say.</p></article>".encode(), "")
    assert f"in version 3.2{text} of it" in page.text


@pytest.mark.parametrize("end", [".", "”", "。"])
def test_number_behind_the_end_of_a_phrase_is_no_power(end: str) -> None:
    root = etree.fromstring(f"<p><b>It ended{end}</b><sup>2</sup> And began.</p>")
    mark_notes(root, Source(b""))
    assert "".join(root.itertext()) == f"It ended{end}[2] And began."


@pytest.mark.parametrize(
    "link",
    [
        '<a class="footnote-backref" href="#fnref:1">Jump back</a>',
        '<a href="#fnref1" role="doc-backlink">Back</a>',
        '<a href="#r-link" aria-label="Jump to footnote reference 1">↩︎</a>',
        '<span class="mw-cite-backlink"><b><a href="#cite_ref-1">^</a></b></span>',
    ],
)
def test_link_back_is_no_text(link: str) -> None:
    root = etree.fromstring(f"<li>The note. {link}Its end.</li>")
    mark_notes(root, Source(b""))
    assert "".join(root.itertext()) == "The note. Its end."


def test_link_to_the_top_of_another_page_stays() -> None:
    root = etree.fromstring('<p>Press <a href="/keys#up">^</a> or <a href="/top">↑</a>.</p>')
    mark_notes(root, Source(b""))
    assert "".join(root.itertext()) == "Press ^ or ↑."


def test_latexml_note_stands_in_parentheses() -> None:
    note = (
        '<span class="ltx_note ltx_role_footnote" id="footnote1"><sup class="ltx_note_mark">1</sup>'
        '<span class="ltx_note_outer"><span class="ltx_note_content"><sup class="ltx_note_mark">1</sup>'
        '<span class="ltx_tag ltx_tag_note">1</span>{}</span></span></span>'
    )
    for inside, text in (
        ("In the <i>first</i> edition.", " (In the first edition.)"),
        ("See <i>it</i>", " (See it)"),
        ("Plain.", " (Plain.)"),
        ("", ""),
    ):
        markup = f"<link href=LaTeXML.css><article><p>A claim was made{note.format(inside)} there.</p></article>"
        page = parse(markup.encode(), "")
        assert page.text == f"A claim was made{text} there."


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('<dt>turn(steps)<a class="copiable-link" href="#turn"> ¶</a></dt>', "turn(steps)"),
        ('<h2><a class="doc-anchor" href="#mill">§</a>Mill</h2>', "Mill"),
        ('<h3>Mill <a href="#mill">#</a></h3>', "Mill "),
        ('<p><a href="#law-2">§</a> 2 and <a href="#tags">#</a>mill</p>', "§ 2 and #mill"),
        ('<h2><a href="/signs#pilcrow">¶</a></h2>', "¶"),
    ],
)
def test_a_link_to_where_it_stands_is_no_text(markup: str, text: str) -> None:
    root = etree.fromstring(f"<div>{markup}</div>")
    mark_notes(root, Source(b""))
    assert "".join(root.itertext()) == text


def test_number_of_a_note_of_docutils_is_its_link_back() -> None:
    root = etree.fromstring('<p><span class="label">[<a role="doc-backlink" href="#id1">3</a>]</span> The note.</p>')
    mark_notes(root, Source(b""))
    assert "".join(root.itertext()) == "[3] The note."
    back = '<span class="backrefs">(<a role="doc-backlink" href="#id1">1</a>,<a href="#id2">2</a>)</span>'
    assert rendered(f"<p>[3]{back} The note.</p>") == "[3] The note."
