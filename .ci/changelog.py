"""`python .ci/changelog.py TAG` prints what CHANGELOG.md says of the version of that tag, as v0.1.0."""

from __future__ import annotations

import re
import sys
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "CHANGELOG.md"
HEADING = re.compile(r"^## \[(?P<version>\d+\.\d+\.\d+)\] - (?P<date>\d{4}-\d\d-\d\d|Unreleased)$", re.MULTILINE)


def notes(text: str, tag: str) -> str:
    """What stands below the version's heading; `SystemExit` where it has none, or no date."""
    headings = list(HEADING.finditer(text))
    ends = [each.start() for each in headings[1:]] + [len(text)]
    for heading, end in zip(headings, ends, strict=True):
        if f"v{heading['version']}" == tag:
            if heading["date"] == "Unreleased":
                raise SystemExit(f"CHANGELOG.md: {heading['version']} has no date")
            return text[heading.end() : end].strip() + "\n"
    raise SystemExit(f"CHANGELOG.md: no version for the tag {tag}")


if __name__ == "__main__":
    sys.stdout.write(notes(FILE.read_text("utf-8"), sys.argv[1]))
