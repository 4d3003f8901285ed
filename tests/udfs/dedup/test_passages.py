"""Passages that documents may share, and texts without them."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from udfs.dedup.passages import passages, without

_TEXT = """# Terms

All rights reserved by the owners of this page.

| All rights | reserved by the owners |
|---|---|

```
rights = reserved_by_the_owners_of_this_page()

print(rights, reserved_by_the_owners)
```

Let $$x =

1$$ be the number of all who own this page.
No line of it may be copied without our leave."""


def said(unit: str, text: str = _TEXT, min_bytes: int = 20) -> list[str]:
    return [text[start:end] for start, end, _ in passages(text, unit, min_bytes)]  # type: ignore[arg-type]


def test_paragraphs_leave_code_and_tables_whole() -> None:
    assert said("paragraph") == [
        "All rights reserved by the owners of this page.",
        "Let $$x =\n\n1$$ be the number of all who own this page.\nNo line of it may be copied without our leave.",
    ]


def test_lines_leave_code_and_tables_whole() -> None:
    assert said("line") == [
        "All rights reserved by the owners of this page.",
        "Let $$x =\n\n1$$ be the number of all who own this page.",
        "No line of it may be copied without our leave.",
    ]


def test_length_is_that_of_utf8() -> None:
    assert said("line", "本站保留所有权利\nreserved by", min_bytes=24) == ["本站保留所有权利"]
    assert said("line", "本站保留所有权利", min_bytes=25) == []


def test_white_space_does_not_tell_passages_apart() -> None:
    (a, b) = passages("All  rights\treserved.\n \nAll rights\nreserved.", "paragraph", 1)
    assert a.key == b.key
    assert passages("All rights reserved", "paragraph", 1)[0].key != a.key


def test_a_text_without_its_repeats() -> None:
    first, second = passages(_TEXT, "paragraph", 20)
    left = without(_TEXT, [(first.start, first.end), (second.start, second.end)])
    assert left.startswith("# Terms\n\n| All rights |")
    assert left.endswith("print(rights, reserved_by_the_owners)\n```")
    assert without("Gone.\nb\n\nc", [(0, 5)]) == "b\n\nc"
    assert without("a\n\n\n\nb", []) == "a\n\n\n\nb"
    assert without("a\nGone.\n\n    b", [(2, 7)]) == "a\n\n    b"


@given(st.text(st.sampled_from("ab |$`\n"), max_size=60), st.sampled_from(["paragraph", "line"]), st.data())
def test_what_is_cut_is_gone_and_the_rest_stays(text: str, unit: str, data: st.DataObject) -> None:
    found = passages(text, unit, 1)  # type: ignore[arg-type]
    assert all(a.end <= b.start for a, b in pairwise(found))
    cut = data.draw(st.lists(st.sampled_from(found), unique=True)) if found else []
    left = without(text, [(start, end) for start, end, _ in cut])
    kept = "".join(c for place, c in enumerate(text) if not any(start <= place < end for start, end, _ in cut))
    assert left.replace("\n", "") == kept.replace("\n", "")
