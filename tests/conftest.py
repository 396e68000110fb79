"""What tests share: the shipped bundle, loaded once."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.bundle.bundle import Bundle
from screening.bundle.loader import load
from screening.screener import Screener

ROOT = Path(__file__).resolve().parent.parent
# The longest files, a minute and more each: two workers are done sooner when neither is left with them at the end.
LONGEST = (
    "test_package.py",
    "test_spark.py",
    "test_handbook.py",
    "test_backtest.py",
    "test_killed.py",
    "test_jobs_server.py",
    "test_release.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    return load(ROOT)


@pytest.fixture(scope="session")
def screener(bundle: Bundle) -> Screener:
    return Screener(bundle)
