"""Jinja2 → one self-contained HTML file: styles and charts inside, nothing fetched, everything from data escaped."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

__all__ = ["write_page"]

_ENVIRONMENT = Environment(
    loader=PackageLoader("screening.reports"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _money(value: Decimal | None) -> str:
    """元 with thousands; an absent sum is a dash."""
    return "—" if value is None else f"{value:,.2f}".removesuffix(".00")


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.1%}"


def _chance(value: float | None) -> str:
    return "—" if value is None else "<0.0001" if value < 0.0001 else f"{value:.4f}"


_ENVIRONMENT.filters |= {"money": _money, "percent": _percent, "chance": _chance}


def write_page(template: str, target: Path, **values: object) -> None:
    """Render and put in place whole."""
    partial = target.with_name(target.name + ".part")
    # A lone surrogate in a text can't be written as UTF-8.
    text = _ENVIRONMENT.get_template(template).render(**values).encode("utf-8", "replace")
    partial.write_bytes(text)
    partial.replace(target)
