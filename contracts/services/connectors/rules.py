"""The rules about landing zone, encryption keys and private endpoints."""

from __future__ import annotations

from contracts.judging.rule import Rule
from contracts.judging.violations import violations_of
from contracts.services.documents import ENCRYPTION, LANDING_ZONE, NONE, PRIVATE_LINK
from contracts.services.gateway import rules as gateway

__all__ = ["INVALID", "MISSING", "ROWS", "violation"]

INVALID, MISSING = "CONN-1000-400", "CONN-1001-404"

ROWS = (
    Rule("CN-LZ-01", "type is user_drop_zone or dlz_destination", INVALID, "inferred", LANDING_ZONE, "Send type=user_drop_zone."),
    Rule("CN-LZ-02", "credentials are changed with action=refresh", INVALID, "documented", LANDING_ZONE, "Send action=refresh."),
    Rule("CN-KEY-01", "encryptionAlgorithm is PGP or GPG", INVALID, "documented", ENCRYPTION, "Send one of the two."),
    Rule("CN-KEY-02", "params.passPhrase is a non-empty string", INVALID, "documented", ENCRYPTION,
         'Send "params": {"passPhrase": "..."}.'),
    Rule("CN-KEY-03", "publicKey is sent, in base64", INVALID, "documented", ENCRYPTION, "Send the key's text in base64."),
    Rule("CN-KEY-04", "name, where sent, is a non-empty string", INVALID, "documented", ENCRYPTION, "Give the key a name."),
    Rule("CN-PE-01", "name, subscriptionId, resourceGroupName and resourceName are non-empty strings", INVALID, "documented",
         PRIVATE_LINK, "Send those of the resource in Azure."),
    Rule("CN-PE-02", "fqdns, where sent, is an array of strings", INVALID, "documented", PRIVATE_LINK, 'Send "fqdns": [].'),
    Rule("CN-PE-03", "connectionSpec is an object with the id of a source that supports private endpoints", INVALID, "documented",
         PRIVATE_LINK, "Azure Blob, ADLS Gen2, Azure File Storage and Snowflake do."),
    Rule("CN-PE-04", "op is one that the path documents", INVALID, "documented", PRIVATE_LINK, "Send op=enable, or op=autoResolve."),
    Rule("CN-PE-05", "autoTerminationMinutes, where sent, is a number from 1 to 120", INVALID, "documented", PRIVATE_LINK,
         "Send at most 120."),
    Rule("CN-PE-06", "property is connectionSpec.id, == and an id", INVALID, "documented", PRIVATE_LINK,
         "Write property=connectionSpec.id==..."),
    Rule("CN-KEYS-01", "keys of a body are those that the page documents", INVALID, "assumed", NONE,
         "Leave the key out or correct its spelling.", default="warning"),
    Rule("CN-ID-01", "the encryption key is in this sandbox", MISSING, "assumed", ENCRYPTION, "GET /keys lists them."),
    Rule("CN-ID-02", "the private endpoint is in this sandbox", MISSING, "assumed", PRIVATE_LINK, "GET /privateEndpoints lists them."),
)  # fmt: skip

violation = violations_of((*gateway.ROWS, *ROWS))
