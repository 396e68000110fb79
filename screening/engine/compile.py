"""Conditions → a durable-rules ruleset, inside the envelope in which that engine was measured to be sound.

Negations are pushed down to the leaves, then each rule becomes a disjunction of conjunctions, one durable rule each
(``id#0``, ``id#1`` …). A conjunction starts with an equality, its gate; there are no joins, no ``$nex``, no nesting.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from screening.bundle.fields import COMPANIONS, FIELDS, Field
from screening.bundle.findings import AllOf, AnyOf, Condition, FindingRule, Not, OneOf, Within

__all__ = ["CATCH_ALL", "MAX_ALTERNATIVES", "MAX_PER_GATE", "Ruleset", "check_envelope", "compile_rules"]

MAX_ALTERNATIVES = 64
"""Conjunctions one rule may expand into."""
MAX_PER_GATE = 40
"""Durable rules behind one gate; beyond 64 matching at once the engine answers with error 303."""
MAX_FAN_OUT = 400
"""Different conditions that may follow one condition; at 513 the engine hangs."""
MAX_STACK = 60
"""Matching conditions the engine may have to keep at once; it has room for 64."""
MAX_LITERALS = 28
"""Conditions in one conjunction; the engine has room for 32, two of them taken by the brackets."""

CATCH_ALL = "posted"
"""A field that is always ``yes``. One rule asks only for it: deleting a session with an unmatched record crashes."""

Words = frozenset[str]
Span = tuple[int | None, int | None]
Conjunction = Mapping[str, Words | Span]
Literal = tuple[str, str, str | int]  # operator, field, operand
Tree = dict[Literal, "Tree"]
_BY_NAME = MappingProxyType({**FIELDS, **COMPANIONS})


@dataclass(frozen=True, slots=True)
class Ruleset:
    """What the host needs: the ``definition`` (JSON), the ``fields`` it reads, the rule behind each durable rule."""

    definition: str
    fields: frozenset[str]
    owner: Mapping[str, str]


def compile_rules(rules: Iterable[FindingRule]) -> Ruleset:
    """The ruleset of ``rules``, in their order. ValueError in Chinese for what is outside the limits above."""
    load: Counter[Literal] = Counter()
    chains: dict[str, tuple[Literal, ...]] = {}
    owner: dict[str, str] = {}
    for rule in rules:
        for index, chain in enumerate(_chains(rule, load)):
            name = f"{rule.id}#{index}"
            if name in owner:
                raise ValueError(f"规则编号“{rule.id}”用了两次，请改其中一个。")
            chains[name], owner[name] = chain, rule.id
    chains[CATCH_ALL] = (("eq", CATCH_ALL, "yes"),)
    check_envelope(chains.values())
    definition = {name: {"all": [{"m": _as_json(chain)}]} for name, chain in chains.items()}
    fields = frozenset(field for chain in chains.values() for _, field, _ in chain) - {CATCH_ALL}
    return Ruleset(json.dumps(definition, ensure_ascii=False), fields, MappingProxyType(owner))


def check_envelope(chains: Iterable[Sequence[Literal]]) -> None:
    """ValueError in Chinese where the engine, which merges equal beginnings into a tree, would leave its envelope."""
    tree: Tree = {}
    per_gate: Counter[Literal] = Counter()
    for chain in chains:
        if len(chain) > MAX_LITERALS:
            raise ValueError(f"一条规则的条件太多（{len(chain)} 个，至多 {MAX_LITERALS} 个），请拆成几条。")
        per_gate[chain[0]] += 1
        node = tree
        for literal in chain:
            node = node.setdefault(literal, {})
    for (_, field, word), count in per_gate.items():
        if count > MAX_PER_GATE:
            excess = f"{count} 条，至多 {MAX_PER_GATE} 条"
            raise ValueError(f"以“{field}: {word}”开头的规则太多（{excess}），请合并规则，或加上区分它们的条件。")
    if (stack := _stack(tree)) > MAX_STACK:
        raise ValueError(f"可能同时成立的条件太多（{stack} 个，至多 {MAX_STACK} 个），请合并规则或加上互相排斥的条件。")


def _stack(tree: Tree) -> int:
    """How many matching nodes the engine's depth-first walk may hold: siblings wait while one of them is opened."""
    if len(tree) > MAX_FAN_OUT:
        raise ValueError(f"同一层的不同条件太多（{len(tree)} 个，至多 {MAX_FAN_OUT} 个），请合并规则。")
    # Equalities on one field exclude each other; of these at most one matches.
    matching = len({literal[1] if literal[0] == "eq" else literal for literal in tree})
    deepest = max(map(_stack, tree.values()), default=0)
    return max(matching, matching - 1 + deepest)


def _chains(rule: FindingRule, load: Counter[Literal]) -> Iterator[tuple[Literal, ...]]:
    """The rule's conjunctions as literals, gate first; ``load`` counts rules per gate, to spread them evenly."""
    alternatives = [part for whole in _alternatives(rule) for part in _with_equality(whole)]
    if not alternatives:
        raise ValueError(f"规则“{rule.id}”的条件互相矛盾，永远不会命中。")
    if len(alternatives) > MAX_ALTERNATIVES:
        raise _too_many(rule)
    for conjunction in alternatives:
        names = [name for name in _BY_NAME if name in conjunction]
        literals = [literal for name in names for literal in _literals(name, conjunction[name])]
        gates = [literal for literal in literals if literal[0] == "eq"]
        gate = min(gates or [("eq", CATCH_ALL, "yes")], key=load.__getitem__)
        load[gate] += 1
        yield (gate, *(literal for literal in literals if literal != gate))


def _alternatives(rule: FindingRule) -> list[Conjunction]:
    """The condition in disjunctive normal form, without contradictions and repetitions."""

    def expand(condition: Condition, wanted: bool) -> list[Conjunction]:
        match condition:
            case Not():
                return expand(condition.not_, not wanted)
            case AllOf() | AnyOf():
                parts = condition.all if isinstance(condition, AllOf) else condition.any
                expanded = [expand(part, wanted) for part in parts]
                conjoin = isinstance(condition, AllOf) is wanted  # De Morgan
                if not conjoin:
                    return limited(one for each in expanded for one in each)
                whole: list[Conjunction] = [{}]
                for each in expanded:
                    whole = limited(both for one in whole for other in each if (both := _meet(one, other)))
                return whole
            case leaf:
                return [{leaf.field: domain} for domain in _domains(leaf, wanted)]

    def limited(conjunctions: Iterable[Conjunction]) -> list[Conjunction]:
        found: list[Conjunction] = []
        for conjunction in conjunctions:
            if conjunction not in found:
                found.append(conjunction)
            if len(found) > MAX_ALTERNATIVES:
                raise _too_many(rule)
        return found

    return expand(rule.when, True)


def _too_many(rule: FindingRule) -> ValueError:
    return ValueError(f"规则“{rule.id}”的 any 太多，展开后超过 {MAX_ALTERNATIVES} 种组合，请拆成几条规则。")


def _meet(one: Conjunction, other: Conjunction) -> Conjunction | None:
    """Both at once; None where they contradict each other."""
    met = dict(one)
    for name, domain in other.items():
        met[name] = _intersection(met[name], domain) if name in met else domain
        if not _possible(met[name]):
            return None
    return met


def _domains(leaf: OneOf | Within, wanted: bool) -> list[Words | Span]:
    """The values with which the leaf comes out as wanted: one set of words, or up to two spans of integers."""
    if isinstance(leaf, OneOf):
        words = frozenset(leaf.values) if wanted else frozenset(_BY_NAME[leaf.field].values).difference(leaf.values)
        return [words] if words else []
    if wanted:
        return [(leaf.low, leaf.high)]
    below: list[Words | Span] = [] if leaf.low is None else [(None, leaf.low - 1)]
    return below if leaf.high is None else [*below, (leaf.high + 1, None)]


def _intersection(one: Words | Span, other: Words | Span) -> Words | Span:
    if isinstance(one, frozenset) and isinstance(other, frozenset):
        return one & other
    (low, high), (least, most) = tuple(one), tuple(other)
    lows = [end for end in (low, least) if isinstance(end, int)]
    highs = [end for end in (high, most) if isinstance(end, int)]
    return max(lows, default=None), min(highs, default=None)


def _possible(domain: Words | Span) -> bool:
    if isinstance(domain, frozenset):
        return bool(domain)
    low, high = domain
    return low is None or high is None or low <= high


def _with_equality(conjunction: Conjunction) -> Iterator[Conjunction]:
    """The same, as conjunctions that have an equality on words to start with: split by words, or ask for presence."""
    words = {name: domain for name, domain in conjunction.items() if isinstance(domain, frozenset)}
    choices = {name: domain for name, domain in words.items() if len(domain) < len(_BY_NAME[name].values)}
    rest = {name: domain for name, domain in conjunction.items() if name not in words} | choices
    if any(len(domain) == 1 for domain in choices.values()):
        yield rest
    elif choices:
        name = min(choices, key=lambda choice: len(choices[choice]))
        yield from (rest | {name: frozenset({word})} for word in sorted(choices[name]))
    elif rest:
        yield rest | {f"{next(iter(rest))}_present": frozenset({"yes"})}
    else:
        yield rest


def _literals(name: str, domain: Words | Span) -> Iterator[Literal]:
    if isinstance(domain, frozenset):
        field: Field = _BY_NAME[name]
        if len(domain) == 1:
            yield "eq", name, next(iter(domain))
        else:
            yield from (("$neq", name, word) for word in field.values if word not in domain)
        return
    low, high = domain
    if low is not None:
        yield "$gte", name, low
    if high is not None:
        yield "$lte", name, high


def _as_json(chain: Sequence[Literal]) -> dict[str, object]:
    parts: list[dict[str, object]] = [
        {field: operand} if operator == "eq" else {operator: {field: operand}} for operator, field, operand in chain
    ]
    return parts[0] if len(parts) == 1 else {"$and": parts}
