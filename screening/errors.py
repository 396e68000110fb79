"""Errors of the product.

ScreeningError
├── BundleError            a threshold, rule or vocabulary file is wrong    (problems: file, line, column, remedy)
├── RecordError            a record can't be read                           (code, pointer, detail)
├── InputError             an input file as a whole can't be read           (file, detail, remedy)
├── SignatureError         a bundle's signature or a key can't be used      (detail, remedy)
└── StoreError             the store can't be used as it is                 (detail, remedy)
    ├── ReleaseError           a bundle may not be made the active one          (code)
    ├── StoreUnavailableError  it can't be reached; what was acknowledged is safe
    └── StoreVersionError      its schema is of another version

Messages to users are Chinese: what is wrong, where, and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "BundleError",
    "InputError",
    "Problem",
    "RecordError",
    "ReleaseError",
    "ScreeningError",
    "SignatureError",
    "StoreError",
    "StoreUnavailableError",
    "StoreVersionError",
]


class ScreeningError(Exception):
    """Whatever this package raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a bundle file. ``line`` and ``column`` count from 1; ``excerpt`` is the line itself."""

    file: str
    line: int
    column: int
    message: str
    remedy: str = ""
    excerpt: str = ""
    width: int = 1

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}:{self.column}\n  {self.message}"
        if self.remedy:
            text += self.remedy
        if self.excerpt:
            number = f"  {self.line} | "
            pad = "".join("\u3000" if _wide(char) else " " for char in self.excerpt[: self.column - 1])
            text += f"\n{number}{self.excerpt}\n{' ' * len(number)}{pad}{'^' * max(1, self.width)}"
        return text


def _wide(char: str) -> bool:
    return "\u2e80" <= char <= "\u9fff" or "\uff00" <= char <= "\uff60" or "\u3000" <= char <= "\u303f"


class BundleError(ScreeningError):
    """The bundle can't be used; ``problems`` lists every mistake found, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n\n".join(map(str, self.problems)))


class RecordError(ScreeningError):
    """One record can't be read. ``pointer`` is a JSON pointer (RFC 6901) into it, ``code`` a stable identifier."""

    def __init__(self, code: str, detail: str, pointer: str = "") -> None:
        self.code, self.detail, self.pointer = code, detail, pointer
        super().__init__(f"{pointer or '（整条记录）'}：{detail}")


class InputError(ScreeningError):
    """An input file as a whole can't be read: missing, empty, of unknown kind or encoding."""

    def __init__(self, file: str, detail: str, remedy: str = "") -> None:
        self.file, self.detail, self.remedy = file, detail, remedy
        super().__init__(f"{file}：{detail}{remedy}")


class SignatureError(ScreeningError):
    """A signature is missing, false or of nobody trusted, or a key can't be used."""

    def __init__(self, detail: str, remedy: str = "") -> None:
        self.detail, self.remedy = detail, remedy
        super().__init__(f"{detail}{remedy}")


class StoreError(ScreeningError):
    """The store can't do what was asked: full, read-only, damaged, or asked for what it does not hold."""

    def __init__(self, detail: str, remedy: str = "") -> None:
        self.detail, self.remedy = detail, remedy
        super().__init__(f"{detail}{remedy}")


class ReleaseError(StoreError):
    """A bundle may not take the active one's place, or there is none to go back to. ``code`` is a stable identifier."""

    def __init__(self, code: str, detail: str, remedy: str = "") -> None:
        self.code = code
        super().__init__(detail, remedy)


class StoreUnavailableError(StoreError):
    """The store can't be reached now. What was acknowledged is safe; what was not may be tried again."""


class StoreVersionError(StoreError):
    """The store's schema is older or newer than this program."""
