"""The rules about sandboxes: what the Sandbox API demands."""

from __future__ import annotations

from contracts.judging.rule import Rule
from contracts.judging.violations import violations_of
from contracts.services.documents import LAVA, SANDBOX_API, SANDBOX_QUERIES, SANDBOXES
from contracts.services.gateway import rules as gateway

__all__ = ["ROWS", "violation"]

INVALID = "SMS-2001-400"

ROWS = (
    # What is sent
    Rule("SB-NEW-01", "name is sent: lower-case letters, digits and hyphens", INVALID, "documented", SANDBOXES,
         "Send a name without blanks and special characters, as x-sandbox-name takes it."),
    Rule("SB-NEW-02", "title is sent, a non-empty string", INVALID, "documented", SANDBOX_API, "Give the sandbox a title."),
    Rule("SB-NEW-03", "type is development or production", INVALID, "documented", SANDBOX_API, "Send one of the two."),
    Rule("SB-SET-01", "an update sends a title and nothing else", INVALID, "documented", SANDBOXES,
         "Send the title alone; it is the only property that can be updated."),
    Rule("SB-ACT-01", "action is reset", INVALID, "documented", SANDBOXES, 'Send {"action": "reset"}.'),
    Rule("SB-KEY-01", "keys are those that the API documents", INVALID, "assumed", SANDBOX_API,
         "Leave the key out or correct its spelling.", default="warning"),
    Rule("SB-PULL-01", "imsOrgId is sent, the organisation that a package is of", INVALID, "documented", LAVA,
         "Send the id that the package's publisher tells."),
    Rule("SB-PULL-02", "packageId is sent, a non-empty string", INVALID, "documented", LAVA, "Send the id that the publisher tells."),
    # What is asked
    Rule("SB-QRY-01", "limit and offset are sent together", INVALID, "documented", SANDBOX_QUERIES, "Send both or neither."),
    Rule("SB-QRY-02", "limit and offset are whole numbers, limit at least 1", INVALID, "assumed", SANDBOX_QUERIES, "Send whole numbers.",
         default="warning"),
    Rule("SB-QRY-03", "orderBy is asc: or desc: and fields of a sandbox", INVALID, "documented", SANDBOX_API,
         "Write orderBy=asc:name or orderBy=desc:createdDate."),
    Rule("SB-QRY-04", "property is a field of a sandbox, == and a value", INVALID, "documented", SANDBOX_API,
         "Write property=name==dev."),
    Rule("SB-QRY-05", "validationOnly and ignoreWarnings are true or false, in any letter case", INVALID, "inferred", SANDBOXES,
         "Write validationOnly=true or leave it out."),
    # What is stored
    Rule("SB-ID-01", "the sandbox is one that the organisation has", "SMS-2000-404", "assumed", SANDBOX_API,
         "GET /sandboxes lists them; POST /sandboxes makes one."),
    Rule("SB-NEW-04", "no other sandbox has the name", "SMS-2002-409", "documented", SANDBOX_API, "Choose another name."),
    Rule("SB-DEL-01", "the default sandbox is not deleted", "SMS-2003-400", "documented", SANDBOXES, "Reset it instead."),
    Rule("SB-ACT-02", "what is changed is not deleted, and what is reset is active", "SMS-2004-400", "assumed", SANDBOXES,
         "Wait until GET /sandboxes/{name} says active."),
)  # fmt: skip

violation = violations_of((*gateway.ROWS, *ROWS))
