"""What Flow Service's rules ask beside the resources of a tenant."""

from __future__ import annotations

from typing import Protocol

from contracts.judging.model import Ask, Call, Terms

__all__ = ["SPECS", "Specs", "terms_of"]


class Specs(Protocol):
    """The specs that organisations bring."""

    def terms(self, org_id: str, terms: Terms) -> Terms:
        """``terms`` with the sources that this organisation's connection specs add."""


SPECS: Ask[Specs] = Ask("flow_service")


def terms_of(call: Call) -> Terms:
    """The call's terms with what its tenant has brought."""
    return call.terms if call.known is None else call.known.of(SPECS).terms(call.org_id or "", call.terms)
