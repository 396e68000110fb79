"""Which encoding a text file is in: told by its mark, else by decoding it strictly.

Chinese in GB18030 is hardly ever valid UTF-8, so "strictly valid UTF-8" decides. A file with a few damaged bytes is
still of its encoding: it is opened so that damaged bytes become lone surrogates, and only the record that holds them
is refused.
"""

from __future__ import annotations

import codecs
import itertools
import re
from collections.abc import Iterator
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
# After so many non-ASCII bytes that share moves no more: of a large file no more is read to find out.
_ENOUGH: Final = 1 << 20


def file_encoding(path: Path) -> str:
    """The encoding of a file, read in chunks until it is certain. Raises ``InputError`` where none fits."""
    with path.open("rb") as file:
        return _decide(iter(lambda: file.read(_CHUNK), b""), str(path), whole=True)


def sample_encoding(sample: bytes, source: str) -> str:
    """The encoding of a stream that begins with ``sample``, which may end within a character."""
    return _decide(iter((sample,)), source, whole=False)


def _decide(chunks: Iterator[bytes], source: str, whole: bool) -> str:
    head = next(chunks, b"")
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    sample = head[:4096]
    if (len(sample) - len(sample.translate(None, _CONTROL))) * 10 > len(sample):
        raise InputError(source, "不是文本文件，或者是没有标记（BOM）的 UTF-16。", "请另存为 UTF-8。")
    trials = [_Trial("utf-8"), _Trial("gb18030")]
    foreign = 0
    for chunk in itertools.chain((head,), chunks):
        if not foreign and chunk.isascii():
            continue
        foreign += len(chunk.translate(None, _ASCII))
        for trial in trials:
            trial.read(chunk)
        if foreign >= _ENOUGH:
            break
    else:
        for trial in trials:
            trial.read(b"", final=whole)
    for trial in trials:
        if trial.damaged <= _TOLERATED * foreign:
            return trial.encoding
    raise InputError(source, "看不出是什么编码（不是 UTF-8，也不是 GB18030）。", "请另存为 UTF-8。")


class _Trial:
    """Reads bytes as if they were in this encoding; ``damaged``: the non-ASCII bytes that were no part of a character."""

    def __init__(self, encoding: str) -> None:
        self.encoding, self.damaged = encoding, 0
        self._decoder = codecs.getincrementaldecoder(encoding)(DAMAGED)

    def read(self, chunk: bytes, final: bool = False) -> None:
        text = self._decoder.decode(chunk, final)
        try:
            text.encode()  # much faster than looking for them, and nearly always enough
        except UnicodeEncodeError:
            self.damaged += len(re.findall(r"[\udc80-\udcff]", text))
