"""Finds personal data that can be checked, and replaces it by a fixed mark.

Conservative: a number counts only with a valid checksum, prefix or international form, with no letter, sign or decimal
point attached, and outside code and formulas. E-mail addresses and public IP addresses are found everywhere.
"""

from __future__ import annotations

import ipaddress
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from udfs.text.markup import code_spans, formula_spans, inline_code_spans

REPLACEMENTS: dict[str, str] = {
    "email": "[EMAIL]",
    "ip_address": "[IP_ADDRESS]",
    "id_number": "[ID_NUMBER]",
    "bank_card": "[BANK_CARD]",
    "phone": "[PHONE]",
}

# The part before the sign, reversed: what follows it may not be of an address.
_LOCAL_REVERSED = re.compile(r"[A-Za-z0-9_+](?:[A-Za-z0-9._%+-]{0,62}[A-Za-z0-9])?(?![A-Za-z0-9._%+/-])")
_DOMAIN = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}([A-Za-z]{2,24})(?![A-Za-z0-9_@-]|\.[A-Za-z0-9])"
)
_LONGEST_LOCAL = 64
# "icon@2x.png" and "git@host:path" are not addresses of people.
_FILE_ENDINGS = "bmp css gif htm html jpeg jpg js json mp3 mp4 pdf php png py svg ts tsx txt webp xml"
_FOUR_NUMBERS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![\w\-]|\.[0-9])")
# The end of a longer number, a version such as "v1.20.3.4" or a product such as "Chrome/137.0.0.0".
_NOT_ADDRESS_BEFORE = re.compile(
    r"(?:[\w.\-]|[A-Za-z0-9]/|(?:\bv(?:er)?|\bversions?|\brelease|\bsection|§|版本|第)\.?\s{0,2})\Z", re.IGNORECASE
)

# Numbers of sections, versions and object identifiers are small: of public addresses one in 1,700 has no larger number.
_LARGEST_OF_SECTION = 40
_LARGEST_OF_HEADING = 99
_LONGEST_LINE_START = 24
_AT_LINE_START = re.compile(r"(?:\A|\n)[ \t>]*(?:#{1,6}|[-*+]|\d{1,3}\.|)[ \t]*\Z")
_BEFORE_TITLE = re.compile(r"\.?[ \t]+[^\W\d_a-z]")

# Stretches worth a closer look: at least eight digits and what may stand between them.
_NUMBERS = re.compile(r"\+?[0-9][0-9 .()\-]{6,}[0-9Xx]")
# What may not stand before or after a number: letters, digits, underscores, decimal points and operators.
_ALONE = r"(?<![A-Za-z0-9_.+\-*/^=\\{$#&%])"
# A number before ".com" is the name of a site.
_ENDS = r"(?![A-Za-z0-9_*/^=\\}$%]|[.\-+][0-9]|\.[a-z])"
# Groups of digits parted by spaces may belong to a longer row of numbers.
_NO_ROW_BEFORE, _NO_ROW_AFTER = r"(?<![0-9][ ,])", r"(?![ ,][0-9])"
_ID_NUMBER = re.compile(
    _ALONE + r"[1-8][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]" + _ENDS
)
_MOBILE = re.compile(
    rf"{_ALONE}(?:(?:86[ -]?)?1[3-9][0-9](?:[0-9]{{8}}|-[0-9]{{4}}-[0-9]{{4}})"
    rf"|{_NO_ROW_BEFORE}(?:86[ -]?)?1[3-9][0-9] [0-9]{{4}} [0-9]{{4}}{_NO_ROW_AFTER}){_ENDS}"
)
_CARD = re.compile(
    _ALONE + _NO_ROW_BEFORE + r"(?:[0-9]{13,19}|[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{1,4}(?:\1[0-9]{1,3})?"
    r"|3[0-9]{3}([ -])[0-9]{6}\2[0-9]{4,5})" + _NO_ROW_AFTER + _ENDS
)
_LONGEST_NUMBER = 40
_SHORTEST_IN_ROW = 9
_NUMBER_BEFORE, _NUMBER_AFTER = re.compile(r"([0-9-]+)[,，、] ?\Z"), re.compile(r"[,，、] ?([0-9-]+)")
# A mobile or a landline, with its area or without; a card or an identity number.
_TELEPHONE = re.compile(r"(?:86)?1[3-9][0-9]{9}|0[0-9]{9,11}|[2-8][0-9]{6,7}|[0-9]{13,}")
_PHONE = re.compile(
    r"(?<![A-Za-z0-9_.+\-*/^=\\{$)])(?<![0-9] )\+[1-9][0-9]{0,2}"
    r"(?:[0-9]{7,12}|(?:[ .-]?\([0-9]{1,4}\)|[ .-][0-9]{1,5})(?:[ .-]?[0-9]{2,5}){1,5})" + _NO_ROW_AFTER + _ENDS
)
# Area and exchange of the North American Numbering Plan begin with 2 to 9 and are never N11 (a service such as 911).
_AREA, _EXCHANGE = r"(?![2-9]11)[2-9][0-8][0-9]", r"(?![2-9]11)[2-9][0-9]{2}"
_NORTH_AMERICAN = re.compile(
    _ALONE
    + _NO_ROW_BEFORE
    + rf"(?:(?:1[ .-]?)?\({_AREA}\) ?{_EXCHANGE}[ .-]|(?:1[ .-])?{_AREA}([.-]){_EXCHANGE}\1)[0-9]{{4}}"
    + _NO_ROW_AFTER
    + _ENDS
)

# Prefixes that China's Ministry of Industry and Information Technology has given to mobile networks.
_MOBILE_PREFIXES = frozenset(
    [
        *range(130, 140),
        *range(145, 154),
        *range(155, 160),
        162,
        *range(165, 168),
        *range(170, 179),
        *range(180, 194),
        *range(195, 200),
    ]
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PROVINCES = frozenset(
    [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82]
)


@dataclass(frozen=True, slots=True)
class Span:
    """Personal data at ``text[start:end]``.

    Attributes
    ----------
    kind : str
        ``email``, ``ip_address``, ``id_number`` (Chinese resident identity), ``bank_card`` or ``phone`` (Chinese mobile
        number, North American number with its area, or a number in international form).
    start, end : int
        Positions in characters.
    """

    kind: str
    start: int
    end: int


def find(text: str) -> list[Span]:
    """Find personal data.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    list of Span
        In order, not overlapping.

    Notes
    -----
    IPv4 addresses are reported only where `ipaddress` calls them globally routable (the rule of datatrove 0.10.0,
    ``formatters/pii.py``) and not multicast, not after a version word, and not where they may as well number a section.
    Identity numbers follow GB 11643-1999 (ISO 7064 MOD 11-2), cards the Luhn check of ISO/IEC 7812-1.

    Examples
    --------
    >>> [span.kind for span in find("Mail ann@mail.test.org, call 13912345678 or +44 20 7946 0958, host 93.184.216.34")]
    ['email', 'phone', 'phone', 'ip_address']
    """
    found = [
        *_emails(text),
        *(Span("ip_address", *match.span()) for match in _FOUR_NUMBERS.finditer(text) if _is_public(text, match)),
    ]
    numbers = [span for stretch in _NUMBERS.finditer(text) for span in _numbers(text, stretch)]
    if numbers:
        hidden = _Cover([*code_spans(text), *inline_code_spans(text), *formula_spans(text)])
        found += [span for span in numbers if not hidden.touches(span)]
    return _without_overlaps(found)


def redact(text: str, spans: Sequence[Span]) -> str:
    """Replace spans by the fixed mark of their kind (see `REPLACEMENTS`).

    Examples
    --------
    >>> redact("write to ann@mail.test.org", find("write to ann@mail.test.org"))
    'write to [EMAIL]'
    """
    parts: list[str] = []
    position = 0
    for span in _without_overlaps(spans):
        parts += [text[position : span.start], REPLACEMENTS[span.kind]]
        position = span.end
    return "".join([*parts, text[position:]])


class _Cover:
    """Answers whether a span touches any of many."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def touches(self, span: Span) -> bool:
        before = bisect_right(self._starts, span.end - 1) - 1
        return before >= 0 and self._ends[before] > span.start


def _without_overlaps(spans: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end, span.kind)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _emails(text: str) -> Iterator[Span]:
    at = text.find("@")
    while at >= 0:
        before = text[max(0, at - _LONGEST_LOCAL - 1) : at]
        domain = _DOMAIN.match(text, at + 1)
        local = _LOCAL_REVERSED.match(before[::-1]) if domain else None
        if local and domain and domain[1].lower() not in _FILE_ENDINGS.split():
            start = at - local.end()
            in_url = text[start - 1 : start] == ":" and "//" in before
            repository = text[start:at] == "git" and text[domain.end() : domain.end() + 1] == ":"
            if not in_url and not repository and ".." not in text[start:at]:
                yield Span("email", start, domain.end())
        at = text.find("@", at + 1)


def _is_public(text: str, match: re.Match[str]) -> bool:
    if _NOT_ADDRESS_BEFORE.search(text[max(0, match.start() - 12) : match.start()]):
        return False
    try:
        address = ipaddress.IPv4Address(match[0])
    except ValueError:
        return False
    return address.is_global and not address.is_multicast and not _is_section(text, match)


def _is_section(text: str, match: re.Match[str]) -> bool:
    largest = max(map(int, match[0].split(".")))
    if largest <= _LARGEST_OF_SECTION:
        return True
    before = text[max(0, match.start() - _LONGEST_LINE_START) : match.start()]
    return (
        largest <= _LARGEST_OF_HEADING
        and _AT_LINE_START.search(before) is not None
        and _BEFORE_TITLE.match(text, match.end()) is not None
    )


def _numbers(text: str, stretch: re.Match[str]) -> Iterator[Span]:
    # Two characters more, for what the expressions look ahead to, and one less, for the bracket of an area.
    window = (max(0, stretch.start() - 1), min(len(text), stretch.end() + 2))
    for kind, expression, valid in (
        ("id_number", _ID_NUMBER, _is_id_number),
        ("bank_card", _CARD, _is_card),
        ("phone", _MOBILE, _is_mobile),
        ("phone", _PHONE, _is_phone),
        ("phone", _NORTH_AMERICAN, _is_phone),
    ):
        for match in expression.finditer(text, *window):
            if valid(match[0]) and not (expression is _MOBILE and _is_in_row(text, match)):
                yield Span(kind, *match.span())


def _is_in_row(text: str, match: re.Match[str]) -> bool:
    """Tell a number of a sequence: between two long numbers, not both telephones. One beside it may be an account."""
    before = _NUMBER_BEFORE.search(text[max(0, match.start() - _LONGEST_NUMBER) : match.start()])
    after = _NUMBER_AFTER.match(text, match.end(), match.end() + _LONGEST_NUMBER)
    if before is None or after is None:
        return False
    beside = [number.replace("-", "") for number in (before[1], after[1])]
    return min(map(len, beside)) >= _SHORTEST_IN_ROW and not all(map(_TELEPHONE.fullmatch, beside))


def _is_id_number(number: str) -> bool:
    check = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, number, strict=False)) % 11
    return int(number[:2]) in _PROVINCES and "10X98765432"[check] == number[-1].upper()


def _is_mobile(number: str) -> bool:
    digits = "".join(c for c in number if c.isdigit())[-11:]
    return int(digits[:3]) in _MOBILE_PREFIXES and not digits.endswith("000000") and len(set(digits[3:])) > 1


def _is_phone(number: str) -> bool:
    digits = sum(c.isdigit() for c in number)
    return 9 <= digits <= 15


def _is_card(number: str) -> bool:
    digits = "".join(c for c in number if c.isdigit())
    size, two, four = len(digits), int(digits[:2]), int(digits[:4])
    plausible = (
        (digits[0] == "4" and size in (13, 16, 19))
        or (size == 16 and (51 <= two <= 55 or 2221 <= four <= 2720 or 3528 <= four <= 3589))
        or (size == 16 and (four == 6011 or 644 <= four // 10 <= 649 or two == 65))
        or (size == 15 and two in (34, 37))
        or (size == 14 and (300 <= four // 10 <= 305 or two in (36, 38, 39)))
        or (two == 62 and 16 <= size <= 19)
    )
    return plausible and _luhn(digits)


def _luhn(digits: str) -> bool:
    total = sum(map(int, digits[-1::-2]))
    total += sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return total % 10 == 0
