"""Dials and general reading words: ``thresholds/policy.yaml`` (what is not law) and ``rules/reading.yaml`` (polarity, totals …)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from screening.bundle.shapes import STRICT, Day, Figure, Text

__all__ = ["LEXICON", "POLICY", "Activation", "HistoryDials", "Lexicon", "Pointers", "Policy", "Suggestions", "Weights"]

Score = Annotated[Decimal, Field(ge=0, le=100)]


@dataclass(frozen=True, slots=True, config=STRICT)
class Pointers:
    """How strongly each kind of pointer speaks for a charge; below ``enough`` a charge is not in question.

    A charge pointed to with less than ``share_of_leading`` of the strongest is listed, but no rule fires on it.
    """

    conduct: Decimal
    reason: Decimal
    provision: Decimal
    shared_provision: Decimal
    agency: Decimal
    enough: Decimal
    share_of_leading: Decimal


@dataclass(frozen=True, slots=True, config=STRICT)
class HistoryDials:
    """How far history looks. ``window``: for repetition and for sums that no clause orders.

    ``split_within``: how far apart decisions lie that may have split one case. ``near_miss``: from this share on an act is
    just short of the figure. ``limitation``: how far sums reach under a clause that orders them and names no window.
    """

    window: Figure
    split_within: Figure
    near_miss: Figure
    limitation: Figure


@dataclass(frozen=True, slots=True, config=STRICT)
class Suggestions:
    """What is suggested where no charge is in question: charges at least so like the record (0–1), and at most so many."""

    least: Annotated[Decimal, Field(ge=0, le=1)]
    most: Annotated[int, Field(ge=0, le=20)]


@dataclass(frozen=True, slots=True, config=STRICT)
class LikenessDials:
    """What words may say where neither 案由 nor provisions point (``likeness.py``), in points of the model.

    ``margin``: how much more they must speak for a charge than for none; beside rules, than for any other. ``margin_with_basis``: the
    same where the agency wrote a 案由 or a 处罚依据 that points nowhere, which speaks for an ordinary case. ``within``: how far behind
    the likest others are listed, ``most`` in all. ``least``: fewer points say nothing. ``weight``: strength of the pointer for each
    point by which the likest leads.
    """

    margin: Decimal = Decimal("0.2")
    margin_with_basis: Decimal = Decimal(1)
    within: Decimal = Decimal("0.3")
    least: Decimal = Decimal("-0.7")
    weight: Decimal = Decimal(4)
    most: Annotated[int, Field(ge=0, le=20)] = 3


@dataclass(frozen=True, slots=True, config=STRICT)
class Activation:
    """What is asked before a bundle becomes the active one. ``signed``: the signature of somebody trusted.

    ``four_eyes``: besides, that whoever activates it is not whoever signed it.
    """

    signed: bool = False
    four_eyes: bool = False


@dataclass(frozen=True, slots=True, config=STRICT)
class Weights:
    """Weights that a person accepted from a proposal (``screening calibrate``); they take the place of those in ``rules/findings/``.

    ``points``: rule → weight, 0–100. ``cases``: on how many conclusions they rest.
    """

    accepted_by: Text
    accepted_on: Day
    cases: Annotated[int, Field(ge=1)]
    points: Mapping[str, Annotated[int, Field(ge=0, le=100)]]


@dataclass(frozen=True, slots=True, config=STRICT)
class Policy:
    """``near``: the share of a figure that calls for early intervention. ``refer`` … ``watch``: the lowest score of a level.

    ``limitation``: the shortest period of 刑法第87条, after which 追诉时效 may have run out.
    """

    near: Figure
    refer: Score
    early_intervention: Score
    watch: Score
    pointers: Pointers
    limitation: Figure
    history: HistoryDials
    charges_shown: int = 5
    suggestions: Suggestions = Suggestions(Decimal("0.05"), 3)
    likeness: LikenessDials = LikenessDials()
    activation: Activation = Activation()
    weights: Weights | None = None


Words = tuple[Text, ...]


@dataclass(frozen=True, slots=True, config=STRICT)
class Lexicon:
    """General words of the reader, by what they do (see ``rules/reading.yaml`` for examples)."""

    totals: Words  # 共计, 合计: inherits the role before it, does not add to its items
    parts: Words  # 其中: what follows is contained in what came before
    deductions: Words  # 扣除, 剔除: what follows is taken off what came before
    each: Words  # 各, 均为: what follows is that of each of those counted before
    denials: Words  # 未发现, 不属于: deny what follows in the clause
    not_denials: Words  # 未经批准, 不合格: contain a denial word and deny nothing
    after_denials: Words  # 不成立, 不予认定: deny what stands before
    uncertain: Words  # 涉嫌, 可能: leave uncertain
    conditions: Words  # 如再次, 情节严重的: a hypothesis or a quoted rule
    others: Words  # 另案处理: somebody else's
    third_parties: Words  # 上家, 供货商: whose figures are not the party's
    earlier: Words  # 曾因, 前次: an earlier case
    claims: Words  # 主张, 辩称: what somebody says an amount is
    unrelated: Words  # 与本案无关: takes its whole sentence out of the case
    elsewhere: Words  # 刑事立案, 侦办: likewise, unless the sentence speaks of the party or of handing over
    aside: Words  # 自用, 合格品: the figures of its clause are not counted
    dismissed: Words  # 不予计入, 不予认定: nor those of the clause before
    sold: Words
    unsold: Words


POLICY: TypeAdapter[Policy] = TypeAdapter(Policy)
LEXICON: TypeAdapter[Lexicon] = TypeAdapter(Lexicon)
