"""What is allowed and yet hardly ever meant: said by ``screening check``, never in the way of loading."""

from __future__ import annotations

from collections.abc import Iterator

from screening.bundle.bundle import Bundle
from screening.errors import Problem

__all__ = ["advice"]


def advice(bundle: Bundle) -> Iterator[Problem]:
    """One-character words in ``any`` and ``except`` of text rules, unless they are quoted.

    A stray comma in a flow list ([的,不予]) makes them, and such an exception silences its rule nearly everywhere.
    """
    for name, file in bundle.files.items():
        if not name.startswith("rules/text/") or not isinstance(file.data, list):
            continue
        for index, rule in enumerate(file.data):
            for key in ("any", "except"):
                for number, word in enumerate(rule.get(key, ())):
                    loc = (index, key, number)
                    if isinstance(word, str) and len(word) == 1 and not file.is_quoted(loc):
                        yield file.problem(
                            loc,
                            f"{key} 里只有一个字“{word}”，几乎每句话里都可能有它。",
                            f"请写长一些；确实只要一个字的，加上引号："
                            f'"{word}"。若是词里的逗号把它拆开的，请给整个词加引号。',
                        )
