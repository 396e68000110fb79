"""What a version may rest on: sources still in force, or else an end (a later version, or ``effective_to``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from screening.bundle.bundle import Bundle
from screening.bundle.threshold import Source, Threshold
from screening.bundle.vocabulary import Document
from screening.bundle.yamlfile import YamlFile
from screening.errors import Problem

__all__ = ["check_documents"]

Loc = tuple[str | int, ...]
_FILE = "thresholds/documents.yaml"
_MISSING = "thresholds/missing.yaml"


def check_documents(bundle: Bundle, files: Mapping[str, YamlFile]) -> Iterator[Problem]:
    """Versions that go on resting on a superseded document, and documents whose dates contradict what replaced them."""
    for threshold in bundle.thresholds:
        if (file := files.get(f"thresholds/charges/{threshold.id}.yaml")) is not None:
            yield from _outlived(bundle, threshold, file)
    charges = {threshold.charge for threshold in bundle.thresholds}
    for index, missing in enumerate(bundle.missing):
        if missing.charge in charges:
            yield files[_MISSING].problem((index, "charge"), f"“{missing.charge}”已有罪名文件。", "请删去这一条。")
    for index, document in enumerate(bundle.documents.values()):
        for number, old in enumerate(document.replaces):
            if problem := _replaced(document, bundle.documents.get(old)):
                yield files[_FILE].problem((index, "replaces", number), *problem)


def _outlived(bundle: Bundle, threshold: Threshold, file: YamlFile) -> Iterator[Problem]:
    end: date | None = None
    for index, version in enumerate(threshold.versions):
        end = version.effective_to or end
        places: list[tuple[Loc, Source]] = [(("versions", index, "source", "document"), version.source)]
        for number, limb in enumerate(version.any_of):
            if limb.source:
                places.append((("versions", index, "any_of", number, "source", "document"), limb.source))
        for loc, source in places:
            document = bundle.documents.get(source.document)
            if document and document.effective_to and end is None:
                yield file.problem(
                    loc,
                    f"“{document.number}”自 {document.effective_to} 起失效，这个版本却没有终止，也没有后续版本。",
                    _remedy(bundle, document),
                )
        end = version.effective_from


def _remedy(bundle: Bundle, document: Document) -> str:
    later = next((d.number for d in bundle.documents.values() if document.number in d.replaces), None)
    successor = f"按“{later}”" if later else "按现行文件"
    return f"请{successor}补写后续版本，或者写 effective_to: {document.effective_to}。"


def _replaced(document: Document, old: Document | None) -> tuple[str, str] | None:
    if old is None or old.effective_to == document.effective_from:
        return None
    said = f"写的失效日是 {old.effective_to}" if old.effective_to else "没有写失效日"
    return (
        f"“{old.number}”被取代，却{said}。",
        f"请在该文件下写 effective_to: {document.effective_from}，或改正这里的 effective_from。",
    )
