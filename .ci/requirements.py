"""What `pyproject.toml` declares, as lines for pip.

`python .ci/requirements.py server` prints what the server needs, without the libraries that only tests need; `run` or
`store` what that extra adds; `lowest EXTRA...` the lowest version of each dependency, as constraints.
`python .ci/requirements.py write` puts the first three into `docs/deployment/`.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "deployment"
FILES = ("server", "run", "store")
FOR_TESTS = ("hypothesis", "jinja2", "pytest", "responses", "rich")
"""What no server imports: the plugin and the battery do, reports in HTML (jinja2) and the demo (rich)."""

_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
_EXTRAS = _PROJECT["optional-dependencies"]
_ROW = re.compile(r"(?P<name>[\w.-]+)(?:\[[\w,-]+\])?>=(?P<floor>[\w.]+)[^;]*(?P<condition>;.*)?")


def _row(text: str) -> re.Match[str]:
    found = _ROW.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} names no lowest version")
    return found


def needed(file: str) -> list[str]:
    """The lines of one of `FILES`."""
    if file != "server":
        return list(_EXTRAS[file])
    return [row for row in _PROJECT["dependencies"] if _row(row)["name"] not in FOR_TESTS]


def lowest(*extras: str) -> list[str]:
    """The lowest version of each dependency, also of those of the extras."""
    rows = [*_PROJECT["dependencies"], *(row for extra in extras for row in _EXTRAS[extra])]
    found = [_row(row) for row in rows]
    return [f"{each['name']}=={each['floor']}{each['condition'] or ''}" for each in found]


def main(word: str, *extras: str) -> None:
    if word == "write":
        for name in FILES:
            head = "# Written by .ci/requirements.py from pyproject.toml.\n"
            (FOLDER / f"requirements-{name}.txt").write_text(head + "\n".join([*needed(name), ""]), "utf-8")
        return
    sys.stdout.write("\n".join([*(lowest(*extras) if word == "lowest" else needed(word)), ""]))


if __name__ == "__main__":
    main(*sys.argv[1:])
