"""The JSON Schemas of what clients send, one file each."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator

__all__ = ["schema", "validator"]


@cache
def schema(name: str, package: str = "contracts.schemas") -> dict[str, Any]:
    """The schema in ``NAME.json`` of that package."""
    text = resources.files(package).joinpath(f"{name}.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def validator(name: str, package: str = "contracts.schemas") -> Draft202012Validator:
    """The validator for that schema."""
    return Draft202012Validator(schema(name, package))
