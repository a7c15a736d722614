"""How the registry names things: tenants, ``$id`` and ``meta:altId``."""

from __future__ import annotations

import zlib

__all__ = ["FOLDERS", "PLACEHOLDER", "alt_id", "id_in_path", "own_id", "tenant_id"]

_NAMES = "https://ns.adobe.com/"

FOLDERS = {"schemas": "schemas", "classes": "classes", "fieldgroups": "mixins", "datatypes": "datatypes"}
"""What stands in the ``$id`` of a tenant's resource, by collection: field groups keep their old name there."""


PLACEHOLDER = "<XDM_TENANTID_PLACEHOLDER>"
"""What stands for the tenant's id in what is exported (xdm/api/export-import.md)."""


def tenant_id(org_id: str) -> str:
    """The id by which the registry knows an organisation; it follows from the organisation's (assumed)."""
    return f"tenant{zlib.crc32(org_id.encode('utf-8', 'surrogatepass')):08x}"


def own_id(org_id: str, collection: str, digits: str) -> str:
    """The ``$id`` of a resource of that organisation."""
    return f"{_NAMES}{tenant_id(org_id)}/{FOLDERS[collection]}/{digits}"


def alt_id(id: str) -> str:
    """``_xdm.context.profile`` of ``https://ns.adobe.com/xdm/context/profile``."""
    return "_" + id.removeprefix(_NAMES).replace("/", ".")


def id_in_path(text: str) -> str:
    """The ``$id`` that a path means, which has either."""
    return _NAMES + text[1:].replace(".", "/") if text.startswith("_") else text
