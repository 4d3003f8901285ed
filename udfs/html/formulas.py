"""Finds every formula of a page, whatever wrote it, and puts one ``formula`` element in its place.

Later stages see a formula as one atom: the attribute ``tex`` holds its LaTeX, ``display`` is "1" or "0". Sources:
MathML in any prefix, MathJax 2 to 4, KaTeX, LaTeXML, MediaWiki, AsciiMath scripts, formula images, and the class names
publishers use.
"""

from __future__ import annotations

import re

from lxml import etree

from udfs.html import katex_output, mathjax_output
from udfs.html.asciimath import asciimath_to_tex
from udfs.html.formula_images import DATA_ATTRIBUTES, DISPLAY_CLASSES, image_tex
from udfs.html.math_symbols import local_name
from udfs.html.mathml import mathml_to_tex, presentation_to_tex
from udfs.html.source import Source
from udfs.html.tex import clean_tex, strip_delimiters
from udfs.html.tree import FORBIDDEN, drop, names

FORMULA_TAG = "formula"
# What the parser lets stand in a text, or an address holds as escapes, and no attribute may hold.
_CONTROLS = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f]")
_MATH_TAGS = ("d-math", "tex-math", "math-renderer", "amp-mathml")
_DELIMITER = re.compile(r"(?<!\\)\$|\\[()\[\]]")
# A node with one of these inside is a part of the page, whatever its class says.
_BLOCKS = ("p", "div", "h1", "h2", "h3", "ul", "ol", "table", "pre", "section", "article", "a", "img")

# Each search goes through the whole source, so there are few. Nearly every page holds "text".
_RENDERED = names("""
    MathJax_Preview MathJax MathJax_Display MathJax_SVG MathJax_SVG_Display MathJax_CHTML MathJax_MathML
    MathJax_Processing MathJax_Processed MathJax_Error mjx-chtml MJXc-display mjx-full-width MathJax_PlainSource
    katex-html MJX_Assistive_MathML MathJax_Hidden_Frame
""")
_MARKED = names("""
    math-container wp-katex-eq tex latex math-tex arithmatex x-ck12 x-ck12-math ztext-math katex-eq mathjax_process
    math-inline math-block js-inline-math js-display-math mathquill-static-math tex2jax_process math-formula
    latex-formula math mathquill-embedded-latex mathquill-editable mathquill-rendered-math mq-math-mode
""")
# Of these the text is LaTeX even without delimiters; of the others only what stands between delimiters is.
_ALWAYS_TEX = names("""
    math-container wp-katex-eq tex math-tex x-ck12 ztext-math katex-eq math-formula latex-formula
    mathquill-static-math mathquill-embedded-latex mathquill-editable mathquill-rendered-math mq-math-mode
""")
# MathQuill keeps the source in an element beside what it draws.
_SELECTABLE = names("selectable mq-selectable")
_COMMAND = re.compile(r"\\[a-zA-Z]+|\\[{}]|[_^]\{[^{}]*\}")
_SCRIPT = re.compile(r"[_^][0-9a-zA-Z](?![a-zA-Z])")
_WORDS = re.compile(r"(?<![\\a-zA-Z])[a-zA-Z]{2,}[,.]?\s+[a-zA-Z]{2}")


def _classes(node: etree._Element) -> list[str]:
    value = node.get("class")
    return value.split() if value else []


def _text(node: etree._Element) -> str:
    return "".join(node.itertext())


def _replace(node: etree._Element, tex: str, display: bool) -> None:
    parent = node.getparent()
    if parent is None:
        return
    tex = FORBIDDEN.sub("", _CONTROLS.sub("", tex))
    if not tex:
        drop(node)
        return
    formula = etree.Element(FORMULA_TAG, tex=tex, display="1" if display else "0")
    formula.tail = node.tail
    parent.replace(node, formula)


def _ancestor_with(
    node: etree._Element, names: frozenset[str] | tuple[str, ...], levels: int = 6
) -> etree._Element | None:
    found = None
    current = node.getparent()
    for _ in range(levels):
        if current is None:
            break
        if any(name in names for name in _classes(current)):
            found = current
        current = current.getparent()
    return found


def _inside(node: etree._Element, names: frozenset[str], levels: int = 12) -> bool:
    current = node.getparent()
    for _ in range(levels):
        if current is None:
            return False
        if not names.isdisjoint(_classes(current)):
            return True
        current = current.getparent()
    return False


def _from_scripts(root: etree._Element) -> bool:
    """Turn the source scripts of MathJax into formulas; True where the page had some."""
    had = False
    for script in list(root.iter("script")):
        kind = (script.get("type") or "").lower().replace(" ", "")
        if not kind.startswith("math/"):
            continue
        source = script.text or ""
        display = "mode=display" in kind
        if kind.startswith(("math/tex", "math/latex")):
            tex, display = clean_tex(re.sub(r"\A\s*%?\s*<!\[CDATA\[|%?\s*\]\]>\s*\Z", "", source), display)
        elif kind.startswith("math/asciimath"):
            tex = asciimath_to_tex(source.strip().strip("`"))
        elif kind.startswith("math/mml"):
            math = parse_fragment(source)
            tex, display = mathml_to_tex(math) if math is not None else ("", False)
        else:
            continue
        had = True
        _replace(script, tex, display)
    return had


def parse_fragment(source: str) -> etree._Element | None:
    """Return the first ``math`` element of a piece of markup, or None."""
    try:
        fragment = etree.fromstring(
            source.encode("utf-8", "replace"), etree.HTMLParser(encoding="utf-8", huge_tree=True)
        )
    except (etree.LxmlError, ValueError):
        return None
    if fragment is None:
        return None
    return next((node for node in fragment.iter() if local_name(node.tag) == "math"), None)


def _from_containers(root: etree._Element) -> None:
    """MathJax 3 and 4 put glyphs beside assistive MathML; KaTeX puts its HTML beside MathML."""
    for container in list(root.iter("mjx-container")):
        display = container.get("display") in ("true", "block")
        rendered = next(container.iter("mjx-math"), None)
        source = rendered.get("data-latex") if rendered is not None else None
        source = source or container.get("data-latex") or container.get("data-tex")
        math = next((node for node in container.iter() if local_name(node.tag) == "math"), None)
        if source and source.strip():
            tex, display = clean_tex(source, display)
        elif math is not None:
            tex, told = mathml_to_tex(math)
            display = display or told
        elif (drawn := mathjax_output.drawn_formula(container)) is not None:
            tex, display = clean_tex(presentation_to_tex(drawn), display)
        else:
            tex, display = clean_tex(container.get("aria-label") or "", display)
        # GitHub's element around it stands in the line as well.
        parent = container.getparent()
        _replace(parent if parent is not None and parent.tag in _MATH_TAGS else container, tex, display)
    for node in list(root.iter("span", "div")):
        classes = _classes(node)
        if "katex-error" in classes:
            _replace(node, *clean_tex(_text(node)))
        elif "katex" in classes:
            outer = _ancestor_with(node, ("katex-display",), 2)
            math = next((child for child in node.iter() if local_name(child.tag) == "math"), None)
            if math is not None:
                tex, told = mathml_to_tex(math)
            else:
                tex, told = clean_tex(_katex_source(node) or _katex_drawn(node), False)
            _replace(outer if outer is not None else node, tex, told or outer is not None)


def _katex_source(node: etree._Element) -> str:
    """Return the text of a formula of KaTeX that has lost its tags: its source is the last line of what was MathML."""
    inner = next((child for child in node.iter("span") if "katex-mathml" in _classes(child)), None)
    lines = [line for line in (_text(inner) if inner is not None else "").split("\n") if line.strip()]
    return lines[-1] if lines else ""


def _katex_drawn(node: etree._Element) -> str:
    drawn = katex_output.drawn_formula(node)
    return presentation_to_tex(drawn) if drawn is not None else _text(node)


def _from_math(root: etree._Element) -> None:
    for node in [node for node in root.iter() if local_name(node.tag) == "math"]:
        if node.getparent() is None or (_inside(node, _RENDERED) and _has_own_source(node)):
            continue
        tex, display = mathml_to_tex(node)
        wrapper = _ancestor_with(node, ("mwe-math-element",), 3)
        if wrapper is not None:
            if not display and wrapper.find(".//img") is not None:
                display = any("display" in name for img in wrapper.iter("img") for name in _classes(img))
            node = wrapper
        else:
            frame = _ancestor_with(node, ("MathJax", "MathJax_SVG", "MathJax_CHTML", "mjx-chtml", "MathJax_Display"), 4)
            node = frame if frame is not None else node
        _replace(node, tex, display)


def _has_own_source(node: etree._Element) -> bool:
    frame = _ancestor_with(node, tuple(_RENDERED), 8)
    if frame is None:
        return False
    following = frame.getnext()
    return following is not None and following.tag == FORMULA_TAG


def _from_rendered(root: etree._Element, had_scripts: bool) -> None:
    """Drop what a script drew; where the source is only in ``data-mathml``, take it from there."""
    for node in list(root.iter("span", "div", "nobr")):
        classes = _classes(node)
        if not classes or _RENDERED.isdisjoint(classes):
            continue
        if node.getparent() is None or next(node.iter(FORMULA_TAG), None) is not None:
            continue
        holder = node if node.get("data-mathml") else node.find(".//*[@data-mathml]")
        if holder is not None and not had_scripts:
            math = parse_fragment(holder.get("data-mathml") or "")
            tex, display = mathml_to_tex(math) if math is not None else ("", False)
            _replace(node, tex, display or any("isplay" in name for name in classes))
        elif had_scripts:
            drop(node)
        elif "MathJax_Preview" not in classes:
            # Without any source the glyphs are all there is.
            _replace(node, *clean_tex(_text(node), any("isplay" in name for name in classes)))


def _from_images(root: etree._Element) -> None:
    for image in list(root.iter("img")):
        found = image_tex(image)
        if found:
            _replace(image, *found)


def _is_source(node: etree._Element, classes: list[str]) -> bool:
    """Tell whether an element is a formula as pandoc or Discourse leave it to KaTeX: without elements inside."""
    if len(node) or "math" not in classes:
        return False
    text = node.text or ""
    if not {"inline", "display"}.isdisjoint(classes) or _COMMAND.search(text):
        return True
    return _SCRIPT.search(text) is not None and _WORDS.search(text) is None


def _holds_blocks(node: etree._Element) -> bool:
    return any(child is not node for child in node.iter(FORMULA_TAG, *_BLOCKS))


def _from_marked(root: etree._Element) -> None:
    for node in list(root.iter("span", "div", "p", "code", "pre", *_MATH_TAGS)):
        classes = _classes(node)
        tag = node.tag
        style = node.get("data-math-style") or ("" if tag != "amp-mathml" or "inline" in node.attrib else "display")
        # A pre of class latex shows its source.
        marked = bool(style) or tag in _MATH_TAGS or (tag != "pre" and not _MARKED.isdisjoint(classes))
        if not marked or node.getparent() is None or _holds_blocks(node):
            continue
        data = next((node.get(name) for name in DATA_ATTRIBUTES if node.get(name)), None)
        text = data or _text(next((child for child in node if not _SELECTABLE.isdisjoint(_classes(child))), node))
        tex, told = strip_delimiters(text)
        display = (
            tag == "div"
            or style == "display"
            or bool(DISPLAY_CLASSES.search(" ".join(classes)))
            or node.get("block") is not None
        )
        if told is None and not data:
            source = _is_source(node, classes)
            sure = source or bool(style) or tag in _MATH_TAGS or not _ALWAYS_TEX.isdisjoint(classes)
            if not sure or (tag in ("div", "p") and not (source or _COMMAND.search(text))):
                continue
        # Delimiters inside mean several formulas with words between them; flow.py finds those.
        if told is not None and _DELIMITER.search(tex.replace("\\\\[", "")):
            continue
        display = told if told is not None else display or node.get("data-display") == "true"
        _replace(node, *clean_tex(tex, display))


def _from_equation_tables(root: etree._Element) -> None:
    """LaTeXML lays displays out in tables; the cells of a row are one formula."""
    for table in list(root.iter("table")):
        classes = _classes(table)
        if not any(name in ("ltx_equation", "ltx_equationgroup", "ltx_eqn_table") for name in classes):
            continue
        cells_of_rows = []
        for row in table.iter("tr"):
            cells = [
                cell for cell in (" ".join(node.get("tex", "") for node in td.iter(FORMULA_TAG)) for td in row) if cell
            ]
            if cells:
                cells_of_rows.append(cells)
        if not cells_of_rows or table.getparent() is None:
            continue
        words = [text.strip() for td in table.iter("td") for text in _cell_words(td)]
        parent, at = table.getparent(), table.getparent().index(table)
        block = etree.Element("div")
        if len(cells_of_rows) > 1 and any(len(cells) > 1 for cells in cells_of_rows):
            body = " \\\\\n".join(" & ".join(cells) for cells in cells_of_rows)
            block.append(etree.Element(FORMULA_TAG, tex=rf"\begin{{aligned}}{body}\end{{aligned}}", display="1"))
        else:
            for cells in cells_of_rows:
                block.append(etree.Element(FORMULA_TAG, tex=" ".join(cells), display="1"))
        if any(words):
            block[-1].tail = " ".join(word for word in words if word)
        block.tail = table.tail
        parent[at] = block


def _cell_words(cell: etree._Element) -> list[str]:
    words = []
    for node in cell.iter():
        if node.tag == FORMULA_TAG:
            continue
        if not any(name.startswith(("ltx_tag", "ltx_ref")) for name in _classes(node)) and node.text:
            words.append(node.text)
    words.extend(node.tail for node in cell.iter() if node is not cell and node.tail)
    return words


def mark_formulas(root: etree._Element, source: Source) -> None:
    """Replace, in place, every formula of the tree by a ``formula`` element.

    Parameters
    ----------
    root : lxml element
        Root of the page.
    source : Source
        Says what kinds of formula the page may hold.
    """
    mjx, math = source.holds(b"mjx"), source.math
    # Each pass walks the whole tree, so a pass whose words the source does not hold is left out.
    had_scripts = source.holds(b"math/") and _from_scripts(root)
    if mjx or source.holds(b"katex"):
        _from_containers(root)
    if source.holds(b"<math") or source.holds(b":math"):
        _from_math(root)
    if mjx or source.holds(b"mathjax"):
        _from_rendered(root, had_scripts)
    _from_images(root)
    if math or source.tex or source.holds(b"x-ck12"):
        _from_marked(root)
    if math and source.holds(b"ltx_"):
        _from_equation_tables(root)
