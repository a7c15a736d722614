"""What the kit costs without its port: ``python benchmarks/inprocess.py``.

Installs the kit and what it is measured beside into an environment of its own in a folder that is kept, and measures
there: calls in one process, fixtures, the plugin, the commands, the strategies, and the client contract's battery.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import venv
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from report import SCRATCH, facts, rows, tell, write

ROOT = Path(__file__).parent.parent
BESIDE = (
    "fastapi",
    "httpx",
    "hypothesis-jsonschema",
    "jsonschema-rs",
    "pytest-httpserver",
    "pytest-xdist",
    "respx",
    "schemathesis",
    "uvicorn",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="the rows whose name has NAME in it")
    parser.add_argument("--scratch", type=Path, default=SCRATCH, metavar="FOLDER")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    options = parser.parse_args()
    _be_in(options.scratch.resolve() / "inprocess")
    from inside.rows import table  # what they measure is installed by now

    found = [row for row in table() if not options.only or any(word in row.name for word in options.only)]
    for row in found:
        _measure(row, options.rounds)
    tell("")
    head = ("what", "this kit", "beside", "ratio", "goal")
    text = f"{rows(head, [row.cells() for row in found])}\n\n{facts('inprocess', *_versions())}"
    print(text)
    if options.write:
        write("inprocess", text)


def _be_in(folder: Path) -> None:
    """Go on in that environment, with the kit as it is now: a copy, since an editable install has another metadata."""
    python = folder / "bin" / "python"
    if Path(sys.prefix).resolve() == folder:
        return
    pip = [str(python), "-m", "pip", "install", "--quiet"]
    if not (folder / "installed").exists():
        tell("installing what it is measured beside")
        venv.create(folder, with_pip=True, clear=True)
        for package in (str(ROOT), *BESIDE):  # one that can't be had doesn't stop the others
            subprocess.run([*pip, package], check=False)
        (folder / "installed").touch()
    subprocess.run([*pip, "--force-reinstall", "--no-deps", str(ROOT)], check=True)
    os.execv(python, [str(python), *sys.argv])


def _versions() -> list[str]:
    names = {*BESIDE, "pytest", "hypothesis", "responses", "jsonschema"}
    found = {each.name.lower().replace("_", "-"): each.version for each in distributions()}
    return [f"{name} {found[name]}" for name in sorted(names & found.keys())]


def _measure(row: Any, rounds: int) -> None:
    """Interleaved, so that both sides meet the same neighbours; the first round is a warm-up."""
    tell(row.name)
    try:
        for number in range((row.rounds or rounds) + 1):
            row.turn(counts=number > 0)
    except Exception as problem:  # whatever it may be, the other rows are still wanted
        row.failed = f"{type(problem).__name__}: {problem}".splitlines()[0]


if __name__ == "__main__":
    main()
