import json

import pytest

from udfs.prompts import load_prompt
from udfs.refine.textbook import PROMPT_ID, Section, messages, parse, render


def test_the_request_ends_with_the_document():
    assert messages("Rain falls.")[-1][1].endswith("<document>\nRain falls.\n</document>")


def test_the_title_is_written_before_the_body():
    schema = json.loads(load_prompt(PROMPT_ID).sampling().json_schema)
    assert list(schema["properties"]) == schema["required"] == ["title", "body"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [("## Rain ##", Section("Rain", "Drops.")), ("C#", Section("C#", "Drops."))],
)
def test_titles_lose_their_heading_marks(title, expected):
    assert parse(json.dumps({"title": title, "body": "Drops."}), "stop") == (expected, None)


@pytest.mark.parametrize(("title", "reason"), [("a\nb", "title_has_lines"), ("", "no_title"), (3, "no_title")])
def test_wrong_titles(title, reason):
    assert parse(json.dumps({"title": title, "body": "Drops."}), "stop") == (None, reason)


def test_rendering():
    assert render(Section("Rain", "Drops.")) == "# Rain\n\nDrops."
