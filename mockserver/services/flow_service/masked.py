"""What Flow Service shows of connections: a credential is a secret unless its source's page says otherwise."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from typing import Any

from contracts import Catalogue
from contracts.reading.files import file_of
from contracts.reading.schemas import declared_fields
from contracts.services.flow_service.collections import COLLECTIONS
from contracts.services.flow_service.filters import MOST_FILTERS, MOST_VALUES, PIECE
from mockserver.exchange.masking import MASK, Masker, Shows
from mockserver.exchange.texts import sounds_secret

__all__ = ["SHOWS", "masked_connection", "masked_source", "with_authorized_date"]

_OPEN_SPEC = frozenset(("id", "version"))
_OPEN_AUTH = frozenset(("specName", "type"))
_EXPRESSION = re.compile(r"([^=!<>~]*)([=!<>~]*)(.*)", re.DOTALL)


def masked_connection(document: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """A connection as the service shows it: every credential's key, secret values as ``xxxx``."""
    masked: dict[str, Any] = Masker(catalogue, SHOWS).sent(document)
    return masked


def with_authorized_date(view: dict[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """``view`` with the day on which a destination was given its credentials (delete-destination-account.md)."""
    source = catalogue.get(view["connectionSpec"]["id"])
    if source is None or source.row is not source.target or not isinstance(view.get("auth"), dict):
        return view
    params = view["auth"].get("params")
    if not isinstance(params, dict):
        return view
    day = datetime.fromtimestamp(view["createdAt"] / 1000, UTC).date().isoformat()
    return {**view, "auth": {**view["auth"], "params": {**params, "authorizedDate": day}}}


def masked_source(document: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """A source connection as the service shows it: params that its spec declares to be passwords as ``xxxx``."""
    source = catalogue.get(_spec_id(document) or "")
    params = document.get("params")
    if source is None or not source.secret_source_params or not isinstance(params, dict):
        return dict(document)
    masked = {name: MASK if name in source.secret_source_params else value for name, value in params.items()}
    return {**document, "params": masked}


def _auth(masker: Masker, auth: Any, document: Mapping[str, Any]) -> Any:
    if not isinstance(auth, dict):
        return masker.hidden(auth)
    shown = masker.only(_OPEN_AUTH, {name: value for name, value in auth.items() if name != "params"})
    if "params" in auth:
        names = _open_params(masker.catalogue, _spec_id(document), auth.get("specName"))
        shown["params"] = masker.only(names, auth["params"])
    return {name: shown[name] for name in auth}


def _spec(masker: Masker, spec: Any, document: Mapping[str, Any]) -> Any:  # noqa: ARG001 -- as of any member
    return masker.only(_OPEN_SPEC, spec)


def _query_string(masker: Masker, text: Any, document: Mapping[str, Any]) -> Any:  # noqa: ARG001
    """A search's filters: ``property=...`` as in a URL, or bare expressions."""
    if not isinstance(text, str):
        return masker.unknown("queryString", text)
    if text.count(",") > MOST_VALUES or len(list(islice(PIECE.finditer(text), MOST_FILTERS + 1))) > MOST_FILTERS:
        return MASK  # these are refused, and none is told
    return masker.shown(PIECE.sub(lambda piece: _piece(masker, piece[0]), text))


def _piece(masker: Masker, text: str) -> str:
    return masker.pair(text) if text.startswith("property=") else _expression(masker, text)


def _expression(masker: Masker, text: str) -> str:
    """A filter; what is compared with anything that isn't declared open may be a secret, whatever the answer."""
    path, operator, value = next(_EXPRESSION.finditer(text)).groups()  # which fits any text
    path_name = path.strip().removeprefix("auth.params.")
    name = path_name if path_name in _filtered() else path_name.rpartition(".")[2].removesuffix("[]")
    is_credential = path.strip().lower().startswith("auth")
    open_params = masker.catalogue.documented_open_params
    is_open = name in (open_params if is_credential else _filtered() | SHOWS.fields | _declared())
    if not operator or (is_open and not sounds_secret(text)):
        return text
    return path + operator + (masker.hidden(value) if is_credential or sounds_secret(text) else masker.stray(value))


@cache
def _filtered() -> frozenset[str]:
    """The fields that a filter may name in any collection."""
    return frozenset(name for row in COLLECTIONS.values() for name in (*row.fields, *row.aliases))


def _patched_auth(masker: Masker, parts: list[str], value: Any) -> Any:
    match parts:
        case ["auth"]:
            return _auth(masker, value, {})
        case ["auth", "params"]:
            return masker.only(masker.catalogue.documented_open_params, value)
        case ["auth", "params", name]:
            is_open = name in masker.catalogue.documented_open_params
        case ["auth", name]:
            is_open = name in _OPEN_AUTH
        case _:
            is_open = False
    return masker.shown(value) if is_open else masker.hidden(value)


def _patched_spec(masker: Masker, parts: list[str], value: Any) -> Any:  # noqa: ARG001 -- as of any first segment
    return masker.stray(value)


def _pointer(masker: Masker, path: str) -> str:
    """A pointer may end in what should have been the value: beyond a credential's name nothing is shown."""
    if "auth" not in path.lower():
        return path
    known = {"", "auth", "params", *_OPEN_AUTH, *masker.catalogue.param_names}
    return "/".join(part if part in known else masker.stray(part) for part in path.split("/"))


def _open_params(catalogue: Catalogue, spec_id: str | None, spec_name: object) -> frozenset[str]:
    """The params that may be shown; where the source isn't known, those that pages show in others."""
    source = catalogue.get(spec_id) if spec_id else None
    if source is None:
        return catalogue.documented_open_params
    spec = source.auth.get(spec_name) if isinstance(spec_name, str) else None
    return spec.open_params if spec else frozenset()


def _spec_id(document: Mapping[str, Any]) -> str | None:
    spec = document.get("connectionSpec")
    spec_id = spec.get("id") if isinstance(spec, dict) else None
    return spec_id if isinstance(spec_id, str) else None


@cache
def _declared() -> frozenset[str]:
    """What the documented specs declare of params, schedules, transformations, and what answers hold."""
    files = (*_DATA, "answers.json", *_SCHEMAS)
    texts = [file_of("contracts.services.flow_service", name).read_text("utf-8") for name in files]
    found = {name for text in texts for name in declared_fields(json.loads(text))}
    used = {name for text in texts[: len(_DATA)] for name in _leaves(json.loads(text)) if not sounds_secret(name)}
    return frozenset(found | used)


def _leaves(value: Any) -> Iterator[str]:
    """Keys of what isn't an object."""
    if isinstance(value, list):
        for child in value:
            yield from _leaves(child)
    elif isinstance(value, dict):
        for name, child in value.items():
            if not isinstance(child, dict):
                yield name
            yield from _leaves(child)


# Of files and copying (collect/cloud-storage.md, collect/crm.md), and of runs (monitor.md).
_NAMED = frozenset(("columnDelimiter", "encoding", "compressionType", "mode"))
_OF_RUNS = frozenset(("status", "ids", "activityRefs", "fileInfo", "failedRecords", "sampleErrors"))
_SCHEMAS = ("schemas/general-transform.json", "schemas/dataset-schedule.json", "schemas/ad-hoc.json")
_DATA = ("data/flow-specs.json", "data/connection-spec-parts.json")

_OF_EXPLORE = frozenset(
    ("objectType", "fileType", "compressionType", "preview", "columnDelimiter", "encoding", "determineProperties")
    + ("previewCount", "start")
)

SHOWS = Shows(
    fields=_NAMED | _OF_RUNS,
    declared=frozenset((_declared,)),
    keys=frozenset(
        ("name", "description", "state", "providerId", "limit", "orderby", "count", "title", "type", "action")
    ),
    parameters=frozenset(("limit", "orderby", "count", "mode", "if-match")) | _OF_EXPLORE,
    headers=frozenset(("if-match", "x-api-key", "x-gw-ims-org-id", "x-request-id", "x-sandbox-id", "x-sandbox-name")),
    members={"auth": _auth, "connectionSpec": _spec, "queryString": _query_string},
    patched={"auth": _patched_auth, "connectionSpec": _patched_spec},
    queries={"property": _expression},
    pointers=frozenset((_pointer,)),
)
