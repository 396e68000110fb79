"""A charge is called by the name in force when the conduct ended (罪名补充规定)."""

from __future__ import annotations

from datetime import date

import pytest

from screening.bundle.bundle import Bundle
from screening.consult import consult, find_charges
from screening.facts import GivenFacts
from screening.output import line
from screening.record import read_record
from screening.screener import Screener

AS_OF = date(2026, 11, 22)
HUNTING = "非法猎捕、杀害珍贵、濒危野生动物罪"
TRADE = "非法收购、运输、出售珍贵、濒危野生动物、珍贵、濒危野生动物制品罪"
TODAY = "危害珍贵、濒危野生动物罪"


def name_of(bundle: Bundle, threshold: str, day: str, *conduct: str) -> str:
    return bundle.threshold(threshold).charge_on(date.fromisoformat(day), lambda name: name in conduct)


@pytest.mark.parametrize(
    ("threshold", "day", "name"),
    [
        ("forced-risky-work", "2021-02-28", "强令违章冒险作业罪"),  # 法释〔2021〕2号
        ("forced-risky-work", "2021-03-01", "强令、组织他人违章冒险作业罪"),
        ("counterfeit-drugs", "2021-02-28", "生产、销售假药罪"),
        ("fraudulent-securities-issue", "2020-12-31", "欺诈发行股票、债券罪"),
        ("forged-identity-documents", "2015-10-31", "伪造、变造居民身份证罪"),  # 法释〔2015〕20号
        ("environmental-pollution", "2011-04-30", "重大环境污染事故罪"),  # 法释〔2011〕10号
        ("environmental-pollution", "2011-05-01", "污染环境罪"),
        ("unsafe-food", "2011-04-30", "生产、销售不符合卫生标准的食品罪"),
        ("forced-labour", "2011-04-30", "强迫职工劳动罪"),
        ("tax-evasion", "2009-02-27", "偷税罪"),  # 法释〔2009〕13号
        ("tax-evasion", "2009-02-28", "逃税罪"),
        ("theft", "2009-01-01", "盗窃罪"),
    ],
)
def test_the_name_goes_with_the_conduct_date(bundle: Bundle, threshold: str, day: str, name: str) -> None:
    assert name_of(bundle, threshold, day) == name


def test_of_several_former_names_the_conduct_chooses_else_the_first(bundle: Bundle) -> None:
    trade = "非法收购、运输、出售珍贵、濒危野生动物及其制品"
    assert name_of(bundle, "protected-wildlife", "2020-06-01") == HUNTING
    assert name_of(bundle, "protected-wildlife", "2020-06-01", trade) == TRADE
    assert name_of(bundle, "protected-wildlife", "2021-03-01", trade) == TODAY


def test_of_two_changes_of_name_the_earlier_conduct_gets_the_earlier_name(bundle: Bundle) -> None:
    assert (
        name_of(bundle, "personal-information", "2015-10-31", "出售或者提供公民个人信息")
        == "出售、非法提供公民个人信息罪"
    )
    assert name_of(bundle, "personal-information", "2015-11-01", "出售或者提供公民个人信息") == "侵犯公民个人信息罪"


def screened(screener: Screener, day: str) -> dict:
    record = {
        "record_id": "1",
        "narrative": "经查，当事人未取得批准，出售象牙制品3件，经鉴定系国家一级保护野生动物制品，价值25000元。",
        "conduct_to": day,
    }
    return line(screener.screen(read_record(record), AS_OF))


def test_a_result_and_its_sentences_use_the_name_of_the_conduct_date(screener: Screener) -> None:
    old, new = screened(screener, "2019-05-01"), screened(screener, "2023-05-01")
    charge = next(c for c in old["charges"] if c["threshold"] == "protected-wildlife")
    assert (charge["charge"], charge["charge_now"]) == (TRADE, TODAY)
    assert TODAY in [c["charge"] for c in new["charges"]]
    assert not any(TODAY in f["text"] for f in old["findings"])


def test_consult_finds_a_former_name_and_answers_with_the_name_of_that_day(bundle: Bundle) -> None:
    found = find_charges(bundle, TRADE).thresholds
    assert [t.id for t in found] == ["protected-wildlife-sea", "protected-wildlife"]
    day = date(2020, 6, 1)
    assert consult(bundle, found[1], day, GivenFacts(), TRADE).charge == TRADE
    assert consult(bundle, found[1], day, GivenFacts(), TODAY).charge == HUNTING
    assert consult(bundle, found[1], date(2024, 6, 1), GivenFacts(), TRADE).charge == TODAY
