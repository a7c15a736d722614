"""One documented error: its status, its words, and the shape of the body that it is answered with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from contracts.judging.rule import Level

__all__ = ["Error", "Shape"]


@dataclass(frozen=True, slots=True)
class Error:
    """One row. ``template`` is the service's text; ``shape`` makes the JSON answer of it."""

    id: str
    status: int
    shape: Shape
    title: str
    template: str
    level: Level = "documented"

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The names in ``template``, each once."""
        names = (name for _, name, _, _ in Formatter().parse(self.template) if name)
        return tuple(dict.fromkeys(names))

    def body(self, details: Mapping[str, str], request_id: str) -> dict[str, Any]:
        """The JSON answer; ``details`` fills the placeholders."""
        return self.shape(self, self.template.format_map(_Details(details)), details, request_id)


Shape = Callable[[Error, str, Mapping[str, str], str], dict[str, Any]]
"""Of an error, its text, what fills that, and the request's id the body that is answered."""


class _Details(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return ""
