"""What no single file can know: names that must exist elsewhere, versions that overlap, figures in the wrong dimension."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from screening.bundle.bundle import Bundle
from screening.bundle.conditions import (
    AnyOf,
    CircumstanceCondition,
    Condition,
    ConductCondition,
    LimbCondition,
    MeasureCondition,
    MixCondition,
    PenaltiesCondition,
    SumCondition,
)
from screening.bundle.documents import check_documents
from screening.bundle.fine_checks import check_fines
from screening.bundle.likeness import check_likeness
from screening.bundle.sanction_checks import check_sanctions
from screening.bundle.shapes import did_you_mean
from screening.bundle.threshold import Threshold, Version
from screening.bundle.vocabulary import MeasureDefinition
from screening.bundle.yamlfile import YamlFile
from screening.errors import Problem
from screening.quantity import Quantity

__all__ = ["cross_check"]

Loc = tuple[str | int, ...]

_WHERE = MappingProxyType(
    {
        "文件": " thresholds/documents.yaml 里", "计量": " thresholds/measures/ 里", "情节": " thresholds/circumstances/ 里",
        "行为": " rules/text/ 里", "罪名文件": " thresholds/charges/ 里",
    }
)  # fmt: skip
_ORDER = "请把较新的版本移到前面；同一天生效的，合并成一个或改正日期。"


def cross_check(bundle: Bundle, files: Mapping[str, YamlFile]) -> Iterator[Problem]:
    """Every problem between files, each at the line that should change."""
    conducts = {r.asserts.conduct for r in bundle.text_rules if r.asserts.conduct}
    seen: dict[str, str] = {}
    for name, file in files.items():
        if not name.startswith("thresholds/charges/"):
            continue
        threshold = next((t for t in bundle.thresholds if f"thresholds/charges/{t.id}.yaml" == name), None)
        if threshold is None:
            yield file.problem(("id",), "id 应与文件名相同。", f"请把 id 改成“{name.split('/')[-1][:-5]}”。")
            continue
        if threshold.id in seen:
            yield file.problem(("id",), f"id 与 {seen[threshold.id]} 相同。")
        seen[threshold.id] = name
        yield from _Checker(bundle, file, conducts).threshold(threshold)
    yield from _vocabulary(bundle, files)
    yield from check_fines(bundle, files)
    yield from check_sanctions(bundle, files, conducts)
    yield from check_documents(bundle, files)
    if bundle.likeness:
        charges = [threshold.charge for threshold in bundle.thresholds]
        yield from check_likeness(bundle.likeness, charges, files["rules/likeness.yaml"])
    known = [rule.id for rule in bundle.finding_rules]
    for rule in bundle.policy.weights.points if bundle.policy.weights else ():
        if rule not in known:
            remedy = did_you_mean(rule, known) or "请删去这一行，或改成 rules/findings/ 里有的编号。"
            yield files["thresholds/policy.yaml"].problem(
                ("weights", "points", rule), f"没有命中规则“{rule}”。", remedy, at_key=True
            )


def _vocabulary(bundle: Bundle, files: Mapping[str, YamlFile]) -> Iterator[Problem]:
    for name, file in files.items():
        if name.startswith("thresholds/measures/"):
            yield from _measures(bundle, file)
        if name.startswith("thresholds/circumstances/"):
            for index, entry in enumerate(file.data if isinstance(file.data, list) else []):
                definition = bundle.circumstances.get(entry["name"])
                if definition:
                    yield from _unknown(bundle, file, (index, "told_by"), definition.told_by)
                    yield from _unknown(bundle, file, (index, "excludes"), definition.excludes)
        if name.startswith("rules/text/"):
            rules = file.data if isinstance(file.data, list) else []
            for index, rule in enumerate(rules):
                asserts = rule["asserts"]
                for key in ("circumstance", "denies"):
                    if asserts.get(key):
                        yield from _unknown(bundle, file, (index, "asserts", key), asserts[key])
                yield from _unknown(bundle, file, (index, "asserts", "lacks"), tuple(asserts.get("lacks", ())))


def _unknown(
    bundle: Bundle, file: YamlFile, at: tuple[str | int, ...], names: str | tuple[str, ...]
) -> Iterator[Problem]:
    """The names of circumstances at one place of a file (one, or a list) that the bundle does not have."""
    for number, name in enumerate((names,) if isinstance(names, str) else names):
        if name not in bundle.circumstances:
            where = at if isinstance(names, str) else (*at, number)
            yield file.problem(where, f"没有情节“{name}”。", did_you_mean(name, list(bundle.circumstances)))


def _measures(bundle: Bundle, file: YamlFile) -> Iterator[Problem]:
    entries = file.data if isinstance(file.data, list) else []
    for index, entry in enumerate(entries):
        definition = bundle.measures.get(entry["name"])
        for formula in definition.made_of if definition else ():
            terms = (*formula.terms, *([formula.divisor] if formula.divisor else []))
            known = [bundle.measures[term.measure] for term in terms if term.measure in bundle.measures]
            if definition and formula.divisor and len(known) == 2 and not _divides(definition, *known):
                yield file.problem(
                    (index, "made_of"),
                    f"“{known[0].name} ÷ {known[1].name}”不能得出以“{definition.unit}”计的“{definition.name}”。",
                    "两边单位相同时得出 % 或者倍；除以以 % 计的计量时，单位与被除数相同。",
                )
            for term in terms:
                if term.measure not in bundle.measures:
                    yield file.problem(
                        (index, "made_of"),
                        f"没有计量“{term.measure}”。",
                        did_you_mean(term.measure, list(bundle.measures)),
                    )


def _divides(result: MeasureDefinition, above: MeasureDefinition, below: MeasureDefinition) -> bool:
    """Whether the quotient of the two is counted in the unit of the result."""
    if above.unit == below.unit:
        return result.unit in ("%", "倍")
    return below.unit == "%" and result.unit == above.unit


class _Checker:
    """The checks of one threshold file."""

    def __init__(self, bundle: Bundle, file: YamlFile, conducts: set[str]) -> None:
        self.bundle, self.file, self.conducts = bundle, file, conducts

    def threshold(self, threshold: Threshold) -> Iterator[Problem]:
        for key in ("conduct", "not_with"):
            for index, conduct in enumerate(getattr(threshold.linkage, key)):
                yield from self._known(conduct, self.conducts, ("linkage", key, index), "行为")
        for number, other in enumerate(threshold.falls_back_to):
            ids = {other.id for other in self.bundle.thresholds}
            yield from self._known(other, ids, ("falls_back_to", number), "罪名文件")
        if threshold.repealed:
            yield from self._known(threshold.repealed, self.bundle.documents, ("repealed",), "文件")
        for index, former in enumerate(threshold.former_names):
            here: Loc = ("former_names", index)
            for number, conduct in enumerate(former.conduct):
                yield from self._known(conduct, self.conducts, (*here, "conduct", number), "行为")
            yield from self._known(former.source.document, self.bundle.documents, (*here, "source", "document"), "文件")
            if former.charge == threshold.charge:
                yield self.file.problem((*here, "charge"), "旧罪名与现罪名相同。", "请改正，或删去这一条。")
        for index, exit_ in enumerate(threshold.exits):
            way: Loc = ("exits", index)
            yield from self._known(exit_.circumstance, self.bundle.circumstances, (*way, "circumstance"), "情节")
            for number, condition in enumerate(exit_.all_of):
                yield from self._condition(condition, None, (*way, "all_of", number))
            for number, name in enumerate(exit_.unless):
                yield from self._known(name, self.bundle.circumstances, (*way, "unless", number), "情节")
            yield from self._known(exit_.source.document, self.bundle.documents, (*way, "source", "document"), "文件")
        for index, version in enumerate(threshold.versions):
            newer = threshold.versions[index - 1] if index else None
            yield from self._version(version, newer, ("versions", index))
            for number, test in enumerate(version.tests):
                for id_ in test.exits or ():
                    known = [exit_.id for exit_ in threshold.exits]
                    yield from self._known(id_, known, ("versions", index, "tests", number, "exits"), "出路")

    def _version(self, version: Version, newer: Version | None, loc: Loc) -> Iterator[Problem]:
        if newer and version.effective_from >= newer.effective_from:
            yield self.file.problem(
                (*loc, "effective_from"), "版本没有从新到旧排列，或者有两个版本同一天生效。", _ORDER
            )
        if newer and version.effective_to and version.effective_to > newer.effective_from:
            yield self.file.problem(
                (*loc, "effective_to"), f"失效日与 {newer.effective_from} 起的版本重叠。", "请改到该日或更早，或删去。"
            )
        if version.effective_to and version.effective_to <= version.effective_from:
            yield self.file.problem((*loc, "effective_to"), "失效日应在生效日之后。", "请核对两个日期是否写反。")
        yield from self._known(version.source.document, self.bundle.documents, (*loc, "source", "document"), "文件")
        ids = [limb.id for limb in version.any_of]
        for index, limb in enumerate(version.any_of):
            here: Loc = (*loc, "any_of", index)
            if ids.count(limb.id) > 1:
                yield self.file.problem((*here, "id"), f"同一版本里有两个“{limb.id}”。")
            if limb.source:
                yield from self._known(
                    limb.source.document, self.bundle.documents, (*here, "source", "document"), "文件"
                )
            for number, condition in enumerate(limb.all_of):
                yield from self._condition(condition, ids, (*here, "all_of", number))
            for number, name in enumerate(limb.unless):
                yield from self._known(name, self.bundle.circumstances, (*here, "unless", number), "情节")
            if not any(limb.id in test.expect for test in version.tests):
                yield self.file.problem(
                    (*here, "id"), f"情形“{limb.id}”没有达到它的边界测试。", "请在 tests 里补一个恰好达到的例子。"
                )
        for index, test in enumerate(version.tests):
            for key, known, what in (
                ("measures", self.bundle.measures, "计量"),
                ("circumstances", self.bundle.circumstances, "情节"),
            ):
                for name in getattr(test, key):
                    yield from self._known(name, known, (*loc, "tests", index, key, name), what)
            for id_ in test.expect:
                yield from self._known(id_, ids, (*loc, "tests", index, "expect"), "情形")

    def _condition(self, condition: Condition, limbs: Sequence[str] | None, loc: Loc) -> Iterator[Problem]:
        match condition:
            case MeasureCondition():
                yield from self._known(condition.of, self.bundle.circumstances, (*loc, "of"), "情节")
                figures = (condition.at_least, condition.more_than, condition.less_than, *(condition.between or ()))
                yield from self._figures(condition.measure, figures, loc)
            case SumCondition():
                for index, term in enumerate(condition.sum):
                    yield from self._figures(term.measure, (condition.at_least,), (*loc, "sum", index))
                    yield from self._known(term.of, self.bundle.circumstances, (*loc, "sum", index), "情节")
            case MixCondition():
                for index, part in enumerate(condition.mix):
                    yield from self._figures(part.measure, (part.per,), (*loc, "mix", index))
            case CircumstanceCondition():
                yield from self._known(
                    condition.circumstance, self.bundle.circumstances, (*loc, "circumstance"), "情节"
                )
            case ConductCondition():
                yield from self._known(condition.conduct, self.conducts, (*loc, "conduct"), "行为")
            case LimbCondition():
                if limbs is None:
                    yield self.file.problem((*loc, "limb"), "出路的条件不能引用情形。", "请直接写计量、情节或行为。")
                for id_ in condition.limb if limbs is not None else ():
                    yield from self._known(id_, limbs or (), (*loc, "limb"), "情形")
            case AnyOf():
                for index, inner in enumerate(condition.any_of):
                    yield from self._condition(inner, limbs, (*loc, "any_of", index))
            case PenaltiesCondition():
                if condition.within and condition.within.unit not in ("年", "个月", "日"):
                    yield self.file.problem((*loc, "within"), "期间要写成“2 年”或“6 个月”。")

    def _figures(self, measure: str, figures: Sequence[Quantity | None], loc: Loc) -> Iterator[Problem]:
        yield from self._known(measure, self.bundle.measures, (*loc, "measure"), "计量")
        definition = self.bundle.measures.get(measure)
        for figure in figures:
            if definition and figure and figure.unit not in (definition.unit, *definition.counted_in):
                yield self.file.problem(
                    loc,
                    f"“{figure.written}”的单位不对：{measure}以“{definition.unit}”计。",
                    "请改单位，或改计量的名称。",
                )

    def _known(
        self, name: str | None, known: Mapping[str, object] | set[str] | Sequence[str], loc: Loc, what: str
    ) -> Iterator[Problem]:
        if name is not None and name not in known:
            remedy = did_you_mean(name, list(known)) or f"请改成{_WHERE.get(what, '这个文件里')}有的，或先在那里加上。"
            yield self.file.problem(loc, f"没有{what}“{name}”。", remedy)
