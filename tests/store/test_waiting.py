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
from screening.store.records import Asked, key_of
from screening.store.store import Store
from screening.store.waiting import Waiting
from tests.store.making import SECRET, TODAY, draft, record

NUMBERS = [None, None, "91421181MA4KXXXX0A", "91421181MA4KYYYY0B", "914211**********0A"]
NAMES = ["麻城明泰商贸有限公司", "麻城新名商贸有限公司", "麻城恒昌商贸有限公司"]
REGIONS = ["421181", "421102"]
FORMER = {"麻城新名商贸有限公司": ["麻城明泰商贸有限公司"]}
Told = tuple[set[tuple[str, str]], set[tuple[str, str]]]


def never(one: Record) -> Past:
    raise AssertionError(one.record_id)


def told(known: Store | Waiting, one: Record, screener: Screener) -> Told:
    own, beside = known.history(one, Asked(screener.bundle.revision, TODAY, never))
    return {key_of(past) for past in own if past.record_id != one.record_id}, {key_of(past) for past in beside}


def some(chance: random.Random) -> Record:
    party: dict[str, Any] = {"name": chance.choice(NAMES), "kind": "单位", "id_no": chance.choice(NUMBERS)}
    words = f"经查，当事人销售假冒“某某”注册商标的白酒，批号A{chance.randrange(2)}0231115，销售金额20000元。"
    day = date(2024, chance.randrange(2, 5), 10)
    more = {"region": chance.choice(REGIONS), "narrative": words, "decided_on": day.isoformat()}
    return record(chance.randrange(8), party=party, **more)


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


def test_one_id_in_two_regions_is_two_records_in_a_batch_too(tmp_path: Path, screener: Screener) -> None:
    store = Store(str(tmp_path / "cases.db"), SECRET)
    kept, *batch = record(11), *(record(11, "麻城恒昌商贸有限公司", region=region) for region in ("421102", "330106"))
    store.write([draft(screener, kept)], screener.bundle)
    waiting = Waiting(store)
    for one in batch:
        waiting.add(one, draft(screener, one).past)
    for one in (kept, *batch):
        another = record(12, one.party.name, region=one.region)
        assert told(waiting, another, screener)[0] == {key_of(one)}
    store.close()
