"""The words that say which measure a figure is, compiled once for all texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from screening.bundle.policy import Lexicon
from screening.bundle.vocabulary import MeasureDefinition
from screening.reading.binding import Measures, general_names
from screening.reading.goods import Goods
from screening.reading.hits import Hits
from screening.reading.mentions import Mentioned
from screening.reading.names import MONEY, NameHit, Names, Word
from screening.reading.naming import Found, Naming
from screening.reading.phrases import Phrases
from screening.reading.quantities import Amount
from screening.reading.standing import Standings

__all__ = ["Roles"]

_OF_INVOICE = ("价税", "价税合")  # 价税合计 is the price with the tax, no total of several
_PRICE_OF_SALE = re.compile("售价(?!值)")
_TOGETHER_WITH = ("含", "包括", "连同")  # 货值总计76042元（含未售）
_NOT = ("非", "不是", "不属于", "不属", "并非", "不含")


class Roles:
    """Compiles the measures' words into the common automaton; names the amounts of a scanned text."""

    def __init__(self, measures: Iterable[MeasureDefinition], lexicon: Lexicon, phrases: Phrases) -> None:
        self._words: list[list[Word] | None] = phrases.table()
        by_name: dict[str, MeasureDefinition] = {}
        for definition in measures:
            by_name[definition.name] = definition
            units = frozenset((definition.unit, *definition.counted_in, *definition.converts))
            for words, before, after in (
                ((definition.name, *definition.words), True, True),
                (definition.before, True, False),
                (definition.after, False, True),
            ):
                for number in map(phrases.word, words):
                    self._words[number] = [*(self._words[number] or ()), Word(definition, units, before, after)]
        sums = {each.sum_of: each for each in by_name.values() if each.sum_of}
        general = frozenset(name for each in sums.values() if each.unit != MONEY for name in general_names(each))
        self._measures = Measures(by_name, sums, general)
        self._totals = frozenset(map(phrases.word, lexicon.totals))
        self._parts = frozenset(map(phrases.word, lexicon.parts))
        self._deductions = frozenset(map(phrases.word, lexicon.deductions))
        self._each = frozenset(map(phrases.word, lexicon.each))
        self._sold = frozenset(map(phrases.word, lexicon.sold))
        self._unsold = frozenset(map(phrases.word, lexicon.unsold))

    def name(self, amounts: Sequence[Amount], hits: Hits, standings: Standings) -> list[Mentioned]:
        """The amounts of a text with their measures, in text order; 金额 or 数量 where no word names them."""
        if not amounts:
            return []
        text = hits.text
        sold = [span for span in hits.spans(self._sold) if not _PRICE_OF_SALE.match(text.folded, span[1] - 1)]
        unsold = [span for span in hits.spans(self._unsold) if not text.folded.endswith(_TOGETHER_WITH, 0, span[0])]
        found = Found(
            text,
            Names(amounts, self._role_hits(hits), text),
            Goods(sold, unsold),
            standings,
            totals=[span for span in hits.spans(self._totals) if not text.folded.endswith(_OF_INVOICE, 0, span[0])],
            parts=hits.spans(self._parts),
            deductions=hits.spans(self._deductions),
            each=hits.spans(self._each),
        )
        return Naming(self._measures, found).all(amounts)

    def _role_hits(self, hits: Hits) -> list[NameHit]:
        """The names of measures in the text, in order, without those denied (非销售金额) and those inside a longer one."""
        words, folded = self._words, hits.text.folded
        found = [
            (start, -end, names)
            for word, spans in hits.found.items()
            if (names := words[word]) is not None
            for start, end in spans
            if not folded.endswith(_NOT, max(0, start - 4), start)
        ]
        found.sort()  # no two words have the same place
        kept: list[NameHit] = []
        for start, minus_end, names in found:
            if not kept or start >= kept[-1].end or not _in_longer(start, -minus_end, kept[-4:]):
                kept.append(NameHit(start, -minus_end, names))
        return kept


def _in_longer(start: int, end: int, others: Sequence[NameHit]) -> bool:
    for s, e, _ in others:  # noqa: SIM110 - making a generator costs more than looking
        if s <= start and end <= e and e - s > end - start:
            return True
    return False
