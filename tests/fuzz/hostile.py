"""Hostile records: put together from what the reader knows, so that every piece of them wakes some part of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from screening.bundle.bundle import Bundle
from screening.errors import RecordError
from screening.output import line, to_json
from screening.quantity import UNITS
from screening.record import Record, read_record
from screening.scoring import LEVELS
from screening.screener import Screener
from screening.tuning.lexicon import words_of

__all__ = ["COMMON", "FIELDS", "check", "deal", "record_of", "vocabulary"]

AS_OF = date(2026, 11, 22)
FIELDS = ("narrative", "case_reason", "legal_basis", "penalty.content", "stated")

FIGURES = (
    *"0123456789０１９〇零一二两三五九十百千万亿廿卅半几数余多约近点",
    *("壹贰叁伍拾佰仟萬億圆整", "6.2", "1,000", "62，350.00", "1e9", "9" * 40, "0.", ".5", "-3", "+", "½", "²", "①", "㈠", "Ⅳ", "٣", "१"),
    *("三十多", "十几", "两三", "3-5", "3至5", "3~5", "百分之", "千分之", "之", "分之", "每", "单价", "×", "*", "=", "÷", "/", "％", "‰"),
)  # fmt: skip
DAYS = (
    *("2024年", "2024年2月30日", "2024.5.6", "2024-05-06", "20240506", "2023年3月至2024年1月", "年", "月", "日"),
    *("0000年0月0日", "9999年99月99日", "1949年", "五月初三", "二〇二四年", "〇年", "下午3时", "3点15分", "个月", "以来", "同年"),
)  # fmt: skip
MARKS = (
    *"，。、；：？！,.;:?!（）()〔〕［］【】《》〈〉“”‘’\"'「」—…-~～·%#&@|\\/ \t\n\r\u3000\u00a0",
    *("（" * 30, "）" * 30, "《" * 20, "“" * 15, "。" * 20, "、" * 20, "((()", "\r\n\r\n", "但", "却", "的", "某", "张某", "某某公司"),
)  # fmt: skip
ODD = (
    *"\x00\x07\x1b\x7f\x85\u200b\u200d\u202e\u2028\ufeff\ufffd\ufe0f\u0301\u0130\u017f\u1e9e\ufb01\ufdfa㎡㎏㎥㍻🀄😀𠀀𪚥",
    *("e\u0301" * 5, "👨‍👩‍👧", "\ud800", "العربية", "ﬃ", "ǅ", "ß", "ＡＢＣ", "ａ", "１２３", "Σς", "a" * 50),
)


#: Figures, units, days and punctuation: what stands between the words of every narrative.
COMMON = tuple(dict.fromkeys((*FIGURES, *UNITS, *DAYS, *MARKS, *ODD)))


def vocabulary(bundle: Bundle) -> tuple[str, ...]:
    """Every word of the bundle that narratives, 案由 and 处罚依据 are searched for, in a fixed order."""
    linked = (word for t in bundle.thresholds for word in (t.charge, *t.linkage.reasons, *t.linkage.provisions))
    return tuple(dict.fromkeys((*words_of(bundle), *linked)))


def record_of(fields: dict[str, str]) -> dict[str, Any]:
    """A record as it comes over the wire, from texts by the names in ``FIELDS``."""
    data: dict[str, Any] = {"record_id": "1", "decided_on": "2024-05-06", "transferred": False}
    data |= {name: fields.get(name, "") for name in ("narrative", "case_reason", "legal_basis")}
    data["penalty"] = {"content": fields.get("penalty.content", "")}
    name, _, value = fields.get("stated", "").partition("：")
    data["stated_amounts"] = {name or "销售金额": value or name}
    return data


def check(screener: Screener, data: dict[str, Any]) -> None:
    """Fail unless the record is refused in words or gets a result in which everything holds that must always hold."""
    try:
        record = read_record(data)
    except RecordError as error:
        assert error.code and error.detail
        return
    text = to_json(line(screener.screen(record, AS_OF)))
    assert text == to_json(line(screener.screen(record, AS_OF))), "the same record gave other bytes"
    text.encode("utf-8")
    result = json.loads(text)
    _evidence_holds(result, record)
    policy = screener.bundle.policy
    floors = [Decimal(0), policy.watch, policy.early_intervention, policy.refer, Decimal(100)]
    rank = LEVELS.index(result["level"])
    assert floors[rank] <= Decimal(str(result["score"])) < floors[rank + 1], (result["level"], result["score"])
    for measure in result["measures"]:
        assert Decimal(measure["value"]).is_finite() and "E" not in measure["value"], measure


def _evidence_holds(result: dict[str, Any], record: Record) -> None:
    texts = {
        "narrative": record.narrative,
        "penalty.content": record.penalty.content,
        "case_reason": record.case_reason,
        "legal_basis": record.legal_basis,
    }
    for span in _spans(result):
        if span["field"] in texts:
            assert texts[span["field"]][span["start"] : span["end"]] == span["text"], span
            assert 0 <= span["start"] < span["end"], span


def _spans(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if {"field", "start", "end", "text"} <= value.keys():
            yield value
        for item in value.values():
            yield from _spans(item)
    elif isinstance(value, list):
        for item in value:
            yield from _spans(item)


def deal(numbers: Sequence[int], words: Sequence[str]) -> dict[str, Any]:
    """A record from any row of 16-bit numbers: half of them are common pieces, most others words of the bundle.

    The highest turn to the next field or are one character of the first four thousand.
    """
    fields = dict.fromkeys(FIELDS, "")
    at = 0
    for number in numbers:
        if number >= 0xFF00:
            at = (at + 1) % len(FIELDS)
        elif number >= 0xF000:
            fields[FIELDS[at]] += chr(number - 0xF000)
        elif number & 1:
            fields[FIELDS[at]] += COMMON[(number >> 1) % len(COMMON)]
        else:
            fields[FIELDS[at]] += words[(number >> 1) % len(words)]
    return record_of(fields)
