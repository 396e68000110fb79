"""What ``screening check`` found, for programs: JSON, and SARIF 2.1.0 for code hosts and editors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from screening.errors import Problem
from screening.tuning.reminders import Reminder

__all__ = ["as_json", "as_sarif"]

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
_ERROR = "bundle-error"
_KINDS = {
    _ERROR: "规则包写错了，不能载入",
    "test-failed": "文件自带的测试不通过",
    "one-character": "只有一个字的词",
    "unsupported-figure": "数字没有出处支持",
    "no-successor": "版本失效而没有新的版本接上",
    "stale-check": "出处一年多没有核对",
    "contained-phrase": "词不起作用",
    "fires-too-often": "规则命中太多",
    "always-together": "两条规则总是一起命中",
}


def as_json(revision: str | None, errors: Sequence[Problem], found: Sequence[Reminder]) -> dict[str, Any]:
    """``ok`` says whether the bundle loads. Lines and columns count from 1, columns in characters."""
    return {
        "ok": not errors,
        "revision": revision,
        "errors": [_problem(_ERROR, problem) for problem in errors],
        "reminders": [_problem(code, problem) for code, problem in found],
    }


def _problem(code: str, problem: Problem) -> dict[str, Any]:
    return {
        "code": code,
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "width": problem.width,
        "message": problem.message,
        "remedy": problem.remedy,
    }


def as_sarif(version: str, errors: Sequence[Problem], found: Sequence[Reminder]) -> dict[str, Any]:
    """One run; errors are ``error``, reminders ``warning``; places are relative to the folder of the bundle."""
    results = [_result(_ERROR, "error", problem) for problem in errors]
    results += [_result(code, "warning", problem) for code, problem in found]
    rules = [{"id": id_, "shortDescription": {"text": text}} for id_, text in _KINDS.items()]
    driver = {"name": "screening check", "version": version, "language": "zh-CN", "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SARIF, "version": "2.1.0", "runs": [run]}


def _result(code: str, level: str, problem: Problem) -> dict[str, Any]:
    region = {
        "startLine": problem.line,
        "startColumn": problem.column,
        "endColumn": problem.column + max(1, problem.width),
    }
    place = {"artifactLocation": {"uri": quote(problem.file)}, "region": region}
    return {
        "ruleId": code,
        "ruleIndex": list(_KINDS).index(code),
        "level": level,
        "message": {"text": problem.message + problem.remedy},
        "locations": [{"physicalLocation": place}],
    }
