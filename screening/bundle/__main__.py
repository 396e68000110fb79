"""``python -m screening.bundle [WORD …]``: the problems of the bundle in this checkout whose file name contains a word."""

import sys

from screening.bundle.loader import load
from screening.errors import BundleError

problems = ()
try:
    bundle = load()
    from screening.selftest import run

    result = run(bundle)
    problems = result.problems
    print(f"{len(bundle.thresholds)} charges, {len(bundle.text_rules)} text rules, {result.ran} tests ran")
except ImportError as error:
    print("all files load; tests cannot run yet:", error)
except BundleError as error:
    problems = error.problems
    print("(tests are run once all files load)")
wanted = sys.argv[1:]
for problem in problems:
    if not wanted or any(word in problem.file for word in wanted):
        print(problem, end="\n\n")
print(f"{len(problems)} problems in all files")
