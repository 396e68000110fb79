"""Whether a case was transferred: the column, and what the narrative tells against it."""

from __future__ import annotations

from datetime import date

import pytest

from screening.record import read_record
from screening.screener import Screener

FACT = "2024年3月，当事人以假报出口手段骗取出口退税款412.73万元。"


@pytest.mark.parametrize(
    ("told", "level"),
    [
        (
            "本局已于2025年5月12日以《涉嫌犯罪案件移送书》将全案移送某市公安局经侦支队，公安机关已受理并出具回执。",
            "none",
        ),
        ("该案已于6月3日移送县公安局，并收到受案回执，本局先就吊销许可作出处理。", "none"),
        ("本局将全案移送某市公安局。", "refer"),  # no receipt: the column decides
        ("同案的货代人员已移送公安机关，公安机关已受理。", "refer"),
        ("本局将全案移送某市公安局，公安机关不予受理，案卷退回本局。", "refer"),
        ("供货商一案，该局已将全案移送公安机关，公安机关已立案。", "refer"),
        ("涉嫌犯罪的，本局将把全案移送公安机关，公安机关已立案的中止处罚。", "refer"),
    ],
)
def test_the_receipt_of_the_police_for_the_whole_case_outweighs_the_column(
    screener: Screener, told: str, level: str
) -> None:
    record = {"record_id": "1", "narrative": FACT + told, "case_reason": "骗取出口退税案", "transferred": False}
    assert screener.screen(read_record(record), date(2026, 11, 26)).score.level == level
