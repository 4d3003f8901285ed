"""Builds MathML elements: for the drawings of MathJax and KaTeX, which are brought back to it."""

from __future__ import annotations

from lxml import etree


def element(name: str, *children: etree._Element) -> etree._Element:
    """Return an element with these children.

    Examples
    --------
    >>> etree.tostring(element("msqrt", element("mi"))).decode()
    '<msqrt><mi/></msqrt>'
    """
    made = etree.Element(name)
    made.extend(children)
    return made


def one(children: list[etree._Element]) -> etree._Element:
    """Return the only child, or a row of several or none.

    Examples
    --------
    >>> one([element("mi")]).tag, one([]).tag
    ('mi', 'mrow')
    """
    return children[0] if len(children) == 1 else element("mrow", *children)
