"""The words that a text is told in, as likeness counts them."""

from __future__ import annotations

from screening.folding import fold

__all__ = ["chinese_words"]


def chinese_words(text: str) -> list[tuple[str, int, int]]:
    """The Chinese words of two characters and more, with their places (code points)."""
    # Imported here because it unpacks its dictionary at once, which nobody needs whose records all point somewhere.
    import rjieba

    return [word for word in rjieba.tokenize(fold(text)) if word[2] - word[1] > 1 and "一" <= word[0][0] <= "鿿"]
