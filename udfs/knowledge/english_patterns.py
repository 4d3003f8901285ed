"""The verbs and frames of English claims, as regular expressions without nested repetition."""

from __future__ import annotations

import re

VERB = re.compile(
    r"(?<=[\w)`$”\"',]) (?P<verb>is|are|was|were|isn't|aren't|wasn't|weren't|has|have|had|consists?|comprises?|refers?"
    r"|returns?|means|denotes|lies|belongs?|plays for|played for|died|stands for|comes from|originates from"
    r"|discovered|founded|invented|wrote|created|designed|developed|directed|composed|painted)(?= )"
)
HEDGE = re.compile(
    r"\b(?:may|might|perhaps|possibly|probably|maybe|likely|unlikely|seems?|seemed|appears?|appeared|reportedly|allegedly"
    r"|supposed(?:ly)?|presumably|could|would|should|arguably|said|says|claims?|claimed|believed?s?|thinks?|thought"
    r"|think|according to|in my|in our|rumou?red|suggests?|expected|almost|if|unless|whether)\b"
)
CONDITIONAL = re.compile(r"(?:If|When|Unless|Suppose|Assume|Whether|Although|While|Though|Because|Since|Once|As)\b")
FIRST_PERSON = re.compile(r"\b(?:I|we|We|my|My|our|Our|me|us)\b|\b[Yy]ou(?:r|rs)?\b")
LEADING_MARKS = re.compile(r"(?:[#>*\-•–]+[ \t]+|\(?\d{1,3}[.)][ \t]+)+")
INTRODUCTION = re.compile(
    r"(?:In|On|At|For|Within|By|From) [^,.;:]{2,50}, |(?:However|Therefore|Thus|Hence|Furthermore|Moreover|Also"
    r"|Formally|Specifically|Generally|Historically|Today|Currently|Traditionally|Recall that|Note that|Similarly|Plus"
    r"|Besides|Meanwhile|Instead|Indeed|Finally|Again|Nevertheless|Overall|Likewise|First|Second|Third|Next"
    r"|[A-Z][a-z]+ly,),? "
)
ADVERB = re.compile(
    r"(?:(?:also|now|currently|generally|usually|typically|often|actually|simply|just|always|still|sometimes|commonly"
    r"|formally|officially|originally|both|basically|essentially|primarily|widely|first|formerly|best|better"
    r"|probably|perhaps|possibly|likely|maybe|arguably|reportedly) )+"
)
EXAMPLE = re.compile(r"(?:For (?:example|instance)|E\.g\.|As an example)\b")
# "Is not just a tool" says that it is one.
NOT_ONLY = re.compile(r"(?:just|only|merely|simply|necessarily|always|exactly|entirely|even|so much) ")
LET = re.compile(r"(?:Let|let|Suppose|Assume) \$?[^\s,]{1,30} (?:be|is) (?:a|an|the) ")
ALIAS = re.compile(
    r"(?P<subject>[^,]{2,80}), (?:also|sometimes|often|commonly|formerly)? ?(?:called|known as|referred to as|named)"
    r" (?P<object>[^,]{2,60}),"
)
APPOSITION = re.compile(r"(?P<subject>[^,]{2,60}), (?P<object>(?:an?|the) [^,]{3,80}), ")
INSERTION = re.compile(
    r"(?P<subject>[^,]{2,60}), "
    r"(?:who|which|whose|with|from|part of|\w+(?:ed|en|rn|lt) (?:by|in|at|on|from))\b[^,]{1,80}, "
)
LAST_ADVERB = re.compile(
    r" (?:currently|also|now|later|formerly|still|usually|often|generally|typically|then|officially)\Z"
)
LIST = re.compile(r", (?:and|or) ")
CALLED = re.compile(r"(?:called|known as|termed|referred to as|nicknamed|abbreviated(?: as| to)?|named)(?= )")
DEFINED = re.compile(r"defined (?:as|to be)(?= )")
PLACED = re.compile(
    r"(?:(?:located|situated) (?P<where>in|at|on|near|along|within)(?= )"
    r"|(?:(?:based|headquartered) )?(?P<only>in|at)(?= (?:the )?[A-Z]))"
)
MADE_OF = re.compile(r"(?:made up|composed|comprised|made) of(?= )")
PART_OF = re.compile(
    r"(?:an? )?(?:(?:integral |small |large |major )?part|member|subset|subfield|branch|division) of(?= )"
)
KIND_OF = re.compile(r"(?:a|one|some) (?:kind|type|form|sort|class|variety) of(?= )")
PASSIVE = re.compile(
    r"(?P<verb>founded|established|born|built|created|invented|discovered|developed|written|published|released|introduced"
    r"|designed|opened|launched|formed|completed|produced|directed|composed|owned|operated|led|manufactured|constructed"
    r"|served|spoken|recorded|edited|buried|elected|named|preceded|followed|influenced)"
    r" (?P<preposition>in|by|at|on|after|from)(?= )"
)
LATER_PASSIVE = re.compile(
    r" (?:and )?(?:(?:which|that|who) (?:is|was) )?(?P<all>(?:located|situated|based|headquartered|founded"
    r"|established|born|built|created|invented|discovered|developed|written|published|directed|designed|owned|operated)"
    r" (?:in|by|at))(?= )"
)
COORDINATED = re.compile(
    r",? and (?=(?:is|was|are|were|has|had|have|consists?|lies|died|belongs?|returns?|stands for) )"
)
ROLE = re.compile(r"the (?P<property>[a-z][a-z -]{2,40}?) (?:of|for) (?P<owner>(?:the )?[A-Z].*)\Z")
PROPERTY_OF = re.compile(r"[Tt]he (?P<property>[a-z][\w -]{2,50}?) (?:of|for) (?P<owner>(?:the )?[A-Z].*)\Z")
POSSESSIVE = re.compile(r"(?P<owner>[^,]{2,60}?)['’]s? (?P<property>[a-z][\w -]{2,40})\Z")
HAS_PROPERTY = re.compile(r"(?:an? |the )(?P<property>[a-z][a-z -]{2,40}?) of (?P<value>.+)\Z")
MEASURE = re.compile(
    r" ?(?P<adjective>long|high|tall|wide|deep|thick|old|heavy|in length|in height|in diameter|in area"
    r"|above sea level)?"
)
MEASURES = {
    "long": "length", "in length": "length", "high": "height", "tall": "height", "in height": "height", "wide": "width",
    "deep": "depth", "thick": "thickness", "old": "age", "heavy": "weight", "in diameter": "diameter",
    "in area": "area", "above sea level": "elevation",
}  # fmt: skip
GENERIC = frozenset(
    {
        "is_a",
        "called",
        "defined_as",
        "kind_of",
        "consists_of",
        "part_of",
        "consist",
        "comprise",
        "refer",
        "mean",
        "denote",
    }
    | {"count", "returns", "stands_for"}
)
NAMING_VERBS = frozenset({"lie", "belong", "died", "plays for", "played for", "comes from", "originates from"})
PAST = frozenset({"was", "were", "had", "died"})
SINGULAR = frozenset({"is", "was"})
PLURAL = frozenset({"are", "were", "have"})
MOST_NAME_WORDS = 6
MAKERS = {
    **{verb: verb for verb in ("discovered", "founded", "invented", "created", "designed", "developed", "directed",
                               "composed", "painted")},
    "wrote": "written",
}  # fmt: skip
VERB_PREDICATES = {
    "consist": "consists of", "comprise": "consists of", "refer": "refers to", "mean": "refers to",
    "denote": "refers to", "lie": "located in", "belong": "belongs to", "plays for": "plays for",
    "played for": "plays for", "stands for": "stands for", "return": "returns", "died": "died in",
    "comes from": "comes from", "originates from": "comes from",
}  # fmt: skip
