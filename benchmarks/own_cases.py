"""Accuracy on our own labelled records: ``python benchmarks/own_cases.py``.

``tests/cases/records/*.jsonl``, a file a theme. One third of each theme, drawn by a hash of the case number, is *held*: it was only
ever measured until the figures in ``docs/measured.md`` were taken (that of the themes ``…-told`` still is). The rest was looked at
while phrases were written (*looked at*), and so was all of ``mixed`` and ``various``; all of ``fresh`` and ``unread`` is held. The
difference between the two is what rules gain by heart and not by sense. ``--list`` writes the cases that were looked at to
standard output: what ``make learn`` learns from.
"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import date
from pathlib import Path

from screening.record import read_record
from screening.screener import Screener

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "cases" / "records"
AS_OF = date(2026, 11, 22)
WHOLE = {"mixed": "looked at", "various": "looked at", "fresh": "held", "unread": "held"}


def held(case: dict) -> bool:
    """Whether the case was only ever measured."""
    return hashlib.sha256(("fresh:" + case["record"]["record_id"]).encode()).digest()[0] % 3 == 0


def ranking(scores: list[tuple[float, bool]]) -> float:
    """The share of (refer, other) pairs in which the case to refer has the higher score; a tie counts half."""
    up, down = [s for s, refer in scores if refer], [s for s, refer in scores if not refer]
    return sum((a > b) + 0.5 * (a == b) for a in up for b in down) / max(1, len(up) * len(down))


def measure(screener: Screener, cases: list[dict]) -> tuple[int, float, int, int, int]:
    """Right levels, ranking, right first charges, ordinary cases, and false alarms among them."""
    right = charged = ordinary = alarms = 0
    scores: list[tuple[float, bool]] = []
    for case in cases:
        gold = case["gold"]
        screening = screener.screen(read_record(case["record"]), AS_OF)
        found = screening.score.level if screening.score.level in ("refer", "early_intervention") else "below"
        right += found == gold["level"]
        scores.append((float(screening.score.value), gold["level"] == "refer"))
        if gold["charges"]:
            named = {charge.split("(")[0].split("（")[0] for charge in gold["charges"]}
            charged += bool(screening.assessments) and screening.assessments[0].charge in named
        else:
            ordinary += 1
            alarms += found != "below"
    return right, ranking(scores), charged, ordinary, alarms


def parts_of(file: Path) -> dict[str, list[dict]]:
    """The cases of a theme, by part."""
    parts: dict[str, list[dict]] = {"looked at": [], "held": []}
    for text in file.read_text(encoding="utf-8").splitlines():
        case = json.loads(text)
        parts[WHOLE.get(file.stem) or ("held" if held(case) else "looked at")].append(case)
    return parts


def main() -> None:
    files = sorted(FOLDER.glob("*.jsonl"))
    if "--list" in sys.argv:
        for file in files:
            for case in parts_of(file)["looked at"]:
                print(json.dumps(case, ensure_ascii=False))
        return
    screener = Screener.from_folder()
    everything: dict[str, list[dict]] = {"looked at": [], "held": []}
    print(f"{'':22} cases  level          ranking  first charge  false alarms")
    for file in files:
        for part, chosen in parts_of(file).items():
            everything[part] += chosen
            if chosen:
                report(f"{file.stem}, {part}", chosen, screener)
    for part, cases in everything.items():
        report(f"all, {part}", cases, screener)


def report(name: str, cases: list[dict], screener: Screener) -> None:
    """One line."""
    right, rank, charged, ordinary, alarms = measure(screener, cases)
    print(
        f"{name:22} {len(cases):5}  {right / len(cases):.3f} ({right:3})    {rank:.3f}    "
        f"{charged}/{len(cases) - ordinary:<10} {alarms}/{ordinary}"
    )


if __name__ == "__main__":
    main()
