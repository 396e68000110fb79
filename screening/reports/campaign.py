"""专项活动: a named selection of cases in a YAML file, explained at line and column where it is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from screening.bundle.shapes import STRICT, Day, Text, did_you_mean, read_shape
from screening.bundle.yamlfile import YamlFile, read_yaml
from screening.errors import BundleError, InputError, Problem

__all__ = ["FOCUSES", "Campaign", "read_campaign"]

FOCUSES: Final[dict[str, tuple[int, int]]] = {
    "食品药品": (141, 144),
    "涉税": (201, 212),
    "知识产权": (213, 220),
    "环境资源": (338, 346),
}
"""First and last article of 刑法 that a focus covers: 第三章第一节 (of it food and drugs), 第六节, 第七节, 第六章第六节."""


@dataclass(frozen=True, slots=True, config=STRICT)
class Campaign:
    """What a campaign looks at. Conditions of different kinds all hold; of a list one is enough.

    ``agencies`` are parts of names (市场监督管理局); the days bound the decision, both included.
    """

    name: Text
    focus: Text | None = None
    charges: tuple[Text, ...] = ()
    agencies: tuple[Text, ...] = ()
    decided_from: Day | None = None
    decided_to: Day | None = None

    @property
    def folder(self) -> str:
        """The name as a folder may be called."""
        return re.sub(r"[^\w（）〔〕-]+", "_", self.name).strip("_") or "campaign"

    @property
    def where(self) -> str:
        """The selection as a condition of SQL over the columns of the results."""
        parts = ["true"]
        if self.focus:
            first, last = FOCUSES[self.focus]
            number = r"try_cast(regexp_extract(article, '第(\d+)条', 1) AS INTEGER)"
            parts.append(f"{number} BETWEEN {first} AND {last}")
        if self.charges:
            parts.append(f"charge IN ({', '.join(map(_literal, self.charges))})")
        if self.agencies:
            parts.append("(" + " OR ".join(f"contains(agency, {_literal(a)})" for a in self.agencies) + ")")
        if self.decided_from:
            parts.append(f"decided_on >= DATE '{self.decided_from}'")
        if self.decided_to:
            parts.append(f"decided_on <= DATE '{self.decided_to}'")
        return " AND ".join(parts)

    def __str__(self) -> str:
        parts = [f"侧重{self.focus}"] if self.focus else []
        parts += [f"罪名：{'、'.join(self.charges)}"] if self.charges else []
        parts += [f"机关：{'、'.join(self.agencies)}"] if self.agencies else []
        if self.decided_from or self.decided_to:
            parts.append(f"决定日期：{self.decided_from or '不限'} 至 {self.decided_to or '不限'}")
        return f"{self.name}（{'；'.join(parts) or '全部案件'}）"


CAMPAIGN: TypeAdapter[Campaign] = TypeAdapter(Campaign)


def read_campaign(path: Path, charges: Callable[[], Collection[str]]) -> Campaign:
    """Read a campaign; ``charges`` gives those that the bundle knows, asked only where some are named.

    Raises ``InputError`` where there is no file, ``BundleError`` with every mistake in it.
    """
    if not path.is_file():
        raise InputError(str(path), "没有这个文件。", "请检查 --campaign 的路径。")
    file = read_yaml(path, str(path))
    campaign = read_shape(CAMPAIGN, file)
    problems = list(file.problems) if campaign is None else list(_mistakes(campaign, file, charges))
    if campaign is None or problems:
        raise BundleError(problems)
    return campaign


def _mistakes(campaign: Campaign, file: YamlFile, charges: Callable[[], Collection[str]]) -> Iterator[Problem]:
    if campaign.focus and campaign.focus not in FOCUSES:
        guess = did_you_mean(campaign.focus, list(FOCUSES)) or f"可以写：{'、'.join(FOCUSES)}。"
        yield file.problem(("focus",), f"不认识的侧重“{campaign.focus}”。", guess)
    known = charges() if campaign.charges else ()
    for index, charge in enumerate(campaign.charges):
        if charge not in known:
            guess = did_you_mean(charge, list(known))
            yield file.problem(("charges", index), f"规则包里没有罪名“{charge}”。", guess)
    if campaign.decided_from and campaign.decided_to and campaign.decided_from > campaign.decided_to:
        yield file.problem(("decided_to",), "截止日期早于开始日期。", "请调换两个日期。")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
