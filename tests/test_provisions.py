"""Provisions as decisions and clerks cite them."""

from __future__ import annotations

import pytest

from screening.provisions import Provision, Titles, parse_provisions

CITED = {
    "《中华人民共和国商标法》第五十七条第（三）项、第六十条第二款；《商标印制管理办法》": [
        "《商标法》第57条第3项",
        "《商标法》第60条第2款",
    ],
    "商标法57条3项;60条2款": ["《商标法》第57条第3项", "《商标法》第60条第2款"],
    "食安法34条1项、123条1款1项": ["《食安法》第34条第1项", "《食安法》第123条第1款第1项"],
    "固废法77条、112条1款1项2项": ["《固废法》第77条", "《固废法》第112条第1款第1项", "《固废法》第112条第1款第2项"],
    "当事人违反了《中华人民共和国反不正当竞争法》第七条、第十九条": [
        "《反不正当竞争法》第7条",
        "《反不正当竞争法》第19条",
    ],
    "产品质量法39、50条": ["《产品质量法》第39条", "《产品质量法》第50条"],
    "刑法第二百零五条之一": ["《刑法》第205条之一"],
    "《生态环境法典》第一千一百八十五条第二项": ["《生态环境法典》第1185条第2项"],
    "本法自公布之日起施行": [],
}


@pytest.mark.parametrize("text", CITED)
def test_citations_are_read_with_title_article_paragraph_and_item(text: str) -> None:
    assert [str(p) for p in parse_provisions(text)] == CITED[text]


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("食安法", "食品安全法"),
        ("征管法", "税收征收管理法"),
        ("固废法", "固体废物污染环境防治法"),
        ("土管法", "土地管理法"),
        ("产品质量法", "产品质量法"),
    ],
)
def test_an_abbreviated_title_is_the_shortest_known_title_it_abbreviates(short: str, full: str) -> None:
    known = Titles(
        [
            "食品安全法",
            "农产品质量安全法",
            "税收征收管理法",
            "固体废物污染环境防治法",
            "土地管理法",
            "土地管理法实施条例",
            "产品质量法",
        ]
    )
    assert known.full(short) == full


def test_a_title_nobody_knows_stays_as_it_is() -> None:
    assert Titles(["食品安全法"]).full("天津市容管理条例") == "天津市容管理条例"


def test_a_citation_of_the_article_alone_may_be_any_of_its_items() -> None:
    item = Provision("商标法", "57", None, 3)
    assert item.covers(Provision("商标法", "57"))
    assert item.covers(Provision("商标法", "57", 1, 3))
    assert not item.covers(Provision("商标法", "57", None, 4))
    assert not item.covers(Provision("商标法", "58", None, 3))
