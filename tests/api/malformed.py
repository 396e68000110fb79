"""Requests that must be refused: mutations of good ones, each with the pointer that the answer has to give."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from api import examples

__all__ = ["Bad", "malformed"]

Path = tuple[str | int, ...]


class Bad(NamedTuple):
    """A body to be posted to ``path``. ``pointer``: what the first error points to."""

    path: str
    body: bytes
    status: int
    pointer: str
    content_type: str = "application/json"


_TEXT = [[], {}, [1], {"a": 1}, True]
_DAY = [[1], {}, {"a": 1}, "2024-13-01", "2024-02-30", "某日", True, -1, 7, 20241301, 10**30]
_FLAG = [[], {}, [1], {"a": 1}, "也许", 2, -1, 1.5]
_MONEY = [[], {}, [1], {"a": 1}, "甲", "-5元", "6亩", "1e9999", True, -1, 10**30]
_OBJECT = [[], [1], True, 7, -1.5, "某某", 10**30]
#: What stands where, and what can't stand there.
WRONG: dict[Path, list[Any]] = {
    **{
        (name,): _TEXT for name in ("record_id", "region", "agency", "case_reason", "legal_basis", "narrative", "field")
    },
    **{("party", name): _TEXT for name in ("name", "kind", "id_no")},
    ("penalty", "content"): _TEXT,
    **{(name,): _DAY for name in ("conduct_from", "conduct_to", "decided_on", "entered_on", "filed_on")},
    **{(name,): _FLAG for name in ("transferred", "collectively_discussed", "appraised")},
    **{("penalty", name): _MONEY for name in ("fine", "confiscated")},
    **{(name,): _OBJECT for name in ("party", "penalty", "stated_amounts")},
}
#: The same for the other bodies.
OTHERS: dict[str, tuple[dict[str, Any], dict[Path, list[Any]]]] = {
    "/v1/screenings/batch": (examples.BATCH, {("items",): [[], {}, 7, "甲", None], ("items", 0, "id"): ["", [], None, "x" * 201]}),
    "/v1/consultations": (
        examples.CONSULTATION,
        {("charge",): [[], 7, None, ""], ("on",): ["去年", {}, [1]], ("measures",): [[], "甲"], ("penalties",): [-1, "甲", 10**30]},
    ),
    "/v1/webhooks": (
        examples.WEBHOOK,
        {("url",): [7, None, [], "ftp://a.example", "https://"], ("regions",): [[], "42", {}, None], ("levels",): [[], "refer", None]},
    ),
}  # fmt: skip
_REPLACED = 'XX"XX'


def _with(given: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    made = json.loads(json.dumps(given))
    inside = made
    for name in path[:-1]:
        inside = inside[name]
    inside[path[-1]] = value
    return made


def _pointer(path: Path) -> str:
    return "".join(f"/{name}" for name in path)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _record(body: bytes | str, status: int, pointer: str = "", kind: str = "application/json") -> Bad:
    return Bad(
        "/v1/screenings",
        body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass"),
        status,
        pointer,
        kind,
    )


def _cut(chance: random.Random) -> Bad:
    whole = _text(examples.RECORD).encode()
    return _record(whole[: chance.randrange(len(whole) - 1)], 400)


def _garbage(chance: random.Random) -> Bad:
    whole = _text(examples.RECORD)
    wrong = [
        whole + "x",
        whole + whole,
        "//" + whole,
        whole.replace('"', "'"),
        whole.replace(":", "=", 1),
        whole[:-1] + ",}",
        whole[1:],
    ]
    return _record(chance.choice(wrong), 400)


def _bytes(chance: random.Random) -> Bad:
    whole = _text(examples.RECORD).encode()
    at = chance.randrange(len(whole))
    wrong = [
        whole[:at] + bytes([chance.choice([0xFF, 0xC0, 0xFE])]) + whole[at:],
        _text(examples.RECORD).encode("gb18030"),
        _text(examples.RECORD).encode("utf-16"),
        whole.replace("白酒".encode(), b"\xed\xa0\x80"),
    ]
    return _record(chance.choice(wrong), 400)


def _wrong_kind(chance: random.Random) -> Bad:
    path = chance.choice(list(WRONG))
    return _record(_text(_with(examples.RECORD, path, chance.choice(WRONG[path]))), 422, _pointer(path))


def _whole(chance: random.Random) -> Bad:
    return _record(_text(chance.choice([None, True, -1, 1.5, "", "甲", [], [examples.RECORD], 10**30])), 422)


def _number(chance: random.Random) -> Bad:
    name = chance.choice(["fine", "confiscated"])
    told = _text(_with(examples.RECORD, ("penalty", name), _REPLACED))
    number = chance.choice(
        ["NaN", "Infinity", "-Infinity", "1e9999", "-1e-9999", "9" * 5000, "0x10", "1_000", "+1", "01", ".5"]
    )
    return _record(told.replace(_text(_REPLACED), number), 400)


def _deep(chance: random.Random) -> Bad:
    depth = chance.choice([6, 50, 400, 20_000])
    brackets = chance.choice([("[", "]"), ('{"a":', "}")])
    nested = brackets[0] * depth + "1" + brackets[1] * depth
    told = _text(_with(examples.RECORD, ("penalty", "types"), _REPLACED)).replace(_text(_REPLACED), nested)
    inside = "/a" if brackets[0] == '{"a":' else "/0"
    return _record(told, *((400, "") if depth > 1000 else (422, f"/penalty/types{inside * 3}")))


def _twice(chance: random.Random) -> Bad:
    name = chance.choice(list(examples.RECORD))
    inside = chance.choice([(), ("party",), ("penalty",)])
    name = {(): name, ("party",): "name", ("penalty",): "fine"}[inside]
    given = examples.RECORD
    for each in inside:
        given = given[each]
    member = _text(given)
    return _record(
        _text(examples.RECORD).replace(member, member[:-1] + f', "{name}": null}}'), 400, _pointer((*inside, name))
    )


def _missing(chance: random.Random) -> Bad:
    name = chance.choice(["record_id", "narrative"])
    given = {**examples.RECORD, chance.choice(["注", "field"]): "甲"}
    if chance.random() < 0.5:
        given[name] = chance.choice([None, "", "  "])
    else:
        del given[name]
    return _record(_text(given), 422, f"/{name}")


def _broken_text(chance: random.Random) -> Bad:
    path = chance.choice([("narrative",), ("agency",), ("party", "name")])
    return _record(json.dumps(_with(examples.RECORD, path, "甲\ud800乙")), 422, _pointer(path))


def _order(_: random.Random) -> Bad:
    return _record(_text({**examples.RECORD, "conduct_to": "2024-02-03"}), 422, "/conduct_to")


def _content_type(chance: random.Random) -> Bad:
    wrong = [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/csv",
        "",
        "json",
        "application/xml",
    ]
    return _record(_text(examples.RECORD), 415, "", chance.choice(wrong))


def _other(chance: random.Random) -> Bad:
    path = chance.choice(list(OTHERS))
    given, wrong = OTHERS[path]
    at = chance.choice(list(wrong))
    value = chance.choice(wrong[at])
    if chance.random() < 0.2:
        return Bad(path, _text({**given, "注": 1}).encode(), 422, "/注")
    return Bad(path, _text(_with(given, at, value)).encode(), 422, _pointer(at))


MUTATIONS: list[Callable[[random.Random], Bad]] = [
    _cut, _garbage, _bytes, _wrong_kind, _wrong_kind, _whole, _number, _deep, _twice, _missing, _broken_text, _order, _content_type,
    _other,
]  # fmt: skip


def malformed(count: int, seed: int = 7) -> Iterator[Bad]:
    """So many bad requests, of each kind in turn."""
    chance = random.Random(seed)
    for number in range(count):
        yield MUTATIONS[number % len(MUTATIONS)](chance)
