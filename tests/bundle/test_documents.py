"""A source of law that went out of force carries no version that goes on; one that nobody has seen makes figures draft."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.bundle.bundle import Bundle
from screening.bundle.loader import load
from screening.errors import BundleError
from tests.small import write_bundle

CHARGE = """\
id: test-charge
charge: 测试罪
article: 刑法第999条
linkage: {{reasons: [测试案由]}}
versions:
{versions}
"""
VERSION = """\
  - effective_from: {since}
{until}    source: {{document: {document}, clause: 第一条}}
    any_of: [{{id: x, text: 情形, all_of: [{{measure: 违法所得, at_least: 1 万元}}]}}]
    tests: [{{name: 例, expect: [x], measures: {{违法所得: 10000 元}}}}]
"""
OLD = "法释〔2002〕30号"  # replaced on 2024-03-20


def version(document: str, since: str, until: str = "") -> str:
    line = f"    effective_to: {until}\n" if until else ""
    return VERSION.format(document=document, since=since, until=line)


def bundle_of(folder: Path, *versions: str) -> Bundle:
    return load(write_bundle(folder, {"test-charge": CHARGE.format(versions="".join(versions))}))


def test_a_version_on_a_superseded_document_must_end(tmp_path: Path) -> None:
    with pytest.raises(BundleError) as error:
        bundle_of(tmp_path, version(OLD, "2010-01-01"))
    (problem,) = error.value.problems
    assert (problem.file, problem.line, problem.column) == ("thresholds/charges/test-charge.yaml", 7, 24)
    assert f"“{OLD}”自 2024-03-20 起失效" in problem.message
    assert "按“法释〔2024〕4号”补写后续版本" in problem.remedy


def test_so_must_a_limb_on_one(tmp_path: Path) -> None:
    limb = version("刑法", "2010-01-01").replace(
        "text: 情形,", f"text: 情形, source: {{document: {OLD}, clause: 第三条}},"
    )
    with pytest.raises(BundleError, match="起失效"):
        bundle_of(tmp_path, limb)


def test_it_ends_by_its_own_date_or_by_a_successor(tmp_path: Path) -> None:
    bundle_of(tmp_path / "date", version(OLD, "2010-01-01", "2024-03-20"))
    bundle_of(tmp_path / "next", version("法释〔2024〕4号", "2024-03-20"), version(OLD, "2010-01-01"))


def test_a_replaced_document_ends_on_the_day_its_successor_begins(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path, {"test-charge": CHARGE.format(versions=version("刑法", "2010-01-01"))})
    documents = folder / "thresholds/documents.yaml"
    text = documents.read_text(encoding="utf-8").replace("  effective_to: 2016-12-01\n", "  effective_to: 2016-11-01\n")
    documents.write_text(text, encoding="utf-8")
    with pytest.raises(BundleError, match="法释〔2003〕9号”被取代，却写的失效日是 2016-11-01"):
        load(folder)


def test_what_rests_on_an_unseen_document_is_draft(bundle: Bundle) -> None:
    unseen = [
        (version, limb)
        for threshold in bundle.thresholds
        for version in threshold.versions
        for limb in version.any_of
        if not bundle.documents[version.source_of(limb).document].text_seen
    ]
    assert unseen
    assert all(bundle.is_draft(version, limb) for version, limb in unseen)


def test_every_document_says_who_issued_it(bundle: Bundle) -> None:
    assert [d.number for d in bundle.documents.values() if not d.issuer] == []
