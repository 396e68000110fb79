"""Charts as inline SVG: bars, columns and intervals; readable offline, printed, and by a screen reader (``<title>``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

__all__ = ["Interval", "bars", "columns", "intervals"]

_WIDTH, _ROW, _LABEL, _VALUE = 720, 26, 210, 64


@dataclass(frozen=True, slots=True)
class Interval:
    """A share with its uncertainty: all three from 0 to 1; ``marked`` where it stands out."""

    label: str
    low: float
    share: float
    high: float
    note: str
    marked: bool = False


def bars(rows: Sequence[tuple[str, Mapping[str, int]]], parts: Mapping[str, str], title: str) -> Markup:
    """Stacked horizontal bars, one a row; ``parts`` maps keys to their names, drawn in that order."""
    most = max((sum(values.values()) for _, values in rows), default=0) or 1
    scale = (_WIDTH - _LABEL - _VALUE) / most
    drawn = []
    for index, (label, values) in enumerate(rows):
        x, y = float(_LABEL), index * _ROW
        drawn.append(_label(label, y))
        for key, name in parts.items():
            width = values.get(key, 0) * scale
            if width > 0:
                drawn.append(_rect((x, y + 5, width, _ROW - 9), key, f"{label} {name}：{values[key]}"))
            x += width
        drawn.append(f'<text class="value" x="{x + 6:.1f}" y="{y + 18}">{sum(values.values()):,}</text>')
    return _svg(drawn, len(rows) * _ROW + 4, title)


def columns(
    rows: Sequence[tuple[str, Mapping[str, int]]],
    parts: Mapping[str, str],
    title: str,
    band: tuple[int, int, str] | None = None,
) -> Markup:
    """Stacked columns; ``band`` shades from the left edge of one column to that of another and says why."""
    most = _round(max((sum(values.values()) for _, values in rows), default=0))
    height, top, left = 180, 26, 56
    step = (_WIDTH - left - 8) / max(1, len(rows))
    drawn = []
    if band:
        first, last, words = band
        drawn.append(_rect((left + first * step, top - 6, (last - first) * step, height + 6), "band", words))
        drawn.append(f'<text class="note" x="{left + first * step:.1f}" y="14">{escape(words)}</text>')
    for share in (0, 0.5, 1):
        y = top + height * (1 - share)
        drawn.append(f'<line class="grid" x1="{left}" x2="{_WIDTH}" y1="{y}" y2="{y}"/>')
        drawn.append(f'<text class="value" text-anchor="end" x="{left - 6}" y="{y + 4}">{int(most * share):,}</text>')
    every = -(-len(rows) // 13) or 1
    for index, (label, values) in enumerate(rows):
        x, y = left + index * step, float(top + height)
        for key, name in parts.items():
            tall = values.get(key, 0) / most * height
            y -= tall
            if tall > 0:
                drawn.append(_rect((x + 1, y, max(1.0, step - 2), tall), key, f"{label} {name}：{values[key]}"))
        if index % every == 0:
            middle = x + step / 2
            drawn.append(f'<text class="tick" x="{middle:.1f}" y="{top + height + 17}">{escape(label)}</text>')
    return _svg(drawn, top + height + 26, title)


def _round(most: int) -> int:
    """Where a scale ends: the next number of two digits and zeros that can be halved."""
    unit = 2 * int(10 ** max(0, len(str(most)) - 2))
    return max(2, -(-most // unit) * unit)


def intervals(rows: Sequence[Interval], title: str, reference: float | None = None) -> Markup:
    """A dot with its interval a row, on a scale that ends where the longest does; ``reference`` is a line through all."""
    end = min(1.0, max([r.high for r in rows] + [reference or 0.0, 0.05]))
    scale = (_WIDTH - _LABEL - 130) / end
    height = len(rows) * _ROW
    drawn = []
    if reference is not None:
        x = _LABEL + reference * scale
        drawn.append(f'<line class="reference" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height}"/>')
    for index, row in enumerate(rows):
        y, mark = index * _ROW + 13, " marked" if row.marked else ""
        low, dot, high = (_LABEL + v * scale for v in (row.low, row.share, row.high))
        drawn.append(_label(row.label, index * _ROW))
        drawn.append(f'<line class="interval{mark}" x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}"/>')
        drawn.append(f'<circle class="dot{mark}" cx="{dot:.1f}" cy="{y}" r="4.5"/>')
        drawn.append(f'<text class="value" x="{_WIDTH - 122}" y="{y + 5}">{escape(row.note)}</text>')
    return _svg(drawn, height + 4, title)


def _label(text: str, y: float) -> str:
    short = text if len(text) <= 15 else text[:14] + "…"
    return f'<text class="label" x="{_LABEL - 8}" y="{y + 18}">{escape(short)}<title>{escape(text)}</title></text>'


def _rect(box: tuple[float, float, float, float], kind: str, words: str) -> str:
    x, y, width, height = box
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect class="{escape(kind)}" {place}><title>{escape(words)}</title></rect>'


def _svg(drawn: Sequence[str], height: float, title: str) -> Markup:
    head = f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}">'
    return Markup(head + f"<title>{escape(title)}</title>" + "".join(drawn) + "</svg>")
