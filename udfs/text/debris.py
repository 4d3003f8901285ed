"""Lines of a page that are buttons and signposts, at the ends of a text where extraction leaves them.

Only whole lines go, and only before the first and after the last line that says something: the same words inside a text
may be part of it. The words are those of navigation, sharing, comments and imprint; the lists are ours.
"""

from __future__ import annotations

import re

_ENGLISH = r"""
    (?:next|prev(?:ious)?)(?:\ (?:page|post|article|chapter|topic|lesson))?
  | back(?:\ to\ (?:home|list|(?:the\ )?top))? | top | home | menu | (?:table\ of\ )?contents
  | skip\ to\ (?:main\ )?content | search | close | loading
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
_IMPRINT = r"""
    [(（【\[]?\s*(?:责任编辑|責任編輯|责编|编辑)\s*[:：/].{0,12}
  | .{0,8}ICP[备備证證][^\s]{0,24}.{0,12} | .{0,4}公网安备.{0,24}
  | (?:copyright|版权所有)\s?(?:©|\(c\)|\d{4}).{0,60}
"""
_BUTTON = re.compile(
    rf"(?:\#{{1,6}}\s+|[-*+>]\s+)?(?:[«‹<←|·•\s]*(?:{_ENGLISH}|{_CHINESE})[»›>→|·•.…!?:：\s]*|{_IMPRINT})",
    re.IGNORECASE | re.VERBOSE,
)
# What stands alone, such as a rule or the mark of an empty quote, says nothing either.
_MARKS = re.compile(r"[\s>|·•*_=#-]*")
_LONGEST = 100
_FENCE = ("```", "~~~")


def trim_debris(text: str) -> str:
    r"""Return a Markdown text without the buttons and signposts before and after it.

    A text of nothing else is returned as it is.

    Examples
    --------
    >>> trim_debris("Home\n\n# Ferries\n\nMore is better.\n\n- Share\n\nLeave a comment\n\n下一页")
    '# Ferries\n\nMore is better.'
    >>> trim_debris("Next")
    'Next'
    """
    lines = text.split("\n")
    first = next((place for place, line in enumerate(lines) if not is_debris(line)), None)
    if first is None:
        return text
    last = next(place for place in range(len(lines) - 1, -1, -1) if not is_debris(lines[place]))
    return "\n".join(lines[first : last + 1])


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
