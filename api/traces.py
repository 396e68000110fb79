"""Where the time of a request goes, for those who trace: a span for each request, and in it one for each stage.

This much is always there and does nothing; ``otel.py`` puts OpenTelemetry (extra ``otel``) in its place where ``OTEL_…`` asks for it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from api.logs import log

__all__ = ["Span", "Traces", "asked_for"]

_LOG = logging.getLogger("api.traces")
_ASKING: Final = ("OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


class Span:
    """Something under way. What is told of it must say nothing of any person or case."""

    def told(self, **facts: str) -> None:
        """Level, revision and the like."""

    def answered(self, method: str, route: str, status: int) -> None:
        """How a request ended; ``route`` is its template, ``-`` where there is none."""


_SILENT: Final = nullcontext(Span())


class Traces:
    """What gives spans; this one gives none."""

    def request(self, id_: str, headers: Mapping[str, str]) -> AbstractContextManager[Span]:
        """The span of a request, below the one that its headers name, if any."""
        del id_, headers
        return _SILENT

    def stage(self, name: str, request_id: str) -> AbstractContextManager[Span]:
        """A span within that of the request that is under way: ``history``, ``screen`` or ``keep``."""
        del name, request_id
        return _SILENT

    def close(self) -> None:
        """Send what has not been sent yet."""


def asked_for(environment: Mapping[str, str] = os.environ) -> Traces:
    """As the standard variables ask. Imports nothing where they ask for nothing; ``SettingsError`` for what can't be done."""
    asked = any(environment.get(name, "").strip() for name in _ASKING)
    off = environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    if not asked or off or environment.get("OTEL_TRACES_EXPORTER", "").strip().lower() == "none":
        return Traces()
    try:
        from api.otel import Telemetry
    except ImportError:
        log(_LOG, "OTEL_… is set, but OpenTelemetry is not installed: pip install 'screening[otel]'", logging.WARNING)
        return Traces()
    return Telemetry.from_environment(environment)
