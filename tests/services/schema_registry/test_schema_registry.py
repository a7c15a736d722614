"""The Schema Registry: schemas, what they are made of, how they are shown, and what is refused."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest

from contracts.reading.json_text import MAX_DEPTH
from contracts.services.schema_registry.names import tenant_id
from tests.kit.connection import with_headers
from tests.kit.counting import calls
from tests.kit.platform import (
    CONTACTS,
    PERSON,
    PLAIN,
    PROFILE,
    REGISTRY,
    SHORT,
    WHOLE,
    ask,
    made,
    registry,
    schema,
    schema_made,
)
from tests.kit.platform_errors import IDENTITY_MAP, described, enabled
from tests.kit.sender import Answer, Sender, under

WITHOUT_TEXTS = "application/vnd.adobe.xed-full-notext+json;version=1"
KINDS = ("schemas", "classes", "fieldgroups", "mixins", "datatypes")


def tenant(sent: Sender) -> str:
    return "_" + made(registry(sent, "GET", "/stats"), 200)["tenantId"]


def group(sent: Sender, title: str = "Scores", name: str = "score") -> dict[str, Any]:
    """A field group of the tenant's own (xdm/api/field-groups.md)."""
    own = {tenant(sent): {"type": "object", "properties": {name: {"type": "number", "title": name}}}}
    return {
        "title": title,
        "type": "object",
        "meta:intendedToExtend": [PROFILE],
        "definitions": {"fields": {"properties": own}},
        "allOf": [{"$ref": "#/definitions/fields"}],
    }


def body(sent: Sender, kind: str, title: str) -> dict[str, Any]:
    return schema(title) if kind == "schemas" else group(sent, title)


def refused(answer: Answer, code: str) -> dict[str, Any]:
    found: dict[str, Any] = answer.json
    assert answer.status == found["status"] == int(code[-3:]), answer.text
    assert found["type"] == f"http://ns.adobe.com/aep/errors/{code}"
    assert found["detail"] == found["report"]["detailed-message"]
    return found


# The life of a resource


@pytest.mark.parametrize("kind", KINDS)
def test_a_resource_is_created_read_replaced_patched_and_deleted(sent: Sender, kind: str) -> None:
    document = body(sent, kind, "First")
    created = made(registry(sent, "POST", f"/tenant/{kind}", document))
    assert re.fullmatch(r"https://ns\.adobe\.com/tenant[0-9a-f]{8}/\w+/[0-9a-f]{48}", created["$id"])
    assert created["meta:altId"] == "_" + created["$id"].removeprefix("https://ns.adobe.com/").replace("/", ".")
    assert (created["title"], created["version"]) == ("First", "1.0")
    for id in (created["meta:altId"], quote(created["$id"], safe="")):
        answer = registry(sent, "GET", f"/tenant/{kind}/{id}", accept=PLAIN)
        assert made(answer, 200) == created
        assert answer.headers["etag"] == created["meta:registryMetadata"]["eTag"]
    one = f"/tenant/{kind}/{created['meta:altId']}"
    replaced = made(registry(sent, "PUT", one, {**created, "title": "Second"}), 200)
    assert (replaced["title"], replaced["version"], replaced["$id"]) == ("Second", "1.1", created["$id"])
    patch = [{"op": "replace", "path": "/title", "value": "Third"}]
    assert made(registry(sent, "PATCH", one, patch), 200)["title"] == "Third"
    assert registry(sent, "DELETE", one).status == 204
    assert registry(sent, "GET", one, accept=PLAIN).status == 404


@pytest.mark.parametrize("form", ["xed", "xed-full"])
def test_a_resource_may_be_written_as_what_it_is_read_as(sent: Sender, form: str) -> None:
    kind = f"application/vnd.adobe.{form}+json; version=1"
    answer = ask(sent, "POST", REGISTRY + "/tenant/schemas", schema("First"), content_type=kind, accept=kind)
    assert (answer.status, sent.violations) == (201, [])
    other = ask(
        sent, "POST", REGISTRY + "/tenant/schemas", schema("Other"), content_type="application/vnd.adobe.x+json"
    )
    assert other.status == 400


def test_a_schema_tells_all_that_is_documented(sent: Sender) -> None:
    created = made(registry(sent, "POST", "/tenant/schemas", schema()))
    assert created["meta:class"] == PROFILE
    assert created["refs"] == [PROFILE, PERSON, CONTACTS]
    assert created["meta:extends"] == [PROFILE, PERSON, CONTACTS, "https://ns.adobe.com/xdm/data/record"]
    assert created["meta:tenantNamespace"] == tenant(sent)
    assert created["meta:resourceType"] == "schemas"
    assert created["meta:registryMetadata"]["repo:createdDate"] > 1_500_000_000_000
    assert sent.violations == []


def test_xed_full_has_the_fields_of_all_that_a_schema_is_made_of(sent: Sender) -> None:
    own = made(registry(sent, "POST", "/tenant/fieldgroups", group(sent)))["$id"]
    id = quote(schema_made(sent, "Scored leads", PERSON, own), safe="")
    full = made(registry(sent, "GET", f"/tenant/schemas/{id}", accept=WHOLE), 200)
    assert full["properties"]["person"]["properties"]["name"]["properties"]["firstName"]["type"] == "string"
    assert full["properties"][tenant(sent)]["properties"]["score"]["type"] == "number"
    assert {"_id", "personID"} <= full["properties"].keys()
    assert "allOf" not in full
    bare = "application/vnd.adobe.xed-full-notext+json; version=1"
    assert "title" not in made(registry(sent, "GET", f"/tenant/schemas/{id}", accept=bare), 200)


def test_resources_that_refer_to_each_other_are_shown_all_the_same(sent: Sender) -> None:
    first = made(registry(sent, "POST", "/tenant/datatypes", {"title": "A", "properties": {"x": {"type": "string"}}}))
    loop = {"title": "A", "properties": {"a": {"$ref": first["$id"]}, "b": {"$ref": first["$id"]}}}
    made(registry(sent, "PUT", f"/tenant/datatypes/{first['meta:altId']}", loop), 200)
    assert made(registry(sent, "GET", f"/tenant/datatypes/{first['meta:altId']}", accept=WHOLE), 200)["properties"]["a"]


def test_what_one_sandbox_holds_another_does_not(sent: Sender) -> None:
    id = quote(schema_made(sent), safe="")
    found = ask(sent, "GET", f"{REGISTRY}/tenant/schemas/{id}", accept=PLAIN, x_sandbox_name="other")
    refused(found, "XDM-1012-404")


# Adobe's own


@pytest.mark.parametrize("container", ["global", "tenant"])
def test_adobes_own_are_found(sent: Sender, container: str) -> None:
    found = made(registry(sent, "GET", f"/{container}/classes/_xdm.context.profile", accept=PLAIN), 200)
    assert (found["$id"], found["title"], found["meta:containerId"]) == (PROFILE, "XDM Individual Profile", "global")


@pytest.mark.parametrize("kind", ["classes", "fieldgroups", "mixins", "datatypes", "behaviors", "unions"])
def test_adobes_own_are_listed(sent: Sender, kind: str) -> None:
    rows = made(registry(sent, "GET", f"/global/{kind}", accept=SHORT), 200)["results"]
    assert rows
    assert all(row.keys() == {"$id", "meta:altId", "version", "title"} for row in rows)


def test_the_printed_list_of_classes_names_no_sandbox(sent: Sender) -> None:
    headers = {**with_headers(x_sandbox_name=None), "Accept": SHORT}
    assert sent.raw("GET", f"{REGISTRY}/global/classes", headers).status == 200
    assert sent.violations == []
    assert sent.raw("GET", f"{REGISTRY}/tenant/classes", headers).status == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_adobes_own_are_not_changed(sent: Sender, method: str) -> None:
    path = "/global/classes" if method == "POST" else "/global/classes/_xdm.context.profile"
    document = {"POST": group(sent), "PUT": group(sent), "PATCH": [{"op": "remove", "path": "/title"}]}.get(method, ...)
    assert registry(sent, method, path, document).status == 405
    if method != "POST":
        refused(registry(sent, method, path.replace("global", "tenant"), document), "XDM-1010-404")


# The Accept header


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "application/vnd.adobe.xed+json;version=1"])
def test_a_list_takes_no_other_accept(sent: Sender, accept: str | None) -> None:
    refused(registry(sent, "GET", "/tenant/schemas", accept=accept), "XDM-1006-400")


@pytest.mark.parametrize(
    "accept", [None, "*/*", SHORT, "application/vnd.adobe.xed+json", "application/vnd.adobe.xed-x+json;version=1"]
)
def test_a_look_up_takes_no_other_accept(sent: Sender, accept: str | None) -> None:
    refused(registry(sent, "GET", "/global/classes/_xdm.context.profile", accept=accept), "XDM-1007-400")


@pytest.mark.parametrize("words", ["", "-full", "-notext", "-full-notext", "-full-desc", "-deprecatefield"])
@pytest.mark.parametrize(
    "form", ["application/vnd.adobe.xed{}+json;version=1", "application/vnd.adobe.xdm{}+json; version=1.0"]
)
def test_a_look_up_takes_every_documented_form(sent: Sender, words: str, form: str) -> None:
    made(registry(sent, "GET", "/global/classes/_xdm.context.profile", accept=form.format(words)), 200)


def test_a_version_that_is_not_there_is_not_acceptable(sent: Sender) -> None:
    accept = PLAIN.replace("=1", "=7")
    assert registry(sent, "GET", "/global/classes/_xdm.context.profile", accept=accept).status == 406


# Lists


def test_lists_are_filtered_ordered_and_paged(sent: Sender) -> None:
    for title in ("Beta", "Alpha", "Gamma"):
        schema_made(sent, title)

    def titles(query: str) -> list[str]:
        page = made(registry(sent, "GET", f"/tenant/schemas?{query}", accept=SHORT), 200)
        return [row["title"] for row in page["results"]]

    assert titles("") == ["Beta", "Alpha", "Gamma"]
    assert titles("orderby=title") == ["Alpha", "Beta", "Gamma"]
    assert titles("orderby=-title&limit=1") == ["Gamma"]
    assert titles("property=title==Beta") == ["Beta"]
    assert titles("property=title~a$,title!=Alpha") == ["Beta", "Gamma"]
    assert titles(f"property=meta:extends=={quote(PERSON)}") == ["Beta", "Alpha", "Gamma"]
    assert titles("property=meta:extends!=https://ns.adobe.com/xdm/data/adhoc&property=title") == [
        "Beta",
        "Alpha",
        "Gamma",
    ]
    assert titles("name=LAVA*") == ["Beta", "Alpha", "Gamma"]
    found, query = [], "orderby=title&limit=2"
    while query:
        page = made(registry(sent, "GET", f"/tenant/schemas?{query}", accept=SHORT), 200)
        found += [row["title"] for row in page["results"]]
        query = page["_links"]["next"]["href"].partition("?")[2] if page["_page"]["next"] else ""
    assert found == ["Alpha", "Beta", "Gamma"]


@pytest.mark.parametrize(
    "query", ["orderby=title&limit=501", "orderby=title&limit=x", "property=title=x", "property=~"]
)
def test_a_list_that_asks_wrongly_is_refused(sent: Sender, query: str) -> None:
    refused(registry(sent, "GET", f"/tenant/schemas?{query}", accept=SHORT), "XDM-1400-400")


def test_a_list_is_paged_without_an_order(sent: Sender) -> None:
    query, pages = "limit=2", 0
    while query:
        page = made(registry(sent, "GET", f"/global/classes?{query}", accept=SHORT), 200)
        assert sent.violations == []
        query = page["_links"]["next"]["href"].partition("?")[2] if page["_page"]["next"] else ""
        pages += 1
    assert pages > 1


def test_a_start_that_no_page_gave_is_warned_about_without_an_order(sent: Sender) -> None:
    assert registry(sent, "GET", "/global/classes?limit=2&start=0", accept=SHORT).status == 200
    assert [(row["rule"], row["pointer"]) for row in sent.violations] == [("SR-QRY-01", "query/start")]


# What is refused


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"title": None},
        {"type": "array"},
        {"description": 1},
        {"allOf": []},
        {"allOf": [PROFILE]},
        {"allOf": [{"$ref": PERSON}]},
        {"allOf": [{"$ref": PROFILE}, {"$ref": "https://ns.adobe.com/xdm/context/experienceevent"}]},
        {"definitions": []},
        {"properties": {"x": 1}},
        {"meta:immutableTags": "union"},
    ],
)
def test_a_schema_that_is_none_is_refused_and_not_stored(sent: Sender, change: dict[str, Any]) -> None:
    refused(registry(sent, "POST", "/tenant/schemas", {**schema(), **change}), "XDM-1400-400")
    assert made(registry(sent, "GET", "/tenant/schemas", accept=SHORT), 200)["results"] == []


def test_a_title_is_taken_once_across_all_kinds(sent: Sender) -> None:
    schema_made(sent, "Leads")
    assert (
        "Leads"
        in refused(registry(sent, "POST", "/tenant/fieldgroups", group(sent, "Leads")), "XDM-1521-400")["detail"]
    )


def test_own_fields_lie_below_the_tenants_id(sent: Sender) -> None:
    bare = {"title": "x", "definitions": {"f": {"properties": {"score": {"type": "number"}}}}}
    refused(registry(sent, "POST", "/tenant/fieldgroups", bare), "XDM-1021-400")
    assert sent.violations[0]["allowed"] == [tenant(sent)]
    another = {"title": "x", "definitions": {"f": {"properties": {"_acme": {"type": "object"}}}}}
    made(registry(sent, "POST", "/tenant/fieldgroups", another))
    assert [(row["rule"], row["severity"]) for row in sent.violations] == [("SR-NS-02", "warning")]
    printed = {"title": "y", "definitions": {"f": {"properties": {"_{TENANT_ID}": {"type": "object"}}}}}
    made(registry(sent, "POST", "/tenant/fieldgroups", printed))
    assert "SR-NS-02" not in sent.rules


def test_what_the_registry_does_not_hold_is_warned_about() -> None:
    unknown = schema("x", "https://ns.adobe.com/xdm/context/nosuch")
    sent = under("default")
    made(registry(sent, "POST", "/tenant/schemas", unknown))
    assert [row["rule"] for row in sent.violations] == ["SR-NEW-06"]
    assert registry(under("strict"), "POST", "/tenant/schemas", unknown).status == 400


@pytest.mark.parametrize("patch", [{}, [], [{"op": "replace"}], [{"op": "add", "path": "/allOf/7/x", "value": 1}], [1]])
def test_a_patch_that_is_none_changes_nothing(sent: Sender, patch: Any) -> None:
    id = quote(schema_made(sent), safe="")
    refused(registry(sent, "PATCH", f"/tenant/schemas/{id}", patch), "XDM-1400-400")
    assert made(registry(sent, "GET", f"/tenant/schemas/{id}", accept=PLAIN), 200)["version"] == "1.0"


def test_a_container_is_global_or_tenant(sent: Sender) -> None:
    refused(registry(sent, "GET", "/tennant/schemas", accept=SHORT), "XDM-1013-404")
    assert sent.violations[0]["nearest"] == "tenant"


# Descriptors and Profile


def identity(schema: str, **changes: Any) -> dict[str, Any]:
    return {
        "@type": "xdm:descriptorIdentity",
        "xdm:sourceSchema": schema,
        "xdm:sourceVersion": 1,
        "xdm:sourceProperty": "/personalEmail/address",
        "xdm:namespace": "Email",
        "xdm:property": "xdm:code",
        "xdm:isPrimary": True,
        **changes,
    }


def test_a_descriptor_is_created_listed_replaced_and_deleted(sent: Sender) -> None:
    created = made(registry(sent, "POST", "/tenant/descriptors", identity(schema_made(sent))))
    id, one = created["@id"], f"/tenant/descriptors/{created['@id']}"
    xdm = "application/vnd.adobe.xdm{}+json"

    def listed(words: str) -> Any:
        return made(registry(sent, "GET", "/tenant/descriptors", accept=xdm.format(words)), 200)

    assert listed("") == {"xdm:descriptorIdentity": [created]}
    assert listed("-id") == {"xdm:descriptorIdentity": [id]}
    assert listed("-link") == {"xdm:descriptorIdentity": [one]}
    assert listed("-v2")["results"] == [created]
    assert listed("-v2-id")["results"] == [id]
    assert listed("-v2-link")["results"] == [one]
    assert made(registry(sent, "GET", one, accept=xdm.format("")), 200) == created
    changed = made(registry(sent, "PUT", one, {**created, "xdm:isPrimary": False}))
    assert (changed["@id"], changed["xdm:isPrimary"]) == (id, False)
    assert registry(sent, "DELETE", one).status == 204
    assert registry(sent, "GET", one, accept=xdm.format("")).status == 404


def test_a_list_of_descriptors_has_a_smaller_limit(sent: Sender) -> None:
    asked = "/tenant/descriptors?orderby=title&limit={}"
    for limit, status in ((300, 200), (301, 400), (500, 400), (501, 400)):
        answer = registry(sent, "GET", asked.format(limit), accept="application/vnd.adobe.xdm+json")
        assert answer.status == status
    assert registry(sent, "GET", "/tenant/schemas?orderby=title&limit=500", accept=SHORT).status == 200


def test_descriptors_have_accept_headers_of_their_own(sent: Sender) -> None:
    refused(registry(sent, "GET", "/tenant/descriptors", accept="*/*"), "XDM-1008-400")
    refused(registry(sent, "GET", "/tenant/descriptors/x", accept=SHORT), "XDM-1009-400")


@pytest.mark.parametrize(
    "change",
    [
        *({"@type": "xdm:nosuch"}, {"xdm:sourceSchema": 1}, {"xdm:sourceVersion": "1"}),
        *({"xdm:sourceProperty": "personalEmail"}, {"xdm:namespace": ""}, {"xdm:isPrimary": "true"}),
    ],
)
def test_a_descriptor_that_is_none_is_refused(sent: Sender, change: dict[str, Any]) -> None:
    refused(registry(sent, "POST", "/tenant/descriptors", identity(schema_made(sent), **change)), "XDM-1400-400")


def test_a_schema_for_profile_needs_an_identity(sent: Sender) -> None:
    id = schema_made(sent)
    one = f"/tenant/schemas/{quote(id, safe='')}"
    patch = [{"op": "add", "path": "/meta:immutableTags", "value": ["union"]}]
    refused(registry(sent, "PATCH", one, patch), "XDM-1528-400")
    made(registry(sent, "POST", "/tenant/descriptors", identity(id)))
    assert made(registry(sent, "PATCH", one, patch), 200)["meta:immutableTags"] == ["union"]
    union = made(registry(sent, "GET", "/tenant/unions/_xdm.context.profile__union", accept=WHOLE), 200)
    assert "personalEmail" in union["properties"]


def test_a_descriptor_of_an_unknown_schema_is_warned_about(sent: Sender) -> None:
    made(registry(sent, "POST", "/tenant/descriptors", identity("https://ns.adobe.com/x/schemas/1")))
    assert [(row["rule"], row["severity"]) for row in sent.violations] == [("SR-DSC-05", "warning")]


def test_the_statistics_count_what_there_is(sent: Sender) -> None:
    schema_made(sent)
    found = made(registry(sent, "GET", "/stats"), 200)
    assert found["imsOrg"] == "TEST@AdobeOrg"
    assert found["counts"] == {"schemas": 1, "classes": 0, "mixins": 0, "datatypes": 0, "unions": 0}
    assert [row["title"] for row in found["recentlyCreatedResources"]] == ["Leads"]
    assert list(found["classUsage"]) == [PROFILE]


def titles(sent: Sender, query: str) -> list[str]:
    found = made(registry(sent, "GET", f"/tenant/schemas?{query}", accept=SHORT), 200)
    return [row["title"] for row in found["results"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("orderby=title&start=B&limit=20", ["C", "D"]),
        ("orderby=-title&start=C", ["B", "A"]),
        ("orderby=version,-title", ["D", "C", "B", "A"]),
        ("orderby=title&property=title<=B", ["A", "B"]),
        ("orderby=title&property=title>=C", ["C", "D"]),
        ("orderby=title&property=description", []),
    ],
)
def test_pages_orders_and_filters_are_those_of_the_appendix(sent: Sender, query: str, expected: list[str]) -> None:
    """xdm/api/appendix.md: what follows a value is strictly greater, or less where the order falls."""
    for title in "ABCD":
        made(registry(sent, "POST", "/tenant/schemas", schema(title, description=None) | {"description": ""}))
    found = titles(sent, query)
    assert found == (expected or ["A", "B", "C", "D"])


def test_a_descriptor_is_looked_up_with_no_or_its_own_accept_header(sent: Sender) -> None:
    """descriptors.md needs none; curl sends ``*/*`` then."""
    body = {
        "@type": "xdm:descriptorIdentity",
        "xdm:sourceSchema": schema_made(sent),
        "xdm:sourceVersion": 1,
        "xdm:sourceProperty": "/personalEmail/address",
        "xdm:namespace": "Email",
    }
    id = made(registry(sent, "POST", "/tenant/descriptors", body))["@id"]
    for accept, rules in ((None, ["SR-ACC-06"]), ("*/*", ["SR-ACC-06"]), ("application/vnd.adobe.xdm+json", [])):
        assert made(registry(sent, "GET", f"/tenant/descriptors/{id}", accept=accept), 200)["@id"] == id
        assert [(row["rule"], row["severity"]) for row in sent.violations] == [(rule, "warning") for rule in rules]
    wrong = registry(sent, "GET", f"/tenant/descriptors/{id}", accept="application/json")
    assert wrong.code == "XDM-1009-400"


def test_what_a_schema_extends_is_added_to_and_follows_its_parts(sent: Sender) -> None:
    """schemas.md adds a field group to ``meta:extends`` and to ``allOf``."""
    path = "/tenant/schemas/" + quote(schema_made(sent, "Leads", PERSON), safe="")
    add = [
        {"op": "add", "path": "/meta:extends/-", "value": CONTACTS},
        {"op": "add", "path": "/allOf/-", "value": {"$ref": CONTACTS}},
    ]
    extended = made(registry(sent, "PATCH", path, add), 200)["meta:extends"]
    assert extended.count(CONTACTS) == 1
    other = "/tenant/schemas/" + quote(schema_made(sent, "Others", PERSON, CONTACTS), safe="")
    made(registry(sent, "PATCH", other, [{"op": "remove", "path": "/allOf/2"}]), 200)
    assert CONTACTS not in made(registry(sent, "GET", other, accept=PLAIN), 200)["meta:extends"]


def test_schemas_for_profile_may_share_what_has_one_type(sent: Sender) -> None:
    for title in ("Leads", "Members"):
        assert enabled(sent, schema_made(sent, title, CONTACTS, IDENTITY_MAP)).status == 200
    tags = {"meta:immutableTags": ["union"]}
    made(registry(sent, "POST", "/tenant/schemas", schema("Others", CONTACTS, **tags)))


def test_a_relationship_with_its_reference_joins_two_schemas_for_profile(sent: Sender) -> None:
    leads, accounts = schema_made(sent, "Leads"), schema_made(sent, "Accounts", CONTACTS, IDENTITY_MAP)
    path, email = "/personalEmail/address", {"xdm:namespace": "Email", "xdm:isPrimary": True}
    for schema_id in (leads, accounts):
        described(sent, schema_id, "Identity", path, **email)
    described(sent, leads, "OneToOne", path, **{"xdm:destinationSchema": accounts})
    assert enabled(sent, leads).code == "XDM-1526-400"
    described(sent, leads, "ReferenceIdentity", path, **{"xdm:identityNamespace": "Email"})
    assert enabled(sent, leads).status == 200
    assert enabled(sent, accounts).status == 200


def test_the_other_schema_of_a_relationship_is_looked_at_too(sent: Sender) -> None:
    leads, accounts = schema_made(sent, "Leads"), schema_made(sent, "Accounts", CONTACTS, IDENTITY_MAP)
    path = "/personalEmail/address"
    described(sent, leads, "Identity", path, **{"xdm:namespace": "Phone", "xdm:isPrimary": True})
    described(sent, accounts, "Identity", path, **{"xdm:namespace": "Email", "xdm:isPrimary": True})
    described(sent, leads, "OneToOne", path, **{"xdm:destinationSchema": accounts})
    described(sent, leads, "ReferenceIdentity", path, **{"xdm:identityNamespace": "Phone"})
    assert enabled(sent, leads).status == 200
    assert enabled(sent, accounts).code == "XDM-1527-400"


@pytest.mark.parametrize("wild", [None, 1, True, [], ["/a"], {}, "x"])
def test_a_wild_relationship_breaks_nothing(sent: Sender, wild: Any) -> None:
    id = schema_made(sent, "Leads", CONTACTS, IDENTITY_MAP)
    for kind in ("OneToOne", "ReferenceIdentity"):
        body = {"@type": f"xdm:descriptor{kind}", "xdm:sourceSchema": id, "xdm:identityNamespace": "Email"}
        body |= {"xdm:destinationSchema": wild, "xdm:sourceProperty": wild if wild == ["/a"] else "/a"}
        made(registry(sent, "POST", "/tenant/descriptors", body))
    assert enabled(sent, id).status in (200, 400)


def test_an_ad_hoc_class_has_a_namespace_that_its_schemas_share(sent: Sender) -> None:
    """xdm/tutorials/ad-hoc.md"""
    fields = {"_adhoc": {"type": "object", "properties": {"field1": {"type": "string"}}}}
    body = {"title": "Ad hoc", "type": "object"}
    parts = [{"$ref": "https://ns.adobe.com/xdm/data/adhoc"}, {"properties": fields}]
    of = made(registry(sent, "POST", "/tenant/classes", {**body, "allOf": parts}))
    namespace = of["meta:datasetNamespace"]
    assert of["$id"].endswith(namespace.removeprefix("_"))
    schema_of = {"title": "Its schema", "type": "object", "allOf": [{"$ref": of["$id"]}]}
    id = made(registry(sent, "POST", "/tenant/schemas", schema_of))["$id"]
    path = "/tenant/schemas/" + quote(id, safe="")
    made(registry(sent, "PUT", path, {**schema_of, "description": "changed"}), 200)
    found = made(registry(sent, "GET", path, accept=WHOLE), 200)
    assert found["meta:datasetNamespace"] == namespace
    assert list(found["properties"][namespace]["properties"]) == ["field1"]
    assert sent.violations == []


def test_a_list_takes_only_so_many_filters(sent: Sender) -> None:
    few, many = (",".join(f"title~L|x{number}|." for number in range(count)) for count in (100, 101))
    assert registry(sent, "GET", f"/tenant/schemas?property={few}", accept=SHORT).status == 200
    assert registry(sent, "GET", f"/tenant/schemas?property={many}", accept=SHORT).status == 400


def test_what_is_referred_to_many_times_is_looked_up_once(sent: Sender) -> None:
    """Counted in calls of functions: a reference more costs next to nothing, however large its target is."""
    target = group(sent)
    ref = made(registry(sent, "POST", "/tenant/fieldgroups", {**target, "x-long": ["y"] * 20_000}))["$id"]

    def cost(times: int) -> int:
        body = schema("many", *[ref] * times)
        return calls(lambda: registry(sent, "POST", "/tenant/schemas", body))

    few, many = cost(2), cost(202)
    assert many - few < 200 * 200


def test_a_look_up_has_a_largest_size(sent: Sender) -> None:
    own = tenant(sent)
    long = {"type": "string", "description": "y" * 80_000}
    document = {"title": "long", "definitions": {"f": {"properties": {own: {"properties": {"a": long}}}}}}
    document |= {"allOf": [{"$ref": "#/definitions/f"}]}
    ref = made(registry(sent, "POST", "/tenant/datatypes", document))["$id"]
    fields = {own: {"type": "object", "properties": {f"k{number}": {"$ref": ref} for number in range(1000)}}}
    body = {**schema("many"), "definitions": {"f": {"properties": fields}}}
    body["allOf"].append({"$ref": "#/definitions/f"})
    id = made(registry(sent, "POST", "/tenant/schemas", body))["meta:altId"]
    assert 80_000 < len(registry(sent, "GET", f"/tenant/schemas/{id}", accept=WHOLE).text) < 8_000_000


@pytest.mark.parametrize("path", ["/meta:immutableTags-", "/descripton"])
def test_a_misspelt_key_is_warned_about(sent: Sender, path: str) -> None:
    """schema-registry.yaml prints the first, which misses a slash: the key is kept, and no tag is set."""
    id = quote(schema_made(sent, "Leads"), safe="")
    made(registry(sent, "PATCH", f"/tenant/schemas/{id}", [{"op": "add", "path": path, "value": "union"}]), 200)
    (row,) = sent.violations
    assert (row["rule"], row["severity"], row["pointer"]) == ("SR-KEY-01", "warning", path)
    refused(registry(under("strict"), "POST", "/tenant/schemas", {**schema("Other"), path[1:]: 1}), "XDM-1400-400")
    made(registry(sent, "POST", "/tenant/schemas", {**schema("Own"), "meta:own": 1, "examples": []}))
    assert sent.violations == []


# Without a container: xdm/api/export-import.md, xdm/api/sample-data.md


def test_an_export_is_imported_by_another_organisation(sent: Sender) -> None:
    """What it is made of comes first; the tenant's id is a placeholder, and the other's afterwards."""
    fields = made(registry(sent, "POST", "/tenant/fieldgroups", group(sent)))
    kind = made(registry(sent, "POST", "/tenant/schemas", schema("Scored", PERSON, fields["$id"])))
    exported = made(registry(sent, "GET", f"/rpc/export/{kind['meta:altId']}"), 200)
    assert [row["meta:resourceType"] for row in exported] == ["mixins", "schemas"]
    assert "imsOrg" not in exported[0]
    assert tenant(sent) not in json.dumps(exported)
    assert exported[0]["$id"].startswith("https://ns.adobe.com/<XDM_TENANTID_PLACEHOLDER>/mixins/")
    there = {"x-gw-ims-org-id": "OTHER@AdobeOrg"}
    answer = ask(sent, "POST", f"{REGISTRY}/rpc/import", exported, **there)
    imported = made(answer, 200)
    assert sent.violations == []
    assert [row["title"] for row in imported] == ["Scores", "Scored"]
    found = ask(sent, "GET", f"{REGISTRY}/tenant/schemas/{imported[1]['meta:altId']}", accept=WHOLE, **there)
    (own,) = [name for name in made(found, 200)["properties"] if name.startswith("_tenant")]
    assert own in imported[0]["meta:altId"] != tenant(sent)


def test_two_names_that_become_one_in_an_import_or_export_do_no_harm(sent: Sender) -> None:
    """Of one that names the tenant and one that names the placeholder the last counts."""
    own, placeholder = tenant(sent), "_<XDM_TENANTID_PLACEHOLDER>"
    body = group(sent)
    body["meta:titles"] = {own: "a", placeholder: "b"}
    fields = made(registry(sent, "POST", "/tenant/fieldgroups", body))
    (exported,) = made(registry(sent, "GET", f"/rpc/export/{fields['meta:altId']}"), 200)
    assert exported["meta:titles"] == {placeholder: "b"}
    there = {"x-gw-ims-org-id": "OTHER@AdobeOrg"}
    other = f"_{tenant_id('OTHER@AdobeOrg')}"
    exported["meta:titles"] = {placeholder: "a", other: "b"}
    (imported,) = made(ask(sent, "POST", f"{REGISTRY}/rpc/import", [exported], **there), 200)
    assert other in imported["meta:altId"]


def test_an_export_is_as_deep_as_a_body_may_be(sent: Sender) -> None:
    body = group(sent)
    deep: Any = {}
    for _ in range(MAX_DEPTH - 2):
        deep = {"x": deep}
    body["meta:more"] = deep
    fields = made(registry(sent, "POST", "/tenant/fieldgroups", body))
    (exported,) = made(registry(sent, "GET", f"/rpc/export/{fields['meta:altId']}"), 200)
    assert exported["meta:more"] == deep


def test_an_import_of_what_the_sandbox_has_is_refused(sent: Sender) -> None:
    """schema-registry.yaml: $id and title must be unique there; its example says so of the resource's own title."""
    fields = made(registry(sent, "POST", "/tenant/fieldgroups", group(sent)))
    exported = made(registry(sent, "GET", f"/rpc/export/{fields['meta:altId']}"), 200)
    there = {"x-gw-ims-org-id": "OTHER@AdobeOrg"}
    (imported,) = made(ask(sent, "POST", f"{REGISTRY}/rpc/import", exported, **there), 200)
    again = ask(sent, "POST", f"{REGISTRY}/rpc/import", exported, **there)
    refused(again, "XDM-3005-400")
    problem = f"Title must be unique. An object {imported['$id']} already exists with the same title"
    assert problem in again.json["detail"]
    for resources in (
        [{**exported[0], "title": "Other"}],
        [{**exported[0], "meta:resourceType": "classes", "title": "Other"}],
    ):
        answer = ask(sent, "POST", f"{REGISTRY}/rpc/import", resources, **there)
        refused(answer, "XDM-3005-400")
        assert f"$id must be unique. An object {imported['$id']} already exists" in answer.json["detail"]
    assert [row["pointer"] for row in sent.violations] == ["/0/$id"]
    twice = [{**exported[0], "$id": "https://ns.adobe.com/x/mixins/2", "title": title} for title in ("A", "B")]
    refused(ask(sent, "POST", f"{REGISTRY}/rpc/import", twice, **there), "XDM-3005-400")
    accept = {"accept": SHORT, **there}
    assert len(made(ask(sent, "GET", f"{REGISTRY}/tenant/fieldgroups", **accept), 200)["results"]) == 1


def test_an_export_takes_its_descriptors_along(sent: Sender) -> None:
    """No page prints one; a public program that copies schemas looks for them, and for the identities they name."""
    kind = made(registry(sent, "POST", "/tenant/schemas", schema("Named", PERSON)))
    marker = {
        "@type": "xdm:descriptorIdentity",
        "xdm:sourceSchema": kind["$id"],
        "xdm:sourceVersion": 1,
        "xdm:sourceProperty": "/person/name/lastName",
        "xdm:namespace": "CRM",
        "xdm:property": "xdm:code",
        "xdm:isPrimary": True,
    }
    made(registry(sent, "POST", "/tenant/descriptors", marker))
    exported = made(registry(sent, "GET", f"/rpc/export/{kind['meta:altId']}"), 200)
    assert [row["meta:resourceType"] for row in exported] == ["schemas", "descriptors"]
    assert exported[1]["xdm:namespace"] == "CRM"
    there = {"x-gw-ims-org-id": "OTHER@AdobeOrg"}
    imported = made(ask(sent, "POST", f"{REGISTRY}/rpc/import", exported, **there), 200)
    for _ in range(2):
        assert sent.violations == []
        found = made(
            ask(sent, "GET", f"{REGISTRY}/tenant/descriptors", accept="application/vnd.adobe.xdm+json", **there), 200
        )
        (row,) = found["xdm:descriptorIdentity"]
        assert row["xdm:sourceSchema"] == imported[0]["$id"] != kind["$id"]
        made(ask(sent, "POST", f"{REGISTRY}/rpc/import", exported[1:], **there), 200)
    lost = [{**exported[1], "xdm:sourceSchema": "https://ns.adobe.com/x/schemas/none"}]
    ask(sent, "POST", f"{REGISTRY}/rpc/import", lost, **there)
    assert [(row["rule"], row["pointer"]) for row in sent.violations] == [("SR-DSC-05", "/0/xdm:sourceSchema")]


def test_an_import_that_breaks_a_rule_stores_nothing(sent: Sender) -> None:
    sound = {**group(sent), "$id": "https://ns.adobe.com/x/mixins/1", "meta:resourceType": "mixins"}
    for wrong in ({}, [{}], [{**sound, "meta:resourceType": "x"}], [{**sound, "$id": ""}]):
        refused(registry(sent, "POST", "/rpc/import", wrong), "XDM-3005-400")
    refused(registry(sent, "POST", "/rpc/import", [sound, {**sound, "$id": "y"}]), "XDM-3005-400")
    broken = {**sound, "$id": "y", "title": "Broken", "allOf": 1}
    refused(registry(sent, "POST", "/rpc/import", [sound, broken]), "XDM-1400-400")
    assert sent.violations[0]["pointer"] == "/1/allOf"
    assert made(registry(sent, "GET", "/tenant/fieldgroups", accept=SHORT), 200)["results"] == []
    made(registry(sent, "POST", "/tenant/classes", schema(sound["title"], "https://ns.adobe.com/xdm/data/record")))
    answer = registry(sent, "POST", "/rpc/import", [sound])
    refused(answer, "XDM-3005-400")
    assert answer.json["title"] == "Import Resource Failed"
    assert "Title must be unique. An object https://ns.adobe.com/" in answer.json["detail"]
    refused(registry(sent, "GET", "/rpc/export/_x.schemas.1"), "XDM-1013-404")


def test_sample_data_has_the_fields_of_the_schema(sent: Sender) -> None:
    kind = made(registry(sent, "POST", "/tenant/schemas", schema("Sampled")))
    found = made(registry(sent, "GET", f"/rpc/sampledata/{kind['meta:altId']}"), 200)
    assert found["person"]["name"]["firstName"] == "string"
    fields = made(registry(sent, "GET", f"/tenant/schemas/{kind['meta:altId']}", accept=WHOLE), 200)["properties"]
    assert found.keys() == fields.keys()
    refused(registry(sent, "GET", "/rpc/sampledata/_x.schemas.1"), "XDM-1013-404")


def test_classes_and_field_groups_have_the_ids_that_clients_brought_home(sent: Sender) -> None:
    """aezpz ships what it read from a registry: ids and folders, each title once."""
    classes = registry(sent, "GET", "/global/classes", accept=SHORT).json["results"]
    assert len({row["title"] for row in classes}) == len(classes)
    for path in ("classes/_xdm.classes.product", "fieldgroups/_xdm.mixins.profile.profile-loyalty-details"):
        assert (
            registry(sent, "GET", f"/global/{path}", accept="application/vnd.adobe.xed-full+json; version=1").status
            == 200
        )
    assert (
        registry(
            sent, "GET", "/global/classes/_xdm.context.product", accept="application/vnd.adobe.xed-full+json; version=1"
        ).status
        == 404
    )


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ({"type": "string"}, "string"),
        ({"type": "string", "format": "email"}, "string"),
        ({"type": "string", "format": "date"}, "date"),
        ({"type": "string", "format": "date-time"}, "date-time"),
        ({"type": "boolean"}, "boolean"),
        ({"type": "number"}, "number"),
        ({"type": "integer"}, "int"),
        ({"type": "integer", "minimum": 1}, "int"),
        ({"type": "integer", "minimum": -128, "maximum": 128}, "byte"),
        ({"type": "integer", "minimum": 1, "maximum": 32767}, "short"),
        ({"type": "integer", "minimum": -2147483648, "maximum": 2147483647}, "int"),
        ({"type": "integer", "minimum": -9007199254740991, "maximum": 9007199254740991}, "long"),
        ({"type": "integer", "maximum": 9007199254740991}, "long"),
        ({"type": "array", "items": {"type": "string"}}, "array"),
        ({"type": "object", "properties": {"x": {"type": "string"}}}, "object"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "map"),
        ({"type": "object", "meta:xdmType": "map"}, "map"),
        ({"$ref": "https://ns.adobe.com/xdm/common/phonenumber"}, "object"),
        ({"type": "string", "meta:xdmType": "map"}, "string"),
        ({"title": "No type"}, None),
        ({"type": ["string", "null"]}, None),
    ],
)
def test_each_field_is_answered_with_its_type_of_xdm(sent: Sender, field: dict[str, Any], kind: str | None) -> None:
    """field-constraints.md: the registry writes meta:xdmType; the pages print it in each form of an answer."""
    created = made(registry(sent, "POST", "/tenant/datatypes", {"title": "T", "properties": {"field": field}}))
    one = f"/tenant/datatypes/{created['meta:altId']}"
    forms = [made(registry(sent, "GET", one, accept=accept), 200) for accept in (PLAIN, WHOLE, WITHOUT_TEXTS)]
    listed = made(registry(sent, "GET", "/tenant/datatypes", accept="application/vnd.adobe.xed+json"), 200)
    exported = made(registry(sent, "GET", f"/rpc/export/{created['meta:altId']}"), 200)
    for each in (created, *forms, *listed["results"], *exported):
        assert each["properties"]["field"].get("meta:xdmType") == kind
        assert each["meta:xdmType"] == "object"
    replaced = made(registry(sent, "PUT", one, created), 200)
    assert replaced["properties"] == created["properties"]


def test_what_a_resource_is_made_of_has_types_of_xdm(sent: Sender) -> None:
    """field-groups.md and create-schema-api.md print them in definitions and beside each reference."""
    items = {"type": "array", "items": {"type": "object", "properties": {"at": {"type": "string", "format": "date"}}}}
    own = {tenant(sent): {"type": "object", "properties": {"visits": items}}}
    created = made(
        registry(sent, "POST", "/tenant/fieldgroups", {**group(sent), "definitions": {"fields": {"properties": own}}})
    )
    (field,) = created["definitions"]["fields"]["properties"].values()
    assert field["meta:xdmType"] == "object"
    visits = field["properties"]["visits"]
    assert (visits["meta:xdmType"], visits["items"]["meta:xdmType"]) == ("array", "object")
    assert visits["items"]["properties"]["at"]["meta:xdmType"] == "date"
    assert created["allOf"] == [{"$ref": "#/definitions/fields", "type": "object", "meta:xdmType": "object"}]
    kind = made(registry(sent, "POST", "/tenant/schemas", schema("Typed", PERSON, created["$id"])))
    found = made(registry(sent, "GET", f"/tenant/schemas/{kind['meta:altId']}", accept=WHOLE), 200)
    assert all("meta:xdmType" in each for each in found["properties"].values())
    assert found["properties"]["person"]["properties"]["name"]["properties"]["firstName"]["meta:xdmType"] == "string"


def test_a_data_type_may_be_an_array(sent: Sender) -> None:
    """schema-registry.yaml: type is object or array; what an array holds, items say."""
    document = {"title": "Sizes", "type": "array", "items": {"type": "string"}}
    kind = made(registry(sent, "POST", "/tenant/datatypes", document))
    found = made(registry(sent, "GET", f"/tenant/datatypes/{kind['meta:altId']}", accept=WHOLE), 200)
    assert (found["type"], found["items"]["type"], found["meta:xdmType"]) == ("array", "string", "array")
    for wrong in ({**document, "type": "string"}, {**document, "items": "string"}):
        refused(registry(sent, "POST", "/tenant/datatypes", wrong), "XDM-1400-400")
    refused(registry(sent, "POST", "/tenant/classes", {**document, "title": "No class"}), "XDM-1400-400")


def test_what_is_stored_shows_what_a_resource_refers_to_and_no_secret(sent: Sender) -> None:
    schema_made(sent)
    fields = {
        "properties": {"_tenant": {"type": "object", "properties": {"x": {"$ref": PROFILE, "password": "hunter2"}}}}
    }
    document = {
        "title": "Own",
        "type": "object",
        "definitions": {"own": fields},
        "allOf": [{"$ref": "#/definitions/own"}],
    }
    registry(sent, "POST", "/tenant/datatypes", document)
    (tenant,) = sent.raw("GET", "/__admin/resources").json["tenants"]
    found = {each["name"]: each["records"][0]["document"] for each in tenant["collections"]}
    assert [part["$ref"] for part in found["schemas"]["allOf"]] == [PROFILE, PERSON, CONTACTS]
    own = found["datatypes"]["definitions"]["own"]["properties"]["_tenant"]["properties"]["x"]
    assert own == {"$ref": PROFILE, "password": "xxxx"}


def test_ids_are_the_registrys_own_whatever_is_sent(sent: Sender) -> None:
    """create-schema-api.md: $id, meta:altId and version are read-only, and the registry assigns them."""
    mine = {"$id": "https://ns.adobe.com/x/schemas/mine", "meta:altId": "_x.schemas.mine", "version": "3.0"}
    kind = made(registry(sent, "POST", "/tenant/schemas", schema("Mine", **mine)))
    assert kind["version"] == "1.0"
    assert kind["$id"] != mine["$id"]
    refused(registry(sent, "DELETE", f"/tenant/schemas/{mine['meta:altId']}"), "XDM-1012-404")
    assert registry(sent, "DELETE", f"/tenant/schemas/{kind['meta:altId']}").status == 204
