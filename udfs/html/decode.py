"""From the bytes of a page to its text: which charset it is in, whatever it claims."""

from __future__ import annotations

import codecs
import re

# As in the WHATWG Encoding Standard, what a page calls ISO-8859-1 or GB2312 is decoded by the superset browsers use.
_SUPERSET = {
    "ascii": "windows-1252",
    "iso8859-1": "windows-1252",
    "cp1252": "windows-1252",
    "iso8859-9": "windows-1254",
    "cp1254": "windows-1254",
    "iso8859-11": "windows-874",
    "tis-620": "windows-874",
    "cp874": "windows-874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "hz": "gb18030",
    "big5": "big5",
    "cp950": "big5",
    "big5hkscs": "big5",
    "shift_jis": "shift_jis",
    "cp932": "shift_jis",
    "shift_jis_2004": "shift_jis",
    "euc_kr": "euc-kr",
    "cp949": "euc-kr",
    "johab": "euc-kr",
    "euc_jp": "euc-jp",
    "euc_jis_2004": "euc-jp",
    "utf_8_sig": "utf-8",
}
_CODEC = {
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "windows-874": "cp874",
    "x-user-defined": "windows-1252",
}
_LABELS = {"x-sjis": "shift_jis", "x-gbk": "gb18030", "unicode-1-1-utf-8": "utf-8", "ks_c_5601-1987": "euc-kr"}
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META = re.compile(rb"<(?:meta|\?xml)[^>]{0,400}?(?:charset|encoding)\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w:.-]{2,40})", re.I)
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_HIGH_BYTES = bytes(range(0x80, 0x100))
_RARE_IN_WESTERN = bytes(set(range(0xA1, 0xC0)) - set(b"\xa3\xa9\xaa\xab\xae\xb0\xb4\xb7\xba\xbb")) + bytes(
    range(0x80, 0x8B)
)
_HEAD = 4096
_SAMPLE = 1 << 17
# More damage than this, per byte outside ASCII, and the label is taken for a lie.
_DAMAGE = 0.02


def normal_charset(label: str | None) -> str | None:
    """Return the canonical lower-case name of a charset label, or None where no codec knows it.

    Examples
    --------
    >>> normal_charset("GB2312"), normal_charset("latin1"), normal_charset("klingon")
    ('gb18030', 'windows-1252', None)
    """
    if not label:
        return None
    label = label.strip().strip("\"'").lower()
    label = _LABELS.get(label, label)
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError):
        return None
    if not info._is_text_encoding or info.name in ("utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape"):
        return None
    name = info.name
    if re.fullmatch(r"cp125\d", name) and name not in _SUPERSET:
        return "windows-" + name[2:]
    return _SUPERSET.get(name, name)


def _decode(payload: bytes, charset: str) -> str:
    return payload.decode(_CODEC.get(charset, charset), "replace")


def _is_utf8(payload: bytes) -> bool:
    try:
        payload.decode("utf-8")
    except UnicodeDecodeError as error:
        # A page cut inside its last character is still UTF-8.
        return error.start >= len(payload) - 3 and error.reason == "unexpected end of data"
    return True


def _utf16_without_bom(payload: bytes) -> str | None:
    head = payload[:_HEAD]
    if len(head) < 4 or b"\x00" not in head:
        return None
    half = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _damage(text: str, high_bytes: int) -> float:
    return text.count("\ufffd") / max(high_bytes, 1)


def decode(payload: bytes, charset: str | None = None) -> tuple[str, str]:
    """Decode a page.

    The order is byte order mark, the caller's charset, the page's ``meta`` or XML declaration, then detection by
    resiliparse. A claim is given up when decoding by it damages more than one in fifty of the bytes outside ASCII,
    when the bytes are valid UTF-8 all the same, or when a Western claim covers bytes that no Western text has.

    Parameters
    ----------
    payload : bytes
        The page as it was received, already without transfer and content encoding.
    charset : str, optional
        What the transport said.

    Returns
    -------
    tuple of str
        The text, and the lower-case name of the charset in use.
    """
    for mark, name in _BOMS:
        if payload.startswith(mark):
            return payload[len(mark) :].decode(name, "replace"), name
    if wide := _utf16_without_bom(payload):
        return payload.decode(wide, "replace"), wide

    sample = payload[:_SAMPLE]
    if sample.isascii():
        sample = payload
    high = 0 if sample.isascii() else len(sample) - len(sample.translate(None, _HIGH_BYTES))
    declared = _META.search(payload, 0, _HEAD)
    claims = [normal_charset(charset), normal_charset(declared[1].decode("ascii", "replace")) if declared else None]
    # An ASCII-compatible page that says UTF-16 is read as UTF-8 (WHATWG prescan).
    claims = ["utf-8" if claim and claim.startswith("utf-16") else claim for claim in claims]
    if not high:
        name = next((claim for claim in claims if claim), "utf-8")
        return _decode(payload, name), name
    utf8 = _is_utf8(payload)
    if utf8 and (high >= 8 or "utf-8" in claims or claims == [None, None] or _is_western_as_utf8(payload, claims)):
        return payload.decode("utf-8", "replace"), "utf-8"

    runs = _HIGH_RUN.findall(sample)
    best: tuple[float, str] | None = None
    for claim in claims:
        if claim is None or (claim == "windows-1252" and not _looks_western(runs, high)):
            continue
        damage = _damage(_decode(sample, claim), high)
        if damage <= _DAMAGE:
            return _decode(payload, claim), claim
        best = min(best, (damage, claim)) if best else (damage, claim)
    detected = _detect(payload[:_SAMPLE], runs)
    if best is not None and best[0] <= _damage(_decode(sample, detected), high):
        detected = best[1]
    return _decode(payload, detected), detected


def _is_western_as_utf8(payload: bytes, claims: list[str | None]) -> bool:
    """Tell a few letters, dashes and no-break spaces in UTF-8 on a page that claims to be Western.

    As Western text they would be a capital letter with a sign behind it, such as "Â©".
    """
    if not {None, "windows-1252"}.issuperset(claims):
        return False
    text = payload.decode("utf-8", "replace")
    return all(sign < "\u0180" or "\u2000" <= sign < "\u2300" for sign in set(text) if sign >= "\x80")


def _looks_western(runs: list[bytes], high: int) -> bool:
    """Tell text in a Western charset: its high bytes are accented letters and quotes, and stand alone or in pairs."""
    if high < 12:
        return True
    in_long_runs = sum(len(run) for run in runs if len(run) >= 4)
    odd = sum(len(run) - len(run.translate(None, _RARE_IN_WESTERN)) for run in runs)
    return in_long_runs <= 0.5 * high and odd <= 0.25 * high


def _detect(sample: bytes, runs: list[bytes]) -> str:
    from resiliparse.parse.encoding import detect_encoding

    detected = normal_charset(detect_encoding(sample, from_html_meta=False)) or "windows-1252"
    pairs = b"".join(run for run in runs if len(run) % 2 == 0)
    leads, trails = pairs[0::2], pairs[1::2]
    # KS X 1001 keeps Hangul in the rows B0 to C8; GB 2312 spreads its characters up to row D7 and beyond.
    hangul = sum(0xB0 <= lead <= 0xC8 for lead in leads)
    if len(leads) >= 10 and hangul > 0.92 * len(leads) and min(trails) >= 0xA1:
        return "euc-kr"
    return detected


_MAGIC = (
    b"%PDF-",
    b"\x89PNG",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x7fELF",
    b"Rar!",
    b"7z\xbc\xaf",
)
_CONTROL = bytes(set(range(0x20)) - {0x00, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1B}) + b"\x7f"


def is_binary(payload: bytes) -> bool:
    """Tell whether bytes are an image, an archive or noise rather than a page in some charset.

    Examples
    --------
    >>> is_binary(b"%PDF-1.7 ..."), is_binary("<p>中文</p>".encode("gbk"))
    (True, False)
    """
    if payload.startswith(_MAGIC):
        return True
    head = payload[:_SAMPLE]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _utf16_without_bom(head):
        return False
    controls = len(head) - len(head.translate(None, _CONTROL))
    nulls = head.count(0)
    return controls > 0.02 * len(head) or (nulls > 0.3 * len(head))
