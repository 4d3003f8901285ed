import bz2
import gzip
import json
import lzma
from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from warc_builder import noise

from udfs.capture.files import InputFile
from udfs.capture.jsonl import read_jsonl
from udfs.capture.records import Capture, Malformed, ReadOptions


def read(data, name="f.jsonl", **options):
    return list(read_jsonl(BytesIO(data), InputFile(name, len(data), 0, "jsonl", name), ReadOptions(**options)))


def test_a_line_carries_all_that_its_fields_say():
    row = {
        "id": 7,
        "url": "https://a.test/",
        "html": "<p>naïve 文</p>",
        "text": "naïve",
        "date": "2024-05-06",
        "license": "CC0-1.0",
        "lang": "fr",
    }
    [item] = read(json.dumps(row).encode())
    assert item == Capture(
        uri="https://a.test/",
        captured_at=datetime(2024, 5, 6, tzinfo=UTC),
        payload="<p>naïve 文</p>".encode(),
        media_type="text/html",
        charset="utf-8",
        http_status=None,
        file="f.jsonl",
        offset=0,
        record_id="7",
        license="CC0-1.0",
        headers={"content-language": "fr"} if "content-language" in ReadOptions().kept_headers else {},
    )


def test_fields_can_be_named():
    row = {"body": "no", "story": "yes", "key": "k", "where": "u", "text": "no"}
    line = json.dumps(row).encode()
    [item] = read(line, text_fields=["story"], id_fields=["key"], uri_fields=["where"])
    assert (item.payload, item.record_id, item.uri, item.media_type) == (b"yes", "k", "u", "text/plain")
    assert read(line, text_fields=["missing"])[0].reason == "no_text_field"


def test_a_row_without_a_uri_is_named_by_its_id_or_its_offset():
    items = read(b'{"text": "a"}\n{"text": "b", "id": "x"}\n\n{"text": "c"}\n')
    assert [item.uri for item in items] == ["f.jsonl#0", "f.jsonl#x", "f.jsonl#40"]


PIECED_LINES = [
    b"",
    b" ",
    b"{",
    b"\xff",
    b'{"text": "a"}',
    b'{"text": "b\xc3\xa9", "id": 1}',
    b'{"text": "' + b"long" * 9 + b'"}\r',
]


@given(
    st.lists(st.sampled_from(PIECED_LINES), max_size=12),
    st.booleans(),
    st.lists(st.integers(0, 400), max_size=5),
    st.integers(20, 60),
)
def test_pieces_give_what_the_whole_gives(lines, ended, cuts, limit):
    data = b"\n".join(lines) + b"\n" * ended
    bounds = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    options = ReadOptions(max_line_bytes=limit)
    found = []
    for start, end in pairwise(bounds):
        piece = InputFile("f.jsonl", len(data), 0, "jsonl", "f.jsonl", start=start, end=end)
        found += read_jsonl(BytesIO(data), piece, options)
    assert found == read(data, max_line_bytes=limit)


def test_the_licence_of_the_source_stands_in_for_that_of_the_row():
    items = read(b'{"text": "a"}\n{"text": "b", "license": "MIT"}\n', license="CC0-1.0")
    assert [item.license for item in items] == ["CC0-1.0", "MIT"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not_json"),
        (b"{'text': 1}", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"text": ' + b"9" * 10_000 + b"}", "not_json"),
        (b'["text"]', "not_an_object"),
        (b"null", "not_an_object"),
        (b'"text"', "not_an_object"),
        (b'{"text": "\xff"}', "invalid_utf8"),
        (b'{"text": "\xed\xa0\x80"}', "invalid_utf8"),
        (b'{"title": "x"}', "no_text_field"),
        (b'{"text": null}', "no_text_field"),
        (b'{"text": ["a"]}', "no_text_field"),
        (b'{"text": " \\n"}', "empty_text"),
        (b'{"text": "' + b"x" * 1000 + b'"}', "payload_too_large"),
        (b'{"text": "' + b"x" * 200_000 + b'"}', "line_too_long"),
    ],
)
def test_a_bad_line_is_one_malformed_item_with_its_offset(line, reason):
    before, after = b'{"text": "a"}\r\n', b'\n{"text": "z"}'
    first, bad, last = read(before + line + after, max_payload_bytes=500, max_line_bytes=150_000)
    assert (first.payload, last.payload) == (b"a", b"z")
    assert (bad.reason, bad.offset, last.offset) == (reason, len(before), len(before + line) + 1)
    assert line.startswith(bad.sample)
    assert bad.sample


def test_a_byte_order_mark_and_blank_lines_are_passed_over():
    items = read(b'\xef\xbb\xbf{"text": "a"}\n\n  \n{"text": "b"}\n\n')
    assert [(item.payload, item.offset) for item in items] == [(b"a", 0), (b"b", 21)]


def test_lone_surrogates_and_nuls_become_replacement_characters():
    [item] = read(b'{"text": "a\\ud800b\\u0000", "id": "\\udfff", "url": "\\ud83d\\ude00"}')
    assert (item.payload.decode(), item.record_id, item.uri) == ("a\ufffdb\ufffd", "\ufffd", "\U0001f600")


@pytest.mark.parametrize(
    ("suffix", "compress"),
    [
        ("", bytes),
        (".gz", gzip.compress),
        (".xz", lzma.compress),
        (".zst", zstandard.ZstdCompressor().compress),
        (".bz2", bz2.compress),
    ],
)
def test_compression_does_not_change_what_is_read(suffix, compress):
    lines = [json.dumps({"text": noise(3000, number).decode()}).encode() + b"\n" for number in range(120)]
    items = read(compress(b"".join(lines[:60])) + compress(b"".join(lines[60:])), "f.jsonl" + suffix)
    assert [item.payload for item in items] == [noise(3000, number) for number in range(120)]
    assert [item.offset for item in items] == [sum(map(len, lines[:number])) for number in range(120)]


@pytest.mark.parametrize(
    "compress", [gzip.compress, lzma.compress, zstandard.ZstdCompressor(write_checksum=True).compress]
)
def test_a_damaged_member_costs_its_own_lines(compress):
    parts = [compress(b'{"text": "%d %s"}\n' % (number, b"a1" * 400)) for number in range(5)]
    middle = len(parts[2]) // 2
    parts[2] = parts[2][:middle] + bytes(byte ^ 0xFF for byte in parts[2][middle : middle + 4]) + parts[2][middle + 4 :]
    items = read(b"".join(parts))
    assert [item.payload[:1] if isinstance(item, Capture) else item.reason for item in items] == [
        b"0",
        b"1",
        "damaged_member",
        b"3",
        b"4",
    ]


def test_a_clipped_file_gives_what_came_before():
    lines = [json.dumps({"text": noise(40_000, number).decode()}).encode() + b"\n" for number in range(6)]
    data = gzip.compress(b"".join(lines))
    items = read(data[: len(data) // 2])
    assert [item.payload for item in items[:-1]] == [noise(40_000, number) for number in range(len(items) - 1)]
    assert len(items) >= 3
    assert items[-1].reason == "truncated_record"


LINES = st.one_of(
    st.fixed_dictionaries({"text": st.text(min_size=1)}).map(lambda row: json.dumps(row).encode()),
    st.binary(min_size=1, max_size=30),
)


@given(st.lists(LINES, max_size=20), st.booleans())
def test_every_line_that_is_not_blank_gives_one_item(lines, compressed):
    lines = [b"x" + line.replace(b"\n", b"") if not line.startswith(b"{") else line for line in lines]
    data = b"\n".join(lines)
    items = read(gzip.compress(data) if compressed else data)
    assert len(items) == sum(bool(line.strip()) for line in data.split(b"\n"))
    assert all(isinstance(item, Capture | Malformed) for item in items)
