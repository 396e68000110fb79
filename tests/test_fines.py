"""The least fine that cited provisions allow, and what is said of a fine that does not keep to it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from screening.bundle.bundle import Bundle
from screening.bundle.fine import FineStep
from screening.quantity import Quantity, format_amount
from screening.record import read_record
from screening.screener import Screener, Screening

CASES = yaml.safe_load((Path(__file__).parent / "cases/fines/steps.yaml").read_text(encoding="utf-8"))
LAWS = Path(__file__).resolve().parents[2] / "shared" / "laws" / "administrative"
DAY = date(2026, 11, 26)


def record(cited: str, told: str = "", **more: object) -> dict[str, Any]:
    return {
        "record_id": "某市罚〔2024〕1号",
        "agency": "某市市场监督管理局",
        "party": {"name": "某某公司", "kind": "单位"},
        "narrative": f"经查，当事人{told}，事实清楚。",
        "legal_basis": cited,
        "penalty": {"types": ["罚款"], "fine": 1000},
        "decided_on": "2024-05-20",
        "transferred": False,
    } | more


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_least_fine_is_that_of_the_article(screener: Screener, case: dict[str, str]) -> None:
    party = {"name": "某某", "kind": case.get("party", "单位") or None}
    given = read_record(
        record(case["cited"], case["told"], decided_on=case.get("decided_on", "2024-05-20"), party=party)
    )
    least = screener.screen(given, DAY).least_fine
    assert (format_amount(least.amount) if least else "") == case["least"]


def screened(screener: Screener, **more: object) -> Screening:
    given = record("《食品安全法》第三十四条第（十）项、第一百二十四条第一款第（五）项", "货值金额23000元")
    return screener.screen(read_record(given | more), DAY)


def said(screening: Screening) -> dict[str, str]:
    ours = ("amount.below-least-fine", "amount.below-least-fine-reduced", "amount.no-required-fine")
    return {finding.rule.id: finding.text for finding in screening.score.findings if finding.rule.id in ours}


def test_a_fine_below_the_least_is_named_with_provision_figure_and_fine(screener: Screener) -> None:
    screening = screened(screener, penalty={"types": ["罚款"], "fine": 229999})
    assert said(screening) == {
        "amount.below-least-fine": (
            "依《食品安全法》第124条第1款（2021-04-29文本，货值金额23000元），罚款最低为230000元，本案罚款229999元。"
            "减轻处罚须有行政处罚法第32条等法定理由，请核对决定书是否写明。"
        )
    }
    assert screening.score.level != "refer"  # 只是以罚代刑的迹象，不足以移送


FINES: list[tuple[dict[str, object], set[str]]] = [
    ({"penalty": {"types": ["罚款"], "fine": 230000}}, set()),
    ({"penalty": {"types": ["罚款"], "fine": 5000}, "transferred": True}, set()),
    (
        {"penalty": {"types": ["罚款"], "fine": 5000, "content": "决定减轻处罚，罚款5000元"}},
        {"amount.below-least-fine-reduced"},
    ),
    (
        {"penalty": {"types": ["罚款"], "fine": 5000, "content": "不具有从轻、减轻处罚情形"}},
        {"amount.below-least-fine"},
    ),
    ({"penalty": {"types": ["警告", "没收违法所得"], "fine": 0}}, {"amount.no-required-fine"}),
    ({"penalty": {"types": ["警告"]}}, {"amount.no-required-fine"}),
    ({"penalty": {"fine": None}}, set()),  # 处罚种类未录入，不能说没有罚款
    ({"penalty": {"types": ["不予行政处罚"]}}, set()),
    ({"penalty": {"types": ["警告"]}, "legal_basis": "食品安全法第126条第1款"}, set()),  # 拒不改正才处罚款
    ({"penalty": {"types": ["警告"]}, "legal_basis": "数据安全法第45条第1款"}, set()),  # 可以并处
    ({"penalty": {"types": ["罚款"], "fine": 5000}, "conduct_to": "2020-08-01"}, set()),  # 行为时的文本不在手边
]


@pytest.mark.parametrize(("given", "expected"), FINES)
def test_what_is_said_of_a_fine(screener: Screener, given: dict[str, object], expected: set[str]) -> None:
    assert set(said(screened(screener, **given))) == expected


def test_provisions_that_agencies_cite_most_have_their_fines(bundle: Bundle) -> None:
    told = {
        (law.law, text)
        for law in bundle.fine_laws
        for v in law.versions
        for fine in v.fines
        for text in fine.provisions
    }
    assert len(told) >= 60
    assert len(bundle.fine_laws) >= 40


def test_each_text_is_in_force_from_its_day_on(bundle: Bundle) -> None:
    assert not [(law.law, v.version) for law in bundle.fine_laws for v in law.versions if v.effective_from < v.version]


@pytest.mark.skipif(not LAWS.is_dir(), reason="the texts of the laws are not at hand")
def test_each_figure_stands_in_its_article(bundle: Bundle) -> None:
    astray = []
    for law in bundle.fine_laws:
        for version in law.versions:
            articles = articles_of(LAWS / f"{law.law}({version.version.isoformat()}).md")
            for fine in version.fines:
                for text in fine.provisions:
                    article = articles[int(re.findall(r"第(\d+)条", text)[0])]
                    paragraph = re.findall(r"第(\d+)款", text)
                    if paragraph and int(paragraph[0]) > len(article):
                        astray.append((law.law, version.version, text, "没有这一款"))
                    # Another paragraph has the figures: 有前款第一项行为的，处……; 依照前款规定处罚.
                    own = article[int(paragraph[0]) - 1] if paragraph else ""
                    elsewhere = "项" in text or not own or len(fine.provisions) > 1 or "前款" in own
                    whole = "".join(article) if elsewhere else own
                    astray += [
                        (law.law, version.version, text, words[0])
                        for step in fine.steps
                        for words in written(step)
                        if not any(spelling in whole for spelling in words)
                    ]
    assert astray == []


@pytest.mark.skipif(not LAWS.is_dir(), reason="the texts of the laws are not at hand")
def test_a_harmless_article_lowers_no_fine(bundle: Bundle) -> None:
    for law in bundle.fine_laws:
        for version in law.versions:
            articles = articles_of(LAWS / f"{law.law}({version.version.isoformat()}).md")
            for text in version.harmless:
                article = "".join(articles[int(text[1:-1])])
                assert not re.search(r"罚款|从轻|减轻|免予|不予处罚", article), (law.law, text)


def written(step: FineStep) -> list[list[str]]:
    """The words that must stand in the law for a step, each in every spelling: its range (五万元以上十万元以下) and its steps."""
    words = [list(spellings(figure)) for figure in (step.base_from, step.base_below, step.base_counts_as) if figure]
    if step.at_most and step.at_least == step.at_most:
        words.append(list(spellings(step.at_most)))
    elif step.at_most:
        low = [f"{one}以上" for one in spellings(step.at_least)] if step.at_least else [""]
        words.append([f"{one}{other}以下" for one in low for other in spellings(step.at_most)])
    return words


def spellings(figure: Quantity) -> set[str]:
    """The ways in which laws write a figure: 五万元, 5万元, 百分之五十, 50%, 等值."""
    number = int(figure.value)
    if figure.unit == "%":
        return {f"百分之{chinese(number)}", f"{number}%", f"{number}％"}
    if figure.unit == "倍":
        return (
            {f"{chinese(number)}倍", f"{number}倍"}
            | ({"等值"} if number == 1 else set())
            | ({"二倍", "两倍"} if number == 2 else set())
        )
    written = {f"{chinese(number)}元", f"{number}元"}
    return (
        written | {f"{number // 10000}万元", f"{number // 10000}万", f"{chinese(number // 10000)}万元"}
        if number % 10000 == 0
        else written
    )


def chinese(number: int) -> str:
    digits = "零一二三四五六七八九"
    if number >= 10000:
        return chinese(number // 10000) + "万" + (chinese(number % 10000) if number % 10000 else "")
    text = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        text += f"{digits[digit]}{name}" if digit else ""
    return text.removeprefix("一") if text.startswith("一十") else text


def articles_of(path: Path) -> dict[int, list[str]]:
    """Article → its paragraphs, items with the paragraph they belong to."""
    articles: dict[int, list[str]] = {}
    number = 0
    for line in filter(None, map(str.strip, path.read_text(encoding="utf-8").splitlines())):
        if line.startswith("#"):
            continue
        if head := re.match(r"第([零一二三四五六七八九十百]+)条\s+", line):
            number = next(n for n in range(1, 400) if chinese_article(n) == head[1])
            articles[number] = [line]
        elif number and re.match(r"[（(][一二三四五六七八九十]+[）)]", line):
            articles[number][-1] += line
        elif number:
            articles[number].append(line)
    return articles


def chinese_article(number: int) -> str:
    """As laws number their articles: 第一百零三条, 第一百一十条."""
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return chinese(rest)
    tens = ("零" if rest < 10 else "一" if rest < 20 else "") + chinese(rest) if rest else ""
    return f"{chinese(hundreds)}百{tens}"
