"""The sources that connections can be made to, and Zoho's data centres: rows of data."""

from __future__ import annotations

from contracts.sources.source_catalogue import ZOHO_CRM, AuthSpec, Catalogue, Source, SourcesFileError, catalogue

__all__ = ["ZOHO_CRM", "AuthSpec", "Catalogue", "Source", "SourcesFileError", "catalogue"]
