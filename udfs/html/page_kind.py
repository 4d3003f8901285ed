"""What kind of page it is, by its address and its marks."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from udfs.html.declarations import Declarations

_FORUM_ADDRESS = re.compile(
    r"forum|/threads?/|/topic|viewtopic|showthread|/questions?/\d|/discussions?/|/comments/|community\.|/t/[^/]+/\d|bbs\b|/question/"
)
_DOCUMENTATION_ADDRESS = re.compile(
    r"^docs?\.|/docs?/|/documentation/|/reference/|/api/|/manual/|/guide/|readthedocs|developer\.|/wiki/|/man\d?/|/tutorials?/"
)
_PRODUCT_ADDRESS = re.compile(r"/products?/|/dp/|/item/|/shop/|/p/|/buy/")
_LISTING_ADDRESS = re.compile(
    r"/category/|/categories/|/tags?/|/archives?/|/search|/collections?/|/browse/|/blog/?$|/news/?$|/page/\d"
)
_GENERATORS = re.compile(
    r"mkdocs|sphinx|docusaurus|gitbook|vitepress|vuepress|hexo-theme-doc|doxygen|javadoc|mdbook|latexml", re.I
)
_FORUM_GENERATORS = re.compile(r"discourse|phpbb|vbulletin|xenforo|mybb|discuz|flarum|nodebb|smf", re.I)


def guess_kind(page: Declarations, uri: str) -> str:
    """Return ``forum``, ``documentation``, ``product`` or ``listing``; ``article`` where nothing tells of those."""
    try:
        parts = urlsplit(uri.lower())
        address = f"{parts.netloc}{parts.path}"
    except ValueError:
        address = ""
    declared = "".join(page.named("og:type")[-1:]).lower()
    generator = "".join(page.named("generator")[-1:])
    if _FORUM_GENERATORS.search(generator) or _FORUM_ADDRESS.search(address):
        return "forum"
    if _GENERATORS.search(generator) or _DOCUMENTATION_ADDRESS.search(address):
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
