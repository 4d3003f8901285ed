"""Reads claims from one English sentence by transparent patterns.

The first finite verb of a known kind splits the sentence into subject and predicate, so no pattern backtracks over the
whole sentence. Then follow guards on both sides. Precision comes first: what a guard does not know is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from udfs.knowledge import english_patterns as patterns
from udfs.knowledge.drafts import Context, Draft, Refusal
from udfs.knowledge.english_nouns import object_fault, subject_fault, subject_parts, trimmed_object, without_common_noun
from udfs.knowledge.quantities import parse_quantity
from udfs.knowledge.words import ENGLISH_STOP_WORDS

LONGEST_SENTENCE = 320
MOST_WORDS = 45


def read_sentence(sentence: str, context: Context) -> list[Draft] | Refusal | None:
    """Read the claims of one sentence.

    Parameters
    ----------
    sentence : str
        Without surrounding white space.
    context : Context

    Returns
    -------
    list of Draft, Refusal or None
        None where the sentence has none of the known shapes and so is no candidate.

    Examples
    --------
    >>> read_sentence("Python is a programming language.", Context())[0].object
    'a programming language'
    >>> read_sentence("It is a programming language.", Context())
    Refusal(reason='pronoun_subject')
    >>> read_sentence("Run!", Context()) is None
    True
    """
    marks = patterns.LEADING_MARKS.match(sentence)
    whole = sentence[marks.end() :] if marks else sentence
    body = whole[:LONGEST_SENTENCE]
    if patterns.LET.match(body):
        # A letter means something else in the next proof, so "Let X be a set" says nothing that outlives its document.
        return Refusal("local_symbol")
    verb = patterns.VERB.search(body)
    if not verb:
        return None
    fault = _sentence_fault(whole)
    drafts: list[Draft] = []
    refused = ""
    subject = body[: verb.start()]
    introduction = patterns.INTRODUCTION.match(subject)
    subject = subject[introduction.end() :] if introduction else subject
    for draft in _clauses(subject.strip(" ,"), body[verb.start() + 1 :].rstrip(" .!"), context):
        if isinstance(draft, Refusal):
            refused = refused or draft.reason
        elif draft not in drafts:
            drafts.append(draft)
    if not drafts and not refused:
        return None
    if fault:
        return Refusal(fault)
    return drafts or Refusal(refused)


def _sentence_fault(sentence: str) -> str:
    if sentence.rstrip("\"'”’)*_ ").endswith("?"):
        return "question"
    if len(sentence) > LONGEST_SENTENCE or sentence.count(" ") >= MOST_WORDS:
        return "too_long"
    if not sentence.rstrip("\"'”’)*_` ").endswith((".", "!")) or sentence.rstrip().endswith(("...", "…")):
        return "fragment"
    if sentence[:1] in "\"“'‘" and sentence.count(sentence[0]) + sentence.count("”") < 2:
        return "quotation"
    if patterns.EXAMPLE.match(sentence):
        return "example"
    if patterns.CONDITIONAL.match(sentence):
        return "conditional"
    if patterns.FIRST_PERSON.search(sentence):
        return "first_person"
    if patterns.HEDGE.search(sentence):
        return "hedged"
    return ""


def _clauses(subject: str, predicate: str, context: Context) -> Iterator[Draft | Refusal]:
    if patterns.LIST.search(subject):
        yield Refusal("joint_subject")
        return
    alias = patterns.ALIAS.match(subject + ",")
    if alias and not subject_fault(alias["subject"], context):
        yield Draft(alias["subject"], "also called", alias["object"].strip(), "also_called", object_kind="name")
        subject = alias["subject"]
    apposition = patterns.APPOSITION.match(subject + ", ")
    if apposition and not subject_fault(apposition["subject"], context, generic=False):
        subject = apposition["subject"]
        if not object_fault(apposition["object"], context):
            yield Draft(subject, "is a", apposition["object"], "apposition")
    insertion = patterns.INSERTION.match(subject + ", ")
    if insertion and not subject_fault(insertion["subject"], context, generic=False):
        subject = insertion["subject"]
    subject, short_form = subject_parts(patterns.LAST_ADVERB.sub("", subject))
    subject = without_common_noun(subject)
    for position, part in enumerate(_coordinated(predicate)):
        verb = part.partition(" ")[0].removesuffix("n't")
        for draft in _predicate(subject, part, context):
            if isinstance(draft, Draft):
                generic = draft.pattern in patterns.GENERIC and verb not in patterns.PAST
                generic = generic or (_one_word_name(draft) and verb in patterns.SINGULAR)
                fault = subject_fault(draft.subject, context, generic, verb in patterns.PLURAL)
                if fault and draft.subject_kind == "term":
                    yield Refusal(fault)
                    continue
                if short_form and position == 0 and draft.subject == subject:
                    yield Draft(subject, "also called", short_form, "short_form", object_kind="name")
            yield draft


def _one_word_name(draft: Draft) -> bool:
    """Tell whether a claim relates a single capitalised word to a name: "Texas is located in the United States"."""
    related = draft.object_kind == "name" and draft.object.removeprefix("the ")[:1].isupper()
    return related and " " not in draft.subject and draft.subject[:1].isupper()


def _coordinated(predicate: str) -> list[str]:
    """Split ``"is a city and has 3 parks"``; behind a relative pronoun an "and" belongs to its clause."""
    parts = []
    start = 0
    for joint in patterns.COORDINATED.finditer(predicate):
        if not re.search(r"\b(?:that|which|who|where)\b", predicate[start : joint.start()]):
            parts.append(predicate[start : joint.start()])
            start = joint.end()
    return [*parts, predicate[start:]]


def _predicate(subject: str, predicate: str, context: Context) -> Iterator[Draft | Refusal]:
    verb, _, rest = predicate.partition(" ")
    if verb in {"plays", "played", "stands", "comes", "originates"}:
        preposition, _, rest = rest.partition(" ")
        verb = f"{verb} {preposition}"
    if verb in {"is", "are", "was", "were", "isn't", "aren't", "wasn't", "weren't"}:
        negative = verb.endswith("n't")
        if rest.startswith("not "):
            negative, rest = True, rest[4:]
            if patterns.NOT_ONLY.match(rest):
                yield Refusal("hedged")
                return
        adverb = patterns.ADVERB.match(rest)
        rest = rest[adverb.end() :] if adverb else rest
        for draft in _copula(subject, verb, rest, context):
            if isinstance(draft, Draft) and negative:
                # A negated clause denies its own words; what follows them is left alone.
                yield Draft(draft.subject, draft.predicate, draft.object, draft.pattern, True,
                            draft.subject_kind, draft.object_kind)  # fmt: skip
                return
            yield draft
    elif verb in {"has", "have", "had"}:
        yield from _possession(subject, rest)
    elif verb in patterns.MAKERS:
        made = trimmed_object(rest, names=True)
        if made[:1].isupper() and len(made.split()) <= patterns.MOST_NAME_WORDS and _named(subject, context):
            yield Draft(made, f"{patterns.MAKERS[verb]} by", subject, "maker", object_kind="name")
    else:
        yield from _other_verb(subject, verb, rest, context)


def _copula(subject: str, verb: str, rest: str, context: Context) -> Iterator[Draft | Refusal]:
    for pattern, name, predicate, kind in (
        (patterns.CALLED, "called", "also called", "name"),
        (patterns.DEFINED, "defined_as", "is a", "phrase"),
        (patterns.MADE_OF, "consists_of", "consists of", "phrase"),
        (patterns.PART_OF, "part_of", "part of", "name"),
        (patterns.KIND_OF, "kind_of", "is a", "phrase"),
    ):
        match = pattern.match(rest)
        if match:
            yield from _checked(subject, predicate, rest[match.end() + 1 :], name, kind, context)
            return
    placed = patterns.PLACED.match(rest)
    if placed:
        where = placed["where"] or placed["only"]
        yield from _checked(subject, f"located {where}", rest[placed.end() + 1 :], "located", "name", context)
        return
    passive = patterns.PASSIVE.match(rest)
    if passive:
        predicate = f"{passive['verb']} {passive['preposition']}"
        yield from _checked(subject, predicate, rest[passive.end() + 1 :], "passive", "name", context)
        return
    quantity = parse_quantity(rest)
    owned = _owned(subject)
    if owned:
        yield from _property(*owned, rest, context)
        return
    if quantity:
        adjective = patterns.MEASURE.match(rest[quantity.length :])
        measure = patterns.MEASURES.get(adjective["adjective"] or "") if adjective else None
        if measure:
            yield Draft(subject, measure, rest[: quantity.length].strip(), "measure", object_kind="quantity")
        return
    role = patterns.ROLE.match(trimmed_object(rest, names=True)) if _named(subject, context) else None
    if role and verb in {"is", "was"}:
        yield Draft(role["owner"], role["property"], subject, "role", object_kind="name")
        return
    if subject.startswith(("A ", "An ", "a ", "an ")) and rest.startswith("the "):
        yield Refusal("inverted")
        return
    if rest.startswith(("a ", "an ", "the ", "one of ")) or (verb == "are" and _plural(rest)):
        yield from _checked(subject, "is a", rest, "is_a", "phrase", context)
        yield from _later(subject, rest, context)


def _named(subject: str, context: Context) -> bool:
    words = subject.split()
    upper = all(word[:1].isupper() or word in {"of", "de", "van", "von"} for word in words)
    return upper and not subject_fault(subject, context, generic=False)


def _owned(subject: str) -> tuple[str, str] | None:
    match = patterns.POSSESSIVE.match(subject) or patterns.PROPERTY_OF.match(subject)
    return (match["owner"], match["property"]) if match else None


def _property(owner: str, name: str, rest: str, context: Context) -> Iterator[Draft | Refusal]:
    quantity = parse_quantity(rest)
    if quantity:
        yield Draft(owner, name.lower(), rest[: quantity.length].strip(), "property", object_kind="quantity")
        return
    value = trimmed_object(rest, names=True)
    if value[:1].isupper() and len(value.split()) <= 8 and not object_fault(value, context):
        yield Draft(owner, name.lower(), value, "property", object_kind="name")


def _possession(subject: str, rest: str) -> Iterator[Draft | Refusal]:
    quantity = parse_quantity(rest)
    if quantity and not quantity.dimension:
        counted = re.match(r" ((?:[a-z]+ ){0,2}[a-z]{3,}s)\b", rest[quantity.length :])
        if counted:
            number = rest[: quantity.length].strip()
            yield Draft(subject, f"number of {counted[1]}", number, "count", object_kind="quantity")
        return
    held = patterns.HAS_PROPERTY.match(trimmed_object(rest, names=True))
    value = parse_quantity(held["value"]) if held else None
    if held and value:
        number = held["value"][: value.length].strip()
        yield Draft(subject, held["property"], number, "property", object_kind="quantity")


def _other_verb(subject: str, verb: str, rest: str, context: Context) -> Iterator[Draft | Refusal]:
    stem = verb if " " in verb else verb.removesuffix("s")
    preposition = {"consist": "of ", "refer": "to ", "lie": "in ", "belong": "to ", "died": "in "}.get(stem, "")
    if not rest.startswith(preposition):
        return
    if stem == "return":
        match = re.search(r"`?([A-Za-z_][\w.]*\(?\)?)`?(?: (?:function|method))?\Z", subject)
        code = match[1] if match and (match.group().startswith("`") or "(" in match[1] or "_" in match[1]) else ""
        if code or subject.lower().startswith(("function ", "the function ", "method ", "the method ")):
            name = code or subject.split()[-1].strip("`")
            yield Draft(name, "returns", trimmed_object(rest), "returns", subject_kind="code")
        return
    kind = "name" if stem in patterns.NAMING_VERBS else "phrase"
    yield from _checked(
        subject, patterns.VERB_PREDICATES[stem], rest[len(preposition) :], stem.replace(" ", "_"), kind, context
    )


def _later(subject: str, rest: str, context: Context) -> Iterator[Draft]:
    """Yield what a reduced relative clause adds: ``a river located in France``."""
    match = patterns.LATER_PASSIVE.search(rest)
    if match and subject[:1].isupper():
        for draft in _checked(subject, match["all"], rest[match.end() + 1 :], "later_passive", "name", context):
            if isinstance(draft, Draft):
                yield draft


def _checked(
    subject: str, predicate: str, rest: str, pattern: str, kind: str, context: Context
) -> Iterator[Draft | Refusal]:
    value = trimmed_object(rest, names=kind == "name")
    quantity = parse_quantity(value) if kind == "name" else None
    if quantity and quantity.length == len(value):
        yield Draft(subject, predicate, value[: quantity.length].strip(), pattern, object_kind="quantity")
        return
    fault = object_fault(value, context)
    yield Refusal(fault) if fault else Draft(subject, predicate, value, pattern, object_kind=kind)


def _plural(rest: str) -> bool:
    """Tell whether "are" is followed by a plural noun phrase, and not by an adjective, a participle or a verb."""
    words = [word.strip(",.;:") for word in rest.split()[:4]]
    if not words or not words[0][:1].isalpha():
        return False
    if words[0].endswith(("ed", "ing", "en", "ly")) and not (len(words) > 1 and _ends_in_plural_s(words[1])):
        return False
    for word in words:
        if word.lower() in ENGLISH_STOP_WORDS:
            return False
        if _ends_in_plural_s(word):
            return True
    return False


def _ends_in_plural_s(word: str) -> bool:
    return len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "ous", "less"))
