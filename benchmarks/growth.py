"""What more data and more calls cost: ``python benchmarks/growth.py``.

The memory of ``mockserver serve`` with connections stored and after many requests (Linux); what each operation costs
with few and with many connections stored; and how evenly creates are answered while many are.
"""

from __future__ import annotations

import argparse
import statistics

from growing import memory
from growing.inside import Full, Pauses, Took, creates
from report import Goal, facts, ratios, rows, spread, tell, write

FEW = 100
FILLED = 10_000
SMALL = Goal(80, " MB")
ALIKE = Goal(1.5, "x")
FLAT = Goal(1.05, "x")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--stored", type=int, default=100_000, help="connections that are many")
    parser.add_argument("--requests", type=int, default=200_000, help="after which memory is looked at")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    options = parser.parse_args()
    tell(f"memory, {options.requests} requests")
    resident = _memory(options.requests)
    more = max(1000, options.stored // 5)
    few, many = Full(), Full()
    creates(few, FEW)
    tell(f"storing {options.stored}")
    evenly = {f"0, then {options.stored:,} more": creates(many, options.stored)}
    operations = _operations(few, many, options.rounds)
    tell("creates, one by one")
    evenly = {f"{FEW}, then {more:,} more": creates(few, more), **evenly}
    evenly[f"{options.stored:,}, then {more:,} more"] = creates(many, more)
    head = ("operation", f"{FEW} stored", f"{options.stored:,} stored", "ratio", "goal")
    text = "\n\n".join(
        (
            rows(("`mockserver serve`", "resident memory", "goal"), resident),
            rows(head, operations),
            rows(_EVENLY, _evenly(evenly)),
            facts("growth"),
        )
    )
    tell("")
    print(text)
    if options.write:
        write("growth", text)


def _memory(requests: int) -> list[list[str]]:
    found = list(memory.measured(FILLED, requests))
    cells = [[what, f"{megabytes:.1f} MB", ""] for what, megabytes in found]
    cells[1][2] = SMALL.told([found[1][1]])
    cells[-1][2] = f"{FLAT.told([found[-1][1] / found[2][1]])} (beside the first quarter)"
    return cells


def _operations(few: Full, many: Full, rounds: int) -> list[list[str]]:
    """Interleaved; the first round is a warm-up, which also builds whatever is kept for the next time."""
    found: list[tuple[Took, Took]] = []
    for number in range(rounds + 1):
        tell(f"operations, round {number}")
        found.append((few.took(), many.took()))
    return [_operation(name, found[1:]) for name in found[0][0]]


def _operation(name: str, found: list[tuple[Took, Took]]) -> list[str]:
    few, many = ([each[side][name] for each in found] for side in (0, 1))
    ratio = ratios(many, few)
    return [name, spread(few, " us"), spread(many, " us"), spread(ratio, "x"), ALIKE.told(ratio)]


_EVENLY = (
    "creates with so many stored",
    "p50",
    "p99",
    "longest",
    "goal for p99",
    "full collections",
    "longest collection",
)


def _evenly(found: dict[str, tuple[list[float], Pauses]]) -> list[list[str]]:
    """The first row is what the goal of the others refers to."""
    cells, first = [], 0.0
    for name, (took, pauses) in found.items():
        p99 = took[int(len(took) * 0.99)]
        goal = ALIKE.told([p99 / first]) if first else ""
        first = first or p99
        figures = [f"{figure:,.0f} us" for figure in (statistics.median(took), p99, took[-1])]
        cells.append([name, *figures, goal, str(pauses.full), f"{pauses.longest * 1e3:.1f} ms"])
    return cells


if __name__ == "__main__":
    main()
