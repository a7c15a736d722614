"""The rules about draft mode (draft.md): POST ...?mode=draft."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from contracts.judging.body_schemas import object_at
from contracts.judging.model import Call, RuleFunction
from contracts.judging.violations import Violation, shown
from contracts.services.flow_service.collections import COLLECTIONS
from contracts.services.flow_service.rules import violation

__all__ = ["DRAFT", "MODE_RULES", "draft_rules"]

DRAFT = "draft"
_SPEC_FIELDS = {"connectionSpec": "connectionSpecs", "flowSpec": "flowSpecs"}


def mode_is_draft(call: Call) -> Iterator[Violation]:
    for mode in call.parameters("mode"):
        if mode != DRAFT:
            yield violation(
                "FS-DRAFT-01", "query/mode", "has no effect", found=shown(mode), allowed=[DRAFT], near=mode.lower()
            )


MODE_RULES = (mode_is_draft,)


def draft_rules(collection: str) -> tuple[RuleFunction, ...]:
    """What a draft keeps: its frame alone, and what is missing of it may still come, all but its spec.

    That the spec can't come later is assumed: it says whether there may be a draft, and no update reaches it.
    """
    return (*(partial(_but_absences, rule) for rule in COLLECTIONS[collection].frame), spec_supports_drafts)


def spec_supports_drafts(call: Call) -> Iterator[Violation]:
    for field, collection in _SPEC_FIELDS.items():
        spec = call.find(collection, object_at(call.document, field).get("id"))
        if spec is not None and object_at(spec, "attributes").get("isDraftModeSupported") is not True:
            yield violation(
                "FS-DRAFT-02",
                f"/{field}/id",
                f"{spec.get('name')} supports no drafts",
                found=shown(spec["id"]),
                answer="Mode is not allowed in flow request",
            )


def _but_absences(rule: RuleFunction, call: Call) -> Iterator[Violation]:
    for found in rule(call):
        if not found.is_absence or found.pointer.strip("/").partition("/")[0] in _SPEC_FIELDS:
            yield found
