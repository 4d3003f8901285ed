"""The same pages as WARC, ARC and WET are the same documents."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from warc_builder import arc_file, http_response, warc_record

from udfs.capture.arc import ArcGrammar
from udfs.capture.archive import read_archive
from udfs.capture.records import Capture, ReadOptions
from udfs.capture.warc import WarcGrammar
from udfs.parsing import DocumentError, extract
from udfs.text.normalize import normalize

DEMO = Path(__file__).parents[2] / "data" / "demo.warc.gz"


def captures(data, name, grammar):
    found = read_archive(BytesIO(data), name, grammar, ReadOptions())
    return [item for item in found if isinstance(item, Capture)]


@pytest.fixture(scope="module")
def pages():
    with DEMO.open("rb") as file:
        found = captures(file.read(), "demo.warc.gz", WarcGrammar())
    return [page for page in found if page.http_status == 200 and page.payload]


def text_of(page):
    try:
        document = extract(page.payload, page.uri, page.media_type, page.charset)
    except DocumentError as error:
        return error.reason
    return normalize(document.text).strip("\n")


def test_arc_equals_warc(pages):
    types = [f"Content-Type: {page.headers['content-type']}" for page in pages]
    blocks = [http_response(page.payload, line) for page, line in zip(pages, types, strict=True)]
    arc = arc_file(*[(page.uri, block) for page, block in zip(pages, blocks, strict=True)])
    warc = b"".join(warc_record(block, uri=page.uri) for page, block in zip(pages, blocks, strict=True))
    # ARC has no ids of records.
    place = {"file": "", "offset": 0, "captured_at": None, "headers": {}, "record_id": None}
    from_arc = [replace(page, **place) for page in captures(arc, "f.arc", ArcGrammar())]
    from_warc = [replace(page, **place) for page in captures(warc, "f.warc", WarcGrammar())]
    assert len(from_warc) == len(pages) > 60
    assert from_arc == from_warc
    assert list(map(text_of, from_arc)) == list(map(text_of, pages))


def test_wet_gives_the_text_of_the_page(pages):
    texts = {page.uri: text_of(page) for page in pages}
    texts = {uri: text for uri, text in texts.items() if "\n" in text}
    wet = b"".join(
        warc_record(text.encode(), uri=uri, kind="conversion", content_type="text/plain") for uri, text in texts.items()
    )
    read = captures(wet, "f.warc.wet", WarcGrammar())
    assert {page.uri: text_of(page) for page in read} == texts
    assert len(texts) > 40
