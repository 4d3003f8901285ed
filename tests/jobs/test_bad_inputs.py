"""Bad input: each piece ends in quarantine with its reason, and nothing else is lost."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jobs.lake.store import Lake
from tests.whole_way import run, small_settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.spark

_PROSE = " ".join(["The mill stood by the river and ground the grain of three villages for two hundred years."] * 6)


def warc_record(uri: str, body: bytes, headers: bytes = b"") -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + headers + b"\r\n" + body
    return (
        (
            b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:" + uri.encode() + b">\r\n"
            b"WARC-Date: 2026-01-01T00:00:00Z\r\nWARC-Target-URI: " + uri.encode() + b"\r\n"
            b"Content-Type: application/http; msgtype=response\r\nContent-Length: "
            + str(len(http)).encode()
            + b"\r\n\r\n"
        )
        + http
        + b"\r\n\r\n"
    )


def page(text: str) -> bytes:
    return f"<html><head><title>t</title></head><body><article><p>{text}</p></article></body></html>".encode()


@pytest.fixture(scope="module")
def bad(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], Lake]:
    """Read a folder of bad files; returns quarantine reasons by file name and the lake."""
    root = tmp_path_factory.mktemp("bad")
    folder = root / "input"
    folder.mkdir()
    good = warc_record("https://a.test/good", page(_PROSE))
    (folder / "truncated.warc").write_bytes(good + warc_record("https://a.test/cut", page(_PROSE))[:-200])
    (folder / "truncated.warc.gz").write_bytes(gzip.compress(good) + gzip.compress(good)[:-60])
    chunked = warc_record("https://a.test/chunked", page(_PROSE), b"Transfer-Encoding: chunked\r\n")
    (folder / "chunked.warc").write_bytes(chunked)
    (folder / "empty.html").write_bytes(b"")
    (folder / "noise.html").write_bytes(bytes((n * 7919 + n // 251) % 256 for n in range(60_000)))
    (folder / "large.html").write_bytes(page("word " * (10 * 2**20)))
    (folder / "nested.html").write_bytes(b"<div>" * 100_000 + page(_PROSE) + b"</div>" * 100_000)
    lying = page(_PROSE + " Café “naïve” — übergroß.").decode().encode("cp1252")
    (folder / "lying.html").write_bytes(lying.replace(b"<head>", b'<head><meta charset="utf-8">'))
    (folder / "lines.jsonl").write_text(
        '{"text": "' + _PROSE + '", "url": "https://a.test/line"}\n[1, 2]\n"text"\n{"tex\n'
    )
    settings = small_settings(root / "lake", inputs=(f"bad={folder}",))
    run(spark, settings, "ingest", "parse")
    lake = Lake(spark, settings.lake)
    reasons = {
        f"{Path(row['file']).name}@{row['offset']}": row["reason"] for row in lake.read("l0_quarantine").collect()
    }
    return reasons, lake


def reasons_of(bad: tuple[dict[str, str], Lake], name: str) -> set[str]:
    return {reason for place, reason in bad[0].items() if place.startswith(f"{name}@")}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("truncated.warc", {"truncated_record"}),
        ("truncated.warc.gz", {"truncated_record"}),
        ("empty.html", {"empty_file"}),
        ("noise.html", {"binary_payload"}),
        ("large.html", {"page_too_large"}),
        ("lines.jsonl", {"not_an_object", "not_json"}),
    ],
)
def test_bad_pieces_are_quarantined_with_their_reason(
    bad: tuple[dict[str, str], Lake], name: str, expected: set[str]
) -> None:
    assert reasons_of(bad, name) == expected


def test_what_can_be_read_is_read(bad: tuple[dict[str, str], Lake]) -> None:
    texts = {row["uri"].rsplit("/", 1)[-1]: row["text"] for row in bad[1].read("l1_parsed").collect()}
    assert {"good", "chunked", "lying.html", "nested.html", "line"} <= set(texts)
    assert "Café “naïve” — übergroß." in texts["lying.html"]
    assert texts["good"].startswith("The mill stood")
    assert "The mill stood" in texts["nested.html"]
    assert texts["chunked"].startswith("The mill stood")


def test_nothing_is_lost_on_the_way(bad: tuple[dict[str, str], Lake]) -> None:
    _, lake = bad
    files = lake.read("l0_files").collect()
    assert sum(row["captures"] for row in files) >= lake.read("l0_documents").count()
    stopped = lake.read("l0_quarantine").where("stage = 'parse'").count()
    assert lake.read("l0_documents").count() == lake.read("l1_parsed").count() + stopped
    assert sum(row["malformed"] for row in files) == lake.read("l0_quarantine").where("stage = 'ingest'").count()
