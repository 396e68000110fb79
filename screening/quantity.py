"""Quantities: an exact Decimal and a unit, converted to the base unit of its dimension.

Money is 元, area 亩, volume 立方米, mass 千克; counts keep their classifier (人, 株, 支, 份 …) because a 份 is not a
件: which classifiers count one thing is said by that measure in ``thresholds/measures``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

__all__ = ["UNITS", "Quantity", "Unit", "UnknownUnit", "format_amount", "parse_quantity", "rounded"]


class UnknownUnit(ValueError):  # noqa: N818 - named for what it says
    """The text after the figure is no unit we know."""

    def __init__(self, unit: str) -> None:
        self.unit = unit
        super().__init__(f"单位“{unit}”不认识。" if unit else "数字后面没有写单位。")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as written, the base unit it is converted to and the factor: 万元 → (元, 10000)."""

    name: str
    base: str
    factor: Decimal = Decimal(1)


def _table() -> dict[str, Unit]:
    # fmt: off
    linear: dict[str, dict[str, str]] = {
        "元": {
            "元": "1", "圆": "1", "块": "1", "块钱": "1", "元钱": "1", "角": "0.1", "分": "0.01", "分钱": "0.01",
            "百元": "100", "千元": "1000", "万元": "1e4", "百万元": "1e6", "亿元": "1e8",
        },
        "亩": {
            "亩": "1", "公顷": "15", "hm2": "15", "hm²": "15", "ha": "15", "平方公里": "1500", "平方千米": "1500",
            "平方米": "0.0015", "平米": "0.0015", "平方": "0.0015", "m2": "0.0015", "m²": "0.0015", "㎡": "0.0015",
        },
        "立方米": {
            "立方米": "1", "立方": "1", "立米": "1", "方": "1", "m3": "1", "m³": "1", "㎥": "1", "万立方米": "1e4", "万方": "1e4",
            "升": "1e-3", "公升": "1e-3", "L": "1e-3", "毫升": "1e-6", "ml": "1e-6", "mL": "1e-6",
        },
        "千克": {
            "千克": "1", "公斤": "1", "kg": "1", "㎏": "1", "斤": "0.5", "市斤": "0.5", "两": "0.05",
            "克": "1e-3", "g": "1e-3", "毫克": "1e-6", "mg": "1e-6", "吨": "1e3", "t": "1e3", "万吨": "1e7",
        },
        "%": {"%": "1", "％": "1", "‰": "0.1", "个百分点": "1"},
        "年": {"年": "1", "周年": "1"},
        "岁": {"岁": "1", "周岁": "1"},
        "米": {"米": "1", "m": "1", "厘米": "0.01", "公分": "0.01", "cm": "0.01", "毫米": "0.001", "mm": "0.001",
              "公里": "1000", "千米": "1000", "km": "1000"},
        "瓦": {"瓦": "1", "千瓦": "1000", "kW": "1000"},
        "千瓦时": {"千瓦时": "1", "kWh": "1"},
        "dB": {"dB": "1", "dB(A)": "1", "dB（A）": "1", "分贝": "1"},
        "mg/L": {"mg/L": "1", "毫克/升": "1", "毫克每升": "1", "μg/L": "0.001", "微克/升": "0.001"},
        "mg/kg": {"mg/kg": "1", "毫克/千克": "1", "毫克/公斤": "1", "μg/kg": "0.001", "微克/千克": "0.001"},
        "mg/m3": {"mg/m3": "1", "mg/m³": "1", "毫克/立方米": "1"},
        "mg/100ml": {"mg/100ml": "1", "毫克/100毫升": "1", "毫克/百毫升": "1", "毫克每百毫升": "1", "毫克/100ml": "1"},
        "km/h": {"km/h": "1", "公里/小时": "1", "千米/小时": "1"},
        "美元": {"美元": "1", "美金": "1"},
        "港元": {"港元": "1", "港币": "1"},
        "个月": {"个月": "1"},
        "日": {"日": "1", "天": "1"},
        "人": {"人": "1", "名": "1", "位": "1", "人次": "1"},
        "次": {"次": "1", "回": "1", "起": "1"},
    }
    table = {
        # "f" because 1E+4 would leak exponents into every product.
        name: Unit(name, base, Decimal(format(Decimal(factor), "f")))
        for base, names in linear.items()
        for name, factor in names.items()
    }
    alone = (
        "倍 株 棵 支 条 行 份 件 只 头 尾 羽 匹 枚 张 册 本 套 盒 瓶 袋 箱 包 台 辆 部 个 户 家 级 层 处 批 批次 盘 双 桶 "
        "票 笔 单 罐 卷 听 宗 宗地 间 口 座 架 副 顶 具 扇 面 块地 坛 板 贴 枝 束 捆 丛 窝 组 场 场次 苗 例 车 船 趟 辆次 发 蔸 "
        "碗 杯 扎 樘 筐 笼 "
        "盏 篇 首 幅 项 门 粒 片 颗 根 令 码 艘 把 点击次 段 集 吨公里 小时 分钟 周 工作日 "
        "欧元 日元 英镑 韩元 澳元 加元 卢布 泰铢 越南盾 澳门元 新台币"
    )
    for name in alone.split():
        table.setdefault(name, Unit(name, name))
    return table


UNITS: dict[str, Unit] = _table()

_HUGE = Decimal(10) ** 20
_MULTIPLES = {"百": Decimal(100), "千": Decimal(1000), "万": Decimal(10000), "亿": Decimal(100000000)}
_QUANTITY = re.compile(r"\s*([+-]?\d[\d,，]*(?:\.\d+)?)\s*(\S*)\s*")


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact value in a base unit, with the words it was written in: ``5 万元`` is 50000 元."""

    value: Decimal
    unit: str
    written: str = ""

    def __str__(self) -> str:
        return self.written or f"{format_amount(self.value)} {self.unit}"


def parse_quantity(text: str) -> Quantity:
    """Read a figure with a unit as a bundle file writes it: ``5 万元``, ``10 %``, ``49999.99 元``, ``二`` is no figure.

    Raises ``UnknownUnit`` for a unit not in ``UNITS`` and ``ValueError`` where there is no figure at all.
    """
    match = _QUANTITY.fullmatch(text)
    if not match:
        raise ValueError(f"“{text}”不是“数字+单位”。")
    try:
        number = Decimal(match[1].replace(",", "").replace("，", ""))
    except InvalidOperation:
        raise ValueError(f"“{text}”不是“数字+单位”。") from None
    times, name = Decimal(1), match[2]
    if name not in UNITS and name[:1] in _MULTIPLES and name[1:] in UNITS:
        times, name = _MULTIPLES[name[0]], name[1:]  # 20 万支
    unit = UNITS.get(name)
    if unit is None:
        raise UnknownUnit(match[2])
    number *= times
    return Quantity(number * unit.factor, unit.base, text.strip())


def format_amount(value: Decimal) -> str:
    """A decimal string without exponent or trailing zeros: ``62000``, ``12.6``."""
    whole = value.to_integral_value()
    return format(whole if value == whole else value.normalize(), "f")


def rounded(value: Decimal, places: Decimal, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    """The value to these places (``Decimal("0.1")``: one); one too large for a Decimal to have them stays as it is."""
    return value.quantize(places, rounding) if abs(value) < _HUGE else value
