"""Two results of one record: in what they differ, as prosecutors ask: does it rise or fall, under which charge, and why."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from screening.scoring import LEVELS

__all__ = ["KINDS", "compared"]

Json = dict[str, Any]

KINDS: Final = MappingProxyType(
    {
        "rises": "等级上升",
        "falls": "等级下降",
        "charge": "罪名改变",
        "loses": "失去理由",
        "gains": "新增理由",
        "score": "只有分数变",
        "details": "只有说明变",
    }
)
"""A case is counted under the first of these that holds, and bears all that do."""

_NOT_COMPARED: Final = frozenset({"revision", "suggestions"})


def compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> Json | None:
    """The difference of two result lines; None where there is none but the revision and what was merely suggested."""
    if _decided(before) == _decided(after):
        return None
    old, new = _told(before), _told(after)
    held, holding = _reasons(before), _reasons(after)
    lost, gained = ([a[id_] for id_ in a if id_ not in b] for a, b in ((held, holding), (holding, held)))
    rise = LEVELS.index(new["level"]) - LEVELS.index(old["level"])
    kinds = {
        "rises": rise > 0,
        "falls": rise < 0,
        "charge": (old["threshold"], old["charge"]) != (new["threshold"], new["charge"]),
        "loses": bool(lost),
        "gains": bool(gained),
    }
    told = [kind for kind, holds in kinds.items() if holds]
    return {
        "record_id": before["record_id"],
        "kinds": told or ["score" if old["score"] != new["score"] else "details"],
        "before": old,
        "after": new,
        "lost": lost,
        "gained": gained,
        "places": sorted({place for result in (before, after) for place in _places(result)}),
    }


def _decided(result: Mapping[str, Any]) -> Json:
    return {name: value for name, value in result.items() if name not in _NOT_COMPARED}


def _told(result: Mapping[str, Any]) -> Json:
    leading = result["charges"][0] if result["charges"] else {}
    names = ("threshold", "charge", "verdict", "ratio", "version", "limb_text")
    return {
        "level": result["level"],
        "score": result["score"],
        **{name: leading.get(name) for name in names},
        "rules": list(dict.fromkeys(finding["rule"] for finding in result["findings"])),
    }


def _reasons(result: Mapping[str, Any]) -> dict[str, str]:
    """What speaks for the level, by id: the rules that fired, and the limbs that are reached or nearly so."""
    reasons = {finding["rule"]: finding["title"] for finding in result["findings"]}
    for charge in result["charges"]:
        if charge["limb"] and charge["verdict"] in ("reached", "near"):
            reasons[f"{charge['threshold']}/{charge['limb']}"] = f"{charge['charge']}：{charge['limb_text']}"
    return reasons


def _places(result: Mapping[str, Any]) -> list[str]:
    """Where in the charge files the result rests: ``id|version|limb``, of the governing and of the other version."""
    return [
        f"{charge['threshold']}|{version['version']}|{version['limb']}"
        for charge in result["charges"]
        for version in (charge, charge["other_version"])
        if version and version["version"]
    ]
