"""Lines of a page that are buttons and signposts, at the ends of a text where extraction leaves them.

Only whole lines go, and only before the first and after the last line that says something: the same words inside a text
may be part of it. The words are those of navigation, sharing, comments and imprint; the lists are ours.
"""

from __future__ import annotations

import re

_ENGLISH = r"""
    (?:next|prev(?:ious)?)(?:\ (?:page|post|article|chapter|topic|lesson))?
  | back(?:\ to\ (?:home|list|(?:the\ )?top))? | top | home | menu | (?:table\ of\ )?contents
  | (?:skip\ to\ [a-z]{1,12}(?:\ [a-z]{1,12}){0,3}\s?){1,6} | search | close | loading
  | log\ ?in | sign\ ?(?:in|up) | register | subscribe(?:\ now)? | follow(?:\ us)?
  | share(?:\ this)?(?:\ (?:page|post|article|story))? | tweet | e?-?mail | print | save | bookmark
  | copy\ link | permalink | (?:(?:read|show|load|see|view|learn)\ )?more | (?:see|view)\ all
  | (?:leave|post|add|write)\ a\ (?:comment|reply) | \d{0,6}\ ?comments? | reply | report | like | dislike
  | was\ this\ (?:page|article|answer)\ helpful | advertisements? | sponsored(?:\ content)?
  | all\ rights\ reserved | privacy\ policy | terms\ (?:of\ (?:use|service)|and\ conditions)
  | cookie\ (?:policy|settings)
"""
_CHINESE = """
    [上下]一[页頁篇章节節] | 首[页頁] | 返回(?:首[页頁]|[顶頂]部|列表|目[录錄])? | 回到?[顶頂]部
  | 目[录錄] | 菜单 | 登[录錄入] | [注註][册冊] | 分享[到至]? | [转轉][发發] | 收藏 | 打印 | 点?赞 | 举报
  | [评評][论論][区區]? | [发發]表[评評][论論] | 回[复復] | (?:展开|阅读)全文 | (?:查看|加载)?更多
  | 相关(?:阅读|推荐|文章) | 推荐阅读 | 猜你喜欢 | 扫码关注 | 扫一扫 | 广告 | 版[权權]所有 | 免责声明
"""
# What the foot of a page says of it: who wrote and changed it when, its licence, where to edit and to discuss it.
_FOOTER = r"""
    (?:(?:this\ page\ was\ )?last\ (?:updated|modified|edited|changed|reviewed)
    |page\ last\ (?:updated|modified))\b.{0,80}
  | (?:page\ )?contributors?\s?[:：].{1,2900}
  | (?:edit|improve|view\ source\ of|report\ (?:an\ )?(?:issue|problem)\ (?:with|on))\ this\ (?:page|article).{0,40}
  | (?:except\ where\ otherwise\ noted,?\ |unless\ otherwise\ noted,?\ )?
    (?:the\ )?(?:text|content|this\ (?:page|work|article|site)).{0,60}\ (?:is|are)
    \ (?:available|licensed)\ under\b.{0,200}
  | (?:please\ )?(?:feel\ free\ to\ )?(?:leave|drop|share|post)\ (?:us\ |me\ )?(?:a|any|your)
    \ (?:comments?|thoughts|insights|feedback|questions)\b[^.]{0,60}
  | 本?[页頁文](?:面)?(?:最近|最后|最後)(?:更新|修改|编辑|編輯).{0,80}
  | (?:最近|最后|最後)(?:更新|修改|编辑)(?:于|时间)?\s?[:：].{0,60}
  | (?:本[页頁文](?:面)?的?)?[贡貢][献獻]者\s?[:：].{1,2900}
  | (?:发现错误.{0,20})?在\s?GitHub\s?上(?:编辑|修改)此?[页頁]面?.{0,10}
  | 本[页頁文站](?:面)?的?(?:全部)?内容(?:在|采用|遵循).{0,80}(?:协议|許可|许可).{0,80}
  | 本作品采用.{0,80}(?:协议|许可).{0,20}
  | (?:欢迎|请)在?(?:评论区|下方).{0,40} | [转轉][载載][请請]注明.{0,80} | 未经.{0,20}(?:允许|许可|授权).{0,40}
  | (?:原文|本文|文章)(?:链接|地址|来源|出处)\s?[:：].{0,120}
"""
_DIRECTION = """
    (?:(?:read\\ )?next|prev(?:ious)?)(?:\\ (?:page|post|article|chapter|topic|lesson|section))?
  | [上下]一[页頁篇章节節]
"""
_IMPRINT = r"""
    [(（【\[]?\s*(?:责任编辑|責任編輯|责编|编辑)\s*[:：/].{0,12}
  | .{0,8}ICP[备備证證][^\s]{0,24}.{0,12} | .{0,4}公网安备.{0,24}
  | (?:copyright|版权所有)\s?(?:©|\(c\)|\d{4}).{0,60}
"""
_BUTTON = re.compile(
    rf"(?:\#{{1,6}}\s+|[-*+>]\s+)?(?:[«‹<←|·•\s]*(?:{_ENGLISH}|{_CHINESE})[»›>→|·•.…!?:：\s]*|{_IMPRINT}|{_FOOTER}"
    rf"|[«‹<←\s]*(?:{_DIRECTION})\s?[:：»›→]\s?[^.!?。！？]{{1,80}})",
    re.IGNORECASE | re.VERBOSE,
)
# What stands alone, such as a rule or the mark of an empty quote, says nothing either.
_MARKS = re.compile(r"[\s>|·•*_=#-]*")
# A popular page of a wiki names some hundred contributors.
_LONGEST = 3000
_SIGNPOST = re.compile(rf"[«‹<←\s]*(?:{_DIRECTION})[»›>→:：\s]*", re.IGNORECASE | re.VERBOSE)
# A title stands alone on its line, and is no heading, list item, table row, formula or sentence.
_TITLE = re.compile(r"(?![#>|$`*+-]|\d{1,3}\. )[^\n]{1,80}(?<![.!?:;。！？：；|$`])")
_FENCE = ("```", "~~~")
# Rows of the table in which a site keeps what it knows of a page: when it was made, by whom, under which number.
_RECORD_ROW = re.compile(
    r"""\|\s*(?:title|canonical\ name|(?:date\ )?(?:of\ )?creat(?:ion|ed)(?:\ (?:on|by|date))?
    |date(?:\ (?:added|published))?|last\ (?:modified|updated|edited)(?:\ (?:on|by))?
    |owner|(?:numerical\ |page\ |entry\ )?id|author|entry\ type|version|classification|synonyms?|related\ topics?
    |defines|keywords?|categor(?:y|ies)|views|revision|licen[cs]e|language|\\metatable)\s*\|[^|]*\|\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_RULE_ROW = re.compile(r"[|\s:-]+")
_RECORDED = re.compile(r"\|\s*(?:date|creat|last\ |canonical|owner|\\metatable)", re.IGNORECASE)


def trim_debris(text: str) -> str:
    r"""Return a Markdown text without the buttons and signposts before and after it.

    A text of nothing else is returned as it is.

    Examples
    --------
    >>> trim_debris("Home\n\n# Ferries\n\nMore is better.\n\n- Share\n\nLeave a comment\n\n下一页")
    '# Ferries\n\nMore is better.'
    >>> trim_debris("It ends here.\n\nPrevious\n\nThe mill\n\nNext\n\nThe river\n\nLast updated: May 2, 2021")
    'It ends here.'
    >>> trim_debris("Next")
    'Next'
    """
    lines = text.split("\n")
    first = next((place for place, line in enumerate(lines) if not is_debris(line)), None)
    if first is None:
        return text
    last = _last(lines, _before_record(lines, first))
    # The title behind "Next" goes with it.
    while _TITLE.fullmatch(lines[last]) and (sign := _before(lines, last)) > first and _SIGNPOST.fullmatch(lines[sign]):
        last = _last(lines, sign)
    return "\n".join(lines[first : last + 1])


def _before_record(lines: list[str], first: int) -> int:
    """Return the last line, or the one before the table that the text ends with where that is the site's record."""
    end = len(lines) - 1
    while end > first and not lines[end].strip():
        end -= 1
    start = end
    while start > first and (_RECORD_ROW.fullmatch(lines[start]) or _RULE_ROW.fullmatch(lines[start])):
        start -= 1
    known = sum(_RECORDED.match(line) is not None for line in lines[start + 1 : end + 1])
    return start if known and start > first and not lines[start].strip() else end


def _last(lines: list[str], place: int) -> int:
    """Return the last line that says something, at a place or before."""
    while is_debris(lines[place]):
        place -= 1
    return place


def _before(lines: list[str], place: int) -> int:
    """Return the last line before a place that is not empty, or -1."""
    place -= 1
    while place >= 0 and not lines[place].strip():
        place -= 1
    return place


def is_debris(line: str) -> bool:
    """Tell whether a line is a button or a signpost, or says nothing at all.

    Examples
    --------
    >>> [is_debris(line) for line in ("« Previous", "责任编辑：王颖", "Next, heat the oil.", "")]
    [True, True, False, True]
    """
    if len(line) > _LONGEST or line.lstrip().startswith(_FENCE):
        return False
    return bool(_MARKS.fullmatch(line) or _BUTTON.fullmatch(line.strip()))
