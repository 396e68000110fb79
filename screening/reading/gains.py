"""What the text says behind a figure that it is: 差价1040元为违法所得; 收取3600元，全部认定为违法所得; 每卖出一瓶获利6元 is no total.

Such a figure may have a name of its own in front (销售收入1980元即为违法所得); it goes by both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from screening.reading.goods import UNSOLD
from screening.reading.mentions import UNNAMED, Mentioned
from screening.reading.names import MONEY
from screening.reading.text import Text

__all__ = ["with_gains"]

_GAIN, _SAID = "违法所得", "法所得"
#: What never is the gain of the offence, whatever is said behind it.
_NEVER = frozenset({"罚款", "罚没合计", "没收", "直接经济损失"})
_IS_GAIN = re.compile(
    r"(?:[^,。;:、()\d]{0,6}款项?)?[,]?(?:(?:该|此|上述)(?:款|款项|获利|收入|差价|数额|金额|费用|所得))?"
    r"(?:(?:本局|我局|本机关|当事人|均|全部|全额|依法|应当?|被|予以|可以?|直接|一并|整体){0,4}"
    r"(?:认定[为是]?|作为|即[为是系]?|计[为入]|计作|视为|视作|确认为|确定为|列为|[系是为])|,?(?:均|全部|全额)[系属为是])"
    r"(?:(?:其|当事人|[你该]?(?:公司|单位|店|厂|户|人)?|本案|全部|的){0,3})(?:违法|非法)所得"
    r"(?!的|[^,。;]{0,2}(?:[减扣除]|中|以外)|(?:数额|金额|合计|共计|总计|[为是共计约:]|人民币)*[\d一二两三四五六七八九十百壹贰叁肆伍陆柒捌玖拾])"
)
#: 违法所得按全部销售收入计为1980元; what is left of that (扣除退款后的余额) is no more than the gain
_COUNTED_BY = re.compile(
    r"(?:违法|非法)所得(?:数额|金额)?(?:应|均|依法)?(?:按照?|[以依])(?P<basis>[^,。;:\d]{2,24}?)(?:计算?|认定|确定|核定|共计|合计),?[为是]?(?:人民币)?\Z"
)
_LEFT = re.compile("[扣减除差余净]")
_LONGEST = 40
#: 所收作业费均认定为违法所得; 违法所得以实收车费认定
_ALL_IS_GAIN = re.compile(
    r"(?<=[,。;])(?:(?:以上|上述|该)?(?:所得|所收|收取的?|实收|获取的|全部)[^,。;:\d]{0,8}(?:款项?|费用?|收入|差价|钱|所得)|(?:以上|上述|该)(?:款项|收入|费用))"
    r"(?:均|全部|全额|依法|应当?|被|予以)*(?:认定[为是]?|作为|视为|[系是为])(?:其|当事人|你(?:公司|单位|店|厂)?|的)?(?:违法|非法)所得"
    r"|(?<=[,。;])(?:违法|非法)所得(?:按照?|以)(?:实际?|全部|所)收取?(?:的)?[^,。;:\d]{1,6}(?:认定|计算|确定)"
)
_FREE = re.compile("[未没免不][^,。;]{0,3}[收付给]|赠送|免费|返工|退")
#: What a party takes for its goods or work.
_TAKEN = frozenset({"销售金额", "货值金额", "服务收入", "中介服务收费", *UNNAMED})
_NOT = re.compile(r"[不非未]|无法|不能|难以")


def with_gains(mentions: Sequence[Mentioned], text: Text) -> list[Mentioned]:
    """The mentions of a text, those that are said to be the gain by that name, or by that as well."""
    if _SAID not in text.folded:
        return list(mentions)
    known = {m.value for m in mentions if m.name == _GAIN and m.counts}
    found: list[Mentioned] = []
    for m in mentions:
        if m.unit != MONEY or not m.counts or m.derived or m.name in _NEVER or m.value in known:
            found.append(m)
            continue
        start = m.span[0]
        by = _COUNTED_BY.search(text.folded, max(text.sentence(start)[0], start - _LONGEST), start)
        if by is None and not _is_gain(m, text):
            found.append(m)
            continue
        gain = m._replace(name=_GAIN, aside=False, part=False, of="")
        only = m.name in UNNAMED or m.aside or (by is not None and _LEFT.search(by["basis"]))
        found += [gain] if only else [m, gain]
        known.add(m.value)
    return found if known else _all_gain(found, text)


def _all_gain(mentions: Sequence[Mentioned], text: Text) -> list[Mentioned]:
    """Fees or sales told before 所收费用均认定为违法所得, which names no figure itself: one sum, or products of one kind."""
    said = _ALL_IS_GAIN.search(text.folded)
    if said is None or _NOT.search(said[0]):
        return list(mentions)
    low = text.sentence(max(0, text.sentence(said.start())[0] - 1))[0]
    money = [
        m
        for m in mentions
        if m.unit == MONEY and m.counts and not m.aside and m.of != UNSOLD and low <= m.span[0] < said.start()
    ]
    if not money or len({m.name for m in money}) > 1 or not (len(money) == 1 or all(m.derived for m in money)):
        return list(mentions)
    # A product may be of more pieces than were paid for.
    unpaid = money[0].derived and _FREE.search(text.folded, low, said.start())
    if money[0].name not in _TAKEN or unpaid:
        return list(mentions)
    return [*mentions, *(m._replace(name=_GAIN, of="") for m in money)]


def _is_gain(mention: Mentioned, text: Text) -> bool:
    end = mention.span[1]
    said = _IS_GAIN.match(text.folded, end, min(end + _LONGEST, text.sentence(end - 1)[1]))
    return said is not None and _NOT.search(said[0]) is None
