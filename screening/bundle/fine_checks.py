"""What no single fine can know: a law told twice, versions out of order, a provision in two entries, a base nobody measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from screening.bundle.bundle import Bundle
from screening.bundle.fine import Fine, FineLaw, FineStep, FineVersion
from screening.bundle.shapes import did_you_mean
from screening.bundle.yamlfile import YamlFile
from screening.errors import Problem

__all__ = ["check_fines"]

Loc = tuple[str | int, ...]


def check_fines(bundle: Bundle, files: Mapping[str, YamlFile]) -> Iterator[Problem]:
    """Every problem of ``thresholds/fines/*.yaml``, each at the line that should change."""
    told: dict[str, str] = {}
    laws = {law.law: law for law in bundle.fine_laws}
    for name, file in files.items():
        if not name.startswith("thresholds/fines/"):
            continue
        for index, entry in enumerate(file.data if isinstance(file.data, list) else []):
            law = laws[entry["law"]]
            if law.law in told:
                yield file.problem((index, "law"), f"“{law.law}”在 {told[law.law]} 里已经有了。", "请合并到一处。")
                continue
            told[law.law] = name
            yield from _law(law, index, file, bundle)


def _law(law: FineLaw, index: int, file: YamlFile, bundle: Bundle) -> Iterator[Problem]:
    for number, version in enumerate(law.versions):
        here: Loc = (index, "versions", number)
        newer = law.versions[number - 1] if number else None
        if newer and version.effective_from >= newer.effective_from:
            yield file.problem((*here, "effective_from"), "版本应从新到旧排列，生效日不能相同。")
        if newer and version.effective_to and version.effective_to > newer.effective_from:
            yield file.problem(
                (*here, "effective_to"), f"与 {newer.effective_from} 起的版本重叠。", "请改到该日或更早，或删去。"
            )
        if version.effective_to and version.effective_to <= version.effective_from:
            yield file.problem((*here, "effective_to"), "失效日应在生效日之后。", "请核对两个日期是否写反。")
        yield from _version(version, here, file, bundle)


def _version(version: FineVersion, here: Loc, file: YamlFile, bundle: Bundle) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, fine in enumerate(version.fines):
        for place, text in enumerate(fine.provisions):
            if text in seen:
                yield file.problem(
                    (*here, "fines", number, "provisions", place), f"“{text}”写了两次。", "同一条款的各档写在一处。"
                )
            seen.add(text)
        yield from _steps(fine, (*here, "fines", number, "steps"), file, bundle)


def _steps(fine: Fine, here: Loc, file: YamlFile, bundle: Bundle) -> Iterator[Problem]:
    for number, step in enumerate(fine.steps):
        if step.base and (problem := _base(step, step.base, bundle)):
            yield file.problem((*here, number, "base"), *problem)
        if any(_overlap(step, other) for other in fine.steps[:number]):
            yield file.problem(
                (*here, number), "这一档与前面的一档基数重叠。", "请写 base_from、base_below，或者写明 case、party。"
            )


def _base(step: FineStep, base: str, bundle: Bundle) -> Sequence[str]:
    name = bundle.measure_named(base)
    if name is None:
        words = [*bundle.measures, *(word for measure in bundle.measures.values() for word in measure.words)]
        return f"没有计量“{base}”。", did_you_mean(base, words) or "没有计量的基数写 unread_base。"
    unit = bundle.measures[name].unit
    wrong = next((figure for figure in step.figures if figure.unit != unit), None)
    if wrong:
        return f"“{base}”以“{unit}”计，不能与“{wrong.written}”比较。", "请改单位或改基数。"
    if step.times and unit != "元":
        return f"“{base}”以“{unit}”计，不能按倍数、比例计算罚款。", "请改基数，或改为每一单位的罚款（per）。"
    return ()


def _overlap(one: FineStep, other: FineStep) -> bool:
    """Whether two steps are meant in the same case for the same base."""
    if (one.case, one.party) != (other.case, other.party):
        return False
    if (one.base or one.unread_base) != (other.base or other.unread_base):
        return False
    return not (_apart(one, other) or _apart(other, one))


def _apart(lower: FineStep, upper: FineStep) -> bool:
    """Whether the one step ends where the other begins, or before."""
    end, begin = lower.base_below, upper.base_from
    return end is not None and begin is not None and end.value <= begin.value
