"""The kind of a document, which decides the rule sets that judge it."""

from __future__ import annotations

from urllib.parse import urlsplit

from udfs.text.markup import code_spans, covered, formula_spans

_CODE_MEDIA_TYPES = frozenset(
    {
        "application/javascript",
        "application/ecmascript",
        "application/typescript",
        "application/x-httpd-php",
        "application/x-javascript",
        "application/x-perl",
        "application/x-python-code",
        "application/x-ruby",
        "application/x-sh",
        "application/sql",
        "application/x-ipynb+json",
        "text/css",
        "text/ecmascript",
        "text/javascript",
        "text/x-c",
        "text/x-c++",
        "text/x-c++src",
        "text/x-csrc",
        "text/x-csharp",
        "text/x-go",
        "text/x-java",
        "text/x-java-source",
        "text/x-lua",
        "text/x-perl",
        "text/x-php",
        "text/x-python",
        "text/x-ruby",
        "text/x-rust",
        "text/x-scala",
        "text/x-script.python",
        "text/x-sh",
        "text/x-shellscript",
        "text/x-sql",
    }
)
# Without html, md, txt, json, xml, yaml: those hold prose or data as often.
_CODE_EXTENSIONS = (
    "asm bash c cc clj cpp cs css cu cxx dart erl ex f90 go h hh hpp hs ipynb java jl js jsx kt lua m4 mjs ml "
    "pas php pl pm ps1 py pyx r rb rs scala scss sh sql swift tcl ts tsx v vb vhd zig"
)
# A web page keeps its kind whatever its address ends with: /index.php serves prose.
_PAGE_MEDIA_TYPES = frozenset({"text/html", "application/xhtml+xml", "application/pdf"})

_CODE_SHARE = 0.5
_FORMULA_SHARE = 0.05
_FORMULAS = 3


def document_kind(text: str, media_type: str | None = None, uri: str = "", page_kind: str | None = None) -> str:
    """Name the kind of a document.

    Parameters
    ----------
    text : str
        The parsed text, Markdown fences and LaTeX kept.
    media_type : str or None
        Of the captured object; parameters after a semicolon are ignored.
    uri : str
        Where it was captured; only the file extension of its path is looked at, and not for web pages and PDF.
    page_kind : str or None
        What the page parser saw; ``"forum"`` decides.

    Returns
    -------
    str
        ``forum``, ``code`` (by type or extension, or at least half of the characters in fenced blocks), ``math`` (at
        least 3 LaTeX formulas that hold 5 % of the characters) or ``prose``. The shares are this suite's own, chosen
        on labelled development pages.

    Examples
    --------
    >>> document_kind("def f(): pass", uri="https://a.test/x.py")
    'code'
    >>> document_kind("Hello there.", page_kind="forum")
    'forum'
    >>> document_kind("Let $x$ be real, $y$ too. Then $x+y=y+x$.")
    'math'
    """
    if page_kind == "forum":
        return "forum"
    media = (media_type or "").partition(";")[0].strip().lower()
    if media in _CODE_MEDIA_TYPES:
        return "code"
    if media not in _PAGE_MEDIA_TYPES and _extension(uri) in _CODE_EXTENSIONS.split():
        return "code"
    if not text:
        return "prose"
    if covered(code_spans(text)) >= _CODE_SHARE * len(text):
        return "code"
    formulas = formula_spans(text)
    if len(formulas) >= _FORMULAS and covered(formulas) >= _FORMULA_SHARE * len(text):
        return "math"
    return "prose"


def _extension(uri: str) -> str:
    try:
        path = urlsplit(uri).path
    except ValueError:
        return ""
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name else ""
