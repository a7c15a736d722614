"""Where Adobe's documents contradict each other about destinations."""

from __future__ import annotations

from contracts.services import documents as by
from contracts.services.flow_service.contradiction import Contradiction

__all__ = ["ROWS"]

ROWS = (
    Contradiction(
        "audiences-flow-spec",
        "Which flow spec have audiences that go to files?",
        (
            (by.ACTIVATE_FILES, "that of datasets, of three destinations; older text of all six"),
            (by.DESTINATIONS, "one of their own for each of the six"),
        ),
        "one of their own; that of datasets is taken with a warning, and then asks for no schedule",
        "both",
        ("FS-DST-20",),
    ),
    Contradiction(
        "target-required",
        "Are all params of a target required that targetSpec lists as required?",
        (
            (
                by.ACTIVATE_FILES,
                "`required` has fileType and datasetFileType, no body has both; `conditional` says when",
            ),
            (by.BATCH_DESTINATIONS, "what a destination needs stands in `targetSpec.spec.required`"),
        ),
        "a target has one of the two file types, and at the creation of a flow the one of its flow spec",
        "never",
        ("FS-DST-07", "FS-DST-25"),
    ),
    Contradiction(
        "target-update",
        "Must an update leave a target whole?",
        (
            (by.BATCH_DESTINATIONS, "params are those that targetSpec demands"),
            (by.EDIT_DESTINATION, "an update sends two of them, the bucket in a form that its pattern forbids"),
        ),
        "an update is asked for types and values, neither for required params nor for patterns",
        "both",
        ("FS-DST-04", "FS-DST-06", "FS-CON-19"),
    ),
    Contradiction(
        "empty-transformations",
        "What has a flow of audiences that is created without transformations?",
        ((by.ACTIVATE_FILES, "`[]` is sent; the PATCHes after it go below /transformations/0"),),
        "an empty GeneralTransform, to which the PATCHes can add",
        "never",
    ),
    Contradiction(
        "transformation-name",
        "How is the transformation of audiences spelt?",
        (
            (by.DESTINATIONS, "`General Transform` in the schema, `GeneralTransform` in the examples"),
            (by.BATCH_DESTINATIONS, "`GeneralTransform`"),
        ),
        "both",
        "both",
        ("FS-DST-23",),
    ),
    Contradiction(
        "trigger-type",
        "Has a full export a triggerType?",
        (
            (by.UPDATE_DESTINATION, "the table demands it, a stored flow has none"),
            (by.BATCH_DESTINATIONS, "the table demands it, a body leaves it out"),
        ),
        "it may be missing, with a warning",
        "both",
        ("FS-DST-48",),
    ),
    Contradiction(
        "export-start-time",
        "Has every schedule of an audience a startTime?",
        ((by.UPDATE_DESTINATION, "the table demands it; AFTER_SEGMENT_EVAL is sent without"),),
        "it may be missing with AFTER_SEGMENT_EVAL alone",
        "never",
        ("FS-DST-47",),
    ),
    Contradiction(
        "file-name-template",
        "How is the template of a file's name spelt?",
        (
            (by.DESTINATIONS, "`fileNameTemplate` in the schema, `filenameTemplate` in the examples"),
            (by.UPDATE_DESTINATION, "`filenameTemplate`"),
        ),
        "filenameTemplate; the other one is taken with a warning",
        "both",
        ("FS-DST-51",),
    ),
    Contradiction(
        "email-audiences",
        "Have audiences for email destinations a file name and a schedule?",
        (
            (by.EMAIL_MARKETING, "none is sent"),
            (by.BATCH_DESTINATIONS, "both are sent"),
        ),
        "they may be missing, with a warning",
        "both",
        ("FS-DST-45",),
    ),
    Contradiction(
        "dataset-schedule",
        "Must a flow of datasets have scheduleParams?",
        (
            (by.DESTINATIONS, "the schema requires them, its example has none"),
            (by.EXPORT_DATASETS, "every body has them"),
        ),
        "it must",
        "never",
        ("FS-DST-60",),
    ),
    Contradiction(
        "encryption-place",
        "Where is the encryption of files sent?",
        (
            (by.ACTIVATE_FILES, "`encryptionSpecs` of the base connection; an older version has params of the target"),
            (by.MIGRATION_GUIDE, "stored connections show `encryption`"),
        ),
        "on the base connection, under either name",
        "both",
        ("FS-CON-20",),
    ),
    Contradiction(
        "profile-base",
        "Has the Profile Store a base connection of its own?",
        (
            (by.BATCH_DESTINATIONS, "one is made first"),
            (by.ACTIVATE_FILES, "none is sent"),
            (by.EDIT_DESTINATION, "a flow shows one"),
        ),
        "one may be sent; without it the flow shows one of the service's own",
        "both",
    ),
    Contradiction(
        "patch-status",
        "What answers a PATCH of a flow to a destination?",
        (
            (by.UPDATE_DESTINATION, "200 with id and etag"),
            (by.DESTINATIONS, "200 with id and etag"),
            (by.BATCH_DESTINATIONS, "202 without a body"),
            (by.STREAMING_DESTINATIONS, "202 without a body"),
        ),
        "200 with id and etag",
        "never",
    ),
)
