"""Records under the shipped bundle, screened once and kept; bundles that differ from it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from screening.backtest.run import Backtest, Outcome, backtest
from screening.bulk.job import Job
from screening.bulk.progress import Progress
from screening.bundle.bundle import Bundle
from screening.bundle.loader import load
from tests.bulk.conftest import SALES, sale

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 22)
FORMULA = sale(9, "2024-06-01", 60000, record_id="=1+1", party={"name": "=cmd()", "kind": "单位"})
FIRST = "经查，当事人2024-01-10在三号院销售假冒注册商标的白酒，销售金额20000元。"

Change = Callable[[Path], None]


def replaced(name: str, old: str, new: str, start: str = "") -> Change:
    """One text in one file by another, the first behind ``start``."""

    def change(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        at = text.index(old, text.index(start))
        path.write_text(text[:at] + new + text[at + len(old) :], encoding="utf-8")

    return change


def added(name: str, text: str) -> Change:
    """One more file."""

    def change(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")

    return change


def bundle_with(folder: Path, *changes: Change) -> Path:
    """The shipped bundle with changes."""
    for part in ("thresholds", "rules"):
        shutil.copytree(ROOT / part, folder / part)
    for change in changes:
        change(folder)
    return folder


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty examples, three sales of one company the first of them in 三号院, and a case whose id looks like a formula."""
    path = tmp_path_factory.mktemp("year") / "去年.jsonl"
    examples = (ROOT / "examples" / "records.jsonl").read_text(encoding="utf-8").splitlines()[:40]
    own = [SALES[0] | {"narrative": FIRST}, *SALES[1:], FORMULA]
    path.write_text("\n".join([*examples, *(json.dumps(one, ensure_ascii=False) for one in own)]), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the results under the shipped bundle are kept for all tests."""
    return tmp_path_factory.mktemp("kept") / "a"


@pytest.fixture
def run(year: Path, kept: Path, tmp_path: Path, bundle: Bundle) -> Callable[..., Outcome]:
    """Backtest the shipped bundle against a folder."""

    def go(new: Path, whole: bool = False) -> Outcome:
        scratch = tmp_path / f"between {whole}"
        scratch.mkdir()
        job = Job((str(year),), kept, TODAY, bundle=ROOT, workers=1, rows=20)
        return backtest(Backtest(bundle, load(new), job, new, scratch, whole), Progress())

    return go
