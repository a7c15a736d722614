"""What the report of a test says beside pytest's own words."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.exchange.telling import exchanges
from mockserver.mock import Mock
from pytest_flowservice.session import note

__all__ = ["tell"]


def tell(item: pytest.Item, report: Any, mock: Mock | None, stage: Any, attempts: list[Any]) -> None:
    """Add to ``report`` what the mock, or the ``stage`` of the client contract, has seen of the test."""
    note(item, report, mock, stage)
    _name_its_rule(item, report)
    _begin_with_the_finding(item, report)
    if mock is not None and report.failed:
        text = exchanges(mock.journal) or _none(item, attempts)
        report.sections.append(("Exchanges with the Flow Service mock", text))
        if attempts and getattr(item, "flow_service_finding", None) is None:
            report.sections.append(("Real hosts", "\n".join(each.told for each in attempts)))


def _name_its_rule(item: pytest.Item, report: Any) -> None:
    """As a property of the test case in a JUnit file."""
    finding = getattr(item, "flow_service_finding", None)
    if finding and finding["rule"] and report.when == "call":
        item.user_properties.append(("rule", finding["rule"]))


def _none(item: pytest.Item, attempts: list[Any]) -> str:
    """Why no request may have reached the mock."""
    tried = ", ".join(dict.fromkeys(each.address for each in attempts))
    text = "none: no request reached the mock" + (f"; tried: {tried}" if tried else "")
    if "flow_service_patched" in item.fixturenames and _has_responses(item):  # type: ignore[attr-defined]
        text += " (another `responses` mock that was started later stands in front of it)"
    return text


def _has_responses(item: Any) -> bool:
    """Whether the test's module has something of the library, or the test a fixture that is named after it."""
    values = [getattr(each, "__module__", None) or getattr(each, "__name__", "") for each in vars(item.module).values()]
    return any(str(each).partition(".")[0] == "responses" for each in values) or any(
        "responses" in name for name in item.fixturenames
    )


def _begin_with_the_finding(item: Any, report: Any) -> None:
    """Short summaries, IDEs and JUnit files take their one line from here."""
    finding, crash = getattr(item, "flow_service_finding", None), getattr(report.longrepr, "reprcrash", None)
    if finding and report.failed and crash is not None:
        file, _, number = (finding["line"] or "").rpartition(":")
        crash.message = finding["text"].partition("\n")[0]
        if file and number.isdecimal():
            crash.path, crash.lineno = file, int(number)
