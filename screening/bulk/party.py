"""By what two records are known to be of one party, or of one consignment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from screening.record import Record
from screening.store.identity import Identities

__all__ = ["keys_of", "party_key"]

# The keys lie beside the records themselves, so that their hash has nothing to hide.
_IDENTITIES: Final = Identities(b"screening/bulk: keys of one run")


def party_key(record: Record) -> str | None:
    """A text that records of the same party share; None where the record does not tell who it is.

    The surest key of the store: by number, without one by the name of an organisation within its prefecture, or by exactly
    the name of a person in one county. A number that was masked is nobody's.
    """
    party = record.party
    if party.id_no and "*" in party.id_no:
        party = replace(party, id_no=None)
    return next(iter(_IDENTITIES.keys(party, record.region)), None)


def keys_of(record: Record, marks: Iterable[str]) -> list[str]:
    """``party:…`` and ``mark:…``: records with a key in common know of one another. A mark counts within an agency and a 案由."""
    party = party_key(record)
    within = f"{record.agency}|{record.case_reason}"
    return [*([f"party:{party}"] if party else []), *(f"mark:{mark}|{within}" for mark in marks)]
