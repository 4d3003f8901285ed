"""What is compared of a URL."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_SCHEME = re.compile(r"\A[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_HOST = re.compile(r"\A[^/?#]*")


def address(url: str) -> str:
    """Return a URL without what makes no other page of it: scheme, case of the host, fragment, slash at the end.

    Examples
    --------
    >>> address("HTTPS://Www.Example.org/Path/?q=1#top"), address("http://example.org/")
    ('www.example.org/Path/?q=1', 'example.org')
    """
    plain = _SCHEME.sub("", url).partition("#")[0].rstrip("/")
    return _HOST.sub(lambda host: host.group().lower(), plain)


def domains(url: str) -> list[str]:
    """Return the host of a URL and the domains it stands in, the longest first.

    Examples
    --------
    >>> domains("https://a.Example.org:8080/x"), domains("no host"), domains("http://[broken")
    (['a.example.org', 'example.org', 'org'], [], [])
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return []
    labels = [label for label in host.split(".") if label]
    return [".".join(labels[place:]) for place in range(len(labels))]
