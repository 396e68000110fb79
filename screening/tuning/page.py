"""The one look of the pages that the tuning tools write: self-contained, Chinese, printable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["page", "table", "tag"]

_STYLE = """
:root{--ink:#1c2530;--soft:#5c6875;--line:#d9dfe6;--pale:#f5f7fa}
*{box-sizing:border-box}
body{font:14px/1.65 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",sans-serif;color:var(--ink);
max-width:1000px;margin:24px auto;padding:0 20px}
header{display:flex;justify-content:space-between;align-items:center;gap:20px;border-bottom:2px solid var(--ink)}
h1{font-size:22px;margin:0}header p{margin:2px 0 10px;color:var(--soft)}
h2{font-size:17px;margin:28px 0 8px;border-bottom:1px solid var(--line);padding-bottom:4px}
h3{font-size:15px;margin:16px 0 6px}h4{font-size:14px;margin:12px 0 4px}
small,.small{color:var(--soft);font-size:12px;font-weight:normal}
.score{text-align:center;border-radius:6px;padding:4px 14px;color:#fff;background:#7b8794;margin-bottom:8px;white-space:nowrap}
.score b{display:block;font-size:24px;line-height:1.2}
.score.refer{background:#b3261e}.score.early_intervention{background:#b26a00}.score.watch{background:#1f6f8b}
section{border:1px solid var(--line);border-radius:6px;padding:4px 14px 10px;margin:12px 0}
table{border-collapse:collapse;width:100%;margin:6px 0 10px;font-size:13px}
th,td{border-bottom:1px solid var(--line);padding:3px 8px;text-align:left;vertical-align:top}
th{background:var(--pale);font-weight:600;white-space:nowrap}
td:first-child{white-space:nowrap}
table.conditions,table.rules,table.why,table.silent{table-layout:fixed}
.conditions th:nth-child(1){width:4%}.conditions th:nth-child(2){width:26%}.conditions th:nth-child(3){width:16%}
.conditions th:nth-child(4){width:16%}.conditions th:nth-child(5){width:9%}
.rules th:nth-child(1){width:30%}.rules th:nth-child(2){width:4%}.rules th:nth-child(4),.rules th:nth-child(5){width:18%}
.facts td:not(:last-child){white-space:nowrap}.facts td:last-child{width:50%}
.legend mark{padding:1px 5px;margin-right:4px}
.why th:nth-child(1){width:11%}.why th:nth-child(2){width:32%}.why th:nth-child(3){width:8%}
.rules td:first-child,.silent td:first-child{white-space:normal}
.text{background:var(--pale);padding:10px 14px;border-radius:6px;white-space:pre-wrap}
mark{background:none;color:inherit;padding:1px 0;border-radius:2px}
mark.measure{background:#ffe08a}mark.conduct{background:#ffc2bb}mark.circumstance{background:#bfe3f2}
mark.reason{background:#c9ebc4}mark.aside{background:#e7e9ec;color:var(--soft)}mark.denied{text-decoration:line-through;background:#eee6f5}
.verdict{font-size:12px;font-weight:600;border-radius:10px;padding:1px 9px;background:#e7e9ec;white-space:nowrap}
.verdict.reached,.verdict.yes{background:#f9d2ce;color:#8c1d16}.verdict.near{background:#fde3ba;color:#7a4800}
.verdict.unknown{background:#d6e9f3;color:#164f66}
.draft{font-size:12px;border:1px solid #b26a00;color:#b26a00;border-radius:3px;padding:0 4px}
.limb{margin:6px 0 6px 10px;padding-left:10px;border-left:3px solid var(--line)}.limb p{margin:2px 0}
.choice{border-left:3px solid #1f6f8b;padding-left:10px}.missing{color:#164f66}
.yes{color:#1b7a36}.no{color:#b3261e}.open{color:#1f6f8b}
details summary{cursor:pointer;font-weight:600}
@media print{body{margin:0;max-width:none;font-size:11pt}section,tr,.limb{break-inside:avoid}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
"""


def page(title: str, body: str) -> str:
    """A whole document; ``body`` is HTML, ``title`` is text."""
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def tag(name: str, text: str) -> str:
    """One element around text, which is escaped."""
    return f"<{name}>{escape(text)}</{name}>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    """A table; cells are HTML. Nothing where there are no rows. ``kind`` fixes the widths of its columns."""
    lines = ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows]
    heads = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(lines)
    return f'<table class="{kind}"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>' if lines else ""
