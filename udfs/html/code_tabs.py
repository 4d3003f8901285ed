"""Tabs over blocks of code: the name of each goes to its code, as the language where it is one."""

from __future__ import annotations

from lxml import etree

from udfs.html.code import PREFORMATTED
from udfs.html.code_language import declared_language, language_of_name
from udfs.html.source import Source
from udfs.html.tree import drop, names

_MARKS = (b"tablist", b"tabbed-", b"vp-code-group", b"sd-tab-label", b"<gfg-tab")
_PANEL_CLASSES = names("tabbed-content sd-tab-content")
_LONGEST_NAME = 40
# A panel of code may hold a file's name and a button too.
_MOST_OTHER_TEXT = 80


def place_tab_names(root: etree._Element, source: Source) -> None:
    """Move the names of tabs, in place, to the code that they open; panels of other things are left as they are.

    Known are the tabs of ARIA, Material for MkDocs, Sphinx Design, VitePress and GeeksforGeeks.

    Parameters
    ----------
    root : lxml element
        Root of the page.
    source : Source
        Says whether the page has tabs and code.

    Examples
    --------
    >>> page = '<div><div role="tablist"><b role="tab">Python</b><b role="tab">npm</b></div>'
    >>> page += '<div role="tabpanel"><pre>a = 1</pre></div><div role="tabpanel"><pre>npm i</pre></div></div>'
    >>> root = etree.fromstring(page)
    >>> place_tab_names(root, Source(page.encode()))
    >>> [etree.tostring(panel[0]).decode() for panel in root]
    ['<pre data-language="python">a = 1</pre>', '<p>npm</p>']
    """
    if not source.holds(b"<pre") or not any(map(source.holds, _MARKS)):
        return
    for node in list(root.iter("div", "ul", "label", "gfg-tab")):
        tabs, panels = _tabs_and_panels(node)
        if not tabs or len(tabs) != len(panels) or not all(map(_is_code, panels)):
            continue
        titles = [" ".join("".join(tab.itertext()).split()) for tab in tabs]
        if max(map(len, titles)) > _LONGEST_NAME or node.getparent() is None:
            continue
        for panel, title in zip(panels, titles, strict=True):
            _name_code(panel, title)
        drop(node)


def _tabs_and_panels(node: etree._Element) -> tuple[list[etree._Element], list[etree._Element]]:
    """Return the tabs that a node is or holds, and the panels after it."""
    classes = (node.get("class") or "").split()
    after = node.getnext()
    if after is None:
        return [], []
    if node.get("role") == "tablist":
        tabs = [tab for tab in node.iter() if tab.get("role") == "tab"]
        beside = [panel for panel in node.itersiblings() if panel.get("role") == "tabpanel"]
        return tabs, beside or [panel for panel in after if panel.get("role") == "tabpanel"]
    if "tabbed-labels" in classes or ("tabs" in classes and "vp-code-group" in (node.getparent().get("class") or "")):
        return list(node.iter("label")), list(after)
    if node.tag == "gfg-tab" and after.tag == "gfg-panel":
        return [node], [after]
    if node.tag == "label" and not _PANEL_CLASSES.isdisjoint((after.get("class") or "").split()):
        return [node], [after]
    return [], []


def _blocks(panel: etree._Element) -> list[etree._Element]:
    return list(panel.iter(*PREFORMATTED)) or list(panel.iter("code"))


def _is_code(panel: etree._Element) -> bool:
    code = sum(len("".join(block.itertext())) for block in _blocks(panel))
    return code > 0 and len("".join("".join(panel.itertext()).split())) - code <= _MOST_OTHER_TEXT


def _name_code(panel: etree._Element, name: str) -> None:
    language = language_of_name(name)
    for code in _blocks(panel):
        declared = declared_language(code)
        if language and not declared:
            code.set("data-language", language)
        elif not language or language_of_name(declared) != language:
            title = etree.Element("p")
            title.text, title.tail, panel.text = name, panel.text, None
            panel.insert(0, title)
            return
