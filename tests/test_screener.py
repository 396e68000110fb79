"""The whole line: which charges weigh in the result of a record."""

from __future__ import annotations

from datetime import date

from screening.record import read_record
from screening.screener import Screener

COSMETICS = {
    "record_id": "1",
    "agency": "某市药品监督管理局",
    "case_reason": "生产不合格化妆品案",
    "narrative": (
        "经查，当事人生产不符合卫生标准的化妆品并销售，销售金额{}元，经检验为不合格产品，以次充好。"
        "未发现使用者容貌毁损、皮肤严重损伤等严重后果。"
    ),
    "legal_basis": "《化妆品监督管理条例》第五十九条第（三）项；《产品质量法》第五十条",
    "decided_on": "2025-03-01",
    "transferred": False,
}


def screen(screener: Screener, amount: int) -> str:
    record = read_record(COSMETICS | {"narrative": str(COSMETICS["narrative"]).format(amount)})
    return screener.screen(record, date(2026, 11, 26)).score.level


def test_goods_that_miss_their_own_crime_are_judged_as_substandard_products(screener: Screener) -> None:
    assert screen(screener, 63000) == "refer"  # 刑法第149条第1款: 第148条要求严重后果，第140条五万元即够
    assert screen(screener, 9000) in ("none", "watch")


def leading(screener: Screener, narrative: str, reason: str) -> list[str]:
    record = read_record({"record_id": "1", "agency": "某县农业农村局", "narrative": narrative, "case_reason": reason,
                          "decided_on": "2025-03-01", "transferred": False})  # fmt: skip
    return [a.threshold.charge for a in screener.screen(record, date(2026, 11, 26)).assessments[:2]]


def test_the_general_charge_leads_where_only_it_is_reached_or_near(screener: Screener) -> None:
    special, general = "生产、销售伪劣农药、兽药、化肥、种子罪", "生产、销售伪劣产品罪"
    sold = "当事人销售假兽药，销售金额{}元，养殖户未反映有死亡情况。"
    assert leading(screener, sold.format(46000), "销售假兽药案") == [general, special]  # 刑法第149条第1款
    assert leading(screener, sold.format(4600), "销售假兽药案") == [special, general]
    lost = "当事人销售假农药，销售金额52000元，使用后使生产遭受损失31000元。"
    assert leading(screener, lost, "销售假农药案") == [special, general]
