"""What the client contract is worth: ``python benchmarks/mutants.py``.

Runs the whole battery against every client of tests/kit/clients and prints one line: mutants killed, killed by the rule
that they break, false alarms among the correct clients, median and longest seconds.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.kit.clients.mutants import MUTANTS
from tests.kit.playing import CORRECT, HEAD


def main() -> None:
    seconds: list[float] = []
    killed = right = alarms = 0
    for name, (rule, _) in MUTANTS.items():
        text = play(f"class TestIt(Whole): client, timeout = mutants.MUTANTS[{name!r}][1], 2.0", seconds)
        killed += "failed" in text
        right += re.search(rf"^{rule} ", text, re.MULTILINE) is not None
        tell(f"{name} {seconds[-1]:.1f} s")
    for name, code in CORRECT.items():
        alarms += "failed" in play(code, seconds)
        tell(f"{name} {seconds[-1]:.1f} s")
    tell("")
    print(
        f"killed {killed}/{len(MUTANTS)}, by the right rule {right}/{len(MUTANTS)}, "
        f"false alarms {alarms}/{len(CORRECT)}, median {statistics.median(seconds):.1f} s, longest {max(seconds):.1f} s"
    )


def tell(text: str) -> None:
    """Progress, where somebody watches."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def play(code: str, seconds: list[float]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "test_client.py"
        file.write_text(HEAD + textwrap.dedent(code), "utf-8")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n",
            "2",
            "-p",
            "no:randomly",
            "-p",
            "no:cacheprovider",
            str(file),
        ]
        started = time.perf_counter()
        ran = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
        seconds.append(time.perf_counter() - started)
    return ran.stdout


if __name__ == "__main__":
    main()
