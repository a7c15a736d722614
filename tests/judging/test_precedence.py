"""The order of the rules is behaviour: of several broken rules the first decides the answer."""

from __future__ import annotations

from contracts import RULES
from contracts.tables import SERVICES
from tests.kit.paths import DATA

ORDER = (DATA / "precedence.txt").read_text("utf-8").splitlines()[1:]


def test_the_rules_stand_in_their_order() -> None:
    """A new rule gets its place in the file too."""
    assert list(RULES) == ORDER


def test_a_service_looks_at_its_rules_in_that_order() -> None:
    for service in SERVICES:
        ids = [rule.id for rule in service.rules]
        assert ids == sorted(ids, key=ORDER.index), service.id
