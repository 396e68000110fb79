"""By what two records are known to be of one party, or of one consignment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from screening.record import Record
from screening.store.identity import Identities

__all__ = ["KEYED", "Parties", "keys", "own_key"]

# The keys lie beside the records themselves, so that their hash has nothing to hide.
_SECRET: Final = b"screening/bulk: keys of one run"

KEYED: Final = """
    claimed AS (
        SELECT name, min_by(number, CASE WHEN history THEN seq - 4611686018427387904 ELSE seq END) AS owner
        FROM alone WHERE number IS NOT NULL AND name IS NOT NULL GROUP BY name
    ),
    keyed AS (
        SELECT shard, seq, history, record_id, past, coalesce(number, alone.name) AS asked, coalesce(number, owner, alone.name) AS key
        FROM alone LEFT JOIN claimed ON alone.name = claimed.name AND alone.number IS NULL
        WHERE past IS NOT NULL AND coalesce(number, alone.name) IS NOT NULL
        UNION ALL
        SELECT shard, seq, history, record_id, past, mark AS asked, mark AS key FROM marked WHERE past IS NOT NULL
    )
"""
"""SQL of DuckDB and of Spark: ``asked``, the key a record has, and ``key``, what it shares with the others.

The store's rule for all records at once: a name is the party's whose number comes first with it, history before the rest.
Needs ``alone`` (rows of ``ALONE``) and ``marked``: the same, a row for each ``mark`` of ``marks``.
"""


class Parties:
    """The keys of records, by the rule of the store (``screening.store.identity``). ``former``: former names of organisations."""

    def __init__(self, former: Mapping[str, Sequence[str]]) -> None:
        self._identities = Identities(_SECRET, former)

    def keys_of(self, record: Record, marks: Iterable[str]) -> dict[str, str | list[str] | None]:
        """``number`` and ``name`` (``party:…``, None where there is none) and ``marks`` (``mark:…``, each within an agency and a 案由).

        Names that mean one organisation have the same first key, so that one key stands for all.
        """
        number = self._identities.number(record.party)
        name = next(iter(self._identities.names(record.party, record.region)), None)
        within = f"{record.agency}|{record.case_reason}"
        return {
            "number": number and f"party:{number}",
            "name": name and f"party:{name}",
            "marks": [f"mark:{mark}|{within}" for mark in marks],
        }


def keys(row: Mapping[str, Any]) -> set[str]:
    """All keys of a row of ``ALONE``."""
    return {key for key in (row["number"], row["name"], *(row["marks"] or ())) if key}


def own_key(row: Mapping[str, Any]) -> str | None:
    """The key under which a row of ``ALONE`` is handed its party's records (``asked`` in ``KEYED``)."""
    key: str | None = row["number"] or row["name"]
    return key
