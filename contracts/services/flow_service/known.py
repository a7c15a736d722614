"""What Flow Service's rules ask beside the resources of a tenant."""

from __future__ import annotations

from typing import Protocol

from contracts.judging.model import Ask, Call, Tenant, Terms

__all__ = ["SPECS", "Specs", "terms_of"]


class Specs(Protocol):
    """The specs that organisations bring."""

    def terms(self, tenant: Tenant, terms: Terms) -> Terms:
        """``terms`` with the sources that this tenant's connection specs add."""


SPECS: Ask[Specs] = Ask("flow_service")


def terms_of(call: Call) -> Terms:
    """The call's terms with what its tenant has brought."""
    return call.terms if call.known is None else call.known.of(SPECS).terms(call.tenant, call.terms)
