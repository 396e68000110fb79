"""What is allowed in a bundle and yet may cost a reputation: said by ``screening check``, never in the way of loading."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from screening.bundle.advice import advice
from screening.bundle.bundle import Bundle
from screening.bundle.threshold import Source, Threshold, Version
from screening.bundle.yamlfile import YamlFile
from screening.errors import Problem

__all__ = ["Reminder", "reminders"]

_NEGATIONS = frozenset("不未无没非勿禁否")


class Reminder(NamedTuple):
    """A problem that stops nothing; ``code`` names its kind for programs that read it."""

    code: str
    problem: Problem


def reminders(bundle: Bundle, as_of: date) -> Iterator[Reminder]:
    """Everything a look at the files alone can tell on that day, in the order of the files."""
    for problem in advice(bundle):
        yield Reminder("one-character", problem)
    for threshold in bundle.thresholds:
        file = bundle.files[f"thresholds/charges/{threshold.id}.yaml"]
        yield from _unsupported(bundle, threshold, file, as_of)
        yield from _ended(threshold, file, as_of)
        yield from _stale(threshold, file, as_of)
    for name, file in bundle.files.items():
        if name.startswith("rules/text/"):
            yield from _contained(bundle, file)


def _unsupported(bundle: Bundle, threshold: Threshold, file: YamlFile, as_of: date) -> Iterator[Reminder]:
    """Limbs of versions that are law and whose figures no text supports: none that somebody saw, or none still in force."""
    for index, version in enumerate(threshold.versions):
        if _is_law(threshold, index, as_of):
            yield from _lapsed(bundle, version, index, file, as_of)
        drafts = [n for n, limb in enumerate(version.any_of) if bundle.is_draft(version, limb)]
        if not drafts or not _is_law(threshold, index, as_of):
            continue
        documents = dict.fromkeys(version.source_of(version.any_of[n]).document for n in drafts)
        unseen = [name for name in documents if not bundle.documents[name].text_seen]
        why = f"没有人见过{'、'.join(unseen)}的正式文本" if unseen else "写明待核（draft）"
        loc = ("versions", index, "any_of", drafts[0], "id")
        message = f"{version.effective_from} 起的版本有 {len(drafts)} 个情形的数字没有出处支持：{why}。"
        yield Reminder("unsupported-figure", file.problem(loc, message, "请对照正式文本核对，再去掉待核。"))


def _lapsed(bundle: Bundle, version: Version, index: int, file: YamlFile, as_of: date) -> Iterator[Reminder]:
    sources = [version.source_of(limb).document for limb in version.any_of]
    limbs = [n for n, number in enumerate(sources) if not bundle.documents[number].in_force(as_of)]
    gone = {number: bundle.documents[number].effective_to for number in (sources[n] for n in limbs)}
    if told := "、".join(f"“{number}”已于 {day} 失效" for number, day in gone.items() if day and day <= as_of):
        message = f"{version.effective_from} 起的版本有 {len(limbs)} 个情形的数字没有现行的出处支持：{told}。"
        remedy = "请按现行文件补写后续版本，或改正 effective_to。"
        yield Reminder(
            "unsupported-figure", file.problem(("versions", index, "any_of", limbs[0], "id"), message, remedy)
        )


def _is_law(threshold: Threshold, index: int, on: date) -> bool:
    newer = threshold.versions[index - 1].effective_from if index else None
    return threshold.versions[index].in_force(on) and (newer is None or on < newer)


def _ended(threshold: Threshold, file: YamlFile, as_of: date) -> Iterator[Reminder]:
    """Versions that end, or have ended, on a day on which no other begins."""
    starts = {version.effective_from for version in threshold.versions}
    for index, version in enumerate(threshold.versions):
        if version.effective_to and version.effective_to not in starts:
            ends = "已于" if version.effective_to <= as_of else "将于"
            message = f"{version.effective_from} 起的版本{ends} {version.effective_to} 失效，当日没有新的版本接上。"
            remedy = "请补上其后的版本；确实没有的，在 note 里写明原因。"
            if not version.note:
                yield Reminder("no-successor", file.problem(("versions", index, "effective_to"), message, remedy))


def _stale(threshold: Threshold, file: YamlFile, as_of: date) -> Iterator[Reminder]:
    """Sources of versions that are law which nobody has compared with the text for a year: the oldest of the file."""
    dated = [
        (source.checked_on, loc)
        for index, version in enumerate(threshold.versions)
        if _is_law(threshold, index, as_of)
        for source, loc in _sources(version, index)
        if source.checked_on and _a_year_later(source.checked_on) < as_of
    ]
    if dated:
        oldest, loc = min(dated, key=lambda pair: pair[0])
        message = f"现行版本有 {len(dated)} 处出处一年多没有核对，最早的是 {oldest}。"
        yield Reminder(
            "stale-check", file.problem((*loc, "checked_on"), message, "请对照现行文本核对后改写 checked_on。")
        )


def _sources(version: Version, index: int) -> Iterator[tuple[Source, tuple[str | int, ...]]]:
    yield version.source, ("versions", index, "source")
    for number, limb in enumerate(version.any_of):
        if limb.source:
            yield limb.source, ("versions", index, "any_of", number, "source")


def _a_year_later(day: date) -> date:
    return day.replace(year=day.year + 1, day=min(day.day, 28) if day.month == 2 else day.day)


def _contained(bundle: Bundle, file: YamlFile) -> Iterator[Reminder]:
    """Phrases that only ever stand where a shorter phrase of the same rule stands too, and so add nothing: once for a file."""
    rules = {rule.id: rule for rule in bundle.text_rules}
    found: list[tuple[tuple[str | int, ...], str, str]] = []
    for index, entry in enumerate(file.data if isinstance(file.data, list) else []):
        patterns = rules[entry["id"]].any
        words = [word for word in patterns if isinstance(word, str)]
        for number, phrase in enumerate(patterns):
            inner = next((w for w in words if isinstance(phrase, str) and w != phrase and _adds_nothing(phrase, w)), "")
            if inner:
                found.append(((index, "any", number), str(phrase), inner))
    if found:
        some = "、".join(f"“{phrase}”（已有“{inner}”）" for _, phrase, inner in found[:3])
        more = f"等 {len(found)} 个词" if len(found) > 3 else ""
        message = f"{some}{more}只会和同一条规则里更短的词一起出现，不起作用。"
        yield Reminder(
            "contained-phrase", file.problem(found[0][0], message, "可以删去较长的，或较短的太宽时删去较短的。")
        )


def _adds_nothing(phrase: str, word: str) -> bool:
    """Whether ``word`` stands in ``phrase`` and nothing before or behind it there could deny it."""
    rest = phrase.replace(word, "", 1)
    return word in phrase and not _NEGATIONS & set(rest)
