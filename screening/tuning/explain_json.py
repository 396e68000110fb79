"""An explanation as JSON: what ``screening explain --format json`` writes and the service gives for ``?explain=full``."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from screening.quantity import format_amount
from screening.tuning.explanation import Explanation

__all__ = ["as_json"]


def as_json(explanation: Explanation) -> dict[str, Any]:
    """Keys are the names of the dataclasses' fields; decimals are strings, days ISO, absent things null."""
    plain: dict[str, Any] = _plain(explanation)
    return plain


def _plain(value: object) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _plain(item) for name, item in value._asdict().items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return format_amount(value)
    return value.isoformat() if isinstance(value, date) else value
