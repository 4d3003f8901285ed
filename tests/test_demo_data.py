"""The demo input of ``tests/data`` is built from its sources and holds everything that its manifest says it plants."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import importlib.util
import io
import ipaddress
import json
import lzma
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import lxml.etree
import lxml.html
import pypdfium2
import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from udfs.text.simplify import simplify_text

DATA = Path(__file__).resolve().parent / "data"
FORMATS = DATA / "formats"


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_warc", DATA / "build_warc.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["build_warc"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pages(builder: ModuleType) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = builder.manifest()
    return entries


@pytest.fixture(scope="module")
def text_of(pages: list[dict[str, Any]]) -> Callable[[dict[str, Any]], str]:
    charsets = {"zh/tea-gbk.html": "gbk", "zh/typhoon-big5.html": "big5", "junk/short2.html": "gbk"}

    def text(page: dict[str, Any]) -> str:
        payload = (DATA / "pages" / page["file"]).read_bytes()
        markup = payload.decode(charsets.get(page["file"], "utf-8"), "replace").replace("\0", "")
        body = lxml.html.document_fromstring(markup.partition("?>")[2] if markup.startswith("<?xml") else markup)
        lxml.etree.strip_elements(body, "script", "style", "nav", "aside", "footer", with_tail=False)
        return " ".join(str(body.text_content()).split())

    return text


class _Socket:
    """The part of a socket that `http.client` reads a response from."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self.data)


def decode_response(block: bytes) -> tuple[int, bytes]:
    """Undo the transfer coding, and the content coding where that is possible."""
    message = http.client.HTTPResponse(_Socket(block))  # type: ignore[arg-type]
    message.begin()
    body = message.read()
    if message.headers["Content-Encoding"] == "gzip":
        with contextlib.suppress(zlib.error):
            body = gzip.decompress(body)
    return message.status, body


@pytest.fixture(scope="module")
def responses() -> dict[tuple[str, str], tuple[int | None, bytes]]:
    """Status and decoded payload of every response, by URI and date."""
    found: dict[tuple[str, str], tuple[int | None, bytes]] = {}
    with (DATA / "demo.warc.gz").open("rb") as stream:
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=False):
            key = (record.headers["WARC-Target-URI"], record.headers["WARC-Date"])
            assert key not in found
            block = record.reader.read()
            found[key] = (None, block) if key[0].startswith("dns:") else decode_response(block)
    return found


@pytest.fixture(scope="module")
def items() -> dict[str, str]:
    rows = [
        json.loads(line)
        for path in sorted((DATA / "benchmarks").glob("*.jsonl"))
        for line in path.open(encoding="utf-8")
    ]
    assert all(set(row) == {"id", "url", "text", "source", "license", "lang", "label"} for row in rows)
    assert all({"benchmark", "split", "answer"} <= set(row["label"]) for row in rows)
    texts = {row["id"]: row["text"] for row in rows}
    assert len(texts) == len(rows) == 40
    return texts


def shingles(text: str) -> set[tuple[str, ...]]:
    """Word 5-grams; a Chinese character counts as a word."""
    spaced = "".join(f" {c} " if "\u4e00" <= c <= "\u9fff" else c for c in text)
    words = simplify_text(spaced).split()
    return {tuple(words[start : start + 5]) for start in range(len(words) - 4)}


def similarity(a: str, b: str) -> float:
    left, right = shingles(a), shingles(b)
    return len(left & right) / len(left | right)


def test_built_files_are_current(builder: ModuleType) -> None:
    assert builder.stale() == []


def test_the_check_notices_a_changed_page(builder: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder, "page_bytes", lambda page: b"<p>changed</p>")
    assert builder.stale() == ["demo.warc.gz"]


def test_size_of_all_files() -> None:
    files = [path for path in DATA.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert sum(path.stat().st_size for path in files) < 1_500_000


def test_every_page_is_in_the_warc_as_committed(
    builder: ModuleType,
    pages: list[dict[str, Any]],
    responses: dict[tuple[str, str], tuple[int | None, bytes]],
) -> None:
    assert len(pages) >= 70
    assert len({page["uri"] for page in pages}) == len(pages)
    for page in pages:
        status, payload = responses[page["uri"], page["captured_at"]]
        assert status == page.get("status", 200)
        assert (payload == builder.page_bytes(page)) is (page.get("transfer") != "corrupt-gzip"), page["uri"]


def test_every_source_file_is_used(pages: list[dict[str, Any]]) -> None:
    sources = {path.relative_to(DATA / "pages").as_posix() for path in (DATA / "pages").rglob("*.html")}
    assert {page["file"] for page in pages} == sources


def test_record_kinds_and_digests() -> None:
    kinds: dict[str, int] = {}
    with (DATA / "demo.warc.gz").open("rb") as stream:
        for record in ArchiveIterator(stream, parse_http=False):
            kinds[record.headers["WARC-Type"]] = kinds.get(record.headers["WARC-Type"], 0) + 1
            assert record.verify_block_digest()
    assert kinds == {"warcinfo": 1, "request": 104, "response": 105, "revisit": 1}


def test_other_responses(responses: dict[tuple[str, str], tuple[int | None, bytes]]) -> None:
    statuses = [status for status, _ in responses.values()]
    assert statuses.count(301) == statuses.count(404) == statuses.count(None) == 1
    by_uri = {uri: payload for (uri, _), (_, payload) in responses.items()}
    assert by_uri["https://almanac.test/img/logo.png"].startswith(b"\x89PNG")
    assert by_uri["https://almanac.test/files/tide-tables.pdf"].startswith(b"%PDF")


def test_hosts_are_reserved_and_fates_are_known(pages: list[dict[str, Any]]) -> None:
    for page in pages:
        assert (urlsplit(page["uri"]).hostname or "").endswith((".test", ".example"))
        assert page["expect"] in {"keep", "reject", "duplicate", "leak", "quarantine"}
        assert page["why"]
        assert ("duplicate_of" in page) == (page["expect"] == "duplicate")


def test_duplicates(pages: list[dict[str, Any]], text_of: Callable[[dict[str, Any]], str]) -> None:
    by_uri = {page["uri"]: page for page in pages}
    exact = [page for page in pages if page.get("gate") == "exact"]
    near = [page for page in pages if page.get("gate") == "near"]
    assert (len(exact), len(near)) == (4, 7)
    for page in exact:
        assert page["file"] == by_uri[page["duplicate_of"]]["file"]
    for page in near:
        original = by_uri[page["duplicate_of"]]
        assert 0.75 <= similarity(text_of(page), text_of(original)) < 1, page["uri"]


def test_chain_is_not_transitive(pages: list[dict[str, Any]], text_of: Callable[[dict[str, Any]], str]) -> None:
    a, b, c = (text_of(next(p for p in pages if p["file"] == f"near/chain-{name}.html")) for name in "abc")
    assert len(a) > len(b) > len(c)
    assert min(similarity(a, b), similarity(b, c)) > 0.75
    assert similarity(a, c) < 0.70


def test_pages_that_are_not_marked_are_not_alike(
    pages: list[dict[str, Any]], text_of: Callable[[dict[str, Any]], str]
) -> None:
    alone = [p for p in pages if p["expect"] != "duplicate" and "chain" not in p["file"] and p["expect"] != "reject"]
    grams = [shingles(text_of(page)) for page in alone]
    for position, left in enumerate(grams):
        for right in grams[position + 1 :]:
            assert len(left & right) < 0.3 * min(len(left), len(right))


def test_benchmark_items_occur(
    pages: list[dict[str, Any]], items: dict[str, str], text_of: Callable[[dict[str, Any]], str]
) -> None:
    leaking = [page for page in pages if page["expect"] == "leak"]
    assert [len(page.get("contains", ())) > 0 for page in leaking] == [True] * 4 + [False] * 2
    for page in leaking:
        text = text_of(page)
        for name in page.get("contains", ()):
            assert " ".join(items[name].split()) in text, name
        for name in page.get("contains_changed", ()):
            assert items[name] not in text
            assert simplify_text(items[name]) in simplify_text(text), name
    other = " ".join(text_of(page) for page in pages if page["expect"] != "leak")
    assert not [name for name, text in items.items() if " ".join(text.split()) in other]


def test_personal_data_occurs_and_is_well_formed(
    pages: list[dict[str, Any]], text_of: Callable[[dict[str, Any]], str]
) -> None:
    marked = [page for page in pages if "personal" in page]
    assert len(marked) == 3
    values: dict[str, list[str]] = {}
    for page in marked:
        text = text_of(page)
        for kind, found in page["personal"].items():
            values.setdefault(kind, []).extend(found)
            assert all(value in text for value in found)
        assert all(value in text for value in page.get("not_personal", ()))
    assert set(values) == {"email", "phone", "ipv4", "zh_mobile", "zh_id", "card"}
    assert all(ipaddress.ip_address(value).is_global for value in values["ipv4"])
    assert all(identity_number_is_valid(value) for value in values["zh_id"])
    assert all(luhn(value) for value in values["card"])
    assert not luhn("4012 8888 8888 1882")


def identity_number_is_valid(number: str) -> bool:
    """GB 11643-1999: the digits, read as a polynomial at 2, are congruent to 1 modulo 11."""
    digits = [10 if c == "X" else int(c) for c in number]
    return len(digits) == 18 and sum(d * 2**k for k, d in enumerate(reversed(digits))) % 11 == 1


def luhn(number: str) -> bool:
    digits = [int(c) for c in reversed(number) if c.isdigit()]
    return (sum(digits[::2]) + sum(sum(divmod(2 * d, 10)) for d in digits[1::2])) % 10 == 0


@pytest.mark.parametrize(
    ("name", "charset"),
    [("zh/tea-gbk.html", "gbk"), ("zh/typhoon-big5.html", "big5"), ("broken/lying-charset.html", "windows-1252")],
)
def test_charsets(name: str, charset: str) -> None:
    payload = (DATA / "pages" / name).read_bytes()
    payload.decode(charset)
    with pytest.raises(UnicodeDecodeError):
        payload.decode("utf-8")


@pytest.mark.parametrize(
    ("name", "mark", "present"),
    [
        ("nul-bytes", b"\0", True),
        ("nobody", b"<html", False),
        ("misnested", b"&amp;mdash;", True),
        ("misnested", b"is < 0.5 V", True),
        ("unclosed", b"</BODY>", False),
    ],
)
def test_broken_markup(name: str, mark: bytes, present: bool) -> None:
    assert (mark in (DATA / "pages" / "broken" / f"{name}.html").read_bytes()) is present


def test_truncated_page_ends_inside_a_tag() -> None:
    payload = (DATA / "pages" / "broken" / "truncated.html").read_bytes()
    assert payload.rfind(b"<") > payload.rfind(b">")


def test_chinese_pages(pages: list[dict[str, Any]], text_of: Callable[[dict[str, Any]], str]) -> None:
    good = [text_of(page) for page in pages if page["language"] == "zh" and page["expect"] == "keep"]
    assert len(good) >= 10
    assert all(sum("\u4e00" <= c <= "\u9fff" for c in text) >= 400 for text in good)


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("quadratic-mathml", b"<mfrac>"),
        ("geometric-annotation", b'encoding="application/x-tex"'),
        ("induction-prefixed", b"<mml:mfrac>"),
        ("euclid-katex", b'class="katex-mathml"'),
        ("sqrt2-mathjax2", b'type="math/tex; mode=display"'),
        ("cosines-mathjax3", b"<mjx-assistive-mml"),
        ("bayes-delimiters", b"\\(P(D) = 0.001\\)"),
        ("interest-images", b'alt="K_n = K_0 (1 + r)^n"'),
        ("least-squares-latex", b"\\begin{align}"),
    ],
)
def test_notations_of_formulas(name: str, mark: bytes) -> None:
    assert mark in (DATA / "pages" / "math" / f"{name}.html").read_bytes()


def test_json_lines_and_their_compressed_copies(builder: ModuleType) -> None:
    lines = (FORMATS / "documents.jsonl").read_bytes()
    import build_formats
    import pyarrow.parquet as pq

    documents = build_formats.good_documents()
    assert len(documents) == 12
    assert len(lines.splitlines()) == 14
    assert gzip.decompress((FORMATS / "documents.jsonl.gz").read_bytes()) == lines
    assert lzma.decompress((FORMATS / "documents.jsonl.xz").read_bytes()) == lines
    assert build_formats.content("a.zst", (FORMATS / "documents.jsonl.zst").read_bytes()) == lines
    table = pq.read_table(io.BytesIO((FORMATS / "documents.parquet").read_bytes()))
    assert table.to_pylist() == documents


def pdf_texts(name: str) -> list[str]:
    document = pypdfium2.PdfDocument(FORMATS / name)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def test_pdf_files() -> None:
    first, second = pdf_texts("two_pages.pdf")
    assert "A tide table lists the times and heights of high" in first
    assert "The rule of twelfths" in second
    assert pdf_texts("scanned.pdf") == [""]


def test_wet_and_arc() -> None:
    with (FORMATS / "pages.warc.wet.gz").open("rb") as stream:
        kinds = [record.headers["WARC-Type"] for record in ArchiveIterator(stream)]
    assert kinds == ["warcinfo"] + ["conversion"] * 4
    archive = gzip.decompress((FORMATS / "pages.arc.gz").read_bytes())
    uris = []
    while archive:
        header, _, rest = archive.partition(b"\n")
        length = int(header.split(b" ")[-1])
        assert rest[length : length + 1] == b"\n"
        uris.append(header.split(b" ")[0])
        archive = rest[length + 1 :]
    assert uris == [
        b"filedesc://pages.arc",
        b"http://notes.plainfiles.test/ink",
        b"http://homepage.oldnet.test/~knots/bowline.html",
    ]


def test_source_tree() -> None:
    tree = FORMATS / "source_tree"
    assert "SPDX-License-Identifier: Apache-2.0" in (tree / "tidegauge" / "harmonic.py").read_text(encoding="utf-8")
    assert "DO NOT EDIT" in (tree / "tidegauge" / "generated_speeds.py").read_text(encoding="utf-8")
    script = (tree / "tidegauge" / "static" / "plot.min.js").read_text(encoding="utf-8")
    assert max(map(len, script.splitlines())) > 500
