"""Guards on the two sides of an English claim, without a tagger: which word sequences may be a subject or an object."""

from __future__ import annotations

import re

from udfs.knowledge.drafts import Context
from udfs.knowledge.entities import normalize_name
from udfs.knowledge.words import ANAPHORIC_NOUNS, ENGLISH_STOP_WORDS, PRONOUNS, SUBJECT_WORDS, VAGUE_HEADS

MOST_SUBJECT_WORDS = 9
MOST_OBJECT_WORDS = 28

_FUNCTION_WORDS = ENGLISH_STOP_WORDS - SUBJECT_WORDS
_CONNECTORS = frozenset({"of", "for", "in", "and", "the", "a", "an", "de", "von", "van", "la", "du", "on", "at"})
_CUT = re.compile(
    r"; |;$| [–—] |[–—]|: | \(|\[|, (?:and|or) | -- |, (?=(?:which|who|whose|where|but|so|because|while|although|though"
    r"|with|as|including|such|after|before|when|since|making|located|having|known|also|in|at|on|for|from|then|both|not|it|he|she"
    r"|they|that|this|under|until|during|if|unlike|like|thanks|especially|according|giving|meaning|using|based|called"
    r"|named)\b)"
    r"| (?=(?:but|because|although|whereas|while|so that|since|when|until|if|unless)\b)"
)
_NAME_CUT = re.compile(
    r" (?=(?:and (?:is|was|has|had|the|its|his|her|a|it|he|she|they|in|by|died)|with|which|who|where|that|for|as|is|was"
    r"|has|after|during|before|by|from|when|whose|to|located|situated|because|but|under|on|while)\b)"
)
_SECOND_CLAUSE = re.compile(
    r",? and (?=(?:(?!that |which |who )[^,;]){1,60} (?:is|are|was|were|has|have|had|can|will)\b"
    r"|\w+ed (?:from|in|at|by|to|on)\b)"
)
_NAME_COMMA = re.compile(r", ?(?![A-Z ]|\d{4}\b)")
_COMMON_NOUN_CALLED = re.compile(r"[Tt]he [a-z]{3,20}(?: [a-z]{3,20})? (?:called|known as|named) (?=[A-Z\d])")
_PLACE_NAME = re.compile(r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,3}(?:, ?[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,2}){1,2}")
_COMMON_NOUN_OF = re.compile(
    r"[Tt]he (?:city|town|village|state|country|county|island|province|kingdom|planet) of (?=[A-Z])"
)
_TRAILING = re.compile(
    r"(?:[\s,;:.!]|\b(?:that|which|who)(?: [a-z]+)?\Z|\b(?:and|or|the|a|an|of|in|to|for|with|by|at)\Z)+\Z"
)


def subject_parts(subject: str) -> tuple[str, str]:
    """Split off a short form in brackets: ``"Artificial intelligence (AI)"`` gives the name and ``"AI"``.

    Examples
    --------
    >>> subject_parts("Artificial intelligence (AI)"), subject_parts("The dog")
    (('Artificial intelligence', 'AI'), ('The dog', ''))
    """
    match = re.match(r"([^()]{2,80}) \(([^()]{1,40})\)\Z", subject)
    if not match:
        return subject, ""
    short = match[2].strip()
    return match[1], short if re.fullmatch(r"[A-Z][A-Za-z0-9.&+-]{1,9}", short) else ""


def without_common_noun(subject: str) -> str:
    """Return the name in "the city of Albany" or "the icebreaker Aleksey Chirikov", and other subjects unchanged.

    Examples
    --------
    >>> without_common_noun("The icebreaker Aleksey Chirikov"), without_common_noun("The HTTP protocol")
    ('Aleksey Chirikov', 'The HTTP protocol')
    """
    of = _COMMON_NOUN_OF.match(subject) or _COMMON_NOUN_CALLED.match(subject)
    if of:
        return subject[of.end() :]
    words = subject.split()
    if len(words) > 2 and words[0] in {"The", "the"} and words[1].islower() and words[1].isalpha():
        name = words[3:] if words[2].islower() and len(words) > 3 else words[2:]
        if words[1] != "of" and "of" not in words[1:3] and all(word[:1].isupper() for word in name):
            return " ".join(name)
    return subject


def subject_fault(subject: str, context: Context, generic: bool = True, plural: bool = False) -> str:
    """Return why a phrase cannot be a claim's subject, or ``""``.

    It must be a name, a term of the document, an indefinite or plural noun phrase, or "the" with a noun that an "of"
    phrase or the document makes definite; "the dog" refers to something said before and is refused.

    Parameters
    ----------
    subject : str
    context : Context
    generic : bool
        Whether the verb is one of a definition in the present tense. Otherwise only names will do: "a summary was
        published in Rome" is about one summary that nobody named.
    plural : bool
        Whether the verb is a plural: then "A and B" are two subjects.
    """
    words = subject.split()
    if not words:
        return "no_subject"
    if re.fullmatch(r"`[^`]+`(?: \w+)?", subject) or subject in context.terms:
        return ""
    if subject.startswith("$") or len(subject) == 1:
        return "local_symbol"
    first = words[0].lower().strip("*_\"'“”‘’")
    if first in PRONOUNS or re.split(r"['’]", first)[0] in PRONOUNS:
        return "pronoun_subject"
    if len(words) > MOST_SUBJECT_WORDS:
        return "long_subject"
    if _PLACE_NAME.fullmatch(subject):
        return "joint_subject" if plural else ""
    if not re.fullmatch(r"[\w\s.'’&/+#*_“”\"-]+", subject):
        return "complex_subject"
    bare = [word.strip("*_\"'“”‘’") for word in words]
    content = [word for word in bare if word.lower() not in _CONNECTORS]
    if not content or bare[-1].lower() in _CONNECTORS:
        return "complex_subject"
    if bare[0].lower() in _CONNECTORS - {"the", "a", "an"} or content[0].lower() in _FUNCTION_WORDS - {"us"}:
        return "complex_subject"
    if any(word in _FUNCTION_WORDS for word in content):
        return "complex_subject"
    if all(word.isdigit() for word in content):
        return "complex_subject"
    if "to" in bare:
        return "complex_subject"
    inner = content if first in {"the", "a", "an"} else content[1:]
    named = all(word[:1].isupper() or word[:1].isdigit() for word in content) and (
        bool(inner) or content[0] in context.names or content[0].isupper()
    )
    if "and" in bare and (plural or not named):
        return "joint_subject"
    # "The Antares rocket", "the ground of Juventus": a name makes the description definite.
    owned = any(word == "of" and bare[at + 1 : at + 2] and bare[at + 1][:1].isupper() for at, word in enumerate(bare))
    if named or (first == "the" and (content[0][:1].isupper() or owned)):
        return ""
    if not generic:
        return "anaphoric_subject"
    if content[0].lower() in ANAPHORIC_NOUNS or content[-1].lower() in ANAPHORIC_NOUNS:
        return "anaphoric_subject"
    known = normalize_name(subject) in context.terms
    if first == "the" and "of" not in bare and (not known or len(content) < 2):
        return "anaphoric_subject"
    if not known and any(word.endswith(("ed", "ly")) and word.islower() for word in content[1:]):
        return "complex_subject"
    if first == "the" and "of" in bare and not known:
        return "anaphoric_subject" if bare[-1].islower() and "the" in bare[1:] else ""
    if known or first in {"a", "an"}:
        return ""
    return "" if len(content) <= 4 else "long_subject"


def trimmed_object(rest: str, names: bool = False) -> str:
    """Return the object at the start of a predicate: up to the next clause, and for names up to the next preposition.

    Examples
    --------
    >>> trimmed_object("a small, fast language, which compiles quickly")
    'a small, fast language'
    >>> trimmed_object("Aarhus, Denmark and was built in 1990", names=True)
    'Aarhus, Denmark'
    """
    value = rest
    for cut in _CUT.finditer(rest):
        # The "and" of a list with commas joins its last item; any other one begins a clause.
        if cut.group() not in (", and ", ", or ") or "," not in rest[: cut.start()]:
            value = rest[: cut.start()]
            break
    for pattern in (_NAME_CUT, _NAME_COMMA, _SECOND_CLAUSE) if names else (_SECOND_CLAUSE,):
        end = pattern.search(value)
        value = value[: end.start()] if end else value
    return " ".join(_TRAILING.sub("", value.strip().strip('*_"“”')).split())


def object_fault(value: str, context: Context) -> str:
    """Return why a phrase cannot be a claim's object, or ``""``."""
    words = value.split()
    if not words or len(value) < 2:
        return "no_object"
    if len(words) > MOST_OBJECT_WORDS:
        return "long_object"
    first = words[0].lower()
    if first in PRONOUNS and not value.lower().startswith("one of the"):
        return "pronoun_object"
    head = words[1].lower().strip(",") if first in {"a", "an", "the"} and len(words) > 1 else first
    if re.match(r"the (?:first|last|only|second|next) to\b", value):
        return "vague_object"
    if head in VAGUE_HEADS or (first in {"a", "an", "the"} and len(words) == 1):
        return "vague_object"
    if first in ENGLISH_STOP_WORDS and first not in {"a", "an", "the", "one", "two", "three", "many"}:
        return "object_not_nominal"
    if first in {"a", "an", "the"} and value.count(",") > 3:
        return "complex_object"
    return ""
