"""The look-up of a party's history among many records: ``python benchmarks/history.py [RECORDS] [ADDRESS]``.

Rows are seeded and written in bulk (three records a party on average), then a thousand parties are looked up by
``Records.past_of``, as screening does. Without an address an SQLite file in a temporary folder; 1,000,000 records where none are given.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import quantiles

from sqlalchemy import insert

from screening.history.past import Amount, Deed, Past, dump
from screening.logic import Verdict
from screening.record import Party, Record
from screening.store.identity import Identities
from screening.store.records import Asked
from screening.store.schema import keys, parties, records
from screening.store.store import Store

SECRET = b"a secret for this benchmark only"
ASKED = 1_000
BATCH = 20_000
REVISION = "sha256:benchmark"


def name(party: int) -> str:
    return f"第{party}号商贸有限公司"


def fill(store: Store, count: int) -> int:
    """Write the rows; how many parties there are."""
    identities = Identities(SECRET)
    deed = Deed(
        "counterfeit-trademark-sale",
        "销售假冒注册商标的商品罪",
        Verdict.BELOW,
        None,
        (Amount("销售金额", None, Decimal(20000), "元"),),
    )
    draw, parties_count = random.Random(5), max(1, count // 3)
    engine = store.records._engine
    for start in range(0, parties_count, BATCH):
        some = range(start, min(start + BATCH, parties_count))
        with engine.begin() as connection:
            connection.execute(insert(parties), [{"id": n + 1, "name": name(n), "region": "421181"} for n in some])
            rows = [{"key": identities.by_name(name(n), "421181")[0], "party": n + 1} for n in some]
            connection.execute(insert(keys), rows)
    for start in range(0, count, BATCH):
        rows = []
        for n in range(start, min(start + BATCH, count)):
            party = draw.randrange(parties_count)
            day = date(2024, draw.randrange(1, 13), draw.randrange(1, 29))
            past = Past(
                f"第{n}号",
                "某市市场监督管理局",
                "421181",
                name(party),
                "售假案",
                day,
                day,
                day,
                day,
                True,
                False,
                (),
                (deed,),
            )
            rows.append(
                {"record_id": f"第{n}号", "content": f"{n:064}", "version": 1, "party": party + 1,
                 "agency": "某市市场监督管理局", "reason": "售假案", "decided_on": day.isoformat(),
                 "kept_at": "2024", "input": "{}" + " " * 900, "revision": REVISION, "past": dump(past)}
            )  # fmt: skip
        with engine.begin() as connection:
            connection.execute(insert(records), rows)
    return parties_count


def measure(store: Store, parties_count: int) -> dict[str, float]:
    """Microseconds for one look-up: middle, 95th and 99th of a hundred, and how many records came on average."""
    draw, times, found = random.Random(6), [], 0

    def never(_: Record) -> Past:
        raise AssertionError("made under this revision")

    asked = Asked(REVISION, date(2026, 1, 1), never)
    for _ in range(ASKED):
        record = Record("x", region="421181", party=Party(name(draw.randrange(parties_count)), "单位"))
        start = time.perf_counter()
        found += len(store.records.past_of(record, asked))
        times.append((time.perf_counter() - start) * 1e6)
    cuts = quantiles(times, n=100)
    return {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "records": found / ASKED}


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        address = sys.argv[2] if len(sys.argv) > 2 else str(Path(folder) / "cases.db")
        store = Store(address, SECRET)
        start = time.perf_counter()
        parties_count = fill(store, count)
        print(f"{count} records of {parties_count} parties written in {time.perf_counter() - start:.0f} s", flush=True)
        result = measure(store, parties_count)
        print(json.dumps({key: round(value, 1) for key, value in result.items()}), "µs a look-up")
        store.close()


if __name__ == "__main__":
    main()
