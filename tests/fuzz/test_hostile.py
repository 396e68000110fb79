"""Whatever stands in a record, it gets a result in which everything holds that must always hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from screening.bundle.loader import load
from screening.screener import Screener
from tests.conftest import ROOT
from tests.fuzz.hostile import COMMON, FIELDS, check, record_of, vocabulary

WORDS = st.deferred(lambda: st.sampled_from(vocabulary(load(ROOT))))
PIECES = st.one_of(WORDS, st.sampled_from(COMMON), st.text(max_size=3))
TEXTS = st.lists(PIECES, max_size=60).map("".join)
RECORDS = st.fixed_dictionaries({"narrative": TEXTS}, optional=dict.fromkeys(FIELDS[1:], TEXTS)).map(record_of)
# Narratives that once broke the reader, found by fuzzing.
BROKEN = [
    json.loads(text) for text in (Path(__file__).parent / "broken.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("record", BROKEN, ids=lambda record: record["record_id"])
def test_what_once_broke_it_no_longer_does(screener: Screener, record: dict) -> None:
    check(screener, record)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(record=RECORDS)
def test_a_hostile_record_gets_a_sound_result(screener: Screener, record: dict) -> None:
    check(screener, record)


@pytest.mark.soak
@settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(record=RECORDS)
def test_twenty_thousand_hostile_records_get_sound_results(screener: Screener, record: dict) -> None:
    check(screener, record)
