"""The words that say what a sum of money is in a story, and who tells it: one automaton pass over a narrative.

Leftmost-longest, so a longer word guards a shorter one: 共同 is no 共, 价格认证 is no 价格, 被盗 is no 盗.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from enum import IntEnum
from itertools import product
from types import MappingProxyType
from typing import Final

import daachorse

__all__ = ["VOICES", "Cues", "Kind"]


class Kind(IntEnum):
    """What a cue word says: of the figure beside it, of what the figure covers, of who tells it."""

    TAKE = 0  # the verb of the offence, or the way the money went
    VALUE = 1
    NET = 2
    REPAID = 3
    RESALE = 4
    NEVER = 5  # a fine, a share of the loot, what it was spent on
    PRETEXT = 6
    PRETEXT_AFTER = 7  # only behind a figure: 以交押金2000元为由
    DOUBTED = 8
    TOTAL = 9
    TOLD = 10  # describes what was taken, tells of no taking: 被盗
    OBJECT = 11  # names things at large: 财物
    ABOVE = 12
    SUMMARY = 13
    LIST = 14  # items follow
    APPRAISED = 15
    UNPRICED = 16
    FOUND = 17
    CHARGED = 18
    FURTHER = 19
    OPINION = 20
    DEFENCE = 21
    EVIDENCE = 22
    RULING = 23
    VICTIM = 24
    ACCUSED = 25
    AGAIN = 26  # the same figure once more is another one
    GUARD = 27
    COST = 28  # what the aftermath cost somebody: 医疗费; taken all the same in 骗取医疗费
    FAILED = 29  # what was not got
    EXCLUDED = 30  # behind a figure: what the case does not count
    DECEIT = 31  # a pretext that is none of an honest business
    COLLECTED = 32  # a further taking in the story of an offence, the trade of an honest business elsewhere
    PART = 33  # 其中: of a figure told before
    LOSS = 34  # what somebody says to have lost; a fact where it was appraised


_TAKING: Final = (
    "盗窃 窃得 窃取 窃走 扒窃 盗得 盗取 盗走 盗刷 盗用 偷走 偷得 偷窃 偷取 偷盗 骗得 骗取 骗走 骗了 诈骗 诈得 诈取"
    " 抢得 抢走 抢劫 抢夺 劫得 劫取 侵占 侵吞 贪污 冒领 套取 挪用 勒索 敲诈 索得 占为己有"
)
_CANNOT: Final = "无法 不能 未能 未予"
_DETERMINE: Final = "认定 鉴定 估价 作价 确定 核定"
_VOCABULARY: Final[Mapping[Kind, str]] = MappingProxyType({
    Kind.TAKE: _TAKING + " 透支 转走 取走 提走 拿走 借款 借走 借得"
    " 夺走 夺得 掏走 抽走 拽走 扯走 搬走 换走 牵走 抱走 赊得 剪走 割走 撬走 拎走 顺走 摸走 骑走 推走 抬走"
    " 开走 领走 套走 卷走 划走 刷走 私吞 吞没 截留 据为己有 夺取 抢到 抢去 骗到 骗去",
    Kind.TOLD: "被盗 所盗 被骗 所骗 被抢 所抢 被窃 所窃 被偷 所偷 "
    + " ".join(a + b for a, b in product("被所", _TAKING.split())),
    Kind.VALUE: "标价 吊牌价 价值 作价 价格 核价 估值 市值 估价",
    Kind.REPAID: "要回 讨回 赔偿 理赔 赔付 赔给 退赔 赎回 交回 追还 还清 退还 返还 发还 归还 偿还 退赃 退缴 退出 退回 退给"
    " 还给 交还 补偿 垫付 领回 谅解 缴获 查获"
    " 搜出 返利 返息 尚欠 还欠 仍欠 承认欠 尚余 送给 赠送 赠与 扣押 追回 追缴 起获 起回 收缴 冻结 没收 上缴 缴纳 预缴",
    Kind.RESALE: "销赃 得款 卖得 卖了 卖给 卖掉 卖与 售得 变卖 转卖 倒卖 出售 销售 转让 收购 抵押 典当 质押 套现 获利"
    " 获赃 得赃 的价钱 抵扣 抵价 折抵 抵债 当票 卖出 售出 换得 换来"
    " 转手 脱手 卖于 售与 售予 卖予 出手",
    Kind.NEVER: "罚金 罚款 判处 分得 分给 分到 各得 各分 均分 留用 自留 自得 好处费 报酬 工资 月薪 提成 佣金 酬劳 辛苦费 平分 瓜分"
    " 交给 转交 其余 赃款中 款中的 账户余额 存折余额 余额共计 账户流水 流水为 流水共计 资金流水 打牌赢 赢了"
    " 最多一 最少一 最高一 最低一 个人实得 负债 取出 用于 花费 花去 花了 仅花 只花 挥霍 支出 扣除",
    Kind.PART: "其中",
    Kind.PRETEXT: "谈好 商定 谈定 讲好 说好 试图骗取 企图骗取 试图骗 欲骗取 索要 索取 答应 承诺 许诺 约定 允诺 意图 企图 欲 打算 准备 利息",
    Kind.PRETEXT_AFTER: "为由 为名 欠条 借条 借据",
    Kind.LOSS: "损失",
    Kind.DOUBTED: "自述 报称 声称 买的 购买的 购买价 购买价格 购买时 购买时价格 购买时价值 购买时价款 当时价款 零售价"
    " 购价 原价 购入价 发票价 发票为 新买",
    Kind.TOTAL: "共 共计 合计 总 总计 累计 总共 一共 总金额 总额",
    Kind.NET: "实际转账 实际到账 实际支付 实际交付 重新鉴定 重新认定 复核鉴定 实际骗"
    " 实际得 实际所得 实际损失 实际占有 实际获得 实际取得 实际盗 实际诈",
    Kind.OBJECT: "财物 物品 物资 款物 赃物 赃款 涉案 案值 金额 数额 全部",
    Kind.ABOVE: "上述 以上",
    Kind.SUMMARY: "综上 参与 作案",
    Kind.LIST: "具体如下 具体事实 具体犯罪 具体作案 具体情况 具体分述 具体为 具体盗窃 具体诈骗 分述如下 事实如下"
    " 如下: 如下。 其中:",
    Kind.APPRAISED: "鉴定 鉴证 认定 评估 核定 价格认证 价格认定 价格鉴定 价格鉴证 估价鉴定",
    Kind.UNPRICED: "价格不明 价值不明 "
    + " ".join(map("".join, product(_CANNOT.split(), _DETERMINE.split()))),
    Kind.FOUND: "审理查明 调查查明 依法查明 本院查明 本局查明 庭审查明 经查明 查明: 查明, 经查: 经查,",
    Kind.CHARGED: "指控",
    Kind.FURTHER: "另查 另查明 另外查明 另经查 另据查 还查明 另案发后 另,案发后",
    Kind.OPINION: "指控认为 " + " ".join(a + "认为" for a in "关院局会队所委厅"),
    Kind.DEFENCE: "辩护人 辩护意见 辩称 辩解 申辩 听证",
    Kind.EVIDENCE: "证据证实 证据佐证 证据证明 "
    + " ".join(map("".join, product(("上述", "以上", "上列"), ("", "犯罪", "违法"), ("事实,", "事实有"))))
    + " " + " ".join(map("".join, product(("认定上述", "认定以上"), ("", "犯罪", "违法"), ("事实",)))),
    Kind.RULING: "法律适用 处罚依据 裁量 决定: 决定, 处罚如下 决定如下 根据《 依据《 依照《",
    Kind.VICTIM: "被害人 失主 事主",
    Kind.ACCUSED: "被告人 犯罪嫌疑人",
    Kind.AGAIN: "又 再次 另",
    Kind.COST: "医疗费 医药费 治疗费 修理费 维修费 修复费 抢修费 更换费 更换需 运费 吊车费 律师费 差旅费 交通费 误工费 油费 租金"
    " 医药 住院费 诊疗费 鉴定费 评估费 保管费 停车费 过路费 拖车费 路费 车费 油钱 车钱 邮费 快递费 换锁 重置费 打印费 手续费",
    Kind.FAILED: "未被发现 未得手 未得逞 未遂 作罢 还存有 还放有 未能取走 未能打开 没能打开 未给付"
    " 没有发现 没发现 未拿走 没有拿走 没拿走 未取走 没有取走 未盗走 未窃得 没有得逞 没得逞 没有得手 没得手"
    " 未成功 没有成功 没成功 未到账 未转成 未汇成 被拦截 被止付",
    Kind.EXCLUDED: "与盗窃无关 与诈骗无关 与犯罪无关 主动撤案 不予认定 不予计入 不计入 未计入 未予认定 与本案无关 未指控 未予指控 不在指控"
    " 未认定 不认定 计算在内 未列入 不列入 未纳入 不纳入 未起诉 未被指控 没有指控 没有计入 没有认定 无法查实 未能查实 证据不足 有误",
    Kind.DECEIT: "谎称 佯称 诈称 冒称 假称",
    Kind.COLLECTED: "收取 收受",
    Kind.GUARD: "未追回 未能追回 没有追回 补偿款 共同 共有 共谋 共犯 共管 共享 共用 公共 总经理 总公司 总部 总监 总站 总裁 总店 总局 总队"
    " 查明的 审理查明的 经查明的 另案",
})  # fmt: skip
VOICES: Final = frozenset(
    {Kind.FOUND, Kind.CHARGED, Kind.FURTHER, Kind.OPINION, Kind.DEFENCE, Kind.EVIDENCE, Kind.RULING}
)
_PATTERNS: Final = tuple((kind, word) for kind, words in _VOCABULARY.items() for word in words.split())
_KINDS: Final = tuple(kind for kind, _ in _PATTERNS)
_TAKES: Final = _KINDS.count(Kind.TAKE)  # they are the first
_DESCRIBING: Final = ("的", "所得")
_AUTOMATON: Final = daachorse.CharwiseDoubleArrayAhoCorasick(
    [word for _, word in _PATTERNS], daachorse.MATCH_KIND_LEFTMOST_LONGEST
)


class Cues:
    """The cue words of a folded text, in order: parallel lists of what they say, where they start and end."""

    __slots__ = ("ends", "kinds", "present", "starts")

    def __init__(self, text: str) -> None:
        found = _AUTOMATON.find(text)
        self.starts = [start for start, _, _ in found]
        self.ends = [end for _, end, _ in found]
        # A verb of taking that goes on with 的 or 所得 describes what was taken: 盗窃的杉木, 骗取所得.
        self.kinds = [
            Kind.TOLD if number < _TAKES and text.startswith(_DESCRIBING, end) else _KINDS[number]
            for _, end, number in found
        ]
        self.present = frozenset(self.kinds)

    def first(self, at: int, low: int = 0) -> int:
        """The index of the first cue that starts at ``at`` or behind, looking from index ``low`` on."""
        return bisect_left(self.starts, at, low)

    def within(self, start: int, end: int) -> list[Kind]:
        """What those say that start in ``text[start:end]``."""
        low = self.first(start)
        return self.kinds[low : self.first(end, low)]
