"""The rules about source and target connections, flows, runs, actions and searches."""

from __future__ import annotations

from contracts.judging.rule import Rule
from contracts.services.documents import (
    COLLECT,
    DRAFT,
    ENCRYPTION,
    ERRORS_PAGE,
    FLOW_SERVICE,
    FLOW_SPECS,
    INVALID,
    ON_DEMAND,
    PRIVATE_LINK,
    SOURCES_ERRORS,
)

__all__ = ["ROWS"]

ROWS = (
    # A source connection
    Rule("FS-IN-01", "name is sent", INVALID, "documented", FLOW_SERVICE, "Give the source connection a name."),
    Rule("FS-IN-02", "name is a non-empty string", INVALID, "documented", FLOW_SERVICE, "Give the source connection a name."),
    Rule("FS-IN-03", "baseConnectionId, where sent, is a non-empty string", INVALID, "documented", FLOW_SERVICE,
         "Send the id of a base connection."),
    Rule("FS-IN-04", "data is sent, an object", INVALID, "documented", FLOW_SERVICE,
         'Send "data": {"format": "tabular"} for a table; delimited, json or parquet for files.'),
    Rule("FS-IN-05", "data.format is one of those that the sources document", INVALID, "documented", SOURCES_ERRORS,
         "Use tabular for a table; delimited, json or parquet for files."),
    Rule("FS-IN-06", "params, where sent, is an object", INVALID, "documented", FLOW_SERVICE,
         'Send "params": {"tableName": "..."} for a table, {"path": "..."} for files.'),
    Rule("FS-IN-07", "params fit the source's sourceSpec", INVALID, "documented", COLLECT,
         'Send "params": {"tableName": "..."} for a table, {"path": "..."} for files.'),
    # http.md and capillary.md leave it out.
    Rule("FS-IN-08", "data is sent for a streaming source too", INVALID, "documented", FLOW_SERVICE,
         'Send "data": {"format": "json"}.', default="warning"),
    # collect/marketing-automation.md sends path, eight pages send tableName.
    Rule("FS-IN-09", "a table is named by params.tableName", INVALID, "documented", COLLECT,
         'Send "params": {"tableName": "..."}.', default="warning"),
    # A target connection
    Rule("FS-OUT-01", "name, where sent, is a non-empty string", INVALID, "documented", FLOW_SERVICE, "Give the target connection a name."),
    Rule("FS-OUT-02", "data is sent, an object", INVALID, "documented", FLOW_SERVICE,
         'Send "data": {"schema": {"id": "...", "version": "application/vnd.adobe.xed-full+json;version=1"}}.'),
    Rule("FS-OUT-03", "params, where sent, is an object", INVALID, "documented", FLOW_SERVICE, 'Send "params": {"dataSetId": "..."}.'),
    # Five pages print the source's own.
    Rule("FS-OUT-04", "the connectionSpec of a target is the data lake's", INVALID, "documented", SOURCES_ERRORS,
         "Send c604ff05-7f1a-43c0-8e18-33bf874cb11c, the data lake.", default="warning"),
    Rule("FS-OUT-05", "params.dataSetId is a non-empty string", INVALID, "documented", SOURCES_ERRORS, "Send the id of the target dataset."),
    # A flow
    Rule("FS-FLOW-01", "name is sent", INVALID, "documented", FLOW_SERVICE, "Give the flow a name.", lenient="warning"),
    Rule("FS-FLOW-02", "name is a non-empty string", INVALID, "documented", FLOW_SERVICE, "Give the flow a name."),
    Rule("FS-FLOW-03", "flowSpec.id is the id of a known flow spec", "FLOW-1413-400", "documented", ERRORS_PAGE,
         "GET /flowSpecs lists them; table sources use CRMToAEP."),
    Rule("FS-FLOW-04", "flowSpec is an object with id and version", INVALID, "documented", FLOW_SERVICE,
         'Send "flowSpec": {"id": "...", "version": "1.0"}.'),
    Rule("FS-FLOW-07", "state is not sent", "FLOW-1410-400", "documented", ERRORS_PAGE, "Leave state out; use POST /flows/{id}/action."),
    Rule("FS-FLOW-05", "sourceConnectionIds holds one id", INVALID, "documented", SOURCES_ERRORS, "Send the id of one source connection."),
    Rule("FS-FLOW-06", "sourceConnectionIds and targetConnectionIds are sent, arrays of ids", INVALID, "documented", FLOW_SERVICE,
         "Send one source connection's id and one target connection's."),
    Rule("FS-FLOW-08", "the source is one that the flow spec takes", INVALID, "documented", FLOW_SPECS,
         "Look the flow spec up that lists the source among its sourceConnectionSpecIds."),
    Rule("FS-FLOW-09", "a table source has the flow spec CRMToAEP", INVALID, "documented", COLLECT,
         "Send 14518937-270c-4525-bdec-c2ba7cce3860; the tutorial prints the cloud storage one's id by mistake.", default="warning"),
    Rule("FS-FLOW-10", "policy and options are objects, labels is an array, enforcementRefs of a policy one of strings", INVALID, "documented", FLOW_SERVICE,
         "Send the documented type or leave the key out."),
    # What points to something else
    Rule("FS-REF-01", "an id in a body is of a resource in this organisation and sandbox", "FLOW-1439-400", "inferred", ERRORS_PAGE,
         "Create the connection first, with the same organisation and sandbox, and send the id that was answered."),
    # The page says that it is refused, not with which code.
    Rule("FS-REF-02", "what is referred to has been published", "FLOW-1421-400", "documented", DRAFT,
         "Publish the base connection first, then source and target, then the flow."),
    Rule("FS-REF-03", "a source connection has the connectionSpec of its base connection", INVALID, "inferred", COLLECT,
         "Send the base connection's connectionSpec.", default="warning"),
    Rule("FS-REF-04", "a source with credentials is reached through a base connection", INVALID, "inferred", COLLECT,
         "Send the id of a base connection as baseConnectionId.", default="warning"),
    Rule("FS-REF-05", "data.schema.id of a target is a schema of this sandbox", INVALID, "assumed", COLLECT,
         "POST /data/foundation/schemaregistry/tenant/schemas makes one; send its $id.", default="warning"),
    Rule("FS-REF-06", "params.dataSetId of a target is a dataset of this sandbox", INVALID, "assumed", COLLECT,
         "POST /data/foundation/catalog/dataSets makes one.", default="warning"),
    Rule("FS-REF-07", "the mappingId of a flow is a mapping set of this sandbox", INVALID, "assumed", COLLECT,
         "POST /data/foundation/conversion/mappingSets makes one.", default="warning"),
    Rule("FS-REF-08", "the keys of a transformation Encryption are keys of this sandbox", INVALID, "assumed", ENCRYPTION,
         "POST /data/foundation/connectors/encryption/keys makes one.", default="warning"),
    Rule("FS-REF-09", "privateEndpointId is a private endpoint of this sandbox", INVALID, "assumed", PRIVATE_LINK,
         "POST /data/foundation/connectors/privateEndpoints makes one.", default="warning"),
    Rule("FS-REF-10", "the publicKeyId of a transformation Encryption is of a key that has not expired", INVALID, "assumed", ENCRYPTION,
         "POST /data/foundation/connectors/encryption/keys makes one for 180 days; the runs of this flow fail.", default="warning"),
    # A run
    Rule("FS-RUN-01", "flowId is sent, a non-empty string", "FLOW-1446-400", "documented", ERRORS_PAGE, "Send the id of the flow to run."),
    Rule("FS-RUN-02", "flowId is of a flow in this organisation and sandbox", "FLOW-1430-400", "documented", ERRORS_PAGE,
         "Send the id that POST /flows answered."),
    Rule("FS-RUN-09", "a run is asked of an enabled flow", INVALID, "inferred", SOURCES_ERRORS, "Enable or publish the flow first."),
    Rule("FS-RUN-03", "a run is asked of a flow whose frequency is once", INVALID, "documented", ON_DEMAND,
         'Create the flow with "frequency": "once"; the others run by their schedule.'),
    Rule("FS-RUN-08", "a run's fields are of the documented types", INVALID, "documented", FLOW_SERVICE, "Send the documented type."),
    Rule("FS-RUN-04", "params is sent and not empty", INVALID, "documented", SOURCES_ERRORS,
         'Send "params": {"windowStartTime": "...", "windowEndTime": "..."}.', lenient="off"),
    Rule("FS-RUN-10", "a run's times are epoch seconds", INVALID, "documented", ON_DEMAND, "Send whole seconds, a number or a string."),
    Rule("FS-RUN-05", "windowEndTime is not before windowStartTime", INVALID, "documented", ON_DEMAND, "Exchange the two."),
    Rule("FS-RUN-06", "the first run of a table names its deltaColumn", INVALID, "documented", ON_DEMAND,
         'Send "deltaColumn": {"name": "..."} in params.'),
    Rule("FS-RUN-07", "later runs name the same deltaColumn", INVALID, "documented", ON_DEMAND, "Send the flow's deltaColumn or none."),
    # An action
    Rule("FS-ACT-01", "an action names its op", "FLOW-2119-400", "documented", ERRORS_PAGE, "Send op=publish, enable, disable or re_trigger."),
    Rule("FS-ACT-02", "op is one that the resource documents", "FLOW-1434-400", "documented", FLOW_SERVICE,
         "publish everywhere, enable and disable for flows, re_trigger for runs."),
    Rule("FS-ACT-03", "finalize is left to providers", "FLOW-1402-400", "documented", ERRORS_PAGE, "Use publish, enable or disable."),
    Rule("FS-ACT-04", "subOp is apply, rollback or progress", "FLOW-1435-400", "documented", ERRORS_PAGE, "Leave subOp out."),
    # flow-service.yaml requires it with every op.
    Rule("FS-ACT-05", "subOp is sent with finalize only", "FLOW-1436-400", "documented", ERRORS_PAGE, "Leave subOp out.",
         lenient="warning"),
    Rule("FS-ACT-06", "an action's body, where sent, is of the documented types", INVALID, "documented", FLOW_SERVICE,
         "Send no body."),
    Rule("FS-ACT-07", "the action fits the resource's state", "FLOW-1422-400", "documented", ERRORS_PAGE,
         "Read the state first: publish a draft, enable what is disabled, disable what is enabled."),
    Rule("FS-ACT-08", "only a failed run, or one without records, is triggered again", INVALID, "documented", SOURCES_ERRORS,
         "Wait until the run has failed."),
    Rule("FS-DRAFT-01", "mode, where sent, is draft", INVALID, "assumed", DRAFT, "Send mode=draft or leave it out.", default="warning"),
    Rule("FS-DRAFT-02", "a draft is made only of a spec that supports drafts", INVALID, "documented", SOURCES_ERRORS, "Leave mode=draft out."),
    # The page publishes a flow that has neither.
    Rule("FS-DRAFT-03", "a flow that is published has its schedule and transformations", INVALID, "inferred", DRAFT,
         "Add them to the draft with PATCH, then publish it.", default="warning", strict="warning"),
    # A search
    Rule("FS-SRC-01", "a search has only documented fields", "FLOW-1423-400", "documented", ERRORS_PAGE,
         "Leave the field out or correct its spelling."),
    Rule("FS-SRC-02", "queryString and orderby of a search are strings", INVALID, "documented", FLOW_SERVICE, "Send a string."),
)  # fmt: skip
