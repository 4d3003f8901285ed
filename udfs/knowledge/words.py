"""Word lists of the knowledge kernels."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A subject or object that begins with one of these refers to something said elsewhere.
PRONOUNS = _words(
    """
    it this that these those they he she we you i there here who what which one such some many most all each every
    any no none both few several other others another same my your his her our their its someone everyone nobody
    everything nothing something anything please worth
    """
)
# Stop words that a noun phrase may hold.
SUBJECT_WORDS = _words("of the a an and for in de new own under over one two three least most less first next last")
# "X is a good idea", "X is the reason": judgements and references, not definitions.
VAGUE_HEADS = _words(
    """
    case lot way matter fact result reason problem same question thing point idea kind bit shame pity few one good
    bad must step start beginning time number part example difference answer truth aim goal purpose focus key
    variety range couple bunch great nice big perfect best only real reality foundation issue challenge issues
    concern future concept favorite favourite norm true main major biggest huge important essential critical crucial
    vital little fantastic amazing wonderful ideal excellent common powerful simple easy quick different similar
    difficult hard
    """
)
# "Man is ...", "the author is ...": nouns that stand for someone said before or for nobody.
ANAPHORIC_NOUNS = _words(
    """
    people someone things everything man woman boy girl author user reader result reason problem question thing
    point idea way time fact answer goal example other rest following above latter former story issue
    """
)
# Before a name they say that it is a person.
HONORIFICS = _words(
    """
    mr mrs ms dr prof professor sir president senator
    """
)
# As the first or last word of a name they say what it names.
ORGANIZATION_WORDS = _words(
    """
    university college institute company corporation corp inc ltd llc committee ministry department agency
    association foundation bank council society party club orchestra laboratory laboratories museum
    """
)
PLACE_WORDS = _words(
    """
    river lake mountain mountains island islands county province city valley desert ocean sea bay peninsula airport
    """
)
# As the head of a definition ("X is a French poet") they say what X is.
PERSON_NOUNS = _words(
    """
    person man woman actor actress writer author poet novelist singer musician composer painter artist scientist
    mathematician physicist chemist biologist engineer politician lawyer footballer player astronaut king queen
    emperor philosopher historian journalist director programmer president economist athlete architect
    """
)
ORGANIZATION_NOUNS = _words(
    """
    company corporation university college organization organisation institution institute agency association club
    team band bank museum newspaper party manufacturer startup publisher airline firm school foundation
    """
)
PLACE_NOUNS = _words(
    """
    city town village country state province region county river lake mountain island capital district municipality
    continent sea ocean airport settlement suburb desert peninsula
    """
)
CALENDAR = _words(
    """
    january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday
    """
)
# Words that neither begin nor end a key phrase.
ENGLISH_STOP_WORDS = _words(
    """
    a about above after again against all almost also although always am among an and another any are aren't around
    as at away back be became because become been before being below between both but by came can can't cannot come
    could couldn't did didn't do does doesn't doing don't done down during each either else enough etc even ever
    every few for from further get gets give given go goes going got had has hasn't have haven't having he her here
    hers herself him himself his how however i i'm i've if in instead into is isn't it it's its itself just keep
    kind know last least less let let's like likely little look lot made make makes many may maybe me might more
    most much must my myself need never new next no nor not nothing now of off often on once one only onto or other
    others our ours out over own part per perhaps put quite rather really said same say says see seem seems several
    shall she should since so some something still such sure take than that that's the their theirs them themselves
    then there there's therefore these they thing things think this those though three through thus to together too
    took toward towards two under until up upon us use used using very via want was wasn't way we we'll we're well
    went were weren't what when where whether which while who whole whom whose why will with within without won't
    would yes yet you you'll you're your yours
    """
)
CHINESE_STOP_WORDS = _words(
    """
    我们 你们 他们 它们 她们 自己 大家 这个 那个 这些 那些 这里 那里 这样 那样 这种 那种 一个 一些 一种 一样 一下
    一般 什么 怎么 如何 为什么 因为 所以 但是 可是 不过 然而 虽然 如果 那么 而且 并且 或者 以及 还是 就是 只是 不是
    没有 可以 可能 能够 需要 应该 必须 已经 正在 通过 使用 进行 由于 关于 对于 根据 按照 其中 其他 其它 之后 之前
    以后 以前 然后 同时 首先 最后 例如 比如 因此 此外 另外 有些 很多 许多 非常 十分 比较 更加 不同 相同 所有 每个
    任何 成为 作为 其实 当然 注意 下面 上面 以下 以上 之间 时候 现在 今天 方式 问题 得到 表示 知道 看到 只有 只要
    不能 不会 还有 来说 出来 起来 部分 情况 东西 意味着 之一 即可
    """
)
# Their dot does not end a sentence.
ABBREVIATIONS = _words(
    """
    mr mrs ms dr prof st sr jr gen col lt capt sgt rev hon vs e.g i.e cf al fig figs eq eqs sec ch vol no nos pp ed
    eds inc ltd co corp dept univ approx est jan feb mar apr jun jul aug sep sept oct nov dec u.s u.k u.n a.m p.m
    d.c resp thm def prop lem ref refs
    """
)
