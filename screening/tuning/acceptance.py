"""The file of a proposal, and a person's acceptance of it into ``thresholds/policy.yaml``, where comments and layout stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from screening.bundle.bundle import Bundle
from screening.bundle.loader import load
from screening.bundle.shapes import STRICT, Text, read_shape
from screening.bundle.yamlfile import parse_yaml, read_yaml
from screening.errors import BundleError, Problem
from screening.tuning.calibrate import Proposal

__all__ = ["Proposed", "accept", "proposal_text", "read_proposal"]

_POLICY = "thresholds/policy.yaml"
_HEAD = """\
# screening calibrate 依检察官的结论提出的权重。同意的，用 screening calibrate --accept 本文件 --by 姓名 写入 thresholds/policy.yaml；
# 不同意其中某一条的，先从 points 里删去那一行。details 供核对，不写入。
"""


@dataclass(frozen=True, slots=True, config=STRICT)
class Proposed:
    """What the file of a proposal says. ``revision``: the bundle that it is a proposal for; ``details`` are for people to read."""

    revision: Text
    cases: Annotated[int, Field(ge=1)]
    points: Mapping[str, Annotated[int, Field(ge=0, le=100)]]
    details: Any = None


_PROPOSED: TypeAdapter[Proposed] = TypeAdapter(Proposed)


def proposal_text(proposal: Proposal, bundle: Bundle) -> str:
    """The file of a proposal, YAML."""
    details = {
        "rules": [asdict(w) for w in proposal.weighings if w.rule in proposal.points],
        "before": asdict(proposal.before) if proposal.before else {},
        "after": asdict(proposal.after) if proposal.after else {},
        "gain": list(proposal.gain or ()),
    }
    told = {"revision": bundle.revision, "cases": proposal.cases, "points": proposal.points, "details": _short(details)}
    return _HEAD + yaml.safe_dump(told, allow_unicode=True, sort_keys=False)


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _short(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_short(inner) for inner in value]
    return round(value, 3) if isinstance(value, float) else value


def read_proposal(path: Path) -> Proposed:
    """Read the file of a proposal; ``BundleError`` with the places of what is wrong in it."""
    if not path.is_file():
        raise BundleError(
            [Problem(str(path), 1, 1, "没有这个文件。", "请先用 screening calibrate --output 写出提案。")]
        )
    file = read_yaml(path, str(path))
    proposed = read_shape(_PROPOSED, file)
    if proposed is None:
        raise BundleError(file.problems)
    if not proposed.points:
        raise BundleError([file.problem(("points",), "提案里没有要改的权重。", "不需要写入。")])
    return proposed


def accept(proposed: Proposed, folder: Path, by: str, on: date) -> Bundle:
    """Write the weights into the policy of the bundle in ``folder``, with who and when; gives the bundle as it is then.

    ``BundleError``, and nothing is changed, where the bundle is not the one of the proposal or would no longer load.
    """
    bundle = load(folder)
    if bundle.revision != proposed.revision:
        message = f"提案是为规则包 {proposed.revision} 作的，现在的规则包是 {bundle.revision}。"
        raise BundleError([Problem(_POLICY, 1, 1, message, "请重新运行 screening calibrate。")])
    path = folder / _POLICY
    before = path.read_bytes()
    earlier = dict(bundle.policy.weights.points) if bundle.policy.weights else {}
    block = {
        "accepted_by": by,
        "accepted_on": on.isoformat(),
        "cases": proposed.cases,
        "points": dict(sorted((earlier | dict(proposed.points)).items())),
    }
    _write(path, _with_weights(before.decode("utf-8-sig"), block).encode())
    try:
        return load(folder)
    except BundleError:
        _write(path, before)
        raise


def _with_weights(text: str, block: Mapping[str, Any]) -> str:
    """The policy with this block of weights in the place of the one there is, else at its end."""
    told = yaml.safe_dump({"weights": dict(block)}, allow_unicode=True, sort_keys=False)
    told = told.replace(f"accepted_on: '{block['accepted_on']}'", f"accepted_on: {block['accepted_on']}")
    lines = text.splitlines()
    file = parse_yaml(text, _POLICY)
    root = file.root
    keys = [key for key, _ in root.value] if isinstance(root, yaml.MappingNode) else []
    place = next((i for i, key in enumerate(keys) if key.value == "weights"), None)
    if place is None:
        note = "# 检察官接受的权重（screening calibrate --accept），代替 rules/findings/ 里写的。"
        return "\n".join([*lines, note, told])
    start = keys[place].start_mark.line
    end = start + 1
    while end < len(lines) and lines[end][:1] in (" ", "\t"):
        end += 1
    return "\n".join([*lines[:start], told.rstrip("\n"), *lines[end:]]) + "\n"


def _write(path: Path, content: bytes) -> None:
    beside = path.with_suffix(".new")
    beside.write_bytes(content)
    beside.replace(path)
