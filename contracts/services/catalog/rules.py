"""The rules about datasets and batches."""

from __future__ import annotations

from contracts.judging.rule import Rule
from contracts.judging.violations import violations_of
from contracts.services.documents import CATALOG, CATALOG_PAGES, DATA_ACCESS, DEP, NONE, RETENTION
from contracts.services.gateway import rules as gateway

__all__ = ["INVALID", "MISSING", "ROWS", "STALE", "violation"]

INVALID, MISSING, STALE = "BadRequestError-400", "NotFoundError-404", "PreconditionFailedError-412"

ROWS = (
    # What is asked
    Rule("CT-PATH-01", "paths are spelt /dataSets, /batches and /dataSetViews", INVALID, "documented", CATALOG,
         "Write /data/foundation/catalog/dataSets; programs send /datasets and /batch, and pages print /dataSet and /datasetViews.", default="warning"),
    Rule("CT-QRY-01", "limit is a whole number from 1 to 100", INVALID, "documented", CATALOG_PAGES, "Send 100 or less; start pages."),
    Rule("CT-QRY-02", "start is a whole number", INVALID, "documented", CATALOG_PAGES, "Send how many to pass over."),
    Rule("CT-QRY-03", "orderBy is asc: or desc: and a field, several behind commas", INVALID, "documented", CATALOG_PAGES,
         "Write orderBy=desc:created."),
    Rule("CT-QRY-04", "property is a field, or a field, a comparison (== != < <= > >= ~) and a value", INVALID, "documented", CATALOG_PAGES,
         "Write property=name==Leads."),
    Rule("CT-QRY-05", "path is a file, or a folder of files, of the batch's meta data, or the file's own name", MISSING, "documented", DATA_ACCESS,
         "Without a path they are listed; row_error_samples.json is there where a row has failed."),
    Rule("CT-QRY-06", "a property that is compared for equality stands before ==", INVALID, "assumed", DEP,
         "Write property=name==Leads; one equals sign is taken for two.", default="warning"),
    # What is sent
    Rule("CT-NEW-01", "a dataset has a name, a non-empty string, or a schemaRef", INVALID, "documented", CATALOG, "Give the dataset a name."),
    Rule("CT-NEW-02", "description, where sent, is a string", INVALID, "documented", CATALOG, "Send a string."),
    Rule("CT-NEW-03", "schemaRef, where sent, is an object with id and contentType", INVALID, "documented", CATALOG,
         'Send "schemaRef": {"id": "https://ns.adobe.com/...", "contentType": "application/vnd.adobe.xed+json;version=1"}.'),
    Rule("CT-NEW-04", "contentType is a media type of the Schema Registry with a version", INVALID, "inferred", CATALOG,
         "Send application/vnd.adobe.xed+json;version=1.", default="warning"),
    Rule("CT-NEW-05", "schemaRef.id is a schema of this sandbox", INVALID, "assumed", CATALOG,
         "Create the schema first, and send its $id.", default="warning"),
    Rule("CT-NEW-06", "tags is an object of arrays of strings", INVALID, "documented", CATALOG,
         'Send "tags": {"unifiedProfile": ["enabled:true"]}.'),
    Rule("CT-NEW-07", "fileDescription and extensions, where sent, are objects", INVALID, "documented", CATALOG, "Send an object."),
    Rule("CT-NEW-08", "name is sent beside schemaRef too", INVALID, "documented", CATALOG, "Give the dataset a name.", default="warning"),
    Rule("CT-TTL-01", "ttlValue of rowExpiration is a period of ISO 8601, of years, months, weeks or days", INVALID,
         "documented", RETENTION, 'Send "P30D", "P3M" or "P1Y".'),
    Rule("CT-TTL-02", "rows expire only where the schema is of events (time-series)", INVALID, "documented", RETENTION,
         "Set it on a dataset whose schema extends https://ns.adobe.com/xdm/data/time-series; the error is assumed.", default="warning"),
    Rule("CT-VIEW-01", "dataSetId is sent, a non-empty string", INVALID, "inferred", CATALOG_PAGES, "Send the id of a dataset."),
    Rule("CT-MANY-01", "several requests are an array of objects, 1 to 100 of them", INVALID, "documented", CATALOG_PAGES,
         'Send [{"id": "first", "resource": "/dataSets", "method": "POST", "body": {...}}]; the number is assumed.'),
    Rule("CT-MANY-02", "each of several requests has an id of its own, a non-empty string", INVALID, "documented", CATALOG_PAGES,
         "Send an id, by which its answer is found."),
    Rule("CT-MANY-03", "resource is a path below /catalog that begins with /", INVALID, "documented", CATALOG_PAGES,
         "Write /dataSets, without protocol and host."),
    Rule("CT-MANY-04", "method is GET, PUT, POST, PATCH or DELETE, in any letter case", INVALID, "documented", CATALOG_PAGES,
         "Send one of the five."),
    Rule("CT-MANY-05", "the answers to several requests stay below 16 MiB together", INVALID, "assumed", NONE,
         "Ask for fewer at a time, or for some properties alone."),
    Rule("CT-KEY-01", "keys are those that the API documents", INVALID, "assumed", CATALOG,
         "Leave the key out or correct its spelling.", default="warning"),
    Rule("CT-PATCH-01", "an update is JSON Patch operations, or the fields that change", INVALID, "documented", CATALOG,
         'Send [{"op": "add", "path": "/tags/unifiedProfile", "value": ["enabled:true"]}].'),
    Rule("CT-PATCH-02", "each operation finds what it works on", INVALID, "inferred", CATALOG, "Read the dataset first."),
    # What is stored
    Rule("CT-ID-01", "the dataset is in this sandbox", MISSING, "documented", CATALOG, "Send the id that POST /dataSets answered."),
    Rule("CT-ID-03", "the view is in this sandbox", MISSING, "documented", CATALOG_PAGES, "Send the viewId of a dataset."),
    Rule("CT-ID-02", "the batch is in this sandbox", MISSING, "documented", CATALOG,
         "Send an id of a run's targetInfo; a run that has succeeded has a batch."),
    Rule("CT-ID-04", "the file is in this sandbox", MISSING, "documented", DATA_ACCESS,
         "Send a dataSetFileId of GET /batches/{id}/files."),
    Rule("CT-VER-01", "If-Match, where sent, is the dataset's version", STALE, "documented", CATALOG,
         "Read the dataset, and send its version."),
)  # fmt: skip

violation = violations_of((*gateway.ROWS, *ROWS))
