"""The bundle: thresholds, vocabulary, rules and policy, immutable once loaded, named by the hash of its content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from screening.bundle.findings import FindingRule
from screening.bundle.fine import FineLaw
from screening.bundle.likeness import Likeness
from screening.bundle.policy import Lexicon, Policy
from screening.bundle.sanctions import Sanction
from screening.bundle.textrules import TextRule
from screening.bundle.threshold import Limb, Threshold, Version
from screening.bundle.vocabulary import CircumstanceDefinition, Document, MeasureDefinition, MissingCharge, Region
from screening.bundle.yamlfile import YamlFile

__all__ = ["Bundle"]


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """Everything tunable. ``revision`` is ``sha256:…`` over names and texts of its files; equal content, equal revision.

    ``aliases``: organisations with their former names. ``files`` are the texts it was read from, for messages that point into them.
    """

    revision: str
    thresholds: tuple[Threshold, ...]
    measures: Mapping[str, MeasureDefinition]
    circumstances: Mapping[str, CircumstanceDefinition]
    documents: Mapping[str, Document]
    regions: Mapping[str, Region]
    fine_laws: tuple[FineLaw, ...]
    text_rules: tuple[TextRule, ...]
    sanctions: tuple[Sanction, ...]
    finding_rules: tuple[FindingRule, ...]
    policy: Policy
    lexicon: Lexicon
    likeness: Likeness | None = None
    missing: tuple[MissingCharge, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, YamlFile] = field(default_factory=dict, repr=False)

    def is_draft(self, version: Version, limb: Limb) -> bool:
        """Whether the figures of this limb still wait for a look at the official text (待核)."""
        document = self.documents.get(version.source_of(limb).document)
        return version.draft or limb.draft or (document is not None and not document.text_seen)

    def measure_named(self, word: str) -> str | None:
        """The measure that a word of the law means: its name, else one of its words (违法经营额 → 非法经营数额)."""
        if word in self.measures:
            return word
        return next((name for name, measure in self.measures.items() if word in measure.words), None)

    def threshold(self, id_: str) -> Threshold:
        """The threshold file with this id; ``KeyError`` where there is none."""
        for threshold in self.thresholds:
            if threshold.id == id_:
                return threshold
        raise KeyError(id_)
