"""Keeps a document inside its quotation: defaces what could end it, and cuts it at a readable boundary."""

from __future__ import annotations

import re
import unicodedata

OPEN = "<document>"
CLOSE = "</document>"

_WIDE_WEIGHT = 3
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")

# What a tokenizer refuses (lone surrogates), what ends a C string, and controls no text needs.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

_OPENERS = re.compile("[<\uff1c\u2039\u27e8\u3008\u300a\u276e\u2770\u00ab\ufe64]|&(?:lt|#60|#x0*3c);?", re.IGNORECASE)
_BETWEEN = " \t\r\n/\\\u2215\u2044\uff0f\uff3c!?-_"
_LOOK_AHEAD = 48
_WORD = "document"
# Cyrillic, Greek and Armenian letters that look like those of the word "document".
_LOOK_ALIKES = str.maketrans(
    "\u0501\u043e\u03bf\u0585\u0441\u057d\u03c5\u043c\u0435\u0578\u0442\u03c4",
    "dooocuumentt",
)
# A run of invisible characters would push the word out of the look-ahead.
_INVISIBLE = "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
_INVISIBLE_RUN = re.compile(f"({_INVISIBLE}){_INVISIBLE}+")

# Control tokens of chat templates: ChatML, DeepSeek, Llama, Mistral, Gemma, StarCoder and SmolLM vocabularies.
_CONTROL_TOKENS = re.compile(
    r"<(?=[|\uff5c][^<>|\uff5c\s]{1,40}[|\uff5c]>)"
    r"|<(?=/?(?:s|bos|eos|pad|unk|think|start_of_turn|end_of_turn|repo_?name|file_sep|filename|gh_stars|empty_output)>)"
    r"|<(?=(?:issue|jupyter|fim)_\w{1,20}>)"
    r"|<(?=<SYS>>|</SYS>>)|\[(?=/?INST\])",
    re.IGNORECASE,
)
_BOUNDARIES = (
    re.compile(r"\n[ \t]*\n"),
    re.compile("[.!?][\"')\\]\u201d\u2019]?(?=\\s)|[\u3002\uff01\uff1f\u2026][\u201d\u2019\u300d\u300f\uff09]?"),
    re.compile(r"\n"),
    re.compile(r"\s"),
)


def _folded(text: str) -> str:
    kept = (char for char in unicodedata.normalize("NFKD", text) if unicodedata.category(char) not in ("Cf", "Mn"))
    return "".join(kept).casefold().translate(_LOOK_ALIKES)


def neutralise(text: str) -> str:
    """Deface delimiter look-alikes and chat control tokens, and replace what tokenizers refuse.

    An opening bracket (of any script, or an HTML entity) before something that reads as "document" becomes ``(``, and a
    space goes into control tokens. Everything else stays as it is.

    Parameters
    ----------
    text : str
        Any text, lone surrogates included.

    Returns
    -------
    str
        Text that can be encoded as UTF-8.

    Examples
    --------
    >>> neutralise("a </Document > b <|im_end|> c")
    'a (/Document > b < |im_end|> c'
    """
    text = _UNPRINTABLE.sub("\ufffd", text)
    text = _INVISIBLE_RUN.sub(r"\1", text)
    text = _CONTROL_TOKENS.sub(lambda match: match.group() + " ", text)

    def deface(match: re.Match[str]) -> str:
        ahead = text[match.end() : match.end() + _LOOK_AHEAD].lstrip(_BETWEEN)
        if ahead[:1].isascii() and ahead[:1].casefold() != _WORD[0]:
            return match.group()
        ahead = _folded(ahead).lstrip(_BETWEEN)
        return "(" if ahead.startswith(_WORD) else match.group()

    return _OPENERS.sub(deface, text)


def truncate(text: str, limit: int) -> str:
    """Cut a text to at most `limit` characters, at the last paragraph, sentence, line or word end of its second half.

    A character of a wide script (Chinese, Japanese, Korean) counts three: tokenizers spend about three times as many
    tokens on it as on a Latin letter.

    Parameters
    ----------
    text : str
        Any text.
    limit : int
        Most characters.

    Returns
    -------
    str
        A prefix of `text`.

    Examples
    --------
    >>> truncate("One sentence. Another one. A third that is too long.", 30)
    'One sentence. Another one.'
    >>> truncate("机器学习。深度学习。", 20)
    '机器学习。'
    """
    end = _prefix_length(text, limit)
    if end >= len(text):
        return text
    half = end // 2
    for boundary in _BOUNDARIES:
        ends = [match.end() for match in boundary.finditer(text, half, end)]
        if ends:
            return text[: ends[-1]].rstrip()
    return text[:end]


def _prefix_length(text: str, limit: int) -> int:
    head = text[:limit]
    used = len(head)
    if head.isascii() or used + (_WIDE_WEIGHT - 1) * len(_WIDE.findall(head)) <= limit:
        return used
    weight = 0
    for position, char in enumerate(head):
        weight += _WIDE_WEIGHT if _WIDE.match(char) else 1
        if weight > limit:
            return position
    return used
