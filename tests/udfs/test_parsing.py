"""The dispatch by media type and first bytes, and what the job's kernel gives for a captured object."""

from __future__ import annotations

import os
import signal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.parse import PARSED
from tests.udfs.test_pdf import build_pdf
from udfs import parsing
from udfs.allowance import Allowance
from udfs.arrow import batched
from udfs.parsing import DocumentError, Parser, extract

ALLOWANCE = Allowance(cpu_seconds=60, memory_bytes=1 << 30)
PROSE = "The mill stood by the river and ground the grain of three villages for two hundred years. "


SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("doc_id", "source", "uri", "license", "file", "media_type", "charset")]
    + [(name, pa.int64()) for name in ("offset", "http_status", "payload_bytes")]
    + [("captured_at", pa.timestamp("us", tz="UTC")), ("payload", pa.binary())]
)


def row(payload: bytes, media_type: str | None = "text/html", **changes: Any) -> dict[str, Any]:
    return {
        "doc_id": "d",
        "source": "s",
        "uri": "https://a.test/x",
        "captured_at": None,
        "license": None,
        "file": "f",
        "offset": 0,
        "media_type": media_type,
        "charset": None,
        "http_status": None,
        "payload_bytes": len(payload),
        "payload": payload,
        **changes,
    }


def parser(redact: bool = True, allowance: Allowance = ALLOWANCE) -> Parser:
    return Parser(1 << 24, redact, "words", allowance)


def parse(payload: bytes, media_type: str | None = "text/html", **changes: Any) -> dict[str, Any]:
    return parser().parse(row(payload, media_type, **changes))


@pytest.mark.parametrize(
    ("payload", "media_type", "reason"),
    [
        (b"", "text/html", "empty_payload"),
        (b" \n ", "text/plain", "empty_payload"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "image/png", "unsupported_media_type"),
        (b"\x00\x01\x02" * 50, "text/plain", "binary_payload"),
        (b"%PDF-1.7 nothing more", "application/pdf", "damaged"),
    ],
)
def test_what_holds_no_document_has_a_reason(payload: bytes, media_type: str, reason: str) -> None:
    with pytest.raises(DocumentError) as caught:
        extract(payload, "u", media_type, None)
    assert caught.value.reason == reason
    assert parse(payload, media_type)["reason"] == reason


def test_a_status_that_is_no_success_is_no_document() -> None:
    assert parse(b"<p>Not here</p>", http_status=404)["reason"] == "http_status"


def test_a_payload_that_was_held_back_is_too_large() -> None:
    made = parser().parse(row(b"") | {"payload": None, "payload_bytes": 10**9})
    assert (made["reason"], made["detail"]) == ("page_too_large", "1000000000 bytes")


def test_first_bytes_go_before_a_vague_media_type() -> None:
    page = b"<!DOCTYPE html><html><body><p>" + PROSE.encode() * 3 + b"</p></body></html>"
    for declared in (None, "application/octet-stream", "text/plain"):
        assert extract(page, "u", declared, None).media_type == "text/html"


def test_a_package_description_has_no_header_fields() -> None:
    metadata = (
        b"Metadata-Version: 2.4\nName: mill\nSummary: Grinds\nDescription-Content-Type: text/markdown\n"
        b"\n# Mill\n\nIt grinds."
    )
    found = extract(metadata, "mill.dist-info/METADATA", "text/plain", None)
    assert (found.text, found.title, found.media_type) == ("# Mill\n\nIt grinds.", "mill: Grinds", "text/markdown")


def test_source_code_keeps_its_language_and_needs_no_natural_one() -> None:
    made = parse(b"def mill(grain):\n    return grain\n", "text/x-python", uri="mill.py")
    assert (made["kind"], made["code_language"], made["language"]) == ("code", "python", "und")


@pytest.mark.parametrize("media_type", ["application/javascript", "application/x-javascript", "text/ecmascript"])
def test_scripts_are_source_code_by_whatever_name(media_type: str) -> None:
    made = parse(b"function turn(steps) {\n  return steps + 1;\n}\n", media_type, uri="https://a.test/mill?v=2")
    assert (made["kind"], made["code_language"], made["language"]) == ("code", "javascript", "und")


def test_personal_data_is_replaced_and_its_spans_point_into_the_text_before() -> None:
    text = PROSE + "Write to miller@river-mill.org for flour."
    made = parse(text.encode(), "text/plain")
    assert "miller@river-mill.org" not in made["text"]
    (span,) = made["personal_data"]
    assert text[span["start"] : span["end"]] == "miller@river-mill.org"
    kept = parser(redact=False).parse(row(text.encode(), "text/plain"))
    assert "miller@river-mill.org" in kept["text"]
    assert kept["personal_data"] == made["personal_data"]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["text/html", "text/plain", "text/x-python", "application/pdf", None]))
def test_no_bytes_raise(payload: bytes, media_type: str | None) -> None:
    made = parse(payload, media_type)
    assert ("reason" in made) != ("text" in made)


def test_formulas_do_not_hide_the_language() -> None:
    """Of 152 English pages of mathematics that were turned away on real archives, 37 were for their LaTeX."""
    formulas = r"$$\cos(\frac{A+B}{2})\sin(\frac{A-B}{2})=\tan(\alpha)\operatorname{artanh}\lambda$$" * 20
    made = parse(f"# Law\n\n{formulas}\n\nThis implies that the law of tangents holds.".encode(), "text/markdown")
    assert made["language"] == "en"
    assert made["language_score"] > 0.65


def test_a_batch_gives_a_row_for_each_object_whatever_one_of_them_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hostile ones stand for any parser that loops, takes all memory or crashes in native code."""
    payloads = [PROSE.encode(), b"loop", b"eat", b"", b"crash", None, PROSE.encode() * 2]
    rows = [row(payload or b"", "text/plain", doc_id=str(n)) for n, payload in enumerate(payloads)]
    rows[5]["payload"] = None

    def hostile(payload: bytes, *rest: Any) -> parsing.Document:
        while payload == b"loop":
            pass
        if payload == b"eat":
            bytearray(1 << 30)
        if payload == b"crash":
            os.kill(os.getpid(), signal.SIGKILL)
        return extract(payload, *rest)

    monkeypatch.setattr(parsing, "extract", hostile)
    small = Allowance(cpu_seconds=0.5, memory_bytes=1 << 28)
    made = list(parser(allowance=small)(pa.RecordBatch.from_pylist(rows, schema=SCHEMA)))
    assert [each["doc_id"] for each in made] == [str(n) for n in range(len(rows))]
    reasons = [each.get("reason") for each in made]
    refused = ["time_allowance", "memory_allowance", "empty_payload", "crash", "page_too_large"]
    assert reasons == [None, *refused, None]
    assert made[1]["sample"] == b"loop"
    assert made[5]["sample"] == b""
    assert made[6]["text"].startswith(PROSE.strip())


def test_a_batch_fits_the_table_it_is_for() -> None:
    formula = "<p>Let <img class=latex alt='x^2'> be given. Mail miller@river-mill.org</p>"
    page = f"<title>A mill</title><p>{PROSE * 3}</p>{formula}".encode()
    (made,) = parser()(pa.RecordBatch.from_pylist([row(page)], schema=SCHEMA))
    (stored,) = next(batched([made], PARSED)).to_pylist()
    assert dict(stored["traits"]) == {"formulas": 1.0, "code_blocks": 0.0, "links": 0.0, "mojibake_lines": 0.0}
    assert [span["kind"] for span in stored["personal_data"]] == ["email"]


@pytest.mark.parametrize("wrong", ["latin-1", "windows-1252"])
def test_mojibake_is_repaired_in_documents_but_not_in_source_files(wrong: str) -> None:
    damaged = "Le café était fermé. ".encode().decode(wrong)
    dash = "Fermé — hélas, “fermé”.".encode().decode("latin-1")
    page = f"<title>{damaged}</title><meta charset=utf-8><p>{damaged * 12}</p><p>{dash * 12}</p>".encode()
    source = f'# Un exemple.\nMENU = "{damaged}"\n'.encode()
    rows = [
        row(page),
        row(f"{damaged * 12}\n\n{dash}\n".encode(), media_type="text/plain"),
        row(f"Metadata-Version: 2.4\nName: menu\n\n{damaged * 12}\n\n{dash}\n".encode(), media_type="text/plain"),
        row(source, uri="menu.py", media_type="text/x-python"),
    ]
    *documents, code = parser()(pa.RecordBatch.from_pylist(rows, schema=SCHEMA))
    for document in documents:
        assert "Le café était fermé." in document["text"]
        assert "Fermé — hélas, “fermé”." in document["text"]
        assert dict(document["traits"])["mojibake_lines"] == 2
    assert documents[0]["title"] == "Le café était fermé."
    assert "mojibake_lines" not in dict(code["traits"])
    assert damaged.strip() in code["text"]


def test_mojibake_of_a_pdf_is_repaired() -> None:
    damaged = "Le café était fermé toute la journée.".encode().decode("windows-1252")
    pdf = build_pdf([[(72, 700, 12, damaged)]], title=damaged)
    (document,) = parser()(pa.RecordBatch.from_pylist([row(pdf, media_type="application/pdf")], schema=SCHEMA))
    assert document["text"] == document["title"] == "Le café était fermé toute la journée."
    assert dict(document["traits"]) == {"pages": 1.0, "mojibake_lines": 1.0}
