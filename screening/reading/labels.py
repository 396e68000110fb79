"""What the text calls a figure that no measure names: the counted noun (山羊16只), the words for a sum (退款3万元).

A label is a noun of at most eight characters, cut out of the clause at its verbs and prepositions; empty where nothing of that
kind stands beside the figure. Of goods it says what became of them, where the clause does (库存某某35台 → 库存数量).
"""

from __future__ import annotations

import re

from screening.reading.goods import SOLD, UNSOLD
from screening.reading.mentions import NOT_GOODS, Mentioned

__all__ = ["label_of"]

_REACH, _CLAUSE = 18, 32
_CLAUSE_ENDS = ",。;!?()“”\n\r"
_MARKS = _CLAUSE_ENDS + ":、[]\"'《》<>/|+×=~%-0123456789\t "


def _words(text: str) -> list[str]:
    return text.split()


_LONGEST, _LONGEST_BEHIND = 8, 6
_NEVER = frozenset(
    {"次", "日", "年", "个月", "小时", "周", "倍", "批", "项", "种", "笔", "岁", "级", "层", "台次", "页"}
)
#: Between the noun and its figure.
_BETWEEN = _words("""
    人民币 大写 折合 分别 约 近 超过 逾 达到 达 总共 一共 共 共计 合计 总计 累计 计 各 仅 价: 为: 是: 均: 系: 有: 的: : 为
    是 均 系 有 的
""")
# Where a noun phrase cannot go on. A verb is part of a noun before 费, 款, 机 … (运输费, 打印机, 投保人).
_VERBS = _words("""
    收取 收缴 收到 支付 支出 付给 付清 获取 获得 强获 取得 骗取 赚取 提取 缴纳 补缴 上缴 追缴 退还 退回 返还 归还 没收
    罚没 购进 购买 购得 购入 采购 买入 进货 销售 出售 售出 售卖 卖出 卖给 发货 销往 交付 供应 提供 给付 给予 赠送 发放
    查获 查扣 查封 扣押 起获 缴获 发现 检出 抽检 抽取 抽样 测得 实测 清点 登记 封存 保存 存放 存储 储存 堆放 摆放 放置
    藏有 剩余 剩下 余下 库存 存栏 尚存 现存 现有 运输 运送 装载 装有 载明 载运 驾驶 携带 持有 使用 利用 安装 生产 制作
    制造 加工 屠宰 宰杀 饲养 养殖 种植 采伐 砍伐 采挖 开采 猎捕 捕获 捕捞 杀害 拆除 招用 招募 招收 雇佣 安排 组织 开展
    涉及 涉嫌 涉案 造成 导致 致使 包括 包含 其中 属于 经营 经手 开具 出具 编制 印制 打印 签订 申报 申请 认定 核定 核算
    计算 计量 计入 折算 评估 鉴定 确认 转移 转让 转给 租用 租赁 出租 扣除 剔除 增加 减少 节约 节省 换入 汇入 套出 尚欠
    拖欠 处罚 罚款 粘贴 外销 接诊 接待 参加 参与 发展 吸收 吸引 从事 进行 累计 产生 检查 记录 占用 泄漏 流入 流失 运出
    列支 领取 提出 进入 收回 推算 指派 显示 出示 询问 陈述 连续 插入 悬挂 播种 补种 送检 抽查 灌装 反映 复核 记载 投标
    签成 派遣 外排 出船 采砂 出生 调取 发布 召回 推销 折合 持股 控股 售予 加建 带入 达成 堆存 租地 证实 暂存 去掉 垂钓
    偏离 套用 回访 代宰 代工 筹划
""")
_IN_A_NOUN = "(?![费款机器证单人者员商工额量方数])"
_OTHERS = _words("""
    按照? 依照? 根据 上述 前述 当日 当场 当时 现场 期间 先后 陆续 实际 一律 全部 部分 所有 唯一 已 曾 未(?!成年) 在用 自用
    备用 就 才 仍 尚 都 每 另 该 此 又 也 则 即 但 而 且 并 及 或 和 的 了 与(?<!参与) 共(?<!公共) 各 其 他(?<!吉他) 她 我
    你 们 这 那 由 把 将 向(?!日葵) 从(?!业) 往 等 仅 让 扣(?![件肉]) 在 至 到 以 于 被(?![子套褥芯]) 经(?![济营理纪销])
    对(?![讲虾联]) 自(?!行车|来水|动|助) 无(?!人机|纺|缝) 不(?!锈) 没 非 还 给 卖 买 拉 囤 放(?![映大射款]) 用(?=[塑铁木])
    养(?<!营养)(?![老护殖]) 处(?![置理]) 局 应(?![急纳缴]) 可(?!乐) 能(?!源) 私设 超(?![市声标]) 一倍 二倍 两倍 三倍 四倍
    五倍 六倍 七倍 八倍 九倍 十倍 本(?=[案次人局单店]) 里 内(?![衣胆裤脏]) 后 前 起(?![重子]) 过(?!滤) 着 是 为
    有(?![机色限]) 系(?<!关系)(?![列统]) 称 说(?!明) 使 令 因 若 含(?=有) 号
""")
# Every alternative begins with a character of its own, so that a search skips to candidates.
_BREAK = re.compile("|".join([*map(re.escape, _MARKS), *(verb + _IN_A_NOUN for verb in _VERBS), *_OTHERS]))
_BETWEEN_BACKWARDS = re.compile(f"(?:{'|'.join(word[::-1] for word in sorted(_BETWEEN, key=len, reverse=True))})+")
#: What the name of a sum of money ends in.
_SUM = tuple(
    _words("""
    款 费 金 额 价 值 资 息 润 损 本 税 薪 酬 债 账 卡 券 价格 码洋 收入 支出 所得 提成 收益 红包 渔利 好处 损失
""")
)
#: Names of sums that hold a verb, the longer before what they end in.
_DOING_SUM = tuple(
    _words("""
    退款 赔款 赔偿金 赔偿款 补偿款 补偿 返利 返款 收费 收款 存款 贷款 借款 欠款 欠费 付款 提成 转让款 收购价款 收购价 申报价格
    进价 售价 实际成交价格 实际成交价 成交价格 成交价 违法所得 非法所得 完税价格 账外收入 滞纳金 亏损 盈利 获利
""")
)
#: 退还景点门票150元, 赔偿家属118万元: the sum is what the verb makes of it.
_GIVEN_BACK = re.compile(r"(?:(退还|退回|已退|退给)|赔偿|赔付)[^款费金,。;:、()\d]{0,6}\Z")
_FEE = re.compile(r"[\u4e00-\u9fff]{2}费\Z")
_NO_NOUN = re.compile(
    r"[^\u4e00-\u9fff]|[某最]|[一二两三四五六七八九十几][根个条只台份张件口座辆把]|当事人\Z|[前后时内中]\Z|[省市县区乡镇村州]\Z"
    r"|\A(?:违法|非法|单位|当事人|人民|大小|左右|以[上下]|多|元|整|行为|情况|问题|数[量额]|金额|净?重|合计|总[额数计]?\Z|[一二两三四五六七八九十几案])"
)
#: Who is counted in 人, 户 and 家, and what is told in %.
_OF_UNIT = {
    **dict.fromkeys(("人", "名"), re.compile(r"[人员工者生师民客户主童妇儿属商农]\Z")),
    **dict.fromkeys(("户", "家"), re.compile(r"[户主民农商店厂]\Z|公司|企业|单位|学校|医院|机构")),
    "%": re.compile(r"[率比度息]\Z|比例|含量"),
}
_CONTENTS = ("浓度", "含量")
#: COD, NH3-N, SO2: substances that go by their letters.
_LETTERS = re.compile(r"(?<![a-z])([a-z][a-z0-9.\-]{1,6})[)\s]*\Z")
_PURCHASED, _SALES, _STOCK, _MINED = "购进数量", "销售数量", "库存数量", "开采量"
_OF_PART = {SOLD: _SALES, UNSOLD: _STOCK}
#: The last of these in a clause says what became of the goods.
_BECAME = {
    **dict.fromkeys(("购进", "购入", "进货", "买进"), _PURCHASED),
    **dict.fromkeys(("销售", "出售", "售出", "卖出", "卖给", "卖了", "卖掉", "已卖", "零卖", "售卖", "已售", "外销"), _SALES),
    **dict.fromkeys(("开采", "采出", "采挖", "盗采", "采得"), _MINED),
    **dict.fromkeys(("库存", "剩余", "剩下", "结存", "尚存", "尚余", "其余", "余下", "未售", "待售"), _STOCK),
}
_BECOMES = re.compile("|".join([*map(re.escape, _CLAUSE_ENDS), *_BECAME]))


def label_of(mention: Mentioned, text: str) -> str:
    """The label of a figure in its folded field; empty where the text calls it nothing."""
    if mention.unit in _NEVER:
        return ""
    money = mention.unit.endswith("元")  # 美元 as well
    if money and mention.per:
        return "单价"
    start, end = mention.span
    before = text[max(0, start - _REACH) : start]
    if filler := _BETWEEN_BACKWARDS.match(before[::-1]):
        before = before[: -filler.end()]
    if money:
        return _sum(before)
    goods = mention.unit not in NOT_GOODS and not mention.per
    if goods and (became := _became(text[max(0, start - _CLAUSE) : start])):
        return became
    if mention.unit == "km/h":
        return "车速"
    if mention.unit.startswith("mg/") and (noun := _noun(before) or _letters(before)):
        return noun if noun.endswith(_CONTENTS) else noun + ("含量" if mention.unit == "mg/kg" else "浓度")
    if _fits(noun := _noun(before), mention.unit):
        return noun
    if not mention.per and _fits(noun := _counted(text[end : end + _REACH]), mention.unit):
        return noun
    return _OF_PART.get(mention.of, "") if goods else ""


def _fits(noun: str, unit: str) -> bool:
    """Whether there is a noun, and it can be counted in this unit."""
    kind = _OF_UNIT.get(unit)
    return bool(noun) and (kind is None or kind.search(noun) is not None)


def _noun(words: str) -> str:
    """The noun that the words end in."""
    return _checked(_BREAK.split(words)[-1], _LONGEST)


def _letters(words: str) -> str:
    return letters[1].upper() if (letters := _LETTERS.search(words)) else ""


def _checked(noun: str, longest: int) -> str:
    return noun if 2 <= len(noun) <= longest and not _NO_NOUN.search(noun) else ""


def _sum(before: str) -> str:
    if before.endswith(_DOING_SUM):
        return next(word for word in _DOING_SUM if before.endswith(word))
    if ("退" in before or "赔" in before) and (back := _GIVEN_BACK.search(before)):
        return "退款" if back[1] else "赔偿款"
    if not before.endswith(_SUM):
        return ""
    fee = None if (noun := _noun(before)) else _FEE.search(before)
    return fee[0] if fee else noun  # 因重新招标产生的招标代理费: the last three characters will do


def _counted(behind: str) -> str:
    """The noun right behind a count: 9份监测报告."""
    noun = _BREAK.split(behind.removeprefix("的"), maxsplit=1)[0].rstrip("中内上")
    return _checked(noun, _LONGEST_BEHIND)


def _became(clause: str) -> str:
    """What became of the goods, by the last word of the clause that says so: 购进某某24瓶."""
    said = _BECOMES.findall(clause)
    return _BECAME.get(said[-1], "") if said else ""
