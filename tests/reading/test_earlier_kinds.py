"""Earlier penalties count for a limb only where they were for the same kind of conduct, or nobody says for what."""

from __future__ import annotations

from decimal import Decimal

import pytest

from screening.bundle.bundle import Bundle
from screening.quantity import Quantity
from screening.reading.grounds import Kind, ground_before
from screening.record import read_record
from screening.screener import Screener

TWO_YEARS = Quantity(Decimal(2), "年")

GROUNDS = [
    ("曾因交通违法被罚款", "交通违法"),
    ("两年内因非法采砂两次被处罚", "非法采砂"),
    ("曾因赌博,于2022年5月被行政拘留", "赌博"),
    ("此前已对其无证排污行为作出行政处罚", "无证排污"),
    ("曾因涉嫌走私奶粉受到行政处罚", "走私奶粉"),
    ("2024年1月因藏带手机被本关按走私行为罚款", "藏带手机走私"),
    ("曾被本局以非医师行医罚过", "非医师行医"),
    ("曾被本局罚款", None),
    ("因此再次被处罚", None),
]


@pytest.mark.parametrize(("text", "ground"), GROUNDS)
def test_the_ground_of_a_penalty_is_what_it_was_for(text: str, ground: str | None) -> None:
    assert ground_before(text, text.rfind("被") if "被" in text else 0, len(text), 0) == ground


KINDS = [
    # charge file, narrative, penalties of its kind within two years
    ("illegal-mining-river-sand", "当事人曾于2022年5月6日因非法采砂被罚款，2023年1月5日又因非法采砂被罚款。", 2),
    ("illegal-mining-river-sand", "当事人曾于2022年5月6日因交通违法被罚款，2023年1月5日又因赌博被罚款。", None),
    ("illegal-mining-river-sand", "当事人曾于2022年5月6日因交通违法被罚款，2023年1月5日又因盗采河砂被罚款。", 1),
    ("illegal-mining-river-sand", "当事人二年内因酒后驾驶两次被行政处罚。", None),
    ("illegal-mining-river-sand", "当事人二年内两次被行政处罚。", 2),
    ("illegal-mining-river-sand", "卷宗附有处罚决定书两份，均系本局对其非法采砂所作。", 2),
    ("illegal-mining-river-sand", "2022年9月、2023年3月两回都被水利局以非法采砂罚过，这回又逮着。", 2),
    ("illegal-mining-river-sand", "当事人二年内因违法行为两次被行政处罚。", 2),
    ("illegal-mining-river-sand", "当事人二年内因同类违法行为两次被行政处罚。", 2),
    ("illegal-mining-river-sand", "当事人曾因交通违法被罚款，此前未因同类行为受过行政处罚。", 0),
    ("environmental-pollution", "当事人二年内曾两次因违规排放废水被行政处罚。", 2),
    ("environmental-pollution", "当事人二年内曾两次因发布虚假广告被行政处罚。", None),
    ("false-advertising", "当事人二年内曾两次因发布虚假广告被行政处罚。", 2),
    ("smuggling-goods", "2022年3月5日其因走私手机被处罚，2022年12月20日因走私奶粉再被处罚。", 2),
    ("illegal-business-tobacco", "2022年3月5日当事人因无证经营卷烟被罚款800元；2022年9月1日因同一性质行为被罚款。", 2),
    ("illegal-business-tobacco", "2022年3月5日当事人因超速行驶被罚款200元；2022年9月1日因同样行为被罚款。", None),
]


@pytest.mark.parametrize(("threshold", "narrative", "count"), KINDS)
def test_only_penalties_of_the_charges_kind_count(
    screener: Screener, bundle: Bundle, threshold: str, narrative: str, count: int | None
) -> None:
    record = {"record_id": "1", "narrative": narrative, "conduct_from": "2023-05-01", "conduct_to": "2023-06-01"}
    reading = screener.reader.read(read_record(record))
    assert reading.penalties(TWO_YEARS, bundle.threshold(threshold).words_with(None)) == count


def test_without_a_kind_every_penalty_counts(screener: Screener) -> None:
    record = {"record_id": "1", "narrative": "当事人二年内因酒后驾驶两次被行政处罚。"}
    assert screener.reader.read(read_record(record)).penalties(TWO_YEARS) == 2


def test_words_that_say_nothing_of_the_kind_leave_it_open() -> None:
    kind = Kind(["非法采砂"])
    assert [kind.alike(ground) for ground in ("违法经营行为", "同类违法", "酒后驾驶")] == [None, True, False]


def test_a_recited_provision_tells_of_no_penalty(screener: Screener) -> None:
    text = "《中华人民共和国刑法》第一百五十三条规定“一年内曾因走私被给予二次行政处罚后又走私的”，处三年以下有期徒刑或者拘役。"
    reading = screener.reader.read(read_record({"record_id": "1", "narrative": "当事人绕关入境。" + text}))
    assert reading.penalties(None) is None
