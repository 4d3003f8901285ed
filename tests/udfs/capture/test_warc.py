import gzip
import zlib
from collections import Counter
from datetime import UTC, datetime
from io import BytesIO

import pytest
import zstandard
from fastwarc.stream_io import BrotliWriter
from fastwarc.warc import ArchiveIterator
from hypothesis import given, settings
from hypothesis import strategies as st
from warc_builder import http_response, members, noise, page, page_body, warc_record

from udfs.capture.archive import read_archive
from udfs.capture.records import Capture, Malformed, ReadOptions, Skipped
from udfs.capture.warc import WarcGrammar


def read(data, name=None, **options):
    name = name or ("f.warc" if data.startswith(b"W") else "f.warc.gz")
    return list(read_archive(BytesIO(data), name, WarcGrammar(), ReadOptions(**options)))


def summary(items):
    """What each item is: the number at the end of a page's URI, a reason, or a kind."""
    return [
        item.uri.rpartition("/")[2] if isinstance(item, Capture) else getattr(item, "reason", None) or item.kind
        for item in items
    ]


def flip(data, index):
    return data[:index] + bytes([data[index] ^ 0xFF]) + data[index + 1 :]


def one(*args, **options):
    [item] = read(*args, **options)
    return item


def test_a_response_carries_all_that_its_headers_say():
    block = http_response(
        b"<p>caf\xe9</p>",
        "Content-Type: Text/HTML; charset=ISO-8859-1",
        "Content-Language: fr",
        'Link: <https://a.test/next>; rel="next"',
        'Link: <https://creativecommons.org/licenses/by/4.0/>; rel="license"',
        "Set-Cookie: secret=1",
        status="203 Fine",
    )
    item = one(warc_record(block, "WARC-Truncated: length", uri="https://a.test/é"))
    assert item == Capture(
        uri="https://a.test/é",
        captured_at=datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC),
        payload=b"<p>caf\xe9</p>",
        media_type="text/html",
        charset="iso-8859-1",
        http_status=203,
        file="f.warc",
        offset=0,
        record_id="urn:test:https://a.test/é",
        truncated=True,
        license="https://creativecommons.org/licenses/by/4.0/",
        headers={
            "content-language": "fr",
            "content-type": "Text/HTML; charset=ISO-8859-1",
            "link": '<https://a.test/next>; rel="next", <https://creativecommons.org/licenses/by/4.0/>; rel="license"',
            "warc-date": "2024-05-06T07:08:09Z",
            "warc-truncated": "length",
        },
    )


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("warcinfo", Skipped("warcinfo")),
        ("request", Skipped("request")),
        ("metadata", Skipped("metadata")),
        ("revisit", Skipped("revisit")),
    ],
)
def test_records_without_a_document_are_skipped_and_named(kind, expected):
    assert one(warc_record(b"some: field\r\n", kind=kind)) == expected


def test_name_lookups_are_skipped():
    record = warc_record(b"20080430204825\na.test. 589 IN A 192.0.2.1\n", uri="dns:a.test", content_type="text/dns")
    assert one(record) == Skipped("dns")


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (warc_record(b"x", kind="continuation"), "segmented_record"),
        (warc_record(b"x", kind="snapshot"), "unknown_record_type"),
        (warc_record(b"x", uri=None), "no_target_uri"),
        (warc_record(b"x", length=None), "no_content_length"),
        (warc_record(b"x", length="many"), "no_content_length"),
        (warc_record(b"x", length="-5"), "no_content_length"),
    ],
)
def test_a_record_that_breaks_the_standard_is_one_malformed_item(record, reason):
    items = read(page(0) + record + page(1))
    assert summary(items) == ["0", reason, "1"]
    assert items[1].offset == len(page(0))
    assert items[1].sample


def test_wet_conversions_and_resources_keep_their_block():
    wet = warc_record("Menú\n".encode(), kind="conversion", content_type="text/plain")
    note = warc_record(b"{}", kind="resource", content_type="application/json; charset=utf-8", uri="metadata://x")
    first, second = read(wet + note)
    assert (first.payload, first.media_type, first.http_status) == ("Menú\n".encode(), "text/plain", None)
    assert (second.payload, second.media_type, second.charset) == (b"{}", "application/json", "utf-8")


def test_versions_before_the_standard_and_bare_line_feeds_are_read():
    block = http_response(b"body", "Content-Type: text/html; charset=EUC-JP", end=b"\n")
    item = one(warc_record(block, version="0.18").replace(b"2024-05-06T07:08:09Z", b"2008-10-294T05:21:46-0700"))
    assert (item.payload, item.charset, item.captured_at) == (b"body", "euc-jp", None)
    assert item.headers["warc-date"] == "2008-10-294T05:21:46-0700"


CHUNKED = ("Content-Type: text/html", "Transfer-Encoding: chunked")


@pytest.mark.parametrize(
    ("body", "payload", "truncated"),
    [
        (b"4\r\nWiki\r\n6;x=1\r\npedia.\r\n0\r\n\r\n", b"Wikipedia.", False),
        (b"000004\r\nWiki\r\n0\r\nX-Trailer: 1\r\n\r\n", b"Wiki", False),
        (b"4\nWiki\n0\n\n", b"Wiki", False),
        (b"<p>never chunked</p>", b"<p>never chunked</p>", False),
        (b"add\r\nare words that look like sizes", b"add\r\nare words that look like sizes", False),
        (b"3\r\nabcde\r\n0\r\n\r\n", b"3\r\nabcde\r\n0\r\n\r\n", False),
        (b"4\r\nWiki\r\n6\r\nped", b"Wikiped", True),
        (b"4\r\nWiki\r\n", b"Wiki", True),
        (b"4\r\nWiki\r\n<p>rest</p>", b"Wiki<p>rest</p>", True),
        (b"", b"", False),
        (b"0\r\n\r\n", b"", False),
    ],
)
def test_chunked_bodies_are_joined_and_wrongly_declared_ones_kept(body, payload, truncated):
    item = one(warc_record(http_response(body, *CHUNKED)))
    assert (item.payload, item.truncated) == (payload, truncated)


def brotli(data):
    out = BytesIO()
    writer = BrotliWriter(out)
    writer.write(data)
    writer.close()
    return out.getvalue()


def raw_deflate(data):
    encoder = zlib.compressobj(wbits=-15)
    return encoder.compress(data) + encoder.flush()


TEXT = b"<p>" + b"some words that repeat. " * 100 + b"</p>"
ENCODERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli,
    "zstd": zstandard.ZstdCompressor().compress,
    "identity": bytes,
    "utf-8": bytes,
}


@pytest.mark.parametrize("encoding", ENCODERS)
def test_content_encodings_are_undone(encoding):
    item = one(warc_record(http_response(ENCODERS[encoding](TEXT), f"Content-Encoding: {encoding.upper()}")))
    assert (item.payload, item.truncated) == (TEXT, False)


@pytest.mark.parametrize("encoding", [*ENCODERS, "deflate, gzip"])
def test_a_body_that_the_crawler_stored_decoded_is_kept(encoding):
    item = one(warc_record(http_response(TEXT, f"Content-Encoding: {encoding}")))
    assert (item.payload, item.truncated) == (TEXT, False)


def test_encodings_are_undone_from_the_last_to_the_first():
    body = gzip.compress(raw_deflate(TEXT))
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    block = http_response(chunked, "Content-Encoding: deflate", "Content-Encoding: gzip", "Transfer-Encoding: chunked")
    assert one(warc_record(block)).payload == TEXT


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_damaged_encoding_is_malformed(encoding):
    text = noise(5000, 1)
    body = ENCODERS[encoding](text)
    damaged = body[:2000] + b"\0" * 100 + body[2100:-8] + b"\0" * 8
    items = read(page(0) + warc_record(http_response(damaged, f"Content-Encoding: {encoding}")) + page(1))
    assert summary(items) == ["0", "bad_content_encoding", "1"]
    assert "https://a.test/" in items[1].detail


def test_brotli_noise_is_malformed():
    block = http_response(b"\xff\x00\x01" + bytes(range(256)), "Content-Encoding: br")
    assert one(warc_record(block)).reason == "bad_content_encoding"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd"])
def test_a_cut_encoding_gives_what_can_be_decoded(encoding):
    text = noise(600_000, 2)
    body = ENCODERS[encoding](text)
    item = one(warc_record(http_response(body[: len(body) // 2], f"Content-Encoding: {encoding}")))
    assert item.truncated
    assert text.startswith(item.payload)
    assert len(item.payload) > 100_000


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_stops_at_the_limit(encoding):
    bomb = ENCODERS[encoding](b"\0" * 20_000_000)
    item = one(warc_record(http_response(bomb, f"Content-Encoding: {encoding}")), max_payload_bytes=1_000_000)
    assert item.reason == "payload_too_large"


def test_a_response_shorter_than_its_own_length_is_truncated():
    short = http_response(b"1234", "Content-Length: 10")
    assert one(warc_record(short)).truncated
    assert not one(warc_record(http_response(b"1234", "Content-Length: 4"))).truncated
    assert not one(warc_record(http_response(b"1234", "Content-Length: 3"))).truncated
    assert not one(warc_record(http_response(b"", "Content-Length: 10"))).truncated


def test_a_response_without_a_status_line_is_all_payload():
    item = one(warc_record(b"<p>HTTP/0.9</p>"))
    assert (item.payload, item.http_status) == (b"<p>HTTP/0.9</p>", None)


@pytest.mark.parametrize("pack", [members, lambda *records: gzip.compress(b"".join(records)), lambda *r: b"".join(r)])
def test_packing_does_not_change_what_is_read(pack):
    items = read(pack(*map(page, range(20))))
    assert [item.payload for item in items] == [page_body(number) for number in range(20)]


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_offsets_lead_to_the_record(compress):
    parts = [compress(page(number)) for number in range(5)]
    data = b"".join(parts)
    for number, item in enumerate(read(data)):
        assert item.offset == sum(map(len, parts[:number]))
        assert read(data[item.offset :])[0].payload == item.payload


def test_offsets_of_plain_files_lead_to_the_record():
    data = b"".join(map(page, range(5)))
    for item in read(data):
        assert data[item.offset :].startswith(b"WARC/1.0\r\n")
        assert read(data[item.offset :])[0].uri == item.uri


@pytest.mark.parametrize(
    "damage",
    [
        lambda member: flip(member, 30),
        lambda member: flip(member, len(member) // 2),
        lambda member: flip(member, len(member) - 7),
        lambda member: flip(member, len(member) - 2),
        lambda member: member[: len(member) // 2],
        lambda member: member[:-3],
        lambda member: member[:5],
        lambda member: b"\x1f\x8b\x08" * 200,
    ],
)
def test_a_damaged_member_costs_one_record(damage):
    parts = [members(page(number)) for number in range(6)]
    items = read(b"".join([*parts[:2], damage(parts[2]), *parts[3:]]))
    assert summary(items) == ["0", "1", "damaged_member", "3", "4", "5"]
    assert items[2].offset == len(parts[0] + parts[1])


def test_two_damaged_members_far_apart_and_the_beginning_of_one():
    parts = [members(page(number, 30_000)) for number in range(5)]
    parts[1], parts[3] = flip(parts[1], 15_000), flip(parts[3], 15_000)
    items = read(b"".join(parts))
    assert summary(items) == ["0", "damaged_member", "2", "damaged_member", "4"]
    assert items[1].sample.startswith(b"WARC/1.0\r\n")
    assert b"https://a.test/1" in items[1].sample


def test_junk_between_members_is_one_malformed_item_and_padding_is_none():
    parts = [members(page(number)) for number in range(2)]
    assert summary(read(parts[0] + b"not gzip" + parts[1])) == ["0", "damaged_member", "1"]
    assert summary(read(parts[0] + b"\0" * 10_000 + parts[1] + b"\0" * 512)) == ["0", "1"]


@pytest.mark.parametrize("declared", [100, 840, 851, 853, 900, 1500, 2500])
@pytest.mark.parametrize("pack", [members, lambda *records: gzip.compress(b"".join(records)), lambda *r: b"".join(r)])
def test_a_wrong_content_length_costs_one_record(declared, pack):
    block = http_response(noise(800, 9), "Content-Type: text/plain")
    assert len(block) == 845
    wrong = warc_record(block, length=declared, uri="https://a.test/wrong")
    items = read(pack(page(0), page(1), wrong, page(3), page(4)))
    assert summary(items) in (
        ["0", "1", "wrong_content_length", "3", "4"],
        ["0", "1", "truncated_record", "3", "4"],
    )


def test_a_damaged_record_header_costs_only_its_own_record():
    parts = [page(number) for number in range(4)]
    parts[2] = b"XXXX" + parts[2][4:]
    items = read(b"".join(parts))
    assert summary(items) == ["0", "1", "invalid_record_header", "3"]
    assert items[2].offset == len(parts[0] + parts[1])
    assert summary(read(b"".join([*parts[:2], b"trailing junk"]))) == ["0", "1", "invalid_record_header"]


def test_http_headers_without_end_are_kept_as_payload():
    block = b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 200_000
    item = one(warc_record(block))
    assert (item.payload, item.http_status) == (block, 200)
    assert one(warc_record(b"HTTP/1.1 204 No Content\r\nServer: a\r\n")).payload == b""


def test_a_length_beyond_the_limit_is_not_believed_but_searched_past():
    wrong = warc_record(b"HTTP/1.1 200 OK\r\n\r\nx", length=10**15)
    assert summary(read(page(0) + wrong + page(2))) == ["0", "wrong_content_length", "2"]
    assert summary(read(page(0) + wrong)) == ["0", "truncated_record"]


def test_a_payload_beyond_the_limit_is_passed_over_and_its_size_told():
    large = warc_record(http_response(b"\n" * 200_000), uri="https://a.test/large")
    items = read(page(0) + large + page(1), max_payload_bytes=1000)
    assert summary(items) == ["0", "payload_too_large", "1"]
    assert "200019 bytes" in items[1].detail


def test_a_file_clipped_anywhere_gives_what_came_before_and_one_malformed_item():
    parts = [page(number, 300) for number in range(3)]
    data = b"".join(parts)
    for length in range(1, len(data)):
        items = read(data[:length])
        whole = sum(length >= len(b"".join(parts[: count + 1])) - 4 for count in range(3))
        assert summary(items)[:whole] == ["0", "1", "2"][:whole]
        begun = len(data[:length].rstrip(b"\r\n")) > len(b"".join(parts[:whole]))
        assert [item.reason for item in items[whole:]] == ["truncated_record"] * (begun and whole < 3)


def test_a_clipped_compressed_file_gives_what_came_before_and_one_malformed_item():
    parts = [members(page(number, 300)) for number in range(3)]
    data = b"".join(parts)
    for length in range(1, len(data)):
        items = read(data[:length])
        whole = sum(length >= len(b"".join(parts[: count + 1])) for count in range(3))
        assert summary(items)[:whole] == ["0", "1", "2"][:whole]
        begun = length > len(b"".join(parts[:whole]))
        # Two bytes of a gzip header are no member yet.
        assert [item.reason in ("truncated_record", "damaged_member") for item in items[whole:]] == [True] * begun


def test_a_header_without_end_costs_one_record():
    endless = b"WARC/1.0\r\nWARC-Type: response\r\n" + b"X-A: b\r\n" * 20_000
    assert summary(read(page(0) + endless + b"\r\n\r\n" + page(1))) == ["0", "header_too_long", "1"]


def test_text_that_speaks_of_warc_does_not_split_a_record():
    body = b"<pre>\r\n\r\nWARC/1.0\r\nWARC-Type: response\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n</pre>"
    items = read(warc_record(http_response(body), uri="https://a.test/0") + page(1))
    assert summary(items) == ["0", "1"]
    assert items[0].payload == body


def test_nothing_comes_of_nothing():
    assert read(b"") == []
    assert read(gzip.compress(b"")) == []


KINDS = st.sampled_from(["page", "request", "conversion", "redirect", "no_uri", "wrong_length", "damaged", "endless"])


def build(kind, number):
    """A member that must give one item, and what that item must be."""
    if kind == "page":
        return members(page(number)), str(number)
    if kind == "request":
        return members(warc_record(b"GET / HTTP/1.1\r\n\r\n", kind="request")), "request"
    if kind == "conversion":
        uri = f"https://a.test/{number}"
        return members(warc_record(b"text", kind="conversion", content_type="text/plain", uri=uri)), str(number)
    if kind == "redirect":
        block = http_response(b"", "Location: https://b.test/", status="301 Moved")
        return members(warc_record(block, uri=f"https://a.test/{number}")), str(number)
    if kind == "no_uri":
        return members(warc_record(b"x", uri=None)), "no_target_uri"
    if kind == "wrong_length":
        return members(warc_record(http_response(noise(300, number)), length=100)), "wrong_content_length"
    if kind == "damaged":
        return flip(members(page(number)), 300), "damaged_member"
    return members(b"WARC/1.0\r\nWARC-Type: response\r\nX-Number: %d\r\n" % number), "truncated_record"


@settings(max_examples=60, deadline=None)
@given(st.lists(KINDS, max_size=12))
def test_every_record_written_gives_exactly_one_item_in_order(kinds):
    built = [build(kind, number) for number, kind in enumerate(kinds)]
    items = read(b"".join(data for data, _ in built))
    assert summary(items) == [expected for _, expected in built]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_noise_never_raises(data, compressed):
    prefix = b"WARC/1.0\r\nWARC-Type: response\r\n"
    for bytes_ in (data, prefix + data, page(0) + data, b"\x1f\x8b\x08" + data):
        for item in read(gzip.compress(bytes_) if compressed else bytes_):
            assert isinstance(item, Capture | Malformed | Skipped)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 255)), min_size=1, max_size=4))
def test_changed_bytes_never_raise_and_never_change_a_payload_unseen(changes):
    data = bytearray(members(*map(page, range(6))))
    for index, mask in changes:
        data[index % len(data)] ^= mask
    payloads = {page_body(number) for number in range(6)}
    items = read(bytes(data), "f.warc.gz")
    assert all(item.payload in payloads for item in items if isinstance(item, Capture))
    # A changed byte can cost its own member, and the magic bytes of the next.
    assert sum(isinstance(item, Capture) for item in items) >= 6 - 2 * len(changes)


def test_healthy_archives_are_read_as_fastwarc_reads_them():
    records = [warc_record(b"a: b", kind="warcinfo", uri=None)]
    for number, (encoding, encode) in enumerate((name, ENCODERS[name]) for name in ("gzip", "deflate", "br", "zstd")):
        block = http_response(
            encode(TEXT + noise(50, number)), "Content-Type: text/html", f"Content-Encoding: {encoding}"
        )
        records += [page(number), warc_record(block, uri=f"https://b.test/{number}")]
    data = members(*records)
    theirs = [
        (record.headers["WARC-Type"], record.stream_pos, record.reader.read())
        for record in ArchiveIterator(BytesIO(data), parse_http=True, auto_decode="all")
    ]
    items = read(data)
    assert Counter(summary(items))["warcinfo"] == 1
    assert [(item.offset, item.payload) for item in items if isinstance(item, Capture)] == [
        (offset, payload) for kind, offset, payload in theirs if kind == "response"
    ]
