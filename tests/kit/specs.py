"""Specs as the documents print them, the ids of the documented flow specs, and what rules find in a body."""

from __future__ import annotations

from typing import Any

from contracts import Call, Catalogue, Request, Terms, Violation, catalogue, documented_regions
from contracts.services.flow_service.flow_specs import BATCH, STREAMING

SPEC_ID = "44c6e8ec-54e8-4813-a472-93c6cf29c3d7"


# sources-sdk/api/update-connection-specs.md, shortened; the blank in the response's $schema is the page's own
DOCUMENTED: dict[str, Any] = {
    "name": "MailChimp source update 1.0",
    "description": "New MailChimp source using generic-rest",
    "type": "generic-rest",
    "providerId": BATCH,
    "version": "1.0",
    "attributes": {"uiAttributes": {"apiFeatures": {"explorePaginationSupported": False}}},
    "authSpec": [
        {
            "name": "OAuth2 Refresh Code",
            "type": "OAuth2RefreshCode",
            "spec": {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "type": "object",
                "properties": {
                    "host": {"type": "string", "description": "Enter resource url host path"},
                    "authorizationTestUrl": {"type": "string"},
                    "accessToken": {"type": "string", "format": "password"},
                },
                "required": ["host", "accessToken"],
            },
        },
        {
            "name": "Basic Authentication",
            "type": "BasicAuthentication",
            "spec": {
                "$schema": "http://json-schema.org/draft-07/schema#",
                "type": "object",
                "properties": {
                    "host": {"type": "string"},
                    "username": {"type": "string"},
                    "password": {"type": "string", "format": "password"},
                },
                "required": ["host", "username", "password"],
            },
        },
    ],
    "sourceSpec": {
        "attributes": {"uiAttributes": {"isSource": True}, "urlParams": {"path": "/3.0/lists/${listId}/members"}},
        "spec": {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "properties": {"listId": {"type": "string"}},
        },
    },
    "exploreSpec": {
        "name": "Resource",
        "type": "Resource",
        "requestSpec": {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"},
        "responseSpec": {"$schema": "http: //json-schema.org/draft-07/schema#", "type": "object"},
    },
}


# sources-sdk/streaming/update-connection-specs.md, shortened
STREAMING_SPEC: dict[str, Any] = {
    "name": "generic-streaming",
    "type": "generic-streaming",
    "description": "A sample streaming source for ACME data",
    "providerId": STREAMING,
    "version": "1.0",
    "attributes": {"category": "Streaming", "isSource": True},
    "authSpec": [],
    "permissionsInfo": {"view": [{"name": "StreamingSource", "@type": "lowLevel", "permissions": ["read"]}]},
    "sourceSpec": {"attributes": {"authRequired": False}},
    "exploreSpec": {"type": "StreamingConnection"},
}


def judged(rules: Any, document: Any, sources: Catalogue | None = None) -> list[Violation]:
    """What ``rules`` find in a body."""
    terms = Terms(catalogue() if sources is None else sources, documented_regions())
    call = Call(Request("POST", "/", {}, b""), terms, document=document)
    return [found for rule in rules for found in rule(call)]


CRM = "14518937-270c-4525-bdec-c2ba7cce3860"


FILES = "9753525b-82c7-4dce-8a9b-5ccfce2b9876"


REST = "6499120c-0b15-42dc-936e-847ea3c24d72"


WEBHOOKS = "e77fde5a-22a8-11ed-861d-0242ac120002"


STREAMS = "c1a19761-d2c7-4702-b9fa-fe91f0613e81"


PLAIN_STREAMS = "d8a6f005-7eaf-4153-983e-e8574508b877"
