"""What the words of a block say of it, as numbers: its length, links, sentences, and the phrases of furniture."""

from __future__ import annotations

import re

import numpy as np

from udfs.html.flow import Flow, Metadata
from udfs.html.tree import names

_SENTENCE = re.compile(r"[.!?;:][\s\"')\]]|[.!?]$|[。！？；：]")
_END = re.compile(r"[.!?…。！？][\"'”’)）\]]*$")
_DIGIT = re.compile(r"\d")
# The look behind comes last: it costs most.
_CAPITALS = re.compile(r"[A-Z](?<![^\W\d_][A-Z])")
_WORDS = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+"
)
# Of lower-case ASCII text it finds the same.
_ASCII_WORDS = re.compile(r"[a-z0-9]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_LEGAL = names("copyright reserved cookie cookies privacy gdpr icp")
_CONSENT = names("""
    cookie cookies consent gdpr ccpa iab opt advertising advertisers personalised personalized privacy partners
    preferences
    einwilligung datenschutz personenbezogene werbung consentement confidentialité traceurs partenaires publicité
    consentimiento privacidad publicidad socios consenso privacidade consentimento parceiros toestemming advertenties
    zgoda zgody danych osobowych przetwarzanie przetwarzania partnerów reklam çerez çerezler gizlilik kvkk samtykke
    samtycke súhlas souhlas конфиденциальности персональных
""")
_CONSENT_CJK = re.compile("隐私|隱私|クッキー|プライバシー|쿠키|개인정보")
_CALL = names("""
    subscribe login signin signup register newsletter share follow download comments reply related recommended
    recommend trending contact cart sponsored advertisement unsubscribe bookmark print tweet pinterest facebook
    twitter linkedin instagram whatsapp youtube more
    teilen anmelden registrieren kommentar kommentare antworten verwandte mehr abonnieren warenkorb anzeige lesen
    partager connexion inscription commentaire commentaires répondre lire abonnez panier publicité suivre
    compartir suscríbete suscribirse comentarios responder relacionados relacionadas publicidad leer
    condividi accedi registrati commenti rispondi correlati leggi abbonati pubblicità
    compartilhe compartilhar comentários leia assine delen inloggen reacties lees gerelateerd
    udostępnij zaloguj komentarze odpowiedz czytaj zobacz polecane reklama
    paylaş yorum yorumlar ilgili haberler etiketler abone bagikan komentar baca juga terkait selengkapnya
    поделиться войти комментарии ответить читайте подписаться подписывайтесь реклама
""")
_CALL_CJK = re.compile(
    "阅读全文|分享|登录|登入|注册|相关|推荐|上一篇|下一篇|上一页|下一页|关注|点击|评论|责任编辑|举报|收藏|点赞|回复|返回|首页|会员|订阅"
    "|热门|热点|排行|更多|猜你喜欢|延伸阅读|全文|閱讀|登錄|註冊|相關|推薦|熱門|上一頁|下一頁|關注|點擊|評論|留言|回覆|首頁|會員|訂閱"
    "|シェア|コメント|ログイン|おすすめ|関連|ランキング|人気|もっと|관련|추천|인기|댓글|구독|로그인|공유"
)
_LEGAL_CJK = re.compile("版权|备案|公网安备|许可证|隐私|声明|侵权|版權|隱私|聲明|免责|免責|著作権|転載|저작권|무단")
_MONTHS = names("""
    january february march april may june july august september october november december jan feb mar apr jun jul
    aug sep sept oct nov dec ago
""")
_BYLINE = names("""
    by written posted published updated author reviewed photo image credit source editor reporter edited
    von veröffentlicht quelle foto bild par publié source por publicado fuente fonte autor fot źródło автор источник
""")
_TELLING = _LEGAL | _CALL | _MONTHS | _BYLINE
_BYLINE_CJK = re.compile("作者|编辑|来源|记者|发布|时间|責編|责编|編輯|來源|記者|發布|發佈|時間|撰文|기자|입력|更新")
# Words by which a text is found again, and how many characters it is looked for in: for each block anew.
_BEGIN = 8
_MOST_STATED = 50_000
_MOST_DESCRIBED = 1_000
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONEY = re.compile(r"[$€£¥₹]\s?\d|\d\s?[元€£]")


def _phrase_facts(head: str, words: list[str], cjk: bool) -> tuple[bool, bool, bool, bool]:
    """Say whether a short block speaks of law, calls to an action, names a date, or starts as a byline."""
    legal, call, date, byline = "©" in head, False, False, False
    if not _TELLING.isdisjoint(words):
        legal = legal or not _LEGAL.isdisjoint(words)
        call, date = not _CALL.isdisjoint(words), not _MONTHS.isdisjoint(words)
        byline = not _BYLINE.isdisjoint(words[:2])
    date = date or bool(_YEAR.search(head))
    if cjk:
        legal = legal or bool(_LEGAL_CJK.search(head))
        call = call or bool(_CALL_CJK.search(head))
        byline = byline or bool(_BYLINE_CJK.search(head))
    return legal, call, date, byline


def _spaced(words: list[str]) -> str:
    return f" {' '.join(words)} " if words else ""


def text_facts(flow: Flow, metadata: Metadata) -> np.ndarray:
    """Return the facts of every block: float64 array (blocks, facts)."""
    title_words = set(_WORDS.findall(metadata.title.lower()))
    stated_words = _WORDS.findall(metadata.text[:_MOST_STATED].lower())
    described_words = _WORDS.findall(metadata.description[:_MOST_DESCRIBED].lower())
    known = {*stated_words, *described_words}
    stated, described, lead = map(_spaced, (stated_words, described_words, described_words[:_BEGIN]))
    seen: dict[str, int] = {}
    rows = []
    for block in flow.blocks:
        plain = block.plain
        size = len(plain)
        short = size < 200
        head = plain if short else plain[:300]
        ascii_only = head.isascii()
        head_words = (_ASCII_WORDS if ascii_only else _WORDS).findall(head.lower())
        words = len(head_words) if size <= 300 else int(len(head_words) * size / 300)
        count = len(head_words) or 1
        cjk = not ascii_only and bool(_CJK.search(head))
        seen[plain] = seen.get(plain, 0) + 1
        overlap = len(title_words.intersection(head_words)) / max(len(title_words), 1) if short and title_words else 0.0
        letters = sum(map(len, head_words))
        # Most blocks begin with a word that is not there.
        begin = _spaced(head_words[:_BEGIN]) if head_words and head_words[0] in known else ""
        facts = _phrase_facts(head, head_words, cjk) if short else (False, False, False, False)
        rows.append(
            (
                size,
                words,
                min(block.link_characters / max(size, 1), 1.0),
                block.link_count,
                len(_SENTENCE.findall(plain)),
                plain.count(",") + (plain.count("，") + plain.count("、") if cjk else 0),
                bool(_END.search(plain[-8:])),
                len(_DIGIT.findall(head)) / max(len(head), 1),
                len(_CAPITALS.findall(head)) / count,
                letters / count,
                plain[:1].isupper(),
                head.isupper(),
                cjk,
                *facts,
                bool(_MONEY.search(head)) if short else False,
                overlap,
                block.level,
                block.kind == "code",
                block.kind == "table",
                block.formulas,
                len(block.containers),
                seen[plain],
                len(_CONSENT.intersection(head_words)) + (cjk and bool(_CONSENT_CJK.search(head))),
                (begin != "" and begin in stated) if stated and head_words else -1,
                len(head_words) >= _BEGIN
                and (
                    (begin != "" and begin in described)
                    or (lead != "" and described_words[0] in head_words and lead in _spaced(head_words))
                ),
            )
        )
    return np.array(rows, dtype=np.float64)
