"""Prices and counts: what was sold, what the unsold goods are worth, what was gained."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from screening.bundle.bundle import Bundle
from screening.reading.reader import Reader
from screening.record import read_record

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent.parent / "cases" / "reading" / "prices.yaml").read_text("utf-8")
)


@pytest.fixture(scope="module")
def reader(bundle: Bundle) -> Reader:
    return Reader(bundle)


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:20] for case in CASES])
def test_a_price_meets_the_count_it_is_for(reader: Reader, case: dict[str, Any]) -> None:
    reading = reader.read(read_record({"record_id": "1", "narrative": case["text"]}))
    wanted = {(name, None): value for name, value in case["measures"].items()}
    wanted |= {(name, of): value for of, names in case.get("of", {}).items() for name, value in names.items()}
    got = {key: found and found.value for key in wanted for found in [reading.measured(*key)]}
    assert got == {key: None if value is None else Decimal(str(value)) for key, value in wanted.items()}
