"""How the tools for tuning call what the core calls by identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType

from screening.scoring import LEVEL_NAMES

__all__ = ["FIELD", "LEVEL", "MARK", "POINTER", "STANDING", "STATE", "VERDICT", "in_chinese", "longest", "percent"]

LEVEL: Mapping[str, str] = LEVEL_NAMES
VERDICT: Mapping[str, str] = MappingProxyType(
    {"reached": "达到", "near": "接近", "below": "未达到", "unknown": "缺事实", "none": "无罪名可问"}
)
STATE: Mapping[str, str] = MappingProxyType({"yes": "具备", "no": "不具备", "unknown": "未载明"})
STANDING: Mapping[str, str] = MappingProxyType(
    {
        "asserted": "肯定", "denied": "否定", "uncertain": "存疑", "cited": "引用法条", "other": "他人或他案",
        "earlier": "以前的案件", "aside": "不计入本案",
    }
)  # fmt: skip
POINTER: Mapping[str, str] = MappingProxyType(
    {"conduct": "行为", "reason": "案由", "provision": "援引条款", "agency": "处罚机关", "likeness": "用词"}
)
FIELD: Mapping[str, str] = MappingProxyType(
    {"narrative": "违法事实", "penalty.content": "处罚内容", "case_reason": "案由", "legal_basis": "处罚依据"}
)
MARK: Mapping[str, str] = MappingProxyType(
    {
        "measure": "计量事实", "aside": "不计入的数字", "conduct": "行为", "circumstance": "情节",
        "denied": "被否定的情节或行为", "reason": "指向罪名的词",
    }
)  # fmt: skip
_YES_NO: Mapping[str, str] = MappingProxyType({"yes": "是", "no": "否", "unknown": "不明"})
_LEAST_FINE: Mapping[str, str] = MappingProxyType(
    {"kept": "不低于", "below": "低于", "absent": "应处未处", "unknown": "算不出"}
)
_BY_FIELD: Mapping[str, Mapping[str, str]] = MappingProxyType({"verdict": VERDICT, "least_fine": _LEAST_FINE})


def in_chinese(field: str, text: str) -> str:
    """What a rule wants of a field, or finds in it, without the identifiers of the file."""
    words = _BY_FIELD.get(field, _YES_NO)
    return re.sub(r"[a-z]+", lambda match: words.get(match[0], match[0]), text)


def percent(ratio: Decimal | None) -> str:
    """A ratio for people (1 is 100%); empty where there is none."""
    return f"{ratio * 100:.1f}%".replace(".0%", "%") if ratio is not None else ""


def longest(words: Iterable[str]) -> tuple[str, ...]:
    """The words that are not part of another of them, in their order: enough to show where something stands."""
    distinct = tuple(dict.fromkeys(words))
    return tuple(word for word in distinct if not any(word in other and word != other for other in distinct))
