"""Days on which the case went its way, and nothing was done that it is about: 3月8日下达责令改正通知, 5月20日移送公安机关."""

from __future__ import annotations

import re

from screening.reading.dates import DateSpan
from screening.reading.text import Text

__all__ = ["of_procedure"]

_STEP = re.compile(
    r",?[^,。;]{0,24}?(?:移送|移交|下达|送达|听证|告知书|不予立案|退回本局|出具|受理|补缴|缴清|缴齐|足额缴纳|缴纳(?:税款|滞纳金|罚款)|付清|支付完毕|结清)"
)
_BECAME = re.compile(r"\s*(?:起|至|到|[-—~至]|以来|期间|之间)")


def of_procedure(text: Text, day: DateSpan) -> bool:
    """Whether a single day goes on, in its clause, with a step of the procedure or with what was made good."""
    return (
        day.first == day.last
        and not _BECAME.match(text.folded, day.end)
        and _STEP.match(text.folded, day.end) is not None
    )
