"""The rules about a base connection (POST /connections), each a function that yields what is broken.

The frame is ``schemas/connection-create.json``; the credentials' schema comes from the source's row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from contracts.judging.body_schemas import object_at
from contracts.judging.model import Call, Terms
from contracts.judging.placeholders import is_placeholder
from contracts.judging.violations import Violation, shown
from contracts.reading.json_text import holds
from contracts.reading.schemas import Checker
from contracts.reading.spelling import nearest
from contracts.services.flow_service.around import private_endpoint_exists
from contracts.services.flow_service.frames import breaches, frame_of, given_breaches, missing_key, schema, unknown_keys
from contracts.services.flow_service.rules import violation
from contracts.sources.regions import region_of
from contracts.sources.source_catalogue import ZOHO_CRM, AuthSpec, Source

__all__ = [
    "CONNECTION_CREATION_RULES",
    "CONNECTION_FRAME",
    "CONNECTION_RULES",
    "CONNECTION_UPDATE_RULES",
    "source_of",
    "spec_is_known",
]

Params = Mapping[str, Any]


frame_is_documented = frame_of("connection-create")


def spec_is_known(call: Call) -> Iterator[Violation]:
    spec = object_at(call.document, "connectionSpec")
    spec_id, version = spec.get("id"), spec.get("version")
    if isinstance(version, int | float) and not isinstance(version, bool):
        allowed = ["non-empty string"]
        yield violation("FS-CON-17", "/connectionSpec/version", "a number", found=shown(version), allowed=allowed)
    if not isinstance(spec_id, str) or not spec_id:
        return
    source = call.terms.catalogue.get(spec_id)
    if source is None:
        yield violation(
            "FS-CON-04",
            "/connectionSpec/id",
            "no source or destination has this id",
            found=shown(spec_id),
            nearest=_near_id(call, spec_id),
        )
    elif isinstance(version, str) and version and version != source.version:
        yield violation(
            "FS-CON-07",
            "/connectionSpec/version",
            f"not the version that {source.display_name}'s page prints",
            found=shown(version),
            allowed=[source.version],
        )


def auth_is_an_object(call: Call) -> Iterator[Violation]:
    """aepp's ExportDatasetToDataLandingZone sends null for the spec that has no credentials."""
    if not isinstance(call.document, dict) or "auth" not in call.document or call.document["auth"] is not None:
        return
    source = source_of(call.document, call.terms)
    if source is None or source.auth:
        yield violation("FS-CON-08", "/auth", "not what is documented", found="null", allowed=["object"])


def auth_is_of_the_source(call: Call) -> Iterator[Violation]:
    source = source_of(call.document, call.terms)
    if source is None or not source.auth:
        return
    auth = call.document.get("auth")
    if auth is None and "auth" not in call.document:
        yield missing_key("FS-CON-16", "", "auth", call.document, schema("connection-create")["properties"])
        return
    name = object_at(call.document, "auth").get("specName")
    if not isinstance(name, str) or not name:
        return
    if name not in source.auth:
        yield _unknown_auth_spec(source, name)
    elif "params" not in auth and source.auth[name].schema["required"]:
        yield missing_key(
            "FS-CON-10", "/auth", "params", auth, schema("connection-create")["properties"]["auth"]["properties"]
        )


def credentials_are_documented(call: Call) -> Iterator[Violation]:
    spec = _presumed_auth_spec(call.document, call.terms)
    params = object_at(call.document, "auth").get("params")
    if spec is None or not isinstance(params, dict):
        return
    yield from map(_under_params, _misfits(spec, params))
    known = spec.params if "authorizedDate" not in params else {**spec.params, "authorizedDate": {}}
    yield from unknown_keys(params, known, "FS-CON-13", "/auth/params")


def _misfits(spec: AuthSpec, params: Params) -> Iterator[Violation]:
    fitting = spec.checker
    if isinstance(fitting, Checker):
        return (_told(found) for found in breaches(fitting, params) if found.rule.id != _PATTERN)
    # One that isn't ours is a schema that a client gave, in which rules are named by nobody.
    return given_breaches(fitting, params, "FS-CON-12", missing="FS-CON-11")


def auth_type_stays(call: Call) -> Iterator[Violation]:
    """Of some sources the page says that another way to authenticate needs another base connection."""
    source, before = source_of(call.document, call.terms), object_at(call.before, "auth").get("specName")
    if source is None or not before or not source.row.get("authTypeIsFixed"):
        return
    after = object_at(call.document, "auth").get("specName")
    if after and after != before:
        problem = f"of {source.display_name} it can't be changed"
        yield violation("FS-PATCH-11", "/auth/specName", problem, found=shown(after), allowed=[before])


def credentials_fit_their_source(call: Call) -> Iterator[Violation]:
    """What only this source's credentials must keep; nothing for most sources."""
    source = source_of(call.document, call.terms) or _presumed_source(call.document, call.terms)
    params = object_at(call.document, "auth").get("params")
    if source is not None and isinstance(params, dict):
        for rule in _SOURCE_RULES.get(source.id, ()):
            yield from rule(params, call.terms)


def encryption_is_the_destinations(call: Call) -> Iterator[Violation]:
    """Only destinations of files have encryptionSpecs; ``encryption`` is how stored connections show them."""
    if not holds(call.request.body, b"encryption"):  # as in most requests
        return
    source = source_of(call.document, call.terms)
    for name in ("encryptionSpecs", "encryption"):
        if name in call.document and source is not None and not source.target.get("encryptionSpecs"):
            yield violation("FS-CON-21", f"/{name}", f"{source.display_name} has no encryptionSpecs", found=name)


def credentials_fit_their_patterns(call: Call) -> Iterator[Violation]:
    """What a page prints in place of a value has no pattern to keep."""
    source, auth = source_of(call.document, call.terms), object_at(call.document, "auth")
    spec = _presumed_auth_spec(call.document, call.terms) if source is not None and source.is_destination else None
    params = auth.get("params")
    if spec is None or not isinstance(params, dict) or not isinstance(spec.checker, Checker):
        return
    for found in breaches(spec.checker, params):
        if found.rule.id == _PATTERN and not is_placeholder(params.get(found.pointer[1:])):
            yield _under_params(replace(found, problem="not in the form that the spec declares"))


_PATTERN = "FS-CON-19"


def _told(found: Violation) -> Violation:
    """A misfit in plainer words."""
    if found.rule.id == "FS-CON-18":
        return replace(found, problem="none of them is sent", found="nothing")
    return found


CONNECTION_FRAME = (frame_is_documented, spec_is_known, auth_is_an_object)
CONNECTION_RULES = (
    auth_is_of_the_source,
    credentials_are_documented,
    credentials_fit_their_source,
    encryption_is_the_destinations,
    private_endpoint_exists,
)
CONNECTION_CREATION_RULES = (credentials_fit_their_patterns,)
CONNECTION_UPDATE_RULES = (auth_type_stays,)


def _unknown_auth_spec(source: Source, name: str) -> Violation:
    return violation(
        "FS-CON-09",
        "/auth/specName",
        f"{source.display_name} documents no such auth spec",
        found=shown(name),
        allowed=source.auth,
        near=name,
        spec=name,
        id=source.id,
    )


def source_of(document: Any, terms: Terms) -> Source | None:
    """The source that ``connectionSpec.id`` names."""
    spec_id = object_at(document, "connectionSpec").get("id")
    return terms.catalogue.get(spec_id) if isinstance(spec_id, str) else None


def _presumed_source(document: Any, terms: Terms) -> Source | None:
    """The source that was perhaps meant by a body whose ``connectionSpec.id`` names none: the one with these params.

    With it one look tells every mistake of the body, not only the first. Of several it is the one whose auth spec is
    named, which the params fit, and which has the fewest.
    """
    auth = object_at(document, "auth")
    params, name = auth.get("params"), auth.get("specName")
    if not isinstance(params, dict):
        return None
    alike: dict[tuple[int, bool], list[tuple[AuthSpec, Source]]] = {}
    for source in terms.catalogue.values():
        for spec in source.auth.values():
            likeness = len(spec.params.keys() & params.keys()), spec.name == name
            alike.setdefault(likeness, []).append((spec, source))
    most = max(alike)
    if most[0] < _SHARED_PARAMS:
        return None
    return max(alike[most], key=lambda pair: (not any(_misfits(pair[0], params)), -len(pair[0].params)))[1]


_SHARED_PARAMS = 4  # params in common that make a coincidence unlikely


def _presumed_auth_spec(document: Any, terms: Terms) -> AuthSpec | None:
    """The auth spec that is named; else the one that was perhaps meant."""
    source = source_of(document, terms) or _presumed_source(document, terms)
    if source is None or not source.auth:
        return None
    name = object_at(document, "auth").get("specName")
    meant = name if isinstance(name, str) and name in source.auth else nearest(str(name), source.auth)
    return source.auth[meant] if meant else next(iter(source.auth.values())) if len(source.auth) == 1 else None


def accounts_url_is_documented(params: Params, terms: Terms) -> Iterator[Violation]:
    url, documented = params.get("accountsUrl"), terms.accounts_urls
    if not isinstance(url, str) or not url or url in documented:
        return
    if url.removesuffix("/") in documented:
        yield violation(
            "FS-ZOHO-02",
            _ACCOUNTS_URL,
            "ends in a slash",
            found=shown(url),
            allowed=documented,
            nearest=url.removesuffix("/"),
        )
        return
    problem = "a placeholder that must be filled in" if is_placeholder(url) else "no documented accounts URL"
    region = region_of(str(params.get("endpoint")))
    yield violation(
        "FS-ZOHO-01",
        _ACCOUNTS_URL,
        problem,
        found=shown(url),
        allowed=documented,
        nearest=region.accounts_url if region and region.code in terms.regions else nearest(url, documented),
    )


def endpoint_is_of_the_accounts_region(params: Params, terms: Terms) -> Iterator[Violation]:
    url, endpoint = params.get("accountsUrl"), params.get("endpoint")
    if not isinstance(url, str) or not isinstance(endpoint, str):
        return
    here, there = region_of(url), region_of(endpoint)
    if here is None or there is None or here == there:
        return
    if here.code not in terms.regions or url.removesuffix("/") != here.accounts_url:
        return  # that is accountsUrl's own breach
    yield violation(
        "FS-ZOHO-03",
        "/auth/params/endpoint",
        f"this is {there.name}'s API host, accountsUrl is {here.name}'s",
        found=shown(endpoint),
        allowed=[here.api_endpoint],
        nearest=here.api_endpoint,
    )


_ACCOUNTS_URL = "/auth/params/accountsUrl"

# create/crm/zoho.md: the accounts URL must correspond with the domain in which the account lives.
_SOURCE_RULES = {ZOHO_CRM: (accounts_url_is_documented, endpoint_is_of_the_accounts_region)}


def _near_id(call: Call, spec_id: str) -> str | None:
    """The id that was perhaps meant: misspelt, or named by the source's name instead."""
    by_name = call.terms.catalogue.named(spec_id)
    return by_name.id if by_name else nearest(spec_id, call.terms.catalogue, cutoff=0.8)


def _under_params(found: Violation) -> Violation:
    return replace(found, pointer=f"/auth/params{found.pointer}")
