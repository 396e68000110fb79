"""Money that a clerk in haste wrote without 元: 获利2.9万, 收了三万五, 值1 300, 50/盒, 一条四百五.

A figure is money where its scale (万), the price of one thing or words of money right before it say so, and nothing says that it counts.
"""

from __future__ import annotations

import re

__all__ = ["is_money_without_unit"]

# 从账上支8万打到自己账户: paid, moved or lent, right before the figure.
_MONEY_BEFORE = re.compile(
    "(?:[价款额利收卖赚付费金税资得罚钱骗][^，。；、]{0,9}|[支转挪借贷汇取存投亏][了走出给到]{0,2}|[各都]拿了?)\\Z"
)
# 骗了5.6万保险金
_MONEY_AFTER = re.compile(
    "保险金|保费|工资|薪水|货款|押金|租金|定金|本金|本息|利息|补贴|补偿|税|罚款|好处费|介绍费|现金|赔偿|赃款|赌资|奖金|佣金|提成|费用|学费|工程款|钱|存款|贷款|欠[税款]"
    "|买(?![家方票])|借[给出]|转[给到]|打[给到]|汇[给到]|存[进入]|退[给回]|还给|交给|付给|拿去|用于|炒股|投[进到]|中[标选]|成交|拿下|夺标|得标|的(?:标(?![准志])|货(?!币)|项目|工程|单子|合同|生意|订单)"
)
# 值1 300，收种款6 200: a clerk in haste; not pH值 or 数值.
_SUM_BEFORE = re.compile(
    "(?:(?<![Hh数峰均限阈比测标分差阻])值|价值|[货价账种药饭肉烟酒油菜苗肥料]款|得款|收款|回款|获利|所得|利润|卖得|收入|入账|标价|报价|折款|损失|票面|面值|差价|流水|到账"
    "|[车墙毁]损|价认|认定为?|核[价定损]为?|定损为?|估[价值]|[作定折]价|抽(?:头|水|成|下来|走|得|了)|留[了下]|[收挣赚骗亏花卖]了|净?[挣赚]|骗[得走取]|净?落下?|到手|进账|赌资|赌款|报酬|工钱|酬劳|佣金|提成|返[利点]"
    "|(?:好处|介绍|跑腿|辛苦|带工|手续|中介|代办|开票|服务|陪标|劳务|挂靠|冒名)费|(?<![没回吸接验])收|(?<![不取])得|拿到|分得)[:：为约共计]{0,2}\\Z"
)
_GOODS = "(?:公斤|千克|[碗杯筐笼张棵幅瓶包条斤盒袋箱只个株套份双台吨片粒支桶头根罐枚件坛扎捆卷樘床把副亩壶])"
# 50/盒, 58一罐: the price of one; a longer figure is none
_OF_ONE_AFTER = re.compile(f"(?:[/／]|一){_GOODS}(?=[，。；、,;）)]|\\Z)")
_LONG = 7
_CODED = frozenset("/／-第")
# 2900卷×52=15.08万
_TIMES_BEFORE = re.compile(f"[0-9]{_GOODS}[×xX*＊]\\Z")
# 每双41.5
_EACH_IS = re.compile(f"每{_GOODS}\\Z")
_EACH_BEFORE = re.compile(
    "[每一][瓶包条斤盒袋箱张只个株本套份双台吨片粒颗支桶头棵根听罐枚件副顶卷幅部辆人盏床把位](?:只?[卖收要])?\\Z"
)
_EACH_ASKED = re.compile(_EACH_BEFORE.pattern.replace("位](?:只?[卖收要])?", "位车单趟次](?:只?[卖收要批])"))
# 转账14笔，每笔6000
_EACH_PAID = re.compile("(?:转账|汇款?|付[款给]?|收[款了]?|送|给|打款)[^。；]{0,8}[，、]每[笔次回](?:均|都)?[为是]?\\Z")
_PRICE_ENDS = frozenset({"", "“", "，", "。", "；", "、", ",", ";", "的", "）", ")"})
_FACTOR_ENDS = _PRICE_ENDS | {"=", "＝"}
_COUNT_BEFORE = re.compile("(?:[量数次粉播阅览赞击]|用户|会员)[^，。；、]{0,7}\\Z")
_SCALED = re.compile("[千万亿]")
_COUNTED_BEFORE = re.compile("[人员户株苗棵只条次量数][^，。；、]{0,6}\\Z")
_MYRIADS = re.compile("[万亿]")
_WHOLE_BEFORE = re.compile("(?:共|合计|总计|累计|流水|进账|过手|经手|倒了|刷了|刷出|走了|放出|借出)[^，。；、]{0,4}\\Z")


def is_money_without_unit(text: str, floor: int, match: re.Match[str]) -> bool:
    """Whether a number without a unit is money. ``floor``: where the figure before it ended.

    ``match`` is in digits (group 1) or in Chinese numerals, with the scale behind digits in ``chain`` (2.9万).
    """
    start, end = match.span()
    if match["chain"] is not None:
        return _is_scaled_money(text, floor, match)
    if match[1] is not None:
        return _is_plain_money(text, floor, match)
    if end - start <= 1:
        return False
    return _is_of_each(text, start, end) or (
        _SCALED.search(match[0], 1) is not None and (_after_money(text, floor, start) or _is_whole(text, floor, match))
    )


def _is_plain_money(text: str, floor: int, match: re.Match[str]) -> bool:
    """In digits without a scale: 收种款6 200, 50/盒, 每车只收300, 5000余."""
    start, end = match.span()
    if text[end : end + 1] in {"余", "多"} and not text[end + 1 : end + 2].isalnum():
        return _MONEY_BEFORE.search(text, max(floor, start - 6), start) is not None
    if _is_price_of_one(text, max(floor, start - 4), start, end):
        return True
    if end - start < 2 or text[end : end + 1] not in _PRICE_ENDS:
        return False
    if _EACH_ASKED.search(text, max(floor, start - 6), start) or _EACH_PAID.search(text, max(0, start - 16), start):
        return True
    return end - start > 2 and not match["point"] and _SUM_BEFORE.search(text, max(floor, start - 6), start) is not None


def _is_scaled_money(text: str, floor: int, match: re.Match[str]) -> bool:
    """With a scale behind digits: 获利2.9万; of 播放量3万 and the like it is a count."""
    start, end = match.span()
    if _after_money(text, floor, start):
        return True
    if match["chain"][0] not in "万亿" or _COUNT_BEFORE.search(text, max(floor, start - 8), start):
        return False
    if _SUM_BEFORE.search(text, max(floor, start - 6), start):
        return True  # 自报损失5万但无单据
    after = text[end : end + 1]
    if after in "和及与" and text[end + 1 : end + 2].isdigit():
        return True  # 卖得7.9万、5.2万和4.4万元
    return not after.isalnum() or after in "左以余多资款归" or _MONEY_AFTER.match(text, end) is not None


def _after_money(text: str, floor: int, start: int) -> bool:
    return _MONEY_BEFORE.search(text, max(floor, start - 10), start) is not None


def _is_whole(text: str, floor: int, match: re.Match[str]) -> bool:
    """一共九万二, 流水查实六百三十一万."""
    start, end = match.span()
    if text[end : end + 1].isalnum() or _MYRIADS.search(match[0], 1) is None:
        return False
    if _COUNTED_BEFORE.search(text, max(floor, start - 8), start):
        return False
    return _WHOLE_BEFORE.search(text, max(floor, start - 8), start) is not None


def _is_price_of_one(text: str, low: int, start: int, end: int) -> bool:
    """50/盒, 58一罐, 2900卷×52, 每双41.5."""
    if text[end : end + 1] in _FACTOR_ENDS and (
        _TIMES_BEFORE.search(text, low, start) or _EACH_IS.search(text, low, start)
    ):
        return True
    return end - start < _LONG and text[start - 1 : start] not in _CODED and _OF_ONE_AFTER.match(text, end) is not None


def _is_of_each(text: str, start: int, end: int) -> bool:
    """一条四百五, 每个只卖二百八."""
    return text[end : end + 1] in _PRICE_ENDS and _EACH_BEFORE.search(text, max(0, start - 5), start) is not None
