"""What the machinery itself finds broken, told by a word: the service that is asked says which of its rules that is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from contracts.judging.model import Breach, Service
from contracts.judging.violations import Violation, Violations, violations_of

__all__ = ["breach"]


def breach(service: Service, word: Breach, pointer: str, problem: str, **more: Any) -> Iterator[Violation]:
    """The violation of the service's rule for ``word``; nothing where it has none."""
    rule = service.breaches.get(word)
    if rule is not None:
        yield _violation(service)(rule, pointer, problem, **more)


@cache
def _violation(service: Service) -> Violations:
    return violations_of(service.rules)
