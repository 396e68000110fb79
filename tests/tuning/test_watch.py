"""Each save is answered: what is wrong and where, or that all is well with so many tests of the file."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from threading import Timer

from screening.tuning.watch import Round, watch
from tests.small import CHARGE, VERSION, write_bundle

LIMB = "      - {id: x, text: 情形, all_of: [{measure: 销售金额, at_least: 5 万元}]}"
GOOD = CHARGE.format(
    id="test-charge",
    head="",
    versions=VERSION.format(since="2010-01-01", limbs=LIMB, ids="x", facts="measures: {销售金额: 5 万元}"),
)


def rounds_of(folder: Path, *saves: str) -> list[Round]:
    """The first round and those after each save of the one charge file."""
    path, found = folder / "thresholds" / "charges" / "test-charge.yaml", []
    rounds = watch(folder)
    found += islice(rounds, 1)
    for text in saves:
        Timer(0.2, path.write_text, (text,), {"encoding": "utf-8"}).start()
        found += islice(rounds, 1)
    return found


def test_a_mistake_is_told_at_its_line_and_its_mending_too(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path, {"test-charge": GOOD})
    name = "thresholds/charges/test-charge.yaml"
    first, broken, mended = rounds_of(folder, GOOD.replace("5 万元}]", "5 万斤}]"), GOOD)
    assert first == Round((), (), 0, first.took)
    assert broken.saved == (name,)
    assert [(problem.file, problem.line) for problem in broken.problems] == [(name, 10)]
    assert (mended.problems, mended.tests) == ((), 1)


def test_a_test_that_fails_is_told(tmp_path: Path) -> None:
    folder = write_bundle(tmp_path, {"test-charge": GOOD})
    _, failing = rounds_of(folder, GOOD.replace("销售金额: 5 万元", "销售金额: 4 万元"))
    assert failing.tests == 1
    assert "应达到的情形是 x" in failing.problems[0].message
