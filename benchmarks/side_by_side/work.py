"""The measured work: the documented POST /connections for Zoho CRM in Europe, and what has to be refused of it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from contracts import BASE_PATH, ZOHO_CRM, catalogue, documented_regions
from mockserver.cli.examples import body_of
from mockserver.cli.examples import headers as documented_headers

PATH = f"{BASE_PATH}/connections"
HEADERS = documented_headers()
DOCUMENT = body_of(catalogue().named("zoho-crm"), documented_regions()["eu"])
BODY = json.dumps(DOCUMENT).encode()

ALLOWED = {
    "accountsUrl": [region.accounts_url for region in documented_regions().values()],
    "specName": ["Basic Authentication"],
    "id": [ZOHO_CRM],
    "version": ["1.0"],
}
"""What a value may be, where not any text is."""


def schema_of(value: Any, name: str = "") -> dict[str, Any]:
    """A schema that demands everything which that document has."""
    if isinstance(value, dict):
        properties = {key: schema_of(child, key) for key, child in value.items()}
        return {"type": "object", "required": list(properties), "properties": properties}
    return {"enum": ALLOWED[name]} if name in ALLOWED else {"type": "string", "minLength": 1}


SCHEMA = schema_of(DOCUMENT)
SCHEMA["required"].remove("description")


def _without(name: str) -> dict[str, str]:
    return {key: value for key, value in HEADERS.items() if key != name}


def _changed(path: str, value: Any = ...) -> bytes:
    """The body with another value at the dotted path, or without it."""
    document = copy.deepcopy(DOCUMENT)
    *parents, last = path.split(".")
    place = document
    for parent in parents:
        place = place[parent]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return json.dumps(document).encode()


def refused() -> Iterator[tuple[str, dict[str, str], bytes]]:
    """What is wrong with it, and the request."""
    for name in HEADERS:
        yield f"without {name}", _without(name), BODY
    yield "without name", HEADERS, _changed("name")
    yield "without refreshToken", HEADERS, _changed("auth.params.refreshToken")
    yield "clientSecret a number", HEADERS, _changed("auth.params.clientSecret", 5)
    yield (
        "an accountsUrl that isn't documented",
        HEADERS,
        _changed("auth.params.accountsUrl", "https://accounts.zoho.xx"),
    )
