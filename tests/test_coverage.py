"""docs/coverage.md says what the statute book has, and what it has not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from typer.testing import CliRunner

from screening.bundle.bundle import Bundle
from screening.bundle.loader import load
from screening.cli import app
from screening.coverage import as_markdown, gaps
from tests.conftest import ROOT
from tests.small import CHARGE, VERSION, write_bundle

LIMB = "      - {id: x, text: 情形, all_of: [{measure: 违法所得, at_least: 1 万元}]}"
FACTS = "measures: {违法所得: 10000 元}"


def test_the_page_in_docs_is_the_bundle_s(bundle: Bundle) -> None:
    page = (ROOT / "docs/coverage.md").read_text(encoding="utf-8")
    assert page == as_markdown(bundle), "请运行 screening check --coverage > docs/coverage.md"


def test_the_command_prints_the_page(bundle: Bundle) -> None:
    result = CliRunner().invoke(app, ["check", "--coverage", "--bundle", str(ROOT)])
    assert result.exit_code == 0
    assert result.stdout == as_markdown(bundle)


def test_a_time_without_a_version_is_a_gap(tmp_path: Path) -> None:
    newer = VERSION.format(since="2020-01-01", limbs=LIMB, ids="x", facts=FACTS)
    older = VERSION.format(since="2012-01-01", limbs=LIMB, ids="x", facts=FACTS)
    older = older.replace("    source:", "    effective_to: 2015-01-01\n    source:", 1)
    text = CHARGE.format(id="test-charge", head="since: 2011-05-01", versions=newer + older)
    found = gaps(load(write_bundle(tmp_path, {"test-charge": text})))
    assert [(gap.since, gap.until) for gap in found] == [
        (date(2011, 5, 1), date(2012, 1, 1)),
        (date(2015, 1, 1), date(2020, 1, 1)),
    ]


def test_a_kind_that_was_abolished_is_a_gap_without_end(bundle: Bundle) -> None:
    ended = {gap.threshold.id for gap in gaps(bundle) if gap.until is None}
    assert ended == {"illegal-business-drugs", "tax-evasion-before-2009"}


def test_every_charge_without_a_file_says_why(bundle: Bundle) -> None:
    assert len(bundle.missing) > 10
    assert all(len(missing.why) > 8 for missing in bundle.missing)
