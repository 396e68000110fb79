"""Words wherever they stand; sequences of words: in the order given, or in any."""

from __future__ import annotations

import random

import pytest

from screening.reading.phrases import Phrases
from screening.reading.sequences import Width
from screening.reading.text import Text

ORDERED, ANY = Width(20), Width(20, ordered=False)
STEPS = (("没有业务", "虚构"), ("发票",), ("抵扣", "抵税"))


def found(text: str, width: Width) -> list[str]:
    phrases = Phrases()
    phrases.sequence(STEPS, width)
    phrases.freeze()
    return [text[place[0][0] : place[-1][1]] for _, place in phrases.sequences(phrases.scan(Text("narrative", text)))]


@pytest.mark.parametrize("text", ["没有业务，取得发票抵扣", "取得发票抵扣，其实没有业务", "抵税用的发票是虚构的"])
def test_in_any_order_each_order_is_found(text: str) -> None:
    (evidence,) = found(text, ANY)
    assert evidence in text and "发票" in evidence


def test_in_the_given_order_only_that_one_is_found() -> None:
    assert found("没有业务，取得发票抵扣", ORDERED) == ["没有业务，取得发票抵扣"]
    assert found("取得发票抵扣，其实没有业务", ORDERED) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("取得发票抵扣。其实没有业务", "another sentence"),
        ("没有业务" + "，" * 30 + "取得发票抵扣", "too far"),
        ("取得发票，没有业务", "a step is missing"),
    ],
)
def test_what_does_not_stand_together_is_not_found(text: str, why: str) -> None:
    assert found(text, ANY) == [], why


def test_across_the_ends_of_sentences_where_the_rule_says_so() -> None:
    text = "没有业务。取得发票抵扣。"
    assert found(text, Width(20, across=True)) == ["没有业务。取得发票抵扣"]
    assert found(text, Width(20, ordered=False, across=True)) == ["没有业务。取得发票抵扣"]
    assert found(text, Width(8, across=True)) == []


def test_one_word_serves_one_step_only() -> None:
    phrases = Phrases()
    phrases.sequence((("卖",), ("卖淫",)), Width(20, ordered=False))
    phrases.freeze()
    assert phrases.sequences(phrases.scan(Text("narrative", "容留他人卖淫"))) == []
    assert phrases.sequences(phrases.scan(Text("narrative", "卖房后容留他人卖淫"))) != []


def test_places_do_not_overlap() -> None:
    text = "虚构业务取得发票抵扣，又以发票抵税，均系虚构"
    assert found(text, ANY) == ["虚构业务取得发票抵扣", "发票抵税，均系虚构"]


@pytest.mark.parametrize("seed", range(3))
def test_every_word_of_a_text_that_is_scanned_in_parts_is_found_once(seed: int) -> None:
    words = ["白酒", "假冒白酒", "注册商标", "假冒注册商标的白酒", "商标"]
    chance = random.Random(seed)
    phrases = Phrases()
    numbers = {word: phrases.word(word) for word in words}
    text = "".join(chance.choice([*words, "。", "某", "假冒", "的"]) for _ in range(16_000))
    assert len(text) > 40_000
    found = phrases.freeze().scan(Text("narrative", text)).found
    for word, number in numbers.items():
        places = [at for at in range(len(text)) if text.startswith(word, at)]
        assert found[number] == [(at, at + len(word)) for at in places]


def test_without_evidence_is_not_without_a_licence() -> None:
    phrases = Phrases()
    word = phrases.word("没有证")
    phrases.freeze()
    hits = phrases.scan(Text("narrative", "没有证据证明是他干的，他没有证也没有照"))
    assert hits.found == {word: [(12, 15)]}
    assert phrases.scan(Text("narrative", "没有证据")).found == {}
