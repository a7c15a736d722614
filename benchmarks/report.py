"""What the benchmarks share: figures with their spread, the facts of a run, and tables between a page's markers."""

from __future__ import annotations

import os
import platform
import shlex
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

SCRATCH = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "flowservice-kit-benchmarks"
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"


@dataclass(frozen=True)
class Goal:
    """A bound for the median."""

    bound: float
    unit: str
    at_least: bool = False

    def told(self, values: Sequence[float]) -> str:
        middle = statistics.median(values)
        reached = middle >= self.bound if self.at_least else middle <= self.bound
        kind, verdict = "at least" if self.at_least else "at most", "reached" if reached else "**missed**"
        return f"{kind} {self.bound:g}{self.unit}: {verdict}"


def spread(values: Sequence[float], unit: str = "") -> str:
    """Median, lowest and highest, to three digits."""
    low, middle, high = (_short(value) for value in (min(values), statistics.median(values), max(values)))
    return f"{middle}{unit}" if low == high else f"{middle}{unit} ({low} to {high})"


def middle(values: Sequence[float], unit: str = "") -> str:
    """The median, and where the true one is with 95 % certainty: between two of the sorted values, by their ranks."""
    ranked, away = sorted(values), 0.98 * len(values) ** 0.5
    low = ranked[max(0, int(len(values) / 2 - away))]
    high = ranked[min(len(values) - 1, int(len(values) / 2 + away))]
    return f"{_short(statistics.median(values))}{unit} ({_short(low)} to {_short(high)}, 95 % of the median)"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def ratios(mine: Sequence[float], others: Sequence[float]) -> list[float]:
    """Round by round: both sides of a ratio met the same neighbours."""
    return [one / other for one, other in zip(mine, others, strict=True)]


def rows(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def facts(name: str, *more: str) -> str:
    """Below a table: how, when, and on what it was measured."""
    parts = [
        f"`{command(name)}`",
        f"{datetime.now(UTC):%Y-%m-%d}",
        f"flowservice-kit {version('flowservice-kit')}",
        f"{platform.python_implementation()} {platform.python_version()}",
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    ]
    return ", ".join([*parts, *more]) + "."


def command(name: str) -> str:
    """The command as it was typed, without folders of this machine."""
    kept = list(sys.argv[1:])
    for option in ("--scratch", "--write"):
        if option in kept:
            place = kept.index(option)
            del kept[place : place + (2 if option == "--scratch" else 1)]
    return " ".join([f"python benchmarks/{name}.py", shlex.join(kept)]).strip()


def write(marker: str, text: str, file: Path = PAGE) -> None:
    """Put ``text`` between ``<!-- marker -->`` and ``<!-- /marker -->``."""
    before, start, rest = file.read_text("utf-8").partition(f"<!-- {marker} -->\n")
    _, end, after = rest.partition(f"<!-- /{marker} -->")
    if not end:
        raise SystemExit(f"{file} has no place for {marker}")
    file.write_text(f"{before}{start}{text}\n{end}{after}", "utf-8")


def tell(text: str) -> None:
    """Progress, on stderr; one line that is overwritten where somebody watches."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    elif text:
        print(text, file=sys.stderr, flush=True)
