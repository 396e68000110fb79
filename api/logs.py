"""Structured logs: one JSON object a line, personal data masked before it is written."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Final

__all__ = ["JsonFormatter", "log", "mask", "set_up"]

_NUMBERS: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|\d{15}|1[3-9]\d{9}|[0-9A-Z]{2}\d{6}[0-9A-Z]{10})(?![0-9A-Za-z])"
)
_KEYS: Final = re.compile(r"(scr_[0-9A-Za-z]{1,16}_)[0-9A-Za-z_-]+")


def mask(text: str) -> str:
    """Identity numbers, credit codes, telephone numbers and keys keep their first three characters (a key its id)."""
    return _KEYS.sub(r"\1***", _NUMBERS.sub(lambda found: found[0][:3] + "***", text))


class JsonFormatter(logging.Formatter):
    """A record as a line of JSON. Of an exception its type and where it came from; its message may quote a case."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0]:
            told["exception"] = record.exc_info[0].__name__
            told["where"] = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(record.exc_info[2])[-8:]]
        return mask(json.dumps(told, ensure_ascii=False, default=str))


def log(logger: logging.Logger, message: str, level: int = logging.INFO, **fields: object) -> None:
    """One line with fields."""
    logger.log(level, message, extra={"fields": fields})


def set_up(level: str = "INFO") -> None:
    """Send the service's and the server's logs to standard error, in this form. For the process that serves; a library never does."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    for name in ("api", "opentelemetry", "uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = ([handler], False) if name != "uvicorn.error" else ([], True)
        logger.setLevel(level)
