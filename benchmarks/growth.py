"""What more data and more calls cost: ``python benchmarks/growth.py``.

The memory of ``mockserver serve`` with connections stored and after many requests (Linux); what each operation costs
with few and with many connections stored; and how evenly creates are answered while many are.
"""

from __future__ import annotations

import argparse
import statistics

from growing import memory
from growing.inside import Full, Took, creates
from report import facts, ratios, rows, spread, tell, write

FEW = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--stored", type=int, default=100_000, help="connections that are many")
    parser.add_argument("--requests", type=int, default=200_000, help="after which memory is looked at")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    options = parser.parse_args()
    tell(f"memory, {options.requests} requests")
    resident = [[what, f"{megabytes:.1f} MB"] for what, megabytes in memory.measured(10_000, options.requests)]
    tell(f"storing {options.stored}")
    few, many = Full(FEW), Full(options.stored)
    operations = _operations(few, many, options.rounds)
    tell("creates, one by one")
    calls = max(1000, options.stored // 5)
    evenly = [_evenly(few, 0, calls), _evenly(many, options.stored, calls)]
    head = ("operation", f"{FEW} stored", f"{options.stored:,} stored", "ratio", "goal")
    text = "\n\n".join(
        (
            rows(("`mockserver serve`", "resident memory"), resident),
            rows(head, operations),
            rows(_EVENLY, evenly),
            facts("growth"),
        )
    )
    tell("")
    print(text)
    if options.write:
        write("growth", text)


def _operations(few: Full, many: Full, rounds: int) -> list[list[str]]:
    """Interleaved; the first round is a warm-up, which also builds whatever is kept for the next time."""
    found: list[tuple[Took, Took]] = []
    for number in range(rounds + 1):
        tell(f"operations, round {number}")
        found.append((few.took(), many.took()))
    return [_operation(name, found[1:]) for name in found[0][0]]


def _operation(name: str, found: list[tuple[Took, Took]]) -> list[str]:
    few, many = ([each[side][name] for each in found] for side in (0, 1))
    return [name, spread(few, " us"), spread(many, " us"), spread(ratios(many, few), "x"), "1.5x or less"]


_EVENLY = ("creates with so many stored", "p50", "p99", "longest", "full collections", "longest collection")


def _evenly(full: Full, stored: int, calls: int) -> list[str]:
    took, pauses = creates(full, calls)
    figures = [statistics.median(took), took[int(len(took) * 0.99)], took[-1]]
    longest = f"{pauses.longest * 1e3:.1f} ms"
    return [f"{stored:,}, then {calls:,} more", *(f"{figure:,.0f} us" for figure in figures), str(pauses.full), longest]


if __name__ == "__main__":
    main()
