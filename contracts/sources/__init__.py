"""The sources that connections can be made to, and Zoho's data centres: rows of data."""

from __future__ import annotations

from contracts.sources.source_catalogue import (
    KINDS,
    ZOHO_CRM,
    AuthSpec,
    Catalogue,
    Kind,
    Source,
    SourcesFileError,
    catalogue,
)

__all__ = ["KINDS", "ZOHO_CRM", "AuthSpec", "Catalogue", "Kind", "Source", "SourcesFileError", "catalogue"]
