"""A refusal that depends on what is stored; raised anywhere in an action, answered in one place."""

from __future__ import annotations

from contracts import Violation

__all__ = ["Refused"]


class Refused(Exception):  # noqa: N818 -- it is what happens to the request, not an error of the mock
    """The request can't be carried out; ``violations`` say why."""

    def __init__(self, *violations: Violation) -> None:
        super().__init__(*(found.message for found in violations))
        self.violations = violations
