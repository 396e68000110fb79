"""What tests share: the shipped bundle, loaded once."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.bundle.bundle import Bundle
from screening.bundle.loader import load
from screening.screener import Screener

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    return load(ROOT)


@pytest.fixture(scope="session")
def screener(bundle: Bundle) -> Screener:
    return Screener(bundle)
