"""``parties/aliases.yaml``: organisations that were renamed are one party; a mistake in it is told at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.bundle.loader import load
from screening.errors import BundleError
from screening.record import Party
from screening.store.identity import Identities
from tests.small import CHARGE, VERSION, write_bundle

LIMB = "      - {id: x, text: 情形, all_of: [{measure: 销售金额, at_least: 5 万元}]}"
VERSIONS = VERSION.format(since="2010-01-01", limbs=LIMB, ids="x", facts="measures: {销售金额: 5 万元}")
CHARGES = {"test-charge": CHARGE.format(id="test-charge", head="", versions=VERSIONS)}


def with_aliases(folder: Path, text: str) -> Path:
    return write_bundle(folder, CHARGES, {"parties/aliases.yaml": text})


def test_present_and_former_name_have_a_key_in_common(tmp_path: Path) -> None:
    with_aliases(tmp_path, "- {name: 新泰商贸有限公司, formerly: [旧泰商贸有限公司], note: 2023 年更名}\n")
    bundle = load(tmp_path)
    identities = Identities(b"a secret of some length", bundle.aliases)
    present, former = (
        set(identities.keys(Party(name, "单位"), "421181")) for name in ("新泰商贸有限公司", "旧泰商贸有限公司")
    )
    assert present == former
    assert bundle.revision != load(write_bundle(tmp_path / "without", CHARGES)).revision


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("- {name: 新泰商贸有限公司}\n", 1),
        ("- name: 新泰商贸有限公司\n  formerly: []\n", 2),
        ("- name: 甲\n  former: [乙]\n", 2),
    ],
)
def test_a_mistake_is_told_at_its_line(tmp_path: Path, text: str, line: int) -> None:
    with_aliases(tmp_path, text)
    with pytest.raises(BundleError) as caught:
        load(tmp_path)
    assert {(problem.file, problem.line) for problem in caught.value.problems} >= {("parties/aliases.yaml", line)}
