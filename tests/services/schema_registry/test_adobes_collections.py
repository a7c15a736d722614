"""The utility that makes the schemas of B2B data (adobe/experience-platform-postman-samples), and Luma's schemas.

Marketo's pages send users to the utility. It runs by itself: what it reads of an answer decides what it sends next.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit.platform import catalog, dataset_made, made, registry
from tests.kit.sender import Sender

XDM = "https://ns.adobe.com/xdm/"
EVENT = f"{XDM}context/experienceevent"
IDS = "application/vnd.adobe.xdm-id+json"
WHOLE = "application/vnd.adobe.xdm+json"
AUDIT = "/extSourceSystemAudit/externalKey/sourceKey"

# Title, class, field groups, path of the primary identity and its namespace
SCHEMAS: tuple[tuple[str, str, tuple[str, ...], str, str], ...] = (
    ("Account", "context/account", ("mixins/account-details",), "/accountKey/sourceKey", "b2b_account"),
    (
        "Person",
        "context/profile",
        ("mixins/b2b-person-details", "mixins/b2b-person-components", "context/identitymap", "mixins/profile-consents"),
        "/b2b/personKey/sourceKey",
        "b2b_person",
    ),
    (
        "Opportunity",
        "context/opportunity",
        ("mixins/opportunity-details",),
        "/opportunityKey/sourceKey",
        "b2b_opportunity",
    ),
    (
        "Opportunity Person",
        "classes/opportunity-person",
        (),
        "/opportunityPersonKey/sourceKey",
        "b2b_opportunity_person_relation",
    ),
    ("Campaign", "classes/campaign", ("mixins/campaign-details",), "/campaignKey/sourceKey", "b2b_campaign"),
    (
        "Campaign Member",
        "context/campaign-member",
        ("context/campaign-member-details",),
        "/campaignMemberKey/sourceKey",
        "b2b_campaign_member",
    ),
    ("List", "classes/marketing-list", (), "/marketingListKey/sourceKey", "b2b_marketing_list"),
    (
        "List Member",
        "classes/marketing-list-member",
        (),
        "/marketingListMemberKey/sourceKey",
        "b2b_marketing_list_member",
    ),
    (
        "Activity",
        "context/experienceevent",
        ("mixins/person-identifier", "mixins/events/visit-webpage", "../b2b/marketo/marketo-web-url"),
        "/personKey/sourceKey",
        "b2b_person",
    ),
    (
        "Account Person",
        "classes/account-person",
        ("context/identitymap",),
        "/accountPersonKey/sourceKey",
        "b2b_account_person_relation",
    ),
)
# From, path, to, path there
OF_MANY = (
    ("Person", "/personComponents[*]/sourceAccountKey/sourceKey", "Account", "/accountKey/sourceKey"),
    ("Opportunity", "/accountKey/sourceKey", "Account", "/accountKey/sourceKey"),
    ("Opportunity Person", "/personKey/sourceKey", "Person", "/b2b/personKey/sourceKey"),
    ("Campaign Member", "/campaignKey/sourceKey", "Campaign", "/campaignKey/sourceKey"),
    ("List Member", "/marketingListKey/sourceKey", "List", "/marketingListKey/sourceKey"),
)
OF_ONE = (
    ("Account", "/accountParentKey/sourceKey", "Account", "/accountKey/sourceKey"),
    ("Activity", "/listOperations/listKey/sourceKey", "List", "/marketingListKey/sourceKey"),
    ("Activity", "/opportunityEvent/opportunityKey/sourceKey", "Opportunity", "/opportunityKey/sourceKey"),
)
NAMESPACE = {title: namespace for title, *_, namespace in SCHEMAS}


def listed(sent: Sender) -> dict[str, Any]:
    page = made(registry(sent, "GET", "/tenant/schemas?start=B2B&orderby=title", accept=WHOLE), 200)
    return {row["title"].removeprefix("B2B "): row for row in page["results"]}


def described(sent: Sender, kind: str, ids: dict[str, str], of: str, path: str, **more: Any) -> None:
    body = {"@type": f"xdm:descriptor{kind}", "xdm:sourceSchema": ids[of], "xdm:sourceVersion": 1}
    document = {**body, "xdm:sourceProperty": path, **{f"xdm:{name}": value for name, value in more.items()}}
    assert "@id" in made(registry(sent, "POST", "/tenant/descriptors", document, accept=IDS))


def test_the_utility_makes_the_schemas_of_b2b_data(sent: Sender) -> None:
    assert listed(sent) == {}
    for title, base, *_ in SCHEMAS:
        body = {"type": "object", "title": f"B2B {title}", "description": "", "allOf": [{"$ref": XDM + base}]}
        made(registry(sent, "POST", "/tenant/schemas", body))
    for title, _, groups, *_ in SCHEMAS:
        for group in groups:
            ref = {"$ref": (XDM + group).replace("xdm/../", "")}
            path = f"/tenant/schemas/{listed(sent)[title]['meta:altId']}"
            change = [{"op": "add", "path": "/allOf/-", "value": ref}]
            parts = made(registry(sent, "PATCH", path, change, accept=WHOLE), 200)["allOf"]
            assert {**ref, "type": "object", "meta:xdmType": "object"} in parts
            assert sent.violations == []

    ids = {title: row["$id"] for title, row in listed(sent).items()}
    code = {"property": "xdm:code"}
    for title, *_, path, namespace in SCHEMAS:
        described(sent, "Identity", ids, title, path, namespace=namespace, isPrimary=True, **code)
    described(sent, "Identity", ids, "Account", AUDIT, namespace="b2b_account", isPrimary=False, **code)
    for of, path, to, there in OF_MANY:
        target = {"destinationSchema": ids[to], "destinationVersion": 1, "destinationProperty": there}
        titles = {"destinationToSourceTitle": "Source", "sourceToDestinationTitle": to, "cardinality": "M:1"}
        described(sent, "Relationship", ids, of, path, **target, **titles, destinationNamespace=NAMESPACE[to])
    for of, path, to, there in OF_ONE:
        target = {"destinationSchema": ids[to], "destinationVersion": 1, "destinationProperty": there}
        described(sent, "OneToOne", ids, of, path, **target)
        described(sent, "ReferenceIdentity", ids, of, path, identityNamespace=NAMESPACE[to])

    enable = [{"op": "add", "path": "/meta:immutableTags", "value": ["union"]}]
    for title, row in listed(sent).items():
        made(registry(sent, "PATCH", f"/tenant/schemas/{row['meta:altId']}", enable, accept=IDS), 200)
        assert sent.violations == [], title
    assert all(row["meta:immutableTags"] == ["union"] for row in listed(sent).values())


@pytest.mark.parametrize(
    "group",
    ["experience/campaign/experienceevent-all", "experience/target-experienceevent"]
    + ["experience/analytics/experienceevent-all", "experience/analytics-experienceevent"],
)
def test_lumas_events_have_the_field_groups_of_adobes_solutions(sent: Sender, group: str) -> None:
    body = {
        "type": "object",
        "title": "Luma's events",
        "auditable": True,
        "meta:extensible": False,
        "meta:abstract": False,
        "meta:containerId": "tenant",
        "meta:class": EVENT,
        "definitions": {},
        "allOf": [{"$ref": EVENT}, {"$ref": f"https://ns.adobe.com/{group}"}],
        "required": ["_id", "timestamp"],
    }
    found = made(registry(sent, "POST", "/tenant/schemas", body))
    assert found["$id"].split("/")[5] == found["meta:altId"].split(".")[2]
    assert sent.violations == []


def test_a_class_in_meta_class_that_is_no_class_is_passed_over(sent: Sender) -> None:
    """Luma_Sales_Schema_with_Red_Schemas.json names a schema of Catalog there."""
    own = {"type": "object", "title": "Sale", "description": "", "allOf": [{"$ref": f"{XDM}data/record"}]}
    base = made(registry(sent, "POST", "/tenant/classes", {**own, "meta:resourceType": "classes"}))["$id"]
    body = {**own, "title": "Sales", "allOf": [{"$ref": base}], "meta:class": "schema://5cf6a9d23ed501000034cd8e"}
    assert made(registry(sent, "POST", "/tenant/schemas", body))["meta:class"] == base
    assert sent.violations == []


@pytest.mark.parametrize("behaviour", ["record", "time-series"])
@pytest.mark.parametrize("writes_extends", [True, False])
def test_a_schema_of_an_own_class_is_of_the_classs_behaviour(
    sent: Sender, behaviour: str, writes_extends: bool
) -> None:
    """help/xdm/api/update-resource.md prints the behaviour in its meta:extends."""
    of = f"{XDM}data/{behaviour}"
    base = {"type": "object", "title": "Own", "description": "", "allOf": [{"$ref": of}]}
    extends = {"meta:extends": [of]} if writes_extends else {}
    own = made(registry(sent, "POST", "/tenant/classes", {**base, **extends}))["$id"]
    schema = made(registry(sent, "POST", "/tenant/schemas", {**base, "title": "S", "allOf": [{"$ref": own}]}))
    assert schema["meta:extends"] == [own, of]

    body = {"extensions": {"adobe_lakeHouse": {"rowExpiration": {"ttlValue": "P3M"}}}}
    id = dataset_made(sent, schema["$id"])
    assert made(catalog(sent, "GET", f"/dataSets/{id}"), 200)[id]["classification"]["dataBehavior"] == behaviour
    made(catalog(sent, "PATCH", f"/v2/dataSets/{id}", body), 200)
    assert [row["rule"] for row in sent.violations] == ([] if behaviour == "time-series" else ["CT-TTL-02"])
