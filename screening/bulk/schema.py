"""What the shards hold: entries as staged, records screened alone, results. All ids are text; money is decimal 元."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

__all__ = ["AGAIN", "ALONE", "KEPT", "MONEY", "RESULT", "STAGED"]

MONEY: Final = pa.decimal128(38, 2)
_TEXT, _DAY, _TEXTS = pa.string(), pa.date32(), pa.list_(pa.string())

STAGED: Final = pa.schema(
    [
        ("shard", pa.int32()),
        ("seq", pa.int64()),  # the place in the input as a whole, from 0
        ("history", pa.bool_()),  # counts as history only and gets no result
        ("file", _TEXT),
        ("position", _TEXT),
        ("text", _TEXT),  # the entry as JSON; null where its file's reader gave an error instead
        ("warnings", _TEXT),  # JSON: [[code, detail, pointer], …]
        ("headers", _TEXT),  # JSON: pointer → header of the column
        ("record_id", _TEXT),
        ("code", _TEXT),
        ("detail", _TEXT),
        ("pointer", _TEXT),
    ]
)
"""An entry of an input file, cut out and not yet read."""

RESULT: Final = pa.schema(
    [
        ("record_id", _TEXT),
        ("agency", _TEXT),
        ("region", _TEXT),
        ("party_name", _TEXT),
        ("party_kind", _TEXT),
        ("party_id_masked", _TEXT),
        ("case_reason", _TEXT),
        ("decided_on", _DAY),
        ("entered_on", _DAY),
        ("filed_on", _DAY),
        ("conduct_from", _DAY),
        ("conduct_to", _DAY),
        ("transferred", pa.bool_()),
        ("fine", MONEY),
        ("confiscated", MONEY),
        ("case_amount", MONEY),  # 涉案金额
        ("score", pa.float64()),
        ("level", _TEXT),
        # Of the charge that the record points to most strongly; null where it points to none.
        ("charge", _TEXT),
        ("article", _TEXT),
        ("verdict", _TEXT),
        ("ratio", pa.float64()),
        ("threshold", _TEXT),
        ("version", _TEXT),
        ("document", _TEXT),
        ("clause", _TEXT),
        ("limb_text", _TEXT),
        ("missing", _TEXTS),
        ("rules", _TEXTS),
        ("reasons", _TEXTS),
        ("draft", pa.bool_()),
        ("notes", _TEXTS),
        ("warnings", _TEXTS),
        ("legal_basis", _TEXT),
        ("narrative", _TEXT),
        ("least_fine", MONEY),
        ("result", _TEXT),  # the line that ``screening screen`` prints
    ]
)
"""One record with its result: the columns that reports are made from."""

ALONE: Final = pa.schema(
    [
        ("shard", pa.int32()),
        ("seq", pa.int64()),
        ("history", pa.bool_()),
        *RESULT,
        ("number", _TEXT),  # what other records of the party share: its number,
        ("name", _TEXT),  # its name,
        ("marks", _TEXTS),  # and what those of the consignment do
        ("past", _TEXT),  # what history keeps of it
        ("rejected_file", _TEXT),
        ("rejected_row", _TEXT),
        ("rejected_column", _TEXT),
        ("rejected_reason", _TEXT),
    ]
)
"""A record screened on its own, or why it was rejected (``rejected_reason`` is null for a record)."""

_TOUCHED: Final = [
    ("charges", _TEXTS),  # ids of all charges in question
    ("conducts", _TEXTS),  # all conducts told, in whatever state
    ("penalty_content", _TEXT),
    ("postings", _TEXT),  # JSON: the fields of each posting that the rules were asked about
]

KEPT: Final = pa.schema([*ALONE, *_TOUCHED])
"""A row of ``ALONE`` with what tells whether a change of the bundle can touch it."""

AGAIN: Final = pa.schema([("seq", pa.int64()), *RESULT, *_TOUCHED])
"""A record screened once more with its other records, where that was kept."""
