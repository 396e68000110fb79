"""A megabyte of the worst text is read in time linear in its length: ``python benchmarks/linear.py [SHAPE…]``.

Claim: a character of 1,000,000 costs at most twice what one of 100,000 costs, whatever the text. The rest of the record's way
(linkage, rules, the JSON line) is timed with it. CPU time; the best of two runs, and of three for the shorter lengths.
"""

from __future__ import annotations

import sys
from datetime import date
from time import process_time

from screening.output import line, to_json
from screening.record import Record
from screening.screener import Screener

LENGTHS = (100_000, 250_000, 500_000, 1_000_000)
AS_OF = date(2026, 11, 22)
MOST = 2.0

SHAPES = {
    "decisions": "经查，当事人销售白酒3瓶，每瓶20元，共60元。",
    "digits only": "1234567890",
    "Chinese digits": "一二三四五六七八九十百千万亿",
    "nested brackets": "（（（）",
    "opened, never closed": "（《“【",
    "one huge clause": "当事人销售假冒注册商标的白酒货值金额销售金额违法所得",
    "only 共计": "共计",
    "totals of amounts": "共计3元",
    "only dates": "2024年5月6日、",
    "only days in dots": "2024.5.6 ",
    "list of prices": "白酒每瓶20元、啤酒每箱35元、",
    "items and prices": "白酒3瓶、单价20元，",
    "one measure word": "销售金额3元",
    "in one clause": "销售金额300元货值金额20元",
    "only amounts": "3元、4元、",
    "bare figures": "20、35、12、",
    "persons": "张某轻伤、李某重伤，",
    "containers": "单桶重3公斤，油桶5只，",
    "taxes": "不含税金额3万元，税率13%，",
    "steps": "拉进7人,7人又",
    "corrections": "由3元调整为4元，",
    "columns": "数量 单价 甲 1 2 ",
    "headings": "数量 ",
    "slashes": "a/b/c:1/2/3;",
    "cells": "甲 | 3\n",
    "names": "张某、李某、",
    "earlier penalties": "曾因销售假烟被行政处罚，",
    "denials": "未发现销售，不构成",
    "loads": "9船，每船380吨，",
    "days and acts": "5月6日捕鱼3公斤，",
    "questions": "是否？可能？",
    "blank": " \n\t",
}


def seconds(screener: Screener, text: str) -> float:
    """The best CPU time to screen the text and write the result."""
    record = Record("1", text)
    times = []
    for _ in range(2 if len(text) > LENGTHS[1] else 3):
        start = process_time()
        to_json(line(screener.screen(record, AS_OF)))
        times.append(process_time() - start)
        if times[-1] > 20:
            break
    return min(times)


def main() -> None:
    screener = Screener.from_folder()
    shapes = {name: piece for name, piece in SHAPES.items() if not sys.argv[1:] or name in sys.argv[1:]}
    print(f"{'µs a character at':24}" + "".join(f"{length:>12,}" for length in LENGTHS) + "   last : first")
    worst = 0.0
    for name, piece in shapes.items():
        costs = []
        for length in LENGTHS:
            text = (piece * (length // len(piece) + 1))[:length]
            costs.append(seconds(screener, text) / length * 1e6)
        ratio = costs[-1] / costs[0]
        worst = max(worst, ratio)
        print(f"{name:24}" + "".join(f"{cost:12.2f}" for cost in costs) + f"   × {ratio:.2f}", flush=True)
    print(f"worst × {worst:.2f}; claimed: at most × {MOST}")
    sys.exit(worst > MOST)


if __name__ == "__main__":
    main()
