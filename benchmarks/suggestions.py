"""How often the right charge is suggested where no rule points anywhere: ``python benchmarks/suggestions.py [CASES]``.

CASES is the folder with ``charges.jsonl`` (default: ``../shared/cases``); our own labelled records are looked at as well, of both
only the parts that may be looked at. "by characters" is what platforms do today: the cosine of bags of characters with the charge's
name, 案由 and words. "as if no rule pointed" asks for suggestions in all records, pointed somewhere or not.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import process_time
from typing import NamedTuple

from accuracy import part_of
from own_cases import held
from speed import AS_OF, ROUNDS

from screening.record import Record, read_record
from screening.screener import Screener

ROOT = Path(__file__).resolve().parent.parent
LENGTH = 500


class Case(NamedTuple):
    """A record with the charges that are right for it (none: an ordinary case) and whether any rule points somewhere."""

    record: Record
    charges: frozenset[str]
    pointed: bool


def cases(screener: Screener, folder: Path) -> Iterator[Case]:
    """Judgments where they are at hand, then our own records."""
    found: list[tuple[Record, Sequence[str]]] = []
    if (folder / "charges.jsonl").exists():
        rows = [json.loads(text) for text in (folder / "charges.jsonl").open(encoding="utf-8")]
        found += [(Record(row["id"], row["fact"]), row["charges"]) for row in rows if part_of(row) != "unseen"]
    for file in sorted((ROOT / "tests" / "cases" / "records").glob("*.jsonl")):
        for case in map(json.loads, file.open(encoding="utf-8")):
            if file.stem == "mixed" or not held(case):
                found.append((read_record(case["record"]), case["gold"]["charges"]))
    for record, charges in found:
        names = frozenset(name.strip().removesuffix("罪") for name in charges)
        yield Case(record, names, bool(screener.screen(record, AS_OF).assessments))


def by_characters(screener: Screener) -> Callable[[Record], list[str]]:
    """The three charges whose characters are most like the narrative's."""
    bags = []
    for threshold in screener.bundle.thresholds:
        bag = Counter("".join((threshold.charge, *threshold.linkage.reasons, *threshold.linkage.conduct)))
        bags.append((threshold.charge.removesuffix("罪"), bag, math.sqrt(sum(n * n for n in bag.values()))))

    def likest(record: Record) -> list[str]:
        own = Counter(record.case_reason + record.narrative)
        ranked = sorted(bags, key=lambda bag: -sum(n * own[char] for char, n in bag[1].items()) / bag[2])
        return list(dict.fromkeys(name for name, _, _ in ranked))[:3]

    return likest


def main() -> None:
    screener = Screener.from_folder()
    every = list(cases(screener, Path(sys.argv[1]) if sys.argv[1:] else ROOT.parent / "shared" / "cases"))
    crimes = [case for case in every if case.charges]
    ordinary = [case for case in every if not case.charges and not case.pointed]

    def by_words(record: Record) -> list[str]:
        found = screener.suggester.suggest(record, screener.reader.read(record))
        return [suggestion.threshold.charge.removesuffix("罪") for suggestion in found]

    ways = {"by words (TF-IDF)": by_words, "by characters": by_characters(screener)}
    groups = {"no rule points": [c for c in crimes if not c.pointed], "as if no rule pointed": crimes}
    for group, chosen in groups.items():
        for name, way in ways.items():
            found = [(way(case.record), case.charges) for case in chosen]
            first = sum(bool(charges.intersection(names[:1])) for names, charges in found)
            three = sum(bool(charges.intersection(names)) for names, charges in found)
            print(f"{group:22} {name:18} first {first:3}/{len(chosen)}   among the first three {three:3}/{len(chosen)}")
    tops = [
        [suggestion.likeness for suggestion in screener.screen(case.record, AS_OF).suggestions] for case in ordinary
    ]
    print(f"ordinary cases where no rule points: {len(tops)}; with a suggestion from a likeness of")
    print(
        "  "
        + "   ".join(f"{least}: {sum(any(x >= least for x in t) for t in tops)}" for least in (0.05, 0.1, 0.15, 0.2))
    )
    cost(screener, [case.record for case in every if not case.pointed])


def cost(screener: Screener, records: list[Record]) -> None:
    """CPU time a record of 500 characters that no rule points somewhere."""
    cut = [Record(r.record_id, (r.narrative * (LENGTH // max(1, len(r.narrative)) + 1))[:LENGTH]) for r in records]
    readings = [screener.reader.read(record) for record in cut]
    times = []
    for _ in range(ROUNDS):
        start = process_time()
        for record, reading in zip(cut, readings, strict=True):
            screener.suggester.suggest(record, reading)
        times.append(process_time() - start)
    print(f"{min(times) / len(cut) * 1e6:.0f} µs for a record of {LENGTH} characters; claimed: less than 300")


if __name__ == "__main__":
    main()
