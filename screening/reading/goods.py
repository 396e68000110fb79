"""Which part of the goods a figure is about: what was sold, or what was not."""

from __future__ import annotations

import re
from bisect import bisect_left

from screening.reading.names import MONEY, PAID_OUT, Around
from screening.reading.text import Span

__all__ = ["SOLD", "UNSOLD", "Goods", "by_part", "ending", "is_said_got", "is_said_sold", "traded_for"]

SOLD, UNSOLD = "已销售", "尚未销售"
_FAR = 1 << 30
# 销售8.4万元; 分别向三家饭店销售牛肉，金额分别为1.8万元: the verb of the sentence says what the money was for.
_SOLD_FOR = re.compile(
    r"(?:^|[,;:。月日号])(?:共|又|再)?卖(?:了|得|出)?(?:约|共)?\Z"  # 1月卖19800元
    r"|(?:微信|支付宝|手机|收款码)[^,。;]{0,3}(?:收|进|转账|流水|到账)(?:了|款|账)?(?:累计|合计|共计?|约)?\Z|"
    r"(?<![未待拟零购进代促])(?:销售|出售|售卖|售予)(?:(?:了|得|约|共计?|合计|人民币)?"
    r"|(?![价单])[^。;购买进付退罚欠赔]{0,50}?[,、(](?:合计|销售)?(?:金额|总?价款|总价|得款|价格)"
    r"(?:合计|共计|总计|分别|依次|为|是|约|人民币|[: ])*)\Z"
    # 向该医院销售医疗器械412500元
    r"|(?<![未待拟零购进代促为])(?:销售|出售|售卖|售予|售出|卖出|卖给)(?![价单款点])[^。;,:、()\d]{1,14}"
    r"(?<![费款金税价额资薪息润本员部奖入得])(?:共计?|合计|累计|约|人民币)*\Z"
)
_VERB_WITHIN = 100
# 按省局零售价目录折算128000元, 平均价每条180元计,核定143100元
_VALUED = re.compile(r"价[^。;]{0,30}?(?:核定?|折算|(?<![合共总])计|估)(?:为|得|约|人民币)?\Z")
# 待售卷烟89条，按购进价10000元
_BY_COST = re.compile(r"按照?(?:其|实际)?(?:[购买]进|进货|收购|购买)价格?(?:折?算|核?计|核算)?(?:为|共|共计|合计)?\Z")
# 以3.2万元的总价卖给某饭店; 以9500元转手; of several (以80元售出12件) it may be the price of one
_HANDED_OVER = re.compile(r"的?(?:总价|价款|价格)(?:全部|一并|整体)?(?:对外)?(?:销售|出售|卖|售|倒卖|转卖)")
_FOR = re.compile(r"以(?:人民币|约|共计?|合计|总价)?\Z")
_TRADED = re.compile(
    r"的?(?:价格|价)?(?:将[^,。;]{1,16}?|把[^,。;]{1,16}?)?(?:又|再|私自|私下|擅自|对外|全部|一并|悉数|整体)?"
    r"(?:(?P<away>出售|销售|售|卖|转手|倒卖|转卖|转让|出让)|(?:向|从|自)?[^,。;\d]{0,10}?(?:购|买|收|盘下|拍得|受让))"
    r"(?![^,。;()]{0,12}?(?:\d{2,}|[2-9二两三四五六七八九十百千数几多])[件个台只瓶盒条套双箱吨斤公千克枚张幅尊把支辆部本册份株棵头匹尾羽桶袋包块])"
)
_BOUGHT = re.compile(r"(?:购[入进得买]|买[入进来得]|收购|进货|收[来得])(?:价|时|花|用|款|共|约|了|计|人民币)*\Z")
# What stands right before a count: 销售740盒, 购进肥料12吨.
_SOLD_BEFORE = re.compile(r"(?:销售|[售卖]出?了?|供应(?!商))[^,。;:、\d]{0,4}$")
_GOT_BEFORE = re.compile(r"(?:[购买]进|购入|进货|采购|收购|生产|制作|加工|印制|翻印|灌装)[^,。;\d]*\Z")
_SOLD_WITHIN, _GOT_WITHIN = 8, 20
_LONGEST_WORD = 12
_OTHER_CLAUSE, _BEHIND = 21, 20


class Goods:
    """The words of one text that say of goods that they were sold or were not."""

    def __init__(self, sold: list[Span], unsold: list[Span]) -> None:
        self._kinds = [(spans, part) for spans, part in ((unsold, UNSOLD), (sold, SOLD)) if spans]

    def part_of(self, around: Around, gap_start: int) -> str:
        """Whether the words around a figure say that it is about sold or unsold goods; the nearest before it decides."""
        amount, clause = around.amount, around.clause
        best: tuple[int, str] | None = None
        for spans, part in self._kinds:
            distance = _FAR
            if (end := ending(spans, gap_start, amount.start)) >= 0:
                # 62吨已售出，18吨尚在仓库: a word of an earlier clause yields to one right behind the figure.
                distance = amount.start - end + (_OTHER_CLAUSE if end < clause[0] else 0)
            index = bisect_left(spans, (amount.end,))
            if index < len(spans) and spans[index][0] < clause[1]:
                distance = min(distance, _BEHIND + spans[index][0] - amount.end)
            if distance < _FAR and (best is None or distance < best[0]):
                best = distance, part
        return best[1] if best else ""

    def unnamed(self, around: Around, folded: str) -> str:
        """Money that no word names is the price of what the sentence says was sold, or the value of what was not."""
        amount = around.amount
        if amount.unit != MONEY:
            return "数量"
        first = max(around.sentence[0], amount.start - _VERB_WITHIN)
        if amount.per is None and (
            _SOLD_FOR.search(folded, first, amount.start)
            or _HANDED_OVER.match(folded, amount.end)
            or ((traded := traded_for(folded, amount.start, amount.end)) and traded["away"])
        ):
            return "销售金额"
        if amount.per is None and _BY_COST.search(folded, first, amount.start):
            return "货值金额"
        if _BOUGHT.search(folded, first, amount.start):
            return "金额"
        said: tuple[int, str] | None = None
        if amount.per is None:
            for spans, part in self._kinds:
                start = _last_before(spans, around.sentence[0], amount.start)
                name = "销售金额" if part == SOLD else "货值金额"
                if start is not None and (said is None or (start, name) > said):
                    said = start, name
        if said and PAID_OUT.search(folded, max(said[0], first), amount.start):
            return "金额"  # 出售收入46500元，支付台班、工资38200元
        if said is None and amount.per is None and _VALUED.search(folded, first, amount.start):
            return "货值金额"
        return said[1] if said else "金额"


def traded_for(folded: str, start: int, end: int) -> re.Match[str] | None:
    """Whether the money at that place is what something was bought or, ``away``, sold for: 从一村民处以4000元买得."""
    return _TRADED.match(folded, end) if _FOR.search(folded, max(0, start - _LONGEST_WORD), start) else None


def by_part(name: str, of: str) -> str:
    """尚未销售 turns 销售金额 into 货值金额 (DESIGN: it does not negate the conduct); 已售出部分金额 is what was got."""
    if name == "金额" and of == SOLD:
        return "销售金额"
    return "货值金额" if name == "销售金额" and of == UNSOLD else name


def ending(spans: list[Span], low: int, high: int) -> int:
    """Where the last of the spans in ``text[low:high]`` ends, of a sorted list; far below 0 where there is none."""
    last = -_FAR
    for index in range(bisect_left(spans, (high,)) - 1, -1, -1):
        start, end = spans[index]
        if start < low or start < last - _LONGEST_WORD:
            break
        if last < end <= high:
            last = end
    return last


def _last_before(spans: list[Span], low: int, high: int) -> int | None:
    """The start of the last of the spans that lie in ``text[low:high]``."""
    for index in range(bisect_left(spans, (high,)) - 1, -1, -1):
        start, end = spans[index]
        if start < low:
            return None
        if end <= high:
            return start
    return None


def is_said_sold(start: int, folded: str) -> bool:
    """Whether a count that begins at ``start`` is said to be sold, right before it."""
    return _SOLD_BEFORE.search(folded, max(0, start - _SOLD_WITHIN), start) is not None


def is_said_got(start: int, folded: str) -> bool:
    """Whether it is said to be bought or made."""
    return _GOT_BEFORE.search(folded, max(0, start - _GOT_WITHIN), start) is not None
