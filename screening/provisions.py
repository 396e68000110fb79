"""Cited provisions, parsed: 《商标法》第五十七条第（三）项, 商标法57条3项;60条2款, 食安法34条1项 → title, article, paragraph, item."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from screening.folding import fold

__all__ = ["Provision", "Titles", "parse_provisions", "placed_provisions"]

# 《…》, or the word that a title without brackets ends in, right before an article. Each alternative begins with a
# character of its own, so that the search skips to candidates.
_ARTICLE_NEXT = r"(?=\(?第?[\d一二三四五六七八九十百零]+(?:[-至、]|条))"
_TITLE = re.compile(
    rf"《(?P<book>[^》]{{2,60}})》|法(?:典|实施条例|实施细则|){_ARTICLE_NEXT}|条例{_ARTICLE_NEXT}|办法{_ARTICLE_NEXT}"
    rf"|规定{_ARTICLE_NEXT}|细则{_ARTICLE_NEXT}|决定{_ARTICLE_NEXT}"
)
_BARE = re.compile(r"[\u4e00-\u9fff]{1,24}\Z")
_NUMBER = r"[\d一二三四五六七八九十百千零〇]"
_PART = re.compile(
    rf"(?P<number>{_NUMBER}++)(?:条(?:之(?P<sub>[一二三四五]))?|\)?(?P<paragraph>款)|\)?(?P<item>项)"
    rf"|(?=[、,和及至-]第?{_NUMBER}++(?:[、,和及至-]|条)))"
)
_DIGITS = {char: number for number, char in enumerate("零一二三四五六七八九")} | {"〇": 0}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_LEAD_IN = re.compile(r"^(?:其行为|该行为|当事人|上述行为)?(?:违反了?|依据|根据|依照|按照|参照|以及|及|和|与|、)")
_BRACKETED = re.compile(r"\([^)]*(?:19|20)\d\d[^)]*\)|(?:19|20)\d\d年?(?:修订|修正|版)?")


class Provision(NamedTuple):
    """One provision. ``article`` carries 之一 as ``57.1``; paragraph and item are None where not cited."""

    title: str
    article: str
    paragraph: int | None = None
    item: int | None = None

    def covers(self, other: Provision) -> bool:
        """Whether a citation of ``other`` may be one of this: equal as far as both say."""
        return (
            (self.title, self.article) == (other.title, other.article)
            and (self.paragraph is None or other.paragraph is None or self.paragraph == other.paragraph)
            and (self.item is None or other.item is None or self.item == other.item)
        )

    def __str__(self) -> str:
        article, _, sub = self.article.partition(".")
        text = f"《{self.title}》第{article}条" + (f"之{'一二三四五'[int(sub) - 1]}" if sub else "")
        text += f"第{self.paragraph}款" if self.paragraph else ""
        return text + (f"第{self.item}项" if self.item else "")


def parse_provisions(text: str) -> Iterator[Provision]:
    """Every provision cited, titles without 中华人民共和国; an article without a title inherits the one before it."""
    return (provision for provision, _ in placed_provisions(text))


def placed_provisions(text: str) -> Iterator[tuple[Provision, tuple[int, int]]]:
    """Every provision cited, with the place in the text that names its article, paragraph and item."""
    folded = fold(text)
    titles = list(_titles(folded))
    for (title, _, begin), (_, end, _) in pairwise([*titles, ("", len(folded), 0)]):
        yield from _articles(_clean(title), folded, begin, end)


def _titles(text: str) -> Iterator[tuple[str, int, int]]:
    """Titles with their places. One without brackets has up to 24 characters before the word it ends in, and one at least."""
    at = floor = 0
    while match := _TITLE.search(text, at):
        start, at = match.span()
        title = match["book"]
        if title is None:
            bare = _BARE.search(text, max(floor, start - 24), start)
            if bare is None:
                at = start + 1
                continue
            start = bare.start()
            title = text[start:at]
        floor = at
        yield title, start, at


def _articles(title: str, text: str, begin: int, end: int) -> Iterator[tuple[Provision, tuple[int, int]]]:
    article: str | None = None
    paragraph: int | None = None
    said = True
    start = stop = begin
    for match in _PART.finditer(text, begin, end):
        if match["paragraph"]:
            if not article:
                continue
            if paragraph and not said:
                yield Provision(title, article, paragraph), (start, stop)
            paragraph, said = _integer(match["number"]), False
        elif match["item"]:
            if article:
                yield Provision(title, article, paragraph, _integer(match["number"])), (start, match.end())
                said = True
        else:
            if article and not said:
                yield Provision(title, article, paragraph), (start, stop)
            article, paragraph, said, start = str(_integer(match["number"])), None, False, match.start()
            if match["sub"]:
                article += f".{_integer(match['sub'])}"
        stop = match.end()
    if article and not said:
        yield Provision(title, article, paragraph), (start, stop)


def _clean(title: str) -> str:
    title = _BRACKETED.sub("", title).replace("中华人民共和国", "")
    return _LEAD_IN.sub("", title).strip("()《》〈〉 ")


def _integer(text: str) -> int:
    if text.isdigit():
        return int(text)
    total = digit = 0
    for char in text:
        if char in _PLACES:
            total += (digit or 1) * _PLACES[char]
            digit = 0
        else:
            digit = digit * 10 + _DIGITS.get(char, int(char) if char.isdigit() else 0)
    return total + digit


class Titles:
    """Known titles, and the one that an abbreviation means: 食安法 → 食品安全法 (its characters in order, shortest title)."""

    def __init__(self, titles: Iterable[str]) -> None:
        self._titles = sorted(set(titles), key=lambda t: (len(t), t))
        self._known = set(self._titles)
        self._meant: dict[str, str] = {}

    def full(self, title: str) -> str:
        """The known title; the text itself where none is meant."""
        if title in self._known:
            return title
        if title not in self._meant:
            if len(self._meant) > 10_000:
                self._meant.clear()
            self._meant[title] = next((t for t in self._titles if _abbreviates(title, t)), title)
        return self._meant[title]


def _abbreviates(short: str, full: str) -> bool:
    if len(short) < 3 or short[0] not in full[:6] or short[-1] != full[-1] or ("条例" in full) != ("条例" in short):
        return False
    rest = iter(full)
    return all(char in rest for char in short)
