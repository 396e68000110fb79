"""What no single provision rule can know: whether what it finds exists, and whether it is told twice."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from screening.bundle.bundle import Bundle
from screening.bundle.shapes import did_you_mean
from screening.bundle.yamlfile import YamlFile
from screening.errors import Problem
from screening.provisions import parse_provisions

__all__ = ["check_sanctions"]


def check_sanctions(bundle: Bundle, files: Mapping[str, YamlFile], conducts: Collection[str]) -> Iterator[Problem]:
    """Every problem of ``rules/provisions/*.yaml``, each at the line that should change."""
    told: set[tuple[str, ...]] = set()
    for name, file in files.items():
        if not name.startswith("rules/provisions/"):
            continue
        for index, entry in enumerate(file.data if isinstance(file.data, list) else []):
            here = (index, "provision")
            if len(list(parse_provisions(entry["provision"]))) != 1:
                yield file.problem(here, f"“{entry['provision']}”不是一个条款。", "请写成“税收征收管理法第67条”这样。")
            for key, known, what in (
                ("conduct", conducts, "行为"),
                ("circumstance", bundle.circumstances, "情节"),
            ):
                if entry.get(key) and entry[key] not in known:
                    yield file.problem(
                        (index, key), f"没有{what}“{entry[key]}”。", did_you_mean(entry[key], list(known))
                    )
            same = tuple(str(entry.get(key, "")) for key in ("provision", "conduct", "circumstance", "since"))
            if same in told:
                yield file.problem(here, f"“{entry['provision']}”的这一条写了两次。", "请删去其中一条。")
            told.add(same)
