"""Lists without a total, deductions, pairs and products: what is added up and what is not."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from screening.bundle.bundle import Bundle
from screening.reading.reader import Reader
from screening.reading.reading import Reading
from screening.record import read_record

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent.parent / "cases" / "reading" / "sums.yaml").read_text("utf-8")
)


@pytest.fixture(scope="module")
def reader(bundle: Bundle) -> Reader:
    return Reader(bundle)


def read(reader: Reader, case: dict[str, Any]) -> Reading:
    record = {"record_id": "1", "narrative": case["text"], "penalty": {"content": case.get("penalty", "")}}
    return reader.read(read_record(record))


def params() -> list[Any]:
    """The cases; those marked ``open`` say what is wanted and not read yet."""
    marks = {True: [pytest.mark.xfail(strict=True)], False: []}
    return [pytest.param(case, id=case["name"], marks=marks["open" in case]) for case in CASES]


@pytest.mark.parametrize("case", params())
def test_a_list_is_added_up_as_its_words_say(reader: Reader, case: dict[str, Any]) -> None:
    reading = read(reader, case)
    wanted = {**case.get("measures", {}), **({"涉案金额": case["total"]} if "total" in case else {})}
    found = {name: measured.value if (measured := reading.measured(name)) else None for name in wanted}
    assert found == {name: None if value is None else Decimal(str(value)) for name, value in wanted.items()}
