"""Reads claims from one Chinese sentence by transparent patterns; jieba's word classes guard both sides."""

from __future__ import annotations

import re

from udfs.knowledge.chinese import tagged
from udfs.knowledge.drafts import Context, Draft, Refusal
from udfs.knowledge.entities import looks_like_code
from udfs.knowledge.quantities import parse_quantity

LONGEST_SENTENCE = 120
LONGEST_SUBJECT = 20
LONGEST_OBJECT = 60

_VERB = re.compile(
    r"(?P<not>并不是|不是|并非)|(?P<called>被?称为|被?称作|又称为?|也称为?|也叫做?|又叫做?|叫做|简称)|(?P<defined>被?定义为)"
    r"|(?P<refers>指的是|是指)|(?P<part>属于)|(?P<located>位于|坐落于)|(?P<born>成立于|创立于|出生于|建于|发表于|始建于)"
    r"|(?P<made>由(?=[^，。；]{2,40}(?:组成|构成)))|(?P<returns>返回(?:的(?:就)?是)?)|(?P<is>是)"
)
_MADE_END = re.compile(r"(?:组成|构成)(?:的)?\Z")
_LEADING = re.compile(
    r"(?:[#>*\-•–+]+[ \t]+|[(（]?\d{1,3}[.)）、][ \t]*)+"
    r"|(?:因此|所以|其中|例如|比如|所谓|总之|首先|其次|另外|此外|同时|事实上"
    r"|实际上|简单来说|一般来说|通常|换句话说|我们知道|注意|具体来说|当然|总的来说|也就是说|而|但|但是|不过|然而|并且"
    r"|且|因为|由于)[，,：:]?"
)
_SETTING = re.compile(r"(?:在|对于|关于|从|根据)[^，,。]{1,30}[，,]")
_HEDGE = re.compile(
    r"不仅|不只|不单|不光|不都是|不总是|可能|也许|或许|大概|似乎|恐怕|据说|应该|好像|估计|未必|不一定|如果|假如|假设|是否|看起来|认为|觉得|想必|倘若|若"
)
_PRONOUN = re.compile(
    r"[它他她我你您咱俺这那此其本该哪谁某]|大家|自己|上述|前者|后者|之一\Z|以上|下面|以下|上面|什么|怎么|为什么|目前|有些|有的"
)
# Nouns that name a part of something said before: "the reason is ..." is about no entity.
_RELATIONAL = re.compile(
    r"(?:(?:主要|根本|唯一|最终|典型|常见|具体|真正)的?)?(?:原因|意图|意圖|目的|目标|结果|結果|问题|問題|方法|好处|坏处|缺点|优点|特点|区别|缺省|默认|缺省值|默认值|下图"
    r"|上图|左图|右图|图中|意思|关键|重点|答案|前提|条件|例子|选择|做法|办法|内容|部分|值|报酬|反义词|同义词|第一|任务|思路|理由|事实|标题|作者|代价|代價|單位|单位|名字|代码)"
)
_OBJECT_CUT = re.compile(r"[，；：,;:（(。！]|——|–")
_CLASSIFIED = re.compile(
    r"(?:一|两|三|几)?(?:种|種|个|個|类|類|條|項|門|组|款|门|套|项|条|部|座|位|名|张|块|台|段|系列|对|份|本|支|所|家)(?!人)"
)
_VAGUE_OBJECT = re.compile(
    r"(?:这|這|为了|為了|因為|使|让|讓|未|则|則|因为|由于|在|要|可以|否|有|会|能|必须|需要|如此|这样|这个|那样|我|你|他|它|这|那|什么|怎么|如何|谁|不|没|很|非常|最好|把|被|对的|错的|从|通过|用来|用于|直接|先|一样|仅|只|一个(?:好|问题|例子|难题|错误))"
)
_SHORT_FORM = re.compile(r"(?P<subject>[^（）()]{2,20})[（(](?P<short>[^（）()]{1,40})[）)]\Z")
_CODE = re.compile(r"`?(?P<name>[A-Za-z_][\w.]*(?:\(\))?)`? ?(?:方法|函数|属性|接口)?\Z")
_PATTERNS = {
    "called": ("也称", "called", "name"), "defined": ("是", "defined_as", "phrase"),
    "refers": ("指", "refer", "phrase"),
    "part": ("属于", "part_of", "name"), "located": ("位于", "located", "name"),
}  # fmt: skip
_NOMINAL = ("n", "eng", "l", "j", "i", "vn", "nz", "x", "s", "an", "g")
_SUBJECT_CLASSES = ("n", "eng", "l", "j", "i", "v", "a", "b", "x", "m", "q", "k", "g", "u", "c", "s", "f", "h", "z")
# Prepositions that begin a relative clause: "将数据写入磁盘的过程".
_CLAUSE_OPENERS = frozenset("将把由与和")
_LINKS = frozenset("的和与及、之地")


def read_sentence(sentence: str, context: Context) -> list[Draft] | Refusal | None:
    """Read the claims of one sentence; the contract is that of `udfs.knowledge.english.read_sentence`.

    Examples
    --------
    >>> draft = read_sentence("人工智能是计算机科学的一个分支。", Context())[0]
    >>> draft.subject, draft.predicate, draft.object
    ('人工智能', '是', '计算机科学的一个分支')
    >>> read_sentence("它是一种语言。", Context())
    Refusal(reason='pronoun_subject')
    """
    body = sentence[: LONGEST_SENTENCE + 1]
    start = 0
    for pattern in (_LEADING, _SETTING, _LEADING):
        match = pattern.match(body, start)
        start = match.end() if match else start
    body = body[start:]
    verb = _VERB.search(body, 1)
    if not verb or not verb.lastgroup:
        return None
    subject, rest = body[: verb.start()].strip(), body[verb.end() :]
    if re.search(r"[，。；！,;]", subject) and not re.search(r"[（(].*[）)]\Z", subject):
        return Refusal("complex_subject") if verb.lastgroup != "is" else None
    draft = _draft(subject, verb.lastgroup, rest, verb.group())
    if draft is None:
        return None
    fault = _sentence_fault(sentence)
    if fault:
        return Refusal(fault)
    if isinstance(draft, Refusal):
        return draft
    fault = subject_fault(draft.subject, context) if draft.subject_kind == "term" else ""
    if fault:
        return Refusal(fault)
    drafts = [draft]
    short = _SHORT_FORM.fullmatch(subject)
    if short and re.fullmatch(r"[A-Za-z][\w .&+-]{1,40}", short["short"]):
        drafts.append(Draft(draft.subject, "也称", short["short"].strip(), "short_form", object_kind="name"))
    return drafts


def subject_fault(subject: str, context: Context) -> str:
    """Return why a Chinese phrase cannot be a claim's subject, or ``""``."""
    if not subject:
        return "no_subject"
    if _PRONOUN.search(subject):
        return "pronoun_subject"
    if _RELATIONAL.fullmatch(subject) or re.match(r"[一几幾][种種个個般]", subject):
        return "anaphoric_subject"
    if re.match(r"没有|沒有|不|未|无论", subject) or subject.count("“") != subject.count("”"):
        return "complex_subject"
    if re.match(r"第?[一二两三四五六七八九十几\d]+[个种条项点步]", subject):
        return "anaphoric_subject"
    if len(subject) > LONGEST_SUBJECT and not subject.isascii():
        return "long_subject"
    if not re.fullmatch(r"[\w\s.·《》“”\"`*+#/-]+", subject) or subject[-1] in "的了地得就也还":
        return "complex_subject"
    if subject.startswith("`") and not looks_like_code(subject.split("`")[1]):
        return "subject_not_nominal"
    words = [(word, flag) for word, flag in tagged(subject.strip('`*《》“”" ')) if word.strip()]
    if not words or not words[-1][1].startswith((*_NOMINAL, "v")):
        return "subject_not_nominal"
    for word, flag in words:
        if flag[:1] == "u" or flag[:1] == "c":
            if word not in _LINKS:
                return "complex_subject"
        elif not flag.startswith(_SUBJECT_CLASSES):
            return "complex_subject"
    verbs = sum(flag in {"v", "vd"} for _, flag in words)
    if verbs and (len(words) > 3 or (words[-1][1] == "v" and len(words) > 2)):
        return "complex_subject"
    return "subject_not_nominal" if len(subject) < 2 and not subject.isascii() else ""


def _sentence_fault(sentence: str) -> str:
    closed = sentence.rstrip('”’」』）)* `"')
    if closed.endswith(("？", "?", "吗", "呢")):
        return "question"
    if len(sentence) > LONGEST_SENTENCE:
        return "too_long"
    if not closed.endswith(("。", "！", ".", "!", "；")):
        return "fragment"
    if sentence.startswith(("例如", "比如", "譬如")):
        return "example"
    if re.search(r"[我咱你您]", sentence):
        return "first_person"
    if _HEDGE.search(sentence):
        return "hedged"
    return ""


def _draft(subject: str, form: str, rest: str, verb: str) -> Draft | Refusal | None:
    short = _SHORT_FORM.fullmatch(subject)
    subject = (short["subject"] if short else subject).strip()
    cut = _OBJECT_CUT.search(rest)
    value = (rest[: cut.start()] if cut else rest).strip(" *")
    value = value[1:-1] if value[:1] + value[-1:] == "“”" else value
    if any(value.count(mark) % 2 for mark in ("`", "$", "**")) or value.count("{") != value.count("}"):
        return Refusal("complex_object")
    if form == "returns":
        code = _CODE.fullmatch(subject)
        if not code:
            return None
        return Draft(code["name"], "返回", value, "returns", subject_kind="code") if value else Refusal("no_object")
    if not value or len(value) > LONGEST_OBJECT:
        return Refusal("no_object" if not value else "long_object")
    if form == "made":
        value = _MADE_END.sub("", value[: max(value.rfind("组成"), value.rfind("构成")) + 2])
        return Draft(subject, "由…组成", value, "consists_of")
    if form == "born":
        return Draft(subject, verb, value, "passive", object_kind="quantity" if parse_quantity(value) else "name")
    if form in _PATTERNS:
        predicate, pattern, kind = _PATTERNS[form]
        value = value.removeprefix("为").removeprefix("做")
        return Draft(subject, predicate, value, pattern, object_kind=kind) if value else Refusal("no_object")
    return _definition(subject, value, negative=form == "not")


def _definition(subject: str, value: str, negative: bool) -> Draft | Refusal | None:
    owner, link, name = subject.rpartition("的")
    if _VAGUE_OBJECT.match(value) or value.endswith(("的", "了", "吗", "呢", "吧")):
        return None if value.endswith("的") else Refusal("vague_object")
    if link and name in {"关键", "重点", "问题", "原因", "答案"}:
        return Refusal("vague_object")
    if (
        link
        and owner
        and not negative
        and 2 <= len(name) <= 6
        and "的" not in owner
        and not tagged(name)[-1][1].startswith(("v", "r", "p", "c", "u"))
    ):
        quantity = parse_quantity(value)
        if quantity and quantity.length >= len(value.rstrip("。")):
            return Draft(owner, name, value, "property", negative, object_kind="quantity")
        if len(value) <= 20 and (_CLASSIFIED.match(value) or _nominal(value)):
            return Draft(owner, name, value, "property", negative, object_kind="name")
    if not (_CLASSIFIED.match(value) or _nominal(value)):
        return Refusal("object_not_nominal")
    return Draft(subject, "是", value, "is_a", negative)


def _nominal(value: str) -> bool:
    """Tell whether a phrase is a noun phrase: it ends in a noun, and a verb in it belongs to a relative clause."""
    words = [(word, flag) for word, flag in tagged(value) if word.strip()]
    if not words or not words[-1][1].startswith(_NOMINAL):
        return False
    if words[0][0] not in _CLAUSE_OPENERS and words[0][1] in {"p", "d", "ad"}:
        return False
    return "的" in value or all(flag not in {"v", "d", "c"} for _, flag in words)
