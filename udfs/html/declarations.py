"""The elements in which a page speaks of itself, found in one walk over its tree."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree


@dataclass(slots=True)
class Declarations:
    """What stands in those elements; other modules read it.

    Attributes
    ----------
    root : lxml element
        Root of the page.
    metas : list of tuple
        Name or property of every ``meta`` in lower case, and its content.
    equivalents : list of tuple
        The same of those that stand for a header of the response.
    titles, headings, scripts : list of lxml element
        Every ``title``, ``h1`` and ``script``.
    """

    root: etree._Element
    metas: list[tuple[str, str]] = field(default_factory=list)
    equivalents: list[tuple[str, str]] = field(default_factory=list)
    titles: list[etree._Element] = field(default_factory=list)
    headings: list[etree._Element] = field(default_factory=list)
    scripts: list[etree._Element] = field(default_factory=list)

    def named(self, *names: str) -> list[str]:
        """Return the contents of the ``meta`` elements with one of these names, in their order.

        Examples
        --------
        >>> declarations(etree.fromstring('<html><meta name="generator" content="Sphinx"/></html>')).named("generator")
        ['Sphinx']
        """
        return [content for name, content in self.metas if name in names]


def declarations(root: etree._Element) -> Declarations:
    """Collect the elements in which a page speaks of itself."""
    found = Declarations(root)
    lists = {"title": found.titles, "h1": found.headings, "script": found.scripts}
    for node in root.iter("meta", "title", "h1", "script"):
        if node.tag != "meta":
            lists[node.tag].append(node)
            continue
        content = node.get("content") or ""
        name = node.get("property") or node.get("name")
        if name:
            found.metas.append((name.lower(), content))
        header = node.get("http-equiv")
        if header:
            found.equivalents.append((header.lower(), content))
    return found
