"""What differs between two bundles, as sentences: limbs, dates, sources, phrases, weights, dials.

One walk compares every shape: things that have a name (id, 生效日, 文号) are matched by it, lists of words as sets, all else as it
is written. Tests that files carry decide nothing and are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from screening.bundle.bundle import Bundle
from screening.bundle.textrules import Near
from screening.bundle.vocabulary import RegionalFigure, Renamed
from screening.intake import HeaderMap
from screening.quantity import Quantity, format_amount

__all__ = [
    "AREAS",
    "LABELS",
    "Change",
    "changes",
    "essence",
    "headers_changed",
    "item_changes",
    "items_of",
    "shown",
]

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "charge": "罪名", "kind": "类型", "article": "条文", "aliases": "俗称", "former_names": "旧罪名", "agencies": "处罚机关",
        "since": "罪名设立日", "description": "说明", "evidence": "证据种类", "falls_back_to": "兜底罪名", "provisions": "援引条款",
        "reasons": "案由的词", "conduct": "行为", "not_with": "排除的行为", "effective_from": "生效日", "effective_to": "失效日",
        "draft": "待核", "document": "文号", "clause": "条款", "checked_on": "核对日期", "accumulates": "累计的依据", "note": "备注",
        "text": "表述", "all_of": "条件", "unless": "排除情节", "tier": "档次", "party": "主体", "circumstance": "情节",
        "any": "词", "except_": "排除的词", "asserts": "断言", "when": "条件", "weight": "权重", "level": "等级", "says": "说明文字",
        "title": "标题", "scope": "范围", "grows_with": "随何增长", "near": "接近的比例", "refer": "建议移送的分数线",
        "early_intervention": "提前介入的分数线", "watch": "关注的分数线", "reason": "案由的分量", "provision": "条款的分量",
        "shared_provision": "共用条款的分量", "agency": "机关的分量", "enough": "够格的分量", "share_of_leading": "与首要罪名之比",
        "limitation": "追诉时效", "words": "词", "before": "前面的词", "after": "后面的词", "unit": "单位", "made_of": "算法",
        "any_of": "其中之一", "at_least": "不低于", "more_than": "超过", "less_than": "低于", "between": "幅度", "of": "属于",
        "measure": "计量", "figure": "数额", "text_seen": "见过正式文本", "number": "文号", "within": "期间", "count": "至少几项",
        "penalties": "行政处罚次数", "sum": "加权之和", "at_most": "不超过", "mix": "折算", "limb": "情形", "per": "单独的标准",
        "formerly": "旧名", "said": "内容", "until": "至", "why": "原因", "code": "代码", "name": "名称", "likeness": "用词",
        "margin": "领先多少才算", "most": "至多几个", "learned_on": "学习日", "cases": "案件数", "charges": "罪名", "bases": "基数",
    }
)  # fmt: skip
_KEYS = ("id", "effective_from", "number", "name", "code", "charge", "law")
_OF_ONE = frozenset({"参数", "通用词", "用词模型"})
_BARE = frozenset({"measure", "circumstance", "conduct"})
"""What a condition is about needs no label in front of it."""
_SKIPPED = frozenset({"tests", "files", "revision"})
_DECIDES_NOTHING = _SKIPPED | {"checked_on"}
AREAS: Final = (
    ("thresholds", "罪名"), ("measures", "计量"), ("circumstances", "情节"), ("documents", "文件"), ("regions", "地区"),
    ("fine_laws", "罚款幅度"), ("sanctions", "条款所认定的事实"), ("missing", "未收的罪名"), ("aliases", "机构旧名"),
    ("text_rules", "文字规则"), ("finding_rules", "命中规则"), ("policy", "参数"), ("lexicon", "通用词"),
    ("likeness", "用词模型"),
)  # fmt: skip
_NESTED = MappingProxyType(
    {"versions": "版本", "any_of": "情形", "exits": "出路", "figures": "数额", "former_names": "旧罪名"}
)


class Change(NamedTuple):
    """One difference. ``area`` is the kind of thing, ``path`` leads to it (id first).

    ``before`` is empty where something is new, ``after`` where it is gone.
    """

    area: str
    path: tuple[str, ...]
    what: str
    before: str
    after: str

    @property
    def sentence(self) -> str:
        """The change, in Chinese."""
        where = "，".join((f"{self.area}{self.path[0]}" if self.path else self.area, *self.path[1:]))
        if self.before and self.after:
            return f"{where}：{self.what}由“{self.before}”改为“{self.after}”。"
        return f"{where}：{'增加' if self.after else '删去'}{self.what}“{self.after or self.before}”。"


def changes(old: Bundle, new: Bundle) -> Iterator[Change]:
    """Every difference in what the two bundles say, by area in the order of the files."""
    for field, area in AREAS:
        before, after = (items_of(bundle, field) for bundle in (old, new))
        for key in dict.fromkeys((*before, *after)):
            yield from item_changes(area, before.get(key), after.get(key))


def items_of(bundle: Bundle, field: str) -> dict[str, Any]:
    """The things of one area by name, in the order of the files; an area that is one thing goes by the empty name."""
    held = getattr(bundle, field)
    if field == "aliases":
        held = tuple(Renamed(name, formerly) for name, formerly in held.items())
    if isinstance(held, Mapping):
        held = tuple(held.values())
    return {_key(item): item for item in held} if isinstance(held, tuple) else {"": held}


def item_changes(area: str, before: Any, after: Any) -> Iterator[Change]:
    """The differences of one thing; None where it is new or gone."""
    if before is None or after is None:
        yield from _named(area, (), area, () if before is None else (before,), () if after is None else (after,))
    elif before != after:
        key = _key(before)
        yield from _inside(area, (key,) if key and area not in _OF_ONE else (), before, after)


def headers_changed(old: HeaderMap, new: HeaderMap) -> Iterator[Change]:
    """Which headings of tables are taken for another field."""
    for name in dict.fromkeys((*old.aliases, *new.aliases)):
        before, after = (headers.aliases.get(name) for headers in (old, new))
        if before != after:
            heading = (new if after is not None else old).display[name]
            yield Change("表头", (heading,), "字段", *(_field(target) for target in (before, after)))


def _field(target: str | None) -> str:
    return "（不认）" if target is None else target or "（不用的栏）"


def essence(value: Any) -> Any:
    """What of a thing decides results: all but the tests it carries, and when somebody last looked at its source."""
    if is_dataclass(value):
        parts = ((f.name, getattr(value, f.name)) for f in fields(value) if f.name not in _DECIDES_NOTHING)
        return type(value).__name__, tuple((name, essence(part)) for name, part in parts)
    if isinstance(value, Mapping):
        return tuple((key, essence(part)) for key, part in value.items())
    return tuple(map(essence, value)) if isinstance(value, list | tuple) else value


def _named(area: str, path: tuple[str, ...], what: str, old: tuple[Any, ...], new: tuple[Any, ...]) -> Iterator[Change]:
    """Things matched by name: what is gone, what changed, what is new."""
    before, after = ({_key(item): item for item in items} for items in (old, new))
    for key, item in before.items():
        if key not in after:
            yield Change(area, path, what, _summary(item), "")
        elif item != after[key]:
            step = f"{what}{key}" if path else key
            yield from _inside(area, (*path, step), item, after[key])
    for key, item in after.items():
        if key not in before:
            yield Change(area, path, what, "", _summary(item))


def _inside(area: str, path: tuple[str, ...], old: Any, new: Any) -> Iterator[Change]:
    for field in fields(old):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before == after or field.name in _SKIPPED:
            continue
        what = LABELS.get(field.name, field.name)
        if field.name in _NESTED and _are_named((*before, *after)):
            yield from _named(area, path, _NESTED[field.name], before, after)
        elif is_dataclass(before) and is_dataclass(after) and type(before) is type(after) and _deep(before):
            yield from _inside(area, path, before, after)
        elif isinstance(before, tuple) and isinstance(after, tuple) and field.name != "all_of":
            yield from (Change(area, path, what, shown(item), "") for item in before if item not in after)
            yield from (Change(area, path, what, "", shown(item)) for item in after if item not in before)
        else:
            yield Change(area, path, what, shown(before) or "（无）", shown(after) or "（无）")


def _deep(value: object) -> bool:
    """Whether a part is told field by field (出处, 指向, 分量) rather than as a whole (条件)."""
    return type(value).__name__ in ("Source", "Linkage", "Pointers")


def _are_named(items: tuple[Any, ...]) -> bool:
    return all(is_dataclass(item) and any(hasattr(item, key) for key in _KEYS) for item in items)


def _key(item: object) -> str:
    if isinstance(item, RegionalFigure):  # a province fixes several on one day
        return f"{item.threshold}/{item.limb}/{item.effective_from}"
    keys = [str(getattr(item, key)) for key in _KEYS if hasattr(item, key)]
    return keys[0] if keys else shown(item)


def _summary(item: Any) -> str:
    """A thing that is new or gone, in a few words."""
    words = [
        _key(item),
        *(shown(getattr(item, key)) for key in ("charge", "text", "title", "all_of") if hasattr(item, key)),
    ]
    return " ".join(dict.fromkeys(filter(None, words)))


def shown(value: Any) -> str:
    """A value as a person would write it."""
    if isinstance(value, Quantity):
        return value.written
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return format_amount(value)
    if hasattr(value, "wanted") and hasattr(value, "field"):
        return f"{value.field} {value.wanted}"
    if isinstance(value, Near):
        how = ("，次序不限" if value.order == "any" else "") + ("，可跨句" if value.across else "")
        return f"{'…'.join('/'.join(step) for step in value.near)}（{value.within} 字内{how}）"
    if is_dataclass(value):
        told = [(field.name, shown(getattr(value, field.name))) for field in fields(value)]
        return " ".join(
            text if name in _BARE else f"{LABELS.get(name, name)} {text}"
            for name, text in told
            if text and text != "否"
        )
    if isinstance(value, tuple | list):
        return "；".join(map(shown, value))
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
