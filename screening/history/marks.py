"""What a narrative names a consignment by: number plates, batch, waybill, declaration and contract numbers."""

from __future__ import annotations

import re

from screening.folding import fold

__all__ = ["marks_of"]

_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][a-z0-9]{4}[a-z0-9挂学]{1,2}(?![a-z0-9])"
)
_NUMBER = re.compile(
    r"(?:批号|批次号?|运单号?|提单号?|报关单号?|合同编?号|车架号)[为是:“\s]{0,3}([a-z0-9][a-z0-9\-]{4,29})"
)


def marks_of(narrative: str) -> tuple[str, ...]:
    """What a narrative names a consignment by, in the order of the text."""
    folded = fold(narrative)
    found = [(m.start(), m[0]) for m in _PLATE.finditer(folded)] + [(m.start(), m[1]) for m in _NUMBER.finditer(folded)]
    return tuple(dict.fromkeys(mark for _, mark in sorted(found)))[:8]
