"""Folder → Bundle: read every file, check each by itself, then all against each other; give all problems at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from screening.bundle.bundle import Bundle
from screening.bundle.checks import cross_check
from screening.bundle.findings import FINDINGS, FindingRule
from screening.bundle.fine import FINES, FineLaw
from screening.bundle.likeness import LIKENESS, Likeness
from screening.bundle.policy import LEXICON, POLICY, Policy
from screening.bundle.sanctions import SANCTIONS, Sanction
from screening.bundle.shapes import read_shape
from screening.bundle.textrules import TEXT_RULES, TextRule
from screening.bundle.threshold import THRESHOLD, Threshold
from screening.bundle.vocabulary import (
    ALIASES,
    CIRCUMSTANCES,
    DOCUMENTS,
    MEASURES,
    MISSING,
    REGION,
    CircumstanceDefinition,
    Document,
    MeasureDefinition,
    MissingCharge,
    Region,
    Renamed,
)
from screening.bundle.yamlfile import YamlFile, read_yaml
from screening.collecting import collector_paused
from screening.errors import BundleError, Problem

__all__ = ["default_folder", "headers_file", "load", "revision_of"]

T = TypeVar("T")


def default_folder() -> Path:
    """The folder of the shipped bundle: inside an installed package, or the checkout the package lies in."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_data"
    return installed if installed.is_dir() else package.parent


def revision_of(files: Mapping[str, str]) -> str:
    """The revision of a bundle with these files (name → text)."""
    told = sorted(name.encode() + b"\0" + text.encode() + b"\0" for name, text in files.items())
    return "sha256:" + hashlib.sha256(b"".join(told)).hexdigest()


def headers_file(folder: Path | None) -> Path:
    """The headers of tables that a bundle knows; those of the shipped one where it brings none of its own."""
    own = (folder or default_folder()) / "thresholds" / "headers.yaml"
    return own if own.is_file() else default_folder() / "thresholds" / "headers.yaml"


@dataclass(slots=True)
class _Files:
    folder: Path
    files: dict[str, YamlFile] = field(default_factory=dict)

    def one(self, name: str, adapter: TypeAdapter[T]) -> T | None:
        path = self.folder / name
        if not path.is_file():
            self.files[name] = YamlFile(name, "", [Problem(name, 1, 1, "缺少这个文件。", "请从发布的规则包里补回。")])
            return None
        file = read_yaml(path, name)
        self.files[name] = file
        return read_shape(adapter, file)

    def each(self, pattern: str, adapter: TypeAdapter[T]) -> Iterator[tuple[str, T]]:
        for path in sorted(self.folder.glob(pattern)):
            name = path.relative_to(self.folder).as_posix()
            value = self.one(name, adapter)
            if value is not None:
                yield name, value


@collector_paused()
def load(folder: Path | None = None) -> Bundle:
    """Load a bundle from its folder (``thresholds/`` and ``rules/``); raise ``BundleError`` with every problem found."""
    source = _Files(folder or default_folder())
    if not (source.folder / "thresholds").is_dir():
        name = str(source.folder)
        raise BundleError(
            [
                Problem(
                    name,
                    1,
                    1,
                    "这里没有 thresholds 文件夹，不是规则包。",
                    "请用 --bundle 指向含 thresholds/ 与 rules/ 的文件夹。",
                )
            ]
        )
    documents: tuple[Document, ...] = source.one("thresholds/documents.yaml", DOCUMENTS) or ()
    policy = source.one("thresholds/policy.yaml", POLICY)
    lexicon = source.one("rules/reading.yaml", LEXICON)
    measures: list[MeasureDefinition] = [m for _, ms in source.each("thresholds/measures/*.yaml", MEASURES) for m in ms]
    circumstances: list[CircumstanceDefinition] = [
        c for _, cs in source.each("thresholds/circumstances/*.yaml", CIRCUMSTANCES) for c in cs
    ]
    thresholds: dict[str, Threshold] = dict(source.each("thresholds/charges/*.yaml", THRESHOLD))
    missing: list[MissingCharge] = [m for _, ms in source.each("thresholds/missing.yaml", MISSING) for m in ms]
    regions: dict[str, Region] = dict(source.each("thresholds/regions/*.yaml", REGION))
    fines: dict[str, tuple[FineLaw, ...]] = dict(source.each("thresholds/fines/*.yaml", FINES))
    text_rules: dict[str, tuple[TextRule, ...]] = dict(source.each("rules/text/*.yaml", TEXT_RULES))
    sanctions: list[Sanction] = [s for _, ss in source.each("rules/provisions/*.yaml", SANCTIONS) for s in ss]
    finding_rules: dict[str, tuple[FindingRule, ...]] = dict(source.each("rules/findings/*.yaml", FINDINGS))
    likeness: list[Likeness] = [model for _, model in source.each("rules/likeness.yaml", LIKENESS)]
    renamed: list[Renamed] = [r for _, rs in source.each("parties/aliases.yaml", ALIASES) for r in rs]
    problems = [p for file in source.files.values() for p in file.problems]
    if problems or policy is None or lexicon is None:
        raise BundleError(problems)
    bundle = Bundle(
        revision=revision_of({name: file.text for name, file in source.files.items()}),
        thresholds=tuple(thresholds.values()),
        measures={m.name: m for m in measures},
        circumstances={c.name: c for c in circumstances},
        documents={d.number: d for d in documents},
        missing=tuple(missing),
        regions={r.code[:2]: r for r in regions.values()},
        fine_laws=tuple(law for laws in fines.values() for law in laws),
        text_rules=tuple(rule for rules in text_rules.values() for rule in rules),
        sanctions=tuple(sanctions),
        finding_rules=tuple(_weighed(rule, policy) for rules in finding_rules.values() for rule in rules),
        aliases={r.name: r.formerly for r in renamed},
        policy=policy,
        lexicon=lexicon,
        likeness=likeness[0] if likeness else None,
        files=source.files,
    )
    problems = list(cross_check(bundle, source.files))
    if problems:
        raise BundleError(problems)
    for file in source.files.values():
        file.release()
    return bundle


def _weighed(rule: FindingRule, policy: Policy) -> FindingRule:
    """The rule with the weight that a person accepted for it, where there is one."""
    accepted = policy.weights.points.get(rule.id) if policy.weights else None
    return rule if accepted is None else replace(rule, weight=accepted)
