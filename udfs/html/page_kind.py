"""What kind of page it is, by its address and its marks."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from udfs.html.declarations import Declarations
from udfs.html.source import Source

_FORUM_ADDRESS = re.compile(
    r"forum|/threads?/|/topic|viewtopic|showthread|/questions?/\d|/discussions?/|/comments/|community\.|/t/[^/]+/\d|bbs\b|/question/"
)
_DOCUMENTATION_HOST = re.compile(r"(?:docs?|devdocs|developers?|learn|manual|wiki|man)\d?\.")
_DOCUMENTATION_ADDRESS = re.compile(
    r"/docs?/|/documentation/|/reference/|/api/|/manual/|/guide/|readthedocs|\.developers?\.|/wiki/|/man\d?/|/tutorials?/"
)
_PRODUCT_ADDRESS = re.compile(r"/products?/|/dp/|/item/|/shop/|/p/|/buy/")
_LISTING_ADDRESS = re.compile(
    r"/category/|/categories/|/tags?/|/archives?/|/search|/collections?/|/browse/|/blog/?$|/news/?$|/page/\d"
)
_GENERATORS = re.compile(
    r"mkdocs|sphinx|docutils|docusaurus|gitbook|vitepress|vuepress|hexo-theme-doc|doxygen|javadoc|rustdoc|mdbook|bookdown"
    r"|starlight|mintlify|docbook|asciidoctor|antora|texinfo|makeinfo|jsdoc|typedoc|pdoc|latexml|dokuwiki",
    re.I,
)
# The settings that pages of Sphinx and of mdBook hold; most of them name no generator.
_DOCUMENTATION_MARKS = (b"documentation_options", b"mdbook-")
_FORUM_GENERATORS = re.compile(r"discourse|phpbb|vbulletin|xenforo|mybb|discuz|flarum|nodebb|smf", re.I)


def guess_kind(page: Declarations, uri: str, source: Source) -> str:
    """Return ``forum``, ``documentation``, ``product`` or ``listing``; ``article`` where nothing tells of those."""
    try:
        parts = urlsplit(uri.lower())
        address = f"{parts.netloc}{parts.path}"
    except ValueError:
        address = ""
    declared = "".join(page.named("og:type")[-1:]).lower()
    generator = "".join(page.named("generator")[-1:])
    if _FORUM_GENERATORS.search(generator):
        return "forum"
    if (
        _DOCUMENTATION_HOST.match(address)
        or _GENERATORS.search(generator)
        or any(map(source.holds, _DOCUMENTATION_MARKS))
    ):
        return "documentation"
    if _FORUM_ADDRESS.search(address):
        return "forum"
    if _DOCUMENTATION_ADDRESS.search(address):
        return "documentation"
    if declared.startswith("product") or _PRODUCT_ADDRESS.search(address):
        return "product"
    if _LISTING_ADDRESS.search(address):
        return "listing"
    return "article"


def declares_article(page: Declarations) -> bool:
    """Tell whether a page says that it is an article, by the Open Graph protocol."""
    return any(
        name == "article:published_time" or (name == "og:type" and content.lower() == "article")
        for name, content in page.metas
    )
