"""Findings as people, programs, GitHub and code scanners read them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any
from urllib.parse import quote

from contracts import RULES
from contracts.judging.rule import help_of
from contracts.reading.links import link_to
from mockserver.linting.finding import Finding, Tally
from mockserver.version import version

__all__ = ["FORMATS", "in_short"]


def in_short(tally: Tally) -> str:
    """One sentence: how many of what in how much."""
    looked_at = _count(tally.requests, "request")
    if len(tally.operations) == 1:
        looked_at += f" ({tally.operations[0]})"
    if tally.files > 1:
        looked_at += f" of {tally.files} files"
    parts = [
        f"{_count(tally.placeholders, 'placeholder')} to fill in" if tally.placeholders else "",
        f"{tally.not_judged} not judged: for other services, or in a form that isn't read" if tally.not_judged else "",
    ]
    behind = "".join(f"; {part}" for part in parts if part)
    if not tally.findings:
        return f"Good: nothing wrong with {looked_at}{behind}." if tally.requests else f"No request to judge{behind}."
    errors, warnings = _count(tally.count("error"), "error"), _count(tally.count("warning"), "warning")
    return f"{errors}, {warnings} in {looked_at}{behind}."


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


_NAMES = [each.name for each in fields(Finding)]


def _json(tally: Tally) -> str:
    unreadable = [{"file": file, "reason": reason} for file, reason in tally.unreadable]
    rows = [{name: getattr(each, name) for name in _NAMES} for each in tally.findings]
    return json.dumps({"findings": rows, **tally.counts, "unreadable": unreadable}, indent=2)


# GitHub's workflow commands (docs.github.com, "Workflow commands for GitHub Actions")


def _github(tally: Tally) -> str:
    lines = [_annotation(each) for each in tally.findings]
    lines += [f"::error file={_property(file)}::{_data(reason)}" for file, reason in tally.unreadable]
    return "\n".join([*lines, in_short(tally)])


def _annotation(found: Finding) -> str:
    where = f"file={_property(found.file)},line={found.line},col={found.column},title={_property(found.rule)}"
    return f"::{found.severity} {where}::{_data(f'{found.message} ({found.help})')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


# SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0)


def _sarif(tally: Tally) -> str:
    rules = list(dict.fromkeys(each.rule for each in tally.findings))
    run = {
        "tool": {
            "driver": {
                "name": "mockserver lint",
                "version": version(),
                "informationUri": "https://pypi.org/project/flowservice-kit/",
                "rules": [_rule(id) for id in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not tally.unreadable, **_notifications(tally.unreadable)}],
        "results": [_result(each, rules.index(each.rule)) for each in tally.findings],
    }
    document = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2)


def _rule(id: str) -> dict[str, Any]:
    rule = RULES.get(id)
    if rule is None:
        return {"id": id}
    link = link_to(rule.document)
    text = f"{rule.mend} ({rule.level}: {rule.document}; {help_of(id)})"
    linked = f"[{rule.document}]({link})" if link.startswith("https:") else rule.document
    described = {
        "id": id,
        "shortDescription": {"text": rule.demand},
        "help": {"text": text, "markdown": f"{rule.mend}\n\n{rule.level}: {linked}\n\nSee `{help_of(id)}`."},
        "defaultConfiguration": {"level": {"error": "error", "warning": "warning", "off": "none"}[rule.default]},
        "properties": {"level": rule.level, "help": help_of(id)},
    }
    return {**described, "helpUri": link} if link.startswith("https:") else described


def _result(found: Finding, number: int) -> dict[str, Any]:
    region = {"startLine": found.line, "startColumn": found.column}
    place = {"artifactLocation": {"uri": _uri(found.file)}, "region": region}
    return {
        "ruleId": found.rule,
        "ruleIndex": number,
        "level": found.severity,
        "message": {"text": found.message},
        "locations": [{"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": found.pointer}]}],
        "properties": {
            name: getattr(found, name) for name in ("operation", "pointer", "found", "allowed", "nearest", "help")
        },
    }


def _uri(file: str) -> str:
    return quote(file.replace("\\", "/").removeprefix("./"))


def _notifications(unreadable: Iterable[tuple[str, str]]) -> Mapping[str, Any]:
    rows = [
        {
            "level": "error",
            "message": {"text": reason},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(file)}}}],
        }
        for file, reason in unreadable
    ]
    return {"toolExecutionNotifications": rows} if rows else {}


FORMATS: Mapping[str, Callable[[Tally], str]] = {"json": _json, "github": _github, "sarif": _sarif}
"""Those that are written at once, when all is known."""
