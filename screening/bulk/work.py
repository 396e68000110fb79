"""What a worker does with the rows of a shard, on whatever engine: screen each alone, then once more with what else is known."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

from screening.bulk.party import Parties
from screening.bulk.rows import row_of, touched_by
from screening.errors import RecordError
from screening.history.digest import digest
from screening.history.known import counts_for
from screening.history.past import Past, dump, restore
from screening.intake import Given, JsonDecoder, Row, decoded
from screening.record import Record, RecordWarning
from screening.screener import Screener, Screening

__all__ = ["Json", "Work", "latest"]

Json = dict[str, Any]

_BESIDE: Final = timedelta(30)
_REMEMBERED: Final = 4096


class Work:
    """A screener and the day, ready for rows. One for each process. ``keep``: rows have the columns of ``KEPT``."""

    def __init__(self, screener: Screener, as_of: date, keep: bool = False) -> None:
        self._screener, self._as_of, self._keep = screener, as_of, keep
        self._decoder = JsonDecoder()
        self._parties = Parties(screener.bundle.aliases)
        self._restore = lru_cache(_REMEMBERED)(restore)  # the records of one party come up again and again
        # The rows of a shard make the collector look through everything, and the bundle is most of that and stays for good.
        gc.collect()
        gc.freeze()

    def alone(self, staged: Json) -> Json:
        """A staged entry → a row of ``ALONE``: its result on its own, its keys and its digest; or why it was rejected."""
        place = {name: staged[name] for name in ("shard", "seq", "history")}
        row = self._read(staged)
        if row.record is None:
            assert row.error is not None
            return place | _rejected(staged, row.record_id, row.error.detail, row.column or row.error.pointer)
        try:
            screening = self._screener.screen(row.record, self._as_of)
            past = digest(screening)
            result = {} if staged["history"] else self._row(screening)
        except Exception as error:  # one record in ten million must not end a night's work
            detail = f"程序出错（{type(error).__name__}），没有筛查。请把这条记录报告给维护人员。"
            return place | _rejected(staged, row.record_id, detail, None)
        known = {"record_id": past.record_id, "decided_on": past.decided_on}
        return place | known | result | self._parties.keys_of(row.record, past.marks) | {"past": dump(past)}

    def again(self, staged: Json, own: Iterable[str], beside: Iterable[str]) -> Json | None:
        """The row of ``RESULT`` with the party's other records (``own``) and those that share a mark (``beside``), each as dumped,
        the latest entry last; None where none of them counts, and the result stays as it was."""
        record = self._read(staged).record
        assert record is not None, "rejected rows have no history"
        mine = self._counting(record, own)
        others = [past for past in self._counting(record, beside) if _beside(record, past)]
        if not mine and not others:
            return None
        return self._row(self._screener.screen(record, self._as_of, mine, others))

    def _row(self, screening: Screening) -> Json:
        row = row_of(self._screener, screening)
        return row | touched_by(self._screener, screening) if self._keep else row

    def _counting(self, record: Record, lines: Iterable[str]) -> list[Past]:
        return [past for past in latest(map(self._restore, lines)) if counts_for(record, past, self._as_of)]

    def _read(self, staged: Json) -> Row:
        return decoded(_given(staged), self._decoder)


def _beside(record: Record, past: Past) -> bool:
    """Whether another record may be of the same consignment: another party's, decided within a month, as in the store."""
    if record.decided_on is None or past.decided_on is None or past.party == record.party.name:
        return False
    return abs(record.decided_on - past.decided_on) <= _BESIDE


def latest(past: Iterable[Past]) -> Sequence[Past]:
    """One for each case: a record that was entered twice, as a correction or by mistake, counts once, as it was entered last."""
    return list({(one.agency, one.record_id): one for one in past}.values())


def _given(staged: Mapping[str, Any]) -> Given:
    if staged["code"] is not None:
        error = RecordError(staged["code"], staged["detail"], staged["pointer"])
        return Given(staged["position"], record_id=staged["record_id"], error=error)
    warnings = tuple(RecordWarning(*each) for each in json.loads(staged["warnings"] or "[]"))
    sources: dict[str, str] = json.loads(staged["headers"] or "{}")
    return Given(staged["position"], text=staged["text"], warnings=warnings, sources=sources)


def _rejected(staged: Json, record_id: str | None, reason: str, column: str | None) -> Json:
    return {
        "record_id": record_id,
        "rejected_file": staged["file"],
        "rejected_row": staged["position"],
        "rejected_column": column,
        "rejected_reason": reason,
    }
