import time

import pypdfium2
import pytest

from udfs.pdf import PdfError, parse_pdf

FULL = "This line of the paragraph is just as long as all the others are, it fills its column"

_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def build_pdf(pages, title="", encrypt=False, info=True):
    """Write a PDF by hand: a page is a list of (x, y, size, text), or of "image" for one that covers the page."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", _FONT]
    pixels = b"\x80" * 64
    objects.append(
        b"<< /Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8 "
        b"/Length %d >>\nstream\n%s\nendstream" % (len(pixels), pixels)
    )
    kids = []
    for page in pages:
        content = b"".join(
            b"q 600 0 0 800 0 0 cm /Im Do Q\n"
            if item == "image"
            else b"BT /F %d Tf %d %d Td (%s) Tj ET\n" % (item[2], item[0], item[1], item[3].encode("latin-1"))
            for item in page
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        resources = b"<< /Font << /F 3 0 R >> /XObject << /Im 4 0 R >> >>"
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R /Resources %s >>"
            % (len(objects), resources)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    objects.append(b"<< /Title (%s) >>" % title.encode("latin-1"))
    trailer = b"/Root 1 0 R /Info %d 0 R" % len(objects)
    if encrypt:
        key = b"<" + b"00" * 32 + b">"
        objects.append(b"<< /Filter /Standard /V 1 /R 2 /O %s /U %s /P -4 >>" % (key, key))
        trailer += b" /Encrypt %d 0 R /ID [<00> <00>]" % len(objects)
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)


def column(lines, top=700, left=72, size=10):
    return [(left, top - 12 * index, size, line) for index, line in enumerate(lines)]


def test_lines_are_joined_to_paragraphs_and_split_at_gaps():
    lines = column([FULL, FULL, "the end."]) + column(["Another paragraph begins", "here."], top=640)
    document = parse_pdf(build_pdf([lines], title="A  title"))
    assert document.text == f"{FULL} {FULL} the end.\n\nAnother paragraph begins\nhere."
    assert (document.title, document.pages, document.scanned, document.truncated) == ("A title", 1, False, False)


def test_an_indented_line_behind_a_full_stop_begins_a_paragraph():
    first = FULL[:-1] + "."
    lines = [*column([FULL, first]), (92, 676, 10, "Then comes an indented line, which is a new paragraph")]
    assert parse_pdf(build_pdf([lines])).text.count("\n\n") == 1


def test_hyphens_at_line_ends_are_closed_but_compounds_kept():
    lines = column([FULL + " and hyphen-", "ation of a well-known kind; GPU-", "Based words keep theirs"])
    text = parse_pdf(build_pdf([lines])).text
    assert "hyphenation" in text
    assert "well-known" in text
    assert "GPU-" in text


def test_headings_of_another_size_stand_alone():
    lines = [(72, 720, 20, "A heading"), *column([FULL, FULL], top=698)]
    assert parse_pdf(build_pdf([lines])).text == f"A heading\n\n{FULL} {FULL}"


def test_running_heads_and_page_numbers_go_but_the_title_stays():
    pages = []
    for number in range(1, 6):
        words = ["one", "two", "three", "four", "five"][number - 1]
        body = column([f"{FULL} {words}", FULL, FULL, f"and the end of {words}."])
        head = [(72, 760, 8, "A Study of Things")] if number > 1 else [(72, 760, 24, "A Study of Things")]
        pages.append([*head, *body, (300, 40, 8, f"Page {number} of 5")])
    text = parse_pdf(build_pdf(pages)).text
    assert text.count("A Study of Things") == 1
    assert text.startswith("A Study of Things\n\n")
    assert "Page" not in text
    assert [f"end of {word}." in text for word in ("one", "two", "three", "four", "five")] == [True] * 5


def test_a_number_on_the_only_page_stays():
    assert parse_pdf(build_pdf([column([FULL, FULL, "42"])])).text.endswith("42")


def test_a_paragraph_goes_on_over_the_page_break():
    pages = [column([FULL, "and this sentence goes on without any"]), column(["break on the next page."])]
    assert "without any\nbreak on" in parse_pdf(build_pdf(pages)).text


def test_code_keeps_its_lines():
    text = parse_pdf(
        build_pdf([column([FULL, FULL, FULL, FULL]) + column(["def f(x)", "return x", "f(1)"], top=600)])
    ).text
    assert text.endswith("def f(x)\nreturn x\nf(1)")


def test_pictures_of_pages_are_scanned_and_pictures_beside_text_are_not():
    assert parse_pdf(build_pdf([["image"], ["image"]])).scanned
    assert not parse_pdf(build_pdf([["image", *column([FULL, FULL])]])).scanned
    assert parse_pdf(build_pdf([["image"], ["image", (1, 1, 8, "3")], column([FULL])])).scanned
    assert not parse_pdf(build_pdf([[]])).scanned
    assert parse_pdf(build_pdf([["image"]])).text == ""


def test_pages_beyond_the_limit_are_left_out_and_told():
    document = parse_pdf(build_pdf([column([f"{FULL} {number}"]) for number in range(5)]), max_pages=2)
    assert (document.pages, document.truncated) == (5, True)
    assert "column 1" in document.text
    assert "column 2" not in document.text


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "not_a_pdf"),
        (b"<html>not found</html>", "not_a_pdf"),
        (b"%PDF-1.7\nand nothing else", "damaged"),
        (build_pdf([column([FULL])])[:200], "damaged"),
        (build_pdf([]), "damaged"),
        (build_pdf([column([FULL])], encrypt=True), "encrypted"),
    ],
)
def test_what_cannot_be_read_says_why(payload, reason):
    with pytest.raises(PdfError) as raised:
        parse_pdf(payload)
    assert raised.value.reason == reason


def test_a_slow_file_is_given_up(monkeypatch):
    clock = iter(range(0, 10_000, 50))
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    with pytest.raises(PdfError) as raised:
        parse_pdf(build_pdf([column([FULL])] * 5), max_seconds=120)
    assert raised.value.reason == "too_slow"
    assert "3 of 5 pages" in str(raised.value)


def test_changed_bytes_give_a_document_or_a_reason():
    data = build_pdf([column([FULL, FULL]), ["image"]])
    reasons = set()
    for index in range(0, len(data), 7):
        changed = data[:index] + b"\xff\0<" + data[index + 3 :]
        try:
            parse_pdf(changed)
        except PdfError as error:
            reasons.add(error.reason)
    assert reasons <= {"not_a_pdf", "damaged", "encrypted"}
    assert "not_a_pdf" in reasons


def test_equal_files_give_equal_text():
    data = build_pdf([column([FULL, "x."])] * 3)
    assert parse_pdf(data) == parse_pdf(data)
    assert len(pypdfium2.PdfDocument(data)) == 3
