"""Which files to read on site: the gravest for certain, of the rest a stratified random sample that anyone can draw again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from screening.reports.results import LEVELS, Results

__all__ = ["Chosen", "Sample", "allocate", "draw"]

_KEYS: Final = ("agency", "level", "band")
_STRATA: Final = """
    SELECT *, coalesce(agency, '') AS agency_, (least(floor(score / 10), 9) * 10)::INT::TEXT AS band,
        sha256($1 || '|' || record_id) AS lot
    FROM (SELECT record_id, agency, level, score, md5(result) AS print FROM cases)"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A file to read: its row, the stratum it was drawn from, and the probability with which it would be drawn."""

    row: Mapping[str, Any]
    stratum: str
    probability: float
    certain: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """What was drawn from ``cases`` with ``seed``, and ``method`` in words."""

    seed: int
    cases: int
    method: str
    chosen: Sequence[Chosen]


def draw(results: Results, size: int, seed: int, certain: float = 0.3) -> Sample:
    """Draw ``size`` cases: the share ``certain`` by score, the rest at random within agency, level and score band.

    The lot of a case is the SHA-256 of seed and record_id, so that neither the order of rows nor the machine matters. Strata
    are made coarser (without band, without agency, without level) until each gets a case: none has the probability 0.
    """
    total: int = results.one("SELECT count(*) AS cases FROM cases")["cases"]
    size = min(size, total)
    top = size if size == total else min(size, round(size * certain))
    keys, strata = _strata(results, seed, top, size - top)
    shares = allocate(strata, size - top)
    picked = _picked(results, seed, top, keys, shares)
    chosen = [
        Chosen(
            row,
            "必抽" if row["place"] <= top else _named(row["stratum"]),
            _probability(row, top, strata, shares),
            row["place"] <= top,
        )
        for row in picked
    ]
    return Sample(seed, total, _method(top, size, total, keys), chosen)


def allocate(strata: Mapping[str, int], size: int) -> dict[str, int]:
    """``size`` cases to strata: one each, the rest in proportion to what is left, largest remainders first, none over-full.

    Fewer cases than strata is the caller's mistake, unless there are none to give.
    """
    if size == 0:
        return dict.fromkeys(strata, 0)
    given = dict.fromkeys(strata, 1)
    left, rest = size - len(strata), {name: n - 1 for name, n in strata.items()}
    whole = sum(rest.values())
    if left <= 0 or whole == 0:
        return given
    for name, n in rest.items():
        given[name] += left * n // whole
    open_ = sorted(rest, key=lambda name: (-(left * rest[name] % whole), name))
    for name in open_[: size - sum(given.values())]:
        given[name] += 1
    return given


def _places(top: int, keys: Sequence[str]) -> str:
    """Every case with its place by score and, below the top, its stratum and its place by lot in that."""
    parts = " || chr(31) || ".join("agency_" if key == "agency" else key for key in keys) or "''"
    return f"""
        WITH lots AS ({_STRATA}),
        ranked AS (SELECT record_id, print, {parts} AS stratum, lot,
            row_number() OVER (ORDER BY score DESC, record_id, print) AS place FROM lots)
        SELECT *, row_number() OVER (PARTITION BY stratum, place <= {int(top)} ORDER BY lot, print) AS drawn FROM ranked"""


def _strata(results: Results, seed: int, top: int, size: int) -> tuple[tuple[str, ...], dict[str, int]]:
    for count in range(len(_KEYS), -1, -1):
        keys = _KEYS[:count] if count != 1 else ("level",)
        sql = f"SELECT stratum, count(*) AS n FROM ({_places(top, keys)}) WHERE place > {top} GROUP BY 1 ORDER BY 1"
        strata = {row["stratum"]: row["n"] for row in results.rows(sql, str(seed))}
        if len(strata) <= max(size, 1):
            break
    return keys, strata


def _picked(
    results: Results, seed: int, top: int, keys: Sequence[str], shares: Mapping[str, int]
) -> list[dict[str, Any]]:
    names, counts = list(shares), list(shares.values())
    sql = f"""
        WITH shares AS (SELECT unnest($2::VARCHAR[]) AS stratum, unnest($3::BIGINT[]) AS wanted),
        chosen AS (SELECT p.record_id, p.print, p.stratum, p.place FROM ({_places(top, keys)}) p
            LEFT JOIN shares s ON s.stratum = p.stratum WHERE p.place <= {int(top)} OR p.drawn <= s.wanted)
        SELECT DISTINCT ON (chosen.place) cases.*, chosen.stratum, chosen.place
        FROM chosen JOIN cases ON cases.record_id = chosen.record_id AND md5(cases.result) = chosen.print
        ORDER BY chosen.place"""
    return list(results.rows(sql, str(seed), names, counts))


def _probability(row: Mapping[str, Any], top: int, strata: Mapping[str, int], shares: Mapping[str, int]) -> float:
    return 1.0 if row["place"] <= top else shares[row["stratum"]] / strata[row["stratum"]]


def _named(stratum: str) -> str:
    return " / ".join(LEVELS.get(part, part or "（未填机关）") for part in stratum.split(chr(31))) or "全部"


def _method(top: int, size: int, total: int, keys: Sequence[str]) -> str:
    by = "、".join({"agency": "办案机关", "level": "等级", "band": "嫌疑分每 10 分"}[key] for key in keys) or "不分层"
    return (
        f"从 {total} 件中抽 {size} 件：嫌疑分最高的 {top} 件必抽（概率为 1）；其余 {size - top} 件按{by}分层，每层至少一件，"
        "余数按各层件数比例分配，层内按种子与案号的 SHA-256 值由小到大取。每件的入样概率为该层抽取数除以该层件数，"
        "同一种子、同一批结果总抽出同样的案件。由样本推算总体时，每件以入样概率的倒数加权。"
    )
