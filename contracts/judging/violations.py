"""A broken rule, with everything that mending it takes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from contracts.judging.rule import Rule, help_of
from contracts.reading.spelling import nearest as nearest_spelling

__all__ = ["Violation", "Violations", "printable", "shown", "told", "violations_of"]

_LONGEST = 120  # characters of a value that a message quotes
_MOST = 50  # choices that it names


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach of ``rule`` at ``pointer``.

    ``pointer`` is a JSON pointer into the body (``/auth/params/endpoint``), or ``headers/NAME``,
    ``query/NAME``, ``path``, ``method``. ``found`` and ``allowed`` are texts, never a secret's value.
    ``answer`` is Adobe's own wording, where one is documented; ``details`` fills the error's template.
    """

    rule: Rule
    pointer: str
    problem: str
    found: str | None = None
    allowed: tuple[str, ...] = ()
    nearest: str | None = None
    answer: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_absence(self) -> bool:
        """Whether something isn't there, as of a draft or after an update it need not be."""
        return self.problem == "missing"

    @property
    def summary(self) -> str:
        """Where, what and the nearest spelling: as much as the service's own answer says."""
        hint = f" (nearest: {self.nearest})" if self.nearest else ""
        return f"{self.pointer or 'the body'}: {self.problem}{hint}"

    @property
    def message(self) -> str:
        """One paragraph: where, what, what was found, what is allowed, the nearest spelling, the mend."""
        parts = [f"{self.pointer or 'the body'}: {self.problem}"]
        if self.found is not None:
            parts.append(f"found {self.found}")
        if self.allowed:
            parts.append("allowed: " + ", ".join(self.allowed))
        if self.nearest is not None:
            parts.append(f"nearest: {self.nearest}")
        return "; ".join(parts) + f". {self.rule.mend}"

    def as_json(self, severity: str) -> dict[str, Any]:
        """The journal's row."""
        return {
            "rule": self.rule.id,
            "level": self.rule.level,
            "severity": severity,
            "pointer": self.pointer,
            "message": self.message,
            "found": self.found,
            "allowed": list(self.allowed),
            "nearest": self.nearest,
            "document": self.rule.document,
            "help": help_of(self.rule.id),
        }


class Violations(Protocol):
    """Makes a `Violation` of the rule with an id; ``near`` is looked up among ``allowed`` for its nearest spelling."""

    def __call__(
        self,
        rule: str,
        pointer: str,
        problem: str,
        *,
        found: str | None = None,
        allowed: Iterable[str] = (),
        near: str | None = None,
        nearest: str | None = None,
        answer: str | None = None,
        **details: str,
    ) -> Violation: ...


def violations_of(rows: Iterable[Rule]) -> Violations:
    """What makes violations of these rules."""
    rules = {row.id: row for row in rows}

    def violation(
        rule: str,
        pointer: str,
        problem: str,
        *,
        found: str | None = None,
        allowed: Iterable[str] = (),
        near: str | None = None,
        nearest: str | None = None,
        answer: str | None = None,
        **details: str,
    ) -> Violation:
        choices = tuple(allowed)
        if near is not None:
            nearest = nearest_spelling(near, choices)
        return Violation(rules[rule], pointer, problem, found, _few(choices, nearest), nearest, answer, details)

    return violation


def _few(choices: tuple[str, ...], nearest: str | None) -> tuple[str, ...]:
    """As many as a message should tell; what a client declares may be thousands, of any length."""
    if len(choices) > _MOST:
        first = () if nearest is None else (nearest,)
        choices = (*first, *choices[: _MOST - len(first)], "…")
    if sum(map(len, choices)) <= _MOST * _LONGEST:
        return choices
    return tuple(choice if len(choice) <= _LONGEST else f"{choice[: _LONGEST - 1]}…" for choice in choices)


def printable(text: str) -> str:
    """``text`` with control characters, lone surrogates and the like escaped, as JSON would write them."""
    return text if text.isprintable() else "".join(char if char.isprintable() else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    return json.dumps(char)[1:-1]


def told(value: Any) -> str:
    """`shown` for an answer, which nobody masks: what an array or object holds may be secret."""
    return "an object" if isinstance(value, dict) else "an array" if isinstance(value, list) else shown(value)


def shown(value: Any) -> str:
    """``value`` as JSON, cut where it is long."""
    text = printable(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
