"""Half-width, lower case, same length: what patterns are matched against, with offsets that hold in the original."""

from __future__ import annotations

import re

__all__ = ["fold"]

_FOLD = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOLD |= {"\u3000": " ", "\u00a0": " ", "〔": "(", "〕": ")", "［": "(", "］": ")"}
_FOLD |= {chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}
_FOLD |= {chr(code): chr(code - 0xFEE0 + 32) for code in range(0xFF21, 0xFF3B)}
_FOLDED = re.compile("[" + re.escape("".join(_FOLD)) + "]")


def fold(text: str) -> str:
    """Half-width, lower case, same length: ``（ＡＢＣ）`` → ``(abc)``."""
    # A text has a dozen of these characters at most, and replacing is quicker than translating all of them.
    for char in set(_FOLDED.findall(text)):
        text = text.replace(char, _FOLD[char])
    return text
