"""Folders of results that several tests read."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from tests.reports.made import AGENCIES, seeded, write

BUNCHED, LATE = AGENCIES[1], AGENCIES[4]


@pytest.fixture(scope="session")
def smooth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four thousand cases in which nothing stands out."""
    return write(tmp_path_factory.mktemp("smooth"), seeded(4000))


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with one agency whose amounts bunch below the figure, and one that enters late."""
    rows, dice = seeded(4000), random.Random(3)
    for row in rows:
        if row["agency"] == BUNCHED and row["charge"] and dice.random() < 0.3:
            row["ratio"], row["verdict"] = round(dice.uniform(0.9, 0.999), 3), "near"
        if row["agency"] == LATE and dice.random() < 0.5:
            row["entered_on"] = row["decided_on"] + timedelta(days=90)
    return write(tmp_path_factory.mktemp("planted"), rows)
