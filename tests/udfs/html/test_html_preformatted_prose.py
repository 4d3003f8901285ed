"""Mails and manual pages in ``pre`` are text; code, tables and settings in it are code."""

from __future__ import annotations

import pytest

from tests.udfs.html.rendering import fenced, rendered

MAIL = """\
Date: Fri, 1 Feb 2008 11:53:40
From: Ann Lee
Subject: Re: the new wheel

&gt; does it turn
&gt; yet?
It does, since Monday. We had to take out the third blade, because the
wood of it was wet, and then it went round on its own for the first time
this year.

What is left:
- the brake, which Tom has
- the door

See <a href="x">the drawing</a>.
"""
MAIL_TEXT = """\
Date: Fri, 1 Feb 2008 11:53:40
From: Ann Lee
Subject: Re: the new wheel

> does it turn
> yet?
It does, since Monday. We had to take out the third blade, because the wood of it was wet, and then it went round on \
its own for the first time this year.

What is left:
- the brake, which Tom has
- the door

See the drawing."""
MANUAL = """
       turn  moves the wheel by the number of steps that is given, forwards
       or backwards.  It waits for the brake.

       Nothing is said of the door, which may be open or not, and nothing of
       the river either.

       -q
              Say nothing, whatever happens.  The exit status tells.
"""
MANUAL_TEXT = """\
turn moves the wheel by the number of steps that is given, forwards or backwards. It waits for the brake.

Nothing is said of the door, which may be open or not, and nothing of the river either.

-q
Say nothing, whatever happens. The exit status tells."""


@pytest.mark.parametrize(("source", "text"), [(MAIL, MAIL_TEXT), (MANUAL, MANUAL_TEXT)], ids=["mail", "manual"])
def test_prose(source: str, text: str) -> None:
    assert rendered(f"<pre>{source}</pre>") == text


SENTENCES = "The wheel turns. It has nine blades, and each of them is made of oak. The door is of oak as well."
CODE = {
    "comments": "\n".join(f"# {sentence}." for sentence in SENTENCES.split(". ")) + "\nwheel.turn",
    "a table": "name      blades      wood\nfirst     nine        oak\nsecond    eleven      ash, wet.\n"
    "third     two.        elm.\n" * 2,
    "settings": "\n".join(f"wheel_{place} = blade[{place}]; // It turns. It stops." for place in range(9)),
    "short": "It turns. It stops.",
    "lines of words": "ferry\nmill\nriver, wide.\nbridge.\n" * 9,
}


@pytest.mark.parametrize("name", CODE)
def test_what_is_no_prose(name: str) -> None:
    assert rendered(f"<pre>{CODE[name]}</pre>") == fenced(CODE[name].rstrip("\n"))


def test_what_is_marked_as_code_is_code() -> None:
    for opening, closing in (
        ("<pre class=screen>", "</pre>"),
        ("<pre><code>", "</code></pre>"),
        ("<pre><span>", "</span></pre>"),
    ):
        assert rendered(opening + 2 * SENTENCES + closing) == fenced(2 * SENTENCES)
