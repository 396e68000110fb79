"""The typed fields that a finding rule may ask about, in one place.

They are posted once for each assessed charge, the leading charge with rank 1; a record that puts no charge in question
is posted once with verdict ``none``. Nothing else reaches the rule engine: flat text and integers of a declared kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from screening.bundle.shapes import did_you_mean
from screening.quantity import UnknownUnit, parse_quantity

__all__ = ["COMPANIONS", "FIELDS", "LARGEST", "Fact", "Field", "Kind", "complete", "field_named"]

Fact = str | int

LARGEST = 10**15
"""Figures in rules stay below this (10 万亿元 in 分): a larger amount in a record is cut to it and compares alike."""


class Kind(StrEnum):
    """What values a field takes."""

    CHOICE = "choice"  # one of the words listed
    STATE = "state"  # yes, no, unknown
    FLAG = "flag"  # yes, no
    INTEGER = "integer"  # a whole number in the unit of the field, or absent


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``values`` are the words it takes, the first being what is meant where nothing is posted."""

    name: str
    kind: Kind
    meaning: str
    values: tuple[str, ...] = ()
    unit: str = ""

    def word(self, value: object) -> str:
        """``value`` as one of this field's words; a ValueError in Chinese says which there are."""
        if isinstance(value, str) and value in self.values:
            return value
        remedy = f"可写：{'、'.join(self.values)}。{did_you_mean(str(value), self.values)}"
        raise ValueError(f"字段“{self.name}”没有“{value}”这个值，{remedy}")

    def integer(self, value: object) -> int:
        """``value`` in the unit of this field: an int, or text such as ``900``, ``90 %`` (for ‰), ``5 万元`` (for 分).

        Money as text must name its unit: a bare 5000 would be read as 元 by a person and as 分 by the engine.
        """
        number = value if isinstance(value, int) and not isinstance(value, bool) else self._parsed(value)
        if abs(number) >= LARGEST:
            raise ValueError(f"字段“{self.name}”的值“{value}”太大。")
        return number

    def fact(self, value: object) -> Fact:
        """``value`` as it may be posted for this field."""
        return self.integer(value) if self.kind is Kind.INTEGER else self.word(value)

    def show(self, fact: Fact) -> str:
        """``fact`` for people: 分 as 元, ‰ as a percentage."""
        if isinstance(fact, str) or self.unit not in _WRITTEN:
            return f"{fact} {self.unit}".strip()
        unit, factor, _ = _WRITTEN[self.unit]
        return f"{Decimal(fact) / factor:f} {unit}"

    def _parsed(self, value: object) -> int:
        text = value.strip() if isinstance(value, str) else ""
        if re.fullmatch(r"-?\d+", text) and self.unit != "分":
            return int(text)
        base, factor, example = _WRITTEN.get(self.unit, ("", 0, "2"))
        try:
            quantity = parse_quantity(text) if base else None
        except (UnknownUnit, ValueError):
            quantity = None
        if quantity is None or quantity.unit != base:
            unit = f"（单位：{self.unit}）" if self.unit else ""
            raise ValueError(f"字段“{self.name}”要写整数{unit}，例如 {example}；“{value}”读不懂。")
        number = quantity.value * factor
        if number != int(number):
            raise ValueError(f"字段“{self.name}”的值“{value}”比一{self.unit}还细，请取整。")
        return int(number)


# Unit of a field → base unit it may be written in, how many of the former make one of the latter, an example.
_WRITTEN = MappingProxyType({"‰": ("%", 10, "900 或 90 %"), "分": ("元", 100, "5 万元")})


def _choice(name: str, meaning: str, *values: str) -> Field:
    return Field(name, Kind.CHOICE, meaning, values)


def _state(name: str, meaning: str) -> Field:
    return Field(name, Kind.STATE, meaning, ("unknown", "yes", "no"))


def _flag(name: str, meaning: str) -> Field:
    return Field(name, Kind.FLAG, meaning, ("no", "yes"))


def _integer(name: str, meaning: str, unit: str = "") -> Field:
    return Field(name, Kind.INTEGER, meaning, unit=unit)


FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        field.name: field
        for field in (
            _choice("verdict", "对本罪名的判定；没有罪名可问时为 none", "none", "reached", "near", "below", "unknown"),
            _integer("ratio", "达到比例；没有测得时缺", "‰"),
            _integer("rank", "本罪名在本案中的次序，1 为首要罪名"),
            _flag("conduct_offence", "起决定作用的情形没有数额要求（行为犯）"),
            _flag("draft", "所依据的数字尚未与官方文本核对（待核）"),
            _state("transferred", "是否已移送公安机关；unknown 为移送情况未录入"),
            _flag("returned", "违法事实写明公安机关不予立案、撤销案件或者退回"),
            _flag("exit_applies", "有法定的不予追究情形"),
            _integer("missing_facts", "待补充事实的项数", "项"),
            _flag("says_suspected_crime", "违法事实自己写明涉嫌犯罪、应当移送或构成犯罪"),
            _flag("stated_conflict", "填报的金额与违法事实所述不一致"),
            _flag("lighter_provision", "援引的条款轻于行为应适用的条款（避重就轻）"),
            _integer("fine_ratio", "罚款与涉案金额之比；两者都已知时才有", "‰"),
            _integer("fine", "罚款；未知时缺", "分"),
            _integer("case_amount", "涉案金额；未知时缺", "分"),
            _flag("appraisal_absent", "情形所依赖的鉴定、检验或称量未见提及"),
            _flag("thin", "事实过于简略，无从判断"),
            _flag("unplaced", "有一个没有写明名目的数字，如为情形所问的数额，则达到或者接近标准"),
            _flag("limitation_passed", "追诉时效（刑法第87条）可能已过"),
            _integer("prior_penalties", "此前所受行政处罚的次数", "次"),
            _flag("favourable_applied", "按从旧兼从轻适用了后来较轻的版本"),
            _flag("region_missing", "数额由各省在幅度内确定，而本地区的数值未录入"),
            _choice("party_kind", "当事人类别", "unknown", "个人", "单位", "个体工商户"),
            _flag("penalty_none", "没有罚款"),
            _choice(
                "least_fine",
                "罚款与所引条款的最低罚款：kept 不低于，below 低于，absent 应当并处而没有罚款，unknown 没有最低或者算不出",
                *("unknown", "kept", "below", "absent"),
            ),
            _integer("accumulated", "判定中累计的、未经处理的其他记录件数", "件"),
            _integer(
                "same_kind_penalties",
                "policy.yaml 的 history.window 内、本次行为之前因同类行为受处罚的其他记录件数",
                "件",
            ),
            _choice(
                "together",
                "本案与同一当事人其他未移送记录（含已处罚的）合计后的判定；没有可合计的为 none",
                *("none", "reached", "near", "below", "unknown"),
            ),
            _integer("together_ratio", "合计后的达到比例；没有时缺", "‰"),
            _flag("law_adds", "适用版本有多次未经处理累计计算的规定"),
            _state("separated", "合计的各行为之间是否隔有处罚；unknown 为行为时间未载明"),
            _flag("split", "同一当事人短期内被同一或邻近机关分次处罚，每次未达到而合计达到"),
            _integer("near_misses", "本案与之一样差一点达到的其他记录件数；本案不是的为 0", "件"),
            _choice(
                "consignment",
                "本案与其他当事人载有同一车牌、批号、运单号等的记录合计后的判定；没有的为 none",
                *("none", "reached", "near", "below", "unknown"),
            ),
            _flag("reduction_stated", "写明减轻处罚，或者援引行政处罚法第32条、第33条"),
        )
    }
)

COMPANIONS: Mapping[str, Field] = MappingProxyType(
    {
        f"{field.name}_present": _flag(f"{field.name}_present", f"{field.name} 有值")
        for field in FIELDS.values()
        if field.kind is Kind.INTEGER
    }
)
"""For every integer a flag that says whether it is there. Rules reach it as ``{ratio: {present: yes}}``."""


def field_named(name: str) -> Field:
    """The field of that name, or a ValueError in Chinese that proposes the nearest."""
    if name not in FIELDS:
        raise ValueError(f"没有字段“{name}”。{did_you_mean(name, list(FIELDS))}")
    return FIELDS[name]


def complete(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """All fields of one posting: ``facts`` checked, other words at their default, companions set, integers as given."""
    known: dict[str, Fact] = {field.name: field.values[0] for field in FIELDS.values() if field.values}
    known |= {name: field_named(name).fact(value) for name, value in facts.items()}
    return known | {name: "yes" if name.removesuffix("_present") in facts else "no" for name in COMPANIONS}
