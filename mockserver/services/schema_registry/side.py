"""The Schema Registry on the mock's side."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.services.schema_registry.service import SCHEMA_REGISTRY
from mockserver.exchange.masking import Shows
from mockserver.services.schema_registry.state import STANDING, Registry
from mockserver.services.schema_registry.views import shown
from mockserver.services.side import Action, Side

__all__ = ["SIDE"]

# Words of JSON Schema and of XDM whose values are no samples (xdm/schema/field-constraints.md).
_WORDS = frozenset(
    ("$ref", "format", "pattern", "minimum", "maximum", "minLength", "maxLength", "meta:xdmType", "meta:xdmField")
    + ("meta:class", "meta:extensible", "meta:abstract", "meta:resourceType")
    + ("$id", "xdm:namespace", "xdm:sourceProperty", "xdm:sourceSchema")
)


def _actions() -> Mapping[str, Action]:
    from mockserver.services.schema_registry import actions, descriptors, rpc

    return {
        "stats": actions.stats,
        "list_resources": actions.list_all,
        "look_up": actions.look_up,
        "create_resource": actions.create,
        "replace_resource": actions.replace,
        "patch_resource": actions.patch,
        "delete_resource": actions.delete,
        "list_descriptors": descriptors.list_all,
        "look_up_descriptor": descriptors.look_up,
        "create_descriptor": descriptors.create,
        "replace_descriptor": descriptors.replace,
        "delete_descriptor": descriptors.delete,
        "list_unions": descriptors.list_unions,
        "look_up_union": descriptors.look_up_union,
        "export_resource": rpc.export,
        "import_resources": rpc.import_all,
        "sample_data": rpc.sample,
    }


SIDE = Side(
    "schema_registry",
    (SCHEMA_REGISTRY,),
    _actions,
    state=Registry,
    standing=STANDING,
    view=shown,
    shows=Shows(parameters=frozenset(("start",)), fields=_WORDS),
)
