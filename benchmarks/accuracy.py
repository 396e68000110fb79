"""Accuracy on the labelled cases: ``python benchmarks/accuracy.py [CASES] [--show N]``.

CASES is the folder with ``records.jsonl``, ``charges.jsonl`` and ``total_amounts.jsonl`` (default: ``../shared/cases``). Each set
is scored whole and in parts drawn by a hash of the case's id, so that they are the same wherever this runs: ``seen`` (one half)
was looked at while rules were written, ``glimpsed`` (three eighths) later, ``unseen`` (an eighth) never.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KINDS = {"records": "records", "charges": "charges", "amounts": "total_amounts"}


PARTS = ("all", "seen", "glimpsed", "unseen")


def part_of(row: dict) -> str:
    """The part a case falls into."""
    identity = str(row["record"]["record_id"] if "record" in row else row["id"])
    drawn = hashlib.sha256(("half:" + identity).encode()).digest()[0]
    return "seen" if not drawn & 1 else "unseen" if drawn & 2 and drawn & 4 else "glimpsed"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="?", type=Path, default=ROOT.parent / "shared" / "cases")
    parser.add_argument("--show", type=int, default=0, help="print the first N misses of the seen half")
    parser.add_argument("--only", choices=KINDS, help="one set instead of all three")
    args = parser.parse_args()
    evaluate = args.cases.parent / "tools" / "evaluate.py"
    for kind, name in KINDS.items():
        if args.only in (None, kind):
            rows = [json.loads(line) for line in (args.cases / f"{name}.jsonl").open(encoding="utf-8")]
            for part in PARTS:
                chosen = [row for row in rows if part in ("all", part_of(row))]
                score(kind, chosen, part, evaluate, args.show if part == "seen" else 0)


def score(kind: str, rows: list[dict], part: str, evaluate: Path, show: int) -> None:
    """Prepare, screen with the product's own command, score."""
    with tempfile.TemporaryDirectory() as folder:
        gold, records, results = (Path(folder) / name for name in ("gold.jsonl", "in.jsonl", "out.jsonl"))
        gold.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        with records.open("w", encoding="utf-8") as out:
            subprocess.run([sys.executable, evaluate, "prepare", kind, gold], stdout=out, check=True)
        command = [sys.executable, "-m", "screening.cli", "screen", str(records), "--output", str(results)]
        subprocess.run(command, cwd=ROOT, stderr=subprocess.DEVNULL, check=False)
        print(f"== {kind}, {part} ({len(rows)} cases)", flush=True)
        subprocess.run([sys.executable, evaluate, "score", kind, gold, results, "--show", str(show)], check=True)


if __name__ == "__main__":
    main()
