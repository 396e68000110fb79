"""What waits to be written counts as if it were written: the same rule whatever is in the store already."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from screening.history.past import Past
from screening.record import Record
from screening.screener import Screener
from screening.store.records import Asked
from screening.store.store import Store
from screening.store.waiting import Waiting
from tests.store.making import SECRET, TODAY, draft, record

NUMBERS = [None, None, "91421181MA4KXXXX0A", "91421181MA4KYYYY0B", "914211**********0A"]
NAMES = ["麻城明泰商贸有限公司", "麻城新名商贸有限公司", "麻城恒昌商贸有限公司"]
FORMER = {"麻城新名商贸有限公司": ["麻城明泰商贸有限公司"]}
Ids = tuple[set[str], set[str]]


def never(one: Record) -> Past:
    raise AssertionError(one.record_id)


def told(known: Store | Waiting, one: Record, screener: Screener) -> Ids:
    own, beside = known.history(one, Asked(screener.bundle.revision, TODAY, never))
    return {past.record_id for past in own if past.record_id != one.record_id}, {past.record_id for past in beside}


def some(chance: random.Random) -> Record:
    party: dict[str, Any] = {"name": chance.choice(NAMES), "kind": "单位", "id_no": chance.choice(NUMBERS)}
    words = f"经查，当事人销售假冒“某某”注册商标的白酒，批号A{chance.randrange(2)}0231115，销售金额20000元。"
    day = date(2024, chance.randrange(2, 5), 10)
    return record(chance.randrange(8), party=party, narrative=words, decided_on=day.isoformat())


@pytest.mark.parametrize("seed", range(12))
def test_a_batch_knows_what_the_store_would_know_were_each_record_written(
    tmp_path: Path, screener: Screener, seed: int
) -> None:
    chance = random.Random(seed)
    written = Store(str(tmp_path / "written.db"), SECRET, FORMER)
    half = Store(str(tmp_path / "half.db"), SECRET, FORMER)
    waiting = Waiting(half)
    for number in range(14):
        one = some(chance)
        assert told(waiting, one, screener) == told(written, one, screener), number
        made = draft(screener, one)
        written.write([made], screener.bundle)
        if number < 5:
            half.write([made], screener.bundle)
        else:
            waiting.add(one, made.past)
    written.close()
    half.close()
