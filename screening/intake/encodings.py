"""Which encoding a text file is in: told by its mark, else by decoding it strictly.

Chinese in GB18030 is hardly ever valid UTF-8, so "strictly valid UTF-8" decides. A file with a few damaged bytes is
still of its encoding: it is opened so that damaged bytes become lone surrogates, and only the record that holds them
is refused.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from screening.errors import InputError

__all__ = ["DAMAGED", "file_encoding", "sample_encoding"]

DAMAGED: Final = "surrogateescape"
"""The error handler to open text with: see above."""

# UTF-32 before UTF-16: its little-endian mark begins with the other's.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK: Final = 1 << 18
_ASCII: Final = bytes(range(128))
_CONTROL: Final = bytes({*range(32)} - {*b"\t\n\r"})
# In GB18030 text read as UTF-8 nearly every non-ASCII byte is wrong, in a damaged file only a few are.
_TOLERATED: Final = 0.3


def file_encoding(path: Path) -> str:
    """The encoding of a file, read through once in chunks. Raises ``InputError`` where none fits."""

    def chunks() -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    return _decide(chunks, str(path), whole=True)


def sample_encoding(sample: bytes, source: str) -> str:
    """The encoding of a stream that begins with ``sample``, which may end within a character."""
    return _decide(lambda: iter((sample,)), source, whole=False)


def _decide(chunks: Callable[[], Iterator[bytes]], source: str, whole: bool) -> str:
    head = next(chunks(), b"")
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    sample = head[:4096]
    if (len(sample) - len(sample.translate(None, _CONTROL))) * 10 > len(sample):
        raise InputError(source, "不是文本文件，或者是没有标记（BOM）的 UTF-16。", "请另存为 UTF-8。")
    for encoding in ("utf-8", "gb18030"):
        if _damage(chunks(), encoding, whole) <= _TOLERATED:
            return encoding
    raise InputError(source, "看不出是什么编码（不是 UTF-8，也不是 GB18030）。", "请另存为 UTF-8。")


def _damage(chunks: Iterator[bytes], encoding: str, whole: bool) -> float:
    """The share of non-ASCII bytes that are no part of a character in this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)(DAMAGED)
    foreign = damaged = 0
    for chunk in chunks:
        foreign += len(chunk.translate(None, _ASCII))
        damaged += _count(decoder.decode(chunk))
    if whole:
        damaged += _count(decoder.decode(b"", final=True))
    return damaged / foreign if foreign else 0.0


def _count(text: str) -> int:
    try:
        text.encode()  # much faster than looking for them, and nearly always enough
    except UnicodeEncodeError:
        return len(re.findall(r"[\udc80-\udcff]", text))
    return 0
