"""Whose record it is: exactly by number, else for organisations by normalised name and place; likeness is only a hint.

A name is the party's whose number was first seen with it: records with the name alone are joined to that number; where none was
seen, they are one party by themselves. ``Records`` (one by one), ``Waiting`` (a batch that is not written yet) and ``bulk`` (all at once)
go by these keys and that rule.

An identity number or 统一社会信用代码 never leaves this module in clear: keys hold a keyed hash of it, ``masked`` what people may see.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from screening.record import Party

__all__ = [
    "Candidate", "Identities", "alike", "bigrams", "core_name", "counted", "is_organisation", "masked", "placed",
]  # fmt: skip

_LEAST_LIKENESS = 85
_LONGEST_NAME = 400
_KIND = re.compile(r"(?:股份有限|有限责任|责任有限|有限)公司|(?:集团)?公司")
_BRANCH = re.compile(r"(?:第?[一二三四五六七八九十\d]+)?(?:分公司|分店|分厂|分部|营业部|门市部|直营店|连锁店)\Z")
_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海"
    "|内蒙古|广西|西藏|宁夏|新疆"
)
_PLACE = re.compile(
    rf"(?:(?:{_PROVINCES})(?:省|市|自治区|壮族自治区|回族自治区|维吾尔自治区)?)?(?:[\u4e00-\u9fff]{{2,5}}?(?:自治州|[市县区旗盟州]))*"
)
_MASKED = re.compile(r"[某*xX×〇○]")
_MASKED_NUMBER = re.compile(r"[*×○＊]")  # not X, which credit codes and identity numbers have
_NOT_LETTERS = re.compile(r"[^\w]|_")
_ORGANISATION = re.compile(
    r"公司|[厂店行社院校馆所站场部处局会队坊铺庄园室屋摊]\Z|中心|合作社|事务所|经营部|商行|超市|集团|委员会"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A party that may be the same: for a person to look at, never counted. ``likeness``: 0–100."""

    party: int
    name: str
    likeness: float


def masked(number: str) -> str:
    """What people may see of a number: its first four and last two characters."""
    return number[:4] + "*" * max(0, len(number) - 6) + number[-2:] if len(number) > 6 else "*" * len(number)


def core_name(name: str) -> str:
    """A name without what is written now one way, now another: width, brackets, 有限责任公司, its place in front.

    A branch stays apart from its company: it is punished by itself, and only a person can say whose act it was.
    """
    text = _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", name)).upper()
    branch = _BRANCH.search(text)
    own = text[: branch.start()] if branch else text
    place = _PLACE.match(own)
    rest = own[place.end() :] if place else own
    short = _KIND.sub("", rest)
    return (short if len(short) >= 2 else _KIND.sub("", own)) + (branch[0] if branch else "")


def is_organisation(party: Party) -> bool:
    """Whether a party is an organisation or a shop with a name of its own (个体工商户), by its kind or its name."""
    return party.kind == "单位" or _ORGANISATION.search(party.name) is not None


class Identities:
    """Makes the keys of parties. ``secret``: the key of the hashes; ``former``: present name → former names (aliases)."""

    def __init__(self, secret: bytes, former: Mapping[str, Sequence[str]] | None = None) -> None:
        if len(secret) < 16:
            raise ValueError("the secret has at least 16 bytes")
        self._secret = secret
        self._names: dict[str, tuple[str, ...]] = {}
        for present, earlier in (former or {}).items():
            family = tuple(dict.fromkeys(core_name(name) for name in (present, *earlier)))
            for name in family:
                self._names[name] = family

    def by_number(self, number: str) -> str:
        """The key of a number: the same for the same number, and nothing to be read from it."""
        digest = hmac.new(self._secret, number.strip().upper().encode(), hashlib.sha256).hexdigest()
        return f"id:{digest[:40]}"

    def own(self, party: Party, region: str | None) -> tuple[str | None, tuple[str, ...]]:
        """The key of its number, and those of its names."""
        return self.number(party), self.names(party, region)

    def keys(self, party: Party, region: str | None) -> tuple[str, ...]:
        """The keys that a party is found by, the surest first: that of its number, those of its name."""
        number, names = self.own(party, region)
        return (number, *names) if number else names

    def number(self, party: Party) -> str | None:
        """The key of its number; None where it has none. A number that was masked is nobody's."""
        return self.by_number(party.id_no) if party.id_no and not _MASKED_NUMBER.search(party.id_no) else None

    def names(self, party: Party, region: str | None) -> tuple[str, ...]:
        """The keys of its name; those of an organisation's former names are among them, always in the same order.

        Organisations match by name within a prefecture, persons by exactly their name in one county.
        """
        if party.name and is_organisation(party):
            return tuple(self.by_name(party.name, region))
        name = _person(party.name) if region else ""
        return (f"person:{_bounded(name)}|{region}",) if name else ()

    def by_name(self, name: str, region: str | None) -> list[str]:
        """The keys of an organisation's name, its former names among them; ``region`` counts by its prefecture."""
        core = core_name(name)
        return (
            [f"name:{_bounded(each)}|{(region or '')[:4]}" for each in self._names.get(core, (core,))] if core else []
        )


def counted(
    own: tuple[str | None, Sequence[str]], known: Mapping[str, int], numbered: Callable[[int], bool]
) -> set[int]:
    """The parties whose records count for a record with these keys (``own``: of its number, of its names).

    ``known``: key → party; ``numbered``: whether a party has a number. That of the number; those of the names, but where the
    record has a number of its own, none that has another.
    """
    number, names = own
    found = {known[name] for name in names if name in known}
    if number is None:
        return found
    return {party for party in found if not numbered(party)} | ({known[number]} if number in known else set())


def placed(
    own: tuple[str | None, Sequence[str]], known: Mapping[str, int], numbered: Callable[[int], bool]
) -> list[int]:
    """The party that such a record is kept under (none: a new one), then those that turn out to be the same and go to it."""
    number, names = own
    found = list(dict.fromkeys(known[name] for name in names if name in known))
    if number is None:
        return found[:1]
    unnumbered = [party for party in found if not numbered(party)]
    return list(dict.fromkeys([known[number], *unnumbered])) if number in known else unnumbered


def _bounded(name: str) -> str:
    """A name as part of a key; of one that is longer than any name should be, its hash."""
    return name if len(name) <= _LONGEST_NAME else hashlib.sha256(name.encode()).hexdigest()


def _person(name: str) -> str:
    """A person's name as it is written; empty where it was masked (张某, 李**), since then it is anybody's."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", name))
    return text if len(text) > 1 and not _MASKED.search(text) else ""


def bigrams(name: str) -> frozenset[str]:
    """Pairs of neighbouring characters of a name, for an index of what may be alike."""
    core = core_name(name)
    return frozenset(core[at : at + 2] for at in range(len(core) - 1))


def alike(name: str, others: Iterable[tuple[int, str]], most: int = 5) -> list[Candidate]:
    """Those of ``others`` (party, name) that are much alike, the likest first."""
    core = core_name(name)
    scored = [Candidate(party, other, fuzz.ratio(core, core_name(other))) for party, other in others]
    found = [c for c in scored if c.likeness >= _LEAST_LIKENESS]
    return sorted(found, key=lambda c: (-c.likeness, c.party))[:most]
