"""Records and screenings for tests of the store, and a process that writes until it is killed."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from screening.history.digest import digest
from screening.record import Record, read_record
from screening.screener import Screener
from screening.store.decisions import Draft
from screening.store.session import Session
from screening.store.store import Store, new_id

# What a test keeps is known on the day that it is kept, which may be the next: tests run past midnight, too.
TODAY = datetime.now(UTC).date() + timedelta(days=1)
SECRET = b"a secret for the tests of the store"


def record(number: int | str, name: str = "麻城明泰商贸有限公司", **more: Any) -> Record:
    """A small sale of counterfeit goods."""
    given: dict[str, Any] = {
        "record_id": f"麻市监处罚〔2024〕{number}号", "region": "421181", "agency": "麻城市市场监督管理局",
        "party": {"name": name, "kind": "单位"}, "case_reason": "销售侵犯注册商标专用权的商品案",
        "narrative": "经查，当事人销售假冒“某某”注册商标的白酒，销售金额20000元。", "penalty": {"types": ["罚款"], "fine": 20000},
        "conduct_to": "2024-01-20", "decided_on": "2024-03-01", "transferred": False,
    }  # fmt: skip
    return read_record(given | more)


def draft(screener: Screener, one: Record, id_: str | None = None) -> Draft:
    """A screening of a record by itself, to be kept."""
    screening = screener.screen(one, TODAY)
    return Draft(id_ or new_id(), screening, digest(screening), (), (), 5)


def main() -> None:
    """``making.py ADDRESS FIRST``: keep one record after the other and say so on standard output once it is acknowledged."""
    address, first = sys.argv[1], int(sys.argv[2])
    session = Session(Store(address, SECRET), Screener.from_folder(Path(sys.argv[3])), TODAY)
    number = first
    while True:
        done = session.one(record(number))
        print(json.dumps([number, done.decision]), flush=True)
        number += 1


if __name__ == "__main__":
    main()
