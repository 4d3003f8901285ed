"""Images that are formulas: drawn by a TeX service, or marked as such by their class or their alternative text."""

from __future__ import annotations

import re
from urllib.parse import unquote, unquote_plus, urlsplit

from lxml import etree

from udfs.html.tex import clean_tex, strip_delimiters
from udfs.html.tree import names

DATA_ATTRIBUTES = ("data-tex", "data-latex", "data-math", "data-formula", "data-katex", "data-expr", "data-equation")
DISPLAY_CLASSES = re.compile(r"display|block|ql-img-displayed|latexcenter|equation\b|arithmatex-block", re.I)
_IMAGE_CLASSES = names("""
    latex tex mathtex math formula equation ql-img-inline-formula ql-img-displayed-equation
    mwe-math-fallback-image-inline mwe-math-fallback-image-display mwe-math-fallback-png-inline
    mwe-math-fallback-png-display mwe-math-fallback-source-inline latexcenter x-ck12-math x-ck12 mathcode ee_img
    tr_noresize wp-katex-eq texImage tex-image inlineformula displayformula numberedequation
""")
_HOSTS = re.compile(
    r"codecogs\.com/|latex\.php\?|mimetex(?:\.cgi|\.exe)?\?|mathtex(?:\.cgi)?\?|/equation\?tex=|render/math\?math=|chart\?.*cht=tx|"
    r"math\.now\.sh/?\?|/latex\?|texrendr|/tex\.cgi\?|/math\?tex=|latex\.(?:png|gif|svg)\?|quicklatex|/math/render/(?:svg|png)/|/math/[0-9a-f]/[0-9a-f]/",
    re.I,
)
_QUERY_KEYS = "|".join(("latex", "tex", "math", "chl", "from", "formula", "eq"))
_KEYED = re.compile(rf"(?:^|&)(?:{_QUERY_KEYS})=([^&]*)")
# A command anywhere, but not in a path of Windows.
_LATEX_COMMAND = re.compile(r"\A(?![A-Za-z]:\\).*?\\[a-zA-Z]{2,}", re.DOTALL)
_FILE_NAME = re.compile(r"\S+\.(?:png|jpe?g|gif|svg|webp|bmp)", re.I)
# Size and colour commands that codecogs and mimetex put before the formula.
_PREAMBLE = re.compile(r"\A\s*(?:\\(?:small|large|Large|LARGE|huge|dpi\{\d+\}|bg_\w+|fn_\w+|inline)(?![a-zA-Z])\s*)+")


def _query_tex(address: str) -> str:
    try:
        query = urlsplit(address).query
    except ValueError:
        return ""
    keyed = _KEYED.search(query)
    source = keyed[1] if keyed else query
    # A plus sign stands for a blank where the rest is percent-encoded, and for itself where it is not.
    source = unquote_plus(source) if "%" in source else source
    return unquote(source).replace("&space;", " ").replace("&plus;", "+")


def image_tex(image: etree._Element) -> tuple[str, bool] | None:
    """Return the LaTeX behind an image and whether it is a display formula; None where the image is no formula.

    Examples
    --------
    >>> image_tex(etree.fromstring('<img src="/a.png" alt="my_photo.png"/>')) is None
    True
    >>> image_tex(etree.fromstring('<img src="https://latex.codecogs.com/gif.latex?x%5E2"/>'))
    ('x^2', False)
    """
    classes = (image.get("class") or "").split()
    display = bool(DISPLAY_CLASSES.search(" ".join(classes)))
    data = next((image.get(name) for name in DATA_ATTRIBUTES if image.get(name)), None)
    if data:
        tex, display = clean_tex(unquote(data), display)
        return (tex, display) if tex else None
    address = next((value for value in (image.get("src"), image.get("data-src")) if value and _HOSTS.search(value)), "")
    marked = not _IMAGE_CLASSES.isdisjoint(classes)
    text = (image.get("alt") or (image.get("title") if marked else "") or "").strip()
    if not text or _FILE_NAME.fullmatch(text):
        text = _query_tex(address) if address else ""
    if any(name.startswith("x-ck12") for name in classes):
        text = unquote(text)
    told = strip_delimiters(text)[1]
    if not (address or told is not None or marked or _LATEX_COMMAND.match(text)):
        return None
    tex, display = clean_tex(_PREAMBLE.sub("", text), display)
    return (tex, display) if tex else None
