"""The one entry: bytes of a page in, its main content as Markdown out."""

from __future__ import annotations

from dataclasses import dataclass

from udfs.html.boosted_trees import BoostedTrees, packaged
from udfs.html.code_tabs import place_tab_names
from udfs.html.copies import without_copies
from udfs.html.declarations import declarations
from udfs.html.decode import decode, is_binary
from udfs.html.flow import Flow, Metadata
from udfs.html.formulas import mark_formulas
from udfs.html.linked_data import linked_text
from udfs.html.main_content import below_best, choose_blocks
from udfs.html.metadata import page_description, page_language, page_title
from udfs.html.notes import mark_notes
from udfs.html.page_kind import declares_article, guess_kind
from udfs.html.render import render
from udfs.html.source import Source
from udfs.html.streamed import place_streamed
from udfs.html.tex import ASCII_DOLLARS
from udfs.html.tree import FORBIDDEN, clean_source, tree_of
from udfs.html.walker import page_flow
from udfs.text.debris import trim_debris

MAX_BYTES = 16 * 1024 * 1024

_MATH_SCRIPTS = (b"mathjax", b"katex", b"tex2jax", b"jsmath", b"inlinemath")
# MathJax 2 with AsciiMath among its inputs.
_ASCIIMATH_SETTINGS = (b"am_chtml", b"am_htmlormml", b"am_svg")
# A page with less is asked for what it states as JSON-LD.
_LITTLE_TEXT = 300


class PageError(Exception):
    """A page without a text; the only exception `parse` raises.

    Attributes
    ----------
    reason : str
        ``empty_payload``, ``binary_payload``, ``page_too_large``, ``no_markup`` or ``no_text``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Page:
    """The main content of a page.

    Attributes
    ----------
    text : str
        Markdown: headings, nested lists, tables, fenced code, quotes; formulas as ``$..$`` and ``$$..$$``. Mojibake is
        left as it is, with the C1 controls that are half of it: `udfs.text.mojibake.repair` needs them.
    title : str
        Empty only where the page names none.
    language : str or None
        Primary subtag that the page declares, such as ``zh``.
    charset : str
        The charset it was decoded by, which is not always the one it claimed.
    page_kind : str
        ``article``, ``forum``, ``documentation``, ``product`` or ``listing``.
    formulas, code_blocks, links : int
        How many of them the text holds; of links only the words are kept.
    """

    text: str
    title: str
    language: str | None
    charset: str
    page_kind: str
    formulas: int
    code_blocks: int
    links: int


@dataclass(frozen=True, slots=True)
class PageFlow:
    """A page as blocks, and what it says of itself."""

    flow: Flow
    metadata: Metadata
    language: str | None
    charset: str
    kind: str
    declares_article: bool


def parse(payload: bytes, uri: str, charset: str | None = None, max_bytes: int = MAX_BYTES) -> Page:
    """Read a web page.

    Parameters
    ----------
    payload : bytes
        Body of the response, content encoding undone.
    uri : str
        Its address; helps to tell what kind of page it is. May be empty.
    charset : str, optional
        What the transport said. A claim the bytes contradict is ignored.
    max_bytes : int, default 16 MiB
        Larger pages are refused.

    Raises
    ------
    PageError
        With the reason why there is no text.

    Examples
    --------
    >>> parse(b"<title>T</title><article><h1>T</h1><p>Let <img class=latex alt='x^2'> be given.</p></article>", "").text
    '# T\\n\\nLet $x^2$ be given.'
    """
    return extract(read(payload, uri, charset, max_bytes))


def read(payload: bytes, uri: str, charset: str | None = None, max_bytes: int = MAX_BYTES) -> PageFlow:
    """Read a page as blocks, before its main content is chosen; parameters and error are those of `parse`."""
    if len(payload) > max_bytes:
        raise PageError("page_too_large")
    if not payload.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise PageError("empty_payload")
    if is_binary(payload):
        raise PageError("binary_payload")
    markup, used = decode(payload, charset)
    cleaned = clean_source(markup)
    root = tree_of(cleaned)
    if root is None:
        raise PageError("no_markup")
    declared = declarations(root)
    metadata = Metadata(page_title(declared), page_description(declared), linked_text(declared))
    # As bytes: of a text that is not all Latin, lower case and searches take several times as long.
    source = Source(cleaned.lower())
    place_streamed(root, source)
    mark_notes(root, source)
    mark_formulas(root, source)
    place_tab_names(root, source)
    flow = page_flow(root, _single_marks(source))
    return PageFlow(
        flow=flow,
        metadata=metadata,
        language=page_language(declared),
        charset=used,
        kind=guess_kind(declared, uri, source),
        declares_article=declares_article(declared),
    )


def _single_marks(source: Source) -> str:
    """Return the characters that quote a formula in the text of a page, by the scripts that it loads."""
    dollars = any(map(source.holds, _MATH_SCRIPTS))
    backticks = source.holds(b"asciimath") or (dollars and any(map(source.holds, _ASCIIMATH_SETTINGS)))
    # ASCIIMathML.js reads what is between dollars as well, MathJax only what is between backticks.
    ascii_dollars = backticks and not dollars and source.holds(b"asciimathml.js")
    return (
        ("$" if dollars or ascii_dollars else "")
        + ("`" if backticks else "")
        + (ASCII_DOLLARS if ascii_dollars else "")
    )


def extract(page: PageFlow, trees: BoostedTrees | None = None) -> Page:
    """Choose the main content of a page, by the packaged block model where no other is given."""
    below = below_best(page.kind, page.declares_article)
    kept = choose_blocks(page.flow, page.metadata, trees or packaged(), below)
    # A reference says the same of a parameter wherever it stands, and the same steps for every language.
    if page.kind != "documentation":
        kept = without_copies(kept, page.flow.frames)
    text = render(kept, page.flow.containers)
    if len(text) < _LITTLE_TEXT and len(page.metadata.text) > 2 * len(text):
        kept, text = [], page.metadata.text
    # Escapes inside attributes and addresses are undone late, so the text is checked once more.
    text = trim_debris(FORBIDDEN.sub("", text))
    if not text.strip():
        raise PageError("no_text")
    return Page(
        text=text,
        title=FORBIDDEN.sub("", page.metadata.title),
        language=page.language,
        charset=page.charset,
        page_kind=page.kind,
        formulas=sum(block.formulas for block in kept),
        code_blocks=sum(block.kind == "code" for block in kept),
        links=sum(block.link_count for block in kept),
    )
