"""By what two records are known to be of one party, or of one consignment."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from screening.record import Record

__all__ = ["keys_of", "party_key"]


def party_key(record: Record) -> str | None:
    """A text that records of the same party share; None where the record does not tell who it is.

    A credit code or identity number decides. Without one an organisation goes by its name within its region; a person
    never, because names are shared.
    """
    party = record.party
    if party.id_no and "*" not in party.id_no:
        return party.id_no
    name = "".join(unicodedata.normalize("NFKC", party.name).split()).lower()
    # Who is named with four characters or fewer and not said to be an organisation may be a person.
    if party.kind == "个人" or (party.kind is None and len(name) <= 4) or not name or "*" in name:
        return None
    return f"{name}@{record.region or ''}"


def keys_of(record: Record, marks: Iterable[str]) -> list[str]:
    """``party:…`` and ``mark:…``: records with a key in common know of one another."""
    party = party_key(record)
    return [*([f"party:{party}"] if party else []), *(f"mark:{mark}" for mark in marks)]
