"""No action asserts what no rule guarantees; what it may take for granted `granted` says."""

from __future__ import annotations

import re

from tests.kit.paths import ROOT


def test_no_service_asserts_anything() -> None:
    lines = [
        f"{module.relative_to(ROOT)}:{number}"
        for module in sorted((ROOT / "mockserver" / "services").rglob("*.py"))
        for number, line in enumerate(module.read_text("utf-8").splitlines(), 1)
        if line.lstrip().startswith("assert ")
    ]
    assert lines == [], "ask `mockserver.services.granted` for it, or refuse with a rule of the service"


def test_no_service_reads_numbers_by_itself() -> None:
    """`int` raises where a text has 4,300 digits, and takes blanks, underscores and other alphabets' digits."""
    folders = [ROOT / "mockserver" / "services", ROOT / "contracts" / "services"]
    found = {
        f"{module.relative_to(ROOT).as_posix()}: {line.strip()}"
        for folder in folders
        for module in sorted(folder.rglob("*.py"))
        for line in module.read_text("utf-8").splitlines()
        if re.search(r"(?<![\w.])int\(", line)
    }
    strangers = {each for each in found if not any(known in each for known in INTEGERS)}
    assert strangers == set(), "ask `contracts.reading.numbers` for it"
    assert len(found) >= len(INTEGERS)


INTEGERS = (
    "int(code[",  # of a row's own id
    "int(seconds * times * 1000)",  # of numbers that have a bound
    'int(details.get("now") or 0)',
    'int(key["expiryTime"])',
    "int(world.stamps.hex(12), 16)",
    "int(minor) + 1",  # of a version that the mock wrote
    'int(user["zuid"])',
    'int(document_of(record)["expiryTime"])',
    "int(text) if name in _NUMBERS",
    "int(limit) if is_limit",  # of a number
    "else int(text))",  # of thirty digits at most, as the next two
    "return int(word)",
    "else int(word)",
    "return int(number)",  # of a float that has a bound
)
"""What is no text of a client's, or is caught."""
