"""Folders of results, seeded: thousands of invented rows of a few agencies, with what a test plants in them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

MONEY, TEXT, DAY, TEXTS = pa.decimal128(38, 2), pa.string(), pa.date32(), pa.list_(pa.string())
SCHEMA = pa.schema(
    [(n, TEXT) for n in ("record_id", "agency", "region", "party_name", "party_kind", "party_id_masked", "case_reason")]
    + [(n, DAY) for n in ("decided_on", "entered_on", "filed_on", "conduct_from", "conduct_to")]
    + [("transferred", pa.bool_())]
    + [(n, MONEY) for n in ("fine", "confiscated", "case_amount")]
    + [("score", pa.float64()), ("level", TEXT), ("charge", TEXT), ("article", TEXT), ("verdict", TEXT)]
    + [("ratio", pa.float64())]
    + [(n, TEXT) for n in ("threshold", "version", "document", "clause", "limb_text")]
    + [("missing", TEXTS), ("rules", TEXTS), ("reasons", TEXTS), ("draft", pa.bool_())]
    + [("notes", TEXTS), ("warnings", TEXTS), ("legal_basis", TEXT), ("narrative", TEXT), ("least_fine", MONEY)]
    + [("result", TEXT)]
)
AGENCIES = tuple(f"{c}县{kind}" for c in "甲乙丙丁" for kind in ("市场监督管理局", "生态环境局", "烟草专卖局"))
CHARGES = (
    ("销售假冒注册商标的商品罪", "刑法第214条"),
    ("污染环境罪", "刑法第338条"),
    ("生产、销售有毒、有害食品罪", "刑法第144条"),
    (None, None),
)


def row(**changes: Any) -> dict[str, Any]:
    """One unremarkable case."""
    base: dict[str, Any] = dict.fromkeys(SCHEMA.names) | {
        "record_id": "甲罚〔2025〕1号",
        "agency": AGENCIES[0],
        "region": "110101",
        "party_name": "张某",
        "party_kind": "个人",
        "case_reason": "销售侵权商品案",
        "decided_on": date(2025, 3, 3),
        "entered_on": date(2025, 3, 8),
        "transferred": False,
        "fine": Decimal(3000),
        "case_amount": Decimal(20000),
        "score": 30.0,
        "level": "none",
        "charge": CHARGES[0][0],
        "article": CHARGES[0][1],
        "verdict": "below",
        "ratio": 0.4,
        "missing": [],
        "rules": [],
        "reasons": [],
        "draft": False,
        "notes": [],
        "warnings": [],
        "narrative": "经查，当事人销售侵权商品。",
        "result": "{}",
    }
    return base | changes


def seeded(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Cases spread over agencies, two years, levels; amounts that fall off smoothly, so that nothing stands out."""
    dice = random.Random(seed)
    return [_drawn(dice, number) for number in range(count)]


def _drawn(dice: random.Random, number: int) -> dict[str, Any]:
    charge, article = dice.choice(CHARGES)
    ratio = round(dice.expovariate(1.4), 3) if charge else None
    verdict = None if ratio is None else "reached" if ratio >= 1 else "near" if ratio >= 0.8 else "below"
    score = min(99.0, round((ratio or 0) * 60 + dice.uniform(0, 15), 1))
    level = "refer" if score >= 70 else "early_intervention" if score >= 55 else "watch" if score >= 40 else "none"
    decided = date(2024, 1, 1) + timedelta(days=dice.randrange(731))
    return row(
        record_id=f"罚〔2025〕{number:06}号",
        agency=dice.choice(AGENCIES),
        decided_on=decided,
        entered_on=decided + timedelta(days=dice.choice((2, 5, 9, 14, 45))),
        charge=charge,
        article=article,
        ratio=ratio,
        verdict=verdict,
        score=score,
        level=level,
        case_amount=Decimal(str(ratio)) * 50000 if ratio else None,
        fine=Decimal(dice.randrange(1, 80)) * 500,
        least_fine=Decimal(5000) if dice.random() < 0.5 else None,
        transferred=verdict == "reached" and dice.random() < 0.3,
        legal_basis=dice.choice(("《商标法》第六十条", None)),
        missing=["价格鉴定"] if dice.random() < 0.1 else [],
        rules=["amount.just-below"] if verdict == "near" else ["transfer.reached-not-transferred"] * (level == "refer"),
        reasons=["数额接近立案追诉标准。"]
        if verdict == "near"
        else ["达到立案追诉标准，未见移送。"] * (level == "refer"),
        draft=charge is not None and dice.random() < 0.05,
        threshold=charge and "invented",
        version=charge and "2020-01-01",
    )


def write(folder: Path, rows: Iterable[dict[str, Any]]) -> Path:
    """``results/part-0.parquet`` in ``folder``."""
    (folder / "results").mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(list(rows), SCHEMA), folder / "results" / "part-00000.parquet")
    return folder
