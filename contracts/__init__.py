"""What Adobe's services and Zoho document, as data and short functions; no server.

Names are imported when first used, so that importing the package costs nothing. The plugin imports it before pytest
can rewrite its assertions; a session inside of a session would warn about that (PYTEST_DONT_REWRITE).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contracts.battery import ClientContract
    from contracts.contract import Contract, answer_to
    from contracts.judging.error import Error
    from contracts.judging.model import Call, Operation, Terms
    from contracts.judging.request import LARGEST_BODY, Request
    from contracts.judging.rule import Rule
    from contracts.judging.violations import Violation
    from contracts.services.flow_service.service import BASE_PATH
    from contracts.sources.regions import Region, documented_regions, region_of, zoho_regions
    from contracts.sources.source_catalogue import KINDS, ZOHO_CRM, Catalogue, Source, SourcesFileError, catalogue
    from contracts.tables import ERRORS, OPERATIONS, RULES

__all__ = [
    "BASE_PATH",
    "ERRORS",
    "KINDS",
    "LARGEST_BODY",
    "OPERATIONS",
    "RULES",
    "ZOHO_CRM",
    "Call",
    "Catalogue",
    "ClientContract",
    "Contract",
    "Error",
    "Operation",
    "Region",
    "Request",
    "Rule",
    "Source",
    "SourcesFileError",
    "Terms",
    "Violation",
    "answer_to",
    "catalogue",
    "documented_regions",
    "region_of",
    "zoho_regions",
]

_HOMES = {
    "battery": ("ClientContract",),
    "judging.model": ("Call", "Operation", "Terms"),
    "contract": ("Contract", "answer_to"),
    "judging.error": ("Error",),
    "services.flow_service.service": ("BASE_PATH",),
    "sources.regions": ("Region", "documented_regions", "region_of", "zoho_regions"),
    "judging.request": ("LARGEST_BODY", "Request"),
    "tables": ("ERRORS", "OPERATIONS", "RULES"),
    "judging.rule": ("Rule",),
    "sources.source_catalogue": ("KINDS", "ZOHO_CRM", "Catalogue", "Source", "SourcesFileError", "catalogue"),
    "judging.violations": ("Violation",),
}
_TEST_LIBRARIES = ("hypothesis", "pytest")
"""What an install of the server alone leaves out."""

_HOME = {name: f"{__name__}.{module}" for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(_HOME[name]), name)
    except ModuleNotFoundError as problem:
        if problem.name not in _TEST_LIBRARIES:
            raise
        from contracts.lacking import lacking

        return lacking(name, problem.name, "flowservice-kit")


def __dir__() -> list[str]:
    return __all__
