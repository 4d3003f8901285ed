"""The elements in which a page speaks of itself."""

from __future__ import annotations

from udfs.html.declarations import Declarations, declarations
from udfs.html.metadata import page_description, page_language
from udfs.html.tree import parse_tree


def declared(head: str) -> Declarations:
    root = parse_tree(f"<html><head>{head}</head><body><h1>Ferries</h1></body></html>")
    assert root is not None
    return declarations(root)


def test_names_and_properties_are_found_in_any_case() -> None:
    page = declared(
        '<meta NAME="Generator" content="Sphinx"><meta property="og:Type" content="article"><meta content=x>'
    )
    assert page.metas == [("generator", "Sphinx"), ("og:type", "article")]
    assert page.named("og:type", "generator") == ["Sphinx", "article"]


def test_elements_are_found_anywhere() -> None:
    page = declared("<title>One</title><script>1</script>")
    assert [len(nodes) for nodes in (page.titles, page.headings, page.scripts)] == [1, 1, 1]


def test_language_that_stands_for_a_header() -> None:
    assert page_language(declared('<meta http-equiv="Content-Language" content="de-AT">')) == "de"
    assert page_language(declared('<meta property="og:locale" content="fr_FR"><meta name=language content=nl>')) == "nl"


def test_description_is_the_longest_given() -> None:
    head = '<meta name=description content="A soup"><meta property="og:description" content="A  soup of roots">'
    assert page_description(declared(head)) == "A soup of roots"
    assert page_description(declared("<meta name=description>")) == ""
