"""An OpenAPI Overlay 1.0 that turns Adobe's own description of Flow Service into what is enforced.

Adobe's words stay: summaries, descriptions, tags and servers. What an operation takes and answers is replaced.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts import BASE_PATH
from contracts.judging.rule import Strictness
from mockserver.control.description import description

__all__ = ["overlay"]

_ADOBES_FILE = "https://raw.githubusercontent.com/AdobeDocs/experience-platform-apis/main/static/swagger-specs/"
_REPLACED = ("parameters", "requestBody", "responses", "security")
_WITH_SLASH = {("/connections/{BASE_CONNECTION_ID}", "patch"), ("/connections/{BASE_CONNECTION_ID}", "delete")}
"""Adobe's file has these two with a slash at the end of their path (flow-service.yaml)."""


def overlay(strictness: Strictness = "default") -> dict[str, Any]:
    """The overlay of ``flow-service.yaml``."""
    document = description(strictness)
    operations = [*_operations(document)]
    needed = _needed(document["components"]["schemas"], [operation for _, _, operation in operations])
    paths: dict[str, Any] = {}
    for path, method, operation in operations:
        paths.setdefault(path, {})[method] = operation
    return {
        "overlay": "1.0.0",
        "info": {"title": "Flow Service as this mock enforces it", "version": document["info"]["version"]},
        "extends": f"{_ADOBES_FILE}flow-service.yaml",
        "actions": [
            {"target": "$", "update": {"openapi": document["openapi"]}},
            *(
                {"target": f"$.paths['{path}'].{method}.{key}", "remove": True}
                for path, method, _ in operations
                for key in _REPLACED
            ),
            *({"target": f"$.components.schemas['{name}']", "remove": True} for name in needed),
            {"target": "$.components", "update": {**_only(document, needed)}},
            {"target": "$.paths", "update": paths},
        ],
    }


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path as Adobe's file has it, method and operation, with the parameters of the path."""
    for path, item in document["paths"].items():
        if not path.startswith(f"{BASE_PATH}/"):
            continue
        short = path.removeprefix(BASE_PATH)
        for method, operation in item.items():
            if method == "parameters":
                continue
            parameters = [*item.get("parameters", ()), *operation["parameters"]]
            told = {key: value for key, value in operation.items() if key not in ("operationId", "tags")}
            place = f"{short}/" if (short, method) in _WITH_SLASH else short
            yield place, method, {**told, "parameters": parameters}


def _needed(schemas: dict[str, Any], start: Any) -> list[str]:
    """The names of the schemas that are referred to, through others too."""
    found: dict[str, None] = {}
    waiting = [start]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            waiting += value.values()
            name = str(value.get("$ref", "")).removeprefix("#/components/schemas/").partition("/")[0]
            if name in schemas and name not in found:
                found[name] = None
                waiting.append(schemas[name])
    return sorted(found)


def _only(document: dict[str, Any], names: list[str]) -> dict[str, Any]:
    components = document["components"]
    return {
        "schemas": {name: components["schemas"][name] for name in names},
        "securitySchemes": components["securitySchemes"],
    }
