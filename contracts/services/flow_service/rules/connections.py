"""The rules about a base connection and its credentials."""

from __future__ import annotations

from contracts.judging.rule import Rule
from contracts.services.documents import (
    DESTINATION_GUIDES,
    DESTINATIONS,
    ERRORS_PAGE,
    FLOW_SERVICE,
    INVALID,
    SOURCE_PAGES,
    ZOHO,
)

__all__ = ["ROWS", "ZOHO_ROWS"]

ROWS = (
    # A base connection
    Rule("FS-CON-01", "name is sent", INVALID, "documented", ZOHO, "Give the connection a name.", lenient="warning"),
    Rule("FS-CON-15", "name is a non-empty string", INVALID, "documented", ZOHO, "Give the connection a name."),
    Rule("FS-CON-02", "description, where sent, is a string", INVALID, "documented", FLOW_SERVICE,
         "Send a string or leave description out."),
    Rule("FS-CON-03", "connectionSpec is an object with id and version", INVALID, "documented", ZOHO,
         'Send "connectionSpec": {"id": "<id of the source or destination>", "version": "1.0"}.'),
    Rule("FS-CON-04", "connectionSpec.id is the id of a known source or destination", "FLOW-1413-400", "documented", ERRORS_PAGE,
         "`mockserver sources` lists the known ids; --sources FILE and --destinations FILE add more."),
    Rule("FS-CON-05", "connectionSpec.version is sent", "FLOW-1100-422", "documented", DESTINATIONS,
         'Send "version": "1.0".', lenient="off"),
    Rule("FS-CON-06", "connectionSpec.version is a string", INVALID, "documented", FLOW_SERVICE, 'Send "version": "1.0", a string.'),
    # cloud-storage-parquet.md sends the number 1.
    Rule("FS-CON-17", "connectionSpec.version is no number", INVALID, "documented", FLOW_SERVICE, 'Send "version": "1.0", a string.',
         default="warning"),
    Rule("FS-CON-07", "connectionSpec.version is the one that is documented for the source or destination", INVALID, "inferred", SOURCE_PAGES,
         "Send the version that its page prints.", default="warning"),
    Rule("FS-CON-16", "auth is sent, unless the source or destination has no credentials", INVALID, "documented", ZOHO,
         'Send "auth": {"specName": "...", "params": {...}}.', lenient="warning"),
    Rule("FS-CON-08", "auth is an object with specName and params", INVALID, "documented", ZOHO,
         'Send "auth": {"specName": "...", "params": {...}}.'),
    Rule("FS-CON-09", "auth.specName is one that is documented for the source or destination", "FLOW-1415-400", "documented", ERRORS_PAGE,
         "Copy specName letter for letter; GET /connectionSpecs/{id} shows them in authSpec."),
    Rule("FS-CON-10", "auth.params is an object", INVALID, "documented", ZOHO, "Send the credentials as one object."),
    Rule("FS-CON-11", "every required credential is sent, spelt as documented", INVALID, "documented", SOURCE_PAGES,
         "Credential names are case-sensitive."),
    Rule("FS-CON-12", "a credential is a non-empty string, or of the type that its page shows", INVALID, "documented", SOURCE_PAGES,
         "Send the value as the page of its source or destination shows it."),
    Rule("FS-CON-13", "credentials are those that are documented for the source or destination", INVALID, "assumed", SOURCE_PAGES,
         "Leave the key out or correct its spelling.", default="warning"),
    # Of destinations; what a page prints in place of a key, as {S3_ACCESS_KEY} or <Add secret key>, is let through.
    Rule("FS-CON-18", "of a destination's credentials that stand for each other one is sent", INVALID, "documented", DESTINATION_GUIDES,
         "Send one of them."),
    Rule("FS-CON-19", "a credential of a new connection fits the pattern that its destination's authSpec declares", INVALID, "inferred", DESTINATION_GUIDES,
         "Copy the key as it was issued; GET /connectionSpecs/{id} shows the pattern."),
    Rule("FS-CON-20", "encryptionSpecs of a destination is an object with params: encryptionAlgo and publicKey", INVALID, "documented", DESTINATION_GUIDES,
         'Send "encryptionSpecs": {"specName": "Encryption spec", "params": {"encryptionAlgo": "PGPGPG", "publicKey": "..."}}.'),
    Rule("FS-CON-21", "files are encrypted only for a destination that has encryptionSpecs", INVALID, "inferred", DESTINATION_GUIDES,
         "Leave encryptionSpecs out; GET /connectionSpecs/{id} shows whether there are any.", default="warning"),
    Rule("FS-CON-14", "keys are those that the API documents", INVALID, "assumed", FLOW_SERVICE,
         "Leave the key out or correct its spelling.", default="warning"),
)  # fmt: skip

ZOHO_ROWS = (
    # Zoho CRM
    Rule("FS-ZOHO-01", "accountsUrl is one of the documented accounts URLs", INVALID, "documented", ZOHO,
         "Use the accounts URL of the region in which the Zoho account lives."),
    Rule("FS-ZOHO-02", "accountsUrl has no slash at its end", INVALID, "documented", ZOHO,
         "Drop the trailing slash.", lenient="off"),
    Rule("FS-ZOHO-03", "endpoint and accountsUrl belong to one region", INVALID, "inferred", ZOHO,
         "Take both from the region in which the Zoho account lives."),
)  # fmt: skip
