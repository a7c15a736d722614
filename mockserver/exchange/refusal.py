"""A refusal that depends on what is stored; raised anywhere in an action, answered in one place."""

from __future__ import annotations

from contracts import Violation

__all__ = ["Refused"]


class Refused(Exception):
    """The request can't be carried out; ``violations`` say why."""

    def __init__(self, *violations: Violation) -> None:
        super().__init__(*(found.message for found in violations))
        self.violations = violations
