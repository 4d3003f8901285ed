import gzip
import json
import lzma
import tracemalloc

import pytest
from warc_builder import arc_file, http_response, members, noise, page, warc_record

from udfs.capture.files import list_files
from udfs.capture.readers import Capture, Malformed, ReadOptions, Skipped, read_file


def read(path, options=None):
    [file] = list_files([str(path)])
    return list(read_file(file, options))


def write(folder, name, data):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a.html", b"<p>x</p>", "text/html"),
        ("a.xhtml", b"<p>x</p>", "application/xhtml+xml"),
        ("a.md", b"# x", "text/markdown"),
        ("a.txt", b"x", "text/plain"),
        ("a.pdf", b"%PDF-1.4 x", "application/pdf"),
        ("a.py", b"x = 1", "text/x-python"),
        ("run", b"#!/usr/bin/perl\n", "text/x-perl"),
        ("noise.html", bytes(range(256)), "text/html"),
    ],
)
@pytest.mark.parametrize(("suffix", "compress"), [("", bytes), (".gz", gzip.compress), (".xz", lzma.compress)])
def test_a_file_that_is_a_document_is_one_capture(tmp_path, name, data, media_type, suffix, compress):
    path = write(tmp_path, name + suffix, compress(data))
    [item] = read(path, ReadOptions(license="MIT"))
    assert item == Capture(
        uri=name + suffix,
        captured_at=None,
        payload=data,
        media_type=media_type,
        charset=None,
        http_status=None,
        file=str(path),
        offset=0,
        license="MIT",
    )


@pytest.mark.parametrize(
    ("mark", "charset"),
    [(b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xff\xfe\0\0", "utf-32")],
)
def test_a_byte_order_mark_tells_the_charset(tmp_path, mark, charset):
    [item] = read(write(tmp_path, "a.txt", mark + b"x\0\0\0"))
    assert item.charset == charset


def test_source_trees_keep_their_relative_paths(tmp_path):
    write(tmp_path, "repo/src/lib/a.rs", b"fn a() {}")
    write(tmp_path, "repo/.git/HEAD", b"ref")
    write(tmp_path, "repo/Makefile", b"all:")
    items = [item for file in list_files([str(tmp_path / "repo")]) for item in read_file(file)]
    assert [(item.uri, item.media_type) for item in items] == [
        ("repo/Makefile", "text/x-makefile"),
        ("repo/src/lib/a.rs", "text/x-rust"),
    ]


@pytest.mark.parametrize(
    "name", ["a.html", "a.txt", "a.pdf", "a.py", "a.warc", "a.arc", "a.warc.gz", "a.wet", "a.jsonl", "a.xyz"]
)
@pytest.mark.parametrize("data", [b"", gzip.compress(b"")])
def test_an_empty_file_is_malformed(tmp_path, name, data):
    [item] = read(write(tmp_path, name, data))
    assert (item.reason, item.offset) == ("unknown_format" if name == "a.xyz" and data else "empty_file", 0)


def test_an_unknown_format_is_malformed_and_shows_its_beginning(tmp_path):
    [item] = read(write(tmp_path, "a.docx", b"PK\x03\x04rest"))
    assert (item.reason, item.sample) == ("unknown_format", b"PK\x03\x04rest")


def test_a_file_that_is_gone_is_malformed(tmp_path):
    path = write(tmp_path, "a.html", b"<p>")
    [file] = list_files([str(path)])
    path.unlink()
    assert [item.reason for item in read_file(file)] == ["unreadable_file"]


def test_a_file_beyond_the_limit_is_malformed_also_when_it_is_a_bomb(tmp_path):
    options = ReadOptions(max_payload_bytes=1 << 20)
    for name, data in [("a.txt", b"x" * (2 << 20)), ("a.txt.gz", gzip.compress(b"x" * (50 << 20)))]:
        path = write(tmp_path, name, data)
        tracemalloc.start()
        [item] = read(path, options)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert item.reason == "payload_too_large"
        assert str(len(data)) in item.detail
        assert peak < 16 << 20


@pytest.mark.parametrize(("cut", "reason"), [(-12, "truncated_record"), (None, "damaged_member")])
def test_a_damaged_compressed_document_is_malformed(tmp_path, cut, reason):
    data = gzip.compress(noise(5000, 1))
    data = data[:cut] if cut else data[:-6] + b"\0\0" + data[-4:]
    assert [item.reason for item in read(write(tmp_path, "a.html.gz", data))] == [reason]


def test_a_folder_of_everything_gives_one_item_for_each_record_in_any_order(tmp_path):
    wet = warc_record(b"text", kind="conversion", content_type="text/plain")
    lines = [json.dumps({"text": str(number)}).encode() for number in range(5)] + [b"{broken", b'{"no": 1}']
    written = {
        "crawl/a.warc.gz": (members(warc_record(b"a: b", kind="warcinfo", uri=None), page(1), page(2)), 3),
        "crawl/b.warc": (page(3) + warc_record(b"x", uri=None) + page(4), 3),
        "crawl/c.wet.gz": (members(wet, wet), 2),
        "old/d.arc.gz": (gzip.compress(arc_file(("http://a.test/", b"x"), ("http://b.test/", b"y"))), 3),
        "rows/日本.jsonl": (b"\n".join(lines), 7),
        "pages/a/b/c/e.html": (b"<p>", 1),
        "pages/empty.html": (b"", 1),
        "pages/f.unknown": (b"\0", 1),
    }
    for name, (data, _) in written.items():
        write(tmp_path, name, data)
    files = list_files([str(tmp_path)])
    items = {file.uri: list(read_file(file)) for file in files}
    assert {uri.partition("/")[2]: len(found) for uri, found in items.items()} == {
        name: count for name, (_, count) in written.items()
    }
    assert {file.uri: list(read_file(file)) for file in reversed(files)} == items
    kinds = [type(item) for found in items.values() for item in found]
    assert (kinds.count(Capture), kinds.count(Malformed), kinds.count(Skipped)) == (14, 5, 2)


def peak_of_reading(path):
    [file] = list_files([str(path)])
    tracemalloc.start()
    count = sum(isinstance(item, Capture) for item in read_file(file))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return count, peak


BODY = noise(1 << 14, 1) * 64


@pytest.mark.parametrize("pack", [members, lambda *records: gzip.compress(b"".join(records)), lambda *r: b"".join(r)])
def test_memory_is_bounded_by_a_record(tmp_path, pack):
    path = write(tmp_path, "a.warc.gz", pack(*[warc_record(http_response(BODY))] * 40))
    count, peak = peak_of_reading(path)
    assert count == 40
    assert peak < 20 << 20


def test_memory_is_bounded_by_a_line(tmp_path):
    line = json.dumps({"text": BODY.decode()}).encode() + b"\n"
    count, peak = peak_of_reading(write(tmp_path, "a.jsonl.gz", gzip.compress(line * 40)))
    assert count == 40
    assert peak < 20 << 20
