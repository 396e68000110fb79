"""Figures that gave way to others: corrected (原认定5万元……更正为4万元), refused (自报20万元，未能提供凭证，经认定13万元).

Likewise fines only meant (原拟罚款), and what the party never got for the goods (若能卖出可得5000元; 已先行拍卖，得款……). The figure that
took the place goes by the name of the first where no word names it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from screening.reading.goods import UNSOLD
from screening.reading.mentions import UNNAMED, Mentioned, is_led_up_to
from screening.reading.names import MONEY
from screening.reading.standing import Standing
from screening.reading.text import Text
from screening.reading.wholes import SALES, VALUE

__all__ = ["with_corrections"]

_BEFORE, _WITHIN = 40, 160
# What one of the patterns below has, so that most texts and figures need no more than one look.
_NEVER_GOT = re.compile("拟|[若如倘假]|拍卖|变[卖价]")
_CUE, _CUE_WITHIN, _CHANGED = re.compile("[为至到成是定认]"), 10, re.compile("[正减调降改更增核审复重查认]")
_FINE = "罚款"
_TO = r"(?:后)?(?:认定|计算|处以?)?(?:为|至|到|成)[^,。;\d]{0,8}\Z"
#: What only a correction does; what prices, stocks and output do as well.
_PUT_RIGHT = re.compile(rf"(?:更正|纠正|订正|修正|改正|核减|核增|审减){_TO}")
_ALTERED = re.compile(rf"(?:调整|调减|变更|下调|减少?|降低?|改|压减|酌减){_TO}")
#: 经复核，实际应为3.2万元; 重新核算后认定为……
_FOUND_ANEW = re.compile(
    r"(?:复核|复查|重新(?:核算|计算|核定|计量|测算|清点|认定|鉴定))[^。;\d]{0,30}?(?:应|实际|实|确认|认定|核定)(?:应)?[为是][^,。;\d]{0,4}\Z"
    r"|(?:核查|查证|核实|审核)[^。;\d]{0,30}?(?:应|实际应?|实)[为是][^,。;\d]{0,4}\Z"
)
#: What the agency had found or meant to do.
_DETERMINED = re.compile(
    r"原(?:先|来)?[拟认核审告定计]|原[^,。;\d]{0,12}(?:认定|核定|载明|罚款)|拟[处罚作认对给]|(?:认|核|审)定|告知|先前|此前送达|初[步次](?:核算|认定|估算|统计|测算|鉴定|计算)"
)
_OF_THE_AGENCY = frozenset({_FINE, VALUE, "违法所得", "逃税数额", "偷逃应缴税额", "非法经营数额", "没收"})
#: 原拟罚款8000元; 拟对你单位罚款5万元
_MEANT = re.compile(r"(?:原|先前|此前|初)拟[^,。;\d]{0,14}\Z")
#: 若能卖出可得5000元; 按标价如全部售出可获利1.2万元
_SUPPOSED = re.compile(
    r"(?P<tag>[按以](?:[^,。;\d]{0,4}标价|吊牌价|标签价)[^,。;\d]{0,8})?(?<![例譬比诸正])(?:[若如倘]|假如|如果|倘若)(?:果|能够?|可以?|使)?(?:将[^,。;\d]{1,10})?(?:全部|全都|都|顺利|全数|按[^,。;\d]{1,10}){0,2}"
    r"(?:卖|售|销售|出手|转手|变现|出售)(?![价额量款])[^。;\d]{0,16}(?:可|能|会|将|约|预计)[^,。;\d]{0,8}\Z"
)
#: 已先行拍卖，得款31万元: what the agency itself sold
_AUCTIONED = re.compile(
    r"(?:先行|依法|委托[^,。;\d]{0,10}|公开|[本我]局|机关|海关|法院|部门)[^,。;\d]{0,8}(?:拍卖|变卖|变价)(?!行)[^。;\d]{0,16}\Z"
)
#: What the law is said to ask for (货值金额不足十万元的) is no first finding.
_TAKEN_BACK = frozenset({Standing.ASSERTED, Standing.ASIDE, Standing.UNCERTAIN})
_GOT = frozenset({SALES, "违法所得", UNNAMED[0], VALUE})
#: 拟对当事人罚款5万元……决定处罚款4万元
_PROPOSED, _DECIDED = (
    re.compile(r"拟(?:对|处|给予|作出|罚)[^,。;\d]{0,14}\Z"),
    re.compile(r"决定[^。;\d]{0,16}罚款?(?:人民币)?\Z"),
)
_OWN_WORD = re.compile(
    r"自[报称述估认]|自[行己][^,。;\d]{0,4}(?:估|测算|计算|申报|上报|填报|统计)|估计|[声辩陈诉]称|主张|(?:当事人|其|某)称"
)
_REFUSED = re.compile(
    r"(?:未能?|无法|不能|没有|没能|拒不|均未)[^,。;\d]{0,4}(?:提供|出示|提交|举证)|不予?采[信纳]|(?:[无缺]|没有|缺乏)[^,。;\d]{0,6}(?:凭证|依据|证据|票据|单据)"
)
_OWN_FIGURE = re.compile(r"(?:自[报估]|自[行己][^,。;\d]{0,4}(?:估|测算|计算|申报|上报|填报|统计))[^,。;\d]{0,16}\Z")
#: 公司自行上报的损失为110余万元，……，未予采信: of what was told before, the agency's own figure stays
_NOT_TAKEN = re.compile(r"[^。\n]{0,40}?[,;](?!其)(?:[^,。;\n]{1,8})?(?:[未不]予|未被?|不)采[信纳用]")
_ARGUED = re.compile(r"辩解|辩称|申辩|主张|理由|意见")
_ESTABLISHED = re.compile(r"认定|核定|审定|查明|查实|查证|核实|鉴定|评估|审计|核算|测算|采信|实际|实为")
_IS_FOUND = re.compile(
    r"(?:认定|核定|审定|查明|查实|核实|鉴定|评估|审计|核算|测算|确认|实际)[^,。;\d]{0,6}(?:为|是|仅有?|只有)[^,。;\d]{0,3}\Z"
)
#: ……，认定为12600元: whatever is named before that clause
_BARE_FINDING = re.compile(r"[,;](?:[本我]局|本机关)?(?:依法|予以)?(?:认定|核定|确认)(?:其)?为?\Z")


def with_corrections(named: Sequence[Mentioned], text: Text) -> list[Mentioned]:
    """The mentions of a text, in order; those that gave way no longer count."""
    folded = text.folded
    found = [_put_aside(m, text) for m in named] if _NEVER_GOT.search(folded) else list(named)
    if "拟" in folded:
        decided = max((m.span[0] for m in found if m.name == _FINE and _is_said(_DECIDED, m, text)), default=0)
        for index, fine in enumerate(found):
            if fine.name == _FINE and fine.counts and fine.span[0] < decided and _is_said(_PROPOSED, fine, text):
                found[index] = fine._replace(standing=Standing.ASIDE)
    if "采" in folded:
        found = _without_own(found, text)
    refusals = _REFUSED.search(folded) is not None and _OWN_WORD.search(folded) is not None
    for index, new in enumerate(found):
        if new.per is not None or index == 0 or new.derived:
            continue
        start = new.span[0]
        if not refusals and not (
            _CUE.search(folded, max(0, start - _CUE_WITHIN), start) and _is_said(_CHANGED, new, text)
        ):
            continue
        place = _gave_way(found, index, text)
        if place is None:
            continue
        old = found[place]
        if old.counts:
            standing = Standing.UNCERTAIN if _is_refused(old, new, text) else Standing.ASIDE
            found[place] = old._replace(standing=standing)
        if new.name != old.name:
            found[index] = new._replace(name=old.name, of=old.of, aside=old.aside)
    return found


def _put_aside(mention: Mentioned, text: Text) -> Mentioned:
    """A fine that was only meant, and what was never got for the goods, without counting; goods that a tag values keep that."""
    if not mention.counts or mention.unit != MONEY:
        return mention
    if mention.name == _FINE and _is_said(_MEANT, mention, text):
        return mention._replace(standing=Standing.ASIDE)
    if mention.name in _GOT and (supposed := _found(_SUPPOSED, mention, text)):
        if supposed["tag"]:
            return mention._replace(name=VALUE, of=UNSOLD)
        return mention._replace(standing=Standing.ASIDE)
    if mention.name in _GOT and _is_said(_AUCTIONED, mention, text):
        return mention._replace(standing=Standing.ASIDE)
    return mention


def _without_own(told: list[Mentioned], text: Text) -> list[Mentioned]:
    """Without what the party itself reckoned and the agency did not take, where the agency's figure of the measure is told too."""
    folded = text.folded
    found = list(told)
    for index, own in enumerate(told):
        if not own.counts or not _is_said(_OWN_FIGURE, own, text):
            continue
        refused = _NOT_TAKEN.match(folded, own.span[1])
        if refused is None or _ARGUED.search(refused[0]):
            continue
        if any(m.counts and m.name == own.name and m is not own for m in told):
            found[index] = own._replace(standing=Standing.UNCERTAIN)
    return found


def _gave_way(told: Sequence[Mentioned], at: int, text: Text) -> int | None:
    """Which of the figures told before it the one at a place took the place of."""
    new = told[at]
    put_right, altered = _is_said(_PUT_RIGHT, new, text), _is_said(_ALTERED, new, text)
    bare = _is_said(_BARE_FINDING, new, text)
    anew = put_right or altered or _is_said(_FOUND_ANEW, new, text)
    for place in range(at - 1, -1, -1):
        old = told[place]
        if new.span[0] - old.span[1] > _WITHIN or text.folded.count("\n", old.span[1], new.span[0]):
            return None
        same_name = new.name == old.name or new.name in UNNAMED or (bare and not new.aside)
        if old.unit != new.unit or old.per is not None or old.value == new.value or not same_name:
            continue
        if old.name in UNNAMED or old.minus or old.part or old.standing not in _TAKEN_BACK:
            continue
        if anew:
            in_one = _is_next(old, new, text) and (put_right or old.name in _OF_THE_AGENCY)
            return place if in_one or is_led_up_to(_DETERMINED, old, text) else None
        return place if _is_refused(old, new, text) else None
    return None


def _is_next(old: Mentioned, new: Mentioned, text: Text) -> bool:
    """Whether both stand in one sentence."""
    return text.sentence(old.span[0]) == text.sentence(new.span[0])


def _found(pattern: re.Pattern[str], mention: Mentioned, text: Text) -> re.Match[str] | None:
    start = mention.span[0]
    return pattern.search(text.folded, max(text.sentence(start)[0], start - _BEFORE), start)


def _is_said(pattern: re.Pattern[str], mention: Mentioned, text: Text) -> bool:
    return _found(pattern, mention, text) is not None


def _is_refused(old: Mentioned, new: Mentioned, text: Text) -> bool:
    """Whether the first is the party's own figure, which the agency did not take, and the second what it found."""
    folded = text.folded
    if not is_led_up_to(_OWN_WORD, old, text):
        return False
    refused = _REFUSED.search(folded, old.span[1], new.span[0])
    if refused is None or not _ESTABLISHED.search(folded, refused.end(), new.span[0]):
        return False
    return new.name == old.name or _is_said(_IS_FOUND, new, text)
