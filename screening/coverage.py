"""What the statute book covers, as a table people can check: charges × versions × sources, what is draft, what is missing.

Everything is read off the bundle; ``docs/coverage.md`` is this text for the shipped one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from screening.bundle.bundle import Bundle
from screening.bundle.threshold import Threshold, Version

__all__ = ["Gap", "as_markdown", "gaps"]

# 公通字〔2008〕36号: from this day on the standards of 标准（一） are text at hand; what is older is hardly ever prosecuted.
HORIZON = date(2008, 6, 25)


@dataclass(frozen=True, slots=True)
class Gap:
    """A period in which the crime existed and the file has no figure of that time (``until`` exclusive; None: still open)."""

    threshold: Threshold
    since: date
    until: date | None


def gaps(bundle: Bundle) -> list[Gap]:
    """Periods after ``HORIZON`` without a version, in file order: before the first, between two, after the last."""
    return [gap for threshold in bundle.thresholds for gap in _gaps(threshold)]


def _gaps(threshold: Threshold) -> Iterator[Gap]:
    covered = max(HORIZON, threshold.since or HORIZON)
    ended: date | None = covered
    for version, until in reversed(list(_periods(threshold))):
        if ended is not None and version.effective_from > ended:
            yield Gap(threshold, ended, version.effective_from)
        ended = max(covered, until) if until else None
    if ended is not None:
        yield Gap(threshold, ended, None)


def _periods(threshold: Threshold) -> Iterator[tuple[Version, date | None]]:
    """Each version with the day it is no longer law, newest first."""
    later: date | None = None
    for version in threshold.versions:
        yield version, version.effective_to or later
        later = version.effective_from


def as_markdown(bundle: Bundle) -> str:
    """The whole report in Chinese; equal bundles give equal text."""
    limbs = [(v, limb) for t in bundle.thresholds for v in t.versions for limb in v.any_of]
    drafts = sum(bundle.is_draft(v, limb) for v, limb in limbs)
    parts = [
        "# 标准覆盖情况",
        "本页由 `screening check --coverage` 生成，不要手改；测试保证它与规则包一致。",
        f"罪名文件 {len(bundle.thresholds)} 个（罪名 {len({t.charge for t in bundle.thresholds})} 个），"
        f"版本 {sum(len(t.versions) for t in bundle.thresholds)} 个，情形 {len(limbs)} 个，其中待核 {drafts} 个，"
        f"出处 {len(bundle.documents)} 件。",
        "## 一、罪名、版本与出处",
        "“止”是该版本不再是现行法的第一天；“待核”是数字还没有对照正式文本的情形数。",
        _table(("罪名", "条文", "起", "止", "出处", "情形", "待核"), _versions(bundle)),
        "## 二、待核的原因",
        "没有见到正式文本的文件，和依据它们的罪名：",
        _table(("文件", "起", "标题", "罪名"), _unseen(bundle)),
        "文件见到了、但写明待核（draft）的：",
        _table(("罪名", "版本", "情形"), _marked(bundle)),
        "## 三、没有标准的时段",
        f"罪名已经存在，{HORIZON} 以后却没有当时的版本。行为在这些时段的，适用其后的第一个版本（高检发释字〔2001〕5号第二条），"
        "结果里会写明；仍在施行的一端空着的，是已经取消的类型。",
        _table(("罪名", "自", "至"), ((_name(g.threshold), str(g.since), _day(g.until)) for g in gaps(bundle))),
        "## 四、没有罪名文件的罪名",
        _table(("罪名", "条文", "原因"), ((m.charge, m.article, m.why) for m in bundle.missing)),
    ]
    return "\n\n".join(parts) + "\n"


def _name(threshold: Threshold) -> str:
    return f"{threshold.charge}（{threshold.kind}）" if threshold.kind else threshold.charge


def _day(day: date | None) -> str:
    return str(day) if day else ""


def _versions(bundle: Bundle) -> Iterator[Sequence[str]]:
    for threshold in bundle.thresholds:
        name, article = f"[{_name(threshold)}](../thresholds/charges/{threshold.id}.yaml)", threshold.article
        for version, until in _periods(threshold):
            drafts = sum(bundle.is_draft(version, limb) for limb in version.any_of)
            sources = dict.fromkeys(version.source_of(limb).document for limb in version.any_of)
            source = "、".join(dict.fromkeys((version.source.document, *sources)))
            yield (
                name,
                article,
                str(version.effective_from),
                _day(until),
                source,
                str(len(version.any_of)),
                _count(drafts),
            )
            name = article = ""


def _count(number: int) -> str:
    return str(number) if number else ""


def _unseen(bundle: Bundle) -> Iterator[Sequence[str]]:
    resting: dict[str, list[str]] = defaultdict(list)
    for threshold in bundle.thresholds:
        for version in threshold.versions:
            for limb in version.any_of:
                resting[version.source_of(limb).document].append(_name(threshold))
    for document in bundle.documents.values():
        if not document.text_seen:
            charges = "、".join(dict.fromkeys(resting[document.number])) or "（没有）"
            yield document.number, str(document.effective_from), document.title, charges


def _marked(bundle: Bundle) -> Iterator[Sequence[str]]:
    for threshold in bundle.thresholds:
        for version in threshold.versions:
            limbs = [
                limb.text
                for limb in version.any_of
                if (version.draft or limb.draft) and bundle.documents[version.source_of(limb).document].text_seen
            ]
            if limbs:
                yield _name(threshold), str(version.effective_from), "；".join(limbs)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(cell.replace('|', '¦') for cell in row)} |" for row in rows]
    return "\n".join(lines)
