"""Coverage-guided fuzzing of the whole line, from the record to its JSON: ``python tests/fuzz/atheris_reader.py [SECONDS]``.

Time in seconds by argument or ``FUZZ_SECONDS`` (default one hour). What was found is kept in ``build/fuzz`` and is where the next
run begins; a record that breaks something is printed as JSON, and the exit code is not 0.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["screening"]):
    from screening.bundle.loader import load
    from screening.screener import Screener

from tests.fuzz.hostile import check, deal, vocabulary  # noqa: E402 - after what is instrumented

LONGEST = 800  # bytes: 400 pieces, some 1,600 characters


def main() -> None:
    seconds = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("FUZZ_SECONDS", "3600")
    screener = Screener(load(ROOT))
    words = vocabulary(screener.bundle)

    def one(data: bytes) -> None:
        numbers = [int.from_bytes(data[i : i + 2], "big") for i in range(0, len(data) - 1, 2)]
        record = deal(numbers, words)
        try:
            check(screener, record)
        except Exception:
            print(json.dumps(record), file=sys.stderr)  # as ASCII: some of it is no text
            raise

    kept = ROOT / "build" / "fuzz"
    kept.mkdir(parents=True, exist_ok=True)
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        "-len_control=0",
        "-timeout=60",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={kept}/broken-", str(kept)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
