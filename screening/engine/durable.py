"""The host: the only module that knows durable-rules.

The C extension is driven directly: a fact is asserted, the rules it fires are collected, it is retracted. (``post``
fires one rule only; the library's own host adds timers, threads and a JSON round trip per rule.) There is one session,
with one fact at a time.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from contextlib import suppress
from threading import Lock

import durable_rules_engine as library

from screening.bundle.fields import COMPANIONS, FIELDS, LARGEST, Fact, Field, field_named
from screening.engine.compile import CATCH_ALL, Ruleset

__all__ = ["Host"]

_SESSION = "1"
_FACT = f'{{"id":"1","sid":"{_SESSION}"'


class Host:
    """A compiled ruleset, loaded. One lock makes it thread-safe (the library holds the GIL); scale by processes."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._place = {rule: place for place, rule in enumerate(dict.fromkeys(ruleset.owner.values()))}
        # Fields no rule asks about are not posted: the engine's time goes with the number of properties.
        asked = ruleset.fields
        self._words = tuple(_word(field) for field in FIELDS.values() if field.values and field.name in asked)
        self._numbers = tuple(_number(field, asked) for field in FIELDS.values() if not field.values)
        self._lock = Lock()
        self._load()

    def fire(self, facts: Mapping[str, Fact]) -> tuple[str, ...]:
        """Ids of the rules that hold on one posting, in bundle order. Unposted words have their defaults.

        ValueError for an unknown field, or for a value of a field that rules ask about and that is not of its kind.
        """
        fact = self._as_json(facts)
        with self._lock:
            try:
                names = self._collect(fact)
            except library.error:
                # What the failed post left behind must not meet the next record. The old session is left to leak: a
                # session that is in disorder can't be deleted safely.
                self._free.detach()
                self._load()
                raise
        owner = self._ruleset.owner
        return tuple(sorted({owner[name] for name in names if name != CATCH_ALL}, key=self._place.__getitem__))

    def _load(self) -> None:
        self._handle = library.create_ruleset("findings", self._ruleset.definition)
        self._free = weakref.finalize(self, _delete, self._handle)

    def _collect(self, fact: str) -> list[str]:
        _, state = library.assert_fact(self._handle, fact)
        started = library.start_action_for_state(self._handle, state)
        message: str | None = started[1] if started else None
        names = []
        while message:
            names.append(message[2 : message.index('"', 2)])  # {"transfer.near#0":{"m":{…}}}
            message = library.complete_and_start_action(self._handle, state)
        library.retract_fact(self._handle, _FACT + "}")  # it is found by its id
        return names

    def _as_json(self, facts: Mapping[str, Fact]) -> str:
        for name in facts:
            if name not in FIELDS:
                field_named(name)
        parts = [_FACT, f',"{CATCH_ALL}":"yes"']
        for name, default, fragments in self._words:
            value = facts.get(name, default)
            parts.append(fragments.get(value) or FIELDS[name].word(value))  # word() says what is wrong
        for name, posted, present, absent in self._numbers:
            if name not in facts:
                parts.append(absent)
                continue
            number = facts[name]
            if type(number) is not int:
                raise ValueError(f"字段“{name}”要给整数，给的是“{number}”。")
            # A figure in a rule is below LARGEST, so what is cut compares as the whole number would.
            parts.append(posted % max(-LARGEST, min(number, LARGEST)) + present)
        parts.append("}")
        return "".join(parts)


def _word(field: Field) -> tuple[str, Fact, dict[Fact, str]]:
    """Name, default, and what to post for each word."""
    return field.name, field.values[0], {word: f',"{field.name}":"{word}"' for word in field.values}


def _number(field: Field, asked: frozenset[str]) -> tuple[str, str, str, str]:
    """Name, and what to post: a template for the number, its companion when it is there, its companion when not."""
    companion = COMPANIONS[f"{field.name}_present"].name
    posted = f',"{field.name}":%d' if field.name in asked else "%.0s"
    present, absent = (f',"{companion}":"{word}"' if companion in asked else "" for word in ("yes", "no"))
    return field.name, posted, present, absent


def _delete(handle: int) -> None:
    with suppress(library.error):  # no record was ever posted, so there is no session
        library.delete_state(handle, _SESSION)
    library.delete_ruleset(handle)
