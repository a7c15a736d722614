"""No action asserts what no rule guarantees; what it may take for granted `granted` says."""

from __future__ import annotations

from tests.kit.paths import ROOT


def test_no_service_asserts_anything() -> None:
    lines = [
        f"{module.relative_to(ROOT)}:{number}"
        for module in sorted((ROOT / "mockserver" / "services").rglob("*.py"))
        for number, line in enumerate(module.read_text("utf-8").splitlines(), 1)
        if line.lstrip().startswith("assert ")
    ]
    assert lines == [], "ask `mockserver.services.granted` for it, or refuse with a rule of the service"
