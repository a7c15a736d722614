"""The services that Adobe documents for Experience Platform, and which of them a path belongs to that nobody answers.

A service that the mock imitates is looked up before, so that its row here is never met.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from contracts.judging.violations import Violation, shown
from contracts.services.gateway.hosts import ADOBE
from contracts.services.gateway.rules import violation

__all__ = ["PLATFORM_SERVICES", "Parts", "not_imitated"]

# AdobeDocs/experience-platform-apis, static/swagger-specs, and help/*/api of AdobeDocs/experience-platform.en; Mapping
# Service and Partner Connectors are of adobe/experience-platform-postman-samples. A base path that begins with a host
# is found there alone: with Platform's tokens programs ask Adobe's other products too.
PLATFORM_SERVICES: Mapping[str, tuple[str, ...]] = {
    "Access Control": ("/data/foundation/access-control",),
    "Ad Hoc Activation": ("/data/core/activation/disflowprovider",),
    "Analytics": ("/analytics.adobe.io",),
    "Audit Query": ("/data/foundation/audit",),
    "Batch Ingestion": ("/data/foundation/import",),
    "Computed Attributes": ("/data/core/ca",),
    "Customer Journey Analytics": ("/cja.adobe.io",),
    "Data Hygiene": ("/data/core/hygiene",),
    "Data inlets": ("/data/core/edge",),
    "Dataset Service": ("/data/foundation/dataset",),
    "Destination Authoring": ("/data/core/activation/authoring",),
    "Edge Network": ("/edge.adobedc.net", "/server.adobedc.net"),
    "Flow Service": ("/data/foundation/flowservice",),
    "Identity Service": ("/data/core/identity", "/data/core/idnamespace"),
    "Journey Optimizer": ("/ajo", "/journey", "/journey-private.adobe.io"),
    "MTLS": ("/data/core/mtls",),
    "Mapping Service": tuple(f"/data/foundation/connectors/{name}" for name in ("mappingSets", "xdmBatchConversions")),
    "Observability Insights": ("/data/infrastructure/observability/insights",),
    "Offer Decisioning": ("/data/core/dps", "/data/core/dwm", "/data/core/ode", "/data/core/xcore"),
    "Partner Connectors": tuple(f"/data/foundation/connectors/{name}" for name in ("account", "connections")),
    "Policy Service": ("/data/foundation/dulepolicy",),
    "Privacy Service": ("/data/core/privacy",),
    "Query Service": ("/data/foundation/query",),
    "Real-Time Customer Profile": ("/data/core/ups",),
    "Reactor (tags)": ("/reactor.adobe.io",),
    "Sandbox API": ("/data/foundation/sandbox-management",),
    "Sandbox tooling": ("/data/foundation/exim",),
    "Segmentation": tuple(f"/data/core/ups/{name}" for name in ("audiences", "segment", "preview", "estimate")),
    "Sensei Machine Learning": ("/data/sensei",),
    "Target": ("/mc.adobe.io",),
    "Unified Tags": ("/experience.adobe.io/unifiedtags",),
}

_BASE_PATHS = sorted(
    ((path, name) for name, paths in PLATFORM_SERVICES.items() for path in paths),
    key=lambda row: len(row[0]),
    reverse=True,
)
_WAYS_OUT = ("a stub (POST /__admin/stubs)", "--allow HOST")


def not_imitated(path: str) -> Iterator[Violation]:
    """That the path belongs to a documented service, or to a host of Adobe's, that isn't imitated."""
    for base_path, name in _BASE_PATHS:
        if f"{path}/".startswith(f"{base_path}/"):
            problem = f"Adobe documents it as a path of {name}, which isn't imitated here"
            yield violation("FS-URL-03", "path", problem, found=shown(path), allowed=_WAYS_OUT)
            return
    host = path[1:].partition("/")[0].lower()
    if host.endswith(_BELOW_ADOBE) and not host.startswith(_IMITATED):
        yield violation("FS-URL-03", "path", f"{host} isn't imitated here", found=shown(path), allowed=_WAYS_OUT)


# A host that begins as one of these is rather misspelt.
_IMITATED = ("plat", "ims", "dcs")
_BELOW_ADOBE = tuple(f".{domain}" for domain in ADOBE)


@dataclass(frozen=True)
class Parts:
    """The operations that a service has besides its rows: those of Adobe's documents, and those that public programs
    send without any. Both are methods by paths below the base path, whose last slash is left out.
    """

    documented: Mapping[str, str] = field(default_factory=dict)
    undocumented: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, method: str, path: str) -> Iterator[Violation]:
        """That a request is one of them."""
        for forms, problem in self._told:
            if any(method in methods and form.fullmatch(path.removesuffix("/")) for form, methods in forms):
                yield violation("FS-URL-03", "path", problem, found=shown(f"{method} {path}"), allowed=_WAYS_OUT)
                return

    @cached_property
    def _told(self) -> tuple[tuple[list[tuple[re.Pattern[str], list[str]]], str], ...]:
        return (
            (_forms(self.documented), "Adobe documents this operation, which isn't imitated here"),
            (
                _forms(self.undocumented),
                "public programs send this, no document of Adobe's has it, and it isn't imitated here",
            ),
        )


def _forms(rows: Mapping[str, str]) -> list[tuple[re.Pattern[str], list[str]]]:
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), methods.split()) for path, methods in rows.items()]
