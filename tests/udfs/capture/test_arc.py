import gzip
from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise

import pytest
from warc_builder import arc_file, http_response, members, noise

from udfs.capture.arc import ArcGrammar
from udfs.capture.archive import read_archive
from udfs.capture.records import Capture, ReadOptions, Skipped


def read(data):
    return list(read_archive(BytesIO(data), "f.arc", ArcGrammar(), ReadOptions()))


def summary(items):
    return [
        item.uri.rpartition("/")[2] if isinstance(item, Capture) else getattr(item, "reason", None) or item.kind
        for item in items
    ]


def document(number):
    return f"http://a.test/{number}", http_response(noise(500, number), "Content-Type: text/html; charset=GBK")


def test_a_document_carries_all_that_its_line_and_headers_say():
    data = arc_file(document(1))
    description, item = read(data)
    assert description == Skipped("filedesc")
    assert item == Capture(
        uri="http://a.test/1",
        captured_at=datetime(2000, 1, 2, 3, 4, 5, tzinfo=UTC),
        payload=noise(500, 1),
        media_type="text/html",
        charset="gbk",
        http_status=200,
        file="f.arc",
        offset=data.index(b"http://a.test/1 "),
        headers={"content-type": "text/html; charset=GBK"},
    )


def test_a_document_without_http_headers_has_the_media_type_of_its_line():
    item = read(arc_file(("http://a.test/x y", b"<p>old</p>")))[1]
    assert (item.uri, item.payload, item.media_type, item.http_status) == (
        "http://a.test/x y",
        b"<p>old</p>",
        "text/html",
        None,
    )


def test_name_lookups_are_skipped():
    assert summary(read(arc_file(("dns:a.test", b"20000102030405\na.test. 1 IN A 192.0.2.1\n"), document(1)))) == [
        "filedesc",
        "dns",
        "1",
    ]


def test_version_2_lines_are_read():
    block = http_response(b"two")
    line = b"http://a.test/2 192.0.2.1 20000102030405 text/html 200 abc - 1234 test.arc.gz %d\n" % len(block)
    assert summary(read(arc_file(document(1)) + line + block + b"\n")) == ["filedesc", "1", "2"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_wrong_length_costs_one_document(pack):
    data = arc_file(*map(document, range(5)))
    right = b"text/html %d\n" % len(document(2)[1])
    start = data.index(b"http://a.test/2 ")
    for wrong in (b"text/html 90\n", b"text/html 700\n", b"text/html 1300\n"):
        changed = data[:start] + data[start:].replace(right, wrong, 1)
        assert summary(read(pack(changed))) == ["filedesc", "0", "1", "wrong_content_length", "3", "4"]


def test_members_are_read_past_a_damaged_one():
    data = arc_file(*map(document, range(4)))
    cuts = [0, *(data.index(b"http://a.test/%d " % number) for number in range(4)), len(data)]
    parts = [members(data[start:end]) for start, end in pairwise(cuts)]
    assert summary(read(b"".join(parts))) == ["filedesc", "0", "1", "2", "3"]
    parts[2] = parts[2][:200] + b"\xff" * 40 + parts[2][240:]
    items = read(b"".join(parts))
    assert summary(items) == ["filedesc", "0", "damaged_member", "2", "3"]
    assert items[2].offset == len(parts[0] + parts[1])


def test_a_file_clipped_anywhere_gives_what_came_before():
    data = arc_file(*map(document, range(3)))
    ends = [data.index(b"http://a.test/%d " % number) - 1 for number in (1, 2)] + [len(data) - 1]
    for length in range(data.index(b"http://a.test/0 ") + 20, len(data)):
        items = read(data[:length])
        whole = sum(length >= end for end in ends)
        assert summary(items)[1 : 1 + whole] == ["0", "1", "2"][:whole]
        assert all(item.reason in ("truncated_record", "invalid_record_header") for item in items[1 + whole :])
        assert len(items) <= whole + 2
